/*
 * unit-process: who is gone, and who may be (tools/lib/books/process.h), in
 * TAP.
 */
#define _GNU_SOURCE /* CLOCK_BOOTTIME */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "books/process.h"

#define PATIENCE 1000 /* times 5 ms */

/* A child whose name is hard to read; what it is, as it sees it, is in p. */
static pid_t
start(struct process *p)
{
	int out[2];
	pid_t child;

	assert_int_equal(pipe(out), 0);
	fflush(stdout);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		prctl(PR_SET_NAME, "a) S 1 (b");
		memset(p, 0, sizeof *p);
		process_self(p);
		if (write(out[1], p, sizeof *p) > 0)
			pause();
		_exit(0);
	}
	close(out[1]);
	assert_int_equal(read(out[0], p, sizeof *p), sizeof *p);
	close(out[0]);
	return child;
}

static void
knows_processes(void **state)
{
	const struct timespec moment = { 0, 5000000 };
	struct process other, *p = &other, self;
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

	child = start(p);
	assert_int_equal(p->pid, child);
	assert_false(process_is_gone(p, 0, PROCESS_RUN_S));
	kill(child, SIGKILL);
	for (int i = 0;
		i < PATIENCE && !process_is_gone(p, today, PROCESS_RUN_S); i++)
		nanosleep(&moment, NULL);
	assert_true(process_is_gone(p, today, PROCESS_RUN_S)); /* a zombie */
	assert_int_equal(waitpid(child, NULL, 0), child);
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_processes),
		cmocka_unit_test(knows_strangers),
		cmocka_unit_test(knows_make),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
