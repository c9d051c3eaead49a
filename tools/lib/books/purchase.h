/*
 * purchase: a paid request, from what is asked to what it cost.
 *
 * The caller fills in what is asked; buy() (paid/buy.h) fills in the rest from
 * top to bottom: lock; find it in the store, or reserve, send, store, settle;
 * unlock.
 */
#ifndef LIMN_PURCHASE_H
#define LIMN_PURCHASE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "database/row-lock.h"
#include "env.h"
#include "hash.h"

struct provider;

#define PURCHASE_NAME_SIZE 40 /* bytes of a UUID */
#define PURCHASE_ID_SIZE 256  /* bytes of an episode's or a chapter's id */
#define PURCHASE_WHAT_SIZE 160

struct cost {
	long long micros;                      /* micro-dollars */
	bool is_measured;                      /* else it was estimated */
	long long input_tokens, output_tokens; /* -1: the answer doesn't say */
};

struct purchase {
	/* --- what is asked */
	const char *kind;    /* "prompt" or "image" */
	const char *episode; /* its id; NULL: not known */
	const char *chapter; /* the same */
	const char *model;
	const struct provider *provider;
	const char *endpoint; /* the URL */
	const char *body;     /* the request, exactly */
	size_t body_len;
	const char *const *headers; /* that aren't secret, then NULL; or NULL */
	double timeout;             /* seconds */
	size_t answer_max;          /* bytes of an answer */
	/* what to do after a refusal by the content policy, for the message */
	const char *if_refused;

	/* --- its price */
	long long estimate; /* micro-dollars that it costs at most */
	/* fills in the cost of an answer: by its usage, else the estimate */
	void (*compute_cost)(const json_t *answer, void *data,
		struct cost *cost);
	void *data;

	/* --- its state */
	char what[PURCHASE_WHAT_SIZE]; /* "ch02: image": begins messages */
	char hash[HASH_SIZE];          /* of the request */
	char name[PURCHASE_NAME_SIZE]; /* in the ledger and the store, or "" */
	char run[ENV_RUN_SIZE];        /* LIMN_RUN of the run that bought it */
	long long row;                 /* in the ledger; 0: there is none */
	bool is_sent;                  /* the row says so */
	struct row_lock lock;          /* held while it is reserved or sent */

	/* --- its answer */
	bool is_new;        /* bought now; else it was in the store */
	json_t *answer;     /* of the API, without the picture */
	struct buf picture; /* of an image: its bytes; empty where the answer
			     * has none, or a URL and there is no store */
	char picture_hash[HASH_SIZE]; /* or "" */
	char bought_at[32];           /* 2026-02-28T10:32:15Z */
	char request_id[128];         /* the provider's, or "" */

	/* --- what it cost */
	struct cost cost;
};

#endif
