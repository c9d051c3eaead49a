#!/bin/sh
# migrate-db restore: the store of answers knows what was bought.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"

sql() { sqlite3 limn.db "$@"; }
store=outputs/.answers
mkdir -p $store
seal() { # FILE: an entry on standard input, with its seal
	jq . | head -c -3 >.open
	echo , >>.open
	{
		cat .open
		printf '  "sha256": "sha256:%s"\n}\n' \
			"$(sha256sum .open | cut -c 1-64)"
	} >"$1"
}
hex() { printf '%064x' "$1"; }
# NUMBER KIND COST TIME [FILTER [SUFFIX]]
entry() {
	jq -n --arg r "sha256:$(hex "$1")" --arg k "$2" --argjson c "$3" \
		--arg t "2026-02-28T$4Z" '{request_sha256: $r, kind: $k,
		model: "m", endpoint: "http://x", bought_at: $t, run: "r",
		purchase: ($r[60:] + $t), episode_id: "a", chapter_id: "ch01",
		request_id: "req", cost_usd: $c, cost_source: "measured",
		request: {}, answer: {usage: {input_tokens: 300,
		output_tokens: 150}}, picture_sha256: null}' |
		jq "${5:-.}" | seal "$store/$(hex "$1")${6:-}.json"
}
restore() { migrate-db restore -d limn.db 2>&1; }

is "no store: nothing is restored" "$(migrate-db restore -d none.db --answers=none 2>&1)" \
	"0 purchases restored, 0 settled"
is "... in a database that is ready" \
	"$(sqlite3 none.db 'SELECT count(*) FROM ledger')" 0

entry 2 image 0.0424 10:31:00
entry 1 prompt 0.00315 10:30:00
is "purchases are restored" "$(restore)" "2 purchases restored, 0 settled"
is "... a prompt with its tokens, in the order of time" \
	"$(sql 'SELECT id, purchase, episode_id, chapter_id, kind, model,
	request_sha256, state, cost_micros, estimate_micros, cost_source,
	input_tokens, output_tokens, run, reserved_at,
	sent_at, ended_at, request_id, exit_status, error FROM ledger WHERE id = 1')" \
	"1|$(hex 1 | cut -c 54-)2026-02-28T10:30:00Z|a|ch01|prompt|m|sha256:$(hex 1)|settled|3150|3150|measured|300|150|r|2026-02-28 10:30:00|2026-02-28 10:30:00|2026-02-28 10:30:00|req||"
is "... a picture" "$(sql 'SELECT kind, cost_micros, input_tokens FROM ledger
	WHERE id = 2')" "image|42400|"
sql .dump >before
is "again: nothing is left to do" "$(restore)" "0 purchases restored, 0 settled"
sql .dump >after
ok "... and nothing changes" cmp before after
entry 1 prompt 0.002 09:00:00 . .1
is "a former answer, too" "$(restore)" "1 purchase restored, 0 settled"
is "... to the same request" "$(sql "SELECT cost_micros, reserved_at FROM ledger
	WHERE request_sha256 = 'sha256:$(hex 1)' ORDER BY reserved_at")" \
"2000|2026-02-28 09:00:00
3150|2026-02-28 10:30:00"
entry 3 image 0.01 10:00:00 . .damaged.12
is "one that was set aside, for its picture" "$(restore)" \
	"1 purchase restored, 0 settled"
entry 4 image 0.3 11:00:00 'del(.run, .request_id, .chapter_id) |
	.episode_id = "../etc" | .cost_source = "estimated"'
restore >out
is "what an entry lacks" "$(sql "SELECT episode_id, chapter_id, run, request_id,
	cost_source, cost_micros FROM ledger WHERE id = 5")" "||||estimated|300000"
is "the prompt's tokens, by other names, with those of the cache" "$(
	entry 5 prompt 1 12:00:00 '.answer.usage = {prompt_tokens: 7,
		cache_read_input_tokens: 5, completion_tokens: -3}'
	restore
	sql "SELECT input_tokens, output_tokens FROM ledger WHERE id = 6")" \
"1 purchase restored, 0 settled
12|"

