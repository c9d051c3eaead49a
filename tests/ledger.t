#!/bin/sh
# The ledger equals the bill: what the API counted is recorded, whatever was
# killed, refused, lost or tried again, and the store says the same.  KILLS=100
# kills so often; 10 is the default.
# shellcheck source=tests/lib.sh disable=SC2086,SC2154 # $make is words; $out
. "${0%/*}/lib.sh"
# shellcheck source=tests/mock.sh
. "$top/tests/mock.sh"
export OPENAI_API_KEY=sk-test ANTHROPIC_API_KEY=sk-ant-test
make="make -f $top/mk/limn.mk BIN=$bin"
db=outputs/limn.db
sql() { sqlite3 -cmd '.timeout 30000' $db "$1"; }

fresh() { # CHAPTERS [IMAGE PROMPT]
	rm -rf outputs
	mkdir -p outputs/ep
	jq -n --argjson n "$1" --argjson prompt "${2:-null}" '{schema_version: "1.0",
		episode_id: "ep", title: "E", total_chapters: $n,
		estimated_duration_seconds: 60,
		chapters: [range(1; $n + 1) | {chapter_id: "ch0\(.)",
			title: "T \(.)", order: ., narration: {text: "N \(.)",
				word_count: 2, estimated_duration_seconds: 1},
			visual: {type: "diagram", description: "D \(.)",
				image_prompt: ($prompt | if . then "\(.) \($n)" else . end)},
			overlays: [], transitions: {in: "cut", out: "cut"},
			notes: null}]}' |
		jq '.chapters |= [.[] | if .visual.image_prompt then
			.visual.image_prompt += " of \(.chapter_id)" else . end]' \
			>outputs/ep/chapters.json
	mock_reset
}
# A line for each request that the API counted: its hash, as the ledger has it,
# kind, model, whether another try of it may have followed.
count_calls() {
	grep -E '^\{"n":[0-9]*,"route":"(messages|images)"' "$mock/log" |
		while IFS= read -r line; do
			path=${line#*\"path\":\"}
			body=${line#*\},\"body\":}
			kind=prompt
			case $line in *'"route":"images"'*) kind=image ;; esac
			printf 'sha256:%s,%s\n' "$(printf '%s\n%s' "$api${path%%\"*}" "${body%\}}" | sha256sum | cut -d' ' -f1)" $kind
		done
}
list_store() {
	find outputs/.answers -name '*.json' 2>/dev/null | grep -E '/[0-9a-f]{64}(\.[0-9]+)?\.json$' |
		xargs -r jq -r '[.purchase, (.cost_usd * 1e6 | round), .request_sha256, .kind, .episode_id, .chapter_id] | @csv'
}
# Whatever isn't right, a line each.  $extra is how many rows there are for which
# no request came.  TRIES: a row may be for so many requests.
problems() { # [TRIES]
	count_calls >calls.csv
	list_store >store.csv
	sqlite3 :memory: >found 2>&1 <<-END
		ATTACH '$db' AS b;
		CREATE TABLE calls (hash, kind);
		CREATE TABLE store (purchase, micros, hash, kind, episode, chapter);
		.mode csv
		.import calls.csv calls
		.import store.csv store
		.mode list
		CREATE TABLE sums AS SELECT hash, kind, count(*) AS calls FROM calls GROUP BY 1, 2;
		CREATE TEMP VIEW paid AS SELECT * FROM ledger WHERE state IN ('settled', 'unknown');
		SELECT 'not recorded: ' || s.kind || ' ' || hash || ', ' || calls || ' calls' FROM sums AS s
			WHERE calls > ${1:-1} * (SELECT count(*) FROM paid WHERE request_sha256 = hash AND paid.kind = s.kind);
		SELECT 'settled, and not called: ' || request_sha256 FROM ledger WHERE state = 'settled'
			GROUP BY request_sha256 HAVING count(*) > coalesce((SELECT calls FROM sums WHERE hash = request_sha256), 0);
		SELECT 'settled, and not in the store: row ' || id FROM ledger WHERE state = 'settled' AND NOT EXISTS
			(SELECT 1 FROM store AS s WHERE s.purchase = ledger.purchase AND s.micros + 0 = cost_micros
			AND s.hash = request_sha256 AND s.kind = ledger.kind AND s.episode = episode_id AND s.chapter = chapter_id);
		SELECT 'in the store, and not settled: ' || purchase FROM store WHERE purchase NOT IN
			(SELECT purchase FROM ledger WHERE state = 'settled');
		SELECT 'open: row ' || id || ' ' || state FROM ledger WHERE state IN ('reserved', 'sent');
		SELECT 'lost: rows ' || max(id) || ' - ' || count(*) FROM ledger HAVING max(id) <> count(*);
		SELECT 'lost: rows at the end' FROM b.sqlite_sequence WHERE name = 'ledger' AND seq <> (SELECT count(*) FROM ledger);
		SELECT 'released at a cost: row ' || id FROM ledger WHERE state = 'released' AND cost_micros <> 0;
		SELECT 'unknown below its estimate: row ' || id FROM ledger WHERE state = 'unknown' AND cost_micros <> estimate_micros;
		SELECT 'settled above its estimate: row ' || id FROM ledger WHERE state = 'settled' AND cost_micros > estimate_micros;
		SELECT 'settled for nothing: row ' || id FROM ledger WHERE state = 'settled' AND cost_micros <= 0;
		SELECT 'a time is missing: row ' || id FROM ledger WHERE reserved_at IS NULL OR ended_at IS NULL
			OR (sent_at IS NULL AND state <> 'released') OR sent_at < reserved_at OR ended_at < coalesce(sent_at, reserved_at);
		SELECT 'states: ' || state FROM ledger WHERE state NOT IN ('settled', 'unknown', 'released');
		SELECT 'sum of states: ' || sum(cost_micros) FROM ledger HAVING sum(cost_micros) <>
			(SELECT coalesce(sum(cost_micros), 0) FROM ledger WHERE state = 'settled') + (SELECT coalesce(sum(estimate_micros), 0) FROM ledger WHERE state = 'unknown');
		SELECT 'run ' || r.id || ': ' || r.estimated_cost_usd FROM limn_runs AS l JOIN pipeline_runs AS r ON r.id = l.pipeline_run_id
			WHERE CAST(round(r.estimated_cost_usd * 1e6) AS INTEGER) <> (SELECT coalesce(sum(cost_micros), 0) FROM ledger WHERE run = l.run AND state <> 'released')
			OR r.input_tokens <> (SELECT coalesce(sum(input_tokens), 0) FROM ledger WHERE run = l.run AND kind = 'prompt')
			OR r.output_tokens <> (SELECT coalesce(sum(output_tokens), 0) FROM ledger WHERE run = l.run AND kind = 'prompt');
		SELECT 'a purchase of no run: row ' || id FROM ledger WHERE coalesce(run, '') NOT IN (SELECT run FROM limn_runs);
		SELECT 'still RUNNING: run ' || id FROM pipeline_runs WHERE status = 'RUNNING';
	END
	extra=$(sqlite3 $db "SELECT count(*) FROM ledger WHERE state IN ('settled', 'unknown')")
	extra=$((extra - $(wc -l <calls.csv)))
	cat found
}
whole() {
	$make verify EP=ep >/dev/null 2>&1 && $make -q outputs/ep/images/manifest.json >/dev/null 2>&1 && echo whole
}

# SIGKILL at any moment of a run with a limit; then make until it is done.
prompt_s=0.06 image_s=0.15
mock_start --latency $prompt_s,$image_s,0.02
at=0
moment() { # MAX: a number of seconds
	at=$(awk -v s="$(od -An -N2 -tu2 /dev/urandom)" -v m=$1 'BEGIN { printf "%.3f", m * s / 65536 }')
	sleep "$at"
}
killed() {
	setsid $make -j6 imagegen EP=ep >log 2>&1 &
	pid=$!
	# half of them after the first call, however slow the machine is
	[ $((i % 2)) -eq 0 ] || wait_for eval '[ -s "$mock/log" ] || ! kill -0 $pid'
	moment 0.6
	kill -9 "-$pid" 2>/dev/null
	wait $pid 2>/dev/null
}
export MAX_EPISODE_COST_USD=5
i=0 extras=0 unknowns=0 rereleased=0
while [ $i -lt "${KILLS:-10}" ]; do
	i=$((i + 1))
	case $((i % 3)) in
	0) export IMAGE_GEN_PROVIDER=dalle3 IMAGE_GEN_SIZE=1024x1024 ;;
	*) unset IMAGE_GEN_PROVIDER IMAGE_GEN_SIZE ;;
	esac
	fresh 5
	killed
	moments=$at
	if [ $((i % 5)) -eq 0 ]; then
		killed
		moments="$moments, $at"
	fi
	tries=0
	until $make -j6 imagegen EP=ep >log 2>&1 || [ $tries -ge 3 ]; do
		tries=$((tries + 1))
	done
	problems >said
	found=$(cat said)
	u=$(sql "SELECT count(*) FROM ledger WHERE state = 'unknown'")
	is "killed after $moments s: the next run is done" "$tries" 0
	is "... the episode is whole" "$(whole)" whole
	is "... the ledger is the bill of $(wc -l <calls.csv) calls" "$found" ""
	ok "... rows without a call ($extra) were under way ($u unknown)" test $extra -ge 0 -a $extra -le "$u"
	extras=$((extras + extra)) unknowns=$((unknowns + u))
	rereleased=$((rereleased + $(sql "SELECT count(*) FROM ledger WHERE state = 'released'")))
