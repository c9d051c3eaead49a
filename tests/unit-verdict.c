/*
 * unit-verdict: what an answer means (tools/lib/net/verdict.h): each form of an
 * error body, each status and code of the vendors' tables, and the messages.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "err.h"
#include "net/api-error.h"
#include "net/verdict.h"

enum { AGAIN = 1, STOP = 2 };

#define OPENAI(type, code)                                                     \
	"{\"error\":{\"message\":\"Words.\",\"type\":\"" type                  \
	"\",\"param\":null,\"code\":" code "}}"
#define ANTHROPIC(type, message, more)                                         \
	"{\"type\":\"error\",\"error\":{\"type\":\"" type                      \
	"\",\"message\":\"" message "\"" more "},\"request_id\":\"req_9\"}"
#define PAGE "<html><body>Bad Gateway</body></html>"

static struct verdict
judge_with(long http_status, const char *body, bool is_paid, int should_retry)
{
	const struct http_request q = { .url = "https://a.example/v1",
		.is_base = true };
	struct http_answer a = { .status = http_status,
		.retry_after = -1,
		.should_retry = should_retry,
		.body = BUF_INIT(1 << 20) };
	struct verdict v;

	buf_adds(&a.body, body);
	verdict_of(&v, &q, &a, is_paid ? SERVER_IMAGES : SERVER_HOST);
	http_free(&a);
	return v;
}

static void
assert_verdict(long http_status, const char *body, int status, int flags)
{
	struct verdict v = judge_with(http_status, body, true, -1);

	if (v.status != status || v.again != ((flags & AGAIN) != 0) ||
		v.stop != ((flags & STOP) != 0))
		fail_msg("%ld %s: %d%s%s (%s), not %d", http_status, body,
			v.status, v.again ? " again" : "",
			v.stop ? " stop" : "", v.what, status);
}

static void
assert_what(long http_status, const char *body, const char *what)
{
	struct verdict v = judge_with(http_status, body, true, -1);

	assert_string_equal(v.what, what);
}

static void
test_good(void **state)
{
	(void)state;
	assert_verdict(200, "{\"data\":[]}", 0, 0);
	assert_verdict(200, " \n{\"data\":[{\"b64_json\":...}\n", 0, 0);
	assert_verdict(201, "{}", 0, 0);
	assert_verdict(200, "{\"error\":null,\"choices\":[]}", 0, 0);
	assert_verdict(200, "{\"error\":\"none\",\"data\":[{}]}", 0, 0);
	assert_verdict(200, "{\"content\":[],\"type\":\"message\"}", 0, 0);
	assert_int_equal(judge_with(200, PAGE, false, -1).status, 0);
}

/* It came whole, so the caller keeps it. */
static void
test_whole(void **state)
{
	(void)state;
	assert_verdict(200, PAGE, 0, 0);
	assert_verdict(204, "", 0, 0);
	assert_verdict(200, "{\"cut\":", 0, 0);
	assert_verdict(200, "[]", 0, 0);
	assert_verdict(200, "\xef\xbb\xbf{}", 0, 0);
	assert_verdict(200, "{\"error\":\"out of memory\"}", 0, 0);
	assert_verdict(200, OPENAI("server_error", "null"), 0, 0);
}

/* Sent, and no answer of the API came: it may have been billed. */
static void
test_lost(void **state)
{
	static const long statuses[] = { 500, 502, 503, 504, 529, 408, 409 };

	(void)state;
	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
		assert_verdict(statuses[i], PAGE, EXIT_UNKNOWN, 0);
		assert_verdict(statuses[i], "", EXIT_UNKNOWN, 0);
		assert_verdict(statuses[i], "{\"cut\":", EXIT_UNKNOWN, 0);
		assert_true(judge_with(statuses[i], PAGE, false, -1).again);
		assert_true(judge_with(statuses[i], "{}", false, -1).again);
		/* a proxy's word on trying again is not the API's */
		assert_false(judge_with(statuses[i], PAGE, true, 1).again);
	}
	assert_verdict(502, OPENAI("server_error", "null"), EXIT_UNKNOWN, 0);
	assert_verdict(504, ANTHROPIC("timeout_error", "Slow", ""),
		EXIT_UNKNOWN, 0);
}

