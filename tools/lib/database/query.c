#include <sqlite3.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "database/db-own.h"
#include "database/db.h"

/* A free place, or that of one that isn't in use; NULL where all are. */
static struct query *
find_place(struct db *db)
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

/* NULL where it failed: then it isn't kept, and is tried again. */
static struct query *
find_query(struct db *db, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	struct query *q;

	for (size_t i = 0; i < db->count; i++)
		if (strcmp(db->queries[i].sql, sql) == 0)
			return &db->queries[i];
	db_check(db,
		sqlite3_prepare_v3(db->lite, sql, -1, SQLITE_PREPARE_PERSISTENT,
			&stmt, NULL));
	if (db->has_failed)
		return NULL;
	q = find_place(db);
	if (q)
		*q = (struct query){
			.db = db, .sql = xstrdup(sql), .stmt = stmt
		};
	else
		sqlite3_finalize(stmt);
	if (!q)
		db_fail(db, "too many statements at a time");
	return q;
}

void
db_bind_text(struct query *q, int parameter, const char *text)
{
	if (q->stmt)
		db_check(q->db,
			sqlite3_bind_text(q->stmt, parameter + 1, text, -1,
				SQLITE_TRANSIENT));
}

void
db_bind_int(struct query *q, int parameter, long long number)
{
	if (q->stmt)
		db_check(q->db,
			sqlite3_bind_int64(q->stmt, parameter + 1, number));
}

void
db_bind_real(struct query *q, int parameter, double real)
{
	if (q->stmt)
		db_check(q->db,
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
start(struct db *db, const char *sql, const char *types, va_list ap)
{
	static struct query none;
	struct query *q;

	if (db->has_failed)
		return &none;
	q = find_query(db, sql);
	if (!q)
		return &none;
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
	q = start(db, sql, types, ap);
	va_end(ap);
	return q;
}

bool
db_next(struct query *q)
{
	int code;

	if (!q->stmt || q->db->has_failed) {
		db_done(q);
		return false;
	}
	code = sqlite3_step(q->stmt);
	if (code == SQLITE_ROW)
		return true;
	db_check(q->db, code);
	db_done(q);
	return false;
}

void
db_done(struct query *q)
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

/* SQLite counts the rows of the last statement that could change any, which may
 * have been another. */
long long
db_finish(struct query *q)
{
	long long before;

	if (!q->stmt || q->db->has_failed) {
		db_done(q);
		return 0;
	}
	before = sqlite3_total_changes64(q->db->lite);
	while (db_next(q))
		;
	return q->db->has_failed ||
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
	q = start(db, sql, types, ap);
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
	q = start(db, sql, types, ap);
	va_end(ap);
	if (db_next(q)) {
		n = db_int(q, 0);
		db_done(q);
	}
	return n;
}
