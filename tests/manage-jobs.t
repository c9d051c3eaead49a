#!/bin/sh
# manage-jobs: jobs are added once, run one after another, as a person would run
# them, and cancelled by nobody but who means them.
# shellcheck source=tests/lib.sh disable=SC2154,SC2016 # $out, $err; $$ of make
. "${0%/*}/lib.sh"

export DATABASE=x.db
sql() { sqlite3 -cmd '.timeout 30000' x.db "$@"; }
add() { manage-jobs add "$@" | jq .job_id; }
show() { manage-jobs show "$1" | jq -r "$2"; }
now=$(date -u +%Y-%m-%dT%H:%M)

# Nothing there yet
fails 66 "show: no database" manage-jobs show 1
is "... is said" "$out$err" "manage-jobs: x.db: there is no job 1"
fails 66 "cancel: no database" manage-jobs cancel 1
is "list: no database" "$(manage-jobs list)" "[]"
ok "... which isn't made" test ! -e x.db
sqlite3 old.db "CREATE TABLE t (x)"
is "list: a database without jobs" "$(manage-jobs -d old.db list)" "[]"
fails 66 "show: the same" manage-jobs -d old.db show 1
is "... it isn't touched" "$(sqlite3 old.db .schema)" "CREATE TABLE t (x);"

# add
manage-jobs add ep >1.json
is "add: the job" "$(jq -c 'del(.created_at)' 1.json)" '{"job_id":1,"command":"imagegen","episode_id":"ep","args":{"force":false,"chapter":null},"state":"queued","cancelled":false,"progress":{"done":0,"total":0},"message":"","started_at":null,"ended_at":null}'
like "... when" "$(jq -r .created_at 1.json)" "$(echo "$now" | cut -c 1-13)"
is "... as the API has times" "$(jq -r '.created_at | test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$")' 1.json)" true
is "... its time in the row is as SQLite has them" "$(sql 'SELECT datetime(created_at) = created_at FROM limn_jobs')" 1
ok "the same again: the same job" sh -c 'manage-jobs -d x.db add ep | cmp - 1.json'
is "another chapter: another" "$(add --chapter=ch02 ep)" 2
is "... and by force" "$(add --chapter=ch02 --force ep)" 3
is "all by force: another" "$(add --force ep)" 4
is "a third chapter: another" "$(add --chapter=ch03 ep)" 5
is "another episode: another" "$(add -- -ep)" 6
is "a chapter again: the same" "$(add --chapter=ch02 ep)" 2
is "... and by force" "$(add --force --chapter ch02 ep)" 3
is "all by force again: the same" "$(add ep --force)" 4
is "another episode again: the same" "$(add -- -ep)" 6
is "... as JSON" "$(show 3 '.args | tojson')" '{"force":true,"chapter":"ch02"}'

# list
is "list: the newest first" "$(manage-jobs list | jq -c 'map(.job_id)')" "[6,5,4,3,2,1]"
is "... of an episode" "$(manage-jobs list ep | jq -c 'map(.job_id)')" "[5,4,3,2,1]"
is "... of an id that begins with -" "$(manage-jobs list -- -ep | jq -c 'map(.job_id)')" "[6]"
is "... of none" "$(manage-jobs list none)" "[]"
is "... as show has them" "$(manage-jobs list | jq -c '.[2]')" "$(manage-jobs show 4 | jq -c .)"

# cancel
is "cancel: a queued one" "$(manage-jobs cancel 5 | jq -c '[.job_id, .state, .cancelled, .message, .started_at, (.ended_at | type)]')" '[5,"failed",true,"cancelled",null,"string"]'
sql "UPDATE limn_jobs SET ended_at = '2026-01-01 00:00:00' WHERE id = 5"
is "... again: nothing changes" "$(manage-jobs cancel 5 | jq -r .ended_at)" "2026-01-01T00:00:00Z"
is "... the same may be added again" "$(add --chapter=ch03 ep)" 7
fails 66 "cancel: there is none" manage-jobs cancel 99

