#!/bin/sh
# report-cost: what was spent, and what became of it; and --purchases, the ledger
# in the order of time.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"

sql() { sqlite3 limn.db "$@"; }
fresh() {
	rm -rf limn.db* outputs
	cat "$top"/migrations/*.up.sql | sqlite3 limn.db
}
# EPISODE KIND MODEL REQUEST STATE MICROS TIME [EXIT_STATUS]
purchase() {
	sql "INSERT INTO ledger (purchase, episode_id, chapter_id, kind, model,
		request_sha256, state, cost_micros, estimate_micros,
		reserved_at, exit_status)
		VALUES (lower(hex(randomblob(16))), '$1', 'ch01', '$2', '$3',
		'sha256:$4', '$5', $6, 50000, '$7', ${8:-NULL})"
}
in_use() { # EPISODE IMAGE-REQUEST PROMPT-REQUEST
	mkdir -p "outputs/$1/images" "outputs/$1/imagegen"
	record "$2" | jq '{images: [., {chapter_id: "ch02", metadata: {}},
		{chapter_id: "../ch03"}]}' >"outputs/$1/images/manifest.json"
	prompt "$1" ch01 "$3"
}
record() { # REQUEST: what a manifest has of a picture
	jq -n --arg r "sha256:$1" '{chapter_id: "ch01", prompt: "In oil. A cat.",
		metadata: {request_sha256: $r, prompt_source: "llm"}}'
}
prompt() { # EPISODE CHAPTER REQUEST [WORDS]
	jq -n --arg r "sha256:$3" --arg p "${4-A cat.}" \
		'{prompt: $p, source: "llm", llm: {request_sha256: $r}}' \
		>"outputs/$1/imagegen/$2.prompt.json"
}
answer() { # EPISODE CHAPTER REQUEST
	echo "{\"data\":[{\"b64_json\":\"iVBO\"}],\"request_sha256\":\"sha256:$3\"}" \
		>"outputs/$1/imagegen/$2.response.json"
}
json() { report-cost -d limn.db --json "$@"; }
# In micro-dollars: versions of jq differ in how they write 0.0 and 1e-06.
micros='walk(if type == "object" then with_entries(if .key | endswith("_usd")
	then .value |= (. * 1000000 | round) else . end) else . end)'
shows() { # NAME FILTER WANT [EPISODE ...]
	name=$1 filter=$2 want=$3
	shift 3
	is "$name" "$(json "$@" | jq -c "$micros | $filter")" "$want"
}

# --- nothing

none() {
	echo "Nothing is recorded: there is no $1; make rebuild-db makes it from the answers."
}
fails 0 "no database" report-cost
is "... nothing is recorded" "$out" "$(none outputs/limn.db)"
is "no database: no message" "$err" ""
ok "... and none is made" [ ! -e outputs ]
is "no database: that of DATABASE is named" "$(DATABASE=o/x.db report-cost)" "$(none o/x.db)"
is "no database: control bytes of its name are escaped" \
	"$(report-cost -d "$(printf 'a\033.db')")" "$(none 'a\x1b.db')"
shows "no database: JSON has sums of nothing" '[.total.spent_usd, .total.waiting_count, .episodes]' \
	'[0,0,[]]'
: >limn.db
is "an empty one: nothing was bought" "$(report-cost -d limn.db)" \
	"Nothing was bought."
fresh
is "a database without purchases: nothing was bought" "$(report-cost -d limn.db)" \
	"Nothing was bought."
shows "... JSON has all its keys" 'keys_unsorted | join(" ")' \
	'"total episodes stages models months"'
shows "... JSON has no amounts" '[.total.spent_usd, .episodes, .months]' '[0,[],[]]'
shows "... JSON has all keys of the total" '.total | keys_unsorted | map(select(
	endswith("_usd"))) | map(rtrimstr("_usd")) | join(" ")' \
	'"paid kept waiting replaced refused refused_free unknown pending other_stages spent"'

# --- what became of a purchase

fresh
purchase a prompt llm p1 settled 3150 '2026-01-31 23:59:59'
purchase a image pic i1 settled 40000 '2026-01-31 23:59:59'
purchase a image pic i1 settled 42400 '2026-02-01 00:00:00'
purchase a image pic i2 settled 100000 '2026-02-02 00:00:00'
purchase a prompt llm p2 settled 200000 '2026-02-02 00:00:00' 10
purchase a image pic i3 released 0 '2026-02-02 00:00:00' 10
purchase a image pic i3 released 0 '2026-02-02 00:00:00' 10
purchase a image pic i3 released 0 '2026-02-02 00:00:00' 69
purchase a image pic i4 unknown 1000000 '2026-02-02 00:00:00' 12
purchase a image pic i5 sent 2000000 '2026-02-02 00:00:00'
purchase a image pic i5 reserved 3000000 '2026-02-02 00:00:00'
in_use a i1 p1
# one of a name that would lead elsewhere
echo '{"llm": {"request_sha256": "sha256:i2"}}' >outputs/a/ch03.prompt.json
all='.total | [.paid_count, .paid_usd, .kept_count, .kept_usd,
	.replaced_count, .replaced_usd, .refused_count, .refused_usd,
	.refused_free_count, .refused_free_usd, .unknown_usd, .pending_count,
	.pending_usd, .spent_count, .spent_usd]'
shows "each class has its number and its sum" "$all" \
	'[5,385550,2,45550,2,140000,1,200000,2,0,1000000,2,5000000,8,6385550]'
shows "by month, in UTC" '[.months[] | .month, .spent_usd]' \
	'["2026-01",43150,"2026-02",6342400]'
shows "by model" '[.models[] | .model, .spent_usd]' \
	'["llm",203150,"pic",6182400]'
shows "by stage" '[.stages[] | .stage, .spent_count]' '["imagegen",8]'
is "a table for people" "$(report-cost -d limn.db)" "\
Paid        5  \$0.3856
  kept      2  \$0.0456  in use in today's manifests
  replaced  2  \$0.1400  bought anew since, or not in use
  refused   1  \$0.2000  the answer was a refusal
Refused     2  \$0.0000  by the provider, for nothing
Unknown     1  \$1.0000  no answer came: at the highest price
Pending     2  \$5.0000  under way, or left by a run that was killed
Spent       8  \$6.3856

Episode     Kept  Replaced  Refused  Unknown  Pending    Spent
a        \$0.0456   \$0.1400  \$0.2000  \$1.0000  \$5.0000  \$6.3856

Stage     Number    Spent
imagegen       8  \$6.3856

Model     Number    Spent
llm            2  \$0.2032
pic            6  \$6.1824

Month     Number    Spent
2026-01        2  \$0.0432
2026-02        6  \$6.3424"
is "of one episode there is no table of episodes" \
	"$(report-cost -d limn.db a | grep -c Episode)" 0

kept='[.total.kept_count, .total.kept_usd, .total.replaced_usd]'
rm outputs/a/imagegen/ch01.prompt.json
shows "a prompt that isn't in use is replaced" "$kept" '[1,42400,143150]'
in_use a i2 p1
shows "another picture is in use" "$kept" '[2,103150,82400]'
echo '{"images": [' >outputs/a/images/manifest.json
shows "a manifest that is spoilt has nothing in use" "$kept" '[0,0,185550]'
rm -r outputs/a
in_use b i1 p1
shows "what another episode uses is in use" "$kept" '[2,45550,140000]' a
sql "UPDATE ledger SET ended_at = '2026-05-05 00:00:00' WHERE cost_micros = 40000"
shows "kept is what was answered last" "$kept" '[2,43150,142400]'
purchase a image pic i1 settled 7 '2026-06-01 00:00:00' 10
purchase a prompt llm p1 settled 3151 '2026-01-31 23:59:59'
shows "kept is no refusal, and of one second the last" "$kept" \
	'[2,43151,145550]'
sql "DELETE FROM ledger WHERE cost_micros IN (7, 3151)"
mv outputs o
is "--outputs: the manifests of another directory" "$(report-cost \
	-d limn.db --json --outputs=o | jq -c "$kept")" '[2,0.04315,0.1424]'
is "OUTPUTS_DIR: the manifests of another directory" "$(OUTPUTS_DIR=o DATABASE=limn.db report-cost --json |
	jq -c "$kept")" '[2,0.04315,0.1424]'
mv o outputs

# --- the prompt of a picture

fresh
purchase a prompt llm p1 settled 1 '2026-02-01 00:00:00'
purchase a image pic i1 settled 2 '2026-02-01 00:00:00'
in_use a i1 p1
manifest=outputs/a/images/manifest.json
of_prompt='.total | [.kept_usd, .waiting_usd, .replaced_usd]'
edit() { jq "$1" $manifest >m && mv m $manifest; }
shows "the prompt by which a picture was drawn is in use" "$of_prompt" '[3,0,0]'
edit '.images[0].prompt = "A cat."'
shows "the prompt of a picture without a style is in use" "$of_prompt" '[3,0,0]'
for source in author composed; do
	edit ".images[0].metadata.prompt_source = \"$source\""
	shows "an LLM's prompt isn't in use where the prompt is $source" "$of_prompt" '[2,0,1]'
done
edit '.images[0].metadata.prompt_source = 1'
shows "an LLM's prompt isn't in use where nobody knows whose it is" "$of_prompt" '[2,0,1]'
edit '.images[0].metadata |= {sha256: "sha256:1"} | .images[0].prompt = null'
shows "a prompt isn't in use where the picture is one by hand" "$of_prompt" '[0,0,3]'
in_use a i1 p1
edit '.images[0].prompt = "A dog."'
shows "a prompt isn't in use where the picture was drawn by other words" "$of_prompt" '[2,0,1]'
edit '.images[0].prompt = "cat."'
shows "a prompt isn't in use where the picture was drawn by fewer words" "$of_prompt" '[2,0,1]'

# --- what waits for its manifest

w=outputs/a/imagegen
fresh
mkdir -p $w
for i in 1 2 3; do
	purchase a prompt llm p$i settled 1 '2026-02-01 00:00:00'
	purchase a image pic i$i settled 10 '2026-02-01 00:00:00'
	prompt a ch0$i p$i
	answer a ch0$i i$i
done
sums='.total | [.paid_usd, .kept_usd, .waiting_usd, .replaced_usd]'
shows "without an index of chapters nothing waits" "$sums" '[33,0,0,33]'
printf '%s\n' ch01 ../x '' ch02 >$w/chapters.index
shows "what a run that was stopped has bought waits" "$sums" '[33,0,22,11]'
shows "what waits: each class has its number" '.total | [.paid_count, .kept_count,
	.waiting_count, .replaced_count]' '[6,0,4,2]'
shows "what waits: the sum of its episode" '.episodes[] | [.episode_id, .waiting_usd,
	.waiting_count]' '["a",22,4]'
sql "UPDATE ledger SET cost_micros = 64700 WHERE request_sha256 IN
	('sha256:p1', 'sha256:i1', 'sha256:p2', 'sha256:i2')"
is "what waits, in the table for people" "$(report-cost -d limn.db | sed 6q)" "\
Paid        6  \$0.2588
  waiting   4  \$0.2588  bought, and not in a manifest yet
  replaced  2  \$0.0000  bought anew since, or not in use
Spent       6  \$0.2588

Episode  Waiting  Replaced    Spent"
sql "UPDATE ledger SET cost_micros = iif(kind = 'image', 10, 1)"
purchase a image pic i1 settled 10 '2026-01-01 00:00:00'
shows "of one request only the last answer waits" "$sums" '[43,0,22,21]'
purchase a image pic i1 settled 10 '2026-03-01 00:00:00' 10
shows "a refusal doesn't wait" "$sums" '[53,0,22,21]'
sql "DELETE FROM ledger WHERE id > 6"
in_use a i1 p1
shows "what is in the manifest doesn't wait" "$sums" '[33,11,11,11]'
in_use b i2 p2
shows "what is in the manifest of another episode doesn't wait" "$sums" '[33,22,0,11]'
rm -r outputs/b
prompt a ch01 p3 'A new cat, unseen.'
shows "a new prompt of a picture that is shown waits" "$sums" '[33,10,12,11]'
answer a ch01 i3
shows "a new picture of a picture that is shown waits" "$sums" '[33,10,22,1]'
in_use a i1 p1
answer a ch01 i1

# what the record says of a chapter that was drawn another way since
old() { touch -d '2026-01-01 10:00:00' "$@"; }
old $w/ch02.*
record i2 >$w/ch02.entry.json
shows "a picture waits with its record" "$sums" '[33,11,11,11]'
record i3 >$w/ch02.entry.json
shows "a picture waits whose record names another request that waits" "$sums" '[33,11,11,11]'
record x >$w/ch02.entry.json
shows "a picture whose record names a request that nobody knows is not in use" "$sums" '[33,11,1,21]'
jq -n '{metadata: {sha256: "sha256:1"}}' >$w/ch02.entry.json
shows "drawn by hand since: not in use" "$sums" '[33,11,0,22]'
touch -d '2026-01-01 09:59:59.999999999' $w/ch02.entry.json
shows "drawn by hand before the answer: it waits" "$sums" '[33,11,11,11]'
touch -d '2026-01-01 10:00:00' $w/ch02.entry.json
shows "drawn by hand at the time of the answer: it waits" "$sums" '[33,11,11,11]'
echo '{' >$w/ch02.entry.json
shows "a record that is spoilt says nothing" "$sums" '[33,11,11,11]'
for f in prompt response; do
	echo '{' >$w/ch02.$f.json
done
shows "a prompt and an answer that are spoilt don't wait" "$sums" '[33,11,0,22]'
head -c 1048577 /dev/zero | tr '\0' '\n' >$w/chapters.index
shows "an index that is too long has no chapters" "$sums" '[33,11,0,22]'
for f in $w/chapters.index $w/ch02.prompt.json $w/ch02.response.json; do
	rm "$f" && mkdir "$f"
done
shows "an index that is a directory has no chapters" "$sums" '[33,11,0,22]'
: >empty && rmdir $w/chapters.index && mv empty $w/chapters.index
shows "an index that is empty has no chapters" "$sums" '[33,11,0,22]'

fresh
purchase a image pic i1 released 0 '2026-02-02 00:00:00' 10
is "only refusals, which cost nothing" "$(report-cost -d limn.db)" \
	"Refused  1  \$0.0000  by the provider, for nothing"

# --- episodes

fresh
purchase a image pic i1 settled 100000 '2026-02-01 00:00:00'
purchase b image pic i2 settled 200000 '2026-02-01 00:00:00'
purchase -c image pic i3 settled 400000 '2026-02-01 00:00:00'
purchase '' image pic i4 settled 800000 '2026-02-01 00:00:00'
sums='[.total.spent_usd, (.episodes[] | .episode_id, .spent_usd)]'
shows "all episodes" "$sums" '[1500000,"-c",400000,"a",100000,"b",200000,null,800000]'
shows "two episodes: 0.1 + 0.2 is 0.3" "$sums" '[300000,"a",100000,"b",200000]' a b
like "two episodes: 0.1 + 0.2 is 0.3 to the byte" "$(json a b)" '"spent_usd": 0.3
'
shows "one episode, after --" "$sums" '[400000,"-c",400000]' -- -c
fails 66 "an episode that nobody knows" report-cost -d limn.db a nope
is "an episode that nobody knows: the message" "$err" "report-cost: nope: there is no such episode in \
outputs, nor in the database; look at its name"
mkdir -p outputs/new
is "an episode that has only its directory" "$(report-cost -d limn.db new)" \
	"Nothing was bought."
fails 64 "what is no id" report-cost -d limn.db ../a
fails 64 "an option that isn't" report-cost --jsn
fails 74 "report-cost to a full disk" sh -c 'report-cost -d limn.db >/dev/full'

# --- other stages

stage() { # EPISODE-ROW STAGE DOLLARS TIME
	sql "INSERT INTO pipeline_runs (episode_id, stage, status, started_at,
		estimated_cost_usd) VALUES ($1, '$2', 'SUCCESS', '$4', $3)"
}
fresh
sql "INSERT INTO episodes (episode_id, status, created_at) VALUES
	('a', 'CHAPTERIZED', ''), ('b', 'CHAPTERIZED', '')"
purchase a image pic i1 settled 42400 '2026-02-01 00:00:00'
stage 1 TRANSLATE 0.1 '2026-01-01 10:00:00'
stage 1 TRANSLATE 0.2 '2026-02-01 10:00:00.123456'
stage 2 ADAPT 0.0000004 '2026-02-01 10:00:00'
stage 2 ADAPT 0.0000006 '2026-02-01 10:00:00'
stage 2 ADAPT 0 '2026-02-01 10:00:00'
stage 2 ADAPT -5 '2026-02-01 10:00:00'
stage 2 TTS "'a lot'" '2026-02-01 10:00:00'
stage 1 IMAGEGEN 99 '2026-02-01 10:00:00'
sql "INSERT INTO limn_runs VALUES ('r', 'a', 8, NULL, NULL, 0, 0)"
shows "their runs count, ours are in the ledger" \
	'[.total.other_stages_usd, .total.spent_usd]' '[300001,342401]'
shows "runs of other stages: by stage, in small letters" '[.stages[] | .stage, .spent_usd]' \
	'["adapt",1,"imagegen",42400,"translate",300000]'
shows "runs of other stages: by month" '[.months[] | .month, .spent_usd]' \
	'["2026-01",100000,"2026-02",242401]'
shows "runs of other stages: by episode" '[.episodes[] | .episode_id, .other_stages_usd]' \
	'["a",300000,"b",1]'
shows "runs of other stages have no model" '[.models[] | .model, .spent_usd]' \
	'["pic",42400,null,300001]'
shows "runs of other stages: of one episode" '.total.spent_usd' 1 b
sql "INSERT INTO limn_runs VALUES ('gone', 'a', 1, NULL, NULL, 0, 0)"
shows "a run of another stage that has the number of one of ours counts" '.total.other_stages_usd' 300001
sql "UPDATE pipeline_runs SET started_at = 1767225600 WHERE id = 1"
shows "a run of another stage whose time is no text is in no month" '[.months[] | .month, .spent_usd]' \
	'["2026-02",242401,null,100000]'
sql "UPDATE pipeline_runs SET started_at = '2026-01-01 10:00:00' WHERE id = 1"
sql "PRAGMA ignore_check_constraints = 1; UPDATE ledger SET cost_micros = 9223372036854775807"
shows "an amount that is absurd is a billion, too" '.total.spent_usd | . > 1e15 and . < 1.1e15' true
sql "UPDATE ledger SET cost_micros = 42400"
stage 2 TTS 9e999 '2026-02-01 10:00:00'
shows "what is absurd is a billion" '.total.spent_usd' 1000000000000000 b
sql 'DROP TABLE limn_runs'
sql 'DROP TABLE ledger'
shows "without a ledger of ours, theirs" \
	'[.total.spent_count, .stages[].stage]' '[6,"adapt","imagegen","translate","tts"]'
sql "UPDATE pipeline_runs SET stage = 'TTS' || char(27) || '[31m' WHERE stage = 'TTS'"
is "control bytes of a stage are escaped" "$(report-cost -d limn.db | grep -c 'tts\\x1b\[31m')" 1

# --- what it looks like

fresh
long=the-episode-with-the-longest-id-that-an-episode-can-have-64-long
for c in settled unknown sent; do
	purchase $long image a-model i$c $c 12345678 '2026-02-02 00:00:00'
	purchase short image a-model i$c $c 100 '2026-02-02 00:00:00'
done
purchase x prompt a-model r settled 5 '2026-02-02 00:00:00' 10
in_use short isettled p
purchase $long image a-model waits settled 12345678 '2026-02-02 00:00:00'
mkdir -p outputs/$long/imagegen
echo ch01 >outputs/$long/imagegen/chapters.index
answer $long ch01 waits
sql "INSERT INTO episodes (episode_id, status, created_at) VALUES
	('short', 'CHAPTERIZED', '')"
stage 1 TTS 12.5 '2026-02-02 00:00:00'
report-cost -d limn.db >out
ok "no line has more than 80 letters" [ "$(wc -L <out)" -le 80 ]
is "the table has every column" "$(grep Episode out | tr -s ' ')" \
	'Episode Kept Waiting Replaced Refused Unknown Pending Others Spent'
like "a long name has a line of its own" "$(cat out)" "
$long
                \$12.3457 \$12.3457 "
is "a reader that goes is no harm" "$(report-cost -d limn.db | head -n 1)" \
	"$(head -n 1 out)"
sql .dump >before
report-cost -d limn.db >/dev/null
sql .dump >after
ok "report-cost changes nothing" cmp before after
head -c 8192 /dev/urandom >limn.db
fails 74 "a file that is no database" report-cost -d limn.db
is "a file that is no database: the message" "$err" "report-cost: limn.db: this file is no SQLite \
database; name another with DATABASE, or run make rebuild-db"

# --- the list of purchases

fresh
is "--purchases of a database without any" "$(report-cost --purchases -d limn.db)" \
	"Nothing was bought."
is "--purchases of a database without any, in JSON" "$(report-cost --purchases -d limn.db --json)" "[]"
fails 0 "--purchases of no database" report-cost --purchases -d none.db
is "... nothing is recorded" "$out" "$(none none.db)"
is "--purchases of no database: no message" "$err" ""
is "... JSON has an empty list" "$(report-cost --purchases -d none.db --json)" "[]"
ok "... and none is made" [ ! -e none.db ]
: >empty.db
is "--purchases of an empty database" "$(report-cost --purchases -d empty.db)" "Nothing was bought."

sql "INSERT INTO ledger (purchase, episode_id, chapter_id, kind, model,
	request_sha256, state, cost_micros, estimate_micros, cost_source,
	input_tokens, output_tokens, run, reserved_at,
	sent_at, ended_at, request_id, exit_status, error) VALUES
	('p3', 'a', 'ch02', 'image', 'pic', 'sha256:3', 'unknown', 50000, 50000,
	NULL, NULL, NULL, 'r1', '2026-02-28 10:30:02',
	'2026-02-28 10:30:03', NULL, 'req_3', 12,
	'gone' || char(10) || char(27) || '[31m'),
	('p1', 'a', 'ch01', 'prompt', 'llm', 'sha256:1', 'settled', 3150, 4000,
	'measured', 300, 150, 'r1', '2026-02-28 10:30:00',
	'2026-02-28 10:30:00', '2026-02-28 10:30:01', 'req_1', NULL, NULL),
	('p2', 'a', NULL, 'image', 'pic', 'sha256:2', 'released', 50000, 50000,
	NULL, NULL, NULL, NULL, '2026-02-28 10:30:02', NULL, NULL,
	NULL, 10, 'content policy')"
is "--purchases of one episode: no column for it" "$(report-cost --purchases -d limn.db)" \
'2026-02-28 10:30:00  ch01  prompt  llm  settled   $0.0032  req_1
2026-02-28 10:30:02  ch02  image   pic  unknown   $0.0500  req_3  gone\x0a\x1b[31m
2026-02-28 10:30:02        image   pic  released  $0.0000         content policy
2 purchases, $0.0532'
is "... named on the command line" "$(report-cost --purchases -d limn.db a)" \
	"$(report-cost --purchases -d limn.db)"
sql "INSERT INTO ledger (purchase, episode_id, kind, model, request_sha256,
	state, cost_micros, estimate_micros,
	reserved_at) VALUES ('p4', '', 'image', 'pic', 'sha256:4', 'sent',
	12345678, 0, '2026-02-28 10:29:59')"
is "--purchases of more episodes: a column for them" "$(report-cost --purchases -d limn.db | head -n 2)" \
"2026-02-28 10:29:59           image   pic  sent      \$12.3457
2026-02-28 10:30:00  a  ch01  prompt  llm  settled    \$0.0032  req_1"
is "... the total comes last, of all but what was released" \
	"$(report-cost --purchases -d limn.db | tail -n 1)" '3 purchases, $12.3988'
sql "INSERT INTO ledger (purchase, episode_id, kind, model, request_sha256,
	state, cost_micros, estimate_micros,
	reserved_at) SELECT 'x' || p, e, 'image', 'pic', 'sha256:5', s, 42400,
	50000, '2026-03-01 10:30:00' FROM (SELECT 1 AS p, 'one' AS e,
	'settled' AS s UNION ALL SELECT 2, 'one', 'released' UNION ALL
	SELECT 3, 'none', 'released')"
is "--purchases of one of them: its total" "$(report-cost --purchases -d limn.db one | tail -n 1)" \
	'1 purchase, $0.0424'
is "--purchases of one that bought nothing: its total" "$(report-cost --purchases -d limn.db none | tail -n 1)" \
	'0 purchases, $0.0000'
is "--purchases of two of them: their total" "$(report-cost --purchases -d limn.db one none | tail -n 1)" \
	'1 purchase, $0.0424'
sql "DELETE FROM ledger WHERE purchase LIKE 'x%'"
report-cost --purchases -d limn.db --json >list
is "--purchases in JSON: all of a purchase" "$(jq -c '.[1] | del(.cost_usd, .estimate_usd)' list)" \
	'{"reserved_at":"2026-02-28T10:30:00Z","sent_at":"2026-02-28T10:30:00Z","ended_at":"2026-02-28T10:30:01Z","episode_id":"a","chapter_id":"ch01","kind":"prompt","model":"llm","state":"settled","cost_source":"measured","input_tokens":300,"output_tokens":150,"run":"r1","purchase":"p1","request_sha256":"sha256:1","request_id":"req_1","exit_status":null,"error":null}'
is "... its cost" "$(grep -c '"cost_usd": 0.00315,' list)" 1
is "... what was released cost nothing" \
	"$(jq -c '.[3] | select(.state == "released").cost_usd == 0' list)" true
is "... nobody is null" "$(jq -c '.[0] | [.episode_id, .chapter_id, .run]' list)" \
	'[null,null,null]'
is "... an error is as it is, control bytes and all" "$(jq -r '.[2].error' list | od -An -c |
	tr -d ' \n')" 'gone\n033[31m\n'
is "--purchases in JSON of one episode only" "$(report-cost --purchases -d limn.db --json a | jq length)" 3
is "--purchases: DATABASE names the file" "$(DATABASE=limn.db report-cost --purchases --json | jq length)" 4

sql "UPDATE ledger SET error = CAST(x'fff09f8e80' AS TEXT) WHERE purchase = 'p1'"
is "--purchases: what isn't UTF-8 is escaped" "$(report-cost --purchases -d limn.db a | head -n 1)" \
'2026-02-28 10:30:00  ch01  prompt  llm  settled   $0.0032  req_1  \xff\xf0\x9f\x8e\x80'
is "--purchases in JSON: what isn't UTF-8 is escaped" "$(report-cost --purchases -d limn.db --json a | jq -r '.[0].error')" \
	'\xff\xf0\x9f\x8e\x80'
sql "UPDATE ledger SET error = 'Giriş' || char(0x9b) || '31m' WHERE purchase = 'p1'"
is "--purchases: a letter is as it is, a C1 control is escaped" "$(report-cost --purchases -d limn.db a |
	head -n 1 | sed 's,.*req_1  ,,')" 'Giriş\xc2\x9b31m'

fails 66 "--purchases of an episode that nobody knows" report-cost --purchases -d limn.db nope
mkdir -p o/nope
is "--purchases of an episode that has only its directory" "$(report-cost --purchases -d limn.db --outputs=o nope)" \
	"Nothing was bought."
fails 64 "--purchases of what is no id" report-cost --purchases -d limn.db a/b
fails 74 "--purchases to a full disk" sh -c 'report-cost --purchases -d limn.db >/dev/full'
sql .dump >before
report-cost --purchases -d limn.db >/dev/null
sql .dump >after
ok "--purchases changes nothing" cmp before after
head -c 8192 /dev/zero | tr '\0' x >limn.db
fails 74 "--purchases of a file that is no database" report-cost --purchases -d limn.db

finish
