#!/bin/sh
# verify-manifest --records: every difference between database, manifest and provenance,
# and what is none.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"

# An episode of a card, two pictures that were bought, and a draft; made by the
# run r1, whose purchases are in the ledger.
w=outputs/ep/imagegen
m=outputs/ep/images/manifest.json
p=outputs/ep/provenance/imagegen_provenance.json
db=outputs/limn.db
mkdir -p $w outputs/ep/images outputs/ep/provenance
cat >t.md <<'END'
---
name: imagegen
model: claude-sonnet-5-5
temperature: 1
max_tokens: 100
description: For tests
author: Ada
---

# System

Draw.

# Input

{{ chapter.title }}
END
printf '%s\n' ch01 ch02 ch03 ch04 >$w/chapters.index
for ch in ch01 ch02 ch03 ch04; do
	printf '{"chapter_id": "%s"}\n' $ch >$w/$ch.chapter.json
done
hash() { printf 'sha256:%s' "$(printf %s "$1" | sha256sum | cut -c 1-64)"; }
request2=$(hash "request 2") request3=$(hash "request 3") other=$(hash other)
jq -n --arg r2 "$request2" --arg r3 "$request3" --arg s "$(hash picture)" '
	def entry($ch; $type; $method): {chapter_id: $ch, chapter_title: "Title of \($ch), ş",
		visual_type: $type, file_path: "images/\($ch).png", prompt: null,
		generation_method: $method, model: null, size: "1920x1080",
		mime_type: "image/png", size_bytes: 100, metadata: {sha256: $s, alt: "words"}};
	def bought($r; $cost): .prompt = "a prompt" | .model = "gpt-image-2.6-flare" | .metadata += {cost_usd: $cost,
		generated_at: "2026-02-28T10:32:15Z", request_sha256: $r, prompt_source: "llm"};
	{episode_id: "ep", schema_version: "1.0", generated_at: "2026-02-28T10:33:00Z", images: [
		entry("ch01"; "title_card"; "template"),
		(entry("ch02"; "diagram"; "openai") | bought($r2; 0.0424)),
		(entry("ch03"; "b_roll"; "dalle3") | bought($r3; 0.08)),
		entry("ch04"; "diagram"; "storyboard")]}' >$m
sql() { sqlite3 -batch $db "$@"; }
purchases=0
# EPISODE RUN KIND STATE MICROS REQUEST [INPUT_TOKENS OUTPUT_TOKENS]
bought() {
	purchases=$((purchases + 1))
	sql "INSERT INTO ledger (purchase, episode_id, kind, model, request_sha256, state, cost_micros,
		estimate_micros, run, reserved_at, input_tokens, output_tokens)
		VALUES ('p$purchases', '$1', '$3', 'm', '$6', '$4', $5, $5, '$2',
		'${at:-2026-02-28 10:30:00}', ${7:-NULL}, ${8:-NULL})"
}
# RUN [OPTION...]: write the provenance of a run, and record it
record() {
	LIMN_RUN=$1
	export LIMN_RUN
	shift
	write-provenance -t t.md -d $db --episode=outputs/ep "$@" -o $p $m
	record-asset -d $db $m
	unset LIMN_RUN
}
write-provenance -t t.md -d $db --episode=outputs/ep -o none $m
bought ep r1 prompt settled 3150 "$(hash words)" 300 150
bought ep r1 image settled 42400 "$request2"
bought ep r1 image settled 80000 "$request3"
bought ep r1 image unknown 500000 "$(hash unknown)"
bought ep r1 image released 500000 "$(hash released)"
record r1
cp -r outputs good
restore() { rm -rf outputs && cp -r good outputs; }
verify() { timeout 10 verify-manifest -d $db --records=outputs/ep; }
remedy=": [0-9]* differences*; "
says() { # NAME LINE...: these differences, and no other
	name=$1
	fails 65 "$name" verify
	shift
	is "$name: the output is empty" "$out" ""
	is "$name: the differences" "$(echo "$err" | grep -v "$remedy")" "$(printf 'verify-manifest: %s\n' "$@")"
	like "$name: what to do" "$(echo "$err" | tail -n 1)" ' difference*; r*make '
	restore
}
agree() { # NAME
	fails 0 "$1" verify
	is "$1: the output is empty" "$out" ""
	is "$1: no difference" "$err" ""
	restore
}
edit() { # FILE FILTER
	jq "$2" "$1" >new && cp new "$1"
}

