/*
 * thumbnail: a small copy of a picture.
 */
#ifndef LIMN_THUMBNAIL_H
#define LIMN_THUMBNAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "draw/png.h"

struct buf;
struct failure;

/* The Software text of a thumbnail; see also picture.h. */
#define PICTURE_THUMBNAIL "limn thumbnail-png"

#define THUMBNAIL_WIDTH 480 /* pixels */
#define THUMBNAIL_WIDTH_MIN 16
#define THUMBNAIL_WIDTH_MAX 4096

/*
 * The size of a picture's thumbnail that is width pixels wide: in the same
 * proportions, at least a pixel high, and no larger than the picture.  Inline,
 * as pages need the size and no libpng.
 */
static inline struct png_info
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

/*
 * Check all of a PNG, as png_check() does, and add its thumbnail to out, which
 * may be NULL: a PNG
 * of 8 bits a channel, in colour, with an alpha channel if the picture may have
 * transparent pixels.  Each pixel is the mean of the pixels that it stands for.
 * Gamma, profiles and texts are ignored and left out.
 *
 * true: info has the size of the picture.  false: why says what is wrong with
 * it; or, if why is empty, f has another failure.
 */
bool thumbnail_make(struct buf *out, const void *data, size_t len,
	unsigned width, struct png_info *info, char why[PNG_WHY_MAX],
	struct failure *f);

/* The same, to the byte, of a picture before it is encoded. */
bool thumbnail_draw(struct buf *out, const struct png_picture *picture,
	unsigned width, struct failure *f);

#endif
