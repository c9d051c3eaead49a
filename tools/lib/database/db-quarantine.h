/*
 * db-quarantine: a damaged database, and how to get it out of the way.
 *
 *	if (db_is_damaged(path) && !db_quarantine(path, &f))
 *		return false;
 */
#ifndef LIMN_DB_QUARANTINE_H
#define LIMN_DB_QUARANTINE_H

#include <stdbool.h>

struct failure;

/*
 * Whether SQLite finds the file damaged, or no database of its own.  One that
 * isn't there, is empty, or can't be looked into for another reason, isn't; nor
 * is one whose rows only break a rule of their table.
 */
bool db_is_damaged(const char *path);

/* Rename it, and its journals, to path.damaged.1, or .2 ..., and say so. */
bool db_quarantine(const char *path, struct failure *f);

#endif
