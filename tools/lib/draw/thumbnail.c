#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "buf.h"
#include "draw/libpng.h"
#include "draw/thumbnail.h"
#include "err.h"
#include "failure.h"

#define INPUT_SIZE 65536 /* bytes that zlib gets at a time */
#define PLACES 256       /* in a palette */

/*
 * The sums of pixels, each colour multiplied by its alpha if the picture has
 * alpha.  Of a row, a thumbnail's pixel stands for PNG_SIDE_MAX /
 * THUMBNAIL_WIDTH_MIN pixels at most, so 255 * 255 of each fit into 32 bits.
 */
struct row_sum {
	uint32_t red, green, blue, alpha;
};
struct sum {
	uint64_t red, green, blue, alpha;
};

/* In a struct, as a longjmp would lose locals. */
struct thumbnail {
	struct libpng_source in;
	png_structp png; /* to write */
	png_infop details;
	struct png_info from, to;
	bool has_alpha, has_places; /* places in a palette */
	struct row_sum palette[PLACES];
	unsigned char *rows; /* two, or all of an interlaced picture */
	unsigned char *small;
	unsigned *ends;           /* where each small pixel ends in a row */
	struct row_sum *row_sums; /* of the last row, for each small pixel */
	struct sum *sums;         /* of the pixels of a small row */
	unsigned y;               /* the small row that is next */
	unsigned first;           /* the row of the picture where that begins */
};

/* The first of the large pixels that small pixel i of n stands for. */
static unsigned
first_pixel(unsigned i, unsigned n, unsigned large)
{
	return (unsigned)((uint64_t)i * large / n);
}

static size_t
row_size(const struct thumbnail *t)
{
	return (size_t)t->from.width *
		(t->has_places                 ? 1
				: t->has_alpha ? 4
					       : 3);
}

static void
read_palette(struct thumbnail *t)
{
	png_colorp colours;
	int count = 0;

	png_get_PLTE(t->in.png, t->in.details, &colours, &count);
	for (int i = 0; i < count && i < PLACES; i++)
		t->palette[i] = (struct row_sum){ colours[i].red,
			colours[i].green, colours[i].blue, 0 };
}

/* Have libpng make a byte of each pixel of a palette; else three, or four. */
static void
read_head(struct thumbnail *t)
{
	png_structp png = t->in.png;
	int type;

	png_set_compression_buffer_size(png, INPUT_SIZE);
	libpng_read_head(&t->in);
	type = png_get_color_type(png, t->in.details);
	t->has_alpha = (type & PNG_COLOR_MASK_ALPHA) ||
		png_get_valid(png, t->in.details, PNG_INFO_tRNS);
	t->has_places = type == PNG_COLOR_TYPE_PALETTE && !t->has_alpha;
	if (t->has_places) {
		read_palette(t);
		png_set_packing(png);
	} else {
		png_set_scale_16(png);
		png_set_expand(png);
		png_set_gray_to_rgb(png);
	}
	png_set_interlace_handling(png);
	png_read_update_info(png, t->in.details);
	if (png_get_rowbytes(png, t->in.details) != row_size(t))
		png_error(png, "it is of a kind that is not known");
}

static void
add_software(struct thumbnail *t)
{
	char key[] = "Software", software[] = PICTURE_THUMBNAIL;
	libpng_text text = { .compression = PNG_TEXT_COMPRESSION_NONE };

	text.key = key;
	text.text = software;
	text.text_length = strlen(software);
	png_set_text(t->png, t->details, &text, 1);
}

/*
 * Measured: the shapes of a drawing repeat, and deflate finds them.  In a
 * photograph nothing repeats, and the search takes four times as long.
 */
