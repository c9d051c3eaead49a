/*
 * unit-ledger: money is booked before it is spent (tools/lib/books/: ledger.h,
 * room.h, limit.h, process.h), in TAP.  Each buyer is a process of its own, as
 * a tool is; what all of them say goes to a file.
 */
#define _GNU_SOURCE /* CLOCK_BOOTTIME, MAP_ANONYMOUS */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "db.h"
#include "err.h"
#include "ledger.h"
#include "limit.h"
#include "process.h"
#include "runs.h"
#include "schema.h"

#define SAID_MAX 65536 /* bytes that the children of a test may say */
#define FILE_NAME "books/limn.db"
#define BUYERS 64
#define PATIENCE 1000 /* times 5 ms */
#define KILLED 128    /* and the signal: what wait_for() returns */

static char dir[] = "/tmp/unit-ledger.XXXXXX";
static char said[SAID_MAX], held[1024];

/* What all processes of a test see. */
struct shared {
	struct process process;
	char purchase[LEDGER_PURCHASE_SIZE];
	volatile sig_atomic_t is_shown;
};
static struct shared *shared;

/* --- processes */

static pid_t
start(void (*act)(void))
{
	pid_t child;
	int fd;

	fflush(stdout);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		fd = open("said", O_WRONLY | O_CREAT | O_APPEND, 0600);
		dup2(fd, STDERR_FILENO);
		err_prog = "test";
		act();
		exit(0);
	}
	return child;
}

static int
wait_for(pid_t child)
{
	int status;

	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) ? KILLED + WTERMSIG(status)
				   : WEXITSTATUS(status);
}

static void
read_said(void)
{
	int fd = open("said", O_RDONLY);
	ssize_t n = fd >= 0 ? read(fd, said, sizeof said - 1) : 0;

	assert_true(n >= 0);
	said[n] = '\0';
	if (fd >= 0)
		close(fd);
}

static int
run(void (*act)(void))
{
	int status;

	unlink("said");
	status = wait_for(start(act));
	read_said();
	return status;
}

/* Instead of the library's, also for what is tested. */
static bool hurries;

int
nanosleep(const struct timespec *pause, struct timespec *left)
{
	return hurries ? 0 : clock_nanosleep(CLOCK_MONOTONIC, 0, pause, left);
}

static void
sleep_ms(long ms)
{
	const struct timespec pause = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&pause, NULL);
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* --- the database, which no child is to inherit */

static void
make_books(const char *sql)
{
	struct db *db = schema_open(FILE_NAME);

	db_script(db, sql);
	db_close(db);
}

static long long
number(const char *sql)
{
	struct db *db = db_open(FILE_NAME, DB_READ);
	long long n;

	assert_non_null(db);
	n = db_number(db, sql, "");
	db_close(db);
	return n;
}

/* The first column of the first row, in held. */
static const char *
text(const char *sql)
{
	struct db *db = db_open(FILE_NAME, DB_READ);
	struct query *q;

	assert_non_null(db);
	q = db_query(db, sql, "");
	snprintf(held, sizeof held, "no row");
	if (db_next(q))
		snprintf(held, sizeof held, "%s",
			db_text(q, 0) ? db_text(q, 0) : "NULL");
	db_done(q);
	db_close(db);
	return held;
}

/* Each state's rows, in the order of the alphabet: "sent 1, settled 2". */
static const char *
states(void)
{
	return text("SELECT group_concat(state || ' ' || n, ', ') FROM (SELECT"
		    " state, count(*) AS n FROM ledger GROUP BY state"
		    " ORDER BY state)");
}

/* --- a buyer */

static struct ledger_request request;
static struct bill bill;
static long takes_ms; /* a call of his */

static void
open_books(void)
{
	ledger_open(FILE_NAME, false);
}

static void
reserve(struct booking *b)
{
	open_books();
	ledger_reserve(b, &request);
	memcpy(shared->purchase, b->purchase, sizeof b->purchase);
}

static void
send_one(struct booking *b)
{
	reserve(b);
	ledger_sent(b);
	sleep_ms(takes_ms);
}

static void
buy_one(void)
{
	struct booking b;

	send_one(&b);
	ledger_settle(&b, &bill);
}

static void
buy_nothing(void)
{
	struct booking b;

	send_one(&b);
	ledger_release(&b, EXIT_REFUSED, "refused");
}

static void
lose_one(void)
{
	struct booking b;

	send_one(&b);
	ledger_unknown(&b, EXIT_UNKNOWN, "no answer");
}

static void
die_reserved(void)
{
	struct booking b;

	reserve(&b);
	raise(SIGKILL);
}

static void
die_sent(void)
{
	struct booking b;

	send_one(&b);
	raise(SIGKILL);
}

static void
set_price(long long estimate, long long micros)
{
	request.estimate = estimate;
	bill.micros = micros;
}

