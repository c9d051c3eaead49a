/*
 * record-asset: the pictures of episodes, in the database.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "books/assets.h"
#include "books/entries.h"
#include "books/episodes.h"
#include "books/ledger.h"
#include "buf.h"
#include "chapter/chapter.h"
#include "cli.h"
#include "database/db-or-die.h"
#include "database/db.h"
#include "database/schema.h"
#include "env.h"
#include "err.h"
#include "failure.h"
#include "file.h"
#include "json.h"
#include "or-die.h"

enum { EPISODE = 256, EPISODE_ID, PROVENANCE, FORCE };

static struct {
	const char *database;
	const char *episode;    /* its directory, or NULL */
	const char *episode_id; /* or NULL */
	const char *provenance; /* its path; NULL: beside each manifest */
	bool force;

	json_t *given;  /* the provenance that it names */
	json_t *groups; /* entries, by their episodes' ids */
	struct db *db;  /* NULL: nothing was to be recorded yet */
	int status;     /* of the first file that is bad */
} me;

static const char usage[] =
	"usage: record-asset [-d DATABASE] [OPTION ...] [FILE ...]\n"
	"Record in the database the pictures of manifests and of entries.\n"
	"\n"
	"  -d, --database=FILE    instead of $DATABASE or outputs/limn.db\n"
	"      --episode=DIR      the episode's directory: for its title\n"
	"      --episode-id=ID    whose pictures they are, where FILE doesn't say\n"
	"      --provenance=FILE  how they came about; beside .../EP/images/\n"
	"                         manifest.json it is found\n"
	"      --force            even if the episode isn't ready for pictures\n"
	"      --help             print this\n"
	"      --version          print the version\n";

static void
note_status(int status)
{
	if (!me.status)
		me.status = status;
}

static bool
is_bad(bool good)
{
	if (!good)
		note_status(EXIT_BAD_INPUT);
	return !good;
}

static struct db *
get_db(void)
{
	struct failure f;

	if (!me.db) {
		me.db = schema_open_or_die(schema_path(me.database));
		if (!ledger_clear_stale(me.db, &f))
			die_of(&f);
	}
	return me.db;
}

/* The file of that name beside a manifest; NULL where it isn't known where that
 * is.  The caller frees it. */
static char *
find_beside(const char *manifest, const char *name)
{
	size_t len = manifest ? strlen(manifest) : 0;
	size_t tail = sizeof ASSETS_MANIFEST - 1;
	char *path;

	if (len < tail || strcmp(manifest + len - tail, ASSETS_MANIFEST) != 0 ||
		(len > tail && manifest[len - tail - 1] != '/'))
		return NULL;
	path = xmalloc(len - tail + strlen(name) + 1);
	memcpy(path, manifest, len - tail);
	strcpy(path + len - tail, name);
	return path;
}

/* The same of the episode that --episode names. */
static char *
find_file(const char *manifest, const char *name)
{
	struct buf path = BUF_INIT(ENTRIES_PATH_MAX);

	if (!me.episode)
		return find_beside(manifest, name);
	buf_addf(&path, "%s/%s", me.episode, name);
	return path.data;
}

/* false: there is a provenance, but it is none of this episode. */
static bool
find_provenance(const char *manifest, const char *id, json_t **provenance)
{
	char *path = NULL;
	int status = EXIT_BAD_INPUT;
	bool good = true;

	*provenance = json_incref(me.given);
	if (!me.given)
		path = find_beside(manifest,
			"provenance/"
			"imagegen_provenance.json");
	if (path && access(path, F_OK) == 0)
		*provenance = entries_read(path, &status);
	else if (!me.given)
		goto done;
	good = *provenance &&
		entries_is_provenance(path ? path : me.provenance, *provenance,
			id);
	if (!good) {
		note_status(status);
		json_decref(*provenance);
		*provenance = NULL;
	}
done:
	free(path);
	return good;
}

static bool
has_all_chapters(const char *manifest, const json_t *images)
{
	char *index = find_file(manifest, "imagegen/chapters.index");
	bool has_all = !index || entries_are_all(images, index);

	free(index);
	return has_all;
}

/* path: of the manifest, or NULL. */
static void
record(const char *path, const char *id, json_t *images, bool is_whole)
{
	struct record r = {
		.episode = id, .images = images, .is_whole = is_whole
	};
	char why[EPISODES_WHY_MAX];
	struct failure f;
	json_t *provenance;
	char *chapters;

