/*
 * migrate-db: make the tables of the database, or take them back.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "database/db-or-die.h"
#include "database/db.h"
#include "database/schema.h"
#include "env.h"
#include "err.h"
#include "failure.h"
#include "or-die.h"

static const char usage[] =
	"usage: migrate-db [-f] [-d DATABASE] up|down|status\n"
	"Bring the database's tables up to date, or take the last step back.\n"
	"\n"
	"  -d, --database=FILE  instead of $DATABASE or outputs/limn.db\n"
	"  -f, --force          down: even if rows are lost\n"
	"      --help           print this\n"
	"      --version        print the version\n"
	"\n"
	"up        apply each migration that isn't applied yet\n"
	"down      take the last one back, and print its name\n"
	"status    print each one, and when it was applied\n";

static void
print(const char *name, const char *applied_at, void *data)
{
	(void)data;
	printf("%s  %s\n", name, applied_at ? applied_at : "pending");
}

static void
status(const char *path)
{
	struct db *db = schema_look_or_die(path);

	schema_each(db, print, NULL);
	if (db)
		db_check_or_die(db);
	db_close(db);
}

static void
up(const char *path)
{
	db_close(schema_open_or_die(path));
}

/* What isn't there isn't made only to take it back. */
static void
down(const char *path, bool force)
{
	struct db *db = schema_look_or_die(path);
	const char *name = NULL;
	struct failure f;

	if (db) {
		db_close(db);
		db = db_open(path, DB_WRITE, &f);
		if (!db || !schema_down(db, force, &name, &f))
			die_of(&f);
		db_close(db);
	}
	if (name)
		printf("%s\n", name);
	else
		warn("%s: nothing to take back", path);
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "database", required_argument, NULL, 'd' },
		{ "force", no_argument, NULL, 'f' },
		CLI_OPTIONS,
	};
	const char *path = NULL, *command;
	bool force = false;
	int c;

	cli_begin("migrate-db", usage);
	while ((c = cli_next(argc, argv, "d:f", options)) != -1)
		if (c == 'd')
			path = optarg;
		else
			force = true;
	env_load_or_die();
	command = cli_operand(argc, argv);
	path = schema_path(path);
	if (command && strcmp(command, "up") == 0)
		up(path);
	else if (command && strcmp(command, "down") == 0)
		down(path, force);
	else if (command && strcmp(command, "status") == 0)
		status(path);
	else
		die(EXIT_USAGE, "up, down or status is needed; see --help");
	return cli_end();
}
