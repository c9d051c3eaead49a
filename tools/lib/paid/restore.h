/*
 * restore: the ledger's rows, from the store of answers.
 *
 *	struct past past;
 *	struct restored r;
 *
 *	restore_read(&past, "outputs/.answers", "outputs");
 *	db_begin(db);
 *	restore_enter(&past, db, &r);
 *	db_commit(db);
 *	restore_free(&past);
 *
 * Each purchase that the store shows and the ledger lacks gets a row, settled;
 * one that is there and isn't settled is.  Whose an answer of a former release
 * is, the workings of the episodes in outputs tell.  To read all that takes a
 * while, and so is for before the transaction.
 */
#ifndef LIMN_RESTORE_H
#define LIMN_RESTORE_H

#include <jansson.h>

#include "paid/inventory.h"

struct db;

struct past {
	struct inventory inventory;
	json_t *owners; /* the module's own */
};

struct restored {
	long long added, settled; /* purchases */
};

void restore_read(struct past *past, const char *answers, const char *outputs);
void restore_enter(const struct past *past, struct db *db, struct restored *r);
void restore_free(struct past *past);

#endif
