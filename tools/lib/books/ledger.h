/*
 * ledger: money is booked before it is spent.
 *
 *	struct ledger l;
 *
 *	ledger_open(&l, "outputs/limn.db", force);
 *	if (!ledger_reserve(&l, &purchase, false, &f) ||
 *		!ledger_sent(&l, &purchase, &f))
 *		... nothing is sent ...
 *	... the call ...
 *	ledger_settle(&l, &purchase);	or ledger_release(), ledger_unknown()
 *	ledger_close(&l);
 *
 * A purchase is a row:
 *
 *	reserved	at the worst price; nothing was sent
 *	sent		a request is under way
 *	settled		the answer is there, and what it cost
 *	released	it cost nothing: it wasn't sent, or it was refused
 *	unknown		sent, and no answer: at the worst price
 *
 * All but released count as spent.  The check of the budgets (budget.h) and the
 * reservation are one transaction.  If only pending calls exceed a limit, it
 * waits for them, up to 3 h; then EXIT_TRY_LATER.
 *
 * While a row is reserved or sent, its process holds a lock (row-lock.h).  The
 * next process that reserves looks for rows whose process is dead: reserved is
 * released, and sent becomes unknown.
 *
 * Without a ledger (ledger_open() got NULL) everything here does nothing.  What
 * fails before the call is returned as a failure, so that there is no call
 * without a reservation; what fails after it is a warning, and the answer goes
 * its way.
 *
 * The first reservation of a run of make (LIMN_RUN) begins the run of the
 * episode (runs.h).
 */
#ifndef LIMN_LEDGER_H
#define LIMN_LEDGER_H

#include <stdbool.h>
#include <time.h>

#include "books/budget.h"
#include "books/purchase.h"
#include "database/db.h"

struct db;
struct failure;

struct ledger {
	const char *path; /* of the database; NULL: there is no ledger */
	struct db *db;    /* NULL: not opened yet */
	bool force;       /* also for an episode that isn't ready (episodes.h)
			   */
	bool is_broken;   /* the database failed: it isn't asked again */
};

/* The database is opened when it is needed. */
void ledger_open(struct ledger *l, const char *path, bool force);
void ledger_close(struct ledger *l);

/* To write: made and brought up to date if need be.  NULL on failure. */
struct db *ledger_db(struct ledger *l, struct failure *f);

/*
 * Names the purchase, even without a ledger.  at_once: it is sent as soon as it
 * is reserved.  EXIT_BAD_INPUT: the episode is not ready for images;
 * EXIT_COST_LIMIT: a budget is exceeded; the episode says so then.
 */
bool ledger_reserve(struct ledger *l, struct purchase *p, bool at_once,
	struct failure *f);

/* The request goes out; the try failed, and another will follow. */
bool ledger_sent(struct ledger *l, struct purchase *p, struct failure *f);
void ledger_waits(struct ledger *l, struct purchase *p);

/* The end of a purchase; status and error say why it failed. */
void ledger_settle(struct ledger *l, struct purchase *p);
void ledger_release(struct ledger *l, struct purchase *p, int status,
	const char *error);
void ledger_unknown(struct ledger *l, struct purchase *p, int status,
	const char *error);

/* Whether there is a ledger, and it doesn't know what the store has: that this
 * purchase was made, or what it cost.  false with f->status not 0: it can't be
 * read. */
bool ledger_lacks(struct ledger *l, const struct purchase *p,
	struct failure *f);

/* Enter it or settle it, then. */
void ledger_learn(struct ledger *l, const struct purchase *p);

/* An answer that was paid for turned out to be a refusal. */
void ledger_refused(struct ledger *l, const char *name, const char *error);

/* A tool of a run of make failed: its run and its episode say so, unless the
 * episode isn't to be drawn. */
void ledger_failed(struct ledger *l, const char *episode,
	const struct failure *why);

/*
 * Enter a purchase that the store shows, within a transaction of the caller's:
 * its row is made or, if it isn't settled, settled.
 */
enum ledger_entered { LEDGER_KNOWN, LEDGER_ADDED, LEDGER_SETTLED };
enum ledger_entered ledger_enter(struct db *db, const struct purchase *p);

/* A time of the store, "2026-02-28T10:30:00Z", as the database has it; false:
 * it is none. */
bool ledger_time(const char *s, char time[DB_TIME_SIZE]);

bool ledger_is_empty(struct db *db);

/* End the rows of dead processes, in a transaction where there are any. */
bool ledger_clear_stale(struct db *db, struct failure *f);

/*
 * What counts against each budget: all purchases but those released, and what
 * other stages' pipeline_runs cost; of the episode ("": of none), or of all in
 * this month, or ever.  db may have no ledger.  Without a database (NULL)
 * nothing was spent, and only the episode's limit stays on.
 */
void ledger_count(struct db *db, const char *episode,
	struct budget budgets[BUDGETS]);

/*
 * SQL: the sum of an expression, for amounts that others may have written: each
 * counts 0 to BUDGET_MICROS_MAX, what is no number as that, and the sum is so
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

/* What they say of a run goes into its row of pipeline_runs, if it has one. */
void ledger_count_run(struct db *db, const char *episode, const char *run);

/* The micro-dollars of the same, for each episode that has any. */
void ledger_sum_each(struct db *db,
	void (*each)(const char *episode, long long micros, void *data),
	void *data);

/* The first second of this month, in UTC. */
time_t ledger_month(time_t now);

#endif