# --- all agree

well() { # NAME COMMAND...
	fails 0 "$@"
	is "$1: the output is empty" "$out" ""
	is "$1: no message" "$err" ""
}
is "the money of the run" "$(jq -c '[.cost_usd, .input_tokens, .output_tokens, .prompt_version]' $p)" "[0.62555,300,150,1]"
well "all agree" verify
find outputs -type f -print0 | sort -z | xargs -0 sha256sum >sums
verify
is "nothing is written" "$(find outputs -type f -print0 | sort -z | xargs -0 sha256sum | diff sums -)" ""
well "--database" verify-manifest --database=$db --records=outputs/ep
well "--records DIR" verify-manifest -d $db --records outputs/ep
well "a slash at the end" verify-manifest -d $db --records=outputs/ep//
well "DATABASE" env DATABASE=$db verify-manifest --records=outputs/ep
well "without it, outputs/limn.db" verify-manifest --records=outputs/ep
cp -r outputs elsewhere
well "elsewhere" verify-manifest -d elsewhere/limn.db --records="$PWD/elsewhere/ep"
well "from within" sh -c "cd outputs/ep && verify-manifest -d ../limn.db --records=."
sql "INSERT INTO media_assets (episode_id, asset_type, chapter_id, file_path, mime_type, size_bytes, created_at)
	VALUES ('ep', 'IMAGE', 'ch02', 'images/theirs.png', 'image/jpeg', 7, 'x'), ('ep', 'AUDIO', 'ch99', 'x', 'x', 7, 'x')"
agree "rows of another program"
sql "UPDATE episodes SET status = 'RENDERED'" && agree "a later status"
sql "UPDATE episodes SET status = 'published'" && agree "... in small letters"
sql "UPDATE episodes SET status = 'COST_LIMIT', error_message = 'Episode cost limit exceeded: 10.04 > 10.00'"
agree "a run that met the limit since"
sql "UPDATE ledger SET episode_id = 'other' WHERE request_sha256 = '$request2'; UPDATE ledger
	SET cost_micros = cost_micros + 42400 WHERE state = 'unknown'"
agree "a picture that was bought for another episode"
bought other r9 image settled 50000 "$request2"
agree "... for both, at two prices"
sql "DELETE FROM ledger" && bought other r1 image settled 7 x && edit $p '.cost_usd = 0 | .input_tokens = 0 | .output_tokens = 0' && sql "UPDATE pipeline_runs SET estimated_cost_usd = 0, input_tokens = 0, output_tokens = 0"
agree "an episode of which the ledger has nothing"
at='2026-03-01 10:30:00' bought ep r0 prompt settled 0 x
sql "DELETE FROM ledger WHERE run = 'r1'; UPDATE pipeline_runs SET estimated_cost_usd = 0, input_tokens = 0, output_tokens = 0"
edit $p '.cost_usd = 0 | .input_tokens = 0 | .output_tokens = 0'
agree "pictures from before the ledger"
at='2199-03-01 10:30:00' bought ep r2 image settled 1000000 "$(hash new)"
agree "what a run has bought since, that failed"
record r2
fails 0 "a run that bought nothing, and changed nothing" verify
is "a run that bought nothing, and changed nothing: no output" "$out" ""
is "... is no difference" "$err" ""
is "... cost nothing" "$(jq '.cost_usd == 0' $p)" true
is "... has no row in pipeline_runs" "$(sql 'SELECT count(*) FROM pipeline_runs')" 1
at='2199-03-01 10:30:00' bought ep '' image settled 7 "$(hash 7)"
fails 0 "... nor what nobody's run has bought" verify
edit $p ".timestamp = $(jq .timestamp good/ep/provenance/*)"
agree "... in the second in which another ended"
bought ep r3 image settled 7 "$(hash 7)"
edit $m '.images[3].size_bytes = 7'
record r3 --partial=ch04
fails 0 "a run for one chapter" verify
is "a run for one chapter: no output" "$out" ""
is "... is no difference" "$err" ""
is "... has its cost and that of all runs" "$(jq -c '[.cost_usd, .total_cost_usd | . * 1e6 | round]' $p)" "[7,625557]"
is "... has its row in pipeline_runs" "$(sql 'SELECT count(*) FROM pipeline_runs')" 2
rm -rf partial && cp -r outputs partial
restore
sql "UPDATE limn_runs SET run = 'of the rebuilding'" && agree "a database that doesn't know the run's name"

