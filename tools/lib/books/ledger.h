/*
 * ledger: money is booked before it is spent.
 *
 *	struct booking b;
 *
 *	ledger_open("outputs/limn.db", force);
 *	ledger_reserve(&b, &request);	if there is room below the limits
 *	ledger_sent(&b);
 *	... the call ...
 *	ledger_settle(&b, &bill);	or ledger_release(), ledger_unknown()
 *
 * A purchase is a row:
 *
 *	reserved	at the worst price; nothing was sent.  Who sends at once
 *			skips it
 *	sent		a request is under way
 *	settled		the answer is there, and what it cost
 *	released	it cost nothing: it wasn't sent, or it was refused
 *	unknown		sent, and no answer: at the worst price
 *
 * All but released count as spent.  Whether there is room, and the reservation,
 * are one transaction.  Where there is room only if calls under way cost less
 * than they may, or fail, it is waited for them; but where none of them ends
 * for three hours, it is EXIT_TRY_LATER.
 *
 * A row that is left reserved by a dead process (row-lock.h) is released; left
 *sent, it becomes unknown; the next that reserves sees to that.
 *
 * Without a ledger (ledger_open() wasn't called) all of it does nothing.  What
 * fails before the call ends the tool, so that there is no call without a
 * booking; what fails after it is warned of, and the answer goes its way.
 *
 * The first booking of a run of make (LIMN_RUN) opens the run of the episode
 * (runs.h).  While the ledger is open, a tool of such a run that dies notes
 * that in its episode and run.  It doesn't in an episode that isn't to be drawn
 * (episodes.h), nor if the books are what failed.
 */
#ifndef LIMN_LEDGER_H
#define LIMN_LEDGER_H

#include <stdbool.h>
#include <time.h>

#include "database/row-lock.h"

struct db;

#define LEDGER_PURCHASE_SIZE 40 /* a UUID */

struct ledger_request {
	const char *what;    /* "ch02: image", the head of messages */
	const char *episode; /* its id; NULL: nobody said */
	const char *chapter; /* the same */
	const char *kind;    /* "prompt" or "image" */
	const char *model;
	const char *hash;   /* of the request */
	long long estimate; /* micro-dollars that it costs at most */
	bool at_once;       /* it is sent as soon as it is booked */
};

struct booking {
	long long id;                        /* 0: there is no ledger */
	char purchase[LEDGER_PURCHASE_SIZE]; /* names it in the store, too */
	bool is_sent;                        /* its row says so */
	struct row_lock lock; /* held while the row is reserved or sent */
};

struct bill {
	long long micros;
	bool is_measured;                      /* else it was estimated */
	long long input_tokens, output_tokens; /* -1: the answer doesn't say */
	const char *request_id;                /* the provider's, or "" */
};

/* A purchase as the store of answers has it. */
struct ledger_past {
	const char *purchase; /* its name */
	const char *episode;  /* its id; NULL: it isn't known */
	const char *chapter;  /* the same */
	const char *kind;     /* "prompt" or "image" */
	const char *model;
	const char *hash; /* of the request */
	const char *run;  /* or "" */
	const char *time; /* when the answer had come, as of db_time() */
};

/* What fills an empty ledger; see ledger_fill_with(). */
struct ledger_fill {
	void (*read)(void);             /* what there is to enter */
	void (*enter)(struct db *db);   /* within a transaction */
	void (*done)(const char *path); /* that is committed */
};

/* force: an episode that isn't ready is none the less drawn (episodes.h). */
void ledger_open(const char *path, bool force);
bool ledger_is_open(void);

/* The episode that the tool is about, so that what fails before the first
 * booking (a key is missing) is noted, too.  NULL: it isn't known. */
void ledger_about(const char *episode);

/* What fills an empty ledger, in the transaction of the first booking, or of
 * the first purchase that is found: what was bought before there was one
 * counts, too.  To read that may take long, and so it is done before. */
void ledger_fill_with(const struct ledger_fill *fill);

/*
 * purchase is filled in even without a ledger.  EXIT_BAD_INPUT: the episode is
 * not one for pictures; EXIT_COST_LIMIT: no room; the episode says so then.
 */
void ledger_reserve(struct booking *b, const struct ledger_request *r);

/* A request goes out; the try failed, and another will follow. */
void ledger_sent(struct booking *b);
void ledger_waits(struct booking *b);

void ledger_settle(struct booking *b, const struct bill *bill);
void ledger_release(struct booking *b, int status, const char *error);
void ledger_unknown(struct booking *b, int status, const char *error);

/* The store has the answer to a purchase: it is settled, if it wasn't; where
 * there is a ledger that lacks it, it is entered. */
void ledger_found(const struct ledger_past *past, const struct bill *bill);

/* An answer that was paid for turned out to be a refusal. */
void ledger_refused(const char *purchase, const char *error);

/*
 * Sums, in micro-dollars, for any database; it may have no ledger.  spent: what
 * counts against the limit: all purchases but those released, and what other
 * stages' pipeline_runs cost, of the episode ("": of none; NULL: of all) since
 * a time (0: ever).
 */
long long ledger_spent(struct db *db, const char *episode, time_t since);

/*
 * SQL: the sum of an expression, for amounts that others may have written: each
 * counts 0 to LIMIT_MICROS_MAX, what is no number as that, and the sum is so
 * small that several can be added.
 */
#define LEDGER_SUM_MAX 100000000000000000
#define LEDGER_SUM(amount)                                                     \
	"CAST(min(total(max(0, min(" amount ", 1000000000000000))),"           \
	" 100000000000000000) AS INTEGER)"

#define LEDGER_SPENT LEDGER_SUM("cost_micros")

struct ledger_sums {
	long long micros;
	long long input_tokens, output_tokens; /* of prompts */
};

/* Our own purchases of an episode but those released; of one run, or of all
 * where run is NULL. */
void ledger_sum(struct db *db, const char *episode, const char *run,
	struct ledger_sums *sums);

/* The micro-dollars of the same, for each episode that has any. */
void ledger_sum_each(struct db *db,
	void (*each)(const char *episode, long long micros, void *data),
	void *data);

/* The first second of this month, in UTC. */
time_t ledger_month(time_t now);

#endif
