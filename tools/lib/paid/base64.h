/*
 * base64: pictures in JSON, by the megabyte.
 *
 *	n = base64_decode(text, strlen(text));	n bytes now, at text
 *	base64_add(&out, bytes, n);
 */
#ifndef LIMN_BASE64_H
#define LIMN_BASE64_H

#include <stddef.h>

struct buf;

/* Turn it into bytes in its place, and return their number; 0 where it is no
 * base64, or nothing.  Blanks and newlines may be anywhere in it, and = be left
 * out at its end. */
size_t base64_decode(char *text, size_t len);

/* Add bytes in base64, without a newline. */
void base64_add(struct buf *out, const void *bytes, size_t len);

#endif
