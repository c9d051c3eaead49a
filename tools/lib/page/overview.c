#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "books/ledger.h"
#include "buf.h"
#include "chapter/chapter.h"
#include "chapter/episode.h"
#include "chapter/manifest.h"
#include "json.h"
#include "page/chapter-view.h"
#include "page/html.h"
#include "page/overview.h"
#include "page/picture-url.h"
#include "report/table-print.h"
#include "span.h"

#define TIME_SIZE 32
#define URL_MAX 1024 /* bytes */
#define SEPARATOR " · "
#define TITLE_CODEPOINTS 300 /* a longer title is cut */
#define STATUS_CODEPOINTS 40 /* the same */

/* A path in the directory of an episode. */
struct file_path {
	char directory[OVERVIEW_PATH_MAX]; /* the episode's */
	char path[OVERVIEW_PATH_MAX];
	struct stat st;
};

static bool
stat_path(struct file_path *p, const char *dir, const char *name,
	const char *suffix)
{
	int n = snprintf(p->path, sizeof p->path, "%s%s%s%s", p->directory, dir,
		name, suffix);

	return n < (int)sizeof p->path && lstat(p->path, &p->st) == 0 &&
		access(p->path, R_OK) == 0;
}

static bool
find_directory(struct file_path *p, const char *dir)
{
	return stat_path(p, dir, "", "") && S_ISDIR(p->st.st_mode);
}

static bool
find_file(struct file_path *p, const char *dir, const char *name,
	const char *suffix)
{
	return stat_path(p, dir, name, suffix) && S_ISREG(p->st.st_mode);
}

/* Use the picture of a chapter if it was drawn, and has a thumbnail. */
static void
use_picture(struct overview_episode *e, struct file_path *p, const char *id,
	const json_t *image)
{
	const char *type = json_text(image, "visual_type");
	struct buf url = BUF_INIT(URL_MAX);
	char name[CHAPTER_ID_MAX + sizeof ".png"];

	if (!type || chapter_type_is_card(type) ||
		!find_file(p, "/images/thumbs/", id, ".png"))
		return;
	snprintf(name, sizeof name, "%s.png", id);
	picture_url_add(&url, e->id, URL_THUMBNAIL, name, image);
	e->picture = url.data;
}

/* Find the first picture of the manifest; before the first run has ended, the
 * first picture that the run has drawn. */
static void
find_picture(struct overview_episode *e, struct file_path *p, json_t *images)
{
	struct episode_view view;
	struct chapter_view v;
	const char *id;
	json_t *image;

	if (!find_directory(p, "/images/thumbs"))
		return;
	json_object_foreach(images, id, image)
	{
		if (!e->picture)
			use_picture(e, p, id, image);
	}
	if (json_object_size(images) > 0 || !find_directory(p, "/imagegen"))
		return;
	episode_view_read(&view, p->directory);
	json_object_foreach(view.chapters, id, image)
	{
		if (e->picture)
			break;
		chapter_view_read(&v, id, NULL, &view);
		use_picture(e, p, id, v.record);
		chapter_view_free(&v);
	}
	episode_view_free(&view);
}

/* The title, cut if it is long; NULL if it has only spaces. */
static char *
make_title(const char *s)
{
	struct buf title = BUF_INIT(CHAPTER_TEXT_MAX + 8);
	size_t n;

	if (!s || span_is_space(span_of(s)) || strlen(s) > CHAPTER_TEXT_MAX)
		return NULL;
	n = span_cut(span_of(s), TITLE_CODEPOINTS);
	buf_addf(&title, "%.*s%s", (int)n, s, s[n] ? "…" : "");
	return title.data;
}

/* The title in a chapter's slice. */
static char *
read_title(const char *directory, const char *episode, const char *chapter)
{
	char *text = chapter_view_episode_title(directory, chapter, episode);
	char *title = make_title(text);

	free(text);
	return title;
}

/*
 * Count the chapters of the index, and those that failed.  Returns a status.
 * Before the first run has ended, there is no manifest, and the entries are
 * counted as pictures.
 */