rm -rf limn.db* "${store:?}"/*
entry 1 image 0.01 10:00:00
entry 2 image 0.01 10:00:00
entry 3 prompt 0.01 10:00:00
entry 4 image 0.01 09:59:59
entry 5 prompt 0.01 10:00:01
restore >out
is "of one second a prompt comes before its picture" "$(sql 'SELECT
	substr(request_sha256, -1) || kind FROM ledger ORDER BY id' |
	tr '\n' ' ')" "4image 3prompt 1image 2image 5prompt "

# --- rows that are there

n=0
for state in reserved sent unknown released; do
	n=$((n + 1))
	entry 1$n image 0.02 "13:00:0$n"
	sql "INSERT INTO ledger (purchase, episode_id, chapter_id, kind, model,
		request_sha256, state, cost_micros, estimate_micros, run,
		reserved_at, exit_status, error) VALUES
		('$(jq -r .purchase "$store/$(hex 1$n).json")', 'b', 'ch09',
		'image', 'm', 'sha256:x', '$state', 50000, 50000, 'r9',
		'2026-01-01 00:00:00', 12, 'gone')"
done
is "rows without an answer are settled" "$(restore)" \
	"0 purchases restored, 4 settled"
is "... with what it cost" "$(sql "SELECT DISTINCT state, cost_micros,
	estimate_micros, cost_source, request_id, exit_status, error, episode_id,
	run, reserved_at, substr(ended_at, 1, 18) FROM ledger
	WHERE chapter_id = 'ch09'")" \
	"settled|20000|50000|measured|req|||b|r9|2026-01-01 00:00:00|2026-02-28 13:00:0"
sql "UPDATE ledger SET cost_micros = 1, exit_status = 10 WHERE chapter_id = 'ch09'"
is "... what is settled stays" "$(restore; sql "SELECT DISTINCT cost_micros,
	exit_status FROM ledger WHERE chapter_id = 'ch09'")" \
"0 purchases restored, 0 settled
1|10"

# --- entries that aren't

rm -rf limn.db* "${store:?}"/*
entry 1 image 0.01 10:00:00
entry 2 image 0.01 10:00:00
sed -i 's/0\.01/0.02/' "$store/$(hex 2).json"
cp "$store/$(hex 1).json" "$store/$(hex 3).json"
head -c 100 "$store/$(hex 1).json" >"$store/$(hex 1).damaged.1.json"
mkdir "$store/$(hex 4).json"
: >"$store/$(hex 5).7.json"
entry 6 video 0.01 10:00:00
entry 7 image 0.01 10:00
entry 8 image '"a lot"' 10:00:00
entry 9 image 0.01 10:00:00 'del(.model)'
entry 10 image 0.01 10:00:00 'del(.purchase)'
for n in "$(hex 1)x.json" "$(hex 1).json.tmp" "$(hex 1).x.json" "$(hex 1)..json" \
	"$(hex 1).1a.json" "$(hex 1).raw" lock x.json "$(hex 1).damaged.json"; do
	echo none >"$store/$n"
done
restore >out
is "all others are restored" "$(tail -n 1 out)" "1 purchase restored, 0 settled"
is "... those damaged are said" "$(grep -c "its bytes are not those that were \
kept; it is left out" out)" 5
is "... and those that don't say enough" "$(grep -c "it doesn't say what was \
bought, when, and for how much; it is left out" out)" 6
is "... and no more" "$(wc -l <out)" 12

# --- answers as they were received

rm -rf limn.db* "${store:?}"/*
received() { # NUMBER TIME [FILTER [NUMBER]]
	{
		printf '{"data":\n[]}\n'
		jq -nc --arg t "2026-02-28T$2Z" --arg n "$1" '{kind: "image", model: "m",
			bought_at: $t, run: "r", purchase: "raw-\($n)",
			episode_id: "a", chapter_id: "ch01", request_id: "req",
			estimate_usd: 0.05}' | jq -c "${3:-.}"
	} >"$store/$(hex "$1")${4:-}.raw"
}
received 1 10:00:01
received 2 10:00:02 . .3
received 3 10:00:03
entry 3 image 0.02 10:00:03 '.purchase = "raw-3"'
received 4 10:00:04 . .1
entry 4 image 0.02 10:00:04 '.purchase = "raw-4"' .1
is "they are restored, too, those that are taken apart once" "$(restore)" \
	"4 purchases restored, 0 settled"
is "... at their estimate" "$(sql 'SELECT purchase, state, cost_micros,
	cost_source, estimate_micros, episode_id, chapter_id, kind, model,
	request_sha256, run, request_id, ended_at FROM ledger WHERE id < 3')" \
"raw-1|settled|50000|estimated|50000|a|ch01|image|m|sha256:$(hex 1)|r|req|2026-02-28 10:00:01
raw-2|settled|50000|estimated|50000|a|ch01|image|m|sha256:$(hex 2)|r|req|2026-02-28 10:00:02"
is "... or their price" "$(sql 'SELECT cost_micros, cost_source FROM ledger
	WHERE id > 2')" "20000|measured
20000|measured"
is "... once" "$(restore)" "0 purchases restored, 0 settled"
entry 1 image 0.02 10:00:01 '.purchase = "raw-1"'
is "one that was taken apart since gets its price" "$(restore; sql 'SELECT
	cost_micros, cost_source FROM ledger WHERE id = 1')" \
"0 purchases restored, 1 settled
20000|measured"
received 5 10:00:05 'del(.estimate_usd)'
received 6 10:00:06 'del(.purchase)'
received 7 10:00:07 . .damaged.1
received 8 10:00:08 '.episode_id = ("x" * 5000)'
: >"$store/$(hex 9).raw"
mkdir "$store/$(hex 10).raw"
restore >out
is "ones that lack a price or a name, one that is too long, and none" "$(grep -c \
"\.raw: it doesn't say what was bought, when, and for how much; it is left out" \
	out) $(wc -l <out) $(tail -n 1 out)" "5 6 0 purchases restored, 0 settled"

# --- a database that is damaged

rm -rf limn.db* "${store:?}"/*
entry 1 image 0.01 10:00:00
restore >out
aside() { migrate-db restore -d limn.db --set-aside; }
is "a good one is left" "$(aside 2>&1)" "0 purchases restored, 0 settled"
sql 'CREATE TABLE theirs (n INTEGER CHECK (n > 0)); PRAGMA ignore_check_constraints
	= 1; INSERT INTO theirs VALUES (-1)'
is "... one whose rows break a rule, too" "$(aside 2>&1)" \
	"0 purchases restored, 0 settled"
rm -f limn.db*
is "none is made" "$(aside 2>&1)" "1 purchase restored, 0 settled"
head -c 8192 /dev/zero | tr '\0' x >bad
cp bad limn.db
fails 74 "one that is none is an error" migrate-db restore -d limn.db
ok "... and stays" cmp bad limn.db
for part in -wal -shm -journal; do
	echo "$part" >"limn.db$part"
done
fails 0 "... it is set aside when told so" aside
is "... which is said" "$err" "migrate-db: limn.db: the database is damaged; \
it is set aside, as limn.db.damaged.1"
is "... and another is made" "$out" "1 purchase restored, 0 settled"
ok "... the bytes are kept" cmp bad limn.db.damaged.1
is "... its log with them" "$(cat limn.db.damaged.1-wal)" "-wal"
is "... and not with the new one" "$(sql 'PRAGMA integrity_check')" ok
# every page but the first
sql 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
size=$(stat -c %s limn.db)
head -c 4096 limn.db >half
head -c $((size - 4096)) /dev/zero | tr '\0' '\377' >>half
cp half limn.db
rm -f limn.db-wal limn.db-shm
fails 0 "one with damaged pages, the second" aside
ok "... is set aside, too" cmp half limn.db.damaged.2
is "... and restored" "$(sql 'SELECT count(*), sum(cost_micros) FROM ledger')" "1|10000"

fails 64 "another operand" migrate-db restore -d limn.db x
: >plain
fails 74 "a store that is none" migrate-db restore -d limn.db --answers=plain
fails 74 "a full disk" sh -c 'migrate-db restore -d limn.db >/dev/full'
is "the environment says where" "$(OUTPUTS_DIR=none ANSWERS_DIR=$store \
	DATABASE=e.db migrate-db restore)" "1 purchase restored, 0 settled"

finish
