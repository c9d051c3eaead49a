/*
 * db: the database, and statements in it.
 *
 *	struct db *db = db_open("outputs/limn.db", DB_WRITE, &f);
 *	struct query *q;
 *
 *	if (!db)
 *		return false;
 *	db_begin(db);
 *	db_run(db, "UPDATE episodes SET status = ? WHERE id = ?", "si",
 *		"CHAPTERIZED", id);
 *	if (!db_commit(db, &f))
 *		...
 *
 *	q = db_query(db, "SELECT id, title FROM episodes WHERE status = ?", "s",
 *		"CHAPTERIZED");
 *	while (db_next(q))
 *		... db_int(q, 0), db_text(q, 1) ...
 *	if (!db_check(db, &f))
 *		...
 *	db_close(db);
 *
 * types has a letter for each parameter: s for a string (may be NULL), i for a
 * long long, d for a double.  Statements are prepared once and kept;
 * db_reset() ends a query that was not read to its end.  The same SQL can't be
 * in use twice at a time, nor can more than DB_QUERIES_MAX.
 *
 * Other processes may use the database at the same time.  A statement waits
 * for them for at most DB_BUSY_S.  Foreign keys are on; the journal is a WAL,
 * or TRUNCATE on a network file system.
 *
 * Failures stick, as with ferror(3).  The first one is kept, and from then on
 * statements do nothing, queries have no rows, and numbers are 0, until
 * db_commit() or db_check() returns the failure.  Locked is EXIT_TRY_LATER;
 * damaged, not a database, read-only, full, or with other tables than limn
 * knows is EXIT_IO.
 *
 * A path always names a file, even ":memory:" or "file:x", which mean
 * something else to SQLite.  An empty path is EXIT_BAD_CONFIG; a path of
 * something that is not a regular file is EXIT_IO.
 */
#ifndef LIMN_DB_H
#define LIMN_DB_H

#include <stdbool.h>
#include <time.h>

#define DB_BUSY_S 30      /* seconds */
#define DB_GLANCE_S 5     /* the same, for a page */
#define DB_TIME_SIZE 24   /* bytes of "2026-02-28 10:30:00" */
#define DB_QUERIES_MAX 96 /* different statements of a tool */

struct db;
struct failure;
struct query;

enum db_mode {
	DB_WRITE,  /* the file and its directory are created if missing */
	DB_READ,   /* nothing is written or created */
	DB_GLANCE, /* the same, but it waits only DB_GLANCE_S for others */
	DB_MEMORY  /* a new database in memory; path is for messages */
};

/* NULL on failure; also, with f->status 0, if DB_READ or DB_GLANCE finds no
 * file. */
struct db *db_open(const char *path, enum db_mode mode, struct failure *f);

/* NULL is allowed. */
void db_close(struct db *db);

/* A pointer that one module (sql-row.h) keeps with this database; release() is
 * called with it when the database is closed. */
void **db_userdata(struct db *db, void (*release)(void *userdata));

/* The path in a form that SQLite takes for a file; the caller frees it. */
char *db_file(const char *path);

/* For messages. */
const char *db_path(const struct db *db);

/*
 * A transaction for writing: no other process writes until its end. db_commit()
 * returns false if anything failed since db_begin(), or before it.  Then
 * everything is rolled back, f has the failure, and the database can be used
 * again.
 */
void db_begin(struct db *db);
bool db_commit(struct db *db, struct failure *f)
	__attribute__((warn_unused_result));
void db_rollback(struct db *db);

/* The same without a commit: if something failed, roll back, fill in f, and
 * return false. */
bool db_check(struct db *db, struct failure *f)
	__attribute__((warn_unused_result));

/* The failure that sticks, or NULL. */
const struct failure *db_failure(const struct db *db);

/* Set the failure, unless there is one already.  The message begins with the
 * path of the database. */
void db_fail(struct db *db, int status, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Run a statement that returns no rows; returns how many rows it changed. */
long long db_run(struct db *db, const char *sql, const char *types, ...);

/* The same for a statement that db_query() has prepared. */
long long db_finish(struct query *q);

/* Run statements without parameters, separated by semicolons. */
void db_script(struct db *db, const char *sql);

/* The same, but what would drop or alter one of these tables, or add an index
 * or trigger to it, is skipped.  tables: names, each with a NUL at its end, and
 * one more NUL after the last. */
void db_script_sparing(struct db *db, const char *sql, const char *tables);

/* The rowid of the last row that was inserted. */
long long db_last(struct db *db);

struct query *db_query(struct db *db, const char *sql, const char *types, ...);

/* Bind a parameter, from 0, of a query that was prepared without types. */
void db_bind_text(struct query *q, int parameter, const char *text);
void db_bind_int(struct query *q, int parameter, long long number);
void db_bind_real(struct query *q, int parameter, double real);

/* Go to the first or next row; false after the last. */
bool db_next(struct query *q);
void db_reset(struct query *q);

/* The columns of the row, from 0.  db_text() returns NULL for NULL; the string
 * is valid until the next row. */
const char *db_text(struct query *q, int column);
long long db_int(struct query *q, int column);
double db_real(struct query *q, int column);
bool db_is_null(struct query *q, int column);

/* The number in the first column of the first row; 0 if there is no row. */
long long db_number(struct db *db, const char *sql, const char *types, ...);

/* Don't wait for the disk at a commit: from here on, commits survive the death
 * of the tool, but not a power failure. */
void db_relax_sync(struct db *db);

/* From here on, commits survive a power failure again, and so do those before.
 */
void db_restore_sync(struct db *db);

/* A time in the form of the database, in UTC: that of SQLite, which SQLAlchemy
 * reads, too. */
void db_time(time_t time, char text[DB_TIME_SIZE]);

#endif