static const char *
read_chapters(struct overview_episode *e, struct file_path *p,
	const json_t *images)
{
	struct episode_view v;
	const char *id, *first;
	json_t *ignored;
	bool is_missing = false;

	episode_view_read(&v,
		find_directory(p, "/imagegen") ? p->directory : NULL);
	first = json_object_iter_key(json_object_iter(v.chapters));
	e->chapters = json_object_size(v.chapters ? v.chapters : images);
	json_object_foreach(v.chapters, id, ignored)
	{
		(void)ignored;
		if (id == first)
			e->title = read_title(p->directory, e->id, id);
		e->failed += json_object_get(v.errors, id) != NULL;
		if (!json_object_get(images, id))
			is_missing = true;
		if (!e->time && find_file(p, "/imagegen/", id, ".entry.json"))
			e->pictures++;
	}
	episode_view_free(&v);
	if (e->pictures == 0)
		return "no pictures yet";
	return is_missing ? "unfinished" : "done";
}

/* Find the first reason why make refused the chapters.json. */
static void
find_error(struct overview_episode *e, struct file_path *p)
{
	char *lines = find_file(p, "/chapters.json", "", "") &&
			find_directory(p, "/imagegen")
		? episode_view_refusal(p->directory)
		: NULL;
	size_t n;

	if (!lines)
		return;
	lines[strcspn(lines, "\n")] = '\0';
	n = span_cut(span_of(lines), TITLE_CODEPOINTS);
	snprintf(e->error, sizeof e->error, "%.*s", (int)n, lines);
	free(lines);
}

static void
set_status(struct overview_episode *e, const char *status)
{
	size_t n = span_cut(span_of(status), STATUS_CODEPOINTS);

	snprintf(e->status, sizeof e->status, "%.*s", (int)n, status);
	for (char *s = e->status; *s; s++)
		*s = (char)(*s == '_' ? ' ' : tolower((unsigned char)*s));
}

/* A job goes before a failed chapter, a failed chapter before the status in the
 * database. */
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
	else if (books->status && !span_is_space(span_of(books->status)))
		set_status(e, books->status);
	else
		set_status(e, by_files);
	e->state = books->job ? books->job : e->failed > 0 ? "failed" : NULL;
}

