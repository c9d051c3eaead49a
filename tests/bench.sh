#!/bin/sh
# What limn costs, beside what else there is; make bench runs it.  A number is
# the median (and the least and the most) of some runs, and limn and its peer
# took turns: on a busy machine it means little by itself, but then the peer's
# was as busy.  What a row should not exceed is said in its last column.
#
#	BIN=bin sh tests/bench.sh
#	BENCH_QUICK=1 ...		small trees: seconds, not minutes
#
# A peer that isn't installed (make deps-bench) is a dash.
# shellcheck disable=SC2086 # $make is words
set -eu
LC_ALL=C.UTF-8
export LC_ALL
unset MAKEFLAGS MFLAGS MAKELEVEL MAKE_TERMERR MAKE_TERMOUT LIMN_ERRORS \
	LIMN_SUMMARY LIMN OUTPUTS_DIR TEMPLATE IMAGE_GEN_PROVIDER \
	LLM_PROVIDER EP CHAPTER FORCE V
here=$(cd "$(dirname "$0")" && pwd)
top=${here%/*}
bin=${BIN:-bin}
case $bin in /*) ;; *) bin=$top/$bin ;; esac
PATH=$bin:$PATH
make="make -f $top/mk/limn.mk BIN=$bin TEMPLATE=imagegen.md"

episodes=1000 long=1000 cards=21 builds=3 rounds=11 edits=5
if [ -n "${BENCH_QUICK:-}" ]; then
	episodes=10 long=20 cards=3 builds=2 rounds=3 edits=2
fi

# Whatever takes its time is a child, which is stopped when we are.
pid=
leave() {
	trap - EXIT
	trap '' HUP INT TERM
	[ -z "$pid" ] || {
		kill "$pid" || :
		wait "$pid" || :
	} 2>/dev/null
	cd / && rm -rf "$t"
}
t=$(mktemp -d)
case $t in /*) ;; *) t=$PWD/$t ;; esac
trap leave EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
cd "$t"
run() { # COMMAND...
	"$@" >log 2>&1 &
	pid=$!
	s=0
	wait "$pid" || s=$?
	pid=
	return "$s"
}
die() {
	echo "bench: $*" >&2
	[ ! -s log ] || tail -n 5 log >&2
	exit 1
}
has() { command -v "$1" >/dev/null; }

# Samples: lines "NAME wall-ms cpu-ms rss-KB".  A peer that fails has none.
sample() { # NAME COMMAND...
	run ./bench-run samples "$@" || die "$1: exit status $?"
}
peer() {
	run ./bench-run samples "$@" || echo "bench: $1: exit status $?" >&2
}
values() { # NAME FIELD PER
	awk -v n="$1" -v f="$2" -v per="$3" '$1 == n { print $f / per }' \
		samples | sort -n
}
median() {
	values "$@" | awk '{ v[NR] = $1 }
		END { print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'
}
range() {
	values "$@" | awk '{ v[NR] = $1 }
		function s(x) { return sprintf(x < 10 ? "%.1f" : "%.0f", x) }
		END { if (!NR) { print "-"; exit }
		m = (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2
		print s(m) " (" s(v[1]) "-" s(v[NR]) ")" }'
}
memory() { range "$1" 4 1024 | sed 's/ (.*//'; }
took() { # NAME: wall, CPU, memory
	echo "$(range "$1" 2 1) | $(range "$1" 3 1) | $(memory "$1")"
}
ratio() { # NAME NAME: of their walls, in each round; the median
	awk -v a="$1" -v b="$2" '$1 == a { wall = $2 }
		$1 == b { print wall / $2 }' samples | sort -n |
		awk '{ v[NR] = $1 } END { if (!NR) print "-"
		else printf "%.2f\n", v[int((NR + 1) / 2)] }'
}
bytes() {
	if [ -s "$1" ]; then wc -c <"$1"; else echo -; fi
}
processes() { # COMMAND...
	if has strace && run strace -f -o trace -e trace=execve "$@"; then
		grep -c '= 0$' trace
	else
		echo -
	fi
}
target() { # WHAT VALUE MOST UNIT ...
	awk 'BEGIN { for (i = 1; i + 3 < ARGC; i += 4) {
			all = all comma ARGV[i] " " ARGV[i + 2] ARGV[i + 3]
			comma = ", "
			if (ARGV[i + 1] + 0 > ARGV[i + 2] + 0)
				missed = missed " " ARGV[i]
		}
		print all ": " (missed == "" ? "met" : "missed" missed) }' "$@"
}
table() { # HEADING, then the columns
	printf '\n%s\n\n' "$1"
	shift
	row "$@"
	printf '|'
	printf ' --- |%.0s' "$@"
	echo
}
row() {
	printf '|'
	printf ' %s |' "$@"
	echo
}

