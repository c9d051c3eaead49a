/*
 * unit-setting: which value a setting has (tools/lib/model/setting.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "err.h"
#include "model/setting.h"
#include "settings.h"

/* name base own_base key key_name */
static void
put_provider(enum model_kind kind, const char *option)
{
	struct provider p = find_provider(kind, option);

	put(p.name);
	put(p.base);
	put(p.own_base);
	put(p.key);
	put(p.key_name);
	dprintf(STDERR_FILENO, "\n");
}

static void
look_at_image(void)
{
	open_settings(FILE_NAME);
	put_provider(MODEL_IMAGE, image_option);
}

static void
look_at_llm(void)
{
	open_settings(FILE_NAME);
	put_provider(MODEL_LLM, llm_option);
}

#define OPENAI_BASE "https://api.openai.com/v1 - "
#define OPENAI "openai " OPENAI_BASE
#define ANTHROPIC "anthropic https://api.anthropic.com - "
#define OK KEY " OPENAI_API_KEY \n"
#define OA KEY " ANTHROPIC_API_KEY \n"
#define NO_OK "- OPENAI_API_KEY \n"
#define NO_OA "- ANTHROPIC_API_KEY \n"
#define FREE(name) name " - - - - \n"

static void
finds_image_provider(void **state)
{
	static const struct {
		const char *file, *environment, *option, *want;
	} cases[] = {
		{ "", "", NULL, FREE("storyboard") },
		{ "", "OPENAI_API_KEY=", NULL, FREE("storyboard") },
		{ "", "OPENAI_API_KEY=\t", NULL, FREE("storyboard") },
		{ "", "ANTHROPIC_API_KEY=" KEY, NULL, FREE("storyboard") },
		{ "", "OPENAI_API_KEY=" KEY, NULL, OPENAI OK },
		{ "", "OPENAI_API_KEY=" KEY " IMAGE_GEN_PROVIDER=storyboard",
			NULL, FREE("storyboard") },
		{ "", "IMAGE_GEN_PROVIDER=openai", NULL, OPENAI NO_OK },
		{ "", "IMAGE_GEN_PROVIDER=\topenai\t", NULL, OPENAI NO_OK },
		{ "", "IMAGE_GEN_PROVIDER=\t", NULL, FREE("storyboard") },
		{ "", "IMAGE_GEN_PROVIDER=openai", "storyboard",
			FREE("storyboard") },
		{ "", "IMAGE_GEN_PROVIDER=openai", "", OPENAI NO_OK },
		{ "", "IMAGE_GEN_PROVIDER=dalle3", NULL,
			"openai https://api.openai.com/v1 "
			"https://api.openai.com/v1 " NO_OK },
		{ "{\"IMAGE_GEN_PROVIDER\": \"openai\"}", "", NULL,
			OPENAI NO_OK },
		{ "{\"IMAGE_GEN_PROVIDER\": \"openai\"}",
			"IMAGE_GEN_PROVIDER=storyboard", NULL,
			FREE("storyboard") },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		unlink(FILE_NAME);
		if (*cases[i].file)
			write_file(cases[i].file);
		environment(cases[i].environment);
		image_option = cases[i].option;
		assert_int_equal(run(look_at_image), 0);
		assert_string_equal(said, cases[i].want);
	}
	image_option = NULL;
}

static void
ask_again(void)
{
	put_provider(MODEL_IMAGE, image_option);
	put_provider(MODEL_IMAGE, NULL);
	put_provider(MODEL_IMAGE, "openai");
	put(get("IMAGE_GEN_MODEL", NULL, NULL));
}

