#!/bin/sh
# The cost limit: one that pays for k pictures buys k, whatever runs at once,
# and the books say so.  ROUNDS=20 does all of that so many times, and each of
# it with 40 chapters.
# shellcheck source=tests/lib.sh disable=SC2086,SC2154 # $make is words; $out
. "${0%/*}/lib.sh"
# shellcheck source=tests/mock.sh
. "$top/tests/mock.sh"
export OPENAI_API_KEY=sk-test ANTHROPIC_API_KEY=sk-ant-test
rounds=${ROUNDS:-0}
make="make -f $top/mk/limn.mk BIN=$bin"
db=outputs/limn.db
sql() { sqlite3 -cmd '.timeout 30000' "$db" "$1"; }

episode() { # ID CHAPTERS: drawn ones, each with its author's own prompt
	mkdir -p "outputs/$1"
	jq -n --arg e "$1" --argjson n "$2" '{schema_version: "1.0", episode_id: $e,
		title: "Episode \($e)", total_chapters: $n,
		estimated_duration_seconds: 60,
		chapters: [range(1; $n + 1) | tostring | ("0" * (2 - length)) + . |
			{chapter_id: "ch\(.)", title: "T \(.)", order: tonumber,
			narration: {text: "N \(.)", word_count: 2,
				estimated_duration_seconds: 1},
			visual: {type: "diagram", description: "D \(.) of \($e)",
				image_prompt: "Picture \(.) of \($e)."},
			overlays: [], transitions: {in: "cut", out: "cut"},
			notes: null}]}' >"outputs/$1/chapters.json"
}
fresh() { # CHAPTERS
	rm -rf outputs
	mkdir outputs
	[ "$1" -eq 0 ] || episode ep "$1"
	mock_reset
}
# MICROS: as a setting
usd() { echo "$(($1 / 1000000)).$(printf %06d $(($1 % 1000000)))"; }
# MICROS MICROS: as the message has the first, with the decimals that it takes
# to see that it is more than the second
amount() {
	case $(($1 - $2)) in
	?) d=6 ;;
	??) d=5 ;;
	???) d=4 ;;
	????) d=3 ;;
	*) d=2 ;;
	esac
	awk -v m="$3" -v d="$d" 'BEGIN { printf "%.*f", d, m / 1e6 }'
}
message() { echo "Episode cost limit exceeded: $(amount $1 $2 $1) > $(amount $1 $2 $2)"; }