# --- the manifest and media_assets

d=" in media_assets"
edit $m '.images[1].size_bytes = 99' && says "another size" "$m: ch02: size_bytes is 99,$d 100"
edit $m '.images[1].file_path = "images/x.png"' && edit $p '.output_files[2] = "outputs/ep/images/x.png"'
says "another file" "$m: ch02: file_path is images/x.png,$d images/ch02.png"
sql "UPDATE media_assets SET mime_type = 'image/jpeg' WHERE chapter_id = 'ch03'"
says "another type" "$m: ch03: mime_type is image/png,$d image/jpeg"
edit $m '.images[0].metadata.sha256 = "sha256:0"' && says "another hash" "$m: ch01: sha256 is sha256:0,$d $(hash picture)"
edit $m '.images[0] |= (.chapter_title = "New" | .model = "x" | .metadata.cost_usd = 0.5 | .new = [1, {"a": null}])'
edit $p '.image_gen_model = "x"'
says "what is in the metadata" "$m: ch01: cost_usd is 0.5,$d missing" \
	"$m: ch01: chapter_title is New,$d Title of ch01, ş" "$m: ch01: model is x,$d null" \
	"$m: ch01: new is [1,{\"a\":null}],$d missing"
sql "UPDATE media_assets SET metadata = json_set(metadata, '$.more', 5) WHERE chapter_id = 'ch01'"
says "what is only there" "$m: ch01: more is missing,$d 5"
for bad in "'no JSON'" "'[]'" "'5'" "''" NULL "x'ff'"; do
	sql "UPDATE media_assets SET metadata = $bad WHERE chapter_id = 'ch04'"
	says "metadata that are $bad" "$m: ch04: its metadata$d are no object of JSON"
done
sql "UPDATE media_assets SET size_bytes = 'many', mime_type = x'ff' WHERE chapter_id = 'ch04'"
says "values of other kinds" "$m: ch04: mime_type is image/png,$d not UTF-8" "$m: ch04: size_bytes is 100,$d 0"
sql "DELETE FROM media_assets WHERE chapter_id = 'ch02'" && says "a row is missing" "$m: ch02: it has no row$d"
sql "UPDATE media_assets SET asset_type = 'VIDEO' WHERE chapter_id = 'ch02'" && says "... is no picture's" "$m: ch02: it has no row$d"
sql "DELETE FROM limn_rows WHERE table_name = 'media_assets' AND row_id = 2" && says "... is another program's" "$m: ch02: it has no row$d"
sql "UPDATE media_assets SET created_at = '2000-01-01 00:00:00' WHERE id = 2" && says "... that took its number, too" "$m: ch02: it has no row$d"
sql "INSERT INTO media_assets SELECT 77, episode_id, asset_type, chapter_id, file_path, mime_type, 5, NULL, metadata, NULL, created_at
	FROM media_assets WHERE id = 2; INSERT INTO limn_rows SELECT 'media_assets', 77, created_at FROM media_assets WHERE id = 77"
says "two rows" "$m: ch02: it has 2 rows$d, not one"
sql "INSERT INTO media_assets SELECT 77, episode_id, asset_type, 'ch09', file_path, mime_type, 5, NULL, metadata, NULL, created_at
	FROM media_assets WHERE id = 2; INSERT INTO limn_rows SELECT 'media_assets', 77, created_at FROM media_assets WHERE id = 77"
says "a chapter that left" "$db: media_assets: row 77: ch09 has no picture in $m"
sql "UPDATE media_assets SET chapter_id = NULL WHERE id = 2"
says "no chapter at all" "$m: ch02: it has no row$d" "$db: media_assets: row 2: NULL has no picture in $m"
sql "UPDATE media_assets SET chapter_id = x'1b5b33316d' WHERE id = 2"
says "a chapter that means harm" "$m: ch02: it has no row$d" "$db: media_assets: row 2: \\x1b[31m has no picture in $m"
sql "WITH RECURSIVE n (i) AS (VALUES (100) UNION ALL SELECT i + 1 FROM n WHERE i < 149) INSERT INTO media_assets
	SELECT i, 'ep', 'IMAGE', 'c' || i, 'x', 'x', 5, NULL, '{}', NULL, 'x' FROM n;
	INSERT INTO limn_rows SELECT 'media_assets', id, created_at FROM media_assets WHERE id >= 100"
