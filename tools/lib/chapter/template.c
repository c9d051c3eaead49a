#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "buf.h"
#include "chapter/front.h"
#include "chapter/place.h"
#include "chapter/template.h"
#include "env.h"
#include "err.h"
#include "failure.h"
#include "or-die.h"
#include "span.h"

#ifdef LIMN_DATADIR
#define INSTALLED LIMN_DATADIR "/" TEMPLATE_DEFAULT
#else
#define INSTALLED "/" TEMPLATE_DEFAULT
#endif
#define NUMBER_MAX 32 /* bytes of a number, and a NUL */

enum { NAME, MODEL, TEMPERATURE, MAX_TOKENS, DESCRIPTION, AUTHOR, FIELDS };

static const char *const field_names[FIELDS] = { "name", "model", "temperature",
	"max_tokens", "description", "author" };

enum section { SYSTEM, INSTRUCTIONS, INPUT, OUTPUT, SECTIONS };

static const char *const section_names[SECTIONS] = { "System", "Instructions",
	"Input", "Output" };

/* Of these digits alone: strtod(3) takes "nan" and "0x1", too. */
static double
number(const struct source *src, struct span field, const char *digits,
	double min, double max)
{
	char text[NUMBER_MAX], *end;
	double n;

	snprintf(text, sizeof text, "%.*s", (int)span_length(field),
		field.begin);
	n = strtod(text, &end);
	if (span_length(field) >= sizeof text || *end || n < min || n > max ||
		text[strspn(text, digits)])
		source_fail(src, field.begin,
			"%.*s is not a number from %g to %.0f",
			span_quoted(field), field.begin, min, max);
	return n;
}

/* Cut the front matter from rest, which then is the body. */
static void
read_fields(struct prompt_template *t, const struct source *src,
	struct span *rest)
{
	struct span fields[FIELDS] = { { NULL, NULL } };

	front_read(src, rest, field_names, fields, FIELDS);
	t->temperature = number(src, fields[TEMPERATURE], "0123456789.", 0,
		TEMPLATE_TEMPERATURE_MAX);
	t->temperature_line = 1;
	for (const char *s = src->text.begin; s < fields[TEMPERATURE].begin;
		s++)
		t->temperature_line += *s == '\n';
	t->max_tokens = (long)number(src, fields[MAX_TOKENS], "0123456789", 1,
		(double)TEMPLATE_TOKENS_MAX);
	t->name = span_copy(fields[NAME]);
	t->model = span_copy(fields[MODEL]);
	t->description = span_copy(fields[DESCRIPTION]);
	t->author = span_copy(fields[AUTHOR]);
}

static enum section
find_section(const struct source *src, struct span line)
{
	struct span name = span_trim((struct span){ line.begin + 1, line.end });

	for (unsigned i = 0; i < SECTIONS; i++)
		if (span_equals(name, section_names[i]))
			return (enum section)i;
	source_fail(src, line.begin,
		"# %.*s is not a section; there are # System, # Instructions, "
		"# Input and # Output, and ## is for headings inside them",
		span_quoted(name), name.begin);
}

static void
split_sections(const struct source *src, struct span rest,
	struct span sections[SECTIONS])
{
	struct span *section = NULL, line;

	while (span_take_line(&rest, &line)) {
		enum section i;

		if (span_length(line) < 2 || line.begin[0] != '#' ||
			!isspace((unsigned char)line.begin[1])) {
			if (section)
				section->end = rest.begin;
			else if (!span_is_blank(line))
				source_fail(src, span_trim(line).begin,
					"text before the first section; put it "
					"under # System");
			continue;
		}
		i = find_section(src, line);
		if (i == OUTPUT)
			break;
		section = &sections[i];
		if (section->begin)
			source_fail(src, line.begin,
				"# %s is there twice; keep one",
				section_names[i]);
		section->begin = section->end = rest.begin;
	}
	for (unsigned i = SYSTEM; i <= INPUT; i++) {
		bool missing = !sections[i].begin;

		if (missing)
			sections[i] = (struct span){ rest.end, rest.end };
		if (i != INSTRUCTIONS && span_is_blank(sections[i]))
			source_fail(src, sections[i].begin,
				"# %s is %s; it is sent, so write it",
				section_names[i],
				missing ? "missing" : "empty");
	}
}

