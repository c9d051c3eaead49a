#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "books/ledger.h"
#include "chapter/chapter.h"
#include "database/db.h"
#include "err.h"
#include "failure.h"
#include "json.h"
#include "paid/answers.h"
#include "paid/import.h"

#define PATH_LENGTH_MAX 4096
#define DIGITS 64            /* of a SHA-256 */
#define TOKENS_MAX (1 << 30) /* an answer with more has none */
#define COUNT(array) (sizeof(array) / sizeof *(array))

/* --- one purchase */

/* The sum of these keys of the usage, or -1 if there is none of them. */
static long long
read_tokens(const json_t *entry, const char *const names[], size_t count)
{
	const json_t *usage =
		json_object_get(json_object_get(entry, "answer"), "usage");
	long long sum = -1;

	for (size_t i = 0; i < count; i++) {
		const json_t *number = json_object_get(usage, names[i]);
		json_int_t n = json_integer_value(number);

		if (json_is_integer(number) && n >= 0 && n < TOKENS_MAX)
			sum = (sum < 0 ? 0 : sum) + n;
	}
	return sum;
}

static bool
is_word(const char *is, const char *word)
{
	return is && strcmp(is, word) == 0;
}

/* Tokens are counted as in llm.c.  The ledger has only those of prompts. */
static void
read_cost(struct cost *cost, const json_t *entry, const char *kind)
{
	static const char *const in[] = { "input_tokens",
		"cache_creation_input_tokens", "cache_read_input_tokens",
		"prompt_tokens" };
	static const char *const out[] = { "output_tokens",
		"completion_tokens" };
	bool is_prompt = is_word(kind, "prompt");

	cost->micros = json_micros(json_object_get(entry, "cost_usd"));
	cost->is_measured =
		is_word(json_text(entry, "cost_source"), "measured");
	cost->input_tokens = is_prompt ? read_tokens(entry, in, COUNT(in)) : -1;
	cost->output_tokens =
		is_prompt ? read_tokens(entry, out, COUNT(out)) : -1;
}

static void
copy_text(char *to, size_t size, const json_t *object, const char *key)
{
	const char *s = json_text(object, key);

	snprintf(to, size, "%s", s ? s : "");
}

bool
import_purchase(struct purchase *p, const json_t *entry)
{
	const char *episode = json_text(entry, "episode_id");
	char time[DB_TIME_SIZE];

	*p = (struct purchase){
		.kind = json_text(entry, "kind"),
		.episode = episode && episode_id_is_valid(episode) ? episode
								   : NULL,
		.chapter = json_text(entry, "chapter_id"),
		.model = json_text(entry, "model"),
		.lock = ROW_LOCK_NONE,
	};
	copy_text(p->hash, sizeof p->hash, entry, "request_sha256");
	copy_text(p->name, sizeof p->name, entry, "purchase");
	copy_text(p->run, sizeof p->run, entry, "run");
	copy_text(p->bought_at, sizeof p->bought_at, entry, "bought_at");
	copy_text(p->request_id, sizeof p->request_id, entry, "request_id");
	read_cost(&p->cost, entry, p->kind);
	return p->model && *p->name &&
		json_is_number(json_object_get(entry, "cost_usd")) &&
		(is_word(p->kind, "prompt") || is_word(p->kind, "image")) &&
		ledger_time(p->bought_at, time);
}

/* --- all of a store */

static bool
is_raw(const char *name)
{
	const char *end = strrchr(name, '.');

	return end && strcmp(end, ".raw") == 0;
}

/* Whether the name is HEX.json, HEX.raw, HEX.N.json, HEX.N.raw or
 * HEX.damaged.N.json.  HEX.damaged.N.raw was not an answer. */
static int
is_purchase(const struct dirent *file)
{
	static const char digits[] = "0123456789abcdef", damaged[] = ".damaged";
	const char *s = file->d_name + DIGITS;

	if (strspn(file->d_name, digits) != DIGITS)
		return 0;
	if (strcmp(s, ".json") == 0 || strcmp(s, ".raw") == 0)
		return 1;
	if (strncmp(s, damaged, sizeof damaged - 1) == 0 && !is_raw(s))
		s += sizeof damaged - 1;
	if (s[0] != '.' || strspn(s + 1, digits) != strspn(s + 1, "0123456789"))
		return 0;
	s += 1 + strspn(s + 1, "0123456789");
	return s[-1] != '.' && (strcmp(s, ".json") == 0 || is_raw(s));
}

/* The facts of a raw answer, as an entry.  A file that limn didn't write has
 * none. */
