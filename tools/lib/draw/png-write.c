#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "draw/libpng.h"
#include "draw/png.h"

static void
add_labels(png_structp png, png_infop details, const struct png_label *labels,
	size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char *key = xstrdup(labels[i].keyword);
		char *text = xstrdup(labels[i].text);
		libpng_text t = {
			.compression = labels[i].utf8
				? PNG_ITXT_COMPRESSION_NONE
				: PNG_TEXT_COMPRESSION_NONE,
			.key = key,
			.text = text,
		};

		if (labels[i].utf8)
			t.itxt_length = strlen(text);
		else
			t.text_length = strlen(text);
		png_set_text(png, details, &t, 1);
		free(key);
		free(text);
	}
}

/* Pack the pixels of a row into bits; the first pixel is in the highest bits.
 */
static void
pack_row(unsigned char *to, const unsigned char *from, unsigned width, int bits)
{
	unsigned per_byte = 8 / (unsigned)bits;
	unsigned x = 0;

	for (; bits == 4 && x + 1 < width; x += 2)
		*to++ = (unsigned char)(from[x] << 4 | from[x + 1]);
	while (x < width) {
		unsigned n = width - x < per_byte ? width - x : per_byte;
		unsigned byte = 0;

		for (unsigned k = 0; k < n; k++)
			byte = byte << bits | from[x + k];
		*to++ = (unsigned char)(byte
			<< (per_byte - n) * (unsigned)bits);
		x += n;
	}
}

static void
write_head(png_structp png, png_infop details,
	const struct png_picture *picture, int bits)
{
	png_color palette[PNG_MAX_PALETTE_LENGTH];
	unsigned n = picture->colours;

	for (unsigned i = 0; i < n; i++)
		palette[i] = (png_color){ picture->palette[i].red,
			picture->palette[i].green, picture->palette[i].blue };
	png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_NONE);
	png_set_check_for_invalid_index(png, 0);
	png_set_IHDR(png, details, picture->width, picture->height, bits,
		PNG_COLOR_TYPE_PALETTE, PNG_INTERLACE_NONE,
		PNG_COMPRESSION_TYPE_BASE, PNG_FILTER_TYPE_BASE);
	png_set_PLTE(png, details, palette, (int)n);
}

static void
write_rows(png_structp png, const struct png_picture *picture, int bits,
	unsigned char *row)
{
	for (unsigned y = 0; y < picture->height; y++) {
		const unsigned char *p = picture->pixels + y * picture->stride;

		/* most rows are the same as the row above */
		if (y == 0 || memcmp(p, p - picture->stride, picture->width))
			pack_row(row, p, picture->width, bits);
		png_write_row(png, row);
	}
}

bool
png_encode(struct buf *out, const struct png_picture *picture,
	const struct png_label *labels, size_t label_count, struct failure *f)
{
	unsigned n = picture->colours;
	int bits = n <= 2 ? 1 : n <= 4 ? 2 : n <= 16 ? 4 : 8;
	png_infop details;
	png_structp png = libpng_writer(out, &details, f);
	unsigned char *row;
	volatile bool good = false;

	if (!png)
		return false;
	row = xmalloc(picture->width);
	if (!setjmp(png_jmpbuf(png))) {
		write_head(png, details, picture, bits);
		add_labels(png, details, labels, label_count);
		png_write_info(png, details);
		write_rows(png, picture, bits, row);
		png_write_end(png, NULL);
		good = true;
	}
	free(row);
	png_destroy_write_struct(&png, &details);
	return good;
}