done
note "$i kills: $unknowns unknown, $extras of them never sent; $rereleased released"
ok "some calls were under way" test $unknowns -gt 0
unset MAX_EPISODE_COST_USD IMAGE_GEN_PROVIDER IMAGE_GEN_SIZE

# Two at once.
for i in 1 2 3; do
	fresh 6
	$make -j8 imagegen EP=ep >log1 2>&1 &
	one=$!
	$make -j8 imagegen EP=ep >log2 2>&1 &
	two=$!
	wait $one
	rc=$?
	wait $two
	is "two makes at once: each call once, and a row" "$rc $? $(calls messages) $(calls images) $(problems) $(sql "SELECT state, count(*) FROM ledger GROUP BY 1")" "0 0 6 6  settled|12"
	is "... no run is left open" "$(sql "SELECT DISTINCT status FROM pipeline_runs")" SUCCESS
	is "... no run is left open: what the database says" "$(sql 'SELECT status FROM episodes')" IMAGES_GENERATED
	$make imagegen EP=ep >log 2>&1
	is "... the next has nothing to buy" "$?" 0
	is "... the next has nothing to buy: calls of the language model" "$(calls messages)" 6
	is "... the next has nothing to buy: calls of the image API" "$(calls images)" 6
	is "... nothing to do, and the books agree" "$($make -q outputs/ep/images/manifest.json 2>&1; $make verify EP=ep 2>&1)" "[OK] ep -> every file is as its manifest says, and recorded"
