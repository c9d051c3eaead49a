/*
 * verdict: what the outcome of a request means, and what to do about it.
 *
 * This module knows the statuses and error codes of the APIs.  retry.h has the
 * rules.
 */
#ifndef LIMN_VERDICT_H
#define LIMN_VERDICT_H

#include <stdbool.h>

#include "net/http.h"

#define VERDICT_WHAT_MAX 960

/* The kind of server.  An LLM and an image API are paid. */
enum server_kind { SERVER_HOST, SERVER_LLM, SERVER_IMAGES };

struct verdict {
	int status; /* the exit status if it isn't sent again; 0: success */
	bool again; /* may be sent again */
	bool stop;  /* every other request would fail, too */
	char what[VERDICT_WHAT_MAX]; /* "429 slow_down: Too fast. (req_1)" */
	const char *remedy;          /* what to do about it, or NULL */
};

void verdict_of(struct verdict *v, const struct http_request *q,
	const struct http_answer *a, enum server_kind server);

#endif
