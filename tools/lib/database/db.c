#include <errno.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "buf.h"
#include "database/db-own.h"
#include "database/db.h"
#include "database/share.h"
#include "err.h"
#include "file.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define PATH_LENGTH_MAX 65536
#define STATEMENT_MAX 1000000 /* bytes of one */
#define VALUE_MAX (256 << 20) /* bytes of a text, or of a row */

/* What to say of a failure of SQLite's, and to do about it. */
static const struct {
	int code;
	int status;
	const char *what; /* NULL: SQLite's own words */
} failures[] = {
	{ SQLITE_BUSY, EXIT_TRY_LATER,
		"another program has locked the database; try again when it "
		"is done" },
	{ SQLITE_LOCKED, EXIT_TRY_LATER,
		"another program has locked the database; try again when it "
		"is done" },
	{ SQLITE_NOTADB, EXIT_IO,
		"this file is no SQLite database; name another with DATABASE, "
		"or run make rebuild-db" },
	{ SQLITE_CORRUPT, EXIT_IO,
		"the database is damaged; restore it from a backup, or run "
		"make rebuild-db" },
	{ SQLITE_READONLY, EXIT_IO,
		"the database can't be written to; look at the permissions of "
		"it and of its directory" },
	{ SQLITE_PERM, EXIT_IO,
		"the database can't be written to; look at the permissions of "
		"it and of its directory" },
	{ SQLITE_FULL, EXIT_IO,
		"no room for the database; free some on its disk" },
	{ SQLITE_NOMEM, EXIT_TRY_LATER, "out of memory" },
};

static void
fail_with(struct db *db, int status, const char *what)
{
	if (!db->is_forgiving)
		die(status, "%s: %s", db->path, what);
	if (!db->has_failed)
		warn("%s: %s", db->path, what);
	db->has_failed = true;
}

void
db_fail(struct db *db, const char *what)
{
	fail_with(db, EXIT_IO, what);
}

bool
db_has_failed(const struct db *db)
{
	return db->has_failed;
}

static void
fail(struct db *db)
{
	int code = sqlite3_errcode(db->lite) & 0xff, status = EXIT_IO;
	const char *what = NULL;

	for (size_t i = 0; i < COUNT(failures); i++)
		if (failures[i].code == code) {
			status = failures[i].status;
			what = failures[i].what;
		}
	fail_with(db, status, what ? what : sqlite3_errmsg(db->lite));
}

void
db_check(struct db *db, int code)
{
	if (code != SQLITE_OK && code != SQLITE_ROW && code != SQLITE_DONE)
		fail(db);
}

bool
db_forgive(struct db *db, bool yes)
{
	bool good = !db->has_failed;

	if (db->has_failed && !sqlite3_get_autocommit(db->lite))
		sqlite3_exec(db->lite, "ROLLBACK", NULL, NULL, NULL);
	db->is_forgiving = yes;
	db->has_failed = false;
	return good;
}

static void
say_why_not(const char *path)
{
	if (errno == ENOENT)
		die(EXIT_IO,
			"%s: the database can't be made; look at the "
			"permissions of its directory",
			path);
	if (errno == EISDIR)
		die(EXIT_IO, "%s: it is a directory; name a file with DATABASE",
			path);
	die(EXIT_IO, "%s: the database can't be opened:", path);
}

/* Nothing that would be read for ever, or be no database after that. */
static void
refuse_special(const char *path)
{
	struct stat st;

	if (!*path)
		die(EXIT_BAD_CONFIG,
			"the database has no name; name a file with DATABASE");
	if (stat(path, &st) != 0 || S_ISREG(st.st_mode))
		return;
	if (S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		say_why_not(path);
	}
	die(EXIT_IO, "%s: it is no regular file; name another with DATABASE",
		path);
}

char *
db_file(const char *path)
{
	struct buf name = BUF_INIT(PATH_LENGTH_MAX);

	buf_addf(&name, "%s%s", *path == '/' ? "" : "./", path);
	return name.data;
}

