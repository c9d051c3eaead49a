/*
 * unit-price: what a picture or a text may cost, and what it cost
 * (tools/lib/model/price.c).  Run it where tools/models.json is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/catalogue.h"
#include "model/model.h"
#include "models.h"

/* Whatever the catalogue has can be asked for and paid, or is refused. */
static void
test_all(void **state)
{
	size_t count[2] = { 0, 0 };
	struct model m;

	(void)state;
	for (int k = MODEL_IMAGE; k <= MODEL_LLM; k++)
		for (size_t i = 0;
			model_at(&m, &catalogue, (enum model_kind)k, i); i++) {
			count[k]++;
			if (m.is_local || !model_field(&m, "prices"))
				continue;
			if (k == MODEL_LLM) {
				assert_true(llm_estimate(&m, 3000, 2048) > 0);
				continue;
			}
			assert_true(image_estimate(&m,
					    size(&m, "2048x1152", false),
					    quality(&m, "high", false),
					    900) > 0);
		}
	assert_int_equal(count[MODEL_IMAGE], 12);
	assert_int_equal(count[MODEL_LLM], 24);
}

/* Tokens as they were measured, at 30 dollars a million. */
static void
test_pictures(void **state)
{
	static const char *const qualities[] = { "low", "medium", "high",
		"xhigh", "max" };
	static const struct {
		const char *size;
		long long tokens[5];
	} measured[] = {
		{ "1024x1024", { 196, 439, 1756, 3122, 7024 } },
		{ "1536x1024", { 158, 343, 1372, 2459, 5488 } },
		{ "1024x1536", { 158, 343, 1372, 2459, 5488 } },
		{ "2048x1152", { 157, 367, 1413, 2511, 5650 } },
		{ "3840x2160", { 371, 865, 3336, 5930, 13342 } },
	};
	struct model m, new;

	(void)state;
	find(&m, MODEL_IMAGE, "gpt-image-2.5-flare");
	find(&new, MODEL_IMAGE, "gpt-image-2.6-flare");
	for (size_t i = 0; i < sizeof measured / sizeof *measured; i++)
		for (size_t q = 0; q < 5; q++) {
			long long n = measured[i].tokens[q] * 30;
			const char *z = measured[i].size;

			assert_int_equal(image_estimate(&m, z, qualities[q], 0),
				n);
			/* of those two only a bound is known */
			assert_int_equal(image_estimate(&new, z, qualities[q],
						 0),
				q < 2 ? 4 * n : n);
		}
	/* the words: a token has three bytes at least, at 5 dollars */
	assert_int_equal(image_estimate(&new, "2048x1152", "high", 1000),
		42390 + 334 * 5);
	/* auto: as dear as it gets */
	assert_int_equal(image_estimate(&new, "2048x1152", "auto", 0),
		5650 * 30);
	assert_int_equal(image_estimate(&new, "auto", "high", 0),
		image_estimate(&new, "2880x2880", "high", 0));
	assert_true(image_estimate(&new, "auto", "high", 0) >
		image_estimate(&new, "3840x2160", "high", 0));
	find(&m, MODEL_IMAGE, "gpt-image-2");
	assert_int_equal(image_estimate(&m, "1792x1024", "high", 0), 5063 * 30);
	find(&m, MODEL_IMAGE, "gpt-image-1.5");
	assert_int_equal(image_estimate(&m, "1536x1024", "high", 3),
		199000 + 5);
	assert_int_equal(image_estimate(&m, "auto", "auto", 0), 200000);
	find(&m, MODEL_IMAGE, "dall-e-3");
	assert_int_equal(image_estimate(&m, "1792x1024", "hd", 1000), 120000);
	find(&m, MODEL_IMAGE, "dall-e-2");
	assert_int_equal(image_estimate(&m, "1024x1024", NULL, 9), 20000);
	find_of(&m, MODEL_IMAGE, "sdxl", NULL, "http://localhost:1234");
	assert_int_equal(image_estimate(&m, "512x512", NULL, 9), 0);
	refuses(&(struct call){ .id = "gpt-image-2.6-flare",
			.estimates = true,
			.catalogue = (edit("models/gpt-image-2.6-flare/prices",
					      NULL),
				edited) },
		"gpt-image-2.6-flare: its price (1024x1024, high) is not "
		"known; set IMAGE_GEN_MODEL=gpt-image-2.6-sunburst");
}

static long long
cost(const struct model *m, const char *text)
{
	json_t *usage = json_loads(text, JSON_DECODE_ANY, NULL);
	long long n = m->kind == MODEL_IMAGE ? model_image_cost(m, usage)
					     : model_llm_cost(m, usage);

	json_decref(usage);
	return n;
}