# ways to run it; each leaves one log per make, log1 ..., and its status in $rc
run() { # WAY LIMIT
	rm -f log?
	MAX_EPISODE_COST_USD=$(usd "$2")
	export MAX_EPISODE_COST_USD
	case $1 in
	two)
		$make -j8 imagegen EP=ep >log1 2>&1 &
		one=$!
		$make -j16 imagegen EP=ep >log2 2>&1 &
		two=$!
		wait $one
		rc=$?
		wait $two
		rc="$rc $?"
		;;
	*)
		$make "$1" imagegen EP=ep >log1 2>&1
		rc=$?
		;;
	esac
	unset MAX_EPISODE_COST_USD
}
said() { # of all logs: chapters that the limit stopped, by tool and by make
	for l in log?; do
		printf ' %s tools, %s Error 11, %s FAIL;' \
			"$(grep -c "^call-dalle: ch[0-9]*: image: $1; raise MAX_EPISODE_COST_USD and run again\$" "$l")" \
			"$(grep -c '^make.*Error 11$' "$l")" \
			"$(grep -c "^\[FAIL\] ep: call-dalle: ch[0-9]*: image: $1; raise MAX_EPISODE_COST_USD and run again\$" "$l")"
	done
}
facts() { # MESSAGE
	echo "calls $(calls images), different $(jq -r 'select(.route == "images").body.prompt' "$mock/log" | sort -u | grep -c .)
ledger $(sql "SELECT count(*), coalesce(sum(cost_micros), 0), coalesce(sum(state = 'settled' AND kind = 'image' AND estimate_micros = 40000), 0), count(DISTINCT request_sha256) FROM ledger")
runs $(sql "SELECT count(*), sum(status = 'FAILED' AND stage = 'IMAGEGEN' AND completed_at >= started_at AND error_message = '$1'), CAST(round(sum(estimated_cost_usd) * 1e6) AS INTEGER) FROM (SELECT * FROM pipeline_runs ORDER BY id DESC LIMIT $makes)")
episode $(sql "SELECT status, error_message FROM episodes WHERE episode_id = 'ep'")
pictures $(find outputs/ep/images -maxdepth 1 -name 'ch*.png' 2>/dev/null | wc -l), entries $(find outputs/ep/imagegen -name '*.entry.json' | wc -l), manifest $(find outputs/ep/images -name manifest.json 2>/dev/null | wc -l)
said$(said "$1")
status $rc"
}
wanted() { # MESSAGE BOUGHT NOW STOPPED: and the run that bought so many now
	echo "calls $2, different $2
ledger $2|$(($2 * 40000))|$2|$2
runs $makes|$makes|$(($3 * 40000))
episode COST_LIMIT|$1
pictures $2, entries $2, manifest 0
said$(for l in log?; do printf ' %s tools, %s Error 11, 1 FAIL;' $4 $4; done)
status $(for l in log?; do printf '%s2' "$s"; s=' '; done)"
}
# A limit for just k of n pictures; then one for two more.
k_of() { # WAY K N
	s=''
	case $1 in two) makes=2 ;; *) makes=1 ;; esac
	# equal is allowed, and a millionth less than the next is too little
	case $((($2 + round) % 2)) in
	0) limit=$(($2 * 40000)) ;;
	1) limit=$(($2 * 40000 + 39999)) ;;
	esac
	fresh $3
	run $1 $limit
	m=$(message $((($2 + 1) * 40000)) $limit)
	is "$1: \$$(usd $limit) pays for $2 of $3" "$(facts "$m")" "$(wanted "$m" $2 $2 $(($3 - $2)))"
	limit=$((limit + 80000))
	run $1 $limit
	m=$(message $((($2 + 3) * 40000)) $limit)
	is "$1: ... \$$(usd $limit) for two more" "$(facts "$m")" "$(wanted "$m" $(($2 + 2)) 2 $(($3 - $2 - 2)))"
}

mock_start --
export IMAGE_GEN_PROVIDER=dalle3 IMAGE_GEN_SIZE=1024x1024
round=0
while [ $round -lt "$rounds" ]; do
	for way in -j1 -j16 -j64 two; do
		for k in 0 1 2 3 4 5 6 7 8; do
			k_of $way $k 40
		done
	done
	round=$((round + 1))
	note "round $round of $rounds"
done
if [ "$rounds" -eq 0 ]; then
	k_of -j64 0 40
	k_of -j64 3 40
	k_of -j64 8 40
	k_of two 5 40
	for k in 0 1 2 3 4 5 6 7 8; do
		k_of -j1 $k 12
		k_of -j16 $k 12
		k_of two $k 12
	done
fi