/* The text of a section as it is sent: trimmed, lines ended by LF alone. */
static char *
section_text(struct span section)
{
	char *text = span_copy(span_trim(section)), *to = text;

	for (const char *s = text; *s; s++)
		if (s[0] != '\r' || s[1] != '\n')
			*to++ = *s;
	*to = '\0';
	return text;
}

const char *
template_find(const char *option, struct failure *f)
{
	static const char installed[] = INSTALLED;
	const char *named = option ? option : env_get("TEMPLATE");

	if (named) {
		if (strcmp(named, "-") == 0 || access(named, F_OK) == 0)
			return named;
		failure_set(f, EXIT_NO_INPUT,
			"%s: %s; name a template with -t or TEMPLATE", named,
			strerror(errno));
		return NULL;
	}
	if (access(TEMPLATE_DEFAULT, F_OK) == 0)
		return TEMPLATE_DEFAULT;
	if (access(installed, F_OK) == 0)
		return installed;
	failure_set(f, EXIT_NO_INPUT,
		"%s: it isn't here, nor is %s; name a template with -t or "
		"TEMPLATE",
		TEMPLATE_DEFAULT, installed);
	return NULL;
}

void
template_read(struct prompt_template *t, const char *path)
{
	struct span sections[SECTIONS] = { { NULL, NULL } };
	struct source src;
	struct span body;

	source_read_or_die(&src, path, TEMPLATE_MAX);
	body = src.text;
	read_fields(t, &src, &body);
	split_sections(&src, body, sections);
	for (unsigned i = SYSTEM; i <= INPUT; i++)
		place_check(&src, sections[i]);
	body = span_trim(body);
	hash_bytes(t->hash, body.begin, span_length(body));
	t->path = xstrdup(src.name);
	t->system = section_text(sections[SYSTEM]);
	t->instructions = section_text(sections[INSTRUCTIONS]);
	t->input = section_text(sections[INPUT]);
	source_free(&src);
}

void
template_free(struct prompt_template *t)
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

void
template_system(const struct prompt_template *t, const struct chapter *c,
	struct buf *out)
{
	place_expand(span_of(t->system), c, t->path, out);
	if (!t->instructions[0])
		return;
	place_expand(span_of("\n\n"), c, t->path, out);
	place_expand(span_of(t->instructions), c, t->path, out);
}

void
template_user(const struct prompt_template *t, const struct chapter *c,
	struct buf *out)
{
	place_expand(span_of(t->input), c, t->path, out);
}

/* Whether a line is "## Name" or "**Name:**"; line then is the name alone. */
static bool
is_heading(struct span *line)
{
	struct span s = span_trim(*line);

	if (span_length(s) > 4 && memcmp(s.begin, "**", 2) == 0 &&
		memcmp(s.end - 2, "**", 2) == 0) {
		s.begin += 2;
		s.end -= 2;
	} else if (span_length(s) > 0 && *s.begin == '#') {
		while (s.begin < s.end && *s.begin == '#')
			s.begin++;
		if (s.begin < s.end && !isspace((unsigned char)*s.begin))
			return false;
	} else {
		return false;
	}
	s = span_trim(s);
	if (s.begin < s.end && s.end[-1] == ':')
		s.end--;
	*line = span_trim(s);
	return true;
}

bool
template_part(const struct prompt_template *t, const char *heading,
	const struct chapter *c, struct buf *out)
{
	struct span rest = span_of(t->system), part = { NULL, NULL }, line;

	while (span_take_line(&rest, &line)) {
		if (!is_heading(&line)) {
			if (part.begin)
				part.end = rest.begin;
			continue;
		}
		if (part.begin)
			break;
		if (span_length(line) == strlen(heading) &&
			strncasecmp(line.begin, heading, strlen(heading)) == 0)
			part.begin = part.end = rest.begin;
	}
	part = span_trim(part);
	if (span_length(part) == 0)
		return false;
	place_expand(part, c, t->path, out);
	return true;
}
