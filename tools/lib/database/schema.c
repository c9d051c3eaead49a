#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "buf.h"
#include "database/db.h"
#include "database/schema-check.h"
#include "database/schema.h"
#include "database/sql-row.h"
#include "env.h"
#include "err.h"
#include "failure.h"

struct migration {
	const char *name; /* "005_media_assets" */
	const char *up, *down;
};
#include "migrations.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define NAMES_MAX 65536 /* bytes of the names of all of limn's tables */
#define STRINGIFY(x) #x
#define STRING(x) STRINGIFY(x)

/* Which of the migrations a database has. */
struct state {
	bool has[COUNT(migrations)];
	bool has_all;
};

static bool
has_table(struct db *db, const char *name)
{
	return db_number(db,
		"SELECT count(*) FROM sqlite_schema"
		" WHERE type IN ('table', 'view') AND name = ? COLLATE NOCASE",
		"s", name);
}

static bool
is_empty(struct db *db)
{
	return db_number(db, "SELECT count(*) FROM sqlite_schema", "") == 0;
}

static bool
is_newer(struct db *db, const char *version)
{
	long last = strtol(migrations[COUNT(migrations) - 1].name, NULL, 10);

	if (strtol(version, NULL, 10) <= last)
		return false;
	return strstr(version, "limn") ||
		db_number(db, "PRAGMA application_id", "") ==
		SCHEMA_APPLICATION;
}

/* A single SELECT, if there is nothing to migrate. */
static void
read_state(struct db *db, struct state *state)
{
	struct query *q;
	const char *version;

	*state = (struct state){ .has_all = false };
	if (!has_table(db, "schema_migrations"))
		return;
	q = db_query(db, "SELECT version FROM schema_migrations", "");
	while (db_next(q)) {
		version = db_text(q, 0);
		if (!version)
			continue;
		if (is_newer(db, version))
			db_fail(db, EXIT_BAD_CONFIG,
				"a newer limn has made it (it has %s); install "
				"that, or name another with DATABASE",
				version);
		for (size_t i = 0; i < COUNT(migrations); i++)
			if (strcmp(migrations[i].name, version) == 0)
				state->has[i] = true;
	}
	state->has_all = true;
	for (size_t i = 0; i < COUNT(migrations); i++)
		state->has_all = state->has_all && state->has[i];
}

/* Whether this CREATE TABLE is, byte for byte, that of one of limn's
 * migrations. */
static bool
is_ours(const char *sql)
{
	static const char stored[] = "CREATE TABLE ";
	static const char written[] = "CREATE TABLE IF NOT EXISTS ";
	const char *s;
	size_t len;

	if (strncmp(sql, stored, sizeof stored - 1) != 0)
		return false;
	sql += sizeof stored - 1;
	len = strlen(sql);
	for (size_t i = 0; i < COUNT(migrations); i++)
		for (s = migrations[i].up; (s = strstr(s, written));) {
			s += sizeof written - 1;
			if (strncmp(s, sql, len) == 0 && s[len] == ';')
				return true;
		}
	return false;
}

void
schema_check(struct db *db)
{
	schema_check_tables(db, true, is_ours);
}

/*
 * Two databases in memory with limn's tables: before a migration, and after it.
 * A table that differs from them belongs to another program.
 */
struct model {
	struct db *before, *after;
};

static bool
model_open(struct model *m, const char *path, struct failure *f)
{
	m->before = db_open(path, DB_MEMORY, f);
	m->after = m->before ? db_open(path, DB_MEMORY, f) : NULL;
	if (m->after)
		db_script(m->after, migrations[0].up);
	return m->after != NULL;
}

static bool
model_check(struct model *m, struct failure *f)
{
	return db_check(m->before, f) && db_check(m->after, f);
}

/* Go on to migration i. */
static void
model_next(struct model *m, size_t i)
{
	db_script(m->before, migrations[i - 1].up);
	db_script(m->after, migrations[i].up);
}

static void
model_close(struct model *m)
{
	db_close(m->before);
	db_close(m->after);
}

/* Whether a database has this table with this CREATE TABLE. */
static bool
has_same(struct db *db, const char *name, const char *sql)
{
	return db_number(db,
		"SELECT count(*) FROM sqlite_schema"
		" WHERE type = 'table' AND name = ? AND sql = ?",
		"ss", name, sql);
}

/* Add the names of limn's tables that in this database belong to another
 * program. */
static void
find_foreign(struct db *db, const struct model *m, struct buf *names)
{
	struct query *q = db_query(m->after,
		"SELECT name, sql FROM sqlite_schema WHERE type = 'table'", "");
	struct query *before;
	const char *name;
	bool ours;

	while (db_next(q)) {
		name = db_text(q, 0);
		if (!has_table(db, name) || has_same(db, name, db_text(q, 1)))
			continue;
		before = db_query(m->before,
			"SELECT sql FROM sqlite_schema"
			" WHERE type = 'table' AND name = ?",
			"s", name);
		ours = db_next(before) &&
			has_same(db, name, db_text(before, 0));
		db_reset(before);
		if (!ours)
			buf_add(names, name, strlen(name) + 1);
	}
	buf_add(names, "", 1);
}

static bool
apply(struct db *db, struct model *m, size_t i, struct failure *f)
{
	struct buf foreign = BUF_INIT(NAMES_MAX);
	char now[DB_TIME_SIZE];
	struct state state;
	bool good;

	db_begin(db);
	read_state(db, &state); /* another process may have applied it */
	if (!state.has[i]) {
		db_time(time(NULL), now);
		const struct cell row[] = {
			CELL_TEXT("version", migrations[i].name),
			CELL_TEXT("applied_at", now),
		};

		find_foreign(db, m, &foreign);
		db_script_sparing(db, migrations[i].up, foreign.data);
		sql_row_insert(db, "schema_migrations", row, COUNT(row));
	}
	good = db_commit(db, f);
	buf_free(&foreign);
	return good && model_check(m, f);
}

