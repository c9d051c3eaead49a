/*
 * light: what the numbers of sRGB stand for.
 *
 * Means are of light: half of a surface white and half of it black is seen from
 * afar as 188, not as 128.
 */
#ifndef LIMN_LIGHT_H
#define LIMN_LIGHT_H

#include <stdint.h>

#define LIGHT_MAX 65535u

/* The light of each number; a table, as pow() isn't the same everywhere. */
extern const uint16_t light_of[256];

/* The other way: the number that is nearest to each amount of light. */
void light_numbers(unsigned char number[LIGHT_MAX + 1]);

#endif
