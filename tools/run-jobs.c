/*
 * run-jobs: run the jobs of an episode that wait, one after another.
 */
#define _GNU_SOURCE /* close_range() */
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "chapter/chapter.h"
#include "cli.h"
#include "database/db-or-die.h"
#include "database/db.h"
#include "database/schema.h"
#include "err.h"
#include "failure.h"
#include "jobs/guard.h"
#include "jobs/job-make.h"
#include "jobs/jobs.h"
#include "jobs/said.h"
#include "or-die.h"

#define PARALLEL 8 /* steps at a time, where nobody says */
#define PARALLEL_MAX 256
#define TICK_MS 250    /* how often the row is written at most */
#define ENDING_MS 20   /* the same of a look, when nothing more will be said */
#define RETRY_MS 30000 /* after the row couldn't be written */
#define CHUNK_MAX 4096 /* bytes that are read at a time */
#define CHUNKS_MAX 64  /* before the job is looked at */
#define LIMIT "cost limit exceeded"

struct request {
	const char *database;
	const char *episode;
	struct job_make make;
};

static const char usage[] =
	"usage: run-jobs [-d DATABASE] [-f MAKEFILE] [-j N] EPISODE\n"
	"Run the jobs of an episode that wait, one after another, with make.\n"
	"\n"
	"  -d, --database=FILE  instead of $DATABASE or outputs/limn.db\n"
	"  -f, --makefile=FILE  instead of the makefile of this directory\n"
	"  -j, --jobs=N         so many steps at a time (8)\n"
	"      --help           print this\n"
	"      --version        print the version\n";

static long long
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

/* What there is to read; false: there will be no more. */
static bool
hear(struct said *said, bool *is_news)
{
	char chunk[CHUNK_MAX];
	ssize_t n;

	for (int i = 0; i < CHUNKS_MAX; i++) {
		n = read(guard_output(), chunk, sizeof chunk);
		if (n <= 0)
			return n < 0;
		said_add(said, chunk, (size_t)n);
		*is_news = true;
	}
	return true;
}

/* Returns when to do so again. */
static long long
report(struct db *db, const struct job *job, const struct said *said)
{
	struct failure f;

	/* the job goes on, whatever the database does */
	if (!jobs_progress(db, job, said->done, said->total, said->message))
		guard_stop();
	if (db_check(db, &f))
		return now_ms() + TICK_MS;
	warn("%s", f.message);
	return now_ms() + RETRY_MS;
}

/* Returns make's status. */
static int
follow(struct db *db, const struct job *job, struct said *said)
{
	struct pollfd out = { .fd = guard_output(), .events = POLLIN };
	bool is_news = false;
	long long next = 0;
	int status;

	while (!guard_has_ended(&status)) {
		poll(&out, 1, out.fd < 0 ? ENDING_MS : TICK_MS);
		if (out.fd >= 0 && !hear(said, &is_news))
			out.fd = -1;
		if (is_news && now_ms() >= next) {
			is_news = false;
			next = report(db, job, said);
		}
	}
	if (out.fd >= 0)
		hear(said, &is_news);
	said_end(said);
	return status;
}

/* To be said in one transaction: how it ended, and what is next.  false: there
 * is nothing next, or we are to stop. */
static bool
end(struct db *db, const char *episode, struct job *job,
	const struct said *said, int status)
{
	const char *why = *said->fail ? said->fail : said->message;
	bool is_cancelled, goes_on;

	db_begin(db);
	is_cancelled = jobs_is_cancelled(db, job->id);
	jobs_progress(db, job, said->done, said->total, said->message);
	if (status == 0)
		jobs_end(db, job, "done", false,
			*said->ok ? said->ok : said->message);
	else if (is_cancelled || guard_is_told())
		jobs_end(db, job, "failed", true, JOBS_CANCELLED);
	else
		jobs_end(db, job, strstr(why, LIMIT) ? "cost_limit" : "failed",
			false,
			*why ? why : "make failed, and nothing says why");
	/* who cancelled it has told us, and it is done with */
	if (is_cancelled)
		guard_forget();
	goes_on = !guard_is_told() && jobs_take(db, episode, job);
	db_commit_or_die(db);
	return goes_on;
}

static bool
run(struct db *db, const struct request *q, struct job *job)
{
	struct said said;
	int status = EXIT_TRY_LATER;
	bool goes_on;

	said_begin(&said, *job->chapter != '\0');
	if (job_make_start(&q->make, job))
		status = follow(db, job, &said);
	goes_on = end(db, q->episode, job, &said, status);
	said_free(&said);
	return goes_on;
}

static void
read_options(int argc, char **argv, struct request *q)
{
	static const struct option options[] = {
		{ "database", required_argument, NULL, 'd' },
		{ "makefile", required_argument, NULL, 'f' },
		{ "jobs", required_argument, NULL, 'j' },
		CLI_OPTIONS,
	};
	char *end;
	int c;

	*q = (struct request){ .make.parallel = PARALLEL };
	while ((c = cli_next(argc, argv, "d:f:j:", options)) != -1)
		if (c == 'j') {
			q->make.parallel = strtol(optarg, &end, 10);
			if (*end || q->make.parallel < 1 ||
				q->make.parallel > PARALLEL_MAX)
				die(EXIT_USAGE, "-j: %.80s is not 1 to %d",
					optarg, PARALLEL_MAX);
		} else {
			*(c == 'd' ? &q->database : &q->make.makefile) = optarg;
		}
	env_load_or_die();
	q->episode = cli_operand(argc, argv);
	if (!q->episode || !episode_id_is_valid(q->episode))
		die(EXIT_USAGE, "%.80s: it takes an episode's id",
			q->episode ? q->episode : "nothing");
}

int
main(int argc, char **argv)
{
	struct request q;
	struct job job;
	struct db *db;
	bool goes_on;

	cli_begin("run-jobs", usage);
	read_options(argc, argv, &q);
	/* who started us may wait for the end of what he has open */
	close_range(STDERR_FILENO + 1, ~0U, 0);
	guard_begin();
	db = schema_open_or_die(schema_path(q.database));
	db_relax_sync(db);
	job_make_environment(q.database);
	db_begin(db);
	goes_on = !guard_is_told() && jobs_take(db, q.episode, &job);
	db_commit_or_die(db);
	while (goes_on)
		goes_on = run(db, &q, &job);
	db_close(db);
	if (guard_is_told()) {
		signal(SIGTERM, SIG_DFL);
		raise(SIGTERM);
	}
	return cli_end();
}
