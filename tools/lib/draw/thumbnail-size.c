/* A file of its own: who writes a page needs it, and no libpng. */
#include <stdint.h>

#include "draw/thumbnail.h"

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
