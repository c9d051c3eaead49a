#!/bin/sh
# record-asset: what it writes, what it leaves alone, what it refuses; and
# --check before a run, and --failed after one.
# shellcheck source=tests/lib.sh
# shellcheck disable=SC2016 # $ is jq's
# shellcheck disable=SC2119,SC2120 # check is given more by fails
. "${0%/*}/lib.sh"

db=outputs/limn.db
sql() { sqlite3 -bail "$db" "$@"; }
dump() { sqlite3 "$db" .dump; }
hash=sha256:$(printf '%064d' 0)

# outputs/EP with so many chapters
episode() {
	mkdir -p "outputs/$1/images" "outputs/$1/provenance" "outputs/$1/imagegen"
	jq -n --arg id "$1" '{schema_version: "1.0", episode_id: $id, title: "Başlık \($id)", chapters: []}' >"outputs/$1/chapters.json"
	jq -n --arg id "$1" --argjson n "$2" '{episode_id: $id, schema_version: "1.0",
		generated_at: "2026-02-28T10:30:00Z", images: [range(1; $n + 1) |
		{chapter_id: "ch\(.)", chapter_title: "Giriş \(.)", visual_type: "diagram",
		file_path: "images/ch\(.).png", prompt: "P \(.)", generation_method: "openai",
		model: "m", size: "2048x1152", mime_type: "image/png", size_bytes: (1000 + .),
		metadata: {cost_usd: 0.0424, generated_at: "2026-02-28T10:32:15Z",
		sha256: "sha256:\(.)", prompt_source: "llm"}}]}' >"outputs/$1/images/manifest.json"
	jq -n --arg id "$1" --arg hash "$hash" '{stage: "imagegen", episode_id: $id,
		timestamp: "2026-02-28T10:33:00Z", prompt_name: "imagegen", prompt_version: null,
		prompt_hash: $hash, model: "claude-sonnet-5-5", input_tokens: 2500,
		output_tokens: 800, cost_usd: 0.2588,
		duration_seconds: 45.3}' >"outputs/$1/provenance/imagegen_provenance.json"
}
manifest() { echo "outputs/${1:-a}/images/manifest.json"; }
provenance() { echo "outputs/${1:-a}/provenance/imagegen_provenance.json"; }
edit() { # FILE FILTER
	jq "$2" "$1" >edited && mv edited "$1"
}
record() { record-asset "$(manifest "$@")"; }
anew() { rm -rf outputs && episode a 3; }
check() { record-asset --episode=outputs/a --check "$@"; }
failed() { record-asset --episode=outputs/a --failed="$1"; }
message() { sql 'SELECT error_message FROM episodes'; }
runs() { sql 'SELECT status, error_message FROM pipeline_runs ORDER BY id'; }

# --- a manifest with its provenance

anew
edit "$(manifest)" '.images[1].metadata.prompt_source = "composed"
	| .images[2].metadata |= (.prompt_source = "author" | del(.generated_at)) | .images[2].extra = [1, null]'
before=$(date -u '+%Y-%m-%d %H:%M:%S')
fails 0 "a manifest" record
is "a manifest: no output" "$out" ""
is "a manifest: no message" "$err" ""
after=$(date -u '+%Y-%m-%d %H:%M:%S')
is "a row a picture" "$(sql 'SELECT id, episode_id, asset_type, chapter_id, file_path, mime_type, size_bytes, duration_seconds IS NULL, prompt_version_id FROM media_assets')" "1|a|IMAGE|ch1|images/ch1.png|image/png|1001|1|1
2|a|IMAGE|ch2|images/ch2.png|image/png|1002|1|1
3|a|IMAGE|ch3|images/ch3.png|image/png|1003|1|"
is "metadata: the record's, and what has no column" "$(sql 'SELECT metadata FROM media_assets WHERE id = 1')" '{"cost_usd":0.0424,"generated_at":"2026-02-28T10:32:15Z","sha256":"sha256:1","prompt_source":"llm","chapter_title":"Giriş 1","visual_type":"diagram","prompt":"P 1","generation_method":"openai","model":"m","size":"2048x1152"}'
is "... also what nobody knows" "$(sql "SELECT json_extract(metadata, '\$.extra') FROM media_assets WHERE id = 3")" '[1,null]'
is "created_at: when it was made" "$(sql 'SELECT created_at FROM media_assets WHERE id < 3')" "2026-02-28 10:32:15
2026-02-28 10:32:15"
t=$(sql 'SELECT created_at FROM media_assets WHERE id = 3')
is "... or now" "$(printf '%s\n' "$before" "$t" "$after" | sort -c 2>&1)" ""
is "the episode" "$(sql 'SELECT episode_id, title, status, pipeline_version, error_message IS NULL FROM episodes')" "a|Başlık a|IMAGES_GENERATED|2|1"
is "the run" "$(sql 'SELECT e.episode_id, stage, r.status, started_at, completed_at, input_tokens, output_tokens, estimated_cost_usd, r.error_message IS NULL FROM pipeline_runs AS r JOIN episodes AS e ON e.id = r.episode_id')" "a|IMAGEGEN|SUCCESS|2026-02-28 10:32:15|2026-02-28 10:33:00|2500|800|0.2588|1"
is "the template's version" "$(sql 'SELECT name, version, content_hash, is_default FROM prompt_versions')" "imagegen|1|$hash|1"
is "the artifact" "$(sql 'SELECT episode_id, artifact_type, file_path, prompt_hash, prompt_version_id, model, input_tokens, output_tokens, cost_usd FROM content_artifacts')" "a|images|images/manifest.json|$hash|1|claude-sonnet-5-5|2500|800|0.2588"
is "the rows are noted as ours" "$(sql 'SELECT table_name, count(*) FROM limn_rows GROUP BY 1')" "content_artifacts|1
episodes|1
media_assets|3
prompt_versions|1"
is "the run is noted as ours" "$(sql 'SELECT count(*) FROM limn_runs')" 1

# --- nothing new

