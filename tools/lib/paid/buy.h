/*
 * buy: a paid request, answered from the store or else by the API, once.
 *
 *	struct bought b;
 *
 *	buy_open(&(struct store){ .answers = dir, .database = file });
 *	buy(&purchase, &b);
 *	... b.answer, b.picture ...
 *	buy_free(&b);
 *
 * A request is known by the SHA-256 of its endpoint, a newline and its body.
 * Under a lock for that request the store of answers (limn-answers(5)) is asked
 * first; else the request is sent (see retry.h), and the answer is on disk
 * before anything looks into it.  So two processes with one request buy once.
 * Where there is a ledger (ledger.h), it is booked before it is sent.
 * Without a store every request is sent.  Whatever goes wrong is said, and the
 * tool exits as the contract has it.
 *
 * LIMN_RUN, which make exports, names the run: with force an answer bought
 * before it is not good enough, and where one tool of a run finds that all
 * requests must fail (no credit, bad key), the others of that run don't ask.
 */
#ifndef LIMN_BUY_H
#define LIMN_BUY_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "books/ledger.h"
#include "buf.h"
#include "env.h"
#include "hash.h"
#include "paid/purchase.h"

struct bought {
	char hash[HASH_SIZE]; /* of the request */
	json_t *answer;       /* as the API gave it, but for the picture */
	struct buf picture;   /* of an image: its bytes; empty where the answer
			       * has none, or a URL and there is no store */
	char picture_hash[HASH_SIZE];        /* or "" */
	char bought_at[32];                  /* 2026-02-28T10:32:15Z */
	char request_id[128];                /* the provider's, or "" */
	char purchase[LEDGER_PURCHASE_SIZE]; /* its name in the ledger, or "" */
	char run[ENV_RUN_SIZE]; /* LIMN_RUN of the run that bought it, or "" */
	long long micros;       /* what it cost, in micro-dollars */
	bool is_measured;       /* that was in the answer, not estimated */
	bool is_new;            /* bought just now */
};

/* Where it is kept and booked. */
struct store {
	const char *answers;  /* directory of the store; NULL: $ANSWERS_DIR */
	const char *database; /* file of the ledger; NULL: $DATABASE */
	const char *episode;  /* its id, or NULL */
	bool force;           /* see above */
};

/* Where neither the store nor the settings name one, or it is "", there is
 * none. */
void buy_open(const struct store *s);
void buy(const struct purchase *p, struct bought *b);
void buy_free(struct bought *b);

/* The hash of a request, without asking anybody. */
void buy_hash(const char *endpoint, const char *body, size_t body_len,
	char hash[HASH_SIZE]);

/*
 * For those who only want to know: use the store in dir, if it is there, and
 * see whether it has an answer; fills in b (its picture not) if so.
 */
void buy_look_in(const char *dir);
bool buy_look(const char hash[HASH_SIZE], struct bought *b);

#endif
