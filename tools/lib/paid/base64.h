/*
 * base64: encode and decode pictures.
 *
 *	n = base64_decode(text, strlen(text));	text has n bytes now
 *	base64_add(&out, bytes, n);
 */
#ifndef LIMN_BASE64_H
#define LIMN_BASE64_H

#include <stddef.h>

struct buf;

/* Decode text in its place, and return the number of bytes; 0 if it isn't
 * base64, or empty.  Spaces and newlines are skipped; the = at the end may be
 * missing. */
size_t base64_decode(char *text, size_t len);

/* Add bytes in base64, without a newline. */
void base64_add(struct buf *out, const void *bytes, size_t len);

#endif
