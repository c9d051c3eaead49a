#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "books/episodes.h"
#include "books/ledger-open.h"
#include "books/ledger-row.h"
#include "books/ledger.h"
#include "books/limit.h"
#include "books/room.h"
#include "books/runs.h"
#include "database/db.h"
#include "database/schema.h"
#include "database/sql-row.h"
#include "env.h"
#include "err.h"
#include "failure.h"

#define WAIT_MIN_MS 100
#define WAIT_MAX_MS 250
#define WAIT_SAID_MS 2000 /* after that it is said, once, that we wait */

/* A call lasts ten minutes, a retry later; whoever is still there may never
 * end. */
#define WAIT_STILL_S (3 * 3600)

/* --- before the call */

static void
name_purchase(char name[LEDGER_PURCHASE_SIZE])
{
	unsigned char b[16];

	if (getrandom(b, sizeof b, 0) != (ssize_t)sizeof b)
		die(EXIT_IO, "random numbers:");
	/* a UUID of version 4 */
	b[6] = (unsigned char)(0x40 | (b[6] & 0x0f));
	b[8] = (unsigned char)(0x80 | (b[8] & 0x3f));
	for (size_t i = 0; i < sizeof b; i++) {
		name += sprintf(name, "%02x", b[i]);
		if (i == 3 || i == 5 || i == 7 || i == 9)
			*name++ = '-';
	}
	*name = '\0';
}

_Noreturn static void
deny(const char *what, const char *why)
{
	die(EXIT_COST_LIMIT, "%s: %s; raise %s and run again", what, why,
		room_setting(why));
}

static void
commit_or_die(struct db *db)
{
	struct failure f;

	if (!ledger_commit(db, &f))
		ledger_die(&f);
}

/* A picture that can't be needs no prompt. */
static void
check_run(struct db *db, const struct ledger_request *r)
{
	char why[ROOM_WHY_MAX];
	const char *limit;

	if (strcmp(r->kind, "prompt") != 0)
		return;
	limit = runs_limit(db, r->episode, env_run());
	if (!limit)
		return;
	snprintf(why, sizeof why, "%s", limit);
	commit_or_die(db);
	deny(r->what, why);
}

/* The episode is one to be drawn; its row and its run are there after that. */
static void
begin_run(struct db *db, const struct ledger_request *r)
{
	char why[EPISODES_WHY_MAX];
	struct failure f;

	if (!episodes_may_draw(db, r->episode, ledger_is_forced(), why)) {
		db_rollback(db);
		failure_set(&f, EXIT_BAD_INPUT, "%s", why);
		ledger_die(&f);
	}
	episodes_add(db, r->episode, NULL);
	runs_begin(db, r->episode, env_run());
	check_run(db, r);
}

/* What is waited for; and the last row that was booked. */
struct queue {
	long long calls, last;
};

/* Book it, or find that there is no room, in one transaction.  false: there may
 * be some later. */
static bool
try_to_reserve(struct db *db, struct booking *b, const struct ledger_request *r,
	const struct limits *limits, struct queue *queue)
{
	bool has_episode = r->episode && *r->episode;
	struct room room;
	struct ledger_left left;

	ledger_left_find(db, &left);
	ledger_begin(db);
	ledger_left_clear(db, &left);
	if (has_episode)
		begin_run(db, r);
	room_look(&room, db, limits, has_episode ? r->episode : "",
		r->estimate);
	if (room.verdict == ROOM_YES)
		ledger_row_add(db, b, r);
	if (room.verdict == ROOM_NO && has_episode &&
		!runs_limit(db, r->episode, env_run())) {
		episodes_over_limit(db, r->episode, room.why);
		runs_failed(db, r->episode, env_run(), room.why, true);
	}
	queue->calls = room.calls;
	queue->last = db_number(db, "SELECT max(id) FROM ledger", "");
	commit_or_die(db);
	if (room.verdict == ROOM_NO)
		deny(r->what, room.why);
	return room.verdict == ROOM_YES;
}

static void
wait_ms(long ms)
{
	const struct timespec pause = { .tv_nsec = ms * 1000000 };

	nanosleep(&pause, NULL);
}

_Noreturn static void
give_up(const char *what, const struct queue *q)
{
	die(EXIT_TRY_LATER,
		"%s: waited %d hours for %lld call%s under way, as the limit "
		"may have no room; look at list-purchases, and try again later",
		what, WAIT_STILL_S / 3600, q->calls, q->calls == 1 ? "" : "s");
}

/* A name that is nobody's; and its lock. */
static void
take_name(struct db *db, struct booking *b)
{
	struct failure f = { 0 };

	while (!ledger_row_lock(db, b, &f)) {
		if (f.status != EXIT_TRY_LATER)
			ledger_die(&f);
		name_purchase(b->purchase);
	}
}