	if (!find_provenance(path, id, &provenance))
		return;
	if (episodes_may_draw(get_db(), id, me.force, why)) {
		r.provenance = provenance;
		r.chapters = chapters = find_file(path, "chapters.json");
		r.is_complete = !is_whole || has_all_chapters(path, images);
		if (!assets_record(me.db, &r, &f))
			die_of(&f);
		free(chapters);
	} else {
		err("%s", why);
		note_status(EXIT_BAD_INPUT);
	}
	json_decref(provenance);
}

static void
take_manifest(const char *path, const json_t *manifest)
{
	const char *id = json_text(manifest, "episode_id");
	json_t *images;

	if (!json_object_get(manifest, "episode_id"))
		id = me.episode_id;
	if (!id || !episode_id_is_valid(id)) {
		err("%s: episode_id: is not an id; correct it",
			file_name(path));
		note_status(EXIT_BAD_INPUT);
		return;
	}
	if (me.episode_id && strcmp(id, me.episode_id) != 0) {
		err("%s: episode_id: is %s, not %s; look at --episode-id",
			file_name(path), id, me.episode_id);
		note_status(EXIT_BAD_INPUT);
		return;
	}
	images = entries_of_manifest(path, manifest);
	if (is_bad(images))
		return;
	record(path, id, images, true);
	json_decref(images);
}

/* Of two entries of a chapter the last counts. */
static void
take_entry(const char *path, json_t *entry)
{
	char id[ENTRIES_ID_SIZE];
	json_t *images = entries_of_one(path, entry);
	json_t *group;

	if (is_bad(images))
		return;
	if (me.episode_id)
		strcpy(id, me.episode_id);
	else if (!entries_id_of_entry(path, id) &&
		!(me.episode &&
			entries_id(me.episode, strlen(me.episode), id))) {
		err("%s: whose it is isn't known; say --episode-id=ID",
			file_name(path));
		note_status(EXIT_BAD_INPUT);
		json_decref(images);
		return;
	}
	group = json_object_get(me.groups, id);
	if (group)
		json_object_update(group, images);
	else
		json_put(me.groups, id, json_incref(images));
	json_decref(images);
}

static void
take(const char *path)
{
	int status;
	json_t *value = entries_read(path, &status);

	if (!value)
		note_status(status);
	else if (json_object_get(value, "images"))
		take_manifest(path, value);
	else if (json_object_get(value, "chapter_id"))
		take_entry(path, value);
	else if (is_bad(false))
		err("%s: neither images nor chapter_id: it is no manifest and "
		    "no entry",
			file_name(path));
	json_decref(value);
}

static void
read_options(int argc, char **argv)
{
	static const struct option options[] = {
		{ "database", required_argument, NULL, 'd' },
		{ "episode", required_argument, NULL, EPISODE },
		{ "episode-id", required_argument, NULL, EPISODE_ID },
		{ "provenance", required_argument, NULL, PROVENANCE },
		{ "force", no_argument, NULL, FORCE },
		CLI_OPTIONS,
	};
	int c, status;

	while ((c = cli_next(argc, argv, "d:", options)) != -1)
		if (c == FORCE)
			me.force = true;
		else
			*(c == 'd'                        ? &me.database
					: c == EPISODE    ? &me.episode
					: c == EPISODE_ID ? &me.episode_id
							  : &me.provenance) =
				optarg;
	env_load_or_die();
	if (me.episode_id && !episode_id_is_valid(me.episode_id))
		die(EXIT_USAGE, "--episode-id: %.80s is not an id",
			me.episode_id);
	if (me.provenance && !(me.given = entries_read(me.provenance, &status)))
		quit(status);
}

int
main(int argc, char **argv)
{
	const char *id;
	json_t *images;

	cli_begin("record-asset", usage);
	read_options(argc, argv);
	me.groups = json_object();
	if (!argv[optind])
		take(NULL);
	for (char **path = argv + optind; *path; path++)
		take(*path);
	json_object_foreach(me.groups, id, images)
	{
		record(NULL, id, images, false);
	}
	json_decref(me.groups);
	json_decref(me.given);
	db_close(me.db);
	if (me.status)
		quit(me.status);
	return cli_end();
}