static void
test_transient(void **state)
{
	(void)state;
	assert_verdict(429, OPENAI("requests", "\"rate_limit_exceeded\""),
		EXIT_TRY_LATER, AGAIN);
	assert_verdict(429, OPENAI("rate_limit_error", "\"slow_down\""),
		EXIT_TRY_LATER, AGAIN);
	assert_verdict(429, ANTHROPIC("rate_limit_error", "Too fast", ""),
		EXIT_TRY_LATER, AGAIN);
	assert_verdict(429, "", EXIT_TRY_LATER, AGAIN);
	assert_verdict(429, PAGE, EXIT_TRY_LATER, AGAIN);
	assert_verdict(408, OPENAI("x", "null"), EXIT_TRY_LATER, AGAIN);
	assert_verdict(409, ANTHROPIC("conflict_error", "x", ""),
		EXIT_TRY_LATER, AGAIN);
	assert_verdict(500, OPENAI("server_error", "null"), EXIT_UNAVAILABLE,
		AGAIN);
	assert_verdict(500, ANTHROPIC("api_error", "x", ""), EXIT_UNAVAILABLE,
		AGAIN);
	assert_verdict(503,
		OPENAI("service_unavailable_error", "\"server_is_overloaded\""),
		EXIT_UNAVAILABLE, AGAIN);
	assert_verdict(529, ANTHROPIC("overloaded_error", "Overloaded", ""),
		EXIT_UNAVAILABLE, AGAIN);
}

static void
test_should_retry(void **state)
{
	static const char bad[] = OPENAI("invalid_request_error", "null");
	static const char poor[] = OPENAI("insufficient_quota", "null");
	struct verdict v;

	(void)state;
	assert_true(judge_with(400, bad, true, 1).again);
	assert_int_equal(judge_with(400, bad, true, 1).status, EXIT_BAD_CONFIG);
	assert_false(judge_with(429, bad, true, 0).again);
	assert_int_equal(judge_with(429, bad, true, 0).status, EXIT_TRY_LATER);
	assert_false(judge_with(500, bad, true, 0).again);
	assert_false(judge_with(503, PAGE, false, 0).again);
	assert_true(judge_with(504, bad, true, 1).again);
	assert_int_equal(judge_with(504, bad, true, 1).status,
		EXIT_UNAVAILABLE);
	assert_false(judge_with(429, poor, true, 1).again);
	assert_false(judge_with(401, bad, true, 1).again);
	v = judge_with(400,
		OPENAI("image_generation_user_error", "\"moderation_blocked\""),
		true, 1);
	assert_false(v.again);
}

