#!/bin/sh
# What happens, and what is paid: the table of the design with real providers,
# row by row, the calls counted by the API; one job after the other, and all at
# once.
# shellcheck source=tests/chain.sh
. "${0%/*}/chain.sh"
# shellcheck source=tests/mock.sh
. "$top/tests/mock.sh"

mock_start --
export OPENAI_API_KEY=sk-test-openai ANTHROPIC_API_KEY=sk-test-anthropic

# NAME PROMPTS+IMAGES [ARGUMENT...]: make succeeds and buys just that
pays() {
	name=$1 want=$2
	shift 2
	was_p=$(calls messages) was_i=$(calls images)
	go "$@" >/dev/null
	is "$name" "$(($(calls messages) - was_p))+$(($(calls images) - was_i)), $rc" "$want, 0"
}
sums() { sha256sum outputs/*/images/*.png | sha256sum; }
last_image() { tail -n 1 "$mock/log" | jq -r ".body.$1"; }
manifest=outputs/ep1/images/manifest.json

round() {
	jobs=$1
	rm -rf outputs rel2
	mock_reset
	new_episodes
	cp "$top/prompts/imagegen.md" prompts
	note "make $jobs"

	pays "first build" 9+9
	is "... each chapter has its picture" "$(jq -r '.images[].generation_method' outputs/*/images/manifest.json | sort | uniq -c | tr -s ' \n' ' ')" " 9 openai 3 template "
	is "... as the API drew it" "$(jq -r '.images[1].metadata.sha256' $manifest)" "sha256:$(sha256sum <outputs/ep1/images/ch02.png | cut -d' ' -f1)"
	is "... and says what it cost" "$(jq '[.images[].metadata.cost_usd // 0] | add > 0.1' $manifest)" true
	is "... the provenance, too" "$(jq '[.cost_usd > 0.1, .input_tokens > 0, .image_gen_model, .model] | join(" ")' outputs/ep1/provenance/imagegen_provenance.json)" '"true true gpt-image-2.6-flare claude-sonnet-5-5"'
	then_nothing
	pages=$(sums)
	touch outputs/*/chapters.json
	jq -c . outputs/ep1/chapters.json >t && mv t outputs/ep1/chapters.json
	pays "chapters.json touched, reformatted" 0+0
	then_nothing
	ed ep2 '.chapters[2] |= (.narration.estimated_duration_seconds = 12 | .notes = null)'
	pays "what no picture shows is edited" 0+0
	ed ep2 '.chapters[2].visual.description = "A new picture."'
	pays "one description edited" 1+1
	is "... its prompt reached the API" "$(last_image prompt | cut -c1-60)" "$(jq -r '.images[2].prompt' outputs/ep2/images/manifest.json | head -n 1 | cut -c1-60)"
	then_nothing
	ed ep2 '.chapters[2].visual.image_prompt = "My own prompt."'
	pays "the author's own prompt" 0+1
	is "... as it is, after the style" "$(last_image prompt)" "Professional educational content illustration for Bitcoin/cryptocurrency video. Clean, modern, minimalist design. My own prompt."
	then_nothing

	ed ep1 '.chapters |= (reverse | to_entries | map(.value + {order: (.key + 1)}))'
	pays "reordered" 0+0
	ed ep1 'del(.chapters[1]) | .total_chapters = 3 | .chapters |= (to_entries | map(.value + {order: (.key + 1)}))'
	pays "a chapter deleted" 0+0
	ed ep1 '.chapters[0].chapter_id = "renamed"'
	pays "a chapter's id renamed: from the store" 0+0
	ok "... with its picture" cmp outputs/ep1/images/renamed.png outputs/ep1/images/ch04.png
	then_nothing
	jq -s '.[0].chapters[3] = (.[1].chapters[3] | .chapter_id = "copied") | .[0]' \
		outputs/ep2/chapters.json outputs/-ep3/chapters.json >t && mv t outputs/ep2/chapters.json
	pays "a chapter copied to another episode: from the store" 0+0
	then_nothing

	touch prompts/imagegen.md
	pays "template touched" 0+0
	sed -i '$s/$/ A note that nobody sends./' prompts/imagegen.md
	pays "template edited in what isn't sent" 0+0
	then_nothing
	script '{"route": "messages", "match": "My own", "times": 0, "status": 500}'
	sed -i 's/F7931A/F7931B/' prompts/imagegen.md
	pays "template edited: every prompt of an LLM, and its picture" 6+6
	then_nothing
	sed -i 's/F7931B/F7931A/' prompts/imagegen.md
	pays "... and put back: from the store" 0+0

	for s in MODEL=gpt-image-2.5-sunburst SIZE=1536x864 QUALITY=low "STYLE_PREFIX=In ink. "; do
		pays "IMAGE_GEN_$s: a picture each" 0+7 all "IMAGE_GEN_$s"
		pays "... and then nothing" 0+0 all "IMAGE_GEN_$s"
		is "... no step either" "$(ran)" ""
		pays "... the same setting put back: from the store" 0+0
		then_nothing
	done
	pays "a default that is named is no news for the store" 0+0 all IMAGE_GEN_QUALITY=high
	pays "... and back" 0+0

	mkdir -p rel2/bin rel2/tools
	cp "$bin"/* rel2/bin/
	jq '.defaults |= (.IMAGE_GEN_MODEL = "gpt-image-2.5-flare" | .IMAGE_GEN_SIZE = "1280x720"
		| .IMAGE_GEN_QUALITY = "medium" | .IMAGE_GEN_STYLE_PREFIX = "Other. ")' \
		"$top/tools/models.json" >rel2/tools/models.json
	rel2="BIN=$work/rel2/bin"
	pays "a new release with other defaults" 0+0 all "$rel2"
	is "... has nothing to do" "$($make -q all "$rel2" >/dev/null 2>&1; echo $?)" 0
	ed ep2 '.chapters[1].visual.description = "Once more."'
	pays "... draws a changed chapter" 1+1 all "$rel2"
	is "... as it was begun" "$(tail -n 1 "$mock/log" | jq -r '.body | "\(.model) \(.size) \(.quality) \(.prompt[:12])"')" "gpt-image-2.6-flare 2048x1152 high Professional"
	pays "... until the user names a setting" 0+7 all "$rel2" IMAGE_GEN_SIZE=1792x1024
	is "... and no more than that" "$(tail -n 1 "$mock/log" | jq -r '.body | "\(.model) \(.size) \(.quality) \(.prompt[:12])"')" "gpt-image-2.6-flare 1792x1024 high Professional"
	new_episode ep4
	pays "... a new episode has the new defaults" 3+3 all "$rel2" IMAGE_GEN_SIZE=1792x1024
	is "... but for what is named" "$(tail -n 1 "$mock/log" | jq -r '.body | "\(.model) \(.size) \(.quality) \(.prompt[:6])"')" "gpt-image-2.5-flare 1792x1024 medium Other."
	rm -r outputs/ep4
	pays "... and the former release has nothing to buy" 0+0
	then_nothing

	rm outputs/-ep3/images/ch02.png
	pays "a picture deleted" 0+0
	is "... only what follows it ran" "$(ran)" "download*1 write-entry*1 $finish"
	rm outputs/-ep3/imagegen/ch02.response.json
	pays "a response deleted" 0+0
	is "... only what follows it ran" "$(ran)" "call-dalle*1 download*1 write-entry*1 $finish"
	rm outputs/-ep3/imagegen/ch02.entry.json
	pays "an entry deleted" 0+0
	rm outputs/-ep3/imagegen/ch03.prompt.json
	pays "a prompt deleted" 0+0
	rm outputs/-ep3/imagegen/ch02.chapter.json
	pays "a slice deleted" 0+0
	rm -r outputs/-ep3/imagegen
	pays "the workings deleted" 0+0
	then_nothing
	pages=$(sums)
	cp -r outputs saved && rm -r outputs && mv saved outputs
	find outputs -type f | shuf | xargs touch
	pays "every date scrambled" 0+0
	pays "make -B" 0+0 -B all
	is "... the same pictures" "$(sums)" "$pages"
	go clean >/dev/null
	is "make clean leaves the chapters, what was bought, the books, and how it was begun" "$(find outputs -type f ! -path '*/.answers/*' | sort | tr '\n' ' ')" "outputs/-ep3/chapters.json outputs/-ep3/imagegen/defaults.json outputs/ep1/chapters.json outputs/ep1/imagegen/defaults.json outputs/ep2/chapters.json outputs/ep2/imagegen/defaults.json outputs/limn.db outputs/limn.db-lock "
	pays "make clean, make" 0+0
	then_nothing

	ed ep1 '.chapters[0].visual.description = "Refused." | .chapters[1].visual.description = "Fine."'
	script '{"route": "images", "match": "Refused", "times": 0, "status": 400, "body": {"error": {"message": "No.", "type": "image_generation_user_error", "code": "moderation_blocked", "param": null}}}'
	script '{"route": "messages", "match": "Refused", "body": {"id": "m", "type": "message", "role": "assistant", "content": [{"type": "text", "text": "Refused picture of a bridge over a wide river."}], "stop_reason": "end_turn", "usage": {"input_tokens": 10, "output_tokens": 5}}}'
	cp $manifest before
	was=$(calls images)
	go imagegen EP='ep1 ep2' >/dev/null
	is "one chapter refused: the others are drawn" "$(($(calls images) - was))" 2
	is "... the status" "$rc" 2
	ok "... and kept" test outputs/ep1/imagegen/ch02.response.json -nt outputs/ep1/chapters.json
	ok "... the old manifest stands" cmp $manifest before
	like "... the message says where a picture of one's own goes" "$(grep 'call-dalle: ' log)" "outputs/ep1/own/renamed.png"
	like "... the next episode is none the worse" "$(cat log)" "ep2 -> already up-to-date"
	was=$(calls images)
	go imagegen EP=ep1 >/dev/null
	is "... the next run asks for that one only" "$(($(calls images) - was))" 1
	is "... the next run asks for that one only: the status" "$rc" 2
	mkdir -p outputs/ep1/own
	cp outputs/ep2/images/ch02.png outputs/ep1/own/renamed.png
	touch -d 2020-01-01 outputs/ep1/own/renamed.png
	pays "a picture of one's own: nothing is bought" 0+0 imagegen EP=ep1
	is "... it is in the manifest" "$(jq -r '.images[0] | "\(.chapter_id) \(.generation_method) \(.model) \(.metadata.sha256)"' $manifest)" "renamed manual null sha256:$(sha256sum <outputs/ep1/own/renamed.png | cut -d' ' -f1)"
	then_nothing
	ed ep1 '.chapters[0].visual.description = "Fine, too."'
	pays "... and stays, whatever the chapter says" 0+0
	is "... which its record follows" "$(jq -r '.images[0].metadata.alt' $manifest)" "Fine, too."
	rm outputs/ep1/own/renamed.png
	pays "... until it is taken away" 1+1
	is "... then it is drawn" "$(jq -r '.images[0].generation_method' $manifest)" "openai"
	then_nothing

	pays "FORCE=1 of a chapter: bought anew" 1+1 imagegen EP=ep1 CHAPTER=ch02 FORCE=1
	n=$(jq -r '.request_sha256[7:]' outputs/ep1/imagegen/ch02.response.json)
	former=$(jq -r '.picture_sha256[7:]' "outputs/.answers/$n.1.json")
	ok "... the former answer is kept beside it, and its picture" test -s "outputs/.answers/$n.json" -a -s "outputs/.answers/$former.png"
	like "... and what it cost is said" "$(cat log)" 'ep1 -> 2/3 images generated ($0.0'
	pays "... and then nothing" 0+0
	pays "FORCE=1 of an episode" 2+2 imagegen EP=ep1 FORCE=1

	OPENAI_API_KEY='' ANTHROPIC_API_KEY='' pays "the keys are gone: a finished episode stays as it is" 0+0
	is "... no step is taken" "$(ran)" ""
	ed ep1 '.chapters[0].visual.description = "Without a key."'
	OPENAI_BASE_URL=https://192.0.2.1/v1 ANTHROPIC_BASE_URL=https://192.0.2.1 \
		OPENAI_API_KEY='' ANTHROPIC_API_KEY='' go >/dev/null
	is "... and a changed chapter isn't drawn as a draft" "$rc" 2
	is "... and a changed chapter isn't drawn as a draft: it is said" "$(grep -c 'ANTHROPIC_API_KEY is not set' log)" 1
	pays "drafts, if the user names them" 0+0 all IMAGE_GEN_PROVIDER=storyboard
	is "... are drawn" "$(jq -r '.images[].generation_method' outputs/ep1/images/manifest.json | sort -u | tr '\n' ' ')" "storyboard template "
	pays "... and with keys the next make buys what is missing" 1+1
	then_nothing
}

round -j1
round -j64
finish