static void
write_head(struct thumbnail *t)
{
	png_set_compression_strategy(t->png,
		t->has_places ? Z_DEFAULT_STRATEGY : Z_RLE);
	png_set_filter(t->png, PNG_FILTER_TYPE_BASE,
		t->has_places ? PNG_FILTER_NONE : PNG_FILTER_PAETH);
	png_set_IHDR(t->png, t->details, t->to.width, t->to.height, 8,
		t->has_alpha ? PNG_COLOR_TYPE_RGB_ALPHA : PNG_COLOR_TYPE_RGB,
		PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_BASE,
		PNG_FILTER_TYPE_BASE);
	add_software(t);
	png_write_info(t->png, t->details);
}

/* Sum the pixels of a row for each pixel of the small row. */
static void
sum_row(struct thumbnail *t, const unsigned char *p)
{
	for (unsigned x = 0, i = 0; x < t->to.width; x++) {
		unsigned red = 0, green = 0, blue = 0, alpha = 0;

		for (; i < t->ends[x] && !t->has_alpha; i++, p += 3) {
			red += p[0];
			green += p[1];
			blue += p[2];
		}
		for (; i < t->ends[x]; i++, p += 4) {
			red += (unsigned)p[0] * p[3];
			green += (unsigned)p[1] * p[3];
			blue += (unsigned)p[2] * p[3];
			alpha += p[3];
		}
		t->row_sums[x] = (struct row_sum){ red, green, blue, alpha };
	}
}

/* Sum the pixels of a row, which are places in the palette. */
static void
sum_places(struct thumbnail *t, const unsigned char *p)
{
	for (unsigned x = 0, i = 0; x < t->to.width; x++) {
		struct row_sum sum = { 0 };

		for (; i < t->ends[x]; i++) {
			sum.red += t->palette[p[i]].red;
			sum.green += t->palette[p[i]].green;
			sum.blue += t->palette[p[i]].blue;
		}
		t->row_sums[x] = sum;
	}
}

static unsigned char
mean(uint64_t sum, uint64_t count)
{
	if (count == 0)
		return 0;
	return (unsigned char)((sum + count / 2) / count);
}

static void
write_row(struct thumbnail *t, unsigned rows)
{
	unsigned char *p = t->small;

	for (unsigned x = 0; x < t->to.width; x++) {
		const struct sum *s = t->sums + x;
		uint64_t pixels =
			rows * (t->ends[x] - (x > 0 ? t->ends[x - 1] : 0));
		uint64_t weight = t->has_alpha ? s->alpha : pixels;

		*p++ = mean(s->red, weight);
		*p++ = mean(s->green, weight);
		*p++ = mean(s->blue, weight);
		if (t->has_alpha)
			*p++ = mean(s->alpha, pixels);
	}
	png_write_row(t->png, t->small);
	memset(t->sums, 0, t->to.width * sizeof *t->sums);
}

/* Add row y of the picture, which may be the same as the row above; write the
 * small row if it is complete. */
static void
add_row(struct thumbnail *t, const unsigned char *row,
	const unsigned char *above, unsigned y)
{
	if (above && memcmp(row, above, row_size(t)) == 0)
		; /* as in most of a drawing */
	else if (t->has_places)
		sum_places(t, row);
	else
		sum_row(t, row);
	for (unsigned x = 0; x < t->to.width; x++) {
		t->sums[x].red += t->row_sums[x].red;
		t->sums[x].green += t->row_sums[x].green;
		t->sums[x].blue += t->row_sums[x].blue;
		t->sums[x].alpha += t->row_sums[x].alpha;
	}
	if (y + 1 < first_pixel(t->y + 1, t->to.height, t->from.height))
		return;
	write_row(t, y + 1 - t->first);
	t->first = y + 1;
	t->y++;
}

static void
allocate(struct thumbnail *t, size_t rows)
{
	t->rows = xmalloc(rows * row_size(t));
	t->small = xmalloc((size_t)t->to.width * 4);
	t->ends = xcalloc(t->to.width, sizeof *t->ends);
	t->row_sums = xcalloc(t->to.width, sizeof *t->row_sums);
	t->sums = xcalloc(t->to.width, sizeof *t->sums);
	for (unsigned x = 0; x < t->to.width; x++)
		t->ends[x] = first_pixel(x + 1, t->to.width, t->from.width);
}

