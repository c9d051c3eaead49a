#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "err.h"
#include "file.h"
#include "span.h"

#define QUOTE_MAX 60 /* letters of the input that a message quotes */

struct span
span_of(const char *s)
{
	return (struct span){ s, s + strlen(s) };
}

size_t
span_length(struct span s)
{
	return (size_t)(s.end - s.begin);
}

bool
span_equals(struct span s, const char *word)
{
	return span_length(s) == strlen(word) &&
		memcmp(s.begin, word, span_length(s)) == 0;
}

struct span
span_trim(struct span s)
{
	while (s.begin < s.end && isspace((unsigned char)*s.begin))
		s.begin++;
	while (s.begin < s.end && isspace((unsigned char)s.end[-1]))
		s.end--;
	return s;
}

bool
span_is_blank(struct span s)
{
	return span_length(span_trim(s)) == 0;
}

bool
span_take_line(struct span *rest, struct span *line)
{
	const char *newline;

	if (rest->begin == rest->end)
		return false;
	newline = memchr(rest->begin, '\n', span_length(*rest));
	*line = (struct span){ rest->begin, newline ? newline : rest->end };
	rest->begin = newline ? newline + 1 : rest->end;
	return true;
}

/* Whether a letter begins at this byte; the others go on with one. */
static bool
begins_letter(char byte)
{
	return ((unsigned char)byte & 0xc0) != 0x80;
}

size_t
span_letters(struct span s)
{
	size_t n = 0;

	for (; s.begin < s.end; s.begin++)
		n += begins_letter(*s.begin);
	return n;
}

size_t
span_cut(struct span s, size_t letters)
{
	const char *end = s.begin;

	for (; end < s.end && letters > 0; letters--)
		do
			end++;
		while (end < s.end && !begins_letter(*end));
	return (size_t)(end - s.begin);
}

int
span_quoted(struct span s)
{
	return (int)span_cut(s, QUOTE_MAX);
}

char *
span_copy(struct span s)
{
	size_t n = span_length(s);
	char *text = xmalloc(n + 1);

	memcpy(text, s.begin, n);
	text[n] = '\0';
	return text;
}

/* The bytes of the letter at s, of which n are there, or 0 if it is none. */
static size_t
letter_size(const unsigned char *s, size_t n)
{
	size_t size = s[0] < 0x80 ? 1 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;

	if (s[0] == 0 || (s[0] >= 0x80 && s[0] < 0xc2) || s[0] > 0xf4 ||
		size > n)
		return 0;
	for (size_t i = 1; i < size; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	/* too long a form, a surrogate, or beyond U+10FFFF */
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
		(s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return size;
}

void
source_read(struct source *src, const char *path, size_t max)
{
	static const char bom[] = "\xef\xbb\xbf";
	struct buf b = BUF_INIT(max);
	struct span rest;

	file_read(path, &b);
	src->name = file_name(path);
	src->bytes = b.data;
	src->text = (struct span){ b.data, b.data + b.len };
	if (b.len >= 3 && memcmp(b.data, bom, 3) == 0)
		src->text.begin += 3;
	for (rest = src->text; rest.begin < rest.end;) {
		size_t n = letter_size((const unsigned char *)rest.begin,
			span_length(rest));

		if (n == 0)
			source_fail(src, rest.begin,
				"the byte 0x%02x is not text; save it as UTF-8",
				(unsigned char)*rest.begin);
		rest.begin += n;
	}
}

void
source_free(struct source *src)
{
	free(src->bytes);
	memset(src, 0, sizeof *src);
}

void
source_fail(const struct source *src, const char *at, const char *fmt, ...)
{
	char what[ERR_MESSAGE_MAX];
	size_t line = 1, column = 1;
	va_list ap;

	for (const char *s = src->text.begin; s < at; s++) {
		if (*s == '\n') {
			line++;
			column = 1;
		} else if (begins_letter(*s)) {
			column++;
		}
	}
	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	die(EXIT_BAD_INPUT, "%s:%zu:%zu: %s", src->name, line, column, what);
}
