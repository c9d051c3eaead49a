/*
 * schema: the tables of the database, and the migrations that make them.
 *
 *	struct db *db = schema_open("outputs/limn.db", &f);
 *
 * The files of migrations/ are in the programs, which so work wherever they
 * are, and in any directory.  Each migration that the database's
 * schema_migrations doesn't name is applied in a transaction of its own, by
 * number.  All make only what isn't there: a database that another pipeline
 * owns keeps its tables, its rows, and its own rows in schema_migrations, which
 * are none of our business.  A table is another's if its CREATE TABLE isn't
 * ours, letter by letter; no index of ours is added to it.
 *
 * A table of another program's may be of many shapes (sql-row.h), but it must
 *be one, with rowids, and have the columns that statements name; one in the
 *place of a table that is only limn's must have all of that's.  Otherwise it is
 * EXIT_IO, before anything is read or written.
 *
 * A database that a newer limn has made is EXIT_BAD_CONFIG.  It is one that has
 * a migration with a higher number than we know, of ours (a database that limn
 * made has limn's application_id; else, with limn in its name).
 */
#ifndef LIMN_SCHEMA_H
#define LIMN_SCHEMA_H

#include <stdbool.h>

struct db;
struct failure;

#define SCHEMA_APPLICATION 0x6c696d6e /* "limn", PRAGMA application_id */

#define SCHEMA_PATH "outputs/limn.db" /* where nobody names another */

/* The database's file: option (what the command line says, or NULL), else
 * $DATABASE, else SCHEMA_PATH. */
const char *schema_path(const char *option);

/* To write: made, and brought up to date, if need be.  NULL on failure. */
struct db *schema_open(const char *path, struct failure *f);

/*
 * To read: NULL on failure; and where there is no such file, or an empty one:
 * f->status is 0 then.  An older database may lack tables (sql_table_exists()).
 */
struct db *schema_look(const char *path, struct failure *f);

/* The same, for a page that can do without: it waits for others DB_GLANCE_S
 * only. */
struct db *schema_glance(const char *path, struct failure *f);

/* For who reads all columns of one that schema_look() has opened; it is a
 * failure of db where one is missing. */
void schema_check(struct db *db);

/* For migrate-db: of a database that was opened by db_open(). */
bool schema_up(struct db *db, struct failure *f);

/*
 * Take the last migration of ours back; name is its name, or NULL where there
 * is none.  Only what is as we made it goes: a table that another program made
 * stays.  Rows that would go with a table are EXIT_BAD_INPUT, unless forced.
 */
bool schema_down(struct db *db, bool force, const char **name,
	struct failure *f);

/* Each migration that we know, and when it was applied (NULL: not yet).  db may
 * be NULL: none was. */
void schema_each(struct db *db,
	void (*each)(const char *name, const char *applied_at, void *data),
	void *data);

#endif
