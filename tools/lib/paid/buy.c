#include <stdio.h>
#include <string.h>
#include <time.h>

#include "err.h"
#include "failure.h"
#include "json.h"
#include "model/setting.h"
#include "net/fetch.h"
#include "net/http.h"
#include "paid/answer.h"
#include "paid/buy.h"
#include "paid/call.h"
#include "paid/import.h"
#include "paid/sigdefer.h"

/* Bytes that must be free on the disk of the store before a purchase: for the
 * answer as received, its picture and its entry. */
#define PROMPT_SPACE ((size_t)1 << 20)
#define IMAGE_SPACE ((size_t)16 << 20)

#define RAW_MAX (ANSWER_MAX + 65536) /* bytes: an answer, and its facts */

bool
buy_open(struct store *s, struct failure *f)
{
	if (!s->directory)
		s->directory = env_get("ANSWERS_DIR");
	if (!s->database)
		s->database = env_get("DATABASE");
	ledger_open(&s->ledger, s->database, s->force);
	return !s->directory || !*s->directory ||
		answers_open(&s->answers, s->directory, f);
}

void
buy_close(struct store *s)
{
	answers_close(&s->answers);
	ledger_close(&s->ledger);
}

void
buy_failed(struct store *s, const char *episode, const struct failure *f)
{
	ledger_failed(&s->ledger, episode, f);
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

/* --- the facts of a purchase */

/* Text that isn't UTF-8 becomes null or "", so that the answer can be kept. */
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

static json_t *
make_facts(const struct purchase *p)
{
	json_t *facts = json_object();

	json_put(facts, "kind", json_string(p->kind));
	json_put(facts, "model", json_string(p->model));
	json_put(facts, "bought_at", json_string(p->bought_at));
	json_put(facts, "run", text_or_none(p->run, empty));
	json_put(facts, "purchase", json_string(p->name));
	json_put(facts, "episode_id", text_or_none(p->episode, json_null));
	json_put(facts, "chapter_id", text_or_none(p->chapter, json_null));
	json_put(facts, "request_id", text_or_none(p->request_id, empty));
	json_put(facts, "estimate_usd", json_dollars(p->estimate));
	return facts;
}

static void
copy_text(char *to, size_t size, const json_t *object, const char *key)
{
	const char *s = json_text(object, key);

	snprintf(to, size, "%s", s ? s : "");
}

/* Fill in the facts of the purchase that bought the answer. */
static void
read_facts(struct purchase *p, const json_t *facts)
{
	copy_text(p->bought_at, sizeof p->bought_at, facts, "bought_at");
	copy_text(p->request_id, sizeof p->request_id, facts, "request_id");
	copy_text(p->name, sizeof p->name, facts, "purchase");
	copy_text(p->run, sizeof p->run, facts, "run");
}

static void
read_entry(struct purchase *p, const json_t *entry)
{
	struct purchase past;

	import_purchase(&past, entry);
	read_facts(p, entry);
	p->cost = past.cost;
	p->answer = json_incref(json_object_get(entry, "answer"));
	copy_text(p->picture_hash, sizeof p->picture_hash, entry,
		"picture_sha256");
}

/* --- take an answer apart */

/* The answer can't be read.  It was paid for, so it is kept as it was received:
 * each run fails like this, and another is bought only on request. */
static bool
reject_answer(struct store *s, struct purchase *p, const char *why,
	struct failure *f)
{
	const char *chapter = p->chapter ? p->chapter : "ID";
	char remedy[FETCH_REMEDY_MAX], path[ANSWERS_PATH_MAX];

	if (p->is_new)
		ledger_unknown(&s->ledger, p, EXIT_BAD_ANSWER, why);
	if (!answers_is_open(&s->answers))
		return failure_set(f, EXIT_BAD_ANSWER,
			"%s: %s; look at what answers at %s", p->what, why,
			p->endpoint);
	if (strcmp(p->kind, "image") == 0)
		fetch_remedy(remedy, p->chapter);
	else
		snprintf(remedy, sizeof remedy,
			"FORCE=1 CHAPTER=%s asks for another", chapter);
	return failure_set(f, EXIT_BAD_ANSWER,
		"%s: %s; it was paid for, and is kept as %s; %s", p->what, why,
		answers_raw_path(&s->answers, p->hash, path), remedy);
}

/*
 * Take the picture of a new answer: decode it in place, so that the memory of
 * raw becomes the picture's, or download it while its URL is valid.
 */
static bool
take_picture(const struct store *s, struct purchase *p, struct answer *a,
	struct buf *raw, struct failure *f)
{
	struct failure why;

	if (a->base64) {
		size_t n = answer_decode(a);

		if (n == 0)
			warn("%s: data[0].b64_json is no base64", p->what);
		memmove(raw->data, a->base64, n);
		raw->len = n;
		p->picture = *raw;
		*raw = BUF_INIT(0);
	} else if (a->url && answers_is_open(&s->answers)) {
		if (!fetch_picture(&(struct fetch){ .what = p->what,
					   .chapter = p->chapter,
					   .url = a->url,
					   .own_base = p->provider->own_base },
			    &p->picture, &why))
			return failure_set(f, why.status, "%s: %s", p->what,
				why.message);
	}
	if (p->picture.len)
		hash_bytes(p->picture_hash, p->picture.data, p->picture.len);
	return true;
}

static bool
keep(struct store *s, struct purchase *p, const json_t *facts,
	struct failure *f)
{
	static const char *const known[] = { "bought_at", "run", "purchase",
		"episode_id", "chapter_id", "request_id" };
	json_t *entry = json_pack("{s:s, s:O, s:O, s:s}", "request_sha256",
		p->hash, "kind", json_object_get(facts, "kind"), "model",
		json_object_get(facts, "model"), "endpoint", p->endpoint);
	bool good;

	for (size_t i = 0; entry && i < sizeof known / sizeof *known; i++) {
		json_t *value = json_object_get(facts, known[i]);

		if (value)
			json_put(entry, known[i], json_incref(value));
	}
	f->status = 0;
	good = entry &&
		json_object_update_new(entry,
			json_pack("{s:o, s:s, s:o, s:O, s:s?}", "cost_usd",
				json_dollars(p->cost.micros), "cost_source",
				p->cost.is_measured ? "measured" : "estimated",
				"request",
				json_loadb(p->body, p->body_len, 0, NULL),
				"answer", p->answer, "picture_sha256",
				*p->picture_hash ? p->picture_hash : NULL)) ==
			0 &&
		answers_keep(&s->answers, p->hash, entry, &p->picture, f);
	json_decref(entry);
	if (!good && !f->status) {
		p->is_new = false; /* the row is settled already */
		reject_answer(s, p, "it can't be kept as JSON", f);
	}
	return good;
}

/* Enter a purchase of the store into the ledger, if the ledger lacks it. */
static bool
tell_ledger(struct store *s, const struct purchase *past, struct failure *f)
{
	if (!ledger_lacks(&s->ledger, past, f))
		return f->status == 0;
	if (!import_into_empty(&s->ledger, s->directory, f))
		return false;
	ledger_learn(&s->ledger, past);
	return true;
}

/* The purchase that bought an answer of the store: its episode and date are in
 * the facts. */
static struct purchase
find_past(const struct purchase *p, const json_t *facts,
	const struct cost *cost)
{
	struct purchase past;

	import_purchase(&past, facts);
	past.kind = p->kind;
	past.model = p->model;
	past.cost = *cost;
	memcpy(past.hash, p->hash, sizeof past.hash);
	return past;
}

/* Take apart an answer that was received now, or by a tool that was killed. */
static bool
settle(struct store *s, struct purchase *p, struct buf *raw,
	const json_t *facts, struct failure *f)
{
	char why[ANSWER_WHY_MAX];
	struct purchase past;
	struct answer a;
	bool good = true;

	read_facts(p, facts);
	if (!answer_parse(&a, raw, why))
		return reject_answer(s, p, why, f);
	p->answer = json_incref(a.rest);
	p->compute_cost(p->answer, p->data, &p->cost);
	if (p->is_new) {
		ledger_settle(&s->ledger, p);
	} else {
		past = find_past(p, facts, &p->cost);
		good = tell_ledger(s, &past, f);
	}
	good = good && take_picture(s, p, &a, raw, f);
	answer_free(&a);
	return good && (!answers_is_open(&s->answers) || keep(s, p, facts, f));
}

/* --- find it, or buy it */

/* With force, only an answer that this run has bought is used. */
static bool
is_new_enough(const struct store *s, const json_t *bought)
{
	const char *run = json_text(bought, "run");

	return !s->force || (run && *run && strcmp(run, env_run()) == 0);
}

/* With force, a raw answer of a former run is not used: enter its cost, and
 * rename it. */
static bool
retire_raw(struct store *s, const struct purchase *p, struct buf *raw,
	const json_t *facts, struct failure *f)
{
	struct cost cost = {
		.micros = json_micros(json_object_get(facts, "estimate_usd")),
		.input_tokens = -1,
		.output_tokens = -1
	};
	char why[ANSWER_WHY_MAX];
	struct purchase past;
	struct answer a;

	if (answer_parse(&a, raw, why)) {
		p->compute_cost(a.rest, p->data, &cost);
		answer_free(&a);
	}
	past = find_past(p, facts, &cost);
	return tell_ledger(s, &past, f) &&
		answers_former_raw(&s->answers, p->hash, f);
}

enum found { FOUND, NOT_FOUND, FAILED };

static enum found
find_raw(struct store *s, struct purchase *p, struct failure *f)
{
	struct buf raw = BUF_INIT(p->answer_max + 65536);
	enum found found = NOT_FOUND;
	json_t *facts = NULL;

	if (!answers_find_raw(&s->answers, p->hash, &raw, &facts, f))
		found = f->status ? FAILED : NOT_FOUND;
	else if (is_new_enough(s, facts))
		found = settle(s, p, &raw, facts, f) ? FOUND : FAILED;
	else if (!retire_raw(s, p, &raw, facts, f))
		found = FAILED;
	json_decref(facts);
	buf_free(&raw);
	return found;
}

static enum found
find_entry(struct store *s, struct purchase *p, struct failure *f)
{
	json_t *entry = answers_find(&s->answers, p->hash, f);
	enum found found = NOT_FOUND;
	struct purchase past;

	if (!entry)
		return f->status ? FAILED : NOT_FOUND;
	import_purchase(&past, entry);
	past = find_past(p, entry, &past.cost);
	if (!tell_ledger(s, &past, f))
		found = FAILED;
	else if (is_new_enough(s, entry)) {
		if (answers_picture(&s->answers, p->hash, entry, &p->picture,
			    f)) {
			read_entry(p, entry);
			found = FOUND;
		} else if (f->status) {
			found = FAILED;
		}
	}
	json_decref(entry);
	return found;
}

/* If an answer can't be kept, it is lost. */
static bool
keep_raw(struct store *s, struct purchase *p, struct buf *body,
	const json_t *facts, struct failure *f)
{
	if (!answers_is_open(&s->answers) ||
		answers_keep_raw(&s->answers, p->hash, body, facts, f))
		return true;
	ledger_unknown(&s->ledger, p, f->status, f->message);
	err("%s: this answer was paid for, and is lost, as it can't be kept; "
	    "see to the store of answers, then run again",
		p->what);
	return false;
}

/* Send the request, and keep the answer as received before it is parsed. */
static bool
buy_new(struct store *s, struct purchase *p, struct failure *f)
{
	struct http_answer a;
	json_t *facts;
	bool good;

	if (!call_check(p, &s->answers, f) ||
		!ledger_reserve(&s->ledger, p, !call_waits(p), f))
		return false;
	good = call_send(p, &s->answers, &s->ledger, &a, f);
	if (good) {
		struct tm tm;
		time_t now = time(NULL);

		p->is_new = true;
		snprintf(p->request_id, sizeof p->request_id, "%s",
			a.request_id);
		gmtime_r(&now, &tm);
		strftime(p->bought_at, sizeof p->bought_at,
			"%Y-%m-%dT%H:%M:%SZ", &tm);
		facts = make_facts(p);
		good = keep_raw(s, p, &a.body, facts, f) &&
			settle(s, p, &a.body, facts, f);
		json_decref(facts);
	}
	http_free(&a);
	row_lock_release(&p->lock);
	return good;
}

static bool
find_or_buy(struct store *s, struct purchase *p, struct failure *f)
{
	size_t space =
		strcmp(p->kind, "image") == 0 ? IMAGE_SPACE : PROMPT_SPACE;
	enum found found = find_raw(s, p, f);

	if (found == NOT_FOUND)
		found = find_entry(s, p, f);
	if (found != NOT_FOUND)
		return found == FOUND;
	return answers_need_space(&s->answers, space, f) &&
		(!s->ledger.path ||
			import_into_empty(&s->ledger, s->directory, f)) &&
		buy_new(s, p, f);
}

bool
buy(struct store *s, struct purchase *p, struct failure *f)
{
	bool good;

	snprintf(p->what, sizeof p->what, "%s%s%s",
		p->chapter ? p->chapter : "", p->chapter ? ": " : "", p->kind);
	buy_hash(p->endpoint, p->body, p->body_len, p->hash);
	p->picture = BUF_INIT(ANSWER_MAX);
	p->lock = ROW_LOCK_NONE;
	if (!answers_is_open(&s->answers)) {
		good = buy_new(s, p, f);
	} else if (!answers_lock(&s->answers, p->hash, f)) {
		good = false;
	} else {
		good = find_or_buy(s, p, f);
		answers_unlock(&s->answers, p->hash);
	}
	sigdefer_end();
	return good;
}

void
buy_free(struct purchase *p)
{
	json_decref(p->answer);
	p->answer = NULL;
	buf_free(&p->picture);
	*p->picture_hash = '\0';
}

enum buy_found
buy_look(const struct answers *a, const char hash[HASH_SIZE],
	struct purchase *p)
{
	struct buf raw = BUF_INIT(RAW_MAX);
	enum buy_found found = BUY_NOT_FOUND;
	char why[ANSWER_WHY_MAX];
	struct answer answer;
	json_t *entry;
	size_t n;

	*p = (struct purchase){ .picture = BUF_INIT(ANSWER_MAX),
		.lock = ROW_LOCK_NONE };
	memcpy(p->hash, hash, HASH_SIZE);
	if (answers_peek_raw(a, hash, &raw)) {
		found = BUY_UNREADABLE;
		if (answer_parse(&answer, &raw, why)) {
			found = BUY_FOUND;
			p->answer = json_incref(answer.rest);
			n = answer.base64 ? answer_decode(&answer) : 0;
			if (n > 0)
				hash_bytes(p->picture_hash, answer.base64, n);
			answer_free(&answer);
		}
	} else if ((entry = answers_peek(a, hash))) {
		found = BUY_FOUND;
		read_entry(p, entry);
		json_decref(entry);
	}
	buf_free(&raw);
	return found;
}
