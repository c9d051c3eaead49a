/*
 * unit-png: check and write pictures (tools/lib/draw/png.h).  The pictures are
 * made here, chunk by chunk, by a deflate that doesn't compress.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "buf.h"
#include "draw/png.h"

#define PICTURE_MAX ((size_t)96 << 20)
#define SIGNATURE "\x89PNG\r\n\x1a\n"
#define STORED_MAX 65535 /* bytes of one block of deflate */

enum { GREY = 0, PALETTE = 3, RGBA = 6 };

static void
add_number(struct buf *b, uint32_t n)
{
	unsigned char bytes[] = { (unsigned char)(n >> 24),
		(unsigned char)(n >> 16), (unsigned char)(n >> 8),
		(unsigned char)n };

	buf_add(b, bytes, 4);
}

static uint32_t
crc(const char *data, size_t len)
{
	uint32_t c = 0xffffffffU;

	while (len-- > 0) {
		c ^= (unsigned char)*data++;
		for (int k = 0; k < 8; k++)
			c = c & 1 ? 0xedb88320U ^ c >> 1 : c >> 1;
	}
	return ~c;
}

static void
add_chunk(struct buf *b, const char *type, const void *data, size_t len)
{
	size_t at;

	add_number(b, (uint32_t)len);
	at = b->len;
	buf_add(b, type, 4);
	buf_add(b, data, len);
	add_number(b, crc(b->data + at, len + 4));
}

static void
begin(struct buf *b, uint32_t width, uint32_t height, char depth, char type,
	char interlaced)
{
	struct buf head = BUF_INIT(64);

	add_number(&head, width);
	add_number(&head, height);
	buf_add(&head, (char[]){ depth, type, 0, 0, interlaced }, 5);
	buf_add(b, SIGNATURE, 8);
	add_chunk(b, "IHDR", head.data, head.len);
	buf_free(&head);
}

/* Add bytes of 0, which are black rows without a filter. */
static void
add_rows(struct buf *b, size_t len)
{
	static const char zeros[STORED_MAX];
	/* Adler-32 of zeros: one half counts them, the other stays 1 */
	uint32_t adler = (uint32_t)(len % 65521) << 16 | 1;
	struct buf z = BUF_INIT(PICTURE_MAX);
	size_t n;

	buf_adds(&z, "\x78\x01");
	for (; len > 0; len -= n) {
		n = len < STORED_MAX ? len : STORED_MAX;
		buf_add(&z,
			(unsigned char[]){ n == len, (unsigned char)n,
				(unsigned char)(n >> 8), (unsigned char)~n,
				(unsigned char)(~n >> 8) },
			5);
		buf_add(&z, zeros, n);
	}
	add_number(&z, adler);
	add_chunk(b, "IDAT", z.data, z.len);
	buf_free(&z);
}

static void
end(struct buf *b)
{
	add_chunk(b, "IEND", "", 0);
}

static struct buf
small(void)
{
	struct buf b = BUF_INIT(PICTURE_MAX);

	begin(&b, 3, 2, 8, RGBA, 0);
	add_rows(&b, 2 * 13);
	end(&b);
	return b;
}

static void
assert_whole(struct buf *b, unsigned width, unsigned height)
{
	struct png_info info;
	char why[PNG_WHY_MAX] = "";

	if (!png_check(b->data, b->len, &info, why))
		fail_msg("%s", why);
	assert_int_equal(info.width, width);
	assert_int_equal(info.height, height);
	buf_free(b);
}

static void
assert_wrong(const void *data, size_t len, const char *want)
{
	struct png_info info;
	char why[PNG_WHY_MAX] = "";

	assert_false(png_check(data, len, &info, why));
	if (!strstr(why, want))
		fail_msg("it says \"%s\", not \"%s\"", why, want);
}

static void
assert_wrong_buf(struct buf *b, const char *want)
{
	assert_wrong(b->data, b->len, want);
	buf_free(b);
}

static void
test_kinds(void **state)
{
	static const struct {
		char depth, type;
		size_t row;
	} kinds[] = { { 1, GREY, 2 }, { 16, GREY, 19 }, { 8, RGBA, 37 },
		{ 16, RGBA, 73 }, { 4, PALETTE, 6 } };

	(void)state;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		struct buf b = BUF_INIT(PICTURE_MAX);

		begin(&b, 9, 2, kinds[i].depth, kinds[i].type, 0);
		if (kinds[i].type == PALETTE)
			add_chunk(&b, "PLTE", "abc", 3);
		add_rows(&b, 2 * (kinds[i].row + (kinds[i].depth == 1)));
		end(&b);
		assert_whole(&b, 9, 2);
	}
}

