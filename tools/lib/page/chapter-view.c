#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "chapter/chapter.h"
#include "chapter/index.h"
#include "chapter/manifest.h"
#include "file.h"
#include "json.h"
#include "page/chapter-view.h"
#include "paid/answer.h"

#define LOG_MAX ((size_t)64 << 20) /* bytes; a larger one is not read */
#define REFUSAL_MAX 16384          /* bytes that are shown */

enum { SLICE, ENTRY, PROMPT, RESPONSE };

/* Print the path of a file in imagegen/; false: it is too long. */
static bool
print_path(char path[PATH_MAX], const char *directory, const char *id,
	const char *suffix)
{
	int n = snprintf(path, PATH_MAX, "%s/imagegen/%s%s", directory, id,
		suffix);

	return n > 0 && n < PATH_MAX;
}

static bool
is_file(const char *path, struct stat *st)
{
	return lstat(path, st) == 0 && S_ISREG(st->st_mode) &&
		access(path, R_OK) == 0;
}

static bool
is_earlier(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec != b->tv_sec ? a->tv_sec < b->tv_sec
				      : a->tv_nsec < b->tv_nsec;
}

/* Read the first bytes of a file, and add a NUL; returns their number. */
static size_t
read_beginning(const char *path, char *to, size_t size)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;
	ssize_t n = 0;

	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		n = read(fd, to, size - 1);
	if (fd >= 0)
		close(fd);
	to[n > 0 ? n : 0] = '\0';
	return n > 0 ? (size_t)n : 0;
}

/* Read a file of the chapter; NULL if its chapter_id is another. */
static json_t *
read_file(const char *directory, const char *id, const char *suffix)
{
	char path[PATH_MAX];
	struct stat st;
	json_t *file =
		print_path(path, directory, id, suffix) && is_file(path, &st)
		? json_read_optional(path, CHAPTER_INPUT_MAX)
		: NULL;
	const char *chapter = json_text(file, "chapter_id");

	if (chapter && strcmp(chapter, id) == 0)
		return file;
	json_decref(file);
	return NULL;
}

/* Read ID.response.json, without the picture. */
static json_t *
read_answer(const char *directory, const char *id)
{
	char path[PATH_MAX];
	struct stat st;

	return print_path(path, directory, id, ".response.json") &&
			is_file(path, &st)
		? answer_peek(path)
		: NULL;
}

/* --- the episode */

static json_t *
read_ids(const char *directory)
{
	struct buf b = BUF_INIT(INDEX_MAX + 1);
	char path[PATH_MAX];
	json_t *ids = json_object();
	bool good;
	size_t n;

	buf_grow(&b, INDEX_MAX + 1);
	n = print_path(path, directory, "chapters", ".index")
		? read_beginning(path, b.data, INDEX_MAX + 1)
		: 0;
	good = n > 0 && strlen(b.data) == n;
	for (char *id = b.data, *end; good && *id; id = end) {
		end = id + strcspn(id, "\n");
		if (*end)
			*end++ = '\0';
		good = chapter_id_is_valid(id);
		if (good)
			json_put(ids, id, json_null());
	}
	buf_free(&b);
	if (good)
		return ids;
	json_decref(ids);
	return NULL;
}

/* The last line of a chapter counts: a step that succeeds removes its error. */
static void
take_line(json_t *errors, const char *s, size_t len)
{
	json_t *line = json_loadb(s, len, 0, NULL), *why;
	const json_t *status = json_object_get(line, "status");
	const char *id = json_text(line, "chapter");
	const char *tool = json_text(line, "tool");
	const char *message = json_text(line, "message");

	if (id && chapter_id_is_valid(id) && tool && message && status) {
		why = json_is_integer(status) && json_integer_value(status) == 0
			? json_null()
			: json_sprintf("%s: %s", tool, message);
		json_put(errors, id, why);
	}
	json_decref(line);
}

/* Drop each error that isn't newer than the entry of its chapter. */
static void
drop_old_errors(json_t *errors, const char *directory,
	const struct timespec *time)
{
	char path[PATH_MAX];
	struct stat made;
	const char *id;
	json_t *why;
	void *next;

	json_object_foreach_safe(errors, next, id, why)
	{
		if (json_is_null(why) ||
			(print_path(path, directory, id, ".entry.json") &&
				is_file(path, &made) &&
				!is_earlier(&made.st_mtim, time)))
			json_object_del(errors, id);
	}
}

static json_t *
read_errors(const char *directory)
{
	struct buf log = BUF_INIT(LOG_MAX);
	json_t *errors = json_object();
	char path[PATH_MAX];
	struct stat st;

	if (print_path(path, directory, "log", "") && is_file(path, &st) &&
		file_read(path, &log, NULL) && log.len) {
		for (char *s = log.data, *end; (end = strchr(s, '\n'));
			s = end + 1)
			take_line(errors, s, (size_t)(end - s));
		drop_old_errors(errors, directory, &st.st_mtim);
	}
	buf_free(&log);
	return errors;
}

void
episode_view_read(struct episode_view *e, const char *directory)
{
	*e = (struct episode_view){ .directory = directory };
	if (!directory)
		return;
	e->chapters = read_ids(directory);
	e->errors = read_errors(directory);
}

void
episode_view_free(struct episode_view *e)
{
	json_decref(e->chapters);
	json_decref(e->errors);
}

