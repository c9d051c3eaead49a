/*
 * unit-answer: parse and print an image API's answer (tools/lib/paid/answer.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "buf.h"
#include "json.h"
#include "paid/answer.h"

/* Parse the text; the strings are valid until the next call. */
static struct result {
	bool ok;
	char why[ANSWER_WHY_MAX];
	struct answer a;
	struct buf text;
	bool has_picture; /* before it was decoded */
	size_t len;       /* of the picture */
} r;

static void
take(const char *text, size_t len)
{
	answer_free(&r.a);
	buf_free(&r.text);
	memset(&r, 0, sizeof r);
	r.text = BUF_INIT(ANSWER_MAX);
	buf_add(&r.text, text, len);
	r.ok = answer_parse(&r.a, &r.text, r.why);
	r.has_picture = r.ok && r.a.base64;
	if (r.has_picture)
		r.len = answer_decode(&r.a);
}

static void
parse(const char *text)
{
	take(text, strlen(text));
}

static void
assert_picture(const char *text, const char *bytes)
{
	parse(text);
	if (!r.ok || !r.has_picture || r.len != strlen(bytes))
		print_error("%s: %s\n", text, r.why);
	assert_true(r.ok);
	assert_true(r.has_picture);
	assert_int_equal(r.len, strlen(bytes));
	assert_memory_equal(r.a.base64, bytes, r.len);
}

static void
assert_none(const char *text)
{
	parse(text);
	if (!r.ok || r.has_picture)
		print_error("%s: %s\n", text, r.why);
	assert_true(r.ok);
	assert_false(r.has_picture);
	assert_null(r.a.base64);
}

static void
assert_wrong(const char *text, const char *why)
{
	parse(text);
	assert_false(r.ok);
	assert_null(r.a.rest);
	if (!strstr(r.why, why))
		print_error("%s: %s\n", text, r.why);
	assert_non_null(strstr(r.why, why));
}

static void
assert_rest(const char *want)
{
	char *got = json_dumps(r.a.rest, JSON_COMPACT);

	assert_string_equal(got, want);
	free(got);
}

static void
test_where(void **state)
{
	(void)state;
	assert_picture("{\"created\":1,\"data\":[{\"b64_json\":\"SGFsbG8=\"}],"
		       "\"usage\":{\"total_tokens\":7}}",
		"Hallo");
	assert_rest("{\"created\":1,\"data\":[{\"b64_json\":\"\"}],"
		    "\"usage\":{\"total_tokens\":7}}");
	assert_null(r.a.url);
	assert_picture(" { \"data\" : [ { \"revised_prompt\" : \"b64_json\", "
		       "\"b64_json\" \n:\t\"SGFsbG8\" } ] } ",
		"Hallo");
	assert_picture("\xef\xbb\xbf{\"data\":[{\"b64_json\":\"SGFsbG8=\"}]}",
		"Hallo");
	/* the first of several; whatever else has that key is no picture */
	assert_picture("{\"b64_json\":\"AAAA\",\"x\":[{\"b64_json\":\"AAAA\"}],"
		       "\"data\":[{\"x\":{\"b64_json\":\"AAAA\"},"
		       "\"b64_json\":\"SGFsbG8=\"},{\"b64_json\":\"AAAA\"}],"
		       "\"y\":[{\"b64_json\":\"AAAA\"}]}",
		"Hallo");
	assert_rest("{\"b64_json\":\"\",\"x\":[{\"b64_json\":\"\"}],"
		    "\"data\":[{\"x\":{\"b64_json\":\"\"},\"b64_json\":\"\"},"
		    "{\"b64_json\":\"\"}],\"y\":[{\"b64_json\":\"\"}]}");
	/* a key or a text that only looks like it */
	assert_picture("{\"data\":[{\"a\\\"b64_json\":\"AAAA\","
		       "\"t\":\"\\\"b64_json\\\":\\\"AAAA\\\\\","
		       "\"b64_json\":\"SGFsbG8=\"}]}",
		"Hallo");
	assert_picture("{\"data\":[{\"b64_json\":\"SGFsbG8=\","
		       "\"url\":\"https://a/b.png\"}]}",
		"Hallo");
	assert_string_equal(r.a.url, "https://a/b.png");
}

