/*
 * retry: send a request, and send it again if that may help.
 *
 * The rules are those of the vendors' own clients, except for these:
 *
 *	didn't reach the server		again, with a longer wait each time
 *	sent, and no answer (also 502,	not again if it is paid for: it may
 *	504, a proxy's HTML)		have been billed; EXIT_UNKNOWN
 *	429, 408, 409			again, after the wait that is asked for
 *	5xx with the API's own JSON	again
 *	x-should-retry			is obeyed if it comes with JSON
 *	no credit, bad key, no such	not again, and f.stop: every other
 *	model, a bad certificate	request to that API would fail, too
 *
 * A wait is as long as Retry-After says, or else half a second, doubled at each
 * try up to 8 s, minus a random part of up to a quarter.  If a try fails and
 * another follows, there is a warning.
 */
#ifndef LIMN_RETRY_H
#define LIMN_RETRY_H

#include <stdbool.h>

#include "failure.h"
#include "net/http.h"
#include "net/verdict.h"

#define RETRY_TRIES 3 /* the default of MAX_RETRIES */
#define RETRY_TRIES_MAX 100
#define RETRY_WAIT_MAX 120.0   /* seconds that a server may ask for */
#define RETRY_MESSAGE_MAX 1152 /* bytes of the message in f */

struct retry {
	const char *what; /* "ch02: prompt", the beginning of each message */
	enum server_kind server;
	int tries; /* in all */
	/* called before each try, to wait for a turn; or NULL.  If it returns
	 * false, the request is not sent, and f says why */
	bool (*before)(void *data, struct failure *f);
	/* called before each wait, when no request is pending; or NULL */
	void (*waits)(void *data);
	void *data;
};

/*
 * Send q until there is a good answer in a (its status is 2xx).  Returns false
 * if it failed; f says why.  The caller calls http_free() in both cases.
 */
bool retry_send(const struct retry *r, const struct http_request *q,
	struct http_answer *a, struct failure *f);

#endif
