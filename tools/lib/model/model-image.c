#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "err.h"
#include "json.h"
#include "model/catalogue.h"
#include "model/model.h"
#include "model/size.h"

#define LIST_MAX 1024 /* bytes of the words in a message */
#define QUALITY_MAX 32

/* Words of the first image models for what all others call differently. */
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

_Noreturn static void
die_of_list(const struct model *m, const char *size, const json_t *list)
{
	struct buf words = BUF_INIT(LIST_MAX);
	const char *own = json_text(m->data, "default_size");

	add_words(&words, list);
	die(EXIT_BAD_CONFIG,
		"%s doesn't draw %.32s, only %s; set IMAGE_GEN_SIZE=%s", m->id,
		size, words.data, own ? own : "one of these");
}

_Noreturn static void
die_of_rule(const struct model *m, const char *size, const json_t *rule)
{
	const char *usual = json_text(m->data, "default_size");
	char why[SIZE_WHY_MAX], text[SIZE_TEXT_MAX];
	struct size z, near;

	if (!usual)
		usual = model_default("IMAGE_GEN_SIZE");
	if (!size_parse(&z, size))
		die(EXIT_BAD_CONFIG,
			"\"%.32s\" is no size; set IMAGE_GEN_SIZE to one like "
			"%s",
			size, usual);
	size_fits(rule, &z, why);
	snprintf(text, sizeof text, "%s", usual);
	if (size_nearest(rule, &z, &near))
		size_print(&near, text);
	die(EXIT_BAD_CONFIG, "%s doesn't draw %s: %s; set IMAGE_GEN_SIZE=%s",
		m->id, size, why, text);
}

const char *
model_size(const struct model *m, const char *size, bool is_named)
{
	const json_t *sizes = json_object_get(m->data, "sizes");
	const json_t *list = json_object_get(sizes, "list");
	const char *own = json_text(m->data, "default_size");
	const json_t *rule = catalogue_rule(m->data);
	char why[SIZE_WHY_MAX];
	struct size z;

	if (!model_takes(m, "size"))
		return NULL;
	if (!size)
		return own ? own : model_default("IMAGE_GEN_SIZE");
	if (catalogue_word(rule ? json_object_get(rule, "also") : list, size))
		return size;
	if (rule && size_parse(&z, size) && size_fits(rule, &z, why))
		return size;
	if (!is_named && own)
		return own;
	if (rule)
		die_of_rule(m, size, rule);
	die_of_list(m, size, list);
}

/* What the model calls that quality, or NULL. */
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

const char *
model_quality(const struct model *m, const char *quality, bool is_named)
{
	const json_t *list = model_field(m, "qualities");
	const json_t *fields = json_object_get(m->data, "fields");
	const char *own = json_text(m->data, "default_quality");
	struct buf words = BUF_INIT(LIST_MAX);
	const char *word;

	if (!is_named &&
		catalogue_word(json_object_get(fields, "send_if_named"),
			"quality"))
		return NULL;
	if (!quality)
		quality = own ? own : model_default("IMAGE_GEN_QUALITY");
	word = list ? find_quality(m, quality) : quality;
	if (!word && !is_named)
		word = own;
	if (!list && !is_word(quality))
		die(EXIT_BAD_CONFIG,
			"\"%.32s\" is no quality; set IMAGE_GEN_QUALITY to a "
			"word",
			quality);
	if (word)
		return model_takes(m, "quality") ? word : NULL;
	add_words(&words, list);
	die(EXIT_BAD_CONFIG,
		"%s has no quality \"%.32s\", only %s; set "
		"IMAGE_GEN_QUALITY=%s",
		m->id, quality, words.data ? words.data : "none",
		own ? own : model_default("IMAGE_GEN_QUALITY"));
}
