/*
 * write-manifest: join the entries of an episode, in the order of its chapters.
 *
 * If no entry differs, the former manifest is written again.  In a partial run
 * the entries of the other chapters are taken from it.  At the end of a run,
 * --publish puts the manifest in its place.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "buf.h"
#include "chapter/chapter.h"
#include "chapter/index.h"
#include "chapter/manifest.h"
#include "cli.h"
#include "err.h"
#include "failure.h"
#include "file.h"
#include "json.h"
#include "log.h"
#include "or-die.h"

#define ENTRY_MAX CHAPTER_INPUT_MAX
#define PATH_LENGTH_MAX 4096
#define SUMMARY_SIZE 512 /* bytes; a number of dollars may have 309 digits */

enum {
	EPISODE_ID = 256,
	SCHEMA_VERSION,
	FORMER,
	INDEX,
	ONLY,
	RENDER,
	PUBLISH,
	PROVENANCE
};

struct request {
	const char *episode_id;
	const char *schema_version;
	const char *former;     /* path of the former manifest, or NULL */
	const char *index;      /* path of the ordered ids, or NULL: operands */
	const char *only;       /* ids separated by spaces; NULL: all */
	const char *render;     /* path of the video's draft, or NULL */
	const char *publish;    /* path of a finished manifest, or NULL */
	const char *provenance; /* its path; NULL: print no summary */
	const char *output;
};

static const char usage[] =
	"usage: write-manifest --episode-id=ID [OPTION ...] ENTRY ...\n"
	"       write-manifest --episode-id=ID [OPTION ...] --index=INDEX\n"
	"       write-manifest --publish=MANIFEST [--provenance=FILE] [-o FILE]\n"
	"Write the manifest of an episode from the entries of its chapters.\n"
	"\n"
	"  -o, --output=FILE         write FILE, not standard output\n"
	"      --episode-id=ID       the id of the episode\n"
	"      --schema-version=V    the version of its chapters.json (1.0)\n"
	"      --index=INDEX         a file of ids, one a line; each has its entry\n"
	"                            in ID.entry.json beside INDEX\n"
	"      --former=MANIFEST     keep its bytes if no entry differs\n"
	"      --only='ID ...'       read the entries of these chapters only, and\n"
	"                            take the others from the former manifest\n"
	"      --render=VIDEO        if VIDEO exists and a picture differs from the\n"
	"                            former manifest's, write VIDEO.stale\n"
	"      --publish=MANIFEST    copy MANIFEST\n"
	"      --provenance=FILE     with --publish and -o: print how many pictures\n"
	"                            were generated, and their cost\n"
	"      --help                print this\n"
	"      --version             print the version\n";

/* Whether id is a word of words. */
static bool
has_word(const char *words, const char *id)
{
	size_t n = strlen(id);

	for (const char *s = words; *s; s += strcspn(s, " ")) {
		s += strspn(s, " ");
		if (strcspn(s, " ") == n && memcmp(s, id, n) == 0)
			return true;
	}
	return false;
}

/* Read the entry of the chapter id; NULL is any chapter. */
static json_t *
read_entry(const char *path, const char *id)
{
	json_t *entry = json_read_or_die(path, ENTRY_MAX);
	const char *is = json_text(entry, "chapter_id");

	if (!is || !chapter_id_is_valid(is) || (id && strcmp(is, id) != 0))
		die(EXIT_BAD_INPUT,
			"%s: chapter_id: is not %s; delete this file to have "
			"it made again",
			path, id ? id : "an id");
	return entry;
}

/*
 * Keep the former entry of a chapter that this run doesn't draw.  If its entry
 * file differs from it, set the date of that file to now: then make finds it
 * newer than this manifest, and the next full run takes it.
 */
static void
keep_entry(const struct request *q, json_t *images, const json_t *former,
	const char *id, const char *path)
{
	json_t *kept = json_object_get(former, id);
	json_t *fresh = json_read_optional(path, ENTRY_MAX);
	struct timespec now;

	if (kept)
		json_array_append(images, kept);
	if (q->output && fresh && !(kept && json_equal(kept, fresh))) {
		clock_gettime(CLOCK_REALTIME, &now);
		file_date_at_or_die(path, &now);
	}
	json_decref(fresh);
}

static json_t *
collect_index(const struct request *q, const json_t *former)
{
	json_t *images = json_array();
	struct failure f;
	struct index x;

	if (!index_open(&x, q->index, &f))
		die_of(&f);
	while (index_next(&x)) {
		const char *path = index_file(&x, ".entry.json");

		if (q->only && !has_word(q->only, x.id))
			keep_entry(q, images, former, x.id, path);
		else
			json_array_append_new(images, read_entry(path, x.id));
	}
	index_close(&x);
	return images;
}

static json_t *
collect_operands(char **paths)
{
	json_t *images = json_array(), *seen = json_object();

	for (; *paths; paths++) {
		json_t *entry = read_entry(*paths, NULL);
		const char *id = json_text(entry, "chapter_id");

		if (json_object_get(seen, id))
			die(EXIT_BAD_INPUT, "%s: chapter_id: %s: duplicate id",
				*paths, id);
		json_object_set(seen, id, entry);
		json_array_append_new(images, entry);
	}
	json_decref(seen);
	return images;
}

/* As it is written, whatever the kind of hash. */
static const char *
hash_of(const json_t *image)
{
	const char *hash =
		json_text(json_object_get(image, "metadata"), "sha256");

	return hash ? hash : "";
}

