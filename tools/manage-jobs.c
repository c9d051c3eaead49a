/*
 * manage-jobs: add, run, show and cancel jobs.
 */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chapter/chapter.h"
#include "cli.h"
#include "database/db-or-die.h"
#include "database/db.h"
#include "database/schema.h"
#include "err.h"
#include "failure.h"
#include "jobs/jobs.h"
#include "jobs/runner.h"
#include "json.h"
#include "or-die.h"

#define PARALLEL 8 /* steps at a time, if -j isn't given */
#define PARALLEL_MAX 256

enum { CHAPTER = 256, FORCE };

struct request {
	const char *database;
	const char *chapter; /* or NULL */
	bool force;
	const char *makefile; /* or NULL */
	long parallel;        /* 0: not given */
	const char *command;
	const char *operand; /* or NULL */
};

static const char usage[] =
	"usage: manage-jobs [-d DATABASE] add [--force] [--chapter=ID] EPISODE\n"
	"       manage-jobs [-d DATABASE] run [-f MAKEFILE] [-j N] EPISODE\n"
	"       manage-jobs [-d DATABASE] show JOB\n"
	"       manage-jobs [-d DATABASE] list [EPISODE]\n"
	"       manage-jobs [-d DATABASE] cancel JOB\n"
	"Add, run, show (as JSON) and cancel jobs.\n"
	"\n"
	"  -d, --database=FILE  instead of $DATABASE or outputs/limn.db\n"
	"      --chapter=ID     add: for this chapter only\n"
	"      --force          add: draw again what is up to date\n"
	"  -f, --makefile=FILE  run: instead of the makefile of this directory\n"
	"  -j, --jobs=N         run: steps of a job at a time (8)\n"
	"      --help           print this\n"
	"      --version        print the version\n";

static long long
job_id(const struct request *q)
{
	const char *s = q->operand;
	char *end = NULL;
	long long id = 0;

	/* strtoll() would accept " 1" and +1, too */
	if (s && *s >= '1' && *s <= '9')
		id = strtoll(s, &end, 10);
	if (!end || *end)
		die(EXIT_USAGE, "%s: %.80s: it takes the number of a job",
			q->command, s ? s : "nothing");
	return id;
}

static const char *
episode_id(const struct request *q)
{
	if (!q->operand || !episode_id_is_valid(q->operand))
		die(EXIT_USAGE, "%s: %.80s: it takes an episode's id",
			q->command, q->operand ? q->operand : "nothing");
	return q->operand;
}

static void
print(json_t *value)
{
	json_write_or_die(NULL, value);
	json_decref(value);
}

static void
print_job(const char *path, struct db *db, long long id)
{
	json_t *job = db ? jobs_json(db, id) : NULL;

	if (db)
		db_check_or_die(db);
	if (!job)
		die(EXIT_NO_INPUT, "%s: there is no job %lld", path, id);
	print(job);
}

static void
add(const char *path, const struct request *q)
{
	const char *episode = episode_id(q);
	struct db *db = schema_open_or_die(path);
	long long id;

	db_begin(db);
	jobs_sweep(db);
	id = jobs_add(db, episode, q->chapter, q->force);
	db_commit_or_die(db);
	if (!id)
		die(EXIT_TRY_LATER,
			"%s: %d jobs are waiting already; try again when some "
			"are done",
			episode, JOBS_QUEUE_MAX);
	print_job(path, db, id);
	db_close(db);
}

