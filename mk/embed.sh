#!/bin/sh
# Print a C header with the files that are named, each an array of bytes that
# ends with a NUL: style.css is style_css.  As bytes, for a string in C11 needn't
# be longer than 4095 of them.  The blanks that begin a line, and lines that are
# a comment alone, // or /* */, are left out: what people read, nobody loads.
#
#	sh embed.sh tools/lib/page/*.css tools/lib/page/*.js >page-files.h
set -eu

echo '/* By mk/embed.sh. */'
for file; do
	name=$(basename "$file" | tr -c 'a-z0-9\n' _)
	echo "static const unsigned char ${name}[] = {"
	sed 's/^[ 	]*//; /^\/\//d; /^\/\*.*\*\/$/d; /^$/d' "$file" |
		od -A n -v -t u1 | sed 's/[0-9][0-9]*/&,/g'
	echo ' 0 };'
done
