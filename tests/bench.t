#!/bin/sh
# make bench runs, small: its rows are there, whatever the numbers are; and a
# peer that is missing, a target that is missed, a signal, do no harm.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
mkdir tmp
export TMPDIR="$work/tmp" BENCH_QUICK=1 BIN="$bin"
bench() { # [SETTING...]: its status
	env "$@" sh "$top/tests/bench.sh" >out 2>err
	echo $?
}
row() { # LABEL: its numbers, each as N
	grep -F "| $1 |" out | cut -d'|' -f3- | tr -d '\n' |
		sed -E 's/-?[0-9][0-9.]*( \(-?[0-9.]+--?[0-9.]+\))?/N/g'
}
numbers() { # HOW-MANY LABEL
	like "a row: $2" "$(row "$2")" "$(printf ' N |%.0s' $(seq "$1"))"
}
peer() { # COMMAND LABEL NUMBERS: a row, or several, if it is installed
	if "$1" --version >/dev/null 2>&1; then
		is "a row: $2" "$(row "$2")" "$3"
	else
		skip "a row: $2" "there is no $1"
	fi
}

is "bench succeeds, and asks nobody else" "$(bench IMAGE_GEN_PROVIDER=openai \
	OPENAI_API_KEY=any OPENAI_BASE_URL=http://127.0.0.1:1/v1)" 0
is "... without a word of complaint" "$(cat err)" ""
is "... and leaves nothing behind" "$(ls -A tmp)" ""
numbers 4 "a card"
numbers 4 "a storyboard"
numbers 3 "a storyboard's chapter, all steps"
for n in "draft: draw-storyboard" "buy: call-dalle" "again: download"; do
	is "a row: $n" "$(row "$n" | sed 's/ - / N /')" " N | N | N | N | N |"
done
numbers 5 "1 x 4 storyboards"
numbers 3 "1 x 8"
numbers 3 "1 x 4"
numbers 3 "3 x 10"
numbers 3 "one of 3 x 10"
numbers 3 "make all: 1 storyboard drawn"
numbers 3 "make all again: nothing to do"
for n in "one process" "3 processes, two at a time" "nothing new, one process" \
	"nothing new, 3 processes"; do
	numbers 3 "$n"
done
for n in "call-dalle, no database" "with a ledger"; do
	numbers 2 "$n"
done
for n in "gen-prompt, from the store" "call-dalle, a purchase" \
	"migrate-db up, up to date" "no database"; do
	numbers 3 "$n"
done
is "... with a database" "$(row "... with a database")" \
	"$(printf ' N | N | N |  |%.0s' 1 2)"
is "a row: what the ledger adds" "$(row "that adds" | grep -o N | wc -l)" 12
numbers 3 "30 pictures in it"
peer python3 "... Python" "$(printf ' N | N | N |  |  |%.0s' 1 2 3 4)"
peer sqlite3 "with one of 48 purchases" " N | N |  |"
peer sqlite3 "... and limits for month and total" " N | N |  |"
peer sqlite3 "report-cost, 48 purchases of 3 episodes" " N | N | N |  |"
pictures() { # LABEL CALLS
	like "a row: $1" "$(row "$1")" " N | N | N | N + N + N | N |"
	is "... and what was bought" "$(grep -F "| $1 |" out |
		cut -d'|' -f6)" " $2 "
}
for n in 4 8; do
	pictures "$n chapters, base64" "$((n * 6 / 8)) + $((n * 6 / 8)) + 0"
	pictures "$n chapters, url" \
		"$((n * 6 / 8)) + $((n * 6 / 8)) + $((n * 6 / 8))"
done
pictures "8 chapters, base64, large pictures" "6 + 6 + 0"
like "... large" "$(grep -F 'large pictures |' out)" "| 100000 |"
pictures "8 chapters from the store, make -j$(nproc)" "0 + 0 + 0"
if [ -d "$top/build/bench-node/node_modules" ]; then
	is "a row: Node" "$(row "... Node")" "$(printf \
		' N | N | N | N + N + N | N |  |%.0s' 1 2 3 4 5 6)"
else
	skip "a row: Node" "there are no SDKs in build/bench-node"
fi
for n in "a gallery of 4 chapters" "... served" "an overview of 3 episodes"; do
	numbers 6 "$n"
done
numbers 4 thumbnail-png
targets=26
if command -v chromedriver >/dev/null; then
	numbers 2 index.html
else
	skip "a row: index.html" "there is no chromedriver"
	targets=$((targets - 1))
