#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "model/catalogue.h"
#include "model/expect.h"
#include "model/size.h"

#define TOKENS_MAX 1000000000 /* of a limit */
#define LETTERS_MAX 100000000 /* of a prompt */
#define PIXELS_MAX 100000000  /* of a size rule */

/* That none of these words is among the fields to send, or that all are. */
static void
check_against(const json_t *fields, const char *key, bool all)
{
	const json_t *send = expect_words(fields, "send", true);
	const json_t *list = expect_words(fields, key, false);

	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *s = json_string_value(json_array_get(list, i));

		if (!catalogue_word(send, s) == all)
			expect_bad(key, "has \"%s\", and send has%s", s,
				all ? "n't" : " so, too");
	}
}

/* Whether the entry has that size, which is given by its sizes. */
static bool
has_size(const json_t *entry, const char *s)
{
	const json_t *sizes = json_object_get(entry, "sizes");
	const json_t *list = json_object_get(sizes, "list");
	const json_t *rule = catalogue_rule(entry);
	char why[SIZE_WHY_MAX];
	struct size z;

	if (catalogue_word(rule ? json_object_get(rule, "also") : list, s))
		return true;
	return rule && size_parse(&z, s) && size_fits(rule, &z, why);
}

static void
check_sizes(const json_t *entry)
{
	const json_t *sizes = expect_object(entry, "sizes", true);
	size_t n = expect_enter("sizes");
	const char *rule = expect_word(sizes, "rule", false);
	const json_t *list = expect_words(sizes, "list", !rule);
	struct size z;

	if (rule && list)
		expect_bad("list", "is given, and so is rule; leave one out");
	if (rule && !catalogue_rule(entry))
		expect_bad("rule", "is \"%s\", which isn't among size_rules",
			rule);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *s = json_string_value(json_array_get(list, i));

		if (strcmp(s, "auto") != 0 && !size_parse(&z, s))
			expect_bad("list", "has \"%s\", which is no size", s);
	}
	expect_leave(n);
}

/* What is drawn where the user names nothing must be something it draws. */
static void
check_defaults(const json_t *entry)
{
	const json_t *defaults = json_object_get(catalogue(), "defaults");
	const json_t *qualities = expect_words(entry, "qualities", false);
	const char *size = expect_word(entry, "default_size", false);
	const char *quality = expect_word(entry, "default_quality", false);
	const char *usual;

	usual = json_string_value(json_object_get(defaults, "IMAGE_GEN_SIZE"));
	if (size && !has_size(entry, size))
		expect_bad("default_size", "\"%s\" is not one of its sizes",
			size);
	if (!size && !has_size(entry, usual))
		expect_bad("default_size",
			"is missing, and %s is not one of its sizes", usual);
	usual = json_string_value(json_object_get(defaults,
		"IMAGE_GEN_QUALITY"));
	if (quality && !catalogue_word(qualities, quality))
		expect_bad("default_quality",
			"\"%s\" is not one of its qualities", quality);
	if (!quality && qualities && !catalogue_word(qualities, usual))
		expect_bad("default_quality",
			"is missing, and %s is not one of its qualities",
			usual);
}

static void
check_image(const json_t *entry)
{
	const json_t *fields = expect_object(entry, "fields", true);
	const json_t *without = expect_any(entry, "prompt_without", false);
	size_t n = expect_enter("fields");

	expect_words(fields, "send", true);
	check_against(fields, "send_if_named", true);
	check_against(fields, "never_send", false);
	expect_leave(n);
	expect_one_of(entry, "wire", true, " openai-images ");
	check_sizes(entry);
	check_defaults(entry);
	expect_one_of(entry, "response", false, " b64 url ");
	expect_whole(entry, "max_prompt_chars", false, 1, LETTERS_MAX);
	if (without && !json_is_array(without))
		expect_bad("prompt_without", "must be a list of strings");
	for (size_t i = 0; i < json_array_size(without); i++)
		if (json_string_length(json_array_get(without, i)) == 0)
			expect_bad("prompt_without",
				"must be a list of strings that aren't empty");
	catalogue_check_prices(entry, true);
}