# the rest of it, after all
calls_before=$(calls images)
chapters=$(jq .total_chapters outputs/ep/chapters.json)
run -j16 $((chapters * 40000))
is "a limit for all: it is done" "$rc" 0
is "... calls of the image API" "$(calls images)" "$chapters"
is "... its messages" "$(cat log1)" "[OK] ep -> $chapters/$chapters images generated (\$$(awk -v n=$((chapters - calls_before)) 'BEGIN { printf "%.4f", n * .04 }'))"
is "... the episode's status" "$(sql "SELECT status, error_message FROM episodes")" "IMAGES_GENERATED|"
is "... the last run's" "$(sql "SELECT status, error_message FROM pipeline_runs ORDER BY id DESC LIMIT 1")" "SUCCESS|"
is "... the purchases, their sum, and how many different ones" "$(sql "SELECT count(*), sum(cost_micros), count(DISTINCT request_sha256) FROM ledger WHERE state = 'settled'")" "$chapters|$((chapters * 40000))|$chapters"
MAX_EPISODE_COST_USD=0.01
export MAX_EPISODE_COST_USD
ok "... and what is there needs no limit" $make -q outputs/ep/images/manifest.json
rm outputs/ep/imagegen/ch03.response.json outputs/ep/images/ch04.png
ok "... nor what the store has" $make imagegen EP=ep
is "... the status is as it was" "$(sql 'SELECT status, error_message FROM episodes')" "IMAGES_GENERATED|"
is "... nothing more is bought" "$(calls images)" "$chapters"
unset MAX_EPISODE_COST_USD
for bad in -1 ten 1e400; do
	rm -f outputs/ep/imagegen/ch03.response.json
	jq '.chapters[2].visual.image_prompt += "!"' outputs/ep/chapters.json >t && mv t outputs/ep/chapters.json
	was=$(calls images)
	MAX_EPISODE_COST_USD=$bad $make imagegen EP=ep >log 2>&1
	is "MAX_EPISODE_COST_USD=$bad is none: no call" "$?" 2
	is "... calls of the image API" "$(($(calls images) - was))" 0
	is "... how often it is said" "$(grep -c 'MAX_EPISODE_COST_USD' log | sed 's/^[1-9][0-9]*$/said/')" said
done

# Estimates from above that settle lower: whoever has no room waits for the calls
# under way.  What the books came to at each moment is noted by a trigger.
watch_books() {
	migrate-db -d $db up
	sql "CREATE TABLE watch (spent INTEGER, prompts INTEGER, met INTEGER);
		CREATE TRIGGER w1 AFTER INSERT ON ledger BEGIN INSERT INTO watch
		SELECT sum(cost_micros), NULL, NULL FROM ledger WHERE state <> 'released'; END;
		CREATE TRIGGER w2 AFTER UPDATE ON ledger BEGIN INSERT INTO watch
		SELECT sum(cost_micros), NULL, NULL FROM ledger WHERE state <> 'released'; END;
		CREATE TRIGGER w3 AFTER UPDATE OF cost_limit ON limn_runs BEGIN INSERT INTO watch
		SELECT 0, NULL, coalesce(max(id), 0) FROM ledger; END"
}
mock_start --latency 0.02,0.1,0
export IMAGE_GEN_PROVIDER=openai IMAGE_GEN_MODEL=gpt-image-2.6-flare IMAGE_GEN_QUALITY=low
fresh 1
run -j1 10000000
e=$(sql 'SELECT estimate_micros FROM ledger') c=$(sql 'SELECT cost_micros FROM ledger')
is "gpt-image-2.6-flare, low: what it may cost is more than what it does" "$((e > 2 * c))" 1
is "... c > 0" "$((c > 0))" 1
is "... what the database says" "$(sql "SELECT state, cost_source FROM ledger")" "settled|measured"
for way in -j64 two; do
	fresh 12
	watch_books
	run $way $((e + 11 * c))
	is "$way: room for 12, one by one: all succeed" "$(echo "$rc" | tr ' ' '\n' | sort -u)" 0
	is "$way: room for 12, one by one: 12 are bought" "$(calls images)" 12
	is "$way: room for 12, one by one: their sum" "$(sql "SELECT count(*), sum(cost_micros) FROM ledger WHERE state = 'settled'")" "12|$((12 * c))"
	is "$way: ... never over the limit" "$(sql "SELECT max(spent) <= $((e + 11 * c)) AND max(spent) >= $e AND count(*) >= 24 FROM watch")" 1
	fresh 12
	watch_books
	run $way $((e + 11 * c - 1))
	is "$way: a millionth less: make fails" "$(echo "$rc" | tr ' ' '\n' | sort -u)" 2
	is "$way: a millionth less: 11 are bought" "$(calls images)" 11
	is "$way: a millionth less: their sum" "$(sql "SELECT count(*), sum(cost_micros) FROM ledger WHERE state = 'settled'")" "11|$((11 * c))"
	is "$way: a millionth less: nothing else is in the ledger" "$(sql 'SELECT count(*) FROM ledger')" 11
	is "$way: a millionth less: the status" "$(sql 'SELECT status FROM episodes')" COST_LIMIT
	is "$way: ... never over the limit" "$(sql "SELECT max(spent) < $((e + 11 * c)) FROM watch")" 1
	is "$way: ... the message has what it would be" "$(sql 'SELECT error_message FROM episodes')" "$(message $((e + 11 * c)) $((e + 11 * c - 1)))"
