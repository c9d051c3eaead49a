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
 * The database may belong to an existing pipeline, whose tables may have fewer
 * columns than limn's, or more, or columns of other names.  Only columns that
 * exist are written.  "metadata|meta" means the first of the two that exists. A
 * column of the pipeline that may not be NULL and has no default gets "", 0 or
 * the time; so does a column that is given NULL and doesn't allow it.
 *
 * The columns of a table are looked up once; a table that is missing is looked
 * up again each time.
 *
 * The names of tables and columns are constants, never input.  An error is a
 * failure of db (db.h).
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

/* The first of the column names (separated by |) that the table has, or NULL.
 */
const char *sql_column(struct db *db, const char *table, const char *column);

/* Returns the rowid of the new row; 0 on failure. */
long long sql_row_insert(struct db *db, const char *table,
	const struct cell *cells, size_t count);

/* Set a failure: a row was not added, though no statement failed.  A trigger
 * can do that. */
void sql_row_not_added(struct db *db, const char *table);

void sql_row_update(struct db *db, const char *table, long long rowid,
	const struct cell *cells, size_t count);

/* Whether a row has these values in the columns that exist. */
bool sql_row_equals(struct db *db, const char *table, long long rowid,
	const struct cell *cells, size_t count);

/*
 * Rows of limn's own in tables that other programs also write.  limn_rows lists
 * them; no other row is changed or deleted, except as episodes.h and versions.h
 * say.  (limn's rows of pipeline_runs are in limn_runs: runs.h.)
 *
 * Another program may delete a row of limn's, and SQLite may use its number for
 * a row of that program.  So limn_rows also has the created_at that limn wrote
 * into the row (its episode_id, if the table has no created_at): the row is
 * limn's while it has that value.  Call these functions in a transaction.
 */
#define OWN_ROW_CONDITION_SIZE 256 /* bytes */

/* A condition for a statement about that table, which is not renamed in it: the
 * row is limn's. */
void own_row_condition(struct db *db, const char *table,
	char sql[OWN_ROW_CONDITION_SIZE]);

/* sql_row_insert() of a row of limn's. */
long long own_row_insert(struct db *db, const char *table,
	const struct cell *cells, size_t count);

/* sql_row_update(), if the row is limn's. */
void own_row_update(struct db *db, const char *table, long long rowid,
	const struct cell *cells, size_t count);

bool own_row_is(struct db *db, const char *table, long long rowid);

/* Delete the row, if it is limn's. */
void own_row_delete(struct db *db, const char *table, long long rowid);

#endif
