#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "books/ledger.h"
#include "buf.h"
#include "env.h"
#include "err.h"
#include "failure.h"
#include "model/setting.h"
#include "net/retry.h"
#include "or-die.h"
#include "paid/answers.h"
#include "paid/call.h"
#include "paid/hold.h"
#include "paid/pace.h"
#include "paid/purchase.h"

#define HEADERS_MAX 8

/* Whom this process asks, for the functions that retry.c calls. */
struct turn {
	const struct purchase *p;
	const char *what;
	struct booking *booking;
	double rpm;
};

static int
find_stop(const struct purchase *p, char why[RETRY_MESSAGE_MAX])
{
	*why = '\0';
	return answers_stopped(p->endpoint, env_run(), why, RETRY_MESSAGE_MAX);
}

_Noreturn static void
refuse(int status, const char *what, const char *why)
{
	die(status, "%s: not asked, for another was told: %s", what, why);
}

static int
find_tries(void)
{
	return (int)env_number_or_die("MAX_RETRIES", RETRY_TRIES, 1,
		RETRY_TRIES_MAX);
}

static double
find_rpm(const struct purchase *p)
{
	return strcmp(p->kind, "image") == 0
		? env_number_or_die("IMAGE_GEN_RPM", 0, 0, PACE_MAX)
		: 0;
}

bool
call_waits(const struct purchase *p)
{
	return find_rpm(p) > 0;
}

void
call_check(const struct purchase *p, const char *what)
{
	char why[RETRY_MESSAGE_MAX];
	int status;

	setting_need_key(p->provider);
	find_tries();
	find_rpm(p);
	status = find_stop(p, why);
	if (status)
		refuse(status, what, why);
}

/* After each try that isn't the last: no call is under way. */
static void
give_up_turn(void *data)
{
	const struct turn *t = data;

	ledger_waits(t->booking);
	hold_end();
}

/* Before each try. */
static bool
take_turn(void *data, struct failure *f)
{
	const struct turn *t = data;
	char why[RETRY_MESSAGE_MAX];
	int status;

	if (!pace_wait(t->what, t->p->provider->base, t->rpm, f))
		return false;
	status = find_stop(t->p, why);
	if (status) {
		ledger_release(t->booking, status, why);
		refuse(status, t->what, why);
	}
	hold_begin();
	/* may wait for who else writes to the books */
	ledger_sent(t->booking);
	if (!hold_may_send()) {
		ledger_release(t->booking, 0, "interrupted before it was sent");
		hold_end();
		die(EXIT_TRY_LATER, "%s: interrupted", t->what);
	}
	return true;
}

/* The headers of the purchase, and the key. */
static char *
add_headers(const struct purchase *p, const char *headers[HEADERS_MAX + 2])
{
	const struct provider *v = p->provider;
	char *secret = NULL;
	size_t n = 0, size;

	for (; p->headers && p->headers[n] && n < HEADERS_MAX; n++)
		headers[n] = p->headers[n];
	if (v->key) {
		size = strlen(v->key) + sizeof "Authorization: Bearer ";
		secret = xmalloc(size);
		snprintf(secret, size,
			strcmp(v->name, "anthropic") == 0
				? "x-api-key: %s"
				: "Authorization: Bearer %s",
			v->key);
		headers[n++] = secret;
	}
	headers[n] = NULL;
	return secret;
}

/* It was billed only where nobody knows what became of it: no answer, or a good
 * one that can't be read. */
static void
book_failure(struct booking *booking, const struct http_answer *a,
	const struct failure *f)
{
	if (f->status == EXIT_UNKNOWN ||
		(f->status == EXIT_BAD_ANSWER && a->status / 100 == 2))
		ledger_unknown(booking, f->status, f->message);
	else
		ledger_release(booking, f->status, f->message);
}

void
call_send(const struct purchase *p, const char *what, struct booking *booking,
	struct http_answer *a)
{
	const char *headers[HEADERS_MAX + 2];
	struct turn turn = { p, what, booking, find_rpm(p) };
	struct failure f = { 0 };
	char *secret;

	secret = add_headers(p, headers);
	retry_send(&(struct retry){ .what = what,
			   .server = strcmp(p->kind, "image") == 0
				   ? SERVER_IMAGES
				   : SERVER_LLM,
			   .tries = find_tries(),
			   .before = take_turn,
			   .waits = give_up_turn,
			   .data = &turn },
		&(struct http_request){ .url = p->endpoint,
			.body = p->body,
			.body_len = p->body_len,
			.headers = headers,
			.secret = p->provider->key,
			.timeout = p->timeout,
			.body_max = p->answer_max,
			.is_base = true },
		a, &f);
	free(secret);
	if (!f.status)
		return;
	if (f.stop)
		answers_stop(p->endpoint, env_run(), f.status, f.message);
	book_failure(booking, a, &f);
	hold_end();
	if (f.status == EXIT_REFUSED && p->if_refused)
		die(f.status, "%s: %s; %s", what, f.message, p->if_refused);
	die(f.status, "%s: %s", what, f.message);
}
