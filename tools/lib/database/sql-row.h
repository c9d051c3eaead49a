/*
 * sql-row: rows of tables that another program may have made.
 *
 *	const struct cell row[] = {
 *		CELL_TEXT("episode_id", id),
 *		CELL_INT("size_bytes", 24512),
 *		CELL_TEXT("metadata|meta", json),
 *	};
 *	long long rowid = sql_row_insert(db, "media_assets", row, COUNT(row));
 *
 * An existing pipeline may own the database, and its tables may have fewer
 * columns than ours, or more, or of other names: only columns that are there
 * are written.  "metadata|meta" is whichever of the two there is.  A column of
 * theirs that may not be NULL and has no default gets what says nothing: "", 0
 *or the time; so does one that is given NULL and doesn't allow it.
 *
 * What columns a table has is looked up once; a table that isn't there, again
 * each time.
 *
 * Names of tables and columns are the program's own, never input.  What fails
 * is a failure of db (db.h).
 */
#ifndef LIMN_SQL_ROW_H
#define LIMN_SQL_ROW_H

#include <stdbool.h>
#include <stddef.h>

struct db;

struct cell {
	const char *column;
	char type;        /* as for db_run() */
	const char *text; /* may be NULL */
	long long number;
	double real;
};

/* clang-format off */
#define CELL_TEXT(c, v) { .column = (c), .type = 's', .text = (v) }
#define CELL_INT(c, v) { .column = (c), .type = 'i', .number = (v) }
#define CELL_REAL(c, v) { .column = (c), .type = 'd', .real = (v) }
/* clang-format on */

bool sql_table_exists(struct db *db, const char *table);

/* The column's name, of those with | between the first that the table has; NULL
 * where it has none. */
const char *sql_column(struct db *db, const char *table, const char *column);

/* Returns the new row's rowid; 0 where it failed. */
long long sql_row_insert(struct db *db, const char *table,
	const struct cell *cells, size_t count);

/* A row should have been added, and wasn't, though nothing failed: a trigger
 * can do that.  It is a failure (db_fail()). */
void sql_row_not_added(struct db *db, const char *table);

void sql_row_update(struct db *db, const char *table, long long rowid,
	const struct cell *cells, size_t count);

/* Whether a row has these values, in the columns that there are. */
bool sql_row_equals(struct db *db, const char *table, long long rowid,
	const struct cell *cells, size_t count);

/*
 * A row of limn's own, in a table that others write, too.  limn_rows has which
 * these are; no other row is ever changed or deleted, but for what episodes.h
 * and versions.h say.  (The rows of pipeline_runs that are ours are in
 * limn_runs: runs.h.)
 *
 * Others may delete a row of ours, and its number may be used again for one of
 * theirs.  So limn_rows also has a witness, the row's created_at as we wrote it
 * (of a table without, its episode_id): a row is ours while it has that.  Call
 * these functions within a transaction.
 */
#define OWN_ROW_CONDITION_SIZE 256 /* bytes */

/* A condition for a statement about that table, under its own name: the row is
 * ours. */
void own_row_condition(struct db *db, const char *table,
	char sql[OWN_ROW_CONDITION_SIZE]);

/* sql_row_insert(), and the row is ours. */
long long own_row_insert(struct db *db, const char *table,
	const struct cell *cells, size_t count);

/* sql_row_update() of a row of ours, which it stays; another is left alone. */
void own_row_update(struct db *db, const char *table, long long rowid,
	const struct cell *cells, size_t count);

bool own_row_is(struct db *db, const char *table, long long rowid);

/* Delete a row, if it is ours. */
void own_row_delete(struct db *db, const char *table, long long rowid);

#endif