static int
set_up(void **state)
{
	static const char *const names[] = { "MAX_EPISODE_COST_USD",
		"MAX_MONTH_COST_USD", "MAX_TOTAL_COST_USD", "LIMN_MAKE",
		"LIMN_ERRORS" };

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		unsetenv(names[i]);
	setenv("LIMN_RUN", "run-1", 1);
	unlink(FILE_NAME);
	unlink(FILE_NAME "-wal");
	unlink(FILE_NAME "-shm");
	request = (struct ledger_request){ .what = "ch02: image",
		.episode = "abc123",
		.chapter = "ch02",
		.kind = "image",
		.model = "dall-e-3",
		.hash = "sha256:00" };
	bill = (struct bill){ .is_measured = true,
		.input_tokens = -1,
		.output_tokens = -1,
		.request_id = "" };
	set_price(100000, 100000);
	takes_ms = 0;
	return 0;
}

/* --- processes that are gone, or not */

static void
show_process(void)
{
	prctl(PR_SET_NAME, "a) S 1 (b");
	process_self(&shared->process);
	shared->is_shown = 1;
	pause();
}

static void
knows_processes(void **state)
{
	struct process *p = &shared->process, self;
	time_t today = time(NULL);
	pid_t child;

	(void)state;
	process_self(&self);
	assert_int_equal(self.pid, getpid());
	assert_true(self.started > 0);
	assert_false(process_is_gone(&self, 0, PROCESS_RUN_S));
	self.started++; /* the number, used again */
	assert_true(process_is_gone(&self, today, PROCESS_RUN_S));
	self.pid = 0;
	assert_true(process_is_gone(&self, today, PROCESS_RUN_S));

	memset(p, 0, sizeof *p);
	child = start(show_process);
	for (int i = 0; i < PATIENCE && !shared->is_shown; i++)
		sleep_ms(5);
	assert_int_equal(p->pid, child);
	assert_false(process_is_gone(p, 0, PROCESS_RUN_S));
	kill(child, SIGKILL);
	for (int i = 0;
		i < PATIENCE && !process_is_gone(p, today, PROCESS_RUN_S); i++)
		sleep_ms(5);
	assert_true(process_is_gone(p, today, PROCESS_RUN_S)); /* a zombie */
	wait_for(child);
	assert_true(process_is_gone(p, today, PROCESS_RUN_S));
}

static void
knows_strangers(void **state)
{
	time_t today = time(NULL);
	struct timespec up;
	struct process p;
	size_t n;

	(void)state;
	process_self(&p);
	n = strcspn(p.host, "/");
	assert_int_equal(n, 36);
	snprintf(p.host + n, sizeof p.host - n, "/1");
	assert_false(process_is_gone(&p, today, PROCESS_RUN_S));
	assert_false(process_is_gone(&p, today - PROCESS_RUN_S + 60,
		PROCESS_RUN_S));
	assert_true(process_is_gone(&p, today - PROCESS_RUN_S - 60,
		PROCESS_RUN_S));
	/* another machine's, as ours runs since before that */
	memset(p.host, '0', n);
	assert_false(process_is_gone(&p, today + 120, PROCESS_RUN_S));
	assert_true(process_is_gone(&p, today - PROCESS_RUN_S - 60,
		PROCESS_RUN_S));
	/* of an earlier start, a day ago or not */
	clock_gettime(CLOCK_BOOTTIME, &up);
	assert_true(process_is_gone(&p, today - up.tv_sec - 120,
		PROCESS_RUN_S));
	/* one that is patient for less; and from a clock that was wrong */
	assert_false(process_is_gone(&p, today - 7140, PROCESS_CALL_S));
	assert_true(process_is_gone(&p, today - 7260, PROCESS_CALL_S));
	assert_true(process_is_gone(&p, today + 86400, PROCESS_CALL_S));
	assert_true(process_is_gone(&p, today + 86400, PROCESS_RUN_S));
	process_self(&p);
	assert_false(process_is_gone(&p, today + 86400, PROCESS_CALL_S));
	snprintf(p.host, sizeof p.host, "?");
	assert_false(process_is_gone(&p, today, PROCESS_RUN_S));
	assert_true(process_is_gone(&p, today - PROCESS_RUN_S - 60,
		PROCESS_RUN_S));
}

static void
knows_make(void **state)
{
	static const char *const bad[] = { "", "1", "x 1", "1 x", "1 2x",
		"-1 2", "0 2", "1 0", "1,2" };
	struct process p;

	(void)state;
	setenv("LIMN_MAKE", "123 4567", 1);
	process_make(&p);
	assert_int_equal(p.pid, 123);
	assert_int_equal(p.started, 4567);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		setenv("LIMN_MAKE", bad[i], 1);
		process_make(&p);
		assert_int_equal(p.pid, getpid());
	}
	unsetenv("LIMN_MAKE");
	process_make(&p);
	assert_false(process_is_gone(&p, 0, PROCESS_RUN_S));
}

/* --- limits */

static void
read_limits(void)
{
	struct limits l;

	limits_read(&l);
}

static void
reads_limits(void **state)
{
	struct limits l;

	(void)state;
	limits_read(&l);
	assert_int_equal(l.episode, 10000000);
	assert_int_equal(l.month, LIMIT_NONE);
	assert_int_equal(l.total, LIMIT_NONE);
	setenv("MAX_EPISODE_COST_USD", "0.3", 1);
	setenv("MAX_MONTH_COST_USD", " ", 1);
	setenv("MAX_TOTAL_COST_USD", "1000000000", 1);
	limits_read(&l);
	assert_int_equal(l.episode, 300000);
	assert_int_equal(l.month, LIMIT_NONE);
	assert_int_equal(l.total, 1000000000000000);
	setenv("MAX_MONTH_COST_USD", "-1", 1);
	assert_int_equal(run(read_limits), EXIT_BAD_CONFIG);
	assert_string_equal(said,
		"test: MAX_MONTH_COST_USD: must be a number from 0 to "
		"1000000000, such as 100\n");
}

