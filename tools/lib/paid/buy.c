#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "answer.h"
#include "answers.h"
#include "buy.h"
#include "env.h"
#include "err.h"
#include "fetch.h"
#include "hold.h"
#include "json.h"
#include "pace.h"
#include "png.h"
#include "retry.h"
#include "setting.h"

#define HEADERS_MAX 8
#define WHAT_MAX 160 /* bytes of "ch02: image" */

/* Bytes on the disk of the store that there must be before anything is bought:
 * an answer as received, its picture, its entry. */
#define PROMPT_ROOM ((size_t)1 << 20)
#define IMAGE_ROOM ((size_t)16 << 20)

static bool is_forced;

/* Whom this process asks, for the functions that retry.c calls. */
struct turn {
	const struct purchase *p;
	const char *what;
	double rpm;
};

static const char *
this_run(void)
{
	const char *run = getenv("LIMN_RUN");

	return run && strlen(run) < sizeof((struct bought *)0)->run ? run : "";
}

void
buy_open(const char *dir, bool force)
{
	if (dir)
		answers_open(dir);
	is_forced = force;
}

void
buy_hash(const char *endpoint, const char *body, size_t body_len,
	char hash[HASH_SIZE])
{
	struct hash *h = hash_begin();

	hash_add(h, endpoint, strlen(endpoint));
	hash_add(h, "\n", 1);
	hash_add(h, body, body_len);
	hash_end(h, hash);
}

static void
refuse_if_stopped(const struct purchase *p, const char *what)
{
	char why[RETRY_MESSAGE_MAX] = "";
	int status = answers_stopped(p->endpoint, this_run(), why, sizeof why);

	if (status)
		die(status, "%s: not asked, for another was told: %s", what,
			why);
}

/* After each try that isn't the last: no call is under way. */
static void
give_up_turn(void *data)
{
	(void)data;
	hold_end();
}