done
# two at once where there is room for two
fresh 12
watch_books
run -j64 $((2 * e + 10 * c))
is "room for two at once: that many are" "$rc" 0
is "... calls of the image API" "$(calls images)" 12
is "... most images >= 2" "$(($(most images) >= 2))" 1
is "... never over the limit" "$(sql "SELECT max(spent) <= $((2 * e + 10 * c)) FROM watch")" 1
# a call that fails makes room for one who waits
fresh 2
script '{"route": "images", "times": 1, "delay": 0.5, "status": 400, "body": {"error": {"message": "No.", "type": "image_generation_user_error", "code": "moderation_blocked", "param": null}}}'
run -j8 $e
is "a refusal makes room for who waits" "$rc" 2
is "... calls of the image API" "$(calls images)" 2
is "... what the database says" "$(sql 'SELECT state, count(*) FROM ledger GROUP BY 1' | tr '\n' ' ')" "released|1 settled|1 "
# one that may have been billed doesn't
fresh 2
script '{"route": "images", "times": 1, "delay": 0.5, "reset": true}'
run -j8 $((e + c))
is "an unknown outcome doesn't" "$rc" 2
is "... calls of the image API" "$(calls images)" 1
is "... what the database says" "$(sql 'SELECT state, count(*), sum(cost_micros) FROM ledger GROUP BY 1' | tr '\n' ' ')$(grep -c 'cost limit exceeded' log1 | sed 's/^[1-9]$/said/')" "unknown|1|$e said"
is "... the episode has met its limit" "$(sql 'SELECT status FROM episodes')" COST_LIMIT

# Prompts count, and none is bought once the limit was met.
unset IMAGE_GEN_MODEL IMAGE_GEN_QUALITY
export IMAGE_GEN_PROVIDER=dalle3 LLM_PROVIDER=anthropic
for way in -j1 -j8 -j64; do
	fresh 12
	jq '.chapters[].visual.image_prompt = null' outputs/ep/chapters.json >t && mv t outputs/ep/chapters.json
	watch_books
	run $way 200000
	is "$way: prompts and pictures: stopped" "$rc" 2
	is "... what the database says" "$(sql 'SELECT status FROM episodes')" COST_LIMIT
	is "$way: ... each call is recorded, at what it cost" "$(sql "SELECT kind, count(*), sum(state = 'settled') FROM ledger GROUP BY 1" | tr '\n' ' ')" "image|$(calls images)|$(calls images) prompt|$(calls messages)|$(calls messages) "
	is "$way: ... never over the limit" "$(sql "SELECT max(spent) <= 200000 FROM watch")" 1
	is "... what the database says" "$(sql "SELECT sum(cost_micros) <= 200000 FROM ledger")" 1
	is "$way: ... the limit is used up: not one picture more fits" "$(sql "SELECT sum(cost_micros) + 40000 > 200000 FROM ledger")" 1
	is "$way: ... no prompt after the limit was met" "$(sql "SELECT count(*) FROM ledger WHERE kind = 'prompt' AND id > (SELECT min(met) FROM watch)")" 0
	is "... what the database says" "$(sql "SELECT count(*) FROM watch WHERE met IS NOT NULL")" 1
