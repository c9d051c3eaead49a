/*
 * rows: which rows of the tables that others write, too, are limn's.
 *
 * limn_rows has them; no other row is ever changed or deleted, but for what
 * episodes.h and versions.h say.  (The rows of pipeline_runs that are ours are
 * in limn_runs: runs.h.)
 *
 * Others may delete a row of ours, and its number may be used again for one of
 * theirs.  So limn_rows also has a witness, the row's created_at as we wrote it
 * (of a table without, its episode_id): a row is ours while it has that.
 *
 * Each function is for within a transaction of the caller's.
 */
#ifndef LIMN_ROWS_H
#define LIMN_ROWS_H

#include <stdbool.h>
#include <stddef.h>

struct db;
struct cell;

#define ROWS_CONDITION_SIZE 256 /* bytes */

/* A condition for a statement about that table, under its own name: the row is
 * ours. */
void rows_condition(struct db *db, const char *table,
	char sql[ROWS_CONDITION_SIZE]);

/* table_insert(), and the row is ours. */
long long rows_insert(struct db *db, const char *table,
	const struct cell *cells, size_t count);

/* table_update() of a row of ours, which it stays; another is left alone. */
void rows_update(struct db *db, const char *table, long long rowid,
	const struct cell *cells, size_t count);

bool rows_is_ours(struct db *db, const char *table, long long rowid);

/* Delete a row, if it is ours. */
void rows_delete(struct db *db, const char *table, long long rowid);

#endif
