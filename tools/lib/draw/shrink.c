#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "draw/light.h"
#include "draw/shrink.h"

#define FOUR 4

/*
 * What pixels of the large row a pixel of the small one covers: part of the
 * first, all of those between, part of the last.  A large pixel is as many
 * parts wide as there are small ones, so that all parts are whole numbers.
 */
struct cover {
	uint32_t first, last;           /* pixels */
	uint32_t first_part, last_part; /* of it */
};

struct shrink {
	enum shrink_kind kind;
	struct png_info from, to;
	unsigned channels; /* of what is added up: 3, or with alpha 4 */
	struct cover *covers;
	uint64_t parts_inverse; /* 2^48 by the parts of a cover, rounded up */
	uint32_t *line;         /* light << 8, the mean of each cover */
	uint32_t y;             /* of the large row that is next */
	uint64_t *sums;         /* of the lines of a small row */
	uint64_t lines_inverse; /* 2^40 by the parts of all, rounded up */
	unsigned char number[LIGHT_MAX + 1]; /* of light, in sRGB */
	struct shrink_colour colours[256];   /* as they were given */
	uint32_t colour_light[256][4];       /* multiplied by the alpha */
};

/* Light that has come through; alpha itself is taken for light. */
static uint32_t
dim(uint32_t amount, uint32_t alpha)
{
	return (amount * alpha + 127) / 255;
}

static void
set_colours(struct shrink *s, const struct shrink_colour *colours)
{
	memcpy(s->colours, colours, sizeof s->colours);
	s->channels = 3;
	for (int i = 0; i < 256; i++) {
		const struct shrink_colour *c = colours + i;
		uint32_t *to = s->colour_light[i];

		if (c->alpha < 255)
			s->channels = 4;
		to[0] = dim(light_of[c->red], c->alpha);
		to[1] = dim(light_of[c->green], c->alpha);
		to[2] = dim(light_of[c->blue], c->alpha);
		to[3] = dim(LIGHT_MAX, c->alpha);
	}
}

static void
make_covers(struct shrink *s)
{
	uint64_t from = s->from.width, to = s->to.width;

	for (uint64_t x = 0; x < to; x++) {
		uint64_t start = x * from, end = start + from;
		struct cover *c = s->covers + x;

		c->first = (uint32_t)(start / to);
		c->first_part = (uint32_t)(to - start % to);
		/* the part of the last may be all of it, but not nothing */
		c->last = (uint32_t)((end - 1) / to);
		c->last_part = (uint32_t)((end - 1) % to + 1);
		if (c->first == c->last)
			c->last_part = 0;
	}
}

static size_t
round_up(size_t n)
{
	return (n + FOUR - 1) / FOUR * FOUR;
}

struct shrink *
shrink_new(enum shrink_kind kind, const struct shrink_colour *colours,
	const struct png_info *from, const struct png_info *to)
{
	struct shrink *s = xmalloc(sizeof *s);
	size_t n;

	s->kind = kind;
	s->from = *from;
	s->to = *to;
	s->y = 0;
	s->channels = kind == SHRINK_RGBA ? 4 : 3;
	if (kind == SHRINK_INDEXED)
		set_colours(s, colours);
	light_numbers(s->number);
	n = round_up((size_t)to->width * s->channels);
	s->covers = xmalloc(to->width * sizeof *s->covers);
	make_covers(s);
	s->line = xmalloc(n * sizeof *s->line);
	s->sums = xmalloc(n * sizeof *s->sums);
	memset(s->line, 0, n * sizeof *s->line);
	memset(s->sums, 0, n * sizeof *s->sums);
	s->parts_inverse = ((UINT64_C(1) << 48) - 1) / from->width + 1;
	s->lines_inverse = ((UINT64_C(1) << 40) - 1) / from->height + 1;
	return s;
}

void
shrink_free(struct shrink *s)
{
	if (!s)
		return;
	free(s->covers);
	free(s->line);
	free(s->sums);
	free(s);
}

/* Of a sum of parts: at most 2^16 times 2^20. */
static uint32_t
mean(const struct shrink *s, uint64_t between, uint64_t parts)
{
	return (uint32_t)((between * s->to.width + parts) * s->parts_inverse >>
		40);
}

static void
add_rgb(struct shrink *s, const unsigned char *row)
{
	uint32_t *to = s->line;

	for (uint32_t x = 0; x < s->to.width; x++, to += 3) {
		const struct cover *c = s->covers + x;
		const unsigned char *a = row + 3 * (size_t)c->first;
		const unsigned char *b = row + 3 * (size_t)c->last;
		uint64_t sum[3] = { 0 };

		for (const unsigned char *p = a + 3; p < b; p += 3)
			for (int k = 0; k < 3; k++)
				sum[k] += light_of[p[k]];
		for (int k = 0; k < 3; k++)
			to[k] = mean(s, sum[k],
				(uint64_t)light_of[a[k]] * c->first_part +
					(uint64_t)light_of[b[k]] *
						c->last_part);
	}
}

