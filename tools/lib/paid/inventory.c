#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "err.h"
#include "file.h"
#include "hash.h"
#include "json.h"
#include "paid/answers.h"
#include "paid/inventory.h"

#define PATH_LENGTH_MAX 4096
#define DIGITS 64            /* of a SHA-256 */
#define TOKENS_MAX (1 << 30) /* of an answer, to be believed */
#define COUNT(array) (sizeof(array) / sizeof *(array))

static bool
is_raw(const char *name)
{
	const char *end = strrchr(name, '.');

	return end && strcmp(end, ".raw") == 0;
}

/* HEX.json or HEX.raw, or with a number, and a mark, in between; what is marked
 * and raw was no answer. */
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

bool
inventory_time(const char *s, char time[DB_TIME_SIZE])
{
	static const char form[] = "0000-00-00T00:00:00Z";

	if (!s || strlen(s) != sizeof form - 1)
		return false;
	for (size_t i = 0; form[i]; i++)
		if (form[i] == '0' ? s[i] < '0' || s[i] > '9' : s[i] != form[i])
			return false;
	snprintf(time, DB_TIME_SIZE, "%.10s %.8s", s, s + 11);
	return true;
}

/* The sum of what the usage of an answer has by these names, or -1. */
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

/* As llm.c counts them; only those of prompts are in the books. */
static void
count_tokens(struct inventory_purchase *p)
{
	static const char *const in[] = { "input_tokens",
		"cache_creation_input_tokens", "cache_read_input_tokens",
		"prompt_tokens" };
	static const char *const out[] = { "output_tokens",
		"completion_tokens" };
	bool is_prompt = is_word(p->kind, "prompt");

	p->input_tokens = is_prompt ? read_tokens(p->entry, in, COUNT(in)) : -1;
	p->output_tokens =
		is_prompt ? read_tokens(p->entry, out, COUNT(out)) : -1;
}

static const char *
text_or_none(const json_t *entry, const char *key)
{
	const char *s = json_text(entry, key);

	return s ? s : "";
}

/* The name of one that has none. */
static const char *
name_purchase(json_t *entry)
{
	const char *own = json_text(entry, "purchase");

	if (own && *own)
		return own;
	json_put(entry, "purchase",
		json_sprintf("%s@%s", json_text(entry, "request_sha256"),
			json_text(entry, "bought_at")));
	return json_text(entry, "purchase");
}

/* false: it doesn't say what was bought, when, and for how much. */
static bool
read_purchase(struct inventory_purchase *p, json_t *entry)
{
	const json_t *cost = json_object_get(entry, "cost_usd");

	*p = (struct inventory_purchase){
		.episode = json_text(entry, "episode_id"),
		.chapter = json_text(entry, "chapter_id"),
		.kind = json_text(entry, "kind"),
		.model = json_text(entry, "model"),
		.hash = json_text(entry, "request_sha256"),
		.run = text_or_none(entry, "run"),
		.request_id = text_or_none(entry, "request_id"),
		.micros = json_micros(cost),
		.is_measured =
			is_word(json_text(entry, "cost_source"), "measured"),
		.entry = entry,
	};
	if (!p->model || !json_is_number(cost) ||
		!(is_word(p->kind, "prompt") || is_word(p->kind, "image")) ||
		!inventory_time(json_text(entry, "bought_at"), p->time))
		return false;
	p->name = name_purchase(entry);
	count_tokens(p);
	/* what was asked and answered is long */
	json_object_del(entry, "request");
	json_object_del(entry, "answer");
	json_incref(entry);
	return true;
}

static bool
has(const struct inventory *v, const char *purchase)
{
	for (size_t i = 0; i < v->count; i++)
		if (is_word(purchase, v->purchases[i].name))
			return true;
	return false;
}

/* The facts of a raw answer, as an entry; what nobody wrote like that has
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

static void
add(struct inventory *v, const char *path, const char *name)
{
	char hash[HASH_SIZE];
	json_t *entry;

	snprintf(hash, sizeof hash, "sha256:%.*s", DIGITS, name);
	entry = is_raw(name) ? read_raw(path, hash) : answers_read(path, hash);
	if (is_raw(name) && has(v, json_text(entry, "purchase"))) {
		json_decref(entry);
		return;
	}
	if (v->count == v->room) {
		v->room = v->room ? v->room * 2 : 256;
		v->purchases =
			realloc(v->purchases, v->room * sizeof *v->purchases);
		if (!v->purchases)
			die(EXIT_TRY_LATER, "out of memory");
	}
	if (!entry)
		warn("%s: its bytes are not those that were kept; it is left "
		     "out",
			path);
	else if (read_purchase(&v->purchases[v->count], entry))
		v->count++;
	else
		warn("%s: it doesn't say what was bought, when, and for how "
		     "much; it is left out",
			path);
	json_decref(entry);
}

/* Of one second, a prompt comes before the picture of it. */
static int
by_time(const void *a, const void *b)
{
	const struct inventory_purchase *x = a, *y = b;
	int order = strcmp(x->time, y->time);

	if (order == 0)
		order = strcmp(y->kind, x->kind);
	return order ? order : strcmp(x->name, y->name);
}

void
inventory_read(struct inventory *v, const char *dir)
{
	struct dirent **files;
	char path[PATH_LENGTH_MAX];
	int n = scandir(dir, &files, is_purchase, alphasort);

	*v = (struct inventory){ .purchases = NULL };
	if (n < 0 && errno == ENOENT)
		return;
	if (n < 0)
		die(EXIT_IO, "%s: the store of answers can't be read:", dir);
	/* what is raw may have been taken apart since */
	for (int raw = 0; raw < 2; raw++)
		for (int i = 0; i < n; i++) {
			if (is_raw(files[i]->d_name) != (raw == 1))
				continue;
			snprintf(path, sizeof path, "%s/%s", dir,
				files[i]->d_name);
			add(v, path, files[i]->d_name);
		}
	for (int i = 0; i < n; i++)
		free(files[i]);
	free(files);
	if (v->count)
		qsort(v->purchases, v->count, sizeof *v->purchases, by_time);
}

void
inventory_free(struct inventory *v)
{
	for (size_t i = 0; i < v->count; i++)
		json_decref(v->purchases[i].entry);
	free(v->purchases);
}
