/*
 * unit-limit: what the limits allow (tools/lib/books/budget.h), however many
 * buy at a time, and the sums that they compare (ledger.h).
 */
#define _GNU_SOURCE /* syscall */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "books/budget.h"
#include "books/ledger.h"
#include "buyers.h"
#include "database/db.h"
#include "err.h"

#define BUYERS 64
#define PATIENCE 3000 /* times 20 ms */

#define MONTH "MAX_MONTH_COST_USD"
#define TOTAL "MAX_TOTAL_COST_USD"
#define RUNS                                                                   \
	"INSERT INTO pipeline_runs (episode_id, stage, status, started_at,"    \
	" estimated_cost_usd) VALUES "
#define COLUMNS                                                                \
	"purchase, episode_id, kind, model, request_sha256, state,"            \
	" cost_micros, estimate_micros, reserved_at"
#define LEDGER "INSERT INTO ledger (" COLUMNS ") VALUES "
#define ROW(purchase, episode, micros, time)                                   \
	"('" purchase "', '" episode                                           \
	"', 'image', 'm', 'h', 'settled', " #micros ", 0, " time ")"
#define UNCHECKED "PRAGMA ignore_check_constraints = 1; "
#define MUCH                                                                   \
	"test: ch02: image: Episode cost limit exceeded: 1000000000.10 > "     \
	"10.00; raise MAX_EPISODE_COST_USD and run again\n"

/* Replaces the library's function: a pause is a minute by the clock, and takes
 * no time. */
static bool hurries;
static time_t skipped;

int
nanosleep(const struct timespec *pause, struct timespec *left)
{
	if (!hurries)
		return clock_nanosleep(CLOCK_MONOTONIC, 0, pause, left);
	skipped += 60;
	return 0;
}

