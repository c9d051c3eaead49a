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

/* Cut all lines up to the second fence from rest; fields is what is between. */
static bool
take_fields(const struct source *src, struct span *rest, struct span *fields,
	struct failure *f)
{
	struct span line;

	if (!span_take_line(rest, &line) || !is_fence(line))
		return source_error(src, src->text.begin, f,
			"the front matter is missing; begin with a line of "
			"---");
	fields->begin = rest->begin;
	while (span_take_line(rest, &line)) {
		fields->end = line.begin;
		if (is_fence(line))
			return true;
	}
	return source_error(src, src->text.begin, f,
		"the front matter has no end; close it with a line of ---");
}

static bool
find_name(const struct source *src, struct span key, const char *const names[],
	size_t n, size_t *place, struct failure *f)
{
	struct buf list = BUF_INIT(ERR_MESSAGE_MAX);

	for (*place = 0; *place < n; ++*place)
		if (span_equals(key, names[*place]))
			return true;
	for (size_t i = 0; i + 1 < n; i++)
		buf_addf(&list, "%s%s", i ? ", " : "", names[i]);
	source_error(src, key.begin, f,
		"the key %.*s is not known, nor would it be heeded; there are "
		"%s and %s",
		span_quoted(key), key.begin, list.data, names[n - 1]);
	buf_free(&list);
	return false;
}

static bool
unquote(const struct source *src, struct span *value, struct failure *f)
{
	const char *s = value->begin;

	if (s == value->end || (*s != '"' && *s != '\''))
		return true;
	if (memchr(s + 1, *s, span_length(*value) - 1) != value->end - 1)
		return source_error(src, s, f,
			"the quote is not closed at the end of the line, "
			"or there is one more inside; nothing is escaped");
	*value = (struct span){ s + 1, value->end - 1 };
	return true;
}

bool
front_read(const struct source *src, struct span *rest,
	const char *const names[], struct span values[], size_t n,
	struct failure *f)
{
	struct span fields, line;

	if (!take_fields(src, rest, &fields, f))
		return false;
	while (span_take_line(&fields, &line)) {
		const char *colon;
		struct span key, value;
		size_t i;

		line = span_trim(line);
		if (span_length(line) == 0 || *line.begin == '#')
			continue;
		colon = memchr(line.begin, ':', span_length(line));
		if (!colon)
			return source_error(src, line.begin, f,
				"%.*s is not \"key: value\"; the front matter "
				"ends at a line of ---",
				span_quoted(line), line.begin);
		key = span_trim((struct span){ line.begin, colon });
		value = span_trim((struct span){ colon + 1, line.end });
		if (!find_name(src, key, names, n, &i, f))
			return false;
		if (values[i].begin)
			return source_error(src, line.begin, f,
				"%s is there twice; keep one", names[i]);
		if (!unquote(src, &value, f))
			return false;
		values[i] = value;
		if (span_is_space(values[i]))
			return source_error(src, line.begin, f,
				"%s is empty; give it a value", names[i]);
	}
	for (size_t i = 0; i < n; i++)
		if (!values[i].begin)
			return source_error(src, fields.end, f,
				"%s is missing; add it to the front matter",
				names[i]);
	return true;
}
