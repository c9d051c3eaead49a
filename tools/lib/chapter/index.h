/*
 * index: chapters.index, the ids of an episode's chapters in their order, one a
 * line, and the files of each chapter beside it.
 *
 *	struct index x;
 *
 *	if (!index_open(&x, "outputs/EP/imagegen/chapters.index", &f))
 *		return false;
 *	while (index_next(&x))
 *		... x.id, index_file(&x, ".entry.json") ...
 *	index_close(&x);
 *
 * A line that is no id, or a path over INDEX_PATH_MAX, is EXIT_BAD_INPUT.
 */
#ifndef LIMN_INDEX_H
#define LIMN_INDEX_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

struct failure;

#define INDEX_MAX ((size_t)1 << 20) /* bytes; 10,000 ids of 64 bytes */
#define INDEX_PATH_MAX 4096

struct index {
	const char *id; /* of this chapter; valid until the next call */

	/* the module's own */
	const char *path;
	struct buf text;
	char *next;
	char file[INDEX_PATH_MAX];
};

/* path must live as long as x. */
bool index_open(struct index *x, const char *path, struct failure *f);

/* Go to the first or the next chapter; false after the last one. */
bool index_next(struct index *x);

/* The path of this chapter's file with that suffix; valid until the next call.
 */
const char *index_file(struct index *x, const char *suffix);

void index_close(struct index *x);

#endif
