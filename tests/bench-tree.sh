# shellcheck shell=sh disable=SC2154,SC2086 # names of bench.sh; $make is words
# What make costs: the first build, nothing to do, one edit; and ninja.
long=1000 builds=3 rounds=11 edits=5
if [ -n "${BENCH_QUICK:-}" ]; then
	long=4 builds=1 rounds=1 edits=1
fi

make_eight

# First build: an episode of nothing but storyboards.
episode "$long" 'diagram|b_roll|screen_share' >wide.json
i=0
while [ $((i += 1)) -le "$builds" ]; do
	rm -rf wide
	mkdir -p wide/ep0000
	cp wide.json wide/ep0000/chapters.json
	sample build $make -j2 OUTPUTS_DIR=wide all
done
n=$(find wide/ep0000/images -maxdepth 1 -name '*.png' | wc -l)
[ "$n" -eq "$long" ] || die "first build: $n storyboards, not $long"
table "First build, make -j2; $builds runs" "" "wall s" "wall ms a chapter" \
	"CPU ms a chapter" "RSS MB" "bytes a chapter" "at most"
row "1 x $long storyboards" "$(range build 2 1000)" "$(range build 2 "$long")" \
	"$(range build 3 "$long")" "$(memory build)" \
	"$(($(cat wide/ep0000/images/*.png | wc -c) / long))" \
	"$(target CPU "$(median build 3 "$long")" 45 " ms" \
	wall "$(median build 2 "$long")" 25 " ms")"

make_many

# The same for ninja.  Its log must know the commands: they all run once, and do
# nothing.
for tree in eight wide many; do
	run $make -q OUTPUTS_DIR=$tree all || die "$tree isn't up to date"
	has ninja || continue
	cat $tree/*/imagegen/chapters.mk |
		awk -v out=$tree -f "$here/bench-ninja.awk" >$tree.ninja
	run ninja -f $tree.ninja || :
	run ninja -f $tree.ninja || :
	grep -q 'no work to do' log || {
		echo "bench: ninja: in $tree: $(tail -n 1 log)" >&2
		rm $tree.ninja
	}
done

# Nothing to do.
one=$(printf 'many/ep%04d/images/manifest.json' $((episodes / 2)))
i=0
while [ $((i += 1)) -le "$rounds" ]; do
	for tree in eight wide many; do
		sample $tree $make OUTPUTS_DIR=$tree all
		[ ! -s $tree.ninja ] || peer $tree-ninja ninja -f $tree.ninja
	done
	sample one $make OUTPUTS_DIR=many "$one"
	[ ! -s many.ninja ] || peer one-ninja ninja -f many.ninja "$one"
done
idle() { # NAME TREE GOAL LABEL AT-MOST
	row "$4" "$(took $1)" "$(processes $make OUTPUTS_DIR=$2 $3)" \
		"$(ratio $1 $1-ninja)" "$5"
	n=-
	[ ! -s $2.ninja ] || n=$(processes ninja -f $2.ninja $3)
	row "... ninja" "$(took $1-ninja)" "$n" "" ""
}
ms() { target wall "$(median $1 2 1)" "$2" " ms"; }
table "Nothing to do, episodes x chapters; $rounds runs" "" "wall ms" "CPU ms" \
	"RSS MB" processes "limn / ninja" "at most"
idle eight eight all "1 x 8" "$(ms eight 10)"
idle wide wide all "1 x $long" ""
idle many many all "$episodes x 10" "$(target \
	RSS "$(median many 4 1024)" 40 " MB" \
	ratio "$(ratio many many-ninja)" 1.15 "" \
	processes "$(processes $make OUTPUTS_DIR=many all)" 1 "")"
idle one many "$one" "one of $episodes x 10" "$(ms one 10)"

# One description edited among all the episodes.
i=0
while [ $((i += 1)) -le "$edits" ]; do
	jq --arg i "$i" '.chapters[1].visual.description += " (\($i))"' \
		many/ep0000/chapters.json >edited
	cat edited >many/ep0000/chapters.json
	sample edit $make V=1 OUTPUTS_DIR=many all
	for tool in gen-prompt draw-storyboard write-entry write-provenance; do
		n=$(grep -c "/$tool " log) || :
		[ "$n" -eq 1 ] || die "one description edited: $tool ran $n times"
	done
	sample after $make OUTPUTS_DIR=many all
	run $make -q OUTPUTS_DIR=many all || die "there is still work to do"
done
table "One description edited, $episodes x 10; $edits runs" "" "wall ms" \
	"CPU ms" "RSS MB" "at most"
row "make all: 1 storyboard drawn" "$(took edit)" "$(target wall \
	"$(median edit 2 1)" "$(awk -v idle="$(median after 2 1)" \
	'BEGIN { print 2 * idle + 150 }')" " ms")"
row "make all again: nothing to do" "$(took after)" ""
