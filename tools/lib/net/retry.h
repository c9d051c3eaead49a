/*
 * retry: a request, tried again as often as that is right.
 *
 * The rules are those of the vendors' own clients, but for these:
 *
 *	never reached the server	again, with a longer and longer wait
 *	sent, and no answer (also 502,	not again if it is paid for: it may
 *	504, a proxy's HTML)		have been billed; EXIT_UNKNOWN
 *	429, 408, 409			again, after the wait that is asked for
 *	5xx with the API's own JSON	again
 *	x-should-retry			is obeyed, where it comes with JSON
 *	no credit, bad key, no such	not again, and .stop: whoever else asks
 *	model				there will fare alike
 *
 * A wait is as long as Retry-After says, or else half a second, doubled at each
 * try up to 8 s, less a quarter at most by chance.  Every try that failed and
 * every wait is said on standard error; of the last try the caller is told.
 */
#ifndef LIMN_RETRY_H
#define LIMN_RETRY_H

#include <stdbool.h>

#include "failure.h"
#include "net/http.h"

#define RETRY_TRIES 3 /* the default of MAX_RETRIES */
#define RETRY_TRIES_MAX 100
#define RETRY_WAIT_MAX 120.0 /* seconds that a server may ask for */
#define RETRY_MESSAGE_MAX 1152

struct retry {
	const char *what; /* "ch02: prompt", the head of each message */
	bool is_paid;
	int tries; /* in all */
	/* called before each try, to wait for a turn or to give up; or NULL */
	void (*before)(void *data);
	/* called before each wait, when no request is under way; or NULL */
	void (*waits)(void *data);
	void *data;
};

/*
 * Send it until there is a good answer (status 2xx, and the body is a's), or
 * it has failed.  The caller has http_free() to do in either case.
 */
void retry_send(const struct retry *r, const struct http_request *q,
	struct http_answer *a, struct failure *f);

#endif
