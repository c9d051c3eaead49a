/*
 * text: any text, in any script, set into a box of a canvas.
 *
 *	static const struct text_style style = { 96, 32, true, 1.2, 0 };
 *	struct text t;
 *
 *	text_fit(&t, title, &style, width, height);
 *	... t.width, t.height ...
 *	canvas_ink(c, paper, black, true);
 *	text_draw(&t, c, x, y);
 *	text_end(name);
 *
 * Letters that no font has become boxes, and text_end() says which they were.
 * Where there is no font at all, text_fit() dies with EXIT_BAD_CONFIG.
 */
#ifndef LIMN_TEXT_H
#define LIMN_TEXT_H

#include <pango/pango.h>
#include <stdbool.h>

#include "draw/lines.h"

#define TEXT_MAX 4000 /* bytes of a text that are shown */

struct buf;
struct canvas;

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
void text_fit(struct text *t, const char *s, const struct text_style *style,
	double width, double height);

/*
 * Draw it in the canvas's ink, with the top left corner of its box there, at
 * the side of the box that rtl says, and free it.
 */
void text_draw(struct text *t, struct canvas *c, double x, double y);

/* Warn of the letters that no font had, as of something in that input; free. */
void text_end(const char *name);

#endif
