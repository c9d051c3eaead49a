/*
 * schema-check: whether the tables of a database, which another program may
 * have made, are what limn's statements take them for.
 *
 * A view, or a column that is missing would end a tool in its
 * middle, in SQLite's words.  So they are looked for when the database is
 * opened (schema.h), and said with the remedy, EXIT_IO.  A column that is only
 * written may be missing: see sql-row.h.
 */
#ifndef LIMN_SCHEMA_CHECK_H
#define LIMN_SCHEMA_CHECK_H

#include <stdbool.h>

struct db;

/* to_write: also what who only looks doesn't name.  is_ours tells whether a
 * CREATE TABLE is a migration's own: such a table is as it should be. */
void schema_check_tables(struct db *db, bool to_write,
	bool (*is_ours)(const char *sql));

#endif
