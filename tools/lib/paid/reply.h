/*
 * reply: what call-dalle writes: the answer of an image API, with more facts.
 *
 * It has the form of an answer (answer.h).  If there is a store of answers, a
 * file doesn't have the picture: download takes it from the store, by
 * picture_sha256.  After "data" there are these keys:
 *
 *	prompt, style_prefix, model, size, quality	as asked; or null
 *	usage			of the answer, if it has one
 *	request_sha256, request_id, bought_at, run	or null
 *	cost_usd, cost_source	"measured" or "estimated"
 *	picture_sha256		or null: the picture isn't fetched yet
 *	kept			the picture by hand, if that is why no request
 *				was sent
 */
#ifndef LIMN_REPLY_H
#define LIMN_REPLY_H

#include <jansson.h>
#include <stdbool.h>

struct purchase;
struct store;
struct failure;
struct image_request;

/* What a request is for, for its messages. */
struct reply_subject {
	const char *episode, *chapter; /* ids, or NULL */
	const char *prompt;            /* without the style */
	bool is_authors; /* the prompt is the author's, visual.image_prompt */
};

/*
 * Find the answer to a request in the store, or buy it.  An answer without a
 * picture and without a URL is a failure, too.  The caller calls buy_free() in
 * either case.
 */
bool reply_buy(struct store *store, struct purchase *b, struct image_request *r,
	const struct reply_subject *subject, struct failure *f);

/*
 * The reply for path, without the picture's bytes; the caller calls
 * json_decref().  b is what reply_buy() got; NULL: no API was called.
 */
json_t *reply_make(const struct store *store, const char *path,
	const struct image_request *r, const struct purchase *b);

/* Write it to path, with the bytes of the picture if there is no store. */
bool reply_write(const struct store *store, const char *path,
	const json_t *reply, const struct purchase *b, struct failure *f);

#endif
