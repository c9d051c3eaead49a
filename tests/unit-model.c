/*
 * unit-model: what the catalogue of models allows, and what it costs
 * (tools/lib/model/model.h), in TAP.  Run where tools/models.json is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "catalogue.h"
#include "err.h"
#include "http.h"
#include "model.h"
#include "size.h"

#define SHIPPED "tools/models.json"
#define TEXT_MAX 65536 /* bytes that one child may say */
#define PATH_SIZE 4096

static char dir[] = "/tmp/unit-model.XXXXXX";
static char edited[PATH_SIZE];
static char said[TEXT_MAX];

/* As http.c has it, without libcurl. */
bool
http_is_loopback(const char *url)
{
	return strstr(url, "//127.0.0.1") || strstr(url, "//localhost");
}

static void
slurp(const char *name, char text[TEXT_MAX])
{
	char path[PATH_SIZE];
	ssize_t n;
	int fd;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	fd = open(path, O_RDONLY);
	assert_true(fd >= 0);
	n = read(fd, text, TEXT_MAX - 1);
	assert_true(n >= 0);
	text[n] = '\0';
	close(fd);
}

static void
redirect(int fd, const char *name)
{
	char path[PATH_SIZE];
	int file;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (file < 0 || dup2(file, fd) < 0)
		_exit(99);
	close(file);
}

struct call {
	const char *catalogue, *id, *provider, *base;
	enum model_kind kind;
	const char *size, *quality;
	bool estimates;
};

static void
play(const struct call *c)
{
	struct model m;

	catalogue_open(c->catalogue ? c->catalogue : SHIPPED);
	if (!c->id)
		return;
	model_find(&m, c->kind, c->id, c->provider, c->base);
	model_find(&m, c->kind, c->id, c->provider, c->base);
	if (c->size)
		model_size(&m, c->size, true);
	if (c->quality)
		model_quality(&m, c->quality, true);
	if (c->estimates && c->kind == MODEL_IMAGE)
		model_image_estimate(&m, "1024x1024", "high", 1);
	else if (c->estimates)
		model_llm_estimate(&m, 1, 1);
}

/* The status of a process that does it; what it says is in said. */
static int
run(const struct call *c)
{
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		redirect(STDERR_FILENO, "err");
		play(c);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	slurp("err", said);
	return WEXITSTATUS(status);
}

/* It is EXIT_BAD_CONFIG, with this one line. */
static void
refuses(const struct call *c, const char *line)
{
	char want[TEXT_MAX];

	snprintf(want, sizeof want, "limn: %s\n", line);
	assert_int_equal(run(c), EXIT_BAD_CONFIG);
	assert_string_equal(said, want);
}

static void
accepts(const struct call *c)
{
	int status = run(c);

	assert_string_equal(said, "");
	assert_int_equal(status, 0);
}

/* The object that has the member of a path like "models/ID/sizes", and what it
 * is called there. */
static json_t *
owner(json_t *at, const char *path, char key[64])
{
	for (;;) {
		size_t n = strcspn(path, "/"), i = 0;
		const json_t *id;

		snprintf(key, 64, "%.*s", (int)n, path);
		if (json_is_array(at)) {
			do
				id = json_object_get(json_array_get(at, i++),
					"id");
			while (id && strcmp(json_string_value(id), key) != 0);
			at = json_array_get(at, i - 1);
		} else if (!path[n]) {
			return at;
		} else {
			at = json_object_get(at, key);
		}
		assert_non_null(at);
		path += n + 1;
	}
}

/* Write a copy of the catalogue in which that member is something else, or is
 * missing. */
