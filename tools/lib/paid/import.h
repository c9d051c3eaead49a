/*
 * import: enter purchases of the store of answers into the ledger.
 *
 *	struct import i;
 *	struct imported done = { 0, 0 };
 *
 *	if (!import_read(&i, "outputs/.answers", &f))
 *		return false;
 *	db_begin(db);
 *	import_enter(&i, db, &done);
 *	if (!db_commit(db, &f))
 *		...
 *	import_free(&i);
 *
 * An answer in the store was paid for.  So a purchase that the ledger lacks
 * gets a settled row, and a row that is not settled is settled.  This is
 * needed if a tool was killed before it could settle, and if the database is
 * new or was lost.
 *
 * The purchases are in the files HEX.json, HEX.1.json ...  They are also in
 * HEX.damaged.1.json ..., because an entry is set aside with its damaged
 * picture.  HEX.raw, HEX.1.raw ... count, at their highest price, if their
 * purchase is in none of those.  A file whose bytes are not those that were
 * kept, or that lacks facts, is skipped with a warning.  The store isn't
 * changed.
 */
#ifndef LIMN_IMPORT_H
#define LIMN_IMPORT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "books/purchase.h"

struct db;
struct failure;
struct ledger;

struct import {
	/* by time; within a second, prompts come first */
	struct purchase *purchases;
	size_t count, cap;
};

struct imported {
	long long added, settled; /* purchases */
};

/* This takes a while: call it before the transaction.  Without a store there
 * are no purchases. */
bool import_read(struct import *i, const char *answers, struct failure *f);
void import_enter(const struct import *i, struct db *db, struct imported *done);
void import_free(struct import *i);

/* Fill an empty ledger from the store, with a warning: former purchases count
 * against the budgets. */
bool import_into_empty(struct ledger *l, const char *answers,
	struct failure *f);

/*
 * Fill in a purchase from an entry of the store, or from the facts of a raw
 * answer (cost_usd is the estimate then).  The strings belong to the entry.
 * false: the entry lacks what was bought, when, or for how much.
 */
bool import_purchase(struct purchase *p, const json_t *entry);

#endif