done

# FORCE buys anew, and the books have both.
before=$(sql 'SELECT sum(cost_micros) FROM ledger')
$make -j8 imagegen EP=ep CHAPTER=ch02 FORCE=1 >log 2>&1
is "FORCE=1 of a chapter: two more rows" "$?" 0
is "... calls of the language model" "$(calls messages)" 7
is "... calls of the image API" "$(calls images)" 7
is "... nothing wrong in the ledger" "$(problems)" ""
is "... what the database says" "$(sql "SELECT count(*), sum(chapter_id = 'ch02') FROM ledger WHERE state = 'settled'")" "14|4"
$make -j8 imagegen EP=ep FORCE=1 >log 2>&1
is "FORCE=1: all anew" "$?" 0
is "... calls of the language model" "$(calls messages)" 13
is "... calls of the image API" "$(calls images)" 13
is "... nothing wrong in the ledger" "$(problems)" ""
is "... what the database says" "$(sql "SELECT count(*), count(DISTINCT request_sha256) FROM ledger WHERE state = 'settled'")" "26|12"
ok "... it costs what it costs" test "$(sql 'SELECT sum(cost_micros) FROM ledger')" -gt $((before * 2))
MAX_EPISODE_COST_USD=0.01 $make -j8 imagegen EP=ep FORCE=1 >log 2>&1
is "... and the limit holds for it" "$?" 2
is "... and the limit holds for it: calls of the language model" "$(calls messages)" 13
is "... and the limit holds for it: calls of the image API" "$(calls images)" 13
is "... and the limit holds for it: nothing wrong in the ledger" "$(problems)" ""
is "... the pictures are as they were" "$(MAX_EPISODE_COST_USD=0.01 $make verify EP=ep)" "[OK] ep -> every file is as its manifest says, and recorded"

