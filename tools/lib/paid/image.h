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
 * The same settings and prompt give the same bytes: the store of answers
 * identifies a request by their hash.  The catalogue says what may be sent to
 * which model.
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
	((size_t)2 << 20) /* bytes, if the catalogue has no limit              \
			   */

struct failure;

/* Options of the command line; NULL: not given. */
struct image_options {
	const char *provider, *model, *size, *quality;
};

/* The API, the model and its settings; for any number of prompts. */
struct image_api {
	struct provider provider;
	struct model model;
	const char *size;    /* NULL: none is sent */
	const char *quality; /* the same */
	const char *style;   /* begins each prompt; may be "" */
	char *endpoint;      /* the URL */
};

/*
 * Fill in api from the options (may be NULL) and the settings.  false with
 * EXIT_BAD_CONFIG: the catalogue doesn't have the model, size or quality; with
 * EXIT_NO_ACCESS: there is no key.  An API on this machine needs no key, nor
 * does a plan, which sends nothing.
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
 * Make the request for a picture of this prompt.  false with EXIT_BAD_INPUT:
 * the prompt is empty, longer than the model takes, or not UTF-8; the message
 * begins with where, and there is nothing to free.
 */
bool image_ask(struct image_request *r, const struct image_api *api,
	const char *where, const char *prompt, struct failure *f);
void image_free(struct image_request *r);

/* The cost, in micro-dollars, of an answer to request, a struct image_request.
 */
long long image_price(const json_t *answer, void *request, bool *is_measured);

/* The URL of the picture in an answer, or NULL. */
const char *image_url(const json_t *answer);

#endif