/* Passes without pixels have no rows either. */
static void
test_interlaced(void **state)
{
	static const struct {
		uint32_t width, height;
		size_t len; /* of all passes, in grey of 8 bits */
	} sizes[] = { { 1, 1, 2 }, { 3, 1, 6 }, { 2, 3, 11 }, { 8, 8, 79 } };

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		for (size_t less = 0; less < 2; less++) {
			struct buf b = BUF_INIT(PICTURE_MAX);

			begin(&b, sizes[i].width, sizes[i].height, 8, GREY, 1);
			add_rows(&b, sizes[i].len - less);
			end(&b);
			if (less)
				assert_wrong_buf(&b, "Not enough image data");
			else
				assert_whole(&b, sizes[i].width,
					sizes[i].height);
		}
}

static void
test_more_rows(void **state)
{
	static const size_t more[] = { 1, 13, 100000 };

	(void)state;
	for (size_t i = 0; i < sizeof more / sizeof *more; i++) {
		struct buf b = BUF_INIT(PICTURE_MAX);

		begin(&b, 3, 2, 8, RGBA, 0);
		add_rows(&b, 2 * 13 + more[i]);
		end(&b);
		assert_wrong_buf(&b, "more rows than its header says");
	}
}

static void
test_more_rows_interlaced(void **state)
{
	struct buf b = BUF_INIT(PICTURE_MAX);

	(void)state;
	begin(&b, 8, 8, 8, GREY, 1);
	add_rows(&b, 79 + 9);
	end(&b);
	assert_wrong_buf(&b, "more rows than its header says");
}

static void
test_data_in_end(void **state)
{
	struct buf b = BUF_INIT(PICTURE_MAX);

	(void)state;
	begin(&b, 3, 2, 8, RGBA, 0);
	add_rows(&b, 2 * 13);
	add_chunk(&b, "IEND", "\0\0\0\0IEND", 8);
	assert_wrong_buf(&b, "IEND, has data");
}

/* Provenance (C2PA) is megabytes, and more than libpng takes by itself. */
static void
test_large_ancillary(void **state)
{
	size_t len = (size_t)20 << 20;
	char *provenance = calloc(len, 1);
	struct buf b = BUF_INIT(PICTURE_MAX);

	(void)state;
	begin(&b, 3, 2, 8, RGBA, 0);
	add_chunk(&b, "caBX", provenance, len);
	add_chunk(&b, "iCCP", "no profile", 10);
	add_chunk(&b, "tRNS", "", 0);
	add_rows(&b, 2 * 13);
	add_chunk(&b, "zTXt", provenance, len);
	end(&b);
	free(provenance);
	b.data[100] ^= 1;
	assert_wrong(b.data, b.len, "the CRC of caBX is wrong");
	b.data[100] ^= 1;
	assert_whole(&b, 3, 2);
}

/* An interlaced picture of 8 MB is checked with the memory of a few rows. */
static void
test_memory(void **state)
{
	struct rusage before, after;
	struct buf b = BUF_INIT(PICTURE_MAX);

	(void)state;
	begin(&b, 8000, 8000, 1, GREY, 1);
	add_rows(&b,
		2000 * 126 + 3000 * 251 + 6000 * 501 + (size_t)4000 * 1001);
	end(&b);
	getrusage(RUSAGE_SELF, &before);
	assert_whole(&b, 8000, 8000);
	getrusage(RUSAGE_SELF, &after);
	assert_true(after.ru_maxrss - before.ru_maxrss < 4096);
}

static void
test_what_it_is(void **state)
{
	(void)state;
	assert_wrong("", 0, "it is empty");
	assert_wrong(SIGNATURE, 5, "only the beginning of a PNG");
	assert_wrong("\xff\xd8\xff\xe0\0\x10JFIF", 10, "it is a JPEG");
	assert_wrong("RIFF\1\2\3\4WEBPVP8 ", 16, "it is a WebP");
	assert_wrong("GIF89a", 6, "it is a GIF");
	assert_wrong("\n <!DOCTYPE html>", 17, "it is HTML");
	assert_wrong("{\"error\":{}}", 12, "it is JSON");
	assert_wrong("iVBORw0KGgoAAAANSUhE", 20, "in base64");
	assert_wrong("\x89PNG\n\x1a\n\0\0\0\r", 11, "as if it were text");
	assert_wrong("\0\0\0\0\0\0\0\0\0", 9, "it is not a PNG");
	assert_wrong("   ", 3, "it is not a PNG");
}

static void
test_every_half(void **state)
{
	struct buf b = small();

	(void)state;
	for (size_t n = 8; n < b.len; n++) {
		char *part = xmalloc(n); /* so that sanitizers see its end */

		memcpy(part, b.data, n);
		assert_wrong(part, n, "it ends early, at byte");
		free(part);
	}
	assert_whole(&b, 3, 2);
}

static void
test_every_bit(void **state)
{
	struct buf b = small();

	(void)state;
	for (size_t i = 0; i < 8 * b.len; i++) {
		b.data[i / 8] ^= (char)(1 << i % 8);
		assert_wrong(b.data, b.len, "");
		b.data[i / 8] ^= (char)(1 << i % 8);
	}
	assert_whole(&b, 3, 2);
}