static void
find_title(struct overview_episode *e, struct file_path *p, const char *other)
{
	char *title;

	if (!e->title && find_file(p, "/chapters.json", "", "")) {
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
	struct file_path p;
	json_t *manifest = NULL, *images;
	const char *status;
	bool is_episode;

	*e = (struct overview_episode){ .id = e->id, .micros = books->micros };
	if (snprintf(p.directory, sizeof p.directory, "%s/%s", outputs,
		    e->id) >= (int)sizeof p.directory ||
		!find_directory(&p, ""))
		return false;
	is_episode = find_file(&p, "/chapters.json", "", "");
	if (find_directory(&p, "/images") &&
		find_file(&p, "/" MANIFEST_PATH, "", "")) {
		is_episode = true;
		manifest = json_read_optional(p.path, OVERVIEW_MANIFEST_MAX);
	}
	if (!is_episode)
		return false;
	images = manifest_images(manifest);
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

/* --- the page */

int
overview_order(const void *a, const void *b)
{
	const struct overview_episode *x = a, *y = b;

	if (x->time != y->time)
		return x->time > y->time ? -1 : 1;
	return strcmp(x->id, y->id);
}

static const char *
plural(size_t n)
{
	return n == 1 ? "" : "s";
}

static void
add_cost(struct buf *b, long long micros)
{
	char money[TABLE_PRINT_MONEY_SIZE];

	if (micros >= 0)
		buf_addf(b, SEPARATOR "%s", table_print_money(money, micros));
}

static void
add_head(struct buf *b, const struct overview_episode *list, size_t count)
{
	size_t pictures = 0;
	long long micros = 0;

	for (size_t i = 0; i < count; i++) {
		pictures += list[i].pictures;
		/* -1: the costs are not known, of any episode */
		if (list[i].micros < 0)
			micros = -1;
		else if ((micros += list[i].micros) > LEDGER_SUM_MAX)
			micros = LEDGER_SUM_MAX;
	}
	buf_addf(b,
		"<header class=\"top\"><h1>Episodes</h1>\n"
		"<p class=\"id\">%zu episode%s" SEPARATOR "%zu picture%s",
		count, plural(count), pictures, plural(pictures));
	add_cost(b, micros);
	buf_adds(b, "</p></header>\n");
}

static void
add_empty(struct buf *b, const char *outputs)
{
	html_addf(b,
		"<p class=\"empty\">There is no episode yet. An episode is a "
		"file <code>%s/EP/chapters.json</code>; to draw it, run "
		"<code>make imagegen EP=EP</code>. For an example, run "
		"<code>make demo</code>.</p>\n",
		outputs);
}

/* Add the status as a class: other bytes than a-z and 0-9 become "-". */
static void
add_class(struct buf *b, const char *status)
{
	for (; *status; status++)
		buf_addf(b, "%c",
			islower((unsigned char)*status) ||
					isdigit((unsigned char)*status)
				? *status
				: '-');
}

static void
add_time(struct buf *b, time_t time)
{
	char exact[TIME_SIZE], readable[TIME_SIZE];
	struct tm tm;

	if (time <= 0 || !gmtime_r(&time, &tm))
		return;
	strftime(exact, sizeof exact, "%Y-%m-%dT%H:%M:%SZ", &tm);
	strftime(readable, sizeof readable, "%Y-%m-%d %H:%M UTC", &tm);
	buf_addf(b, SEPARATOR "<time datetime=\"%s\">%s</time>", exact,
		readable);
}

static void
add_picture(struct buf *b, const struct overview_episode *e)
{
	if (!e->picture) {
		buf_adds(b, "<div class=\"picture none\"></div>\n");
		return;
	}
	html_addf(b,
		"<a class=\"picture\" href=\"/episodes/%s\" tabindex=\"-1\" "
		"aria-hidden=\"true\"><img src=\"%s\" alt=\"\" "
		"width=\"480\" height=\"270\" loading=\"lazy\" "
		"decoding=\"async\"></a>\n",
		e->id, e->picture);
}

static void
add_card(struct buf *b, const struct overview_episode *e)
{
	buf_adds(b, "<li class=\"card\" data-status=\"");
	add_class(b, e->state ? e->state : e->status);
	buf_adds(b, "\">");
	add_picture(b, e);
	html_addf(b,
		"<h2><a href=\"/episodes/%s\" lang=\"\">%s</a></h2>\n"
		"<p class=\"id\"><code>%s</code></p>\n"
		"<p class=\"badges\"><span class=\"badge status ",
		e->id, e->title, e->id);
	add_class(b, e->state ? e->state : e->status);
	html_addf(b, "\">%s</span></p>\n<p class=\"facts\">", e->status);
	if (e->chapters > 0)
		buf_addf(b, "%zu of %zu picture%s", e->pictures, e->chapters,
			plural(e->chapters));
	else
		buf_addf(b, "%zu picture%s", e->pictures, plural(e->pictures));
	if (e->failed > 0)
		buf_addf(b, SEPARATOR "%zu failed", e->failed);
	add_cost(b, e->micros);
	add_time(b, e->time);
	buf_adds(b, "</p>");
	if (e->error[0])
		html_addf(b, "\n<p class=\"error\">%s</p>", e->error);
	buf_adds(b, "</li>\n");
}

void
overview_add(struct buf *b, const char *outputs,
	const struct overview_episode *list, size_t count)
{
	add_head(b, list, count);
	buf_adds(b, "<main>\n");
	if (count == 0)
		add_empty(b, outputs);
	else
		buf_adds(b, "<ol class=\"grid\">\n");
	for (size_t i = 0; i < count; i++)
		add_card(b, &list[i]);
	buf_adds(b, count ? "</ol>\n</main>\n" : "</main>\n");
}

void
overview_free(struct overview_episode *e)
{
	free(e->title);
	free(e->picture);
}
