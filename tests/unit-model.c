/*
 * unit-model: the models, and what each can draw (tools/lib/model/: model.h,
 * size.h).  Run it where tools/models.json is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "err.h"
#include "model/model.h"
#include "models.h"

static void
test_defaults(void **state)
{
	struct model m;

	(void)state;
	assert_string_equal(model_default(&catalogue, "IMAGE_GEN_MODEL"),
		"gpt-image-2.6-flare");
	assert_string_equal(model_default(&catalogue, "IMAGE_GEN_SIZE"),
		"2048x1152");
	assert_string_equal(model_default(&catalogue, "IMAGE_GEN_QUALITY"),
		"high");
	assert_string_equal(model_default(&catalogue, "IMAGE_GEN_STYLE_PREFIX"),
		"Professional educational content illustration for "
		"Bitcoin/cryptocurrency video. Clean, modern, minimalist "
		"design. ");
	assert_null(model_default(&catalogue, "NO_SUCH_SETTING"));
	find(&m, MODEL_IMAGE, model_default(&catalogue, "IMAGE_GEN_MODEL"));
	assert_string_equal(m.wire, "openai-images");
	assert_string_equal(m.provider, "openai");
	assert_false(m.is_local);
	find(&m, MODEL_LLM, model_default(&catalogue, "LLM_MODEL"));
	assert_string_equal(m.wire, "openai-chat");
}

static void
test_find(void **state)
{
	static const char own[] = "https://gateway.example/v1";
	static const char loopback[] = "http://127.0.0.1:8080/v1";
	struct model m;

	(void)state;
	find_of(&m, MODEL_LLM, "claude-haiku-4-5", "anthropic", own);
	assert_string_equal(m.id, "claude-haiku-4-5");
	assert_string_equal(json_string_value(model_field(&m, "id")),
		"claude-haiku-4-5-20251001");
	find_of(&m, MODEL_IMAGE, "dall-e-3", "openai", own);
	assert_false(m.is_local);
	find_of(&m, MODEL_IMAGE, "sd_xl/base 1.0:q8", "openai", loopback);
	assert_true(m.is_local);
	assert_string_equal(m.id, "sd_xl/base 1.0:q8");
	assert_int_equal(model_prompt_max(&m), 0);
	find_of(&m, MODEL_LLM, "llama", "anthropic", loopback);
	assert_string_equal(m.wire, "anthropic-messages");
	find_of(&m, MODEL_LLM, "llama", "openai", loopback);
	assert_string_equal(m.wire, "openai-chat");
	/* one that the catalogue has is that one there, too */
	find_of(&m, MODEL_IMAGE, "gpt-image-2.6-flare", NULL, loopback);
	assert_false(m.is_local);

	refuses(&(struct call){ .id = "dall-e-3" },
		"dall-e-3 was retired on 2026-05-12; set "
		"IMAGE_GEN_MODEL=gpt-image-2.6-flare");
	refuses(&(struct call){ .id = "claude-sonnet-4-20250514",
			.kind = MODEL_LLM },
		"claude-sonnet-4-20250514 was retired on 2026-06-15; set "
		"LLM_MODEL=claude-sonnet-4-6");
	assert_int_equal(run(&(struct call){ .id = "*" }), EXIT_BAD_CONFIG);
	assert_int_equal(run(&(struct call){
				 .id = "gpt-image-9", .base = own }),
		EXIT_BAD_CONFIG);
	assert_non_null(strstr(said,
		"limn: gpt-image-9: limn knows no image model by that name; "
		"set IMAGE_GEN_MODEL to one of gpt-image-2.6-flare, "));
	assert_null(strstr(said, "dall-e"));
	assert_null(strstr(said, "*"));
	assert_int_equal(run(&(struct call){ .id = "claude-sonnet-5-5",
				 .kind = MODEL_LLM,
				 .provider = "openai" }),
		EXIT_BAD_CONFIG);
	assert_non_null(strstr(said, "no language model of openai by that"));
	assert_int_equal(run(&(struct call){ .id = "a\nb", .base = loopback }),
		EXIT_BAD_CONFIG);
	assert_true(model_is_known(&catalogue, MODEL_LLM, "gpt-6-luna", NULL));
	assert_false(model_is_known(&catalogue, MODEL_LLM, "gpt-6-luna",
		"anthropic"));
	assert_false(model_is_known(&catalogue, MODEL_LLM, "*", NULL));
}

