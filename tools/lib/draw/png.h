/*
 * png: write small pictures, and check whether a picture is whole.
 */
#ifndef LIMN_PNG_H
#define LIMN_PNG_H

#include <stdbool.h>
#include <stddef.h>

#include "draw/png-limits.h"

struct buf;
struct failure;

struct png_info {
	unsigned width;  /* pixels */
	unsigned height; /* pixels */
};

/*
 * Check all of a PNG: the signature, every chunk's CRC, the size (no side is 0,
 * no more than PNG_PIXELS_MAX pixels), as many rows as the header says, an
 * empty IEND, nothing after it.  true: info is filled in.  false: why says what
 * is wrong ("it is a JPEG", "the CRC of IDAT is wrong, ...").
 */
bool png_check(const void *data, size_t len, struct png_info *info,
	char why[PNG_WHY_MAX]);

/* The size alone, of a picture that was checked before, or of its first
 * PNG_HEAD_SIZE bytes. */
bool png_size(const void *data, size_t len, struct png_info *info,
	char why[PNG_WHY_MAX]);

/*
 * Add to out the text that a (checked) PNG has for keyword, from a tEXt or an
 * uncompressed iTXt chunk.  Returns whether there is such a text.  A text that
 * isn't UTF-8, or has a NUL, is ignored.
 */
bool png_text(const void *data, size_t len, const char *keyword,
	struct buf *out);

struct png_colour {
	unsigned char red, green, blue;
};

/* A text to go with a picture: UTF-8, or else ASCII. */
struct png_label {
	const char *keyword; /* 1 to 79 bytes of ASCII */
	const char *text;
	bool utf8; /* iTXt rather than tEXt */
};

struct png_picture {
	unsigned width, height;      /* pixels */
	const unsigned char *pixels; /* rows of bytes, places in the palette */
	size_t stride;               /* bytes from one row to the next */
	const struct png_colour *palette;
	unsigned colours; /* 1 to 256 */
};

/*
 * Add the picture to out as a PNG with a palette, in the fewest bits a pixel
 * that hold its colours.  The same picture and labels give the same bytes.  The
 * failures are libpng's.
 */
bool png_encode(struct buf *out, const struct png_picture *picture,
	const struct png_label *labels, size_t label_count, struct failure *f);

#endif
