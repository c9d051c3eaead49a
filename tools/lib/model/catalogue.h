/*
 * catalogue: the file models.json, found and read.
 *
 *	struct catalogue c;
 *
 *	if (!catalogue_open(&c, NULL, &f))
 *		return false;
 *	... c.document ...
 *	catalogue_close(&c);
 *
 * The file is beside the program: ../tools/models.json as seen from the
 * program's directory (from build/sanitize/bin: ../../../tools/models.json).
 * Else it is LIMN_DATADIR/models.json.
 *
 * tests/models.t checks the whole file that limn comes with.  At run time only
 * the fields that a call needs are checked.
 */
#ifndef LIMN_CATALOGUE_H
#define LIMN_CATALOGUE_H

#include <jansson.h>
#include <stdbool.h>

#define CATALOGUE_MAX (1 << 20) /* bytes of the file */
#define CATALOGUE_PATH_MAX 4096 /* bytes, with the NUL */

struct failure;

struct catalogue {
	json_t *document;
	const json_t *warned[2]; /* by enum model_kind: see model_warn() */
	char path[CATALOGUE_PATH_MAX];
};

/* Read the file; path may name another one.  A file that is missing, or isn't
 * JSON, is EXIT_BAD_CONFIG. */
bool catalogue_open(struct catalogue *c, const char *path, struct failure *f);
void catalogue_close(struct catalogue *c);

/* A field that a call needs of the entry with that id: if it isn't good, return
 * false, with EXIT_BAD_CONFIG and a message with file, id and field. */
bool catalogue_need(const struct catalogue *c, bool is_good, const char *id,
	const char *field, struct failure *f);

/* The list's own copy of a word, or NULL if the list doesn't have it. */
const char *catalogue_word(const json_t *list, const char *word);

/* The rule for the sizes of an entry, or NULL if the entry has a list. */
const json_t *catalogue_rule(const struct catalogue *c, const json_t *entry);

#endif