static void
test_picture_cost(void **state)
{
	struct model m;

	(void)state;
	find(&m, MODEL_IMAGE, "gpt-image-2.6-flare");
	assert_int_equal(
		cost(&m,
			"{\"total_tokens\":1763,\"input_tokens\":350,"
			"\"output_tokens\":1413,\"input_tokens_details\":"
			"{\"text_tokens\":350,\"image_tokens\":0}}"),
		350 * 5 + 1413 * 30);
	assert_int_equal(
		cost(&m,
			"{\"input_tokens\":360,\"output_tokens\":1500,"
			"\"input_tokens_details\":{\"text_tokens\":350,"
			"\"image_tokens\":10},\"output_tokens_details\":"
			"{\"image_tokens\":1413,\"text_tokens\":87}}"),
		350 * 5 + 10 * 8 + 1413 * 30);
	assert_int_equal(cost(&m, "{\"input_tokens\":7,\"output_tokens\":9}"),
		7 * 5 + 9 * 30);
	assert_int_equal(cost(&m, "{}"), -1);
	assert_int_equal(cost(&m, "null"), -1);
	assert_int_equal(cost(&m, "[1]"), -1);
	assert_int_equal(cost(&m, "{\"input_tokens\":0,\"output_tokens\":0}"),
		-1);
	assert_int_equal(cost(&m, "{\"output_tokens\":-5}"), -1);
	assert_int_equal(cost(&m, "{\"output_tokens\":\"5\"}"), -1);
	assert_int_equal(cost(&m, "{\"output_tokens\":9223372036854775807}"),
		-1);
	assert_int_equal(model_image_cost(&m, NULL), -1);
	find(&m, MODEL_IMAGE, "dall-e-3");
	assert_int_equal(cost(&m, "{\"input_tokens\":7,\"output_tokens\":9}"),
		-1);
}

static void
test_llm(void **state)
{
	struct model m;

	(void)state;
	find(&m, MODEL_LLM, "claude-sonnet-4-6");
	assert_int_equal(llm_estimate(&m, 3001, 2048), 1001 * 3 + 2048 * 15);
	assert_int_equal(
		cost(&m, "{\"input_tokens\":600,\"output_tokens\":350}"),
		600 * 3 + 350 * 15);
	/* 10 * 3 + 100 * 3.75 + 7 * 6 + 1001 * 0.3 + 2 * 15, rounded up */
	assert_int_equal(
		cost(&m,
			"{\"input_tokens\":10,\"output_tokens\":2,"
			"\"cache_creation_input_tokens\":107,"
			"\"cache_read_input_tokens\":1001,"
			"\"cache_creation\":{\"ephemeral_5m_input_tokens\":100,"
			"\"ephemeral_1h_input_tokens\":7}}"),
		778);
	find(&m, MODEL_LLM, "claude-haiku-5-5");
	assert_int_equal(cost(&m, "{\"input_tokens\":1,\"output_tokens\":0}"),
		1);
	assert_int_equal(
		cost(&m, "{\"input_tokens\":100000,\"output_tokens\":10}"),
		10005);
	assert_int_equal(cost(&m,
				 "{\"input_tokens\":99999,\"output_tokens\":10,"
				 "\"cache_read_input_tokens\":2}"),
		50025);
	assert_int_equal(llm_estimate(&m, 300000, 10), 10005);
	assert_int_equal(llm_estimate(&m, 300001, 10), 50026);
	assert_int_equal(cost(&m, "{}"), -1);
	assert_int_equal(cost(&m, "{\"input_tokens\":0,\"output_tokens\":0}"),
		-1);

	/* null is as good as nothing */
	edit("models/claude-haiku-5-5/prices/long_prompt", "null");
	open_catalogue(edited);
	find(&m, MODEL_LLM, "claude-haiku-5-5");
	assert_int_equal(llm_estimate(&m, 300001, 10), 10006);
	edit("models/dall-e-3/prices/per_mtok", "null");
	open_catalogue(edited);
	find(&m, MODEL_IMAGE, "dall-e-3");
	assert_int_equal(cost(&m, "{\"output_tokens\":9}"), -1);
	edit("models/gpt-image-2.6-flare/prices/per_image", "null");
	open_catalogue(edited);
	find(&m, MODEL_IMAGE, "gpt-image-2.6-flare");
	assert_int_equal(image_estimate(&m, "2048x1152", "high", 0), 42390);
	open_catalogue(SHIPPED);

	find(&m, MODEL_LLM, "gpt-6-luna");
	/* it may write its cache: 0.125 a token */
	assert_int_equal(llm_estimate(&m, 3000, 100), 125 + 50);
	/* (1000 - 300 - 200) * 0.1 + 300 * 0.01 + 200 * 0.125 + 40 * 0.5 */
	assert_int_equal(
		cost(&m,
			"{\"prompt_tokens\":1000,\"completion_tokens\":40,"
			"\"prompt_tokens_details\":{\"cached_tokens\":300,"
			"\"cache_write_tokens\":200}}"),
		98);
	assert_int_equal(
		cost(&m, "{\"prompt_tokens\":0,\"completion_tokens\":0}"), -1);
	find_of(&m, MODEL_LLM, "llama", "openai", "http://127.0.0.1:1");
	assert_int_equal(llm_estimate(&m, 9000, 100), 0);
	assert_int_equal(
		cost(&m, "{\"prompt_tokens\":9,\"completion_tokens\":9}"), 0);
	refuses(&(struct call){ .id = "gpt-6-luna",
			.kind = MODEL_LLM,
			.estimates = true,
			.catalogue = (edit("models/gpt-6-luna/prices", NULL),
				edited) },
		"gpt-6-luna: its price is not known; set "
		"LLM_MODEL=gpt-6.1-terra");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all),
		cmocka_unit_test(test_pictures),
		cmocka_unit_test(test_picture_cost),
		cmocka_unit_test(test_llm),
	};

	return cmocka_run_group_tests(tests, set_up, clean_up);
}
