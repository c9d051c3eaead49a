/* mock-images: POST /v1/images/generations, and GET of its pictures. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "mock.h"

struct image_model {
	const char *id;
	const char *const *fields;
	const char *const *sizes; /* NULL: any that has_flexible_size() */
	const char *const *qualities;
	long prompt_max; /* letters */
	int factors[5];  /* for the qualities low to max; 0: those of the first
			    model */
};

static const char *const dalle_fields[] = { "model", "prompt", "n", "size",
	"quality", "style", "response_format", "user", NULL };
static const char *const gpt_fields[] = { "model", "prompt", "n", "size",
	"quality", "output_format", "output_compression", "background",
	"moderation", "stream", "partial_images", "user", NULL };
static const char *const gpt26_fields[] = { "model", "prompt", "n", "size",
	"quality", "output_format", "output_compression", "background",
	"moderation", "stream", "partial_images", "user", "complexity", NULL };
static const char *const dalle_sizes[] = { "1024x1024", "1792x1024",
	"1024x1792", NULL };
static const char *const gpt1_sizes[] = { "1024x1024", "1536x1024", "1024x1536",
	"auto", NULL };
static const char *const dalle_qualities[] = { "standard", "hd", NULL };
static const char *const three[] = { "low", "medium", "high", "auto", NULL };
static const char *const five[] = { "low", "medium", "high", "xhigh", "max",
	"auto", NULL };

/* The models that are served; others are retired, or unknown. */
static const struct image_model models[] = {
	{ "dall-e-3", dalle_fields, dalle_sizes, dalle_qualities, 4000, { 0 } },
	{ "gpt-image-1-mini", gpt_fields, gpt1_sizes, three, 32000, { 0 } },
	{ "gpt-image-1.5", gpt_fields, gpt1_sizes, three, 32000, { 0 } },
	{ "gpt-image-1.5-2025-12-16", gpt_fields, gpt1_sizes, three, 32000,
		{ 0 } },
	{ "chatgpt-image-latest", gpt_fields, gpt1_sizes, three, 32000, { 0 } },
	{ "gpt-image-2", gpt_fields, NULL, three, 32000, { 16, 48, 96 } },
	{ "gpt-image-2-2026-04-21", gpt_fields, NULL, three, 32000,
		{ 16, 48, 96 } },
	{ "gpt-image-2.5-flare", gpt_fields, NULL, five, 32000,
		{ 16, 24, 48, 64, 96 } },
	{ "gpt-image-2.5-flare-2026-09-08", gpt_fields, NULL, five, 32000,
		{ 16, 24, 48, 64, 96 } },
	{ "gpt-image-2.5-sunburst-2026-09-08", gpt_fields, NULL, five, 32000,
		{ 16, 24, 48, 64, 96 } },
	{ "gpt-image-2.5-sunburst", gpt_fields, NULL, five, 32000,
		{ 16, 24, 48, 64, 96 } },
	{ "gpt-image-2.6-flare", gpt26_fields, NULL, five, 32000,
		{ 16, 24, 48, 64, 96 } },
	{ "gpt-image-2.6-sunburst", gpt26_fields, NULL, five, 32000,
		{ 16, 24, 48, 64, 96 } },
};

static const struct image_model *
find_model(const char *id)
{
	for (size_t i = 0; i < sizeof models / sizeof *models; i++)
		if (strcmp(models[i].id, id) == 0)
			return &models[i];
	return NULL;
}

static bool
read_size(const char *text, unsigned *width, unsigned *height)
{
	int end = 0;

	return text && text[strspn(text, "0123456789x")] == '\0' &&
		sscanf(text, "%4ux%4u%n", width, height, &end) == 2 &&
		!text[end] && *width > 0 && *height > 0;
}

