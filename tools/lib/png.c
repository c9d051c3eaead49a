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
#include "err.h"
#include "png.h"

#define SIGNATURE_SIZE 8
#define CHUNK_HEAD_SIZE 8 /* length and type */
#define CHUNK_EXTRA_SIZE 12 /* the head and the CRC */
#define IHDR_SIZE 13
#define IDAT_SIZE 65536

static const unsigned char signature[SIGNATURE_SIZE] = "\x89PNG\r\n\x1a\n";

/* What is read: how far we are, and where to say what is wrong with it. */
struct source {
	const unsigned char *data;
	size_t len;
	size_t at;
	char *why;
};

static size_t
number_at(const unsigned char *p)
{
	return (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 |
		p[3];
}

/* What it is that begins so, for whoever took it for a PNG. */
static const char *
guess(const unsigned char *data, size_t len)
{
	static const struct {
		size_t at;
		const char *bytes, *what;
	} starts[] = {
		{ 0, "\xff\xd8\xff", "it is a JPEG" },
		{ 8, "WEBP", "it is a WebP" },
		{ 0, "GIF8", "it is a GIF" },
		{ 4, "ftypavif", "it is an AVIF" },
		{ 0, "\x89PNG", "it is a PNG that was changed as if it were "
				"text" },
		{ 0, "iVBORw0KGgo", "it is a PNG in base64" },
		{ 0, "{", "it is JSON" },
		{ 0, "<?xml", "it is XML" },
		{ 0, "<", "it is HTML" },
	};
	size_t blanks = 0;

	if (len == 0)
		return "it is empty";
	if (len < SIGNATURE_SIZE && memcmp(data, signature, len) == 0)
		return "it is only the beginning of a PNG";
	while (blanks < len && memchr(" \t\r\n", data[blanks], 4))
		blanks++;
	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
		size_t at = blanks + starts[i].at;
		size_t n = strlen(starts[i].bytes);

		if (at < len && n <= len - at &&
			memcmp(data + at, starts[i].bytes, n) == 0)
			return starts[i].what;
	}
	return "it is not a PNG";
}

/* The size, before libpng makes room for it. */
static bool
read_size(const unsigned char *data, size_t len, struct png_info *info,
	char why[PNG_WHY_MAX])
{
	const unsigned char *p = data + SIGNATURE_SIZE;
	size_t width, height;

	if (len < SIGNATURE_SIZE + CHUNK_EXTRA_SIZE + IHDR_SIZE) {
		snprintf(why, PNG_WHY_MAX, "it ends at byte %zu, in its "
					   "header", len);
		return false;
	}
	if (number_at(p) != IHDR_SIZE || memcmp(p + 4, "IHDR", 4) != 0) {
		snprintf(why, PNG_WHY_MAX, "it doesn't begin with IHDR");
		return false;
	}
	width = number_at(p + CHUNK_HEAD_SIZE);
	height = number_at(p + CHUNK_HEAD_SIZE + 4);
	if (width < 1 || height < 1 || width > PNG_SIDE_MAX ||
		height > PNG_SIDE_MAX || width > PNG_PIXELS_MAX / height) {
		snprintf(why, PNG_WHY_MAX, "it is %zux%zu, and must be from "
					   "1x1 to %d a side and %zu pixels",
			width, height, PNG_SIDE_MAX, PNG_PIXELS_MAX);
		return false;
	}
	info->width = (unsigned)width;
	info->height = (unsigned)height;
	return true;
}

static void
read_bytes(png_structp png, png_bytep to, size_t n)
{
	struct source *s = png_get_io_ptr(png);

	if (n > s->len - s->at) {
		snprintf(s->why, PNG_WHY_MAX, "it ends early, at byte %zu",
			s->len);
		png_longjmp(png, 1);
	}
	memcpy(to, s->data + s->at, n);
	s->at += n;
}

/* libpng says "IDAT: CRC error". */
_Noreturn static void
on_error(png_structp png, png_const_charp message)
{
	struct source *s = png_get_error_ptr(png);

	if (strstr(message, ": CRC error"))
		snprintf(s->why, PNG_WHY_MAX, "the CRC of %.4s is wrong, "
					      "before byte %zu",
			message, s->at);
	else
		snprintf(s->why, PNG_WHY_MAX, "%.64s, before byte %zu",
			message, s->at);
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

/*
 * The rows as they are stored, one at a time: libpng isn't asked to put the
 * passes of an interlaced picture together, as that takes all its pixels.
 */
static void
read_rows(png_structp png, const struct png_info *info, bool interlaced)
{
	int passes = interlaced ? PNG_INTERLACE_ADAM7_PASSES : 1;

	for (int pass = 0; pass < passes; pass++) {
		unsigned rows = info->height;

		if (interlaced)
			rows = PNG_PASS_COLS(info->width, pass)
				? PNG_PASS_ROWS(info->height, pass)
				: 0;
		while (rows-- > 0)
			png_read_row(png, NULL, NULL);
	}
}

/*
 * Ancillary chunks are passed over (but for their CRC), whatever their length:
 * a picture may carry megabytes of them, and we show none.
 */
static bool
read_all(struct source *s, const struct png_info *info)
{
	png_infop details = NULL;
	png_structp png = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, s,
		on_error, on_warning, NULL, take_memory, give_memory);

	if (!png) {
		snprintf(s->why, PNG_WHY_MAX, "libpng is not the one that "
					      "limn was built for");
		return false;
	}
	if (setjmp(png_jmpbuf(png))) {
		png_destroy_read_struct(&png, NULL, NULL);
		return false;
	}
	png_set_read_fn(png, s, read_bytes);
	png_set_crc_action(png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
	png_set_user_limits(png, PNG_SIDE_MAX, PNG_SIDE_MAX);
	png_set_chunk_malloc_max(png, 0);
	png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
	details = png_create_info_struct(png);
	png_read_info(png, details);
	png_start_read_image(png);
	read_rows(png, info,
		png_get_interlace_type(png, details) != PNG_INTERLACE_NONE);
	png_read_end(png, NULL);
	png_destroy_read_struct(&png, &details, NULL);
	return true;
}