/* Whether a picture was added, removed or changed.  The order doesn't matter.
 */
static bool
pictures_differ(json_t *images, const json_t *former)
{
	json_t *image;
	size_t i;

	if (json_array_size(images) != json_object_size(former))
		return true;
	json_array_foreach(images, i, image)
	{
		const char *id = json_text(image, "chapter_id");

		if (strcmp(hash_of(image),
			    hash_of(json_object_get(former, id))) != 0)
			return true;
	}
	return false;
}

static void
mark_stale(const char *video)
{
	char path[PATH_LENGTH_MAX];
	json_t *mark = json_pack("{s:o, s:s, s:s}", "invalidated_at",
		json_time(time(NULL)), "invalidated_by", "imagegen", "reason",
		"images_changed");

	/* cut short, it could be the name of the video itself */
	if (snprintf(path, sizeof path, "%s.stale", video) >= (int)sizeof path)
		die(EXIT_USAGE, "--render: too long a path");
	json_write_or_die(path, mark);
	json_decref(mark);
}

/* generated_at stays as it was if nothing else has changed. */
static void
write_manifest(const struct request *q, json_t *images, const json_t *former)
{
	struct buf kept = BUF_INIT(MANIFEST_MAX);
	json_t *manifest = json_pack("{s:s, s:s, s:O?, s:O}", "episode_id",
		q->episode_id, "schema_version", q->schema_version,
		"generated_at", json_object_get(former, "generated_at"),
		"images", images);

	if (!manifest)
		die(EXIT_USAGE, "--schema-version: it is not UTF-8");
	if (json_text(former, "generated_at") && json_equal(manifest, former)) {
		file_read_or_die(q->former, &kept);
		file_write_or_die(q->output, kept.data, kept.len);
	} else {
		json_object_set_new(manifest, "generated_at",
			json_time(time(NULL)));
		json_write_or_die(q->output, manifest);
	}
	buf_free(&kept);
	json_decref(manifest);
}

/* For people, and for the log. */
static void
print_summary(const char *path)
{
	json_t *p = json_read_or_die(path, MANIFEST_MAX);
	const char *id = json_text(p, "episode_id");

	char summary[SUMMARY_SIZE];

	snprintf(summary, sizeof summary, "%lld/%lld images generated ($%.4f)",
		(long long)json_integer_value(json_object_get(p,
			"generated_count")),
		(long long)json_integer_value(json_object_get(p,
			"image_count")),
		json_number_value(json_object_get(p, "cost_usd")));
	printf("[OK] %s -> %s\n", id ? id : "", summary);
	log_line(err_prog, LOG_DONE, NULL, summary);
	json_decref(p);
}

static void
publish(const struct request *q)
{
	struct buf manifest = BUF_INIT(MANIFEST_MAX);

	file_read_or_die(q->publish, &manifest);
	file_write_or_die(q->output, manifest.data, manifest.len);
	buf_free(&manifest);
	if (q->provenance && q->output)
		print_summary(q->provenance);
}

static void
assemble(const struct request *q, char **entries)
{
	json_t *former = NULL, *by_id, *images;
	struct stat st;

	if (q->former)
		former = json_read_optional(q->former, MANIFEST_MAX);
	by_id = manifest_images(former);
	images = q->index ? collect_index(q, by_id) : collect_operands(entries);
	if (q->render && stat(q->render, &st) == 0 &&
		pictures_differ(images, by_id))
		mark_stale(q->render);
	write_manifest(q, images, former);
	json_decref(images);
	json_decref(by_id);
	json_decref(former);
}

static void
check_request(const struct request *q, bool has_entries)
{
	if (q->publish) {
		if (q->episode_id || q->index || has_entries)
			die(EXIT_USAGE,
				"--publish takes a finished manifest, and no "
				"entries");
		return;
	}
	if (!q->episode_id || !episode_id_is_valid(q->episode_id))
		die(EXIT_USAGE,
			"--episode-id=ID is needed: letters and "
			"digits of ASCII, - and _");
	if (!q->index == !has_entries)
		die(EXIT_USAGE, "either --index or entries are needed");
	if (q->only && !q->index)
		die(EXIT_USAGE, "--only needs --index");
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "output", required_argument, NULL, 'o' },
		{ "episode-id", required_argument, NULL, EPISODE_ID },
		{ "schema-version", required_argument, NULL, SCHEMA_VERSION },
		{ "former", required_argument, NULL, FORMER },
		{ "index", required_argument, NULL, INDEX },
		{ "only", required_argument, NULL, ONLY },
		{ "render", required_argument, NULL, RENDER },
		{ "publish", required_argument, NULL, PUBLISH },
		{ "provenance", required_argument, NULL, PROVENANCE },
		CLI_OPTIONS,
	};
	struct request q = { .schema_version = "1.0" };
	const char **const to[] = { &q.episode_id, &q.schema_version, &q.former,
		&q.index, &q.only, &q.render, &q.publish, &q.provenance };
	int c;

	cli_begin("write-manifest", usage);
	while ((c = cli_next(argc, argv, "o:", options)) != -1)
		*(c == 'o' ? &q.output : to[c - EPISODE_ID]) = optarg;
	check_request(&q, argv[optind] != NULL);
	if (q.publish)
		publish(&q);
	else
		assemble(&q, argv + optind);
	return cli_end();
}
