#!/bin/sh
# run-jobs: jobs run one after another, each once, as a person would run them; and
# never without somebody who can end them.
# shellcheck source=tests/lib.sh disable=SC2154,SC2016 # $out, $err; $$ of make
. "${0%/*}/lib.sh"

export DATABASE="$work/x.db" W="$work"
sql() { sqlite3 -cmd '.timeout 30000' x.db "$@"; }
add() { manage-jobs add "$@" | jq .job_id; }
show() { manage-jobs show "$1" | jq -c "$2"; }
how='[.state, .cancelled, .progress.done, .progress.total, .message]'
run() { run-jobs -f fake.mk "$@"; }
# wait_for COMMAND...: at most 10 s
wait_for() {
	n=0
	until "$@" >/dev/null 2>&1 || [ $n -ge 500 ]; do
		n=$((n + 1))
		sleep 0.02
	done
}
is_state() { [ "$(sql "SELECT state FROM limn_jobs WHERE id = $1")" = "$2" ]; }
# all members of a process group that do something
members() { ps -eo pgid=,stat=,args= | awk -v g="$1" '$1 == g && $2 !~ /^Z/'; }
is_over() { [ -z "$(members "$1")" ]; }

# What an episode's make does is in a file of its name.
cat >fake.mk <<'END'
imagegen:
	@echo "$(EP) $(CHAPTER) $(FORCE)" >>$(W)/ran
	@mkdir $(W)/busy.$(EP) || echo "$(EP)" >>$(W)/overlap
	@export EP='$(EP)' CHAPTER='$(CHAPTER)' FORCE='$(FORCE)'; \
	trap 'rmdir $(W)/busy.$(EP)' EXIT; . $(W)/$(EP).sh
.PHONY: imagegen
END
does() { cat >"$1.sh"; } # EPISODE: what its job does

# Long waits of the last section begin now: a job that no SIGTERM ends.
mkdir stubborn && cat >stubborn.mk <<'END'
imagegen:
	@trap '' TERM; ps -o pgid= -p $$$$ | tr -d ' ' >$(W)/stubborn/group; sleep 90; echo never
END
IMAGE_GEN_TIMEOUT=1 LLM_TIMEOUT=1.5
export IMAGE_GEN_TIMEOUT LLM_TIMEOUT
stubborn=$(DATABASE=stubborn/x.db add ep)
# make's own shell ignores it, and make waits for that
DATABASE=stubborn/x.db run-jobs -f stubborn.mk ep &
stubborn_pid=$!
wait_for test -s stubborn/group
DATABASE=stubborn/x.db manage-jobs cancel "$stubborn" >/dev/null
stubborn_at=$(date +%s)
(wait_for_group=$(cat stubborn/group); while [ -n "$(members "$wait_for_group")" ]; do sleep 0.2; done; date +%s >stubborn/ended) &
unset IMAGE_GEN_TIMEOUT LLM_TIMEOUT

# Nothing to do
is "no database, no job" "$(run ep 2>&1; echo $?)" 0
is "... and none made up" "$(manage-jobs list)" "[]"

# A job, as make is told of it
does a <<'END'
env >$W/env
tr '\0' '\n' </proc/$PPID/cmdline >$W/argv
cat >$W/stdin
ls /proc/self/fd >$W/fds
ps -o ppid=,pgid=,sid= -p $PPID >$W/up
ps -o pid=,pgid=,sid=,comm= -p $(ps -o ppid= -p $(ps -o ppid= -p $PPID)) >$W/above
grep '^Sig\(Ign\|Blk\):' /proc/$$/status | cut -f 2 >$W/signals
echo "$PWD" >$W/cwd
echo '    2/8  ch02  prompt  composed' >&2
echo '    2/8  ch02  thumbnail  480x270' >&2
echo '    2/8  ch02  thumbnail  480x270' >&2
echo '    3/8  ch03  thumbnail  480x270' >&2
echo '    4/8  ch04  image  gpt-image-2.6-flare $0.0425' >&2
sleep 0.6
sqlite3 $W/x.db "SELECT state, done, total, message, ended_at IS NULL, started_at IS NULL FROM limn_jobs WHERE id = 1" >$W/row
echo '[OK] a -> 6/8 images generated ($0.2588)'
END
id=$(add a)
MAKEFLAGS='rRk -j3 --jobserver-auth=8,9 -- A=one\ two W='"$work"' EP=other FORCE=1 DRY_RUN=1' MAKELEVEL=3 MFLAGS=-k MAKE_RESTARTS=1 \
	LIMN_RUN=r LIMN_MAKE='1 2' LIMN_ERRORS=e LIMN_SUMMARY=s LIMN_TOKEN=secret OPENAI_API_KEY=sk-test \
	run -j 5 a >said 2>&1 8</dev/null 9</dev/null
