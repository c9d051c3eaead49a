#!/bin/sh
# The books: many writers at once, databases of others, those that are damaged
# or locked, what make says of them, and that they are true.
# shellcheck source=tests/lib.sh disable=SC2086,SC2154 # $make is words; $out
. "${0%/*}/lib.sh"
# shellcheck source=tests/mock.sh
. "$top/tests/mock.sh"
export OPENAI_API_KEY=sk-test ANTHROPIC_API_KEY=sk-ant-test
export IMAGE_GEN_PROVIDER=dalle3 IMAGE_GEN_SIZE=1024x1024
make="make -f $top/mk/limn.mk BIN=$bin"
db=outputs/limn.db
manifest=outputs/ep/images/manifest.json
sql() { sqlite3 -cmd '.timeout 30000' "${2:-$db}" "$1"; }
hold() { # FILE NAME: lock the database until release NAME
	mkfifo "$2.fifo"
	sqlite3 "$1" <"$2.fifo" >"$2.held" 2>&1 &
	eval "exec $3>'$2.fifo'"
	echo "BEGIN IMMEDIATE; SELECT 'held';" >&$3
	wait_for test -s "$2.held"
}
# A title card and drawn chapters, ch02 ..., each with a prompt of its author's,
# but for the last one, where there is a third argument.
episode() { # ID CHAPTERS [LLM]
	mkdir -p "outputs/$1"
	jq -n --arg e "$1" --argjson n "$2" --arg llm "${3-}" '{schema_version: "1.0",
		episode_id: $e, title: "Episode \($e)", total_chapters: $n,
		estimated_duration_seconds: 60,
		chapters: [range(1; $n + 1) | {chapter_id: "ch0\(.)",
			title: "T \(.)", order: ., narration: {text: "N \(.)",
				word_count: 2, estimated_duration_seconds: 1},
			visual: {type: (if . == 1 then "title_card" else "diagram" end),
				description: "D \(.) of \($e)",
				image_prompt: (if . == 1 or ($llm != "" and . == $n)
					then null else "Picture \(.) of \($e)." end)},
			overlays: [], transitions: {in: "cut", out: "cut"},
			notes: null}]}' >"outputs/$1/chapters.json"
}
ed() { # EPISODE FILTER
	jq "$2" "outputs/$1/chapters.json" >t && mv t "outputs/$1/chapters.json"
}
change() { ed "$1" ".chapters[1].visual.image_prompt = \"$2\""; }
fresh() {
	rm -rf outputs
	mkdir outputs
	mock_reset
}

mock_start --
# --- locked for longer than anybody waits: to be looked at in the end
mkdir locked
"${MOCK_API:-$top/build/tests/mock-api}" -l locked/log -s locked/script --port-file locked/port </dev/null >/dev/null 2>locked/err &
mock2=$!
at_exit "kill $mock2 2>/dev/null"
wait_for test -s locked/port
cd locked || exit 1
episode ep 3
api2=http://127.0.0.1:$(cat port)
OPENAI_BASE_URL=$api2/v1 $make imagegen EP=ep >first.log 2>&1
change ep 'Locked.'
cp -r outputs before
echo '{"prompt": "Locked, too."}' >p.json
echo '{"route": "images", "match": "Late", "delay": 2}' >script
echo '{"prompt": "Late."}' >late.json
(
	OPENAI_BASE_URL=$api2/v1 call-dalle -d late.db --answers=late -o late.response.json late.json >late.out 2>late.err
	echo $? >late.status
) &
late=$!
until_is sent sqlite3 late.db 'SELECT state FROM ledger'
hold late.db late 3
hold outputs/limn.db lock 4
try() { # NAME COMMAND...
	name=$1
	shift
	(
		start=$(date +%s)
		OPENAI_BASE_URL=$api2/v1 timeout 100 "$@" >"$name.out" 2>"$name.err" 3>&- 4>&-
		echo $? >"$name.status"
		echo $(($(date +%s) - start)) >"$name.time"
	) &
	eval "${name}_pid=\$!"
}
try call call-dalle -d outputs/limn.db --answers=none -o none.json p.json
try record record-asset -d outputs/limn.db before/ep/imagegen/ch02.entry.json --episode-id=other
try chain $make $manifest
try cost $make cost
cd ..

# --- many writers
episode ep 10
$make -j8 $manifest IMAGE_GEN_PROVIDER=storyboard >log 2>&1
is "(an episode of ten)" "$?" 0
is "... what the database says" "$(sql 'SELECT count(*) FROM media_assets')" 10
clones() { # COUNT: manifests and provenances of so many, in many/
	rm -rf many
	seq -f 'many/e%g/images' "$1" | xargs mkdir -p
	seq -f 'many/e%g/provenance' "$1" | xargs mkdir -p
	for f in images/manifest.json provenance/imagegen_provenance.json; do
		awk -v n="$1" -v f=$f '{ line[NR] = $0 } END { for (i = 1; i <= n; i++) {
			for (j = 1; j <= NR; j++) { s = line[j]; gsub(/outputs\/ep/, "outputs/e" i, s)
				sub(/"episode_id": "ep"/, "\"episode_id\": \"e" i "\"", s)
				print s >("many/e" i "/" f) }
			close("many/e" i "/" f) } }' outputs/ep/$f
	done
}
clones 64
for i in $(seq 64); do
	(record-asset -d w.db "many/e$i/images/manifest.json" 2>"w.$i.err" || echo "$?" >>w.$i.err) &
	writers="${writers-} $!"