static bool
has_flexible_size(const char *text)
{
	unsigned w, h, pixels;

	if (strcmp(text, "auto") == 0)
		return true;
	if (!read_size(text, &w, &h))
		return false;
	pixels = w * h;
	return w % 16 == 0 && h % 16 == 0 && w <= 3840 && h <= 3840 &&
		w <= 3 * h && h <= 3 * w && pixels >= 655360 &&
		pixels <= 8294400;
}

static size_t
letters_of(const json_t *string)
{
	const char *s = json_string_value(string);
	size_t n = 0;

	for (; s && *s; s++)
		n += (*s & 0xc0) != 0x80;
	return n;
}

static const char *
field(const struct ask *a, const char *name)
{
	return json_string_value(json_object_get(a->json, name));
}

/* Whether the field is missing, or is one of these words. */
static bool
has_word(const struct ask *a, struct reply *r, const char *name,
	const char *const *words)
{
	const json_t *value = json_object_get(a->json, name);

	if (!value || mock_is_one_of(json_string_value(value), words))
		return true;
	mock_fail(a, r, 400, "invalid_value", name,
		"Invalid value: '%s'. Supported values are those of the model.",
		json_string_value(value) ? json_string_value(value) : "?");
	return false;
}

static bool
has_prompt(const struct ask *a, struct reply *r, const struct image_model *m)
{
	const json_t *prompt = json_object_get(a->json, "prompt");
	size_t n = letters_of(prompt);

	if (!json_is_string(prompt)) {
		mock_fail(a, r, 400, "missing_required_parameter", "prompt",
			"Missing required parameter: 'prompt'.");
	} else if (n == 0) {
		mock_fail(a, r, 400, "invalid_value", "prompt",
			"Invalid 'prompt': it is empty.");
	} else if (n > (size_t)m->prompt_max) {
		mock_fail(a, r, 400, "string_above_max_length", "prompt",
			"Invalid 'prompt': string too long. Expected a string "
			"with maximum length %ld, but got a string with length "
			"%zu instead.",
			m->prompt_max, n);
	} else {
		return true;
	}
	return false;
}

static bool
has_good_size(const struct ask *a, struct reply *r, const struct image_model *m)
{
	const json_t *size = json_object_get(a->json, "size");
	const char *text = json_string_value(size);

	if (!size ||
		(text &&
			(m->sizes ? mock_is_one_of(text, m->sizes)
				  : has_flexible_size(text))))
		return true;
	mock_fail(a, r, 400,
		m->sizes == dalle_sizes ? "invalid_size" : "invalid_value",
		"size", "Invalid size '%s' for the model %s.",
		text ? text : "?", m->id);
	return false;
}

static bool
has_good_count(const struct ask *a, struct reply *r,
	const struct image_model *m)
{
	const json_t *n = json_object_get(a->json, "n");
	int max = m->fields == dalle_fields ? 1 : 10;

	if (!n ||
		(json_is_integer(n) && json_integer_value(n) >= 1 &&
			json_integer_value(n) <= max))
		return true;
	mock_fail(a, r, 400, "invalid_value", "n",
		"Invalid 'n': expected 1 to %d.", max);
	return false;
}

static bool
is_good(const struct ask *a, struct reply *r, const struct image_model *m)
{
	static const char *const formats[] = { "png", NULL };
	static const char *const backgrounds[] = { "transparent", "opaque",
		"auto", NULL };
	static const char *const moderations[] = { "auto", "low", NULL };
	static const char *const complexities[] = { "low", "medium", "high",
		NULL };
	static const char *const styles[] = { "vivid", "natural", NULL };
	static const char *const forms[] = { "url", "b64_json", NULL };
	const char *name = mock_stranger(a->json, m->fields);

	if (name) {
		mock_fail(a, r, 400, "unknown_parameter", name,
			"Unknown parameter: '%s'.", name);
		return false;
	}
	if (json_is_true(json_object_get(a->json, "stream"))) {
		mock_fail(a, r, 400, "unsupported_value", "stream",
			"mock-api doesn't stream.");
		return false;
	}
	return has_prompt(a, r, m) && has_good_size(a, r, m) &&
		has_good_count(a, r, m) &&
		has_word(a, r, "quality", m->qualities) &&
		has_word(a, r, "output_format", formats) &&
		has_word(a, r, "background", backgrounds) &&
		has_word(a, r, "moderation", moderations) &&
		has_word(a, r, "complexity", complexities) &&
		has_word(a, r, "style", styles) &&
		has_word(a, r, "response_format", forms);
}

