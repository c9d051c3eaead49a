#!/bin/sh
# migrate-db: the tables are made once, whoever owns the database, and taken
# back without taking anything else.
# shellcheck source=tests/lib.sh disable=SC2154 # $out, $err
. "${0%/*}/lib.sh"

ours="001_episodes 002_pipeline_runs 003_prompt_versions 004_content_artifacts 005_media_assets 006_limn_ledger 007_limn_jobs"
sql() { sqlite3 "$@"; }
schema() { sql "$1" "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY 1, 2"; }
versions() { sql "$1" "SELECT version FROM schema_migrations ORDER BY 1" | tr '\n' ' '; }
down_all() { while [ -n "$(migrate-db -d "$@" down 2>/dev/null)" ]; do :; done; }

# One that is locked for longer than anybody waits: to be looked at in the end.
migrate-db -d locked.db up
sql locked.db "DELETE FROM schema_migrations WHERE version = '006_limn_ledger'"
mkfifo hold
sqlite3 locked.db <hold >held 2>&1 &
exec 3>hold
echo "BEGIN IMMEDIATE; SELECT 'held';" >&3
wait_for test -s held
(
	start=$(date +%s)
	timeout 60 migrate-db -d locked.db up >locked.out 2>locked.err 3>&-
	echo "$? $(($(date +%s) - start))" >locked.status
) &
locked=$!

# No file, an empty one, one that is done.
ok "no file" migrate-db -d made/by/it/x.db up
is "... all are applied, in order" "$(sql made/by/it/x.db 'SELECT version FROM schema_migrations ORDER BY rowid' | tr '\n' ' ')" "$ours "
is "... when is UTC, as SQLite has it" "$(sql made/by/it/x.db "SELECT count(*) FROM schema_migrations WHERE datetime(applied_at) = applied_at AND abs(julianday(applied_at) - julianday('now')) < 0.01")" 7
is "... the database is limn's" "$(sql made/by/it/x.db 'PRAGMA application_id')" "$((0x6c696d6e))"
is "... its journal is a WAL" "$(sql made/by/it/x.db 'PRAGMA journal_mode')" wal
cp made/by/it/x.db first.db
is "up again says nothing" "$(migrate-db -d made/by/it/x.db up 2>&1)" ""
ok "... and writes nothing" cmp made/by/it/x.db first.db
: >empty.db
is "an empty file" "$(migrate-db --database=empty.db up 2>&1) $(versions empty.db)" " $ours "
is "... the database is limn's" "$(sql empty.db 'PRAGMA application_id')" "$((0x6c696d6e))"
is "... with the same tables" "$(schema empty.db)" "$(schema first.db)"
migrate-db up
is "the default database is outputs/limn.db" "$(versions outputs/limn.db)" "$ours "
DATABASE=named.db migrate-db up
is "DATABASE names another" "$(versions named.db)" "$ours "
echo 'DATABASE=dotted.db' >.env && chmod 600 .env
migrate-db up
rm .env
is "... also in .env" "$(versions dotted.db)" "$ours "

