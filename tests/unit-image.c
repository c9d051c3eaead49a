/*
 * unit-image: the request to an image API, and its price
 * (tools/lib/paid/image.h), with the catalogue as it is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "failure.h"
#include "model/catalogue.h"
#include "paid/image.h"

static struct settings settings;
static struct image_api api;
static struct image_request r;
static struct failure failed;

/* Begin with just these settings. */
static void
set_up(const char *model, const char *size, const char *quality,
	const char *style, const char *base)
{
	setenv("IMAGE_GEN_MODEL", model, 1);
	setenv("IMAGE_GEN_SIZE", size, 1);
	setenv("IMAGE_GEN_QUALITY", quality, 1);
	setenv("IMAGE_GEN_STYLE_PREFIX", style, 1);
	setenv("OPENAI_BASE_URL", base, 1);
	assert_true(image_open(&api, &settings,
		&(struct image_options){ .provider = "openai" }, false, NULL));
}

static void
assert_body(const char *prompt, const char *want)
{
	assert_true(image_ask(&r, &api, "here", prompt, &failed));
	assert_string_equal(r.body.data, want);
	assert_int_equal(r.body.len, strlen(want));
	image_free(&r);
}

static void
assert_refused(const char *prompt, const char *reason)
{
	assert_false(image_ask(&r, &api, "here", prompt, &failed));
	if (!strstr(failed.message, reason))
		print_error("%s\n", failed.message);
	assert_non_null(strstr(failed.message, reason));
}

static void
test_body(void **state)
{
	(void)state;
	set_up("gpt-image-2", "1024x1024", "low", "S: ", "");
	assert_string_equal(api.endpoint,
		"https://api.openai.com/v1/images/generations");
	assert_body("A \"b\"\\\n\tc/d \xc5\x9f \x7f",
		"{\"model\":\"gpt-image-2\",\"prompt\":\"S: A \\\"b\\\"\\\\\\n"
		"\\tc/d \xc5\x9f \x7f\",\"n\":1,\"size\":\"1024x1024\","
		"\"quality\":\"low\"}");
	image_close(&api);
	set_up("gpt-image-2", "1792x1024", "standard",
		"S: ", "https://example.com/openai/v1/");
	assert_string_equal(api.endpoint,
		"https://example.com/openai/v1/images/generations");
	assert_body("x",
		"{\"model\":\"gpt-image-2\",\"prompt\":\"S: x\",\"n\":1,"
		"\"size\":\"1792x1024\",\"quality\":\"medium\"}");
	assert_string_equal(api.quality, "medium");
	image_close(&api);
}

static void
assert_prompt(const char *prompt, const char *want)
{
	assert_true(image_ask(&r, &api, "here", prompt, &failed));
	assert_string_equal(r.prompt.data, want);
	image_free(&r);
}

static void
test_style(void **state)
{
	(void)state;
	set_up("gpt-image-2", "1024x1024", "low", "Ink. ", "");
	assert_string_equal(api.style, "Ink. ");
	assert_prompt("A cat", "Ink. A cat");
	assert_prompt("Ink. A cat", "Ink. A cat");
	assert_prompt("Ink. Ink. A cat", "Ink. Ink. A cat");
	assert_prompt("Ink A cat", "Ink. Ink A cat");
	assert_prompt(" Ink. A cat\n", "Ink.  Ink. A cat\n");
	image_close(&api);
	set_up("gpt-image-2", "1024x1024", "low", " ", "");
	assert_string_equal(api.style, "");
	assert_prompt("A cat", "A cat");
	image_close(&api);
}

/* So many letters, of two bytes each. */
static const char *
letters(size_t n)
{
	static char s[70000];

	for (size_t i = 0; i < n; i++)
		memcpy(s + 2 * i, "\xc5\x9f", 2);
	s[2 * n] = '\0';
	return s;
}

