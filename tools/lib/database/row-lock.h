/*
 * row-lock: whether the process that works on a row is alive.
 *
 *	struct row_lock lock;
 *
 *	if (!row_lock_hold(&lock, db_path(db), ROW_LOCK_JOBS, id, &f))
 *		return false;
 *	... the row says "running", and is committed ...
 *	row_lock_release(&lock);
 *
 * and in another process:
 *
 *	if (!row_lock_is_held(db_path(db), ROW_LOCK_JOBS, id))
 *		... its process is dead ...
 *
 * The lock is an open-file-description lock (fcntl(2)) on one byte of the file
 * DATABASE-lock.  The kernel frees it when the last descriptor of that open
 * file is closed, however its process ends, in any container and on any host
 * that shares the file.  A child inherits the lock with the descriptor; exec
 * closes it, unless the caller clears FD_CLOEXEC of lock.fd.
 *
 * Hold the lock before the row is committed, and release it after the row is
 * committed as ended.
 */
#ifndef LIMN_ROW_LOCK_H
#define LIMN_ROW_LOCK_H

#include <stdbool.h>

struct failure;

/* Each table has a range of bytes of its own. */
enum row_lock_table { ROW_LOCK_LEDGER, ROW_LOCK_JOBS };

struct row_lock {
	int fd; /* -1: nothing is held */
};

#define ROW_LOCK_NONE ((struct row_lock){ -1 })

/*
 * Take the lock of a row, and don't wait for it.  database is the path of the
 * database, which exists; number is from 0 to 2^40 - 1.  f->status is
 * EXIT_TRY_LATER if another process, or another struct row_lock of this
 * process, holds the lock.
 */
bool row_lock_hold(struct row_lock *lock, const char *database,
	enum row_lock_table table, long long number, struct failure *f);

/* Does nothing if no lock is held. */
void row_lock_release(struct row_lock *lock);

/* Whether any process holds the lock, this process included; true if that is
 * not known. */
bool row_lock_is_held(const char *database, enum row_lock_table table,
	long long number);

#endif