static void
end_in(const char *id, int days, char date[16])
{
	time_t t = time(NULL) + (time_t)days * 86400;
	char path[128], text[32];

	strftime(date, 16, "%Y-%m-%d", gmtime(&t));
	snprintf(path, sizeof path, "models/%s/retired_on", id);
	snprintf(text, sizeof text, "\"%s\"", date);
	edit(path, text);
}

/* The replacement that is recorded, or else the default, or else any. */
static void
test_end(void **state)
{
	struct call c = { .catalogue = edited, .id = "gpt-image-2.6-flare" };
	char date[16], want[256];

	(void)state;
	end_in(c.id, 61, date);
	accepts(&c);
	end_in(c.id, 59, date);
	snprintf(want, sizeof want,
		"limn: gpt-image-2.6-flare will be retired on %s; set "
		"IMAGE_GEN_MODEL=gpt-image-2.6-sunburst\n",
		date);
	/* without a replacement, and being the default itself */
	assert_int_equal(run(&c), 0);
	assert_string_equal(said, want);
	end_in(c.id, 0, date);
	snprintf(want, sizeof want,
		"gpt-image-2.6-flare was retired on %s; set "
		"IMAGE_GEN_MODEL=gpt-image-2.6-sunburst",
		date);
	refuses(&c, want);
	c.base = "https://gateway.example/v1";
	accepts(&c);
	c.base = NULL;
	end_in(c.id, 1, date);
	assert_int_equal(run(&c), 0);
	/* what it names is gone as well, or isn't there */
	edit("models/dall-e-3/replacement", "\"gpt-image-1\"");
	c.id = "dall-e-3";
	refuses(&c,
		"dall-e-3 was retired on 2026-05-12; set "
		"IMAGE_GEN_MODEL=gpt-image-2.6-flare");
	edit("models/dall-e-3/replacement", "\"gpt-image-9\"");
	refuses(&c,
		"dall-e-3 was retired on 2026-05-12; set "
		"IMAGE_GEN_MODEL=gpt-image-2.6-flare");
	edit("models/dall-e-3/retired_on", "null");
	accepts(&c);
}

static void
test_sizes(void **state)
{
	static const char *const good[] = { "2048x1152", "1280x720", "1536x864",
		"3840x2160", "2160x3840", "1792x1024", "1920x1088", "1408x480",
		"1536x512", "2880x2880", "auto" };
	static const struct {
		const char *size, *why, *near;
	} bad[] = {
		{ "1920x1080", "both edges must be multiples of 16",
			"2048x1152" },
		{ "1280x721", "both edges must be multiples of 16",
			"1280x720" },
		{ "640x368", "it must have 655360 to 8294400 pixels",
			"1280x720" },
		{ "3840x2176", "it must have 655360 to 8294400 pixels",
			"3840x2160" },
		{ "4096x2304", "no edge may be longer than 3840 pixels",
			"3840x2160" },
		{ "3072x1008", "one edge may be 3 times the other at most",
			"2304x1296" },
	};
	static const char *const wrong[] = { "2048X1152", " 2048x1152",
		"02048x1152", "2048x1152 ", "2048", "x", "", "-16x16", "2048x",
		"0x0", "99999x99999", "999999999999999999999x16" };
	struct model m;

	(void)state;
	find(&m, MODEL_IMAGE, "gpt-image-2.6-flare");
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_string_equal(size(&m, good[i], true), good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		char want[256];

		snprintf(want, sizeof want,
			"gpt-image-2.6-flare doesn't draw %s: %s; set "
			"IMAGE_GEN_SIZE=%s",
			bad[i].size, bad[i].why, bad[i].near);
		refuses(&(struct call){ .id = m.id, .size = bad[i].size },
			want);
	}
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		char want[256];

		snprintf(want, sizeof want,
			"\"%.32s\" is no size; set IMAGE_GEN_SIZE to one like "
			"2048x1152",
			wrong[i]);
		refuses(&(struct call){ .id = m.id, .size = wrong[i] }, want);
	}
	assert_string_equal(size(&m, NULL, false), "2048x1152");

	find(&m, MODEL_IMAGE, "gpt-image-1.5");
	assert_string_equal(size(&m, "2048x1152", false), "1536x1024");
	assert_string_equal(size(&m, "1024x1024", false), "1024x1024");
	refuses(&(struct call){ .id = m.id,
			.base = "https://gateway.example",
			.size = "2048x1152",
			.catalogue =
				(edit("models/gpt-image-1.5/retired_on", NULL),
					edited) },
		"gpt-image-1.5 doesn't draw 2048x1152, only 1024x1024, "
		"1536x1024, 1024x1536 or auto; set IMAGE_GEN_SIZE=1536x1024");
	find(&m, MODEL_IMAGE, "dall-e-3");
	assert_string_equal(size(&m, "2048x1152", false), "1792x1024");
	find_of(&m, MODEL_IMAGE, "sdxl", NULL, "http://localhost:1234");
	assert_string_equal(size(&m, "2048x1152", false), "2048x1152");
	assert_string_equal(size(&m, "513x511", true), "513x511");
}

