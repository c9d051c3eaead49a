#!/bin/sh
# IMAGE_GEN_RPM: so many calls a minute, of all processes together, by the clock
# of the server.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/mock.sh
. "$top/tests/mock.sh"

# shellcheck disable=SC2119 # no options
mock_start --
dir=/tmp/limn-$(id -u)
file=$dir/pace.$(printf %s "$OPENAI_BASE_URL" | sha256sum | cut -c1-16)
rm -f "$file"
export OPENAI_API_KEY=sk-test ANTHROPIC_API_KEY=sk-ant-test
pids=
calls_begin() { # I ARGUMENT...: one of many
	echo "No. $1." >"p.$1"
	which=$1
	shift
	call-dalle "$@" -o "o.$which" "p.$which" 2>"e.$which" 9<&- &
	pids="$pids $!"
}
# The test holds the lock while they arrive.  Otherwise one that arrives while the
# lock changes hands could go first.
calls_hold() {
	mkdir -p "$dir" && chmod 700 "$dir" && (umask 077 && : >"$file") && exec 9<"$file" && flock 9
}
calls_let_go() { exec 9<&-; }
is_in_line() { grep -q -- "-> FLOCK .* $! " /proc/locks; } # the last that was begun
calls_end() { # their statuses are in $rcs, and in $wrong those that aren't 0
	rcs='' wrong=''
	for pid in $pids; do
		wait "$pid" 2>/dev/null
		rc=$?
		rcs="$rcs$rc "
		[ $rc -eq 0 ] || wrong="$wrong$rc "
	done
	pids=
}
starts() { jq -r 'select(.route == "images") | .at' "$mock/log" | sort -n; }
order() { jq -r 'select(.route == "images") | .body.prompt' "$mock/log" | sed 's/.*No\. \(.*\)\./\1/' | tr '\n' ' '; }
clock() { # as the server has it
	perl -MTime::HiRes=clock_gettime,CLOCK_MONOTONIC -e 'printf "%.6f\n", clock_gettime(CLOCK_MONOTONIC)'
}
# NAME N INTERVAL: so many calls, the i-th no earlier than i intervals after
# $clock, when the first process was begun; how long each of them took to reach
# the server when it was its turn, nobody knows
paced() {
	starts >t
	is "$1: there are $2 calls" "$(wc -l <t)" "$2"
	ok "$1: none is before its time: $(awk -v a="$clock" '{ printf "%.2f ", $1 - a }' t)" awk -v a="$clock" -v d="$3" \
		'$1 - a < (NR - 1) * d { bad = 1 } END { exit bad }' t
	ok "$1: none is much later" awk -v d="$3" \
		'NR == 1 { a = $1 } END { exit !($1 - a < (NR - 1) * d + 20) }' t
}
now() { cut -d' ' -f1 /proc/uptime; }
took() { awk -v a="$1" -v b="$(now)" 'BEGIN { print b - a }'; }
less() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a < b) }'; }

export IMAGE_GEN_RPM=600
clock=$(clock)
calls_hold
for i in $(seq 12); do
	calls_begin "$i"
	wait_for is_in_line
done
calls_let_go
calls_end
is "12 at once, 600 a minute: none fails" "$wrong" ""
paced "12 at once, 600 a minute" 12 0.1
is "... they are made in order of arrival" "$(order)" "1 2 3 4 5 6 7 8 9 10 11 12 "
is "... one is open at a time" "$(most images)" 1

mock_reset
mkdir elsewhere
clock=$(clock)
for i in $(seq 4); do
	calls_begin "a$i" --answers=one
	calls_begin "b$i" --answers=two
	calls_begin "c$i"
	(cd elsewhere && exec call-dalle -o "$i" "$work/p.c$i" --answers=three 2>/dev/null) &
	pids="$pids $!"
done
calls_end
is "calls of several stores and directories: none fails" "$wrong" ""
paced "calls of several stores and directories" 16 0.1

# nor is it for what is in the store, or needs no call
mock_reset
began=$(now)
for i in 1 2 3 4; do
	IMAGE_GEN_RPM=6 call-dalle --answers=one -o o "p.a$i"
done
is "what is in the store isn't counted" "$(calls images)" 0
ok "... it doesn't wait" less "$(took "$began")" 10

# prompts have no limit
jq -n '{chapter_id: "ch02", title: "T", order: 1, narration: {text: "N."}, visual: {type: "diagram", description: "D.", image_prompt: null}}' >ch.json
export IMAGE_GEN_RPM=6
began=$(now)
for _ in 1 2 3 4; do
	gen-prompt -t "$top/prompts/imagegen.md" -o o ch.json
