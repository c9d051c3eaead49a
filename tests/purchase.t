#!/bin/sh
# A purchase that is cut short, found, or bought anew: the ledger has it once,
# and at its price.
# shellcheck source=tests/lib.sh disable=SC2154 # $err
. "${0%/*}/lib.sh"
# shellcheck source=tests/mock.sh
. "$top/tests/mock.sh"

# shellcheck disable=SC2119 # no options
mock_start --
export OPENAI_API_KEY=sk-test ANSWERS_DIR=store DATABASE=limn.db
sql() { sqlite3 -cmd '.timeout 9000' limn.db "$@"; }
# For each row: its state and source, and whether it costs what was estimated, or,
# measured, less; of one that was entered later both are the same.
rows() { sql "SELECT state || ' ' || coalesce(cost_source, '') || ' ' || iif(state = 'settled' AND cost_source = 'measured', cost_micros < estimate_micros, cost_micros = estimate_micros) FROM ledger ORDER BY id" | tr '\n' ';'; }
new() { # TEXT: another request, in p.json, and nothing else
	rm -rf store limn.db* out.json outputs
	mock_reset
	jq -n --arg p "$1" '{episode_id: "ep", chapter_id: "ch02", title: "T",
		prompt: $p}' >p.json
}
draw() { call-dalle -o out.json "$@" p.json; }
catches_term() { # the tool, whose number is in $pid: "yes"
	awk '/^SigCgt:/ { print substr($2, length($2) - 3, 1) ~ /[4-7c-f]/ ? "yes" : "no" }' "/proc/$pid/status"
}
raw() { find store -name '*.raw' | wc -l; }
state() { sql "SELECT group_concat(state) FROM ledger"; }
# A picture is bought, and lost before it could be fetched: HEX.raw
lose_picture() {
	script '{"route": "picture", "status": 404}'
	draw --provider=dalle3 >said 2>&1
}

# --- an answer that is only as it was received

new "Its picture is gone."
lose_picture
is "a picture that can't be fetched: the answer is kept as received" "$(raw)" 1
is "a picture that can't be fetched: the purchase is settled" "$(rows)" "settled estimated 1;"
is "... the facts say what it cost at most" "$(tail -n 1 store/*.raw | jq .estimate_usd)" \
	"$(sql 'SELECT estimate_micros / 1e6 FROM ledger')"
sql 'SELECT purchase, episode_id, chapter_id, kind, model, request_sha256, cost_micros, run, request_id FROM ledger' >was
rm limn.db*
is "the database is lost: it is restored" "$(migrate-db restore)" "1 purchase restored, 0 settled"
sql 'SELECT purchase, episode_id, chapter_id, kind, model, request_sha256, cost_micros, run, request_id FROM ledger' >now
is "... as it was" "$(cat now)" "$(cat was)"
is "... settled, as it was estimated" "$(rows)" "settled estimated 1;"
is "... once" "$(migrate-db restore)" "0 purchases restored, 0 settled"

new "It counts its tokens."
LIMN_RUN=r1 draw
hex=$(jq -r '.request_sha256[7:]' out.json)
{
	jq -c --arg b "$(base64 -w 0 "store/$(jq -r '.picture_sha256[7:]' out.json).png")" \
		'.answer | .data[0].b64_json = $b' "store/$hex.json"
	jq -c --argjson e "$(sql 'SELECT estimate_micros / 1e6 FROM ledger')" \
		'{kind, model, bought_at, run, purchase, episode_id, chapter_id, request_id, estimate_usd: $e}' \
		"store/$hex.json"
} >raw
cost=$(sql 'SELECT cost_micros FROM ledger')
cp raw "store/$hex.raw"
rm limn.db*
is "as received, and taken apart: one purchase" "$(migrate-db restore; rows)" "1 purchase restored, 0 settled
settled measured 0;"
rm limn.db* "store/$hex.json"
migrate-db restore >said
is "only as received: at its estimate" "$(rows)" "settled estimated 1;"
draw
is "... until it is taken apart: measured" "$(rows)" "settled measured 1;"
is "... at its cost" "$(sql 'SELECT cost_micros FROM ledger')" "$cost"
is "... without another call" "$(calls images)" 1

# --- bought anew, with one that nobody has taken apart

