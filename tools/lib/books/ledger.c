#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "buf.h"
#include "db.h"
#include "env.h"
#include "episodes.h"
#include "err.h"
#include "ledger-row.h"
#include "ledger.h"
#include "limit.h"
#include "room.h"
#include "runs.h"
#include "schema.h"
#include "table.h"

#define WAIT_MIN_MS 100
#define WAIT_MAX_MS 250
#define WAIT_SAID_MS 2000 /* after that it is said, once, that we wait */

static struct db *books; /* opened when there is something to ask of them */
static char *file;
static bool is_forced;
static pid_t opener; /* the tool, not a child of it */

static void (*fill)(struct db *db);

/* For who dies: see note_end(). */
static char *about;
static bool is_booking;
static void (*former_last)(int status);
static int last_status;

static struct db *
get_books(void)
{
	bool former = is_booking;

	if (!books) {
		is_booking = true;
		books = schema_open(file);
		is_booking = former;
	}
	return books;
}

/* --- the end of the tool */

/* The books can't be opened: it ends as it would have. */
static void
end_as_before(int status)
{
	(void)status;
	if (former_last)
		former_last(last_status);
	exit(last_status);
}

static void
note_failure(void)
{
	struct db *db = get_books();
	char why[EPISODES_WHY_MAX];

	db_forgive(db, true);
	db_rollback(db);
	db_begin(db);
	/* one that isn't to be drawn is none of our business */
	if (episodes_may_draw(db, about, is_forced, why)) {
		/* it makes the episode, if need be */
		runs_failed(db, about, env_run(), err_said(), false);
		episodes_failed(db, about, err_said());
	}
	db_commit(db);
	db_forgive(db, false);
}

/* Where the books themselves have failed, they aren't asked once more; of a
 * limit they know. */
static void
note_end(int status)
{
	if (getpid() == opener && !is_booking && about && *about &&
		*env_run() && status != EXIT_COST_LIMIT &&
		status != EXIT_USAGE) {
		last_status = status;
		err_last = end_as_before;
		note_failure();
		err_last = NULL;
	}
	if (former_last)
		former_last(status);
}

static void
close_books(void)
{
	if (getpid() != opener)
		return;
	db_close(books);
	books = NULL;
	free(file);
	file = NULL;
	ledger_about(NULL);
}

void
ledger_open(const char *path, bool force)
{
	if (file)
		return;
	file = xstrdup(path);
	is_forced = force;
	opener = getpid();
	former_last = err_last;
	err_last = note_end;
	if (atexit(close_books) != 0)
		die(EXIT_TRY_LATER, "out of memory");
}

bool
ledger_is_open(void)
{
	return file != NULL;
}

void
ledger_about(const char *episode)
{
	char *copy = episode ? xstrdup(episode) : NULL;

	free(about);
	about = copy;
}

/* --- before the call */

void
ledger_fill_with(void (*function)(struct db *db))
{
	fill = function;
}

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
	db_commit(db);
	deny(r->what, why);
}

/* The episode is one to be drawn; its row and its run are there after that. */
static void
begin_run(struct db *db, const struct ledger_request *r)
{
	char why[EPISODES_WHY_MAX];

	if (!episodes_may_draw(db, r->episode, is_forced, why)) {
		db_rollback(db);
		die(EXIT_BAD_INPUT, "%s", why);
	}
	episodes_add(db, r->episode, NULL);
	runs_begin(db, r->episode, env_run());
	check_run(db, r);
}

/* Book it, or find that there is no room, in one transaction.  false: there may
 * be some later. */
static bool
try_to_reserve(struct db *db, struct booking *b, const struct ledger_request *r,
	const struct limits *limits, long long *calls)
{
	bool has_episode = r->episode && *r->episode;
	struct room room;
	struct ledger_left left;

	ledger_left_find(db, &left);
	db_begin(db);
	ledger_left_clear(db, &left);
	if (fill && !db_number(db, "SELECT EXISTS (SELECT 1 FROM ledger)", ""))
		fill(db);
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
	db_commit(db);
	if (room.verdict == ROOM_NO)
		deny(r->what, room.why);
	*calls = room.calls;
	return room.verdict == ROOM_YES;
}

