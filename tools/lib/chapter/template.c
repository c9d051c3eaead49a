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

/* Only these digits are allowed: strtod(3) takes "nan" and "0x1", too. */
static bool
read_number(const struct source *src, struct span field, const char *digits,
	double min, double max, double *n, struct failure *f)
{
	char text[NUMBER_MAX], *end;

	snprintf(text, sizeof text, "%.*s", (int)span_length(field),
		field.begin);
	*n = strtod(text, &end);
	if (span_length(field) >= sizeof text || *end || *n < min || *n > max ||
		text[strspn(text, digits)])
		return source_error(src, field.begin, f,
			"%.*s is not a number from %g to %.0f",
			span_quoted(field), field.begin, min, max);
	return true;
}

/* Cut the front matter from rest; rest is then the body. */
static bool
read_fields(struct prompt_template *t, const struct source *src,
	struct span *rest, struct failure *f)
{
	struct span fields[FIELDS] = { { NULL, NULL } };
	double tokens;

	if (!front_read(src, rest, field_names, fields, FIELDS, f) ||
		!read_number(src, fields[TEMPERATURE], "0123456789.", 0,
			TEMPLATE_TEMPERATURE_MAX, &t->temperature, f) ||
		!read_number(src, fields[MAX_TOKENS], "0123456789", 1,
			(double)TEMPLATE_TOKENS_MAX, &tokens, f))
		return false;
	t->temperature_line = 1;
	for (const char *s = src->text.begin; s < fields[TEMPERATURE].begin;
		s++)
		t->temperature_line += *s == '\n';
	t->max_tokens = (long)tokens;
	t->name = span_copy(fields[NAME]);
	t->model = span_copy(fields[MODEL]);
	t->description = span_copy(fields[DESCRIPTION]);
	t->author = span_copy(fields[AUTHOR]);
	return true;
}

/* SECTIONS if the line names no section. */
static enum section
find_section(const struct source *src, struct span line, struct failure *f)
{
	struct span name = span_trim((struct span){ line.begin + 1, line.end });

	for (unsigned i = 0; i < SECTIONS; i++)
		if (span_equals(name, section_names[i]))
			return (enum section)i;
	source_error(src, line.begin, f,
		"# %.*s is not a section; there are # System, # Instructions, "
		"# Input and # Output, and ## is for headings inside them",
		span_quoted(name), name.begin);
	return SECTIONS;
}

static bool
split_sections(const struct source *src, struct span rest,
	struct span sections[SECTIONS], struct failure *f)
{
	struct span *section = NULL, line;

	while (span_take_line(&rest, &line)) {
		enum section i;

		if (span_length(line) < 2 || line.begin[0] != '#' ||
			!isspace((unsigned char)line.begin[1])) {
			if (section)
				section->end = rest.begin;
			else if (!span_is_space(line))
				return source_error(src, span_trim(line).begin,
					f,
					"text before the first section; put it "
					"under # System");
			continue;
		}
		i = find_section(src, line, f);
		if (i == SECTIONS)
			return false;
		if (i == OUTPUT)
			break;
		section = &sections[i];
		if (section->begin)
			return source_error(src, line.begin, f,
				"# %s is there twice; keep one",
				section_names[i]);
		section->begin = section->end = rest.begin;
	}
	for (unsigned i = SYSTEM; i <= INPUT; i++) {
		bool missing = !sections[i].begin;

		if (missing)
			sections[i] = (struct span){ rest.end, rest.end };
		if (i != INSTRUCTIONS && span_is_space(sections[i]))
			return source_error(src, sections[i].begin, f,
				"# %s is %s; it is sent, so write it",
				section_names[i],
				missing ? "missing" : "empty");
	}
	return true;
}

/* The text of a section as it is sent: trimmed, lines end in LF. */
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

static bool
read_source(struct prompt_template *t, const struct source *src,
	struct failure *f)
{
	struct span sections[SECTIONS] = { { NULL, NULL } };
	struct span body = src->text;

	if (!read_fields(t, src, &body, f) ||
		!split_sections(src, body, sections, f))
		return false;
	for (unsigned i = SYSTEM; i <= INPUT; i++)
		if (!place_check(src, sections[i], f))
			return false;
	body = span_trim(body);
	hash_bytes(t->hash, body.begin, span_length(body));
	t->path = xstrdup(src->name);
	t->system = section_text(sections[SYSTEM]);
	t->instructions = section_text(sections[INSTRUCTIONS]);
	t->input = section_text(sections[INPUT]);
	return true;
}

bool
template_read(struct prompt_template *t, const char *path, struct failure *f)
{
	struct source src;
	bool is_good;

	*t = (struct prompt_template){ .path = NULL };
	if (!source_read(&src, path, TEMPLATE_MAX, f))
		return false;
	is_good = read_source(t, &src, f);
	source_free(&src);
	if (!is_good)
		template_free(t);
	return is_good;
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

bool
template_system(const struct prompt_template *t, const struct chapter *c,
	struct buf *out, struct failure *f)
{
	if (!place_expand(span_of(t->system), c, t->path, out, f))
		return false;
	return !t->instructions[0] ||
		(place_expand(span_of("\n\n"), c, t->path, out, f) &&
			place_expand(span_of(t->instructions), c, t->path, out,
				f));
}

bool
template_user(const struct prompt_template *t, const struct chapter *c,
	struct buf *out, struct failure *f)
{
	return place_expand(span_of(t->input), c, t->path, out, f);
}

/* Whether a line is "## Name" or "**Name:**"; line becomes the name alone. */
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
	const struct chapter *c, struct buf *out, struct failure *f)
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
	return span_length(part) == 0 || place_expand(part, c, t->path, out, f);
}
