/*
 * account: what the answers in the store cost, in the ledger.
 *
 *	account_open(answers_dir);
 *	...
 *	account_entry(&purchase, hash, entry);
 *
 * What is in the store was paid for.  So where an answer is found there its
 * purchase is settled, if the ledger doesn't know that yet, or entered, if it
 * doesn't know it at all: a tool was killed before it could tell, or the
 * database is new, or was lost.  It is entered for the episode that bought it,
 * whoever finds it.  Answers of a former release, whose purchases have no name,
 * are only entered where the ledger is empty.
 */
#ifndef LIMN_ACCOUNT_H
#define LIMN_ACCOUNT_H

#include <jansson.h>
#include <stdbool.h>

struct bill;
struct buf;
struct purchase;

/* From now on an empty ledger is filled from this store; it is said then. */
void account_open(const char *answers);

/* By the facts behind an answer (see limn-answers(5)), and what it cost. */
void account_answer(const struct purchase *p, const char *hash,
	const json_t *facts, const struct bill *bill);

/* An entry, at what was reckoned when it was bought, by the prices of that day.
 */
void account_entry(const struct purchase *p, const char *hash,
	const json_t *entry);

/* An answer as it was received, raw, that nobody will take apart any more; raw
 * is changed. */
void account_raw(const struct purchase *p, const char *hash, struct buf *raw,
	const json_t *facts);

/* Whether an entry's cost was measured, not estimated. */
bool account_is_measured(const json_t *entry);

#endif
