/*
 * answers-own: what the files of the module answers share.
 */
#ifndef LIMN_ANSWERS_OWN_H
#define LIMN_ANSWERS_OWN_H

#include <stdbool.h>

struct answers;
struct failure;

/* Fill in path, of ANSWERS_PATH_MAX bytes, with DIR/HEX and a suffix, and
 * return it. */
const char *answers_path(const struct answers *a, const char *hash,
	const char *suffix, char *path);

bool answers_exists(const char *path); /* a broken link does, too */

/* Rename HEX and suffix to HEX, a mark, a new number and the suffix. */
bool answers_move_away(const struct answers *a, const char *hash,
	const char *suffix, const char *mark, struct failure *f);

/* The same of what is damaged, with a warning. */
bool answers_set_aside(const struct answers *a, const char *hash,
	const char *suffix, const char *why, struct failure *f);

#endif
