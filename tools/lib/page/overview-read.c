#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "chapter.h"
#include "entries.h"
#include "file.h"
#include "hash.h"
#include "index.h"
#include "json.h"
#include "overview.h"
#include "span.h"

#define TITLE_LETTERS 300 /* more are cut */
#define STATUS_LETTERS 40 /* the same */
#define HASH_LETTERS 16   /* that a URL has */

/* A file of an episode, while it is read. */
struct place {
	const char *outputs;
	const char *id;
	char path[OVERVIEW_PATH_MAX];
	struct stat st;
};

static bool
look(struct place *p, const char *dir, const char *name, const char *suffix)
{
	snprintf(p->path, sizeof p->path, "%s/%s%s%s%s", p->outputs, p->id, dir,
		name, suffix);
	return lstat(p->path, &p->st) == 0 && access(p->path, R_OK) == 0;
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

static json_t *
peek(struct place *p, const char *dir, const char *name, const char *suffix,
	size_t max)
{
	return find(p, dir, name, suffix) ? json_peek(p->path, max) : NULL;
}

static bool
is_earlier(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec != b->tv_sec ? a->tv_sec < b->tv_sec
				      : a->tv_nsec < b->tv_nsec;
}

/* The manifest's pictures, by the chapters' ids; the first of one id counts. */
static json_t *
read_images(const json_t *manifest)
{
	json_t *images = json_object(), *image;
	const char *id;
	size_t i;

	json_array_foreach(json_object_get(manifest, "images"), i, image)
	{
		id = json_text(image, "chapter_id");
		if (id && chapter_id_is_valid(id) &&
			!json_object_get(images, id))
			json_put(images, id, json_incref(image));
	}
	return images;
}

/* The first that was drawn, not a card; and has a thumbnail. */
static void
find_picture(struct overview_episode *e, struct place *p, json_t *images)
{
	static const char kind[] = "sha256:";
	const char *id, *type, *hash;
	json_t *image;

	if (!find_directory(p, "/images/thumbs"))
		return;
	json_object_foreach(images, id, image)
	{
		type = json_text(image, "visual_type");
		hash = json_text(json_object_get(image, "metadata"), "sha256");
		if (!type || chapter_type_is_card(type) ||
			!find(p, "/images/thumbs/", id, ".png"))
			continue;
		if (!hash || strncmp(hash, kind, sizeof kind - 1) != 0 ||
			strspn(hash + sizeof kind - 1, "0123456789abcdef") !=
				HASH_SIZE - sizeof kind)
			hash = kind;
		hash += sizeof kind - 1;
		snprintf(e->picture, sizeof e->picture, "%s.png%s%.*s", id,
			*hash ? "?" : "", HASH_LETTERS, hash);
		return;
	}
}

/* Whether the chapter's last step in make failed, and none since was good. */
static bool
has_failed(struct place *p, const char *id, bool *has_record)
{
	struct timespec record;

	*has_record = find(p, "/imagegen/", id, ".entry.json");
	record = p->st.st_mtim;
	return find(p, "/imagegen/", id, ".error") && p->st.st_size > 0 &&
		(!*has_record || is_earlier(&record, &p->st.st_mtim));
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
read_title(struct place *p, const char *chapter)
{
	json_t *slice = peek(p, "/imagegen/", chapter, ".chapter.json",
		CHAPTER_INPUT_MAX);
	const char *of = json_text(slice, "episode_id");
	char *title = of && strcmp(of, p->id) == 0
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
	struct buf text = BUF_INIT(INDEX_MAX);
	bool is_missing = false, has_record;
	char *rest;

	if (!find_directory(p, "/imagegen") ||
		!find(p, "/imagegen/", "chapters", ".index") ||
		(size_t)p->st.st_size > INDEX_MAX) {
		e->chapters = json_object_size(images);
		return e->pictures > 0 ? "done" : "no pictures yet";
	}
	file_read(p->path, &text);
	rest = text.data;
	for (char *id; (id = strtok_r(rest, "\n", &rest));) {
		if (!chapter_id_is_valid(id))
			continue;
		if (e->chapters++ == 0)
			e->title = read_title(p, id);
		if (has_failed(p, id, &has_record))
			e->failed++;
		if (!json_object_get(images, id))
			is_missing = true;
		if (!e->time && has_record)
			e->pictures++;
	}
	buf_free(&text);
	if (e->pictures == 0 && e->failed == 0)
		return "no pictures yet";
	return is_missing || e->failed > 0 ? "unfinished" : "done";
}

/* What was said first when make refused the chapters as they are. */
static void
find_error(struct overview_episode *e, struct place *p)
{
	struct buf text = BUF_INIT(INDEX_MAX);
	struct timespec chapters;
	size_t n;

	if (!find(p, "/chapters.json", "", ""))
		return;
	chapters = p->st.st_mtim;
	if (!find_directory(p, "/imagegen") ||
		!find(p, "/imagegen/", "chapters", ".errors") ||
		(size_t)p->st.st_size > INDEX_MAX ||
		is_earlier(&p->st.st_mtim, &chapters))
		return;
	file_read(p->path, &text);
	n = span_cut(span_of(text.data), TITLE_LETTERS);
	snprintf(e->error, sizeof e->error, "%.*s", (int)n, text.data);
	e->error[strcspn(e->error, "\n")] = '\0';
	buf_free(&text);
}

static void
set_status(struct overview_episode *e, const char *status)
{
	size_t n = span_cut(span_of(status), STATUS_LETTERS);

	snprintf(e->status, sizeof e->status, "%.*s", (int)n, status);
	for (char *s = e->status; *s; s++)
		*s = (char)(*s == '_' ? ' ' : tolower((unsigned char)*s));
}

static void
find_title(struct overview_episode *e, struct place *p, const char *other)
{
	char *title;

	if (!e->title && find(p, "/chapters.json", "", "")) {
		title = entries_title(p->path, e->id);
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
	struct place p = { .outputs = outputs, .id = e->id };
	json_t *manifest = NULL, *images;
	const char *status;
	bool is_episode;

	*e = (struct overview_episode){ .id = e->id, .micros = books->micros };
	if (!find_directory(&p, ""))
		return false;
	is_episode = find(&p, "/chapters.json", "", "");
	if (find_directory(&p, "/images") &&
		find(&p, "/images/manifest.json", "", "")) {
		is_episode = true;
		manifest = json_peek(p.path, OVERVIEW_MANIFEST_MAX);
	}
	if (!is_episode)
		return false;
	images = read_images(manifest);
	e->pictures = json_object_size(images);
	if (e->pictures > 0 &&
		!entries_time(json_text(manifest, "generated_at"), &e->time))
		e->time = p.st.st_mtim.tv_sec;
	status = read_chapters(e, &p, images);
	find_picture(e, &p, images);
	find_error(e, &p);
	find_title(e, &p, books->title);
	if (books->status && !span_is_blank(span_of(books->status)))
		status = books->status;
	set_status(e, status);
	json_decref(images);
	json_decref(manifest);
	return true;
}
