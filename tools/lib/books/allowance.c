#include <stddef.h>
#include <time.h>

#include "books/allowance.h"
#include "books/ledger.h"
#include "books/limit.h"

void
allowances_read(struct allowance a[ALLOWANCES], struct db *db,
	const char *episode)
{
	struct limits l;

	limits_read(&l);
	a[ALLOWANCE_EPISODE] = (struct allowance){ "MAX_EPISODE_COST_USD", "",
		l.episode, db ? ledger_spent(db, episode, 0) : 0 };
	a[ALLOWANCE_MONTH] = (struct allowance){ "MAX_MONTH_COST_USD",
		" a month", db ? l.month : LIMIT_NONE, 0 };
	a[ALLOWANCE_TOTAL] = (struct allowance){ "MAX_TOTAL_COST_USD",
		" in all", db ? l.total : LIMIT_NONE, 0 };
	if (a[ALLOWANCE_MONTH].limit != LIMIT_NONE)
		a[ALLOWANCE_MONTH].spent =
			ledger_spent(db, NULL, ledger_month(time(NULL)));
	if (a[ALLOWANCE_TOTAL].limit != LIMIT_NONE)
		a[ALLOWANCE_TOTAL].spent = ledger_spent(db, NULL, 0);
}

const struct allowance *
allowances_least(const struct allowance a[ALLOWANCES])
{
	const struct allowance *least = &a[ALLOWANCE_EPISODE];

	for (size_t i = 0; i < ALLOWANCES; i++)
		if (a[i].limit != LIMIT_NONE &&
			a[i].limit - a[i].spent < least->limit - least->spent)
			least = &a[i];
	return least;
}