# media_assets is what the design says, to the letter.
is "media_assets: its columns" "$(sql first.db 'PRAGMA table_info(media_assets)')" "0|id|INTEGER|0||1
1|episode_id|TEXT|1||0
2|asset_type|TEXT|1||0
3|chapter_id|TEXT|0||0
4|file_path|TEXT|1||0
5|mime_type|TEXT|1||0
6|size_bytes|INTEGER|1||0
7|duration_seconds|REAL|0||0
8|metadata|TEXT|0||0
9|prompt_version_id|INTEGER|0||0
10|created_at|DATETIME|1||0"
is "... its indexes" "$(sql first.db 'PRAGMA index_list(media_assets)' | sort -t '|' -k 2)" "1|idx_media_assets_episode_type_chapter|0|c|0
0|idx_media_assets_type|0|c|0"
is "... of these columns" "$(sql first.db 'SELECT name FROM pragma_index_info("idx_media_assets_episode_type_chapter")' | tr '\n' ' ')$(sql first.db 'SELECT name FROM pragma_index_info("idx_media_assets_type")')" "episode_id asset_type chapter_id asset_type"
is "... its reference" "$(sql first.db 'PRAGMA foreign_key_list(media_assets)')" "0|0|prompt_versions|prompt_version_id|id|NO ACTION|NO ACTION|NONE"
is "the indexes of the others" "$(sql first.db "SELECT m.name, group_concat(i.name) FROM sqlite_schema AS m, pragma_index_info(m.name) AS i WHERE m.type = 'index' AND m.sql <> '' AND m.tbl_name <> 'media_assets' GROUP BY 1 ORDER BY 1")" "idx_content_artifacts_episode|episode_id,artifact_type
idx_ledger_episode|episode_id,run
idx_ledger_open|state
idx_limn_jobs_episode|episode_id
idx_limn_jobs_open|state
idx_limn_runs_episode|episode_id
idx_pipeline_runs_episode|episode_id"
like "media_assets: its ids aren't used again" "$(sql first.db "SELECT sql FROM sqlite_schema WHERE name = 'media_assets'")" "id INTEGER PRIMARY KEY AUTOINCREMENT,"
cat >design.sql <<'END'
CREATE TABLE media_assets (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    episode_id TEXT NOT NULL,
    asset_type TEXT NOT NULL,          -- 'IMAGE', 'AUDIO', 'VIDEO'
    chapter_id TEXT,
    file_path TEXT NOT NULL,           -- relative to the episode's directory, as in the manifest
    mime_type TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    duration_seconds REAL,
    metadata TEXT,                     -- JSON
    prompt_version_id INTEGER,
    created_at DATETIME NOT NULL,
    FOREIGN KEY (prompt_version_id) REFERENCES prompt_versions(id)
)
END
is "... in these words" "$(sql first.db "SELECT sql FROM sqlite_schema WHERE name = 'media_assets'")" "$(cat design.sql)"

# status
is "status: none of no file" "$(migrate-db -d none.db status)" "$(for m in $ours; do echo "$m  pending"; done)"
ok "... which isn't made" test ! -e none.db
sql first.db "UPDATE schema_migrations SET applied_at = '2026-11-22 10:00:00'; DELETE FROM schema_migrations WHERE version = '007_limn_jobs'"
is "status: when, or pending" "$(migrate-db -d first.db status | tail -n 2)" "006_limn_ledger  2026-11-22 10:00:00
007_limn_jobs  pending"
is "a lost row is made again" "$(migrate-db -d first.db up 2>&1) $(versions first.db)" " $ours "

# down
cp empty.db x.db
schema x.db >before
for m in 007_limn_jobs 006_limn_ledger 005_media_assets 004_content_artifacts 003_prompt_versions 002_pipeline_runs 001_episodes; do
	is "down: $m" "$(migrate-db -d x.db down 2>&1)" "$m"
	[ $m != 005_media_assets ] || is "... its table and indexes are gone" "$(schema x.db | grep -c media_assets)" 0
done
is "... nothing is left of them" "$(sql x.db "SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'")" schema_migrations
is "... none is applied" "$(versions x.db)" ""
fails 0 "down: no migration to undo" migrate-db -d x.db down
is "... is said" "$out$err" "migrate-db: x.db: no migration to undo"
fails 0 "... of no file either" migrate-db -d none.db down
ok "... which isn't made" test ! -e none.db
migrate-db -d x.db up
is "down, then up: the same tables" "$(schema x.db)" "$(cat before)"

# Rows aren't lost but by force.
sql x.db "INSERT INTO limn_jobs (command, episode_id, force, state, created_at) VALUES ('imagegen', 'ep', 0, 'queued', '2026-01-01 00:00:00')"
fails 65 "down: a job would be lost" migrate-db -d x.db down
is "... is said" "$out$err" "migrate-db: x.db: limn_jobs: 1 row would be lost; save them, then give --force"
is "... -f takes it" "$(migrate-db -d x.db down -f 2>&1)" 007_limn_jobs
is "... -f takes it: its tables" "$(schema x.db | grep -c limn_jobs)" 0
migrate-db -d x.db down >down.out
sql x.db "INSERT INTO prompt_versions VALUES (1, 'imagegen', 1, 'sha256:1', NULL, 1, '2026-01-01 00:00:00');
	INSERT INTO media_assets VALUES (1, 'ep', 'IMAGE', 'ch01', 'images/ch01.png', 'image/png', 1, NULL, NULL, 1, '2026-01-01 00:00:00'),
	(2, 'ep', 'IMAGE', 'ch02', 'images/ch02.png', 'image/png', 1, NULL, NULL, 1, '2026-01-01 00:00:00');
	CREATE TABLE theirs (id INTEGER PRIMARY KEY, version INTEGER NOT NULL REFERENCES prompt_versions(id));
	INSERT INTO theirs VALUES (1, 1)"