done
wait $writers
is "64 writers at once, and the database is yet to be made" "$(cat w.*.err)" ""
is "... all is there" "$(sql 'SELECT count(*), count(DISTINCT episode_id) FROM media_assets' w.db)" "640|64"
is "... all is there: what the database says" "$(sql "SELECT count(*), count(DISTINCT episode_id) FROM content_artifacts WHERE artifact_type = 'images'" w.db)" "64|64"
is "... all is there: what the database says" "$(sql "SELECT count(*), count(DISTINCT episode_id), min(status), max(stage) FROM pipeline_runs" w.db)" "64|64|SUCCESS|IMAGEGEN"
is "... all is there: what the database says" "$(sql 'SELECT count(*), min(status), max(status) FROM episodes' w.db)" "64|IMAGES_GENERATED|IMAGES_GENERATED"
is "... all is there: what the database says" "$(sql 'SELECT count(*) FROM prompt_versions' w.db)" 1
is "... the database is sound" "$(sql 'PRAGMA integrity_check; PRAGMA foreign_key_check' w.db)" ok
sums() { cat "$1" "$1-wal" 2>/dev/null | sha256sum; } # a log may stay, empty
before=$(sums w.db)
for i in $(seq 64); do
	record-asset -d w.db "many/e$i/images/manifest.json" 2>>again.err &
	again="${again-} $!"
done
wait $again
is "64 once more, with nothing new: not a byte" "$(cat again.err)$(sums w.db)" "$before"

clones 1000
start=$(date +%s%N)
find many -name manifest.json -print0 | LC_ALL=C sort -z | xargs -0 record-asset -d big.db 2>err
is "1,000 episodes of 10 in one go" "$?" 0
is "... nothing is said" "$(cat err)" ""
is "... the rows of the pictures" "$(sql 'SELECT count(*), count(DISTINCT episode_id), sum(size_bytes) FROM media_assets' big.db)" "10000|1000|$(sql 'SELECT 1000 * sum(size_bytes) FROM media_assets')"
is "... the artifacts" "$(sql 'SELECT count(*) FROM content_artifacts' big.db)" 1000
is "... the runs" "$(sql 'SELECT count(*) FROM pipeline_runs' big.db)" 1000
note "in $((($(date +%s%N) - start) / 1000000)) ms"
before=$(sums big.db)
find many -name manifest.json -print0 | xargs -0 record-asset -d big.db 2>err
is "... once more: not a byte" "$?" 0
is "... once more: not a byte: its messages" "$(cat err)$(sums big.db)" "$before"
sql 'SELECT id, episode_id, chapter_id, size_bytes FROM media_assets ORDER BY id' big.db >rows.before
jq 'del(.images[3]) | .images[4].size_bytes = 77' many/e500/images/manifest.json >t && mv t many/e500/images/manifest.json
record-asset -d big.db many/e500/images/manifest.json
sql 'SELECT id, episode_id, chapter_id, size_bytes FROM media_assets ORDER BY id' big.db >rows.after
is "a chapter that left, one that changed: two rows have gone" "$(diff rows.before rows.after | grep -c '^<')" 2
is "... the one that is new" "$(diff rows.before rows.after | sed -n 's/^> [0-9]*|//p')" "e500|ch06|77"
is "... the rows there are" "$(wc -l <rows.after)" 9999
is "... the row of the other is the same one" "$(grep -c "^$(grep '|e500|ch06|77$' rows.after | cut -d'|' -f1)|e500|ch06|" rows.before)" 1
rm -rf many

fresh
for i in $(seq 24); do episode "e$i" 3; done
$make -j64 all >log 2>&1
is "make -j64 all of 24 episodes" "$?" 0
is "... nobody finds the database locked" "$(grep -c locked log)" 0
is "... calls of the image API" "$(calls images)" 48
is "... the pictures' rows" "$(sql 'SELECT count(*) FROM media_assets')" 72
is "... the ledger" "$(sql "SELECT count(*), sum(state = 'settled'), sum(cost_micros) FROM ledger")" "48|48|$((48 * 40000))"
is "... the episodes" "$(sql 'SELECT count(*), min(status), max(status) FROM episodes')" "24|IMAGES_GENERATED|IMAGES_GENERATED"
is "... the runs" "$(sql 'SELECT count(*), min(status), max(status) FROM pipeline_runs')" "24|SUCCESS|SUCCESS"
for i in $(seq 24); do echo $make verify EP=e$i; done | sh >verified 2>&1
is "... each is as it should be" "$(grep -c '^\[OK\] ' verified)" 24
is "... nothing else is said" "$(grep -vc '^\[OK\] ' verified)" 0