# A row that is running, and nobody holds its lock
sql "UPDATE limn_jobs SET state = 'running', started_at = datetime('now') WHERE id IN (1, 2, 3, 4)"
sql "UPDATE limn_jobs SET is_cancelled = 1 WHERE id = 2"
is "a stale row: interrupted" "$(show 1 '[.state, .cancelled, .message, (.ended_at | type)] | tojson')" '["failed",false,"interrupted","string"]'
is "... one that was to be cancelled: cancelled" "$(show 2 '[.state, .cancelled, .message] | tojson')" '["failed",true,"cancelled"]'
for c in "show 1" list "add ep" "cancel 1"; do
	sql "UPDATE limn_jobs SET state = 'running', message = '' WHERE id = 4"
	# shellcheck disable=SC2086 # words
	manage-jobs $c >/dev/null
	is "$c fails what is stale" "$(sql 'SELECT state, message FROM limn_jobs WHERE id = 4')" "failed|interrupted"
done

# What nobody should have written
sql "UPDATE limn_jobs SET message = '<b>' || char(10, 27) || x'ff' || '\"', episode_id = 'e p', created_at = 'x' WHERE id = 4"
is "a spoilt row is still JSON" "$(manage-jobs show 4 | jq -c '[.episode_id, .created_at, (.message | startswith("<b>\n\u001b"))]')" '["e p",null,true]'

# A ceiling
sql "DELETE FROM limn_jobs"
sql "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 99)
	INSERT INTO limn_jobs (command, episode_id, chapter_id, force, state, created_at)
	SELECT 'imagegen', 'full', 'c' || i, 0, 'queued', '2026-01-01 00:00:00' FROM n"
add --chapter=c100 full >/dev/null
sql "SELECT id FROM limn_jobs" >ids
is "100 queued jobs" "$(wc -l <ids)" 100
fails 75 "... one more" manage-jobs add full
is "... is said" "$out$err" "manage-jobs: full: 100 jobs are waiting already; try again when some are done"
is "... one that is there already isn't more" "$(add --chapter=c7 full)" "$(sed -n 7p ids)"
is "... nor one of another episode" "$(add other)" "$(($(tail -n 1 ids) + 1))"
is "list: at most 20" "$(manage-jobs list full | jq -c 'map(.job_id) == ([range(20)] | map('"$(tail -n 1 ids)"' - .))')" true
manage-jobs cancel "$(head -n 1 ids)" >/dev/null
ok "... there is room again" manage-jobs add full

# Many at once add it once.
mkfifo gate
for _ in $(seq 40); do
	(: <gate && exec manage-jobs add --chapter=once storm) >>storm.json 2>>storm.err &
	runners="${runners:-} $!"
done
exec 4>gate
for p in $runners; do wait "$p" || echo "status $?" >>storm.err; done
exec 4>&-
is "40 at once: one job" "$(sql "SELECT count(*) FROM limn_jobs WHERE episode_id = 'storm'")" 1
is "... which each has printed" "$(jq .job_id storm.json | uniq -c | awk '{ print $1 }')" 40
is "... without a word" "$(cat storm.err)" ""

# The command line
for bad in "" "run" "run a.b" "run -j 0 a" "run -j x a" "run -j 257 a" "run -j" "run --force a" "list -j 2" "add -f x ep" "add" "add a.b" "add ../a" "add a b" "add --chapter=- ep" "add --chapter= ep" "add --chapter=a/b ep" "show" "show x" "show 0" "show -- -1" "show 1x" "show +1" "cancel" "cancel ep" "list a.b" "list a b" "sideways" "show --force 1" "list --chapter=ch01" "add --nothing ep" "add -d"; do
	# shellcheck disable=SC2086 # words
	fails 64 "wrong usage: $bad" manage-jobs $bad
	is "... one line says so" "$(echo "$err" | grep -c '^manage-jobs: .')$out" 1
done
fails 66 "a number beyond all" manage-jobs show 99999999999999999999999
evil=$(printf 'a\033]0;x\007b')
fails 64 "control characters" manage-jobs add "$evil"
is "... aren't repeated" "$(echo "$err" | tr -d '\n' | grep -c '[[:cntrl:]]')" 0
fails 74 "a full disk" sh -c 'manage-jobs list >/dev/full'

