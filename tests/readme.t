#!/bin/sh
# Every command of the README does what it says, in a fresh copy of the project.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"

# What git would clone: no programs, no outputs.
mkdir limn && (cd "$top" && tar -cf - --exclude=./bin --exclude=./build \
	--exclude=./outputs --exclude=./.git .) | tar -xf - -C limn && cd limn || exit 1

commands=$(awk '/^```sh$/ { on = 1; next } /^```$/ { on = 0 } on' README.md)
note "$commands"
is "the two commands for a fresh machine come first" "$(echo "$commands" | head -n 2 | tr '\n' ' ')" "make deps demo make deps-test check "
echo "$commands" | while read -r line; do
	case $line in
	*'deps-test check') continue ;; # this is that
	esac
	if ! sh -c "$line" >log 2>&1; then
		echo "$line"
		cat log >&2
	fi
done >failed
is "each command succeeds" "$(cat failed)" ""
is "the demo: a picture a chapter" "$(ls outputs/bitcoin-nedir/images | tr '\n' ' ')" "ch01.png ch02.png ch03.png ch04.png ch05.png ch06.png ch07.png ch08.png manifest.json "
is "... and nothing to do after it" "$(make -q outputs/bitcoin-nedir/images/manifest.json; echo $?)" 0
is "the demo writes over nothing" "$(echo '{}' >outputs/bitcoin-nedir/chapters.json; make demo >/dev/null 2>&1; cat outputs/bitcoin-nedir/chapters.json)" "{}"
is "the pipe: a picture" "$(head -c 8 ch02.png | od -An -c | tr -d ' \n')" '211PNG\r\n032\n'
is "the manifest has them in order" "$(jq -r '[.images[].chapter_id] | join(" ")' outputs/my-episode/images/manifest.json)" "ch01 ch02 ch03 ch04 ch05 ch06 ch07 ch08"

# the table of goals and make help have no goal that isn't there
for goal in $(grep -o '^| `make [a-z-]*' README.md | sed 's/.*make *//' | sort -u); do
	ok "the goal $goal is there" sh -c "make -n $goal EP=my-episode >/dev/null"
done
finish
