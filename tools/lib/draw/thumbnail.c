#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "draw/libpng.h"
#include "draw/rgba.h"
#include "draw/shrink.h"
#include "draw/thumbnail.h"

#define INPUT_SIZE 65536 /* bytes that zlib gets at a time */

/* What is read, and all that is taken for it: a longjmp loses locals. */
struct source {
	struct libpng_source in;
	enum shrink_kind kind;
	struct png_info from, to; /* pixels */
	unsigned bytes;           /* of a pixel */
	unsigned char *rows;      /* two, or all of an interlaced picture */
	unsigned char *small;     /* the thumbnail's pixels */
	unsigned char *next;      /* of them, the row that is next */
	struct shrink *shrink;
};

/* What a palette doesn't have is black, as libpng has it. */
static void
read_palette(const struct source *s, struct shrink_colour colours[256])
{
	png_colorp palette = NULL;
	png_bytep alpha = NULL;
	int count = 0, alpha_count = 0;

	png_get_PLTE(s->in.png, s->in.details, &palette, &count);
	png_get_tRNS(s->in.png, s->in.details, &alpha, &alpha_count, NULL);
	for (int i = 0; i < 256; i++) {
		png_color colour = { 0, 0, 0 };

		if (i < count)
			colour = palette[i];
		colours[i] = (struct shrink_colour){ colour.red, colour.green,
			colour.blue, i < alpha_count ? alpha[i] : 255 };
	}
}

/* Of 1 to 8 bits, or 16 of which the lower are gone. */
static void
make_greys(const struct source *s, struct shrink_colour colours[256])
{
	int depth = png_get_bit_depth(s->in.png, s->in.details);
	int most = depth < 8 ? (1 << depth) - 1 : 255;
	png_color_16p hole = NULL;

	png_get_tRNS(s->in.png, s->in.details, NULL, NULL, &hole);
	for (int i = 0; i < 256; i++) {
		bool clear = depth <= 8 && hole && hole->gray == i;
		unsigned char v =
			(unsigned char)((i < most ? i : most) * 255 / most);

		colours[i] = (struct shrink_colour){ v, v, v, clear ? 0 : 255 };
	}
}

/* Have libpng make bytes that shrink.h knows of what there is. */
static void
choose_kind(struct source *s, struct shrink_colour colours[256])
{
	png_structp png = s->in.png;
	int type = png_get_color_type(png, s->in.details);
	int depth = png_get_bit_depth(png, s->in.details);
	bool hole = png_get_valid(png, s->in.details, PNG_INFO_tRNS);

	if (depth == 16)
		png_set_scale_16(png);
	if (type == PNG_COLOR_TYPE_PALETTE ||
		(type == PNG_COLOR_TYPE_GRAY && !(depth == 16 && hole))) {
		s->kind = SHRINK_INDEXED;
		s->bytes = 1;
		png_set_packing(png);
		if (type == PNG_COLOR_TYPE_PALETTE)
			read_palette(s, colours);
		else
			make_greys(s, colours);
		return;
	}
	s->kind = SHRINK_RGB;
	s->bytes = 3;
	if (hole)
		png_set_tRNS_to_alpha(png);
	if (hole || (type & PNG_COLOR_MASK_ALPHA)) {
		s->kind = SHRINK_RGBA;
		s->bytes = 4;
	}
	if (!(type & PNG_COLOR_MASK_COLOR))
		png_set_gray_to_rgb(png);
}

static void
begin(struct source *s)
{
	struct shrink_colour colours[256];

	png_set_compression_buffer_size(s->in.png, INPUT_SIZE);
	png_read_info(s->in.png, s->in.details);
	choose_kind(s, colours);
	png_set_interlace_handling(s->in.png);
	png_read_update_info(s->in.png, s->in.details);
	if (png_get_rowbytes(s->in.png, s->in.details) !=
		(size_t)s->from.width * s->bytes)
		png_error(s->in.png, "it is of a kind that is not known");
	s->shrink = shrink_new(s->kind, colours, &s->from, &s->to);
	s->small = s->next = xmalloc((size_t)4 * s->to.width * s->to.height);
}

static void
take_row(struct source *s, const unsigned char *row, bool again)
{
	if (shrink_row(s->shrink, row, again, s->next))
		s->next += (size_t)4 * s->to.width;
}

/* One row, and the one before it, as many are the same. */
static void
read_rows(struct source *s)
{
	size_t size = (size_t)s->from.width * s->bytes;

	s->rows = xmalloc(2 * size);
	for (size_t y = 0; y < s->from.height; y++) {
		unsigned char *row = s->rows + (y % 2) * size;

		png_read_row(s->in.png, row, NULL);
		take_row(s, row,
			y > 0 && memcmp(s->rows, s->rows + size, size) == 0);
	}
}

/* Interlaced: its last row is whole only after the last pass. */
static void
read_passes(struct source *s)
{
	size_t size = (size_t)s->from.width * s->bytes;

	s->rows = xmalloc(size * s->from.height);
	for (int pass = 0; pass < PNG_INTERLACE_ADAM7_PASSES; pass++)
		for (size_t y = 0; y < s->from.height; y++)
			png_read_row(s->in.png, s->rows + y * size, NULL);
	for (size_t y = 0; y < s->from.height; y++)
		take_row(s, s->rows + y * size, false);
}

static bool
read_all(struct source *s)
{
	if (!libpng_open(&s->in))
		return false;
	if (setjmp(png_jmpbuf(s->in.png)))
		return false;
	begin(s);
	if (png_get_interlace_type(s->in.png, s->in.details) ==
		PNG_INTERLACE_NONE)
		read_rows(s);
	else
		read_passes(s);
	png_read_end(s->in.png, NULL);
	return s->in.at == s->in.len;
}

bool
thumbnail_make(struct buf *out, const void *data, size_t len, unsigned width,
	char why[PNG_WHY_MAX])
{
	struct source s = { .in = { .data = data, .len = len, .why = why } };
	bool whole;

	if (!png_size(data, len, &s.from, why))
		return false;
	s.to = thumbnail_size(&s.from, width);
	whole = read_all(&s);
	if (whole)
		rgba_encode(out, s.small, &s.to, PICTURE_THUMBNAIL);
	else /* which knows best what to call it */
		png_check(data, len, &s.from, why);
	libpng_close(&s.in);
	shrink_free(s.shrink);
	free(s.rows);
	free(s.small);
	return whole;
}
