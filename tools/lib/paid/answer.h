/*
 * answer: what an image API answered, its picture apart from the rest.
 *
 *	struct answer a;
 *
 *	if (!answer_parse(&a, &text, why)) ...
 *	if (a.base64) ... a.base64, answer_decode(&a) bytes of a picture ...
 *	else if (a.url) ...
 *	answer_free(&a);
 *
 * For a picture in base64 jansson needs 20 ms and three copies.  So the value
 * of "b64_json" is cut out of the text before the rest is parsed.
 */
#ifndef LIMN_ANSWER_H
#define LIMN_ANSWER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

struct failure;

#define ANSWER_MAX                                                             \
	((size_t)96 << 20) /* bytes: a picture of 64 MiB in base64             \
			    */
#define ANSWER_WHY_MAX 128

struct answer {
	json_t *rest;    /* an object, with "" in place of the picture */
	const char *url; /* of rest's data[0], or NULL */
	char *base64;    /* of data[0], in the text, or NULL */
	size_t base64_len;
};

/*
 * Parse text, which is changed, and must live as long as the answer.  If it is
 * not JSON (json.h), or not an object, why says so, and false is returned;
 * there is nothing to free then.  An answer without a picture is a good answer:
 * url and base64 are NULL.
 */
bool answer_parse(struct answer *a, struct buf *text, char why[ANSWER_WHY_MAX]);
void answer_free(struct answer *a);

/*
 * Read the file of an answer without its picture, for json_decref().  NULL: the
 * file is missing, or is no answer.
 */
json_t *answer_peek(const char *path);

/*
 * Decode a->base64, which may be a data: URL, in its place: the bytes begin at
 * a->base64.  Returns the number of bytes; 0 if it isn't base64, or empty.
 */
size_t answer_decode(struct answer *a);

/*
 * Add rest to out in the form of limn's files, with these bytes in base64 as
 * data[0].b64_json.  There must be a data[0].  false: it is nested too deeply.
 */
bool answer_print(const json_t *rest, const void *picture, size_t len,
	struct buf *out, struct failure *f);

#endif
