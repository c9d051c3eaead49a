#define _GNU_SOURCE /* memmem */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "chapter/chapter.h"
#include "chapter/index.h"
#include "file.h"
#include "json.h"
#include "page/workings.h"
#include "paid/answer.h"

#define LOG_MAX ((size_t)64 << 20) /* bytes; a larger one is not read */
#define REFUSAL_MAX 16384          /* bytes that are shown */
#define TAIL_MAX 8192 /* bytes at the end of an answer, with all its facts */

/* false where it would be too long. */
static bool
path_of(char path[PATH_MAX], const char *directory, const char *id,
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

/* The first bytes of a file, or the last, and a NUL; their number. */
static size_t
peek(const char *path, char *to, size_t size, bool at_end)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;
	ssize_t n = 0;
	off_t from = 0;

	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		if (at_end && st.st_size > (off_t)size - 1)
			from = st.st_size - (off_t)size + 1;
		n = pread(fd, to, size - 1, from);
	}
	if (fd >= 0)
		close(fd);
	to[n > 0 ? n : 0] = '\0';
	return n > 0 ? (size_t)n : 0;
}

json_t *
workings_ids(const char *directory)
{
	struct buf b = BUF_INIT(INDEX_MAX + 1);
	char path[PATH_MAX];
	json_t *ids = json_object();
	bool good;
	size_t n;

	buf_grow(&b, INDEX_MAX + 1);
	n = path_of(path, directory, "chapters", ".index")
		? peek(path, b.data, INDEX_MAX + 1, false)
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

json_t *
workings_read(const char *directory, const char *id, const char *suffix)
{
	char path[PATH_MAX];
	struct stat st;
	json_t *file =
		path_of(path, directory, id, suffix) && is_file(path, &st)
		? json_read_optional(path, CHAPTER_INPUT_MAX)
		: NULL;
	const char *of = json_text(file, "chapter_id");

	if (of && strcmp(of, id) == 0)
		return file;
	json_decref(file);
	return NULL;
}

/* To read the picture takes long, and it isn't asked for.  Our files have the
 * facts at their end, on lines of their own; no string has a newline in it. */
static json_t *
read_tail(const char *path)
{
	static const char begin[] = "\n  \"request_sha256\": ";
	struct buf object = BUF_INIT(TAIL_MAX + 1);
	char tail[TAIL_MAX];
	const char *facts = memmem(tail, peek(path, tail, sizeof tail, true),
		begin, sizeof begin - 1);
	json_t *answer;

	if (!facts)
		return NULL;
	buf_addf(&object, "{%s", facts);
	answer = json_loadb(object.data, object.len, JSON_REJECT_DUPLICATES,
		NULL);
	buf_free(&object);
	return answer;
}

json_t *
workings_answer(const char *directory, const char *id)
{
	char path[PATH_MAX];
	struct stat st;
	json_t *answer;

	if (!path_of(path, directory, id, ".response.json") ||
		!is_file(path, &st))
		return NULL;
	answer = read_tail(path);
	/* else somebody has printed it in another way */
	return answer ? answer : answer_peek(path);
}

/* The last line of a chapter counts; one of a step takes its error back. */
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

/* Those that are as old as their chapter's record are of before it. */
static void
drop_old(json_t *errors, const char *directory, const struct timespec *time)
{
	char path[PATH_MAX];
	struct stat made;
	const char *id;
	json_t *why;
	void *next;

	json_object_foreach_safe(errors, next, id, why)
	{
		if (json_is_null(why) ||
			(path_of(path, directory, id, ".entry.json") &&
				is_file(path, &made) &&
				!is_earlier(&made.st_mtim, time)))
			json_object_del(errors, id);
	}
}

json_t *
workings_errors(const char *directory)
{
	struct buf log = BUF_INIT(LOG_MAX);
	json_t *errors = json_object();
	char path[PATH_MAX];
	struct stat st;

	if (path_of(path, directory, "log", "") && is_file(path, &st) &&
		file_read(path, &log, NULL) && log.len) {
		for (char *s = log.data, *end; (end = strchr(s, '\n'));
			s = end + 1)
			take_line(errors, s, (size_t)(end - s));
		drop_old(errors, directory, &st.st_mtim);
	}
	buf_free(&log);
	return errors;
}

bool
workings_lost_own(const char *directory, const char *id)
{
	char path[PATH_MAX];
	struct stat st;
	int n = snprintf(path, PATH_MAX, "%s/own/%s.png", directory, id);

	return n > 0 && n < PATH_MAX && lstat(path, &st) != 0 &&
		path_of(path, directory, "own/", id) && is_file(path, &st);
}

char *
workings_refusal(const char *directory)
{
	struct buf lines = BUF_INIT(REFUSAL_MAX + 1);
	struct stat said, chapters;
	char path[PATH_MAX];

	if (snprintf(path, sizeof path, "%s/chapters.json", directory) >=
			(int)sizeof path ||
		stat(path, &chapters) != 0 ||
		!path_of(path, directory, "chapters", ".errors") ||
		!is_file(path, &said) ||
		is_earlier(&said.st_mtim, &chapters.st_mtim))
		return NULL;
	buf_grow(&lines, REFUSAL_MAX + 1);
	if (peek(path, lines.data, REFUSAL_MAX + 1, false) > 0)
		return lines.data;
	buf_free(&lines);
	return NULL;
}
