/*
 * size: the size of a picture, and the rules that models have for it.
 *
 * A rule is one of models.json's size_rules (see limn-models(5)).
 */
#ifndef LIMN_SIZE_H
#define LIMN_SIZE_H

#include <jansson.h>
#include <stdbool.h>

#define SIZE_MAX_EDGE 65535
#define SIZE_TEXT_MAX 16 /* bytes of "65535x65535", with its NUL */
#define SIZE_WHY_MAX 80

struct size {
	long width, height; /* pixels, 1 to SIZE_MAX_EDGE */
};

/* WIDTHxHEIGHT, and nothing else: no sign, no space, no 0 in front. */
bool size_parse(struct size *z, const char *s);
void size_print(const struct size *z, char text[SIZE_TEXT_MAX]);

/* Whether the rule allows it; if not, why says what the rule is. */
bool size_fits(const json_t *rule, const struct size *z,
	char why[SIZE_WHY_MAX]);

/* The size of 16:9 that the rule allows and whose number of pixels is nearest
 * to z's, rather more than less; false if there is none. */
bool size_nearest(const json_t *rule, const struct size *z, struct size *near);

#endif
