/*
 * unit-catalogue: the catalogue of models as it is found, checked and listed
 * (tools/lib/model/: catalogue.h, expect.h, model_list()), in TAP.  Run where
 * tools/models.json is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "err.h"
#include "model/model.h"
#include "models.h"

/* Whatever is spoilt in it has its place said. */
static void
test_spoilt(void **state)
{
	static const struct {
		const char *path, *value, *says;
	} edits[] = {
		{ "schema", "2", "schema: must be a whole number from 1 to 1" },
		{ "as_of", "\"yesterday\"", "as_of: must be a date" },
		{ "as_of", "\"2026-13-01\"", "as_of: must be a date" },
		{ "defaults", NULL, "defaults: is missing" },
		{ "defaults/IMAGE_GEN_SIZE", NULL,
			"defaults.IMAGE_GEN_SIZE: is missing" },
		{ "defaults/IMAGE_GEN_SIZE", "\"1920x1080\"",
			"models[0].default_size: is missing, and 1920x1080" },
		{ "defaults/IMAGE_GEN_STYLE_PREFIX", "7",
			"defaults.IMAGE_GEN_STYLE_PREFIX: must be a string" },
		{ "defaults/LLM_MODEL", "\"a b\"",
			"defaults.LLM_MODEL: must be a word" },
		{ "size_rules/flex16/multiple", "0",
			"size_rules.flex16.multiple: must be a whole" },
		{ "size_rules/flex16", NULL,
			"models[0].sizes.rule: is \"flex16\", which isn't" },
		{ "models", "{}", "models: must be a list" },
		{ "models", "[7]", "models[0]: must be an object" },
		{ "models/gpt-image-2.6-flare/id", "\"dall-e-3\"",
			"models[9].id: \"dall-e-3\" is that of models[0]" },
		{ "models/gpt-image-2.6-flare/kind", "\"video\"",
			"models[0].kind: must be one of image llm" },
		{ "models/gpt-image-2.6-flare/wire", "\"smoke\"",
			"models[0].wire: must be one of openai-images" },
		{ "models/gpt-image-2.6-flare/aliases", "[1]",
			"models[0].aliases: must be a list of words" },
		{ "models/gpt-image-2.6-flare/sources", "[]",
			"models[0].sources: must be a list" },
		{ "models/gpt-image-2.6-flare/retired_on", "20261201",
			"models[0].retired_on: must be a date" },
		{ "models/gpt-image-2.6-flare/sizes", "{}",
			"models[0].sizes.list: is missing" },
		{ "models/gpt-image-1.5/sizes/list", "[\"wide\"]",
			"models[5].sizes.list: has \"wide\", which is no" },
		{ "models/gpt-image-1.5/default_size", "\"1x1\"",
			"models[5].default_size: \"1x1\" is not one of" },
		{ "models/gpt-image-2.6-flare/qualities", "[\"low\"]",
			"models[0].default_quality: is missing, and high" },
		{ "models/gpt-image-2.6-flare/fields/send", NULL,
			"models[0].fields.send: is missing" },
		{ "models/gpt-image-2.6-flare/fields/never_send",
			"[\"prompt\"]",
			"models[0].fields.never_send: has \"prompt\", and" },
		{ "models/gpt-image-2.6-flare/max_prompt_chars", "\"many\"",
			"models[0].max_prompt_chars: must be a whole" },
		{ "models/gpt-image-2.6-flare/prompt_without", "[\"\"]",
			"models[0].prompt_without: must be a list" },
		{ "models/gpt-image-2.6-flare/prices", "[]",
			"models[0].prices: must be an object" },
		{ "models/gpt-image-2.6-flare/prices/per_mtok/image_out", "-1",
			"models[0].prices.per_mtok.image_out: must be a" },
		{ "models/gpt-image-2.6-flare/prices/per_mtok/text_in",
			"0.0001",
			"models[0].prices.per_mtok.text_in: has more than 3" },
		{ "models/gpt-image-2.6-flare/prices/per_mtok", NULL,
			"models[0].prices.per_mtok: is missing" },
		{ "models/gpt-image-2.6-flare/prices/token_formula/name",
			"\"magic\"",
			"models[0].prices.token_formula.name: must be one" },
		{ "models/gpt-image-2.6-flare/prices/token_formula/factors/low",
			"1.5",
			"models[0].prices.token_formula.factors.low: must" },
		{ "models/dall-e-3/prices/per_image/hd/1024x1024", "\"dear\"",
			"models[9].prices.per_image.hd.1024x1024: must be a" },
		{ "models/gpt-6-luna/token_field", NULL,
			"models[11].token_field: is missing" },
		{ "models/gpt-6-luna/temperature", "0.3",
			"models[11].temperature: must be true or false" },
		{ "models/gpt-6-luna/prices/per_mtok/out", NULL,
			"models[11].prices.per_mtok.out: is missing" },
		{ "models/claude-haiku-5-5/prices/long_prompt/over_tokens",
			NULL, "models[21].prices.long_prompt.over_tokens: is" },
		{ "models/claude-haiku-5-5/thinking_off", "true",
			"models[21].thinking_off: must be an object" },
	};
	struct call c = { .catalogue = edited };
	FILE *f;

	(void)state;
	for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
		char want[PATH_SIZE + 256];

		edit(edits[i].path, edits[i].value);
		snprintf(want, sizeof want, "limn: %s: %s", edited,
			edits[i].says);
		assert_int_equal(run(&c), EXIT_BAD_CONFIG);
		assert_memory_equal(said, want, strlen(want));
		assert_non_null(strstr(said,
			"; correct it, or install limn again\n"));
		assert_ptr_equal(strchr(said, '\n'), said + strlen(said) - 1);
	}
	f = fopen(edited, "w");
	assert_non_null(f);
	fputs("{\n  \"schema\": }\n", f);
	fclose(f);
	assert_int_equal(run(&c), EXIT_BAD_CONFIG);
	assert_non_null(strstr(said, "models.json:2:13: "));
	c.catalogue = "/nowhere/models.json";
	refuses(&c, "/nowhere/models.json: No such file or directory");
	c.catalogue = "/tmp";
	assert_int_equal(run(&c), EXIT_BAD_CONFIG);
}

