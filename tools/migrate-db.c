/*
 * migrate-db: update the tables of the database, undo that, or restore its
 * ledger.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "database/db-or-die.h"
#include "database/db-quarantine.h"
#include "database/db.h"
#include "database/schema.h"
#include "env.h"
#include "err.h"
#include "failure.h"
#include "or-die.h"
#include "paid/import.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum { ANSWERS = 256, SET_ASIDE };

struct request {
	const char *database;
	const char *answers; /* NULL: that of the settings */
	bool force;
	bool sets_aside;
};

static const char usage[] =
	"usage: migrate-db [-d DATABASE] [-f] up|down|status\n"
	"       migrate-db [-d DATABASE] [--answers=DIR] [--set-aside] restore\n"
	"Update the tables of the database, undo the last update, or restore the\n"
	"ledger from the store of answers.\n"
	"\n"
	"  -d, --database=FILE  instead of $DATABASE or outputs/limn.db\n"
	"  -f, --force          down: even if rows are lost\n"
	"      --answers=DIR    restore: the store, instead of $ANSWERS_DIR or\n"
	"                       outputs/.answers\n"
	"      --set-aside      restore: rename a damaged database first\n"
	"      --help           print this\n"
	"      --version        print the version\n"
	"\n"
	"up        apply each migration that isn't applied yet\n"
	"down      undo the last migration, and print its name\n"
	"status    print each migration, and when it was applied\n"
	"restore   add the purchases that the store shows to the ledger\n";

static void
print(const char *name, const char *applied_at, void *data)
{
	(void)data;
	printf("%s  %s\n", name, applied_at ? applied_at : "pending");
}

static void
status(const struct request *q)
{
	struct db *db = schema_look_or_die(q->database);

	schema_each(db, print, NULL);
	if (db)
		db_check_or_die(db);
	db_close(db);
}

static void
up(const struct request *q)
{
	db_close(schema_open_or_die(q->database));
}

/* A database that is missing isn't created for this. */
static void
down(const struct request *q)
{
	struct db *db = schema_look_or_die(q->database);
	const char *name = NULL;
	struct failure f;

	if (db) {
		db_close(db);
		db = db_open(q->database, DB_WRITE, &f);
		if (!db || !schema_down(db, q->force, &name, &f))
			die_of(&f);
		db_close(db);
	}
	if (name)
		printf("%s\n", name);
	else
		warn("%s: no migration to undo", q->database);
}

static void
restore(const struct request *q)
{
	const char *answers = q->answers ? q->answers : env_get("ANSWERS_DIR");
	struct imported done;
	struct import store;
	struct failure f;
	struct db *db;

	if (q->sets_aside && db_is_damaged(q->database) &&
		!db_quarantine(q->database, &f))
		die_of(&f);
	db = schema_open_or_die(q->database);
	if (!import_read(&store, answers ? answers : "outputs/.answers", &f))
		die_of(&f);
	db_begin(db);
	import_enter(&store, db, &done);
	db_commit_or_die(db);
	db_close(db);
	import_free(&store);
	printf("%lld purchase%s restored, %lld settled\n", done.added,
		done.added == 1 ? "" : "s", done.settled);
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "database", required_argument, NULL, 'd' },
		{ "force", no_argument, NULL, 'f' },
		{ "answers", required_argument, NULL, ANSWERS },
		{ "set-aside", no_argument, NULL, SET_ASIDE },
		CLI_OPTIONS,
	};
	static const struct {
		const char *name;
		void (*run)(const struct request *q);
	} commands[] = {
		{ "up", up },
		{ "down", down },
		{ "status", status },
		{ "restore", restore },
	};
	struct request q = { .database = NULL };
	const char *command;
	int c;

	cli_begin("migrate-db", usage);
	while ((c = cli_next(argc, argv, "d:f", options)) != -1)
		if (c == 'f')
			q.force = true;
		else if (c == SET_ASIDE)
			q.sets_aside = true;
		else
			*(c == 'd' ? &q.database : &q.answers) = optarg;
	env_load_or_die();
	command = cli_operand(argc, argv);
	q.database = schema_path(q.database);
	for (size_t i = 0; command && i < COUNT(commands); i++)
		if (strcmp(command, commands[i].name) == 0) {
			commands[i].run(&q);
			return cli_end();
		}
	die(EXIT_USAGE, "up, down, status or restore is needed; see --help");
}