fi
if command -v ab >/dev/null && PATH=$PATH:/usr/sbin command -v nginx >/dev/null; then
	is "rows: serve-gallery" "$(row serve-gallery | sed -E 's/[^|]*: (met|missed[a-zA-Z ]*[a-zA-Z])//g')" \
		" N | N | N | N | | N | N | N | |"
	is "rows: ... nginx" "$(row "... nginx")" \
		" N | N | N | N |  | N | N | N |  |"
	is "... none has failed, and one more is answered" "$(grep -E \
		'^\| (serve-gallery|... nginx) ' out | cut -d'|' -f4 | tr -d '\n')" \
		" 0  0  200  200 "
else
	skip "rows: serve-gallery" "there is no ab, or no nginx"
	targets=$((targets - 1))
fi
command -v strace >/dev/null || targets=$((targets - 1))
is "each row that has a target says whether it was met" \
	"$(grep -cE ': (met|missed [a-zA-Z ]+) \|$' out)" $targets
peer convert "... ImageMagick, -resize" " N | N | N | N |  |"
peer convert "... ImageMagick, caption:, PNG8" " N | N | N | N |  |"
n=-
! command -v strace >/dev/null || n=N
peer ninja "... ninja" "$(printf " N | N | N | $n |  |  |%.0s" 1 2 3 4)"

# Only limn: and a make that is slow, and an ImageMagick that can't.
mkdir only
(IFS=: && for d in $PATH; do ln -s "$d"/* only; done) 2>/dev/null
rm -f only/ab only/ninja only/strace only/sqlite3 only/python* only/magick* only/convert*
rm only/make
printf '#!/bin/sh\nsleep 0.02\nexec %s "$@"\n' "$(command -v make)" >only/make
printf '#!/bin/sh\n[ "$1" = -version ] && echo ImageMagick || exit 3\n' >only/magick
chmod +x only/make only/magick
is "no peers, and a target missed: it succeeds" \
	"$(bench PATH="$work/only" BENCH_NODE="$work/none")" 0
is "... says what failed, each time" "$(sort -u err)" \
	"bench: card-magick: exit status 3
bench: small-magick: exit status 3"
numbers 3 "3 x 10"
is "... ninja is a dash" "$(row "... ninja")" \
	"$(printf ' - | - | - | - |  |  |%.0s' 1 2 3 4)"
is "... Node is said not to be here" "$(row "... Node")" \
	"$(printf ' - | - | - | - | - | not here |%.0s' 1 2 3 4 5 6)"
is "... Python is a dash" "$(row "... Python")" \
	"$(printf ' - | - | - |  |  |%.0s' 1 2 3 4)"
is "... so is what takes sqlite3" "$(row "with one of 48 purchases")" \
	" - | - |  |"
for p in "ImageMagick, caption:, PNG8" "Pillow, wrapped" "ImageMagick, -resize" \
	"Pillow, LANCZOS"; do
	is "... $p is a dash" "$(row "... $p")" " - | - | - | - |  |"
done
is "... so are the servers without ab" "$(row serve-gallery | cut -c-16) $(row "... nginx")" \
	" - | - | - | - |  - | - | - | - |  | - | - | - |  |"
like "... the target is said to be missed" "$(grep -F '| 1 x 8 |' out)" \
	'| - | - | wall 10 ms: missed wall |'

mkdir broken
ln -s "$bin"/* broken
rm broken/draw-storyboard
printf '#!/bin/sh\necho so sorry >&2\nexit 70\n' >broken/draw-storyboard
chmod +x broken/draw-storyboard
is "a tool that fails: bench fails" "$(bench BIN="$work/broken")" 1
like "... says so" "$(cat err)" "so sorry"
is "... and leaves nothing behind" "$(ls -A tmp)" ""

working() { # processes in the directory of the bench
	# shellcheck disable=SC2012 # the names are ours
	ls -l /proc/[0-9]*/cwd 2>/dev/null | grep -cF "$work/tmp"
}
several_work() { [ "$(working)" -gt 1 ]; }
finds() { [ "$(find "$@")" ]; }
stopped() { # ROOM NAME...: when there is such a file
	sh "$top/tests/bench.sh" "$1" >out 2>err &
	pid=$!
	shift
	wait_for finds tmp "$@"
	ok "at work" wait_for several_work
	kill $pid
	wait $pid
	is "stopped: exits 143" $? 143
	# what was killed takes its time to end
	until_is 0 working
	is "... stops what it ran" "$(working)" 0
	is "... and leaves nothing behind" "$(ls -A tmp)" ""
}
stopped tree -path '*/wide/*.png'
stopped api -name small.log -size +0
stopped books -name 'answer.*'
stopped serve -name limn.port -size +0
fails 1 "a room that isn't there" sh "$top/tests/bench.sh" cellar
like "... is said" "$err" "cellar: there is no such room"
finish
