#!/bin/sh
# The gallery in the chain: when its page and its thumbnails are made, and what
# it says of a chapter that failed.
# shellcheck source=tests/chain.sh
. "${0%/*}/chain.sh"
# shellcheck source=tests/mock.sh
. "$top/tests/mock.sh"
dir=outputs/ep1
page=$dir/images/index.html
manifest=$dir/images/manifest.json
cards() { # of the page: "ch01 template, ch02 failed, ..."
	sed -n 's/.*<li class="card[^>]* id="\([^"]*\)"[^>]*data-method="\([^"]*\)".*/\1 \2/p' "$page" | paste -sd , -
}
card() { sed -n "/<li class=\"card[^>]* id=\"$1\"/,/<li class/p" "$page"; }
hash_of() { jq -r --arg c "$1" '.images[] | select(.chapter_id == $c).metadata.sha256[7:23]' $manifest; }
reason() { # CHAPTER: of its last line in the log
	jq -r --arg c "$1" 'select(.chapter == $c) | "\(.tool): \(.message)"' "$dir/imagegen/log" | tail -n 1
}
quiet() { go "$@" >/dev/null; }
ends() { # STATUS NAME CARDS ARGUMENT...: of make, and the cards of the page then
	want=$1 name=$2 cards=$3
	shift 3
	quiet "$@"
	is "$name: make's status is $want" "$rc" "$want"
	is "$name: the page's cards" "$(cards)" "$cards"
}
all="ch01 template,ch02 storyboard,ch03 storyboard,ch04 storyboard"

round() {
	jobs=$1
	note "make $jobs"
	rm -rf outputs
	new_episodes
	ends 0 "the first run" "$all" all
	is "each picture has a thumbnail" "$(cd $dir/images/thumbs && echo ./*)" "./ch01.png ./ch02.png ./ch03.png ./ch04.png"
	is "... 480 pixels wide" "$(for f in "$dir"/images/thumbs/*; do pngcheck -q "$f"; pngtopnm "$f" | pamfile | grep -o '480 by 270'; done | sort | uniq -c | tr -s ' ')" " 4 480 by 270"
	ok "... the page isn't newer than the manifest" test ! $page -nt $manifest
	is "the first run: nothing is left over" "$(find outputs -name '.tmp*' -o -name log)" ""
	then_nothing
	rm $dir/images/thumbs/ch03.png
	steps "a thumbnail deleted: that one" "thumbnail-png*1"
	then_nothing
	cp $manifest was
	rm $page
	steps "the page deleted" "write-gallery*1"
	ok "... the manifest is as it was" cmp was $manifest
	is "... the page has all cards again" "$(cards)" "$all"
	then_nothing
	rm $page
	steps "... and asked for by its name" "write-gallery*1" $page
	rm $dir/provenance/imagegen_provenance.json
	steps "the provenance, by its name" "write-provenance*1" $dir/provenance/imagegen_provenance.json
	steps "... which is there" "" $dir/provenance/imagegen_provenance.json
	steps "... the manifest is published after it" "write-manifest*1"
	rm $dir/images/thumbs/ch02.png
	steps "a thumbnail, by its name" "thumbnail-png*1" $dir/images/thumbs/ch02.png
	then_nothing
	was=$(hash_of ch02)
	ed ep1 '.chapters[1].visual.description = "Another one."'
	steps "a picture changes, and its thumbnail" "$chain"
	ok "... and what the page calls it" grep -q "src=\"thumbs/ch02.png?$(hash_of ch02)\"" $page
	is "... not what it called the former" "$(grep -c "$was" $page)" 0
	ed ep1 '.chapters[1,2].visual.description += "."'
	steps "one of two that changed" "$chain" $manifest CHAPTER=ch02
	is "... the page has all" "$(cards)" "$all"
	rm $page
	steps "... and the other" "draw-storyboard*1 gen-prompt*1 write-entry*1 $finish"
	then_nothing

	# a chapter that fails
	mkdir $dir/own
	echo 'no picture' >$dir/own/ch03.png
	ed ep1 '.chapters[1].visual.description = "Yet another one."'
	cp $manifest was
	ends 2 "a chapter that fails" "ch01 template,ch02 storyboard,ch03 failed,ch04 storyboard" imagegen EP=ep1
	ok "... leaves the manifest as it was" cmp was $manifest
	like "... is in the log" "$(reason ch03)" "check-png: $dir/own/ch03.png: it is not a PNG"
	ok "... the page says why" grep -q "<p class=\"error\">.*it is not a PNG" $page
	ok "... the new picture is there" grep -q 'alt="Yet another one."' $page
	$make -q all >/dev/null 2>&1
	is "... there is more to do" $? 1
	quiet imagegen EP=ep1
	is "... it fails again" "$rc" 2
	cp $dir/images/ch04.png $dir/own/ch03.png
	ends 0 "the chapter is mended" "$all" imagegen EP=ep1
	is "... then no log is left" "$(find outputs -name log)" ""
	then_nothing

	# the other steps without an API
	echo 'no picture' >$dir/images/ch02.png
	touch -r $dir/imagegen/ch02.entry.json $dir/images/ch02.png
	rm $dir/images/thumbs/ch02.png
	quiet imagegen EP=ep1
	like "the thumbnail's error is in the log" "$(reason ch02)" "thumbnail-png: $dir/images/ch02.png: it is not a PNG"
	touch -d tomorrow $dir/images/thumbs/ch02.png
	touch $dir/images/ch02.png
	quiet imagegen EP=ep1
	like "the record's error is in the log" "$(reason ch02)" "write-entry: $dir/images/ch02.png: it is not a PNG"
	rm $dir/images/ch02.png
	mkdir $dir/images/ch02.png
	touch -d yesterday $dir/images/ch02.png
	quiet imagegen EP=ep1
	like "the storyboard's error is in the log" "$(reason ch02)" "draw-storyboard: $dir/images/ch02.png: "
	rmdir $dir/images/ch02.png
	rm $dir/images/thumbs/ch02.png
	ends 0 "steps that failed are mended" "$all" imagegen EP=ep1
	then_nothing

	# one that never had a manifest
	new_episode ep4
	mkdir outputs/ep4/own
	: >outputs/ep4/own/ch02.png
	page=outputs/ep4/images/index.html
	ends 2 "an episode's first run fails" "ch01 template,ch02 failed,ch03 storyboard,ch04 storyboard" imagegen EP=ep4
	ok "... there is no manifest" test ! -e outputs/ep4/images/manifest.json
	rm -r outputs/ep4/own
	ends 0 "an episode's second run" "$all" imagegen EP=ep4
	rm -r outputs/ep4
	page=$dir/images/index.html

	# what is anybody's own stays
	cp $dir/images/thumbs/ch02.png mine.png
	pngtopnm mine.png | pnmtopng >$dir/images/thumbs/mine.png 2>/dev/null
	is "make clean says nothing" "$($make clean 2>&1)" ""
	is "make clean: only the author's own thumbnail stays" "$(cd $dir/images && echo thumbs/*)" "thumbs/mine.png"
	ok "make clean: the page is deleted" test ! -e $page
}
round -j1
round -j8

