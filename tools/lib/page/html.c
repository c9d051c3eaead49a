#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "page/html.h"
#include "utf8.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/* Also C1: the bytes c2 80 to c2 9f. */
static bool
is_control(const unsigned char *s)
{
	return (s[0] < 0x20 && s[0] != '\t' && s[0] != '\n') || s[0] == 0x7f ||
		(s[0] == 0xc2 && s[1] < 0xa0);
}

/* What replaces the code point at s (n bytes; 0: not UTF-8); NULL: nothing. */
static const char *
replacement(const unsigned char *s, size_t n)
{
	switch (*s) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&#34;";
	case '\'':
		return "&#39;";
	case '\r':
		return s[1] == '\n' ? "" : "\n";
	}
	return n == 0 || is_control(s) ? REPLACEMENT : NULL;
}

void
html_text(struct buf *b, const char *text)
{
	const unsigned char *s = (const unsigned char *)text, *plain = s;

	while (*s) {
		size_t n = utf8_size((const char *)s, UTF8_MAX);
		const char *replaced_by = replacement(s, n);

		if (replaced_by) {
			buf_add(b, plain, (size_t)(s - plain));
			buf_adds(b, replaced_by);
		}
		s += n ? n : 1;
		if (replaced_by)
			plain = s;
	}
	buf_add(b, plain, (size_t)(s - plain));
}

/* Add the argument of the conversion after a %; returns its end. */
static const char *
add_argument(struct buf *b, const char *s, va_list *ap)
{
	if (*s == 's')
		html_text(b, va_arg(*ap, const char *));
	else if (*s == 'd')
		buf_addf(b, "%d", va_arg(*ap, int));
	else if (*s == 'u')
		buf_addf(b, "%u", va_arg(*ap, unsigned));
	else if (*s == '%')
		buf_adds(b, "%");
	else if (strncmp(s, "zu", 2) == 0)
		buf_addf(b, "%zu", va_arg(*ap, size_t));
	else if (strncmp(s, "lld", 3) == 0)
		buf_addf(b, "%lld", va_arg(*ap, long long));
	else
		abort(); /* a conversion that is not supported */
	return s + (*s == 'z' ? 2 : *s == 'l' ? 3 : 1);
}

void
html_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	while (*fmt) {
		size_t n = strcspn(fmt, "%");

		buf_add(b, fmt, n);
		fmt += n;
		if (*fmt)
			fmt = add_argument(b, fmt + 1, &ap);
	}
	va_end(ap);
}

void
html_segment(struct buf *b, const char *s)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz"
				    "0123456789-._~";

	while (*s) {
		size_t n = strspn(s, plain);

		buf_add(b, s, n);
		s += n;
		if (*s)
			buf_addf(b, "%%%02X", (unsigned char)*s++);
	}
}