static void
add_pixel(uint64_t sum[4], const unsigned char *p, uint64_t parts)
{
	uint32_t alpha = p[3];

	for (int k = 0; k < 3; k++) {
		uint32_t amount = light_of[p[k]];

		if (alpha < 255)
			amount = dim(amount, alpha);
		sum[k] += amount * parts;
	}
	sum[3] += alpha * 257 * parts;
}

static void
add_rgba(struct shrink *s, const unsigned char *row)
{
	uint32_t *to = s->line;

	for (uint32_t x = 0; x < s->to.width; x++, to += 4) {
		const struct cover *c = s->covers + x;
		const unsigned char *a = row + 4 * (size_t)c->first;
		const unsigned char *b = row + 4 * (size_t)c->last;
		uint64_t sum[4] = { 0 };

		add_pixel(sum, a, c->first_part);
		add_pixel(sum, b, c->last_part);
		for (const unsigned char *p = a + 4; p < b; p += 4)
			add_pixel(sum, p, s->to.width);
		for (int k = 0; k < 4; k++)
			to[k] = mean(s, 0, sum[k]);
	}
}

static void
add_indexed(struct shrink *s, const unsigned char *row)
{
	uint32_t *to = s->line;

	for (uint32_t x = 0; x < s->to.width; x++, to += s->channels) {
		const struct cover *c = s->covers + x;
		const uint32_t *a = s->colour_light[row[c->first]];
		const uint32_t *b = s->colour_light[row[c->last]];
		uint64_t sum[4] = { 0 };

		for (uint32_t i = c->first + 1; i < c->last; i++)
			for (int k = 0; k < 4; k++)
				sum[k] += s->colour_light[row[i]][k];
		for (unsigned k = 0; k < s->channels; k++)
			to[k] = mean(s, sum[k],
				(uint64_t)a[k] * c->first_part +
					(uint64_t)b[k] * c->last_part);
	}
}

/* In fours, which compilers make one step of. */
static void
add_line(const struct shrink *s, uint32_t parts)
{
	const uint32_t *restrict line = s->line;
	uint64_t *restrict sums = s->sums;
	size_t n = round_up((size_t)s->to.width * s->channels);

	for (size_t i = 0; i < n; i += FOUR)
		for (size_t k = 0; k < FOUR; k++)
			sums[i + k] += (uint64_t)line[i + k] * parts;
}

/* The mean of the lines that are added up, as light again. */
static uint32_t
take_mean(struct shrink *s, size_t i)
{
	uint64_t half = UINT64_C(1) << 47;
	uint64_t mean_light = (s->sums[i] * s->lines_inverse + half) >> 48;

	s->sums[i] = 0;
	return (uint32_t)mean_light;
}

static void
take_row(struct shrink *s, unsigned char *rgba)
{
	size_t i = 0;

	for (uint32_t x = 0; x < s->to.width; x++, rgba += 4) {
		uint32_t colour[3], alpha = LIGHT_MAX;

		for (int k = 0; k < 3; k++)
			colour[k] = take_mean(s, i++);
		if (s->channels == 4)
			alpha = take_mean(s, i++);
		for (int k = 0; k < 3 && alpha < LIGHT_MAX; k++) {
			colour[k] =
				alpha > 0 ? colour[k] * LIGHT_MAX / alpha : 0;
			if (colour[k] > LIGHT_MAX)
				colour[k] = LIGHT_MAX;
		}
		for (int k = 0; k < 3; k++)
			rgba[k] = s->number[colour[k]];
		rgba[3] = (unsigned char)((alpha + 128) / 257);
	}
}

/* Of the same size: as it is. */
static void
copy_row(const struct shrink *s, const unsigned char *row, unsigned char *rgba)
{
	for (size_t x = 0; x < s->to.width; x++, rgba += 4)
		if (s->kind == SHRINK_INDEXED) {
			memcpy(rgba, &s->colours[row[x]], 4);
		} else if (s->kind == SHRINK_RGBA) {
			memcpy(rgba, row + 4 * x, 4);
		} else {
			memcpy(rgba, row + 3 * x, 3);
			rgba[3] = 255;
		}
}

bool
shrink_row(struct shrink *s, const unsigned char *row, bool again,
	unsigned char *rgba)
{
	static void (*const add[])(struct shrink *,
		const unsigned char *) = { add_indexed, add_rgb, add_rgba };
	/* parts of rows, as there are parts of pixels */
	uint64_t start = (uint64_t)s->y++ * s->to.height;
	uint64_t end = start + s->to.height;
	uint64_t next = (start / s->from.height + 1) * s->from.height;

	if (s->from.width == s->to.width && s->from.height == s->to.height) {
		copy_row(s, row, rgba);
		return true;
	}
	if (!again)
		add[s->kind](s, row);
	if (end < next) {
		add_line(s, s->to.height);
		return false;
	}
	add_line(s, (uint32_t)(next - start));
	take_row(s, rgba);
	if (end > next)
		add_line(s, (uint32_t)(end - next));
	return true;
}