# --- nothing to do: no tool runs, no byte is written
books_now() { sha256sum $db $db-wal 2>/dev/null; stat -c '%n %y' $db $db-wal 2>/dev/null; }
mkdir traced
for t in "$bin"/*; do
	printf '#!/bin/sh\necho %s >>"%s/trace"\nexec %s "$@"\n' "${t##*/}" "$work" "$t" >"traced/${t##*/}"
done
chmod +x traced/*
: >trace
before=$(books_now)
is "nothing to do" "$($make BIN=$work/traced all 2>&1; cat trace)" "make: Nothing to be done for 'all'."
$make BIN=$work/traced -q all
is "... make -q says so" "$?" 0
is "... make -q says so: what ran" "$(cat trace)" ""
is "... imagegen skips, and asks the books only" "$($make BIN=$work/traced imagegen EP='e1 e2' 2>&1; sort trace | uniq -c | tr -s ' ')" "[SKIP] e1 -> already up-to-date
[SKIP] e2 -> already up-to-date
 4 record-asset"
is "... not a byte of the books" "$(books_now)" "$before"
touch outputs/*/chapters.json
$make -j8 all >log 2>&1
is "chapters.json touched: not a byte either" "$?" 0
is "... what the database says" "$(books_now)" "$before"
rm outputs/e3/images/ch02.png outputs/e4/imagegen/ch03.response.json
$make -j8 all >log 2>&1
is "a picture and a response made again: nothing that isn't known" "$?" 0
is "... calls of the image API" "$(calls images)" 48
is "... what the database says" "$(sql 'SELECT count(*), sum(cost_micros) FROM ledger')" "48|1920000"
is "... what the database says" "$(sql 'SELECT count(*) FROM media_assets')" 72
before=$(books_now)
{ $make cost && $make ledger EP=e1 && $make plan EP=e1 && $make verify EP=e1; } >log 2>&1
is "cost, ledger, plan and verify write nothing" "$?" 0
is "... what the database says" "$(books_now)" "$before"

# --- what make says agrees with the ledger, and with the bill
micros() { jq "($1) * 1e6 | round"; }
fresh
episode a 4
episode b 3 llm
is "plan: what it will cost at most" "$($make plan EP=a JSON=1 | jq -c '[.prompts, .images, .cost_usd, .spent_usd, .left_usd] | map(. + 0)')" "[0,3,0.12,0,9.88]"
ok "... and there is no database for it" test ! -e $db
$make -j8 imagegen EP='a b' >log 2>&1
$make imagegen EP=a CHAPTER=ch02 FORCE=1 >log 2>&1
is "plan: what is left" "$($make plan EP=a JSON=1 | jq -c '[.prompts, .images, .cost_usd, .spent_usd, .left_usd] | map(. + 0)')" "[0,0,0,0.16,9.84]"
all=$(sql 'SELECT sum(cost_micros) FROM ledger')
is "(the bill: 6 pictures and a prompt)" "$(calls images)" 6
is "... calls of the language model" "$(calls messages)" 1
is "... all > 6 * 40000" "$((all > 6 * 40000))" 1
$make cost JSON=1 >cost.json
is "cost: the total is the ledger's" "$(micros '.total.paid_usd, .total.spent_usd' <cost.json | tr '\n' ' ')" "$all $all "
is "... kept and replaced" "$(micros '.total.kept_usd, .total.replaced_usd' <cost.json | tr '\n' ' ')$(jq -c '[.total.kept_count, .total.replaced_count]' cost.json)" "$((all - 40000)) 40000 [6,1]"
for by in episodes:episode_id models:model; do
	is "... by ${by%:*}" "$(jq -r ".${by%:*}[] | \"\\(.${by#*:}) \\(.spent_count) \\(.spent_usd * 1e6 | round)\"" cost.json | sort)" "$(sql "SELECT ${by#*:} || ' ' || count(*) || ' ' || sum(cost_micros) FROM ledger GROUP BY ${by#*:}" | sort)"
done
is "... by stage and month" "$(jq -c '[.stages[], .months[]] | map([.stage // .month, .spent_count])' cost.json)" "[[\"imagegen\",7],[\"$(date -u +%Y-%m)\",7]]"
is "... of one episode" "$($make cost EP=a JSON=1 | micros .total.spent_usd)" 160000
like "... for people" "$($make cost)" "\$0.0400"
is "ledger: each purchase, in the order of time" "$($make ledger EP=a JSON=1 | jq -r '(if type == "array" then . else .purchases end)[] | "\(.purchase) \(.chapter_id) \(.state) \(.cost_usd)"')" "$(sql "SELECT purchase || ' ' || chapter_id || ' ' || state || ' 0.04' FROM ledger WHERE episode_id = 'a' ORDER BY reserved_at, id")"
is "... for people, too" "$($make ledger EP=a | grep -c 0.04)" 4
is "the runs and the provenance say what each spent" "$(sql "SELECT CAST(round(estimated_cost_usd * 1e6) AS INTEGER) FROM pipeline_runs AS r JOIN episodes AS e ON e.id = r.episode_id WHERE e.episode_id = 'a' ORDER BY r.id" | tr '\n' ' ')$(jq -c '[.cost_usd, .total_cost_usd, .partial, .chapters]' outputs/a/provenance/imagegen_provenance.json)" '120000 40000 [0.04,0.16,true,["ch02"]]'
is "... the tokens are those of the ledger" "$(jq -c '[.input_tokens, .output_tokens]' outputs/b/provenance/imagegen_provenance.json)" "[$(sql "SELECT input_tokens || ',' || output_tokens FROM ledger WHERE kind = 'prompt'")]"
sql "INSERT INTO pipeline_runs (episode_id, stage, status, started_at, estimated_cost_usd) VALUES ((SELECT id FROM episodes WHERE episode_id = 'a'), 'TTS', 'SUCCESS', datetime('now'), 0.3)"
is "what another stage spent is told apart: make cost" "$($make cost EP=a JSON=1 | jq -c '[.total.paid_usd, .total.other_stages_usd, .total.spent_usd]')" "[0.16,0.3,0.46]"
is "... make plan" "$($make plan EP=a JSON=1 | jq -c .spent_usd)" "0.46"
sql "DELETE FROM pipeline_runs WHERE stage = 'TTS'"

