#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "env.h"
#include "err.h"
#include "json.h"
#include "model/setting.h"
#include "net/fetch.h"
#include "net/http.h"
#include "net/retry.h"
#include "paid/account.h"
#include "paid/answer.h"
#include "paid/answers.h"
#include "paid/buy.h"
#include "paid/call.h"
#include "paid/hold.h"

#define WHAT_MAX 160 /* bytes of "ch02: image" */

/* Bytes on the disk of the store that there must be before anything is bought:
 * an answer as received, its picture, its entry. */
#define PROMPT_ROOM ((size_t)1 << 20)
#define IMAGE_ROOM ((size_t)16 << 20)

static bool is_forced;

void
buy_open(const struct store *s)
{
	const char *dir = s->answers ? s->answers : env_get("ANSWERS_DIR");
	const char *file = s->database ? s->database : env_get("DATABASE");

	if (dir && *dir)
		answers_open(dir);
	if (file && *file) {
		ledger_open(file, s->force);
		ledger_about(s->episode);
		if (dir && *dir)
			account_open(dir);
	}
	is_forced = s->force;
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

/* Text that isn't UTF-8 is no reason to lose an answer. */
static json_t *
text_or_none(const char *s, json_t *(*none)(void))
{
	json_t *text = s ? json_string(s) : NULL;

	return text ? text : none();
}

static json_t *
empty(void)
{
	return json_string("");
}

/* What is known of an answer besides itself. */
static json_t *
make_facts(const struct purchase *p, const struct booking *booking,
	const char *request_id)
{
	json_t *facts = json_object();

	json_put(facts, "kind", json_string(p->kind));
	json_put(facts, "model", json_string(p->model));
	json_put(facts, "bought_at", json_time(time(NULL)));
	json_put(facts, "run", text_or_none(env_run(), empty));
	json_put(facts, "purchase", json_string(booking->purchase));
	json_put(facts, "episode_id", text_or_none(p->episode, json_null));
	json_put(facts, "chapter_id", text_or_none(p->chapter, json_null));
	json_put(facts, "request_id", text_or_none(request_id, empty));
	json_put(facts, "estimate_usd", json_dollars(p->estimate));
	return facts;
}

/* What can't be kept is lost with the tool's end. */
static const char *losing;
static void (*former_last)(int status);

static void
say_lost(int status)
{
	err("%s: this answer was paid for, and is lost, as it can't be kept; "
	    "see to the store of answers, then run again",
		losing);
	if (former_last)
		former_last(status);
}

static void
keep_raw(const char *what, const struct bought *b, struct http_answer *a,
	const json_t *facts)
{
	losing = what;
	former_last = err_last;
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

static void
copy_facts(struct bought *b, const json_t *facts)
{
	copy_text(b->bought_at, sizeof b->bought_at, facts, "bought_at");
	copy_text(b->request_id, sizeof b->request_id, facts, "request_id");
	copy_text(b->purchase, sizeof b->purchase, facts, "purchase");
	copy_text(b->run, sizeof b->run, facts, "run");
}

/*
 * It can't be read.  It was paid for, and is kept as it came: the same words
 * are said each time, and no other is bought unless the user says so.  booking
 * is NULL where the answer was there already.
 */
_Noreturn static void
reject_answer(const struct purchase *p, const char *what,
	const struct bought *b, struct booking *booking, const char *why)
{
	const char *chapter = p->chapter ? p->chapter : "ID";

	if (booking)
		ledger_unknown(booking, EXIT_BAD_ANSWER, why);
	hold_end();
	if (!answers_is_open())
		die(EXIT_BAD_ANSWER, "%s: %s; look at what answers at %s", what,
			why, p->endpoint);
	if (strcmp(p->kind, "image") == 0)
		die(EXIT_BAD_ANSWER,
			"%s: %s; it was paid for, and is kept as %s; FORCE=1 "
			"CHAPTER=%s buys another, or put a picture of your own "
			"at own/%s.png",
			what, why, answers_raw_path(b->hash), chapter, chapter);
	die(EXIT_BAD_ANSWER,
		"%s: %s; it was paid for, and is kept as %s; FORCE=1 "
		"CHAPTER=%s buys another",
		what, why, answers_raw_path(b->hash), chapter);
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
		if (!fetch_picture(&(struct fetch){ .what = what,
					   .chapter = p->chapter,
					   .url = a->url,
					   .own_base = p->provider->own_base },
			    &b->picture, &f))
			die(f.status, "%s: %s", what, f.message);
	}
	if (b->picture.len)
		hash_bytes(b->picture_hash, b->picture.data, b->picture.len);
}

static void
keep(const struct purchase *p, const char *what, struct bought *b,
	const json_t *facts)
{
	static const char *const known[] = { "bought_at", "run", "purchase",
		"episode_id", "chapter_id", "request_id" };
	json_t *entry = json_pack("{s:s, s:O, s:O, s:s}", "request_sha256",
		b->hash, "kind", json_object_get(facts, "kind"), "model",
		json_object_get(facts, "model"), "endpoint", p->endpoint);
	json_t *value;

	for (size_t i = 0; entry && i < sizeof known / sizeof *known; i++) {
		/* an older release's facts have fewer */
		value = json_object_get(facts, known[i]);
		if (value)
			json_put(entry, known[i], json_incref(value));
	}
	if (!entry ||
		json_object_update_new(entry,
			json_pack("{s:o, s:s, s:o, s:O, s:s?}", "cost_usd",
				json_dollars(b->micros), "cost_source",
				b->is_measured ? "measured" : "estimated",
				"request",
				json_loadb(p->body, p->body_len, 0, NULL),
				"answer", b->answer, "picture_sha256",
				*b->picture_hash ? b->picture_hash : NULL)) !=
			0 ||
		!answers_keep(b->hash, entry, &b->picture))
		reject_answer(p, what, b, NULL, "it can't be kept as JSON");
	json_decref(entry);
}

/* Take apart what was received; booking as for reject_answer(). */
static void
settle(const struct purchase *p, const char *what, struct buf *raw,
	json_t *facts, struct booking *booking, struct bought *b)
{
	char why[ANSWER_WHY_MAX];
	struct bill bill = { .input_tokens = -1, .output_tokens = -1 };
	struct answer a;

	if (!answer_parse(&a, raw, why))
		reject_answer(p, what, b, booking, why);
	b->answer = json_incref(a.rest);
	p->charge(b->answer, p->data, &bill);
	b->micros = bill.micros;
	b->is_measured = bill.is_measured;
	copy_facts(b, facts);
	bill.request_id = b->request_id;
	if (booking)
		ledger_settle(booking, &bill);
	else
		account_answer(p, b->hash, facts, &bill);
	take_picture(p, what, &a, raw, b);
	answer_free(&a);
	if (answers_is_open())
		keep(p, what, b, facts);
	json_decref(facts);
}

static void
fill_in(struct bought *b, json_t *entry)
{
	b->answer = json_incref(json_object_get(entry, "answer"));
	b->micros = json_micros(json_object_get(entry, "cost_usd"));
	b->is_measured = account_is_measured(entry);
	copy_text(b->picture_hash, sizeof b->picture_hash, entry,
		"picture_sha256");
	copy_facts(b, entry);
}

/* With force, only what this run has bought. */
static bool
is_new_enough(const json_t *bought)
{
	const char *run = json_text(bought, "run");

	return !is_forced || (run && *run && strcmp(run, env_run()) == 0);
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
			settle(p, what, &raw, facts, NULL, b);
			buf_free(&raw);
			return true;
		}
		account_raw(p, b->hash, &raw, facts);
		answers_former_raw(b->hash);
		json_decref(facts);
		buf_free(&raw);
	}
	entry = answers_find(b->hash);
	if (entry)
		account_entry(p, b->hash, entry);
	found = entry && is_new_enough(entry) &&
		answers_picture(b->hash, entry, &b->picture);
	if (found)
		fill_in(b, entry);
	json_decref(entry);
	return found;
}

