#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* libpng has a type of the name of our function, and a header of ours. */
#define png_text libpng_text
#include <libpng16/png.h>
#undef png_text

#include "buf.h"
#include "rgba.h"
#include "shrink.h"
#include "thumbnail.h"

#define IDAT_SIZE 65536

/* What is read, and all that is taken for it: a longjmp loses locals. */
struct source {
	const unsigned char *data;
	size_t len;
	size_t at;
	png_structp png;
	png_infop details;
	enum shrink_kind kind;
	struct png_info from, to; /* pixels */
	unsigned bytes;           /* of a pixel */
	unsigned char *rows;      /* two, or all of an interlaced picture */
	unsigned char *small;     /* the thumbnail's pixels */
	unsigned char *next;      /* of them, the row that is next */
	struct shrink *shrink;
	char *why;
};

static void
read_bytes(png_structp png, png_bytep to, size_t n)
{
	struct source *s = png_get_io_ptr(png);

	if (n > s->len - s->at)
		png_error(png, "it ends early");
	memcpy(to, s->data + s->at, n);
	s->at += n;
}

_Noreturn static void
on_error(png_structp png, png_const_charp message)
{
	struct source *s = png_get_error_ptr(png);

	snprintf(s->why, PNG_WHY_MAX, "%.64s, before byte %zu", message, s->at);
	png_longjmp(png, 1);
}

static void
on_warning(png_structp png, png_const_charp message)
{
	(void)png;
	(void)message;
}

static png_voidp
take_memory(png_structp png, png_alloc_size_t n)
{
	(void)png;
	return xmalloc(n);
}

static void
give_memory(png_structp png, png_voidp p)
{
	(void)png;
	free(p);
}

/* What a palette doesn't have is black, as libpng has it. */
static void
read_palette(const struct source *s, struct shrink_colour colours[256])
{
	png_colorp palette = NULL;
	png_bytep alpha = NULL;
	int count = 0, alpha_count = 0;

	png_get_PLTE(s->png, s->details, &palette, &count);
	png_get_tRNS(s->png, s->details, &alpha, &alpha_count, NULL);
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
	int depth = png_get_bit_depth(s->png, s->details);
	int most = depth < 8 ? (1 << depth) - 1 : 255;
	png_color_16p hole = NULL;

	png_get_tRNS(s->png, s->details, NULL, NULL, &hole);
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
	png_structp png = s->png;
	int type = png_get_color_type(png, s->details);
	int depth = png_get_bit_depth(png, s->details);
	bool hole = png_get_valid(png, s->details, PNG_INFO_tRNS);

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

	png_set_read_fn(s->png, s, read_bytes);
	png_set_crc_action(s->png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
	png_set_user_limits(s->png, PNG_SIDE_MAX, PNG_SIDE_MAX);
	png_set_chunk_malloc_max(s->png, 0);
	png_set_keep_unknown_chunks(s->png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
	png_set_compression_buffer_size(s->png, IDAT_SIZE);
	s->details = png_create_info_struct(s->png);
	png_read_info(s->png, s->details);
	choose_kind(s, colours);
	png_set_interlace_handling(s->png);
	png_read_update_info(s->png, s->details);
	if (png_get_rowbytes(s->png, s->details) !=
		(size_t)s->from.width * s->bytes)
		png_error(s->png, "it is of a kind that is not known");
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

		png_read_row(s->png, row, NULL);
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
			png_read_row(s->png, s->rows + y * size, NULL);
	for (size_t y = 0; y < s->from.height; y++)
		take_row(s, s->rows + y * size, false);
}

static bool
read_all(struct source *s)
{
	s->png = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, s, on_error,
		on_warning, NULL, take_memory, give_memory);
	if (!s->png) {
		snprintf(s->why, PNG_WHY_MAX,
			"libpng is not the one that limn was built for");
		return false;
	}
	if (setjmp(png_jmpbuf(s->png)))
		return false;
	begin(s);
	if (png_get_interlace_type(s->png, s->details) == PNG_INTERLACE_NONE)
		read_rows(s);
	else
		read_passes(s);
	png_read_end(s->png, NULL);
	return s->at == s->len;
}

struct png_info
thumbnail_size(const struct png_info *picture, unsigned width)
{
	struct png_info size = *picture;
	uint64_t height;

	if (picture->width <= width)
		return size;
	height = ((uint64_t)picture->height * width + picture->width / 2) /
		picture->width;
	size.width = width;
	size.height = height > 0 ? (unsigned)height : 1;
	return size;
}

bool
thumbnail_make(struct buf *out, const void *data, size_t len, unsigned width,
	char why[PNG_WHY_MAX])
{
	struct source s = { .data = data, .len = len, .why = why };
	bool whole;

	if (!png_size(data, len, &s.from, why))
		return false;
	s.to = thumbnail_size(&s.from, width);
	whole = read_all(&s);
	if (whole)
		rgba_encode(out, s.small, &s.to, PICTURE_THUMBNAIL);
	else /* which knows best what to call it */
		png_check(data, len, &s.from, why);
	png_destroy_read_struct(&s.png, &s.details, NULL);
	shrink_free(s.shrink);
	free(s.rows);
	free(s.small);
	return whole;
}
