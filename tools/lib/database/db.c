#include <errno.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "buf.h"
#include "database/db-journal.h"
#include "database/db.h"
#include "err.h"
#include "failure.h"
#include "file.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define PATH_LENGTH_MAX 65536
#define STATEMENT_MAX 1000000 /* bytes of an SQL statement */
#define VALUE_MAX (256 << 20) /* bytes of a text, or of a row */

/* stmt is NULL if the SQL is only a comment, or the database has failed. */
struct query {
	struct db *db;
	char *sql;
	sqlite3_stmt *stmt;
	bool is_busy; /* from db_query() to its end */
};

struct db {
	sqlite3 *lite;
	char *path;
	struct query queries[DB_QUERIES_MAX];
	size_t count;
	struct query none;      /* returned after a failure */
	struct failure failure; /* status 0: none */
	struct db_wait wait;
	void *userdata;
	void (*release)(void *userdata);
};

/* Exit status and message for an error of SQLite. */
static const struct {
	int code;
	int status;
	const char *what; /* with the remedy */
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
		"the disk of the database is full; free some space" },
	{ SQLITE_NOMEM, EXIT_TRY_LATER, "out of memory" },
};

/* --- failures */

void
db_fail(struct db *db, int status, const char *fmt, ...)
{
	char what[FAILURE_MESSAGE_MAX];
	va_list ap;

	if (db->failure.status)
		return;
	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	failure_set(&db->failure, status, "%s: %s", db->path, what);
}

const struct failure *
db_failure(const struct db *db)
{
	return db->failure.status ? &db->failure : NULL;
}

bool
db_check(struct db *db, struct failure *f)
{
	if (!db->failure.status)
		return true;
	for (size_t i = 0; i < db->count; i++)
		db_reset(&db->queries[i]);
	db_rollback(db);
	if (f)
		*f = db->failure;
	db->failure.status = 0;
	return false;
}

/* Turn an error code of SQLite into the failure of db. */
static void
check_code(struct db *db, int code)
{
	int status = EXIT_IO;
	const char *what = NULL;

	if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE)
		return;
	code = sqlite3_errcode(db->lite) & 0xff;
	for (size_t i = 0; i < COUNT(failures); i++)
		if (failures[i].code == code) {
			status = failures[i].status;
			what = failures[i].what;
		}
	db_fail(db, status, "%s", what ? what : sqlite3_errmsg(db->lite));
}

/* --- the database */

/* Fill in the failure, from errno. */
static bool
cannot_open(const char *path, struct failure *f)
{
	if (errno == ENOENT)
		return failure_set(f, EXIT_IO,
			"%s: the database can't be made; look at the "
			"permissions of its directory",
			path);
	if (errno == EISDIR)
		return failure_set(f, EXIT_IO,
			"%s: it is a directory; name a file with DATABASE",
			path);
	return failure_set(f, EXIT_IO,
		"%s: the database can't be opened:", path);
}

/* Only a regular file can be a database; to open a FIFO would block. */
static bool
check_path(const char *path, struct failure *f)
{
	struct stat st;

	if (!*path)
		return failure_set(f, EXIT_BAD_CONFIG,
			"the database has no name; name a file with DATABASE");
	if (stat(path, &st) != 0 || S_ISREG(st.st_mode))
		return true;
	if (S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		return cannot_open(path, f);
	}
	return failure_set(f, EXIT_IO,
		"%s: it is no regular file; name another with DATABASE", path);
}

char *
db_file(const char *path)
{
	struct buf name = BUF_INIT(PATH_LENGTH_MAX);

	buf_addf(&name, "%s%s", *path == '/' ? "" : "./", path);
	return name.data;
}

