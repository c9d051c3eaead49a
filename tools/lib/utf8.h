/*
 * utf8: code points in text.
 */
#ifndef LIMN_UTF8_H
#define LIMN_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The bytes of the code point at s, of which n (at least one) are there; 0
 * where there is none: NUL, a byte that doesn't begin one, too long a form, a
 * surrogate, or beyond U+10FFFF.  In a string, which ends in a NUL, n may be
 * UTF8_MAX.
 */
#define UTF8_MAX 4 /* bytes of a code point */
size_t utf8_size(const char *s, size_t n);

/* Whether n bytes are code points, and nothing else. */
bool utf8_is_valid(const char *s, size_t n);

/* Whether a code point begins at this byte of such a text. */
bool utf8_begins(char byte);

#endif