done
was=$(calls images)
run -j1 200000
is "the next run: no prompt is bought again" "$rc $(grep '"route":"messages"' "$mock/log" | grep -o 'D [0-9]* of ep' | sort -u | wc -l) $(calls images)" "2 $(calls messages) $was"
fresh 12
jq '.chapters[].visual.image_prompt = null' outputs/ep/chapters.json >t && mv t outputs/ep/chapters.json
run -j1 100000
is "-j1: one prompt more than pictures at most" "$rc" 2
is "... calls of the image API" "$(calls images)" 2
is "... calls messages <= 3" "$(($(calls messages) <= 3))" 1
run -j8 1
is "a limit below everything: nothing is bought" "$rc" 2
is "... calls of the image API" "$(calls images)" 2
is "... calls messages <= 3" "$(($(calls messages) <= 3))" 1
like "... not a prompt" "$(cat log1)" "gen-prompt: ch"
unset LLM_PROVIDER

# Over all episodes: in a month, ever.
mock_start --
both() { # LIMITS...: make all of two episodes
	env "$@" $make -j16 all >log 2>&1
	rc=$?
}
two_episodes() {
	fresh 4
	episode ep2 4
}
two_episodes
both MAX_TOTAL_COST_USD=0.20
is "MAX_TOTAL_COST_USD: 5 of 8 over two episodes" "$rc" 2
is "... calls of the image API" "$(calls images)" 5
is "... what the database says" "$(sql 'SELECT count(*), sum(cost_micros) FROM ledger')" "5|200000"
is "... said of both" "$(grep -c ': Total cost limit exceeded: 0.24 > 0.20; raise MAX_TOTAL_COST_USD and run again$' log)" 3
is "... said of both: what the database says" "$(sql "SELECT count(*) FROM episodes WHERE error_message = 'Total cost limit exceeded: 0.24 > 0.20'")" "$(sql "SELECT count(*) FROM episodes WHERE status = 'COST_LIMIT'")"
both MAX_TOTAL_COST_USD=0.24
is "... raised: one more" "$rc" 2
is "... raised: one more: calls of the image API" "$(calls images)" 6
both MAX_MONTH_COST_USD=0.24
is "MAX_MONTH_COST_USD: none in this month any more" "$rc" 2
is "... calls of the image API" "$(calls images)" 6
is "... how often it is said" "$(grep -c ': Monthly cost limit exceeded: 0.28 > 0.24; raise MAX_MONTH_COST_USD and run again$' log)" 2
sql "UPDATE ledger SET reserved_at = datetime('now', 'start of month', '-1 second') WHERE id <= 5"
both MAX_MONTH_COST_USD=0.08
is "... of the last month they don't count: one more" "$rc" 2
is "... of the last month they don't count: one more: calls of the image API" "$(calls images)" 7
is "... of the last month they don't count: one more: it is said" "$(grep -c ': Monthly cost limit exceeded: 0.12 > 0.08; raise' log)" 1
both MAX_MONTH_COST_USD=0.12 MAX_TOTAL_COST_USD=0.28
is "... but they do in the total" "$rc" 2
is "... but they do in the total: calls of the image API" "$(calls images)" 7
is "... but they do in the total: it is said" "$(grep -c ': Total cost limit exceeded: 0.32 > 0.28; raise' log)" 1
both MAX_EPISODE_COST_USD=0.12 MAX_MONTH_COST_USD=1 MAX_TOTAL_COST_USD=1
is "... and the episode's limit holds as well" "$rc" 2
is "... and the episode's limit holds as well: calls of the image API" "$(calls images)" 7
is "... and the episode's limit holds as well: it is said" "$(grep -c ': Episode cost limit exceeded: 0.16 > 0.12; raise' log)" 1
both MAX_MONTH_COST_USD=0.12 MAX_TOTAL_COST_USD=0.32
is "enough for all: done" "$rc" 0
is "... calls of the image API" "$(calls images)" 8
is "... what the database says" "$(sql "SELECT group_concat(status) FROM episodes")" "IMAGES_GENERATED,IMAGES_GENERATED"

