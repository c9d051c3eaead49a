# For tests of the chain: three episodes of four chapters, and tools that say
# when they run.
#
#	jobs=-j8		how make is run from here on
#	go [ARGUMENT...]	run make; prints what ran, "tool*count ..." sorted
#	$rc, log		its status, what it said
#	ed EPISODE FILTER	edit chapters.json with jq
#	slow TOOL SECONDS	the tool takes so long, after its work
#	hold TOOL		the tool doesn't end before quick
#	held TOOL		wait until it has done its work
#	quick			all tools are as fast as they are
# shellcheck shell=sh
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
jobs=-j1
rc=0
mkdir bin
export TRACE="$work/trace"
for tool in split-chapters gen-prompt call-dalle download draw-storyboard \
	placeholder-png check-png thumbnail-png write-entry write-manifest \
	write-provenance write-gallery verify-manifest; do
	cat >"bin/$tool" <<-END
		#!/bin/sh
		echo "$tool" >>"\$TRACE"
		[ -e "$work/slow.$tool" ] || exec "$bin/$tool" "\$@"
		"$bin/$tool" "\$@"; s=\$?
		: >"$work/held.$tool"
		while t=\$(cat "$work/slow.$tool" 2>/dev/null) && [ "\$t" = held ]; do
			sleep .02
		done
		[ "\$t" = held ] || sleep "\${t:-0}"
		exit \$s
	END
	chmod +x "bin/$tool"
done
for tool in write-settings plan-episode record-asset \
	report-cost migrate-db; do
	ln -s "$bin/$tool" bin
done
mkdir prompts && cp "$top/prompts/imagegen.md" prompts
make="make -f $top/mk/limn.mk BIN=$work/bin TEMPLATE=prompts/imagegen.md"

new_episode() { # ID
	mkdir -p "outputs/$1"
	jq -n --arg e "$1" '{schema_version: "1.0", episode_id: $e,
		title: "Episode \($e)", total_chapters: 4,
		estimated_duration_seconds: 240,
		chapters: [range(1; 5) | {chapter_id: "ch0\(.)",
			title: "\($e) \(.)", order: .,
			narration: {text: "Word \(.).", word_count: 2,
				estimated_duration_seconds: 60},
			visual: {type: (if . == 1 then "title_card"
				else "diagram" end),
				description: "Picture \(.) of \($e).",
				image_prompt: null},
			overlays: [], transitions: {in: "cut", out: "cut"},
			notes: "a note"}]}' >"outputs/$1/chapters.json"
}
new_episodes() {
	for e in ep1 ep2 -ep3; do
		new_episode "$e"
	done
}
ran() {
	sort trace | uniq -c | awk '{printf "%s%s*%s", s, $2, $1; s = " "}'
}
go() {
	: >trace
	[ $# -gt 0 ] || set -- all
	# shellcheck disable=SC2086 # words
	$make $jobs "$@" >log 2>&1
	rc=$?
	ran
}
ed() {
	jq "$2" "outputs/$1/chapters.json" >t &&
		mv t "outputs/$1/chapters.json"
}
slow() { echo "$2" >"slow.$1"; }
hold() { slow "$1" held; }
held() { wait_for test -e "held.$1"; }
quick() { rm -f slow.* held.*; }
steps() { # NAME WANT [ARGUMENT...]: make ran just these steps, and succeeded
	name=$1 want=$2
	shift 2
	is "$name" "$(go "$@"; echo "; $rc")" "$want; 0"
}
then_nothing() {
	is "... and then nothing" "$(go)" ""
	$make -q all >/dev/null 2>&1
	is "... and make -q says so" "$?" 0
}
# shellcheck disable=SC2034 # for the tests
chain="draw-storyboard*1 gen-prompt*1 split-chapters*1 write-entry*1 write-gallery*1 write-manifest*2 write-provenance*1"
# shellcheck disable=SC2034 # for the tests
finish="write-gallery*1 write-manifest*2 write-provenance*1"
