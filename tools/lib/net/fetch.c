#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "env.h"
#include "err.h"
#include "net/fetch.h"
#include "net/http.h"
#include "net/retry.h"
#include "net/url.h"
#include "or-die.h"

static void __attribute__((format(printf, 3, 4)))
fail(struct failure *f, int status, const char *fmt, ...)
{
	va_list ap;

	f->status = status;
	f->stop = false; /* another picture is another URL */
	va_start(ap, fmt);
	vsnprintf(f->message, sizeof f->message, fmt, ap);
	va_end(ap);
}

/* Whether an answer there is our own server's. */
static bool
is_ours(const struct url *u, const char *own_base)
{
	struct url own;

	return url_is_loopback(u) ||
		(own_base && !url_parse(&own, own_base) &&
			url_is_same_origin(u, &own));
}

static bool
is_redirect(const struct http_answer *a)
{
	switch (a->status) {
	case 301:
	case 302:
	case 303:
	case 307:
	case 308:
		return a->outcome == HTTP_ANSWERED && a->location[0];
	default:
		return false;
	}
}

/* What a status of the picture's host means, which is not an API. */
static void
explain(const struct url *u, const struct http_answer *a, struct failure *f)
{
	f->stop = false;
	if (a->outcome != HTTP_ANSWERED || f->status == 0)
		return;
	if (a->status == 403 || a->status == 404 || a->status == 410)
		fail(f, EXIT_BAD_ANSWER,
			"%s: %ld: the picture's URL has expired; ask for the "
			"picture anew (with make: FORCE=1 CHAPTER=ID)",
			u->host, a->status);
	else if (f->status == EXIT_TRY_LATER || f->status == EXIT_UNAVAILABLE)
		return;
	else
		fail(f, EXIT_BAD_ANSWER,
			"%s: %ld instead of a picture; ask for the picture "
			"anew (with make: FORCE=1 CHAPTER=ID)",
			u->host, a->status);
}

/* Move the body to out, without another copy of it where out is empty. */
static void
take(struct http_answer *a, struct buf *out)
{
	size_t max = out->max;

	if (out->len == 0) {
		buf_free(out);
		*out = a->body;
		out->max = max;
		a->body = BUF_INIT(0);
	} else {
		buf_add(out, a->body.data, a->body.len);
	}
}

void
fetch_picture(const char *what, const char *url, const char *own_base,
	struct buf *out, struct failure *f)
{
	const struct retry r = { .what = what, .tries = FETCH_TRIES };
	struct http_request q = { .url = url,
		.own_base = own_base,
		.timeout = env_number_or_die("DOWNLOAD_TIMEOUT", FETCH_TIMEOUT,
			1, FETCH_TIMEOUT_MAX),
		.body_max = out->max - out->len };
	char place[HTTP_LOCATION_MAX];
	struct http_answer a;
	bool strange = false;
	const char *wrong;
	struct url u;

	for (int hops = 0;; hops++) {
		wrong = url_parse(&u, q.url);
		if (wrong) {
			fail(f, EXIT_BAD_ANSWER,
				"the picture's URL %s, and is not fetched",
				wrong);
			return;
		}
		if (strange && !u.is_https) {
			fail(f, EXIT_BAD_ANSWER,
				"%s: a redirect from https to http is not "
				"followed",
				u.host);
			return;
		}
		strange = strange || !is_ours(&u, own_base);
		if (strange)
			q.own_base = NULL;
		retry_send(&r, &q, &a, f);
		if (!is_redirect(&a))
			break;
		if (hops == FETCH_REDIRECTS) {
			fail(f, EXIT_BAD_ANSWER,
				"%s: more than %d redirects, one to the next",
				u.host, FETCH_REDIRECTS);
			http_free(&a);
			return;
		}
		strcpy(place, a.location);
		q.url = place;
		http_free(&a);
	}
	explain(&u, &a, f);
	if (f->status == 0)
		take(&a, out);
	http_free(&a);
}
