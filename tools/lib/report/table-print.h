/*
 * table-print: a table for people, its columns as wide as what stands in them.
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
 * A column in which no row has anything is left out.  Cells may be from
 * elsewhere: escape.h says how they are written.
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

/* Dollars for people, who read ten-thousandths of them: "$0.0424". */
#define TABLE_PRINT_MONEY_SIZE 32
const char *table_print_money(char text[TABLE_PRINT_MONEY_SIZE],
	long long micros);

/*
 * Write it to standard output, and free it.  line_width is in code points; 0:
 * any.  Where a line would be longer, a cell of the first column that is too
 * long has a line of its own.  A table of more than a million rows isn't
 * written: EXIT_TRY_LATER.
 */
bool table_print_end(struct table_print *t, int line_width, struct failure *f);

#endif
