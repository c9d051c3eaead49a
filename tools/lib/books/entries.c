#define _GNU_SOURCE /* strptime, timegm */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "books/entries.h"
#include "buf.h"
#include "chapter/chapter.h"
#include "chapter/index.h"
#include "err.h"
#include "failure.h"
#include "file.h"
#include "hash.h"
#include "json.h"
#include "or-die.h"

#define NAME_MAX_BYTES 255      /* of a file's name; and of a MIME type */
#define TOKENS_MAX 1e15         /* that a run may say it used */
#define DOLLARS_MAX 1e6         /* the same; json.c has it, too */
#define SECONDS_MAX 1e9         /* the same */
#define VERSION_MAX 1e9         /* of a template */
#define TIME_MAX 253402300799LL /* the end of the year 9999 */

static bool
is_standard_input(const char *path)
{
	return !path || strcmp(path, "-") == 0;
}

/* What file_read() would fail of. */
static int
find_status(const char *path)
{
	struct stat st;

	if (is_standard_input(path))
		return 0;
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		errno = EISDIR;
	else if (access(path, R_OK) == 0)
		errno = 0;
	if (errno) {
		err("%s:", path);
		return errno == ENOENT || errno == ENOTDIR ? EXIT_NO_INPUT
							   : EXIT_IO;
	}
	if (!S_ISREG(st.st_mode) || (size_t)st.st_size <= ENTRIES_MAX)
		return 0;
	err("%s: larger than %zu bytes; it is no manifest", path, ENTRIES_MAX);
	return EXIT_BAD_INPUT;
}

json_t *
entries_read(const char *path, int *status)
{
	struct buf b = BUF_INIT(ENTRIES_MAX);
	struct failure f;
	json_t *value;

	*status = find_status(path);
	if (*status)
		return NULL;
	file_read_or_die(path, &b);
	value = json_parse(file_name(path), b.len ? b.data : "", b.len, &f);
	if (!value)
		err("%s", f.message);
	buf_free(&b);
	*status = EXIT_BAD_INPUT;
	return value;
}

/* A name in images/, and nothing that leads elsewhere. */
static bool
is_inside(const char *path)
{
	static const char images[] = "images/";
	const char *name = path + sizeof images - 1;

	if (strncmp(path, images, sizeof images - 1) != 0 || !name[0] ||
		name[0] == '.' || strlen(name) > NAME_MAX_BYTES)
		return false;
	for (; *name; name++)
		if ((unsigned char)*name < 0x20 || *name == 0x7f ||
			*name == '/')
			return false;
	return true;
}

static void
check_image(struct report *r, const json_t *image)
{
	const char *id, *path, *type;
	const json_t *bytes = json_object_get(image, "size_bytes");
	const json_t *metadata = json_object_get(image, "metadata");

	if (!json_is_object(image)) {
		report_problem(r, "", "must be an object");
		return;
	}
	id = report_text(r, image, "chapter_id", "chapter_id");
	path = report_text(r, image, "file_path", "file_path");
	type = report_text(r, image, "mime_type", "mime_type");
	if (id && !chapter_id_is_valid(id))
		report_problem(r, "chapter_id", "\"%.80s\" is not an id", id);
	if (path && !is_inside(path))
		report_problem(r, "file_path",
			"\"%.80s\" is not a name in images/", path);
	if (type && strlen(type) > NAME_MAX_BYTES)
		report_problem(r, "mime_type", "is longer than %d bytes",
			NAME_MAX_BYTES);
	if (!json_is_integer(bytes) || json_integer_value(bytes) < 0)
		report_problem(r, "size_bytes",
			"must be a whole number, 0 or more");
	if (metadata && !json_is_object(metadata) && !json_is_null(metadata))
		report_problem(r, "metadata", "must be an object");
}

json_t *
entries_of_manifest(const char *path, const json_t *manifest)
{
	struct report r = { .file = file_name(path) };
	const json_t *list = json_object_get(manifest, "images");
	json_t *images = json_object(), *image;
	const char *id;
	size_t i;

	if (!json_is_array(list))
		report_problem(&r, "images", "must be a list");
	json_array_foreach(list, i, image)
	{
		snprintf(r.at, sizeof r.at, "images[%zu]", i);
		check_image(&r, image);
		if (r.count)
			break;
		id = json_text(image, "chapter_id");
		if (json_object_get(images, id)) {
			report_problem(&r, "chapter_id",
				"%s is that of another image, too", id);
			break;
		}
		json_put(images, id, json_incref(image));
	}
	if (r.count == 0)
		return images;
	json_decref(images);
	return NULL;
}

json_t *
entries_of_one(const char *path, json_t *entry)
{
	struct report r = { .file = file_name(path) };
	json_t *images;

	check_image(&r, entry);
	if (r.count)
		return NULL;
	images = json_object();
	json_put(images, json_text(entry, "chapter_id"), json_incref(entry));
	return images;
}

