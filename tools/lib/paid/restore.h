/*
 * restore: the ledger's rows, from the store of answers.
 *
 *	struct restored r;
 *
 *	restore_ledger(db, "outputs/.answers", "outputs", &r);
 *
 * Each purchase that the store shows and the ledger lacks gets a row, settled;
 * one that is there and isn't settled is.  Whose an answer of a former release
 * is, the workings of the episodes in outputs tell.  For within a transaction
 *of the caller's.
 */
#ifndef LIMN_RESTORE_H
#define LIMN_RESTORE_H

struct db;

struct restored {
	long long added, settled; /* purchases */
};

void restore_ledger(struct db *db, const char *answers, const char *outputs,
	struct restored *r);

#endif
