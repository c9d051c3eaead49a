/*
 * unit-db: statements that are kept, what they return, and failures that stick
 * (tools/lib/database/db.h), in TAP.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "database/db-journal.h"
#include "database/db.h"
#include "err.h"
#include "failure.h"

static struct db *db;
static struct failure f;

static int
set_up(void **state)
{
	(void)state;
	db = db_open("memory", DB_MEMORY, &f);
	return !db;
}

static int
tear_down(void **state)
{
	(void)state;
	db_close(db);
	return 0;
}

static void
keeps_many_statements(void **state)
{
	struct query *first;
	char sql[64];

	(void)state;
	first = db_query(db, "SELECT 1 UNION ALL SELECT 2", "");
	assert_true(db_next(first));
	for (int i = 0; i < 3 * DB_QUERIES_MAX; i++) {
		snprintf(sql, sizeof sql, "SELECT %d", i);
		assert_int_equal(db_number(db, sql, ""), i);
	}
	assert_true(db_next(first));
	assert_int_equal(db_int(first, 0), 2);
	assert_false(db_next(first));
	assert_true(db_check(db, &f));
}

static void
refuses_too_many_at_a_time(void **state)
{
	struct query *q = NULL;
	char sql[64];

	(void)state;
	for (int i = 0; i < DB_QUERIES_MAX; i++) {
		snprintf(sql, sizeof sql, "SELECT %d UNION ALL SELECT 0", i);
		q = db_query(db, sql, "");
		assert_true(db_next(q));
	}
	q = db_query(db, "SELECT 'one more'", "");
	assert_false(db_next(q));
	assert_false(db_check(db, &f));
	assert_int_equal(f.status, EXIT_IO);
	assert_string_equal(f.message, "memory: too many statements at a time");
}

static void
counts_changed_rows(void **state)
{
	(void)state;
	db_script(db, "CREATE TABLE a (x); INSERT INTO a VALUES (1), (2)");
	assert_int_equal(db_run(db, "UPDATE a SET x = 3", ""), 2);
	assert_int_equal(db_run(db, "BEGIN", ""), 0);
	assert_int_equal(db_run(db, "COMMIT", ""), 0);
	assert_int_equal(db_run(db, "-- nothing", ""), 0);
	assert_int_equal(db_run(db, "SELECT x FROM a", ""), 0);
	assert_int_equal(db_run(db, "DELETE FROM a", ""), 2);
	assert_int_equal(db_run(db, "DELETE FROM a", ""), 0);
}

static void
keeps_the_first_failure(void **state)
{
	(void)state;
	db_script(db, "CREATE TABLE a (x); INSERT INTO a VALUES (1)");
	db_begin(db);
	assert_int_equal(db_run(db, "INSERT INTO b VALUES (1)", ""), 0);
	assert_non_null(db_failure(db));
	/* nothing is done, or found, from here on */
	assert_int_equal(db_run(db, "DELETE FROM a", ""), 0);
	assert_int_equal(db_number(db, "SELECT x FROM a", ""), 0);
	assert_false(db_next(db_query(db, "SELECT x FROM a", "")));
	db_fail(db, EXIT_TRY_LATER, "another");
	assert_false(db_commit(db, &f));
	assert_int_equal(f.status, EXIT_IO);
	assert_string_equal(f.message, "memory: no such table: b");
}

static void
works_again_after_a_failure(void **state)
{
	(void)state;
	db_script(db, "CREATE TABLE a (x); INSERT INTO a VALUES (1)");
	db_begin(db);
	db_run(db, "DELETE FROM a", "");
	db_run(db, "INSERT INTO b VALUES (1)", "");
	assert_false(db_commit(db, NULL));
	assert_null(db_failure(db));
	/* all of the transaction was rolled back */
	assert_int_equal(db_number(db, "SELECT count(*) FROM a", ""), 1);
	db_script(db, "CREATE TABLE b (x)");
	db_begin(db);
	assert_int_equal(db_run(db, "INSERT INTO b VALUES (1)", ""), 1);
	assert_true(db_commit(db, &f));
	assert_int_equal(db_number(db, "SELECT count(*) FROM b", ""), 1);
}

static void
opens_no_directory(void **state)
{
	(void)state;
	assert_null(db_open("/", DB_READ, &f));
	assert_int_equal(f.status, EXIT_IO);
	assert_string_equal(f.message,
		"/: it is a directory; name a file with DATABASE");
}

static void
finds_no_file(void **state)
{
	(void)state;
	assert_null(db_open("/no/such/file", DB_READ, &f));
	assert_int_equal(f.status, 0);
}

/* --- a locked database */

#define LIMIT_MS 2500

static long long
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

/* Whatever the phase of the clock: no less, and not twice. */
static void
waits_so_long_for_a_lock(void **state)
{
	char path[] = "/tmp/unit-db.XXXXXX";
	struct db_wait wait = { .limit_ms = LIMIT_MS };
	sqlite3 *holder, *other;
	long long began_ms, took_ms;

	(void)state;
	close(mkstemp(path));
	assert_int_equal(sqlite3_open(path, &holder), SQLITE_OK);
	assert_int_equal(sqlite3_exec(holder,
				 "CREATE TABLE a (x); BEGIN EXCLUSIVE", NULL,
				 NULL, NULL),
		SQLITE_OK);
	assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
	db_wait_set(other, &wait);
	began_ms = now_ms();
	assert_int_equal(db_journal_set(other, path, &wait), SQLITE_BUSY);
	took_ms = now_ms() - began_ms;
	assert_true(took_ms >= LIMIT_MS);
	assert_true(took_ms < 2 * LIMIT_MS - 1000);
	assert_int_equal(wait.limit_ms, LIMIT_MS);
	sqlite3_close(other);
	sqlite3_close(holder);
	unlink(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(keeps_many_statements, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(refuses_too_many_at_a_time,
			set_up, tear_down),
		cmocka_unit_test_setup_teardown(counts_changed_rows, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(keeps_the_first_failure, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(works_again_after_a_failure,
			set_up, tear_down),
		cmocka_unit_test(opens_no_directory),
		cmocka_unit_test(finds_no_file),
		cmocka_unit_test(waits_so_long_for_a_lock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
