#include <stdio.h>
#include <string.h>

#include "err.h"
#include "net/retry.h"
#include "net/verdict.h"
#include "net/wait.h"

/* Let f say what v does, how often, and what to do. */
static void
tell(struct failure *f, const struct verdict *v, int tries)
{
	char many[48] = "";

	f->status = v->status;
	f->stop = v->stop;
	if (tries > 1)
		snprintf(many, sizeof many, "; gave up after %d tries", tries);
	snprintf(f->message, sizeof f->message, "%s%s%s%s", v->what, many,
		v->remedy ? "; " : "", v->remedy ? v->remedy : "");
}

static void
tell_too_long(struct failure *f, const struct verdict *v, double wait)
{
	f->status = EXIT_TRY_LATER;
	f->stop = v->stop;
	snprintf(f->message, sizeof f->message,
		"%s; the API asks to wait %.0f s, more than the %.0f s that "
		"are waited for; run again then",
		v->what, wait, RETRY_WAIT_MAX);
}

void
retry_send(const struct retry *r, const struct http_request *q,
	struct http_answer *a, struct failure *f)
{
	int tries = r->tries < 1             ? 1
		: r->tries > RETRY_TRIES_MAX ? RETRY_TRIES_MAX
					     : r->tries;
	struct verdict v;
	double wait;

	memset(f, 0, sizeof *f);
	for (int n = 1;; n++) {
		if (r->before)
			r->before(r->data);
		http_send(q, a);
		verdict_of(&v, q, a, r->is_paid);
		http_hide(v.what, strlen(v.what), q->secret);
		if (v.status == 0)
			return;
		if (!v.again || n == tries) {
			tell(f, &v, n);
			return;
		}
		/* nothing or 0 said: our own wait, as the vendors' clients */
		wait = a->outcome == HTTP_ANSWERED && a->retry_after > 0
			? a->retry_after
			: wait_own(n - 1);
		if (wait > RETRY_WAIT_MAX) {
			tell_too_long(f, &v, wait);
			return;
		}
		warn("%s: try %d of %d: %s; waits %.1f s", r->what, n, tries,
			v.what, wait);
		http_free(a);
		if (r->waits)
			r->waits(r->data);
		wait_for(wait);
	}
}