# What other stages of the episode cost counts; what they cost of others doesn't.
fresh 0
episode costly-1 4
sqlite3 $db <"$top/tests/pipeline.sql"
$make -j8 imagegen EP=costly-1 >log 2>&1
is "other stages' runs count: 9.98 + 0.04 > 10" "$?" 2
is "... calls of the image API" "$(calls images)" 0
is "... what the database says" "$(sql "SELECT status, error_message FROM episodes WHERE episode_id = 'costly-1'")" "COST_LIMIT|Episode cost limit exceeded: 10.02 > 10.00"
MAX_EPISODE_COST_USD=10.06 $make -j8 imagegen EP=costly-1 >log 2>&1
is "... raised: two pictures" "$?" 2
is "... raised: two pictures: calls of the image API" "$(calls images)" 2
is "... raised: two pictures: what the database says" "$(sql "SELECT error_message FROM episodes WHERE episode_id = 'costly-1'")" "Episode cost limit exceeded: 10.10 > 10.06"
episode abc123 4
MAX_EPISODE_COST_USD=0.50 $make -j8 imagegen EP=abc123 >log 2>&1
is "... of this episode only, also those that failed: 0.417 + 2 * 0.04" "$?" 2
is "... of this episode only, also those that failed: 0.417 + 2 * 0.04: calls of the image API" "$(calls images)" 4
is "... of this episode only, also those that failed: 0.417 + 2 * 0.04: what the database says" "$(sql "SELECT error_message FROM episodes WHERE episode_id = 'abc123'")" "Episode cost limit exceeded: 0.54 > 0.50"
MAX_TOTAL_COST_USD=12.42 $make -j8 imagegen EP=abc123 >log 2>&1
is "... of all in the total: 12.394 + 0.04" "$?" 2
is "... of all in the total: 12.394 + 0.04: calls of the image API" "$(calls images)" 4
is "... of all in the total: 12.394 + 0.04: how often it is said" "$(grep -c 'Total cost limit exceeded: 12.43 > 12.42; raise' log)" 3
MAX_TOTAL_COST_USD=12.434 $make -j8 imagegen EP=abc123 >log 2>&1
is "... one fits" "$?" 2
is "... one fits: calls of the image API" "$(calls images)" 5
is "... one fits: how often it is said" "$(grep -c 'Total cost limit exceeded: 12.47 > 12.43; raise' log)" 2

# Money is counted, not measured: 0.1 + 0.2 is 0.3.
fresh 2
migrate-db -d $db up
sql "INSERT INTO episodes (episode_id, title, status, pipeline_version, created_at) VALUES ('ep', 'E', 'CHAPTERIZED', 2, '2026-01-01 00:00:00');
	INSERT INTO pipeline_runs (episode_id, stage, status, started_at, estimated_cost_usd) VALUES
	(1, 'TTS', 'SUCCESS', '2026-01-01 00:00:00', 0.1), (1, 'TTS', 'SUCCESS', '2026-01-01 00:00:00', 0.2)"
is "(in binary it isn't)" "$(sql 'SELECT sum(estimated_cost_usd) > 0.3 FROM pipeline_runs')" 1
run -j1 340000
is "0.1 + 0.2 + 0.04 is not over 0.34" "$(calls images)" 1
run -j1 339999
is "... and over 0.339999" "$(calls images)" 1
is "... and over 0.339999: what the database says" "$(sql 'SELECT error_message FROM episodes')" "Episode cost limit exceeded: 0.38 > 0.34"
is "... make cost says 0.3" "$($make cost EP=ep JSON=1 | grep -c '"other_stages_usd": 0.3,\?$' | sed 's/^[1-9].*/yes/')" yes

