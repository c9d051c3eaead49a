/*
 * import: what the store of answers shows to have been bought, for the ledger.
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
 * What is in the store was paid for.  So each purchase that the store shows and
 * the ledger lacks gets a row, settled; one that is there and isn't settled is.
 * That happens when a tool was killed before it could tell the ledger, and when
 * the database is new or was lost.
 *
 * Purchases are in the files HEX.json, HEX.1.json ..., and HEX.damaged.1.json
 * ..., for an entry is set aside when its picture is damaged, too; and in
 * HEX.raw, HEX.1.raw ... as long as they are in no such file: those at what
 * they cost at most.  A file whose bytes are not those that were kept, or that
 * doesn't say enough, is left out, with a warning.  The store isn't changed.
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
	/* in the order of time; of one second prompts come first */
	struct purchase *purchases;
	size_t count, cap;
};

struct imported {
	long long added, settled; /* purchases */
};

/* Reading takes a while: do it before the transaction.  Where there is no
 * store, there are no purchases. */
bool import_read(struct import *i, const char *answers, struct failure *f);
void import_enter(const struct import *i, struct db *db, struct imported *done);
void import_free(struct import *i);

/* Fill the ledger from the store if it is empty, with a warning that says so:
 * what was bought before counts against the budgets. */
bool import_into_empty(struct ledger *l, const char *answers,
	struct failure *f);

/*
 * Fill in what an entry of the store (or the facts of a raw answer, with an
 * estimate as cost_usd) says of its purchase.  The strings are the entry's.
 * false: it doesn't say what was bought, when, and for how much.
 */
bool import_purchase(struct purchase *p, const json_t *entry);

#endif
