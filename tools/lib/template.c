#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "buf.h"
#include "chapter.h"
#include "err.h"
#include "file.h"
#include "template.h"

#define MESSAGE_MAX 1024
#define QUOTE_MAX 60 /* letters of the template that a message quotes */
#define CUT_MAX 32   /* bytes of a "[:N]", blanks and all */
#define BLANKS " \t\r\n\v\f"

struct span {
	const char *begin;
	const char *end;
};

/* The file, after its BOM. */
struct source {
	const char *name;
	struct span text;
};

/* The values that a place can have, and how many letters at most. */
static const struct value {
	const char *name;
	size_t offset;
	size_t letters;
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

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum section { SYSTEM, INSTRUCTIONS, INPUT, OUTPUT, SECTIONS };

static const char *const section_names[SECTIONS] = { "System", "Instructions",
	"Input", "Output" };

static const char *const field_names[] = { "name", "model", "temperature",
	"max_tokens", "description", "author" };

size_t
template_cut(const char *s, size_t letters)
{
	size_t n = 0;

	for (; s[n] && letters > 0; letters--)
		do
			n++;
		while (((unsigned char)s[n] & 0xc0) == 0x80);
	return n;
}

static size_t
length(struct span s)
{
	return (size_t)(s.end - s.begin);
}

static bool
is_blank(char c)
{
	return c && strchr(BLANKS, c);
}

static struct span
trim(struct span s)
{
	while (s.begin < s.end && is_blank(*s.begin))
		s.begin++;
	while (s.begin < s.end && is_blank(s.end[-1]))
		s.end--;
	return s;
}

static bool
equals(struct span s, const char *word)
{
	return length(s) == strlen(word) &&
		memcmp(s.begin, word, length(s)) == 0;
}

/* Take the first line, without its newline, from rest. */
static struct span
take_line(struct span *rest)
{
	const char *newline = memchr(rest->begin, '\n', length(*rest));
	struct span line = { rest->begin, newline ? newline : rest->end };

	rest->begin = newline ? newline + 1 : rest->end;
	return line;
}

_Noreturn static void fail(const struct source *src, const char *at,
	const char *fmt, ...) __attribute__((format(printf, 3, 4)));

static void
fail(const struct source *src, const char *at, const char *fmt, ...)
{
	char what[MESSAGE_MAX];
	size_t line = 1, column = 1;
	va_list ap;

	for (const char *s = src->text.begin; s < at; s++) {
		if (*s == '\n') {
			line++;
			column = 1;
		} else if (((unsigned char)*s & 0xc0) != 0x80) {
			column++;
		}
	}
	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	die(EXIT_BAD_INPUT, "%s:%zu:%zu: %s", src->name, line, column, what);
}

/* For "%.*s": so much of s as a message may quote. */
static int
quoted(struct span s)
{
	size_t n = template_cut(s.begin, QUOTE_MAX);

	return (int)(n < length(s) ? n : length(s));
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

static void
check_encoding(const struct source *src)
{
	const char *s = src->text.begin;
	size_t n;

	for (; s < src->text.end; s += n) {
		n = letter_size(
			(const unsigned char *)s, (size_t)(src->text.end - s));
		if (n == 0)
			fail(src, s,
				"the byte 0x%02x is not text; save it as UTF-8",
				(unsigned char)*s);
	}
}

static bool
is_fence(struct span line)
{
	line.end = trim(line).end;
	return equals(line, "---");
}

/* Cut the front matter from rest, which then is the body. */
static struct span
take_front_matter(const struct source *src, struct span *rest)
{
	struct span front;

	if (!is_fence(take_line(rest)))
		fail(src, src->text.begin,
			"the front matter is missing; begin with a line of "
			"---");
	front.begin = rest->begin;
	while (rest->begin < rest->end) {
		front.end = rest->begin;
		if (is_fence(take_line(rest)))
			return front;
	}
	fail(src, src->text.begin,
		"the front matter has no end; close it with a line of ---");
}

static size_t
find_field(const struct source *src, struct span key)
{
	for (size_t i = 0; i < COUNT(field_names); i++)
		if (equals(key, field_names[i]))
			return i;
	fail(src, key.begin,
		"the key %.*s is not known, nor would it be heeded; there are "
		"name, model, temperature, max_tokens, description and author",
		quoted(key), key.begin);
}

static struct span
unquote(const struct source *src, struct span value)
{
	const char *s = value.begin;

	if (s == value.end || (*s != '"' && *s != '\''))
		return value;
	if (memchr(s + 1, *s, length(value) - 1) != value.end - 1)
		fail(src, s,
			"the quote is not closed at the end of the line, "
			"or there is one more inside; nothing is escaped");
	return (struct span){ s + 1, value.end - 1 };
}

static void
read_fields(const struct source *src, struct span front,
	struct span fields[COUNT(field_names)])
{
	while (front.begin < front.end) {
		struct span line = trim(take_line(&front)), key = line;
		const char *colon;
		size_t i;

		if (line.begin == line.end || *line.begin == '#')
			continue;
		colon = memchr(line.begin, ':', length(line));
		if (!colon)
			fail(src, line.begin,
				"%.*s is not \"key: value\"; the front matter "
				"ends at a line of ---",
				quoted(line), line.begin);
		key.end = colon;
		i = find_field(src, trim(key));
		if (fields[i].begin)
			fail(src, line.begin, "%s is there twice; keep one",
				field_names[i]);
		line.begin = colon + 1;
		fields[i] = unquote(src, trim(line));
		if (length(trim(fields[i])) == 0)
			fail(src, key.begin, "%s is empty; give it a value",
				field_names[i]);
	}
	for (size_t i = 0; i < COUNT(field_names); i++)
		if (!fields[i].begin)
			fail(src, front.end,
				"%s is missing; add it to the front matter",
				field_names[i]);
}

static char *
copy(struct span s)
{
	char *text = xmalloc(length(s) + 1);

	memcpy(text, s.begin, length(s));
	text[length(s)] = '\0';
	return text;
}

static double
number(const struct source *src, struct span field, const char *letters,
	double min, double max)
{
	char *text = copy(field), *end;
	double n = strtod(text, &end);
	bool good = length(field) < 32 && !*end && n >= min && n <= max &&
		!text[strspn(text, letters)];

	free(text);
	if (!good)
		fail(src, field.begin, "%.*s is not a number from %g to %.0f",
			quoted(field), field.begin, min, max);
	return n;
}

static void
set_fields(struct template *t, const struct source *src, struct span front)
{
	struct span fields[COUNT(field_names)] = { { NULL, NULL } };

	read_fields(src, front, fields);
	t->temperature = number(
		src, fields[2], "0123456789.", 0, TEMPLATE_TEMPERATURE_MAX);
	t->max_tokens = (long)number(
		src, fields[3], "0123456789", 1, (double)TEMPLATE_TOKENS_MAX);
	t->name = copy(fields[0]);
	t->model = copy(fields[1]);
	t->description = copy(fields[4]);
	t->author = copy(fields[5]);
}

static enum section
find_section(const struct source *src, struct span line)
{
	struct span name = trim((struct span){ line.begin + 1, line.end });

	for (unsigned i = 0; i < SECTIONS; i++)
		if (equals(name, section_names[i]))
			return (enum section)i;
	fail(src, line.begin,
		"# %.*s is not a section; there are # System, # Instructions, "
		"# Input and # Output, and ## is for headings inside them",
		quoted(name), name.begin);
}

static void
split_sections(const struct source *src, struct span rest,
	struct span sections[SECTIONS])
{
	struct span *section = NULL;

	while (rest.begin < rest.end) {
		struct span line = take_line(&rest);
		enum section i;

		if (length(line) < 2 || line.begin[0] != '#' ||
			!is_blank(line.begin[1])) {
			if (section)
				section->end = rest.begin;
			else if (length(trim(line)) > 0)
				fail(src, trim(line).begin,
					"text before the first section; put it "
					"under # System");
			continue;
		}
		i = find_section(src, line);
		if (i == OUTPUT)
			break;
		section = &sections[i];
		if (section->begin)
			fail(src, line.begin, "# %s is there twice; keep one",
				section_names[i]);
		section->begin = section->end = rest.begin;
	}
	for (unsigned i = SYSTEM; i <= INPUT; i++) {
		bool missing = !sections[i].begin;

		if (missing)
			sections[i] = (struct span){ rest.end, rest.end };
		if (i != INSTRUCTIONS && length(trim(sections[i])) == 0)
			fail(src, sections[i].begin,
				"# %s is %s; it is sent, so write it",
				section_names[i],
				missing ? "missing" : "empty");
	}
}

/* What is between the braces that begin at s, or no begin if they stay open. */
static struct span
place_at(const char *s, const char *end)
{
	struct span place = { s + 2, s + 2 };

	while (place.end + 1 < end && *place.end != '\n') {
		if (place.end[0] == '}' && place.end[1] == '}')
			return place;
		place.end++;
	}
	return (struct span){ NULL, NULL };
}

/* "[:N]", with blanks wherever one likes. */
static bool
parse_cut(struct span s, size_t *letters)
{
	char text[CUT_MAX], digits[10];
	size_t n;
	int end = 0;

	if (length(s) >= sizeof text)
		return false;
	memcpy(text, s.begin, length(s));
	text[length(s)] = '\0';
	if (sscanf(text, "[ : %9[0-9] ]%n", digits, &end) != 1 ||
		(size_t)end != length(s))
		return false;
	n = strtoul(digits, NULL, 10);
	if (n < *letters)
		*letters = n;
	return true;
}

static const struct value *
parse_place(struct span place, size_t *letters)
{
	place = trim(place);
	for (size_t i = 0; i < COUNT(values); i++) {
		size_t n = strlen(values[i].name);
		struct span cut;

		if (length(place) < n ||
			memcmp(place.begin, values[i].name, n) != 0)
			continue;
		*letters = values[i].letters;
		cut = trim((struct span){ place.begin + n, place.end });
		if (length(cut) == 0 || parse_cut(cut, letters))
			return &values[i];
	}
	return NULL;
}

_Noreturn static void
fail_place(const struct source *src, const char *at, struct span place)
{
	struct buf names = BUF_INIT(MESSAGE_MAX);

	for (size_t i = 0; i < COUNT(values); i++)
		buf_addf(&names, "%s%s", i ? ", " : "", values[i].name);
	place = trim(place);
	fail(src, at,
		"{{ %.*s }} is not known; use one of %s, or the beginning of "
		"one, {{ chapter.title[:80] }}",
		quoted(place), place.begin, names.data);
}

static void
check_places(const struct source *src, struct span section)
{
	const char *s = section.begin;

	for (; s + 1 < section.end; s++) {
		struct span place;
		size_t letters;

		if (s[0] != '{')
			continue;
		if (s[1] == '%')
			fail(src, s,
				"{%% is not understood; of Jinja there is only "
				"{{ name }}");
		if (s[1] != '{')
			continue;
		place = place_at(s, section.end);
		if (!place.begin)
			fail(src, s,
				"{{ is not closed; }} must follow on its "
				"line");
		if (!parse_place(place, &letters))
			fail_place(src, s, place);
		s = place.end + 1;
	}
}

/* The text of a section as it is sent: trimmed, lines ended by LF alone. */
static char *
section_text(struct span section)
{
	char *text = copy(trim(section)), *to = text;

	for (const char *s = text; *s; s++)
		if (s[0] != '\r' || s[1] != '\n')
			*to++ = *s;
	*to = '\0';
	return text;
}

void
template_read(struct template *t, const char *path)
{
	static const char bom[] = "\xef\xbb\xbf";
	struct buf b = BUF_INIT(TEMPLATE_MAX);
	struct span sections[SECTIONS] = { { NULL, NULL } };
	struct source src = { .name = file_name(path) };
	struct span body, front, hashed;

	memset(t, 0, sizeof *t);
	file_read(path, &b);
	src.text = (struct span){ b.data, b.data + b.len };
	if (b.len >= 3 && memcmp(b.data, bom, 3) == 0)
		src.text.begin += 3;
	check_encoding(&src);
	body = src.text;
	front = take_front_matter(&src, &body);
	set_fields(t, &src, front);
	split_sections(&src, body, sections);
	for (unsigned i = SYSTEM; i <= INPUT; i++)
		check_places(&src, sections[i]);
	hashed = trim(body);
	hash_bytes(t->hash, hashed.begin, length(hashed));
	t->path = xstrdup(src.name);
	t->system = section_text(sections[SYSTEM]);
	t->instructions = section_text(sections[INSTRUCTIONS]);
	t->input = section_text(sections[INPUT]);
	buf_free(&b);
}

void
template_free(struct template *t)
{
	free(t->name);
	free(t->model);
	free(t->description);
	free(t->author);
	free(t->path);
	free(t->system);
	free(t->instructions);
	free(t->input);
	memset(t, 0, sizeof *t);
}

static void
add(const struct template *t, struct buf *out, const char *s, size_t n)
{
	if (n > out->max - out->len)
		die(EXIT_BAD_INPUT,
			"%s: more than %zu bytes when its places are filled "
			"in; cut a value, as in chapter.narration.text[:300]",
			t->path, out->max);
	buf_add(out, s, n);
}

/* The text is checked: every place in it is closed and known. */
static void
expand(const struct template *t, struct span text, const struct chapter *c,
	struct buf *out)
{
	const char *done = text.begin, *s = text.begin;

	for (; s + 1 < text.end; s++) {
		const struct value *value;
		const char *found;
		struct span place;
		size_t letters;

		if (s[0] != '{' || s[1] != '{')
			continue;
		place = place_at(s, text.end);
		value = parse_place(place, &letters);
		memcpy(&found, (const char *)c + value->offset, sizeof found);
		add(t, out, done, (size_t)(s - done));
		if (found)
			add(t, out, found, template_cut(found, letters));
		done = place.end + 2;
		s = done - 1;
	}
	add(t, out, done, (size_t)(text.end - done));
}

static struct span
whole(const char *text)
{
	return (struct span){ text, text + strlen(text) };
}

void
template_system(
	const struct template *t, const struct chapter *c, struct buf *out)
{
	expand(t, whole(t->system), c, out);
	if (!t->instructions[0])
		return;
	add(t, out, "\n\n", 2);
	expand(t, whole(t->instructions), c, out);
}

void
template_user(
	const struct template *t, const struct chapter *c, struct buf *out)
{
	expand(t, whole(t->input), c, out);
}

/* Whether a line is "## Name" or "**Name:**"; line then is the name alone. */
static bool
is_heading(struct span *line)
{
	struct span s = trim(*line);

	if (length(s) > 4 && memcmp(s.begin, "**", 2) == 0 &&
		memcmp(s.end - 2, "**", 2) == 0) {
		s.begin += 2;
		s.end -= 2;
	} else if (length(s) > 0 && *s.begin == '#') {
		while (s.begin < s.end && *s.begin == '#')
			s.begin++;
		if (s.begin < s.end && !is_blank(*s.begin))
			return false;
	} else {
		return false;
	}
	s = trim(s);
	if (s.begin < s.end && s.end[-1] == ':')
		s.end--;
	*line = trim(s);
	return true;
}

bool
template_part(const struct template *t, const char *heading,
	const struct chapter *c, struct buf *out)
{
	struct span rest = whole(t->system), part = { NULL, NULL };

	while (rest.begin < rest.end) {
		struct span line = take_line(&rest);

		if (!is_heading(&line)) {
			if (part.begin)
				part.end = rest.begin;
			continue;
		}
		if (part.begin)
			break;
		if (length(line) == strlen(heading) &&
			strncasecmp(line.begin, heading, length(line)) == 0)
			part.begin = part.end = rest.begin;
	}
	part = trim(part);
	if (length(part) == 0)
		return false;
	expand(t, part, c, out);
	return true;
}