static void
answers_the_same(void **state)
{
	static const char line[] = "openai https://api.openai.com/v1 "
				   "https://api.openai.com/v1 " NO_OK;
	char want[512];

	(void)state;
	snprintf(want, sizeof want, "%s%s%sdall-e-3 ", line, line, line);
	environment("IMAGE_GEN_PROVIDER=dalle3");
	assert_int_equal(run(ask_again), 0);
	assert_string_equal(said, want);
	environment("IMAGE_GEN_PROVIDER=storyboard");
	image_option = "dalle3";
	run(ask_again);
	assert_string_equal(said, want);
	image_option = "storyboard";
	run(ask_again);
	assert_string_equal(said,
		FREE("storyboard") FREE("storyboard") OPENAI NO_OK
		"MODEL of 1 ");
	image_option = NULL;
}

static void
finds_llm_provider(void **state)
{
	static const char both[] =
		"OPENAI_API_KEY=" KEY " ANTHROPIC_API_KEY=" KEY;
	static const struct {
		const char *file, *environment, *option, *want;
	} cases[] = {
		{ "", "", NULL, FREE("none") },
		{ "", "ANTHROPIC_API_KEY=" KEY, NULL, FREE("none") },
		{ "", both, NULL, ANTHROPIC OA },
		{ "", both, "openai", OPENAI OK },
		{ "", "OPENAI_API_KEY=" KEY " ANTHROPIC_API_KEY=", NULL,
			OPENAI OK },
		{ "", "IMAGE_GEN_PROVIDER=openai", NULL, FREE("none") },
		{ "", "IMAGE_GEN_PROVIDER=dalle3 ANTHROPIC_API_KEY=" KEY, NULL,
			ANTHROPIC OA },
		{ "", "LLM_PROVIDER=anthropic", NULL, ANTHROPIC NO_OA },
		{ "", "LLM_PROVIDER=none OPENAI_API_KEY=" KEY, NULL,
			FREE("none") },
		/* as the episode was begun, whichever keys are set now */
		{ "{\"IMAGE_GEN_PROVIDER\":\"openai\","
		  "\"LLM_PROVIDER\":\"anthropic\"}",
			"OPENAI_API_KEY=" KEY, NULL, ANTHROPIC NO_OA },
		{ "{\"IMAGE_GEN_PROVIDER\":\"openai\","
		  "\"LLM_PROVIDER\":\"openai\"}",
			both, NULL, OPENAI OK },
		{ "{\"IMAGE_GEN_PROVIDER\":\"openai\","
		  "\"LLM_PROVIDER\":\"none\"}",
			both, NULL, FREE("none") },
		/* storyboards are free, however the episode was begun */
		{ "{\"IMAGE_GEN_PROVIDER\":\"openai\","
		  "\"LLM_PROVIDER\":\"openai\"}",
			"IMAGE_GEN_PROVIDER=storyboard OPENAI_API_KEY=" KEY,
			NULL, FREE("none") },
		{ "{\"LLM_PROVIDER\":\"openai\"}", "", NULL, FREE("none") },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		unlink(FILE_NAME);
		if (*cases[i].file)
			write_file(cases[i].file);
		environment(cases[i].environment);
		llm_option = cases[i].option;
		assert_int_equal(run(look_at_llm), 0);
		assert_string_equal(said, cases[i].want);
	}
	llm_option = NULL;
}

static void
refuses_unknown_providers(void **state)
{
	(void)state;
	unlink(FILE_NAME);
	environment("IMAGE_GEN_PROVIDER=" KEY);
	assert_int_equal(run(look_at_image), EXIT_BAD_CONFIG);
	assert_string_equal(said,
		"limn: IMAGE_GEN_PROVIDER: there is no such provider; use "
		"openai, dalle3 or storyboard\n");
	environment("LLM_PROVIDER=dalle3");
	assert_int_equal(run(look_at_llm), EXIT_BAD_CONFIG);
	assert_string_equal(said,
		"limn: LLM_PROVIDER: there is no such provider; use openai, "
		"anthropic or none\n");
	/* a bad key doesn't matter if it isn't used */
	environment("OPENAI_API_KEY=" KEY " ANTHROPIC_API_KEY=ş");
	assert_int_equal(run(look_at_image), 0);
	assert_int_equal(run(look_at_llm), EXIT_NO_ACCESS);
}

