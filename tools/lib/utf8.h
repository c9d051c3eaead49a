/*
 * utf8: code points in text.
 */
#ifndef LIMN_UTF8_H
#define LIMN_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The size of the code point at s, in a text of n (at least one) bytes; 0 if
 * there is none: at a NUL, a byte that doesn't begin one, an overlong form, a
 * surrogate, or beyond U+10FFFF.  For a string, which ends in a NUL, n may be
 * UTF8_MAX.
 */
#define UTF8_MAX 4 /* bytes of a code point */
size_t utf8_size(const char *s, size_t n);

/* The code point at s, if utf8_size() isn't 0. */
unsigned utf8_codepoint(const char *s);

/* Whether these n bytes are valid UTF-8. */
bool utf8_is_valid(const char *s, size_t n);

/* Whether a code point begins at this byte of valid UTF-8. */
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
