#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "draw/canvas.h"
#include "draw/thumbnail.h"
#include "err.h"
#include "failure.h"

#define SMALL 1280 /* pixels; narrower pictures have softer edges */
#define SHADES 3   /* one ink and the paper are 2 bits a pixel, five inks 4 */
#define SHADES_SMALL 15
#define SPAN 128 /* pixels that are looked at together */
#define PI 3.14159265358979323846

bool
canvas_size(const char *option, const char *s, unsigned *width,
	unsigned *height, struct failure *f)
{
	const char digits[] = "0123456789";
	size_t w = strspn(s, digits);
	size_t h = s[w] == 'x' ? strspn(s + w + 1, digits) : 0;

	if (w >= 1 && w <= 4 && h >= 1 && h <= 4 && !s[w + 1 + h]) {
		*width = (unsigned)strtoul(s, NULL, 10);
		*height = (unsigned)strtoul(s + w + 1, NULL, 10);
		if (*width >= CANVAS_SIDE_MIN && *width <= CANVAS_SIDE_MAX &&
			*height >= CANVAS_SIDE_MIN &&
			*height <= CANVAS_SIDE_MAX)
			return true;
	}
	return failure_set(f, EXIT_USAGE,
		"%s: %s is not a size; give WIDTHxHEIGHT, each from %d to %d, "
		"as in 1920x1080",
		option, s, CANVAS_SIDE_MIN, CANVAS_SIDE_MAX);
}

bool
canvas_colour(const char *option, const char *s, struct png_colour *colour,
	struct failure *f)
{
	const char *hex = s + (*s == '#');
	unsigned long n;

	if (strlen(hex) != 6 || hex[strspn(hex, "0123456789abcdefABCDEF")])
		return failure_set(f, EXIT_USAGE,
			"%s: %s is not a colour; give #RRGGBB, as in #F7931A",
			option, s);
	n = strtoul(hex, NULL, 16);
	*colour = (struct png_colour){ (unsigned char)(n >> 16),
		(unsigned char)(n >> 8), (unsigned char)n };
	return true;
}

/* Relative luminance, 0 to 1, as in WCAG but with a simpler gamma. */
static double
luminance(struct png_colour c)
{
	double red = c.red / 255.0, green = c.green / 255.0,
	       blue = c.blue / 255.0;

	return 0.2126 * red * red + 0.7152 * green * green +
		0.0722 * blue * blue;
}

struct png_colour
canvas_contrast(struct png_colour background)
{
	double l = luminance(background) + 0.05;

	return 1.05 / l > l / (luminance(CANVAS_BLACK) + 0.05) ? CANVAS_WHITE
							       : CANVAS_BLACK;
}

struct canvas *
canvas_new(unsigned width, unsigned height, struct png_colour paper)
{
	struct canvas *c = xcalloc(1, sizeof *c);

	c->width = width;
	c->height = height;
	c->palette[0] = paper;
	c->colours = 1;
	c->pixels = xcalloc(width, height);
	c->layer = cairo_image_surface_create(CAIRO_FORMAT_A8, (int)width,
		(int)height);
	c->cr = cairo_create(c->layer);
	return c;
}

void
canvas_free(struct canvas *c)
{
	cairo_destroy(c->cr);
	cairo_surface_destroy(c->layer);
	free(c->pixels);
	free(c);
}

/* The place of a colour in the palette; a new colour is added. */
static unsigned char
find_colour(struct canvas *c, struct png_colour colour)
{
	unsigned i = 0;

	while (i < c->colours && memcmp(&c->palette[i], &colour, 3) != 0)
		i++;
	if (i == CANVAS_COLOURS_MAX) {
		c->is_full = true;
		return 0;
	}
	if (i == c->colours)
		c->palette[c->colours++] = colour;
	return (unsigned char)i;
}

static void
flatten_span(const struct canvas *c, unsigned char *to, unsigned char *ink,
	size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (ink[i])
			to[i] = c->place[ink[i]];
	memset(ink, 0, n);
}

/* Put the ink of this layer on the former inks, and clear the layer. */
static void
flatten_layer(struct canvas *c)
{
	static const unsigned char no_ink[SPAN];
	unsigned char *row, *to = c->pixels;
	size_t stride = (size_t)cairo_image_surface_get_stride(c->layer);

	cairo_surface_flush(c->layer);
	row = cairo_image_surface_get_data(c->layer);
	/* canvas_png() reports it: an error of cairo stays */
	if (cairo_status(c->cr) != CAIRO_STATUS_SUCCESS || !row)
		return;
	for (unsigned y = 0; y < c->height; y++, to += c->width, row += stride)
		for (unsigned x = 0; x < c->width; x += SPAN) {
			size_t n = c->width - x < SPAN ? c->width - x : SPAN;

			/* most of a picture is paper */
			if (memcmp(row + x, no_ink, n) != 0)
				flatten_span(c, to + x, row + x, n);
		}
	cairo_surface_mark_dirty(c->layer);
}

struct png_colour
canvas_mix(struct png_colour a, struct png_colour b, double share)
{
	return (struct png_colour){
		(unsigned char)(a.red + (b.red - a.red) * share + 0.5),
		(unsigned char)(a.green + (b.green - a.green) * share + 0.5),
		(unsigned char)(a.blue + (b.blue - a.blue) * share + 0.5),
	};
}

void
canvas_ink(struct canvas *c, struct png_colour under, struct png_colour ink,
	bool soft)
{
	unsigned shades = !soft ? 1 : c->width < SMALL ? SHADES_SMALL : SHADES;

	if (c->has_ink)
		flatten_layer(c);
	c->has_ink = true;
	cairo_set_source_rgba(c->cr, 0, 0, 0, 1);
	c->darkens = luminance(ink) < luminance(under);
	for (unsigned share = 0; share < 256; share++) {
		unsigned shade = (share * shades + 127) / 255;

		c->place[share] = find_colour(c,
			canvas_mix(under, ink, shade / (double)shades));
	}
}

void
canvas_round(cairo_t *cr, double x, double y, double width, double height,
	double radius)
{
	double right = x + width - radius, bottom = y + height - radius;

	cairo_new_sub_path(cr);
	cairo_arc(cr, right, y + radius, radius, -PI / 2, 0);
	cairo_arc(cr, right, bottom, radius, 0, PI / 2);
	cairo_arc(cr, x + radius, bottom, radius, PI / 2, PI);
	cairo_arc(cr, x + radius, y + radius, radius, PI, PI * 1.5);
	cairo_close_path(cr);
}

bool
canvas_png(struct canvas *c, struct buf *out, struct buf *small,
	const struct png_label *labels, size_t label_count, struct failure *f)
{
	struct png_picture picture = { c->width, c->height, c->pixels, c->width,
		c->palette, 0 };
	cairo_status_t status;

	if (c->has_ink)
		flatten_layer(c);
	status = cairo_status(c->cr);
	if (status != CAIRO_STATUS_SUCCESS)
		return failure_set(f, EXIT_TRY_LATER, "cairo: %s",
			cairo_status_to_string(status));
	if (c->is_full)
		return failure_set(f, EXIT_IO, "more than %u colours",
			c->colours);
	picture.colours = c->colours;
	return png_encode(out, &picture, labels, label_count, f) &&
		(!small || thumbnail_draw(small, &picture, THUMBNAIL_WIDTH, f));
}
