/*
 * canvas: shapes in few colours, for cards and frames.
 *
 *	struct canvas *c = canvas_new(1920, 1080, paper);
 *
 *	canvas_ink(c, paper, orange, false);
 *	cairo_rectangle(c->cr, 96, 96, 120, 16);
 *	cairo_fill(c->cr);
 *	canvas_ink(c, paper, black, true);
 *	...				see text.h
 *	if (!canvas_png(c, &out, &small, labels, count, &f))
 *		return false;
 *	canvas_free(c);
 *
 * A picture is drawn one ink after another.  An ink lies on one colour, and its
 * soft edges are a few shades between the two.  Of what cairo draws, only the
 * alpha is used, as the amount of ink.  So a picture has few colours, and its
 * PNG is small.
 */
#ifndef LIMN_CANVAS_H
#define LIMN_CANVAS_H

#include <cairo.h>
#include <stdbool.h>
#include <stddef.h>

#include "draw/png.h"

#define CANVAS_SIDE_MIN 16
#define CANVAS_COLOURS_MAX 256
#define CANVAS_SIDE_MAX 8192 /* pixels; a square of them is PNG_PIXELS_MAX */

/* The colours of all cards and frames. */
#define CANVAS_COLOUR(red, green, blue)                                        \
	((struct png_colour){ red, green, blue })
#define CANVAS_ORANGE CANVAS_COLOUR(0xf7, 0x93, 0x1a) /* Bitcoin's */
#define CANVAS_PAPER CANVAS_COLOUR(0xf7, 0xf5, 0xf1)
#define CANVAS_WHITE CANVAS_COLOUR(0xff, 0xff, 0xff)
#define CANVAS_GREY CANVAS_COLOUR(0x7d, 0x78, 0x71)
#define CANVAS_BLACK CANVAS_COLOUR(0x1a, 0x17, 0x14)

struct buf;
struct failure;

/* Read "1920x1080", the value of an option.  Anything else is EXIT_USAGE,
 * "--size: 19x is not a size; ...". */
bool canvas_size(const char *option, const char *s, unsigned *width,
	unsigned *height, struct failure *f);

/* The same for "#F7931A". */
bool canvas_colour(const char *option, const char *s, struct png_colour *colour,
	struct failure *f);

/* White or nearly black, whichever is easier to read on the background. */
struct png_colour canvas_contrast(struct png_colour background);

/* a with a share of b, from 0 to 1. */
struct png_colour canvas_mix(struct png_colour a, struct png_colour b,
	double share);

struct canvas {
	unsigned width, height; /* pixels */
	cairo_t *cr;            /* draw here */
	cairo_surface_t *layer; /* A8: the ink so far */
	unsigned char *pixels;  /* places in the palette: the former inks */
	struct png_colour palette[CANVAS_COLOURS_MAX];
	unsigned colours;
	unsigned char place[256]; /* in the palette, of each alpha */
	bool has_ink;             /* canvas_ink() was called */
	bool is_full;             /* there were more colours than places */
	bool darkens;             /* the ink is darker than what it lies on */
};

struct canvas *canvas_new(unsigned width, unsigned height,
	struct png_colour paper);
void canvas_free(struct canvas *c);

/* From here on draw with this ink. */
void canvas_ink(struct canvas *c, struct png_colour under,
	struct png_colour ink, bool soft);

/* Add a rectangle with round corners to cairo's path. */
void canvas_round(cairo_t *cr, double x, double y, double width, double height,
	double radius);

/* Add the picture to out, and its thumbnail to small (may be NULL).  What went
 * wrong while it was drawn shows here: cairo without memory is EXIT_TRY_LATER,
 * too many colours are EXIT_IO. */
bool canvas_png(struct canvas *c, struct buf *out, struct buf *small,
	const struct png_label *labels, size_t label_count, struct failure *f);

#endif
