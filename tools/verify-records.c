/*
 * verify-records: do the database, the manifest and the provenance of an
 * episode say the same?
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "database/schema.h"
#include "env.h"
#include "err.h"
#include "failure.h"
#include "or-die.h"
#include "report/audit.h"

enum { EPISODE = 256 };

static const char usage[] =
	"usage: verify-records [-d DATABASE] [--episode=]DIRECTORY\n"
	"Compare what the database, the manifest and the provenance say of an\n"
	"episode: its pictures, its runs, its money.\n"
	"\n"
	"  -d, --database=FILE  instead of $DATABASE or outputs/limn.db\n"
	"      --episode=DIR    the episode's directory, outputs/EP\n"
	"      --help           print this\n"
	"      --version        print the version\n"
	"\n"
	"Exit status: 0, or 65 after a line for each difference.\n";

/* Without the slashes that a shell which completes names puts at its end. */
static void
trim_slashes(char *path)
{
	char *end = path + strlen(path);

	while (end - path > 1 && end[-1] == '/')
		*--end = '\0';
}

/* Returns the episode's directory. */
static char *
read_options(int argc, char **argv, const char **database)
{
	static const struct option options[] = {
		{ "database", required_argument, NULL, 'd' },
		{ "episode", required_argument, NULL, EPISODE },
		CLI_OPTIONS,
	};
	char *episode = NULL;
	int c;

	while ((c = cli_next(argc, argv, "d:", options)) != -1)
		switch (c) {
		case 'd':
			*database = optarg;
			break;
		case EPISODE:
			episode = optarg;
			break;
		}
	env_load_or_die();
	if (episode ? argc > optind : argc != optind + 1)
		die(EXIT_USAGE, "the directory of one episode is needed");
	if (!episode)
		episode = argv[optind];
	if (!*episode)
		die(EXIT_NO_INPUT, "the directory's name is empty");
	trim_slashes(episode);
	return episode;
}

int
main(int argc, char **argv)
{
	const char *database = NULL, *episode;
	struct failure f;
	struct audit a;
	size_t differences;

	cli_begin("verify-records", usage);
	episode = read_options(argc, argv, &database);
	if (!audit_open(&a, episode, schema_path(database), &f))
		die_of(&f);
	audit_assets(&a);
	audit_ledger(&a);
	audit_records(&a);
	audit_provenance(&a);
	if (!audit_close(&a, &differences, &f))
		die_of(&f);
	if (differences)
		quit(EXIT_BAD_INPUT);
	return cli_end();
}