same() { # NAME COMMAND...: not a byte of the database changes
	name=$1
	shift
	was=$(stat -c '%y %s' $db; sha256sum $db)
	"$@" >/dev/null 2>&1
	is "$name" "$(stat -c '%y %s' $db; sha256sum $db)" "$was"
}
same "once more: the file is as it was" record
same "in a run of make once more: the file is as it was" env LIMN_RUN=r1 record-asset "$(manifest)"
same "with --no-run once more: the file is as it was" env LIMN_RUN=r1 record-asset --no-run "$(manifest)"
mkfifo hold
sqlite3 $db <hold >/dev/null 2>&1 &
exec 9>hold
echo 'CREATE TABLE theirs (a);' >&9
wait_for test -s $db-wal
was=$(stat -c '%s %y' $db-wal)
record
is "once more: the journal is as it was, while others have it open" "$(stat -c '%s %y' $db-wal)" "$was"
exec 9>&-
wait
edit "$(manifest)" '.generated_at = "2026-03-01T00:00:00Z" | .schema_version = "1.1"'
same "a manifest of another time: the file is as it was" record
edit "$(manifest)" '.images |= reverse'
same "a manifest in another order: the file is as it was" record
edit "$(provenance)" '.timestamp = "2026-03-01T10:30:00Z" | .duration_seconds = 3'
same "a run that did nothing: the file is as it was" record

# --- what changes

anew
record
edit "$(manifest)" '.images[0].size_bytes = 5 | .images[0].metadata.sha256 = "sha256:x"
	| .images[0].metadata.generated_at = "2026-03-01T11:00:00Z" | .images[1].chapter_title = "Anders"'
edit "$(provenance)" '.timestamp = "2026-03-01T11:30:00Z" | .prompt_hash |= sub("0$"; "1") | .cost_usd = 0.05 | .total_cost_usd = 0.3088'
LIMN_RUN=r2 record
is "another picture: in its row" "$(sql 'SELECT id, size_bytes, prompt_version_id, created_at FROM media_assets ORDER BY id')" "1|5|2|2026-03-01 11:00:00
2|1002|1|2026-02-28 10:32:15
3|1003|1|2026-02-28 10:32:15"
is "... one that is the same has its version, and its new title" "$(sql "SELECT json_extract(metadata, '\$.chapter_title') FROM media_assets WHERE id = 2")" Anders
is "another template: the next version, the default" "$(sql 'SELECT version, is_default FROM prompt_versions ORDER BY 1')" "1|0
2|1"
is "the artifact is one, in place" "$(sql 'SELECT id, prompt_version_id, cost_usd FROM content_artifacts')" "1|2|0.3088"
is "a second run: a second row, with its cost" "$(sql 'SELECT id, estimated_cost_usd FROM pipeline_runs')" "1|0.2588
2|0.05"
is "... is noted by its name" "$(sql 'SELECT run FROM limn_runs ORDER BY 1')" "r2
row 1"
edit "$(provenance)" '.prompt_hash |= sub("1$"; "0") | .timestamp = "2026-03-01T12:30:00Z"'
record
is "the former template again: no new version" "$(sql 'SELECT version, is_default FROM prompt_versions ORDER BY 1')" "1|0
2|1"
is "... the artifact has the former version" "$(sql 'SELECT prompt_version_id FROM content_artifacts')" 1
edit "$(manifest)" '.images |= [.[2], .[0]]'
record
is "a chapter that left the manifest: its row is deleted" "$(sql 'SELECT id, chapter_id FROM media_assets')" "1|ch1
3|ch3"
is "... and no longer noted as ours" "$(sql 'SELECT count(*) FROM limn_rows WHERE table_name = "media_assets"')" 2
edit "$(manifest)" '.images = []'
fails 0 "no picture" record
is "... no row" "$(sql 'SELECT count(*) FROM media_assets')" 0
anew
record
sql "INSERT INTO media_assets (episode_id, asset_type, chapter_id, file_path, mime_type, size_bytes, created_at) VALUES ('a', 'IMAGE', 'ch1', 'x', 'y', 1, ''); INSERT INTO limn_rows VALUES ('media_assets', 4, '')"
record
is "two rows of ours for a chapter: one" "$(sql 'SELECT id FROM media_assets')" "1
2
3"
sql "UPDATE media_assets SET metadata = 'rubbish', size_bytes = 1; UPDATE episodes SET error_message = 'no', status = 'COST_LIMIT'"
record
is "sizes that others spoilt are mended" "$(sql 'SELECT sum(size_bytes) FROM media_assets')" 3006
is "metadata that others spoilt is mended" "$(sql 'SELECT sum(json_valid(metadata)) FROM media_assets')" 3
is "a status that others spoilt is mended" "$(sql 'SELECT status, error_message IS NULL FROM episodes')" "IMAGES_GENERATED|1"
is "... and it is no other run" "$(sql 'SELECT count(*) FROM pipeline_runs')" 1

# --- numbers that are used again

