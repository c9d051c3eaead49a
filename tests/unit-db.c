/*
 * unit-db: statements that are kept, and what they return
 * (tools/lib/database/db.h), in TAP.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "database/db.h"
#include "err.h"

static char said[4096];

/* The status of a process that does it; what it says is in said. */
static int
run(void (*act)(void))
{
	int out[2], status;
	pid_t child;
	ssize_t n;

	assert_int_equal(pipe(out), 0);
	fflush(stdout);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		dup2(out[1], STDERR_FILENO);
		err_prog = "test";
		act();
		exit(0);
	}
	close(out[1]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	n = read(out[0], said, sizeof said - 1);
	assert_true(n >= 0);
	said[n] = '\0';
	close(out[0]);
	return WEXITSTATUS(status);
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_statements),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
