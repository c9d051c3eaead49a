/*
 * budget: how much may be spent, how much was spent, and whether a purchase
 * fits.
 *
 *	struct budget budgets[BUDGETS];
 *
 *	if (!budgets_read(budgets, &f))
 *		return false;
 *	ledger_count(db, "abc123", budgets);
 *	budgets_check(&check, budgets, 42400);
 *	if (check.verdict == BUDGET_EXCEEDED)
 *		... check.why, check.setting ...
 *
 * All amounts are micro-dollars.  A pending call (reserved or sent) counts as
 * spent at its highest price, but may cost less in the end.  If a purchase
 * would fit when pending calls cost nothing, the verdict is to wait for them.
 */
#ifndef LIMN_BUDGET_H
#define LIMN_BUDGET_H

#include <stdbool.h>

struct failure;

#define BUDGET_NONE (-1)      /* a limit that is off */
#define BUDGET_EPISODE_USD 10 /* the default of MAX_EPISODE_COST_USD */
#define BUDGET_USD_MAX 1e9    /* the largest limit, in dollars */
#define BUDGET_MICROS_MAX 1000000000000000
#define BUDGET_WHY_MAX 128 /* bytes */

enum { BUDGET_EPISODE, BUDGET_MONTH, BUDGET_TOTAL, BUDGETS };

struct budget {
	const char *setting; /* where its limit comes from */
	const char *name;    /* "Episode": begins the message */
	const char *period;  /* "", " a month", " in all": after the limit */
	long long limit;     /* or BUDGET_NONE */
	long long spent;     /* pending calls count */
	long long pending;   /* of that, the highest price of pending calls */
	long long calls;     /* that are pending */
};

struct budget_check {
	enum { BUDGET_FITS, BUDGET_WAIT, BUDGET_EXCEEDED } verdict;
	long long calls; /* BUDGET_WAIT: how many are pending */
	/* BUDGET_EXCEEDED: "Episode cost limit exceeded: 10.04 > 10.00", and
	 * the setting of that limit */
	char why[BUDGET_WHY_MAX];
	const char *setting;
};

/* The limits, from the settings; nothing is spent.  EXIT_BAD_CONFIG as for
 * env_number(). */
bool budgets_read(struct budget budgets[BUDGETS], struct failure *f);

/* Check whether a purchase fits that costs at most so many micro-dollars.  A
 * free one always fits.  why names the first limit that is exceeded. */
void budgets_check(struct budget_check *c, const struct budget budgets[BUDGETS],
	long long micros);

/* The budget with the least left.  The episode's is always on. */
const struct budget *budgets_least(const struct budget budgets[BUDGETS]);

/* The same name as a constant string: one of the three settings, or the
 * episode's if name is another. */
const char *budget_setting(const char *name);

#endif