/* Run this program again, from another place, as PROGRAM list. */
static int
run_from(const char *bin)
{
	char command[3 * PATH_SIZE];

	snprintf(command, sizeof command,
		"mkdir -p '%s/%s' && cp /proc/%ld/exe '%s/%s/list' && "
		"cd / && '%s/%s/list' image >'%s/out' 2>'%s/err'",
		dir, bin, (long)getpid(), dir, bin, dir, bin, dir, dir);
	return WEXITSTATUS(system(command));
}

static void
test_list(void **state)
{
	char command[3 * PATH_SIZE], *dalle, *flare;

	(void)state;
	/* as it is found beside the program, in either place for programs */
	snprintf(command, sizeof command,
		"mkdir -p '%s/tools' && cp " SHIPPED " '%s/tools'", dir, dir);
	assert_int_equal(system(command), 0);
	assert_int_equal(run_from("build/sanitize/bin"), 0);
	assert_int_equal(run_from("bin"), 0);
	slurp("err", said);
	assert_string_equal(said, "");
	slurp("out", said);
	flare = strstr(said,
		"\ngpt-image-2.6-flare     openai     flex16 auto          "
		"low medium high  $0.0424\n");
	dalle = strstr(said,
		"\ndall-e-3                    openai     2026-05-12  "
		"gpt-image-2.6-flare\n");
	assert_non_null(flare);
	assert_non_null(dalle);
	assert_true(flare < dalle);
	for (char *s = said, *end; (end = strchr(s, '\n')); s = end + 1) {
		assert_true(end - s <= 100);
		assert_true(end == s || end[-1] != ' ');
	}
	/* and where there is none */
	if (access("/usr/local/share/limn/models.json", F_OK) == 0)
		return;
	assert_int_equal(run_from("elsewhere/bin"), EXIT_BAD_CONFIG);
	slurp("err", said);
	assert_non_null(strstr(said,
		"elsewhere/tools/models.json: the "
		"catalogue of models isn't there"));
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spoilt),
		cmocka_unit_test(test_list),
	};

	if (argc > 1) {
		model_list(strcmp(argv[1], "llm") ? MODEL_IMAGE : MODEL_LLM);
		return 0;
	}
	return cmocka_run_group_tests(tests, set_up, clean_up);
}