for state in unknown sent; do
	for kept in raw unread; do
		new "Forced, $state, $kept."
		lose_picture
		sql "UPDATE ledger SET state = '$state', cost_source = NULL"
		[ $kept = raw ] || sed -i '1s/^/}/' store/*.raw
		mock_reset
		fails 0 "--force, the former $state ($kept)" draw --provider=dalle3 --force
		is "... both are recorded" "$(rows)" "settled estimated 1;settled estimated 1;"
		is "... one was bought now" "$(calls images)" 1
		is "... the former answer is kept as received" "$(find store -name '*.1.raw' | wc -l)" 1
	done
done
rm limn.db*
is "... and restored" "$(migrate-db restore)" "2 purchases restored, 0 settled"

# --- found in the store, and not in the ledger

new "For another episode."
LIMN_RUN=r1 draw
for i in 1 2; do
	jq ".prompt = \"$i\"" p.json | call-dalle -o other.json -
done
sql "SELECT purchase, episode_id, chapter_id, kind, model, request_sha256, state, cost_micros, cost_source, run, request_id FROM ledger WHERE id = 1" >was
sql "DELETE FROM ledger WHERE id = 1"
jq '.episode_id = "other" | .chapter_id = "ch07"' p.json >q.json
fails 0 "found by another episode, and not in the ledger" call-dalle -o out.json q.json
is "... in silence" "$err" ""
is "... without a call" "$(calls images)" 3
is "... is entered, for whom it was bought" "$(sql "SELECT purchase, episode_id, chapter_id, kind, model, request_sha256, state, cost_micros, cost_source, run, request_id FROM ledger WHERE id = 4")" "$(cat was)"
is "... when it was" "$(sql 'SELECT reserved_at = sent_at AND sent_at = ended_at, sent_at FROM ledger WHERE id = 4')" \
	"1|$(jq -r '.bought_at | sub("T"; " ") | sub("Z"; "")' "store/$(jq -r '.request_sha256[7:]' out.json).json")"
draw
is "... once" "$(sql 'SELECT count(*), max(id) FROM ledger')" "3|4"
sql "DELETE FROM ledger"
fails 0 "found, and the ledger is empty" draw
is "... all is entered" "$(rows)" "settled measured 0;settled measured 0;settled measured 0;"
is "... which is said" "$err" "call-dalle: limn.db: it had no purchases; 3 that the store of answers shows were entered"
rm limn.db*
fails 0 "found, and there is no database" draw
is "... nothing is said" "$err" ""
ok "... none is made" test ! -e limn.db

# --- what is said of an empty ledger

new "Not to be drawn."
jq '.prompt = "First."' p.json | call-dalle -o other.json -
sql "DELETE FROM ledger; UPDATE episodes SET status = 'NEW'"
fails 65 "an episode that can't be drawn, the ledger empty" env LIMN_RUN=r1 call-dalle -o out.json p.json
like "... what was bought before is entered, which is said" "$err" "call-dalle: limn.db: it had no purchases; 1 that the store of answers shows was entered*"
fails 65 "... once more" env LIMN_RUN=r2 call-dalle -o out.json p.json
is "... it is entered once" "$(sql 'SELECT count(*) FROM ledger')" 1
is "... and said once" "$(echo "$err" | grep -c 'it had no')" 0
sql "UPDATE episodes SET status = 'CHAPTERIZED'"
fails 0 "when it can" draw
is "... nothing more is said" "$err" ""
new "Beyond the limit."
jq '.prompt = "First."' p.json | call-dalle -o other.json -
sql "DELETE FROM ledger"
MAX_EPISODE_COST_USD=0.0001 fails 11 "a limit, the ledger empty" draw
is "... what was bought before is entered" "$(sql 'SELECT count(*) FROM ledger')" 1
like "... which is said" "$err" "it had no purchases; 1 that"

# --- interrupted while it waits for the books

new "Not yet sent."
script '{"route": "images", "status": 429, "headers": {"Retry-After": "3"}}'
call-dalle -o out.json p.json 2>said &
pid=$!
until_is 1 grep -c 'waits 3' said
until_is reserved state
mkfifo books
sqlite3 limn.db <books >books.out &
books=$!
exec 4>books
echo ".timeout 20000
BEGIN IMMEDIATE; SELECT 'locked';" >&4
until_is locked cat books.out
# SIGTERM is caught: it has begun to send, and waits for the books
until_is yes catches_term
kill -TERM $pid
until_is 1 grep -c 'nothing was sent' said
exec 4>&-
wait $pid
is "interrupted while another writes to the books: it dies of it" "$?" 143
is "... nothing is sent" "$(calls images)" 1
wait $books
is "... released" "$(sql 'SELECT state, cost_micros FROM ledger')" "released|0"
is "... and nothing is said to be under way" "$(sed 1d said)" "limn: nothing was sent: ends when that is recorded; interrupt once more to end at once"
is "... the next run draws it" "$(draw 2>&1; echo $?)" 0
is "... the next run draws it: calls of the image API" "$(calls images)" 2

# --- taken for gone, and refused

new "Taken for gone."
script '{"route": "images", "status": 429, "delay": 0.5, "headers": {"Retry-After": "0.1"}}'
call-dalle -o out.json p.json 2>said &
pid=$!
until_is sent state 2>/dev/null
sql "UPDATE ledger SET state = 'unknown', exit_status = 12, error = 'x', ended_at = sent_at"
wait $pid
is "taken for gone, and told to wait: it goes on" "$?" 0
is "... calls of the image API" "$(calls images)" 2
is "... and is settled" "$(rows)" "settled measured 1;"
is "... without an error" "$(sql 'SELECT error FROM ledger')" ""
new "Taken for gone twice."
script '{"route": "images", "status": 429, "delay": 0.5, "headers": {"Retry-After": "3"}}'
call-dalle -o out.json p.json 2>said &
pid=$!
until_is sent state 2>/dev/null
sql "UPDATE ledger SET state = 'unknown', exit_status = 12, error = 'x', ended_at = sent_at"
until_is reserved state
sql "UPDATE ledger SET state = 'released', cost_micros = 0"
wait $pid
is "... again, while it waits: not sent, and costs nothing" "$?" 75
is "... again, while it waits: not sent, and costs nothing: calls of the image API" "$(calls images)" 1
is "... again, while it waits: not sent, and costs nothing: what the database says" "$(sql 'SELECT state, cost_micros FROM ledger')" "released|0"

finish
