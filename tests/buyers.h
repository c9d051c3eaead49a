/*
 * buyers: processes that buy, for what is tested of the ledger and its limits.
 *
 *	#include <cmocka.h>
 *	#include "buyers.h"
 *
 *	static void
 *	stops_in_time(void **state)
 *	{
 *		(void)state;
 *		setenv(ONE, "0.25", 1);
 *		set_price(200000, 100000);
 *		assert_int_equal(run(buy_one), 0);
 *		assert_int_equal(run(buy_one), EXIT_COST_LIMIT);
 *		assert_non_null(strstr(said, "Episode cost limit exceeded"));
 *		assert_string_equal(states(), "settled 1");
 *	}
 *
 *	... const struct CMUnitTest tests[] = { TEST(stops_in_time) };
 *	return cmocka_run_group_tests(tests, go_there, clean_up);
 *
 * Each buyer is a process of its own, as a tool is, and all share a database in
 * a directory of the test's own, which is the current one.  A buyer begins with
 * what the test has set by then (the environment, request, bill, takes_ms), and
 * changes nothing of it for the test, but in shared; its name in messages is
 * "test".  No child is to inherit an open database: what is here opens and
 * closes it each time, and a test that opens it closes it before it goes on.
 *
 * For cmocka's tests alone, which are linked with buyers.c by mk/test.mk.
 */
#ifndef LIMN_BUYERS_H
#define LIMN_BUYERS_H

#include <sys/types.h>

#include "books/ledger.h"
#include "failure.h"

/* Before each test: no database, LIMN_RUN is "run-1", no limit but the default;
 * request, bill and takes_ms as they are described below. */
int set_up(void **state);
#define TEST(name) cmocka_unit_test_setup(name, set_up)

/* Before and after all: into the directory, and out of it. */
int go_there(void **state);
int clean_up(void **state);

/* --- processes */

#define SAID_MAX 65536 /* bytes that the children of a test may say */
#define KILLED 128     /* and the signal: what wait_for() returns */

/* What run() or read_said() found that they said. */
extern char said[SAID_MAX];

/* What all processes of a test see. */
struct shared {
	char purchase[PURCHASE_NAME_SIZE]; /* the last that was reserved */
};
extern struct shared *shared;

/* A child that does it; wait_for() returns its status.  What it says is added
 * to what others said. */
pid_t start(void (*act)(void));
int wait_for(pid_t child);
void read_said(void);

/* All of that, for one whose words are the only ones. */
int run(void (*act)(void));

void sleep_ms(long ms);

/* --- the database */

#define FILE_NAME "books/limn.db"

/* Statements without rows; the database is made if it isn't there. */
void make_books(const char *sql);

/* The first column of the first row.  A text is good until the next; it is
 * "NULL", or "no row". */
long long number(const char *sql);
const char *text(const char *sql);

/* How many rows there are of each state, in the order of the alphabet: "sent 1,
 * settled 2". */
const char *states(void);

/* The episode of the request, 7, and another, 8; for the head of more. */
#define EPISODE                                                                \
	"INSERT INTO episodes (id, episode_id, status, created_at)"            \
	" VALUES (7, 'abc123', 'CHAPTERIZED', '2026-01-01 00:00:00'),"         \
	" (8, 'other', 'PUBLISHED', '2026-01-01 00:00:00');"

/* --- buyers */

/* What they ask for: the image of chapter ch02 of episode abc123, at 0.10
 * dollars at most; what it costs, the same, measured; and how long a call
 * takes, 0. */
extern struct purchase request;
extern struct cost bill;
extern long takes_ms;

/* In micro-dollars: what a call may cost, and what it does. */
void set_price(long long estimate, long long micros);

/* For run() and start(): one that gets what it pays for, one that is refused,
 * one without an answer, and two that are killed before the call and in it. */
void buy_one(void);
void buy_nothing(void);
void lose_one(void);
void die_reserved(void);
void die_sent(void);

/* The first steps of these, for children that go on in another way. */
extern struct ledger ledger;
void open_books(void);
void reserve(struct purchase *p);
void send_one(struct purchase *p);

/* Die as a tool does: its run and its episode say so. */
_Noreturn void fail_of(const struct failure *f);

/* Buy for that much (next) under that limit: why it is denied, or NULL. */
#define ONE "MAX_EPISODE_COST_USD"
void assert_limit(const char *setting, const char *limit, long long next,
	const char *why);

#endif