char *
episode_view_refusal(const char *directory)
{
	struct buf lines = BUF_INIT(REFUSAL_MAX + 1);
	struct stat refused, chapters;
	char path[PATH_MAX];

	if (snprintf(path, sizeof path, "%s/chapters.json", directory) >=
			(int)sizeof path ||
		stat(path, &chapters) != 0 ||
		!print_path(path, directory, "chapters", ".errors") ||
		!is_file(path, &refused) ||
		is_earlier(&refused.st_mtim, &chapters.st_mtim))
		return NULL;
	buf_grow(&lines, REFUSAL_MAX + 1);
	if (read_beginning(path, lines.data, REFUSAL_MAX + 1) > 0)
		return lines.data;
	buf_free(&lines);
	return NULL;
}

/* --- a chapter */

static const char *
text(const json_t *object, const char *key)
{
	const char *s = json_text(object, key);

	return s ? s : "";
}

/* The name of the picture; "": there is none, or it is not a PNG. */
static const char *
find_picture(const json_t *record)
{
	static const char suffix[] = ".png";
	const char *name = manifest_picture(record);
	size_t len = name ? strlen(name) : 0;

	return len >= sizeof suffix &&
			strcmp(name + len - sizeof suffix + 1, suffix) == 0
		? name
		: "";
}

static void
take_record(struct chapter_view *v, const json_t *record)
{
	v->record = record;
	v->metadata = json_object_get(record, "metadata");
	v->hash = manifest_hash(record);
	v->picture = find_picture(record);
}

/* Whether the picture still exists. */
static bool
has_picture(const struct chapter_view *v, const char *directory)
{
	char path[PATH_MAX];
	struct stat st;
	int n = snprintf(path, sizeof path, "%s/images/%s", directory,
		v->picture);

	return n > 0 && n < PATH_MAX && stat(path, &st) == 0;
}

/* Find the answers.  The answer in imagegen/ may be newer than the picture, so
 * its request_id is used only if the hash is the same. */
static void
find_answers(struct chapter_view *v, const char *directory)
{
	const char *picture;

	if (!v->record)
		v->files[PROMPT] = read_file(directory, v->id, ".prompt.json");
	v->prompt_facts = v->files[PROMPT];
	if (*text(v->metadata, "request_sha256"))
		v->files[RESPONSE] = read_answer(directory, v->id);
	v->picture_facts = v->files[RESPONSE];
	picture = text(v->picture_facts, "picture_sha256");
	if (*v->hash && strcmp(picture, text(v->metadata, "sha256")) == 0)
		v->request_id = text(v->picture_facts, "request_id");
}

/* Whether the picture came from own/, and was removed from there. */
static bool
has_lost_own(const char *directory, const char *id)
{
	char path[PATH_MAX];
	struct stat st;
	int n = snprintf(path, PATH_MAX, "%s/own/%s.png", directory, id);

	return n > 0 && n < PATH_MAX && lstat(path, &st) != 0 &&
		print_path(path, directory, "own/", id) && is_file(path, &st);
}

static void
read_files(struct chapter_view *v, const char *directory)
{
	json_t **files = v->files;

	files[SLICE] = read_file(directory, v->id, ".chapter.json");
	files[ENTRY] = read_file(directory, v->id, ".entry.json");
	if (files[ENTRY])
		take_record(v, files[ENTRY]);
	if (v->picture[0] && !has_picture(v, directory))
		take_record(v, NULL);
	if (has_lost_own(directory, v->id)) {
		v->has_lost_own = true;
		if (v->error[0])
			take_record(v, NULL);
	}
	find_answers(v, directory);
}

static const char *
find_method(const struct chapter_view *v)
{
	const char *method = text(v->record, "generation_method");

	if (v->error[0])
		return "failed";
	if (!v->record)
		return "missing";
	if (!strcmp(method, "template") || !strcmp(method, "storyboard") ||
		!strcmp(method, "manual"))
		return method;
	return "generated";
}

/* s, or other if s is "". */
static const char *
first_of(const char *s, const char *other)
{
	return *s ? s : other;
}

void
chapter_view_read(struct chapter_view *v, const char *id, const json_t *record,
	const struct episode_view *e)
{
	const json_t *slice, *visual;

	*v = (struct chapter_view){
		.id = id, .picture = "", .hash = "", .request_id = ""
	};
	v->error = text(e->errors, id);
	if (record)
		take_record(v, record);
	if (e->directory)
		read_files(v, e->directory);
	slice = v->files[SLICE];
	visual = json_object_get(slice, "visual");
	v->title = first_of(text(slice, "title"),
		text(v->record, "chapter_title"));
	v->type =
		first_of(text(visual, "type"), text(v->record, "visual_type"));
	v->description =
		first_of(text(visual, "description"), text(v->metadata, "alt"));
	v->episode_title = text(slice, "episode_title");
	v->narration = text(json_object_get(slice, "narration"), "text");
	v->prompt = first_of(text(v->record, "prompt"),
		v->record ? "" : text(v->prompt_facts, "prompt"));
	v->method = find_method(v);
	v->is_drawn = *v->type && !chapter_type_is_card(v->type);
	v->can_draw_again = v->is_drawn &&
		(v->has_lost_own ||
			strcmp(text(v->record, "generation_method"),
				"manual") != 0);
}

void
chapter_view_free(struct chapter_view *v)
{
	for (size_t i = 0; i < sizeof v->files / sizeof *v->files; i++)
		json_decref(v->files[i]);
}

char *
chapter_view_episode_title(const char *directory, const char *id,
	const char *episode_id)
{
	json_t *slice = read_file(directory, id, ".chapter.json");
	const char *title = strcmp(text(slice, "episode_id"), episode_id) == 0
		? json_text(slice, "episode_title")
		: NULL;
	char *copy = title ? xstrdup(title) : NULL;

	json_decref(slice);
	return copy;
}
