#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "err.h"
#include "report/escape.h"
#include "report/table-print.h"
#include "span.h"

#define COLUMNS_MAX 16
#define CELLS_MAX ((size_t)16 << 20) /* a million rows */

struct table_print {
	const char *aligns;
	const char *const *heads;
	size_t columns;
	int widths[COLUMNS_MAX]; /* 0: nothing in it */
	int gap;                 /* blanks between two columns */
	char **cells;            /* NULL: empty */
	size_t count, room;
};

struct table_print *
table_print_begin(const char *aligns, const char *const *heads)
{
	struct table_print *g = xmalloc(sizeof *g);

	*g = (struct table_print){
		.aligns = aligns, .heads = heads, .columns = strlen(aligns)
	};
	if (g->columns > COLUMNS_MAX)
		die(EXIT_BAD_CONFIG, "a table of more than %d columns",
			COLUMNS_MAX);
	return g;
}

static int
letters_of(const char *s)
{
	return (int)span_letters(span_of(s));
}

static void
make_room(struct table_print *g)
{
	if (g->count < g->room)
		return;
	g->room = g->room ? g->room * 2 : 256;
	if (g->room > CELLS_MAX)
		die(EXIT_TRY_LATER,
			"more rows than a table has room for; ask for one "
			"episode, or for JSON");
	g->cells = realloc(g->cells, g->room * sizeof *g->cells);
	if (!g->cells)
		die(EXIT_TRY_LATER, "out of memory");
}

void
table_print_add(struct table_print *g, const char *cell)
{
	int *width = &g->widths[g->count % g->columns];
	char *text = cell && *cell ? escape_text(cell) : NULL;

	make_room(g);
	g->cells[g->count++] = text;
	if (text && letters_of(text) > *width)
		*width = letters_of(text);
}

const char *
table_print_money(char text[TABLE_PRINT_MONEY_SIZE], long long micros)
{
	long long n = micros / 100 + (micros % 100 >= 50);

	snprintf(text, TABLE_PRINT_MONEY_SIZE, "$%lld.%04lld", n / 10000,
		n % 10000);
	return text;
}

/* Blanks are kept back until something stands behind them. */
static void
print_row(const struct table_print *g, const char *const *cells)
{
	int blanks = 0;

	for (size_t i = 0; i < g->columns; i++) {
		const char *cell = cells[i] ? cells[i] : "";
		int pad = g->widths[i] - letters_of(cell);

		if (!g->widths[i])
			continue;
		if (g->aligns[i] == 'r' || !*cell)
			blanks += pad;
		if (*cell) {
			/* only the first can be too long */
			if (pad < 0)
				printf("%s\n%*s", cell, g->widths[i], "");
			else
				printf("%*s%s", blanks, "", cell);
			blanks = g->aligns[i] == 'l' && pad > 0 ? pad : 0;
		}
		blanks += g->gap;
	}
	putchar('\n');
}

static int
find_width(const struct table_print *g)
{
	int width = -g->gap;

	for (size_t i = 0; i < g->columns; i++)
		width += g->widths[i] ? g->widths[i] + g->gap : 0;
	return width;
}

static void
fit(struct table_print *g, int letters)
{
	int least = g->heads ? letters_of(g->heads[0]) : 1;

	for (size_t i = 0; g->heads && i < g->columns; i++)
		if (g->widths[i] && letters_of(g->heads[i]) > g->widths[i])
			g->widths[i] = letters_of(g->heads[i]);
	g->gap = 2;
	if (letters && find_width(g) > letters) {
		g->widths[0] -= find_width(g) - letters;
		if (g->widths[0] < least)
			g->widths[0] = least;
	}
	if (letters && find_width(g) > letters)
		g->gap = 1;
}

void
table_print_end(struct table_print *g, int letters)
{
	fit(g, letters);
	if (g->heads)
		print_row(g, g->heads);
	for (size_t i = 0; i + g->columns <= g->count; i += g->columns)
		print_row(g, (const char *const *)g->cells + i);
	for (size_t i = 0; i < g->count; i++)
		free(g->cells[i]);
	free(g->cells);
	free(g);
}
