#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "buf.h"
#include "err.h"
#include "failure.h"
#include "json.h"
#include "model/catalogue.h"
#include "model/model.h"
#include "model/size.h"
#include "net/http.h"

#define LIST_MAX 1024  /* bytes of the names in a message */
#define QUALITY_MAX 32 /* bytes */
#define DATE_SIZE sizeof "2026-11-22"
#define LOCAL_ID "*" /* the entry for unknown models on loopback */

static const struct {
	const char *name, *setting, *word;
} kinds[] = {
	{ "image", "IMAGE_GEN_MODEL", "image" },
	{ "llm", "LLM_MODEL", "language" },
};

static bool
is_equal(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

/* Whether the model retires by that day.  Dates compare as strings. */
static bool
retires_by(const json_t *entry, int days_from_now)
{
	time_t t = time(NULL) + (time_t)days_from_now * 24 * 60 * 60;
	const char *end = json_text(entry, "retired_on");
	char date[DATE_SIZE];
	struct tm tm;

	return end && gmtime_r(&t, &tm) &&
		strftime(date, sizeof date, "%Y-%m-%d", &tm) > 0 &&
		strcmp(end, date) <= 0;
}

/* The entry at a place among all models, or NULL after the last. */
static const json_t *
entry_at(const struct catalogue *c, size_t place)
{
	return json_array_get(json_object_get(c->document, "models"), place);
}

static bool
is_of(const json_t *entry, enum model_kind kind, const char *provider)
{
	return is_equal(json_text(entry, "kind"), kinds[kind].name) &&
		(!provider || is_equal(json_text(entry, "provider"), provider));
}

static const json_t *
find_entry(const struct catalogue *c, enum model_kind kind, const char *id,
	const char *provider)
{
	const json_t *entry;

	for (size_t i = 0; (entry = entry_at(c, i)); i++)
		if (is_of(entry, kind, provider) &&
			(is_equal(json_text(entry, "id"), id) ||
				catalogue_word(json_object_get(entry,
						       "aliases"),
					id)))
			break;
	return entry;
}

static bool
is_active(const json_t *entry)
{
	return entry && !retires_by(entry, 0) &&
		!is_equal(json_text(entry, "id"), LOCAL_ID);
}

const char *
model_default(const struct catalogue *c, const char *setting)
{
	return json_text(json_object_get(c->document, "defaults"), setting);
}

const char *
model_setting(enum model_kind kind)
{
	return kinds[kind].setting;
}

bool
model_is_known(struct catalogue *c, enum model_kind kind, const char *id,
	const char *provider)
{
	return !is_equal(id, LOCAL_ID) && find_entry(c, kind, id, provider);
}

bool
model_is_retired(const struct model *m)
{
	return retires_by(m->data, 0);
}

static void
fill_model(struct model *m, struct catalogue *c, enum model_kind kind,
	const char *id, const json_t *entry)
{
	*m = (struct model){
		.catalogue = c,
		.kind = kind,
		.id = id,
		.provider = json_text(entry, "provider"),
		.wire = json_text(entry, "wire"),
		.data = entry,
		.is_local = is_equal(json_text(entry, "id"), LOCAL_ID),
	};
}

bool
model_at(struct model *m, struct catalogue *c, enum model_kind kind,
	size_t place)
{
	const json_t *entry;

	for (size_t i = 0; (entry = entry_at(c, i)); i++) {
		if (!is_of(entry, kind, NULL) || place-- > 0)
			continue;
		fill_model(m, c, kind, json_text(entry, "id"), entry);
		return true;
	}
	return false;
}

static bool
is_other(const struct model *m, const json_t *entry)
{
	return entry != m->data && is_active(entry);
}

const char *
model_instead(const struct model *m)
{
	const struct catalogue *c = m->catalogue;
	const char *usual = model_default(c, kinds[m->kind].setting);
	const char *id = json_text(m->data, "replacement");
	const json_t *entry;

	if (id && is_other(m, find_entry(c, m->kind, id, m->provider)))
		return id;
	if (is_other(m, find_entry(c, m->kind, usual, m->provider)))
		return usual;
	for (size_t i = 0; (entry = entry_at(c, i)); i++)
		if (is_of(entry, m->kind, m->provider) && is_other(m, entry))
			return json_text(entry, "id");
	return NULL;
}

static bool
refuse_unknown(const struct catalogue *c, enum model_kind kind, const char *id,
	const char *provider, struct failure *f)
{
	struct buf names = BUF_INIT(LIST_MAX);
	const json_t *entry;

	for (size_t i = 0; (entry = entry_at(c, i)); i++) {
		const char *name = json_text(entry, "id");

		if (is_of(entry, kind, provider) && is_active(entry) &&
			names.len + strlen(name) + 3 < LIST_MAX)
			buf_addf(&names, "%s%s", names.len ? ", " : "", name);
	}
	failure_set(f, EXIT_BAD_CONFIG,
		"%s: limn knows no %s model%s%s by that name; set %s to one of "
		"%s, or see --models",
		id, kinds[kind].word, provider ? " of " : "",
		provider ? provider : "", kinds[kind].setting,
		names.len ? names.data : "none");
	buf_free(&names);
	return false;
}

/* An id that only the user knows is sent, too. */
static bool
check_id(enum model_kind kind, const char *id, struct failure *f)
{
	size_t n = strlen(id);

	for (const char *s = id; *s; s++)
		if (*s < ' ' || *s > '~')
			n = 0;
	return (n > 0 && n <= MODEL_ID_MAX) ||
		failure_set(f, EXIT_BAD_CONFIG,
			"%s: %.*s: a model's name has 1 to %d letters, all of "
			"them ASCII; correct it",
			kinds[kind].setting, MODEL_ID_MAX, id, MODEL_ID_MAX);
}

void
model_warn(struct catalogue *c, enum model_kind kind, const char *id)
{
	const json_t *entry = find_entry(c, kind, id, NULL);
	const char *instead;
	struct model m;

	if (!entry || entry == c->warned[kind] ||
		!retires_by(entry, MODEL_WARN_DAYS) || retires_by(entry, 0))
		return;
	fill_model(&m, c, kind, id, entry);
	instead = model_instead(&m);
	warn("%s will be retired on %s; set %s=%s", id,
		json_text(entry, "retired_on"), kinds[kind].setting,
		instead ? instead : "another, see --models");
	c->warned[kind] = entry;
}

/* In a run of make one tool warns for all. */
static bool
check_end(const struct model *m, bool may_be_retired, struct failure *f)
{
	const char *instead = model_instead(m), *run = getenv("LIMN_RUN");

	if (model_is_retired(m) && !may_be_retired)
		return failure_set(f, EXIT_BAD_CONFIG,
			"%s was retired on %s; set %s=%s", m->id,
			json_text(m->data, "retired_on"),
			kinds[m->kind].setting,
			instead ? instead : "another, see --models");
	if (!run || !*run)
		model_warn(m->catalogue, m->kind, m->id);
	return true;
}

static bool
is_rule(const json_t *rule)
{
	static const char *const numbers[] = { "multiple", "max_edge",
		"max_ratio", "min_pixels", "max_pixels" };

	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		if (json_integer_value(json_object_get(rule, numbers[i])) < 1)
			return false;
	return true;
}

/* What every request needs; an estimate checks the prices. */
static bool
check_entry(const struct model *m, struct failure *f)
{
	const json_t *sizes = json_object_get(m->data, "sizes");
	const json_t *fields = json_object_get(m->data, "fields");
	const json_t *list = json_object_get(sizes, "list");
	const struct catalogue *c = m->catalogue;

	if (!catalogue_need(c, m->wire, m->id, "wire", f))
		return false;
	if (m->kind == MODEL_LLM)
		return catalogue_need(c, json_text(m->data, "token_field"),
			       m->id, "token_field", f) &&
			catalogue_need(c,
				json_is_boolean(json_object_get(m->data,
					"temperature")),
				m->id, "temperature", f);
	if (!catalogue_need(c,
		    json_array_size(json_object_get(fields, "send")) > 0, m->id,
		    "fields.send", f))
		return false;
	if (json_object_get(sizes, "rule"))
		return catalogue_need(c, is_rule(catalogue_rule(c, m->data)),
			m->id, "sizes.rule", f);
	return catalogue_need(c, json_array_size(list) > 0, m->id, "sizes.list",
		f);
}

bool
model_find(struct model *m, struct catalogue *c, enum model_kind kind,
	const char *id, const char *provider, const char *base_url,
	struct failure *f)
{
	const json_t *entry = NULL;

	if (!catalogue_need(c, id, "defaults", kinds[kind].setting, f) ||
		!check_id(kind, id, f))
		return false;
	if (!is_equal(id, LOCAL_ID))
		entry = find_entry(c, kind, id, provider);
	if (!entry && base_url && http_is_loopback(base_url))
		entry = find_entry(c, kind, LOCAL_ID, provider);
	if (!entry)
		return refuse_unknown(c, kind, id, provider, f);
	fill_model(m, c, kind, id, entry);
	return check_entry(m, f) && check_end(m, base_url != NULL, f);
}

const json_t *
model_field(const struct model *m, const char *key)
{
	const json_t *value = json_object_get(m->data, key);

	return json_is_null(value) ? NULL : value;
}

bool
model_takes(const struct model *m, const char *field)
{
	const json_t *fields = json_object_get(m->data, "fields");

	if (m->kind == MODEL_LLM)
		return json_is_true(json_object_get(m->data, field));
	return catalogue_word(json_object_get(fields, "send"), field) != NULL;
}

size_t
model_prompt_max(const struct model *m)
{
	const json_t *max = json_object_get(m->data, "max_prompt_chars");

	return (size_t)json_integer_value(max);
}

/* --- sizes and qualities */

/* Words of the first image models, and what all others call the same. */
static const struct {
	const char *word, *means;
} old_words[] = { { "standard", "medium" }, { "hd", "high" } };

/* "low, medium or high". */
static void
add_words(struct buf *b, const json_t *list)
{
	size_t count = json_array_size(list);

	for (size_t i = 0; i < count; i++) {
		const char *s = json_string_value(json_array_get(list, i));
		const char *before = i + 1 < count ? ", " : " or ";

		if (b->len + strlen(s) + 5 < LIST_MAX)
			buf_addf(b, "%s%s", i > 0 ? before : "", s);
	}
}

static bool
refuse_by_list(const struct model *m, const char *size, const json_t *list,
	struct failure *f)
{
	struct buf words = BUF_INIT(LIST_MAX);
	const char *own = json_text(m->data, "default_size");

	add_words(&words, list);
	failure_set(f, EXIT_BAD_CONFIG,
		"%s doesn't draw %.32s, only %s; set IMAGE_GEN_SIZE=%s", m->id,
		size, words.data, own ? own : "one of these");
	buf_free(&words);
	return false;
}

static bool
refuse_by_rule(const struct model *m, const char *size, const json_t *rule,
	struct failure *f)
{
	const char *usual = json_text(m->data, "default_size");
	char why[SIZE_WHY_MAX], text[SIZE_TEXT_MAX];
	struct size z, near;

	if (!usual)
		usual = model_default(m->catalogue, "IMAGE_GEN_SIZE");
	if (!size_parse(&z, size))
		return failure_set(f, EXIT_BAD_CONFIG,
			"\"%.32s\" is no size; set IMAGE_GEN_SIZE to one like "
			"%s",
			size, usual);
	size_fits(rule, &z, why);
	snprintf(text, sizeof text, "%s", usual);
	if (size_nearest(rule, &z, &near))
		size_print(&near, text);
	return failure_set(f, EXIT_BAD_CONFIG,
		"%s doesn't draw %s: %s; set IMAGE_GEN_SIZE=%s", m->id, size,
		why, text);
}

bool
model_size(const struct model *m, const char *size, bool is_named,
	const char **to, struct failure *f)
{
	const json_t *sizes = json_object_get(m->data, "sizes");
	const json_t *list = json_object_get(sizes, "list");
	const char *own = json_text(m->data, "default_size");
	const json_t *rule = catalogue_rule(m->catalogue, m->data);
	char why[SIZE_WHY_MAX];
	struct size z;

	if (!model_takes(m, "size"))
		*to = NULL;
	else if (!size)
		*to = own ? own : model_default(m->catalogue, "IMAGE_GEN_SIZE");
	else if (catalogue_word(rule ? json_object_get(rule, "also") : list,
			 size) ||
		(rule && size_parse(&z, size) && size_fits(rule, &z, why)))
		*to = size;
	else if (!is_named && own)
		*to = own;
	else
		return rule ? refuse_by_rule(m, size, rule, f)
			    : refuse_by_list(m, size, list, f);
	return true;
}

/* The model's word for the quality, or NULL. */
static const char *
find_quality(const struct model *m, const char *quality)
{
	const json_t *list = json_object_get(m->data, "qualities");
	const char *word = catalogue_word(list, quality);
	const size_t n = sizeof old_words / sizeof *old_words;

	for (size_t i = 0; !word && i < n; i++)
		if (strcmp(quality, old_words[i].word) == 0)
			word = catalogue_word(list, old_words[i].means);
	return word;
}

static bool
is_word(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_-");

	return n > 0 && n <= QUALITY_MAX && !s[n];
}

bool
model_quality(const struct model *m, const char *quality, bool is_named,
	const char **to, struct failure *f)
{
	const json_t *list = model_field(m, "qualities");
	const json_t *fields = json_object_get(m->data, "fields");
	const char *own = json_text(m->data, "default_quality");
	const char *usual =
		own ? own : model_default(m->catalogue, "IMAGE_GEN_QUALITY");
	struct buf words = BUF_INIT(LIST_MAX);
	const char *word;

	*to = NULL;
	if (!is_named &&
		catalogue_word(json_object_get(fields, "send_if_named"),
			"quality"))
		return true;
	if (!quality)
		quality = usual;
	word = list ? find_quality(m, quality) : quality;
	if (!word && !is_named)
		word = own;
	if (!list && !is_word(quality))
		return failure_set(f, EXIT_BAD_CONFIG,
			"\"%.32s\" is no quality; set IMAGE_GEN_QUALITY to a "
			"word",
			quality);
	if (word) {
		*to = model_takes(m, "quality") ? word : NULL;
		return true;
	}
	add_words(&words, list);
	failure_set(f, EXIT_BAD_CONFIG,
		"%s has no quality \"%.32s\", only %s; set "
		"IMAGE_GEN_QUALITY=%s",
		m->id, quality, words.data ? words.data : "none", usual);
	buf_free(&words);
	return false;
}
