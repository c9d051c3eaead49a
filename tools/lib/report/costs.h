/*
 * costs: what was spent, and what became of it.
 *
 *	costs_each(db, COSTS_MODEL, uses, NULL, print_row, &table);
 *
 * It is summed from the ledger, where each purchase is of one of the classes
 * below, and from the runs of the pipeline's other stages (rows of
 * pipeline_runs that aren't limn's).  A database may have neither of them.
 */
#ifndef LIMN_COSTS_H
#define LIMN_COSTS_H

struct db;

enum cost_class {
	COST_KEPT,     /* paid, the last answer to its request, and shown */
	COST_WAITING,  /* the same, and not yet shown */
	COST_REPLACED, /* paid, and not in use (any more) */
	COST_REFUSED,  /* paid, and the answer was a refusal */
	COST_UNKNOWN,  /* sent, and no answer: at the worst price */
	COST_PENDING,  /* not ended: at the worst price */
	COST_OTHER,    /* runs of other stages */
	COST_FREE,     /* refused by the provider, for nothing */
	COST_CLASSES
};

/* By what to sum: one row for all, or one a name. */
enum costs_by {
	COSTS_ALL,
	COSTS_EPISODE,
	COSTS_STAGE, /* "imagegen", and those of others in small letters */
	COSTS_MODEL,
	COSTS_MONTH /* "2026-02", in UTC, in which it was asked for */
};

struct costs {
	long long count[COST_CLASSES];
	long long micros[COST_CLASSES]; /* micro-dollars */
};

/*
 * Each row, in the order of their names; name is NULL where nobody said, and of
 * COSTS_ALL.  uses is JSON, what uses.h says of today; wanted a JSON list of
 * episodes (NULL: all).
 */
void costs_each(struct db *db, enum costs_by by, const char *uses,
	const char *wanted,
	void (*each)(const char *name, const struct costs *c, void *data),
	void *data);

#endif