fails 65 "50 rows too many" verify
is "... twenty are said, and a line more" "$(echo "$err" | wc -l)" 21
is "... the last line says how many there are" "$(echo "$err" | tail -n 1)" "verify-manifest: $db: 50 differences; run make rebuild-db"
restore

# --- the pictures and the ledger

unsettled="of which the ledger has no settled purchase"
for state in reserved sent released unknown; do
	sql "UPDATE ledger SET state = '$state' WHERE request_sha256 = '$request2'"
	if [ $state = released ]; then
		says "a picture that was $state" "$m: ch02: request_sha256 is $request2, $unsettled" \
			"$p: cost_usd: is 0.62555, in the ledger 0.58315" \
			"$db: content_artifacts: row 1: cost_usd is 0.62555, not 0.58315"
	else
		says "a picture that is $state" "$m: ch02: request_sha256 is $request2, $unsettled"
	fi
done
sql "UPDATE ledger SET cost_micros = 42401 WHERE request_sha256 = '$request2'; UPDATE ledger SET cost_micros = 499999 WHERE state = 'unknown'"
says "another price" "$m: ch02: cost_usd is 0.0424, in the ledger 0.042401"
sql "UPDATE ledger SET request_sha256 = 'x' WHERE request_sha256 = '$request3'"
says "another request" "$m: ch03: request_sha256 is $request3, $unsettled"
edit $m '.images[1].metadata |= del(.request_sha256)'
sql "UPDATE media_assets SET metadata = json_remove(metadata, '$.request_sha256') WHERE chapter_id = 'ch02'"
says "a picture without a request" "$m: ch02: it was bought, and has no request_sha256"

# --- the provenance and the database

edit $p '.prompt_version = 2' && says "another version" "$p: prompt_version: is 2, in prompt_versions 1"
edit $p '.prompt_version = null' && says "no version" "$p: prompt_version: is null, in prompt_versions 1"
edit $p ".prompt_hash = \"$other\""
says "another template" "$p: prompt_hash: is not in prompt_versions" \
	"$db: content_artifacts: row 1: prompt_hash is $(jq -r .prompt_hash good/ep/provenance/*), not $other"
edit $p '.cost_usd = 0.6'
says "another cost" "$db: pipeline_runs: row 1: estimated_cost_usd is 0.62555, not 0.6" "$p: cost_usd: is 0.6, in the ledger 0.62555"
edit $p '.input_tokens = 5 | .output_tokens = 6'
says "other tokens" "$db: pipeline_runs: row 1: input_tokens is 300, not 5" "$db: pipeline_runs: row 1: output_tokens is 150, not 6" \
	"$p: input_tokens: is 5, in the ledger 300" "$p: output_tokens: is 6, in the ledger 150"
ended="in UTC, when no successful run of pipeline_runs ended"
edit $p '.timestamp = "2026-01-01T00:00:00Z"' && says "another time" "$p: timestamp: is 2026-01-01 00:00:00 $ended"
now=$(jq -r '.timestamp[:19] | sub("T"; " ")' $p)
for change in "status = 'FAILED'" "status = 'RUNNING'" "stage = 'TTS'" "completed_at = NULL" "completed_at = '2199-01-01 00:00:00'"; do
	sql "UPDATE pipeline_runs SET $change" && says "a run whose $change" "$p: timestamp: is $now $ended"
done
sql "DELETE FROM pipeline_runs" && says "no run" "$p: timestamp: is $now $ended"
sql "DELETE FROM limn_runs" && says "another program's" "$p: timestamp: is $now $ended"
sql "UPDATE pipeline_runs SET completed_at = '2026-03-01 00:00:00'" && says "a run that ended before, though money was spent" "$p: timestamp: is $now $ended"
sql "UPDATE limn_runs SET run = 'lost'; DELETE FROM ledger WHERE state = 'unknown'"
says "less money in the ledger of all runs" "$p: cost_usd: is 0.62555, in the ledger, of all runs, 0.12555" \
	"$db: content_artifacts: row 1: cost_usd is 0.62555, not 0.12555"
