/*
 * db-quarantine: find a damaged database, and set it aside.
 *
 *	if (db_is_damaged(path) && !db_quarantine(path, &f))
 *		return false;
 */
#ifndef LIMN_DB_QUARANTINE_H
#define LIMN_DB_QUARANTINE_H

#include <stdbool.h>

struct failure;

/*
 * Whether SQLite says that the file is damaged, or not a database.  A file that
 * is missing, empty, or can't be read is not damaged; nor is a database with
 * rows that break a constraint of their table.
 */
bool db_is_damaged(const char *path);

/* Rename it and its journals to path.damaged.1 (or .2 ...), with a warning. */
bool db_quarantine(const char *path, struct failure *f);

#endif
