#!/bin/sh
# What a person sees in a terminal: a line a step, and nothing when there is
# nothing to do.
# shellcheck source=tests/chain.sh
. "${0%/*}/chain.sh"
new_episode ep1
if ! script -qec true /dev/null </dev/null >/dev/null 2>&1; then
	skip "all of it" "script(1) finds no terminal here"
	finish
fi
see() { # ARGUMENT...: the screen, without carriage returns
	script -qec "$make $*" /dev/null </dev/null | tr -d '\r'
}
goal=outputs/ep1/images/manifest.json

NO_COLOR=1
export NO_COLOR
screen=$(see $goal)
is "a line for each prompt and each picture" "$(echo "$screen" | sort)" "    1/4  ch01  image  title_card 1920x1080
    2/4  ch02  image  storyboard 1920x1080
    2/4  ch02  prompt  composed
    3/4  ch03  image  storyboard 1920x1080
    3/4  ch03  prompt  composed
    4/4  ch04  image  storyboard 1920x1080
    4/4  ch04  prompt  composed
[OK] ep1 -> 3/4 images generated (\$0.0000)"
is "no colour with NO_COLOR" "$(echo "$screen" | grep -c "$(printf '\033')")" 0
is "nothing to do: quiet, but for make's own word" "$(see $goal)" "make: '$goal' is up to date."
unset NO_COLOR
ed ep1 '.chapters[1].visual.image_prompt = "Mine."'
screen=$(see $goal)
is "colour without NO_COLOR" "$(echo "$screen" | grep -c "$(printf '\033')")" 2
like "the author's own prompt" "$screen" "ch02  prompt  author"
like "V=1 shows the commands" "$(see $goal FORCE=1 CHAPTER=ch02 V=1)" "bin/draw-storyboard --progress=outputs/ep1/imagegen/chapters.index --about=ch02 --thumbnail=outputs/ep1/images/thumbs/ch02.png -o outputs/ep1/images/ch02.png outputs/ep1/imagegen/ch02.prompt.json"
ed ep1 '.chapters[1].title = "Again"'
is "no terminal: no steps" "$($make $goal 2>&1)" "[OK] ep1 -> 3/4 images generated (\$0.0000)"
finish
