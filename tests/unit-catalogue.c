/*
 * unit-catalogue: the catalogue of models: where it is found, what a call needs
 * of it, and its list (tools/lib/model/: catalogue.h, model_list()).  Run where
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
#include "failure.h"
#include "model/model.h"
#include "models.h"

#define FLARE "models/gpt-image-2.6-flare/"
#define LUNA "models/gpt-6-luna/"

/* A call that lacks a field of its entry is refused, and the field named. */
static void
test_needed(void **state)
{
	static const struct {
		const char *id, *path, *value, *field;
	} edits[] = {
		{ "gpt-image-2.6-flare", FLARE "wire", NULL, "wire" },
		{ "gpt-image-2.6-flare", FLARE "sizes", "{}", "sizes.list" },
		{ "gpt-image-2.6-flare", "size_rules/flex16", NULL,
			"sizes.rule" },
		{ "gpt-image-2.6-flare", "size_rules/flex16/multiple", "0",
			"sizes.rule" },
		{ "gpt-image-2.6-flare", FLARE "fields/send", NULL,
			"fields.send" },
		{ "gpt-image-2.6-flare", FLARE "prices", "[]", "prices" },
		{ "gpt-image-2.6-flare", FLARE "prices/per_mtok/image_out",
			"-1", "prices" },
		{ "gpt-image-2.6-flare", FLARE "prices/per_mtok/image_out",
			NULL, "prices.per_mtok.image_out" },
		{ "gpt-image-2.6-flare", FLARE "prices/per_mtok", NULL,
			"prices.per_mtok.text_in" },
		{ "gpt-image-2.6-flare", FLARE "prices/token_formula/factors",
			NULL, "prices.token_formula.factors" },
		{ "dall-e-3", "models/dall-e-3/prices/per_image/hd/1024x1024",
			"\"dear\"", "prices" },
		{ "gpt-6-luna", LUNA "token_field", NULL, "token_field" },
		{ "gpt-6-luna", LUNA "temperature", "0.3", "temperature" },
		{ "gpt-6-luna", LUNA "prices/per_mtok/out", NULL,
			"prices.per_mtok.out" },
		{ "claude-haiku-5-5",
			"models/claude-haiku-5-5/prices/long_prompt/over_tokens",
			NULL, "prices.long_prompt.over_tokens" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
		struct call c = { .catalogue = edited,
			.id = edits[i].id,
			.base = "https://gateway.example/v1",
			.kind = strstr(edits[i].id, "image") ||
					strstr(edits[i].id, "dall")
				? MODEL_IMAGE
				: MODEL_LLM,
			.estimates = true };
		char want[PATH_SIZE + 256];

		edit(edits[i].path, edits[i].value);
		snprintf(want, sizeof want,
			"%s: %s: %s: is missing, or is not as in "
			"limn-models(5); correct it, or install limn again",
			edited, edits[i].id, edits[i].field);
		refuses(&c, want);
	}
}

static void
test_no_catalogue(void **state)
{
	struct call c = { .catalogue = edited };
	FILE *f;

	(void)state;
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
		cmocka_unit_test(test_needed),
		cmocka_unit_test(test_no_catalogue),
		cmocka_unit_test(test_list),
	};

	struct failure f;

	if (argc > 1) {
		if (!catalogue_open(&catalogue, NULL, &f) ||
			!model_list(&catalogue,
				strcmp(argv[1], "llm") ? MODEL_IMAGE
						       : MODEL_LLM,
				&f))
			die_of(&f);
		return 0;
	}
	return cmocka_run_group_tests(tests, set_up, clean_up);
}
