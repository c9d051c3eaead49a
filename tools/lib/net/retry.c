#include <stdio.h>
#include <string.h>

#include "err.h"
#include "net/retry.h"
#include "net/verdict.h"
#include "net/wait.h"

/* Fill in f: what v says, after how many tries, and what to do. */
static bool
set_failure(struct failure *f, const struct verdict *v, int tries)
{
	char many[48] = "";

	if (tries > 1)
		snprintf(many, sizeof many, "; gave up after %d tries", tries);
	failure_set(f, v->status, "%s%s%s%s", v->what, many,
		v->remedy ? "; " : "", v->remedy ? v->remedy : "");
	f->stop = v->stop;
	return false;
}

static bool
set_too_long(struct failure *f, const struct verdict *v, double wait)
{
	failure_set(f, EXIT_TRY_LATER,
		"%s; the API asks to wait %.0f s, and limn waits no longer "
		"than %.0f s; run again then",
		v->what, wait, RETRY_WAIT_MAX);
	f->stop = v->stop;
	return false;
}

bool
retry_send(const struct retry *r, const struct http_request *q,
	struct http_answer *a, struct failure *f)
{
	int tries = r->tries < 1             ? 1
		: r->tries > RETRY_TRIES_MAX ? RETRY_TRIES_MAX
					     : r->tries;
	struct verdict v;
	double wait;

	*a = (struct http_answer){ .outcome = HTTP_UNABLE };
	*f = (struct failure){ 0 };
	for (int n = 1;; n++) {
		if (r->before && !r->before(r->data, f))
			return false;
		http_send(q, a);
		verdict_of(&v, q, a, r->server);
		http_hide(v.what, strlen(v.what), q->secret);
		if (v.status == 0)
			return true;
		if (!v.again || n == tries)
			return set_failure(f, &v, n);
		/* no wait or 0 was asked for: wait as the vendors' clients do
		 */
		wait = a->outcome == HTTP_ANSWERED && a->retry_after > 0
			? a->retry_after
			: wait_own(n - 1);
		if (wait > RETRY_WAIT_MAX)
			return set_too_long(f, &v, wait);
		warn("%s: try %d of %d: %s; waits %.1f s", r->what, n, tries,
			v.what, wait);
		http_free(a);
		if (r->waits)
			r->waits(r->data);
		wait_for(wait);
	}
}