# others delete our rows, and SQLite gives their numbers to theirs
anew
record
sql "DELETE FROM media_assets WHERE id = 2; DELETE FROM content_artifacts;
INSERT INTO media_assets (id, episode_id, asset_type, chapter_id, file_path, mime_type, size_bytes, created_at) VALUES (2, 'a', 'IMAGE', 'ch2', 'theirs', 'y', 1, '2026-02-28 10:32:15.000000');
INSERT INTO content_artifacts (id, episode_id, artifact_type, file_path, created_at) VALUES (1, 'a', 'images', 'theirs', '2026-03-01 00:00:00')"
record
is "another's picture with the number of ours is another's" "$(sql 'SELECT id, chapter_id, file_path FROM media_assets ORDER BY 1')" "1|ch1|images/ch1.png
2|ch2|theirs
3|ch3|images/ch3.png
4|ch2|images/ch2.png"
is "another's artifact with the number of ours is another's" "$(sql 'SELECT id, file_path FROM content_artifacts')" "1|theirs
2|images/manifest.json"
same "... and again: nothing" record
edit "$(manifest)" '.images = [.images[0]]'
record
is "another's row stays when its chapter left the manifest" "$(sql 'SELECT id, chapter_id, file_path FROM media_assets ORDER BY 1')" "1|ch1|images/ch1.png
2|ch2|theirs"
sql "DELETE FROM media_assets WHERE id = 1; INSERT INTO media_assets (id, episode_id, asset_type, chapter_id, file_path, mime_type, size_bytes, created_at) VALUES (1, 'a', 'IMAGE', 'ch1', 'theirs', 'y', 1, '2026-03-02 00:00:00')"
edit "$(manifest)" '.images = []'
record
is "another's rows stay when all chapters left the manifest" "$(sql 'SELECT id, chapter_id, file_path FROM media_assets ORDER BY 1')" "1|ch1|theirs
2|ch2|theirs"
sql "UPDATE pipeline_runs SET stage = 'TTS' WHERE id = 1"
fails 0 "limn's jobs are taken back" migrate-db -d $db down --force
is "limn's jobs are taken back: the message" "$out" 007_limn_jobs
fails 0 "limn's ledger and its rows are taken back" migrate-db -d $db down --force
is "limn's ledger and its rows are taken back: the message" "$out" 006_limn_ledger
is "... another's pictures stay" "$(sql 'SELECT id FROM media_assets')" "1
2"
is "... another's artifact stays" "$(sql 'SELECT file_path FROM content_artifacts')" theirs
is "... another's run stays" "$(sql 'SELECT stage FROM pipeline_runs')" TTS
anew
record
edit "$(manifest)" '.images[0].metadata |= (.sha256 = "sha256:x" | .generated_at = "2026-03-01T11:00:00Z")'
edit "$(provenance)" '.model = "other"'
# as if it was written an hour ago
sql "UPDATE content_artifacts SET created_at = datetime('now', '-1 hour');
UPDATE limn_rows SET witness = (SELECT created_at FROM content_artifacts) WHERE table_name = 'content_artifacts'"
record
edit "$(manifest)" '.images = []'
record
is "a picture of ours that was changed is still ours" "$(sql 'SELECT count(*) FROM media_assets')" 0
is "an artifact of ours that was changed is still ours" "$(sql 'SELECT count(*), max(model) FROM content_artifacts')" "1|other"
anew
sqlite3 $db <"$top/tests/pipeline.sql"
record
sql "DELETE FROM episodes WHERE episode_id = 'a'; INSERT INTO episodes SELECT 21, 'other', source, '', NULL, url, status, NULL, 2, detected_at, NULL, NULL, 0, NULL FROM episodes WHERE id = 7"
episode other 1
record other
is "an episode with the number of ours, too, is another's" "$(sql 'SELECT id, episode_id, title FROM episodes WHERE id > 20')" "21|other|"

# --- tables in which a row can't be

anew
record
edit "$(manifest)" '.images[0].chapter_id = "ch9"'
for t in media_assets limn_rows; do
	sql "CREATE TRIGGER x BEFORE INSERT ON $t BEGIN SELECT raise(IGNORE); END"
	fails 74 "a row of $t is ignored" record
	is "a row of $t is ignored: the message" "$err" "record-asset: $db: $t: a row was not added; look for triggers of another program's, or name another database with DATABASE"
	sql "DROP TRIGGER x"
done
record
is "... and none was lost" "$(sql 'SELECT chapter_id FROM media_assets ORDER BY 1')" "ch2
ch3
ch9"

# --- what the ledger has counts for the episode

anew
record-asset "$(manifest)"
sql "INSERT INTO ledger (purchase, episode_id, kind, model, request_sha256, state, cost_micros, estimate_micros, input_tokens, output_tokens, run, reserved_at)
VALUES ('1', 'a', 'prompt', 'm', '', 'settled', 3150, 9000, 300, 150, 'r1', '2026-01-01 00:00:00'), ('2', 'a', 'image', 'm', '', 'unknown', 300000, 300000, 7, 7, 'r2', '2026-01-01 00:00:00'), ('3', 'a', 'image', 'm', '', 'released', 900000, 1, NULL, NULL, 'r2', '2026-01-01 00:00:00')"
record
is "the artifact has the ledger's sums" "$(sql 'SELECT input_tokens, output_tokens, cost_usd FROM content_artifacts')" "300|150|0.30315"

# --- a run of make that was begun

anew
alive="$$ $(cut -d' ' -f22 /proc/$$/stat)"
LIMN_RUN=r1 LIMN_MAKE=$alive record
sql "UPDATE pipeline_runs SET status = 'RUNNING', completed_at = NULL"
same "another run's is none of ours" env LIMN_RUN=r2 record-asset "$(manifest)"
LIMN_RUN=r1 record
is "our own is closed, with nothing new" "$(sql 'SELECT id, status, completed_at FROM pipeline_runs')" "1|SUCCESS|2026-02-28 10:33:00"
sql "UPDATE pipeline_runs SET status = 'FAILED', error_message = 'x'"
LIMN_RUN=r1 record
is "... even if it failed before" "$(sql 'SELECT id, status, error_message IS NULL FROM pipeline_runs')" "1|SUCCESS|1"
sql "UPDATE pipeline_runs SET status = 'RUNNING'; UPDATE limn_runs SET pid_started = 1"
LIMN_RUN=r2 record
is "one that a make which is gone has left is closed" "$(sql 'SELECT id, status, error_message FROM pipeline_runs')" "1|FAILED|interrupted
2|SUCCESS|"
sql "DELETE FROM limn_runs WHERE run = 'r2'; DELETE FROM pipeline_runs WHERE id = 2"
edit "$(provenance)" '.duration_seconds = 1e9'
sql "UPDATE pipeline_runs SET status = 'RUNNING'"
fails 0 "a run that took ages" env LIMN_RUN=r1 record-asset "$(manifest)"

# --- entries

