#!/bin/sh
# SIGKILL of make and all its children at any moment, then make: complete, and
# nothing is bought twice but what was under way.  Two makes at once buy once.
# KILLS=15 kills so often for each model.
# shellcheck source=tests/lib.sh disable=SC2086 # $make is words
. "${0%/*}/lib.sh"
# shellcheck source=tests/mock.sh
. "$top/tests/mock.sh"
export OPENAI_API_KEY=sk-test ANTHROPIC_API_KEY=sk-ant-test
make="make -f $top/mk/limn.mk BIN=$bin"
manifest=outputs/bitcoin-nedir/images/manifest.json
jobs=8
mock_start --latency 0.08,0.2,0.04

fresh() {
	rm -rf outputs
	mkdir -p outputs/bitcoin-nedir
	jq '.chapters[].visual.image_prompt = null' "$top/outputs.example/bitcoin-nedir/chapters.json" \
		>outputs/bitcoin-nedir/chapters.json
	mock_reset
}
all_calls() { echo "$(($(calls messages) + $(calls images)))"; }
answers() { # in the store, looked at or not
	find outputs/.answers -maxdepth 1 '(' -name '*.json' -o -name '*.raw' ')' 2>/dev/null |
		sed 's|.*/||; s/\..*//' | sort -u | grep -cxE '[0-9a-f]{64}'
}
whole() {
	$make verify EP=bitcoin-nedir >/dev/null 2>&1 && $make -q $manifest >/dev/null 2>&1 && echo whole
}

# url answers are fetched, too
for model in gpt-image-2.6-flare dall-e-3; do
	export IMAGE_GEN_MODEL=$model
	[ $model != dall-e-3 ] || export IMAGE_GEN_PROVIDER=dalle3
	i=0
	while [ $i -lt "${KILLS:-5}" ]; do
		i=$((i + 1))
		fresh
		setsid $make -j$jobs $manifest >log 2>&1 &
		pid=$!
		# so many requests have come, and a moment more
		n=$(($(od -An -N1 -tu1 /dev/urandom) % 13))
		at=$(awk -v s="$(od -An -N2 -tu2 /dev/urandom)" 'BEGIN { printf "%.3f", 0.2 * s / 65536 }')
		wait_for eval '[ "$(wc -l <"$mock/log")" -ge $n ] || ! kill -0 $pid'
		sleep "$at"
		kill -9 "-$pid" 2>/dev/null
		wait $pid 2>/dev/null
		# the API has read by now what was sent before
		curl -s -o /dev/null "$api/"
		lost=$(($(all_calls) - $(answers)))
		$make -j$jobs $manifest >log 2>&1
		is "$model, killed $at s after call $n: the next run succeeds" "$?" 0
		is "... the episode is whole" "$(whole)" whole
		is "... only the $lost calls without an answer are made again" "$(all_calls)" $((12 + lost))
		ok "... which were not more than the jobs" test $lost -le $jobs
	done
done
unset IMAGE_GEN_MODEL IMAGE_GEN_PROVIDER

fresh
$make -j8 $manifest >log1 2>&1 &
one=$!
$make -j8 $manifest >log2 2>&1 &
two=$!
wait $one
is "two makes at once: one succeeds" "$?" 0
wait $two
is "... and the other" "$?" 0
is "... each prompt is bought once" "$(calls messages)" 6
is "... each picture, too" "$(calls images)" 6
$make $manifest >/dev/null 2>&1
is "... the episode is whole" "$(whole)" whole
is "... for nothing more" "$(all_calls)" 12
like "... one says that it waits" "$(cat log1 log2)" "waits for it"

# chapters that ask for the same
fresh
jq '.chapters |= map(if .visual.type == "title_card" or .visual.type == "talking_head" then .
	else .title = "T" | .narration.text = "N" | .visual = {type: "diagram", description: "The same.", image_prompt: null} end)' \
	outputs/bitcoin-nedir/chapters.json >t && mv t outputs/bitcoin-nedir/chapters.json
$make -j8 $manifest >log 2>&1
is "chapters with one request: make succeeds" "$?" 0
is "... one prompt is bought" "$(calls messages)" 1
is "... and one picture" "$(calls images)" 1

# no room on the disk: what was paid for is said, and nothing is half written
if mkdir full && mount -t tmpfs -o size=200k tmpfs full 2>/dev/null; then
	echo '{"prompt": "A picture."}' >p.json
	mock_reset
	script '{"route": "images", "times": 1}'
	dd if=/dev/zero of=full/fill bs=1k 2>/dev/null
	fails 74 "a full disk for the store" call-dalle --answers=full/answers -o r.json p.json
	ok "... nothing half written" test ! -e r.json
	umount full
else
	skip "a full disk for the store" "needs root to mount"
	skip "... nothing half written" "needs root to mount"
fi
finish
