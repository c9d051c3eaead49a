#include <setjmp.h>
#include <stdarg.h>
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
#define CHUNK_HEAD_SIZE 8   /* length and type */
#define CHUNK_EXTRA_SIZE 12 /* the head and the CRC */
#define IHDR_SIZE 13
#define IDAT_SIZE 65536

static const unsigned char signature[SIGNATURE_SIZE] = "\x89PNG\r\n\x1a\n";

/* What is read: how far we are, and where to say what is wrong with it. */
struct source {
	const unsigned char *data;
	size_t len;
	size_t at;
	png_infop details; /* here, as a longjmp would lose a local */
	char *why;
};

static bool wrong(char why[PNG_WHY_MAX], const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static bool
wrong(char why[PNG_WHY_MAX], const char *fmt, ...)
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
		{ 0, "\x89PNG",
			"it is a PNG that was changed as if it were text" },
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

	if (len < SIGNATURE_SIZE + CHUNK_EXTRA_SIZE + IHDR_SIZE)
		return wrong(why, "it ends early, at byte %zu", len);
	if (number_at(p) != IHDR_SIZE || memcmp(p + 4, "IHDR", 4) != 0)
		return wrong(why, "it doesn't begin with IHDR");
	width = number_at(p + CHUNK_HEAD_SIZE);
	height = number_at(p + CHUNK_HEAD_SIZE + 4);
	if (width < 1 || height < 1 || width > PNG_SIDE_MAX ||
		height > PNG_SIDE_MAX || width > PNG_PIXELS_MAX / height)
		return wrong(why,
			"it is %zux%zu; 1x1 to %d a side and %zu pixels are "
			"possible",
			width, height, PNG_SIDE_MAX, PNG_PIXELS_MAX);
	info->width = (unsigned)width;
	info->height = (unsigned)height;
	return true;
}

