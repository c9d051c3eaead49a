#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "books/budget.h"
#include "env.h"
#include "failure.h"
#include "span.h"

#define EXAMPLE_USD 100 /* the example in the message about a bad limit */
#define DECIMALS_MIN 2
#define DECIMALS_MAX 6 /* micro-dollars */

static const struct budget all[BUDGETS] = {
	[BUDGET_EPISODE] = { .setting = "MAX_EPISODE_COST_USD",
		.name = "Episode",
		.period = "",
		.limit = BUDGET_EPISODE_USD * 1000000LL },
	[BUDGET_MONTH] = { .setting = "MAX_MONTH_COST_USD",
		.name = "Monthly",
		.period = " a month",
		.limit = BUDGET_NONE },
	[BUDGET_TOTAL] = { .setting = "MAX_TOTAL_COST_USD",
		.name = "Total",
		.period = " in all",
		.limit = BUDGET_NONE },
};

bool
budgets_read(struct budget budgets[BUDGETS], struct failure *f)
{
	for (size_t i = 0; i < BUDGETS; i++) {
		const char *value = env_get(all[i].setting);
		double dollars =
			i == BUDGET_EPISODE ? BUDGET_EPISODE_USD : EXAMPLE_USD;

		budgets[i] = all[i];
		if (i != BUDGET_EPISODE &&
			(!value || span_is_space(span_of(value))))
			continue;
		if (!env_number(all[i].setting, dollars, 0, BUDGET_USD_MAX,
			    &dollars, f))
			return false;
		budgets[i].limit = (long long)(dollars * 1e6 + 0.5);
	}
	return true;
}

/* The message has enough decimals to show which amount is greater. */
static void
set_exceeded(struct budget_check *c, const struct budget *b, long long micros)
{
	long long unit = 10000;
	int decimals = DECIMALS_MIN;

	for (; decimals < DECIMALS_MAX && micros - b->limit < unit; unit /= 10)
		decimals++;
	snprintf(c->why, sizeof c->why, "%s cost limit exceeded: %.*f > %.*f",
		b->name, decimals, (double)micros / 1e6, decimals,
		(double)b->limit / 1e6);
	c->setting = b->setting;
	c->verdict = BUDGET_EXCEEDED;
}

void
budgets_check(struct budget_check *c, const struct budget budgets[BUDGETS],
	long long micros)
{
	*c = (struct budget_check){ .verdict = BUDGET_FITS };
	if (micros <= 0)
		return;
	for (size_t i = 0; i < BUDGETS; i++) {
		const struct budget *b = &budgets[i];
		long long firm = b->spent - b->pending;

		if (b->limit == BUDGET_NONE)
			continue;
		if (micros > b->limit - firm) {
			/* a larger amount may overflow */
			if (micros > BUDGET_MICROS_MAX)
				micros = BUDGET_MICROS_MAX;
			set_exceeded(c, b, firm + micros);
			return;
		}
		if (micros > b->limit - b->spent) {
			c->verdict = BUDGET_WAIT;
			if (b->calls > c->calls)
				c->calls = b->calls;
		}
	}
}

const struct budget *
budgets_least(const struct budget budgets[BUDGETS])
{
	const struct budget *least = &budgets[BUDGET_EPISODE];

	for (size_t i = 0; i < BUDGETS; i++)
		if (budgets[i].limit != BUDGET_NONE &&
			budgets[i].limit - budgets[i].spent <
				least->limit - least->spent)
			least = &budgets[i];
	return least;
}

const char *
budget_setting(const char *name)
{
	for (size_t i = 0; i < BUDGETS; i++)
		if (strcmp(name, all[i].setting) == 0)
			return all[i].setting;
	return all[BUDGET_EPISODE].setting;
}