sql "DELETE FROM ledger WHERE state = 'unknown'"
says "less money in the ledger" "$p: cost_usd: is 0.62555, in the ledger 0.12555" "$db: content_artifacts: row 1: cost_usd is 0.62555, not 0.12555"
bought ep r1 prompt settled 1 "$(hash 1)" 7 8
says "more money" "$p: cost_usd: is 0.62555, in the ledger 0.625551" "$p: input_tokens: is 300, in the ledger 307" \
	"$p: output_tokens: is 150, in the ledger 158" "$db: content_artifacts: row 1: input_tokens is 300, not 307" \
	"$db: content_artifacts: row 1: output_tokens is 150, not 158" "$db: content_artifacts: row 1: cost_usd is 0.62555, not 0.625551"
sql "UPDATE content_artifacts SET file_path = 'x', model = 'y', prompt_version_id = NULL, input_tokens = 'z'"
says "the artifact" "$db: content_artifacts: row 1: file_path is x, not images/manifest.json" \
	"$db: content_artifacts: row 1: model is y, not NULL" "$db: content_artifacts: row 1: prompt_version_id is NULL, not 1" \
	"$db: content_artifacts: row 1: input_tokens is z, not 300"
sql "DELETE FROM content_artifacts" && says "no artifact" "$db: content_artifacts: ep has 0 rows of images, not one"
sql "INSERT INTO content_artifacts SELECT 9, episode_id, artifact_type, file_path, prompt_hash, prompt_version_id, model, input_tokens,
	output_tokens, cost_usd, created_at FROM content_artifacts; INSERT INTO limn_rows SELECT 'content_artifacts', 9, max(created_at) FROM content_artifacts"
says "two" "$db: content_artifacts: ep has 2 rows of images, not one"
sql "DELETE FROM episodes" 2>/dev/null && says "no episode" "$db: episodes: there is no row of ep"
for status in NEW chapterized FRAMES_EXTRACTED COST_LIMIT; do
	sql "UPDATE episodes SET status = '$status'" && says "an episode that is $status" "$db: episodes: ep is $status, but has its pictures"
done
rm -rf outputs && cp -r partial outputs
edit $p '.total_cost_usd = 0.6' && says "the sum of all, after a run for one chapter" "$p: total_cost_usd: is 0.6, in the ledger 0.625557"
rm -rf outputs && cp -r partial outputs
at='2199-01-01 00:00:00' bought ep r4 image settled 9 "$(hash 9)"
agree "... more, bought since"

# --- the provenance, the manifest and the slices

edit $p '.image_gen_model = "dall-e-3"' && says "another image model" "$p: image_gen_model: is dall-e-3, in the manifest gpt-image-2.6-flare"
edit $p '.image_gen_model = null' && says "none" "$p: image_gen_model: is null, in the manifest gpt-image-2.6-flare"
edit $p '.image_count = 5 | .generated_count = 4.5 | del(.template_count)'
says "other counts" "$p: image_count: is 5, in the manifest 4" "$p: generated_count: is 4.5, in the manifest 3" "$p: template_count: is missing, in the manifest 1"
edit $p '.output_files |= (.[2] = "x" | .[4] = 5)'
says "other files" "$p: output_files[2]: is x, in the manifest outputs/ep/images/ch02.png" "$p: output_files[4]: is 5, in the manifest outputs/ep/images/ch04.png"
edit $p '.output_files[0] = "x"'
says "another manifest" "$p: output_files[0]: is x, in the manifest outputs/ep/images/manifest.json"
edit $p '.output_files |= .[:4]' && says "too few files" "$p: output_files: has 4 paths, not 5: the manifest, and its pictures"
edit $p 'del(.output_files)' && says "no list of them" "$p: output_files: has 0 paths, not 5: the manifest, and its pictures"
was=$(jq -r .input_content_hash $p)
echo >>$w/ch02.chapter.json
says "another slice" "$p: input_content_hash: is $was, in imagegen/ sha256:$(cat $w/ch0?.chapter.json | sha256sum | cut -c 1-64)"
rm $p && says "no provenance" "$p: it is not there"
edit $m '.images[2].size_bytes = 5' && rm $p && says "... and a difference" "$p: it is not there" "$m: ch03: size_bytes is 5,$d 100"
edit $p '.episode_id = "other"' && fails 65 "another episode's provenance" verify
is "another episode's provenance: the message names both" "$(echo "$err" | head -n 1)" "verify-manifest: $p: episode_id: is other, not ep"
restore
edit $p 'del(.prompt_hash, .timestamp) | .cost_usd = "x"' && fails 65 "a provenance that is none" verify
is "... says what is wrong" "$(echo "$err" | head -n 3)" "verify-manifest: $p: prompt_hash: is missing; give it a text
verify-manifest: $p: timestamp: must be a time, as 2026-02-28T10:30:00Z
verify-manifest: $p: cost_usd: must be a number"
restore