static void
test_sizes(void **state)
{
	static const uint32_t sizes[][2] = { { 0, 1 }, { 1, 0 },
		{ 0x7fffffff, 0x7fffffff }, { 0xffffffff, 0xffffffff },
		{ 8193, 8192 }, { 1000001, 1 } };

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct buf b = BUF_INIT(PICTURE_MAX);

		begin(&b, sizes[i][0], sizes[i][1], 8, GREY, 0);
		add_rows(&b, 2);
		end(&b);
		assert_wrong_buf(&b, "are possible");
	}
}

static void
test_rest(void **state)
{
	struct buf b = small();
	struct buf c = BUF_INIT(PICTURE_MAX);

	(void)state;
	buf_adds(&b, "abc");
	assert_wrong_buf(&b, "3 bytes follow it");
	begin(&c, 9, 1, 8, PALETTE, 0);
	add_rows(&c, 10);
	end(&c);
	assert_wrong_buf(&c, "Missing PLTE");
}

static void
assert_text(const struct buf *b, const char *keyword, const char *want)
{
	struct buf text = BUF_INIT(1024);

	assert_int_equal(png_text(b->data, b->len, keyword, &text),
		want != NULL);
	assert_string_equal(text.data ? text.data : "", want ? want : "");
	buf_free(&text);
}

static void
test_text(void **state)
{
	struct buf b = BUF_INIT(PICTURE_MAX);

	(void)state;
	begin(&b, 1, 1, 8, GREY, 0);
	add_chunk(&b, "tEXt", "Author\0J\xfcrgen", 13);
	add_chunk(&b, "tEXt", "Empty\0", 6);
	add_chunk(&b, "tEXt", "Nul\0a\0b", 7);
	add_chunk(&b, "iTXt", "Title\0\0\0tr\0Ba\0\xc5\x9e\xc4\xb1", 18);
	add_chunk(&b, "iTXt", "Title\0\0\0\0\0second", 16);
	add_chunk(&b, "iTXt", "Bad\0\0\0\0\0\xc0\x80", 10);
	add_chunk(&b, "iTXt", "Bad\0\0\0\0\0\xed\xa0\x80", 11);
	add_chunk(&b, "iTXt", "Bad\0\0\0\0\0\xf4\x90\x80\x80", 12);
	add_chunk(&b, "iTXt", "Bad\0\0\0\0\0\xc5", 9);
	add_chunk(&b, "iTXt", "Short\0\0\0x", 9);
	add_chunk(&b, "iTXt", "Shorter\0\0", 9);
	add_chunk(&b, "iTXt", "Packed\0\1\0\0\0zzz", 14);
	add_rows(&b, 2);
	end(&b);
	assert_text(&b, "Author", "J\xc3\xbcrgen");
	assert_text(&b, "Empty", "");
	assert_text(&b, "Nul", NULL);
	assert_text(&b, "Title", "\xc5\x9e\xc4\xb1");
	assert_text(&b, "Bad", NULL);
	assert_text(&b, "Short", NULL);
	assert_text(&b, "Shorter", NULL);
	assert_text(&b, "Packed", NULL);
	assert_text(&b, "Auth", NULL);
	assert_whole(&b, 1, 1);
}

static void
test_encode(void **state)
{
	static const unsigned counts[] = { 1, 2, 3, 4, 5, 16, 17, 256 };
	static const char depths[] = { 1, 1, 2, 2, 4, 4, 8, 8 };
	struct png_colour palette[256];
	unsigned char pixels[3][32] = { { 0 } };

	(void)state;
	for (unsigned i = 0; i < 256; i++)
		palette[i] = (struct png_colour){ (unsigned char)i, 0, 9 };
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
		struct png_picture p = { 13, 3, pixels[0], 32, palette,
			counts[i] };
		struct png_label labels[] = { { "Title", "\xc5\x9e!", true },
			{ "Software", "test", false } };
		struct buf a = BUF_INIT(PICTURE_MAX);
		struct buf b = BUF_INIT(PICTURE_MAX);

		pixels[2][12] = (unsigned char)(counts[i] - 1);
		assert_true(png_encode(&a, &p, labels, 2, NULL));
		assert_true(png_encode(&b, &p, labels, 2, NULL));
		assert_int_equal(a.len, b.len);
		assert_memory_equal(a.data, b.data, a.len);
		assert_int_equal(a.data[24], depths[i]);
		assert_int_equal(a.data[25], PALETTE);
		assert_text(&a, "Title", "\xc5\x9e!");
		assert_text(&a, "Software", "test");
		assert_whole(&a, 13, 3);
		buf_free(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_interlaced),
		cmocka_unit_test(test_more_rows),
		cmocka_unit_test(test_more_rows_interlaced),
		cmocka_unit_test(test_data_in_end),
		cmocka_unit_test(test_large_ancillary),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_what_it_is),
		cmocka_unit_test(test_every_half),
		cmocka_unit_test(test_every_bit),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_rest),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_encode),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