static void
test_no_access(void **state)
{
	static const char *const money[] = { "insufficient_quota",
		"credit_balance_exhausted", "organization_spend_limit_exceeded",
		"project_spend_limit_exceeded",
		"organization_usage_limit_exceeded",
		"billing_hard_limit_reached", "billing_not_active", NULL };
	static const long statuses[] = { 400, 402, 403, 429, 500, 200 };
	char body[256];

	(void)state;
	for (size_t i = 0; money[i]; i++)
		for (size_t j = 0; j < sizeof statuses / sizeof *statuses;
			j++) {
			snprintf(body, sizeof body,
				"{\"error\":{\"message\":\"x\",\"code\":\"%s\"}}",
				money[i]);
			assert_verdict(statuses[j], body, EXIT_NO_ACCESS, STOP);
			snprintf(body, sizeof body,
				"{\"error\":{\"message\":\"x\",\"type\":\"%s\"}}",
				money[i]);
			assert_verdict(statuses[j], body, EXIT_NO_ACCESS, STOP);
		}
	assert_verdict(402, PAGE, EXIT_NO_ACCESS, STOP);
	assert_verdict(402, ANTHROPIC("billing_error", "x", ""), EXIT_NO_ACCESS,
		STOP);
	assert_verdict(429,
		ANTHROPIC("rate_limit_error", "x",
			",\"details\":{\"error_code\":"
			"\"enforced_spend_limit_reached\"}"),
		EXIT_NO_ACCESS, STOP);
	assert_verdict(400,
		ANTHROPIC("invalid_request_error",
			"Your credit balance is too low to access the API", ""),
		EXIT_NO_ACCESS, STOP);
	assert_verdict(400,
		ANTHROPIC("invalid_request_error",
			"You have reached your specified API usage limits", ""),
		EXIT_NO_ACCESS, STOP);
	/* in another API's message such words may be from the prompt */
	assert_verdict(400,
		"{\"error\":{\"message\":\"credit balance is too low\"}}",
		EXIT_BAD_CONFIG, 0);
	assert_verdict(401,
		OPENAI("invalid_request_error", "\"invalid_api_key\""),
		EXIT_NO_ACCESS, STOP);
	assert_verdict(401, ANTHROPIC("authentication_error", "x", ""),
		EXIT_NO_ACCESS, STOP);
	assert_verdict(401, "", EXIT_NO_ACCESS, STOP);
	assert_verdict(403, OPENAI("invalid_request_error", "null"),
		EXIT_NO_ACCESS, STOP);
	assert_verdict(403, ANTHROPIC("permission_error", "x", ""),
		EXIT_NO_ACCESS, STOP);
	assert_verdict(403, PAGE, EXIT_NO_ACCESS, 0);
	assert_verdict(407, PAGE, EXIT_NO_ACCESS, STOP);
}

static void
test_model(void **state)
{
	(void)state;
	assert_verdict(404,
		OPENAI("invalid_request_error", "\"model_not_found\""),
		EXIT_BAD_CONFIG, STOP);
	assert_verdict(404, ANTHROPIC("not_found_error", "model: c-1", ""),
		EXIT_BAD_CONFIG, STOP);
	assert_verdict(400,
		"{\"error\":{\"message\":\"x\",\"param\":\"model\"}}",
		EXIT_BAD_CONFIG, STOP);
	assert_verdict(404, ANTHROPIC("not_found_error", "Not found", ""),
		EXIT_BAD_CONFIG, 0);
	assert_verdict(404, "404 page not found\n", EXIT_BAD_CONFIG, 0);
	assert_verdict(404, PAGE, EXIT_BAD_CONFIG, 0);
}

static void
test_refused(void **state)
{
	static const char *const codes[] = { "content_policy_violation",
		"moderation_blocked", "image_generation_user_error",
		"contentFilter", "content_filter", NULL };
	char body[256];

	(void)state;
	for (size_t i = 0; codes[i]; i++) {
		snprintf(body, sizeof body,
			"{\"error\":{\"message\":\"x\",\"code\":\"%s\"}}",
			codes[i]);
		assert_verdict(400, body, EXIT_REFUSED, 0);
		assert_verdict(403, body, EXIT_REFUSED, 0);
		assert_verdict(200, body, EXIT_REFUSED, 0);
		snprintf(body, sizeof body,
			"{\"error\":{\"message\":\"x\",\"type\":\"%s\"}}",
			codes[i]);
		assert_verdict(400, body, EXIT_REFUSED, 0);
	}
	assert_verdict(400,
		"{\"error\":{\"code\":\"x\",\"innererror\":{\"code\":"
		"\"ResponsibleAIPolicyViolation\"}}}",
		EXIT_REFUSED, 0);
}