# --- verify finds what was tampered with
is "verify: nothing to say" "$($make verify EP='a b' 2>&1)" "[OK] a -> every file is as its manifest says, and recorded
[OK] b -> every file is as its manifest says, and recorded"
cp -a outputs whole
tamper() { # NAME PATTERN COMMAND...: verify says it
	name=$1 pattern=$2
	shift 2
	"$@"
	$make verify EP=a >verify.out 2>&1
	is "verify: $name" "$?" 2
	is "... how often it is said" "$(grep -c -- "$pattern" verify.out | sed 's/^[1-9].*/said/')" said
	like "... says what to do" "$(grep '^verify-manifest' verify.out | tail -n 1)" '; r*make '
	[ -s verify.out ] || note "nothing was said"
	grep -q -- "$pattern" verify.out || note "$(cat verify.out)"
	rm -rf outputs
	cp -a whole outputs
}
in_manifest() { jq "$1" outputs/a/images/manifest.json >t && mv t outputs/a/images/manifest.json; }
in_provenance() { jq "$1" outputs/a/provenance/imagegen_provenance.json >t && mv t outputs/a/provenance/imagegen_provenance.json; }
tamper "a picture of other bytes" 'ch02.*' cp outputs/a/images/ch03.png outputs/a/images/ch02.png
tamper "a picture that is gone" 'ch03.*' rm outputs/a/images/ch03.png
tamper "its size in the database" 'ch02: size_bytes' sql "UPDATE media_assets SET size_bytes = 1 WHERE episode_id = 'a' AND chapter_id = 'ch02'"
tamper "a row that is gone" 'ch03: it has no row' sql "DELETE FROM media_assets WHERE episode_id = 'a' AND chapter_id = 'ch03'"
tamper "metadata in the database" 'ch02: .*alt' sql "UPDATE media_assets SET metadata = json_set(metadata, '\$.alt', 'x') WHERE episode_id = 'a' AND chapter_id = 'ch02'"
tamper "a price in the manifest" 'ch03.*cost_usd' in_manifest '.images[2].metadata.cost_usd = 0.01'
tamper "a prompt in the manifest" 'ch03.*prompt' in_manifest '.images[2].prompt = "x"'
tamper "a picture that the manifest lost" 'ch04' in_manifest 'del(.images[3])'
tamper "a purchase that is gone" 'ledger' sql "DELETE FROM ledger WHERE episode_id = 'a' AND chapter_id = 'ch03'"
tamper "what a purchase cost" 'cost_usd' sql "UPDATE ledger SET cost_micros = 41000 WHERE episode_id = 'a' AND chapter_id = 'ch03'"
tamper "the run's cost in the provenance" 'cost_usd' in_provenance '.cost_usd = 0.01'
tamper "the total in the provenance" 'total_cost_usd' in_provenance '.total_cost_usd = 0.01'
tamper "the counts in the provenance" 'image_count' in_provenance '.image_count = 9'
tamper "the files in the provenance" 'output_files' in_provenance 'del(.output_files[2])'
tamper "the template in the provenance" 'prompt_hash' in_provenance '.prompt_hash = "sha256:0"'
tamper "the version in the registry" 'prompt_version' sql "UPDATE prompt_versions SET version = 7"
tamper "the status" 'CHAPTERIZED' sql "UPDATE episodes SET status = 'CHAPTERIZED' WHERE episode_id = 'a'"
tamper "the run's cost in the database" 'estimated_cost_usd' sql "UPDATE pipeline_runs SET estimated_cost_usd = 9 WHERE id = (SELECT max(id) FROM pipeline_runs)"
tamper "the run" 'pipeline_runs' sql "DELETE FROM pipeline_runs WHERE episode_id = (SELECT id FROM episodes WHERE episode_id = 'a')"
tamper "the artifact" 'content_artifacts' sql "DELETE FROM content_artifacts WHERE episode_id = 'a'"
tamper "no database" 'limn.db' rm -f $db $db-wal $db-shm
is "verify: (all is as it was)" "$($make verify EP=a 2>&1)" "[OK] a -> every file is as its manifest says, and recorded"
rm -rf whole

# --- an episode's way: failure, success, crash
fresh
episode ep 3
status() { sql "SELECT status, error_message FROM episodes WHERE episode_id = 'ep'"; }
script '{"route": "images", "match": "Picture 3", "status": 400, "body": {"error": {"message": "No.", "type": "image_generation_user_error", "code": "moderation_blocked", "param": null}}}'
$make -j8 imagegen EP=ep >log 2>&1
is "a failure leaves the status, and says why" "$?" 2
is "... its status" "$(status | cut -c1-52)" "CHAPTERIZED|ch03: image: 400 moderation_blocked: No."
is "... the run, too" "$(sql "SELECT status, CAST(round(estimated_cost_usd * 1e6) AS INTEGER), completed_at IS NOT NULL FROM pipeline_runs")" "FAILED|40000|1"
$make imagegen EP=ep >log 2>&1
is "success clears the failure" "$?" 0
is "... the episode" "$(status)" "IMAGES_GENERATED|"
is "... the runs" "$(sql 'SELECT status FROM pipeline_runs ORDER BY id' | tr '\n' ' ')" "FAILED SUCCESS "
for s in TTS_DONE ANCHOR_GENERATED RENDERED APPROVED PUBLISHED rendered; do
	sql "UPDATE episodes SET status = '$s'"
	change ep "For $s."
	$make imagegen EP=ep >log 2>&1
	is "$s stays" "$?" 0
	is "... its status" "$(status)" "$s|"