is "a job: nothing is said" "$? $(cat said)" "0 "
is "... it is done" "$(show "$id" "$how")" '["done",false,8,8,"6/8 images generated ($0.2588)"]'
is "... while it ran" "$(cat row)" 'running|2|8|ch04  image  gpt-image-2.6-flare $0.0425|1|0'
is "... its times" "$(sql 'SELECT datetime(started_at) = started_at, datetime(ended_at) = ended_at, ended_at >= started_at FROM limn_jobs')" "1|1|1"
is "... its make's arguments" "$(paste -sd ' ' argv)" "make -f fake.mk --no-print-directory -j5 imagegen EP=a CHAPTER= FORCE=0 DRY_RUN= JSON="
is "... of the environment nothing of ours" "$(grep -c '^LIMN_\|^MAKE_RESTARTS=\|secret' env)" 0
is "... but what is anybody's" "$(grep '^OPENAI_API_KEY=\|^NO_COLOR=\|^MAKE_TERMERR=\|^MAKELEVEL=\|^DATABASE=' env | sort)" "DATABASE=$work/x.db
MAKELEVEL=1
MAKE_TERMERR=1
NO_COLOR=1
OPENAI_API_KEY=sk-test"
flags=$(sed -n 's/^MAKEFLAGS=//p' env)
like "... variables of make's command line" "$flags" ' A=one\\ two'
is "... its flags not, nor its jobserver" "$(echo "$flags" | sed 's/ -- .*//' | grep -c 'rR\|k\|8,9\|j3')" 0
is "... our own words count more" "$(cat ran)" "a  0"
is "... no input" "$(wc -c <stdin)" 0
is "... no file open but make's own" "$(grep -cx '8\|9' fds)" 0
is "... no signal ignored or blocked" "$(for m in $(cat signals); do echo $((0x$m & 0x1ffff)); done | paste -sd ' ' -)" "0 0"
is "... where we are" "$(cat cwd)" "$work"
read -r parent group session <up
read -r pid pgid sid comm <above
is "... in a group of its own, which its guard leads" "$group" "$parent"
ok "... another than ours" test "$group" != "$pgid"
is "... in a session of ours" "$session $sid $comm" "$pid $pid run-jobs"
is "... of which nothing is left" "$(ps -eo sid=,stat= | awk -v s="$session" '$1 == s && $2 !~ /^Z/' | wc -l)" 0

# The arguments of others
does -b <<'END'
tr '\0' '\n' </proc/$PPID/cmdline >$W/argv
END
id=$(add --force --chapter=ch02 -- -b)
is "a chapter, force, an id that begins with -" "$(run -- -b; show "$id" '[.state, .progress.done, .progress.total]') $(paste -sd ' ' argv)" '["done",1,1] make -f fake.mk --no-print-directory -j8 imagegen EP=-b CHAPTER=ch02 FORCE=1 DRY_RUN= JSON='
cp fake.mk GNUmakefile
id=$(add -- -b)
is "without -f: make's own choice" "$(env -u DATABASE run-jobs -d x.db -- -b; show "$id" .state) $(head -n 2 argv | paste -sd ' ' -)" '"done" make --no-print-directory'
does db <<'END'
echo "$DATABASE"
END
id=$(add db)
is "-d: it is the job's database, too" "$(env -u DATABASE run-jobs -d ./x.db db; show "$id" .message)" '"./x.db"'
rm GNUmakefile