# In a shell's pipe.
fresh 6
jq '.chapters[4:][].visual.image_prompt = null' outputs/ep/chapters.json >t && mv t outputs/ep/chapters.json
export DATABASE=pipe.db
db=pipe.db
draw() { # CHAPTER [OPTION...]
	place=$1
	shift
	jq ".chapters[$place]" outputs/ep/chapters.json | gen-prompt -t "$top/prompts/imagegen.md" "$@" | call-dalle "$@"
}
export MAX_EPISODE_COST_USD=0.08
fails 0 "in a pipe: the first" draw 0
fails 0 "... the second" draw 1
fails 11 "... the third is over the limit" draw 2
is "... says so" "$out$err" "call-dalle: ch03: image: Episode cost limit exceeded: 0.12 > 0.08; raise MAX_EPISODE_COST_USD and run again"
is "... and wasn't asked for" "$(calls images)" 2
is "... and wasn't asked for: what the database says" "$(sql 'SELECT count(*), sum(cost_micros), group_concat(DISTINCT state) FROM ledger')" "2|80000|settled"
fails 0 "an episode has its own limit" draw 2 --episode-id=ep
fails 0 "... up to it" draw 3 --episode-id=ep
fails 11 "... and not over it" draw 0 --episode-id=ep
is "... its status is told" "$(calls images)" 4
is "... its status is told: what the database says" "$(sql "SELECT episode_id, status, error_message FROM episodes")" "ep|COST_LIMIT|Episode cost limit exceeded: 0.12 > 0.08"
fails 11 "a prompt of an LLM, too" env LLM_PROVIDER=anthropic sh -c "jq '.chapters[4]' outputs/ep/chapters.json | gen-prompt -t '$top/prompts/imagegen.md' --episode-id=ep"
is "... says so" "$out$(echo "$err" | sed 's/: 0\.[0-9]* > /: x > /')" "gen-prompt: ch05: prompt: Episode cost limit exceeded: x > 0.08; raise MAX_EPISODE_COST_USD and run again"
is "... no prompt was bought" "$(calls messages)" 0
fails 0 "a higher limit goes on" env MAX_EPISODE_COST_USD=0.12 sh -c "jq '.chapters[0]' outputs/ep/chapters.json | gen-prompt --episode-id=ep -t '$top/prompts/imagegen.md' | call-dalle --episode-id=ep"
is "... with one" "$(calls images)" 5
unset MAX_EPISODE_COST_USD

# Prices, as the ledger has them.
rm -f pipe.db*
for price in 1024x1024,standard 1792x1024,standard 1024x1024,hd 1792x1024,hd 1024x1792,standard 1024x1792,hd; do
	echo '{"prompt": "P"}' | call-dalle -s "${price%,*}" -q "${price#*,}" >r.json
	grep -o '"cost_usd": [0-9.]*' r.json
done | tr '\n' ' ' >said
is "dall-e-3: its prices in the ledger" "$(sql 'SELECT group_concat(cost_micros) FROM ledger')" 40000,80000,80000,120000,80000,120000
is "... and in the answers" "$(cat said)" '"cost_usd": 0.04 "cost_usd": 0.08 "cost_usd": 0.08 "cost_usd": 0.12 "cost_usd": 0.08 "cost_usd": 0.12 '
rm -f pipe.db*
script '{"route": "messages", "body": {"id": "m", "type": "message", "role": "assistant", "model": "claude-sonnet-4-6", "content": [{"type": "text", "text": "A picture of a long chain of heavy blocks."}], "stop_reason": "end_turn", "usage": {"input_tokens": 300, "output_tokens": 150}}}'
jq '.chapters[4]' outputs/ep/chapters.json | LLM_PROVIDER=anthropic LLM_MODEL=claude-sonnet-4-6 gen-prompt -t "$top/prompts/imagegen.md" >p.json
is "300 tokens in, 150 out at \$3 and \$15: 0.00315" "$(sql 'SELECT cost_micros, input_tokens, output_tokens, state, cost_source FROM ledger') $(grep -o '"cost_usd": [0-9.]*' p.json)" '3150|300|150|settled|measured "cost_usd": 0.00315'
finish