has jq || die "there is no jq; run: make deps"
${CC:-cc} -O2 -o bench-run "$here/bench-run.c" || die "there is no compiler"
cp "$top/prompts/imagegen.md" imagegen.md
example=$top/outputs.example/bitcoin-nedir/chapters.json
: >samples

echo "limn, $(date +%F), $(uname -sr), $(nproc) processors," \
	"load $(cut -d' ' -f1-3 /proc/loadavg)"
[ -z "${BENCH_QUICK:-}" ] ||
	echo "Quick: few runs of small trees; the targets are for the large ones."

# One picture.
# shellcheck disable=SC1112 # that is how it is written
title='Bitcoin’in Tarihi: Şifreleme, Güvenlik ve İnanç'
font=$(fc-match -f '%{file}' 'Inter,Open Sans,DejaVu Sans,sans-serif:bold')
magick=
for c in magick convert-im6.q16 convert; do
	! "$c" -version 2>/dev/null | grep -q ImageMagick || {
		magick=$c
		break
	}
done
pillow=$(IFS=: && for d in $PATH; do
	[ -x "$d/python3" ] && "$d/python3" -c '
import sys, PIL
print(sys.executable)' && break
done 2>/dev/null) || pillow=
jq -n --arg title "$title" '{chapter_id: "card", title: $title,
	visual: {type: "title_card", description: $title}}' >card.json
mkdir -p eight/bitcoin-nedir && cp "$example" eight/bitcoin-nedir
run $make OUTPUTS_DIR=eight all || die "no episode could be drawn"
c=eight/bitcoin-nedir/imagegen/ch02
i=0
while [ $((i += 1)) -le "$cards" ]; do
	sample card placeholder-png -o card.png card.json
	[ -z "$magick" ] || peer card-magick "$magick" -size 1632x1080 \
		-background '#F7931A' -fill '#1A1714' -font "$font" \
		-pointsize 176 -gravity west caption:"$title" \
		-gravity center -extent 1920x1080 PNG8:magick.png
	[ -z "$pillow" ] || peer card-pillow "$pillow" "$here/bench-pillow.py" \
		"$font" pillow.png "$title"
	sample frame draw-storyboard -o frame.png $c.prompt.json
	sample steps gen-prompt -t imagegen.md --stamp=ch02.prompt.stamp \
		-o ch02.prompt.json $c.chapter.json + \
		draw-storyboard -o ch02.png ch02.prompt.json + \
		write-entry -o ch02.entry.json ch02.png $c.chapter.json \
		ch02.prompt.json
done
table "One picture of 1920x1080; $cards runs" "" "wall ms" "CPU ms" "RSS MB" \
	bytes "at most"
row "a card" "$(took card)" "$(bytes card.png)" "$(target \
	CPU "$(median card 3 1)" 35 " ms" RSS "$(median card 4 1024)" 24 " MB" \
	bytes "$(bytes card.png)" 12288 "")"
row "... ImageMagick, caption:, PNG8" "$(took card-magick)" \
	"$(bytes magick.png)" ""
row "... Pillow, wrapped" "$(took card-pillow)" "$(bytes pillow.png)" ""
row "a storyboard" "$(took frame)" "$(bytes frame.png)" ""
row "a storyboard's chapter, all steps" "$(took steps)" "" \
	"$(target CPU "$(median steps 3 1)" 70 " ms")"

