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
#include "paid/answers.h"
#include "paid/call.h"
#include "paid/pace.h"
#include "paid/sigdefer.h"

#define HEADERS_MAX 8

/* The data of the functions that retry.c calls. */
struct turn {
	struct purchase *p;
	const struct answers *answers;
	struct ledger *ledger;
	double rpm;
	bool is_over; /* nothing was sent; nothing more to record */
};

/* false: another tool of this run learned that all requests must fail. */
static bool
may_ask(const struct purchase *p, const struct answers *answers,
	char why[RETRY_MESSAGE_MAX], struct failure *f)
{
	int status = answers_stopped(answers, p->endpoint, env_run(), why,
		RETRY_MESSAGE_MAX);

	return !status ||
		failure_set(f, status,
			"%s: not asked, for another was told: %s", p->what,
			why);
}

static bool
find_tries(double *tries, struct failure *f)
{
	return env_number("MAX_RETRIES", RETRY_TRIES, 1, RETRY_TRIES_MAX, tries,
		f);
}

static bool
find_rpm(const struct purchase *p, double *rpm, struct failure *f)
{
	*rpm = 0;
	return strcmp(p->kind, "image") != 0 ||
		env_number("IMAGE_GEN_RPM", 0, 0, PACE_MAX, rpm, f);
}

bool
call_waits(const struct purchase *p)
{
	double rpm;

	return find_rpm(p, &rpm, NULL) && rpm > 0;
}

bool
call_check(const struct purchase *p, const struct answers *answers,
	struct failure *f)
{
	char why[RETRY_MESSAGE_MAX];
	double tries, rpm;

	if (!setting_can_ask(p->provider))
		return failure_set(f, EXIT_NO_ACCESS,
			"%s is not set; put it into the environment or .env, "
			"or set %s",
			p->provider->key_name, p->provider->instead);
	return find_tries(&tries, f) && find_rpm(p, &rpm, f) &&
		may_ask(p, answers, why, f);
}

/* After a try that failed, if a retry follows: the row is reserved again. */
static void
give_up_turn(void *data)
{
	struct turn *t = data;

	ledger_waits(t->ledger, t->p);
	sigdefer_end();
}

/* Before each try. */
static bool
take_turn(void *data, struct failure *f)
{
	struct turn *t = data;
	char why[RETRY_MESSAGE_MAX];

	t->is_over = true;
	if (!pace_wait(t->p->what, t->p->provider->base, t->rpm, f)) {
		ledger_release(t->ledger, t->p, f->status, f->message);
		return false;
	}
	if (!may_ask(t->p, t->answers, why, f)) {
		ledger_release(t->ledger, t->p, f->status, why);
		return false;
	}
	sigdefer_begin();
	/* this may wait for another process that writes to the database */
	if (!ledger_sent(t->ledger, t->p, f))
		return false;
	if (!sigdefer_may_send()) {
		ledger_release(t->ledger, t->p, 0,
			"interrupted before it was sent");
		return failure_set(f, EXIT_TRY_LATER, "%s: interrupted",
			t->p->what);
	}
	t->is_over = false;
	return true;
}

/* Fill in the headers of the purchase and of the key; the caller frees the
 * result. */
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

/* A call that failed costs nothing, unless its outcome is unknown. */
static void
record_failure(const struct turn *t, const struct failure *why)
{
	if (why->stop)
		answers_stop(t->answers, t->p->endpoint, env_run(), why->status,
			why->message);
	if (why->status == EXIT_UNKNOWN)
		ledger_unknown(t->ledger, t->p, why->status, why->message);
	else
		ledger_release(t->ledger, t->p, why->status, why->message);
}

bool
call_send(struct purchase *p, const struct answers *answers, struct ledger *l,
	struct http_answer *a, struct failure *f)
{
	const char *headers[HEADERS_MAX + 2];
	struct turn turn = { .p = p, .answers = answers, .ledger = l };
	struct failure why = { 0 };
	double tries;
	char *secret;
	bool good;

	*a = (struct http_answer){ .body = BUF_INIT(0) };
	if (!find_tries(&tries, f) || !find_rpm(p, &turn.rpm, f))
		return false;
	secret = add_headers(p, headers);
	good = retry_send(&(struct retry){ .what = p->what,
				  .server = strcmp(p->kind, "image") == 0
					  ? SERVER_IMAGES
					  : SERVER_LLM,
				  .tries = (int)tries,
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
		a, &why);
	free(secret);
	if (good)
		return true;
	if (turn.is_over) {
		*f = why;
		return false;
	}
	record_failure(&turn, &why);
	if (why.status == EXIT_REFUSED && p->if_refused)
		failure_set(f, why.status, "%s: %s; %s", p->what, why.message,
			p->if_refused);
	else
		failure_set(f, why.status, "%s: %s", p->what, why.message);
	f->stop = why.stop;
	return false;
}