/* --- states */

static void
do_without(void)
{
	struct booking b;

	ledger_about("abc123");
	ledger_reserve(&b, &request);
	if (strlen(b.purchase) != 36 || b.id || ledger_is_open())
		_exit(1);
	ledger_sent(&b);
	ledger_waits(&b);
	ledger_settle(&b, &bill);
	ledger_found(&(struct ledger_past){ .purchase = b.purchase }, &bill);
	ledger_refused(b.purchase, "no");
}

static void
works_without_ledger(void **state)
{
	(void)state;
	request.estimate = 1000000000; /* no ledger, no limit */
	assert_int_equal(run(do_without), 0);
	assert_string_equal(said, "");
	assert_int_not_equal(access(FILE_NAME, F_OK), 0);
}

static void
settles(void **state)
{
	(void)state;
	bill.micros = 42400;
	bill.request_id = "req_1";
	assert_int_equal(run(buy_one), 0);
	assert_string_equal(said, "");
	assert_string_equal(
		text("SELECT concat FROM (SELECT episode_id || ' ' ||"
		     " chapter_id || ' ' || kind || ' ' || model || ' ' ||"
		     " request_sha256 || ' ' || state || ' ' || cost_micros"
		     " || ' ' || estimate_micros || ' ' || cost_source || ' '"
		     " || run || ' ' || request_id AS concat FROM ledger)"),
		"abc123 ch02 image dall-e-3 sha256:00 settled 42400 100000 "
		"measured run-1 req_1");
	assert_int_equal(number("SELECT count(*) FROM ledger WHERE"
				" sent_at >= reserved_at AND ended_at >="
				" sent_at AND input_tokens IS NULL AND"
				" output_tokens IS NULL AND error IS NULL"),
		1);
	assert_string_equal(text("SELECT purchase FROM ledger"),
		shared->purchase);
	assert_string_equal(text("SELECT stage || ' ' || status || ' ' ||"
				 " estimated_cost_usd FROM pipeline_runs"),
		"IMAGEGEN RUNNING 0.0424");
}

static void
counts_tokens(void **state)
{
	(void)state;
	request.kind = "prompt";
	set_price(5000, 3150);
	bill.input_tokens = 300;
	bill.output_tokens = 150;
	assert_int_equal(run(buy_one), 0);
	request.kind = "image";
	set_price(40000, 40000);
	bill.is_measured = false;
	assert_int_equal(run(buy_one), 0);
	assert_string_equal(text("SELECT group_concat(cost_source)"
				 " FROM ledger"),
		"measured,estimated");
	assert_string_equal(text("SELECT input_tokens || ' ' ||"
				 " output_tokens || ' ' || estimated_cost_usd"
				 " FROM pipeline_runs"),
		"300 150 0.04315");
}

static void
releases(void **state)
{
	(void)state;
	assert_int_equal(run(buy_nothing), 0);
	assert_string_equal(text("SELECT state || ' ' || cost_micros || ' ' ||"
				 " estimate_micros || ' ' || exit_status ||"
				 " ' ' || error FROM ledger"),
		"released 0 100000 10 refused");
	assert_string_equal(
		text("SELECT estimated_cost_usd FROM pipeline_runs"), "0.0");
}

static void
counts_unknown(void **state)
{
	(void)state;
	setenv("MAX_EPISODE_COST_USD", "0.1", 1);
	assert_int_equal(run(lose_one), 0);
	assert_string_equal(text("SELECT state || ' ' || cost_micros || ' ' ||"
				 " exit_status || ' ' || error FROM ledger"),
		"unknown 100000 12 no answer");
	assert_string_equal(
		text("SELECT estimated_cost_usd FROM pipeline_runs"), "0.1");
	assert_int_equal(run(buy_one), EXIT_COST_LIMIT);
}

static void
try_again(void)
{
	struct booking b;

	reserve(&b);
	ledger_sent(&b);
	ledger_waits(&b);
	if (number("SELECT count(*) FROM ledger WHERE state = 'reserved'") != 1)
		_exit(1);
	ledger_sent(&b);
	ledger_settle(&b, &bill);
	/* it is over */
	bill.micros = 1;
	ledger_settle(&b, &bill);
	ledger_waits(&b);
	ledger_release(&b, EXIT_REFUSED, "too late");
	ledger_unknown(&b, EXIT_UNKNOWN, "too late");
	ledger_sent(&b);
}

static void
keeps_order(void **state)
{
	(void)state;
	assert_int_equal(run(try_again), EXIT_TRY_LATER);
	assert_non_null(strstr(said, "is booked no more"));
	assert_string_equal(states(), "settled 1");
	assert_int_equal(number("SELECT exit_status IS NULL AND"
				" cost_micros = 100000 FROM ledger"),
		1);
}