done
change ep "Refused."
script '{"route": "images", "match": "Refused", "times": 0, "status": 400, "body": {"error": {"message": "No.", "type": "image_generation_user_error", "code": "moderation_blocked", "param": null}}}'
sql "UPDATE episodes SET status = 'RENDERED'"
$make imagegen EP=ep >log 2>&1
is "... when it fails, too" "$?" 2
is "... when it fails, too: its status" "$(status | cut -c1-20)" "RENDERED|ch02: image"
MAX_EPISODE_COST_USD=0.01 $make imagegen EP=ep >log 2>&1
is "... and over the limit" "$?" 2
is "... and over the limit: its status" "$(status)" "RENDERED|Episode cost limit exceeded: 0.36 > 0.01"
change ep "Rendered again."
$make imagegen EP=ep >log 2>&1
is "... and when it succeeds after that" "$?" 0
is "... and when it succeeds after that: its status" "$(status)" "RENDERED|"
sql "UPDATE episodes SET status = 'IN_REVIEW'"
change ep "In review."
$make imagegen EP=ep >log 2>&1
is "a status that limn doesn't know: make succeeds" "$?" 0
is "... it is left alone" "$(status)" "IN_REVIEW|"
is "... there is a warning" "$(grep -c 'IN_REVIEW is a status that limn doesn.t know' log | sed 's/^[1-9].*/warned/')" "warned"
for s in FRAMES_EXTRACTED CHAPTERIZED COST_LIMIT chapterized; do
	sql "UPDATE episodes SET status = '$s'"
	change ep "From $s."
	$make imagegen EP=ep >log 2>&1
	is "$s goes on" "$?" 0
	is "... its status" "$(status | tr '[:upper:]' '[:lower:]')" "images_generated|"
done
is "... in letters as it had" "$(status)" "images_generated|"

