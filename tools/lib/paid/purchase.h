/*
 * purchase: a request that is to be paid for, as gen-prompt and call-dalle hand
 * it to buy().
 */
#ifndef LIMN_PURCHASE_H
#define LIMN_PURCHASE_H

#include <jansson.h>
#include <stddef.h>

struct bill;
struct provider;

struct purchase {
	const char *kind;    /* "prompt" or "image" */
	const char *episode; /* its id; NULL: not known */
	const char *chapter; /* the same */
	const char *model;
	const struct provider *provider;
	const char *endpoint; /* the URL */
	const char *body;     /* the request, exactly */
	size_t body_len;
	const char *const *headers; /* that aren't secret, then NULL; or NULL */
	double timeout;             /* seconds */
	size_t answer_max;          /* bytes of an answer */
	/* what to say after a refusal by the content policy: the prompt's
	 * beginning, and what to do */
	const char *if_refused;
	long long estimate; /* micro-dollars that it costs at most */
	/* fills in what an answer cost, by its usage, or else as estimated */
	void (*charge)(const json_t *answer, void *data, struct bill *bill);
	void *data;
};

#endif
