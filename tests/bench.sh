#!/bin/sh
# What limn costs, beside what else there is; make bench runs it.  A number is
# the median (and the least and the most) of some runs, and limn and its peer
# took turns: on a busy machine it means little by itself, but then the peer's
# was as busy.  What a row should not exceed is said in its last column.
#
#	BIN=bin sh tests/bench.sh [ROOM...]	bench-ROOM.sh; all, if none
#	BENCH_QUICK=1 ...			small: seconds, not minutes
#
# A peer that isn't installed (make deps-bench) is a dash.
# shellcheck disable=SC2086 # $make is words
set -eu
LC_ALL=C.UTF-8
export LC_ALL
unset MAKEFLAGS MFLAGS MAKELEVEL MAKE_TERMERR MAKE_TERMOUT LIMN_LOG \
	LIMN_RUN LIMN_MAKE LIMN OUTPUTS_DIR TEMPLATE EP CHAPTER FORCE \
	DRY_RUN JSON V IMAGE_GEN_PROVIDER IMAGE_GEN_MODEL IMAGE_GEN_SIZE \
	IMAGE_GEN_QUALITY IMAGE_GEN_STYLE_PREFIX IMAGE_GEN_RPM \
	IMAGE_GEN_TIMEOUT LLM_PROVIDER LLM_MODEL LLM_BASE_URL LLM_TIMEOUT \
	DOWNLOAD_TIMEOUT MAX_RETRIES ANSWERS_DIR DATABASE \
	MAX_EPISODE_COST_USD MAX_MONTH_COST_USD MAX_TOTAL_COST_USD
# Nothing here is to be bought.
unset OPENAI_API_KEY OPENAI_BASE_URL ANTHROPIC_API_KEY ANTHROPIC_AUTH_TOKEN \
	ANTHROPIC_BASE_URL
here=$(cd "$(dirname "$0")" && pwd)
top=${here%/*}
bin=${BIN:-bin}
case $bin in /*) ;; *) bin=$top/$bin ;; esac
PATH=$bin:$PATH
make="make -f $top/mk/limn.mk BIN=$bin TEMPLATE=imagegen.md"

# Whatever takes its time is a child, which is stopped when we are.
pid='' servers=''
leave() {
	trap - EXIT
	trap '' HUP INT TERM
	for p in $pid $servers; do
		kill "$p" || :
		wait "$p" || :
	done 2>/dev/null
	cd /
	# what a browser leaves behind it writes until it has ended, too
	for p in 1 2 3 4 5 6 7 8 9 10; do
		rm -rf "$t" 2>/dev/null && return
		sleep 0.3
	done
	rm -rf "$t"
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
find_python() { # MODULE: the python3 that has it; no shim, which takes its time
	IFS=: && for d in $PATH; do
		[ -x "$d/python3" ] && "$d/python3" -c "
import sys, $1
print(sys.executable)" && break
	done 2>/dev/null
}

find_magick() { # ImageMagick, which is not the only convert
	for c in magick convert-im6.q16 convert; do
		"$c" -version 2>/dev/null | grep -q ImageMagick && echo $c && break
	done
}

# Samples: lines "NAME wall-ms cpu-ms rss-KB bytes-written".  A peer that fails has none.
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
range() { # NAME FIELD PER [DIGITS-AFTER-THE-POINT]
	values "$@" | awk -v digits="${4:-}" '{ v[NR] = $1 }
		function s(x) {
			n = digits != "" ? digits : x < 10 ? 1 : 0
			return sprintf("%." n "f", x)
		}
		END { if (!NR) { print "-"; exit }
		m = (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2
		print s(m) " (" s(v[1]) "-" s(v[NR]) ")" }'
}
memory() { range "$1" 4 1024 | sed 's/ (.*//'; }
took() { # NAME: wall, CPU, memory
	echo "$(range "$1" 2 1) | $(range "$1" 3 1) | $(memory "$1")"
}
more() { # NAME NAME NAME: what the third took more than the second, as samples
	awk -v n="$1" -v a="$2" -v b="$3" '
		$1 == a { wall = $2; cpu = $3; rss = $4 }
		$1 == b { print n, $2 - wall, $3 - cpu, $4 - rss }' \
		samples >differences
	cat differences >>samples
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

# Episodes to draw: the example, and such as have more chapters like its own.
example=$top/outputs.example/bitcoin-nedir/chapters.json
make_eight() {
	[ ! -d eight ] || return 0
	mkdir -p eight/bitcoin-nedir && cp "$example" eight/bitcoin-nedir
	run $make OUTPUTS_DIR=eight all || die "no episode could be drawn"
}
episode() { # HOW-MANY TYPES: chapters of these types
	jq --argjson n "$1" --arg types "$2" '[.chapters[] |
		select(.visual.type | test($types))] as $c |
		.episode_id = "ep0000" | .total_chapters = $n |
		.chapters = [range($n) | $c[. % ($c | length)] +
			{chapter_id: "ch\(. + 1)", order: (. + 1)}]' "$example"
}

# Many of them: one is made, the others are copies with other ids, requests and
# the same dates.  Nobody reads their pictures, which are left empty.
episodes=1000
[ -z "${BENCH_QUICK:-}" ] || episodes=3
copies() { # TREE HOW-MANY: of its ep0000, which counts
	for d in images/thumbs imagegen provenance; do
		seq -f "$1/ep%04g/$d" "$(($2 - 1))" | xargs mkdir -p
	done
	find $1/ep0000 -type f >files
	awk -v n="$2" '{
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
			gsub(/"request_sha256": "sha256:......../,
				"\"request_sha256\": \"sha256:0000" \
				substr(id, 3), copy)
			printf "%s", copy >to
			close(to)
		}
	}' files
}
make_many() {
	[ ! -d many ] || return 0
	mkdir -p many/ep0000
	episode 10 . >many/ep0000/chapters.json
	run $make OUTPUTS_DIR=many all || die "no episode could be drawn"
	copies many $episodes
	while read -r f; do
		touch -r "$f" many/ep*/"${f#many/ep0000/}"
	done <files
}