anew
for n in 1 2 3; do jq ".images[$n - 1]" "$(manifest)" >outputs/a/imagegen/ch$n.entry.json; done
entry() { echo "outputs/a/imagegen/ch$1.entry.json"; }
fails 0 "entries: whose they are is in their paths" record-asset "$(entry 2)" "$(entry 1)"
is "... are rows" "$(sql 'SELECT episode_id, chapter_id, prompt_version_id IS NULL FROM media_assets')" "a|ch2|1
a|ch1|1"
is "... of an episode that is still as it was" "$(sql 'SELECT status, title FROM episodes')" "CHAPTERIZED|"
is "... of no run" "$(sql 'SELECT count(*) FROM pipeline_runs')" 0
is "... of no artifact" "$(sql 'SELECT count(*) FROM content_artifacts')" 0
edit "$(entry 2)" '.size_bytes = 7'
record-asset --episode=outputs/a "$(entry 2)" "$(entry 3)"
is "more entries: the others stay" "$(sql 'SELECT id, chapter_id, size_bytes FROM media_assets')" "1|ch2|7
2|ch1|1001
3|ch3|1003"
is "... --episode names chapters.json, which has the title" "$(sql 'SELECT title FROM episodes')" "Başlık a"
same "again: nothing" record-asset "$(entry 2)" "$(entry 3)"
jq .images[1] "$(manifest)" | record-asset --episode-id=b
is "standard input" "$(sql "SELECT episode_id, chapter_id FROM media_assets WHERE id = 4")" "b|ch2"
jq '.size_bytes = 1' "$(entry 1)" >one
jq '.size_bytes = 2' "$(entry 1)" >two
record-asset --episode-id=c one two
is "one entry twice: the last counts" "$(sql "SELECT size_bytes FROM media_assets WHERE episode_id = 'c'")" 2
is "--episode names it, too" "$(record-asset --episode=outputs/d/ one && sql "SELECT episode_id FROM media_assets WHERE id = 6")" d
fails 65 "an entry of an episode that isn't named" record-asset one
is "... the message says how to tell" "$err" "record-asset: one: the episode is not known; name it with --episode-id=ID"
edit "$(entry 1)" '.size_bytes = 99 | .metadata.sha256 = "sha256:99"'
fails 0 "--provenance with an entry" record-asset --provenance="$(provenance)" "$(entry 1)"
is "... is that of its run" "$(sql "SELECT size_bytes, prompt_version_id FROM media_assets WHERE chapter_id = 'ch1' AND episode_id = 'a'")" "99|1"
is "... and the episode has its pictures" "$(sql "SELECT status FROM episodes WHERE episode_id = 'a'")" IMAGES_GENERATED

# --- as make calls it, and others may

anew
mv "$(manifest)" outputs/a/images/.tmp.json
mv "$(provenance)" new.json
fails 0 "manifest and provenance elsewhere" record-asset -d other/dir/x.db --episode=outputs/a --provenance=new.json outputs/a/images/.tmp.json
is "... in a database that is made" "$(sqlite3 other/dir/x.db 'SELECT title, status FROM episodes')" "Başlık a|IMAGES_GENERATED"
anew
rm "$(provenance)"
fails 0 "no provenance" record
is "... the pictures have rows" "$(sql 'SELECT count(*) FROM media_assets')" 3
is "... the episode's status stays" "$(sql 'SELECT status FROM episodes')" CHAPTERIZED
is "... the run has no row" "$(sql 'SELECT count(*) FROM pipeline_runs')" 0
(cd outputs/a && DATABASE=y.db record-asset images/manifest.json)
is "DATABASE; from within the episode" "$(sqlite3 outputs/a/y.db 'SELECT count(*), title FROM media_assets, episodes')" "3|Başlık a"
anew
printf 'DATABASE=z.db\n' >.env
chmod 600 .env
record-asset <"$(manifest)"
is ".env; standard input" "$(sqlite3 z.db 'SELECT count(*), title FROM media_assets, episodes')" "3|"
rm .env
fails 0 "the title comes later" record-asset -d z.db "$(manifest)"
is "... to a row that had none" "$(sqlite3 z.db 'SELECT count(*), title FROM episodes')" "1|Başlık a"
episode -b 1
mkdir -- -x
record
cp "$(manifest -b)" ./-x.json
record-asset -- -x.json
is "-- ends the options" "$(sql "SELECT episode_id FROM media_assets WHERE id = 4")" "-b"
for bad in 'nothing' '[]' '{"title": ""}' '{"episode_id": "other", "title": "T"}' '{"episode_id": "a", "title": 5}'; do
	anew
	echo "$bad" >outputs/a/chapters.json
	fails 0 "a chapters.json like $bad" record
	is "... is no title" "$(sql 'SELECT title FROM episodes')" ""
	is "a chapters.json like $bad: no message" "$err" ""
done

# --- episodes that aren't for pictures

anew
record
for status in NEW downloaded TRANSCRIBED CORRECTED SEGMENTED TRANSLATED adapted; do
	sql "UPDATE episodes SET status = '$status'"
	same "an episode that is $status: nothing is written" record
	fails 65 "an episode that is $status" record
	is "... is not ready, the message says" "$err" "record-asset: Episode a not ready for image generation (status: $(echo $status | tr '[:upper:]' '[:lower:]'))"
done
fails 0 "--force goes on" record-asset --force "$(manifest)"
is "... and it has its pictures, in small letters" "$(sql 'SELECT status FROM episodes')" images_generated
for status in frames_extracted COST_LIMIT CHAPTERIZED; do
	sql "UPDATE episodes SET status = '$status'"
	record
	is "$status: done" "$(sql 'SELECT upper(status) FROM episodes')" IMAGES_GENERATED
done
for status in tts_done ANCHOR_GENERATED RENDERED APPROVED published; do
	sql "UPDATE episodes SET status = '$status', error_message = 'x'"
	fails 0 "an episode that is $status" record
	is "... never goes back" "$(sql 'SELECT status, error_message IS NULL FROM episodes')" "$status|1"
	is "an episode that is $status: no message" "$err" ""
