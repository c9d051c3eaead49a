#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "chapter/chapter.h"
#include "chapter/index.h"
#include "chapter/manifest.h"
#include "file.h"
#include "json.h"
#include "paid/answer.h"
#include "paid/references.h"

#define PATH_LENGTH_MAX 4096
#define DIR_LENGTH_MAX (PATH_LENGTH_MAX - 128) /* without a file's name */

/* Call each() for the names in a directory, in order.  A directory that doesn't
 * exist is empty. */
static void
each_name(const char *dir, int (*is_one)(const struct dirent *),
	void (*each)(const char *dir, const char *name, json_t *all),
	json_t *all)
{
	struct dirent **names;
	int n = scandir(dir, &names, is_one, alphasort);

	for (int i = 0; i < n; i++) {
		each(dir, names[i]->d_name, all);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
}

static int
is_episode(const struct dirent *file)
{
	return episode_id_is_valid(file->d_name);
}

static const char *
print_path(char path[PATH_LENGTH_MAX], const char *dir, const char *id,
	const char *suffix)
{
	snprintf(path, PATH_LENGTH_MAX, "%s/%s%s", dir, id, suffix);
	return path;
}

static const char *
prompt_hash(const json_t *prompt)
{
	return json_text(json_object_get(prompt, "llm"), "request_sha256");
}

static const char *
picture_hash(const json_t *entry)
{
	return json_text(json_object_get(entry, "metadata"), "request_sha256");
}

static json_t *
peek_answer(const char *path)
{
	return access(path, R_OK) == 0 ? answer_peek(path) : NULL;
}

/* Whether the picture was drawn with this prompt of the LLM.  The entry has the
 * prompt with the style before it.  Pictures by hand, and prompts from
 * elsewhere, have another prompt_source. */
static bool
has_prompt(const json_t *entry, const json_t *prompt)
{
	const char *source =
		json_text(json_object_get(entry, "metadata"), "prompt_source");
	const char *drawn = json_text(entry, "prompt");
	const char *words = json_text(prompt, "prompt");

	if (!source || strcmp(source, "llm") != 0 || !drawn || !words ||
		strlen(words) > strlen(drawn))
		return false;
	return strcmp(drawn + strlen(drawn) - strlen(words), words) == 0;
}

static void
add_reference(json_t *references, const char *list, const char *hash)
{
	if (hash)
		json_append(json_object_get(references, list),
			json_string(hash));
}

/* The manifest entry of a chapter, from imagegen/. */
struct record {
	char path[PATH_LENGTH_MAX];
	json_t *entry; /* NULL: missing or damaged */
};

/* Whether the record is newer than the file. */
static bool
is_after(const struct record *r, const char *path)
{
	struct stat file, record;

	if (!r->entry || stat(path, &file) != 0 || stat(r->path, &record) != 0)
		return false;
	if (record.st_mtim.tv_sec != file.st_mtim.tv_sec)
		return record.st_mtim.tv_sec > file.st_mtim.tv_sec;
	return record.st_mtim.tv_nsec > file.st_mtim.tv_nsec;
}

/* A prompt that a newer record doesn't have isn't waiting: the picture is a
 * draft or was made by hand.  r is NULL if the chapter is no longer in the
 * episode. */
static void
add_prompt(const char *path, const json_t *shown, const struct record *r,
	json_t *references)
{
	json_t *prompt = json_read_optional(path, CHAPTER_INPUT_MAX);

	if (has_prompt(shown, prompt))
		add_reference(references, "shown", prompt_hash(prompt));
	else if (r && (!is_after(r, path) || has_prompt(r->entry, prompt)))
		add_reference(references, "waiting", prompt_hash(prompt));
	json_decref(prompt);
}

/* The answer is long, so it is read only if the record isn't newer. */
static void
add_answer(const char *path, const json_t *shown, const struct record *r,
	json_t *references)
{
	const char *shown_hash = picture_hash(shown), *hash;
	bool is_known = is_after(r, path);
	json_t *response = is_known ? NULL : peek_answer(path);

	hash = is_known ? picture_hash(r->entry)
			: json_text(response, "request_sha256");
	if (hash && (!shown_hash || strcmp(hash, shown_hash) != 0))
		add_reference(references, "waiting", hash);
	json_decref(response);
}

static void
add_chapter(const char *dir, const char *id, const json_t *shown,
	json_t *references)
{
	char path[PATH_LENGTH_MAX];
	struct record r;

	r.entry = json_read_optional(print_path(r.path, dir, id, ".entry.json"),
		CHAPTER_INPUT_MAX);
	add_prompt(print_path(path, dir, id, ".prompt.json"), shown, &r,
		references);
	add_answer(print_path(path, dir, id, ".response.json"), shown, &r,
		references);
	json_decref(r.entry);
}

/* The chapters that the episode has now: an object, each with null. */
static json_t *
read_index(const char *dir)
{
	struct buf text = BUF_INIT(INDEX_MAX);
	char path[PATH_LENGTH_MAX], *rest;
	json_t *chapters = json_object();

	print_path(path, dir, "chapters", ".index");
	if (access(path, R_OK) != 0 || !file_is_regular(path, INDEX_MAX))
		return chapters;
	rest = file_read(path, &text, NULL) ? text.data : NULL;
	for (char *id; rest && (id = strtok_r(rest, "\n", &rest));)
		if (chapter_id_is_valid(id))
			json_put(chapters, id, json_null());
	buf_free(&text);
	return chapters;
}

static void
add_episode(const char *outputs, const char *id, json_t *references)
{
	char dir[DIR_LENGTH_MAX], path[PATH_LENGTH_MAX];
	json_t *manifest, *chapters, *images, *image;
	const char *chapter;
	size_t i;

	snprintf(dir, sizeof dir, "%s/%s/imagegen", outputs, id);
	snprintf(path, sizeof path, "%s/%s/" MANIFEST_PATH, outputs, id);
	manifest = json_read_optional(path, MANIFEST_MAX);
	images = manifest_images(manifest);
	json_array_foreach(json_object_get(manifest, "images"), i, image)
	{
		add_reference(references, "shown", picture_hash(image));
	}
	chapters = read_index(dir);
	json_object_foreach(chapters, chapter, image)
	{
		add_chapter(dir, chapter, json_object_get(images, chapter),
			references);
		json_object_del(images, chapter);
	}
	json_object_foreach(images, chapter, image)
	{
		print_path(path, dir, chapter, ".prompt.json");
		add_prompt(path, image, NULL, references);
	}
	json_decref(chapters);
	json_decref(images);
	json_decref(manifest);
}

json_t *
references_read(const char *outputs)
{
	json_t *references = json_object();

	json_put(references, "shown", json_array());
	json_put(references, "waiting", json_array());
	each_name(outputs, is_episode, add_episode, references);
	return references;
}
