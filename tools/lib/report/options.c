#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "buf.h"
#include "chapter/chapter.h"
#include "cli.h"
#include "database/db.h"
#include "database/schema.h"
#include "database/sql-row.h"
#include "env.h"
#include "err.h"
#include "failure.h"
#include "or-die.h"
#include "report/escape.h"
#include "report/options.h"

#define PATH_LENGTH_MAX 4096
#define WANTED_MAX ((size_t)8 << 20) /* bytes; of 100,000 ids */

enum { OUTPUTS = 256, JSON };

/* In the database: as a name, or as one that the table has itself. */
static bool
is_in(struct db *db, const char *id)
{
	static const struct {
		const char *table, *find;
	} tables[] = {
		{ "ledger", "SELECT 1 FROM ledger WHERE episode_id = ?" },
		{ "episodes", "SELECT 1 FROM episodes WHERE episode_id = ?" },
		{ "pipeline_runs",
			"SELECT 1 FROM pipeline_runs WHERE episode_id = ?" },
	};

	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		if (sql_column(db, tables[i].table, "episode_id") &&
			db_number(db, tables[i].find, "s", id) != 0)
			return true;
	return false;
}

static bool
is_known(struct db *db, const char *outputs, const char *id)
{
	char path[PATH_LENGTH_MAX];
	struct stat st;

	snprintf(path, sizeof path, "%s/%s", outputs, id);
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return true;
	return db && is_in(db, id);
}

/* As a JSON list. */
static char *
find_episodes(char **ids, struct db *db, const char *outputs)
{
	struct buf text = BUF_INIT(WANTED_MAX);

	for (size_t i = 0; ids[i]; i++) {
		if (!episode_id_is_valid(ids[i]))
			die(EXIT_USAGE,
				"\"%.80s\" is no episode's id; use 1 to 64 "
				"letters and digits of ASCII, - and _",
				ids[i]);
		if (!is_known(db, outputs, ids[i]))
			die(EXIT_NO_INPUT,
				"%s: there is no such episode in %s, nor in "
				"the database; look at its name",
				ids[i], outputs);
		buf_addf(&text, "%c\"%s\"", i ? ',' : '[', ids[i]);
	}
	if (text.len)
		buf_adds(&text, "]");
	return text.data;
}

void
options_read(struct options *w, int argc, char **argv)
{
	static const struct option options[] = {
		{ "database", required_argument, NULL, 'd' },
		{ "outputs", required_argument, NULL, OUTPUTS },
		{ "json", no_argument, NULL, JSON },
		CLI_OPTIONS,
	};
	const char *database = NULL;
	struct failure f;
	int c;

	*w = (struct options){ .db = NULL };
	while ((c = cli_next(argc, argv, "d:", options)) != -1)
		if (c == 'd')
			database = optarg;
		else if (c == OUTPUTS)
			w->outputs = optarg;
		else
			w->json = true;
	env_load_or_die();
	if (!w->outputs)
		w->outputs = env_get("OUTPUTS_DIR");
	if (!w->outputs)
		w->outputs = "outputs";
	w->path = schema_path(database);
	w->db = schema_look(w->path, &f);
	if (!w->db && f.status)
		die_of(&f);
	w->is_one = optind + 1 == argc;
	w->episodes = find_episodes(argv + optind, w->db, w->outputs);
}

void
options_report_none(const struct options *w)
{
	struct failure f;
	struct stat st;
	char *path;

	if (w->db && !db_check(w->db, &f))
		die_of(&f);
	if (w->db || stat(w->path, &st) == 0) {
		puts("Nothing was bought.");
		return;
	}
	path = escape_text(w->path);
	printf("Nothing is booked: there is no %s; make rebuild-db makes it "
	       "from the answers.\n",
		path);
	free(path);
}

void
options_close(struct options *w)
{
	struct failure f;

	if (w->db && !db_check(w->db, &f))
		die_of(&f);
	free(w->episodes);
	db_close(w->db);
}
