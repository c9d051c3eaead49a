/*
 * split-chapters: check chapters.json and write a slice of each chapter.
 *
 * The other tools read the slices.  A slice changes only if the picture may
 * have to.  The fragment chapters.mk is written last: by its date make knows
 * that the others are there.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "buf.h"
#include "chapter/chapter.h"
#include "chapter/episode.h"
#include "cli.h"
#include "err.h"
#include "failure.h"
#include "file.h"
#include "json.h"
#include "or-die.h"

#define PATH_LENGTH_MAX 4096
#define SLICE_MAX CHAPTER_INPUT_MAX

static const char usage[] =
	"usage: split-chapters [-o DIR] [FILE]\n"
	"Check FILE (chapters.json); with -o, write a slice of each chapter.\n"
	"\n"
	"  -o, --output=DIR   write DIR/ID.chapter.json for each chapter that has\n"
	"                     a picture, DIR/chapters.index and DIR/chapters.mk\n"
	"      --help         print this\n"
	"      --version      print the version\n"
	"\n"
	"Without FILE, or when it is -, standard input is read.\n"
	"Exit status: 0, or 65 if FILE has errors; see the manual.\n";

/*
 * With an input whose date is in the future, make would run this tool each
 * time.  If the fragment got a later date instead, make wouldn't notice an edit
 * until then.
 */
static void
bring_back_from_future(const char *path)
{
	struct timespec now;
	struct stat st;

	if (!path || strcmp(path, "-") == 0 || stat(path, &st) != 0)
		return;
	clock_gettime(CLOCK_REALTIME, &now);
	if (st.st_mtim.tv_sec < now.tv_sec ||
		(st.st_mtim.tv_sec == now.tv_sec &&
			st.st_mtim.tv_nsec <= now.tv_nsec))
		return;
	file_date_or_die(path);
	warn("%s: was dated in the future; dated it now", path);
}

/* Add a line of the fragment: a variable with the ids of the chapters. */
static void
add_ids(struct buf *b, const char *variable, const struct episode *e,
	bool with_cards)
{
	buf_addf(b, "%s :=", variable);
	for (size_t i = 0; i < e->count; i++) {
		const struct chapter *c = &e->chapters[i];

		if (c->visual_type && (with_cards || chapter_is_drawn(c)))
			buf_addf(b, " %s", c->id);
	}
	buf_adds(b, "\n");
}

static void
write_slices(const struct episode *e, const char *dir)
{
	char path[PATH_LENGTH_MAX];
	struct buf slice = BUF_INIT(SLICE_MAX);
	struct buf index = BUF_INIT(SLICE_MAX);
	struct buf mk = BUF_INIT(SLICE_MAX);

	for (size_t i = 0; i < e->count; i++) {
		const struct chapter *c = &e->chapters[i];
		json_t *value;

		if (!c->visual_type)
			continue;
		value = chapter_slice(c);
		slice.len = 0;
		json_print(value, &slice);
		json_decref(value);
		snprintf(path, sizeof path, "%s/%s.chapter.json", dir, c->id);
		file_write_if_changed_or_die(path, slice.data, slice.len);
		buf_addf(&index, "%s\n", c->id);
	}
	snprintf(path, sizeof path, "%s/chapters.index", dir);
	file_write_if_changed_or_die(path, index.data ? index.data : "",
		index.len);
	buf_addf(&mk,
		"# split-chapters wrote this; do not edit.\n"
		"id := %s\n"
		"schema := %s\n",
		e->id, e->schema_version);
	add_ids(&mk, "all", e, true);
	add_ids(&mk, "drawn", e, false);
	buf_adds(&mk, "include $(LIMN)mk/chapter.mk\n");
	snprintf(path, sizeof path, "%s/chapters.mk", dir);
	file_write_or_die(path, mk.data, mk.len);
	buf_free(&slice);
	buf_free(&index);
	buf_free(&mk);
}

/* The episode's id, if dir is outputs/EP/imagegen; else NULL. */
static char *
id_of_directory(char *dir)
{
	size_t n = strlen(dir);
	char *slash, *id;

	if (n == 0)
		die(EXIT_USAGE, "-o: the name of the directory is empty");
	while (n > 1 && dir[n - 1] == '/')
		dir[--n] = '\0';
	if (n > PATH_LENGTH_MAX - 128)
		die(EXIT_USAGE, "%.64s...: this path is too long", dir);
	slash = strrchr(dir, '/');
	if (!slash || strcmp(slash, "/imagegen") != 0)
		return NULL;
	*slash = '\0';
	id = strrchr(dir, '/');
	id = xstrdup(id ? id + 1 : dir);
	*slash = '/';
	if (strcmp(id, ".") == 0 || strcmp(id, "..") == 0) {
		free(id);
		return NULL;
	}
	return id;
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "output", required_argument, NULL, 'o' },
		CLI_OPTIONS,
	};
	char *dir = NULL, *dir_id = NULL;
	const char *path;
	struct episode e;
	struct failure f;
	size_t without = 0;
	json_t *doc;

	cli_begin("split-chapters", usage);
	while (cli_next(argc, argv, "o:", options) != -1)
		dir = optarg;
	path = cli_operand(argc, argv);
	if (dir) {
		dir_id = id_of_directory(dir);
		bring_back_from_future(path);
	}
	doc = episode_read(&e, path, dir_id, &f);
	if (!doc)
		die_of(&f);
	for (size_t i = 0; i < e.count; i++)
		without += !e.chapters[i].visual_type;
	if (without)
		warn("%s: %zu of %zu chapters have no visual and get no "
		     "picture",
			file_name(path), without, e.count);
	if (dir)
		write_slices(&e, dir);
	episode_free(&e);
	free(dir_id);
	json_decref(doc);
	return cli_end();
}