static void
edit(const char *path, const char *text)
{
	json_t *doc = json_load_file(SHIPPED, 0, NULL);
	json_t *value = text ? json_loads(text, JSON_DECODE_ANY, NULL) : NULL;
	char key[64];
	json_t *object;

	assert_non_null(doc);
	object = owner(doc, path, key);
	if (text)
		assert_int_equal(json_object_set_new(object, key, value), 0);
	else
		assert_int_equal(json_object_del(object, key), 0);
	assert_int_equal(json_dump_file(doc, edited, 0), 0);
	json_decref(doc);
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

static void
find(struct model *m, enum model_kind kind, const char *id)
{
	/* a base of one's own: tests must hold when models have retired */
	model_find(m, kind, id, NULL, "https://gateway.example/v1");
}

static void
test_defaults(void **state)
{
	struct model m;

	(void)state;
	assert_string_equal(model_default("IMAGE_GEN_MODEL"),
		"gpt-image-2.6-flare");
	assert_string_equal(model_default("IMAGE_GEN_SIZE"), "2048x1152");
	assert_string_equal(model_default("IMAGE_GEN_QUALITY"), "high");
	assert_string_equal(model_default("IMAGE_GEN_STYLE_PREFIX"),
		"Professional educational content illustration for "
		"Bitcoin/cryptocurrency video. Clean, modern, minimalist "
		"design. ");
	assert_null(model_default("NO_SUCH_SETTING"));
	find(&m, MODEL_IMAGE, model_default("IMAGE_GEN_MODEL"));
	assert_string_equal(m.wire, "openai-images");
	assert_string_equal(m.provider, "openai");
	assert_false(m.is_local);
	find(&m, MODEL_LLM, model_default("LLM_MODEL"));
	assert_string_equal(m.wire, "openai-chat");
}

/* Whatever the catalogue has can be asked for and paid, or is refused. */
static void
test_all(void **state)
{
	size_t count[2] = { 0, 0 };
	struct model m;

	(void)state;
	for (int k = MODEL_IMAGE; k <= MODEL_LLM; k++)
		for (size_t i = 0; model_at(&m, (enum model_kind)k, i); i++) {
			count[k]++;
			if (m.is_local || !model_field(&m, "prices"))
				continue;
			if (k == MODEL_LLM) {
				assert_true(model_llm_estimate(&m, 3000, 2048) >
					0);
				continue;
			}
			assert_true(model_image_estimate(&m,
					    model_size(&m, "2048x1152", false),
					    model_quality(&m, "high", false),
					    900) > 0);
		}
	assert_int_equal(count[MODEL_IMAGE], 12);
	assert_int_equal(count[MODEL_LLM], 24);
}

static void
test_find(void **state)
{
	static const char own[] = "https://gateway.example/v1";
	static const char loopback[] = "http://127.0.0.1:8080/v1";
	struct model m;

	(void)state;
	model_find(&m, MODEL_LLM, "claude-haiku-4-5", "anthropic", own);
	assert_string_equal(m.id, "claude-haiku-4-5");
	assert_string_equal(json_string_value(model_field(&m, "id")),
		"claude-haiku-4-5-20251001");
	model_find(&m, MODEL_IMAGE, "dall-e-3", "openai", own);
	assert_false(m.is_local);
	model_find(&m, MODEL_IMAGE, "sd_xl/base 1.0:q8", "openai", loopback);
	assert_true(m.is_local);
	assert_string_equal(m.id, "sd_xl/base 1.0:q8");
	assert_int_equal(model_prompt_max(&m), 0);
	model_find(&m, MODEL_LLM, "llama", "anthropic", loopback);
	assert_string_equal(m.wire, "anthropic-messages");
	model_find(&m, MODEL_LLM, "llama", "openai", loopback);
	assert_string_equal(m.wire, "openai-chat");
	/* one that the catalogue has is that one there, too */
	model_find(&m, MODEL_IMAGE, "gpt-image-2.6-flare", NULL, loopback);
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
	assert_true(model_is_known(MODEL_LLM, "gpt-6-luna", NULL));
	assert_false(model_is_known(MODEL_LLM, "gpt-6-luna", "anthropic"));
	assert_false(model_is_known(MODEL_LLM, "*", NULL));
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
		assert_string_equal(model_size(&m, good[i], true), good[i]);
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
	assert_string_equal(model_size(&m, NULL, false), "2048x1152");

	find(&m, MODEL_IMAGE, "gpt-image-1.5");
	assert_string_equal(model_size(&m, "2048x1152", false), "1536x1024");
	assert_string_equal(model_size(&m, "1024x1024", false), "1024x1024");
	refuses(&(struct call){ .id = m.id,
			.base = "https://gateway.example",
			.size = "2048x1152",
			.catalogue =
				(edit("models/gpt-image-1.5/retired_on", NULL),
					edited) },
		"gpt-image-1.5 doesn't draw 2048x1152, only 1024x1024, "
		"1536x1024, 1024x1536 or auto; set IMAGE_GEN_SIZE=1536x1024");
	find(&m, MODEL_IMAGE, "dall-e-3");
	assert_string_equal(model_size(&m, "2048x1152", false), "1792x1024");
	model_find(&m, MODEL_IMAGE, "sdxl", NULL, "http://localhost:1234");
	assert_string_equal(model_size(&m, "2048x1152", false), "2048x1152");
	assert_string_equal(model_size(&m, "513x511", true), "513x511");
}

static void
test_qualities(void **state)
{
	static const char gate[] = "https://gateway.example/v1";
	struct model m;

	(void)state;
	find(&m, MODEL_IMAGE, "gpt-image-2.6-flare");
	assert_string_equal(model_quality(&m, "high", false), "high");
	assert_string_equal(model_quality(&m, "xhigh", true), "xhigh");
	assert_string_equal(model_quality(&m, "auto", true), "auto");
	assert_string_equal(model_quality(&m, "standard", true), "medium");
	assert_string_equal(model_quality(&m, "hd", true), "high");
	assert_string_equal(model_quality(&m, NULL, false), "high");
	refuses(&(struct call){ .id = m.id, .quality = "best" },
		"gpt-image-2.6-flare has no quality \"best\", only low, "
		"medium, high, xhigh, max or auto; set "
		"IMAGE_GEN_QUALITY=high");
	find(&m, MODEL_IMAGE, "gpt-image-2");
	refuses(&(struct call){ .id = m.id, .quality = "xhigh" },
		"gpt-image-2 has no quality \"xhigh\", only low, medium, "
		"high or auto; set IMAGE_GEN_QUALITY=high");
	find(&m, MODEL_IMAGE, "dall-e-3");
	assert_string_equal(model_quality(&m, "high", false), "standard");
	assert_string_equal(model_quality(&m, "hd", true), "hd");
	refuses(&(struct call){ .id = m.id, .base = gate, .quality = "high" },
		"dall-e-3 has no quality \"high\", only standard or hd; set "
		"IMAGE_GEN_QUALITY=standard");
	find(&m, MODEL_IMAGE, "dall-e-2");
	assert_null(model_quality(&m, "high", false));
	assert_null(model_quality(&m, "standard", true));
	model_find(&m, MODEL_IMAGE, "sdxl", NULL, "http://localhost:1234");
	assert_null(model_quality(&m, "high", false));
	assert_string_equal(model_quality(&m, "hd", true), "hd");
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
	model_find(&m, MODEL_IMAGE, "sdxl", NULL, "http://localhost:1234");
	assert_false(model_takes(&m, "output_format"));
	assert_int_equal(json_array_size(model_field(&m, "prompt_without")), 3);
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
			const char *size = measured[i].size;

			assert_int_equal(model_image_estimate(&m, size,
						 qualities[q], 0),
				n);
			/* of those two only a bound is known */
			assert_int_equal(model_image_estimate(&new, size,
						 qualities[q], 0),
				q < 2 ? 4 * n : n);
		}
	/* the words: a token has three bytes at least, at 5 dollars */
	assert_int_equal(model_image_estimate(&new, "2048x1152", "high", 1000),
		42390 + 334 * 5);
	/* auto: as dear as it gets */
	assert_int_equal(model_image_estimate(&new, "2048x1152", "auto", 0),
		5650 * 30);
	assert_int_equal(model_image_estimate(&new, "auto", "high", 0),
		model_image_estimate(&new, "2880x2880", "high", 0));
	assert_true(model_image_estimate(&new, "auto", "high", 0) >
		model_image_estimate(&new, "3840x2160", "high", 0));
	find(&m, MODEL_IMAGE, "gpt-image-2");
	assert_int_equal(model_image_estimate(&m, "1792x1024", "high", 0),
		5063 * 30);
	find(&m, MODEL_IMAGE, "gpt-image-1.5");
	assert_int_equal(model_image_estimate(&m, "1536x1024", "high", 3),
		199000 + 5);
	assert_int_equal(model_image_estimate(&m, "auto", "auto", 0), 200000);
	find(&m, MODEL_IMAGE, "dall-e-3");
	assert_int_equal(model_image_estimate(&m, "1792x1024", "hd", 1000),
		120000);
	find(&m, MODEL_IMAGE, "dall-e-2");
	assert_int_equal(model_image_estimate(&m, "1024x1024", NULL, 9), 20000);
	model_find(&m, MODEL_IMAGE, "sdxl", NULL, "http://localhost:1234");
	assert_int_equal(model_image_estimate(&m, "512x512", NULL, 9), 0);
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
	assert_int_equal(model_llm_estimate(&m, 3001, 2048),
		1001 * 3 + 2048 * 15);
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
	assert_int_equal(model_llm_estimate(&m, 300000, 10), 10005);
	assert_int_equal(model_llm_estimate(&m, 300001, 10), 50026);
	assert_int_equal(cost(&m, "{}"), -1);
	assert_int_equal(cost(&m, "{\"input_tokens\":0,\"output_tokens\":0}"),
		-1);

	/* null is as good as nothing */
	edit("models/claude-haiku-5-5/prices/long_prompt", "null");
	catalogue_open(edited);
	find(&m, MODEL_LLM, "claude-haiku-5-5");
	assert_int_equal(model_llm_estimate(&m, 300001, 10), 10006);
	edit("models/dall-e-3/prices/per_mtok", "null");
	catalogue_open(edited);
	find(&m, MODEL_IMAGE, "dall-e-3");
	assert_int_equal(cost(&m, "{\"output_tokens\":9}"), -1);
	edit("models/gpt-image-2.6-flare/prices/per_image", "null");
	catalogue_open(edited);
	find(&m, MODEL_IMAGE, "gpt-image-2.6-flare");
	assert_int_equal(model_image_estimate(&m, "2048x1152", "high", 0),
		42390);
	catalogue_open(SHIPPED);

	find(&m, MODEL_LLM, "gpt-6-luna");
	/* it may write its cache: 0.125 a token */
	assert_int_equal(model_llm_estimate(&m, 3000, 100), 125 + 50);
	/* (1000 - 300 - 200) * 0.1 + 300 * 0.01 + 200 * 0.125 + 40 * 0.5 */
	assert_int_equal(
		cost(&m,
			"{\"prompt_tokens\":1000,\"completion_tokens\":40,"
			"\"prompt_tokens_details\":{\"cached_tokens\":300,"
			"\"cache_write_tokens\":200}}"),
		98);
	assert_int_equal(
		cost(&m, "{\"prompt_tokens\":0,\"completion_tokens\":0}"), -1);
	model_find(&m, MODEL_LLM, "llama", "openai", "http://127.0.0.1:1");
	assert_int_equal(model_llm_estimate(&m, 9000, 100), 0);
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

static int
begin(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	snprintf(edited, sizeof edited, "%s/models.json", dir);
	catalogue_open(SHIPPED);
	return 0;
}

static int
end(void **state)
{
	char command[PATH_SIZE];

	(void)state;
	snprintf(command, sizeof command, "rm -rf '%s'", dir);
	return system(command);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_all),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_end),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_qualities),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_pictures),
		cmocka_unit_test(test_picture_cost),
		cmocka_unit_test(test_llm),
		cmocka_unit_test(test_spoilt),
		cmocka_unit_test(test_list),
	};

	if (argc > 1) {
		model_list(strcmp(argv[1], "llm") ? MODEL_IMAGE : MODEL_LLM);
		return 0;
	}
	return cmocka_run_group_tests(tests, begin, end);
}
