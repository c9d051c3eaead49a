/*
 * catalogue: the file models.json, found and read.
 *
 * It is beside the program: ../tools/models.json as seen from the program's
 * directory (from build/sanitize/bin: ../../../tools/models.json), or else
 * LIMN_DATADIR/models.json.  A file that is missing, or isn't JSON, is
 * EXIT_BAD_CONFIG.
 *
 * What limn comes with is checked as a whole by tests/models.t.  At run time
 * only what a call needs of its model is checked.
 */
#ifndef LIMN_CATALOGUE_H
#define LIMN_CATALOGUE_H

#include <jansson.h>
#include <stdbool.h>

#define CATALOGUE_MAX (1 << 20) /* bytes of the file */

/* The document, which lives until the tool ends; read when first asked for. */
const json_t *catalogue(void);

/* A field that a call needs of the entry with that id: one that isn't good is
 * EXIT_BAD_CONFIG, with file, id and field. */
void catalogue_need(bool is_good, const char *id, const char *field);

/* A list's own copy of the word, or NULL where it hasn't that. */
const char *catalogue_word(const json_t *list, const char *word);

/* The rule for the sizes of an entry, or NULL where it has a list. */
const json_t *catalogue_rule(const json_t *entry);

/* Read it from this path, for tests. */
void catalogue_open(const char *path);

#endif
