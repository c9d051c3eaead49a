/*
 * table-print: a table as text, with columns as wide as their cells.
 *
 *	static const char *const heads[] = { "Stage", "Kept", "Spent" };
 *	struct table_print *t = table_print_begin("lrr", heads);
 *
 *	table_print_add(t, "imagegen");
 *	table_print_add(t, NULL);
 *	table_print_add(t, "$0.0424");
 *	if (!table_print_end(t, 80, &f))
 *		return false;
 *
 * A column without any text is left out.  Cells are escaped (escape.h).
 */
#ifndef LIMN_TABLE_PRINT_H
#define LIMN_TABLE_PRINT_H

#include <stdbool.h>

struct failure;
struct table_print;

/* A letter for each column: l begins at the left, r ends at the right.  heads
 * may be NULL, and must live as long as the table. */
struct table_print *table_print_begin(const char *aligns,
	const char *const *heads);

/* The next cell of a row, then of the next row; NULL and "" are empty. */
void table_print_add(struct table_print *t, const char *cell);

/* Dollars with four decimals: "$0.0424". */
#define TABLE_PRINT_MONEY_SIZE 32
const char *table_print_money(char text[TABLE_PRINT_MONEY_SIZE],
	long long micros);

/*
 * Print it to standard output, and free it.  line_width is in code points; 0:
 * no limit.  If a line would be longer, a long cell of the first column gets a
 * line of its own.  More than a million rows are EXIT_TRY_LATER, and nothing is
 * printed.
 */
bool table_print_end(struct table_print *t, int line_width, struct failure *f);

#endif
