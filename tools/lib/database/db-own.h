/*
 * db-own: the insides of db.h, for db.c, which has the connection, and query.c,
 * which has the statements.
 */
#ifndef LIMN_DB_OWN_H
#define LIMN_DB_OWN_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

#include "database/db.h"

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
	bool is_forgiving;
	bool has_failed; /* while it was forgiving */
	void *kept;      /* db_kept() */
	void (*release)(void *kept);
};

/* What SQLite returned: unless all is well the tool ends, or it is noted (see
 * db_forgive()). */
void db_check(struct db *db, int code);

#endif
