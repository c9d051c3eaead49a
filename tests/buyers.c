#define _GNU_SOURCE /* MAP_ANONYMOUS */
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
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "buyers.h"
#include "database/db-or-die.h"
#include "database/db.h"
#include "err.h"

char said[SAID_MAX];
struct shared *shared;
struct ledger ledger;
struct purchase request;
struct cost call_cost;
long takes_ms;

static char dir[] = "/tmp/unit-buyers.XXXXXX";
static char held[1024];

/* --- processes */

pid_t
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

int
wait_for(pid_t child)
{
	int status;

	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) ? KILLED + WTERMSIG(status)
				   : WEXITSTATUS(status);
}

void
read_said(void)
{
	int fd = open("said", O_RDONLY);
	ssize_t n = fd >= 0 ? read(fd, said, sizeof said - 1) : 0;

	assert_true(n >= 0);
	said[n] = '\0';
	if (fd >= 0)
		close(fd);
}

int
run(void (*act)(void))
{
	int status;

	unlink("said");
	status = wait_for(start(act));
	read_said();
	return status;
}

void
sleep_ms(long ms)
{
	const struct timespec pause = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&pause, NULL);
}

/* --- the database */

void
make_books(const char *sql)
{
	struct db *db = schema_open_or_die(FILE_NAME);

	db_script(db, sql);
	db_check_or_die(db);
	db_close(db);
}

long long
number(const char *sql)
{
	struct db *db = db_open(FILE_NAME, DB_READ, NULL);
	long long n;

	assert_non_null(db);
	n = db_number(db, sql, "");
	db_close(db);
	return n;
}

const char *
text(const char *sql)
{
	struct db *db = db_open(FILE_NAME, DB_READ, NULL);
	struct query *q;

	assert_non_null(db);
	q = db_query(db, sql, "");
	snprintf(held, sizeof held, "no row");
	if (db_next(q))
		snprintf(held, sizeof held, "%s",
			db_text(q, 0) ? db_text(q, 0) : "NULL");
	db_reset(q);
	db_close(db);
	return held;
}

const char *
states(void)
{
	return text("SELECT group_concat(state || ' ' || n, ', ') FROM (SELECT"
		    " state, count(*) AS n FROM ledger GROUP BY state"
		    " ORDER BY state)");
}

/* --- a buyer */

void
fail_of(const struct failure *f)
{
	ledger_failed(&ledger, request.episode, f);
	ledger_close(&ledger);
	die_of(f);
}

void
open_books(void)
{
	if (!ledger.path)
		ledger_open(&ledger, FILE_NAME, false);
}

void
reserve(struct purchase *p)
{
	struct failure f;

	open_books();
	*p = request;
	p->cost = call_cost;
	if (!ledger_reserve(&ledger, p, false, &f))
		fail_of(&f);
	memcpy(shared->purchase, p->name, sizeof p->name);
}

void
send_one(struct purchase *p)
{
	struct failure f;

	reserve(p);
	if (!ledger_sent(&ledger, p, &f))
		fail_of(&f);
	sleep_ms(takes_ms);
}

void
buy_one(void)
{
	struct purchase p;

	send_one(&p);
	ledger_settle(&ledger, &p);
}

void
buy_nothing(void)
{
	struct purchase p;

	send_one(&p);
	ledger_release(&ledger, &p, EXIT_REFUSED, "refused");
}

void
lose_one(void)
{
	struct purchase p;

	send_one(&p);
	ledger_unknown(&ledger, &p, EXIT_UNKNOWN, "no answer");
}

void
die_reserved(void)
{
	struct purchase p;

	reserve(&p);
	raise(SIGKILL);
}

void
die_sent(void)
{
	struct purchase p;

	send_one(&p);
	raise(SIGKILL);
}

void
set_price(long long estimate, long long micros)
{
	request.estimate = estimate;
	call_cost.micros = micros;
}

void
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

/* --- the group */

int
set_up(void **state)
{
	static const char *const names[] = { "MAX_EPISODE_COST_USD",
		"MAX_MONTH_COST_USD", "MAX_TOTAL_COST_USD", "LIMN_MAKE",
		"LIMN_LOG" };

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		unsetenv(names[i]);
	setenv("LIMN_RUN", "run-1", 1);
	unlink(FILE_NAME);
	unlink(FILE_NAME "-wal");
	unlink(FILE_NAME "-shm");
	unlink(FILE_NAME "-lock");
	request = (struct purchase){ .what = "ch02: image",
		.episode = "abc123",
		.chapter = "ch02",
		.kind = "image",
		.model = "dall-e-3",
		.hash = "sha256:00" };
	call_cost = (struct cost){
		.is_measured = true, .input_tokens = -1, .output_tokens = -1
	};
	set_price(100000, 100000);
	takes_ms = 0;
	return 0;
}

int
go_there(void **state)
{
	(void)state;
	shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return shared == MAP_FAILED || !mkdtemp(dir) || chdir(dir) != 0;
}

int
clean_up(void **state)
{
	set_up(state);
	unlink("said");
	rmdir("books");
	munmap(shared, sizeof *shared);
	return chdir("/") != 0 || rmdir(dir) != 0;
}
