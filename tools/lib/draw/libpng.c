#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "draw/libpng.h"
#include "draw/png-limits.h"
#include "err.h"
#include "failure.h"

#define IDAT_SIZE 65536

/* Measured: level 4 takes two thirds of the time of level 6, and a tenth more
 * bytes. */
#define LEVEL 4

static void
read_bytes(png_structp png, png_bytep to, size_t n)
{
	struct libpng_source *s = png_get_io_ptr(png);

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
	struct libpng_source *s = png_get_error_ptr(png);

	if (strstr(message, ": CRC error"))
		snprintf(s->why, PNG_WHY_MAX,
			"the CRC of %.4s is wrong, before byte %zu", message,
			s->at);
	else if (strstr(message, "Too much image data"))
		snprintf(s->why, PNG_WHY_MAX,
			"it has more rows than its header says");
	else if (strstr(message, "IEND: "))
		snprintf(s->why, PNG_WHY_MAX, "its last chunk, IEND, has data");
	else
		snprintf(s->why, PNG_WHY_MAX, "%.64s, before byte %zu", message,
			s->at);
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

bool
libpng_open(struct libpng_source *s)
{
	s->details = NULL;
	s->png = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, s, on_error,
		on_warning, NULL, take_memory, give_memory);
	if (!s->png) {
		snprintf(s->why, PNG_WHY_MAX,
			"libpng is not the one that limn was built for");
		return false;
	}
	png_set_read_fn(s->png, s, read_bytes);
	png_set_crc_action(s->png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
	png_set_user_limits(s->png, PNG_SIDE_MAX, PNG_SIDE_MAX);
	png_set_chunk_malloc_max(s->png, 0);
	png_set_keep_unknown_chunks(s->png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
	s->details = png_create_info_struct(s->png);
	return true;
}

void
libpng_read_head(struct libpng_source *s)
{
	png_read_info(s->png, s->details);
	png_set_benign_errors(s->png, 0);
	png_set_check_for_invalid_index(s->png, 0);
}

bool
libpng_at_end(const struct libpng_source *s)
{
	if (s->at == s->len)
		return true;
	snprintf(s->why, PNG_WHY_MAX,
		"%zu bytes follow it that are no part of it", s->len - s->at);
	return false;
}

void
libpng_close(struct libpng_source *s)
{
	png_destroy_read_struct(&s->png, &s->details, NULL);
}

static void
write_bytes(png_structp png, png_bytep from, size_t n)
{
	buf_add(png_get_io_ptr(png), from, n);
}

_Noreturn static void
on_write_error(png_structp png, png_const_charp message)
{
	failure_set(png_get_error_ptr(png), EXIT_IO, "can't make a PNG: %s",
		message);
	png_longjmp(png, 1);
}

png_structp
libpng_writer(struct buf *out, png_infop *details, struct failure *f)
{
	png_structp png = png_create_write_struct_2(PNG_LIBPNG_VER_STRING, f,
		on_write_error, on_warning, NULL, take_memory, give_memory);

	if (!png) {
		failure_set(f, EXIT_BAD_CONFIG,
			"libpng is not the one that limn was "
			"built for; build limn again");
		return NULL;
	}
	*details = png_create_info_struct(png);
	png_set_write_fn(png, out, write_bytes, NULL);
	png_set_user_limits(png, PNG_SIDE_MAX, PNG_SIDE_MAX);
	png_set_compression_level(png, LEVEL);
	png_set_compression_buffer_size(png, IDAT_SIZE);
	return png;
}
