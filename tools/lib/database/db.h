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
 * What is bound is told by a letter each: s a text (NULL is NULL), i a long
 * long, d a double.  Statements are prepared once and kept; db_reset() ends a
 * query that was not read to its end.  The same SQL can't be in use twice at a
 * time, nor can more than DB_QUERIES_MAX.
 *
 * Others may use the database at the same time.  A statement that has to wait
 * for them does so for DB_BUSY_S at most.  Foreign keys are on; the journal is
 * a WAL, or TRUNCATE on a network file system.
 *
 * Failures stick, as with ferror(3).  The first one is kept, and from then on
 * statements do nothing, queries have no rows, and numbers are 0, until
 * db_commit() or db_check() hands the failure over.  Locked is EXIT_TRY_LATER;
 * damaged, not a database, read-only, full, or with other tables than limn
 * knows is EXIT_IO.
 *
 * A path is a file's, whatever SQLite makes of such names (":memory:", or what
 * begins with "file:").  An empty path is EXIT_BAD_CONFIG; what is there and is
 * no regular file is EXIT_IO.
 */
#ifndef LIMN_DB_H
#define LIMN_DB_H

#include <stdbool.h>
#include <time.h>

#define DB_BUSY_S 30      /* seconds */
#define DB_GLANCE_S 5     /* seconds, for a page that somebody waits for */
#define DB_TIME_SIZE 24   /* bytes of "2026-02-28 10:30:00" */
#define DB_QUERIES_MAX 96 /* different statements of a tool */

struct db;
struct failure;
struct query;

enum db_mode {
	DB_WRITE,  /* made if it isn't there; so is its directory */
	DB_READ,   /* nothing is written, or made */
	DB_GLANCE, /* the same, and others are waited for DB_GLANCE_S only */
	DB_MEMORY  /* of one's own; path is for messages */
};

/* NULL on failure; and for DB_READ and DB_GLANCE where there is no file:
 * f->status is 0 then.
 */
struct db *db_open(const char *path, enum db_mode mode, struct failure *f);

/* NULL is allowed. */
void db_close(struct db *db);

/* A place for what one module (sql-row.h) keeps with this database; release()
 * gets it when the database is closed. */
void **db_userdata(struct db *db, void (*release)(void *userdata));

/* The path as SQLite takes it for a file; the caller frees it. */
char *db_file(const char *path);

/* For messages. */
const char *db_path(const struct db *db);

/*
 * A transaction that may write: nobody else writes until its end.  db_commit()
 * returns false if anything failed since it began, or earlier: then all of it
 * is rolled back, f has the failure, and the database can be used again.
 */
void db_begin(struct db *db);
bool db_commit(struct db *db, struct failure *f)
	__attribute__((warn_unused_result));
void db_rollback(struct db *db);

/* The same without a commit: returns false, rolls back and hands the failure
 * over if something failed. */
bool db_check(struct db *db, struct failure *f)
	__attribute__((warn_unused_result));

/* The failure that sticks, or NULL. */
const struct failure *db_failure(const struct db *db);

/* Fail, unless the database has failed already: "PATH: " stands before it. */
void db_fail(struct db *db, int status, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* A statement without rows; returns how many rows it changed. */
long long db_run(struct db *db, const char *sql, const char *types, ...);

/* The same, of one that was begun by db_query(). */
long long db_finish(struct query *q);

/* Statements without parameters, with semicolons between. */
void db_script(struct db *db, const char *sql);

/* The same, but they don't drop or alter any of these tables, nor add indexes
 * or triggers to them: names, each ended by a NUL, and the last by one more. */
void db_script_sparing(struct db *db, const char *sql, const char *tables);

/* The rowid of the last row that was inserted. */
long long db_last(struct db *db);

struct query *db_query(struct db *db, const char *sql, const char *types, ...);

/* A parameter, from 0, of a query that was begun with no types: for who has
 * them in a list. */
void db_bind_text(struct query *q, int parameter, const char *text);
void db_bind_int(struct query *q, int parameter, long long number);
void db_bind_real(struct query *q, int parameter, double real);

/* Go on to the first row, to the next; false after the last. */
bool db_next(struct query *q);
void db_reset(struct query *q);

/* Of the row: the columns from 0.  A text that is NULL is NULL; it is good
 * until the next row. */
const char *db_text(struct query *q, int column);
long long db_int(struct query *q, int column);
double db_real(struct query *q, int column);
bool db_is_null(struct query *q, int column);

/* The number in the first column of the first row; 0 where there is none. */
long long db_number(struct db *db, const char *sql, const char *types, ...);

/* Don't wait for the disk at a commit: what is committed from here on is safe
 * if the tool dies, but not if the machine does. */
void db_relax_sync(struct db *db);

/* A time as the database has it, in UTC: SQLite's own form, which SQLAlchemy
 * reads, too. */
void db_time(time_t time, char text[DB_TIME_SIZE]);

#endif
