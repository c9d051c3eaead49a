/*
 * unit-utf8: code points in text (tools/lib/utf8.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "utf8.h"

static void
test_size(void **state)
{
	(void)state;
	assert_int_equal(utf8_size("a", UTF8_MAX), 1);
	assert_int_equal(utf8_size("ş", UTF8_MAX), 2);
	assert_int_equal(utf8_size("₿", UTF8_MAX), 3);
	assert_int_equal(utf8_size("🟠", UTF8_MAX), 4);
	assert_int_equal(utf8_size("", UTF8_MAX), 0);
	assert_int_equal(utf8_size("🟠", 3), 0);
	assert_int_equal(utf8_size("\x9f", UTF8_MAX), 0);
	assert_int_equal(utf8_size("\xc0\x80", UTF8_MAX), 0);
	assert_int_equal(utf8_size("\xed\xa0\x80", UTF8_MAX), 0);
	assert_int_equal(utf8_size("\xf4\x90\x80\x80", UTF8_MAX), 0);
}

static void
test_codepoint(void **state)
{
	(void)state;
	assert_int_equal(utf8_codepoint("a"), 'a');
	assert_int_equal(utf8_codepoint("ş"), 0x15f);
	assert_int_equal(utf8_codepoint("₿"), 0x20bf);
	assert_int_equal(utf8_codepoint("🟠"), 0x1f7e0);
	assert_int_equal(utf8_codepoint("\xf4\x8f\xbf\xbf"), 0x10ffff);
}

static void
test_control(void **state)
{
	(void)state;
	assert_int_equal(utf8_control("\n"), 1);
	assert_int_equal(utf8_control("\x1f"), 1);
	assert_int_equal(utf8_control("\x7f"), 1);
	assert_int_equal(utf8_control("\xc2\x80"), 2);
	assert_int_equal(utf8_control("\xc2\x9f"), 2);
	assert_int_equal(utf8_control("\xc2\xa0"), 0);
	assert_int_equal(utf8_control(" "), 0);
	assert_int_equal(utf8_control("ş"), 0);
	assert_int_equal(utf8_control(""), 0);
	assert_int_equal(utf8_control("\xc2"), 0);
}

static void
test_cut(void **state)
{
	(void)state;
	assert_int_equal(utf8_cut("abc", 2), 2);
	assert_int_equal(utf8_cut("aş", 1), 1);
	assert_int_equal(utf8_cut("aşb", 2), 1);
	assert_int_equal(utf8_cut("aşb", 3), 3);
	assert_int_equal(utf8_cut("🟠", 3), 0);
	assert_int_equal(utf8_cut("abc", 0), 0);
}

static void
test_latin1(void **state)
{
	(void)state;
	for (unsigned c = 1; c < 256; c++) {
		char s[3] = "";

		assert_int_equal(utf8_from_latin1(s, (unsigned char)c),
			c < 0x80 ? 1 : 2);
		assert_int_equal(utf8_codepoint(s), c);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_codepoint),
		cmocka_unit_test(test_control),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_latin1),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