/* Before each try. */
static void
take_turn(void *data)
{
	const struct turn *t = data;

	refuse_if_stopped(t->p, t->what);
	pace_wait(t->what, t->p->provider->base, t->rpm);
	refuse_if_stopped(t->p, t->what);
	hold_begin();
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

/* Ask the API; on return a holds a good answer. */
static void
ask(const struct purchase *p, const char *what, struct http_answer *a)
{
	const char *headers[HEADERS_MAX + 2];
	struct turn turn = { p, what, 0 };
	struct failure f = { 0 };
	char *secret;

	setting_need_key(p->provider);
	if (strcmp(p->kind, "image") == 0)
		turn.rpm = env_number("IMAGE_GEN_RPM", 0, 0, PACE_MAX);
	secret = add_headers(p, headers);
	retry_send(&(struct retry){ .what = what,
			   .is_paid = true,
			   .tries = (int)env_number("MAX_RETRIES", RETRY_TRIES,
				   1, RETRY_TRIES_MAX),
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
		answers_stop(p->endpoint, this_run(), f.status, f.message);
	hold_end();
	if (f.status == EXIT_REFUSED && p->if_refused)
		die(f.status, "%s: %s; %s", what, f.message, p->if_refused);
	die(f.status, "%s: %s", what, f.message);
}

/* What is known of an answer besides itself. */
static json_t *
make_facts(const struct purchase *p, const char *request_id)
{
	json_t *id = json_string(request_id), *run = json_string(this_run());
	json_t *facts = json_pack("{s:s, s:s, s:o, s:o, s:o}", "kind", p->kind,
		"model", p->model, "bought_at", json_time(time(NULL)), "run",
		/* that isn't UTF-8 is no reason to lose an answer */
		run ? run : json_string(""), "request_id",
		id ? id : json_string(""));

	if (!facts)
		die(EXIT_TRY_LATER, "out of memory");
	return facts;
}

/* What can't be kept is lost with the tool's end. */
static const char *losing;

static void
say_lost(int status)
{
	(void)status;
	err("%s: this answer was paid for, and is lost, as it can't be kept; "
	    "see to the store of answers, then run again",
		losing);
}

static void
keep_raw(const char *what, const struct bought *b, struct http_answer *a,
	const json_t *facts)
{
	void (*former_last)(int status) = err_last;

	losing = what;
	err_last = say_lost;
	answers_keep_raw(b->hash, &a->body, facts);
	err_last = former_last;
}

static void
copy_text(char *to, size_t size, const json_t *object, const char *key)
{
	const char *s = json_text(object, key);

	snprintf(to, size, "%s", s ? s : "");
}

_Noreturn static void
spoilt(const struct purchase *p, const char *what, const struct bought *b,
	const char *why)
{
	if (answers_is_open())
		answers_spoilt_raw(b->hash, why);
	hold_end();
	die(EXIT_BAD_ANSWER, "%s: %s; look at what answers at %s", what, why,
		p->endpoint);
}

/*
 * The picture of a new answer: out of it, whose text raw then is the picture's
 * (there are not to be two copies), or, while its URL lives, from there.
 */
static void
take_picture(const struct purchase *p, const char *what, struct answer *a,
	struct buf *raw, struct bought *b)
{
	struct failure f = { 0 };

	if (a->base64) {
		size_t n = answer_decode(a);

		if (n == 0)
			warn("%s: data[0].b64_json is no base64", what);
		memmove(raw->data, a->base64, n);
		raw->len = n;
		b->picture = *raw;
		*raw = BUF_INIT(0);
	} else if (a->url && answers_is_open()) {
		fetch_picture(what, a->url, p->provider->own_base, &b->picture,
			&f);
		if (f.status)
			die(f.status, "%s: %s", what, f.message);
	}
	if (b->picture.len)
		hash_bytes(b->picture_hash, b->picture.data, b->picture.len);
}

static void
keep(const struct purchase *p, const char *what, struct bought *b,
	const json_t *facts)
{
	json_t *entry = json_pack("{s:s, s:O, s:O, s:s, s:O, s:O, s:O, s:o, "
				  "s:s, s:o, s:O, s:s?}",
		"request_sha256", b->hash, "kind",
		json_object_get(facts, "kind"), "model",
		json_object_get(facts, "model"), "endpoint", p->endpoint,
		"bought_at", json_object_get(facts, "bought_at"), "run",
		json_object_get(facts, "run"), "request_id",
		json_object_get(facts, "request_id"), "cost_usd",
		json_dollars(b->micros), "cost_source",
		b->is_measured ? "measured" : "estimated", "request",
		json_loadb(p->body, p->body_len, 0, NULL), "answer", b->answer,
		"picture_sha256", *b->picture_hash ? b->picture_hash : NULL);

	if (!entry || !answers_keep(b->hash, entry, &b->picture))
		spoilt(p, what, b, "it can't be kept as JSON");
	json_decref(entry);
}

/* Take apart what was received. */
static void
settle(const struct purchase *p, const char *what, struct buf *raw,
	json_t *facts, struct bought *b)
{
	char why[ANSWER_WHY_MAX];
	struct answer a;

	if (!answer_parse(&a, raw, why))
		spoilt(p, what, b, why);
	take_picture(p, what, &a, raw, b);
	b->answer = json_incref(a.rest);
	answer_free(&a);
	b->micros = p->price(b->answer, p->data, &b->is_measured);
	copy_text(b->bought_at, sizeof b->bought_at, facts, "bought_at");
	copy_text(b->request_id, sizeof b->request_id, facts, "request_id");
	copy_text(b->run, sizeof b->run, facts, "run");
	if (answers_is_open())
		keep(p, what, b, facts);
	json_decref(facts);
}

static void
fill_in(struct bought *b, json_t *entry)
{
	const char *source = json_text(entry, "cost_source");

	b->answer = json_incref(json_object_get(entry, "answer"));
	b->micros = json_micros(json_object_get(entry, "cost_usd"));
	b->is_measured = source && strcmp(source, "measured") == 0;
	copy_text(b->picture_hash, sizeof b->picture_hash, entry,
		"picture_sha256");
	copy_text(b->bought_at, sizeof b->bought_at, entry, "bought_at");
	copy_text(b->request_id, sizeof b->request_id, entry, "request_id");
	copy_text(b->run, sizeof b->run, entry, "run");
}

/* With force, only what this run has bought. */
static bool
is_new_enough(const json_t *bought)
{
	const char *run = json_text(bought, "run");

	return !is_forced || (run && *run && strcmp(run, this_run()) == 0);
}

/* Whether the store has it, whole and new enough. */
static bool
find(const struct purchase *p, const char *what, struct bought *b)
{
	struct buf raw = BUF_INIT(p->answer_max + 65536);
	json_t *facts, *entry;
	bool found;

	if (answers_find_raw(b->hash, &raw, &facts)) {
		if (is_new_enough(facts)) {
			settle(p, what, &raw, facts, b);
			buf_free(&raw);
			return true;
		}
		answers_former_raw(b->hash);
		json_decref(facts);
		buf_free(&raw);
	}
	entry = answers_find(b->hash);
	found = entry && is_new_enough(entry) &&
		answers_picture(b->hash, entry, &b->picture);
	if (found)
		fill_in(b, entry);
	json_decref(entry);
	return found;
}

void
buy(const struct purchase *p, struct bought *b)
{
	struct http_answer a;
	char what[WHAT_MAX];
	json_t *facts;

	*b = (struct bought){ .picture = BUF_INIT(ANSWER_MAX) };
	snprintf(what, sizeof what, "%s%s%s", p->chapter ? p->chapter : "",
		p->chapter ? ": " : "", p->kind);
	buy_hash(p->endpoint, p->body, p->body_len, b->hash);
	if (answers_is_open()) {
		answers_lock(b->hash);
		if (find(p, what, b)) {
			answers_unlock(b->hash);
			return;
		}
		answers_need_room(strcmp(p->kind, "image") == 0 ? IMAGE_ROOM
								: PROMPT_ROOM);
	}
	ask(p, what, &a);
	facts = make_facts(p, a.request_id);
	if (answers_is_open())
		keep_raw(what, b, &a, facts);
	settle(p, what, &a.body, facts, b);
	b->is_new = true;
	http_free(&a);
	if (answers_is_open())
		answers_unlock(b->hash);
	hold_end();
}

void
buy_look_in(const char *dir)
{
	struct stat st;

	if (dir && stat(dir, &st) == 0)
		answers_open(dir);
}

bool
buy_look(const char hash[HASH_SIZE], struct bought *b)
{
	json_t *entry = answers_is_open() ? answers_peek(hash) : NULL;

	if (!entry)
		return false;
	*b = (struct bought){ .picture = BUF_INIT(ANSWER_MAX) };
	memcpy(b->hash, hash, HASH_SIZE);
	fill_in(b, entry);
	json_decref(entry);
	return true;
}

void
buy_free(struct bought *b)
{
	json_decref(b->answer);
	b->answer = NULL;
	buf_free(&b->picture);
	*b->picture_hash = '\0';
}
