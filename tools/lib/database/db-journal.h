/*
 * db-journal: one SQLite file and many processes: how long to wait for others,
 * and which journal.
 *
 * For db.c.  The journal is a WAL, with which readers and a writer don't wait
 * for each other; on a network file system, where processes have no memory in
 * common, it is TRUNCATE.
 */
#ifndef LIMN_DB_JOURNAL_H
#define LIMN_DB_JOURNAL_H

struct sqlite3;

struct db_wait {
	long limit_ms;      /* for a database that others have locked */
	long long began_ms; /* when the statement that waits began to */
};

/* Wait so long before SQLITE_BUSY; wait stays where it is. */
void db_wait_set(struct sqlite3 *lite, struct db_wait *wait);

/* Set the journal of the file at path, and wait for others no longer than
 * wait->limit_ms in all.  Returns a code of SQLite's. */
int db_journal_set(struct sqlite3 *lite, const char *path,
	struct db_wait *wait);

#endif