# What the store has settles what the ledger doesn't know.
was=$(sql 'SELECT sum(cost_micros) FROM ledger')
sql "UPDATE ledger SET state = 'unknown', cost_micros = estimate_micros, cost_source = NULL, exit_status = 12, error = 'x', input_tokens = NULL, output_tokens = NULL, request_id = NULL WHERE run = (SELECT run FROM ledger ORDER BY id DESC LIMIT 1)"
rm -r outputs/ep/imagegen outputs/ep/images
$make -j8 imagegen EP=ep >log 2>&1
is "rows that are unknown, and the store has the answer: settled" "$? $(calls messages) $(calls images) $(problems) $(sql 'SELECT sum(cost_micros) FROM ledger') $(sql "SELECT count(*) FROM ledger WHERE state <> 'settled' OR error IS NOT NULL OR exit_status IS NOT NULL OR request_id IS NULL OR (kind = 'prompt' AND input_tokens IS NULL)")" "0 13 13  $was 0"

# What becomes of a call, and its row.
soon='"headers": {"retry-after-ms": "20"}'
ends() { # NAME STATUS CALLS ROWS [SETTING...]: one picture, by make
	name=$1 status=$2 want=$3 rows=$4
	shift 4
	env "$@" $make imagegen EP=ep >log 2>&1
	rc=$?
	is "$name" "$rc $(grep -o 'Error [0-9]*' log | head -n 1), $(calls images) calls: $(sql "SELECT state || coalesce(' ' || exit_status, '') || iif(error <> '', ' ' || kind, '') || ' ' || iif(state = 'released', cost_micros, iif(cost_micros = estimate_micros, 'worst', 'real')) FROM ledger ORDER BY id" | tr '\n' ';')" "$status, $want calls: $rows"
}
one() { # SCRIPT...
	fresh 1 '"P"'
	script "$@"
}
worst='unknown 12 image worst;'
one '{"route": "images", "status": 400, "body": {"error": {"message": "No.", "type": "image_generation_user_error", "code": "moderation_blocked", "param": null}}}'
ends "refused by the policy: released" "2 Error 10" 1 "released 10 image 0;"
like "... with the words" "$(sql 'SELECT error FROM ledger')" "No."
like "... the episode says them, too" "$(sql 'SELECT status, error_message FROM episodes')" "CHAPTERIZED|ch01: image: 400 moderation_blocked: No."
ends "... and then drawn" "0 " 2 "released 10 image 0;settled real;"
is "... the episode is none the worse" "$(sql 'SELECT status, error_message FROM episodes')" "IMAGES_GENERATED|"
is "... its runs: one that failed, one that didn't" "$(sql 'SELECT status FROM pipeline_runs' | xargs)" "FAILED SUCCESS"
one "{\"route\": \"images\", \"status\": 429, $soon}"
ends "429, then good: one row" "0 " 2 "settled real;"
is "... which is in order" "$(problems 2)" ""
one "{\"route\": \"images\", \"status\": 500, \"times\": 0, $soon}"
ends "500 to the end: released" "2 Error 69" 3 "released 69 image 0;"
one "{\"route\": \"images\", \"status\": 500, \"times\": 0, $soon}"
ends "MAX_RETRIES=1: one call" "2 Error 69" 1 "released 69 image 0;" MAX_RETRIES=1
one "{\"route\": \"images\", \"status\": 503, \"times\": 4, $soon}"
ends "MAX_RETRIES=5: the fifth is good" "0 " 5 "settled real;" MAX_RETRIES=5
is "... one row, for one picture" "$(problems 5)" ""
is "... one row, for one picture: what the database says" "$(sql 'SELECT cost_micros < estimate_micros OR cost_micros = estimate_micros FROM ledger')" 1
one "{\"route\": \"images\", \"status\": 429, \"times\": 0, $soon}"
ends "429 to the end: released" "2 Error 75" 3 "released 75 image 0;"
one '{"route": "images", "hang": true}'
ends "no answer in time: unknown, and not tried again" "2 Error 12" 1 "$worst" IMAGE_GEN_TIMEOUT=1
ends "... the next run does" "0 " 2 "${worst}settled real;"
is "... both are recorded" "$(problems)" ""
one '{"route": "images", "reset": true}'
ends "a reset: unknown" "2 Error 12" 1 "$worst"
like "... what became of it" "$(sql 'SELECT error FROM ledger')" "may"
one '{"route": "images", "cut": 20}'
ends "half an answer: unknown" "2 Error 12" 1 "$worst"
one '{"route": "images", "status": 502, "type": "text/html", "body": "<html>Bad Gateway</html>"}'
ends "502 of a proxy: unknown" "2 Error 12" 1 "$worst"
one '{"route": "images", "status": 504, "type": "text/html", "body": "<html>Timeout</html>"}'
ends "504: unknown" "2 Error 12" 1 "$worst"
one '{"route": "images", "type": "text/html", "body": "<html>Log in</html>"}'
ends "200, and a page: unknown" "2 Error 76" 1 "unknown 76 image worst;"
one '{"route": "images", "type": "application/json", "body": "{\"data\": [}"}'
ends "200, and no JSON: unknown" "2 Error 76" 1 "unknown 76 image worst;"
one '{"route": "images", "body": {"created": 1, "data": []}}'
ends "200, and no picture: unknown, or settled" "2 Error 76" 1 "settled worst;"
one '{"route": "images", "status": 401}'
ends "401: released" "2 Error 77" 1 "released 77 image 0;"
one '{"route": "images", "status": 429, "body": {"error": {"message": "You exceeded your current quota.", "type": "insufficient_quota", "code": "insufficient_quota", "param": null}}}'
ends "no credit: released, and not tried again" "2 Error 77" 1 "released 77 image 0;"
one
ends "nobody there: released" "2 Error 69" 0 "released 69 image 0;" OPENAI_BASE_URL=http://127.0.0.1:1/v1
one
ends "no key: not even recorded" "2 Error 77" 0 "" OPENAI_API_KEY= IMAGE_GEN_PROVIDER=openai OPENAI_BASE_URL=https://192.0.2.1/v1
is "... but the episode says why" "$(sql "SELECT status, error_message LIKE '%OPENAI_API_KEY is not set%' FROM episodes")" "CHAPTERIZED|1"
is "... but the episode says why: what the database says" "$(sql 'SELECT status FROM pipeline_runs')" FAILED

