#!/bin/sh
# Print a C header with arrays of bytes that end with a NUL, each of the files that
# stand behind its name; and what a policy of a page calls it, by its hash.  As
# bytes, for a string in C11 needn't be longer than 4095 of them.  The blanks that
# begin a line, and lines that are a comment alone, // or /* */, are left out: what
# people read, nobody loads.
#
#	sh embed.sh style: frame.css print.css script: base.js >page-files.h
#
# defines style, style_hash, script and script_hash.
set -eu

strip() { sed 's/^[ 	]*//; /^\/\//d; /^\/\*.*\*\/$/d; /^$/d' "$@"; }
digest() { sha256sum | cut -c 1-64 | tr a-f A-F | basenc --base16 -d | base64; }

echo '/* By mk/embed.sh. */'
while [ $# -gt 0 ]; do
	name=${1%:}
	shift
	files=
	while [ $# -gt 0 ] && [ "$1" = "${1%:}" ]; do
		files="$files $1"
		shift
	done
	# shellcheck disable=SC2086 # words
	{
		echo "static const unsigned char ${name}[] = {"
		strip $files | od -A n -v -t u1 | sed 's/[0-9][0-9]*/&,/g'
		echo ' 0 };'
		echo "static const char ${name}_hash[] = \"sha256-$(strip $files | digest)\";"
	}
done
