/*
 * shrink: a picture made smaller, row by row.
 *
 * Each pixel of the small picture is the mean of the area that it covers of the
 * large one, of what parts of pixels lie in it, too.  Light is added up, not
 * the numbers that stand for it (which are those of sRGB), and as much of it as
 * a pixel's alpha lets through.  All arithmetic is in integers, so that the
 * bytes are the same on every machine.
 *
 *	s = shrink_new(SHRINK_RGB, NULL, &from, &to);
 *	for each row of the large picture
 *		if (shrink_row(s, row, false, small))
 *			... small has the next row of the small one ...
 *	shrink_free(s);
 */
#ifndef LIMN_SHRINK_H
#define LIMN_SHRINK_H

#include <stdbool.h>

#include "draw/png.h"

/* What the rows of the large picture hold. */
enum shrink_kind {
	SHRINK_INDEXED, /* a byte a pixel, its place among 256 colours */
	SHRINK_RGB,     /* three bytes */
	SHRINK_RGBA,    /* four; the colours are not multiplied by the alpha */
};

struct shrink_colour {
	unsigned char red, green, blue, alpha;
};

struct shrink;

/*
 * No side of to is larger than that of from, or 0; no side of from is larger
 * than PNG_SIDE_MAX.  colours are 256 for SHRINK_INDEXED; for other kinds they
 * are not looked at.
 */
struct shrink *shrink_new(enum shrink_kind kind,
	const struct shrink_colour *colours, const struct png_info *from,
	const struct png_info *to);

/*
 * The next row of the large picture; again says that it is the same as the one
 * before it, which saves most of the work.  Returns whether a row of the small
 * picture is complete, which is then in rgba, four bytes a pixel.
 */
bool shrink_row(struct shrink *s, const unsigned char *row, bool again,
	unsigned char *rgba);

void shrink_free(struct shrink *s);

#endif
