/* mock-answer: make the answer to a request, by the API and the script. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "err.h"
#include "file.h"
#include "mock.h"
#include "or-die.h"

#define MESSAGE_MAX 1024

uint64_t
mock_next(uint64_t *seed)
{
	uint64_t z = *seed += 0x9e3779b97f4a7c15U; /* splitmix64 */

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9U;
	z = (z ^ z >> 27) * 0x94d049bb133111ebU;
	return z ^ z >> 31;
}

uint64_t
mock_hash(const char *text, size_t len)
{
	uint64_t hash = 0xcbf29ce484222325U; /* FNV-1a */

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)text[i]) * 0x100000001b3U;
	return hash;
}

const char *
mock_header(const struct ask *a, const char *name)
{
	return json_string_value(json_object_get(a->headers, name));
}

bool
mock_is_local(const char *model)
{
	return strncmp(model, "local-", 6) == 0;
}

bool
mock_is_one_of(const char *word, const char *const *words)
{
	while (word && *words && strcmp(*words, word) != 0)
		words++;
	return word && *words;
}

const char *
mock_stranger(json_t *object, const char *const *fields)
{
	const char *name;
	json_t *value;

	json_object_foreach(object, name, value)
	{
		if (!mock_is_one_of(name, fields))
			return name;
	}
	return NULL;
}

/* Set a header, whatever the case of its name; NULL removes it. */
void
mock_say(struct reply *r, const char *name, const char *value)
{
	const char *former;
	json_t *unused;
	void *next;

	json_object_foreach_safe(r->headers, next, former, unused)
	{
		if (strcasecmp(former, name) == 0)
			json_object_del(r->headers, former);
	}
	if (value)
		json_object_set_new(r->headers, name, json_string(value));
}

static int
add_piece(const char *piece, size_t n, void *b)
{
	buf_add(b, piece, n);
	return 0;
}

void
mock_say_json(struct reply *r, json_t *body)
{
	if (!body ||
		json_dump_callback(body, add_piece, &r->body,
			JSON_COMPACT | JSON_ENCODE_ANY |
				JSON_REAL_PRECISION(15)) != 0)
		die(EXIT_TRY_LATER, "can't make an answer; out of memory");
	json_decref(body);
	mock_say(r, "Content-Type", "application/json");
}

void
mock_flatten(struct reply *r)
{
	struct buf all = BUF_INIT(MOCK_ANSWER_MAX);

	if (!r->shared)
		return;
	buf_grow(&all, r->body.len + r->shared->len);
	buf_add(&all, r->body.data, r->shared_at);
	buf_add(&all, r->shared->data, r->shared->len);
	buf_add(&all, r->body.data + r->shared_at, r->body.len - r->shared_at);
	buf_free(&r->body);
	r->body = all;
	r->shared = NULL;
}

static const char *
anthropic_type(unsigned status)
{
	switch (status) {
	case 401:
		return "authentication_error";
	case 402:
		return "billing_error";
	case 403:
		return "permission_error";
	case 404:
		return "not_found_error";
	case 409:
		return "conflict_error";
	case 413:
		return "request_too_large";
	case 429:
		return "rate_limit_error";
	case 504:
		return "timeout_error";
	case 529:
		return "overloaded_error";
	default:
		return status < 500 ? "invalid_request_error" : "api_error";
	}
}

static const char *
openai_type(unsigned status)
{
	if (status == 429)
		return "rate_limit_error";
	if (status == 503)
		return "service_unavailable_error";
	return status < 500 ? "invalid_request_error" : "server_error";
}

static const char *
request_id_name(const struct ask *a)
{
	return a->route == ROUTE_MESSAGES ? "request-id" : "x-request-id";
}

void
mock_fail(const struct ask *a, struct reply *r, unsigned status,
	const char *code, const char *param, const char *fmt, ...)
{
	char message[MESSAGE_MAX];
	va_list ap;
	json_t *text;

	va_start(ap, fmt);
	vsnprintf(message, sizeof message, fmt, ap);
	va_end(ap);
	r->status = status;
	r->body.len = 0;
	text = json_string(message);
	if (!text) /* cut within a letter */
		text = json_string("the request is wrong");
	if (a->route == ROUTE_MESSAGES) {
		mock_say_json(r,
			json_pack("{s:s, s:{s:s, s:o}, s:s}", "type", "error",
				"error", "type", anthropic_type(status),
				"message", text, "request_id",
				json_string_value(json_object_get(r->headers,
					request_id_name(a)))));
	} else if (a->route == ROUTE_PICTURE) {
		buf_addf(&r->body,
			"<?xml version=\"1.0\" encoding=\"utf-8\"?>"
			"<Error><Code>%s</Code><Message>%s</Message></Error>",
			code ? code : "Error", message);
		mock_say(r, "Content-Type", "application/xml");
		json_decref(text);
	} else {
		mock_say_json(r,
			json_pack("{s:{s:o, s:s, s:s?, s:s?}}", "error",
				"message", text, "type", openai_type(status),
				"param", param, "code", code));
	}
}

