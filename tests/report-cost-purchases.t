#!/bin/sh
# report-cost --purchases: the ledger, in the order of time.
# shellcheck source=tests/lib.sh
. "${0%/*}/lib.sh"

sql() { sqlite3 limn.db "$@"; }
cat "$top"/migrations/*.up.sql | sqlite3 limn.db
is "none: nothing was bought" "$(report-cost --purchases -d limn.db)" \
	"Nothing was bought."
is "... in JSON" "$(report-cost --purchases -d limn.db --json)" "[]"
is "no database: nothing is booked" "$(report-cost --purchases -d none.db 2>&1; echo $?
	report-cost --purchases -d none.db --json)" "Nothing is booked: there is no \
none.db; make rebuild-db makes it from the answers.
0
[]"
ok "... and none is made" [ ! -e none.db ]
: >empty.db
is "an empty one: nothing was bought" "$(report-cost --purchases -d empty.db)" "Nothing was bought."

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
is "one episode: no column for it" "$(report-cost --purchases -d limn.db)" \
'2026-02-28 10:30:00  ch01  prompt  llm  settled   $0.0032  req_1
2026-02-28 10:30:02  ch02  image   pic  unknown   $0.0500  req_3  gone\x0a\x1b[31m
2026-02-28 10:30:02        image   pic  released  $0.0000         content policy
2 purchases, $0.0532'
is "... asked for" "$(report-cost --purchases -d limn.db a)" \
	"$(report-cost --purchases -d limn.db)"
sql "INSERT INTO ledger (purchase, episode_id, kind, model, request_sha256,
	state, cost_micros, estimate_micros,
	reserved_at) VALUES ('p4', '', 'image', 'pic', 'sha256:4', 'sent',
	12345678, 0, '2026-02-28 10:29:59')"
is "more: a column for it" "$(report-cost --purchases -d limn.db | head -n 2)" \
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
is "... of one" "$(report-cost --purchases -d limn.db one | tail -n 1)" \
	'1 purchase, $0.0424'
is "... of none" "$(report-cost --purchases -d limn.db none | tail -n 1)" \
	'0 purchases, $0.0000'
is "... of both" "$(report-cost --purchases -d limn.db one none | tail -n 1)" \
	'1 purchase, $0.0424'
sql "DELETE FROM ledger WHERE purchase LIKE 'x%'"
report-cost --purchases -d limn.db --json >list
is "JSON: all of a purchase" "$(jq -c '.[1] | del(.cost_usd, .estimate_usd)' list)" \
	'{"reserved_at":"2026-02-28T10:30:00Z","sent_at":"2026-02-28T10:30:00Z","ended_at":"2026-02-28T10:30:01Z","episode_id":"a","chapter_id":"ch01","kind":"prompt","model":"llm","state":"settled","cost_source":"measured","input_tokens":300,"output_tokens":150,"run":"r1","purchase":"p1","request_sha256":"sha256:1","request_id":"req_1","exit_status":null,"error":null}'
is "... the money" "$(grep -c '"cost_usd": 0.00315,' list)" 1
is "... what was released cost nothing" \
	"$(jq -c '.[3] | .state, .cost_usd == 0' list | tr '\n' ' ')" '"released" true '
is "... nobody is null" "$(jq -c '.[0] | [.episode_id, .chapter_id, .run]' list)" \
	'[null,null,null]'
is "... as it is, control bytes and all" "$(jq -r '.[2].error' list | od -An -c |
	tr -d ' \n')" 'gone\n033[31m\n'
is "of one episode only" "$(report-cost --purchases -d limn.db --json a | jq length)" 3
is "DATABASE names the file" "$(DATABASE=limn.db report-cost --purchases --json | jq length)" 4

sql "UPDATE ledger SET error = CAST(x'fff09f8e80' AS TEXT) WHERE purchase = 'p1'"
is "what isn't UTF-8 is escaped" "$(report-cost --purchases -d limn.db a | head -n 1)" \
'2026-02-28 10:30:00  ch01  prompt  llm  settled   $0.0032  req_1  \xff\xf0\x9f\x8e\x80'
is "... in JSON, too" "$(report-cost --purchases -d limn.db --json a | jq -r '.[0].error')" \
	'\xff\xf0\x9f\x8e\x80'
sql "UPDATE ledger SET error = 'Giriş' || char(0x9b) || '31m' WHERE purchase = 'p1'"
is "a letter is a letter, a C1 control is none" "$(report-cost --purchases -d limn.db a |
	head -n 1 | sed 's,.*req_1  ,,')" 'Giriş\xc2\x9b31m'

fails 66 "an episode that nobody knows" report-cost --purchases -d limn.db nope
mkdir -p o/nope
is "... that has its directory" "$(report-cost --purchases -d limn.db --outputs=o nope)" \
	"Nothing was bought."
fails 64 "what is no id" report-cost --purchases -d limn.db a/b
fails 74 "a full disk" sh -c 'report-cost --purchases -d limn.db >/dev/full'
sql .dump >before
report-cost --purchases -d limn.db >/dev/null
sql .dump >after
ok "nothing is changed" cmp before after
head -c 8192 /dev/zero | tr '\0' x >limn.db
fails 74 "a file that is no database" report-cost --purchases -d limn.db

finish
