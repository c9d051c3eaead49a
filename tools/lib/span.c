#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "err.h"
#include "failure.h"
#include "file.h"
#include "span.h"
#include "utf8.h"

#define QUOTE_MAX 60 /* code points of the input that a message quotes */

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
span_is_space(struct span s)
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

size_t
span_codepoints(struct span s)
{
	size_t n = 0;

	for (; s.begin < s.end; s.begin++)
		n += utf8_begins(*s.begin);
	return n;
}

size_t
span_cut(struct span s, size_t codepoints)
{
	const char *end = s.begin;

	for (; end < s.end && codepoints > 0; codepoints--)
		do
			end++;
		while (end < s.end && !utf8_begins(*end));
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

bool
source_read(struct source *src, const char *path, size_t max, struct failure *f)
{
	static const char bom[] = "\xef\xbb\xbf";
	struct buf b = BUF_INIT(max);
	struct span rest;

	*src = (struct source){ 0 };
	if (!file_read(path, &b, f)) {
		buf_free(&b);
		return false;
	}
	src->name = file_name(path);
	src->bytes = b.data;
	src->text = (struct span){ b.data, b.data + b.len };
	if (b.len >= 3 && memcmp(b.data, bom, 3) == 0)
		src->text.begin += 3;
	for (rest = src->text; rest.begin < rest.end;) {
		size_t n = utf8_size(rest.begin, span_length(rest));

		if (n == 0) {
			source_error(src, rest.begin, f,
				"the byte 0x%02x is not text; save it as UTF-8",
				(unsigned char)*rest.begin);
			source_free(src);
			return false;
		}
		rest.begin += n;
	}
	return true;
}

void
source_free(struct source *src)
{
	free(src->bytes);
	memset(src, 0, sizeof *src);
}

bool
source_error(const struct source *src, const char *at, struct failure *f,
	const char *fmt, ...)
{
	char what[FAILURE_MESSAGE_MAX];
	size_t line = 1, column = 1;
	va_list ap;

	for (const char *s = src->text.begin; s < at; s++) {
		if (*s == '\n') {
			line++;
			column = 1;
		} else if (utf8_begins(*s)) {
			column++;
		}
	}
	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	return failure_set(f, EXIT_BAD_INPUT, "%s:%zu:%zu: %s", src->name, line,
		column, what);
}
