/*
 * allowance: what the limits leave, for who only wants to know it.
 *
 *	struct allowance a[ALLOWANCES];
 *
 *	allowances_read(a, db, "abc123");
 *	least = allowances_least(a);
 *	... least->limit - least->spent micro-dollars ...
 *
 * Who buys asks the ledger, which looks and books at once (ledger.h).
 */
#ifndef LIMN_ALLOWANCE_H
#define LIMN_ALLOWANCE_H

struct db;

enum { ALLOWANCE_EPISODE, ALLOWANCE_MONTH, ALLOWANCE_TOTAL, ALLOWANCES };

struct allowance {
	const char *setting; /* where its limit comes from */
	const char *period;  /* "", " a month", " in all": after the limit */
	long long limit;     /* micro-dollars; LIMIT_NONE: it is off */
	long long spent; /* what counts against it, as ledger_spent() does */
};

/* Where db is NULL nobody knows what was spent: nothing, then, and all limits
 * but the episode's are off. */
void allowances_read(struct allowance a[ALLOWANCES], struct db *db,
	const char *episode);

/* Of those that are on, the one that leaves least. */
const struct allowance *allowances_least(const struct allowance a[ALLOWANCES]);

#endif