# First build: an episode of nothing but storyboards.
episode() { # HOW-MANY TYPES: chapters like the example's of these types
	jq --argjson n "$1" --arg types "$2" '[.chapters[] |
		select(.visual.type | test($types))] as $c |
		.episode_id = "ep0000" | .total_chapters = $n |
		.chapters = [range($n) | $c[. % ($c | length)] +
			{chapter_id: "ch\(. + 1)", order: (. + 1)}]' "$example"
}
episode "$long" 'diagram|b_roll|screen_share' >wide.json
i=0
while [ $((i += 1)) -le "$builds" ]; do
	rm -rf wide
	mkdir -p wide/ep0000
	cp wide.json wide/ep0000/chapters.json
	sample build $make -j2 OUTPUTS_DIR=wide all
done
n=$(find wide/ep0000/images -name '*.png' | wc -l)
[ "$n" -eq "$long" ] || die "first build: $n storyboards, not $long"
table "First build, make -j2; $builds runs" "" "wall s" "wall ms a chapter" \
	"CPU ms a chapter" "RSS MB" "bytes a chapter" "at most"
row "1 x $long storyboards" "$(range build 2 1000)" "$(range build 2 "$long")" \
	"$(range build 3 "$long")" "$(memory build)" \
	"$(($(cat wide/ep0000/images/*.png | wc -c) / long))" \
	"$(target CPU "$(median build 3 "$long")" 70 " ms")"

# Many episodes: one is made, the others are copies with other ids and the same
# dates.  Nobody reads their pictures, which are left empty.
mkdir -p many/ep0000
episode 10 . >many/ep0000/chapters.json
run $make OUTPUTS_DIR=many all || die "no episode could be drawn"
for d in images imagegen provenance; do
	seq -f "many/ep%04g/$d" "$((episodes - 1))" | xargs mkdir -p
done
find many/ep0000 -type f >files
awk -v n="$episodes" '{
	path = $0
	text = ""
	while (path !~ /png$/ && (getline line <path) > 0)
		text = text line "\n"
	close(path)
	for (i = 1; i < n; i++) {
		id = sprintf("ep%04d", i)
		to = path
		sub(/ep0000/, id, to)
		copy = text
		gsub(/ep0000/, id, copy)
		printf "%s", copy >to
		close(to)
	}
}' files
while read -r f; do
	touch -r "$f" many/ep*/"${f#many/ep0000/}"
done <files

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
	wall "$(median many 2 1)" 450 " ms" RSS "$(median many 4 1024)" 40 " MB" \
	ratio "$(ratio many many-ninja)" 1.3 "" \
	processes "$(processes $make OUTPUTS_DIR=many all)" 1 "")"
idle one many "$one" "one of $episodes x 10" "$(ms one 10)"

# One description edited among all the episodes.
i=0
while [ $((i += 1)) -le "$edits" ]; do
	jq --arg i "$i" '.chapters[1].visual.description += " (\($i))"' \
		many/ep0000/chapters.json >edited
	cat edited >many/ep0000/chapters.json
	sample edit $make V=1 OUTPUTS_DIR=many all
	for tool in gen-prompt draw-storyboard write-entry write-manifest; do
		n=$(grep -c "/$tool " log) || :
		[ "$n" -eq 1 ] || die "one description edited: $tool ran $n times"
	done
	sample after $make OUTPUTS_DIR=many all
	run $make -q OUTPUTS_DIR=many all || die "there is still work to do"
done
table "One description edited, $episodes x 10; $edits runs" "" "wall ms" \
	"CPU ms" "RSS MB" "at most"
row "make all: 1 storyboard drawn" "$(took edit)" "$(ms edit 1000)"
row "make all again: nothing to do" "$(took after)" "$(ms after 450)"

printf '\nload at the end %s\n' "$(cut -d' ' -f1-3 /proc/loadavg)"
