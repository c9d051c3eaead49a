/*
 * catalogue: the file models.json, found, read and checked.
 *
 * It is beside the program: ../tools/models.json as seen from the program's
 * directory (from build/sanitize/bin: ../../../tools/models.json), or else
 * LIMN_DATADIR/models.json.  What is wrong with it is EXIT_BAD_CONFIG with the
 * place, "models.json: models[3].prices.per_mtok.in: ...".  So whoever reads it
 * by way of catalogue() can trust that every field of limn-models(5) is what it
 * should be, where it is there at all.
 */
#ifndef LIMN_CATALOGUE_H
#define LIMN_CATALOGUE_H

#include <jansson.h>
#include <stdbool.h>

#define CATALOGUE_MAX (1 << 20) /* bytes of the file */

/* The document, which lives until the tool ends; read when first asked for. */
const json_t *catalogue(void);

/* A list's own copy of the word, or NULL where it hasn't that. */
const char *catalogue_word(const json_t *list, const char *word);

/* The rule for the sizes of an entry, or NULL where it has a list. */
const json_t *catalogue_rule(const json_t *entry);

/* Read it from this path, for tests. */
void catalogue_open(const char *path);

/* The checks of the document, and of an entry's prices (see expect.h). */
void catalogue_check(const json_t *doc);
void catalogue_check_prices(const json_t *entry, bool is_image);

#endif