/* End as a process does that SIGTERM kills; the runner has blocked SIGTERM. */
static void
end_told(void)
{
	sigset_t set;

	signal(SIGTERM, SIG_DFL);
	raise(SIGTERM);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static void
run(const char *path, const struct request *q)
{
	struct runner r = { .episode = episode_id(q),
		.database = q->database,
		.makefile = q->makefile,
		.parallel = q->parallel ? q->parallel : PARALLEL };
	struct failure f;

	runner_begin();
	r.db = schema_open_or_die(path);
	db_relax_sync(r.db);
	if (!runner_run(&r, &f))
		die_of(&f);
	db_close(r.db);
	if (r.is_told)
		end_told();
}

static void
cancel(const char *path, const struct request *q)
{
	long long id = job_id(q);
	struct db *db = schema_look_or_die(path);

	/* a database that is missing isn't created */
	if (db) {
		db_close(db);
		db = schema_open_or_die(path);
		db_begin(db);
		jobs_sweep(db);
		jobs_cancel(db, id);
		db_commit_or_die(db);
	}
	print_job(path, db, id);
	db_close(db);
}

/* Open the database; NULL if there is none.  It is opened for writing only if
 * there is something to write. */
static struct db *
look(const char *path)
{
	struct db *db = schema_look_or_die(path);

	if (db && jobs_are_stale(db)) {
		db_close(db);
		db = schema_open_or_die(path);
		db_begin(db);
		jobs_sweep(db);
		db_commit_or_die(db);
	}
	return db;
}

static void
show(const char *path, const struct request *q)
{
	long long id = job_id(q);
	struct db *db = look(path);

	print_job(path, db, id);
	db_close(db);
}

static void
list(const char *path, const struct request *q)
{
	const char *episode = q->operand ? episode_id(q) : NULL;
	struct db *db = look(path);

	json_t *jobs = db ? jobs_list(db, episode) : json_array();

	if (db)
		db_check_or_die(db);
	print(jobs);
	db_close(db);
}

static long
read_parallel(const char *s)
{
	char *end;
	long n = strtol(s, &end, 10);

	if (*end || n < 1 || n > PARALLEL_MAX)
		die(EXIT_USAGE, "-j: %.80s is not 1 to %d", s, PARALLEL_MAX);
	return n;
}

static void
check_options(const struct request *q)
{
	const char *command = q->command ? q->command : "";

	if (q->chapter && !chapter_id_is_valid(q->chapter))
		die(EXIT_USAGE, "--chapter: %.80s is not an id", q->chapter);
	if ((q->chapter || q->force) && strcmp(command, "add") != 0)
		die(EXIT_USAGE, "--chapter and --force are for add only");
	if ((q->makefile || q->parallel) && strcmp(command, "run") != 0)
		die(EXIT_USAGE, "-f and -j are for run only");
}

static void
read_options(int argc, char **argv, struct request *q)
{
	static const struct option options[] = {
		{ "database", required_argument, NULL, 'd' },
		{ "chapter", required_argument, NULL, CHAPTER },
		{ "force", no_argument, NULL, FORCE },
		{ "makefile", required_argument, NULL, 'f' },
		{ "jobs", required_argument, NULL, 'j' },
		CLI_OPTIONS,
	};
	int c;

	while ((c = cli_next(argc, argv, "d:f:j:", options)) != -1)
		if (c == FORCE)
			q->force = true;
		else if (c == 'j')
			q->parallel = read_parallel(optarg);
		else if (c == 'f')
			q->makefile = optarg;
		else
			*(c == 'd' ? &q->database : &q->chapter) = optarg;
	env_load_or_die();
	q->command = argv[optind];
	q->operand = q->command ? argv[optind + 1] : NULL;
	if (q->operand && argv[optind + 2])
		die(EXIT_USAGE, "%.80s: one at a time; see manage-jobs --help",
			argv[optind + 2]);
	check_options(q);
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(const char *path, const struct request *q);
	} commands[] = { { "add", add }, { "cancel", cancel }, { "list", list },
		{ "run", run }, { "show", show } };
	static struct request q;
	const char *command;

	cli_begin("manage-jobs", usage);
	read_options(argc, argv, &q);
	command = q.command ? q.command : "";
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
		if (strcmp(commands[i].name, command) == 0) {
			commands[i].run(schema_path(q.database), &q);
			return cli_end();
		}
	die(EXIT_USAGE, "add, run, show, list or cancel is needed; see --help");
}
