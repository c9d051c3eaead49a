#!/bin/sh
# record-asset --check, --look, --failed: before a run, and when it has failed.
# shellcheck source=tests/lib.sh
# shellcheck disable=SC2119,SC2120 # check is given more by fails
. "${0%/*}/lib.sh"

db=outputs/limn.db
sql() { sqlite3 -bail "$db" "$@"; }
episode() {
	mkdir -p "outputs/$1"
	echo "{\"episode_id\": \"$1\", \"title\": \"Başlık $1\", \"chapters\": []}" >"outputs/$1/chapters.json"
}
anew() { rm -rf outputs && episode a; }
check() { record-asset --episode=outputs/a --check "$@"; }
failed() { record-asset --episode=outputs/a --failed="$1"; }
same() { # NAME COMMAND...: not a byte of the database changes
	name=$1
	shift
	was=$(stat -c '%y %s' $db; sha256sum $db)
	"$@" >/dev/null 2>&1
	is "$name" "$(stat -c '%y %s' $db; sha256sum $db)" "$was"
}
message() { sql 'SELECT error_message FROM episodes'; }
runs() { sql 'SELECT status, error_message FROM pipeline_runs ORDER BY id'; }

# --- before

anew
fails 0 "--check, and no database" check
is "... silently" "$out$err" ""
is "... makes one, and the episode's row" "$(sql 'SELECT episode_id, title, status, pipeline_version, error_message IS NULL FROM episodes; SELECT count(*) FROM pipeline_runs; SELECT table_name, row_id FROM limn_rows')" "a|Başlık a|CHAPTERIZED|2|1
0
episodes|1"
same "once more: the file is as it was" check
same "... in a run of make" env LIMN_RUN=r check
rm outputs/a/chapters.json
same "... without a chapters.json" check
for bad in nothing '[]' '{"title": " "}' '{"episode_id": "other", "title": "T"}' '{"episode_id": "a", "title": 5}'; do
	anew
	echo "$bad" >outputs/a/chapters.json
	fails 0 "a chapters.json like $bad" check
	is "... has no title" "$err$(sql 'SELECT episode_id, title FROM episodes')" "a|"
done
same "... and none later" check
episode a
check
is "... until it has one" "$(sql 'SELECT title FROM episodes')" "Başlık a"
sql "DELETE FROM limn_rows; UPDATE episodes SET title = ''"
same "another's row stays without" check

for status in NEW downloaded TRANSCRIBED CORRECTED SEGMENTED TRANSLATED adapted; do
	sql "UPDATE episodes SET status = '$status'"
	fails 65 "$status" check
	is "... is said" "$out$err" "record-asset: Episode a not ready for image generation (status: $(echo $status | tr '[:upper:]' '[:lower:]'))"
	fails 0 "... --force goes on" check --force
done
for status in CHAPTERIZED frames_extracted IMAGES_GENERATED TTS_DONE ANCHOR_GENERATED RENDERED APPROVED published COST_LIMIT; do
	sql "UPDATE episodes SET status = '$status'"
	fails 0 "$status" check
	is "... may" "$out$err$(sql 'SELECT status FROM episodes')" "$status"
done
sql "UPDATE episodes SET status = 'IN_REVIEW'"
fails 0 "another's status may" check
is "... without a word, yet" "$err" ""
sql "UPDATE episodes SET pipeline_version = 1"
fails 65 "version 1" check --force
is "... is said" "$out$err" "record-asset: Episode a is v1 pipeline, image generation not supported"
sql "UPDATE episodes SET pipeline_version = 3"
fails 65 "version 3" check
like "... is said" "$err" "*Episode a is v3 pipeline,*"
same "... and nothing written" check

anew
sqlite3 $db <"$top/tests/pipeline.sql"
sql "ALTER TABLE episodes DROP COLUMN pipeline_version"
sqlite3 $db "SELECT * FROM episodes" >was
fails 65 "a database that knows no versions has the first" record-asset --episode=outputs/abc123 --check
like "... so it is said" "$err" "*Episode abc123 is v1 pipeline,*"
is "... and left alone" "$(sql 'SELECT * FROM episodes' | diff was -)" ""

# --- after

anew
LIMN_RUN=r1
export LIMN_RUN
fails 0 "--failed" failed "ch02: refused; change it"
is "... silently" "$out$err" ""
is "... in the episode" "$(sql 'SELECT status, error_message FROM episodes')" "CHAPTERIZED|ch02: refused; change it"
is "... and in its run" "$(sql 'SELECT stage, status, error_message, completed_at IS NULL, estimated_cost_usd FROM pipeline_runs; SELECT run FROM limn_runs')" "IMAGEGEN|FAILED|ch02: refused; change it|0|0.0
r1"
failed "another"
is "a second: the run's first stays, the episode has the last" "$(runs) $(message)" "FAILED|ch02: refused; change it another"
LIMN_RUN=r2 failed "Episode x: y"
is "another run has its own row; the message is kept as it is" "$(runs) $(message)" "FAILED|ch02: refused; change it
FAILED|Episode x: y Episode x: y"
for text in '' ' '; do
	fails 0 "nothing to say: '$text'" failed "$text"
	is "... is said so" "$err$(message)" "failed without a message"
