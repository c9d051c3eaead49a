/*
 * thumbnail: the small picture that stands for a large one.
 */
#ifndef LIMN_THUMBNAIL_H
#define LIMN_THUMBNAIL_H

#include <stdbool.h>
#include <stddef.h>

#include "draw/png.h"

/* As PICTURE_CARD and PICTURE_DRAFT of picture.h. */
#define PICTURE_THUMBNAIL "limn thumbnail-png"

#define THUMBNAIL_WIDTH 480 /* pixels */
#define THUMBNAIL_WIDTH_MIN 16
#define THUMBNAIL_WIDTH_MAX 4096

/*
 * The size of the thumbnail that is width pixels wide, of a picture: in its
 * proportions, no side less than a pixel, and no larger than the picture.
 */
struct png_info thumbnail_size(const struct png_info *picture, unsigned width);

/*
 * Add to out, as a PNG, the thumbnail of a PNG, which is read row by row, and
 * looked at as png_check() does: what that refuses is refused here, and why is
 * filled in and false returned.  16 bits become 8; colours are taken for those
 * of sRGB whatever gamma and profile say; texts and the like are left out.
 */
bool thumbnail_make(struct buf *out, const void *data, size_t len,
	unsigned width, char why[PNG_WHY_MAX]);

#endif
