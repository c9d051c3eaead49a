/*
 * record-asset: record the pictures and runs of episodes in the database.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "books/assets.h"
#include "books/episodes.h"
#include "books/gate.h"
#include "books/ledger.h"
#include "books/provenance.h"
#include "buf.h"
#include "chapter/chapter.h"
#include "chapter/episode.h"
#include "chapter/manifest.h"
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

#define PATH_LENGTH_MAX 65536
#define NO_MESSAGE "failed without a message"

enum {
	EPISODE = 256,
	EPISODE_ID,
	PROVENANCE,
	NO_RUN,
	FORCE,
	CHECK,
	LOOK,
	FAILED,
};

static struct {
	const char *database;
	const char *episode;    /* its directory, or NULL */
	const char *episode_id; /* or NULL */
	const char *provenance; /* path; NULL: beside each manifest */
	const char *failed;     /* the message; NULL: the run didn't fail */
	bool check, look;
	bool force;
	bool no_run;

	json_t *given;  /* the file of provenance */
	json_t *groups; /* entries, by episode id */
	struct db *db;  /* NULL: nothing was recorded yet */
	int status;     /* of the first file with an error */
} me;

static const char usage[] =
	"usage: record-asset [-d DATABASE] [OPTION ...] [FILE ...]\n"
	"       record-asset [-d DATABASE] [--force] --episode=DIR --check|--look\n"
	"       record-asset [-d DATABASE] [--force] --episode=DIR --failed=MESSAGE\n"
	"Record the pictures of manifests or entries in the database; or ask it\n"
	"before a run whether the episode is ready; or record that a run failed.\n"
	"\n"
	"  -d, --database=FILE    instead of $DATABASE or outputs/limn.db\n"
	"      --episode=DIR      the episode's directory\n"
	"      --episode-id=ID    the episode's id, if FILE doesn't have it\n"
	"      --provenance=FILE  the provenance; it is found for a FILE\n"
	"                         .../EP/images/manifest.json\n"
	"      --check            fail if the episode isn't ready for images; else\n"
	"                         add its row\n"
	"      --look             the same, but write nothing\n"
	"      --failed=MESSAGE   record that the run failed; -: the message is the\n"
	"                         first line of standard input\n"
	"      --no-run           the pictures are from an earlier run\n"
	"      --force            even if the episode isn't CHAPTERIZED yet\n"
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

/* Read a manifest, an entry or a provenance; NULL after an error. */
static json_t *
read_json(const char *path)
{
	struct failure f;
	json_t *value = manifest_read(path, &f);

	if (!value) {
		err("%s", f.message);
		note_status(f.status);
	}
	return value;
}

/* The path of a file beside a manifest; NULL if the manifest isn't at
 * .../EP/images/manifest.json.  The caller frees it. */
static char *
find_beside(const char *manifest, const char *name)
{
	size_t len = manifest ? strlen(manifest) : 0;
	size_t tail = sizeof MANIFEST_PATH - 1;
	char *path;

	if (len < tail || strcmp(manifest + len - tail, MANIFEST_PATH) != 0 ||
		(len > tail && manifest[len - tail - 1] != '/'))
		return NULL;
	path = xmalloc(len - tail + strlen(name) + 1);
	memcpy(path, manifest, len - tail);
	strcpy(path + len - tail, name);
	return path;
}

/* The same, in the directory of --episode if that is given. */
static char *
find_file(const char *manifest, const char *name)
{
	struct buf path = BUF_INIT(PATH_LENGTH_MAX);

	if (!me.episode)
		return find_beside(manifest, name);
	buf_addf(&path, "%s/%s", me.episode, name);
	return path.data;
}

