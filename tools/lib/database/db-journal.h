/*
 * db-journal: how long to wait for other processes that use the SQLite file,
 * and which journal it has.  For db.c.
 *
 * The journal is a WAL: readers and a writer don't wait for each other.  On a
 * network file system, where processes don't share memory, it is TRUNCATE.
 */
#ifndef LIMN_DB_JOURNAL_H
#define LIMN_DB_JOURNAL_H

struct sqlite3;

struct db_wait {
	long limit_ms;      /* how long to wait for a lock */
	long long began_ms; /* when the statement began to wait */
};

/* Set how long to wait before SQLITE_BUSY; wait must live as long as lite. */
void db_wait_set(struct sqlite3 *lite, struct db_wait *wait);

/* Set the journal of the file at path, and wait for others no longer than
 * wait->limit_ms in all.  Returns a code of SQLite's. */
int db_journal_set(struct sqlite3 *lite, const char *path,
	struct db_wait *wait);

#endif
