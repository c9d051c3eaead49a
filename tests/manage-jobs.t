#!/bin/sh
# manage-jobs: jobs are added once, told as they are, and only cancelled by who
# means them.
# shellcheck source=tests/lib.sh disable=SC2154 # $out, $err
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
is "list: no database" "$(manage-jobs list) $(manage-jobs list ep)" "[] []"
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
is "... the row" "$(sql 'SELECT command, episode_id, chapter_id IS NULL, force, state, is_cancelled, done, total, message, host IS NULL, pid IS NULL, pid_started IS NULL, datetime(created_at) = created_at, started_at IS NULL, ended_at IS NULL FROM limn_jobs')" "imagegen|ep|1|0|queued|0|0|0||1|1|1|1|1|1"
is "the same again: the same job" "$(add ep) $(manage-jobs -d x.db add ep | cmp - 1.json && echo same)" "1 same"
is "another chapter, force, episode: another" "$(add --chapter=ch02 ep) $(add --chapter=ch02 --force ep) $(add --force ep) $(add --chapter=ch03 ep) $(add -- -ep)" "2 3 4 5 6"
is "... each of them once" "$(add --chapter=ch02 ep) $(add --force --chapter ch02 ep) $(add ep --force) $(add ep --chapter=ch03) $(add -- -ep)" "2 3 4 5 6"
is "... as JSON" "$(show 3 '.args | tojson')" '{"force":true,"chapter":"ch02"}'

# list
is "list: the newest first" "$(manage-jobs list | jq -c 'map(.job_id)')" "[6,5,4,3,2,1]"
is "... of an episode" "$(manage-jobs list ep | jq -c 'map(.job_id)') $(manage-jobs list -- -ep | jq -c 'map(.job_id)') $(manage-jobs list none)" "[5,4,3,2,1] [6] []"
is "... as show has them" "$(manage-jobs list | jq -c '.[2]')" "$(manage-jobs show 4 | jq -c .)"

# cancel
is "cancel: a queued one" "$(manage-jobs cancel 5 | jq -c '[.job_id, .state, .cancelled, .message, .started_at, (.ended_at | type)]')" '[5,"failed",true,"cancelled",null,"string"]'
manage-jobs show 5 >before
sleep 1.1
ok "... again: nothing changes" sh -c 'manage-jobs cancel 5 | cmp - before'
is "... the same may be added again" "$(add --chapter=ch03 ep)" 7
fails 66 "cancel: there is none" manage-jobs cancel 99

# A job that runs: its process gets SIGTERM, if it is the one.
started() { sed 's/.*) //' "/proc/$1/stat" | cut -d ' ' -f 20; }
host=$(cat /proc/sys/kernel/random/boot_id)/$(stat -L -c %i /proc/self/ns/pid)
run_as() { # JOB PID STARTED [HOST]
	sql "UPDATE limn_jobs SET state = 'running', host = '${4:-$host}', pid = $2, pid_started = $3, started_at = datetime('now'), message = 'm' WHERE id = $1"
}
sleep 100 &
victim=$!
run_as 1 $victim "$(started $victim)"
is "a job that runs" "$(show 1 '[.state, .message, (.started_at | type)] | tojson')" '["running","m","string"]'
is "... the same isn't added" "$(add ep)" 1
is "... cancel: it still runs" "$(manage-jobs cancel 1 | jq -c '[.state, .cancelled, .ended_at]')" '["running",true,null]'
wait $victim
is "... its process got SIGTERM" "$?" 143
is "... and is gone: cancelled" "$(show 1 '[.state, .cancelled, .message, (.ended_at | type)] | tojson')" '["failed",true,"cancelled","string"]'
sleep 100 &
victim=$!
run_as 2 $victim "$(started $victim)"
is "(one that is to be cancelled" "$(manage-jobs cancel 2 | jq .state; add --chapter=ch02 ep)" '"running"
8'
wait $victim
is "... isn't the same as a new one)" "$(show 8 .state)" queued

# A number that is used again; another machine; a damaged row
sleep 100 &
victim=$!
for who in "$victim 1" "$victim $(($(started $victim) + 1))" "0 0" "-1 1" "99999999999 1"; do
	# shellcheck disable=SC2086 # words
	run_as 3 $who
	is "a process that is gone ($who): interrupted" "$(manage-jobs cancel 3 | jq -c '[.state, .cancelled, .message]')" '["failed",false,"interrupted"]'
done
ok "... nobody else was signalled" kill -0 $victim
run_as 3 $victim "$(started $victim)" "$(cat /proc/sys/kernel/random/boot_id)/1"
is "another container's: cancelled when it looks" "$(manage-jobs cancel 3 | jq -c '[.state, .cancelled]')" '["running",true]'
sleep 0.2
ok "... and not signalled" kill -0 $victim
sql "UPDATE limn_jobs SET started_at = datetime('now', '-2 days') WHERE id = 3"
is "... after a day it is gone" "$(show 3 '[.state, .message] | tojson')" '["failed","cancelled"]'
sql "UPDATE limn_jobs SET state = 'running', host = NULL, pid = NULL, pid_started = NULL, started_at = NULL WHERE id = 4"
is "a row without a process" "$(show 4 '[.state, .message] | tojson')" '["failed","interrupted"]'
for c in "show 1" list "add ep" "cancel 1"; do
	run_as 4 1 1
	# shellcheck disable=SC2086 # words
	manage-jobs $c >/dev/null
	is "$c fails what is left" "$(sql 'SELECT state, message FROM limn_jobs WHERE id = 4')" "failed|interrupted"
done
kill $victim

# What nobody should have written
sql "UPDATE limn_jobs SET message = '<b>' || char(10, 27) || x'ff' || '\"', episode_id = 'e p', created_at = 'x' WHERE id = 4"
is "a spoilt row is still JSON" "$(manage-jobs show 4 | jq -c '[.episode_id, .created_at, (.message | startswith("<b>\n\u001b"))]')" '["e p",null,true]'

# A ceiling
sql "DELETE FROM limn_jobs"
i=0
while [ $i -lt 100 ]; do
	i=$((i + 1))
	add "--chapter=c$i" full
done >ids
is "100 queued jobs" "$(sort -u ids | wc -l)" 100
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
is "40 at once: one job" "$(sql "SELECT count(*) FROM limn_jobs WHERE episode_id = 'storm'") $(jq .job_id storm.json | sort -u | wc -l) $(jq .job_id storm.json | wc -l)$(cat storm.err)" "1 1 40"

# The command line
for bad in "" "add" "add a.b" "add ../a" "add a b" "add --chapter=- ep" "add --chapter= ep" "add --chapter=a/b ep" "show" "show x" "show 0" "show -- -1" "show 1x" "show +1" "cancel" "cancel ep" "list a.b" "list a b" "sideways" "show --force 1" "list --chapter=ch01" "add --nothing ep" "add -d"; do
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
for c in "add ep" list "show 1" "cancel 1"; do
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
until [ -s held ]; do sleep 0.02; done
is "locked: who only looks doesn't wait" "$(timeout 5 manage-jobs show "$(tail -n 1 ids)" | jq -r .state)" queued
(timeout 20 manage-jobs add late >late.json 3>&-) &
sleep 0.5
ok "... who adds does" test ! -s late.json
exec 3>&-
wait
is "... and adds then" "$(jq -r '.state' late.json)" queued
finish
