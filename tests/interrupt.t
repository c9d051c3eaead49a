#!/bin/sh
# Interrupted at any moment, twice at once, edited meanwhile: the next make
# finishes the work, and there is nothing half-written.  KILLS=1 interrupts at
# more moments.
# shellcheck source=tests/chain.sh
. "${0%/*}/chain.sh"
jobs=-j3
new_episodes

half() { # what is empty, or no JSON, or no PNG
	find outputs -name '*.json' ! -name '.*' -exec sh -c '
		for f; do jq -e . "$f" >/dev/null 2>&1 || echo "$f"; done' - {} +
	find outputs -name '*.png' -exec sh -c '
		for f; do [ "$(tail -c 8 "$f" | od -An -tx1 | tr -d " \n")" = \
			49454e44ae426082 ] || echo "$f"; done' - {} +
}
retitle() {
	for e in ep1 ep2 -ep3; do
		ed "$e" ".chapters[].title += \"$1\""
	done
}
have_run() { [ "$(wc -l <trace)" -ge "$1" ]; } # LINES of the trace
titles() { jq -r '.images[].chapter_title' outputs/*/images/manifest.json | grep -c "$1\$"; }
interrupt() { # SIGNAL LINES: all of make's processes, when so much has run
	: >trace
	# a session of its own, so that the signal reaches all of it and no more
	setsid sh -c "echo \$\$ >pid; exec $make -j3 all" >log 2>&1 &
	wait_for have_run "$2"
	kill "-$1" "-$(cat pid)"
	wait $! 2>/dev/null
}

go all >/dev/null
moments="7 20"
[ -z "${KILLS-}" ] || moments="3 7 12 20 29"
for signal in TERM INT KILL; do
	for lines in $moments; do
		retitle "$signal"
		slow draw-storyboard .05
		slow gen-prompt .05
		interrupt "$signal" "$lines"
		quick
		is "SIG$signal after $lines steps: nothing half-written" "$(half)" ""
		go all >/dev/null
		is "... the next run succeeds" "$rc" 0
		is "... and has all pictures" "$(titles "$signal")" 12
	done
	then_nothing
done
is "no temporary file is left, not even of SIGKILL" "$(find outputs -name '.*')" ""

# only make, not its children
retitle make
slow draw-storyboard .3
: >trace
$make -j3 all >log 2>&1 &
p=$!
wait_for have_run 10
kill -TERM $p
wait $p
quick
# its children may be there yet
none_runs() { ! pgrep -f "$work/bin/" >/dev/null; }
wait_for none_runs
go all >/dev/null
is "SIGTERM of make alone: the next run succeeds" "$rc" 0
is "... nothing half-written" "$(half)" ""
then_nothing

# two at once
retitle two
slow draw-storyboard .1
$make -j3 all >log2 2>&1 &
p=$!
go all >/dev/null
wait $p
is "two makes at once: one succeeds" "$?" 0
is "... and the other" "$rc" 0
quick
is "... nothing half-written" "$(half)" ""
go all >/dev/null
is "... the next run succeeds" "$rc" 0
is "... and has all pictures" "$(titles two)" 12
then_nothing
go clean >/dev/null
$make -j3 all >log2 2>&1 &
p=$!
go all >/dev/null
wait $p
is "two makes at once from nothing: one succeeds" "$?" 0
is "... and the other" "$rc" 0
go all >/dev/null
then_nothing

# inputs that are edited while a slow step runs
for tool in gen-prompt draw-storyboard write-entry write-manifest write-provenance; do
	ed ep1 ".chapters[1].visual.description = \"$tool is slow\""
	hold $tool
	$make -j3 all >log 2>&1 &
	p=$!
	held $tool
	ed ep1 ".chapters[1].visual.description = \"edited while $tool ran\""
	quick
	wait $p
	go all >/dev/null
	is "chapters.json edited while $tool ran: seen" "$(jq -r '.images[1].metadata.alt' outputs/ep1/images/manifest.json)" "edited while $tool ran"
	then_nothing
done
hold split-chapters
ed ep1 '.chapters[1].visual.description = "one"'
$make -j3 all >log 2>&1 &
p=$!
held split-chapters
ed ep1 '.chapters[1].visual.description = "two"'
quick
wait $p
go all >/dev/null
is "chapters.json edited while it is split: seen" "$(jq -r '.images[1].metadata.alt' outputs/ep1/images/manifest.json)" "two"
then_nothing
hold gen-prompt
touch prompts/imagegen.md
$make -j3 all >log 2>&1 &
p=$!
held gen-prompt
sed -i 's/F7931A/F7931C/' prompts/imagegen.md
quick
wait $p
go all >/dev/null
is "the template edited while prompts are written: seen" "$(jq -r '.images[1].prompt' outputs/ep1/images/manifest.json | grep -c F7931C)" 1
then_nothing

# the future
touch -d '+1 hour' outputs/ep1/chapters.json
# shellcheck disable=SC2086 # words
timeout 20 $make $jobs all >log 2>&1
is "chapters.json from the future: no endless start" "$?" 0
is "... is said" "$(grep -c 'was dated in the future' log)" 1
then_nothing
ed ep1 '.chapters[1].visual.description = "after the future"'
go all >/dev/null
is "... and the next edit is seen" "$(jq -r '.images[1].metadata.alt' outputs/ep1/images/manifest.json)" "after the future"
touch -d '+1 hour' prompts/imagegen.md
go all >/dev/null
steps "a template from the future: prompts each time, nothing after" "gen-prompt*9"
touch prompts/imagegen.md
go all >/dev/null
then_nothing

# a split that is killed is no verdict on its chapters.json
mv bin/split-chapters good
printf '#!/bin/sh\nkill -9 $$\n' >bin/split-chapters && chmod +x bin/split-chapters
touch outputs/ep1/chapters.json
go all >/dev/null
is "split-chapters killed: make fails" "$rc" 2
is "... and that is no verdict" "$(grep -c refused outputs/ep1/imagegen/chapters.mk)" 0
mv good bin/split-chapters
go all >/dev/null
is "... the next run mends it" "$rc" 0
then_nothing

# a full disk, and one that can't be written to
ed ep2 '.chapters[1].visual.description = "full"'
mv bin/draw-storyboard good
cat >bin/draw-storyboard <<END
#!/bin/sh
ulimit -f 1
exec "$bin/draw-storyboard" "\$@"
END
chmod +x bin/draw-storyboard
before=$(sha256sum <outputs/ep2/images/ch02.png)
go all >/dev/null
is "no space for a picture: make fails" "$rc" 2
is "... the old picture stands" "$(sha256sum <outputs/ep2/images/ch02.png)" "$before"
is "... and the old manifest" "$(jq -r '.images[1].metadata.alt' outputs/ep2/images/manifest.json)" "Picture 2 of ep2."
is "... nothing half-written" "$(half)" ""
is "... no temporary file is left" "$(find outputs -name '.tmp.*')" ""
mv good bin/draw-storyboard
go all >/dev/null
is "... when there is space, make succeeds" "$rc" 0
is "... and the picture is the new one" "$(jq -r '.images[1].metadata.alt' outputs/ep2/images/manifest.json)" full
then_nothing
finish