fails 65 "down: rows would be lost" migrate-db -d x.db down
is "... is said" "$out$err" "migrate-db: x.db: media_assets: 2 rows would be lost; save them, then give --force"
is "... they are there" "$(sql x.db 'SELECT count(*) FROM media_assets') $(versions x.db)" "2 ${ours% 006_*} "
is "... -f takes them" "$(migrate-db -d x.db down -f 2>&1)" 005_media_assets
is "... -f takes them: its tables" "$(schema x.db | grep -c media_assets)" 0
migrate-db -d x.db down >down.out
fails 65 "down: one row" migrate-db -d x.db down
like "... is said" "$err" "x.db: prompt_versions: 1 row would be lost"
is "... --force, though another table refers to it" "$(migrate-db -d x.db --force down 2>&1)" 003_prompt_versions
is "... which stays as it is" "$(sql x.db 'SELECT * FROM theirs')" "1|1"
migrate-db -d x.db up
is "... and has something to refer to again" "$(sql x.db "SELECT sql FROM sqlite_schema WHERE name = 'prompt_versions'")" "$(sql empty.db "SELECT sql FROM sqlite_schema WHERE name = 'prompt_versions'")"

# A failed step leaves nothing behind.
cp empty.db half.db
sql half.db "DROP TABLE ledger; DROP TABLE limn_rows; DELETE FROM schema_migrations WHERE version >= '005';
	DROP TABLE media_assets; CREATE TRIGGER no BEFORE INSERT ON schema_migrations WHEN new.version >= '006' BEGIN SELECT raise(FAIL, 'not today'); END"
fails 74 "a migration that fails" migrate-db -d half.db up
is "... is said" "$err" "migrate-db: half.db: not today"
is "... those before it hold, and it left no table" "$(versions half.db)$(sql half.db "SELECT name FROM sqlite_schema WHERE name IN ('media_assets', 'ledger', 'limn_rows')")" "${ours% 006_*} media_assets"
sql half.db "DROP TRIGGER no"
ok "... it is made up for" migrate-db -d half.db up
is "... to the same tables" "$(schema half.db)" "$(schema empty.db)"

# Another pipeline's database: all of it stays as it is.
theirs="channels episodes pipeline_runs prompt_versions content_artifacts media_assets review_tasks"
dump() {
	for t in $theirs; do sql "$1" ".dump $t"; done
	sql "$1" "SELECT * FROM schema_migrations WHERE version NOT IN ('$(echo "$ours" | sed "s/ /', '/g")')"
	sql "$1" "SELECT name, sql FROM sqlite_schema WHERE tbl_name NOT IN ('ledger', 'limn_runs', 'limn_rows', 'limn_jobs', 'sqlite_sequence') ORDER BY 1; PRAGMA application_id; PRAGMA user_version"
}
same() { # NAME
	dump p.db >now
	ok "$1" cmp now want
}
sql p.db <"$top/tests/pipeline.sql"
dump p.db >want
for t in $theirs schema_migrations; do
	ok "another's: rows in $t" test "$(sql p.db "SELECT count(*) FROM $t")" -gt 0
