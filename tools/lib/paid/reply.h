/*
 * reply: what call-dalle writes: an image API's answer, and what is known of
 *it.
 *
 * It is an answer itself (see answer.h).  In a file, where there is a store of
 * answers, the picture is not in it: download takes it from the store, by
 * picture_sha256.  Behind "data" there are these keys:
 *
 *	prompt, style_prefix, model, size, quality	as asked; or null
 *	usage			as answered, where it was
 *	request_sha256, request_id, bought_at, run	or null
 *	cost_usd, cost_source	"measured" or "estimated"
 *	picture_sha256		or null, where the picture isn't fetched yet
 *	kept			the picture by hand for which nobody was asked,
 *				if so
 */
#ifndef LIMN_REPLY_H
#define LIMN_REPLY_H

#include <jansson.h>
#include <stdbool.h>

struct purchase;
struct store;
struct failure;
struct image_request;

/* What a request is for, which its messages say. */
struct reply_subject {
	const char *episode, *chapter; /* ids, or NULL */
	const char *prompt;            /* without the style */
	bool is_authors; /* the prompt is the author's, visual.image_prompt */
};

/*
 * Find the answer to a request in the store, or buy it.  It is a failure, too,
 * where the answer has neither a picture nor the URL of one.  The caller calls
 * buy_free() in either case.
 */
bool reply_buy(struct store *store, struct purchase *b, struct image_request *r,
	const struct reply_subject *subject, struct failure *f);

/*
 * The reply for path, without the picture's bytes; the caller calls
 * json_decref().  b is what reply_buy() got; NULL: no API was called.
 */
json_t *reply_make(const struct store *store, const char *path,
	const struct image_request *r, const struct purchase *b);

/* Make path hold it, with the bytes of the picture where they belong there. */
bool reply_write(const struct store *store, const char *path,
	const json_t *reply, const struct purchase *b, struct failure *f);

#endif