done
printf 'first\nsecond\n' | failed -
is "-: the first line of standard input" "$(message)" first
printf 'no newline' | failed -
is "... without an end" "$(message)" "no newline"
fails 0 "... of nothing" failed - </dev/null
is "... no second message" "$err$(message)" "failed without a message"
fails 0 "... of a directory, or closed" sh -c 'record-asset --episode=outputs/a --failed=- <outputs; record-asset --episode=outputs/a --failed=- <&-'
is "... no second message" "$err" ""
fails 0 "... of more than a message has" sh -c 'head -c 1000000 /dev/zero | tr "\0" "x" | record-asset --episode=outputs/a --failed=-'
is "... is cut" "$(message | tr -d '\n' | wc -c)" 2047
unset LIMN_RUN
failed "no run"
is "without LIMN_RUN: just the episode" "$(message) $(sql 'SELECT count(*) FROM pipeline_runs')" "no run 2"

# what the run has spent, and the limit that it met
sql "INSERT INTO ledger (purchase, episode_id, kind, model, request_sha256, state, cost_micros, estimate_micros, input_tokens, output_tokens, run, reserved_at)
VALUES ('1', 'a', 'prompt', 'm', '', 'settled', 3150, 9000, 300, 150, 'r3', '2026-01-01 00:00:00')"
LIMN_RUN=r3 failed "x"
is "the run's tokens and cost are the ledger's" "$(sql 'SELECT input_tokens, output_tokens, estimated_cost_usd FROM pipeline_runs WHERE id = 3')" "300|150|0.00315"
sql "UPDATE limn_runs SET cost_limit = 'over' WHERE run = 'r3'; UPDATE pipeline_runs SET error_message = 'over'; UPDATE episodes SET error_message = 'over', status = 'COST_LIMIT'"
LIMN_RUN=r3 failed "make failed, see above"
is "over the limit: that stays" "$(message) $(runs | tail -n 1) $(sql 'SELECT status FROM episodes')" "over FAILED|over COST_LIMIT"
LIMN_RUN=r4 failed "make failed, see above"
is "... but not in the next run" "$(message) $(runs | tail -n 1)" "make failed, see above FAILED|make failed, see above"

# episodes that nobody knows, and that aren't for pictures
record-asset --episode=outputs/none --failed=x
is "no such episode: no row" "$(sql 'SELECT count(*) FROM episodes')" 1
episode b
record-asset --episode=outputs/b/// --failed=x
is "... but if it has chapters" "$(sql 'SELECT episode_id, error_message FROM episodes WHERE id = 2')" "b|x"
sql "UPDATE episodes SET pipeline_version = 1, error_message = NULL WHERE id = 2"
same "version 1 is somebody else's" env LIMN_RUN=r record-asset --episode=outputs/b --force --failed=x
sql "UPDATE episodes SET pipeline_version = 2, status = 'adapted' WHERE id = 2"
same "that one isn't ready is no failure of its" record-asset --episode=outputs/b --failed="record-asset: Episode b not ready for image generation (status: adapted)"
same "... whatever the message" record-asset --episode=outputs/b --failed=y
record-asset --episode=outputs/b --force --failed=y
is "... with --force it is" "$(sql 'SELECT status, error_message FROM episodes WHERE id = 2')" "adapted|y"

# --- runs that were left

anew
here="$$ $(sed 's/.*) //' /proc/$$/stat | cut -d ' ' -f 20)"
LIMN_RUN=gone failed x
LIMN_MAKE=$here LIMN_RUN=here failed x
sql "UPDATE pipeline_runs SET status = 'RUNNING', completed_at = NULL, error_message = NULL"

LIMN_MAKE=$here LIMN_RUN=next check
is "--check closes what a gone make has left, and no other" "$(sql 'SELECT status, error_message, completed_at IS NULL FROM pipeline_runs ORDER BY id')" "FAILED|interrupted|0
RUNNING||1"
same "... once" env LIMN_MAKE="$here" record-asset --episode=outputs/a --check
sql "UPDATE pipeline_runs SET status = 'RUNNING', error_message = NULL"
LIMN_RUN=gone LIMN_MAKE=$here check
is "its own is none that is left" "$(runs)" "RUNNING|
RUNNING|"
LIMN_RUN=new LIMN_MAKE=$here failed y
is "neither does one that begins with a failure leave any" "$(runs)" "FAILED|interrupted
RUNNING|
FAILED|y"
sql "INSERT INTO pipeline_runs (episode_id, stage, status, started_at) VALUES (1, 'IMAGEGEN', 'RUNNING', '2020-01-01')"
same "another's is left alone" record-asset --episode=outputs/a --check

# --- the command line

anew
fails 64 "both" record-asset --episode=outputs/a --check --failed=x
fails 64 "no episode" record-asset --check
for dir in '' . / 'outputs/a b' outputs/ç outputs/..; do
	fails 64 "an episode in '$dir'" record-asset --episode="$dir" --check
done
fails 64 "a file" record-asset --episode=outputs/a --check x
for option in -d --database --episode --failed; do
	fails 64 "$option without a value" record-asset --check $option
done
fails 0 "--help" record-asset --help
like "... says how" "$out" "usage: record-asset *"
(cd outputs && DATABASE=x/y.db record-asset --episode=-b --check && record-asset -d z.db --episode=a/ --check)
is "DATABASE and -d" "$(sqlite3 outputs/x/y.db 'SELECT episode_id FROM episodes'; sqlite3 outputs/z.db 'SELECT title FROM episodes')" "-b
Başlık a"
echo "this is no database, though it is longer than a page's head of 16 bytes" >bad.db
fails 74 "not a database" record-asset -d bad.db --episode=outputs/a --check
is "... in one line" "$(echo "$err" | wc -l)" 1
finish
