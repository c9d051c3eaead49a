/*
 * table-print: a table for people, its columns as wide as what stands in them.
 *
 *	static const char *const heads[] = { "Stage", "Kept", "Spent" };
 *	struct table_print *g = table_print_begin("lrr", heads);
 *
 *	table_print_add(g, "imagegen");
 *	table_print_add(g, NULL);
 *	table_print_add(g, "$0.0424");
 *	table_print_end(g, 80);
 *
 * A column in which no row has anything is left out.  Cells may be from
 * elsewhere: they are written as escape.h has it.
 */
#ifndef LIMN_TABLE_PRINT_H
#define LIMN_TABLE_PRINT_H

struct table_print;

/* A letter for each column: l begins at the left, r ends at the right.  heads
 * may be NULL, and must live as long as the grid. */
struct table_print *table_print_begin(const char *aligns,
	const char *const *heads);

/* The next cell of a row, then of the next row; NULL and "" are empty. */
void table_print_add(struct table_print *g, const char *cell);

/* Dollars for people, who read ten-thousandths of them: "$0.0424". */
#define TABLE_PRINT_MONEY_SIZE 32
const char *table_print_money(char text[TABLE_PRINT_MONEY_SIZE],
	long long micros);

/*
 * Write it to standard output, and free it.  Where lines would be longer than
 * so many letters (0: any), what is too long in the first column has a line of
 * its own.
 */
void table_print_end(struct table_print *g, int letters);

#endif