static void
finds_bases(void **state)
{
	static const struct {
		const char *environment, *want;
		int status;
	} cases[] = {
		{ "OPENAI_BASE_URL=http://h/v1//", "http://h/v1 http://h/v1 ",
			0 },
		{ "OPENAI_BASE_URL=", OPENAI_BASE, 0 },
		{ "OPENAI_BASE_URL=\t", OPENAI_BASE, 0 },
		/* the vendor's own is nobody's own */
		{ "OPENAI_BASE_URL=https://api.openai.com/v1/", OPENAI_BASE,
			0 },
		{ "LLM_BASE_URL=http://l", "http://l http://l ", 0 },
		{ "LLM_BASE_URL=http://l OPENAI_BASE_URL=http://h",
			"http://l http://l ", 0 },
		{ "LLM_BASE_URL= OPENAI_BASE_URL=http://h",
			"http://h http://h ", 0 },
		{ "LLM_BASE_URL=x OPENAI_BASE_URL=http://h",
			"limn: LLM_BASE_URL: is no URL\n", EXIT_BAD_CONFIG },
		{ "OPENAI_BASE_URL=////", "limn: OPENAI_BASE_URL: is no URL\n",
			EXIT_BAD_CONFIG },
		{ "OPENAI_BASE_URL=http://h/\xff",
			"limn: OPENAI_BASE_URL: this is not UTF-8\n",
			EXIT_BAD_CONFIG },
	};
	char text[256];

	(void)state;
	unlink(FILE_NAME);
	llm_option = "openai";
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		environment(cases[i].environment);
		assert_int_equal(run(look_at_llm), cases[i].status);
		snprintf(text, sizeof text, "%s%s%s",
			cases[i].status ? "" : "openai ", cases[i].want,
			cases[i].status ? "" : NO_OK);
		assert_string_equal(said, text);
	}
	llm_option = "anthropic";
	environment("ANTHROPIC_BASE_URL=http://h/v1/ "
		    "OPENAI_BASE_URL=http://o");
	run(look_at_llm);
	assert_string_equal(said, "anthropic http://h http://h " NO_OA);
	environment("LLM_BASE_URL=http://h//v1");
	run(look_at_llm);
	assert_string_equal(said, "anthropic http://h http://h " NO_OA);
	environment("ANTHROPIC_BASE_URL=https://api.anthropic.com/v1");
	run(look_at_llm);
	assert_string_equal(said, ANTHROPIC NO_OA);
	llm_option = NULL;
	/* a picture doesn't come from the LLM's */
	environment("LLM_BASE_URL=http://l IMAGE_GEN_PROVIDER=openai");
	run(look_at_image);
	assert_string_equal(said, OPENAI NO_OK);
}

/* llm image: whether they can be asked. */
static void
put_can_ask(void)
{
	struct provider llm = find_provider(MODEL_LLM, llm_option);
	struct provider image = find_provider(MODEL_IMAGE, image_option);

	put(setting_can_ask(&llm) ? "yes" : "no");
	put(setting_can_ask(&image) ? "yes" : "no");
}

static void
needs_keys(void **state)
{
	static const struct {
		const char *environment, *want;
	} cases[] = {
		{ "", "yes yes " },
		{ "LLM_PROVIDER=anthropic", "no yes " },
		{ "IMAGE_GEN_PROVIDER=openai", "yes no " },
		{ "IMAGE_GEN_PROVIDER=openai OPENAI_API_KEY=" KEY, "yes yes " },
		{ "IMAGE_GEN_PROVIDER=openai "
		  "OPENAI_BASE_URL=http://127.0.0.1:1",
			"yes yes " },
		{ "IMAGE_GEN_PROVIDER=openai OPENAI_BASE_URL=http://h",
			"yes no " },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		environment(cases[i].environment);
		assert_int_equal(run(put_can_ask), 0);
		assert_string_equal(said, cases[i].want);
	}
}

