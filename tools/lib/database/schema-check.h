/*
 * schema-check: check that the tables of a database, which another program may
 * have made, have what limn's statements need.
 *
 * With a view in place of a table, or without a column, a tool would fail in
 * the middle of its work, with a message of SQLite's.  So this is checked when
 * the database is opened (schema.h): EXIT_IO, with the remedy.  A column that
 * is only written may be missing: see sql-row.h.
 */
#ifndef LIMN_SCHEMA_CHECK_H
#define LIMN_SCHEMA_CHECK_H

#include <stdbool.h>

struct db;

/* to_write: also check what only writers need.  is_ours() tells whether a
 * CREATE TABLE is that of a migration; such a table isn't checked. */
void schema_check_tables(struct db *db, bool to_write,
	bool (*is_ours)(const char *sql));

#endif