static bool
has_bad_key(const struct ask *a)
{
	const char *key = mock_header(a, "x-api-key");
	const char *bearer = mock_header(a, "authorization");

	return (key && strcmp(key, MOCK_BAD_KEY) == 0) ||
		(bearer && strcasecmp(bearer, "Bearer " MOCK_BAD_KEY) == 0);
}

static void
answer_as_api(const struct ask *a, struct reply *r)
{
	bool is_get = strcmp(a->method, "GET") == 0;
	bool is_post = strcmp(a->method, "POST") == 0;

	if (a->route == ROUTE_HEALTHZ) {
		buf_adds(&r->body, "ok\n");
		mock_say(r, "Content-Type", "text/plain");
	} else if (a->route == ROUTE_OTHER) {
		mock_fail(a, r, 404, "unknown_url", NULL, "Invalid URL (%s %s)",
			a->method, a->path);
	} else if (a->route == ROUTE_PICTURE ? !is_get : !is_post) {
		mock_fail(a, r, 405, "method_not_supported", NULL,
			"Not allowed to %s here", a->method);
	} else if (a->too_long) {
		mock_fail(a, r, 413, "request_too_large", NULL,
			"Request exceeds the maximum size");
	} else if (has_bad_key(a)) {
		mock_fail(a, r, 401, "invalid_api_key", NULL,
			a->route == ROUTE_MESSAGES
				? "invalid x-api-key"
				: "Incorrect API key provided: sk-b**.");
	} else if (a->route == ROUTE_PICTURE) {
		mock_picture(a, r);
	} else if (!json_is_object(a->json)) {
		mock_fail(a, r, 400, NULL, NULL,
			"We could not parse the JSON body of your request.");
	} else if (a->route == ROUTE_MESSAGES) {
		mock_messages(a, r);
	} else if (a->route == ROUTE_CHAT) {
		mock_chat(a, r);
	} else {
		mock_images(a, r);
	}
}

static const char *
code_of(unsigned status)
{
	switch (status) {
	case 401:
		return "invalid_api_key";
	case 404:
		return "model_not_found";
	case 429:
		return "rate_limit_exceeded";
	case 503:
		return "server_is_overloaded";
	default:
		return NULL;
	}
}

/* Replace parts of the API's answer by those of the script's line. */
static void
answer_as_told(const json_t *spec, const struct ask *a, struct reply *r)
{
	const json_t *body = json_object_get(spec, "body");
	const json_t *status = json_object_get(spec, "status");
	const char *path = json_string_value(json_object_get(spec, "file"));

	if (status)
		r->status = (unsigned)json_integer_value(status);
	if (path) {
		file_read_or_die(path, &r->body);
	} else if (json_is_string(body)) {
		buf_add(&r->body, json_string_value(body),
			json_string_length(body));
	} else if (body) {
		mock_say_json(r, json_deep_copy(body));
	} else if (status && r->status >= 300) {
		mock_fail(a, r, r->status, code_of(r->status), NULL,
			"The script of the test says so.");
	} else {
		unsigned told = r->status;

		answer_as_api(a, r);
		if (status)
			r->status = told;
	}
	if ((path || body) && !json_object_get(spec, "type"))
		mock_say(r, "Content-Type", "application/json");
}

static void
change_way(const json_t *spec, struct reply *r)
{
	const json_t *delay = json_object_get(spec, "delay");
	const json_t *cut = json_object_get(spec, "cut");
	const char *type = json_string_value(json_object_get(spec, "type"));
	const char *name;
	json_t *value;

	if (delay)
		r->delay_s = json_number_value(delay);
	if (cut)
		r->cut = (long long)json_number_value(cut);
	r->drip = json_number_value(json_object_get(spec, "drip"));
	r->reset = json_is_true(json_object_get(spec, "reset"));
	r->hang = json_is_true(json_object_get(spec, "hang"));
	if (type)
		mock_say(r, "Content-Type", type);
	json_object_foreach(json_object_get(spec, "headers"), name, value)
	{
		char *text = json_is_string(value)
			? xstrdup(json_string_value(value))
			: json_is_null(value)
			? NULL
			: json_dumps(value, JSON_ENCODE_ANY);

		mock_say(r, name, text);
		free(text);
	}
}

void
mock_answer(const struct ask *a, struct reply *r)
{
	json_t *spec = script_take(a);
	char id[64];

	snprintf(id, sizeof id, "req_mock_%06lu", a->n);
	mock_say(r, request_id_name(a), id);
	if (spec)
		answer_as_told(spec, a, r);
	else
		answer_as_api(a, r);
	if (spec)
		change_way(spec, r);
	json_decref(spec);
}
