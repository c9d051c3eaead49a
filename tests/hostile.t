#!/bin/sh
# Names and files that mean harm.
# shellcheck source=tests/chain.sh
. "${0%/*}/chain.sh"
new_episodes
go all >/dev/null

# ids in chapters.json, which become file names and words of make
for id in '$(shell touch pwned)' 'a b' '../x' '-x' 'ch:1' 'ch%' 'ch#' '' '.' \
	'`touch pwned`' '$$(touch pwned)' 'ch;touch pwned' 'ch*' 'ç' 'a
b'; do
	jq --arg id "$id" '.chapters[1].chapter_id = $id' outputs/ep2/chapters.json >t
	cp outputs/ep2/chapters.json good
	cp t outputs/ep2/chapters.json
	ed -ep3 ".chapters[1].title += \"x\""
	go all >/dev/null
	is "chapter id '$id': refused, and the others are drawn" "$rc" 2
	is "... it is said" "$(grep -c 'chapters\[1\].chapter_id: ' log)" 1
	is "... what ran" "$(ran | grep -o 'draw-storyboard.1')" "draw-storyboard*1"
	go all >/dev/null
	is "... still refused, without another split" "$rc" 2
	is "... still refused, without another split: it is said" "$(grep -c 'chapters\[1\].chapter_id: ' log)" 1
	is "... still refused, without another split: what ran" "$(ran)" ""
	cp good outputs/ep2/chapters.json
done
go all >/dev/null
is "repaired" "$rc" 0
for id in '$(shell touch pwned)' 'a b' '../x' 'ch:1' 'x#'; do
	cp outputs/ep2/chapters.json good
	jq --arg id "$id" '.episode_id = $id' good >outputs/ep2/chapters.json
	go all >/dev/null
	is "episode id '$id': refused" "$rc" 2
	is "... it is said" "$(grep -c 'episode_id: ' log)" 1
	cp good outputs/ep2/chapters.json
done
for text in '{"chapters": [{' '' '[]' 'null' '{}' '{"a": 1, "a": 2}'; do
	cp outputs/ep2/chapters.json good
	printf '%s' "$text" >outputs/ep2/chapters.json
	go all >/dev/null
	is "chapters.json is '$text': refused" "$rc" 2
	is "... how often it is said" "$(grep -c '^split-chapters: outputs/ep2/chapters.json' log | sed 's/^[1-9].*/some/')" some
	is "... its manifest stands" "$(jq -r .episode_id outputs/ep2/images/manifest.json)" ep2
	cp good outputs/ep2/chapters.json
done
go all >/dev/null
then_nothing

# what texts hold is text
jq --arg x '$(touch pwned) `touch pwned` {{ chapter.title }} %s \u001b[31m <b>' \
	'.title = $x | .chapters[].title = $x | .chapters[].narration.text = $x
	| .chapters[].visual.description = $x' outputs/ep1/chapters.json >t &&
	cp t outputs/ep1/chapters.json
go all >/dev/null
is "texts full of commands are texts" "$rc" 0
is "... what the file says" "$(jq -r '.images[1].chapter_title' outputs/ep1/images/manifest.json | cut -c1-14)" '$(touch pwned)'

# directories
for d in 'ep 4' '$(shell touch pwned)' 'a:b' 'x%y' "';touch pwned;'"; do
	mkdir "outputs/$d"
	cp outputs/ep1/chapters.json "outputs/$d"
done
ed -ep3 '.chapters[1].title += "y"'
go all >/dev/null
is "directories whose names are no ids: said, and the others are drawn" "$rc" 2
is "... it is said" "$(grep -c 'not an id' log)" 1
is "... what ran" "$(ran | grep -o 'draw-storyboard.1')" "draw-storyboard*1"
find outputs -mindepth 1 -maxdepth 1 ! -name '*ep[123]' -exec rm -r {} +

# the command line
for v in EP CHAPTER OUTPUTS_DIR TEMPLATE; do
	for x in '$(shell touch pwned)' '`touch pwned`' "';touch pwned;'" '../x y' '$(error x)' \
		'-x=$(x)' 'a
touch pwned;' 'a	b%'; do
		go imagegen EP=ep1 "$v=$x" >/dev/null
		is "$v=$x: refused" "$rc" 2
		is "... it is said" "$(grep -c 'limn: ' log)" 1
	done
done
EP='$(shell touch pwned)'
export EP
go imagegen >/dev/null
is "EP from the environment, too" "$rc" 2
is "... it is said" "$(grep -c 'not an id' log)" 1
unset EP
go 'outputs/$(shell touch pwned)/images/manifest.json' >/dev/null
is "a goal, too" "$rc" 2
go imagegen EP=ep1 OPENAI_API_KEY=sk-canary >/dev/null
is "a key on the command line is refused, and not repeated" "$rc" 2
is "... it is said" "$(grep -c 'OPENAI_API_KEY: no key on a command line' log)" 1
is "... it isn't said" "$(grep -c canary log)" 0
is "nothing that was not to run has run" "$(find . -name 'pwned*')" ""
finish
