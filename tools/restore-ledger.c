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
#include "paid/restore.h"

enum { ANSWERS = 256, OUTPUTS, SET_ASIDE };

static const char usage[] =
	"usage: restore-ledger [-d DATABASE] [--answers=DIR] [--outputs=DIR]\n"
	"                      [--set-aside]\n"
	"Enter into the ledger what the store of answers shows to have been bought.\n"
	"\n"
	"  -d, --database=FILE  instead of $DATABASE or outputs/limn.db\n"
	"      --answers=DIR    the store, instead of $ANSWERS_DIR or\n"
	"                       outputs/.answers\n"
	"      --outputs=DIR    where the episodes are, instead of $OUTPUTS_DIR\n"
	"                       or outputs\n"
	"      --set-aside      a damaged database is renamed first\n"
	"      --help           print this\n"
	"      --version        print the version\n";

static const char *
choose(const char *option, const char *setting, const char *fallback)
{
	const char *value = option ? option : env_get(setting);

	return value ? value : fallback;
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "database", required_argument, NULL, 'd' },
		{ "answers", required_argument, NULL, ANSWERS },
		{ "outputs", required_argument, NULL, OUTPUTS },
		{ "set-aside", no_argument, NULL, SET_ASIDE },
		CLI_OPTIONS,
	};
	const char *database = NULL, *answers = NULL, *outputs = NULL;
	bool sets_aside = false;
	struct restored r;
	struct failure f;
	struct past past;
	struct db *db;
	int c;

	cli_begin("restore-ledger", usage);
	while ((c = cli_next(argc, argv, "d:", options)) != -1)
		if (c == 'd')
			database = optarg;
		else if (c == ANSWERS)
			answers = optarg;
		else if (c == OUTPUTS)
			outputs = optarg;
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
	restore_read(&past, choose(answers, "ANSWERS_DIR", "outputs/.answers"),
		choose(outputs, "OUTPUTS_DIR", "outputs"));
	db_begin(db);
	restore_enter(&past, db, &r);
	db_commit_or_die(db);
	db_close(db);
	restore_free(&past);
	printf("%lld purchase%s restored, %lld settled\n", r.added,
		r.added == 1 ? "" : "s", r.settled);
	return cli_end();
}
