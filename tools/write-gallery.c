/*
 * write-gallery: write the page of an episode's pictures.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "books/ledger.h"
#include "buf.h"
#include "chapter/episode.h"
#include "chapter/manifest.h"
#include "cli.h"
#include "database/db.h"
#include "database/schema.h"
#include "database/sql-row.h"
#include "env.h"
#include "err.h"
#include "failure.h"
#include "file.h"
#include "json.h"
#include "or-die.h"
#include "page/gallery.h"
#include "page/page.h"
#include "paid/spent.h"

#define PATH_LENGTH_MAX 4096

enum { EPISODE = 256, SERVED };

struct request {
	const char *episode;  /* its directory, or NULL */
	const char *database; /* or NULL */
	const char *output;
	bool is_served;
};

static const char usage[] =
	"usage: write-gallery [--episode=DIR] [OPTION ...] [MANIFEST]\n"
	"Write the page of an episode's pictures.\n"
	"\n"
	"  -o, --output=FILE    write FILE, not standard output\n"
	"      --episode=DIR    the episode's directory, outputs/EP: show all its\n"
	"                       chapters, and errors\n"
	"  -d, --database=FILE  the database, instead of $DATABASE\n"
	"      --served         for serve-gallery: with buttons that draw again\n"
	"      --help           print this\n"
	"      --version        print the version\n";

/* The ledger's sum; false: there is no ledger.  A database that can't be read
 * is warned of, but is not the end of the gallery. */
static bool
ask_ledger(const char *database, const char *id, struct ledger_sums *sums)
{
	struct failure f = { 0 };
	struct db *db = schema_glance(database, &f);
	bool is_there = db && sql_table_exists(db, "ledger");

	if (is_there)
		ledger_sum(db, id, NULL, sums);
	if (db ? !db_check(db, &f) : f.status != 0) {
		warn("%s; the page is written without it", f.message);
		is_there = false;
	}
	db_close(db);
	return is_there;
}

/* What the episode has cost; without a ledger, what its files say. */
static long long
find_total(const struct request *q, const json_t *manifest, const char *id)
{
	char workings[PATH_LENGTH_MAX];
	struct ledger_sums sums;
	struct failure f;

	if (q->database && ask_ledger(q->database, id, &sums))
		return sums.micros;
	if (q->episode &&
		snprintf(workings, sizeof workings, "%s/imagegen", q->episode) <
			(int)sizeof workings &&
		spent_by_files(workings, NULL, &sums, &f))
		return sums.micros;
	spent_by_manifest(manifest, &sums);
	return sums.micros;
}

/* Read the manifest that is named, or that of the episode, which may be missing
 * (NULL). path becomes its path. */
static json_t *
read_manifest(const struct request *q, const char **path)
{
	static char own[PATH_LENGTH_MAX];
	struct failure f;
	json_t *manifest;
	struct stat st;
	int n;

	if (q->episode && !*path) {
		n = snprintf(own, sizeof own, "%s/" MANIFEST_PATH, q->episode);
		if (n < 0 || (size_t)n >= sizeof own)
			die(EXIT_USAGE, "%.64s...: this path is too long",
				q->episode);
		*path = own;
		if (stat(own, &st) != 0 && errno == ENOENT)
			return NULL;
	}
	manifest = manifest_read(*path, &f);
	if (!manifest || !manifest_check(*path, manifest, &f))
		die_of(&f);
	return manifest;
}

static void
find_id(const struct request *q, const json_t *manifest,
	char id[EPISODE_ID_SIZE])
{
	struct stat st;

	if (!q->episode) {
		snprintf(id, EPISODE_ID_SIZE, "%s",
			json_text(manifest, "episode_id"));
		return;
	}
	if (!episode_id_of(q->episode, strlen(q->episode), id))
		die(EXIT_USAGE,
			"--episode: %.80s is not an episode's directory, "
			"outputs/EP",
			q->episode);
	if (stat(q->episode, &st) != 0)
		die(errno == ENOENT ? EXIT_NO_INPUT : EXIT_IO,
			"%s:", q->episode);
	if (!S_ISDIR(st.st_mode))
		die(EXIT_NO_INPUT, "%s: is not a directory", q->episode);
}

/* Returns the manifest's path. */
static const char *
read_options(int argc, char **argv, struct request *q)
{
	static const struct option options[] = {
		{ "output", required_argument, NULL, 'o' },
		{ "database", required_argument, NULL, 'd' },
		{ "episode", required_argument, NULL, EPISODE },
		{ "served", no_argument, NULL, SERVED },
		CLI_OPTIONS,
	};
	int c;

	while ((c = cli_next(argc, argv, "o:d:", options)) != -1)
		switch (c) {
		case 'o':
			q->output = optarg;
			break;
		case 'd':
			q->database = optarg;
			break;
		case EPISODE:
			q->episode = optarg;
			break;
		case SERVED:
			q->is_served = true;
			break;
		}
	env_load_or_die();
	if (!q->database)
		q->database = env_get("DATABASE");
	return cli_operand(argc, argv);
}

int
main(int argc, char **argv)
{
	struct buf page = BUF_INIT(PAGE_MAX);
	struct request q = { .episode = NULL };
	char id[EPISODE_ID_SIZE];
	struct gallery g;
	const char *path;
	json_t *manifest;
	struct stat st;

	cli_begin("write-gallery", usage);
	path = read_options(argc, argv, &q);
	manifest = read_manifest(&q, &path);
	find_id(&q, manifest, id);
	g = (struct gallery){ .id = id,
		.directory = q.episode,
		.manifest = manifest,
		.total_micros = find_total(&q, manifest, id),
		.is_served = q.is_served,
		.token = getenv("LIMN_TOKEN") };
	gallery_add(&page, &g);
	file_write_or_die(q.output, page.data, page.len);
	/* the date of the manifest: or make would publish it again */
	if (q.output && manifest && path && stat(path, &st) == 0)
		file_date_at_or_die(q.output, &st.st_mtim);
	buf_free(&page);
	json_decref(manifest);
	return cli_end();
}