/* The tokens of a picture, by OpenAI's calculator. */
static int
tokens_of(const struct image_model *m, const char *quality, unsigned w,
	unsigned h)
{
	static const int table[3][2] = { { 272, 400 }, { 1056, 1568 },
		{ 4160, 6208 } }; /* square; not */
	unsigned long long q, s, edge = w < h ? w : h, other = w < h ? h : w;
	size_t place = 2;

	for (size_t i = 0; i < 5 && m->qualities[i]; i++)
		if (strcmp(quality, m->qualities[i]) == 0)
			place = i;
	if (m->factors[0] == 0)
		return table[place < 3 ? place : 2][w != h];
	q = (unsigned long long)m->factors[place];
	s = (2 * q * edge + other) / (2 * other);
	return (int)((q * s * (2000000 + (unsigned long long)w * h) + 3999999) /
		4000000);
}

/* Make a picture for the request: its URL, or its base64. */
static void
add_picture(const struct ask *a, struct reply *r, bool as_url, unsigned w,
	unsigned h, int i)
{
	struct buf *out = &r->body;
	const char *prompt = field(a, "prompt");
	const char *host = mock_header(a, "host");
	uint64_t seed = mock_hash(prompt, strlen(prompt)) + (uint64_t)i;

	if (!host ||
		host[strspn(host, "0123456789.:[]abcdefghijklmnopqrstuvwxyz")])
		host = "127.0.0.1";

	if (!as_url) {
		buf_adds(out, "{\"b64_json\":\"");
		picture_add_base64(r, w, h, seed);
		buf_adds(out, "\"");
		return;
	}
	buf_addf(out,
		"{\"url\":\"http://%s/pictures/%ux%u-%016llx.png"
		"?se=60m&sig=%08llx\"",
		host, w, h, (unsigned long long)seed,
		(unsigned long long)(seed * 2654435761U >> 32));
}

/* An object of "created" and "data", and then the keys of rest. */
static void
say_pictures(const struct ask *a, struct reply *r, bool as_url, unsigned w,
	unsigned h, bool is_revised, json_t *rest)
{
	json_int_t n = json_integer_value(json_object_get(a->json, "n"));
	struct buf more = BUF_INIT(MOCK_ANSWER_MAX);
	struct reply other = { .headers = r->headers, .body = more };

	buf_addf(&r->body, "{\"created\":%lld,\"data\":[",
		(long long)time(NULL));
	for (int i = 0; i < (n > 1 && n <= 10 ? n : 1); i++) {
		if (i > 0)
			buf_adds(&r->body, ",");
		add_picture(a, r, as_url, w, h, i);
		if (is_revised) {
			other.body.len = 0;
			mock_say_json(&other,
				json_sprintf("%s, in one clear scene with soft "
					     "light",
					field(a, "prompt")));
			buf_adds(&r->body, ",\"revised_prompt\":");
			buf_add(&r->body, other.body.data, other.body.len);
		}
		buf_adds(&r->body, "}");
	}
	buf_adds(&r->body, "]");
	other.body.len = 0;
	mock_say_json(&other, rest);
	buf_adds(&r->body, other.body.len > 2 ? "," : "");
	buf_add(&r->body, other.body.data + 1, other.body.len - 1);
	buf_free(&other.body);
}

static json_t *
usage_of(int text, int image)
{
	return json_pack("{s:i, s:i, s:i, s:{s:i, s:i}, s:{s:i, s:i}}",
		"total_tokens", text + image, "input_tokens", text,
		"output_tokens", image, "input_tokens_details", "text_tokens",
		text, "image_tokens", 0, "output_tokens_details",
		"image_tokens", image, "text_tokens", 0);
}