static void
wait_ms(long ms)
{
	const struct timespec pause = { .tv_nsec = ms * 1000000 };

	nanosleep(&pause, NULL);
}

void
ledger_reserve(struct booking *b, const struct ledger_request *r)
{
	long waited_ms = 0, pause_ms = WAIT_MIN_MS;
	bool is_said = false;
	struct limits limits;
	long long calls;

	*b = (struct booking){ 0 };
	name_purchase(b->purchase);
	if (!file)
		return;
	if (r->episode)
		ledger_about(r->episode);
	limits_read(&limits);
	is_booking = true;
	while (!try_to_reserve(get_books(), b, r, &limits, &calls)) {
		if (waited_ms >= WAIT_SAID_MS && !is_said) {
			is_said = true;
			warn("%s: waits for %lld call%s under way, as the "
			     "limit may have no room",
				r->what, calls, calls == 1 ? "" : "s");
		}
		wait_ms(pause_ms);
		waited_ms += pause_ms;
		if (pause_ms < WAIT_MAX_MS)
			pause_ms += 50;
	}
	is_booking = false;
}

void
ledger_sent(const struct booking *b)
{
	if (!b->id)
		return;
	is_booking = true;
	if (!ledger_row_sent(books, b->id))
		die(EXIT_TRY_LATER,
			"%s: purchase %s is booked no more; run again", file,
			b->purchase);
	is_booking = false;
}

/* --- after it */

void
ledger_waits(const struct booking *b)
{
	if (!b->id)
		return;
	db_forgive(books, true);
	ledger_row_waits(books, b->id);
	db_forgive(books, false);
}

static void
settle(long long id, const struct bill *bill)
{
	struct db *db = get_books();

	db_forgive(db, true);
	db_begin(db);
	ledger_row_settle(db, id, bill);
	db_commit(db);
	db_forgive(db, false);
}

void
ledger_settle(const struct booking *b, const struct bill *bill)
{
	if (b->id)
		settle(b->id, bill);
}

static void
end(const struct booking *b, const char *state, int status, const char *error)
{
	if (!b->id)
		return;
	db_forgive(books, true);
	db_begin(books);
	/* another may have taken us for gone */
	ledger_row_end(books, b->id, "reserved sent unknown", state, status,
		error);
	db_commit(books);
	db_forgive(books, false);
}

void
ledger_release(const struct booking *b, int status, const char *error)
{
	end(b, "released", status, error);
}

void
ledger_unknown(const struct booking *b, int status, const char *error)
{
	end(b, "unknown", status, error);
}

/* Most often there is nothing to change, so the books are only looked into. */
static bool
find_purchase(const char *purchase, struct ledger_row *row)
{
	bool found = false;
	struct db *db;

	if (!file || !*purchase)
		return false;
	is_booking = true;
	db = books ? books : schema_look(file);
	is_booking = false;
	if (!db)
		return false;
	db_forgive(db, true);
	if (table_exists(db, "ledger"))
		found = ledger_row_find(db, 0, purchase, row);
	db_forgive(db, false);
	if (db != books)
		db_close(db);
	return found;
}

void
ledger_found(const char *purchase, const struct bill *bill)
{
	struct ledger_row row;

	if (find_purchase(purchase, &row) && !row.is_settled)
		settle(row.id, bill);
}

void
ledger_refused(const char *purchase, const char *error)
{
	struct ledger_row row;
	struct db *db;

	if (!find_purchase(purchase, &row) || row.is_refused)
		return;
	db = get_books();
	db_forgive(db, true);
	ledger_row_refused(db, row.id, error);
	db_forgive(db, false);
}
