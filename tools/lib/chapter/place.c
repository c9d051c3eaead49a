#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "chapter/chapter.h"
#include "chapter/place.h"
#include "err.h"
#include "failure.h"

#define CUT_MAX 32 /* bytes of a "[:N]", with its spaces */

/* The values that a place can have, and how many code points at most. */
static const struct value {
	const char *name;
	size_t offset;
	size_t codepoints;
} values[] = {
#define AT(member) offsetof(struct chapter, member)
	{ "chapter.title", AT(title), SIZE_MAX },
	{ "chapter.chapter_id", AT(id), SIZE_MAX },
	{ "chapter.visual.type", AT(visual_type), SIZE_MAX },
	{ "chapter.visual.description", AT(description), SIZE_MAX },
	{ "chapter.visuals[0].type", AT(visual_type), SIZE_MAX },
	{ "chapter.visuals[0].description", AT(description), SIZE_MAX },
	{ "chapter.narration.text", AT(narration), SIZE_MAX },
	{ "episode.title", AT(episode_title), SIZE_MAX },
	{ "episode.id", AT(episode_id), SIZE_MAX },
	{ "episode.episode_id", AT(episode_id), SIZE_MAX },
	{ "chapter_title", AT(title), SIZE_MAX },
	{ "visual_type", AT(visual_type), SIZE_MAX },
	{ "visual_description", AT(description), SIZE_MAX },
	{ "narration_context", AT(narration), 300 },
#undef AT
};

#define VALUES (sizeof values / sizeof *values)

/* Where in text the next place (or Jinja's {%) begins, or NULL. */
static const char *
find_place(struct span text)
{
	for (const char *s = text.begin; s + 1 < text.end; s++)
		if (s[0] == '{' && (s[1] == '{' || s[1] == '%'))
			return s;
	return NULL;
}

/* Cut what is between the braces at s, and all before it, from rest. */
static bool
take_place(struct span *rest, const char *s, struct span *place)
{
	place->begin = place->end = s + 2;
	while (place->end + 1 < rest->end && *place->end != '\n') {
		if (place->end[0] == '}' && place->end[1] == '}') {
			rest->begin = place->end + 2;
			return true;
		}
		place->end++;
	}
	return false;
}

/* "[:N]", with spaces anywhere between; N only makes the value shorter. */
static bool
parse_cut(struct span s, size_t *codepoints)
{
	char text[CUT_MAX], digits[10];
	size_t n;
	int end = 0;

	if (span_length(s) >= sizeof text)
		return false;
	memcpy(text, s.begin, span_length(s));
	text[span_length(s)] = '\0';
	if (sscanf(text, "[ : %9[0-9] ]%n", digits, &end) != 1 ||
		(size_t)end != span_length(s))
		return false;
	n = strtoul(digits, NULL, 10);
	if (n < *codepoints)
		*codepoints = n;
	return true;
}

/* The value that a place names, and how much of it; NULL: not known. */
static const struct value *
parse_place(struct span place, size_t *codepoints)
{
	place = span_trim(place);
	for (const struct value *v = values; v < values + VALUES; v++) {
		size_t n = strlen(v->name);
		struct span cut;

		if (span_length(place) < n ||
			memcmp(place.begin, v->name, n) != 0)
			continue;
		*codepoints = v->codepoints;
		cut = span_trim((struct span){ place.begin + n, place.end });
		if (span_length(cut) > 0 && !parse_cut(cut, codepoints))
			break;
		return v;
	}
	return NULL;
}

static bool
refuse_unknown(const struct source *src, const char *at, struct span place,
	struct failure *f)
{
	struct buf names = BUF_INIT(ERR_MESSAGE_MAX);

	for (size_t i = 0; i < VALUES; i++)
		buf_addf(&names, "%s%s", i ? ", " : "", values[i].name);
	place = span_trim(place);
	source_error(src, at, f,
		"{{ %.*s }} is not known; use one of %s, or the beginning of "
		"one, {{ chapter.title[:80] }}",
		span_quoted(place), place.begin, names.data);
	buf_free(&names);
	return false;
}

bool
place_check(const struct source *src, struct span text, struct failure *f)
{
	const char *s;

	while ((s = find_place(text))) {
		struct span place;
		size_t codepoints;

		if (s[1] == '%')
			return source_error(src, s, f,
				"{%% is not understood; of Jinja there is only "
				"{{ name }}");
		if (!take_place(&text, s, &place))
			return source_error(src, s, f,
				"{{ is not closed; }} must follow on its line");
		if (!parse_place(place, &codepoints))
			return refuse_unknown(src, s, place, f);
	}
	return true;
}

static bool
add_bytes(struct buf *out, const char *bytes, size_t n, const char *name,
	struct failure *f)
{
	if (n > out->max - out->len)
		return failure_set(f, EXIT_BAD_INPUT,
			"%s: more than %zu bytes when its places are filled "
			"in; cut a value, as in chapter.narration.text[:300]",
			name, out->max);
	buf_add(out, bytes, n);
	return true;
}

/* The text is checked: every place in it is closed and known. */
bool
place_expand(struct span text, const struct chapter *c, const char *name,
	struct buf *out, struct failure *f)
{
	const char *s;

	while ((s = find_place(text))) {
		const struct value *value;
		const char *found;
		struct span place;
		size_t codepoints;

		if (!add_bytes(out, text.begin, (size_t)(s - text.begin), name,
			    f))
			return false;
		take_place(&text, s, &place);
		value = parse_place(place, &codepoints);
		memcpy(&found, (const char *)c + value->offset, sizeof found);
		if (found &&
			!add_bytes(out, found,
				span_cut(span_of(found), codepoints), name, f))
			return false;
	}
	return add_bytes(out, text.begin, span_length(text), name, f);
}
