#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "env.h"
#include "err.h"
#include "failure.h"
#include "net/fetch.h"
#include "net/http.h"
#include "net/retry.h"
#include "net/url.h"

void
fetch_remedy(char text[FETCH_REMEDY_MAX], const char *chapter)
{
	const char *id = chapter ? chapter : "ID";

	snprintf(text, FETCH_REMEDY_MAX,
		"FORCE=1 CHAPTER=%s asks for another, or put a picture of your "
		"own at own/%s.png",
		id, id);
}

/* Whether the URL is at the user's own server. */
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

/* Fail for good: only another picture helps. */
static bool
give_up(const struct fetch *p, struct failure *f, const char *host,
	const char *why)
{
	char remedy[FETCH_REMEDY_MAX];

	fetch_remedy(remedy, p->chapter);
	return failure_set(f, EXIT_BAD_ANSWER, "%s%s%s; %s", host,
		*host ? ": " : "", why, remedy);
}

/* Fill in f for a failed request to a picture's host, which is not an API. */
static bool
set_failure(const struct fetch *p, const struct url *u,
	const struct http_answer *a, struct failure *f)
{
	char why[FAILURE_MESSAGE_MAX];

	f->stop = false; /* another picture has another URL */
	if (f->status == EXIT_TRY_LATER || f->status == EXIT_UNAVAILABLE ||
		a->outcome == HTTP_UNTRUSTED || a->outcome == HTTP_UNABLE)
		return false;
	if (a->outcome != HTTP_ANSWERED) {
		snprintf(why, sizeof why, "%s", f->message);
		return give_up(p, f, "", why);
	}
	snprintf(why, sizeof why, "%ld%s", a->status,
		a->status == 403 || a->status == 404 || a->status == 410
			? ": the picture's URL has expired"
			: " instead of a picture");
	return give_up(p, f, u->host, why);
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

/* Fetch a URL, and follow its redirects; place has space for the next URL. */
static bool
follow(const struct fetch *p, struct http_request *q, struct http_answer *a,
	char place[HTTP_LOCATION_MAX], struct failure *f)
{
	const struct retry r = {
		.what = p->what, .server = SERVER_HOST, .tries = FETCH_TRIES
	};
	bool is_strange = false, ok;
	char why[128];
	struct url u;

	for (int hops = 0;; hops++) {
		const char *wrong = url_parse(&u, q->url);

		if (wrong) {
			snprintf(why, sizeof why, "the picture's URL %s",
				wrong);
			return give_up(p, f, "", why);
		}
		if (is_strange && !u.is_https)
			return give_up(p, f, u.host,
				"a redirect from https to http is not "
				"followed");
		if (hops > FETCH_REDIRECTS) {
			snprintf(why, sizeof why,
				"more than %d redirects, one to the next",
				FETCH_REDIRECTS);
			return give_up(p, f, u.host, why);
		}
		is_strange = is_strange || !is_ours(&u, p->own_base);
		if (is_strange)
			q->own_base = NULL;
		http_free(a);
		ok = retry_send(&r, q, a, f);
		if (!is_redirect(a))
			return ok || set_failure(p, &u, a, f);
		strcpy(place, a->location);
		q->url = place;
	}
}

bool
fetch_picture(const struct fetch *p, struct buf *out, struct failure *f)
{
	struct http_request q = { .url = p->url,
		.own_base = p->own_base,
		.body_max = out->max - out->len };
	struct http_answer a = { .outcome = HTTP_UNABLE };
	char place[HTTP_LOCATION_MAX];
	bool ok;

	if (!env_number("DOWNLOAD_TIMEOUT", FETCH_TIMEOUT, 1, FETCH_TIMEOUT_MAX,
		    &q.timeout, f))
		return false;
	ok = follow(p, &q, &a, place, f);
	if (ok)
		take(&a, out);
	http_free(&a);
	return ok;
}