static void
clears_after_crashes(void **state)
{
	(void)state;
	setenv("MAX_EPISODE_COST_USD", "0.2", 1);
	assert_int_equal(run(die_reserved), KILLED + SIGKILL);
	assert_string_equal(states(), "reserved 1");
	assert_int_equal(run(die_sent), KILLED + SIGKILL);
	assert_string_equal(states(), "released 1, sent 1");
	assert_int_equal(run(die_reserved), KILLED + SIGKILL);
	assert_string_equal(states(), "released 1, reserved 1, unknown 1");
	assert_string_equal(
		text("SELECT group_concat(error, ', ') FROM ledger"),
		"the process ended before it was sent, "
		"the process ended before the answer");
	assert_int_equal(run(buy_one), 0);
	assert_string_equal(states(), "released 2, settled 1, unknown 1");
	assert_string_equal(
		text("SELECT estimated_cost_usd FROM pipeline_runs"), "0.2");
	assert_int_equal(run(buy_one), EXIT_COST_LIMIT);
}

static void
find_it(void)
{
	open_books();
	ledger_found(&(struct ledger_past){ .purchase = shared->purchase },
		&bill);
}

static void
refuse_it(void)
{
	open_books();
	ledger_refused(shared->purchase, "not that");
}

static void
settles_what_is_found(void **state)
{
	static void (*const ways[])(void) = { die_reserved, die_sent, lose_one,
		buy_nothing, buy_one };

	(void)state;
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		set_price(100000, 90000);
		run(ways[i]);
		bill.micros = 42400;
		assert_int_equal(run(find_it), 0);
		assert_string_equal(said, "");
		assert_int_equal(run(find_it), 0);
	}
	assert_string_equal(states(), "settled 5");
	assert_string_equal(
		text("SELECT group_concat(cost_micros) FROM ledger"),
		"42400,42400,42400,42400,90000");
	assert_int_equal(number("SELECT count(*) FROM ledger"
				" WHERE error IS NOT NULL"),
		0);
	assert_string_equal(
		text("SELECT estimated_cost_usd FROM pipeline_runs"), "0.2596");
	assert_int_equal(run(refuse_it), 0);
	assert_string_equal(
		text("SELECT state || ' ' || exit_status || ' ' || error"
		     " FROM ledger WHERE exit_status IS NOT NULL"),
		"settled 10 not that");
}

/* What was bought before there was a ledger, or by another's. */
static void
finds_nothing(void **state)
{
	(void)state;
	snprintf(shared->purchase, sizeof shared->purchase, "another");
	assert_int_equal(run(find_it), 0);
	assert_int_equal(run(refuse_it), 0);
	assert_int_not_equal(access(FILE_NAME, F_OK), 0);
	make_books("");
	assert_int_equal(run(find_it), 0);
	*shared->purchase = '\0';
	assert_int_equal(run(find_it), 0);
	assert_int_equal(number("SELECT count(*) FROM ledger"), 0);
}

static void
settle_nowhere(void)
{
	struct booking b;

	send_one(&b);
	make_books("ALTER TABLE ledger RENAME TO gone");
	ledger_settle(&b, &bill);
	ledger_waits(&b);
	dprintf(STDERR_FILENO, "kept\n");
	ledger_sent(&b);
}

static void
goes_on_with_an_answer(void **state)
{
	(void)state;
	assert_int_equal(run(settle_nowhere), EXIT_IO);
	assert_non_null(strstr(said, "test: " FILE_NAME ": no such table"));
	assert_non_null(strstr(said, "\nkept\n"));
	assert_int_equal(number("SELECT count(*) FROM gone"
				" WHERE state = 'sent'"),
		1);
	assert_string_equal(text("SELECT error_message FROM episodes"), "NULL");
}

/* --- the limits */

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

/* For all reserve what two of them pay for. */
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
	/* there were never more than two at a time: one settled at worst, and
	 * another then has no room */
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
	bill.micros = getpid() % 100001;
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

static void
says_that_it_waits(void **state)
{
	double begun = now();
	pid_t first;

	(void)state;
	setenv("MAX_EPISODE_COST_USD", "0.1", 1);
	takes_ms = 3500;
	first = start(buy_nothing);
	while (access(FILE_NAME, F_OK) != 0 ||
		number("SELECT count(*) FROM sqlite_schema"
		       " WHERE name = 'ledger'") == 0 ||
		number("SELECT count(*) FROM ledger") == 0)
		sleep_ms(20);
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
	while (access(FILE_NAME, F_OK) != 0 ||
		number("SELECT count(*) FROM sqlite_schema"
		       " WHERE name = 'ledger'") == 0 ||
		number("SELECT count(*) FROM ledger WHERE state = 'sent'") == 0)
		sleep_ms(20);
	assert_int_equal(run(hurry), EXIT_TRY_LATER);
	kill(first, SIGKILL);
	wait_for(first);
	assert_string_equal(said,
		"test: ch02: image: waits for 1 call under way, as the limit "
		"may have no room\n"
		"test: ch02: image: waited 3 hours for 1 call under way, as "
		"the limit may have no room; look at list-purchases, and try "
		"again later\n");
	assert_string_equal(text("SELECT substr(error_message, 1, 26)"
				 " FROM episodes"),
		"ch02: image: waited 3 hour");
}

