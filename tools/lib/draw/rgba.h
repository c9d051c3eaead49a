/*
 * rgba: write pixels of any colours as a small PNG.
 */
#ifndef LIMN_RGBA_H
#define LIMN_RGBA_H

struct buf;
struct png_info;

/*
 * Add to out the picture as a PNG of 8 bits or fewer: with a palette where it
 * has few colours, in grey where it has no other, with an alpha channel only
 * where a pixel is not opaque.  pixels are four bytes each, of the size that
 * info has.  software, ASCII, is what the PNG says it was made by.  The same
 * pixels and software give the same bytes.
 */
void rgba_encode(struct buf *out, const unsigned char *pixels,
	const struct png_info *info, const char *software);

#endif