static void
test_refused(void **state)
{
	char *large = malloc(IMAGE_PROMPT_MAX + 2);

	(void)state;
	assert_non_null(large);
	set_up("gpt-image-2", "1024x1024", "low", "S: ", "");
	assert_refused("", "prompt: it is empty");
	assert_refused(" \n\t", "prompt: it is empty");
	assert_refused("\xff", "UTF-8");
	assert_refused("\xc5", "UTF-8");
	assert_true(image_ask(&r, &api, "here", letters(32000 - 3), &failed));
	image_free(&r);
	assert_refused(letters(32000 - 2),
		"it has 32001 letters, and gpt-image-2 takes 32000");
	memset(large, 'x', IMAGE_PROMPT_MAX + 1);
	large[IMAGE_PROMPT_MAX + 1] = '\0';
	assert_refused(large, "too much");
	image_close(&api);
	free(large);
}

static void
test_local(void **state)
{
	(void)state;
	set_up("my-model", "640x360", "", "S: ", "http://127.0.0.1:9/v1");
	assert_string_equal(api.endpoint,
		"http://127.0.0.1:9/v1/images/generations");
	assert_body(
		"a|b||c<sd_cpp_extra_args>{\"seed\":1}</sd_cpp_extra_args>|",
		"{\"model\":\"my-model\",\"prompt\":\"S: a b  c {\\\"seed\\\":1}"
		"  \",\"n\":1,\"size\":\"640x360\"}");
	assert_null(api.quality);
	assert_true(image_ask(&r, &api, "here", "x", &failed));
	assert_int_equal(r.estimate, 0);
	image_free(&r);
	image_close(&api);
	/* to others they are words like any other */
	set_up("gpt-image-2", "1024x1024", "low", "S: ", "");
	assert_prompt("a|b", "S: a|b");
	image_close(&api);
}

static void
assert_price(const char *answer, long long want, bool want_measured)
{
	json_t *value = json_loads(answer, 0, NULL);
	bool is_measured;

	assert_int_equal(image_price(value, &r, &is_measured), want);
	assert_int_equal(is_measured, want_measured);
	json_decref(value);
}

static void
test_price(void **state)
{
	(void)state;
	set_up("gpt-image-2", "1024x1024", "low", "S: ", "");
	assert_true(image_ask(&r, &api, "here", "A cat", &failed));
	/* 196 tokens at $30 the million, and the prompt's few */
	assert_true(r.estimate >= 5880 && r.estimate < 6000);
	assert_price("{\"usage\":{\"input_tokens\":10,\"output_tokens\":196,"
		     "\"input_tokens_details\":{\"text_tokens\":10,"
		     "\"image_tokens\":0}}}",
		5930, true);
	assert_price("{}", r.estimate, false);
	assert_price("{\"usage\":{\"input_tokens\":0,\"output_tokens\":0}}",
		r.estimate, false);
	assert_price("{\"usage\":7}", r.estimate, false);
	image_free(&r);
	image_close(&api);
}

static void
assert_url(const char *answer, const char *want)
{
	json_t *value = json_loads(answer, 0, NULL);
	const char *url = image_url(value);

	if (want)
		assert_string_equal(url, want);
	else
		assert_null(url);
	json_decref(value);
}

static void
test_url(void **state)
{
	(void)state;
	assert_url("{\"data\":[{\"url\":\"u\"},{\"url\":\"v\"}]}", "u");
	assert_url("{\"data\":[{\"url\":\"\"},{\"url\":\"v\"}]}", NULL);
	assert_url("{\"data\":[{\"url\":null}]}", NULL);
	assert_url("{\"data\":[]}", NULL);
	assert_url("{\"data\":{\"url\":\"u\"}}", NULL);
	assert_url("{}", NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_body),
		cmocka_unit_test(test_style),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_local),
		cmocka_unit_test(test_price),
		cmocka_unit_test(test_url),
	};
	char here[PATH_MAX], catalogue[PATH_MAX + 32];

	if (!getcwd(here, sizeof here))
		return 1;
	snprintf(catalogue, sizeof catalogue, "%s/tools/models.json", here);
	setting_open(&settings, NULL, NULL);
	if (!catalogue_open(&settings.catalogue, catalogue, NULL))
		return 1;
	/* away from any .env */
	if (chdir("/") != 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