# How jobs end
ends() { # NAME WANT: of the job of episode e, which standard input is
	does e
	: >said
	job=$(add e)
	run e >said 2>&1
	is "$1" "$? $(cat said)$(show "$job" "$how")" "0 $2"
}
ends "[SKIP]" '["done",false,0,0,"already up-to-date"]' <<'END'
echo '[SKIP] e -> already up-to-date'
END
ends "done without a word" '["done",false,0,0,""]' </dev/null
ends "[FAIL]: its reason, not make's word for it" '["failed",false,0,0,"call-dalle: ch02: image: 401 invalid_api_key; look at OPENAI_API_KEY"]' <<'END'
echo 'call-dalle: ch02: image: 401 invalid_api_key; look at OPENAI_API_KEY' >&2
echo '[FAIL] e: call-dalle: ch02: image: 401 invalid_api_key; look at OPENAI_API_KEY' >&2
echo 'something else' >&2
exit 77
END
ends "... that of the limit" '["cost_limit",false,0,0,"call-dalle: Episode cost limit exceeded: 0.08 > 0.05; raise MAX_EPISODE_COST_USD"]' <<'END'
echo '[FAIL] e: call-dalle: Episode cost limit exceeded: 0.08 > 0.05; raise MAX_EPISODE_COST_USD' >&2
exit 2
END
ends "no [FAIL]: the last line that isn't make's" '["failed",false,0,0,"gen-prompt: it is wrong"]' <<'END'
echo 'gen-prompt: it is wrong' >&2; exit 1
END
ends "... an empty one is none" '["failed",false,0,0,"last"]' <<'END'
printf 'last\n\n   \n'; exit 1
END
ends "... no newline at its end" '["failed",false,0,0,"cut"]' <<'END'
printf 'cut'; kill -9 $PPID; sleep 20
END
ends "words that aren't quite steps" '["failed",false,1,3,"   2/4  ch02 thumbnail  x"]' <<'END'
echo '    1/3  ch01  thumbnail  x'
echo '    1/3  -a  thumbnail  x'
echo '    2/4  ch02 thumbnail  x'
echo '2/4  ch02  thumbnail  x'
echo '   2/4  ch02 thumbnail  x'
exit 1
END
ends "control characters, what isn't UTF-8" '["failed",false,0,0,"a\\x1b[31mred\\x07 \\xc2\\x9b \\xff b"]' <<'END'
printf 'a\033[31mred\007 \302\233 \377 b\n'; exit 1
END
ends "a NUL" '["failed",false,0,0,"a b"]' <<'END'
printf 'a\0b\n'; exit 1
END
does e <<'END'
head -c 3000 /dev/zero | tr '\0' a; head -c 100000000 /dev/zero | tr '\0' '\001'; printf '\n'; for i in $(seq 700); do printf ş; done; echo; exit 1
END
job=$(add e)
run e
is "a line without end: cut, between two letters" "$(show "$job" '[.state, (.message | length), (.message | endswith("şş...")), (.message | utf8bytelength)]')" '["failed",513,true,1023]'
mv fake.mk away.mk
job=$(add e)
run e
like "no makefile" "$(show "$job" "$how")" '"failed",false,0,0,"make: '
mv away.mk fake.mk
mkdir none
job=$(add e)
tool=$(command -v run-jobs)
PATH=none "$tool" -f fake.mk e
is "no make" "$(show "$job" "$how")" '["failed",false,0,0,"run-jobs: make: it can'"'"'t be run: No such file or directory"]'

# One after another, the oldest first; what is added meanwhile, too
: >ran
: >overlap
does q <<'END'
[ "$CHAPTER" != ch02 ] || manage-jobs add --chapter=late q >/dev/null
sleep 0.1
[ "$CHAPTER" != ch01 ]
END
for c in ch03 ch01 ch02; do add --chapter=$c q; done >/dev/null
add --force q >/dev/null
does r </dev/null
add r >/dev/null
run q
is "one after another" "$(paste -sd , ran)" "q ch03 0,q ch01 0,q ch02 0,q  1,q late 0"
is "... each as it ended" "$(sql "SELECT group_concat(state) FROM limn_jobs WHERE episode_id = 'q'")" "done,failed,done,done,done"
is "... no other episode's" "$(sql "SELECT state FROM limn_jobs WHERE episode_id = 'r'")" queued
sql "UPDATE limn_jobs SET chapter_id = '../x' WHERE episode_id = 'r'; INSERT INTO limn_jobs (command, episode_id, force, state, created_at) VALUES ('rm', 'r', 0, 'queued', ''), ('imagegen', 'r', 1, 'queued', '')"
: >ran
run r
is "what others wrote isn't run" "$(sql "SELECT group_concat(state || ' ' || message) FROM limn_jobs WHERE episode_id = 'r'")" "failed it isn't a job that limn knows,failed it isn't a job that limn knows,done "
is "... what could be a job is" "$(cat ran)" "r  1"

