/*
 * damage: a database that is none any more.
 *
 *	if (damage_is_in(path) && !damage_set_aside(path, &f))
 *		return false;
 */
#ifndef LIMN_DAMAGE_H
#define LIMN_DAMAGE_H

#include <stdbool.h>

struct failure;

/*
 * Whether SQLite finds the file damaged, or no database of its own.  One that
 * isn't there, is empty, or can't be looked into for another reason, isn't; nor
 * is one whose rows only break a rule of their table.
 */
bool damage_is_in(const char *path);

/* Rename it, and its journals, to path.damaged.1, or .2 ..., and say so. */
bool damage_set_aside(const char *path, struct failure *f);

#endif
