/*
 * png-limits: how large a PNG may be.
 */
#ifndef LIMN_PNG_LIMITS_H
#define LIMN_PNG_LIMITS_H

#include <stddef.h>

#define PNG_BYTES_MAX ((size_t)64 << 20)
#define PNG_PIXELS_MAX ((size_t)64 << 20)
#define PNG_SIDE_MAX 1000000 /* pixels; a check holds a few rows in memory */
#define PNG_HEAD_SIZE 33     /* bytes: the signature and IHDR */
#define PNG_WHY_MAX 128      /* bytes of what is wrong with one */

#endif
