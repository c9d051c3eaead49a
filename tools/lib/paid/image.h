/*
 * image: the request to an image API, and what its answer costs.
 *
 *	struct image_api api;
 *	struct image_request r;
 *
 *	if (!setting_open(&settings, defaults, &f) ||
 *		!image_open(&api, &settings, NULL, false, &f) ||
 *		!image_ask(&r, &api, "ch02", prompt, &f))
 *		return false;
 *	... api.endpoint, r.body, r.estimate ...
 *	image_free(&r);
 *	image_close(&api);
 *
 * The same settings and prompt give the same bytes, for the store of answers
 * knows a request by their hash.  The catalogue says what may be sent to which
 * model.
 */
#ifndef LIMN_IMAGE_H
#define LIMN_IMAGE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "model/model.h"
#include "model/setting.h"

#define IMAGE_PROMPT_MAX                                                       \
	((size_t)2 << 20) /* bytes, where nobody knows less                    \
			   */

struct failure;

/* What the command line said, each NULL where it said nothing. */
struct image_options {
	const char *provider, *model, *size, *quality;
};

/* Whom to ask, and for what; good for any number of prompts. */
struct image_api {
	struct provider provider;
	struct model model;
	const char *size;    /* NULL: none is sent */
	const char *quality; /* the same */
	const char *style;   /* what stands before each prompt; may be "" */
	char *endpoint;      /* the URL */
};

/*
 * By the options (may be NULL) and the settings.  false with EXIT_BAD_CONFIG
 * where the catalogue doesn't have it, and with EXIT_NO_ACCESS where there is
 * no key.  An API on this machine needs none; nor does a plan, which sends
 * nothing.
 */
bool image_open(struct image_api *api, struct settings *s,
	const struct image_options *w, bool plan, struct failure *f);
void image_close(struct image_api *api);

struct image_request {
	struct buf prompt;  /* as sent */
	struct buf body;    /* compact JSON */
	long long estimate; /* micro-dollars that the picture costs at most */
	const struct image_api *api;
};

/*
 * The request for a picture of this prompt.  false with EXIT_BAD_INPUT, and
 * where at the head of its message, if the prompt is empty, longer than the
 * model takes, or not UTF-8; there is nothing to free then.
 */
bool image_ask(struct image_request *r, const struct image_api *api,
	const char *where, const char *prompt, struct failure *f);
void image_free(struct image_request *r);

/* What an answer to request, a struct image_request, cost, in micro-dollars. */
long long image_price(const json_t *answer, void *request, bool *is_measured);

/* The URL of the picture that is in an answer, or NULL. */
const char *image_url(const json_t *answer);

#endif
