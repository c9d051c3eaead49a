/*
 * mock-picture: make pictures fast.
 *
 * The shapes of a size are drawn and compressed once; the prompt chooses only
 * the palette.  A picture of PHOTO_MIN bytes or more is in true colour, with
 * noise, so that it takes as long to inflate as a photograph; there the palette
 * is a suggestion.  The part before the palette (the signature and IHDR) and
 * the palette's chunk have a length that is a multiple of three bytes.  So the
 * base64 of a picture is that of its parts, one after the other.
 */
#include <stdlib.h>
#include <string.h>

#include "draw/libpng.h"
#include "draw/png.h"
#include "failure.h"
#include "mock.h"

#define COLOURS 16
#define HEAD_SIZE 33                    /* signature, IHDR */
#define PALETTE_SIZE (12 + 3 * COLOURS) /* the chunk */
#define ORIGIN_SIZE 96                  /* bytes of data */
#define GRAIN_COST 90                   /* bytes of 100 samples with grain */
#define PHOTO_MIN 500000                /* bytes */
#define SIZES 16                        /* that are kept */
#define BASE64_SIZE(n) (((n) + 2) / 3 * 4)

struct size {
	unsigned width, height;
	struct buf head, head64; /* HEAD_SIZE bytes */
	struct buf rest, rest64; /* from behind the palette */
};

size_t picture_bytes;
static struct size sizes[SIZES];
static size_t size_count;

static void
add_base64(struct buf *out, const unsigned char *p, size_t len)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	char *to;

	buf_grow(out, BASE64_SIZE(len));
	to = out->data + out->len;
	out->len += BASE64_SIZE(len);
	for (; len > 0; p += 3) {
		unsigned bits = (unsigned)p[0] << 16 |
			(len > 1 ? (unsigned)p[1] << 8 : 0) |
			(len > 2 ? p[2] : 0);

		*to++ = digits[bits >> 18];
		*to++ = digits[bits >> 12 & 63];
		*to++ = len > 1 ? digits[bits >> 6 & 63] : '=';
		*to++ = len > 2 ? digits[bits & 63] : '=';
		len -= len < 3 ? len : 3;
	}
	*to = '\0';
}

static uint32_t
crc_of(const unsigned char *p, size_t len)
{
	static uint32_t table[256];
	uint32_t crc = 0xffffffffU;

	for (uint32_t i = 0; i < 256 && !table[255]; i++) {
		table[i] = i;
		for (int bit = 0; bit < 8; bit++)
			table[i] = table[i] >> 1 ^
				(table[i] & 1 ? 0xedb88320U : 0);
	}
	for (size_t i = 0; i < len; i++)
		crc = crc >> 8 ^ table[(crc ^ p[i]) & 0xff];
	return ~crc;
}

static void
put_number(unsigned char *to, size_t n)
{
	for (int i = 0; i < 4; i++)
		to[i] = (unsigned char)(n >> (24 - 8 * i));
}

/* Complete a chunk. type points to its type; the length is before it, size
 * bytes of data after it, and then space for the CRC. */
static void
close_chunk(unsigned char *type, size_t size)
{
	put_number(type - 4, size);
	put_number(type + 4 + size, crc_of(type, 4 + size));
}

static void
make_palette(unsigned char chunk[PALETTE_SIZE], uint64_t seed)
{
	memcpy(chunk + 4, "PLTE", 4);
	for (size_t i = 0; i < COLOURS; i++) {
		uint64_t bits = mock_next(&seed);

		for (size_t k = 0; k < 3; k++)
			chunk[8 + 3 * i + k] = (unsigned char)(bits >> 8 * k);
	}
	close_chunk(chunk + 4, 3 * COLOURS);
}

/* Add a chunk like the C2PA of image APIs, as long as is needed for the size of
 * the picture. */
static void
add_origin(struct buf *out, size_t others)
{
	size_t size = ORIGIN_SIZE;
	unsigned char *chunk;
	uint64_t seed = 1;

	if (picture_bytes > others + 12 + size)
		size = picture_bytes - others - 12;
	buf_grow(out, size + 12);
	chunk = (unsigned char *)out->data + out->len;
	memcpy(chunk + 4, "caBX", 4);
	for (size_t i = 0; i < size; i++)
		chunk[8 + i] = (unsigned char)(mock_next(&seed) >> 32);
	close_chunk(chunk + 4, size);
	out->len += size + 12;
}

/* Draw bands, and boxes on them. */
static void
draw(unsigned char *pixels, unsigned width, unsigned height)
{
	for (unsigned y = 0; y < height; y++)
		memset(pixels + (size_t)y * width, (int)(y * 8 / height),
			width);
	for (unsigned i = 0; i < 8; i++) {
		unsigned left = width * (3 + 11 * i) / 100;
		unsigned top = height * (10 + i * 37 % 50) / 100;

		for (unsigned y = top; y < top + height / 3; y++)
			memset(pixels + (size_t)y * width + left, (int)(8 + i),
				width / 12);
	}
}

