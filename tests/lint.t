#!/bin/sh
# The linters find nothing, and the other compiler neither.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
for what in format c sh man; do
	ok "lint-$what" make -s -C "$top" lint-$what
done
for cc in gcc clang; do
	ok "$cc has no warning" make -s -C "$top" CC=$cc O="$work/$cc" lint-cc
done
is "nothing is left to do" "$(cd "$top" && grep -nE '\b(TODO|FIXME|XXX)\b' tools/*.c tools/lib/*.[ch] tools/lib/*/* mk/* GNUmakefile prompts/* README.md)" ""
is "no call that hands a text to a shell, or writes without a limit" "$(cd "$top" && grep -nE '\b(system|popen|strcat|gets)\(' tools/*.c tools/lib/*.c tools/lib/*/*.c)" ""
finish