static void
test_others(void **state)
{
	(void)state;
	assert_verdict(400, OPENAI("invalid_request_error", "\"invalid_size\""),
		EXIT_BAD_CONFIG, 0);
	assert_verdict(413, ANTHROPIC("request_too_large", "x", ""),
		EXIT_BAD_CONFIG, 0);
	assert_verdict(413, PAGE, EXIT_BAD_CONFIG, 0);
	assert_verdict(422, "{\"detail\":\"x\"}", EXIT_BAD_CONFIG, 0);
	assert_verdict(301, "", EXIT_BAD_ANSWER, 0);
	assert_verdict(304, "", EXIT_BAD_ANSWER, 0);
}

/* Each form of a body, and what is read from it. */
static void
test_shapes(void **state)
{
	(void)state;
	assert_what(400,
		"{\"error\":{\"message\":\"No such size.\",\"type\":\"t\","
		"\"param\":\"size\",\"code\":\"invalid_size\"}}",
		"400 invalid_size (size): No such size.");
	assert_what(429, OPENAI("slow", "null"), "429 slow: Words.");
	assert_what(500, OPENAI("server_error", "500"),
		"500 server_error: Words.");
	assert_what(500, OPENAI("", "500"), "500: Words.");
	assert_what(500, OPENAI("", "17"), "500 17: Words.");
	assert_what(500, "{\"error\":\"no memory left\"}",
		"500: no memory left");
	assert_what(500,
		"{\"error\":\"server_error\",\"message\":\"no memory left\"}",
		"500 server_error: no memory left");
	assert_what(422, "{\"detail\":\"Not so.\"}", "422: Not so.");
	assert_what(422,
		"{\"detail\":[{\"loc\":[\"body\",\"size\"],\"msg\":\"field "
		"required\",\"type\":\"value_error\"}]}",
		"422 value_error (size): field required");
	assert_what(422, "{\"detail\":[\"a\",\"b\"]}", "422: a");
	assert_what(422, "{\"detail\":{\"message\":\"a\"}}", "422: a");
	assert_what(529, ANTHROPIC("overloaded_error", "Overloaded", ""),
		"529 overloaded_error: Overloaded (request req_9)");
	assert_what(400,
		"{\"object\":\"error\",\"message\":\"m\",\"type\":\"T\","
		"\"param\":null,\"code\":400}",
		"400 T: m");
	assert_what(403, "{\"message\":\"Forbidden\"}", "403: Forbidden");
	assert_what(400, "{}", "400");
	assert_what(400, "[]", "400");
	assert_what(400, "{\"error\":{\"message\":[1],\"code\":{}}}", "400");
	assert_what(404, "404 page not found\n", "404: 404 page not found");
	assert_what(404, "", "404 and nothing more");
	assert_what(502, PAGE, "502 with something that isn't the API's JSON");
	assert_what(500, "\x89PNG",
		"500 with something that isn't the API's "
		"JSON");
	/* of a refused key a part is in the words */
	assert_what(401,
		"{\"error\":{\"message\":\"Bad key: sk-ab***yz\",\"code\":"
		"\"invalid_api_key\"}}",
		"401 invalid_api_key");
}

static void
test_tidy(void **state)
{
	char line[64], body[1200], want[1200];
	size_t n;

	(void)state;
	api_error_tidy(line, sizeof line,
		" a\r\n\t b\xc2\x85"
		"c\xe2\x80\xa8 ",
		99);
	assert_string_equal(line, "a b c");
	api_error_tidy(line, sizeof line, "şşşş", 4);
	assert_string_equal(line, "şşşş");
	api_error_tidy(line, sizeof line, "şşşşş", 4);
	assert_string_equal(line, "şşşş...");
	api_error_tidy(line, 8, "şşşş", 99);
	assert_string_equal(line, "ş...");
	api_error_tidy(line, 8, "12345678", 99);
	assert_true(strlen(line) < 8);
	api_error_tidy(line, sizeof line, "\xff\xe2\x80", 9);
	assert_string_equal(line, "\xff\xe2\x80");
	api_error_tidy(line, sizeof line, "", 9);
	assert_string_equal(line, "");
	/* 200 letters and no more are told */
	n = (size_t)snprintf(body, sizeof body, "{\"error\":\"");
	memset(body + n, 'x', 500);
	strcpy(body + n + 500, "\"}");
	n = (size_t)snprintf(want, sizeof want, "500: ");
	memset(want + n, 'x', 200);
	strcpy(want + n + 200, "...");
	assert_what(500, body, want);
}

