#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "buf.h"
#include "draw/libpng.h"
#include "draw/png.h"
#include "draw/rgba.h"

#define COLOURS_MAX 256 /* of a palette */
#define GREYS_MAX 16    /* of a palette; more are smaller as grey */
#define SLOTS 1024      /* to find a colour in */

/* What there is to know before the first byte is written. */
struct census {
	bool opaque, grey;
	bool flat;        /* most pixels are those to their left */
	unsigned colours; /* COLOURS_MAX + 1: more than that */
	uint32_t palette[COLOURS_MAX];
	uint16_t slots[SLOTS]; /* a place in the palette, and 1; or 0 */
};

/* red, green, blue, alpha, from the lowest byte */
static uint32_t
pixel_at(const unsigned char *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
		(uint32_t)p[3] << 24;
}

/* Its place in the palette, to which it is added if it is new. */
static unsigned
find_colour(struct census *c, uint32_t colour)
{
	uint32_t at = colour * 0x9e3779b1U >> 22;

	while (c->slots[at] && c->palette[c->slots[at] - 1] != colour)
		at = (at + 1) % SLOTS;
	if (c->slots[at])
		return c->slots[at] - 1U;
	if (c->colours < COLOURS_MAX) {
		c->palette[c->colours] = colour;
		c->slots[at] = (uint16_t)(c->colours + 1);
	}
	return c->colours++;
}

static void
take_census(struct census *c, const unsigned char *pixels, size_t count)
{
	unsigned alpha = 255, tint = 0;
	size_t changes = 0;
	uint32_t last;

	memset(c, 0, sizeof *c);
	for (size_t i = 0; i < count; i++) {
		const unsigned char *p = pixels + 4 * i;

		alpha &= p[3];
		tint |= (unsigned)(p[0] ^ p[1]) | (unsigned)(p[1] ^ p[2]);
	}
	c->opaque = alpha == 255;
	c->grey = tint == 0;
	last = ~pixel_at(pixels);
	for (size_t i = 0; i < count; i++) {
		uint32_t colour = pixel_at(pixels + 4 * i);

		if (colour == last)
			continue;
		changes++;
		last = colour;
		if (c->colours <= COLOURS_MAX)
			find_colour(c, colour);
	}
	c->flat = changes < count / 2;
}

static void
write_palette(struct buf *out, struct census *c, const unsigned char *pixels,
	const struct png_info *info, const char *software)
{
	size_t count = (size_t)info->width * info->height;
	unsigned char *places = xmalloc(count);
	struct png_colour palette[COLOURS_MAX];
	struct png_picture picture = { info->width, info->height, places,
		info->width, palette, c->colours };
	struct png_label label = { "Software", software, false };

	for (unsigned i = 0; i < c->colours; i++)
		palette[i] = (struct png_colour){
			(unsigned char)c->palette[i],
			(unsigned char)(c->palette[i] >> 8),
			(unsigned char)(c->palette[i] >> 16),
		};
	for (size_t i = 0; i < count; i++)
		places[i] =
			(unsigned char)find_colour(c, pixel_at(pixels + 4 * i));
	png_encode(out, &picture, &label, 1);
	free(places);
}

static void
add_software(png_structp png, png_infop details, const char *software)
{
	char key[] = "Software";
	char *text = xstrdup(software);
	libpng_text t = {
		.compression = PNG_TEXT_COMPRESSION_NONE,
		.key = key,
		.text = text,
		.text_length = strlen(text),
	};

	png_set_text(png, details, &t, 1);
	free(text);
}

/* The first channels of each pixel. */
static void
pack(unsigned char *to, const unsigned char *from, size_t count,
	unsigned channels)
{
	for (size_t i = 0; i < count; i++, from += 4)
		for (unsigned k = 0; k < channels; k++)
			*to++ = from[k];
}

/*
 * What was measured: shapes are found again by their pixels; of a photograph
 * nothing is found again, and to look for it takes four times as long, and
 * makes it larger.
 */
static void
choose_effort(png_structp png, const struct census *c)
{
	png_set_compression_strategy(png, c->flat ? Z_DEFAULT_STRATEGY : Z_RLE);
	png_set_filter(png, PNG_FILTER_TYPE_BASE,
		c->flat ? PNG_FILTER_NONE : PNG_FILTER_PAETH);
}

static void
write_channels(struct buf *out, const struct census *c,
	const unsigned char *pixels, const struct png_info *info,
	const char *software)
{
	unsigned channels = !c->opaque ? 4 : c->grey ? 1 : 3;
	png_infop details;
	png_structp png = libpng_writer(out, &details);
	unsigned char *row;

	row = xmalloc((size_t)info->width * channels);
	choose_effort(png, c);
	png_set_IHDR(png, details, info->width, info->height, 8,
		channels == 4     ? PNG_COLOR_TYPE_RGB_ALPHA
			: c->grey ? PNG_COLOR_TYPE_GRAY
				  : PNG_COLOR_TYPE_RGB,
		PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_BASE,
		PNG_FILTER_TYPE_BASE);
	add_software(png, details, software);
	png_write_info(png, details);
	for (size_t y = 0; y < info->height; y++) {
		pack(row, pixels + 4 * y * info->width, info->width, channels);
		png_write_row(png, row);
	}
	png_write_end(png, NULL);
	free(row);
	png_destroy_write_struct(&png, &details);
}

void
rgba_encode(struct buf *out, const unsigned char *pixels,
	const struct png_info *info, const char *software)
{
	struct census c;

	take_census(&c, pixels, (size_t)info->width * info->height);
	if (c.opaque && c.colours <= (c.grey ? GREYS_MAX : COLOURS_MAX))
		write_palette(out, &c, pixels, info, software);
	else
		write_channels(out, &c, pixels, info, software);
}