static void
check_llm(const json_t *entry)
{
	expect_one_of(entry, "wire", true, " anthropic-messages openai-chat ");
	expect_one_of(entry, "token_field", true,
		" max_tokens max_completion_tokens ");
	expect_whole(entry, "max_output", false, 1, TOKENS_MAX);
	if (!json_is_boolean(expect_any(entry, "temperature", true)))
		expect_bad("temperature", "must be true or false");
	expect_object(entry, "thinking_off", false);
	expect_word(entry, "effort", false);
	expect_word(entry, "reasoning_effort", false);
	catalogue_check_prices(entry, false);
}

/* That no model before it has its id or one of its aliases. */
static void
check_ids(const json_t *models, size_t index, const json_t *entry)
{
	const char *kind = expect_word(entry, "kind", true);
	const char *provider = expect_word(entry, "provider", true);
	const char *id = expect_word(entry, "id", true);

	expect_words(entry, "aliases", false);
	for (size_t i = 0; i < index; i++) {
		const json_t *other = json_array_get(models, i);

		if (!strcmp(json_string_value(json_object_get(other, "id")),
			    id) &&
			!strcmp(json_string_value(json_object_get(other,
					"kind")),
				kind) &&
			!strcmp(json_string_value(json_object_get(other,
					"provider")),
				provider))
			expect_bad("id", "\"%s\" is that of models[%zu], too",
				id, i);
	}
}

static void
check_rule(const json_t *rules, const char *name)
{
	const json_t *rule = expect_object(rules, name, true);
	size_t n = expect_enter(name);

	expect_whole(rule, "multiple", true, 1, SIZE_MAX_EDGE);
	expect_whole(rule, "max_edge", true, 1, SIZE_MAX_EDGE);
	expect_whole(rule, "max_ratio", true, 1, SIZE_MAX_EDGE);
	expect_whole(rule, "min_pixels", true, 1, PIXELS_MAX);
	expect_whole(rule, "max_pixels", true, 1, PIXELS_MAX);
	expect_words(rule, "also", false);
	expect_leave(n);
}

static void
check_head(const json_t *doc)
{
	static const char *const settings[] = { "IMAGE_GEN_MODEL",
		"IMAGE_GEN_SIZE", "IMAGE_GEN_QUALITY", "LLM_MODEL", NULL };
	const json_t *part;
	json_t *rules;
	size_t n;

	if (!json_is_object(doc))
		expect_bad("document", "must be an object");
	expect_whole(doc, "schema", true, 1, 1);
	expect_any(doc, "as_of", true);
	expect_date(doc, "as_of");
	part = expect_object(doc, "defaults", true);
	n = expect_enter("defaults");
	for (const char *const *s = settings; *s; s++)
		expect_word(part, *s, true);
	if (!json_is_string(expect_any(part, "IMAGE_GEN_STYLE_PREFIX", true)))
		expect_bad("IMAGE_GEN_STYLE_PREFIX", "must be a string");
	expect_leave(n);
	rules = expect_object(doc, "size_rules", true);
	n = expect_enter("size_rules");
	for (void *i = json_object_iter(rules); i;
		i = json_object_iter_next(rules, i))
		check_rule(rules, json_object_iter_key(i));
	expect_leave(n);
}

static void
check_entry(const json_t *models, size_t index)
{
	const json_t *entry = json_array_get(models, index);
	char place[32];
	size_t n;

	snprintf(place, sizeof place, "models[%zu]", index);
	if (!json_is_object(entry))
		expect_bad(place, "must be an object");
	n = expect_enter(place);
	check_ids(models, index, entry);
	expect_one_of(entry, "kind", true, " image llm ");
	expect_date(entry, "as_of");
	expect_date(entry, "retired_on");
	expect_word(entry, "replacement", false);
	if (json_array_size(expect_any(entry, "sources", true)) == 0)
		expect_bad("sources", "must be a list of where this is from");
	if (strcmp(expect_word(entry, "kind", true), "image") == 0)
		check_image(entry);
	else
		check_llm(entry);
	expect_leave(n);
}

void
catalogue_check(const json_t *doc)
{
	const json_t *models;

	check_head(doc);
	models = expect_any(doc, "models", true);
	if (!json_is_array(models))
		expect_bad("models", "must be a list");
	for (size_t i = 0; i < json_array_size(models); i++)
		check_entry(models, i);
}