static bool
make_first_table(struct db *db, struct failure *f)
{
	db_begin(db);
	if (is_empty(db) && db_number(db, "PRAGMA application_id", "") == 0)
		db_script(db,
			"PRAGMA application_id = " STRING(SCHEMA_APPLICATION));
	db_script(db,
		"CREATE TABLE IF NOT EXISTS schema_migrations ("
		"version TEXT PRIMARY KEY, applied_at DATETIME NOT NULL)");
	return db_commit(db, f);
}

bool
schema_up(struct db *db, struct failure *f)
{
	struct state state;
	struct model m;
	bool good;

	read_state(db, &state);
	if (!db_check(db, f))
		return false;
	if (state.has_all)
		return true;
	if (is_empty(db)) /* nothing can be lost */
		db_relax_sync(db);
	if (!make_first_table(db, f))
		return false;
	good = model_open(&m, db_path(db), f);
	for (size_t i = 0; good && i < COUNT(migrations); i++) {
		if (i > 0)
			model_next(&m, i);
		good = model_check(&m, f) &&
			(state.has[i] || apply(db, &m, i, f));
	}
	model_close(&m);
	db_restore_sync(db);
	return good;
}

const char *
schema_path(const char *option)
{
	const char *setting = option ? option : env_get("DATABASE");

	return setting ? setting : SCHEMA_PATH;
}

struct db *
schema_open(const char *path, struct failure *f)
{
	struct db *db = db_open(path, DB_WRITE, f);
	struct state state;

	if (!db)
		return NULL;

	/* one transaction: the file is locked and read once */
	db_script(db, "BEGIN");
	schema_check(db);
	read_state(db, &state);
	if (!db_commit(db, f) || (!state.has_all && !schema_up(db, f))) {
		db_close(db);
		return NULL;
	}
	return db;
}

static struct db *
open_to_read(const char *path, enum db_mode mode, struct failure *f)
{
	struct db *db = db_open(path, mode, f);
	struct state state;
	bool has_any;

	if (!db)
		return NULL;
	has_any = !is_empty(db);
	if (has_any) {
		schema_check_tables(db, false, is_ours);
		read_state(db, &state);
	}
	if (!db_check(db, f) || !has_any) {
		db_close(db);
		return NULL;
	}
	return db;
}

struct db *
schema_look(const char *path, struct failure *f)
{
	return open_to_read(path, DB_READ, f);
}

struct db *
schema_glance(const char *path, struct failure *f)
{
	return open_to_read(path, DB_GLANCE, f);
}

/* Fail if a table that the migration made, and that is limn's, has rows. */
static void
refuse_rows(struct db *db, const struct model *m)
{
	struct query *q = db_query(m->after,
		"SELECT name, sql, 'SELECT count(*) FROM \"' || name || '\"'"
		" FROM sqlite_schema WHERE type = 'table'",
		"");
	const char *name;
	long long rows;

	while (db_next(q)) {
		name = db_text(q, 0);
		if (has_table(m->before, name) ||
			!has_same(db, name, db_text(q, 1)))
			continue;
		rows = db_number(db, db_text(q, 2), "");
		if (rows > 0)
			db_fail(db, EXIT_BAD_INPUT,
				"%s: %lld row%s would be lost; save them, then "
				"give --force",
				name, rows, rows == 1 ? "" : "s");
	}
}

static bool
undo(struct db *db, size_t i, bool force, struct failure *f)
{
	struct buf foreign = BUF_INIT(NAMES_MAX);
	struct model m;
	bool good = model_open(&m, db_path(db), f);

	for (size_t j = 1; good && j <= i; j++)
		model_next(&m, j);
	if (good && !force)
		refuse_rows(db, &m);
	if (good)
		find_foreign(db, &m, &foreign);
	good = good && model_check(&m, f);
	if (good) {
		db_script_sparing(db, migrations[i].down, foreign.data);
		db_run(db, "DELETE FROM schema_migrations WHERE version = ?",
			"s", migrations[i].name);
	}
	model_close(&m);
	buf_free(&foreign);
	return good;
}

/* Foreign keys are off: other tables may refer to a table that is dropped.  The
 * next schema_up() makes it again. */
bool
schema_down(struct db *db, bool force, const char **name, struct failure *f)
{
	struct state state;
	size_t i = COUNT(migrations);
	bool good;

	db_script(db, "PRAGMA foreign_keys = OFF");
	db_begin(db);
	read_state(db, &state);
	while (i > 0 && !state.has[i - 1])
		i--;
	good = i == 0 || undo(db, i - 1, force, f);
	if (!good)
		db_rollback(db);
	good = good && db_commit(db, f);
	db_script(db, "PRAGMA foreign_keys = ON");
	*name = i > 0 ? migrations[i - 1].name : NULL;
	return good && db_check(db, f);
}

void
schema_each(struct db *db,
	void (*each)(const char *name, const char *applied_at, void *data),
	void *data)
{
	bool has_any = db && sql_table_exists(db, "schema_migrations");
	struct query *q;

	for (size_t i = 0; i < COUNT(migrations); i++) {
		if (!has_any) {
			each(migrations[i].name, NULL, data);
			continue;
		}
		q = db_query(db,
			"SELECT coalesce(applied_at, 'applied')"
			" FROM schema_migrations WHERE version = ?",
			"s", migrations[i].name);
		each(migrations[i].name, db_next(q) ? db_text(q, 0) : NULL,
			data);
		db_reset(q);
	}
}