# killed at each of its steps: the next one closes the run
interrupt() { # TOOL [after]: SIGKILL of make and all at it, or when it is done
	rm -rf killing
	mkdir killing
	for tool in "$bin"/*; do ln -s "$tool" killing/; done
	rm "killing/$1"
	# a look whether the episode is ready is no step
	printf '#!/bin/sh\ncase "$*" in *--check* | *--look*) exec %s "$@" ;; esac\n%s\nkill -9 0\n' \
		"$bin/$1" "${2:+$bin/$1 \"\$@\"}" >"killing/$1"
	chmod +x "killing/$1"
	setsid $make BIN=$work/killing -j2 $manifest >log 2>&1
}
is_later() { [ "$(date +%s)" != "$second" ]; }
for t in call-dalle download write-entry write-manifest write-provenance record-asset; do
	second=$(date +%s) # what runs cost and when they were may not be the same
	wait_for is_later
	change ep "Killed at $t."
	was=$(sql 'SELECT count(*) FROM pipeline_runs')
	interrupt $t
	# where call-dalle was killed nothing was recorded yet, and there is no run
	left=$(sql "SELECT group_concat(status) FROM pipeline_runs WHERE id > (SELECT max(id) FROM (SELECT id FROM pipeline_runs ORDER BY id LIMIT $was))")
	$make imagegen EP=ep >log 2>&1
	is "killed at $t (left: ${left:-none}): the next run succeeds" "$?" 0
	is "... no run is left open" "$(sql "SELECT count(*) FROM pipeline_runs WHERE status = 'RUNNING'")" 0
	is "... the runs" "$(sql "SELECT group_concat(status || coalesce(' ' || error_message, '')) FROM (SELECT * FROM pipeline_runs WHERE id > (SELECT max(id) FROM (SELECT id FROM pipeline_runs ORDER BY id LIMIT $was)) ORDER BY id)")" "${left:+FAILED interrupted,}SUCCESS"
	is "... all is well" "$($make verify EP=ep 2>&1)" "[OK] ep -> every file is as its manifest says, and recorded"
done

change ep "Recorded, and killed."
was=$(calls images)
interrupt record-asset after
is "killed when it is recorded: the manifest is the old one yet" "$?" 137
is "... calls of the image API" "$(($(calls images) - was))" 1
is "... what the file says" "$(jq -r '.images[1].prompt' $manifest | grep -c 'Recorded, and killed')" 0
is "... what the database says" "$(sql "SELECT status FROM pipeline_runs ORDER BY id DESC LIMIT 1")" SUCCESS
was=$(calls images)
$make imagegen EP=ep >log 2>&1
is "... the next brings it" "$?" 0
is "... the next brings it: calls of the image API" "$(($(calls images) - was))" 0
is "... the next brings it: what the file says" "$(jq -r '.images[1].prompt' $manifest | grep -c 'Recorded, and killed')" 1
is "... all is well" "$($make verify EP=ep 2>&1)" "[OK] ep -> every file is as its manifest says, and recorded"

# --- the database of another pipeline
fresh
sqlite3 $db <"$top/tests/pipeline.sql"
their_rows() { # EPISODES THAT ARE DRAWN
	sqlite3 $db <<-END
		.mode quote
		SELECT * FROM channels;
		SELECT id, episode_id, source, title, published_at, url, iif(instr(' $1 ', ' ' || episode_id || ' '), '-', status), audio_path, pipeline_version,
			detected_at, completed_at, iif(instr(' $1 ', ' ' || episode_id || ' '), '-', error_message), retry_count, channel_ref FROM episodes WHERE id <= 20 ORDER BY id;
		SELECT * FROM pipeline_runs WHERE id <= 14 ORDER BY id;
		SELECT id, name, version, content_hash, template_path, model, temperature, max_tokens, ${2:-is_default}, created_at, notes FROM prompt_versions WHERE id <= 5 ORDER BY id;
		SELECT * FROM content_artifacts WHERE id <= 2 ORDER BY id;
		SELECT * FROM media_assets WHERE id <= 5 ORDER BY id;
		SELECT * FROM review_tasks;
		SELECT * FROM schema_migrations WHERE version NOT IN (SELECT version FROM schema_migrations ORDER BY rowid LIMIT -1 OFFSET 6) ORDER BY version;
		SELECT type, name, sql FROM sqlite_schema WHERE tbl_name NOT IN ('ledger', 'limn_runs', 'limn_rows', 'limn_jobs', 'sqlite_sequence') ORDER BY 2;
	END
}
theirs() { # NAME EPISODES [is_default]
	their_rows "$2" ${3-} >theirs.now
	their_rows_of_old "$2" ${3-} >theirs.then
	ok "$1" diff theirs.then theirs.now
}
their_rows_of_old() {
	former=$db
	db=old.db
	their_rows "$@"
	db=$former
}
cp $db old.db
is "(there is something to lose)" "$(($(their_rows '' | wc -l) > 100))" 1
for e in v1-alt new-1 adapted-1 abc123 rendered-1 odd-1 published-1; do episode $e 3; done
$make migrate >log 2>&1
is "migrate" "$?" 0
theirs "... their rows are as they were" ""
$make migrate >log 2>&1
theirs "... twice" ""

refuse() { # EPISODE MESSAGE
	before=$(books_now)
	is "$1 is refused" "$($make imagegen EP=$1 2>&1 >/dev/null | grep '^\[FAIL\]')" "[FAIL] $1: record-asset: $2"
	is "... by its file as well" "$($make outputs/$1/images/manifest.json 2>&1 >/dev/null | head -n 1)" "record-asset: $2"
	fails 65 "... by call-dalle" sh -c "echo '{\"prompt\": \"P\"}' | call-dalle --episode-id=$1 -d $db"
	is "... which says so" "$out$err" "call-dalle: $2"
	is "... nothing is bought" "$(calls images)" 0
	is "... nothing is drawn" "$(find outputs/$1 -name '*.png' -o -name manifest.json)" ""
	is "... nothing is written to the database" "$(books_now)" "$before"
}
refuse v1-alt "Episode v1-alt is v1 pipeline, image generation not supported"
refuse new-1 "Episode new-1 not ready for image generation (status: new)"
refuse adapted-1 "Episode adapted-1 not ready for image generation (status: adapted)"
theirs "... nor is anything of theirs changed" ""
$make imagegen EP=adapted-1 FORCE=1 >log 2>&1
is "FORCE=1 goes on" "$?" 0
is "... calls of the image API" "$(calls images)" 2
is "... what the database says" "$(sql "SELECT status, coalesce(error_message, 'none') FROM episodes WHERE episode_id = 'adapted-1'")" "IMAGES_GENERATED|none"
$make imagegen EP=v1-alt FORCE=1 >log 2>&1
is "... but not with version 1" "$?" 2
is "... but not with version 1: calls of the image API" "$(calls images)" 2
theirs "... their rows" "adapted-1" "''"

$make -j8 imagegen EP=abc123 >log 2>&1
is "a run" "$?" 0
is "... it is said" "$(grep -c '^\[OK\] abc123 -> 2/3' log)" 1
is "... what the database says" "$(sql "SELECT status, error_message FROM episodes WHERE episode_id = 'abc123'")" "IMAGES_GENERATED|"
is "... its row has the number of the episode, and their words" "$(sql "SELECT episode_id, typeof(episode_id), stage, status, estimated_cost_usd FROM pipeline_runs ORDER BY id DESC LIMIT 1")" "7|integer|IMAGEGEN|SUCCESS|0.08"
is "... the pictures are rows beside theirs" "$(sql "SELECT chapter_id, file_path, mime_type, typeof(size_bytes), meta ->> '\$.generation_method', typeof(created_at) FROM media_assets WHERE episode_id = 'abc123' AND id > 5 ORDER BY chapter_id" | tr '\n' ' ')" "ch01|images/ch01.png|image/png|integer|template|text ch02|images/ch02.png|image/png|integer|dalle3|text ch03|images/ch03.png|image/png|integer|dalle3|text "
is "... of the size that they have" "$(sql "SELECT size_bytes FROM media_assets WHERE id > 5 AND episode_id = 'abc123' AND chapter_id = 'ch02'")" "$(stat -c %s outputs/abc123/images/ch02.png)"
is "... the artifact has what its table has columns for" "$(sql "SELECT count(*), min(artifact_type), min(prompt_hash LIKE 'sha256:%'), min(prompt_version_id) FROM content_artifacts WHERE episode_id = 'abc123' AND id > 2")" "1|images|1|6"
is "... the template is the next version, and the one default" "$(sql "SELECT id, version, is_default FROM prompt_versions WHERE name = 'imagegen' ORDER BY id" | tr '\n' ' ')" "5|1|0 6|2|1 "
is "... the references hold" "$(sql 'PRAGMA foreign_key_check; PRAGMA integrity_check')" ok
theirs "... their rows" "adapted-1 abc123" "''"
is "verify works there" "$($make verify EP=abc123 2>&1)" "[OK] abc123 -> every file is as its manifest says, and recorded"
is "cost works there" "$($make cost EP=abc123 JSON=1 | jq -c '[.total.paid_usd, .total.other_stages_usd]')" "[0.08,0.417]"
is "ledger works there" "$($make ledger EP=abc123 JSON=1 | jq -c '(if type == "array" then . else .purchases end) | length')" 2
before=$(books_now)
$make imagegen EP=abc123 >log 2>&1
touch outputs/abc123/chapters.json
$make imagegen EP=abc123 >log 2>&1
is "nothing new: not a byte" "$?" 0
is "... what the database says" "$(books_now)" "$before"
change abc123 "Refused."
script '{"route": "images", "match": "Refused", "times": 0, "status": 400, "body": {"error": {"message": "No.", "type": "image_generation_user_error", "code": "moderation_blocked", "param": null}}}'
$make imagegen EP=abc123 >log 2>&1
is "a run that fails" "$?" 2
is "... the episode" "$(sql "SELECT status, substr(error_message, 1, 12) FROM episodes WHERE episode_id = 'abc123'")" "IMAGES_GENERATED|ch02: image:"
is "... the run" "$(sql "SELECT episode_id, status FROM pipeline_runs ORDER BY id DESC LIMIT 1")" "7|FAILED"
theirs "... their rows" "adapted-1 abc123" "''"
change abc123 "Killed."
interrupt_at=download
manifest=outputs/abc123/images/manifest.json
interrupt $interrupt_at
theirs "a run that is killed: their rows" "adapted-1 abc123" "''"
is "... theirs that is RUNNING isn't ours to close" "$($make imagegen EP=abc123 >log 2>&1; echo $?)" 0
is "... theirs that is RUNNING isn't ours to close: what the database says" "$(sql "SELECT group_concat(status) FROM pipeline_runs WHERE id = 9 OR id > 14")" "RUNNING,SUCCESS,SUCCESS,FAILED,FAILED,SUCCESS"
manifest=outputs/ep/images/manifest.json
for e in rendered-1 published-1 odd-1; do
	was=$(sql "SELECT status, error_message FROM episodes WHERE episode_id = '$e'")
	$make imagegen EP=$e >log 2>&1
	is "$e is drawn, and its status stays" "$?" 0
	is "... what the database says" "$(sql "SELECT status, error_message FROM episodes WHERE episode_id = '$e'")" "$was"
done
theirs "their rows after all of that" "adapted-1 abc123" "''"
sql "INSERT INTO limn_jobs (command, episode_id, force, state, created_at) VALUES ('imagegen', 'abc123', 0, 'queued', '2026-01-01 00:00:00')"
$make rollback >log 2>&1
is "rollback: not while rows would be lost" "$?" 2
is "... it is said" "$(grep -c 'would be lost' log)" 1
theirs "... their rows" "adapted-1 abc123" "''"
n=0
until [ $n -ge 8 ] || ! $make rollback FORCE=1 >log 2>&1 || grep -q 'no migration to undo' log; do
	n=$((n + 1))
	theirs "rollback $n: their rows" "adapted-1 abc123" "''"
done
is "rollback: all of ours is taken back" "$(sql "SELECT group_concat(name) FROM sqlite_schema WHERE name IN ('ledger', 'limn_runs', 'limn_rows', 'limn_jobs')")" ""
is "... the migrations that are left" "$(sql 'SELECT count(*) FROM schema_migrations')" 6
is "... the references hold" "$(sql 'PRAGMA foreign_key_check; PRAGMA integrity_check')" ok

# --- a database that isn't one, or can't be used: nothing is lost or bought
fresh
episode ep 4 llm
$make -j8 imagegen EP=ep >log 2>&1
$make imagegen EP=ep CHAPTER=ch02 FORCE=1 >log 2>&1
change ep "Something else."
rm -rf base
sql 'PRAGMA wal_checkpoint(TRUNCATE)' >log
cp -a outputs base
what_is_there() { # of the books, but for what only a run knows
	sql "SELECT chapter_id, file_path, mime_type, size_bytes, metadata FROM media_assets WHERE episode_id = 'ep' ORDER BY chapter_id;
		SELECT purchase, chapter_id, kind, model, request_sha256, state, cost_micros, cost_source, input_tokens, output_tokens, run FROM ledger ORDER BY purchase;
		SELECT episode_id, status FROM episodes; SELECT artifact_type, file_path, prompt_hash, cost_usd FROM content_artifacts;
		SELECT name, version, content_hash, is_default FROM prompt_versions"
}
what_is_there >there.before
$make cost JSON=1 | jq -c '.total | [.paid_usd, .kept_usd, .replaced_usd, .paid_count]' >cost.before
# But the page, which says what is known at the time.
files() { find outputs/ep/images outputs/ep/provenance -type f ! -name index.html -exec sha256sum {} + | sort -k2; }
files_before=$(files)
echo '{"prompt": "Not to be bought.", "chapter_id": "ch09", "episode_id": "ep"}' >p.json
as=
unusable() { # NAME STATUS PATTERN
	was=$(($(calls images) + $(calls messages)))
	$as $make -j4 $manifest >log 2>&1
	is "$1: make fails, with $2" "$?" 2
	is "... what is said" "$(grep -o 'Error [0-9]*' log | sort -u | head -n 1)" "Error $2"
	$as $make imagegen EP=ep >log 2>&1
	is "... imagegen, too, and says it" "$?" 2
	is "... imagegen, too, and says it: it is said" "$(grep -c "^\[FAIL\] ep: .*$3" log)" 1
	for c in "call-dalle -d $db --answers=outputs/.answers -o none.json p.json" \
		"record-asset -d $db $manifest" \
		"gen-prompt -t $top/prompts/imagegen.md -d $db --episode-id=ep -o none.json chapter.json"; do
		fails "$2" "... ${c%% *} fails" $as $c
		is "... in a line that says it" "$(printf '%s\n' "$out$err" | grep -c .)" 1
		is "... in a line that says it: it is said" "$(printf '%s\n' "$err" | grep -c "^${c%% *}: $db: .*$3")" 1
	done
	is "... no call, and no file is written" "$(($(calls images) + $(calls messages) - was))" 0
	is "... no call, and no file is written: the files" "$(ls none.json 2>/dev/null)" ""
	is "... pictures and manifest are as they were" "$(files)" "$files_before"
}
rebuilt() {
	$make rebuild-db >log 2>&1
	is "$1: make rebuild-db" "$?" 0
	is "... how often it is said" "$(grep -c 'damaged' log)" "$2"
	[ "$2" -eq 0 ] || ok "... what it was is kept" test -s $db.damaged.1
	what_is_there >there.after
	ok "... all is there again" diff there.before there.after
	is "... the money, too" "$($make cost JSON=1 | jq -c '.total | [.paid_usd, .kept_usd, .replaced_usd, .paid_count]')" "$(cat cost.before)"
	$make imagegen EP=ep >log 2>&1
	is "... the next run succeeds" "$?" 0
	is "... it goes on with what is to be bought" "$(cat log)" "[OK] ep -> 3/4 images generated (\$0.0400)"
	is "... each purchase is settled" "$(sql "SELECT count(*), sum(state = 'settled') FROM ledger")" "6|6"
	is "... the episode" "$(sql 'SELECT status, error_message FROM episodes')" "IMAGES_GENERATED|"
	is "... as it should be" "$($make verify EP=ep 2>&1)" "[OK] ep -> every file is as its manifest says, and recorded"
}
again() {
	chmod -R u+w outputs 2>/dev/null
	rm -rf outputs
	cp -a base outputs
	jq '.chapters[2] | .visual.image_prompt = null | .visual.description = "New."' outputs/ep/chapters.json >chapter.json
}
export LLM_PROVIDER=anthropic
again
printf 'Dear diary,\n%s\n' "$(seq 400)" >$db
rm -f $db-wal $db-shm
unusable "no database" 74 "this file is no SQLite database"
rebuilt "no database" 1
again
dd if=/dev/urandom of=$db bs=1 seek=100 count=$(($(stat -c %s $db) - 100)) conv=notrunc 2>/dev/null
unusable "garbage behind the header" 74 "the database is damaged"
rebuilt "garbage behind the header" 1
again
page=$(sql "SELECT rootpage FROM sqlite_schema WHERE name = 'ledger'")
dd if=/dev/urandom of=$db bs=4096 seek=$((page - 1)) count=1 conv=notrunc 2>/dev/null
was=$(calls images)
$make imagegen EP=ep >log 2>&1
is "garbage in the ledger: no call" "$?" 2
is "... calls of the image API" "$(($(calls images) - was))" 0
is "... it is said" "$(grep -c '^\[FAIL\] ep: .*limn.db: the database is damaged' log)" 1
is "... pictures and manifest are as they were" "$(files)" "$files_before"
rebuilt "garbage in the ledger" 1
again
truncate -s $(($(stat -c %s $db) / 2)) $db
was=$(calls images)
$make imagegen EP=ep >log 2>&1
is "half of it: no call" "$?" 2
is "... calls of the image API" "$(($(calls images) - was))" 0
rebuilt "half of it" 1
again
rm -f $db*
mkdir $db
unusable "a directory" 74 "it is a directory"
again
rm -f $db*
$make rebuild-db >log 2>&1
rebuilt "no file" 0
again
rebuilt "a good one" 0
# read-only, to one whom permissions hold
again
chmod 755 "$work"
if [ "$(id -u)" -eq 0 ]; then
	as="setpriv --reuid=65534 --regid=65534 --clear-groups"
	chown -R 65534:65534 outputs
	chown 0:0 outputs $db
fi
chmod a-w $db
chmod 555 outputs
if $as sh -c "[ -x '$bin/call-dalle' ] && [ ! -w $db ]"; then
	unusable "read-only" 74 "the database can't be written to"
else
	skip "read-only" "needs somebody whom permissions hold"
fi
as=

# --- what came of the locked ones
wait $call_pid $record_pid $cost_pid $chain_pid
cd locked || exit 1
locked="another program has locked the database; try again when it is done"
is "locked: call-dalle" "$(cat call.status)" 75
is "... its messages" "$(cat call.out call.err)" "call-dalle: outputs/limn.db: $locked"
is "... record-asset" "$(cat record.status)" 75
is "... record-asset: its messages" "$(cat record.out record.err)" "record-asset: outputs/limn.db: $locked"
is "... make fails" "$(cat chain.status)" 2
is "... make says it first" "$(head -n 1 chain.err)" "call-dalle: outputs/limn.db: $locked"
is "... the status of the tool" "$(grep -c 'Error 75' chain.err)" 1
ok "... who waited for it ($(cat call.time) s)" test "$(cat call.time)" -ge 25 -a "$(cat call.time)" -le 60
is "... who only reads needn't wait" "$(cat cost.status)" 0
is "... who only reads needn't wait: cat cost.time < 10" "$(($(cat cost.time) < 10))" 1
is "... no call was made" "$(grep -c Locked log)" 0
ok "... what was there is there" diff -r before/ep/images outputs/ep/images
exec 4>&-
wait $late
is "locked while an answer comes: it goes its way" "$(cat late.status)" 0
is "... it is said" "$(grep -c "^call-dalle: late.db: $locked$" late.err)" 1
is "... what the file says" "$(jq -r '.cost_usd' late.response.json)" 0.04
exec 3>&-
wait_for eval "echo 'BEGIN IMMEDIATE; COMMIT' | sqlite3 late.db 2>/dev/null"
is "... the books are behind" "$(sqlite3 late.db 'SELECT state FROM ledger')" sent
OPENAI_BASE_URL=$api2/v1 call-dalle -d late.db --answers=late -o again.json late.json >late.out 2>&1
is "... until the next who looks: settled, and not bought again" "$?" 0
is "... until the next who looks: settled, and not bought again: what the database says" "$(sqlite3 late.db 'SELECT count(*), max(state), sum(cost_micros) FROM ledger')" "1|settled|40000"
is "... until the next who looks: settled, and not bought again: it is said" "$(grep -c 'Late' log)" 1
cd ..
finish
