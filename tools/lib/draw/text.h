/*
 * text: any text, in any script, set into a box of a canvas.
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
 * Letters that no font has become boxes, and fonts_close() says which they
 * were.
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
	PangoContext *context;
	unsigned char *missing; /* a bit for each letter that no font has */
	bool is_missing;        /* any */
};

/* A machine without a font is EXIT_BAD_CONFIG. */
bool fonts_open(struct fonts *fonts, struct failure *f);

/* Warn of the letters that no font had, as of something in that input; free. */
void fonts_close(struct fonts *fonts, const char *name);

struct text {
	PangoLayout *layout;
	double room;          /* the width that there was */
	double width, height; /* what it takes, of ink and of lines */
	double left;          /* where its ink begins in the layout */
	double size;          /* pixels of an em */
	int lines;
	bool rtl; /* it begins at the right, and is drawn at that side */
};

/*
 * Add s to out as one line: every run of blanks and control characters is one
 * blank, and what is beyond TEXT_MAX is cut off.
 */
void text_clean(struct buf *out, const char *s);

/* The same with no more than so many letters, cut between words. */
void text_beginning(struct buf *out, const char *s, int letters);

/*
 * Clean a text and set it as large as fits, in lines of about the same length.
 * A word that is too long for a line of a decent size is broken; what doesn't
 * fit in the smallest size either ends in an ellipsis.
 */
void text_fit(struct text *t, struct fonts *fonts, const char *s,
	const struct text_style *style, double width, double height);

/*
 * Draw it in the canvas's ink, with the top left corner of its box there, at
 * the side of the box that rtl says, and free it.
 */
void text_draw(struct text *t, struct canvas *c, double x, double y);

#endif