done
is "prompts aren't counted" "$(calls messages)" 4
ok "... they don't wait" less "$(took "$began")" 20

# --- one that waits long says so; those that don't are quiet

is "short waits are not said" "$(cat e.[1-9])" ""
mock_reset
export IMAGE_GEN_RPM=40
clock=$(clock)
calls_hold
for i in l1 l2; do
	calls_begin $i
	wait_for is_in_line
done
calls_let_go
calls_end
is "two at 40 a minute: none fails" "$wrong" ""
paced "two at 40 a minute, 1.5 s apart" 2 1.5
like "... the second one says that it waits" "$(cat e.l2)" "call-dalle: image: waits for its turn; IMAGE_GEN_RPM is 40"
is "... once" "$(wc -l <e.l2)" 1

# --- those that are killed

mock_reset
export IMAGE_GEN_RPM=60 # the third has two seconds
calls_hold
for i in 1 2 3 4 5 6 7 8 9 10; do
	calls_begin "k$i"
	wait_for is_in_line
done
killed=$(echo "$pids" | cut -d' ' -f4-10)
# shellcheck disable=SC2086 # words
kill -9 $killed
calls_let_go
pids=$(echo "$pids" | cut -d' ' -f2-3,11)
calls_end
is "others are killed while they wait: the rest succeed" "$wrong" ""
# (The kernel wakes those behind one that is killed, and they wait in another order.)
is "others are killed while they wait: the rest are called, once each" "$(order | tr -d k | tr ' ' '\n' | sort -n | xargs)" "1 2 10"
# shellcheck disable=SC2086 # words
wait $killed 2>/dev/null
mock_reset
export IMAGE_GEN_RPM=60
calls_hold
for i in 1 2 3 4 5 6 7 8; do
	calls_begin "w$i"
	wait_for is_in_line
done
# shellcheck disable=SC2086 # words
kill -9 $pids
calls_let_go
calls_end
is "all are killed while they wait" "$rcs" "137 137 137 137 137 137 137 137 "
began=$(now)
calls_begin w9
calls_end
is "a call after those that were killed succeeds" "$wrong" ""
ok "... doesn't wait for their turns" less "$(took "$began")" 5

# --- no limit, and none that is one

mock_reset
export IMAGE_GEN_RPM=0
began=$(now)
for _ in 1 2 3 4; do
	call-dalle -o o p.1
done
is "IMAGE_GEN_RPM=0: all calls are made" "$(calls images)" 4
ok "IMAGE_GEN_RPM=0: none waits" less "$(took "$began")" 8
unset IMAGE_GEN_RPM
for _ in 1 2 3 4; do
	call-dalle -o o p.1
done
IMAGE_GEN_RPM=' ' call-dalle -o o p.1
is "without IMAGE_GEN_RPM: all calls are made" "$(calls images)" 9
ok "without IMAGE_GEN_RPM: none waits" less "$(took "$began")" 8
mock_reset
for bad in -1 x 1e3 100001 '5 a' 0x10 nan inf 1,5; do
	IMAGE_GEN_RPM=$bad fails 78 "IMAGE_GEN_RPM=$bad" call-dalle -o o p.1
	like "IMAGE_GEN_RPM=$bad: the message" "$err" "call-dalle: IMAGE_GEN_RPM"
done
is "... no call was made" "$(calls images)" 0

# --- what it notes, and where

is "the notes are in a directory" "$(stat -c %F "$dir")" directory
is "... which is the user's own" "$(stat -c %u "$dir")" "$(id -u)"
is "... which nobody else may open" "$(stat -c %a "$dir")" 700
is "the notes of an address are a file" "$(stat -c %F "$file")" "regular file"
is "... which nobody else may read" "$(stat -c %a "$file")" 600
export IMAGE_GEN_RPM=600
for text in '' x '0 1' ' ' 1e300 nan -1 99999999999999999999; do
	echo "$text" >"$file"
	fails 0 "notes that are '$text' don't matter" timeout 5 call-dalle -o o p.1
done
head -c 100000 /dev/zero >"$file"
fails 0 "notes of 100,000 bytes don't matter" timeout 5 call-dalle -o o p.1
rm "$file"
ln -s "$work/victim" "$file"
fails 73 "a link in its place is not followed" call-dalle -o o p.1
ok "... what it leads to is not made" test ! -e victim
rm "$file"
finish
