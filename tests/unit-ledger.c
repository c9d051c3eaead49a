/*
 * unit-ledger: money is reserved before it is spent (tools/lib/books/ledger.h):
 * the states of a purchase; the rows after a crash, a denial and a failure; and
 * answers that are found later.
 */
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
#include <unistd.h>

#include "books/ledger.h"
#include "buyers.h"
#include "err.h"

/* --- states */

static void
do_without(void)
{
	struct purchase p = request;
	struct failure f;

	ledger_open(&ledger, NULL, false);
	if (!ledger_reserve(&ledger, &p, false, &f) || strlen(p.name) != 36 ||
		p.row || !ledger_sent(&ledger, &p, &f))
		_exit(1);
	ledger_waits(&ledger, &p);
	ledger_settle(&ledger, &p);
	if (ledger_lacks(&ledger, &p, &f))
		_exit(1);
	ledger_refused(&ledger, p.name, "no");
	f = (struct failure){ .status = EXIT_NO_ACCESS };
	ledger_failed(&ledger, "abc123", &f);
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
	call_cost.micros = 42400;
	snprintf(request.request_id, sizeof request.request_id, "req_1");
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
	call_cost.input_tokens = 300;
	call_cost.output_tokens = 150;
	assert_int_equal(run(buy_one), 0);
	request.kind = "image";
	set_price(40000, 40000);
	call_cost.is_measured = false;
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
	struct purchase p;
	struct failure f;

	reserve(&p);
	if (!ledger_sent(&ledger, &p, &f))
		_exit(1);
	ledger_waits(&ledger, &p);
	if (number("SELECT count(*) FROM ledger WHERE state = 'reserved'") != 1)
		_exit(1);
	if (!ledger_sent(&ledger, &p, &f))
		_exit(1);
	ledger_settle(&ledger, &p);
	/* it is over */
	p.cost.micros = 1;
	ledger_settle(&ledger, &p);
	ledger_waits(&ledger, &p);
	ledger_release(&ledger, &p, EXIT_REFUSED, "too late");
	ledger_unknown(&ledger, &p, EXIT_UNKNOWN, "too late");
	if (!ledger_sent(&ledger, &p, &f))
		die_of(&f);
}

static void
keeps_order(void **state)
{
	(void)state;
	assert_int_equal(run(try_again), EXIT_TRY_LATER);
	assert_non_null(strstr(said, "is no longer reserved"));
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
	struct purchase p = request;
	struct failure f;

	open_books();
	memcpy(p.name, shared->purchase, sizeof p.name);
	snprintf(p.bought_at, sizeof p.bought_at, "2026-02-28T10:30:00Z");
	p.cost = call_cost;
	if (ledger_lacks(&ledger, &p, &f))
		ledger_learn(&ledger, &p);
	else if (f.status)
		die_of(&f);
}

static void
refuse_it(void)
{
	open_books();
	ledger_refused(&ledger, shared->purchase, "not that");
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
		call_cost.micros = 42400;
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

static void
enters_what_is_found(void **state)
{
	(void)state;
	snprintf(shared->purchase, sizeof shared->purchase, "another");
	assert_int_equal(run(find_it), 0);
	assert_int_equal(run(refuse_it), 0);
	assert_int_not_equal(access(FILE_NAME, F_OK), 0);
	make_books("");
	assert_int_equal(run(find_it), 0);
	assert_string_equal(states(), "settled 1");
	assert_string_equal(text("SELECT reserved_at FROM ledger"),
		"2026-02-28 10:30:00");
	*shared->purchase = '\0';
	assert_int_equal(run(find_it), 0);
	assert_string_equal(states(), "settled 1");
}

static void
settle_nowhere(void)
{
	struct purchase p;
	struct failure f;

	send_one(&p);
	make_books("ALTER TABLE ledger RENAME TO gone");
	ledger_settle(&ledger, &p);
	ledger_waits(&ledger, &p);
	dprintf(STDERR_FILENO, "kept\n");
	if (!ledger_sent(&ledger, &p, &f))
		fail_of(&f);
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
	/* no prompt is bought for a picture that can't be bought, however cheap
	 */
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
	ledger_open(&ledger, FILE_NAME, true);
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
	struct failure f;

	open_books();
	failure_set(&f, fails_with, "no key; set\tone");
	fail_of(&f);
}

static void
fail_late(void)
{
	struct purchase p;
	struct failure f;

	send_one(&p);
	ledger_release(&ledger, &p, EXIT_NO_ACCESS, "no credit");
	failure_set(&f, EXIT_NO_ACCESS, "no credit");
	fail_of(&f);
}

static void
notes_failures(void **state)
{
	(void)state;
	make_books(EPISODE);
	fails_with = EXIT_COST_LIMIT; /* which the ledger knows of */
	assert_int_equal(run(fail_early), EXIT_COST_LIMIT);
	assert_string_equal(runs(), "NULL");
	fails_with = EXIT_NO_ACCESS;
	unsetenv("LIMN_RUN");
	assert_int_equal(run(fail_early), EXIT_NO_ACCESS);
	assert_string_equal(episode(), "CHAPTERIZED: none");
	setenv("LIMN_RUN", "run-1", 1);
	assert_int_equal(run(fail_early), EXIT_NO_ACCESS);
	assert_string_equal(said, "test: no key; set\\x09one\n");
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
	assert_int_equal(run(fail_early), EXIT_NO_ACCESS);
	assert_string_equal(runs(), "FAILED: no key; set\\x09one");
	spoil_books();
	assert_int_equal(run(fail_early), EXIT_NO_ACCESS);
	assert_non_null(strstr(said, "is no SQLite database"));
	/* without a reservation no call; one message */
	assert_int_equal(run(buy_one), EXIT_IO);
	assert_non_null(strstr(said, "is no SQLite database"));
	assert_ptr_equal(strchr(said, '\n') + 1, strchr(said, '\0'));
}

/* --- triggers of others */

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(works_without_ledger),
		TEST(settles),
		TEST(counts_tokens),
		TEST(releases),
		TEST(counts_unknown),
		TEST(keeps_order),
		TEST(clears_after_crashes),
		TEST(settles_what_is_found),
		TEST(enters_what_is_found),
		TEST(goes_on_with_an_answer),
		TEST(commits_denials),
		TEST(leaves_others_alone),
		TEST(notes_failures),
		TEST(keeps_the_status),
		TEST(notices_what_is_ignored),
	};

	return cmocka_run_group_tests(tests, go_there, clean_up);
}