/* Returns false if there is a provenance, but it isn't this episode's. */
static bool
find_provenance(const char *manifest, const char *id, json_t **provenance)
{
	char *path = NULL;
	bool good = true;

	*provenance = json_incref(me.given);
	if (!me.given)
		path = find_beside(manifest,
			"provenance/"
			"imagegen_provenance.json");
	if (path && access(path, F_OK) == 0)
		*provenance = read_json(path);
	else if (!me.given)
		goto done;
	good = *provenance &&
		!is_bad(provenance_check(path ? path : me.provenance,
			*provenance, id));
	if (!good) {
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
	struct failure f;
	bool has_all = true;

	if (index && !manifest_has_all(images, index, &has_all, &f))
		die_of(&f);
	free(index);
	return has_all;
}

/* path is that of the manifest, or NULL. */
static void
record(const char *path, const char *id, json_t *images, bool is_whole)
{
	struct record r = { .episode = id,
		.images = images,
		.is_whole = is_whole,
		.run = me.no_run ? "" : env_run() };
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
	images = manifest_entries(path, manifest);
	if (is_bad(images))
		return;
	record(path, id, images, true);
	json_decref(images);
}

/* The id of the episode in "outputs/EP/imagegen/ID.entry.json". */
static bool
find_id(const char *path, char id[EPISODE_ID_SIZE])
{
	static const char dir[] = "/imagegen", suffix[] = ".entry.json";
	const char *name = path ? strrchr(path, '/') : NULL;
	size_t len = path ? strlen(path) : 0;

	if (!name || (size_t)(name - path) < sizeof dir ||
		memcmp(name - (sizeof dir - 1), dir, sizeof dir - 1) != 0 ||
		strlen(name) < sizeof suffix ||
		strcmp(path + len - (sizeof suffix - 1), suffix) != 0)
		return false;
	return episode_id_of(path, (size_t)(name - path) - (sizeof dir - 1),
		id);
}

/* If a chapter has two entries, the last counts. */
static void
take_entry(const char *path, json_t *entry)
{
	char id[EPISODE_ID_SIZE];
	json_t *images = manifest_entry(path, entry);
	json_t *group;

	if (is_bad(images))
		return;
	if (me.episode_id)
		strcpy(id, me.episode_id);
	else if (!find_id(path, id) &&
		!(me.episode &&
			episode_id_of(me.episode, strlen(me.episode), id))) {
		err("%s: the episode is not known; name it with --episode-id=ID",
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
	json_t *value = read_json(path);

	if (!value)
		return;
	if (json_object_get(value, "images"))
		take_manifest(path, value);
	else if (json_object_get(value, "chapter_id"))
		take_entry(path, value);
	else if (is_bad(false))
		err("%s: is neither a manifest nor an entry: it has no images "
		    "and no chapter_id",
			file_name(path));
	json_decref(value);
}

/* --- a run */

/* Read the first line of standard input; "" if there is none. */
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

static bool
note_failure(const struct gate *g, struct failure *f)
{
	char line[ERR_MESSAGE_MAX];
	const char *message = me.failed;

	if (strcmp(message, "-") == 0) {
		read_line(line);
		message = line;
	}
	if (!message[strspn(message, " \t")])
		message = NO_MESSAGE;
	return gate_note_failure(me.db, g, message, f);
}

/* Do --check, --look or --failed. */
static void
do_run(void)
{
	const char *path = schema_path(me.database);
	char id[EPISODE_ID_SIZE], chapters[PATH_LENGTH_MAX];
	struct gate g = { .episode = id, .chapters = chapters };
	struct failure f;
	bool good = true;

	if (!me.episode || !episode_id_of(me.episode, strlen(me.episode), id))
		die(EXIT_USAGE,
			"--episode=DIR is needed, with an episode's id for its "
			"name");
	g.force = me.force;
	snprintf(chapters, sizeof chapters, "%s/chapters.json", me.episode);
	/* --look doesn't create a database */
	me.db = me.look ? schema_look_or_die(path) : schema_open_or_die(path);
	if (me.look)
		good = !me.db || gate_look(me.db, &g, &f);
	else if (me.check)
		good = gate_check(me.db, &g, &f);
	else
		good = note_failure(&g, &f);
	if (!good)
		die_of(&f);
	db_close(me.db);
}

static void
read_options(int argc, char **argv)
{
	static const struct option options[] = {
		{ "database", required_argument, NULL, 'd' },
		{ "episode", required_argument, NULL, EPISODE },
		{ "episode-id", required_argument, NULL, EPISODE_ID },
		{ "provenance", required_argument, NULL, PROVENANCE },
		{ "no-run", no_argument, NULL, NO_RUN },
		{ "force", no_argument, NULL, FORCE },
		{ "check", no_argument, NULL, CHECK },
		{ "look", no_argument, NULL, LOOK },
		{ "failed", required_argument, NULL, FAILED },
		CLI_OPTIONS,
	};
	int c;

	while ((c = cli_next(argc, argv, "d:", options)) != -1)
		if (c == FORCE)
			me.force = true;
		else if (c == CHECK)
			me.check = true;
		else if (c == LOOK)
			me.look = true;
		else if (c == FAILED)
			me.failed = optarg;
		else if (c == NO_RUN)
			me.no_run = true;
		else
			*(c == 'd'                        ? &me.database
					: c == EPISODE    ? &me.episode
					: c == EPISODE_ID ? &me.episode_id
							  : &me.provenance) =
				optarg;
	env_load_or_die();
	c = me.check + me.look + (me.failed != NULL);
	if (c > 1 || (c && (me.episode_id || me.provenance)))
		die(EXIT_USAGE,
			"--check, --look and --failed exclude each other, and "
			"what is about files");
	if (c && argv[optind])
		die(EXIT_USAGE, "%s: --check, --look and --failed take no file",
			argv[optind]);
	if (me.episode_id && !episode_id_is_valid(me.episode_id))
		die(EXIT_USAGE, "--episode-id: %.80s is not an id",
			me.episode_id);
	if (me.provenance && !(me.given = read_json(me.provenance)))
		exit(me.status);
}

int
main(int argc, char **argv)
{
	const char *id;
	json_t *images;

	cli_begin("record-asset", usage);
	read_options(argc, argv);
	if (me.check || me.look || me.failed) {
		do_run();
		return cli_end();
	}
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
		exit(me.status);
	return cli_end();
}
