/*
 * reply: what call-dalle writes: an image API's answer, and what is known
 * of it.
 *
 * It is an answer itself (see answer.h), with these keys behind "data":
 *
 *	prompt, style_prefix, model, size, quality	as asked; or null
 *	usage			as answered, where it was
 *	request_sha256, request_id, bought_at, run	or null
 *	cost_usd, cost_source	"measured" or "estimated"
 *	picture_sha256		or null, where the picture isn't here yet
 *	kept			the picture by hand for which nobody was asked,
 *				if so
 */
#ifndef LIMN_REPLY_H
#define LIMN_REPLY_H

#include <jansson.h>

struct bought;
struct image_request;

/*
 * Find the answer to a request among those that were bought, or buy it, or die:
 * also where there is neither a picture in it nor the URL of one.  episode and
 * chapter are for messages, and so are words, the prompt without the style; the
 * first two may be NULL.  The caller has buy_free() to do.
 */
void reply_buy(struct bought *b, struct image_request *r, const char *episode,
	const char *chapter, const char *words);

/*
 * The reply, but for the picture's bytes; to be json_decref()ed.  b is NULL
 * where nobody was asked, else what reply_buy() got.
 */
json_t *reply_make(const struct image_request *r, const struct bought *b);

/* Make path hold it, with the bytes of the picture, if there are any. */
void reply_write(const char *path, const json_t *reply, const struct bought *b);

#endif