static void
test_none(void **state)
{
	(void)state;
	assert_none("{}");
	assert_none("{\"data\":[]}");
	assert_none("{\"data\":null}");
	assert_none("{\"data\":\"b64_json\"}");
	assert_none("{\"data\":[{}]}");
	assert_none("{\"data\":[{\"b64_json\":\"\"}]}");
	assert_none("{\"data\":[{\"b64_json\":null}]}");
	assert_none("{\"data\":[{\"b64_json\":[\"SGFsbG8=\"]}]}");
	assert_none("{\"data\":[{\"b64_json\":7,\"x\":\"SGFsbG8=\"}]}");
	assert_none("{\"data\":[{},{\"b64_json\":\"SGFsbG8=\"}]}");
	assert_none("{\"data\":[[],{\"b64_json\":\"SGFsbG8=\"}]}");
	assert_none("{\"data\":[[1,2],{\"b64_json\":\"SGFsbG8=\"}]}");
	assert_none("{\"data\":{\"x\":{\"b64_json\":\"SGFsbG8=\"}}}");
	assert_none("{\"data\":[[{\"b64_json\":\"SGFsbG8=\"}]]}");
	assert_none("{\"x\":{\"data\":[{\"b64_json\":\"SGFsbG8=\"}]}}");
	assert_none("{\"b64_json\":\"SGFsbG8=\"}");
	assert_none("{\"error\":{\"message\":\"no\"}}");
	assert_null(r.a.url);
	assert_none("{\"data\":[{\"url\":\"\"}]}");
	assert_null(r.a.url);
	assert_none("{\"data\":[{\"b64_json\":null,\"url\":\"http://x/y\"}]}");
	assert_string_equal(r.a.url, "http://x/y");
}

static void
test_wrong(void **state)
{
	char deep[80];

	(void)state;
	assert_wrong("", "empty");
	assert_wrong(" ", "not JSON");
	assert_wrong("<html>", "not JSON");
	assert_wrong("[]", "not an object");
	assert_wrong("\"b64_json\"", "not JSON");
	assert_wrong("{\"data\":[{\"b64_json\":\"SGFsbG8=\"}]", "not JSON");
	assert_wrong("{\"data\":[{\"b64_json\":\"SGFsbG8=", "not JSON");
	assert_wrong("{\"data\":[{\"b64_json\":\"SGFsbG8=\\\"}]}", "not JSON");
	assert_wrong("{\"data\":[{\"b64_json\":\"SGFs\"}]} x", "not JSON");
	assert_wrong("{\"data\":[{\"b64_json\":\"SGFs\" \"SGFs\"}]}",
		"not JSON");
	assert_wrong("{\"a\":1,\"a\":2}", "duplicate");
	assert_wrong("{\"data\":[{\"b64_json\":\"AAAA\",\"b64_json\":\"\"}]}",
		"duplicate");
	assert_wrong("{\"a\":\"\\u0000\"}", "\\u0000");
	assert_wrong("{\"a\":\"\xff\"}", "not JSON");
	memset(deep, '[', sizeof deep);
	deep[sizeof deep - 1] = '\0';
	assert_wrong(deep, "nesting");
	take("{\"a\":\0}", 7);
	assert_false(r.ok);
}

static void
assert_decoded(const char *base64, const char *bytes)
{
	char text[512];

	snprintf(text, sizeof text, "{\"data\":[{\"b64_json\":\"%s\"}]}",
		base64);
	assert_picture(text, bytes);
}

static void
assert_no_base64(const char *base64)
{
	assert_decoded(base64, "");
}

static void
test_base64(void **state)
{
	(void)state;
	assert_decoded("SGFs", "Hal");
	assert_decoded("SGFsbA==", "Hall");
	assert_decoded("SGFsbG8h", "Hallo!");
	assert_decoded("SGFsbA", "Hall");
	assert_decoded("SGFsbG8", "Hallo");
	assert_decoded("/+8/", "\xff\xef\x3f");
	assert_decoded("\\/+8\\/", "\xff\xef\x3f");
	assert_decoded("\\/\\u002b8\\u002F", "\xff\xef\x3f");
	assert_decoded("SGFsbA\\u003d\\u003D", "Hall");
	assert_decoded("SGFs\\nbG8h\\r\\nSGFs\\n", "Hallo!Hal");
	assert_decoded(" S GFsb G8hSGF s ", "Hallo!Hal");
	assert_decoded("data:image/png;base64,SGFs", "Hal");
	assert_decoded("data:image\\/png;base64,SGFs", "Hal");
	assert_no_base64("data:image/png;base64,");
	assert_no_base64("data:image/png;base64");
	assert_no_base64("=");
	assert_no_base64("SGFsb");
	assert_no_base64("SGFs=");
	assert_no_base64("SGFsbA=");
	assert_no_base64("SGFsbA===");
	assert_no_base64("SGFsbG8==");
	assert_no_base64("SGFsbA==SGFs");
	assert_no_base64("SGF-bG8h");
	assert_no_base64("SGF_bG8h");
	assert_no_base64("SGFs\\u00ff");
	assert_no_base64("SGFs\\u00");
	assert_no_base64("SGFs\\qSGFs");
	assert_no_base64("SGFs\\\\SGFs");
	assert_no_base64("SGFs\xc3\xa9\xc3\xa9");
	assert_no_base64("https://a/b.png");
}

