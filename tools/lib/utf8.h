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

/* The code point at s, where utf8_size() isn't 0. */
unsigned utf8_codepoint(const char *s);

/* Whether n bytes are code points, and nothing else. */
bool utf8_is_valid(const char *s, size_t n);

/* Whether a code point begins at this byte of such a text. */
bool utf8_begins(char byte);

/*
 * The bytes of the control character at s, a string: one (ASCII), or two
 * (U+0080 to U+009F, which terminals obey, too).  0: there is another
 * character, or the end.
 */
size_t utf8_control(const char *s);

/* How many bytes of s, max or fewer, end where a code point ends.  s has more
 * than max bytes. */
size_t utf8_cut(const char *s, size_t max);

/* Write a character of Latin-1 to two bytes; returns how many it takes. */
size_t utf8_from_latin1(char to[2], unsigned char c);

#endif