int
clock_gettime(clockid_t clock, struct timespec *t)
{
	int rc = (int)syscall(SYS_clock_gettime, clock, t);

	t->tv_sec += skipped;
	return rc;
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static long long
limit_of(int which)
{
	struct budget budgets[BUDGETS];

	assert_true(budgets_read(budgets, NULL));
	return budgets[which].limit;
}

static void
has_default_limits(void **state)
{
	(void)state;
	assert_int_equal(limit_of(BUDGET_EPISODE), 10000000);
	assert_int_equal(limit_of(BUDGET_MONTH), BUDGET_NONE);
	assert_int_equal(limit_of(BUDGET_TOTAL), BUDGET_NONE);
}

static void
reads_limits(void **state)
{
	struct budget budgets[BUDGETS];
	struct failure f;

	(void)state;
	setenv("MAX_EPISODE_COST_USD", "0.3", 1);
	setenv("MAX_MONTH_COST_USD", " ", 1);
	setenv("MAX_TOTAL_COST_USD", "1000000000", 1);
	assert_int_equal(limit_of(BUDGET_EPISODE), 300000);
	assert_int_equal(limit_of(BUDGET_MONTH), BUDGET_NONE);
	assert_int_equal(limit_of(BUDGET_TOTAL), 1000000000000000);
	setenv("MAX_MONTH_COST_USD", "-1", 1);
	assert_false(budgets_read(budgets, &f));
	assert_int_equal(f.status, EXIT_BAD_CONFIG);
	assert_string_equal(f.message,
		"MAX_MONTH_COST_USD: must be a number from 0 to 1000000000, "
		"such as 100");
}

/* --- many at a time */

static size_t
count_buyers(void (*act)(void), int status)
{
	pid_t children[BUYERS];
	size_t count = 0;
	int ended;

	unlink("said");
	for (size_t i = 0; i < BUYERS; i++)
		children[i] = start(act);
	for (size_t i = 0; i < BUYERS; i++) {
		ended = wait_for(children[i]);
		count += ended == status;
		if (ended != 0 && ended != EXIT_COST_LIMIT && ended < KILLED) {
			read_said();
			fail_msg("%d: %s", ended, said);
		}
	}
	return count;
}

static void
lets_exactly_k_through(void **state)
{
	char limit[16];

	takes_ms = 20;
	for (size_t k = 0; k <= 8; k++) {
		set_up(state);
		snprintf(limit, sizeof limit, "0.%04zu", k * 424);
		setenv("MAX_EPISODE_COST_USD", limit, 1);
		set_price(42400, 42400);
		takes_ms = 20;
		assert_int_equal(count_buyers(buy_one, 0), k);
		assert_int_equal(number("SELECT count(*) FROM ledger"
					" WHERE state = 'settled'"),
			k);
		assert_int_equal(number("SELECT count(*) FROM ledger"), k);
		assert_string_equal(text("SELECT status FROM episodes"),
			"COST_LIMIT");
	}
}

/* The sum of all reservations is what two of them pay. */
static void
waits_for_cheaper_calls(void **state)
{
	(void)state;
	setenv("MAX_EPISODE_COST_USD", "1", 1);
	set_price(500000, 15625);
	takes_ms = 15;
	assert_int_equal(count_buyers(buy_one, 0), 33);
	assert_int_equal(number("SELECT sum(cost_micros) FROM ledger"),
		33 * 15625);
	/* never more than two at a time: when one has settled, the limit has no
	 * space for another */
	assert_int_equal(run(buy_one), EXIT_COST_LIMIT);
	assert_string_equal(said,
		"test: ch02: image: Episode cost limit exceeded: 1.02 > 1.00; "
		"raise MAX_EPISODE_COST_USD and run again\n");
}

static void
do_anything(void)
{
	static void (*const ways[])(void) = { buy_one, buy_nothing, lose_one,
		die_reserved, die_sent };

	takes_ms = getpid() % 7;
	call_cost.micros = getpid() % 100001;
	ways[getpid() % 5]();
}

static void
holds_whatever_happens(void **state)
{
	pid_t last;

	(void)state;
	setenv("MAX_EPISODE_COST_USD", "1.5", 1);
	count_buyers(do_anything, 0);
	assert_true(number("SELECT sum(cost_micros) FROM ledger") <= 1500000);
	for (last = 0; run(buy_one) == 0; last++)
		assert_true(last < 100);
	assert_true(number("SELECT sum(cost_micros) FROM ledger") <= 1500000);
	assert_true(number("SELECT sum(cost_micros) FROM ledger") > 1400000);
	assert_int_equal(number("SELECT count(*) FROM ledger"
				" WHERE state IN ('reserved', 'sent')"),
		0);
	assert_int_equal(number("SELECT round(1e6 * estimated_cost_usd) FROM"
				" pipeline_runs"),
		number("SELECT sum(cost_micros) FROM ledger"));
}

/* --- waiting */

/* Wait until another process has added that many rows. */
static void
await(const char *sql)
{
	for (int i = 0; i < PATIENCE; i++) {
		if (access(FILE_NAME, F_OK) == 0 &&
			number("SELECT count(*) FROM sqlite_schema"
			       " WHERE name = 'ledger'") > 0 &&
			number(sql) > 0)
			return;
		sleep_ms(20);
	}
	fail_msg("%s: none", sql);
}

static void
says_that_it_waits(void **state)
{
	double begun = now();
	pid_t first;

	(void)state;
	setenv("MAX_EPISODE_COST_USD", "0.1", 1);
	takes_ms = 3500;
	first = start(buy_nothing);
	await("SELECT count(*) FROM ledger");
	takes_ms = 0;
	assert_int_equal(run(buy_one), 0);
	assert_true(now() - begun > 3 && now() - begun < 8);
	assert_string_equal(said,
		"test: ch02: image: waits for 1 call under way, as the limit "
		"may have no room\n");
	assert_int_equal(wait_for(first), 0);
}

static void
hurry(void)
{
	hurries = true;
	buy_one();
}

static void
does_not_wait_for_ever(void **state)
{
	pid_t first;

	(void)state;
	setenv("MAX_EPISODE_COST_USD", "0.1", 1);
	takes_ms = 100000;
	first = start(buy_one);
	await("SELECT count(*) FROM ledger WHERE state = 'sent'");
	assert_int_equal(run(hurry), EXIT_TRY_LATER);
	kill(first, SIGKILL);
	wait_for(first);
	assert_string_equal(said,
		"test: ch02: image: waits for 1 call under way, as the limit "
		"may have no room\n"
		"test: ch02: image: waited 3 hours for 1 call under way, as "
		"the limit may have no room; look at make ledger, and try "
		"again later\n");
	assert_string_equal(text("SELECT substr(error_message, 1, 26)"
				 " FROM episodes"),
		"ch02: image: waited 3 hour");
}

/* A row of a dead process, reserved when the clock was wrong. */
static void
clears_the_future(void **state)
{
	(void)state;
	make_books(LEDGER
		"('a', 'abc123', 'image', 'm', 'h', 'reserved', 9990000,"
		" 9990000, '2126-01-01 00:00:00')");
	assert_int_equal(run(buy_one), 0);
	assert_string_equal(states(), "released 1, settled 1");
}

/* --- what counts */

static void
counts_other_stages(void **state)
{
	(void)state;
	make_books(EPISODE RUNS
		"(7, 'CHAPTERIZE', 'SUCCESS', '2026-01-01 00:00:00', 0.1),"
		"(7, 'TTS', 'SUCCESS', '2026-01-01 00:00:00', 0.2),"
		"(7, 'RENDER', 'SUCCESS', '2026-01-01 00:00:00', -5),"
		"(8, 'TTS', 'SUCCESS', '2026-01-01 00:00:00', 5)");
	assert_limit(ONE, "0.3", 0, NULL);
	assert_limit(ONE, "0.3", 1,
		"Episode cost limit exceeded: 0.300001 > 0.300000");
	assert_limit(ONE, "0.304", 5000,
		"Episode cost limit exceeded: 0.305 > 0.304");
	assert_limit(ONE, "0.300001", 1, NULL);
	/* limn's own runs are in the ledger, too, and count once */
	assert_limit(ONE, "0.400001", 100000, NULL);
	assert_limit(ONE, "0.400001", 40000,
		"Episode cost limit exceeded: 0.44 > 0.40");
	assert_limit(ONE, "0", 0, NULL);
	assert_limit(ONE, "10", 9640000,
		"Episode cost limit exceeded: 10.04 > 10.00");
}

/* A row number that was limn's run, and is another stage's now. */
static void
counts_numbers_used_again(void **state)
{
	(void)state;
	make_books(EPISODE RUNS
		"(7, 'TTS', 'SUCCESS', '2026-01-01 00:00:00', 0.2),"
		"(7, 'IMAGEGEN', 'SUCCESS', '2026-01-01 00:00:00', 4);"
		"INSERT INTO limn_runs VALUES"
		" ('gone', 'abc123', 1, NULL, NULL, 1, 1),"
		" ('ours', 'abc123', 2, NULL, NULL, 1, 1)");
	assert_limit(ONE, "0.2", 10000,
		"Episode cost limit exceeded: 0.21 > 0.20");
	assert_limit(ONE, "0.21", 10000, NULL);
	/* nor does a NULL hide anything, our own run neither now */
	make_books("DROP TABLE limn_runs; CREATE TABLE limn_runs (run TEXT,"
		   " episode_id TEXT, pipeline_run_id INTEGER, cost_limit TEXT,"
		   " limit_setting TEXT,"
		   " pid INTEGER, pid_started INTEGER,"
		   " PRIMARY KEY (run, episode_id)); INSERT INTO limn_runs"
		   " (run, episode_id) VALUES ('none', 'abc123')");
	assert_limit(ONE, "4.21", 10000,
		"Episode cost limit exceeded: 4.23 > 4.21");
}

static void
counts_months_and_all(void **state)
{
	(void)state;
	make_books(EPISODE RUNS
		"(8, 'TTS', 'SUCCESS', datetime('now'), 0.5),"
		"(8, 'TTS', 'SUCCESS',"
		" datetime('now', 'start of month', '-1 second'), 2)");
	make_books(LEDGER ROW("a", "other", 1000000,
		"datetime('now')") "," ROW("b", "other", 4000000,
		"datetime('now', 'start of month', '-1 second')") "," ROW("c",
		"", 250000, "datetime('now', 'start of month')"));
	assert_limit(MONTH, "1.75", 10000,
		"Monthly cost limit exceeded: 1.76 > 1.75");
	assert_string_equal(text("SELECT status || ' ' || error_message"
				 " FROM episodes WHERE id = 7"),
		"COST_LIMIT Monthly cost limit exceeded: 1.76 > 1.75");
	assert_limit(MONTH, "1.8", 50000, NULL);
	unsetenv(MONTH);
	assert_limit(TOTAL, "7.8", 10000,
		"Total cost limit exceeded: 7.81 > 7.80");
	assert_limit(TOTAL, "7.81", 10000, NULL);
}

static void
insert_much(void)
{
	make_books(LEDGER ROW("a", "abc123", 1000000000000001,
		"datetime('now')"));
}

static void
insert_nothing(void)
{
	make_books(LEDGER ROW("a", "abc123", -1, "datetime('now')"));
}

/* No value that other programs wrote makes the sum lower. */
static void
survives_absurd_sums(void **state)
{
	(void)state;
	make_books(UNCHECKED EPISODE LEDGER ROW("a", "abc123",
		9223372036854775807, "datetime('now')"));
	assert_int_equal(run(buy_one), EXIT_COST_LIMIT);
	assert_string_equal(said, MUCH);
	make_books(UNCHECKED LEDGER ROW("b", "abc123", 9223372036854775807,
		"datetime('now')") "," ROW("c", "abc123", -9223372036854775807,
		"datetime('now')"));
	assert_int_equal(run(buy_one), EXIT_COST_LIMIT);
	assert_string_equal(said,
		"test: ch02: image: Episode cost limit exceeded: 2000000000.10 "
		"> 10.00; raise MAX_EPISODE_COST_USD and run again\n");
	/* what is negative is no credit */
	make_books(UNCHECKED "DELETE FROM ledger; " LEDGER ROW("d", "abc123",
		-1000000000, "datetime('now')") "," ROW("e", "abc123", 9950000,
		"datetime('now')"));
	assert_int_equal(run(buy_one), EXIT_COST_LIMIT);
	/* nor what is no number */
	make_books(UNCHECKED "DELETE FROM ledger; " LEDGER ROW("f", "abc123",
		'much', "datetime('now')"));
	assert_int_equal(run(buy_one), EXIT_COST_LIMIT);
	assert_string_equal(said, MUCH);
	make_books(UNCHECKED "DELETE FROM ledger; "
			     "INSERT INTO ledger (" COLUMNS ", input_tokens)"
			     " WITH RECURSIVE c(i)"
			     " AS (SELECT 1 UNION ALL SELECT i + 1 FROM c"
			     " WHERE i < 10000) SELECT 'n' || i, 'abc123',"
			     " 'prompt', 'm', 'h', 'settled',"
			     " 9000000000000000000, 0,"
			     " datetime('now'), 9223372036854775807 FROM c");
	assert_int_equal(run(buy_one), EXIT_COST_LIMIT);
	request.estimate = 9223372036854775807;
	assert_int_equal(run(buy_one), EXIT_COST_LIMIT);
	assert_non_null(strstr(said, "Episode cost limit exceeded: "));
	assert_null(strstr(said, ": -"));
	make_books("DELETE FROM ledger");
	assert_int_equal(run(buy_one), EXIT_COST_LIMIT);
	/* the table itself takes none of it */
	assert_int_equal(run(insert_much), EXIT_IO);
	assert_int_equal(run(insert_nothing), EXIT_IO);
	assert_int_equal(number("SELECT count(*) FROM ledger"), 0);
	/* but an answer that was paid for is recorded */
	set_price(100000, 9223372036854775807);
	assert_int_equal(run(buy_one), 0);
	assert_string_equal(said, "");
	assert_string_equal(text("SELECT state || ' ' || cost_micros"
				 " FROM ledger"),
		"settled 1000000000000000");
}

/* The message names the first limit that denies. */
static void
asks_in_order(void **state)
{
	(void)state;
	setenv(MONTH, "0.01", 1);
	setenv(TOTAL, "0", 1);
	assert_limit(ONE, "0.02", 30000,
		"Episode cost limit exceeded: 0.03 > 0.02");
	unsetenv(ONE);
	assert_limit(MONTH, "0.01", 30000,
		"Monthly cost limit exceeded: 0.03 > 0.01");
	unsetenv(MONTH);
	assert_limit(TOTAL, "0", 30000,
		"Total cost limit exceeded: 0.03 > 0.00");
}

static void
is_a_limit_for_pipes(void **state)
{
	(void)state;
	request.episode = NULL;
	unsetenv("LIMN_RUN");
	assert_limit(ONE, "0.2", 150000, NULL);
	assert_limit(ONE, "0.2", 100000,
		"Episode cost limit exceeded: 0.25 > 0.20");
	assert_int_equal(number("SELECT count(*) FROM episodes"), 0);
	assert_int_equal(number("SELECT count(*) FROM pipeline_runs"), 0);
	assert_string_equal(text("SELECT episode_id || '.' FROM ledger"), ".");
	request.episode = "abc123";
	assert_limit(ONE, "0.2", 100000, NULL);
}

/* --- sums */

/* What counts against the budget of an episode, or of all. */
static long long
spent(struct db *db, const char *episode)
{
	struct budget budgets[BUDGETS];
	struct failure f;

	if (!budgets_read(budgets, &f))
		return -1;
	budgets[BUDGET_TOTAL].limit = 1;
	ledger_count(db, episode ? episode : "", budgets);
	return budgets[episode ? BUDGET_EPISODE : BUDGET_TOTAL].spent;
}

static void
adds_up(void **state)
{
	struct ledger_sums sums;
	struct db *db;

	(void)state;
	db = db_open("memory", DB_MEMORY, NULL);
	assert_int_equal(spent(db, "abc123"), 0);
	assert_int_equal(spent(db, NULL), 0);
	ledger_sum(db, "abc123", NULL, &sums);
	assert_int_equal(sums.micros, 0);
	db_script(db, "CREATE TABLE pipeline_runs (estimated_cost_usd REAL)");
	assert_int_equal(spent(db, "abc123"), 0);
	db_close(db);

	request.kind = "prompt";
	call_cost.input_tokens = 300;
	call_cost.output_tokens = 150;
	set_price(5000, 3150);
	assert_int_equal(run(buy_one), 0);
	request.kind = "image";
	assert_int_equal(run(buy_nothing), 0);
	setenv("LIMN_RUN", "run-2", 1);
	set_price(40000, 30000);
	assert_int_equal(run(buy_one), 0);
	assert_int_equal(run(lose_one), 0);
	db = db_open(FILE_NAME, DB_READ, NULL);
	ledger_sum(db, "abc123", "run-1", &sums);
	assert_int_equal(sums.micros, 3150);
	assert_int_equal(sums.input_tokens, 300);
	assert_int_equal(sums.output_tokens, 150);
	ledger_sum(db, "abc123", "run-2", &sums);
	assert_int_equal(sums.micros, 70000);
	assert_int_equal(sums.input_tokens, 0);
	ledger_sum(db, "abc123", NULL, &sums);
	assert_int_equal(sums.micros, 73150);
	ledger_sum(db, "other", NULL, &sums);
	assert_int_equal(sums.micros, 0);
	assert_int_equal(spent(db, "abc123"), 73150);
	assert_int_equal(spent(db, "other"), 0);
	assert_int_equal(spent(db, NULL), 73150);
	db_close(db);
}

static void
knows_months(void **state)
{
	(void)state;
	assert_int_equal(ledger_month(0), 0);
	/* 2026-02-28 23:59:59, 2026-03-01 00:00:00, 2024-02-29 12:34:56 */
	assert_int_equal(ledger_month(1772323199), 1769904000);
	assert_int_equal(ledger_month(1772323200), 1772323200);
	assert_int_equal(ledger_month(1709210096), 1706745600);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(has_default_limits),
		TEST(reads_limits),
		TEST(lets_exactly_k_through),
		TEST(clears_the_future),
		TEST(does_not_wait_for_ever),
		TEST(waits_for_cheaper_calls),
		TEST(holds_whatever_happens),
		TEST(says_that_it_waits),
		TEST(counts_other_stages),
		TEST(counts_numbers_used_again),
		TEST(counts_months_and_all),
		TEST(survives_absurd_sums),
		TEST(asks_in_order),
		TEST(is_a_limit_for_pipes),
		TEST(adds_up),
		TEST(knows_months),
	};

	return cmocka_run_group_tests(tests, go_there, clean_up);
}
