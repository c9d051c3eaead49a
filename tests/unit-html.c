/*
 * unit-html: text in a page (tools/lib/page/html.h), and the policy of pages
 * (tools/lib/page/page.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "buf.h"
#include "page/html.h"
#include "page/page.h"

#define BAD "\xef\xbf\xbd" /* U+FFFD */

static void
assert_text(const char *s, const char *want)
{
	struct buf b = BUF_INIT(4096);

	buf_adds(&b, "");
	html_text(&b, s);
	assert_string_equal(b.data ? b.data : "", want);
	buf_free(&b);
}

static void
text_is_no_markup(void **state)
{
	(void)state;
	assert_text("", "");
	assert_text("plain", "plain");
	assert_text("a&b<c>\"d\"'e'", "a&amp;b&lt;c&gt;&#34;d&#34;&#39;e&#39;");
	assert_text("&amp;", "&amp;amp;");
	assert_text("</script><!--", "&lt;/script&gt;&lt;!--");
}

static void
letters_stay(void **state)
{
	(void)state;
	assert_text("İıŞğ é € 🔑 \u2028", "İıŞğ é € 🔑 \u2028");
	assert_text("\xc2\xa0\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80",
		"\xc2\xa0\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80");
	assert_text("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf",
		"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf");
}

static void
controls_are_replaced(void **state)
{
	(void)state;
	assert_text("\ta\nb", "\ta\nb");
	assert_text("\x01|\x1b[m|\x7f|\x0b\x0c",
		BAD "|" BAD "[m|" BAD "|" BAD BAD);
	assert_text("\xc2\x80|\xc2\x9f", BAD "|" BAD);
	assert_text("a\r\nb\rc\r", "a\nb\nc\n");
}

static void
bad_bytes_are_replaced(void **state)
{
	(void)state;
	assert_text("\xff|\x80|\xfe", BAD "|" BAD "|" BAD);
	assert_text("\xc0\xaf|\xc1\xbf", BAD BAD "|" BAD BAD);
	assert_text("\xe0\x9f\xbf", BAD BAD BAD); /* overlong */
	assert_text("\xed\xa0\x80", BAD BAD BAD); /* a surrogate */
	assert_text("\xf0\x8f\xbf\xbf", BAD BAD BAD BAD);
	assert_text("\xf4\x90\x80\x80", BAD BAD BAD BAD);
	assert_text("\xf5\x80\x80\x80", BAD BAD BAD BAD);
	/* what is cut off doesn't take what follows with it */
	assert_text("\xe2\x82<", BAD BAD "&lt;");
	assert_text("\xf0\x9f\x94\"", BAD BAD BAD "&#34;");
	assert_text("\xc3", BAD);
	assert_text("\xf0\x9f", BAD BAD);
}

static void
formats_are_filled_in(void **state)
{
	struct buf b = BUF_INIT(4096);

	(void)state;
	html_addf(&b, "<i a=\"%s\">%d %u %lld %zu 100%%%s</i>", "\"%s<", -3, 7U,
		-9223372036854775807LL, (size_t)5, "");
	assert_string_equal(b.data,
		"<i a=\"&#34;%s&lt;\">-3 7 -9223372036854775807 5 100%</i>");
	buf_free(&b);
}

static void
names_are_segments(void **state)
{
	struct buf b = BUF_INIT(4096);

	(void)state;
	html_segment(&b, "aZ09-._~");
	html_segment(&b, " %/?#&\"<:\\");
	html_segment(&b, "ş\xff");
	assert_string_equal(b.data,
		"aZ09-._~%20%25%2F%3F%23%26%22%3C%3A%5C%C5%9F%FF");
	buf_free(&b);
}

/* A served page has one script more, may ask its server, and is in no frame. */
static void
policies_differ(void **state)
{
	struct buf page = BUF_INIT(4096), header = BUF_INIT(4096);
	const char *end;

	(void)state;
	page_policy(&page, false);
	page_policy(&header, true);
	assert_memory_equal(page.data,
		"default-src 'none'; img-src 'self' file:; style-src 'sha256-",
		60);
	assert_memory_equal(header.data,
		"default-src 'none'; img-src 'self'; connect-src 'self'; "
		"style-src 'sha256-",
		74);
	end = strstr(header.data, "; base-uri");
	assert_non_null(end);
	assert_string_equal(end,
		"; base-uri 'none'; form-action 'none'; frame-ancestors "
		"'none'");
	assert_non_null(strstr(page.data,
		"; base-uri 'none'; form-action 'none'"));
	assert_null(strstr(page.data, "frame-ancestors"));
	assert_null(strstr(page.data, "unsafe"));
	assert_null(strpbrk(header.data, "\r\n\""));
	/* what it adds is one hash */
	assert_int_equal(header.len - page.len,
		strlen("; connect-src 'self'; frame-ancestors 'none'") -
			strlen(" file:") + strlen(" 'sha256-='") + 43);
	buf_free(&page);
	buf_free(&header);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_no_markup),
		cmocka_unit_test(letters_stay),
		cmocka_unit_test(controls_are_replaced),
		cmocka_unit_test(bad_bytes_are_replaced),
		cmocka_unit_test(formats_are_filled_in),
		cmocka_unit_test(names_are_segments),
		cmocka_unit_test(policies_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