struct db *
db_open(const char *path, enum db_mode mode)
{
	int flags = mode == DB_READ
		? SQLITE_OPEN_READWRITE
		: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
	struct stat st;
	struct db *db;
	char *name;
	int code;

	if (mode != DB_MEMORY)
		refuse_special(path);
	if (mode == DB_READ && stat(path, &st) != 0 && errno == ENOENT)
		return NULL;
	if (mode == DB_WRITE)
		file_make_directories(path);
	db = xmalloc(sizeof *db);
	*db = (struct db){ .path = xstrdup(path) };
	name = mode == DB_MEMORY ? xstrdup(":memory:") : db_file(path);
	code = sqlite3_open_v2(name, &db->lite, flags, NULL);
	free(name);
	if (code != SQLITE_OK) {
		int errnum = db->lite ? sqlite3_system_errno(db->lite) : ENOMEM;

		db_close(db);
		errno = errnum;
		say_why_not(path);
	}
	share_waits(db->lite, DB_BUSY_S);
	sqlite3_limit(db->lite, SQLITE_LIMIT_LENGTH, VALUE_MAX);
	sqlite3_limit(db->lite, SQLITE_LIMIT_SQL_LENGTH, STATEMENT_MAX);
	/* of a database that somebody else may have written */
	sqlite3_db_config(db->lite, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db->lite, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	db_script(db, "PRAGMA foreign_keys = ON");
	if (mode == DB_WRITE)
		db_check(db, share_journal(db->lite, db->path, DB_BUSY_S));
	if (mode == DB_READ)
		db_script(db, "PRAGMA query_only = ON");
	return db;
}

void
db_close(struct db *db)
{
	if (!db)
		return;
	for (size_t i = 0; i < db->count; i++) {
		sqlite3_finalize(db->queries[i].stmt);
		free(db->queries[i].sql);
	}
	sqlite3_close(db->lite);
	if (db->release)
		db->release(db->kept);
	free(db->path);
	free(db);
}

void **
db_kept(struct db *db, void (*release)(void *kept))
{
	db->release = release;
	return &db->kept;
}

const char *
db_path(const struct db *db)
{
	return db->path;
}

void
db_script(struct db *db, const char *sql)
{
	if (!db->has_failed)
		db_check(db, sqlite3_exec(db->lite, sql, NULL, NULL, NULL));
}

static bool
has_name(const char *names, const char *name)
{
	for (; name && *names; names += strlen(names) + 1)
		if (sqlite3_stricmp(names, name) == 0)
			return true;
	return false;
}

/* What is ignored compiles to nothing. */
static int
allow(void *names, int action, const char *first, const char *second,
	const char *database, const char *trigger)
{
	(void)database;
	(void)trigger;
	switch (action) {
	case SQLITE_DROP_TABLE:
		second = first;
		break;
	case SQLITE_ALTER_TABLE:  /* (database, table) */
	case SQLITE_CREATE_INDEX: /* (index, table) */
	case SQLITE_CREATE_TRIGGER:
	case SQLITE_DROP_INDEX:
	case SQLITE_DROP_TRIGGER:
		break;
	default:
		return SQLITE_OK;
	}
	return has_name(names, second) ? SQLITE_IGNORE : SQLITE_OK;
}

void
db_script_sparing(struct db *db, const char *sql, const char *tables)
{
	sqlite3_set_authorizer(db->lite, allow, (void *)(uintptr_t)tables);
	db_script(db, sql);
	sqlite3_set_authorizer(db->lite, NULL, NULL);
}

long long
db_last(struct db *db)
{
	return sqlite3_last_insert_rowid(db->lite);
}

void
db_begin(struct db *db)
{
	db_run(db, "BEGIN IMMEDIATE", "");
}

void
db_commit(struct db *db)
{
	db_run(db, "COMMIT", "");
}

void
db_rollback(struct db *db)
{
	if (!sqlite3_get_autocommit(db->lite))
		db_run(db, "ROLLBACK", "");
}

void
db_hurry(struct db *db)
{
	db_script(db, "PRAGMA synchronous = NORMAL");
}

void
db_time(time_t time, char text[DB_TIME_SIZE])
{
	struct tm tm;

	if (!gmtime_r(&time, &tm))
		tm = (struct tm){ .tm_year = 70, .tm_mday = 1 };
	strftime(text, DB_TIME_SIZE, "%Y-%m-%d %H:%M:%S", &tm);
}