bool
entries_time(const char *s, time_t *time)
{
	struct tm tm = { 0 };
	const char *end = s ? strptime(s, "%Y-%m-%dT%H:%M:%S", &tm) : NULL;

	if (!end)
		return false;
	if (*end == '.')
		end += 1 + strspn(end + 1, "0123456789");
	if (*end && strcmp(end, "Z") != 0 && strcmp(end, "+00:00") != 0)
		return false;
	*time = timegm(&tm);
	return *time >= 0 && *time <= TIME_MAX;
}

/* One that isn't there is 0. */
static void
check_number(struct report *r, const json_t *p, const char *key, double max,
	bool is_whole)
{
	const json_t *value = json_object_get(p, key);
	double n = json_number_value(value);

	if (!value || json_is_null(value))
		return;
	if (!json_is_number(value) || (is_whole && !json_is_integer(value)))
		report_problem(r, key, "must be a %snumber",
			is_whole ? "whole " : "");
	else if (!(n >= 0 && n <= max))
		report_problem(r, key, "must be 0 to %.0f", max);
}

static bool
is_hash(const char *s)
{
	static const char kind[] = "sha256:";

	return strlen(s) == HASH_SIZE - 1 &&
		strncmp(s, kind, sizeof kind - 1) == 0 &&
		strspn(s + sizeof kind - 1, "0123456789abcdef") ==
		HASH_SIZE - sizeof kind;
}

bool
entries_are_all(const json_t *images, const char *index)
{
	bool are_all = true;
	struct failure f;
	struct index x;

	if (access(index, F_OK) != 0)
		return true;
	if (!index_open(&x, index, &f))
		die_of(&f);
	while (index_next(&x))
		are_all = are_all && json_object_get(images, x.id);
	index_close(&x);
	return are_all;
}

bool
entries_is_provenance(const char *path, const json_t *p, const char *id)
{
	struct report r = { .file = file_name(path) };
	const char *of = report_text(&r, p, "episode_id", "episode_id"), *hash;
	const json_t *model = json_object_get(p, "model");
	time_t ended;

	if (of && strcmp(of, id) != 0)
		report_problem(&r, "episode_id", "is %.80s, not %s", of, id);
	if (r.count)
		return false;
	report_text(&r, p, "prompt_name", "prompt_name");
	hash = report_text(&r, p, "prompt_hash", "prompt_hash");
	if (hash && !is_hash(hash))
		report_problem(&r, "prompt_hash", "\"%.80s\" is not a hash",
			hash);
	if (model && !json_is_null(model))
		report_text(&r, p, "model", "model");
	if (!entries_time(json_text(p, "timestamp"), &ended))
		report_problem(&r, "timestamp",
			"must be a time, as 2026-02-28T10:30:00Z");
	check_number(&r, p, "prompt_version", VERSION_MAX, true);
	check_number(&r, p, "input_tokens", TOKENS_MAX, true);
	check_number(&r, p, "output_tokens", TOKENS_MAX, true);
	check_number(&r, p, "cost_usd", DOLLARS_MAX, false);
	check_number(&r, p, "total_cost_usd", DOLLARS_MAX, false);
	check_number(&r, p, "duration_seconds", SECONDS_MAX, false);
	return r.count == 0;
}

time_t
entries_ended(const json_t *p, time_t *began)
{
	double took = json_number_value(json_object_get(p, "duration_seconds"));
	time_t ended = 0;

	entries_time(json_text(p, "timestamp"), &ended);
	*began = took < (double)ended ? ended - (time_t)(took + 0.5) : 0;
	return ended;
}

bool
entries_id(const char *dir, size_t len, char id[ENTRIES_ID_SIZE])
{
	const char *end = dir + len, *begin;

	while (end > dir && end[-1] == '/')
		end--;
	for (begin = end; begin > dir && begin[-1] != '/'; begin--)
		;
	if (end - begin >= ENTRIES_ID_SIZE)
		return false;
	snprintf(id, ENTRIES_ID_SIZE, "%.*s", (int)(end - begin), begin);
	return episode_id_is_valid(id);
}

bool
entries_id_of_entry(const char *path, char id[ENTRIES_ID_SIZE])
{
	static const char dir[] = "/imagegen", suffix[] = ".entry.json";
	const char *name = path ? strrchr(path, '/') : NULL;
	size_t len = path ? strlen(path) : 0;

	if (!name || (size_t)(name - path) < sizeof dir ||
		memcmp(name - (sizeof dir - 1), dir, sizeof dir - 1) != 0 ||
		strlen(name) < sizeof suffix ||
		strcmp(path + len - (sizeof suffix - 1), suffix) != 0)
		return false;
	return entries_id(path, (size_t)(name - path) - (sizeof dir - 1), id);
}

char *
entries_title(const char *path, const char *id)
{
	json_t *doc = json_read_optional(path, CHAPTER_INPUT_MAX);
	const char *is = json_text(doc, "episode_id");
	const char *text = json_text(doc, "title");
	char *title = NULL;

	if (is && strcmp(is, id) == 0 && text &&
		text[strspn(text, " \t\r\n")] &&
		strlen(text) <= CHAPTER_TEXT_MAX)
		title = xstrdup(text);
	json_decref(doc);
	return title;
}
