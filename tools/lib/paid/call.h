/*
 * call: send the request of a purchase to its API, when its turn has come.
 *
 *	if (!call_check(&purchase, &answers, &f))
 *		return false;
 *	... reserve the money ...
 *	if (call_send(&purchase, &answers, &ledger, &answer, &f))
 *		... keep the answer ...
 *	http_free(&answer);
 *	sigdefer_end();
 *
 * A call that fails is recorded as released or unknown.  While a request is
 * sent, signals are deferred (sigdefer.h): the caller keeps the answer, and
 * then calls sigdefer_end().
 */
#ifndef LIMN_CALL_H
#define LIMN_CALL_H

#include <stdbool.h>

struct answers;
struct failure;
struct http_answer;
struct ledger;
struct purchase;

/* false: there is no key, a setting is wrong, or another tool of this run has
 * learned that all requests must fail. */
bool call_check(const struct purchase *p, const struct answers *answers,
	struct failure *f);

/* true: a holds a good answer.  The caller calls http_free() in either case. */
bool call_send(struct purchase *p, const struct answers *answers,
	struct ledger *l, struct http_answer *a, struct failure *f);

/* Whether it has to wait for its turn first. */
bool call_waits(const struct purchase *p);

#endif
