/*
 * lines: how large a text can be in a box, and where its lines end.
 *
 * Widths are measured once, at a reference size, and scaled to all others.
 */
#ifndef LIMN_LINES_H
#define LIMN_LINES_H

#include <pango/pango.h>
#include <stdbool.h>
#include <stddef.h>

struct buf;

struct text_style {
	double size_max, size_min; /* pixels of an em */
	bool bold;
	double leading; /* from line to line, in ems */
	int lines_max;  /* 0: as many as fit */
};

/* What isn't broken: a word, or a cluster of a long word. */
struct piece {
	const char *begin, *end; /* without the space after it */
	double width, space;
	bool begins_word;
};

struct lines {
	struct piece *list;
	size_t count;
	double widest;
	double reference; /* pixels of an em, for all these widths */
};

/*
 * Take the pieces of a layout of one line in the reference size.  A word wider
 * than word_max is as many pieces as it has clusters.  They point into the
 * layout's text.  The caller calls lines_free().
 */
void lines_begin(struct lines *l, PangoLayout *layout, double reference,
	double word_max);
void lines_free(struct lines *l);

bool lines_fit(const struct lines *l, const struct text_style *style,
	double width, double height, double size);

/* The largest size that fits; size_min if none does. */
double lines_size(const struct lines *l, const struct text_style *style,
	double width, double height);

/*
 * Add the text to out, with a newline at the end of each line but the last: in
 * as few lines as possible at that size, of about the same length.
 */
void lines_break(const struct lines *l, double width, double size,
	struct buf *out);

#endif