static void
finds_values(void **state)
{
	(void)state;
	unlink(FILE_NAME);
	environment("");
	assert_int_equal(run(get_all), 0);
	assert_string_equal(said,
		"[MODEL of 1] [SIZE of 1] [QUALITY of 1] [STYLE_PREFIX of 1] "
		"[-]");
	release = "0";
	run(get_all);
	assert_non_null(strstr(said, "[SIZE of 0] [-] "));
	/* remembered */
	write_file("{\"IMAGE_GEN_QUALITY\": \"q\", \"LLM_MODEL\": \"l\", "
		   "\"IMAGE_GEN_STYLE_PREFIX\": \"\", \"FUTURE\":\"f\"}");
	release = "1";
	run(get_all);
	assert_string_equal(said, "[MODEL of 1] [SIZE of 1] [q] [] [-]");
	/* Anthropic's model is the template's, not limn's default */
	environment("LLM_PROVIDER=anthropic");
	run(get_all);
	assert_non_null(strstr(said, "[] [-]"));
	environment("LLM_PROVIDER=openai");
	run(get_all);
	assert_non_null(strstr(said, "[] [l]"));
	unlink(FILE_NAME);
	run(get_all);
	assert_non_null(strstr(said, " [LLM_MODEL of 1]"));
	/* named */
	write_file("{\"IMAGE_GEN_QUALITY\": \"q\"}");
	environment("IMAGE_GEN_MODEL=\tm\t IMAGE_GEN_SIZE=\t "
		    "IMAGE_GEN_QUALITY=n IMAGE_GEN_STYLE_PREFIX=\ts\t "
		    "LLM_MODEL=x");
	run(get_all);
	assert_string_equal(said, "[m]! [SIZE of 1] [n]! [\ts\t]! [x]!");
	model_option = " o ";
	style_option = " t ";
	run(get_all);
	assert_string_equal(said, "[o]! [SIZE of 1] [n]! [ t ]! [x]!");
	model_option = style_option = "  ";
	run(get_all);
	assert_string_equal(said, "[m]! [SIZE of 1] [n]! []! [x]!");
	model_option = style_option = "";
	environment("IMAGE_GEN_STYLE_PREFIX=\t");
	run(get_all);
	assert_string_equal(said, "[MODEL of 1] [SIZE of 1] [q] []! [-]");
	model_option = style_option = NULL;
	environment("IMAGE_GEN_SIZE=\xc3");
	assert_int_equal(run(get_all), EXIT_BAD_CONFIG);
	assert_non_null(strstr(said,
		"limn: IMAGE_GEN_SIZE: this is not UTF-8\n"));
	/* the provider of old names a model, too */
	write_file("{\"IMAGE_GEN_MODEL\": \"r\"}");
	environment("IMAGE_GEN_PROVIDER=dalle3");
	run(get_all);
	assert_ptr_equal(strstr(said, "[dall-e-3]! [SIZE of 1] "), said);
	environment("IMAGE_GEN_PROVIDER=openai");
	image_option = "dalle3";
	run(get_all);
	assert_ptr_equal(strstr(said, "[dall-e-3]! "), said);
	image_option = NULL;
	environment("IMAGE_GEN_PROVIDER=dalle3 IMAGE_GEN_MODEL=m");
	run(get_all);
	assert_ptr_equal(strstr(said, "[m]! "), said);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_image_provider),
		cmocka_unit_test(answers_the_same),
		cmocka_unit_test(finds_llm_provider),
		cmocka_unit_test(refuses_unknown_providers),
		cmocka_unit_test(finds_bases),
		cmocka_unit_test(needs_keys),
		cmocka_unit_test(finds_values),
	};
	int failed;

	if (!go_there())
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	return clean_up() ? failed : 1;
}
