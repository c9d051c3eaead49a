#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "draw/libpng.h"
#include "draw/png.h"
#include "utf8.h"

#define SIGNATURE_SIZE 8
#define CHUNK_HEAD_SIZE 8   /* length and type */
#define CHUNK_EXTRA_SIZE 12 /* the head and the CRC */
#define IHDR_SIZE 13

static const unsigned char signature[SIGNATURE_SIZE] = "\x89PNG\r\n\x1a\n";

static bool set_why(char why[PNG_WHY_MAX], const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static bool
set_why(char why[PNG_WHY_MAX], const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, PNG_WHY_MAX, fmt, ap);
	va_end(ap);
	return false;
}

static size_t
number_at(const unsigned char *p)
{
	return (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 |
		p[3];
}

/* What the file is, by its first bytes. */
static const char *
guess_format(const unsigned char *data, size_t len)
{
	static const struct {
		size_t at;
		const char *bytes, *what;
	} starts[] = {
		{ 0, "\xff\xd8\xff", "it is a JPEG" },
		{ 8, "WEBP", "it is a WebP" },
		{ 0, "GIF8", "it is a GIF" },
		{ 4, "ftypavif", "it is an AVIF" },
		{ 0, "\x89PNG",
			"it is a PNG that was changed as if it were text" },
		{ 0, "iVBORw0KGgo", "it is a PNG in base64" },
		{ 0, "{", "it is JSON" },
		{ 0, "<?xml", "it is XML" },
		{ 0, "<", "it is HTML" },
	};
	size_t spaces = 0;

	if (len == 0)
		return "it is empty";
	if (len < SIGNATURE_SIZE && memcmp(data, signature, len) == 0)
		return "it is only the beginning of a PNG";
	while (spaces < len && memchr(" \t\r\n", data[spaces], 4))
		spaces++;
	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
		size_t at = spaces + starts[i].at;
		size_t n = strlen(starts[i].bytes);

		if (at < len && n <= len - at &&
			memcmp(data + at, starts[i].bytes, n) == 0)
			return starts[i].what;
	}
	return "it is not a PNG";
}

/* The size, before libpng allocates anything for it. */
static bool
read_size(const unsigned char *data, size_t len, struct png_info *info,
	char why[PNG_WHY_MAX])
{
	const unsigned char *p = data + SIGNATURE_SIZE;
	size_t width, height;

	if (len < SIGNATURE_SIZE + CHUNK_EXTRA_SIZE + IHDR_SIZE)
		return set_why(why, "it ends early, at byte %zu", len);
	if (number_at(p) != IHDR_SIZE || memcmp(p + 4, "IHDR", 4) != 0)
		return set_why(why, "it doesn't begin with IHDR");
	width = number_at(p + CHUNK_HEAD_SIZE);
	height = number_at(p + CHUNK_HEAD_SIZE + 4);
	if (width < 1 || height < 1 || width > PNG_SIDE_MAX ||
		height > PNG_SIDE_MAX || width > PNG_PIXELS_MAX / height)
		return set_why(why,
			"it is %zux%zu; 1x1 to %d a side and %zu pixels are "
			"possible",
			width, height, PNG_SIDE_MAX, PNG_PIXELS_MAX);
	info->width = (unsigned)width;
	info->height = (unsigned)height;
	return true;
}

/*
 * Read the rows as they are stored, one at a time.  libpng doesn't put the
 * passes of an interlaced picture together, which would need all its pixels in
 * memory.
 */
static void
read_rows(png_structp png, const struct png_info *info, bool interlaced)
{
	int passes = interlaced ? PNG_INTERLACE_ADAM7_PASSES : 1;

	for (int pass = 0; pass < passes; pass++) {
		int rows = (int)info->height;

		if (interlaced)
			rows = PNG_PASS_COLS((int)info->width, pass)
				? PNG_PASS_ROWS(rows, pass)
				: 0;
		while (rows-- > 0)
			png_read_row(png, NULL, NULL);
	}
}

static bool
read_all(struct libpng_source *s, const struct png_info *info)
{
	if (!libpng_open(s))
		return false;
	if (setjmp(png_jmpbuf(s->png))) {
		libpng_close(s);
		return false;
	}
	libpng_read_head(s);
	png_start_read_image(s->png);
	read_rows(s->png, info,
		png_get_interlace_type(s->png, s->details) !=
			PNG_INTERLACE_NONE);
	png_read_end(s->png, NULL);
	libpng_close(s);
	return true;
}

bool
png_size(const void *data, size_t len, struct png_info *info,
	char why[PNG_WHY_MAX])
{
	if (len < SIGNATURE_SIZE ||
		memcmp(data, signature, SIGNATURE_SIZE) != 0)
		return set_why(why, "%s", guess_format(data, len));
	return read_size(data, len, info, why);
}

bool
png_check(const void *data, size_t len, struct png_info *info,
	char why[PNG_WHY_MAX])
{
	struct libpng_source s = { .data = data, .len = len, .why = why };

	return png_size(data, len, info, why) && read_all(&s, info) &&
		libpng_at_end(&s);
}

/* tEXt is Latin-1. */
static bool
add_latin1(struct buf *out, const unsigned char *p, size_t len)
{
	if (memchr(p, '\0', len))
		return false;
	for (; len > 0; p++, len--) {
		char two[2];
		size_t n = utf8_from_latin1(two, *p);

		buf_add(out, two, n);
	}
	return true;
}

/* After the keyword there are two flags, two strings and the text. */
static bool
add_international(struct buf *out, const unsigned char *p, size_t len)
{
	const unsigned char *end = p + len;

	if (len < 2 || p[0] != 0)
		return false;
	p += 2;
	for (int i = 0; i < 2; i++) {
		p = memchr(p, '\0', (size_t)(end - p));
		if (!p++)
			return false;
	}
	if (!utf8_is_valid((const char *)p, (size_t)(end - p)))
		return false;
	buf_add(out, p, (size_t)(end - p));
	return true;
}

bool
png_text(const void *data, size_t len, const char *keyword, struct buf *out)
{
	const unsigned char *p = data;
	size_t n = strlen(keyword) + 1;

	if (len < SIGNATURE_SIZE)
		return false;
	p += SIGNATURE_SIZE;
	len -= SIGNATURE_SIZE;
	while (len >= CHUNK_EXTRA_SIZE &&
		number_at(p) <= len - CHUNK_EXTRA_SIZE) {
		size_t size = number_at(p);
		const unsigned char *body = p + CHUNK_HEAD_SIZE;

		if (size >= n && memcmp(body, keyword, n) == 0 &&
			((memcmp(p + 4, "tEXt", 4) == 0 &&
				 add_latin1(out, body + n, size - n)) ||
				(memcmp(p + 4, "iTXt", 4) == 0 &&
					add_international(out, body + n,
						size - n))))
			return true;
		p += size + CHUNK_EXTRA_SIZE;
		len -= size + CHUNK_EXTRA_SIZE;
	}
	return false;
}