/* Of a process that nobody can see, booked when the clock was wrong. */
static void
clears_the_future(void **state)
{
	(void)state;
	make_books(
		"INSERT INTO ledger (purchase, episode_id, kind, model,"
		" request_sha256, state, cost_micros, estimate_micros, host,"
		" pid, pid_started, reserved_at) VALUES ('a', 'abc123',"
		" 'image', 'm', 'h', 'reserved', 9990000, 9990000, 'x/1', 1, 1,"
		" '2126-01-01 00:00:00')");
	assert_int_equal(run(buy_one), 0);
	assert_string_equal(states(), "released 1, settled 1");
}

static void
assert_limit(const char *setting, const char *limit, long long next,
	const char *why)
{
	char want[256];
	int status;

	setenv(setting, limit, 1);
	set_price(next, next);
	status = run(buy_one);
	*want = '\0';
	if (why)
		snprintf(want, sizeof want,
			"test: ch02: image: %s; raise %s and run again\n", why,
			setting);
	assert_string_equal(said, want);
	assert_int_equal(status, why ? EXIT_COST_LIMIT : 0);
}

#define ONE "MAX_EPISODE_COST_USD"
#define MONTH "MAX_MONTH_COST_USD"
#define TOTAL "MAX_TOTAL_COST_USD"
#define EPISODE                                                                \
	"INSERT INTO episodes (id, episode_id, status, created_at)"            \
	" VALUES (7, 'abc123', 'CHAPTERIZED', '2026-01-01 00:00:00'),"         \
	" (8, 'other', 'PUBLISHED', '2026-01-01 00:00:00');"
#define RUNS                                                                   \
	"INSERT INTO pipeline_runs (episode_id, stage, status, started_at,"    \
	" estimated_cost_usd) VALUES "

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
	/* ours are in the ledger, too, and count once */
	assert_limit(ONE, "0.400001", 100000, NULL);
	assert_limit(ONE, "0.400001", 40000,
		"Episode cost limit exceeded: 0.44 > 0.40");
	assert_limit(ONE, "0", 0, NULL);
	assert_limit(ONE, "10", 9640000,
		"Episode cost limit exceeded: 10.04 > 10.00");
}

/* Tables as others may have made them. */
static void
counts_by_name(void **state)
{
	(void)state;
	unsetenv("LIMN_RUN"); /* there is no place for ours */
	make_books("DROP TABLE pipeline_runs; CREATE TABLE pipeline_runs"
		   " (episode_id TEXT, stage TEXT, status TEXT,"
		   " estimated_cost_usd TEXT, started_at, completed_at)");
	make_books("INSERT INTO pipeline_runs VALUES"
		   " ('abc123', 'TTS', 'x', '0.1', '2000-01-01T00:00:00', ''),"
		   " ('abc123', 'TTS', 'x', NULL, NULL, ''),"
		   " ('abc123', 'TTS', 'x', 'dear', datetime('now'), ''),"
		   " ('abc123', 'TTS', 'x', '0.2', datetime('now'), '')");
	assert_limit(ONE, "0.3", 1,
		"Episode cost limit exceeded: 0.300001 > 0.300000");
	setenv(ONE, "1", 1);
	assert_limit(MONTH, "0.2", 10000,
		"Monthly cost limit exceeded: 0.21 > 0.20");
	assert_limit(MONTH, "0.21", 10000, NULL);
	/* nobody knows when that was: this month */
	make_books("INSERT INTO pipeline_runs VALUES"
		   " ('other', 'TTS', 'x', '0.3', NULL, ''),"
		   " ('other', 'TTS', 'x', '0.4', 1500000000, ''),"
		   " ('other', 'TTS', 'x', '0.5', x'31', '')");
	assert_limit(MONTH, "1.4", 0, NULL);
	assert_limit(MONTH, "1.4", 1,
		"Monthly cost limit exceeded: 1.41 > 1.40");
	assert_limit(MONTH, "1.41", 1,
		"Monthly cost limit exceeded: 1.410001 > 1.410000");
	assert_limit(MONTH, "1.410001", 1, NULL);
}

/* A number that was our run's, now of another stage's. */
static void
counts_numbers_used_again(void **state)
{
	(void)state;
	make_books(EPISODE RUNS
		"(7, 'TTS', 'SUCCESS', '2026-01-01 00:00:00', 0.2),"
		"(7, 'IMAGEGEN', 'SUCCESS', '2026-01-01 00:00:00', 4);"
		"INSERT INTO limn_runs VALUES"
		" ('gone', 'abc123', 1, NULL, 'h', 1, 1),"
		" ('ours', 'abc123', 2, NULL, 'h', 1, 1)");
	assert_limit(ONE, "0.2", 10000,
		"Episode cost limit exceeded: 0.21 > 0.20");
	assert_limit(ONE, "0.21", 10000, NULL);
	/* nor does a NULL hide anything, our own run neither now */
	make_books("DROP TABLE limn_runs; CREATE TABLE limn_runs (run TEXT,"
		   " episode_id TEXT, pipeline_run_id INTEGER, cost_limit TEXT,"
		   " host TEXT, pid INTEGER, pid_started INTEGER,"
		   " PRIMARY KEY (run, episode_id)); INSERT INTO limn_runs"
		   " (run, episode_id) VALUES ('none', 'abc123')");
	assert_limit(ONE, "4.21", 10000,
		"Episode cost limit exceeded: 4.23 > 4.21");
}