/* The answers of sd-server (base64, no usage) and LocalAI (a URL, an empty
 * usage). */
static void
answer_local(const struct ask *a, struct reply *r, const char *model)
{
	bool as_url = strncmp(model, "local-url-", 10) == 0;
	const char *form = field(a, "response_format");
	const char *prompt = field(a, "prompt");
	unsigned w, h;

	if (!read_size(field(a, "size"), &w, &h) || w > MOCK_EDGE_MAX ||
		h > MOCK_EDGE_MAX)
		w = h = 512;
	if (!prompt || !*prompt) {
		r->status = 400;
		if (as_url)
			mock_say_json(r,
				json_pack("{s:{s:i, s:s, s:s}}", "error",
					"code", 400, "message",
					"missing prompt", "type", ""));
		else
			mock_say_json(r,
				json_pack("{s:s}", "error", "prompt required"));
		return;
	}
	if (!as_url)
		say_pictures(a, r, false, w, h, false,
			json_pack("{s:s}", "output_format", "png"));
	else
		say_pictures(a, r, !form || strcmp(form, "b64_json") != 0, w, h,
			false, json_pack("{s:o}", "usage", usage_of(0, 0)));
}

static void
answer_model(const struct ask *a, struct reply *r, const struct image_model *m)
{
	const char *size = field(a, "size"), *quality = field(a, "quality");
	const char *form = field(a, "response_format");
	unsigned w, h;

	if (!read_size(size, &w, &h))
		w = h = 1024;
	if (m->fields == dalle_fields) {
		say_pictures(a, r, !form || strcmp(form, "url") == 0, w, h,
			true, json_object());
		return;
	}
	if (!quality || strcmp(quality, "auto") == 0)
		quality = "high";
	say_pictures(a, r, false, w, h, false,
		json_pack("{s:s, s:s, s:s, s:o, s:o}", "background", "opaque",
			"output_format", "png", "quality", quality, "size",
			json_sprintf("%ux%u", w, h), "usage",
			usage_of((int)(strlen(field(a, "prompt")) + 3) / 4,
				tokens_of(m, quality, w, h))));
}

void
mock_images(const struct ask *a, struct reply *r)
{
	const char *model = field(a, "model");
	const char *key = mock_header(a, "authorization");
	const struct image_model *m;

	if (model && mock_is_local(model)) {
		answer_local(a, r, model);
		return;
	}
	if (!key || strncmp(key, "Bearer ", 7) != 0 || !key[7]) {
		mock_fail(a, r, 401, "invalid_api_key", NULL,
			"You didn't provide an API key.");
		return;
	}
	if (!model || !*model) {
		mock_fail(a, r, 400, "missing_required_parameter", "model",
			"Missing required parameter: 'model'.");
		return;
	}
	m = find_model(model);
	if (!m)
		mock_fail(a, r, 404, "model_not_found", NULL,
			"The model '%s' does not exist or you do not have "
			"access to it.",
			model);
	else if (is_good(a, r, m))
		answer_model(a, r, m);
}

/* GET /pictures/1024x1024-0123456789abcdef.png; every such name works. */
void
mock_picture(const struct ask *a, struct reply *r)
{
	unsigned w, h;
	unsigned long long seed;
	int end = 0;

	if (sscanf(a->path, "/pictures/%4ux%4u-%16llx.png%n", &w, &h, &seed,
		    &end) != 3 ||
		end == 0 || a->path[end] || w < 1 || h < 1 ||
		w > MOCK_EDGE_MAX || h > MOCK_EDGE_MAX) {
		mock_fail(a, r, 404, "BlobNotFound", NULL,
			"The specified blob does not exist.");
		return;
	}
	picture_add(r, w, h, seed);
	mock_say(r, "Content-Type", "image/png");
}
