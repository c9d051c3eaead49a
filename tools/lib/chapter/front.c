#include <string.h>

#include "buf.h"
#include "chapter/front.h"
#include "err.h"
#include "failure.h"

static bool
is_fence(struct span line)
{
	line.end = span_trim(line).end;
	return span_equals(line, "---");
}

/* Cut all lines up to the second fence from rest; what is between them. */
static struct span
take_fields(const struct source *src, struct span *rest)
{
	struct span fields, line;

	if (!span_take_line(rest, &line) || !is_fence(line))
		source_fail(src, src->text.begin,
			"the front matter is missing; begin with a line of "
			"---");
	fields.begin = rest->begin;
	while (span_take_line(rest, &line)) {
		fields.end = line.begin;
		if (is_fence(line))
			return fields;
	}
	source_fail(src, src->text.begin,
		"the front matter has no end; close it with a line of ---");
}

static size_t
find_name(const struct source *src, struct span key, const char *const names[],
	size_t n)
{
	struct buf list = BUF_INIT(ERR_MESSAGE_MAX);

	for (size_t i = 0; i < n; i++)
		if (span_equals(key, names[i]))
			return i;
	for (size_t i = 0; i + 1 < n; i++)
		buf_addf(&list, "%s%s", i ? ", " : "", names[i]);
	source_fail(src, key.begin,
		"the key %.*s is not known, nor would it be heeded; there are "
		"%s and %s",
		span_quoted(key), key.begin, list.data, names[n - 1]);
}

static struct span
unquote(const struct source *src, struct span value)
{
	const char *s = value.begin;

	if (s == value.end || (*s != '"' && *s != '\''))
		return value;
	if (memchr(s + 1, *s, span_length(value) - 1) != value.end - 1)
		source_fail(src, s,
			"the quote is not closed at the end of the line, "
			"or there is one more inside; nothing is escaped");
	return (struct span){ s + 1, value.end - 1 };
}

void
front_read(const struct source *src, struct span *rest,
	const char *const names[], struct span values[], size_t n)
{
	struct span fields = take_fields(src, rest), line;

	while (span_take_line(&fields, &line)) {
		const char *colon;
		struct span key, value;
		size_t i;

		line = span_trim(line);
		if (span_length(line) == 0 || *line.begin == '#')
			continue;
		colon = memchr(line.begin, ':', span_length(line));
		if (!colon)
			source_fail(src, line.begin,
				"%.*s is not \"key: value\"; the front matter "
				"ends at a line of ---",
				span_quoted(line), line.begin);
		key = span_trim((struct span){ line.begin, colon });
		value = span_trim((struct span){ colon + 1, line.end });
		i = find_name(src, key, names, n);
		if (values[i].begin)
			source_fail(src, line.begin,
				"%s is there twice; keep one", names[i]);
		values[i] = unquote(src, value);
		if (span_is_blank(values[i]))
			source_fail(src, line.begin,
				"%s is empty; give it a value", names[i]);
	}
	for (size_t i = 0; i < n; i++)
		if (!values[i].begin)
			source_fail(src, fields.end,
				"%s is missing; add it to the front matter",
				names[i]);
}
