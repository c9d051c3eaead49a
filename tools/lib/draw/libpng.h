/*
 * libpng: libpng with our memory, our limits and our messages, for the other
 * modules of this room.
 *
 *	struct libpng_source s = { .data = data, .len = len, .why = why };
 *
 *	if (!libpng_open(&s))
 *		return false;
 *	if (setjmp(png_jmpbuf(s.png))) {
 *		libpng_close(&s);
 *		return false;
 *	}
 *	libpng_read_head(&s);
 *	...
 *	libpng_close(&s);
 *
 * What is wrong with a picture that is read goes to why; what is wrong with one
 * that is written, to a struct failure.  From libpng both are a longjmp.
 * Without memory the tool dies.
 * Of ancillary chunks only the CRC is checked, whatever their length: a picture
 * may have megabytes of them.
 */
#ifndef LIMN_LIBPNG_H
#define LIMN_LIBPNG_H

/* libpng has a type with the name of a function of png.h. */
#define png_text libpng_text
#include <libpng16/png.h>
#undef png_text

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct failure;

struct libpng_source {
	const unsigned char *data;
	size_t len; /* bytes */
	size_t at;  /* bytes that were read */
	char *why;  /* PNG_WHY_MAX bytes */
	/* here, as a longjmp would lose locals */
	png_structp png;
	png_infop details;
};

/* false: libpng isn't the one that limn was built for; why says so. */
bool libpng_open(struct libpng_source *s);
void libpng_close(struct libpng_source *s);

/* Read what is before the rows.  After this, data after the last row or in IEND
 * is an error, which libpng only warns of.  A pixel outside the palette is
 * black. */
void libpng_read_head(struct libpng_source *s);

/* Whether all was read; false: why says that bytes follow. */
bool libpng_at_end(const struct libpng_source *s);

/*
 * To add a PNG to out.  NULL where libpng isn't the one
 * that limn was built for (EXIT_BAD_CONFIG).  Before the caller writes it calls
 * setjmp(), where an error (EXIT_IO) returns to; at the end it calls
 * png_destroy_write_struct().
 */
png_structp libpng_writer(struct buf *out, png_infop *details,
	struct failure *f);

#endif
