#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "draw/lines.h"

#define SIZE_STEP 0.94
#define RUNGS 48 /* of the ladder of sizes */
#define LINES_EVEN_MAX 32
#define COST_BROKEN_WORD 1.0 /* as much as a whole line */
#define COST_IMPOSSIBLE 1e30
/* For U+2028, pango would load a font of digits. */
#define LINE_SEPARATOR "\n"

/* The width of the cluster at each byte of the text, all in one line. */
static double *
cluster_widths(PangoLayout *layout)
{
	size_t size =
		(strlen(pango_layout_get_text(layout)) + 1) * sizeof(double);
	double *widths = memset(xmalloc(size), 0, size);
	PangoLayoutIter *i = pango_layout_get_iter(layout);
	PangoRectangle box;

	do {
		pango_layout_iter_get_cluster_extents(i, NULL, &box);
		widths[pango_layout_iter_get_index(i)] +=
			box.width / (double)PANGO_SCALE;
	} while (pango_layout_iter_next_cluster(i));
	pango_layout_iter_free(i);
	return widths;
}

/* The width of the word at s; at has pango's attributes of it. */
static double
word_width(const char *s, const PangoLogAttr *at, const double *widths)
{
	double width = 0;

	do {
		size_t n = (size_t)(g_utf8_next_char(s) - s);

		width += *s == ' ' ? 0 : *widths;
		s += n;
		widths += n;
	} while (*s && !(++at)->is_line_break);
	return width;
}

void
lines_begin(struct lines *l, PangoLayout *layout, double reference,
	double word_max)
{
	const char *text = pango_layout_get_text(layout);
	const PangoLogAttr *at =
		pango_layout_get_log_attrs_readonly(layout, NULL);
	double *widths = cluster_widths(layout);
	struct piece *piece = NULL;
	bool too_long = false;

	l->list = xmalloc((strlen(text) + 1) * sizeof *l->list);
	l->count = 0;
	l->widest = 0;
	l->reference = reference;
	for (const char *s = text; *s; s = g_utf8_next_char(s), at++) {
		double width = widths[s - text];
		bool begins_word = s == text || at->is_line_break;

		if (begins_word)
			too_long = word_width(s, at, widths + (s - text)) >
				word_max;
		if (begins_word || (too_long && at->is_cursor_position)) {
			piece = &l->list[l->count++];
			*piece = (struct piece){ s, s, 0, 0, begins_word };
		}
		if (*s == ' ') {
			piece->space += width;
		} else {
			piece->width += width;
			piece->end = g_utf8_next_char(s);
		}
	}
	for (size_t i = 0; i < l->count; i++)
		if (l->list[i].width > l->widest)
			l->widest = l->list[i].width;
	free(widths);
}

void
lines_free(struct lines *l)
{
	free(l->list);
}

static int
count_lines(const struct lines *l, double width)
{
	double x = 0;
	int lines = 1;

	for (size_t i = 0; i < l->count; i++) {
		const struct piece *piece = &l->list[i];

		if (x > 0 && x + piece->width > width) {
			lines++;
			x = 0;
		}
		x += piece->width + piece->space;
	}
	return lines;
}

bool
lines_fit(const struct lines *l, const struct text_style *style, double width,
	double height, double size)
{
	double scale = l->reference / size;
	int lines = count_lines(l, width * scale);

	return l->widest <= width * scale &&
		(style->lines_max == 0 || lines <= style->lines_max) &&
		lines * style->leading * size <= height;
}

double
lines_size(const struct lines *l, const struct text_style *style, double width,
	double height)
{
	double ladder[RUNGS];
	int low = 0, high = 0;

	for (double size = style->size_max;
		size > style->size_min && high < RUNGS - 1; size *= SIZE_STEP)
		ladder[high++] = size;
	ladder[high] = style->size_min;
	while (low < high) {
		int middle = (low + high) / 2;

		if (lines_fit(l, style, width, height, ladder[middle]))
			high = middle;
		else
			low = middle + 1;
	}
	return ladder[low];
}

/*
 * Break the text so that the sum of the squares of the lines' lengths is least:
 * then the lines are about even, and no word is alone on the last line if that
 * can be avoided.  least[n][i] is that sum for n lines that end before piece i,
 * and from[n][i] the first piece of the last of them.
 */
static void
break_evenly(const struct lines *l, int lines, double width, struct buf *out)
{
	size_t row = l->count + 1;
	double *least = xmalloc((size_t)(lines + 1) * row * sizeof *least);
	size_t *from = xmalloc((size_t)(lines + 1) * row * sizeof *from);
	size_t ends[LINES_EVEN_MAX + 1];

	for (size_t i = 0; i < row; i++)
		least[i] = i == 0 ? 0 : COST_IMPOSSIBLE;
	for (size_t n = 1; n <= (size_t)lines; n++)
		for (size_t i = 0; i < row; i++) {
			double x = 0, *sum = &least[n * row + i];

			*sum = COST_IMPOSSIBLE;
			from[n * row + i] = 0;
			for (size_t k = i; k-- > 0;) {
				const struct piece *piece = &l->list[k];
				double cost = least[(n - 1) * row + k];

				x += piece->width;
				if (x > width && k + 1 < i)
					break;
				cost += x * x / width / width;
				if (!piece->begins_word)
					cost += COST_BROKEN_WORD;
				if (cost < *sum) {
					*sum = cost;
					from[n * row + i] = k;
				}
				if (k > 0)
					x += l->list[k - 1].space;
			}
		}
	ends[lines] = l->count;
	for (size_t n = (size_t)lines; n > 0; n--)
		ends[n - 1] = from[n * row + ends[n]];
	for (size_t n = 0; n < (size_t)lines; n++) {
		const char *begin = l->list[ends[n]].begin;

		if (ends[n + 1] <= ends[n])
			continue;
		if (n > 0)
			buf_adds(out, LINE_SEPARATOR);
		buf_add(out, begin,
			(size_t)(l->list[ends[n + 1] - 1].end - begin));
	}
	free(least);
	free(from);
}

/* Fill line after line: for a text of too many lines to compare. */
static void
break_greedily(const struct lines *l, double width, struct buf *out)
{
	double x = 0;

	for (size_t i = 0; i < l->count; i++) {
		const struct piece *piece = &l->list[i];

		if (x > 0 && x + piece->width > width) {
			buf_adds(out, LINE_SEPARATOR);
			x = 0;
		} else if (i > 0) {
			buf_add(out, piece[-1].end,
				(size_t)(piece->begin - piece[-1].end));
		}
		buf_add(out, piece->begin, (size_t)(piece->end - piece->begin));
		x += piece->width + piece->space;
	}
}

void
lines_break(const struct lines *l, double width, double size, struct buf *out)
{
	double scaled = width * l->reference / size;
	int lines = count_lines(l, scaled);

	if (lines > 1 && lines <= LINES_EVEN_MAX)
		break_evenly(l, lines, scaled, out);
	else
		break_greedily(l, scaled, out);
}
