/*
 * text: text in any script, set into a box of a canvas.
 *
 *	static const struct text_style style = { 96, 32, true, 1.2, 0 };
 *	struct fonts fonts;
 *	struct text t;
 *
 *	if (!fonts_open(&fonts, &f))
 *		return false;
 *	text_fit(&t, &fonts, title, &style, width, height);
 *	... t.width, t.height ...
 *	canvas_ink(c, paper, black, true);
 *	text_draw(&t, c, x, y);
 *	fonts_close(&fonts, name);
 *
 * A code point that no font has is drawn as a box, and fonts_close() names it.
 */
#ifndef LIMN_TEXT_H
#define LIMN_TEXT_H

#include <pango/pango.h>
#include <stdbool.h>

#include "draw/lines.h"

#define TEXT_MAX 4000 /* bytes of a text that are shown */

struct buf;
struct canvas;
struct failure;

/* The fonts of this machine, for all texts of a picture. */
struct fonts {
	PangoContext *ltr, *rtl; /* for texts of that direction */
	unsigned char *missing; /* a bit for each code point that no font has */
	bool is_missing;        /* any */
};

/* A machine without a font is EXIT_BAD_CONFIG. */
bool fonts_open(struct fonts *fonts, struct failure *f);

/* Warn of the code points that no font has; name is the input's.  Free. */
void fonts_close(struct fonts *fonts, const char *name);

struct text {
	PangoLayout *layout;  /* in a size of its own */
	double box_width;     /* as text_fit() got it */
	double width, height; /* of the ink, and of the lines */
	double left;          /* from the box to the ink, in pixels */
	double size;          /* pixels of an em */
	int lines;
	bool rtl; /* it runs from right to left, and is drawn at the right */
};

/*
 * Add s to out as one line: each run of space and control characters becomes
 * one space, and text beyond TEXT_MAX is cut off.
 */
void text_clean(struct buf *out, const char *s);

/* The same with no more than so many code points, cut between words. */
void text_beginning(struct buf *out, const char *s, int codepoints);

/*
 * Clean a text and set it as large as fits, in lines of about the same length.
 * A word that is too long for a line of half the largest size is broken.  Text
 * that doesn't fit in the smallest size is cut, and ends in an ellipsis.
 */
void text_fit(struct text *t, struct fonts *fonts, const char *s,
	const struct text_style *style, double width, double height);

/*
 * Draw it in the canvas's ink and free it.  x, y is the top left corner of its
 * box.  A text from right to left is drawn at the right of the box.
 */
void text_draw(struct text *t, struct canvas *c, double x, double y);

#endif
