#include <stdio.h>
#include <string.h>

#include "model/size.h"

static long
get_number(const json_t *rule, const char *key)
{
	return (long)json_integer_value(json_object_get(rule, key));
}

/* Returns the end of the number, or NULL if there is no number. */
static const char *
parse_edge(long *edge, const char *s)
{
	size_t digits = strspn(s, "0123456789");

	*edge = 0;
	if (digits == 0 || digits > 5 || *s == '0')
		return NULL;
	for (const char *end = s + digits; s < end; s++)
		*edge = *edge * 10 + (*s - '0');
	return *edge <= SIZE_MAX_EDGE ? s : NULL;
}

bool
size_parse(struct size *z, const char *s)
{
	s = parse_edge(&z->width, s);
	if (!s || *s != 'x')
		return false;
	s = parse_edge(&z->height, s + 1);
	return s && !*s;
}

void
size_print(const struct size *z, char text[SIZE_TEXT_MAX])
{
	snprintf(text, SIZE_TEXT_MAX, "%ldx%ld", z->width, z->height);
}

bool
size_fits(const json_t *rule, const struct size *z, char why[SIZE_WHY_MAX])
{
	long multiple = get_number(rule, "multiple");
	long max_edge = get_number(rule, "max_edge");
	long max_ratio = get_number(rule, "max_ratio");
	long min_pixels = get_number(rule, "min_pixels");
	long max_pixels = get_number(rule, "max_pixels");
	long longer = z->width > z->height ? z->width : z->height;
	long shorter = z->width > z->height ? z->height : z->width;

	if (z->width % multiple || z->height % multiple)
		snprintf(why, SIZE_WHY_MAX,
			"both edges must be multiples of %ld", multiple);
	else if (longer > max_edge)
		snprintf(why, SIZE_WHY_MAX,
			"no edge may be longer than %ld pixels", max_edge);
	else if (longer > max_ratio * shorter)
		snprintf(why, SIZE_WHY_MAX,
			"one edge may be %ld times the other at most",
			max_ratio);
	else if (longer * shorter < min_pixels || longer * shorter > max_pixels)
		snprintf(why, SIZE_WHY_MAX, "it must have %ld to %ld pixels",
			min_pixels, max_pixels);
	else
		return true;
	return false;
}

bool
size_nearest(const json_t *rule, const struct size *z, struct size *near)
{
	long multiple = get_number(rule, "multiple");
	long long pixels = (long long)z->width * z->height;
	bool found = false;

	for (long k = 1; 16 * multiple * k <= SIZE_MAX_EDGE; k++) {
		struct size s = { 16 * multiple * k, 9 * multiple * k };
		/* halfway from the size below: (k - 1/2) steps */
		long long middle = (2 * k - 1) * multiple;
		char why[SIZE_WHY_MAX];

		if (!size_fits(rule, &s, why))
			continue;
		if (found && middle * middle * 16 * 9 > 4 * pixels)
			break;
		*near = s;
		found = true;
	}
	return found;
}
