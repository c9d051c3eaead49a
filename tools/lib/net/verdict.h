/*
 * verdict: what the outcome of a request means, and what to do about it.
 *
 * All of limn's knowledge of statuses and error codes is here; see retry.h for
 * the rules.
 */
#ifndef LIMN_VERDICT_H
#define LIMN_VERDICT_H

#include <stdbool.h>

#include "net/http.h"

#define VERDICT_WHAT_MAX 960

/* Who answers.  An LLM and an image API are paid. */
enum server_kind { SERVER_HOST, SERVER_LLM, SERVER_IMAGES };

struct verdict {
	int status; /* an exit status if it is not sent again; 0: all is well
		     */
	bool again; /* may be tried again */
	bool stop;  /* the same will happen to every other request */
	char what[VERDICT_WHAT_MAX]; /* "429 slow_down: Too fast. (req_1)" */
	const char *remedy;          /* what to do about it, or NULL */
};

void verdict_of(struct verdict *v, const struct http_request *q,
	const struct http_answer *a, enum server_kind server);

#endif