/* Row y, with grain in the first samples of it. */
static void
draw_photo_row(unsigned char *row, unsigned width, unsigned y, size_t grain,
	uint64_t *seed)
{
	for (size_t i = 0; i < 3 * (size_t)width; i += 3) {
		unsigned light = (unsigned)(i / 3 + y) >> 4 & 127;

		row[i] = (unsigned char)(light + 64);
		row[i + 1] = (unsigned char)(127 - light);
		row[i + 2] = (unsigned char)(y >> 3 & 127);
	}
	for (size_t i = 0; i < grain; i += 8) {
		uint64_t bits = mock_next(seed) >> 24;

		for (size_t k = i; k < i + 8 && k < grain; k++, bits >>= 5)
			row[k] = (unsigned char)(row[k] + (bits & 31));
	}
}

/*
 * Add a photograph to png, of fewer bytes than those that are asked for.
 * Measured: a sample with grain of 5 bits takes 0.66 bytes at level 1.
 */
static void
encode_photo(struct buf *out, unsigned width, unsigned height)
{
	size_t samples = 3 * (size_t)width;
	size_t grain = picture_bytes / height * 100 / GRAIN_COST;
	unsigned char *row = xmalloc(samples);
	uint64_t seed = 1;
	png_color suggested[COLOURS] = { { 0, 0, 0 } };
	png_infop info;
	struct failure f;
	png_structp png = libpng_writer(out, &info, &f);

	if (!png || setjmp(png_jmpbuf(png)))
		die_of(&f);
	png_set_compression_level(png, 1);
	png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_SUB);
	png_set_IHDR(png, info, width, height, 8, PNG_COLOR_TYPE_RGB,
		PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
		PNG_FILTER_TYPE_DEFAULT);
	png_set_PLTE(png, info, suggested, COLOURS);
	png_write_info(png, info);
	for (unsigned y = 0; y < height; y++) {
		draw_photo_row(row, width, y, grain < samples ? grain : samples,
			&seed);
		png_write_row(png, row);
	}
	png_write_end(png, info);
	png_destroy_write_struct(&png, &info);
	free(row);
}

static void
forget(struct size *s)
{
	buf_free(&s->head);
	buf_free(&s->head64);
	buf_free(&s->rest);
	buf_free(&s->rest64);
}

static void
make_size(struct size *s, unsigned width, unsigned height)
{
	struct png_colour palette[COLOURS] = { { 0, 0, 0 } };
	struct png_picture picture = { .width = width,
		.height = height,
		.stride = width,
		.palette = palette,
		.colours = COLOURS };
	struct buf png = BUF_INIT(MOCK_ANSWER_MAX);
	unsigned char *pixels = xmalloc((size_t)width * height);
	const unsigned char *p;
	struct failure f;
	size_t after = HEAD_SIZE + PALETTE_SIZE;

	draw(pixels, width, height);
	picture.pixels = pixels;
	if (picture_bytes >= PHOTO_MIN)
		encode_photo(&png, width, height);
	else if (!png_encode(&png, &picture, NULL, 0, &f))
		die_of(&f);
	p = (const unsigned char *)png.data;
	*s = (struct size){ width, height, BUF_INIT(MOCK_ANSWER_MAX),
		BUF_INIT(MOCK_ANSWER_MAX), BUF_INIT(MOCK_ANSWER_MAX),
		BUF_INIT(MOCK_ANSWER_MAX) };
	buf_add(&s->head, p, HEAD_SIZE);
	add_base64(&s->head64, p, HEAD_SIZE);
	add_origin(&s->rest, png.len);
	buf_add(&s->rest, p + after, png.len - after);
	add_base64(&s->rest64, (const unsigned char *)s->rest.data,
		s->rest.len);
	buf_free(&png);
	free(pixels);
}

/* Find the kept picture of this size, else return *other. */
static const struct size *
find_size(unsigned width, unsigned height, struct size *other)
{
	size_t i = 0;

	while (i < size_count &&
		(sizes[i].width != width || sizes[i].height != height))
		i++;
	if (i < size_count)
		return &sizes[i];
	if (size_count < SIZES)
		other = &sizes[size_count++];
	make_size(other, width, height);
	return other;
}

/* Share the bytes if they stay; else copy them. */
static void
share(struct reply *r, const struct buf *rest, bool is_kept)
{
	if (is_kept && !r->shared) {
		r->shared = rest;
		r->shared_at = r->body.len;
	} else {
		buf_add(&r->body, rest->data, rest->len);
	}
}

void
picture_add(struct reply *r, unsigned width, unsigned height, uint64_t seed)
{
	struct size other = { 0 };
	const struct size *s = find_size(width, height, &other);
	unsigned char palette[PALETTE_SIZE];

	make_palette(palette, seed);
	buf_add(&r->body, s->head.data, s->head.len);
	buf_add(&r->body, palette, PALETTE_SIZE);
	share(r, &s->rest, s != &other);
	forget(&other);
}

void
picture_add_base64(struct reply *r, unsigned width, unsigned height,
	uint64_t seed)
{
	struct size other = { 0 };
	const struct size *s = find_size(width, height, &other);
	unsigned char palette[PALETTE_SIZE];

	make_palette(palette, seed);
	buf_add(&r->body, s->head64.data, s->head64.len);
	add_base64(&r->body, palette, PALETTE_SIZE);
	share(r, &s->rest64, s != &other);
	forget(&other);
}

void
picture_end(void)
{
	for (size_t i = 0; i < size_count; i++)
		forget(&sizes[i]);
}
