/*
 * span: a part of a text, and its place in the file.
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
 * A span isn't a string: it has no NUL at its end, and it doesn't own the text
 * into which it points.  Space is every character for which isspace(3) is true,
 * so a newline is space.
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

/* A whole string. */
struct span span_of(const char *s);

size_t span_length(struct span s);
bool span_equals(struct span s, const char *word);

/* The span without the space at its ends; and whether it has only space. */
struct span span_trim(struct span s);
bool span_is_space(struct span s);

/*
 * Cut the first line from rest; line becomes the line without its newline.
 * Returns false if rest is empty.
 */
bool span_take_line(struct span *rest, struct span *line);

/* The number of code points. */
size_t span_codepoints(struct span s);

/* The number of bytes of the first code points. */
size_t span_cut(struct span s, size_t codepoints);

/* The precision for "%.*s", with s.begin: as much of s as a message may quote.
 */
int span_quoted(struct span s);

/* A copy as a string; the caller frees it. */
char *span_copy(struct span s);

/* A file, and its text after the BOM. */
struct source {
	const char *name;
	struct span text;
	char *bytes;
};

/*
 * Read path (see file.h) of at most max bytes.  A file that isn't UTF-8, or has
 * a NUL, is refused.
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