/* So many bytes, the same each time. */
static void
add_noise(struct buf *b, size_t n)
{
	uint32_t x = 7;

	buf_grow(b, n);
	while (n-- > 0) {
		x = x * 1664525 + 1013904223;
		b->data[b->len++] = (char)(x >> 24);
	}
}

static void
test_print(void **state)
{
	static const char source[] =
		"{\"x\":\"\\\"b64_json\\\": \\\"\\\"\",\"data\":[{"
		"\"b64_json\":\"AAAA\",\"t\":\"\xc5\x9f\"}],\"z\":0.08}";

	(void)state;
	for (size_t n = 0; n < 67; n++) {
		struct buf noise = BUF_INIT(100), out = BUF_INIT(1000);
		json_t *again;

		add_noise(&noise, n);
		parse(source);
		assert_true(answer_print(r.a.rest, noise.data, n, &out, NULL));
		assert_int_equal(out.data[out.len - 1], '\n');
		again = json_loadb(out.data, out.len, 0, NULL);
		assert_non_null(again);
		json_decref(again);
		take(out.data, out.len);
		assert_true(r.ok);
		assert_rest("{\"x\":\"\\\"b64_json\\\": \\\"\\\"\",\"data\":[{"
			    "\"b64_json\":\"\",\"t\":\"\xc5\x9f\"}],\"z\":"
			    "0.080000000000000002}");
		assert_int_equal(r.len, n);
		if (n > 0)
			assert_memory_equal(r.a.base64, noise.data, n);
		buf_free(&out);
		buf_free(&noise);
	}
}

static double
milliseconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* What the tools do to a picture of 1.5 MB, 2 MB in base64. */
static void
test_speed(void **state)
{
	struct buf noise = BUF_INIT(2 << 20), out = BUF_INIT(ANSWER_MAX);
	json_t *rest = json_loads("{\"data\":[{}]}", 0, NULL);
	double best = 1e9;

	(void)state;
	add_noise(&noise, 3 << 19);
	assert_true(answer_print(rest, noise.data, noise.len, &out, NULL));
	for (int i = 0; i < 5; i++) {
		struct buf text = BUF_INIT(ANSWER_MAX);
		char why[ANSWER_WHY_MAX];
		struct answer a;
		double t;

		buf_add(&text, out.data, out.len);
		t = milliseconds();
		assert_true(answer_parse(&a, &text, why));
		assert_int_equal(answer_decode(&a), noise.len);
		t = milliseconds() - t;
		if (t < best)
			best = t;
		assert_memory_equal(a.base64, noise.data, noise.len);
		answer_free(&a);
		buf_free(&text);
	}
	print_message("# 2 MB of base64: %.2f ms\n", best);
#ifndef __SANITIZE_ADDRESS__
	assert_true(best < 5);
#endif
	json_decref(rest);
	buf_free(&out);
	buf_free(&noise);
}

/* Every beginning of a text, and every byte of it changed: no crash. */
static void
test_hostile(void **state)
{
	static const char text[] =
		"{\"data\":[{\"b64_json\":\"data:x,SG\\/s\\u003d\","
		"\"a\":[{\"b64_json\":\"\\\\\"}]}],\"usage\":{\"n\":1}}";
	char copy[sizeof text];

	(void)state;
	for (size_t i = 0; i < sizeof text; i++) {
		take(text, i);
		assert_int_equal(r.ok, i == sizeof text - 1);
		for (unsigned c = 0; c < 256; c++) {
			memcpy(copy, text, sizeof text);
			copy[i] = (char)c;
			take(copy, sizeof text - 1);
			assert_true(r.ok || r.why[0]);
		}
	}
	parse("{}");
	answer_free(&r.a);
	buf_free(&r.text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_where),
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_base64),
		cmocka_unit_test(test_print),
		cmocka_unit_test(test_speed),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