static void
set_up(struct db *db, enum db_mode mode)
{
	db_wait_set(db->lite, &db->wait);
	sqlite3_limit(db->lite, SQLITE_LIMIT_LENGTH, VALUE_MAX);
	sqlite3_limit(db->lite, SQLITE_LIMIT_SQL_LENGTH, STATEMENT_MAX);
	/* another program may have written the database */
	sqlite3_db_config(db->lite, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db->lite, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	db_script(db, "PRAGMA foreign_keys = ON");
	if (mode == DB_WRITE)
		check_code(db, db_journal_set(db->lite, db->path, &db->wait));
	if (mode == DB_READ || mode == DB_GLANCE)
		db_script(db, "PRAGMA query_only = ON");
}

struct db *
db_open(const char *path, enum db_mode mode, struct failure *f)
{
	bool only_reads = mode == DB_READ || mode == DB_GLANCE;
	int flags = only_reads ? SQLITE_OPEN_READWRITE
			       : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
	struct stat st;
	struct db *db;
	char *name;
	bool good;

	if (f)
		*f = (struct failure){ 0 };
	if (mode != DB_MEMORY && !check_path(path, f))
		return NULL;
	if (only_reads && stat(path, &st) != 0 && errno == ENOENT)
		return NULL;
	if (mode == DB_WRITE)
		file_make_directories(path);
	db = xmalloc(sizeof *db);
	*db = (struct db){ .path = xstrdup(path),
		.wait.limit_ms =
			(mode == DB_GLANCE ? DB_GLANCE_S : DB_BUSY_S) * 1000L };
	name = mode == DB_MEMORY ? xstrdup(":memory:") : db_file(path);
	good = sqlite3_open_v2(name, &db->lite, flags, NULL) == SQLITE_OK;
	free(name);
	if (good) {
		set_up(db, mode);
		good = db_check(db, f);
	} else {
		errno = db->lite ? sqlite3_system_errno(db->lite) : ENOMEM;
		cannot_open(path, f);
	}
	if (!good) {
		db_close(db);
		return NULL;
	}
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
		db->release(db->userdata);
	free(db->path);
	free(db);
}

void **
db_userdata(struct db *db, void (*release)(void *userdata))
{
	db->release = release;
	return &db->userdata;
}

const char *
db_path(const struct db *db)
{
	return db->path;
}

void
db_script(struct db *db, const char *sql)
{
	if (!db->failure.status)
		check_code(db, sqlite3_exec(db->lite, sql, NULL, NULL, NULL));
}

static bool
has_name(const char *names, const char *name)
{
	for (; name && *names; names += strlen(names) + 1)
		if (sqlite3_stricmp(names, name) == 0)
			return true;
	return false;
}

/* An authorizer of SQLite: a statement that it ignores does nothing. */
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
db_relax_sync(struct db *db)
{
	db_script(db, "PRAGMA synchronous = NORMAL");
}

void
db_restore_sync(struct db *db)
{
	db_script(db, "PRAGMA synchronous = FULL");
}

/* --- statements */

/* A slot that is free or whose statement isn't in use, or NULL. */
static struct query *
find_slot(struct db *db)
{
	struct query *q;

	if (db->count < DB_QUERIES_MAX)
		return &db->queries[db->count++];
	for (size_t i = db->count; i > 0; i--) {
		q = &db->queries[i - 1];
		if (!q->is_busy) {
			sqlite3_finalize(q->stmt);
			free(q->sql);
			return q;
		}
	}
	return NULL;
}

/* Find the prepared statement, or prepare it.  One that failed isn't kept. */
static struct query *
find_query(struct db *db, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	struct query *q;

	for (size_t i = 0; i < db->count; i++)
		if (strcmp(db->queries[i].sql, sql) == 0)
			return &db->queries[i];
	check_code(db,
		sqlite3_prepare_v3(db->lite, sql, -1, SQLITE_PREPARE_PERSISTENT,
			&stmt, NULL));
	if (db->failure.status)
		return NULL;
	q = find_slot(db);
	if (q)
		*q = (struct query){
			.db = db, .sql = xstrdup(sql), .stmt = stmt
		};
	else
		sqlite3_finalize(stmt);
	if (!q)
		db_fail(db, EXIT_IO, "too many statements at a time");
	return q;
}

void
db_bind_text(struct query *q, int parameter, const char *text)
{
	if (q->stmt)
		check_code(q->db,
			sqlite3_bind_text(q->stmt, parameter + 1, text, -1,
				SQLITE_TRANSIENT));
}

void
db_bind_int(struct query *q, int parameter, long long number)
{
	if (q->stmt)
		check_code(q->db,
			sqlite3_bind_int64(q->stmt, parameter + 1, number));
}

void
db_bind_real(struct query *q, int parameter, double real)
{
	if (q->stmt)
		check_code(q->db,
			sqlite3_bind_double(q->stmt, parameter + 1, real));
}

static void
bind(struct query *q, const char *types, va_list ap)
{
	for (int i = 0; types[i]; i++)
		if (types[i] == 's')
			db_bind_text(q, i, va_arg(ap, const char *));
		else if (types[i] == 'i')
			db_bind_int(q, i, va_arg(ap, long long));
		else
			db_bind_real(q, i, va_arg(ap, double));
}

static struct query *
start_query(struct db *db, const char *sql, const char *types, va_list ap)
{
	struct query *q;

	q = db->failure.status ? NULL : find_query(db, sql);
	if (!q)
		return &db->none;
	q->is_busy = true;
	if (q->stmt)
		bind(q, types, ap);
	return q;
}

struct query *
db_query(struct db *db, const char *sql, const char *types, ...)
{
	struct query *q;
	va_list ap;

	va_start(ap, types);
	q = start_query(db, sql, types, ap);
	va_end(ap);
	return q;
}

bool
db_next(struct query *q)
{
	int code;

	if (!q->stmt || q->db->failure.status) {
		db_reset(q);
		return false;
	}
	code = sqlite3_step(q->stmt);
	if (code == SQLITE_ROW)
		return true;
	check_code(q->db, code);
	db_reset(q);
	return false;
}

void
db_reset(struct query *q)
{
	q->is_busy = false;
	if (!q->stmt)
		return;
	sqlite3_reset(q->stmt);
	sqlite3_clear_bindings(q->stmt);
}

const char *
db_text(struct query *q, int column)
{
	return (const char *)sqlite3_column_text(q->stmt, column);
}

long long
db_int(struct query *q, int column)
{
	return sqlite3_column_int64(q->stmt, column);
}

double
db_real(struct query *q, int column)
{
	return sqlite3_column_double(q->stmt, column);
}

bool
db_is_null(struct query *q, int column)
{
	return sqlite3_column_type(q->stmt, column) == SQLITE_NULL;
}

/* sqlite3_changes64() may count the rows of an earlier statement, if this one
 * changed none. */
long long
db_finish(struct query *q)
{
	long long before;

	if (!q->stmt || q->db->failure.status) {
		db_reset(q);
		return 0;
	}
	before = sqlite3_total_changes64(q->db->lite);
	while (db_next(q))
		;
	return q->db->failure.status ||
			sqlite3_total_changes64(q->db->lite) == before
		? 0
		: sqlite3_changes64(q->db->lite);
}

long long
db_run(struct db *db, const char *sql, const char *types, ...)
{
	struct query *q;
	va_list ap;

	va_start(ap, types);
	q = start_query(db, sql, types, ap);
	va_end(ap);
	return db_finish(q);
}

long long
db_number(struct db *db, const char *sql, const char *types, ...)
{
	struct query *q;
	va_list ap;
	long long n = 0;

	va_start(ap, types);
	q = start_query(db, sql, types, ap);
	va_end(ap);
	if (db_next(q)) {
		n = db_int(q, 0);
		db_reset(q);
	}
	return n;
}

/* --- transactions */

void
db_begin(struct db *db)
{
	db_run(db, "BEGIN IMMEDIATE", "");
}

bool
db_commit(struct db *db, struct failure *f)
{
	db_run(db, "COMMIT", "");
	return db_check(db, f);
}

void
db_rollback(struct db *db)
{
	if (!sqlite3_get_autocommit(db->lite))
		sqlite3_exec(db->lite, "ROLLBACK", NULL, NULL, NULL);
}

void
db_time(time_t time, char text[DB_TIME_SIZE])
{
	struct tm tm;

	if (!gmtime_r(&time, &tm))
		tm = (struct tm){ .tm_year = 70, .tm_mday = 1 };
	strftime(text, DB_TIME_SIZE, "%Y-%m-%d %H:%M:%S", &tm);
}
