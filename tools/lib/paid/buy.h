/*
 * buy: get the answer to a paid request, from the store or else from the API.
 *
 *	struct store s = { .directory = dir, .database = file };
 *
 *	if (!buy_open(&s, &f) || !buy(&s, &purchase, &f))
 *		...
 *	... purchase.answer, purchase.picture ...
 *	buy_free(&purchase);
 *	buy_close(&s);
 *
 * A request is identified by the SHA-256 of its endpoint, a newline and its
 * body.  buy() locks the request and looks in the store of answers
 * (limn-answers(5)).  If the answer isn't there, the request is sent
 * (retry.h), and its answer is on disk before anything looks into it.  So two
 * processes with the same request buy once.  If there is a ledger (ledger.h),
 * the price is reserved before the request is sent.  Without a store every
 * request is sent.
 *
 * An answer in the store was paid for.  If the ledger doesn't have the
 * purchase yet, it is entered for the episode that bought it.
 *
 * LIMN_RUN, which make exports, names the run.  With force, only an answer
 * that was bought in this run is used.  If one tool of a run learns that all
 * requests must fail (no credit, bad key), the other tools of that run send
 * none.
 */
#ifndef LIMN_BUY_H
#define LIMN_BUY_H

#include <stdbool.h>
#include <stddef.h>

#include "books/ledger.h"
#include "books/purchase.h"
#include "paid/answers.h"

struct failure;

/* Where answers are kept and purchases are entered.  "" means none; NULL means
 * the setting, and none if that is missing. */
struct store {
	const char *directory; /* of the answers; NULL: $ANSWERS_DIR */
	const char *database;  /* file of the ledger; NULL: $DATABASE */
	bool force;            /* see above */

	/* opened by buy_open() */
	struct answers answers;
	struct ledger ledger;
};

bool buy_open(struct store *s, struct failure *f);
void buy_close(struct store *s);

/* The caller calls buy_free() in either case. */
bool buy(struct store *s, struct purchase *p, struct failure *f);
void buy_free(struct purchase *p);

/* Record in the run and the episode that a tool failed; see ledger_failed(). */
void buy_failed(struct store *s, const char *episode, const struct failure *f);

/* Compute the hash of a request. */
void buy_hash(const char *endpoint, const char *body, size_t body_len,
	char hash[HASH_SIZE]);

/*
 * What buy() would find in the store, without force.  Nothing is changed and
 * nothing said.  BUY_FOUND fills in p, but of its picture only the hash; the
 * caller calls buy_free() then.  BUY_UNREADABLE: there is an answer, and buy()
 * can't read it.
 */
enum buy_found { BUY_NOT_FOUND, BUY_FOUND, BUY_UNREADABLE };
enum buy_found buy_look(const struct answers *a, const char hash[HASH_SIZE],
	struct purchase *p);

#endif