# Two at once: one takes all, the other leaves; another episode doesn't wait.
does t <<'END'
until [ -e $W/go ]; do sleep 0.02; done
END
one=$(add t)
run-jobs -f fake.mk t &
pid=$!
wait_for is_state "$one" running
two=$(add --force t)
ok "a second run-jobs of the episode ends at once" timeout 5 run-jobs -f fake.mk t
is "... the job waits" "$(show "$two" .state)" '"queued"'
job=$(add r)
is "... but that of another episode runs" "$(run r; show "$job" .state)" '"done"'
touch go
wait $pid 2>/dev/null
is "... and then the first takes it" "$(show "$one" .state) $(show "$two" .state)" '"done" "done"'

# No lost wake-up: adders at every moment, each followed by a run-jobs
does s </dev/null
round=0
while [ $round -lt 8 ]; do
	round=$((round + 1))
	runners=
	for c in 1 2 3 4 5 6; do
		(manage-jobs add --chapter=c$round-$c s >/dev/null && run s) 2>>storm &
		runners="$runners $!"
	done
	for p in $runners; do wait "$p" || echo "status $?" >>storm; done
done
is "48 jobs added while others end: all are done" "$(sql "SELECT count(*), group_concat(DISTINCT state) FROM limn_jobs WHERE episode_id = 's'") $(cat storm)" "48|done "
is "... each once" "$(grep -c '^s ' ran) $(grep '^s ' ran | sort -u | wc -l)" "48 48"
is "... and never two at once" "$(grep -c '^[qrst]$' overlap)" 0

# Cancel
does c <<'END'
echo $(ps -o pgid= -p $$) >$W/group
trap 'echo told >>$W/told; sleep 1; exit 1' TERM
[ "$FORCE" = 0 ] || exit 0
echo '    1/2  ch01  thumbnail  x'
while :; do sleep 0.05; done
END
one=$(add c)
two=$(add --force c)
rm -f group
run-jobs -f fake.mk c &
pid=$!
wait_for test -s group
sleep 0.5
is "cancel: it still runs" "$(manage-jobs cancel "$one" | jq -c '[.state, .cancelled]')" '["running",true]'
wait $pid 2>/dev/null
is "... it is cancelled, what was done is known" "$(show "$one" "$how")" '["failed",true,1,2,"cancelled"]'
ok "... its group has ended" is_over "$(cat group)"
is "... was told" "$(sort -u told)" told
is "... and the next has run" "$(show "$two" '[.state, .cancelled]')" '["done",false]'

# ... in the moment that it ends
does m <<'END'
sleep 0.0$(($(od -An -N1 -tu1 /dev/urandom) % 9))
END
round=0
while [ $round -lt 25 ]; do
	round=$((round + 1))
	one=$(add m)
	two=$(add --force m)
	run-jobs -f fake.mk m &
	pid=$!
	wait_for is_state "$one" running
	sleep 0.0$((round % 9))
	manage-jobs cancel "$one" >/dev/null
	wait $pid || echo "status $?" >>moment
	show "$one" '[.state, .cancelled]' >>ones
	show "$two" .state >>twos
done
is "cancelled at any moment: that one, and not the next" "$(cat moment 2>/dev/null; sort -u twos)" '"done"'
is "... which is done, or cancelled" "$(sort -u ones | grep -vxc '\["done",false\]\|\["failed",true\]')" 0

# ... of a job whose process can't be told: it looks when it has something to say
does n <<'END'
while :; do echo word; sleep 0.1; done
END
one=$(add n)
run-jobs -f fake.mk n &
pid=$!
wait_for is_state "$one" running
sql "UPDATE limn_jobs SET is_cancelled = 1 WHERE id = $one"
wait $pid 2>/dev/null
is "cancelled in the row alone" "$? $(show "$one" '[.state, .cancelled]')" '0 ["failed",true]'

