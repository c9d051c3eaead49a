#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "err.h"
#include "failure.h"
#include "report/escape.h"
#include "report/table-print.h"
#include "span.h"

#define CELLS_MAX ((size_t)16 << 20) /* a million rows */

struct table_print {
	const char *aligns;
	const char *const *heads;
	size_t columns;
	int *widths;  /* of the columns; 0: empty */
	int gap;      /* spaces between two columns */
	char **cells; /* NULL: empty */
	size_t count, cap;
	bool is_full; /* there were more cells than CELLS_MAX */
};

struct table_print *
table_print_begin(const char *aligns, const char *const *heads)
{
	struct table_print *t = xmalloc(sizeof *t);

	*t = (struct table_print){
		.aligns = aligns, .heads = heads, .columns = strlen(aligns)
	};
	t->widths = xcalloc(t->columns, sizeof *t->widths);
	return t;
}

static int
width_of(const char *s)
{
	return (int)span_codepoints(span_of(s));
}

void
table_print_add(struct table_print *t, const char *cell)
{
	int *width = &t->widths[t->count % t->columns];
	char *text;

	if (t->count == CELLS_MAX) {
		t->is_full = true;
		return;
	}
	if (t->count == t->cap) {
		t->cap = t->cap ? t->cap * 2 : 256;
		t->cells = xrealloc(t->cells, t->cap, sizeof *t->cells);
	}
	text = cell && *cell ? escape_text(cell) : NULL;
	t->cells[t->count++] = text;
	if (text && width_of(text) > *width)
		*width = width_of(text);
}

const char *
table_print_money(char text[TABLE_PRINT_MONEY_SIZE], long long micros)
{
	long long n = micros / 100 + (micros % 100 >= 50);

	snprintf(text, TABLE_PRINT_MONEY_SIZE, "$%lld.%04lld", n / 10000,
		n % 10000);
	return text;
}

/* Spaces are printed only before a cell with text, so a line ends in none. */
static void
print_row(const struct table_print *t, const char *const *cells)
{
	int spaces = 0;

	for (size_t i = 0; i < t->columns; i++) {
		const char *cell = cells[i] ? cells[i] : "";
		int pad = t->widths[i] - width_of(cell);

		if (!t->widths[i])
			continue;
		if (t->aligns[i] == 'r' || !*cell)
			spaces += pad;
		if (*cell) {
			/* only the first cell can be too long */
			if (pad < 0)
				printf("%s\n%*s", cell, t->widths[i], "");
			else
				printf("%*s%s", spaces, "", cell);
			spaces = t->aligns[i] == 'l' && pad > 0 ? pad : 0;
		}
		spaces += t->gap;
	}
	putchar('\n');
}

static int
find_width(const struct table_print *t)
{
	int width = -t->gap;

	for (size_t i = 0; i < t->columns; i++)
		width += t->widths[i] ? t->widths[i] + t->gap : 0;
	return width;
}

static void
fit_widths(struct table_print *t, int line_width)
{
	int least = t->heads ? width_of(t->heads[0]) : 1;

	for (size_t i = 0; t->heads && i < t->columns; i++)
		if (t->widths[i] && width_of(t->heads[i]) > t->widths[i])
			t->widths[i] = width_of(t->heads[i]);
	t->gap = 2;
	if (line_width && find_width(t) > line_width) {
		t->widths[0] -= find_width(t) - line_width;
		if (t->widths[0] < least)
			t->widths[0] = least;
	}
	if (line_width && find_width(t) > line_width)
		t->gap = 1;
}

bool
table_print_end(struct table_print *t, int line_width, struct failure *f)
{
	bool good = !t->is_full;

	if (!good)
		failure_set(f, EXIT_TRY_LATER,
			"too many rows for a table; ask for one episode, or "
			"for JSON");
	fit_widths(t, line_width);
	if (good && t->heads)
		print_row(t, t->heads);
	for (size_t i = 0; good && i + t->columns <= t->count; i += t->columns)
		print_row(t, (const char *const *)t->cells + i);
	for (size_t i = 0; i < t->count; i++)
		free(t->cells[i]);
	free(t->cells);
	free(t->widths);
	free(t);
	return good;
}
