/*
 * restore-ledger: what was bought, from the answers to what they were for.
 */
#include <stdbool.h>
#include <stdio.h>

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

enum { ANSWERS = 256, SET_ASIDE };

static const char usage[] =
	"usage: restore-ledger [-d DATABASE] [--answers=DIR] [--set-aside]\n"
	"Enter into the ledger what the store of answers shows to have been bought.\n"
	"\n"
	"  -d, --database=FILE  instead of $DATABASE or outputs/limn.db\n"
	"      --answers=DIR    the store, instead of $ANSWERS_DIR or\n"
	"                       outputs/.answers\n"
	"      --set-aside      a damaged database is renamed first\n"
	"      --help           print this\n"
	"      --version        print the version\n";

int
main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "database", required_argument, NULL, 'd' },
		{ "answers", required_argument, NULL, ANSWERS },
		{ "set-aside", no_argument, NULL, SET_ASIDE },
		CLI_OPTIONS,
	};
	const char *database = NULL, *answers = NULL;
	bool sets_aside = false;
	struct imported done;
	struct failure f;
	struct import store;
	struct db *db;
	int c;

	cli_begin("restore-ledger", usage);
	while ((c = cli_next(argc, argv, "d:", options)) != -1)
		if (c == 'd')
			database = optarg;
		else if (c == ANSWERS)
			answers = optarg;
		else
			sets_aside = true;
	env_load_or_die();
	if (optind < argc)
		die(EXIT_USAGE,
			"%s: nothing is read but the store; see "
			"restore-ledger --help",
			argv[optind]);
	database = schema_path(database);
	if (sets_aside && db_is_damaged(database) &&
		!db_quarantine(database, &f))
		die_of(&f);
	db = schema_open_or_die(database);
	if (!answers)
		answers = env_get("ANSWERS_DIR");
	if (!import_read(&store, answers ? answers : "outputs/.answers", &f))
		die_of(&f);
	db_begin(db);
	import_enter(&store, db, &done);
	db_commit_or_die(db);
	db_close(db);
	import_free(&store);
	printf("%lld purchase%s restored, %lld settled\n", done.added,
		done.added == 1 ? "" : "s", done.settled);
	return cli_end();
}
