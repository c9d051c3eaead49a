#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "chapter/chapter.h"
#include "chapter/episode.h"
#include "json.h"
#include "page/overview.h"
#include "page/record.h"
#include "page/workings.h"
#include "span.h"

#define TITLE_LETTERS 300 /* more are cut */
#define STATUS_LETTERS 40 /* the same */

/* A file of an episode, while it is read. */
struct place {
	char directory[OVERVIEW_PATH_MAX]; /* the episode's */
	char path[OVERVIEW_PATH_MAX];
	struct stat st;
};

static bool
look(struct place *p, const char *dir, const char *name, const char *suffix)
{
	int n = snprintf(p->path, sizeof p->path, "%s%s%s%s", p->directory, dir,
		name, suffix);

	return n < (int)sizeof p->path && lstat(p->path, &p->st) == 0 &&
		access(p->path, R_OK) == 0;
}

static bool
find_directory(struct place *p, const char *dir)
{
	return look(p, dir, "", "") && S_ISDIR(p->st.st_mode);
}

static bool
find(struct place *p, const char *dir, const char *name, const char *suffix)
{
	return look(p, dir, name, suffix) && S_ISREG(p->st.st_mode);
}

/* The first that was drawn, not a card; and has a thumbnail. */
static void
find_picture(struct overview_episode *e, struct place *p, json_t *images)
{
	char version[RECORD_VERSION_SIZE];
	const char *id, *type;
	json_t *image;

	if (!find_directory(p, "/images/thumbs"))
		return;
	json_object_foreach(images, id, image)
	{
		type = json_text(image, "visual_type");
		if (!type || chapter_type_is_card(type) ||
			!find(p, "/images/thumbs/", id, ".png"))
			continue;
		record_version(image, version);
		snprintf(e->picture, sizeof e->picture, "%s.png%s", id,
			version);
		return;
	}
}

/* A title that says something, cut; or NULL. */
static char *
make_title(const char *s)
{
	struct buf title = BUF_INIT(CHAPTER_TEXT_MAX + 8);
	size_t n;

	if (!s || span_is_blank(span_of(s)) || strlen(s) > CHAPTER_TEXT_MAX)
		return NULL;
	n = span_cut(span_of(s), TITLE_LETTERS);
	buf_addf(&title, "%.*s%s", (int)n, s, s[n] ? "…" : "");
	return title.data;
}

/* As a chapter's slice has it. */
static char *
read_title(const char *directory, const char *episode, const char *chapter)
{
	json_t *slice = workings_read(directory, chapter, ".chapter.json");
	const char *of = json_text(slice, "episode_id");
	char *title = of && strcmp(of, episode) == 0
		? make_title(json_text(slice, "episode_title"))
		: NULL;

	json_decref(slice);
	return title;
}

/*
 * The chapters of the episode as it is; the answer is a status.  Of an episode
 * without a manifest the records are counted: its first run has not come to its
 * end.
 */
static const char *
read_chapters(struct overview_episode *e, struct place *p, const json_t *images)
{
	json_t *ids = find_directory(p, "/imagegen")
		? workings_ids(p->directory)
		: NULL;
	const char *id, *first = json_object_iter_key(json_object_iter(ids));
	json_t *ignored, *errors = ids ? workings_errors(p->directory) : NULL;
	bool is_missing = false;

	e->chapters = json_object_size(ids ? ids : images);
	json_object_foreach(ids, id, ignored)
	{
		(void)ignored;
		if (id == first)
			e->title = read_title(p->directory, e->id, id);
		e->failed += json_object_get(errors, id) != NULL;
		if (!json_object_get(images, id))
			is_missing = true;
		if (!e->time && find(p, "/imagegen/", id, ".entry.json"))
			e->pictures++;
	}
	json_decref(errors);
	json_decref(ids);
	if (e->pictures == 0)
		return "no pictures yet";
	return is_missing ? "unfinished" : "done";
}

/* What was said first when make refused the chapters as they are. */
static void
find_error(struct overview_episode *e, struct place *p)
{
	char *lines = find(p, "/chapters.json", "", "") &&
			find_directory(p, "/imagegen")
		? workings_refusal(p->directory)
		: NULL;
	size_t n;

	if (!lines)
		return;
	lines[strcspn(lines, "\n")] = '\0';
	n = span_cut(span_of(lines), TITLE_LETTERS);
	snprintf(e->error, sizeof e->error, "%.*s", (int)n, lines);
	free(lines);
}

static void
set_status(struct overview_episode *e, const char *status)
{
	size_t n = span_cut(span_of(status), STATUS_LETTERS);

	snprintf(e->status, sizeof e->status, "%.*s", (int)n, status);
	for (char *s = e->status; *s; s++)
		*s = (char)(*s == '_' ? ' ' : tolower((unsigned char)*s));
}

/* What goes on counts more than what failed, and that more than a status that
 * others gave the episode. */
static void
find_status(struct overview_episode *e, const struct overview_books *books,
	const char *by_files)
{
	if (books->job && books->job_total > 0)
		snprintf(e->status, sizeof e->status, "%s, %zu of %zu",
			books->job, books->job_done, books->job_total);
	else if (books->job)
		snprintf(e->status, sizeof e->status, "%s", books->job);
	else if (e->failed > 0)
		snprintf(e->status, sizeof e->status, "%zu chapter%s failed",
			e->failed, e->failed == 1 ? "" : "s");
	else if (books->status && !span_is_blank(span_of(books->status)))
		set_status(e, books->status);
	else
		set_status(e, by_files);
	e->state = books->job ? books->job : e->failed > 0 ? "failed" : NULL;
}

static void
find_title(struct overview_episode *e, struct place *p, const char *other)
{
	char *title;

	if (!e->title && find(p, "/chapters.json", "", "")) {
		title = episode_title(p->path, e->id);
		e->title = make_title(title);
		free(title);
	}
	if (!e->title)
		e->title = make_title(other);
	if (!e->title)
		e->title = xstrdup(e->id);
}

bool
overview_read(struct overview_episode *e, const char *outputs,
	const struct overview_books *books)
{
	struct place p;
	json_t *manifest = NULL, *images;
	const char *status;
	bool is_episode;

	*e = (struct overview_episode){ .id = e->id, .micros = books->micros };
	if (snprintf(p.directory, sizeof p.directory, "%s/%s", outputs,
		    e->id) >= (int)sizeof p.directory ||
		!find_directory(&p, ""))
		return false;
	is_episode = find(&p, "/chapters.json", "", "");
	if (find_directory(&p, "/images") &&
		find(&p, "/images/manifest.json", "", "")) {
		is_episode = true;
		manifest = json_read_optional(p.path, OVERVIEW_MANIFEST_MAX);
	}
	if (!is_episode)
		return false;
	images = record_all(manifest);
	e->pictures = json_object_size(images);
	if (e->pictures > 0 &&
		!json_parse_time(json_text(manifest, "generated_at"), &e->time))
		e->time = p.st.st_mtim.tv_sec;
	status = read_chapters(e, &p, images);
	find_picture(e, &p, images);
	find_error(e, &p);
	find_title(e, &p, books->title);
	find_status(e, books, status);
	json_decref(images);
	json_decref(manifest);
	return true;
}