# Databases that aren't good
echo "no database, but long enough to be looked at" >letter.db
for c in "add ep" list "show 1" "cancel 1" "run ep"; do
	# shellcheck disable=SC2086 # words
	fails 74 "no database: $c" manage-jobs -d letter.db $c
done
sqlite3 foreign.db "CREATE TABLE limn_jobs (id INTEGER PRIMARY KEY, what)"
fails 74 "another program's limn_jobs" manage-jobs -d foreign.db list
is "... is said" "$out$err" "manage-jobs: foreign.db: the table limn_jobs has no column command; it is another program's: name another database with DATABASE"
sqlite3 theirs.db <"$top/tests/pipeline.sql"
is "another pipeline's database" "$(manage-jobs -d theirs.db add ep | jq -c '[.job_id, .state]')" '[1,"queued"]'
mkfifo hold
sqlite3 x.db <hold >held 2>&1 &
exec 3>hold
echo "BEGIN IMMEDIATE; SELECT 'held';" >&3
wait_for test -s held
is "locked: who only looks doesn't wait" "$(timeout 5 manage-jobs show "$(tail -n 1 ids)" | jq -r .state)" queued
(timeout 20 manage-jobs add late >late.json 3>&-) &
exec 3>&-
wait
is "... who adds waits, and adds then" "$(jq -r '.state' late.json)" queued

# --- run

export W="$work"
state() { sql "SELECT state FROM limn_jobs WHERE id = $1"; }
how='[.state, .cancelled, .progress.done, .progress.total, .message] | tojson'
run() { manage-jobs run -f fake.mk "$@"; }
is_state() { [ "$(state "$1")" = "$2" ]; }
has_begun() { [ "$(state "$1")" != queued ]; }
has_message() { [ "$(sql "SELECT message FROM limn_jobs WHERE id = $1")" = "$2" ]; }
# all members of a process group that do something
members() { ps -eo pgid=,stat= | awk -v g="$1" '$1 == g && $2 !~ /^Z/'; }
is_over() { [ -z "$(members "$1")" ]; }

# What an episode's make does is in a file of its name.
cat >fake.mk <<'END'
imagegen:
	@echo "$(EP) $(CHAPTER) $(FORCE)" >>$(W)/ran
	@mkdir $(W)/busy.$(EP) || echo "$(EP)" >>$(W)/overlap
	@export EP='$(EP)' CHAPTER='$(CHAPTER)' FORCE='$(FORCE)'; \
	trap 'rmdir $(W)/busy.$(EP)' EXIT; . $(W)/say.sh; . $(W)/$(EP).sh
