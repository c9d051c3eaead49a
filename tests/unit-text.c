/*
 * unit-text: where lines end (tools/lib/draw/lines.h), and how a text is set
 * into a box (tools/lib/draw/text.h), with any fonts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "buf.h"
#include "draw/lines.h"
#include "draw/text.h"

#define PIECES_MAX 256

static struct fonts fonts;

/* Words of letters that are all one wide, and so are the blanks. */
static struct lines
words(const char *s)
{
	static struct piece list[PIECES_MAX];
	struct lines l = { list, 0, 0, 1 };

	while (*s) {
		const char *end = s + strcspn(s, " ");
		size_t blank = strspn(end, " ");

		list[l.count] = (struct piece){ s, end, (double)(end - s),
			(double)blank, true };
		if (list[l.count].width > l.widest)
			l.widest = list[l.count].width;
		l.count++;
		s = end + blank;
	}
	return l;
}

/* The lines that s gets in that width, a | between them. */
static void
assert_lines(const char *s, double width, const char *want)
{
	struct lines l = words(s);
	struct buf out = BUF_INIT(4096), got = BUF_INIT(4096);
	const char separator[] = "\n";

	lines_break(&l, width, 1, &out);
	for (const char *p = out.data, *end; p; p = end) {
		end = strstr(p, separator);
		buf_add(&got, p, end ? (size_t)(end - p) : strlen(p));
		if (end) {
			buf_adds(&got, "|");
			end += strlen(separator);
		}
	}
	assert_string_equal(got.data, want);
	buf_free(&out);
	buf_free(&got);
}

static void
test_even_lines(void **state)
{
	(void)state;
	assert_lines("aaaa", 10, "aaaa");
	assert_lines("aaaa bbbb", 9, "aaaa bbbb");
	assert_lines("aaaa bbbb c", 9, "aaaa|bbbb c");
	assert_lines("aa bb cc dd ee ff", 14, "aa bb cc|dd ee ff");
	assert_lines("aaaaaaaa b c d", 8, "aaaaaaaa|b c d");
	assert_lines("a b c aaaaaaaa", 8, "a b c|aaaaaaaa");
	assert_lines("too long for it", 2, "too|long|for|it");
}

/* Too many lines to compare are filled one by one. */
static void
test_many_lines(void **state)
{
	struct buf s = BUF_INIT(1024), want = BUF_INIT(1024);

	(void)state;
	for (int i = 0; i < 40; i++) {
		buf_adds(&s, i ? " aaa b" : "aaa b");
		buf_adds(&want, i ? "|aaa b" : "aaa b");
	}
	assert_lines(s.data, 6, want.data);
	buf_free(&s);
	buf_free(&want);
}

static void
test_size(void **state)
{
	const struct text_style style = { 10, 1, false, 1, 0 };
	const struct text_style two = { 10, 1, false, 1, 2 };
	struct lines l = words("aaaa bbbb cccc dddd");

	(void)state;
	assert_true(lines_size(&l, &style, 190, 10) == 10);
	assert_true(lines_size(&l, &style, 90, 20) == 10);
	assert_true(lines_size(&l, &style, 90, 19) < 10);
	assert_true(lines_size(&l, &style, 90, 19) > 9);
	assert_true(lines_size(&l, &style, 40, 40) == 10);
	assert_true(lines_size(&l, &two, 40, 40) < 4.5);
	assert_true(lines_size(&l, &style, 1, 1) == 1);
	assert_false(lines_fit(&l, &style, 1, 1, 1));
}

static void
assert_beginning(const char *s, int letters, const char *want)
{
	struct buf b = BUF_INIT(2 * TEXT_MAX);

	text_beginning(&b, s, letters);
	assert_string_equal(b.data, want);
	buf_free(&b);
}

static void
test_beginning(void **state)
{
	(void)state;
	assert_beginning("", 10, "");
	assert_beginning(" \t\x01\n", 10, "");
	assert_beginning(" a\r\n\tb\xc2\x85"
			 "c\xe2\x80\xa8 ",
		10, "a b c");
	assert_beginning("one two", 7, "one two");
	assert_beginning("one two, three", 10, "one two…");
	assert_beginning("şşşş ğğğğ", 8, "şşşş…");
	assert_beginning("şşşşşşşşşş", 4, "şşşş…");
	assert_beginning("a şşşşşşşşşş", 8, "a şşşşşş…");
}

static void
assert_fits(const char *s, const struct text_style *style, double width,
	double height)
{
	struct text t;

	text_fit(&t, &fonts, s, style, width, height);
	/* boxes for letters that no font has keep to their own sizes */
	if (pango_layout_get_unknown_glyphs_count(t.layout) == 0) {
		assert_true(t.width <= width + 1);
		assert_true(t.height <= height + 1);
	}
	assert_true(t.size >= style->size_min - 0.001);
	assert_true(t.size <= style->size_max);
	g_object_unref(t.layout);
}

static void
test_fit(void **state)
{
	static const char *const texts[] = { "", "a", "Bitcoin Nedir?",
		"Bitcoin'in Tarihi: Şifreleme, Güvenlik ve İnanç",
		"ما هي عملة البيتكوين؟", "比特币是什么?区块链技术入门",
		"a 🚀 b 🌕" };
	const struct text_style style = { 96, 8, true, 1.2, 0 };

	(void)state;
	assert_true(fonts_open(&fonts, NULL));
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		for (double width = 200; width < 2000; width *= 1.7)
			assert_fits(texts[i], &style, width, 300);
	fonts_close(&fonts, "this test");
}

/* A long word is broken rather than made small; a long text ends early. */
static void
test_long(void **state)
{
	const struct text_style style = { 64, 16, false, 1.2, 0 };
	char word[301], *p;
	struct buf s = BUF_INIT(8192);
	struct text t;

	(void)state;
	assert_true(fonts_open(&fonts, NULL));
	memset(word, 'a', 300);
	word[300] = '\0';
	text_fit(&t, &fonts, word, &style, 800, 600);
	assert_true(t.lines > 3);
	assert_true(t.size > 24);
	g_object_unref(t.layout);
	for (int i = 0; i < 600; i++)
		buf_adds(&s, "sözcük ");
	text_fit(&t, &fonts, s.data, &style, 400, 200);
	assert_true(t.size == 16);
	assert_true(t.height <= 200);
	assert_true(pango_layout_is_ellipsized(t.layout));
	g_object_unref(t.layout);
	p = strstr(s.data, "k s");
	*p = '\0';
	text_fit(&t, &fonts, s.data, &style, 400, 200);
	assert_false(pango_layout_is_ellipsized(t.layout));
	g_object_unref(t.layout);
	buf_free(&s);
	fonts_close(&fonts, "this test");
}

static void
test_direction(void **state)
{
	const struct text_style style = { 64, 16, false, 1.2, 0 };
	struct text t;

	(void)state;
	assert_true(fonts_open(&fonts, NULL));
	text_fit(&t, &fonts, "Bitcoin בתים", &style, 800, 600);
	assert_false(t.rtl);
	g_object_unref(t.layout);
	text_fit(&t, &fonts, "1. בתים Bitcoin", &style, 800, 600);
	assert_true(t.rtl);
	g_object_unref(t.layout);
	fonts_close(&fonts, "this test");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_even_lines),
		cmocka_unit_test(test_many_lines),
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_beginning),
		cmocka_unit_test(test_fit),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_direction),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
