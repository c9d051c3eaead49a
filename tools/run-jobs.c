/*
 * run-jobs: run the jobs of an episode that wait, one after another.
 */
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>

#include "chapter/chapter.h"
#include "cli.h"
#include "database/db-or-die.h"
#include "database/db.h"
#include "database/schema.h"
#include "err.h"
#include "failure.h"
#include "jobs/runner.h"
#include "or-die.h"

#define PARALLEL 8 /* steps at a time, where nobody says */
#define PARALLEL_MAX 256

static const char usage[] =
	"usage: run-jobs [-d DATABASE] [-f MAKEFILE] [-j N] EPISODE\n"
	"Run the jobs of an episode that wait, one after another, with make.\n"
	"\n"
	"  -d, --database=FILE  instead of $DATABASE or outputs/limn.db\n"
	"  -f, --makefile=FILE  instead of the makefile of this directory\n"
	"  -j, --jobs=N         so many steps at a time (8)\n"
	"      --help           print this\n"
	"      --version        print the version\n";

static void
read_options(int argc, char **argv, struct runner *q)
{
	static const struct option options[] = {
		{ "database", required_argument, NULL, 'd' },
		{ "makefile", required_argument, NULL, 'f' },
		{ "jobs", required_argument, NULL, 'j' },
		CLI_OPTIONS,
	};
	char *end;
	int c;

	*q = (struct runner){ .parallel = PARALLEL };
	while ((c = cli_next(argc, argv, "d:f:j:", options)) != -1)
		if (c == 'j') {
			q->parallel = strtol(optarg, &end, 10);
			if (*end || q->parallel < 1 ||
				q->parallel > PARALLEL_MAX)
				die(EXIT_USAGE, "-j: %.80s is not 1 to %d",
					optarg, PARALLEL_MAX);
		} else {
			*(c == 'd' ? &q->database : &q->makefile) = optarg;
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
	struct runner r;
	struct failure f;

	cli_begin("run-jobs", usage);
	read_options(argc, argv, &r);
	runner_begin();
	r.db = schema_open_or_die(schema_path(r.database));
	db_relax_sync(r.db);
	if (!runner_run(&r, &f))
		die_of(&f);
	db_close(r.db);
	if (r.is_told) {
		sigset_t term;

		signal(SIGTERM, SIG_DFL);
		raise(SIGTERM);
		sigemptyset(&term);
		sigaddset(&term, SIGTERM);
		sigprocmask(SIG_UNBLOCK, &term, NULL);
	}
	return cli_end();
}
