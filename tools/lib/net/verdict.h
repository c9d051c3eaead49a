/*
 * verdict: what became of a request, and what follows from it.
 *
 * The table of what an answer means is here, and nowhere else; see retry.h for
 * the rules.
 */
#ifndef LIMN_VERDICT_H
#define LIMN_VERDICT_H

#include <stdbool.h>

#include "net/http.h"

#define VERDICT_WHAT_MAX 960

struct verdict {
	int status; /* an exit status, if this was the last try; 0: all is well
		     */
	bool again; /* may be tried again */
	bool stop;  /* the same will happen to every other request */
	char what[VERDICT_WHAT_MAX]; /* "429 slow_down: Too fast. (req_1)" */
	const char *remedy;          /* what to do about it, or NULL */
};

void verdict_of(struct verdict *v, const struct http_request *q,
	const struct http_answer *a, bool is_paid);

#endif