# One that is told that nobody gets any: the others needn't ask.
fresh 6 '"P"'
script '{"route": "images", "times": 0, "delay": 0, "status": 401}'
$make -j1 imagegen EP=ep >log 2>&1
is "a bad key: one call, one row" "$?" 2
is "... calls of the image API" "$(calls images)" 1
is "... what the database says" "$(sql "SELECT count(*), sum(state = 'released'), sum(cost_micros) FROM ledger")" "1|1|0"

# A refusal in the words of an LLM was paid for.
fresh 1
script '{"route": "messages", "body": {"id": "m", "type": "message", "role": "assistant", "model": "claude-sonnet-5-5", "content": [], "stop_reason": "refusal", "usage": {"input_tokens": 1000, "output_tokens": 10}}}'
$make imagegen EP=ep >log 2>&1
is "an LLM's refusal: paid, settled, and told" "$? $(grep -o 'Error [0-9]*' log | head -n 1) $(calls messages) $(calls images) $(sql 'SELECT state, exit_status, cost_micros, input_tokens, output_tokens FROM ledger') $(problems)" "2 Error 10 1 0 settled|10|2100|1000|10 "
is "... make cost has it as refused" "$($make cost JSON=1 | jq -c '.total | [.paid_usd, .kept_usd, .refused_usd, .refused_count] | map(. + 0)')" "[0.0021,0,0.0021,1]"
$make imagegen EP=ep >log 2>&1
is "... it isn't bought again" "$?" 2
is "... it isn't bought again: calls of the language model" "$(calls messages)" 1
is "... it isn't bought again: what the database says" "$(sql 'SELECT count(*), max(exit_status) FROM ledger')" "1|10"