static void
read_bytes(png_structp png, png_bytep to, size_t n)
{
	struct source *s = png_get_io_ptr(png);

	if (n > s->len - s->at) {
		wrong(s->why, "it ends early, at byte %zu", s->len);
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
		wrong(s->why, "the CRC of %.4s is wrong, before byte %zu",
			message, s->at);
	else
		wrong(s->why, "%.64s, before byte %zu", message, s->at);
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
		int rows = (int)info->height;

		if (interlaced)
			rows = PNG_PASS_COLS((int)info->width, pass)
				? PNG_PASS_ROWS(rows, pass)
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
	png_structp png = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, s,
		on_error, on_warning, NULL, take_memory, give_memory);

	if (!png)
		return wrong(s->why,
			"libpng is not the one that limn was built for");
	if (setjmp(png_jmpbuf(png))) {
		png_destroy_read_struct(&png, &s->details, NULL);
		return false;
	}
	png_set_read_fn(png, s, read_bytes);
	png_set_crc_action(png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
	png_set_user_limits(png, PNG_SIDE_MAX, PNG_SIDE_MAX);
	png_set_chunk_malloc_max(png, 0);
	png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
	s->details = png_create_info_struct(png);
	png_read_info(png, s->details);
	png_start_read_image(png);
	read_rows(png, info,
		png_get_interlace_type(png, s->details) != PNG_INTERLACE_NONE);
	png_read_end(png, NULL);
	png_destroy_read_struct(&png, &s->details, NULL);
	return true;
}

bool
png_size(const void *data, size_t len, struct png_info *info,
	char why[PNG_WHY_MAX])
{
	if (len < SIGNATURE_SIZE ||
		memcmp(data, signature, SIGNATURE_SIZE) != 0)
		return wrong(why, "%s", guess(data, len));
	return read_size(data, len, info, why);
}

bool
png_check(const void *data, size_t len, struct png_info *info,
	char why[PNG_WHY_MAX])
{
	struct source s = { data, len, 0, NULL, why };

	if (!png_size(data, len, info, why) || !read_all(&s, info))
		return false;
	if (s.at < len)
		return wrong(why, "%zu bytes follow it that are no part of it",
			len - s.at);
	return true;
}

/* Whether it is UTF-8 of the strict kind, and has no NUL. */
static bool
is_utf8(const unsigned char *p, size_t len)
{
	static const unsigned long least[] = { 1, 0x80, 0x800, 0x10000 };

	while (len > 0) {
		size_t more = *p < 0x80 ? 0 : *p < 0xe0 ? 1 : *p < 0xf0 ? 2 : 3;
		unsigned long c = *p & (more ? 0x3fU >> more : 0x7fU);

		if ((*p >= 0x80 && *p < 0xc0) || *p > 0xf4 || more >= len)
			return false;
		for (size_t i = 1; i <= more; i++) {
			if ((p[i] & 0xc0) != 0x80)
				return false;
			c = c << 6 | (p[i] & 0x3f);
		}
		if (c < least[more] || c > 0x10ffff || (c & ~0x7ffUL) == 0xd800)
			return false;
		p += more + 1;
		len -= more + 1;
	}
	return true;
}

/* tEXt is Latin-1, whose letters are the first 256 of Unicode. */
static bool
add_latin1(struct buf *out, const unsigned char *p, size_t len)
{
	if (memchr(p, '\0', len))
		return false;
	for (; len > 0; p++, len--) {
		char two[] = { (char)(0xc0 | *p >> 6),
			(char)(0x80 | (*p & 0x3f)) };

		if (*p < 0x80)
			buf_add(out, p, 1);
		else
			buf_add(out, two, 2);
	}
	return true;
}

/* What follows the keyword: two flags, two more strings, the text. */
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
	if (!is_utf8(p, (size_t)(end - p)))
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

static void
write_bytes(png_structp png, png_bytep from, size_t n)
{
	buf_add(png_get_io_ptr(png), from, n);
}

_Noreturn static void
on_write_error(png_structp png, png_const_charp message)
{
	(void)png;
	die(EXIT_IO, "can't make a PNG: %s", message);
}

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

/* The bits of a row's pixels side by side, the first pixel's the highest. */
static void
pack(unsigned char *to, const unsigned char *from, unsigned width, int bits)
{
	unsigned per_byte = 8 / (unsigned)bits;
	unsigned x = 0;

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

void
png_encode(struct buf *out, const struct png_picture *picture,
	const struct png_label *labels, size_t label_count)
{
	unsigned n = picture->colours;
	int bits = n <= 2 ? 1 : n <= 4 ? 2 : n <= 16 ? 4 : 8;
	png_color palette[PNG_MAX_PALETTE_LENGTH];
	png_structp png = png_create_write_struct_2(PNG_LIBPNG_VER_STRING, NULL,
		on_write_error, on_warning, NULL, take_memory, give_memory);
	png_infop details = png ? png_create_info_struct(png) : NULL;
	unsigned char *row;

	if (!details)
		die(EXIT_BAD_CONFIG,
			"libpng is not the one that limn was "
			"built for; build limn again");
	for (unsigned i = 0; i < n; i++)
		palette[i] = (png_color){ picture->palette[i].red,
			picture->palette[i].green, picture->palette[i].blue };
	row = xmalloc(picture->width);
	png_set_write_fn(png, out, write_bytes, NULL);
	png_set_user_limits(png, PNG_SIDE_MAX, PNG_SIDE_MAX);
	png_set_compression_level(png, 6);
	png_set_compression_buffer_size(png, IDAT_SIZE);
	png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_NONE);
	png_set_check_for_invalid_index(png, 0);
	png_set_IHDR(png, details, picture->width, picture->height, bits,
		PNG_COLOR_TYPE_PALETTE, PNG_INTERLACE_NONE,
		PNG_COMPRESSION_TYPE_BASE, PNG_FILTER_TYPE_BASE);
	png_set_PLTE(png, details, palette, (int)n);
	add_labels(png, details, labels, label_count);
	png_write_info(png, details);
	for (unsigned y = 0; y < picture->height; y++) {
		const unsigned char *p = picture->pixels + y * picture->stride;

		/* most rows are those above them */
		if (y == 0 || memcmp(p, p - picture->stride, picture->width))
			pack(row, p, picture->width, bits);
		png_write_row(png, row);
	}
	png_write_end(png, NULL);
	free(row);
	png_destroy_write_struct(&png, &details);
}