# SIGTERM that nobody sent for a job: it ends, and what waits, waits.
one=$(add c)
two=$(add --force --chapter=ch01 c)
rm -f group
run-jobs -f fake.mk c &
pid=$!
wait_for test -s group
kill -INT $pid
kill -HUP $pid
sleep 0.2
is "SIGINT, SIGHUP: nothing" "$(show "$one" .state)" '"running"'
kill -TERM $pid
wait $pid 2>/dev/null
is "SIGTERM: it ends so" "$?" 143
is "... the job is cancelled" "$(show "$one" "[.state, .cancelled, .message]")" '["failed",true,"cancelled"]'
ok "... its group has ended" is_over "$(cat group)"
is "... what waits, waits" "$(show "$two" .state)" '"queued"'
run c
is "... for the next run-jobs" "$(show "$two" .state)" '"done"'
does z </dev/null
for c in 1 2 3 4 5 6 7 8 9; do add --chapter=z$c z; done >/dev/null
run-jobs -f fake.mk z &
pid=$!
sleep 0.03
kill -TERM $pid
wait $pid 2>/dev/null
is "SIGTERM between jobs: none is left running" "$? $(sql "SELECT count(*) FROM limn_jobs WHERE state = 'running'")" "143 0"
ok "... and none is lost" test "$(sql "SELECT count(*) FROM limn_jobs WHERE episode_id = 'z' AND (state = 'queued' OR ended_at IS NOT NULL)")" -eq 9

# SIGKILL, of anybody: nothing goes on.
does k <<'END'
echo $(ps -o pgid= -p $$) >$W/group
sleep 60 & sleep 60; echo never >>$W/never; sleep 60
END
start() { # sets $job, $pid, $group
	rm -f group
	rmdir busy.k 2>/dev/null
	job=$(add k)
	run-jobs -f fake.mk k &
	pid=$!
	wait_for test -s group
	group=$(cat group)
}
start
kill -9 $pid
wait_for is_over "$group"
ok "SIGKILL of run-jobs: the job's group ends" is_over "$group"
is "... the next who looks: interrupted" "$(show "$job" '[.state, .cancelled, .message]')" '["failed",false,"interrupted"]'
start
is "(run-jobs leads a group" "$(ps -o pgid= -p $pid | tr -d ' ')" "$pid"
kill -9 "-$pid"
wait_for is_over "$group"
ok "SIGKILL of that: the job's ends)" is_over "$group"
start
kill -9 "$group"
wait $pid 2>/dev/null
is "SIGKILL of the guard: the job fails" "$? $(show "$job" '[.state, .cancelled]')" '0 ["failed",false]'
ok "... its group has ended" is_over "$group"
start
make=$(ps -eo pid=,ppid=,comm= | awk -v p="$group" '$2 == p && $3 == "make" { print $1 }')
kill -9 "$make"
wait $pid 2>/dev/null
is "SIGKILL of make: the job fails" "$? $(show "$job" '[.state, .cancelled]')" '0 ["failed",false]'
ok "... its group has ended" is_over "$group"
start
kill -STOP "-$group"
manage-jobs cancel "$job" >/dev/null
wait $pid 2>/dev/null
is "SIGSTOP, then cancel: it ends" "$(show "$job" '[.state, .cancelled]')" '["failed",true]'
ok "... its group has ended" is_over "$group"
start
two=$(add --force k)
kill -9 $pid
wait_for is_over "$group"
is "killed with more to do: it waits" "$(show "$job" .message) $(show "$two" .state)" '"interrupted" "queued"'
manage-jobs cancel "$two" >/dev/null
ok "nothing of them went on" test ! -e never

# A process that a job leaves behind doesn't keep it.
does l <<'END'
setsid sh -c 'echo $$ >$W/daemon; exec sleep 30' &
until [ -s $W/daemon ]; do sleep 0.02; done
END
job=$(add l)
timeout 10 run-jobs -f fake.mk l
is "a process left behind" "$? $(show "$job" .state)" '0 "done"'
kill "$(cat daemon)"
does f <<'END'
timeout 1 yes
END
job=$(add f)
timeout 20 run-jobs -f fake.mk f
is "a flood" "$? $(show "$job" '[.state, .message]')" '0 ["failed","y"]'