static void
test_qualities(void **state)
{
	static const char gate[] = "https://gateway.example/v1";
	struct model m;

	(void)state;
	find(&m, MODEL_IMAGE, "gpt-image-2.6-flare");
	assert_string_equal(quality(&m, "high", false), "high");
	assert_string_equal(quality(&m, "xhigh", true), "xhigh");
	assert_string_equal(quality(&m, "auto", true), "auto");
	assert_string_equal(quality(&m, "standard", true), "medium");
	assert_string_equal(quality(&m, "hd", true), "high");
	assert_string_equal(quality(&m, NULL, false), "high");
	refuses(&(struct call){ .id = m.id, .quality = "best" },
		"gpt-image-2.6-flare has no quality \"best\", only low, "
		"medium, high, xhigh, max or auto; set "
		"IMAGE_GEN_QUALITY=high");
	find(&m, MODEL_IMAGE, "gpt-image-2");
	refuses(&(struct call){ .id = m.id, .quality = "xhigh" },
		"gpt-image-2 has no quality \"xhigh\", only low, medium, "
		"high or auto; set IMAGE_GEN_QUALITY=high");
	find(&m, MODEL_IMAGE, "dall-e-3");
	assert_string_equal(quality(&m, "high", false), "standard");
	assert_string_equal(quality(&m, "hd", true), "hd");
	refuses(&(struct call){ .id = m.id, .base = gate, .quality = "high" },
		"dall-e-3 has no quality \"high\", only standard or hd; set "
		"IMAGE_GEN_QUALITY=standard");
	find(&m, MODEL_IMAGE, "dall-e-2");
	assert_null(quality(&m, "high", false));
	assert_null(quality(&m, "standard", true));
	find_of(&m, MODEL_IMAGE, "sdxl", NULL, "http://localhost:1234");
	assert_null(quality(&m, "high", false));
	assert_string_equal(quality(&m, "hd", true), "hd");
	refuses(&(struct call){ .id = "sdxl",
			.base = "http://localhost",
			.quality = "a b" },
		"\"a b\" is no quality; set IMAGE_GEN_QUALITY to a word");
}

static void
test_fields(void **state)
{
	struct model m;

	(void)state;
	find(&m, MODEL_IMAGE, "gpt-image-2.6-flare");
	assert_true(model_takes(&m, "quality"));
	assert_false(model_takes(&m, "response_format"));
	assert_false(model_takes(&m, "style"));
	assert_int_equal(model_prompt_max(&m), 32000);
	assert_null(model_field(&m, "prompt_without"));
	find(&m, MODEL_IMAGE, "dall-e-3");
	assert_true(model_takes(&m, "response_format"));
	assert_int_equal(model_prompt_max(&m), 4000);
	find(&m, MODEL_LLM, "claude-sonnet-5-5");
	assert_false(model_takes(&m, "temperature"));
	assert_string_equal(json_string_value(json_object_get(
				    model_field(&m, "thinking_off"), "type")),
		"between_tools");
	find(&m, MODEL_LLM, "claude-sonnet-4-6");
	assert_true(model_takes(&m, "temperature"));
	find_of(&m, MODEL_IMAGE, "sdxl", NULL, "http://localhost:1234");
	assert_false(model_takes(&m, "output_format"));
	assert_int_equal(json_array_size(model_field(&m, "prompt_without")), 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_end),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_qualities),
		cmocka_unit_test(test_fields),
	};

	return cmocka_run_group_tests(tests, set_up, clean_up);
}
