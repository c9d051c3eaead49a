/*
 * share: one SQLite file and many processes.
 *
 * For db.c.  The journal is a WAL, with which readers and a writer don't wait
 * for each other; on a file system of a network, where processes have no memory
 * in common, it is TRUNCATE.
 */
#ifndef LIMN_SHARE_H
#define LIMN_SHARE_H

struct sqlite3;

/* Who finds the database locked waits so long for it. */
void share_waits(struct sqlite3 *lite, int seconds);

/* See to the journal of the file at path, which may take so long; returns a
 * code of SQLite's. */
int share_journal(struct sqlite3 *lite, const char *path, int seconds);

#endif
