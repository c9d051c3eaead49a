/*
 * costs: sums of what was spent.
 *
 *	costs_each(db, COSTS_MODEL, references, NULL, print_row, &table);
 *
 * They are summed from the ledger, where each purchase has one of the classes
 * below, and from the runs of the pipeline's other stages (rows of
 * pipeline_runs that aren't limn's).  A database may lack both tables.
 */
#ifndef LIMN_COSTS_H
#define LIMN_COSTS_H

struct db;

enum cost_class {
	COST_KEPT,     /* paid, the last answer to its request, and shown */
	COST_WAITING,  /* the same, but not yet shown */
	COST_REPLACED, /* paid, and not in use any more, or never */
	COST_REFUSED,  /* paid, and the answer was a refusal */
	COST_UNKNOWN,  /* sent, without an answer: the highest price */
	COST_PENDING,  /* not ended: the highest price */
	COST_OTHER,    /* runs of other stages */
	COST_FREE,     /* refused by the provider, for nothing */
	COST_CLASSES
};

/* What to group by: one row for all, or a row for each name. */
enum costs_by {
	COSTS_ALL,
	COSTS_EPISODE,
	COSTS_STAGE, /* "imagegen" and others, in lower case */
	COSTS_MODEL,
	COSTS_MONTH /* "2026-02", in UTC, of the request */
};

struct costs {
	long long count[COST_CLASSES];
	long long micros[COST_CLASSES]; /* micro-dollars */
};

/*
 * Call each() for each row, in the order of the names.  name is NULL if it is
 * not known, and for COSTS_ALL.  references is the JSON of references.h;
 * episodes is a JSON list of episodes (NULL: all).
 */
void costs_each(struct db *db, enum costs_by by, const char *references,
	const char *episodes,
	void (*each)(const char *name, const struct costs *c, void *data),
	void *data);

#endif
