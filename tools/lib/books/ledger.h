/*
 * ledger: money is reserved before it is spent.
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
 *	reserved	counts at the highest price; nothing was sent
 *	sent		the request was sent, and the answer has not come
 *	settled		the answer came, and its cost is known
 *	released	cost nothing: it was not sent, or it was refused
 *	unknown		sent, and no answer came: counts at the highest price
 *
 * All but released count as spent.  The check of the budgets (budget.h) and the
 * reservation are one transaction.  If only pending calls exceed a limit, it
 * waits for them, up to 3 h; then EXIT_TRY_LATER.
 *
 * While a row is reserved or sent, its process holds a lock (row-lock.h).  The
 * next process that reserves looks for rows whose process is dead: reserved is
 * released, and sent becomes unknown.
 *
 * Without a ledger (ledger_open() got NULL) these functions do nothing.  If
 * something fails before the call, it is a failure, so there is no call without
 * a reservation.  If something fails after the call, it is a warning, and the
 * answer is used all the same.
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

/* Open the database for writing; create and update it if necessary.  NULL on
 * failure. */
struct db *ledger_db(struct ledger *l, struct failure *f);

/*
 * Reserve the price of a purchase, and give it its name (even without a
 * ledger). at_once: the row is "sent" from the start.  EXIT_BAD_INPUT: the
 * episode is not ready for images.  EXIT_COST_LIMIT: a limit would be exceeded;
 * the episode's row says so.
 */
bool ledger_reserve(struct ledger *l, struct purchase *p, bool at_once,
	struct failure *f);

/* The request is sent now; the try failed, and a retry follows. */
bool ledger_sent(struct ledger *l, struct purchase *p, struct failure *f);
void ledger_waits(struct ledger *l, struct purchase *p);

/* The end of a purchase; status and error say why it failed. */
void ledger_settle(struct ledger *l, struct purchase *p);
void ledger_release(struct ledger *l, struct purchase *p, int status,
	const char *error);
void ledger_unknown(struct ledger *l, struct purchase *p, int status,
	const char *error);

/* Whether there is a ledger that doesn't have this purchase of the store, or
 * not its cost.  false with f->status not 0: the ledger can't be read. */
bool ledger_lacks(struct ledger *l, const struct purchase *p,
	struct failure *f);

/* Then add the row of the purchase, or settle it. */
void ledger_learn(struct ledger *l, const struct purchase *p);

/* An answer that was paid for turned out to be a refusal. */
void ledger_refused(struct ledger *l, const char *name, const char *error);

/* A tool of a run of make failed: record that in the run and the episode,
 * unless the episode is not ready for images. */
void ledger_failed(struct ledger *l, const char *episode,
	const struct failure *why);

/*
 * Enter a purchase of the store, in a transaction of the caller: add its row,
 * or settle the row that is there.
 */
enum ledger_entered { LEDGER_KNOWN, LEDGER_ADDED, LEDGER_SETTLED };
enum ledger_entered ledger_enter(struct db *db, const struct purchase *p);

/* Convert a time of the store, "2026-02-28T10:30:00Z", to the form of the
 * database; false: it is not a time. */
bool ledger_time(const char *s, char time[DB_TIME_SIZE]);

bool ledger_is_empty(struct db *db);

/* End the rows of dead processes, in a transaction if there are any. */
bool ledger_clear_stale(struct db *db, struct failure *f);

/*
 * Fill in what counts against each budget: all purchases except released ones,
 * and the cost of other stages in pipeline_runs; for the episode ("": none),
 * for all episodes in this month, and for all in total.  db may have no ledger.
 * Without a database (NULL) nothing was spent, and only the episode's limit is
 * on.
 */
void ledger_count(struct db *db, const char *episode,
	struct budget budgets[BUDGETS]);

/*
 * SQL: the sum of an expression, where other programs may have written the
 * amounts.  Each amount counts from 0 to BUDGET_MICROS_MAX; a value that is not
 * a number counts as BUDGET_MICROS_MAX.  Several sums can be added without an
 * overflow.
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

/* Sum limn's purchases for an episode, except released ones: those of one run,
 * or of all runs (NULL). */
void ledger_sum(struct db *db, const char *episode, const char *run,
	struct ledger_sums *sums);

/* Write the sums of a run into its row of pipeline_runs, if it has one. */
void ledger_count_run(struct db *db, const char *episode, const char *run);

/* Call each() with the sum of every episode that has purchases. */
void ledger_sum_each(struct db *db,
	void (*each)(const char *episode, long long micros, void *data),
	void *data);

/* The first second of this month, in UTC. */
time_t ledger_month(time_t now);

#endif
