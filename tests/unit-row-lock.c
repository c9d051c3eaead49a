/*
 * unit-row-lock: a lock on a row is held until the process ends
 * (tools/lib/database/row-lock.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "database/row-lock.h"
#include "err.h"
#include "failure.h"

#define DATABASE "limn.db"
#define LOCK DATABASE "-lock"

static char dir[] = "/tmp/unit-row-lock.XXXXXX";

static bool
is_held(long long number)
{
	return row_lock_is_held(DATABASE, ROW_LOCK_LEDGER, number);
}

static void
nothing_is_held_without_a_file(void **state)
{
	(void)state;
	assert_false(is_held(1));
	assert_int_not_equal(access(LOCK, F_OK), 0);
}

static void
is_held_until_it_is_released(void **state)
{
	struct row_lock lock = ROW_LOCK_NONE;

	(void)state;
	assert_true(row_lock_hold(&lock, DATABASE, ROW_LOCK_LEDGER, 7, NULL));
	assert_true(is_held(7));
	row_lock_release(&lock);
	assert_false(is_held(7));
	row_lock_release(&lock);
}

static void
rows_and_tables_are_apart(void **state)
{
	struct row_lock lock;

	(void)state;
	assert_true(row_lock_hold(&lock, DATABASE, ROW_LOCK_LEDGER, 7, NULL));
	assert_false(is_held(6));
	assert_false(is_held(8));
	assert_false(row_lock_is_held(DATABASE, ROW_LOCK_JOBS, 7));
	row_lock_release(&lock);
}

static void
one_holds_it(void **state)
{
	struct row_lock lock, other = ROW_LOCK_NONE;
	struct failure f = { 0 };

	(void)state;
	assert_true(row_lock_hold(&lock, DATABASE, ROW_LOCK_LEDGER, 7, NULL));
	assert_false(row_lock_hold(&other, DATABASE, ROW_LOCK_LEDGER, 7, &f));
	assert_int_equal(f.status, EXIT_TRY_LATER);
	assert_int_equal(other.fd, -1);
	row_lock_release(&lock);
	assert_true(row_lock_hold(&other, DATABASE, ROW_LOCK_LEDGER, 7, NULL));
	row_lock_release(&other);
}

static void
closing_another_keeps_it(void **state)
{
	struct row_lock lock;

	(void)state;
	assert_true(row_lock_hold(&lock, DATABASE, ROW_LOCK_LEDGER, 7, NULL));
	close(open(LOCK, O_RDWR));
	assert_true(is_held(7));
	row_lock_release(&lock);
}

/* A child that holds row 7 and waits to be killed. */
static pid_t
start_holder(int ready[2])
{
	struct row_lock lock;
	char byte;
	pid_t child;

	assert_int_equal(pipe(ready), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		if (!row_lock_hold(&lock, DATABASE, ROW_LOCK_LEDGER, 7, NULL))
			_exit(1);
		if (write(ready[1], "", 1) == 1)
			pause();
		_exit(1);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	return child;
}

static void
death_frees_it(void **state)
{
	int ready[2], status;
	pid_t child = start_holder(ready);

	(void)state;
	assert_true(is_held(7));
	kill(child, SIGSTOP);
	assert_true(is_held(7));
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_false(is_held(7));
	close(ready[0]);
	close(ready[1]);
}

static void
a_link_is_the_same_database(void **state)
{
	struct row_lock lock;

	(void)state;
	assert_int_equal(symlink(DATABASE, "link.db"), 0);
	assert_true(row_lock_hold(&lock, "link.db", ROW_LOCK_LEDGER, 7, NULL));
	assert_true(is_held(7));
	row_lock_release(&lock);
	unlink("link.db");
}

static void
the_file_has_the_mode_of_the_database(void **state)
{
	struct row_lock lock;
	struct stat st;

	(void)state;
	assert_int_equal(chmod(DATABASE, 0660), 0);
	assert_true(row_lock_hold(&lock, DATABASE, ROW_LOCK_LEDGER, 7, NULL));
	row_lock_release(&lock);
	assert_int_equal(stat(LOCK, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0660);
}

static void
a_file_that_cant_be_made_is_a_failure(void **state)
{
	struct failure f = { 0 };
	struct row_lock lock;

	(void)state;
	assert_false(row_lock_hold(&lock, "none/limn.db", ROW_LOCK_LEDGER, 7,
		&f));
	assert_int_equal(f.status, EXIT_CANT_CREATE);
	assert_int_equal(lock.fd, -1);
}

static int
set_up(void **state)
{
	(void)state;
	unlink(LOCK);
	close(open(DATABASE, O_RDWR | O_CREAT, 0644));
	return 0;
}

static int
go_there(void **state)
{
	(void)state;
	return !mkdtemp(dir) || chdir(dir) != 0;
}

static int
clean_up(void **state)
{
	(void)state;
	unlink(LOCK);
	unlink(DATABASE);
	return chdir("/") != 0 || rmdir(dir) != 0;
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_is_held_without_a_file),
		TEST(is_held_until_it_is_released),
		TEST(rows_and_tables_are_apart),
		TEST(one_holds_it),
		TEST(closing_another_keeps_it),
		TEST(death_frees_it),
		TEST(a_link_is_the_same_database),
		TEST(the_file_has_the_mode_of_the_database),
		TEST(a_file_that_cant_be_made_is_a_failure),
	};

	return cmocka_run_group_tests(tests, go_there, clean_up);
}