# The APIs, on this machine.
mock_api=${MOCK_API:-$top/build/tests/mock-api}
serve() { # NAME [OPTION...]: a mock-api, its log in NAME.log
	[ -x "$mock_api" ] ||
		die "there is no mock-api; run: make build/tests/mock-api"
	api=$1
	shift
	"$mock_api" -l $api.log --port-file $api.port "$@" >$api.err 2>&1 &
	servers="$servers $!"
	i=0
	until [ -s $api.port ]; do
		if [ $((i += 1)) -gt 500 ] || ! kill -0 $! 2>/dev/null; then
			die "mock-api doesn't start: $(cat $api.err)"
		fi
		sleep 0.02
	done
}
calls() { grep -c "\"route\":\"$1\"" $api.log || :; }
ask_at() { # NAME: such an API, and with keys for it
	api=$1
	OPENAI_BASE_URL=http://127.0.0.1:$(cat $api.port)/v1
	ANTHROPIC_BASE_URL=${OPENAI_BASE_URL%/v1}
	OPENAI_API_KEY=any ANTHROPIC_API_KEY=any
	export OPENAI_BASE_URL ANTHROPIC_BASE_URL OPENAI_API_KEY ANTHROPIC_API_KEY
}
ask_nobody() {
	unset OPENAI_API_KEY ANTHROPIC_API_KEY OPENAI_BASE_URL \
		ANTHROPIC_BASE_URL IMAGE_GEN_PROVIDER
}

has jq || die "there is no jq; run: make deps"
${CC:-cc} -O2 -o bench-run "$here/bench-run.c" || die "there is no compiler"
cp "$top/prompts/imagegen.md" imagegen.md
: >samples

echo "limn, $(date +%F), $(uname -sr), $(nproc) processors," \
	"load $(cut -d' ' -f1-3 /proc/loadavg)"
[ -z "${BENCH_QUICK:-}" ] ||
	echo "Quick: few runs of small trees; the targets are for the large ones."

[ $# -gt 0 ] || set -- picture steps tree books api serve
for room; do
	case $room in
	picture | steps | tree | books | api | serve) ;;
	*) die "$room: there is no such room; it is one of picture, steps," \
		"tree, books, api, serve" ;;
	esac
	# shellcheck source=/dev/null
	. "$here/bench-$room.sh"
done

printf '\nload at the end %s\n' "$(cut -d' ' -f1-3 /proc/loadavg)"