void
ledger_reserve(struct booking *b, const struct ledger_request *r)
{
	long waited_ms = 0, still_ms = 0, pause_ms = WAIT_MIN_MS;
	struct queue queue, former = { 0, 0 };
	bool is_said = false;
	struct limits limits;

	*b = (struct booking){ .lock = ROW_LOCK_NONE };
	name_purchase(b->purchase);
	if (!ledger_is_open())
		return;
	if (r->episode)
		ledger_about(r->episode);
	limits_read(&limits);
	take_name(ledger_books(), b);
	while (!try_to_reserve(ledger_books(), b, r, &limits, &queue)) {
		if (queue.calls != former.calls || queue.last != former.last)
			still_ms = 0;
		former = queue;
		if (still_ms >= WAIT_STILL_S * 1000L)
			give_up(r->what, &queue);
		if (waited_ms >= WAIT_SAID_MS && !is_said) {
			is_said = true;
			warn("%s: waits for %lld call%s under way, as the "
			     "limit may have no room",
				r->what, queue.calls,
				queue.calls == 1 ? "" : "s");
		}
		wait_ms(pause_ms);
		waited_ms += pause_ms;
		still_ms += pause_ms;
		if (pause_ms < WAIT_MAX_MS)
			pause_ms += 50;
	}
}

void
ledger_sent(struct booking *b)
{
	struct failure f;
	struct db *db;

	if (!b->id || b->is_sent)
		return;
	db = ledger_books();
	if (!ledger_row_sent(db, b->id) && !db_failure(db))
		db_fail(db, EXIT_TRY_LATER,
			"purchase %s is booked no more; run again",
			b->purchase);
	if (!db_check(db, &f))
		ledger_die(&f);
	b->is_sent = true;
}

/* --- after it */

static bool
check_or_warn(struct db *db)
{
	struct failure f;

	if (db_check(db, &f))
		return true;
	warn("%s", f.message);
	return false;
}

void
ledger_waits(struct booking *b)
{
	struct db *db;

	b->is_sent = false;
	if (!b->id)
		return;
	db = ledger_books();
	ledger_row_waits(db, b->id);
	check_or_warn(db);
}

void
ledger_settle(struct booking *b, const struct bill *bill)
{
	struct db *db;

	if (!b->id)
		return;
	db = ledger_books();
	/* what is lost with the machine is a row that says "sent" still */
	db_relax_sync(db);
	db_begin(db);
	ledger_row_settle(db, b->id, bill);
	ledger_commit_or_warn(db);
	row_lock_release(&b->lock);
}

static void
end(struct booking *b, const char *state, int status, const char *error)
{
	struct db *db;

	if (!b->id)
		return;
	db = ledger_books();
	db_begin(db);
	/* another may have taken us for gone */
	ledger_row_end(db, b->id, "reserved sent unknown", state, status,
		error);
	ledger_commit_or_warn(db);
	row_lock_release(&b->lock);
}

void
ledger_release(struct booking *b, int status, const char *error)
{
	end(b, "released", status, error);
}

void
ledger_unknown(struct booking *b, int status, const char *error)
{
	end(b, "unknown", status, error);
}

/* Most often there is nothing to change, so the books are only looked into.
 * false: there is no ledger, or it can't be read.  row->id is 0 where it has no
 * such purchase. */
static bool
find_purchase(const char *purchase, struct ledger_row *row)
{
	struct db *db, *open = ledger_open_books();
	struct failure f = { 0 };
	bool is_there;

	*row = (struct ledger_row){ 0 };
	if (!ledger_is_open() || !*purchase)
		return false;
	db = open ? open : schema_look(ledger_file(), &f);
	if (f.status)
		ledger_die(&f);
	if (!db)
		return false;
	is_there = sql_table_exists(db, "ledger");
	if (is_there)
		ledger_row_find(db, 0, purchase, row);
	is_there = check_or_warn(db) && is_there;
	if (db != open)
		db_close(db);
	return is_there;
}

void
ledger_found(const struct ledger_past *past, const struct bill *bill)
{
	struct ledger_row row;
	struct failure f;
	struct db *db;

	if (!find_purchase(past->purchase, &row) ||
		(row.id && !ledger_row_wants(&row, bill)))
		return;
	db = ledger_books();
	ledger_begin(db);
	ledger_row_past(db, past, bill);
	if (!ledger_commit(db, &f))
		warn("%s", f.message);
}

void
ledger_refused(const char *purchase, const char *error)
{
	struct ledger_row row;
	struct db *db;

	if (!find_purchase(purchase, &row) || !row.id || row.is_refused)
		return;
	db = ledger_books();
	ledger_row_refused(db, row.id, error);
	check_or_warn(db);
}
