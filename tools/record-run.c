/*
 * record-run: what the database has to know of a run before anything is made,
 * and when it has failed.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "books/entries.h"
#include "books/episodes.h"
#include "books/ledger.h"
#include "books/runs.h"
#include "buf.h"
#include "cli.h"
#include "database/db-or-die.h"
#include "database/db.h"
#include "database/schema.h"
#include "env.h"
#include "err.h"
#include "failure.h"
#include "or-die.h"

#define NO_MESSAGE "it failed, and nothing says why"

enum { EPISODE = 256, FORCE, CHECK, LOOK, FAILED };

struct request {
	const char *database;
	const char *dir;    /* the episode's */
	const char *failed; /* the message; NULL: check */
	bool check, look;
	bool force;
	char id[ENTRIES_ID_SIZE];
	char chapters[ENTRIES_PATH_MAX];
};

static const char usage[] =
	"usage: record-run --episode=DIR [-d DATABASE] [--force] --check|--look\n"
	"       record-run --episode=DIR [-d DATABASE] --failed=MESSAGE\n"
	"Before a run: is the episode one for pictures?  After it: it has failed.\n"
	"\n"
	"  -d, --database=FILE   instead of $DATABASE or outputs/limn.db\n"
	"      --episode=DIR     the episode's directory, outputs/EP\n"
	"      --check           say why if pictures may not be made for it; make\n"
	"                        it known to the database\n"
	"      --look            the same, but write nothing\n"
	"      --failed=MESSAGE  note that the run has failed; -: the first line\n"
	"                        of standard input\n"
	"      --force           even if the episode isn't ready for pictures\n"
	"      --help            print this\n"
	"      --version         print the version\n";

/* Nothing is written where there is nothing to say. */
static void
check(struct db *db, const struct request *q)
{
	bool lacks_title, lacks_row = episodes_lacks(db, q->id, &lacks_title);
	char *title = lacks_title ? entries_title(q->chapters, q->id) : NULL;
	char why[EPISODES_WHY_MAX];
	struct failure f;

	if (!episodes_may_draw(db, q->id, q->force, why))
		die(EXIT_BAD_INPUT, "%s", why);
	if (lacks_row || title || runs_are_left(db, q->id)) {
		db_begin(db);
		episodes_add(db, q->id, title);
		runs_close_left(db, q->id);
		db_commit_or_die(db);
	}
	if (!ledger_clear_stale(db, &f))
		die_of(&f);
	free(title);
}

/* The same without writing anything, or making a database. */
static void
look(const struct request *q)
{
	struct db *db = schema_look_or_die(schema_path(q->database));
	char why[EPISODES_WHY_MAX];

	if (db && !episodes_may_draw(db, q->id, q->force, why))
		die(EXIT_BAD_INPUT, "%s", why);
	if (db)
		db_check_or_die(db);
	db_close(db);
}

/* The first line that there is, or "". */
static void
read_line(char message[ERR_MESSAGE_MAX])
{
	size_t len = 0;
	ssize_t n;

	while (len < ERR_MESSAGE_MAX - 1 &&
		(n = read(STDIN_FILENO, message + len,
			 ERR_MESSAGE_MAX - 1 - len)) > 0)
		len += (size_t)n;
	message[len] = '\0';
	message[strcspn(message, "\r\n")] = '\0';
}

/* Without the name of the tool that said it. */
static const char *
strip_tool(const char *message)
{
	size_t n = strspn(message, "abcdefghijklmnopqrstuvwxyz-");

	return n && strncmp(message + n, ": ", 2) == 0 ? message + n + 2
						       : message;
}

/* An episode that is none for pictures is somebody else's, and that it is none
 * is no failure of its. */
static bool
is_ours(struct db *db, const struct request *q, const char *message)
{
	char why[EPISODES_WHY_MAX];

	return episodes_may_draw(db, q->id, true, why) &&
		(episodes_may_draw(db, q->id, q->force, why) ||
			strcmp(message, why) != 0);
}

static void
note_failure(struct db *db, const struct request *q, const char *message)
{
	const char *run = env_run();
	struct runs_limit limit;

	db_begin(db);
	if (!episodes_find(db, q->id) && access(q->chapters, F_OK) == 0)
		episodes_add(db, q->id, NULL);
	if (episodes_find(db, q->id)) {
		runs_failed(db, q->id, run, message, NULL);
		ledger_count_run(db, q->id, run);
		/* which the ledger has noted */
		if (!runs_limit(db, q->id, run, &limit))
			episodes_failed(db, q->id, message);
	}
	db_commit_or_die(db);
}

static void
fail(struct db *db, const struct request *q)
{
	char line[ERR_MESSAGE_MAX];
	const char *message = q->failed;

	if (strcmp(message, "-") == 0) {
		read_line(line);
		message = line;
	}
	message = strip_tool(message);
	if (!message[strspn(message, " \t")])
		message = NO_MESSAGE;
	if (is_ours(db, q, message))
		note_failure(db, q, message);
}

static void
read_options(int argc, char **argv, struct request *q)
{
	static const struct option options[] = {
		{ "database", required_argument, NULL, 'd' },
		{ "episode", required_argument, NULL, EPISODE },
		{ "failed", required_argument, NULL, FAILED },
		{ "check", no_argument, NULL, CHECK },
		{ "look", no_argument, NULL, LOOK },
		{ "force", no_argument, NULL, FORCE },
		CLI_OPTIONS,
	};
	int c;

	while ((c = cli_next(argc, argv, "d:", options)) != -1)
		if (c == FORCE)
			q->force = true;
		else if (c == CHECK)
			q->check = true;
		else if (c == LOOK)
			q->look = true;
		else
			*(c == 'd'                     ? &q->database
					: c == EPISODE ? &q->dir
						       : &q->failed) = optarg;
	env_load_or_die();
	if (argv[optind])
		die(EXIT_USAGE, "%s: it takes no file; see record-run --help",
			argv[optind]);
	if (!q->dir || !entries_id(q->dir, strlen(q->dir), q->id))
		die(EXIT_USAGE,
			"--episode=DIR is needed, with an episode's id for its "
			"name");
	if (q->check + q->look + (q->failed != NULL) != 1)
		die(EXIT_USAGE, "one of --check, --look, --failed is needed");
	snprintf(q->chapters, sizeof q->chapters, "%s/chapters.json", q->dir);
}

int
main(int argc, char **argv)
{
	static struct request q;
	struct db *db;

	cli_begin("record-run", usage);
	read_options(argc, argv, &q);
	if (q.look) {
		look(&q);
		return cli_end();
	}
	db = schema_open_or_die(schema_path(q.database));
	if (q.check)
		check(db, &q);
	else
		fail(db, &q);
	db_check_or_die(db);
	db_close(db);
	return cli_end();
}