.PHONY: imagegen
END
# say CHAPTER STAGE STATUS MESSAGE: a line of a tool, as log.h has it
cat >say.sh <<'END'
say() { jq -nc --arg chapter "$1" --arg stage "$2" --argjson status "$3" --arg message "$4" \
	'{run: "", tool: "a-tool", $chapter, $stage, $status, setting: null, $message} |
	if $chapter == "" then .chapter = null | .stage = null else . end' >>"$LIMN_LOG"; }
END
does() { # EPISODE: what its job does is standard input
	cat >"$1.sh"
	mkdir -p "outputs/$1/imagegen"
	printf 'ch01\nch02\nch03\n' >"outputs/$1/imagegen/chapters.index"
}
sql "DELETE FROM limn_jobs"

# Nothing to do
is "run: no job" "$(run ep 2>&1)" ""
ok "... no database" manage-jobs -d none.db run ep

# A job, as make is told of it
does a <<'END'
env >$W/env
tr '\0' '\n' </proc/$PPID/cmdline >$W/argv
cat >$W/stdin
ls -l /proc/$$/fd >$W/fds
ps -o pgid= -p $PPID | tr -d ' ' >$W/group
echo $PPID >$W/make
grep '^Sig\(Ign\|Blk\):' /proc/$$/status | cut -f 2 >$W/signals
echo "$PWD" >$W/cwd
echo to nobody
echo to the terminal >&2
say ch02 prompt 0 composed
say ch02 entry 0 written
say ch02 entry 0 written
say ch03 entry 0 written
say ch01 image 0 'gpt-image-2.6-flare $0.0425'
until sqlite3 $W/x.db "SELECT state, done, total, message, ended_at IS NULL, started_at IS NULL FROM limn_jobs WHERE episode_id = 'a'" >$W/row && grep -q ch01 $W/row; do sleep 0.02; done
END
echo '{"tool": "x", "chapter": "ch01", "stage": "entry", "status": 0, "message": "of a former job"}' >outputs/a/imagegen/log
id=$(add a)
MAKEFLAGS='rRk -j3 --jobserver-auth=8,9 -- A=one\ two W='"$work"' EP=other FORCE=1 DRY_RUN=1' MAKELEVEL=3 MFLAGS=-k MAKE_RESTARTS=1 \
	LIMN_RUN=r LIMN_MAKE='1 2' LIMN_TOKEN=secret LIMN_LOG=elsewhere OPENAI_API_KEY=sk-test \
	run -j 5 a >said 2>said.err 8</dev/null 9</dev/null
is "a job: what make prints isn't" "$(cat said)" ""
is "... but its errors are" "$(cat said.err)" "to the terminal"
is "... it is done" "$(show "$id" "$how")" '["done",false,3,3,"already up-to-date"]'
is "... while it ran" "$(cat row)" 'running|2|3|ch01  image  gpt-image-2.6-flare $0.0425|1|0'
is "... when it began" "$(sql 'SELECT datetime(started_at) = started_at FROM limn_jobs')" 1
is "... it ended after that" "$(sql 'SELECT ended_at >= started_at FROM limn_jobs')" 1
is "... its make's arguments" "$(paste -sd ' ' argv)" "make -f fake.mk --no-print-directory -j5 imagegen EP=a CHAPTER= FORCE=0 DRY_RUN= JSON="
is "... of the environment nothing of another run" "$(grep -c '^LIMN_RUN\|^LIMN_MAKE\|^MAKE_RESTARTS=\|secret' env)" 0
is "... the log is the episode's" "$(grep '^LIMN_LOG=' env)" "LIMN_LOG=outputs/a/imagegen/log"
is "... but what is anybody's" "$(grep '^OPENAI_API_KEY=\|^NO_COLOR=\|^MAKELEVEL=\|^DATABASE=' env | sort)" "DATABASE=x.db
MAKELEVEL=1
NO_COLOR=1
OPENAI_API_KEY=sk-test"
flags=$(sed -n 's/^MAKEFLAGS=//p' env)
like "... variables of make's command line" "$flags" ' A=one\\ two'
is "... its flags not, nor its jobserver" "$(echo "$flags" | sed 's/ -- .*//' | grep -c 'rR\|k\|8,9\|j3')" 0
is "... our own words count more" "$(cat ran)" "a  0"
is "... no input" "$(wc -c <stdin)" 0
is "... no file of ours is open" "$(grep -c ' [89] ->' fds)" 0
like "... but the lock" "$(cat fds)" "x.db-lock"
is "... no signal ignored or blocked" "$(for m in $(cat signals); do echo $((0x$m & 0x1ffff)); done | paste -sd ' ' -)" "0 0"
is "... where we are" "$(cat cwd)" "$work"
is "... it leads a group of its own" "$(cat group)" "$(cat make)"

# The arguments of others
does -b <<'END'
tr '\0' '\n' </proc/$PPID/cmdline >$W/argv
END
id=$(add --force --chapter=ch02 -- -b)
run -- -b
is "a chapter, force, an id that begins with -" "$(paste -sd ' ' argv)" 'make -f fake.mk --no-print-directory -j8 imagegen EP=-b CHAPTER=ch02 FORCE=1 DRY_RUN= JSON='
is "... of one picture" "$(show "$id" '.progress | tojson')" '{"done":1,"total":1}'
cp fake.mk GNUmakefile
id=$(add -- -b)
manage-jobs run -- -b
is "without -f: make's own choice" "$(head -n 2 argv | paste -sd ' ' -)" 'make --no-print-directory'
does db <<'END'
say "" "" 0 "$DATABASE"
END
id=$(add db)
env -u DATABASE manage-jobs -d ./x.db run db
is "-d: it is the job's database, too" "$(show "$id" .message)" "./x.db"
rm GNUmakefile
mkdir elsewhere
mv outputs/db elsewhere
id=$(add db)
OUTPUTS_DIR=elsewhere run db
is "OUTPUTS_DIR: where its log is" "$(show "$id" .message)" "x.db"

# How jobs end
ends() { # NAME WANT: of the job of episode e, which standard input is
	does e
	job=$(add e)
	run e >/dev/null 2>&1
	is "$1" "$(show "$job" "$how")" "$2"
}
ends "done without a line" '["done",false,0,0,"already up-to-date"]' </dev/null
ends "... with what the run did" '["done",false,3,3,"6/8 images generated ($0.2588)"]' <<'END'
say ch01 entry 0 written
say "" "" 0 '6/8 images generated ($0.2588)'
say ch01 image null 'tried again'
END
ends "... and no log any more" '["done",false,3,3,"already up-to-date"]' <<'END'
say ch01 entry 0 written
rm "$LIMN_LOG"
END
ends "failed: the first tool that did" '["failed",false,1,3,"a-tool: 401 invalid_api_key; look at OPENAI_API_KEY"]' <<'END'
say ch01 entry 0 written
say ch02 image null 'tried again'
say ch02 image 77 '401 invalid_api_key; look at OPENAI_API_KEY'
say ch03 image 10 'refused'
exit 77
END
ends "... a limit before all" '["cost_limit",false,0,3,"a-tool: too much; raise it"]' <<'END'
say ch02 image 10 refused
say ch02 image 11 'too much; raise it'
say ch03 image 11 'too much, too'
exit 2
END
ends "... by its status, not by its words" '["failed",false,0,3,"a-tool: Episode cost limit exceeded"]' <<'END'
say ch02 image 10 'Episode cost limit exceeded'
exit 2
END
ends "a limit that didn't stop make" '["done",false,3,3,"already up-to-date"]' <<'END'
say ch02 image 11 'too much'
END
ends "no line: make's status" '["failed",false,0,0,"make failed with status 2; run make imagegen EP=e to see why"]' <<'END'
exit 1
END
ends "... nor one of a tool that failed" '["failed",false,0,3,"make failed with status 2; run make imagegen EP=e to see why"]' <<'END'
say ch01 prompt 0 composed
say ch01 image null 'tried again'
exit 1
END
ends "make was killed" '["failed",false,0,0,"make failed with status 137; run make imagegen EP=e to see why"]' <<'END'
rmdir $W/busy.e
kill -9 $PPID
END
ends "lines that are none" '["done",false,3,3,"already up-to-date"]' <<'END'
{ echo; echo 'no JSON'; echo '[]'; echo '{"status": 2}'; echo '{"tool": 1, "message": []}'; head -c 3000000 /dev/zero; echo; } >>"$LIMN_LOG"
say ch01 entry 0 x
printf '{"tool": "cut' >>"$LIMN_LOG"
END
does e <<'END'
say ch01 image 65 "$(printf 'ab%0700d' 0 | sed 's/0/ş/g')"
exit 1
END
job=$(add e)
run e 2>/dev/null
is "a long message: cut, between two letters" "$(show "$job" '.message | utf8bytelength')" 1023
is "... so it ends" "$(show "$job" '.message | endswith("şş...")')" true
mv fake.mk away.mk
job=$(add e)
run e 2>/dev/null
is "no makefile" "$(show "$job" .message)" "make failed with status 2; run make imagegen EP=e to see why"
mv away.mk fake.mk
mkdir none
job=$(add e)
tool=$(command -v manage-jobs)
PATH=none "$tool" run -f fake.mk e
is "no make" "$(show "$job" "$how")" '["failed",false,0,0,"make: can'"'"'t be run: No such file or directory"]'
job=$(add absent)
does absent </dev/null
rm -r outputs/absent
run absent
is "an episode that isn't there has no log" "$(show "$job" "$how")" '["done",false,0,0,"already up-to-date"]'
ok "... and isn't made" test ! -e outputs/absent

# One after another, the oldest first; what is added meanwhile, too
: >ran
: >overlap
does q <<'END'
[ "$CHAPTER" != ch02 ] || manage-jobs add --chapter=late q >/dev/null
[ "$CHAPTER" != ch01 ]
END
for c in ch03 ch01 ch02; do add --chapter=$c q; done >/dev/null
add --force q >/dev/null
does r </dev/null
add r >/dev/null
run q 2>/dev/null
is "one after another" "$(paste -sd , ran)" "q ch03 0,q ch01 0,q ch02 0,q  1,q late 0"
is "... each as it ended" "$(sql "SELECT group_concat(state) FROM limn_jobs WHERE episode_id = 'q'")" "done,failed,done,done,done"
is "... no other episode's" "$(sql "SELECT state FROM limn_jobs WHERE episode_id = 'r'")" queued
sql "UPDATE limn_jobs SET chapter_id = '../x' WHERE episode_id = 'r'; INSERT INTO limn_jobs (command, episode_id, force, state, created_at) VALUES ('rm', 'r', 0, 'queued', ''), ('imagegen', 'r', 1, 'queued', '')"
: >ran
run r
is "what others wrote isn't run" "$(sql "SELECT group_concat(state || ' ' || message) FROM limn_jobs WHERE episode_id = 'r'")" "failed this row is not a job that limn knows,failed this row is not a job that limn knows,done already up-to-date"
is "... what could be a job is" "$(cat ran)" "r  1"

# Two at once: one takes all, the other leaves; another episode doesn't wait.
does t <<'END'
until [ -e $W/go ]; do sleep 0.02; done
END
one=$(add t)
run t &
pid=$!
wait_for is_state "$one" running
two=$(add --force t)
ok "a second runner of the episode ends at once" timeout 5 manage-jobs run -f fake.mk t
is "... the job waits" "$(state "$two")" queued
job=$(add r)
run r
is "... but that of another episode runs" "$(state "$job")" "done"
touch go
wait $pid
is "... and then the first ends" "$(state "$one")" "done"
is "... and takes the other" "$(state "$two")" "done"

# No lost wake-up: adders at every moment, each followed by a runner
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
is "48 jobs added while others end: all are done" "$(sql "SELECT count(*), group_concat(DISTINCT state) FROM limn_jobs WHERE episode_id = 's'")" "48|done"
is "... without a word" "$(cat storm)" ""
is "... each once" "$(grep '^s ' ran | sort | uniq -c | awk '{ print $1 }' | sort | uniq -c | tr -s ' ')" " 48 1"
is "... and never two at once" "$(grep -c '^[qrst]$' overlap)" 0

# Cancel
does c <<'END'
[ "$FORCE" = 0 ] || exit 0
ps -o pgid= -p $$ | tr -d ' ' >$W/group.tmp
trap 'echo told >>$W/told; exit 1' INT
say ch01 entry 0 x
mv $W/group.tmp $W/group
while :; do sleep 0.02; done
END
one=$(add c)
two=$(add --force c)
rm -f group
run c 2>/dev/null &
pid=$!
wait_for has_message "$one" "ch01  entry  x"
is "cancel: it still runs" "$(manage-jobs cancel "$one" | jq -c '[.state, .cancelled]')" '["running",true]'
is "... the same job isn't one that could be cancelled" "$(add c)" $((two + 1))
manage-jobs cancel $((two + 1)) >/dev/null
wait $pid
is "... it is cancelled, what was done is known" "$(show "$one" "$how")" '["failed",true,1,3,"cancelled"]'
ok "... its group has ended" is_over "$(cat group)"
is "... it was told once" "$(cat told)" told
is "... and the next has run" "$(show "$two" "[.state, .cancelled] | tojson")" '["done",false]'

# ... in the moment that it ends
does m </dev/null
round=0
while [ $round -lt 12 ]; do
	round=$((round + 1))
	one=$(add m)
	two=$(add --force m)
	run m 2>/dev/null &
	pid=$!
	wait_for has_begun "$one"
	manage-jobs cancel "$one" >/dev/null
	wait $pid || echo "status $?" >>moment
	show "$one" '[.state, .cancelled] | tojson' >>ones
	state "$two" >>twos
done
ok "cancelled at any moment: the runner goes on" test ! -e moment
is "... with the next" "$(sort -u twos)" "done"
is "... and the first is done, or cancelled" "$(sort -u ones | grep -vxc '\["done",false\]\|\["failed",true\]')" 0

# SIGTERM: it ends, and what waits, waits.
one=$(add c)
two=$(add --force --chapter=ch01 c)
rm -f group
run c 2>/dev/null &
pid=$!
wait_for test -s group
pid=$(pgrep -P $pid -x manage-jobs || echo $pid)
kill -INT "$pid"
kill -HUP "$pid"
kill -TERM "$pid"
wait
is "SIGTERM: the job is cancelled" "$(show "$one" "[.state, .cancelled, .message] | tojson")" '["failed",true,"cancelled"]'
ok "... its group has ended" is_over "$(cat group)"
is "... what waits, waits" "$(state "$two")" queued
run c
is "... for the next runner" "$(state "$two")" "done"
rm -f group
one=$(add c)
manage-jobs run -f fake.mk c 2>/dev/null &
pid=$!
wait_for test -s group
kill -TERM $pid
wait $pid 2>/dev/null
is "... it ends so" "$?" 143
does z </dev/null
for c in 1 2 3 4 5 6 7 8 9; do add --chapter=z$c z; done >/dev/null
manage-jobs run -f fake.mk z 2>/dev/null &
pid=$!
kill -TERM $pid
wait $pid 2>/dev/null
is "SIGTERM between jobs: none is left running" "$(sql "SELECT count(*) FROM limn_jobs WHERE state = 'running'")" 0
is "... and none is lost" "$(sql "SELECT count(*) FROM limn_jobs WHERE episode_id = 'z' AND (state = 'queued' OR ended_at IS NOT NULL)")" 9

# SIGKILL of the runner: the job goes on as long as its make.
does k <<'END'
ps -o pgid= -p $$ | tr -d ' ' >$W/group.tmp
mv $W/group.tmp $W/group
until [ -e $W/go-on ]; do sleep 0.02; done
END
start() { # sets $job, $pid, $group
	rm -f group
	rmdir busy.k 2>/dev/null
	job=$(add k)
	manage-jobs run -f fake.mk k 2>/dev/null &
	pid=$!
	wait_for test -s group
	group=$(cat group)
}
start
two=$(add --force k)
kill -9 $pid
wait $pid 2>/dev/null
is "SIGKILL of the runner: its make goes on" "$(show "$job" .state)" running
run k
is "... and no other job of the episode begins" "$(state "$two")" queued
touch go-on
wait_for is_over "$group"
is "... until its end: interrupted" "$(show "$job" '[.state, .cancelled, .message] | tojson')" '["failed",false,"interrupted"]'
rmdir busy.k 2>/dev/null
run k
is "... and then the other runs" "$(state "$two")" "done"
rm go-on
start
kill -9 "$group"
wait_for is_over "$group"
wait $pid
is "SIGKILL of make: the job fails" "$(show "$job" '[.state, .cancelled] | tojson')" '["failed",false]'
ok "... and what it left behind ends" is_over "$group"

# A process that a job leaves behind doesn't keep it.
does l <<'END'
setsid sh -c 'echo $$ >$W/daemon; exec sleep 30' &
until [ -s $W/daemon ]; do sleep 0.02; done
END
job=$(add l)
timeout 10 manage-jobs run -f fake.mk l
is "a process left behind" "$(state "$job")" "done"
kill "$(cat daemon)"
does f <<'END'
yes '{"tool": "a", "status": null, "message": "y"}' | head -n 300000 >>"$LIMN_LOG"
exit 1
END
job=$(add f)
timeout 20 manage-jobs run -f fake.mk f 2>/dev/null
is "a flood" "$(show "$job" '[.state, .message] | tojson')" '["failed","make failed with status 2; run make imagegen EP=f to see why"]'

# The database, while a job runs
does d <<'END'
say "" "" 0 word
sqlite3 "$DATABASE" "BEGIN IMMEDIATE; INSERT INTO t VALUES (1); COMMIT" || exit 1
(echo "BEGIN IMMEDIATE; SELECT 1;"; sleep 1.5; echo "COMMIT;") | sqlite3 "$DATABASE" >$W/held &
until [ -s $W/held ]; do sleep 0.02; done
say "" "" 0 another
END
sql "CREATE TABLE t (x)"
job=$(add d)
run d
is "it isn't locked, and may be, for a while" "$(show "$job" '[.state, .message] | tojson')" '["done","another"]'
sql "DROP TABLE t"
mkdir bad
manage-jobs -d bad/x.db add g >/dev/null
does g <<'END'
say "" "" 0 word
for f in $W/bad/x.db*; do head -c 200000 /dev/urandom | dd of=$f conv=notrunc 2>/dev/null; done
for i in 1 2 3 4 5; do say "" "" 0 $i; sleep 0.3; done
touch $W/bad/end
END
DATABASE=bad/x.db timeout 60 manage-jobs run -f fake.mk g 2>err
is "damaged while a job runs: 74" "$?" 74
ok "... at the job's end" test -e bad/end
like "... is said" "$(tail -n 1 err)" "manage-jobs: bad/x.db: "
if mkdir full && mount -t tmpfs -o size=600k tmpfs full 2>/dev/null; then
	at_exit 'umount -l "$work/full" 2>/dev/null'
	manage-jobs -d full/x.db add h >/dev/null
	does h <<'END'
cat /dev/zero >$W/full/fill 2>/dev/null
for i in 1 2 3 4 5; do say "" "" 0 "$(head -c 900 /dev/zero | tr '\0' $i)"; sleep 0.3; done
touch $W/end
END
	DATABASE=full/x.db timeout 60 manage-jobs run -f fake.mk h 2>err
	rc=$?
	rm -f full/fill
	state=$(DATABASE=full/x.db manage-jobs show 1 | jq -r .state)
	ok "a full disk: at the job's end it is recorded, or 74 and interrupted" test "$rc $state" = "74 failed" -o "$rc $state" = "0 done"
	ok "... the job came to its end" test -e end
else
	skip "a full disk" "needs root to mount"
	skip "... the job came to its end" "needs root to mount"
fi

# The real chain
mkdir -p outputs/ep
jq '.episode_id = "ep" | .chapters |= .[:4] | .total_chapters = 4' "$top/outputs.example/bitcoin-nedir/chapters.json" >outputs/ep/chapters.json
export MAKEFLAGS="-- BIN=$bin"
chain() { manage-jobs run -f "$top/mk/limn.mk" "$1" 2>/dev/null; }
job=$(add ep)
chain ep
is "the real chain: drawn" "$(show "$job" '[.state, .progress.done, .progress.total] | tojson')" '["done",4,4]'
is "... what the run did" "$(show "$job" .message)" '3/4 images generated ($0.0000)'
job=$(add ep)
chain ep
is "... nothing to do" "$(show "$job" '[.state, .message] | tojson')" '["done","already up-to-date"]'
stat -c %y outputs/ep/images/ch02.png outputs/ep/images/ch03.png >before
job=$(add --force --chapter=ch02 ep)
chain ep
is "... a chapter by force" "$(show "$job" '[.state, .progress.done, .progress.total] | tojson')" '["done",1,1]'
is "... and no other" "$(stat -c %y outputs/ep/images/ch02.png outputs/ep/images/ch03.png | grep -cxFf before)" 1
job=$(add none)
chain none
is "... no such episode" "$(show "$job" '[.state, .message] | tojson')" '["failed","make failed with status 2; run make imagegen EP=none to see why"]'
unset MAKEFLAGS
finish
