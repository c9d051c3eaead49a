/*
 * answers-own: functions that the files answers*.c share.
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

bool answers_exists(const char *path); /* also a broken link */

/* Rename "HEX.raw" (suffix ".raw") to "HEX.damaged.1.raw" (mark ".damaged"),
 * with the first number that is free. */
bool answers_move_away(const struct answers *a, const char *hash,
	const char *suffix, const char *mark, struct failure *f);

/* The same for a damaged file, with a warning. */
bool answers_set_aside(const struct answers *a, const char *hash,
	const char *suffix, const char *why, struct failure *f);

#endif