/* Nobody has it: ask, and keep the answer before anything else. */
static void
buy_new(const struct purchase *p, const char *what, struct bought *b)
{
	struct booking booking;
	struct http_answer a;
	json_t *facts;

	call_check(p, what);
	ledger_reserve(&booking,
		&(struct ledger_request){ .what = what,
			.episode = p->episode,
			.chapter = p->chapter,
			.kind = p->kind,
			.model = p->model,
			.hash = b->hash,
			.estimate = p->estimate,
			.at_once = !call_waits(p) });
	call_send(p, what, &booking, &a);
	facts = make_facts(p, &booking, a.request_id);
	if (answers_is_open())
		keep_raw(what, b, &a, facts);
	settle(p, what, &a.body, facts, &booking, b);
	b->is_new = true;
	http_free(&a);
}

void
buy(const struct purchase *p, struct bought *b)
{
	char what[WHAT_MAX];

	*b = (struct bought){ .picture = BUF_INIT(ANSWER_MAX) };
	snprintf(what, sizeof what, "%s%s%s", p->chapter ? p->chapter : "",
		p->chapter ? ": " : "", p->kind);
	buy_hash(p->endpoint, p->body, p->body_len, b->hash);
	if (!answers_is_open()) {
		buy_new(p, what, b);
		hold_end();
		return;
	}
	answers_lock(b->hash);
	if (!find(p, what, b)) {
		answers_need_room(strcmp(p->kind, "image") == 0 ? IMAGE_ROOM
								: PROMPT_ROOM);
		buy_new(p, what, b);
	}
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
