/*
 * grid: a table for people, its columns as wide as what stands in them.
 *
 *	static const char *const heads[] = { "Stage", "Kept", "Spent" };
 *	struct grid *g = grid_begin("lrr", heads);
 *
 *	grid_add(g, "imagegen");
 *	grid_add(g, NULL);
 *	grid_add(g, "$0.0424");
 *	grid_print(g, 80);
 *
 * A column in which no row has anything is left out.  Cells may be from
 * elsewhere: they are written as plain.h has it.
 */
#ifndef LIMN_GRID_H
#define LIMN_GRID_H

struct grid;

/* A letter for each column: l begins at the left, r ends at the right.  heads
 * may be NULL, and must live as long as the grid. */
struct grid *grid_begin(const char *aligns, const char *const *heads);

/* The next cell of a row, then of the next row; NULL and "" are empty. */
void grid_add(struct grid *g, const char *cell);

/* Dollars for people, who read ten-thousandths of them: "$0.0424". */
#define GRID_MONEY_SIZE 32
const char *grid_money(char text[GRID_MONEY_SIZE], long long micros);

/*
 * Write it to standard output, and free it.  Where lines would be longer than
 * so many letters (0: any), what is too long in the first column has a line of
 * its own.
 */
void grid_print(struct grid *g, int letters);

#endif