/* The longest message of an API still leaves space for the remedy. */
static void
test_room(void **state)
{
	const struct http_request q = { .is_base = true };
	struct http_answer a = { .status = 500, .body = BUF_INIT(1 << 20) };
	struct verdict v;
	char id[HTTP_ID_MAX];

	(void)state;
	memset(id, 'i', sizeof id - 1);
	id[sizeof id - 1] = '\0';
	strcpy(a.request_id, id);
	buf_adds(&a.body, "{\"error\":{\"code\":\"");
	for (int i = 0; i < 300; i++)
		buf_adds(&a.body, "c");
	buf_adds(&a.body, "\",\"param\":\"");
	for (int i = 0; i < 300; i++)
		buf_adds(&a.body, "p");
	buf_adds(&a.body, "\",\"message\":\"");
	for (int i = 0; i < 300; i++)
		buf_adds(&a.body, "比");
	buf_adds(&a.body, "\"}}");
	verdict_of(&v, &q, &a, SERVER_IMAGES);
	assert_int_equal(v.status, EXIT_UNAVAILABLE);
	assert_true(strlen(v.what) < sizeof v.what - 1);
	assert_string_equal(v.what + strlen(v.what) - 3, "ii)");
	http_free(&a);
}

static void
test_deep(void **state)
{
	struct api_error c;
	static char deep[300000];

	(void)state;
	memset(deep, '[', sizeof deep);
	api_error_read(&c, deep, 200000);
	assert_false(c.is_json);
	api_error_read(&c, deep, sizeof deep);
	assert_false(c.is_json);
	api_error_read(&c, NULL, 0);
	assert_false(c.is_json);
	api_error_read(&c, "{\"error\":\"a\\u0000b\"}", 20);
	assert_true(c.is_json && c.has_error);
	assert_string_equal(c.message, "a");
}

static void
test_outcomes(void **state)
{
	const struct http_request base = { .is_base = true }, other = { 0 };
	struct http_answer a = { .outcome = HTTP_NOT_SENT, .why = "no route" };
	struct verdict v;

	(void)state;
	verdict_of(&v, &base, &a, SERVER_IMAGES);
	assert_true(v.status == EXIT_UNAVAILABLE && v.again);
	assert_string_equal(v.what, "no route");
	a.outcome = HTTP_UNKNOWN;
	verdict_of(&v, &base, &a, SERVER_IMAGES);
	assert_true(v.status == EXIT_UNKNOWN && !v.again);
	verdict_of(&v, &other, &a, SERVER_HOST);
	assert_true(v.status == EXIT_UNAVAILABLE && v.again);
	a.is_too_large = true;
	verdict_of(&v, &other, &a, SERVER_HOST);
	assert_true(v.status == EXIT_BAD_ANSWER && !v.again);
	verdict_of(&v, &base, &a, SERVER_IMAGES);
	assert_true(v.status == EXIT_UNKNOWN && !v.again);
	a.outcome = HTTP_FORBIDDEN;
	verdict_of(&v, &base, &a, SERVER_IMAGES);
	assert_true(v.status == EXIT_BAD_CONFIG && !v.again);
	verdict_of(&v, &other, &a, SERVER_HOST);
	assert_true(v.status == EXIT_BAD_ANSWER && !v.again);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_lost),
		cmocka_unit_test(test_transient),
		cmocka_unit_test(test_should_retry),
		cmocka_unit_test(test_no_access),
		cmocka_unit_test(test_model),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_tidy),
		cmocka_unit_test(test_room),
		cmocka_unit_test(test_deep),
		cmocka_unit_test(test_outcomes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
