/*
 * utf8: code points in text.
 */
#ifndef LIMN_UTF8_H
#define LIMN_UTF8_H

#include <stddef.h>

/*
 * The bytes of the code point at s, of which n (at least one) are there; 0
 * where there is none: NUL, a byte that doesn't begin one, too long a form, a
 * surrogate, or beyond U+10FFFF.
 */
size_t utf8_size(const char *s, size_t n);

#endif
