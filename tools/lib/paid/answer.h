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
 * jansson takes 20 ms for a picture in base64, and three copies.  So what
 * stands at "b64_json" is cut out of the text before the rest is parsed.
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
	json_t *rest;    /* with "" where a picture was, an object */
	const char *url; /* of rest's data[0], or NULL */
	char *base64;    /* of data[0], in the text; NULL where there is none */
	size_t base64_len;
};

/*
 * Take text apart, which is changed by it and must live as long as the answer.
 * What is not JSON (as json.h would have it), or not an object, is said in why,
 * and false returned; there is nothing to free then.  An answer without a
 * picture is a good answer with neither url nor base64.
 */
bool answer_parse(struct answer *a, struct buf *text, char why[ANSWER_WHY_MAX]);
void answer_free(struct answer *a);

/*
 * What the file of an answer says, without the picture, to be json_decref()ed;
 * NULL where there is none, or it isn't one.
 */
json_t *answer_peek(const char *path);

/*
 * Turn a's base64, which may begin as a data: URL does, into bytes, in its
 * place: they begin at a->base64.  Returns the bytes' number, and 0 where it is
 * no base64, or nothing.
 */
size_t answer_decode(struct answer *a);

/*
 * Add rest to out, as our files have it, its data[0].b64_json being these bytes
 * in base64.  There must be a data[0].  false: its levels of nesting are too
 * many.
 */
bool answer_print(const json_t *rest, const void *picture, size_t len,
	struct buf *out, struct failure *f);

#endif
