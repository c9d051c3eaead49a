/*
 * rows: which rows of the tables that others write, too, are limn's.
 *
 * limn_rows has them; no other row is ever changed or deleted, but for what
 * episodes.h and versions.h say.  (The rows of pipeline_runs that are ours are
 * in limn_runs: runs.h.)
 *
 * Each function is for within a transaction of the caller's.
 */
#ifndef LIMN_ROWS_H
#define LIMN_ROWS_H

#include <stdbool.h>
#include <stddef.h>

struct db;
struct cell;

/* table_insert(), and the row is ours. */
long long rows_insert(struct db *db, const char *table,
	const struct cell *cells, size_t count);

bool rows_is_ours(struct db *db, const char *table, long long rowid);

/* Delete a row, if it is ours. */
void rows_delete(struct db *db, const char *table, long long rowid);

#endif
