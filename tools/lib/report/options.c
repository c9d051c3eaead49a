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
#include "report/escape.h"
#include "report/options.h"

#define PATH_LENGTH_MAX 4096
#define EPISODES_MAX ((size_t)8 << 20) /* bytes of 100,000 ids */

enum { OUTPUTS = 256, PURCHASES, JSON };

/* Whether a table of the database has the episode. */
static bool
has_episode(struct db *db, const char *id)
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
	return db && has_episode(db, id);
}

/* Set o->episodes to the ids as a JSON list; NULL: all. */
static bool
find_episodes(struct options *o, char **ids, struct failure *f)
{
	struct buf text = BUF_INIT(EPISODES_MAX);

	for (size_t i = 0; ids[i]; i++) {
		if (!is_known(o->db, o->outputs, ids[i])) {
			buf_free(&text);
			return failure_set(f, EXIT_NO_INPUT,
				"%s: there is no such episode in %s, nor in "
				"the database; look at its name",
				ids[i], o->outputs);
		}
		buf_addf(&text, "%c\"%s\"", i ? ',' : '[', ids[i]);
	}
	if (text.len)
		buf_adds(&text, "]");
	o->episodes = text.data;
	return true;
}

bool
options_read(struct options *o, int argc, char **argv, struct failure *f)
{
	static const struct option options[] = {
		{ "database", required_argument, NULL, 'd' },
		{ "outputs", required_argument, NULL, OUTPUTS },
		{ "purchases", no_argument, NULL, PURCHASES },
		{ "json", no_argument, NULL, JSON },
		CLI_OPTIONS,
	};
	const char *database = NULL;
	int c;

	*o = (struct options){ .db = NULL };
	while ((c = cli_next(argc, argv, "d:", options)) != -1)
		if (c == 'd')
			database = optarg;
		else if (c == OUTPUTS)
			o->outputs = optarg;
		else if (c == PURCHASES)
			o->purchases = true;
		else
			o->json = true;
	for (char **id = argv + optind; *id; id++)
		if (!episode_id_is_valid(*id))
			return failure_set(f, EXIT_USAGE,
				"\"%.80s\" is no episode's id; use 1 to 64 "
				"letters and digits of ASCII, - and _",
				*id);
	if (!env_load(f))
		return false;
	if (!o->outputs)
		o->outputs = env_get("OUTPUTS_DIR");
	if (!o->outputs)
		o->outputs = "outputs";
	o->path = schema_path(database);
	o->ids = argv + optind;
	o->is_one = optind + 1 == argc;
	return true;
}

bool
options_open(struct options *o, struct failure *f)
{
	*f = (struct failure){ 0 };
	o->db = schema_look(o->path, f);
	return f->status == 0 && find_episodes(o, o->ids, f) &&
		(!o->db || db_check(o->db, f));
}

bool
options_report_none(const struct options *o, struct failure *f)
{
	struct stat st;
	char *path;

	if (o->db && !db_check(o->db, f))
		return false;
	if (o->db || stat(o->path, &st) == 0) {
		puts("Nothing was bought.");
		return true;
	}
	path = escape_text(o->path);
	printf("Nothing is recorded: there is no %s; make rebuild-db makes it "
	       "from the answers.\n",
		path);
	free(path);
	return true;
}

void
options_close(struct options *o)
{
	free(o->episodes);
	db_close(o->db);
}
