/*
 * buy: a paid request, answered from the store or else by the API, once.
 *
 *	struct store s = { .directory = dir, .database = file };
 *
 *	if (!buy_open(&s, &f) || !buy(&s, &purchase, &f))
 *		...
 *	... purchase.answer, purchase.picture ...
 *	buy_free(&purchase);
 *	buy_close(&s);
 *
 * A request is known by the SHA-256 of its endpoint, a newline and its body.
 * Under a lock for that request the store of answers (limn-answers(5)) is asked
 * first; else the request is sent (see retry.h), and the answer is on disk
 * before anything looks into it.  So two processes with one request buy once.
 * Where there is a ledger (ledger.h), it is booked before it is sent.
 * Without a store every request is sent.
 *
 * What is found in the store was paid for: if the ledger doesn't know that yet,
 * it is told, for the episode that bought it.
 *
 * LIMN_RUN, which make exports, names the run: with force an answer bought
 * before it is not good enough, and where one tool of a run finds that all
 * requests must fail (no credit, bad key), the others of that run don't ask.
 */
#ifndef LIMN_BUY_H
#define LIMN_BUY_H

#include <stdbool.h>
#include <stddef.h>

#include "books/ledger.h"
#include "books/purchase.h"
#include "paid/answers.h"

struct failure;

/* Where answers are kept and purchases are entered.  "" means none; so does
 * NULL if the setting is missing, too. */
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

/* A tool that uses the store failed: the run and the episode say so; see
 * ledger.h. */
void buy_failed(struct store *s, const char *episode, const struct failure *f);

/* The hash of a request, without asking anybody. */
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
