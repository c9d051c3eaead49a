/*
 * answers-own: what the files of the module answers share.
 */
#ifndef LIMN_ANSWERS_OWN_H
#define LIMN_ANSWERS_OWN_H

#include <stdbool.h>
#include <stddef.h>

struct failure;

#define ANSWERS_PATH_MAX 4096

/* The open store's, or NULL. */
const char *answers_directory(void);

/* DIR/HEX and a suffix; good until the fourth call after it. */
const char *answers_path_of(const char *hash, const char *suffix);

bool answers_exists(const char *path); /* a broken link does, too */

/* Rename HEX and suffix to HEX, a mark, a new number and the suffix. */
bool answers_move_away(const char *hash, const char *suffix, const char *mark,
	struct failure *f);

/* The same of what is damaged, which is said. */
bool answers_set_aside(const char *hash, const char *suffix, const char *why,
	struct failure *f);

#endif