#define ROW(purchase, episode, micros, time)                                   \
	"('" purchase "', '" episode                                           \
	"', 'image', 'm', 'h', 'settled', " #micros ", 0, 'h', 1, 1, " time    \
	")"

static void
counts_months_and_all(void **state)
{
	(void)state;
	make_books(EPISODE RUNS
		"(8, 'TTS', 'SUCCESS', datetime('now'), 0.5),"
		"(8, 'TTS', 'SUCCESS',"
		" datetime('now', 'start of month', '-1 second'), 2);"
		"INSERT INTO ledger (purchase, episode_id, kind, model,"
		" request_sha256, state, cost_micros, estimate_micros, host,"
		" pid, pid_started, reserved_at) VALUES " ROW("a", "other",
			1000000,
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

#define LEDGER                                                                 \
	"INSERT INTO ledger (purchase, episode_id, kind, model,"               \
	" request_sha256, state, cost_micros, estimate_micros, host,"          \
	" pid, pid_started, reserved_at) VALUES "
#define UNCHECKED "PRAGMA ignore_check_constraints = 1; "
#define MUCH                                                                   \
	"test: ch02: image: Episode cost limit exceeded: 1000000000.10 > "     \
	"10.00; raise MAX_EPISODE_COST_USD and run again\n"

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

/* No sum of what others have written lets anything through. */
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
			     "INSERT INTO ledger (purchase, episode_id, kind,"
			     " model, request_sha256, state, cost_micros,"
			     " estimate_micros, host, pid, pid_started,"
			     " reserved_at, input_tokens) WITH RECURSIVE c(i)"
			     " AS (SELECT 1 UNION ALL SELECT i + 1 FROM c"
			     " WHERE i < 10000) SELECT 'n' || i, 'abc123',"
			     " 'prompt', 'm', 'h', 'settled',"
			     " 9000000000000000000, 0, 'h', 1, 1,"
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
	/* but an answer that was paid for is booked */
	set_price(100000, 9223372036854775807);
	assert_int_equal(run(buy_one), 0);
	assert_string_equal(said, "");
	assert_string_equal(text("SELECT state || ' ' || cost_micros"
				 " FROM ledger"),
		"settled 1000000000000000");
}

/* The first of them that says no is named. */
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

/* --- what a denial and a failure leave */

static const char *
episode(void)
{
	return text("SELECT status || ': ' || coalesce(error_message, 'none')"
		    " FROM episodes WHERE episode_id = 'abc123'");
}

static const char *
runs(void)
{
	return text("SELECT group_concat(status || ': ' || coalesce("
		    "error_message, 'none'), ', ') FROM pipeline_runs");
}

#define WHY "Episode cost limit exceeded: 0.30 > 0.25"

static void
commits_denials(void **state)
{
	(void)state;
	assert_limit(ONE, "0.25", 100000, NULL);
	assert_limit(ONE, "0.25", 100000, NULL);
	assert_string_equal(episode(), "CHAPTERIZED: none");
	assert_string_equal(runs(), "RUNNING: none");
	assert_limit(ONE, "0.25", 100000, WHY);
	assert_string_equal(episode(), "COST_LIMIT: " WHY);
	assert_string_equal(runs(), "FAILED: " WHY);
	assert_string_equal(states(), "settled 2");
	/* no prompt for a picture that can't be, however cheap */
	request.kind = "prompt";
	assert_limit(ONE, "0.25", 1, WHY);
	assert_limit(ONE, "0.25", 0, WHY);
	request.kind = "image";
	assert_limit(ONE, "0.25", 50000, NULL);
	/* and on it goes */
	setenv("LIMN_RUN", "run-2", 1);
	request.kind = "prompt";
	assert_limit(ONE, "0.35", 100000, NULL);
	assert_string_equal(runs(), "FAILED: " WHY ", RUNNING: none");
	assert_string_equal(states(), "settled 4");
}

static void
buy_by_force(void)
{
	ledger_open(FILE_NAME, true);
	buy_one();
}

static void
leaves_others_alone(void **state)
{
	(void)state;
	make_books(EPISODE "UPDATE episodes SET status = 'ADAPTED'");
	assert_int_equal(run(buy_one), EXIT_BAD_INPUT);
	assert_string_equal(said,
		"test: Episode abc123 not ready for image generation "
		"(status: adapted)\n");
	assert_string_equal(episode(), "ADAPTED: none");
	assert_string_equal(runs(), "NULL");
	assert_string_equal(states(), "NULL");
	assert_int_equal(run(buy_by_force), 0);
	assert_string_equal(states(), "settled 1");
	make_books("UPDATE episodes SET pipeline_version = 1");
	assert_int_equal(run(buy_by_force), EXIT_BAD_INPUT);
	assert_string_equal(said,
		"test: Episode abc123 is v1 pipeline, image generation not "
		"supported\n");
	assert_string_equal(episode(), "ADAPTED: none");
	assert_string_equal(runs(), "RUNNING: none");
}

static int fails_with;

static void
fail_early(void)
{
	open_books();
	ledger_about("abc123");
	err("the first");
	die(fails_with, "no key; set\tone");
}

static void
fail_late(void)
{
	struct booking b;

	send_one(&b);
	ledger_release(&b, EXIT_NO_ACCESS, "no credit");
	die(EXIT_NO_ACCESS, "no credit");
}

static void
notes_failures(void **state)
{
	static const int quiet[] = { EXIT_USAGE, EXIT_COST_LIMIT };

	(void)state;
	make_books(EPISODE);
	for (size_t i = 0; i < sizeof quiet / sizeof *quiet; i++) {
		fails_with = quiet[i];
		assert_int_equal(run(fail_early), quiet[i]);
		assert_string_equal(runs(), "NULL");
	}
	fails_with = EXIT_NO_ACCESS;
	unsetenv("LIMN_RUN");
	assert_int_equal(run(fail_early), EXIT_NO_ACCESS);
	assert_string_equal(episode(), "CHAPTERIZED: none");
	setenv("LIMN_RUN", "run-1", 1);
	assert_int_equal(run(fail_early), EXIT_NO_ACCESS);
	assert_string_equal(said,
		"test: the first\ntest: no key; set\\x09one\n");
	assert_string_equal(episode(), "CHAPTERIZED: no key; set\\x09one");
	assert_string_equal(runs(), "FAILED: no key; set\\x09one");
	assert_int_equal(run(fail_late), EXIT_NO_ACCESS);
	assert_string_equal(episode(), "CHAPTERIZED: no credit");
	setenv("LIMN_RUN", "run-2", 1);
	assert_int_equal(run(fail_late), EXIT_NO_ACCESS);
	assert_string_equal(runs(),
		"FAILED: no key; set\\x09one, FAILED: no credit");
	make_books("UPDATE episodes SET pipeline_version = 1,"
		   " error_message = NULL");
	assert_int_equal(run(fail_late), EXIT_BAD_INPUT);
	assert_int_equal(run(fail_early), EXIT_NO_ACCESS);
	assert_string_equal(episode(), "CHAPTERIZED: none");
}

static void
say_more(int status)
{
	dprintf(STDERR_FILENO, "last: %d\n", status);
}

static void
fail_with_another(void)
{
	err_last = say_more;
	fail_early();
}

static void
spoil_books(void)
{
	int fd = open(FILE_NAME, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_int_equal(write(fd, "Dear diary, today I bought", 26), 26);
	close(fd);
}

static void
keeps_the_status(void **state)
{
	(void)state;
	fails_with = EXIT_NO_ACCESS;
	assert_int_equal(run(fail_with_another), EXIT_NO_ACCESS);
	assert_non_null(strstr(said, "\nlast: 77\n"));
	assert_string_equal(runs(), "FAILED: no key; set\\x09one");
	spoil_books();
	assert_int_equal(run(fail_with_another), EXIT_NO_ACCESS);
	assert_non_null(strstr(said, "is no SQLite database"));
	assert_non_null(strstr(said, "\nlast: 77\n"));
	/* no booking, no call; and it is said once */
	assert_int_equal(run(buy_one), EXIT_IO);
	assert_non_null(strstr(said, "is no SQLite database"));
	assert_ptr_equal(strchr(said, '\n') + 1, strchr(said, '\0'));
}

/* --- triggers of others, and statements */

#define IGNORED                                                                \
	"CREATE TRIGGER x BEFORE INSERT ON %s BEGIN SELECT raise(IGNORE); END"

static void
notices_what_is_ignored(void **state)
{
	static const char *const tables[] = { "episodes", "limn_rows",
		"pipeline_runs", "limn_runs", "ledger" };
	char sql[256], want[256];

	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		set_up(state);
		snprintf(sql, sizeof sql, IGNORED, tables[i]);
		make_books(sql);
		assert_int_equal(run(buy_one), EXIT_IO);
		snprintf(want, sizeof want,
			"test: " FILE_NAME ": %s: a row was not added; look "
			"for triggers of another program's, or name another "
			"database with DATABASE\n",
			tables[i]);
		assert_string_equal(said, want);
		assert_int_equal(number("SELECT count(*) FROM ledger"), 0);
	}
	set_up(state);
	make_books("CREATE TRIGGER x AFTER INSERT ON ledger BEGIN"
		   " DELETE FROM ledger; END");
	assert_int_equal(run(buy_one), EXIT_IO);
	make_books("DROP TRIGGER x; CREATE TRIGGER x AFTER INSERT ON ledger"
		   " BEGIN UPDATE ledger SET cost_micros = 0; END");
	assert_int_equal(run(buy_one), EXIT_IO);
}

static void
use_many(void)
{
	struct db *db = db_open("memory", DB_MEMORY);
	struct query *first, *q;
	char sql[64];

	first = db_query(db, "SELECT 1 UNION ALL SELECT 2", "");
	if (!db_next(first))
		_exit(1);
	for (int i = 0; i < 3 * DB_QUERIES_MAX; i++) {
		snprintf(sql, sizeof sql, "SELECT %d", i);
		if (db_number(db, sql, "") != i)
			_exit(2);
	}
	if (!db_next(first) || db_int(first, 0) != 2 || db_next(first))
		_exit(3);
	/* more than there is place for, at a time */
	for (int i = 0; i <= DB_QUERIES_MAX; i++) {
		snprintf(sql, sizeof sql, "SELECT %d UNION ALL SELECT 0", i);
		q = db_query(db, sql, "");
		if (!db_next(q) || db_int(q, 0) != i)
			_exit(4);
	}
	_exit(5);
}

static void
keeps_statements(void **state)
{
	struct db *db;

	(void)state;
	assert_int_equal(run(use_many), EXIT_IO);
	assert_string_equal(said,
		"test: memory: too many statements at a time\n");

	db = db_open("memory", DB_MEMORY);
	db_script(db, "CREATE TABLE a (x); INSERT INTO a VALUES (1), (2)");
	assert_int_equal(db_run(db, "UPDATE a SET x = 3", ""), 2);
	assert_int_equal(db_run(db, "BEGIN", ""), 0);
	assert_int_equal(db_run(db, "COMMIT", ""), 0);
	assert_int_equal(db_run(db, "-- nothing", ""), 0);
	assert_int_equal(db_run(db, "SELECT x FROM a", ""), 0);
	assert_int_equal(db_run(db, "DELETE FROM a", ""), 2);
	assert_int_equal(db_run(db, "DELETE FROM a", ""), 0);
	err_prog = "# said";
	db_forgive(db, true);
	assert_int_equal(db_run(db, "INSERT INTO b VALUES (1)", ""), 0);
	assert_true(db_has_failed(db));
	assert_false(db_forgive(db, false));
	db_script(db, "CREATE TABLE b (x)");
	assert_int_equal(db_run(db, "INSERT INTO b VALUES (1)", ""), 1);
	assert_int_equal(db_number(db, "SELECT count(*) FROM b", ""), 1);
	db_close(db);
}

/* --- sums */

static void
adds_up(void **state)
{
	struct ledger_sums sums;
	struct db *db;

	(void)state;
	db = db_open("memory", DB_MEMORY);
	assert_int_equal(ledger_spent(db, "abc123", 0), 0);
	assert_int_equal(ledger_spent(db, NULL, 1), 0);
	ledger_sum(db, "abc123", NULL, &sums);
	assert_int_equal(sums.micros, 0);
	db_script(db, "CREATE TABLE pipeline_runs (estimated_cost_usd REAL)");
	assert_int_equal(ledger_spent(db, "abc123", 0), 0);
	db_close(db);

	request.kind = "prompt";
	bill.input_tokens = 300;
	bill.output_tokens = 150;
	set_price(5000, 3150);
	assert_int_equal(run(buy_one), 0);
	request.kind = "image";
	assert_int_equal(run(buy_nothing), 0);
	setenv("LIMN_RUN", "run-2", 1);
	set_price(40000, 30000);
	assert_int_equal(run(buy_one), 0);
	assert_int_equal(run(lose_one), 0);
	db = db_open(FILE_NAME, DB_READ);
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
	assert_int_equal(ledger_spent(db, "abc123", 0), 73150);
	assert_int_equal(ledger_spent(db, "other", 0), 0);
	assert_int_equal(ledger_spent(db, NULL, 0), 73150);
	assert_int_equal(ledger_spent(db, NULL, time(NULL) + 60), 0);
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

static int
go_there(void **state)
{
	(void)state;
	shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return shared == MAP_FAILED || !mkdtemp(dir) || chdir(dir) != 0;
}

static int
clean_up(void **state)
{
	set_up(state);
	unlink("said");
	rmdir("books");
	munmap(shared, sizeof *shared);
	return chdir("/") != 0 || rmdir(dir) != 0;
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(knows_processes),
		TEST(knows_strangers),
		TEST(knows_make),
		TEST(reads_limits),
		TEST(works_without_ledger),
		TEST(settles),
		TEST(counts_tokens),
		TEST(releases),
		TEST(counts_unknown),
		TEST(keeps_order),
		TEST(clears_after_crashes),
		TEST(settles_what_is_found),
		TEST(finds_nothing),
		TEST(goes_on_with_an_answer),
		TEST(lets_exactly_k_through),
		TEST(clears_the_future),
		TEST(does_not_wait_for_ever),
		TEST(waits_for_cheaper_calls),
		TEST(holds_whatever_happens),
		TEST(says_that_it_waits),
		TEST(counts_other_stages),
		TEST(counts_by_name),
		TEST(counts_numbers_used_again),
		TEST(counts_months_and_all),
		TEST(survives_absurd_sums),
		TEST(asks_in_order),
		TEST(is_a_limit_for_pipes),
		TEST(commits_denials),
		TEST(leaves_others_alone),
		TEST(notes_failures),
		TEST(keeps_the_status),
		TEST(notices_what_is_ignored),
		TEST(keeps_statements),
		TEST(adds_up),
		TEST(knows_months),
	};

	return cmocka_run_group_tests(tests, go_there, clean_up);
}
