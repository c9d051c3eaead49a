#!/bin/sh
# Print a C header with an array of bytes for each name, which ends with a NUL and
# has the files after the name; and with the hash of the array, for the page's
# Content-Security-Policy.  (A compiler of C11 need not take a string of more than
# 4095 bytes.)  Blanks at the beginning of a line, and lines that are only a comment,
# // or /* */, are left out.
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
