/*
 * schema: the tables of the database, and the migrations that make them.
 *
 *	struct db *db = schema_open("outputs/limn.db", &f);
 *
 * The files of migrations/ are compiled into the tools.  Each migration that
 * is not in schema_migrations of the database is applied, by number, in a
 * transaction of its own.  A migration only creates what is missing: a
 * database of another pipeline keeps its tables, its rows, and its own rows in
 * schema_migrations.  A table belongs to another program if its CREATE TABLE
 * differs from limn's in any letter; limn adds no index to it.
 *
 * A table of another program may have other columns (sql-row.h), but it must
 * be a table with rowids, and have the columns that limn's statements name.  A
 * table that has the name of one that only limn uses must have all its
 * columns.  Otherwise it is EXIT_IO, before anything is read or written.
 *
 * A database of a newer limn is EXIT_BAD_CONFIG.  A newer limn has applied a
 * migration with a higher number than this one knows, in a database with
 * limn's application_id, or with limn in the migration's name.
 */
#ifndef LIMN_SCHEMA_H
#define LIMN_SCHEMA_H

#include <stdbool.h>

struct db;
struct failure;

#define SCHEMA_APPLICATION 0x6c696d6e /* "limn", PRAGMA application_id */

#define SCHEMA_PATH "outputs/limn.db" /* the default */

/* The path of the database: option (of the command line, or NULL), else
 * $DATABASE, else SCHEMA_PATH. */
const char *schema_path(const char *option);

/* Open for writing; create and update it if necessary.  NULL on failure. */
struct db *schema_open(const char *path, struct failure *f);

/*
 * Open for reading.  NULL on failure; also, with f->status 0, if the file is
 * missing or empty.  An older database may lack tables (sql_table_exists()).
 */
struct db *schema_look(const char *path, struct failure *f);

/* The same for a page that also works without the database: it waits only
 * DB_GLANCE_S for other processes. */
struct db *schema_glance(const char *path, struct failure *f);

/* For a reader of all columns of a database that schema_look() has opened: set
 * a failure of db if a column is missing. */
void schema_check(struct db *db);

/* For migrate-db: apply the migrations to a database that db_open() opened. */
bool schema_up(struct db *db, struct failure *f);

/*
 * Undo limn's last migration; name is its name, or NULL if there is none.  Only
 * what limn made is dropped: a table of another program stays.  If rows would
 * be lost, it is EXIT_BAD_INPUT, unless force.
 */
bool schema_down(struct db *db, bool force, const char **name,
	struct failure *f);

/* Call each() with every migration that this limn knows, and the time when it
 * was applied (NULL: not yet).  db may be NULL: none was applied. */
void schema_each(struct db *db,
	void (*each)(const char *name, const char *applied_at, void *data),
	void *data);

#endif
