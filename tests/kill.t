#!/bin/sh
# SIGKILL of make and all its children at any moment, then make: complete, and
# nothing is bought twice but what was under way.  Two makes at once buy once.
# shellcheck source=tests/lib.sh disable=SC2086 # $make is words
. "${0%/*}/lib.sh"
# shellcheck source=tests/mock.sh
. "$top/tests/mock.sh"
export OPENAI_API_KEY=sk-test ANTHROPIC_API_KEY=sk-ant-test
make="make -f $top/mk/limn.mk BIN=$bin"
manifest=outputs/bitcoin-nedir/images/manifest.json
prompt_s=0.08 image_s=0.2 picture_s=0.04
mock_start --latency $prompt_s,$image_s,$picture_s

fresh() {
	rm -rf outputs
	mkdir -p outputs/bitcoin-nedir
	jq '.chapters[].visual.image_prompt = null' "$top/outputs.example/bitcoin-nedir/chapters.json" \
		>outputs/bitcoin-nedir/chapters.json
	mock_reset
}
# Requests that were read in the last moments before a time, by their latency,
# or since; a busy machine takes longer.
under_way() {
	jq -s --argjson t "$1" "map(select(
		(.route == \"messages\" and .at > \$t - $prompt_s - 0.25) or
		(.route == \"images\" and .at > \$t - $image_s - 0.25))) |
		length" "$mock/log"
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
	while [ $i -lt 15 ]; do
		i=$((i + 1))
		fresh
		setsid $make -j8 $manifest >log 2>&1 &
		pid=$!
		at=$(awk -v s="$(od -An -N2 -tu2 /dev/urandom)" 'BEGIN { printf "%.3f", 0.7 * s / 65536 }')
		sleep "$at"
		kill -9 "-$pid" 2>/dev/null
		now=$(cut -d' ' -f1 /proc/uptime)
		wait $pid 2>/dev/null
		sleep 0.1 # what was sent is read
		lost=$(($(all_calls) - $(answers))) recent=$(under_way "$now")
		$make -j8 $manifest >log 2>&1
		rc=$?
		total=$(all_calls)
		ok "$model, killed after $at s: complete, $total calls, $lost of $recent under way lost" \
			test "$rc $(whole)" = "0 whole" -a "$total" -eq $((12 + lost)) -a "$lost" -le "$recent"
		[ $rc -eq 0 ] || note "$(cat log)"
	done
done
unset IMAGE_GEN_MODEL IMAGE_GEN_PROVIDER

fresh
$make -j8 $manifest >log1 2>&1 &
one=$!
$make -j8 $manifest >log2 2>&1 &
two=$!
wait $one
rc1=$?
wait $two
is "two makes at once: both succeed" "$rc1 $?" "0 0"
is "... and buy once" "$(calls messages) $(calls images)" "6 6"
$make $manifest >/dev/null 2>&1
is "... the episode is whole" "$(whole) $(calls messages) $(calls images)" "whole 6 6"
like "... one says that it waits" "$(cat log1 log2)" "waits for it"

# chapters that ask for the same
fresh
jq '.chapters |= map(if .visual.type == "title_card" or .visual.type == "talking_head" then .
	else .title = "T" | .narration.text = "N" | .visual = {type: "diagram", description: "The same.", image_prompt: null} end)' \
	outputs/bitcoin-nedir/chapters.json >t && mv t outputs/bitcoin-nedir/chapters.json
$make -j8 $manifest >log 2>&1
is "chapters with one request buy once" "$? $(calls messages) $(calls images)" "0 1 1"

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
