#include <stdio.h>

#include "db.h"
#include "rows.h"
#include "table.h"

#define SQL_MAX 128 /* bytes; the names of tables are our own */

long long
rows_insert(struct db *db, const char *table, const struct cell *cells,
	size_t count)
{
	long long rowid = table_insert(db, table, cells, count);

	/* its number may be that of a row of ours that others have deleted */
	db_run(db,
		"INSERT OR IGNORE INTO limn_rows (table_name, row_id)"
		" VALUES (?, ?)",
		"si", table, rowid);
	return rowid;
}

bool
rows_is_ours(struct db *db, const char *table, long long rowid)
{
	return db_number(db,
		       "SELECT count(*) FROM limn_rows"
		       " WHERE table_name = ? AND row_id = ?",
		       "si", table, rowid) > 0;
}

void
rows_delete(struct db *db, const char *table, long long rowid)
{
	char sql[SQL_MAX];

	if (!rows_is_ours(db, table, rowid))
		return;
	snprintf(sql, sizeof sql, "DELETE FROM %s WHERE rowid = ?", table);
	db_run(db, sql, "i", rowid);
	db_run(db, "DELETE FROM limn_rows WHERE table_name = ? AND row_id = ?",
		"si", table, rowid);
}
