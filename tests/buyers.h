/*
 * buyers: processes that buy, for tests of the ledger and its limits.
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
 * Each buyer is a process, as a tool is.  All share a database in the test's
 * own directory, which is the working directory.  A buyer begins with what the
 * test has set (the environment, request, call_cost, takes_ms).  It can't
 * change that for the test, except in shared.  Its name in messages is "test".
 * No child may inherit an open database: the functions here open and close it
 * each time, and a test that opens it must close it.
 *
 * Only for cmocka's tests; mk/test.mk links them with buyers.c.
 */
#ifndef LIMN_BUYERS_H
#define LIMN_BUYERS_H

#include <sys/types.h>

#include "books/ledger.h"
#include "failure.h"

/* Call this before each test: no database, LIMN_RUN is "run-1", only the
 * default limit; request, call_cost and takes_ms as described below. */
int set_up(void **state);
#define TEST(name) cmocka_unit_test_setup(name, set_up)

/* Call these before and after all tests: enter the directory, and leave it. */
int go_there(void **state);
int clean_up(void **state);

/* --- processes */

#define SAID_MAX 65536 /* bytes of the children's messages in a test */
#define KILLED                                                                 \
	128 /* plus the signal: what wait_for() returns for a killed child */

/* The messages of the children, after run() or read_said(). */
extern char said[SAID_MAX];

/* The memory that all processes of a test share. */
struct shared {
	char purchase[PURCHASE_NAME_SIZE]; /* the last that was reserved */
};
extern struct shared *shared;

/* Start a child that does it; wait_for() returns its status.  Its messages are
 * added to those of others. */
pid_t start(void (*act)(void));
int wait_for(pid_t child);
void read_said(void);

/* Do all of that for one child; said has only its messages. */
int run(void (*act)(void));

void sleep_ms(long ms);

/* --- the database */

#define FILE_NAME "books/limn.db"

/* Execute statements without rows; the database is created if need be. */
void make_books(const char *sql);

/* The first column of the first row, or "NULL", or "no row".  The text is valid
 * until the next call. */
long long number(const char *sql);
const char *text(const char *sql);

/* The number of rows of each state, by name: "sent 1, settled 2". */
const char *states(void);

/* SQL that adds the episode of the request, 7, and another, 8. */
#define EPISODE                                                                \
	"INSERT INTO episodes (id, episode_id, status, created_at)"            \
	" VALUES (7, 'abc123', 'CHAPTERIZED', '2026-01-01 00:00:00'),"         \
	" (8, 'other', 'PUBLISHED', '2026-01-01 00:00:00');"

/* --- buyers */

/* The request: the image of chapter ch02 of episode abc123, for at most 0.10
 * dollars.  Its cost: the same, measured.  The time of a call: 0. */
extern struct purchase request;
extern struct cost call_cost;
extern long takes_ms;

/* Set what a call may cost at most, and what it costs, in micro-dollars. */
void set_price(long long estimate, long long micros);

/* For run() and start(): a child that buys an answer, one that is refused, one
 * without an answer, and two that are killed: before the call, and during it.
 */
void buy_one(void);
void buy_nothing(void);
void lose_one(void);
void die_reserved(void);
void die_sent(void);

/* The first steps of these, for other children. */
extern struct ledger ledger;
void open_books(void);
void reserve(struct purchase *p);
void send_one(struct purchase *p);

/* Die as a tool does, with the error in its run and its episode. */
_Noreturn void fail_of(const struct failure *f);

/* Try to buy for next micro-dollars under that limit; returns why it is denied,
 * or NULL. */
#define ONE "MAX_EPISODE_COST_USD"
void assert_limit(const char *setting, const char *limit, long long next,
	const char *why);

#endif