done
is "another's: up" "$(migrate-db -d p.db up 2>&1)" ""
same "... nothing of it has changed"
is "... ours is there" "$(sql p.db "SELECT group_concat(name) FROM (SELECT name FROM sqlite_schema WHERE name IN ('ledger', 'limn_runs', 'limn_rows', 'limn_jobs') ORDER BY 1)")" "ledger,limn_jobs,limn_rows,limn_runs"
is "... and noted" "$(sql p.db "SELECT count(*) FROM schema_migrations WHERE version IN ('$(echo "$ours" | sed "s/ /', '/g")')")" 7
migrate-db -d p.db up
same "... up again"
is "... down" "$(migrate-db -d p.db down 2>&1)" 007_limn_jobs
is "... and once more" "$(migrate-db -d p.db down 2>&1)" 006_limn_ledger
same "... nothing of it has changed"
is "... the next isn't ours to drop" "$(migrate-db -d p.db down 2>&1)" 005_media_assets
same "... rows and all"
down_all p.db -f
same "... nor are the others by force"
is "... but our rows are gone" "$(sql p.db 'SELECT count(*) FROM schema_migrations')" 6
migrate-db -d p.db up
same "... up once more"
sql p.db "INSERT INTO limn_rows VALUES ('media_assets', 9, '')"
is "... down, where there was nothing" "$(migrate-db -d p.db down 2>&1)" 007_limn_jobs
fails 65 "... our own rows aren't lost either" migrate-db -d p.db down
like "... is said" "$err" "p.db: limn_rows: 1 row would be lost"
is "... but by force" "$(migrate-db -d p.db down -f 2>&1)" 006_limn_ledger
same "... which takes only them"

# One that has some of the tables, with other columns.
sql some.db "CREATE TABLE media_assets (id INTEGER PRIMARY KEY, episode_id, asset_type, chapter_id, created_at);
	INSERT INTO media_assets (id) VALUES (1)"
is "tables with few of our columns" "$(migrate-db -d some.db up 2>&1)" ""
is "... get no index of ours" "$(sql some.db "SELECT count(*) FROM sqlite_schema WHERE tbl_name = 'media_assets'")" 1
down_all some.db
is "... and stay" "$(sql some.db 'SELECT id FROM media_assets')$(schema some.db | grep -c 'ledger\|content_artifacts')" 10

