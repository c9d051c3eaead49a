/*
 * span: a piece of a text, and where in its file it stands.
 *
 *	struct source src;
 *	struct span rest, line;
 *
 *	if (!source_read(&src, path, TEMPLATE_MAX, &f))
 *		return false;
 *	for (rest = src.text; span_take_line(&rest, &line);)
 *		if (!span_equals(line, "---"))
 *			return source_error(&src, line.begin, &f,
 *				"%.*s is not ---", span_quoted(line),
 *				line.begin);
 *	source_free(&src);
 *
 * A span is no string: nothing marks its end, and the text it points into
 * belongs to somebody else.  Space is what isspace(3) says, so a line's end is
 * space.
 */
#ifndef LIMN_SPAN_H
#define LIMN_SPAN_H

#include <stdbool.h>
#include <stddef.h>

struct failure;

struct span {
	const char *begin;
	const char *end;
};

/* All of a string. */
struct span span_of(const char *s);

size_t span_length(struct span s);
bool span_equals(struct span s, const char *word);

/* Without the space at either end; and whether there is nothing else. */
struct span span_trim(struct span s);
bool span_is_space(struct span s);

/*
 * Cut the first line from rest; line is what comes before its newline.
 * Returns false when nothing is left.
 */
bool span_take_line(struct span *rest, struct span *line);

size_t span_codepoints(struct span s);

/* How many bytes the first code points are. */
size_t span_cut(struct span s, size_t codepoints);

/* For "%.*s", before s.begin: so much of s as a message may quote. */
int span_quoted(struct span s);

/* A string of its own, to be freed by the caller. */
char *span_copy(struct span s);

/* A file, and its text after the BOM. */
struct source {
	const char *name;
	struct span text;
	char *bytes;
};

/*
 * Read path (see file.h) of at most max bytes.  What isn't UTF-8, or has a NUL,
 * is refused.
 */
bool source_read(struct source *src, const char *path, size_t max,
	struct failure *f);
void source_free(struct source *src);

/*
 * Fill in f with EXIT_BAD_INPUT and "file:line:column: what", and return false;
 * at points into src->text, and columns count code points.
 */
bool source_error(const struct source *src, const char *at, struct failure *f,
	const char *fmt, ...) __attribute__((format(printf, 4, 5)));

#endif