/* One row at a time, and the row above.  An interlaced picture is read as a
 * whole: its rows are complete only after the last pass. */
static void
copy_rows(struct thumbnail *t)
{
	bool is_interlaced = png_get_interlace_type(t->in.png, t->in.details) !=
		PNG_INTERLACE_NONE;
	unsigned in_memory = is_interlaced ? t->from.height : 2;
	size_t size = row_size(t);

	allocate(t, in_memory);
	for (int pass = 0; is_interlaced && pass < PNG_INTERLACE_ADAM7_PASSES;
		pass++)
		for (unsigned y = 0; y < t->from.height; y++)
			png_read_row(t->in.png, t->rows + y * size, NULL);
	for (unsigned y = 0; y < t->from.height; y++) {
		unsigned char *row = t->rows + y % in_memory * size;

		if (!is_interlaced)
			png_read_row(t->in.png, row, NULL);
		add_row(t, row,
			y > 0 ? t->rows + (y - 1) % in_memory * size : NULL, y);
	}
}

static void
free_memory(struct thumbnail *t)
{
	free(t->rows);
	free(t->small);
	free(t->ends);
	free(t->row_sums);
	free(t->sums);
}

static bool
copy_picture(struct thumbnail *t, struct buf *out, struct failure *f)
{
	if (!libpng_open(&t->in))
		return false;
	t->png = libpng_writer(out, &t->details, f);
	if (!t->png)
		return false;
	if (setjmp(png_jmpbuf(t->in.png)))
		return false;
	if (setjmp(png_jmpbuf(t->png)))
		return false;
	read_head(t);
	write_head(t);
	copy_rows(t);
	png_read_end(t->in.png, NULL);
	png_write_end(t->png, NULL);
	return libpng_at_end(&t->in);
}

static bool
copy_drawing(struct thumbnail *t, const struct png_picture *picture,
	struct buf *out, struct failure *f)
{
	t->png = libpng_writer(out, &t->details, f);
	if (!t->png)
		return false;
	if (setjmp(png_jmpbuf(t->png)))
		return false;
	write_head(t);
	allocate(t, 0);
	for (unsigned i = 0; i < picture->colours; i++)
		t->palette[i] = (struct row_sum){ picture->palette[i].red,
			picture->palette[i].green, picture->palette[i].blue,
			0 };
	for (unsigned y = 0; y < picture->height; y++) {
		const unsigned char *row =
			picture->pixels + y * picture->stride;

		add_row(t, row, y > 0 ? row - picture->stride : NULL, y);
	}
	png_write_end(t->png, NULL);
	return true;
}

bool
thumbnail_draw(struct buf *out, const struct png_picture *picture,
	unsigned width, struct failure *f)
{
	struct thumbnail t = { .from = { picture->width, picture->height },
		.has_places = true };
	bool is_drawn;

	t.to = thumbnail_size(&t.from, width);
	is_drawn = copy_drawing(&t, picture, out, f);
	png_destroy_write_struct(&t.png, &t.details);
	free_memory(&t);
	return is_drawn;
}

bool
thumbnail_make(struct buf *out, const void *data, size_t len, unsigned width,
	struct png_info *info, char why[PNG_WHY_MAX], struct failure *f)
{
	struct thumbnail t = { .in = { .data = data, .len = len, .why = why } };
	bool is_whole = false;

	*why = '\0';
	if (!out)
		return png_check(data, len, info, why);
	if (png_size(data, len, &t.from, why)) {
		t.to = thumbnail_size(&t.from, width);
		is_whole = copy_picture(&t, out, f);
		libpng_close(&t.in);
		png_destroy_write_struct(&t.png, &t.details);
		free_memory(&t);
	}
	*info = t.from;
	return is_whole;
}