static json_t *
read_raw(const char *path, const char *hash)
{
	json_t *facts = answers_facts(path), *cost;

	if (!json_is_object(facts)) {
		json_decref(facts);
		facts = json_object();
	}
	json_put(facts, "request_sha256", json_string(hash));
	json_put(facts, "cost_source", json_string("estimated"));
	cost = json_object_get(facts, "estimate_usd");
	if (cost)
		json_put(facts, "cost_usd", json_incref(cost));
	return facts;
}

static bool
has_purchase(const struct import *v, const char *name)
{
	for (size_t i = 0; i < v->count; i++)
		if (is_word(name, v->purchases[i].name))
			return true;
	return false;
}

static struct purchase *
next_purchase(struct import *v)
{
	if (v->count == v->cap) {
		v->cap = v->cap ? v->cap * 2 : 256;
		v->purchases =
			xrealloc(v->purchases, v->cap, sizeof *v->purchases);
	}
	return &v->purchases[v->count];
}

static bool
add_file(struct import *v, const char *path, const char *name,
	struct failure *f)
{
	struct purchase *p = next_purchase(v);
	char hash[HASH_SIZE];
	json_t *entry;

	snprintf(hash, sizeof hash, "sha256:%.*s", DIGITS, name);
	f->status = 0;
	entry = is_raw(name) ? read_raw(path, hash)
			     : answers_read(path, hash, f);
	if (f->status)
		return false;
	if (is_raw(name) && has_purchase(v, json_text(entry, "purchase"))) {
		json_decref(entry);
		return true;
	}
	if (entry && import_purchase(p, entry)) {
		/* the request and the answer are long, and not needed */
		json_object_del(entry, "request");
		json_object_del(entry, "answer");
		p->answer = entry;
		v->count++;
		return true;
	}
	warn(entry ? "%s: it doesn't say what was bought, when, and for how "
		     "much; it is left out"
		   : "%s: its bytes are not those that were kept; it is left "
		     "out",
		path);
	json_decref(entry);
	return true;
}

/* Within a second, prompts come before images. */
static int
compare_time(const void *a, const void *b)
{
	const struct purchase *x = a, *y = b;
	int order = strcmp(x->bought_at, y->bought_at);

	if (order == 0)
		order = strcmp(y->kind, x->kind);
	return order ? order : strcmp(x->name, y->name);
}

bool
import_read(struct import *v, const char *answers, struct failure *f)
{
	struct dirent **files;
	char path[PATH_LENGTH_MAX];
	int n = scandir(answers, &files, is_purchase, alphasort);
	bool good = true;

	*v = (struct import){ .purchases = NULL };
	if (n < 0 && errno == ENOENT)
		return true;
	if (n < 0)
		return failure_set(f, EXIT_IO,
			"%s: the store of answers can't be read:", answers);
	/* a raw answer counts only if its purchase is in no other file */
	for (int raw = 0; raw < 2; raw++)
		for (int i = 0; good && i < n; i++) {
			if (is_raw(files[i]->d_name) != (raw == 1))
				continue;
			snprintf(path, sizeof path, "%s/%s", answers,
				files[i]->d_name);
			good = add_file(v, path, files[i]->d_name, f);
		}
	for (int i = 0; i < n; i++)
		free(files[i]);
	free(files);
	if (v->count)
		qsort(v->purchases, v->count, sizeof *v->purchases,
			compare_time);
	if (!good)
		import_free(v);
	return good;
}

void
import_enter(const struct import *v, struct db *db, struct imported *done)
{
	*done = (struct imported){ 0, 0 };
	for (size_t i = 0; i < v->count; i++)
		switch (ledger_enter(db, &v->purchases[i])) {
		case LEDGER_ADDED:
			done->added++;
			break;
		case LEDGER_SETTLED:
			done->settled++;
			break;
		case LEDGER_KNOWN:
			break;
		}
}

void
import_free(struct import *v)
{
	for (size_t i = 0; i < v->count; i++)
		json_decref(v->purchases[i].answer);
	free(v->purchases);
	*v = (struct import){ .purchases = NULL };
}

bool
import_into_empty(struct ledger *l, const char *answers, struct failure *f)
{
	struct db *db = ledger_db(l, f);
	struct imported done = { 0, 0 };
	struct import v;
	bool good;

	if (!db)
		return false;
	if (!ledger_is_empty(db))
		return db_check(db, f);
	if (!import_read(&v, answers, f))
		return false;
	db_begin(db);
	/* another process may have filled it */
	if (ledger_is_empty(db))
		import_enter(&v, db, &done);
	good = db_commit(db, f);
	if (good && done.added)
		warn("%s: it had no purchases; %lld that the store of answers "
		     "shows %s entered",
			l->path, done.added, done.added == 1 ? "was" : "were");
	import_free(&v);
	return good;
}