# A picture that is lost after it was paid for: the row says what it cost.
fresh 1 '"P"'
script '{"route": "picture", "times": 0, "status": 404}'
IMAGE_GEN_PROVIDER=dalle3 IMAGE_GEN_SIZE=1024x1024 $make imagegen EP=ep >log 2>&1
is "a picture that can't be fetched: paid for" "$?" 2
is "... calls of the image API" "$(calls images)" 1
is "... what the database says" "$(sql 'SELECT state, cost_micros FROM ledger')" "settled|40000"
mock_reset
IMAGE_GEN_PROVIDER=dalle3 IMAGE_GEN_SIZE=1024x1024 $make imagegen EP=ep >log 2>&1
is "... the next run fetches it, for nothing" "$?" 0
is "... the next run fetches it, for nothing: calls of the image API" "$(calls images)" 0
is "... the next run fetches it, for nothing: calls" "$(calls picture)" 1
is "... the next run fetches it, for nothing: what the database says" "$(sql 'SELECT state, cost_micros FROM ledger')" "settled|40000"

# Rows that a gone process left.
fresh 2 '"P"'
migrate-db -d $db up
for state in reserved sent; do
	for n in 1 2; do
		sql "INSERT INTO ledger (purchase, episode_id, kind, model, request_sha256, state, cost_micros, estimate_micros, reserved_at)
			VALUES ('0000000$n-$state', 'other', 'image', 'm', 'sha256:0', '$state', 7, 7, datetime('now', '-2 days'))"
	done
done
# the lock of those whose name begins with 00000002
perl -MFcntl -e '$byte = pack "s s x4 q q l x4", F_WRLCK, 0, 2, 1, 0; open $f, "+>>", $ARGV[0] and
	fcntl $f, 37, $byte or die; print "held\n"; close STDOUT; sleep 1000' "$db-lock" >held & # F_OFD_SETLK
holder=$!
wait_for test -s held
$make imagegen EP=ep >log 2>&1
rc=$?
kill $holder
is "left reserved: released; left sent: unknown; of one who lives, nothing" "$rc" 0
is "... what the database says" "$(sql "SELECT group_concat(state || ' ' || cost_micros) FROM (SELECT * FROM ledger WHERE episode_id = 'other' ORDER BY id)")" "released 0,reserved 7,unknown 7,sent 7"
finish