# The database, while a job runs
does d <<'END'
echo word
sqlite3 "$DATABASE" "BEGIN IMMEDIATE; INSERT INTO t VALUES (1); COMMIT" || exit 1
(echo "BEGIN IMMEDIATE; SELECT 1;"; sleep 1.5; echo "COMMIT;") | sqlite3 "$DATABASE" >$W/held &
until [ -s $W/held ]; do sleep 0.02; done
echo another
END
sql "CREATE TABLE t (x)"
job=$(add d)
run d
is "it isn't locked, and may be, for a while" "$? $(show "$job" '[.state, .message]')" '0 ["done","another"]'
sql "DROP TABLE t"
mkdir bad
manage-jobs -d bad/x.db add g >/dev/null
does g <<'END'
echo word; sleep 0.5
for f in $W/bad/x.db*; do head -c 200000 /dev/urandom | dd of=$f conv=notrunc 2>/dev/null; done
for i in 1 2 3 4 5; do echo $i; sleep 0.3; done
touch $W/bad/end
END
DATABASE=bad/x.db timeout 60 run-jobs -f fake.mk g 2>err
is "damaged while a job runs: 74" "$?" 74
ok "... at the job's end" test -e bad/end
like "... is said" "$(tail -n 1 err)" "run-jobs: bad/x.db: "
ok "... not too often" test "$(wc -l <err)" -le 3
if mkdir full && mount -t tmpfs -o size=600k tmpfs full 2>/dev/null; then
	trap 'cd /; umount "$work/full"; rm -rf "$work"' EXIT
	manage-jobs -d full/x.db add h >/dev/null
	does h <<'END'
echo $(ps -o pgid= -p $$) >$W/group
cat /dev/zero >$W/full/fill 2>/dev/null
for i in 1 2 3 4 5; do head -c 900 /dev/zero | tr '\0' $i; echo; sleep 0.3; done
touch $W/end
END
	DATABASE=full/x.db timeout 60 run-jobs -f fake.mk h 2>err
	rc=$?
	rm -f full/fill
	state=$(DATABASE=full/x.db manage-jobs show 1 | jq -r .state)
	ok "a full disk: at the job's end it is recorded, or 74 and interrupted" test "$rc $state" = "74 failed" -o "$rc $state" = "0 done"
	ok "... the job came to its end" test -e end
	ok "... and nothing goes on" is_over "$(cat group)"
else
	skip "a full disk" "needs root to mount"
	skip "... the job came to its end" "needs root to mount"
	skip "... and nothing goes on" "needs root to mount"
fi

# The real chain
mkdir -p outputs/ep
jq '.episode_id = "ep" | .chapters |= .[:4] | .total_chapters = 4' "$top/outputs.example/bitcoin-nedir/chapters.json" >outputs/ep/chapters.json
export MAKEFLAGS="-- BIN=$bin"
chain() { run-jobs -f "$top/mk/limn.mk" "$1"; }
job=$(add ep)
chain ep
is "the real chain: drawn" "$? $(show "$job" '[.state, .progress.done, .progress.total]')" '0 ["done",4,4]'
like "... so it says" "$(show "$job" .message)" "images generated"
job=$(add ep)
chain ep
is "... nothing to do" "$(show "$job" '[.state, .message]')" '["done","already up-to-date"]'
stat -c %y outputs/ep/images/ch02.png outputs/ep/images/ch03.png >before
job=$(add --force --chapter=ch02 ep)
chain ep
is "... a chapter by force" "$(show "$job" '[.state, .progress.done, .progress.total]') $(stat -c %y outputs/ep/images/ch02.png outputs/ep/images/ch03.png | grep -cxFf before)" '["done",1,1] 1'
job=$(add --chapter=ch99 ep)
chain ep
is "... no such chapter" "$(show "$job" '[.state, .message]')" '["failed","limn: outputs/ep/chapters.json: there is no chapter ch99 with a picture; look at CHAPTER"]'
job=$(add none)
chain none
is "... no such episode" "$(show "$job" '[.state, .message]')" '["failed","limn: Chapters file not found: outputs/none/chapters.json"]'
unset MAKEFLAGS

# The command line
for bad in "" "a b" "../a" "-j 0 a" "-j x a" "-j 257 a" "-j" "--nothing a"; do
	# shellcheck disable=SC2086 # words
	fails 64 "wrong usage: $bad" run-jobs $bad
	is "... one line says so" "$(echo "$err" | grep -c '^run-jobs: .')$out" 1
done
echo "no database, but long enough to be looked at" >letter.db
fails 74 "no database" run-jobs -d letter.db a

# And what began long ago: after the longest call and 30 s, SIGKILL
wait $stubborn_pid
wait_for test -s stubborn/ended
seconds=$(($(cat stubborn/ended) - stubborn_at))
ok "no SIGTERM ends it: SIGKILL, after $seconds s" test $seconds -ge 30 -a $seconds -le 36
is "... cancelled" "$(DATABASE=stubborn/x.db manage-jobs show "$stubborn" | jq -c '[.state, .cancelled]')" '["failed",true]'
finish