# --- what is missing, and what means harm

dies() { # STATUS NAME MESSAGE
	fails "$1" "$2" verify
	is "$2: the output is empty" "$out" ""
	is "$2: the message" "$err" "verify-manifest: $3"
	restore
}
rm $db && fails 66 "no database" verify
is "... is said, and what to do" "$err" "verify-manifest: $db: there is no such database; run make rebuild-db"
ok "... and none is made" test ! -e $db
restore
: >$db && dies 66 "an empty one" "$db: there is no such database; run make rebuild-db"
rm -r outputs/ep/images && dies 66 "no manifest" "$m: No such file or directory; run make imagegen first"
rm $w/ch02.chapter.json && dies 66 "no slice" "$w/ch02.chapter.json: No such file or directory"
rm $w/chapters.index && dies 66 "no index" "$w/chapters.index: No such file or directory"
edit $m '.images[1].size_bytes = 5' && rm $w/ch02.chapter.json && fails 66 "no slice, and a difference" verify
is "... both are said" "$(echo "$err" | grep -c 'size_bytes is 5\|ch02.chapter.json: No such file')" 2
restore
printf 'x' >$m && fails 65 "a manifest that is no JSON" verify
like "... says where" "$err" "verify-manifest: $m:1:1: "
restore
printf '{' >$p && fails 65 "a provenance that is no JSON" verify
like "... says where" "$err" "verify-manifest: $p:1:1: "
restore
bad_manifest() { # NAME MESSAGE
	dies 65 "$1" "$2; remove this file, then run make imagegen"
}
edit $m '.images[1].chapter_id = "ch01"' && bad_manifest "a chapter twice" "$m: images[1].chapter_id: ch01: duplicate id"
edit $m '.images[1].chapter_id = "../x"' && bad_manifest "an id that is none" "$m: images[1].chapter_id: is not an id"
echo "This is no database, but a text of some length." >$db
dies 74 "a database that is none" "$db: this file is no SQLite database; name another with DATABASE, or run make rebuild-db"
rm $db && mkdir $db && dies 74 "a directory" "$db: it is a directory; name a file with DATABASE"
sql "PRAGMA foreign_keys = OFF; DROP TABLE ledger; DROP TABLE limn_rows; DROP TABLE limn_runs; DROP TABLE content_artifacts;
	DROP TABLE media_assets; DROP TABLE prompt_versions; DROP TABLE pipeline_runs; DROP TABLE episodes"
fails 65 "no tables" verify
is "... each is missed, and nothing else" "$(echo "$err" | grep -v "$remedy" | grep -v '^verify-manifest: outputs/limn.db: [a-z_]*: there is no such table; run make migrate$')" ""
restore
sql "INSERT INTO schema_migrations (version, applied_at) VALUES ('999_limn', 'x')"
fails 78 "a database of a newer limn" verify
restore

# --- the command line

fails 66 "an empty name" verify-manifest -d $db --records=
fails 66 "no such episode" verify-manifest -d $db --records=outputs/none
fails 64 "an option that it hasn't" verify-manifest -o x --records=outputs/ep
for option in -d --database --records; do
	fails 64 "$option without a value" verify-manifest $option
done
fails 65 "a path too long" verify-manifest -d $db --records="$(head -c 5000 /dev/zero | tr '\0' x)"

# --- many

jq '.images = [range(3000) as $i | .images[3] | .chapter_id = "c\($i)" | .file_path = "images/c\($i).png"]' good/ep/images/manifest.json >$m
write-provenance -t t.md --episode=outputs/ep -d $db -o $p $m
record-asset -d $db $m
fails 0 "3000 pictures" verify
finish
