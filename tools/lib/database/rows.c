#include <stdio.h>

#include "database/db.h"
#include "database/rows.h"
#include "database/table.h"

#define SQL_MAX 1024 /* bytes; the names of tables are our own */

/* What the rows of one that reuses a number have otherwise. */
static const char *
find_witness(struct db *db, const char *table)
{
	const char *column =
		table_column(db, table, "created_at|episode_id|name");

	return column ? column : "rowid";
}

void
rows_condition(struct db *db, const char *table, char sql[ROWS_CONDITION_SIZE])
{
	snprintf(sql, ROWS_CONDITION_SIZE,
		"EXISTS (SELECT 1 FROM limn_rows WHERE table_name = '%s'"
		" AND row_id = %s.rowid AND witness IS %s.%s)",
		table, table, table, find_witness(db, table));
}

/* Its number may be that of a row of ours that others have deleted. */
static void
note(struct db *db, const char *table, long long rowid)
{
	char sql[SQL_MAX];

	snprintf(sql, sizeof sql,
		"INSERT OR REPLACE INTO limn_rows (table_name, row_id, witness)"
		" SELECT ?, rowid, %s FROM %s WHERE rowid = ?",
		find_witness(db, table), table);
	if (db_run(db, sql, "si", table, rowid) != 1)
		table_not_added(db, "limn_rows");
}

long long
rows_insert(struct db *db, const char *table, const struct cell *cells,
	size_t count)
{
	long long rowid = table_insert(db, table, cells, count);

	note(db, table, rowid);
	return rowid;
}

void
rows_update(struct db *db, const char *table, long long rowid,
	const struct cell *cells, size_t count)
{
	if (!rows_is_ours(db, table, rowid))
		return;
	table_update(db, table, rowid, cells, count);
	note(db, table, rowid);
}

bool
rows_is_ours(struct db *db, const char *table, long long rowid)
{
	char condition[ROWS_CONDITION_SIZE], sql[SQL_MAX];

	rows_condition(db, table, condition);
	snprintf(sql, sizeof sql,
		"SELECT count(*) FROM %s WHERE rowid = ? AND %s", table,
		condition);
	return db_number(db, sql, "i", rowid) > 0;
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