# Tables that nobody could work with: it is said at once, and nothing is done.
forever="WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x AS version, x AS id FROM c"
refused() { # NAME SQL MESSAGE [COMMAND...]
	name=$1 message="shape.db: the table $3; it is another program's: name another database with DATABASE"
	rm -f shape.db*
	sql shape.db "$2"
	shift 3
	[ $# -gt 0 ] || set -- migrate-db -d shape.db up
	sql shape.db .dump >shape
	fails 74 "$name: $*" timeout 20 "$@"
	is "... is said" "$out$err" "${1##*/}: $message"
	is "... nothing is done" "$(sql shape.db .dump)" "$(cat shape)"
}
for how in 'pipeline_runs episode_id stage status started_at completed_at' 'episodes episode_id status' \
	'prompt_versions name version content_hash' 'content_artifacts episode_id artifact_type created_at' \
	'media_assets episode_id asset_type chapter_id created_at' 'limn_rows table_name row_id witness' \
	'limn_runs run episode_id pipeline_run_id cost_limit limit_setting pid pid_started' \
	'limn_jobs command episode_id chapter_id force state is_cancelled done total message created_at started_at ended_at' 'schema_migrations version'; do
	table=${how%% *} columns=${how#* }
	for c in $columns; do
		# shellcheck disable=SC2086 # they are words
		refused "$table without $c" "CREATE TABLE $table (id INTEGER PRIMARY KEY$(printf ', %s' $columns | sed "s/, $c\\(,\\|\$\\)/\\1/"))" "$table has no column $c"
	done
done
refused "another's ledger" "CREATE TABLE ledger (id INTEGER PRIMARY KEY, amount)" "ledger has no column purchase"
for c in down status; do
	refused "... " "CREATE TABLE ledger (id INTEGER PRIMARY KEY, amount)" "ledger has no column purchase" migrate-db -d shape.db $c
done
refused "... of any case" "CREATE TABLE Ledger (id INTEGER PRIMARY KEY, amount)" "ledger has no column purchase" report-cost -d shape.db
for v in schema_migrations episodes pipeline_runs ledger; do
	refused "a view that never ends" "CREATE VIEW $v AS $forever" "$v is a view"
	refused "..." "CREATE VIEW $v AS $forever" "$v is a view" migrate-db -d shape.db status
	refused "..." "CREATE VIEW $v AS $forever" "$v is a view" report-cost -d shape.db
	refused "..." "CREATE VIEW $v AS $forever" "$v is a view" record-asset --episode=outputs/a -d shape.db --look
done

# A newer limn's
cp empty.db newer.db
sql newer.db "INSERT INTO schema_migrations VALUES ('999_future', '2030-01-01 00:00:00')"
for c in up down status; do
	fails 78 "a newer limn's: $c" migrate-db -d newer.db $c
	is "... is said" "$out$err" "migrate-db: newer.db: a newer limn has made it (it has 999_future); install that, or name another with DATABASE"
done
is "... and nothing is done" "$(versions newer.db)" "$ours 999_future "
sql empty.db "INSERT INTO schema_migrations VALUES ('003_other', '2030-01-01 00:00:00'), ('x', ''), ('', '')"
ok "what isn't newer is none of our business" migrate-db -d empty.db up
sql p.db "INSERT INTO schema_migrations VALUES ('999_whatever', '2030-01-01 00:00:00'), ('20300101120000_x', '2030-01-01 00:00:00')"
ok "... nor is another's that is" migrate-db -d p.db up
sql p.db "INSERT INTO schema_migrations VALUES ('999_limn_x', '2030-01-01 00:00:00')"
fails 78 "a newer limn has been at another's" migrate-db -d p.db up
like "... is said" "$err" "p.db: a newer limn has made it (it has 999_limn_x)"

# Many at once: they start when the gate is opened.
rounds=20 round=0
mkfifo gate
: >storm
while [ $round -lt $rounds ]; do
	rm -f storm.db*
	runners=
	for _ in $(seq 64); do
		(: <gate && exec migrate-db -d storm.db up) 2>>storm 3>&- &
		runners="$runners $!"
	done
	exec 4>gate
	for p in $runners; do wait "$p" || echo "status $?" >>storm; done
	exec 4>&-
	sql storm.db 'SELECT count(*) FROM schema_migrations; PRAGMA journal_mode; PRAGMA integrity_check' | paste -s -d ' ' >>rounds
	round=$((round + 1))
done
is "64 at once, $rounds times: nobody says a word" "$(cat storm)" ""
is "... and all is there" "$(sort rounds | uniq -c | sed 's/^ *//')" "$rounds 7 wal ok"
is "... in the same tables" "$(schema storm.db)" "$(cat before)"

# Files that are none
echo "This is a letter, and none that SQLite would read; but long enough." >letter.db
yes x | head -c 8192 >>letter.db
head -c 2000 first.db >cut.db
sql corrupt.db "CREATE TABLE x (y)"
printf 'XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX' | dd of=corrupt.db bs=1 seek=100 conv=notrunc 2>/dev/null
sum=$(cat letter.db cut.db corrupt.db | cksum)
for c in up down status; do
	fails 74 "no database: $c" migrate-db -d letter.db $c
	is "... is said" "$out$err" "migrate-db: letter.db: this file is no SQLite database; name another with DATABASE, or run make rebuild-db"
	fails 74 "a damaged one: $c" migrate-db -d corrupt.db $c
	is "... is said" "$out$err" "migrate-db: corrupt.db: the database is damaged; restore it from a backup, or run make rebuild-db"
	fails 74 "one that is cut off: $c" migrate-db -d cut.db $c
	like "... is said" "$out$err" "migrate-db: cut.db: "
done
is "... all are as they were" "$(cat letter.db cut.db corrupt.db | cksum)" "$sum"
mkfifo fifo
ln -s /dev/null null
for file in fifo /dev/null null; do
	for c in up down status; do
		fails 74 "$file: $c" timeout 20 migrate-db -d $file $c
		is "... is said" "$out$err" "migrate-db: $file: it is no regular file; name another with DATABASE"
	done
	fails 74 "... of a tool that looks" timeout 20 report-cost -d $file
done
for c in up down status; do
	fails 78 "a file without a name: $c" migrate-db -d "" $c
	is "... is said" "$out$err" "migrate-db: the database has no name; name a file with DATABASE"
done
mkdir names
cd names || exit 1
for file in :memory: 'file:x?nolock=1' 'file::memory:' 'file:y?mode=memory' 'x.db?vfs=none' -d.db; do
	fails 0 "a file called $file" migrate-db "--database=$file" up
	is "... is one, and no other is made" "$(ls)" "$file"
	is "... with all in it" "$(versions "./$file")" "$ours "
	is "... is looked into, too" "$(migrate-db "--database=$file" status | grep -c pending)" 0
	cp ../letter.db "./$file"
	migrate-db restore "--database=$file" --set-aside >/dev/null 2>&1
	ok "... and set aside when it is damaged" cmp "./$file.damaged.1" ../letter.db
	rm -- ./*
done
cd ..
mkdir folder
for c in up down status; do
	fails 74 "a directory: $c" migrate-db -d folder $c
	is "... is said" "$out$err" "migrate-db: folder: it is a directory; name a file with DATABASE"
done
fails 74 "below a file" migrate-db -d letter.db/x.db up
is "... is said" "$err" "migrate-db: letter.db/x.db: the database can't be opened: Not a directory"
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
	chmod 755 .
	other() { setpriv --reuid 65534 --clear-groups "$@"; }
	sql ro.db "CREATE TABLE x (y)"
	fails 74 "one that is read-only" other migrate-db -d ro.db up
	is "... is said" "$out$err" "migrate-db: ro.db: the database can't be written to; look at the permissions of it and of its directory"
	fails 74 "a directory that is read-only" other migrate-db -d new.db up
	is "... is said" "$err" "migrate-db: new.db: the database can't be made; look at the permissions of its directory"
else
	skip "read-only" "needs root"
fi

# The command line
fails 64 "no command" migrate-db
is "... is said" "$err" "migrate-db: up, down, status or restore is needed; see --help"
fails 64 "another command" migrate-db sideways
fails 64 "two commands" migrate-db up down
fails 64 "another option" migrate-db --nothing up
fails 74 "status to a full disk" sh -c 'migrate-db -d empty.db status >/dev/full'

# The order is that of the numbers; a name that is wrong is refused.
migrations() { sh "$top/mk/migrations.sh" "$@"; }
mkdir m
for m in 9_b 10_a 008_c; do echo "-- $m" | tee "m/$m.up.sql" >"m/$m.down.sql"; done
is "migrations.sh: 10 comes after 9" "$(migrations m/*.sql | sed -n 's/.*{ "\([^"]*\)".*/\1/p' | tr '\n' ' ')" "008_c 9_b 10_a "
is "... the files, byte by byte" "$(migrations m/*.sql | sed -n '/up_10\[/,/;/p' | tr -d '\n')" "static const unsigned char up_10[] = {  45,  45,  32,  49,  48,  95,  97,  10, 0 };"
touch m/7_d.up.sql
fails 65 "... a missing partner" migrations m/*.sql
is "... is said" "$err" "migrations.sh: m/7_d.up.sql: m/7_d.down.sql is missing"
mv m/7_d.up.sql m/010_d.up.sql && touch m/010_d.down.sql
fails 65 "... two of one number" migrations m/*.sql
is "... is said" "$err" "migrations.sh: more than one migration of number 10"
rm m/*
for file in x_y.up.sql 1.up.sql 1_.up.sql 1_A.up.sql 1-a.up.sql '1_a b.up.sql' 1_a.sql 1_a.sideways.sql 1234567_a.up.sql; do
	touch "m/$file" "m/${file%.up.sql}.down.sql"
	fails 65 "... what is no name: $file" migrations "m/$file"
	like "... is said" "$err" "m/$file: not called NNN_name.up.sql or NNN_name.down.sql"
done
fails 65 "... nothing" migrations

# Whoever is locked out waits, for 30 s.
sql wait.db "CREATE TABLE x (y)"
(echo "BEGIN EXCLUSIVE; SELECT 1;" && sleep 1) | sqlite3 wait.db >waited &
wait_for test -s waited
ok "locked for a second: it is waited for" migrate-db -d wait.db up
wait $locked
read -r status seconds <locked.status
is "locked for longer: 75" "$status" 75
ok "... after 30 s, not earlier nor much later" test "$seconds" -ge 29 -a "$seconds" -le 40
is "... is said" "$(cat locked.out locked.err)" "migrate-db: locked.db: another program has locked the database; try again when it is done"
exec 3>&-
wait
finish