# one that the content policy refuses, with the API
mock_start --
export OPENAI_API_KEY=sk-test-openai ANTHROPIC_API_KEY=sk-test-anthropic
rm -rf outputs
new_episode ep1
script '{"route": "images", "match": "Picture 3", "status": 400, "times": 0, "body": {"error": {"code": "content_policy_violation", "message": "No such picture."}}}'
ed ep1 '.chapters[].visual |= (.image_prompt = .description)'
ends 2 "refused by the content policy" "ch01 template,ch02 generated,ch03 failed,ch04 generated" imagegen EP=ep1
ok "... the page says why" grep -q '<p class="error"><strong>[^<]*No such picture' $page
is "... with the rest, and what it cost" "$(grep -o 'Generated: [^<]*\|Failed: [^<]*\|Total Cost: \$0\.0[1-9]' $page | paste -sd ';' -)" "Generated: 2 images;Failed: 1 image;Total Cost: \$0.08"
mock_reset
ends 0 "asked once more, the API draws" "ch01 template,ch02 generated,ch03 generated,ch04 generated" imagegen EP=ep1
script '{"route": "images", "match": "Picture 2", "status": 400, "times": 0, "body": {"error": {"code": "content_policy_violation", "message": "Not again."}}}'
ends 2 "refused when it is forced" "ch01 template,ch02 failed,ch03 generated,ch04 generated" imagegen EP=ep1 CHAPTER=ch02 FORCE=1
ok "... keeps its picture" grep -q "src=\"thumbs/ch02.png?$(hash_of ch02)\"" $page
mkdir $dir/own
cp $dir/images/ch03.png $dir/own/ch02.png
quiet imagegen EP=ep1
is "the author's own picture is used" "$(cards)" "ch01 template,ch02 manual,ch03 generated,ch04 generated"
rm $dir/own/ch02.png
quiet imagegen EP=ep1 FORCE=1 CHAPTER=ch02
card=$(card ch02)
like "the author's own is taken away, and another refused: the card has the error" "$card" 'class="error"'
like "... the card has no picture" "$card" 'class="picture none"'
mock_reset
quiet imagegen EP=ep1 CHAPTER=ch02
was=$(calls images)
is "the next run has nothing to do" "$($make imagegen EP=ep1 2>&1)" "[SKIP] ep1 -> already up-to-date"
is "... its page doesn't have the refusal" "$(cards)" "ch01 template,ch02 generated,ch03 generated,ch04 generated"
is "... it buys nothing" "$(calls images)" "$was"
# shellcheck disable=SC2086 # words
fails 0 "... it leaves nothing to do" $make -q all

new_episode ep2
page=outputs/ep2/images/index.html
script '{"route": "messages", "match": "Picture 2", "status": 400, "times": 0, "body": {"type": "error", "error": {"type": "invalid_request_error", "message": "No such prompt."}}}'
ends 2 "no prompt, no picture" "ch01 template,ch02 failed,ch03 generated,ch04 generated" imagegen EP=ep2
like "... is in the log, and by whom" "$(dir=outputs/ep2 reason ch02)" "gen-prompt: ch02: "
page=$dir/images/index.html

# two makes at once
force() { $make -j4 imagegen EP=ep1 FORCE=1 IMAGE_GEN_PROVIDER=storyboard >/dev/null 2>&1; }
force &
force
wait $!
is "two makes at once: the page has all cards" "$(cards)" "$all"
is "two makes at once: nothing is left over" "$(find outputs -name '.tmp*')" ""
is "... the page is whole" "$(tail -n 1 $page)" '</html>'
finish
