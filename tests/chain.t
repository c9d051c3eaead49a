#!/bin/sh
# What happens, and what runs: the table of the design, row by row, one job
# after the other and eight at a time.
# shellcheck source=tests/chain.sh
. "${0%/*}/chain.sh"

round() {
	jobs=$1
	rm -rf outputs
	new_episodes
	cp "$top/prompts/imagegen.md" prompts
	note "make $jobs"

	steps "first build" "draw-storyboard*9 gen-prompt*9 placeholder-png*3 split-chapters*3 write-entry*12 write-gallery*3 write-manifest*6 write-provenance*3"
	then_nothing
	touch outputs/*/chapters.json
	steps "chapters.json touched: split, no more" "split-chapters*3"
	then_nothing
	jq -c . outputs/ep1/chapters.json >t && mv t outputs/ep1/chapters.json
	steps "chapters.json reformatted: split, no more" "split-chapters*1"
	then_nothing
	ed ep2 '.chapters[2] |= (.narration.estimated_duration_seconds = 12
		| .transitions = {} | .notes = null | .overlays = [{}])'
	steps "what no picture shows is edited: split, no more" "split-chapters*1"
	then_nothing
	ed ep2 '.chapters[2].visual.description = "A new picture."'
	steps "one description edited: its chain, manifest" "$chain"
	is "... the right picture" "$(jq -r '.images[2].metadata.alt' outputs/ep2/images/manifest.json)" "A new picture."
	then_nothing
	ed ep2 '.chapters[2].visual.image_prompt = "My own prompt."'
	steps "the author's own prompt: its chain" "$chain"
	is "... is used as it is" "$(jq -r '.images[2] | .prompt, .metadata.prompt_source' outputs/ep2/images/manifest.json | tr '\n' ' ')" "My own prompt. author "
	then_nothing

	ed ep1 '.chapters |= (reverse | to_entries | map(.value + {order: (.key + 1)}))'
	steps "reordered: manifest only" "split-chapters*1 $finish"
	is "... the manifest has the new order" "$(jq -r '[.images[].chapter_id] | join(" ")' outputs/ep1/images/manifest.json)" "ch04 ch03 ch02 ch01"
	then_nothing
	ed ep1 'del(.chapters[1]) | .total_chapters = 3 | .chapters |= (to_entries | map(.value + {order: (.key + 1)}))'
	steps "a chapter deleted: manifest only" "split-chapters*1 $finish"
	is "... it left the manifest" "$(jq -r '[.images[].chapter_id] | join(" ")' outputs/ep1/images/manifest.json)" "ch04 ch02 ch01"
	then_nothing
	ed ep1 '.chapters[0].chapter_id = "intro"'
	steps "a chapter's id renamed: a new chain" "$chain"
	then_nothing
	ed ep1 '.chapters[0].visual.type = "talking_head"'
	steps "drawn becomes a card" "placeholder-png*1 split-chapters*1 write-entry*1 $finish"
	then_nothing
	ed ep1 '.chapters[0].visual.type = "b_roll"'
	steps "and a card becomes drawn" "$chain"
	then_nothing

	touch prompts/imagegen.md
	steps "template touched: prompts, nothing after" "gen-prompt*8"
	then_nothing
	cat outputs/*/images/manifest.json >before
	echo 'No one reads this.' >>prompts/imagegen.md
	steps "template edited in what no prompt shows: prompts, provenance" "gen-prompt*8 write-manifest*3 write-provenance*3"
	is "... the provenance has its hash" "$(jq -r .prompt_hash outputs/ep2/provenance/imagegen_provenance.json)" "$(awk 'n > 1; /^---$/ { n++ }' prompts/imagegen.md | sed -z 's/^[ \t\r\n]*//; s/[ \t\r\n]*$//' | sha256sum | sed 's/ .*//; s/^/sha256:/')"
	is "... and the manifests are the same" "$(cat outputs/*/images/manifest.json | cmp - before)" ""
	then_nothing
	sed -i 's/F7931A/F7931B/' prompts/imagegen.md
	steps "template edited: prompts, and the pictures whose prompt changed" "draw-storyboard*7 gen-prompt*8 write-entry*7 write-gallery*3 write-manifest*6 write-provenance*3"
	then_nothing
	cp prompts/imagegen.md prompts/other.md
	steps "another template of the same words: prompts" "gen-prompt*8" all TEMPLATE=prompts/other.md
	steps "... and then nothing" "" all TEMPLATE=prompts/other.md
	steps "... and back" "gen-prompt*8"
	then_nothing

	rm outputs/-ep3/images/ch02.png
	steps "a picture deleted: what follows it" "draw-storyboard*1 write-entry*1 $finish"
	then_nothing
	rm outputs/-ep3/imagegen/ch02.prompt.json
	steps "a prompt deleted: what follows it" "draw-storyboard*1 gen-prompt*1 write-entry*1 $finish"
	then_nothing
	rm outputs/-ep3/imagegen/ch02.prompt.stamp
	steps "a stamp deleted: its prompt is looked at" "gen-prompt*1"
	then_nothing
	rm outputs/-ep3/imagegen/ch02.entry.json
	steps "an entry deleted" "write-entry*1 $finish"
	then_nothing
	rm outputs/-ep3/imagegen/ch02.chapter.json
	steps "a slice deleted: its prompt, which is the same" "gen-prompt*1 split-chapters*1"
	then_nothing
	rm outputs/-ep3/imagegen/chapters.mk
	steps "a fragment deleted: split" "split-chapters*1"
	then_nothing
	rm outputs/-ep3/imagegen/chapters.index
	steps "an index deleted: split, manifest" "split-chapters*1 $finish"
	then_nothing
	rm outputs/-ep3/images/manifest.json
	steps "a manifest deleted: published again" "write-manifest*1"
	then_nothing
	rm outputs/-ep3/provenance/imagegen_provenance.json
	steps "a provenance deleted: written again" "write-manifest*1 write-provenance*1"
	then_nothing
	rm -r outputs/-ep3/imagegen
	go >/dev/null
	is "the workings deleted: made again" "$rc" 0
	then_nothing

	cat outputs/*/images/manifest.json >before
	sums=$(cat outputs/*/images/*.png | sha256sum)
	cp -r outputs saved && rm -r outputs && mv saved outputs
	find outputs -type f | shuf | xargs touch
	go >/dev/null
	is "every date scrambled (cp -r, git checkout): succeeds" "$rc" 0
	is "... the same manifests, to the byte" "$(cat outputs/*/images/manifest.json | cmp - before)" ""
	then_nothing
	go -B all >/dev/null
	is "make -B: succeeds" "$rc" 0
	like "... everything ran" "$(ran)" "draw-storyboard*8 gen-prompt*8 placeholder-png*3 split-chapters*3"
	is "... the same manifests" "$(cat outputs/*/images/manifest.json | cmp - before)" ""
	is "... the same pictures" "$(cat outputs/*/images/*.png | sha256sum)" "$sums"
	then_nothing
	go clean >/dev/null
	is "make clean leaves the chapters and the books" "$(find outputs -type f | sort | tr '\n' ' ')" "outputs/-ep3/chapters.json outputs/ep1/chapters.json outputs/ep2/chapters.json outputs/limn.db "
	go >/dev/null
	# of the pictures all but the orphan of a chapter that was deleted
	is "make clean, make: made again" "$rc" 0
	then_nothing

	cp -r outputs/ep2 outputs/copy
	go -k all >/dev/null
	is "an episode copied to another name is refused, for its id" "$rc" 2
	is "... it is said" "$(grep -c 'episode_id: is "ep2", but the directory is called "copy"' log)" 1
	jq '.episode_id = "copy"' outputs/ep2/chapters.json >outputs/copy/chapters.json
	go >/dev/null
	is "... and drawn when its id is mended" "$rc" 0
	is "... and drawn when its id is mended: what the file says" "$(jq -r .episode_id outputs/copy/images/manifest.json)" copy
	then_nothing
}

round -j1
round -j8
finish
