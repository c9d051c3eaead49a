#!/bin/sh
# Print a C header with the files that are named, each an array of bytes that
# ends with a NUL: style.css is style_css, and style_css_hash what a policy of a
# page calls it.  As bytes, for a string in C11 needn't be longer than 4095 of
# them.  The blanks that begin a line, and lines that are a comment alone, // or
# /* */, are left out: what people read, nobody loads.
#
#	sh embed.sh tools/lib/page/*.css tools/lib/page/*.js >page-files.h
set -eu

strip() { sed 's/^[ 	]*//; /^\/\//d; /^\/\*.*\*\/$/d; /^$/d' "$1"; }
digest() { sha256sum | cut -c 1-64 | tr a-f A-F | basenc --base16 -d | base64; }

echo '/* By mk/embed.sh. */'
for file; do
	name=$(basename "$file" | tr -c 'a-z0-9\n' _)
	echo "static const unsigned char ${name}[] = {"
	strip "$file" | od -A n -v -t u1 | sed 's/[0-9][0-9]*/&,/g'
	echo ' 0 };'
	echo "static const char ${name}_hash[] = \"sha256-$(strip "$file" | digest)\";"
done
