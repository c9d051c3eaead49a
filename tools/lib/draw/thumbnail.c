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

/* The sum of pixels, each colour multiplied by its alpha. */
struct sum {
	uint64_t red, green, blue, alpha;
};

/* In a struct, as a longjmp would lose locals. */
struct thumbnail {
	struct libpng_source in;
	png_structp png; /* to write */
	png_infop details;
	struct png_info from, to;
	bool has_alpha, is_flat;
	unsigned char *rows; /* one, or all of an interlaced picture */
	unsigned char *small;
	struct sum *sums; /* of the pixels of a small row */
	unsigned y;       /* the small row that is next */
	unsigned first;   /* the row of the picture where that begins */
};

/* The first of the large pixels that small pixel i of n stands for. */
static unsigned
first_pixel(unsigned i, unsigned n, unsigned large)
{
	return (unsigned)((uint64_t)i * large / n);
}

/* Have libpng make four bytes of every pixel. */
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
	t->is_flat = type == PNG_COLOR_TYPE_PALETTE;
	png_set_scale_16(png);
	png_set_expand(png);
	png_set_gray_to_rgb(png);
	png_set_add_alpha(png, 255, PNG_FILLER_AFTER);
	png_set_interlace_handling(png);
	png_read_update_info(png, t->in.details);
	if (png_get_rowbytes(png, t->in.details) != (size_t)t->from.width * 4)
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
		t->is_flat ? Z_DEFAULT_STRATEGY : Z_RLE);
	png_set_filter(t->png, PNG_FILTER_TYPE_BASE,
		t->is_flat ? PNG_FILTER_NONE : PNG_FILTER_PAETH);
	png_set_IHDR(t->png, t->details, t->to.width, t->to.height, 8,
		t->has_alpha ? PNG_COLOR_TYPE_RGB_ALPHA : PNG_COLOR_TYPE_RGB,
		PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_BASE,
		PNG_FILTER_TYPE_BASE);
	add_software(t);
	png_write_info(t->png, t->details);
}

static void
add_row(struct thumbnail *t, const unsigned char *p)
{
	for (unsigned x = 0, i = 0; x < t->to.width; x++) {
		unsigned end = first_pixel(x + 1, t->to.width, t->from.width);
		struct sum *s = t->sums + x;

		for (; i < end; i++, p += 4) {
			s->red += (unsigned)p[0] * p[3];
			s->green += (unsigned)p[1] * p[3];
			s->blue += (unsigned)p[2] * p[3];
			s->alpha += p[3];
		}
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
		uint64_t columns =
			first_pixel(x + 1, t->to.width, t->from.width) -
			first_pixel(x, t->to.width, t->from.width);

		*p++ = mean(s->red, s->alpha);
		*p++ = mean(s->green, s->alpha);
		*p++ = mean(s->blue, s->alpha);
		if (t->has_alpha)
			*p++ = mean(s->alpha, rows * columns);
	}
	png_write_row(t->png, t->small);
	memset(t->sums, 0, t->to.width * sizeof *t->sums);
}

/* Add row y of the picture; write the small row if it is complete. */
static void
take_row(struct thumbnail *t, const unsigned char *row, unsigned y)
{
	add_row(t, row);
	if (y + 1 < first_pixel(t->y + 1, t->to.height, t->from.height))
		return;
	write_row(t, y + 1 - t->first);
	t->first = y + 1;
	t->y++;
}

/* One row at a time.  An interlaced picture is read as a whole: its rows are
 * complete only after the last pass. */
static void
copy_rows(struct thumbnail *t)
{
	bool is_interlaced = png_get_interlace_type(t->in.png, t->in.details) !=
		PNG_INTERLACE_NONE;
	size_t size = (size_t)t->from.width * 4;
	size_t step = is_interlaced ? size : 0;

	t->rows = xmalloc(is_interlaced ? size * t->from.height : size);
	t->small = xmalloc((size_t)t->to.width * 4);
	t->sums = xcalloc(t->to.width, sizeof *t->sums);
	for (int pass = 0; is_interlaced && pass < PNG_INTERLACE_ADAM7_PASSES;
		pass++)
		for (unsigned y = 0; y < t->from.height; y++)
			png_read_row(t->in.png, t->rows + y * step, NULL);
	for (unsigned y = 0; y < t->from.height; y++) {
		if (!is_interlaced)
			png_read_row(t->in.png, t->rows, NULL);
		take_row(t, t->rows + y * step, y);
	}
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

bool
thumbnail_make(struct buf *out, const char *name, const void *data, size_t len,
	unsigned width, struct failure *f)
{
	char why[PNG_WHY_MAX] = "";
	struct thumbnail t = { .in = { .data = data, .len = len, .why = why } };
	bool is_whole = false;

	if (png_size(data, len, &t.from, why)) {
		t.to = thumbnail_size(&t.from, width);
		is_whole = copy_picture(&t, out, f);
		libpng_close(&t.in);
		png_destroy_write_struct(&t.png, &t.details);
		free(t.rows);
		free(t.small);
		free(t.sums);
	}
	if (*why)
		failure_set(f, EXIT_BAD_INPUT, "%s: %s; a whole PNG is needed",
			name, why);
	return is_whole;
}