done
sql "UPDATE episodes SET status = 'IN_REVIEW', error_message = 'x'"
fails 0 "another's status" record
is "... is left alone" "$(sql 'SELECT status, error_message IS NULL FROM episodes')" "IN_REVIEW|1"
is "another's status: the message" "$err" "record-asset: episode a: IN_REVIEW is a status that limn doesn't know; it is left alone"
sql "UPDATE episodes SET pipeline_version = 1"
fails 65 "an episode of version 1" record-asset --force "$(manifest)"
is "... the message says that it isn't supported" "$err" "record-asset: Episode a is v1 pipeline, image generation not supported"

# --- a pipeline's own database

anew
sqlite3 $db <"$top/tests/pipeline.sql"
foreign() {
	for t in channels review_tasks pipeline_runs content_artifacts media_assets; do
		sql "SELECT * FROM $t ORDER BY 1" | sed "s/^/$t: /"
	done
	sql "SELECT * FROM prompt_versions WHERE name <> 'imagegen'"
}
was=$(foreign)
# a chapter that is among theirs, too
for e in abc123 rendered-1 costly-1 odd-1 v1-alt new-1; do 
	episode $e 2
	edit "$(manifest $e)" '.images[0].chapter_id = "ch01"'
done
fails 65 "a pipeline's episodes, some not for pictures" record-asset outputs/*/images/manifest.json
is "... these are said" "$err" "record-asset: Episode new-1 not ready for image generation (status: new)
record-asset: episode odd-1: IN_REVIEW is a status that limn doesn't know; it is left alone
record-asset: Episode v1-alt is v1 pipeline, image generation not supported"
is "... its rows are as they were" "$(foreign | grep -Fxc "$was")" "$(echo "$was" | grep -c .)"
is "... ours are beside them" "$(sql "SELECT id, episode_id, chapter_id, json_extract(meta, '\$.model') FROM media_assets WHERE id > 5 AND episode_id IN ('abc123', 'rendered-1')")" "9|abc123|ch01|m
10|abc123|ch2|m
15|rendered-1|ch01|m
16|rendered-1|ch2|m"
is "... runs by the number of the episode" "$(sql "SELECT e.episode_id, r.stage, r.status FROM pipeline_runs AS r JOIN episodes AS e ON e.id = r.episode_id WHERE r.id > 14")" "a|IMAGEGEN|SUCCESS
abc123|IMAGEGEN|SUCCESS
costly-1|IMAGEGEN|SUCCESS
odd-1|IMAGEGEN|SUCCESS
rendered-1|IMAGEGEN|SUCCESS"
is "... an episode that it didn't have" "$(sql "SELECT id, title, url, status FROM episodes WHERE episode_id = 'a'")" "21|Başlık a||IMAGES_GENERATED"
is "... and of the others just the status" "$(sql "SELECT id, title, status, error_message FROM episodes WHERE id < 21")" "3|Eine alte Folge|GENERATED|
7|Bitcoin Nedir?|IMAGES_GENERATED|
8|Neu|NEW|
9|Uyarlandı|ADAPTED|timed out; tried again
12|Gerendert|RENDERED|
13|Teuer|IMAGES_GENERATED|
14|Anderswo|IN_REVIEW|
20|Yayında|PUBLISHED|"
is "one default a name" "$(sql 'SELECT name, version, is_default FROM prompt_versions')" "chapterize|1|0
chapterize|2|1
imagegen|1|0
imagegen|2|1"
edit "$(manifest rendered-1)" '.images = []'
record rendered-1
is "a chapter that left takes our row, not theirs" "$(sql "SELECT id FROM media_assets WHERE episode_id = 'rendered-1'")" "3
4
5"
rm "$(provenance abc123)"
same "and again: nothing" record-asset "$(manifest abc123)" "$(manifest rendered-1)"
sql "UPDATE prompt_versions SET content_hash = substr(content_hash, 8) WHERE version = 2 AND name = 'imagegen'"
same "a hash without its kind is the same" record a

# --- one bad file

anew
episode b 2
episode c 1
cp -r outputs/b good
for how in '.images[1].file_path = "../x.png"	images[1].file_path: "../x.png" is not a name in images/' \
	'.images[1].file_path = "images/../x.png"	images[1].file_path: "images/../x.png" is not a name in images/' \
	'.images[1].file_path = "images/.x"	images[1].file_path: "images/.x" is not a name in images/' \
	'.images[1].file_path = "images/"	images[1].file_path: "images/" is not a name in images/' \
	'.images[1].file_path = "/etc/passwd"	images[1].file_path: "/etc/passwd" is not a name in images/' \
	'.images[1].file_path = "images/a\u0007"	images[1].file_path: "images/a\x07" is not a name in images/' \
	'.images[1].file_path = ("images/" + "x" * 256)	images[1].file_path: "images/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" is not a name in images/' \
	'del(.images[1].file_path)	images[1].file_path: is missing; give it a text' \
	'.images[1].mime_type = 5	images[1].mime_type: is a number; it must be a string' \
	'.images[1].mime_type = "x" * 256	images[1].mime_type: is longer than 255 bytes' \
	'.images[1].size_bytes = -1	images[1].size_bytes: must be a whole number, 0 or more' \
	'.images[1].size_bytes = 1.5	images[1].size_bytes: must be a whole number, 0 or more' \
	'del(.images[1].size_bytes)	images[1].size_bytes: must be a whole number, 0 or more' \
	'.images[1].metadata = []	images[1].metadata: must be an object' \
	'.images[1].chapter_id = "a b"	images[1].chapter_id: "a b" is not an id' \
	'.images[1].chapter_id = "ch1"	images[1].chapter_id: ch1: duplicate id' \
	'.images[1] = null	images[1]: must be an object' \
	'.images = {}	images: must be a list' \
	'.episode_id = "a/b"	episode_id: is not an id; correct it' \
	'.episode_id = 5	episode_id: is not an id; correct it' \
	'del(.episode_id)	episode_id: is not an id; correct it' \
	'del(.images)	is neither a manifest nor an entry: it has no images and no chapter_id' \
	'[.]	is neither a manifest nor an entry: it has no images and no chapter_id'; do
	filter=${how%%	*}
	rm -rf $db outputs/b
	cp -r good outputs/b
	edit "$(manifest b)" "$filter"
	fails 65 "$filter" record-asset "$(manifest a)" "$(manifest b)" "$(manifest c)"
	is "$filter: the message" "$err" "record-asset: $(manifest b): ${how#*	}"
	is "$filter: the others are recorded" "$(sql 'SELECT episode_id, count(*) FROM media_assets GROUP BY 1')" "a|3
c|1"
done
for how in '.episode_id = "a"	episode_id: is a, not b' '.prompt_hash = "sha256:00"	prompt_hash: "sha256:00" is not a hash' \
	'.timestamp = "yesterday"	timestamp: must be a time, as 2026-02-28T10:30:00Z' \
	'.timestamp = "2026-02-28T10:30:00Zx"	timestamp: must be a time, as 2026-02-28T10:30:00Z' \
	'.timestamp = null	timestamp: must be a time, as 2026-02-28T10:30:00Z' \
	'.cost_usd = -1	cost_usd: must be 0 to 1000000' '.cost_usd = 1e300	cost_usd: must be 0 to 1000000' \
	'.cost_usd = "1"	cost_usd: must be a number' '.input_tokens = 1.5	input_tokens: must be a whole number' \
	'.output_tokens = 9000000000000000	output_tokens: must be 0 to 1000000000000000' '.duration_seconds = 1e10	duration_seconds: must be 0 to 1000000000' \
	'.prompt_version = -1	prompt_version: must be 0 to 1000000000' '.model = ""	model: is empty; give it a text' \
	'.prompt_name = null	prompt_name: is null; it must be a string' '[]	episode_id: is missing; give it a text'; do
	rm -rf $db outputs/b
	cp -r good outputs/b
	edit "$(provenance b)" "${how%%	*}"
	fails 65 "a provenance with ${how%%	*}" record-asset "$(manifest b)" "$(manifest a)"
	is "a provenance with ${how%%	*}: the message" "$err" "record-asset: $(provenance b): ${how#*	}"
	is "a provenance with ${how%%	*}: the others are recorded" "$(sql 'SELECT episode_id, count(*) FROM media_assets GROUP BY 1')" "a|3"
done
episode b 2
rm -f $db
echo '{"images":' >half
printf '\377\376{' >utf16
: >empty
awk 'BEGIN { for (i = 0; i < 65; i++) printf "[" }' >deep
truncate -s 268435457 huge
mkdir -p directory
for how in '65 half half:2:1: ' '65 utf16 utf16: this is UTF-16' '65 deep deep:1:65: more than 64 levels' \
	'65 empty empty:' '65 huge huge: larger than 268435456 bytes' '66 none none: No such file' \
	'66 half/none half/none: Not a directory' '74 directory directory: Is a directory'; do
	file=${how#* }
	message=${file#* } file=${file%% *}
	fails "${how%% *}" "$file" record-asset "$file" "$(manifest a)" none2
	like "... in a line" "$(echo "$err" | head -n 1)" "record-asset: $message*"
	is "... each of them one" "$(echo "$err" | wc -l)" 2
	is "$file: the others are recorded" "$(sql 'SELECT count(*) FROM media_assets')" 3
done
rm -f $db
fails 66 "the status is that of the first" record-asset none half
ok "... and no database is made for nothing" test ! -e $db
edit "$(provenance b)" '.timestamp = "2026-02-28T10:33:00.123456+00:00"'
fails 0 "a time as Python has it" record b
is "... is a time" "$(sql 'SELECT completed_at FROM pipeline_runs')" "2026-02-28 10:33:00"

# --- the command line

fails 65 "--episode-id that isn't the manifest's" record-asset --episode-id=x "$(manifest a)"
is "--episode-id that isn't the manifest's: the message" "$err" "record-asset: $(manifest a): episode_id: is a, not x; look at --episode-id"
edit "$(manifest b)" 'del(.episode_id)'
fails 0 "... but for one that doesn't say" record-asset --episode-id=b "$(manifest b)"
for id in '' . a/b 'a b' ç "$(head -c 65 /dev/zero | tr '\0' x)"; do
	fails 64 "an episode called '$id'" record-asset --episode-id="$id" "$(manifest a)"
done
fails 66 "a provenance that isn't there" record-asset --provenance=none "$(manifest a)"
fails 65 "... that is none" record-asset --provenance=half "$(manifest a)"
fails 64 "no such option" record-asset --nothing
for option in -d --database --episode --episode-id --provenance; do
	fails 64 "$option without a value" record-asset $option
done
fails 0 "--help" record-asset --help
like "--help: the usage" "$out" "usage: record-asset *"
fails 0 "--version" record-asset --version

# --- databases that are none

anew
echo "this is no database, though it is longer than a page's head of 16 bytes" >bad.db
fails 74 "not a database" record-asset -d bad.db "$(manifest)"
is "not a database: the message is one line" "$(echo "$err" | wc -l)" 1
record
sqlite3 $db 'PRAGMA journal_mode = DELETE' >/dev/null
if [ "$(id -u)" -ne 0 ]; then
	chmod 400 $db
	edit "$(manifest)" '.images[0].size_bytes = 9'
	fails 74 "read-only" record
else
	skip "read-only" "root may write"
fi

# --- many at once

anew
i=0
while [ $i -lt 40 ]; do
	i=$((i + 1))
	episode "e$i" 3
done
rm -f $db
i=0
while [ $i -lt 40 ]; do
	i=$((i + 1))
	record e$i 2>>said &
done
wait
is "40 at once, on no database: no error" "$(cat said)" ""
is "... all pictures have rows" "$(sql 'SELECT count(*), count(DISTINCT episode_id) FROM media_assets')" "120|40"
is "... all runs have rows" "$(sql 'SELECT count(*) FROM pipeline_runs')" 40
is "... all episodes have their pictures" "$(sql 'SELECT count(*) FROM episodes WHERE status = "IMAGES_GENERATED"')" 40
is "... there is one version of the template" "$(sql 'SELECT count(*) FROM prompt_versions')" 1
is "... the database is whole" "$(sql 'PRAGMA integrity_check')" ok
rm -f $db
i=0
while [ $i -lt 10 ]; do
	i=$((i + 1))
	LIMN_RUN=r record a 2>>said &
done
wait
is "one episode by ten at once: no error" "$(cat said)" ""
is "... each picture has one row" "$(sql 'SELECT count(*) FROM media_assets')" 3
is "... the run has one row" "$(sql 'SELECT count(*) FROM pipeline_runs')" 1
is "... the artifact has one row" "$(sql 'SELECT count(*) FROM content_artifacts')" 1
is "... each of them is noted once" "$(sql 'SELECT count(*) FROM limn_rows')" 6

# --- a manifest of some chapters

# A manifest of some chapters (make imagegen CHAPTER=) is no finished episode.
mkdir -p part/p/images part/p/imagegen part/p/provenance
printf 'ch1\nch2\n' >part/p/imagegen/chapters.index
jq '.episode_id = "p" | .images |= .[:1]' "$(manifest)" >part/p/images/manifest.json
jq '.episode_id = "p" | .partial = true' "$(provenance)" >part/p/provenance/imagegen_provenance.json
part() { # NAME STATUS [ARGUMENT...]: the episode's status after it was recorded
	name=$1 want=$2
	shift 2
	record-asset -d part.db "$@" part/p/images/manifest.json
	is "$name: the episode is $want" "$(sqlite3 part.db 'SELECT status FROM episodes')" "$want"
	is "$name: the run has succeeded" "$(sqlite3 part.db 'SELECT status FROM pipeline_runs')" SUCCESS
}
part "a chapter without a picture" CHAPTERIZED
part "a chapter without a picture, with --episode" CHAPTERIZED --episode=part/p
printf 'ch1\n' >part/p/imagegen/chapters.index
part "a chapter without a picture that left the episode" IMAGES_GENERATED --episode=part/p

# --- --check, before a run

anew
fails 0 "--check, and no database" check
is "--check, and no database: no output" "$out" ""
is "--check, and no database: no message" "$err" ""
is "... makes one, and the episode's row" "$(sql 'SELECT episode_id, title, status, pipeline_version, error_message IS NULL FROM episodes')" "a|Başlık a|CHAPTERIZED|2|1"
is "... which is noted as ours" "$(sql 'SELECT table_name, row_id FROM limn_rows')" "episodes|1"
is "... no row of a run" "$(sql 'SELECT count(*) FROM pipeline_runs')" 0
same "--check once more: the file is as it was" check
same "... in a run of make" env LIMN_RUN=r check
rm outputs/a/chapters.json
same "... without a chapters.json" check
for bad in nothing '[]' '{"title": " "}' '{"episode_id": "other", "title": "T"}' '{"episode_id": "a", "title": 5}'; do
	anew
	echo "$bad" >outputs/a/chapters.json
	fails 0 "--check of a chapters.json like $bad" check
	is "... has no title" "$(sql 'SELECT episode_id, title FROM episodes')" "a|"
	is "--check of a chapters.json like $bad: no message" "$err" ""
done
same "... and none later" check
episode a 3
check
is "... until it has one" "$(sql 'SELECT title FROM episodes')" "Başlık a"
sql "DELETE FROM limn_rows; UPDATE episodes SET title = ''"
same "--check leaves another's row without a title" check

for status in NEW downloaded TRANSCRIBED CORRECTED SEGMENTED TRANSLATED adapted; do
	sql "UPDATE episodes SET status = '$status'"
	fails 65 "--check of an episode that is $status" check
	is "--check of an episode that is $status: no output" "$out" ""
	is "... says that it is not ready" "$err" "record-asset: Episode a not ready for image generation (status: $(echo $status | tr '[:upper:]' '[:lower:]'))"
	fails 0 "--check --force of an episode that is $status" check --force
done
for status in CHAPTERIZED frames_extracted IMAGES_GENERATED TTS_DONE ANCHOR_GENERATED RENDERED APPROVED published COST_LIMIT; do
	sql "UPDATE episodes SET status = '$status'"
	fails 0 "--check of an episode that is $status" check
	is "--check of an episode that is $status: no output" "$out" ""
	is "--check of an episode that is $status: no message" "$err" ""
	is "... leaves its status" "$(sql 'SELECT status FROM episodes')" "$status"
done
sql "UPDATE episodes SET status = 'IN_REVIEW'"
fails 0 "--check of another program's status" check
is "... says nothing of it" "$err" ""
sql "UPDATE episodes SET pipeline_version = 1"
fails 65 "--check --force of an episode of version 1" check --force
is "--check --force of an episode of version 1: no output" "$out" ""
is "... says that it isn't supported" "$err" "record-asset: Episode a is v1 pipeline, image generation not supported"
sql "UPDATE episodes SET pipeline_version = 3"
fails 65 "--check of an episode of version 3" check
like "... says its version" "$err" "*Episode a is v3 pipeline,*"
same "... and nothing written" check

anew
sqlite3 $db <"$top/tests/pipeline.sql"
sql "ALTER TABLE episodes DROP COLUMN pipeline_version"
sqlite3 $db "SELECT * FROM episodes" >was
fails 65 "a database that knows no versions has the first" record-asset --episode=outputs/abc123 --check
like "... which the message says" "$err" "*Episode abc123 is v1 pipeline,*"
is "... and left alone" "$(sql 'SELECT * FROM episodes' | diff was -)" ""

# --- --failed, after a run

anew
LIMN_RUN=r1
export LIMN_RUN
fails 0 "--failed" failed "ch02: refused; change it"
is "--failed: no output" "$out" ""
is "... without a message of its own" "$err" ""
is "... is in the episode's row" "$(sql 'SELECT status, error_message FROM episodes')" "CHAPTERIZED|ch02: refused; change it"
is "... is in the run's row" "$(sql 'SELECT stage, status, error_message, completed_at IS NULL, estimated_cost_usd FROM pipeline_runs')" "IMAGEGEN|FAILED|ch02: refused; change it|0|0.0"
is "... the run is noted by its name" "$(sql 'SELECT run FROM limn_runs')" r1
failed "another"
is "a second message: the run has the first" "$(runs)" "FAILED|ch02: refused; change it"
is "a second message: the episode has the last" "$(message)" another
LIMN_RUN=r2 failed "Episode x: y"
is "the message of another run: it has its own row" "$(runs)" "FAILED|ch02: refused; change it
FAILED|Episode x: y"
is "the message of another run: the episode has it as it is" "$(message)" "Episode x: y"
for text in '' ' '; do
	fails 0 "--failed='$text', which is no message" failed "$text"
	is "... the episode has that there was none" "$(message)" "failed without a message"
	is "--failed='$text', which is no message: no error" "$err" ""
done
printf 'first\nsecond\n' | failed -
is "--failed=-: the first line of standard input" "$(message)" first
printf 'no newline' | failed -
is "--failed=-: a line without a newline" "$(message)" "no newline"
fails 0 "--failed=- of no input" failed - </dev/null
is "... the episode has that there was none" "$(message)" "failed without a message"
is "--failed=- of no input: no message" "$err" ""
fails 0 "--failed=- of a directory, and closed" sh -c 'record-asset --episode=outputs/a --failed=- <outputs; record-asset --episode=outputs/a --failed=- <&-'
is "--failed=- of a directory, and closed: no message" "$err" ""
fails 0 "--failed=- of more than a message has" sh -c 'head -c 1000000 /dev/zero | tr "\0" "x" | record-asset --episode=outputs/a --failed=-'
is "... is cut" "$(message | tr -d '\n' | wc -c)" 2047
unset LIMN_RUN
failed "no run"
is "--failed without LIMN_RUN: the episode has the message" "$(message)" "no run"
is "--failed without LIMN_RUN: no row of a run" "$(sql 'SELECT count(*) FROM pipeline_runs')" 2

# what the run has spent, and the limit that it met
sql "INSERT INTO ledger (purchase, episode_id, kind, model, request_sha256, state, cost_micros, estimate_micros, input_tokens, output_tokens, run, reserved_at)
VALUES ('1', 'a', 'prompt', 'm', '', 'settled', 3150, 9000, 300, 150, 'r3', '2026-01-01 00:00:00')"
LIMN_RUN=r3 failed "x"
is "the run's tokens and cost are the ledger's" "$(sql 'SELECT input_tokens, output_tokens, estimated_cost_usd FROM pipeline_runs WHERE id = 3')" "300|150|0.00315"
sql "UPDATE limn_runs SET cost_limit = 'over' WHERE run = 'r3'; UPDATE pipeline_runs SET error_message = 'over'; UPDATE episodes SET error_message = 'over', status = 'COST_LIMIT'"
LIMN_RUN=r3 failed "make failed, see above"
is "over the limit: the episode's message stays" "$(message)" over
is "over the limit: the run's message stays" "$(runs | tail -n 1)" "FAILED|over"
is "over the limit: the episode's status stays" "$(sql 'SELECT status FROM episodes')" COST_LIMIT
LIMN_RUN=r4 failed "make failed, see above"
is "the run after one over the limit: the episode has its message" "$(message)" "make failed, see above"
is "the run after one over the limit: its row has its message" "$(runs | tail -n 1)" "FAILED|make failed, see above"

# episodes that nobody knows, and that aren't for pictures
record-asset --episode=outputs/none --failed=x
is "no such episode: no row" "$(sql 'SELECT count(*) FROM episodes')" 1
episode b 1
record-asset --episode=outputs/b/// --failed=x
is "... but if it has chapters" "$(sql 'SELECT episode_id, error_message FROM episodes WHERE id = 2')" "b|x"
sql "UPDATE episodes SET pipeline_version = 1, error_message = NULL WHERE id = 2"
same "version 1 is somebody else's" env LIMN_RUN=r record-asset --episode=outputs/b --force --failed=x
sql "UPDATE episodes SET pipeline_version = 2, status = 'adapted' WHERE id = 2"
same "that one isn't ready is no failure of its" record-asset --episode=outputs/b --failed="record-asset: Episode b not ready for image generation (status: adapted)"
same "... whatever the message" record-asset --episode=outputs/b --failed=y
record-asset --episode=outputs/b --force --failed=y
is "... with --force it is" "$(sql 'SELECT status, error_message FROM episodes WHERE id = 2')" "adapted|y"

# --- runs that a make which is gone has left

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

# --- the command line of --check and --failed

anew
fails 64 "--check and --failed at once" record-asset --episode=outputs/a --check --failed=x
fails 64 "--check of no episode" record-asset --check
for dir in '' . / 'outputs/a b' outputs/ç outputs/..; do
	fails 64 "--check of an episode in '$dir'" record-asset --episode="$dir" --check
done
fails 64 "--check and a file" record-asset --episode=outputs/a --check x
for option in -d --database --episode --failed; do
	fails 64 "--check, $option without a value" record-asset --check $option
done
(cd outputs && DATABASE=x/y.db record-asset --episode=-b --check && record-asset -d z.db --episode=a/ --check)
is "--check: DATABASE names the database" "$(sqlite3 outputs/x/y.db 'SELECT episode_id FROM episodes')" "-b"
is "--check: -d names the database" "$(sqlite3 outputs/z.db 'SELECT title FROM episodes')" "Başlık a"
fails 74 "--check, and not a database" record-asset -d bad.db --episode=outputs/a --check
is "--check, and not a database: the message is one line" "$(echo "$err" | wc -l)" 1
finish
