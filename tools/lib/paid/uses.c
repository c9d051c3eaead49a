#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "chapter.h"
#include "err.h"
#include "file.h"
#include "json.h"
#include "uses.h"

#define MANIFEST_MAX ((size_t)256 << 20) /* bytes */
#define PATH_LENGTH_MAX 4096

/* Directories as they stand, by name; outputs that aren't there are none. */
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

/* The hash of the request that a chapter's prompt is from, in *prompt. */
static const char *
prompt_hash(const char *path, json_t **prompt)
{
	*prompt = json_peek(path, CHAPTER_INPUT_MAX);
	return json_text(json_object_get(*prompt, "llm"), "request_sha256");
}

static void
add(json_t *list, const char *hash)
{
	if (hash && json_array_append_new(list, json_string(hash)) != 0)
		die(EXIT_TRY_LATER, "out of memory");
}

static void
add_episode(const char *outputs, const char *id, json_t *list)
{
	char path[PATH_LENGTH_MAX];
	json_t *manifest, *image, *prompt;
	size_t i;

	snprintf(path, sizeof path, "%s/%s/images/manifest.json", outputs, id);
	manifest = json_peek(path, MANIFEST_MAX);
	json_array_foreach(json_object_get(manifest, "images"), i, image)
	{
		const char *chapter = json_text(image, "chapter_id");

		add(list,
			json_text(json_object_get(image, "metadata"),
				"request_sha256"));
		if (!chapter || !chapter_id_is_valid(chapter))
			continue;
		snprintf(path, sizeof path, "%s/%s/imagegen/%s.prompt.json",
			outputs, id, chapter);
		add(list, prompt_hash(path, &prompt));
		json_decref(prompt);
	}
	json_decref(manifest);
}

json_t *
uses_today(const char *outputs)
{
	json_t *list = json_array();

	each_name(outputs, is_episode, add_episode, list);
	return list;
}

static int
is_working(const struct dirent *file)
{
	const char *dot = strchr(file->d_name, '.');

	return dot &&
		(strcmp(dot, ".prompt.json") == 0 ||
			strcmp(dot, ".response.json") == 0);
}

/* dir is outputs/EP/imagegen. */
static void
add_working(const char *dir, const char *name, json_t *owners)
{
	char path[PATH_LENGTH_MAX], chapter[80], episode[80];
	const char *end = dir + strlen(dir) - strlen("/imagegen");
	const char *begin = end, *hash;
	json_t *file;

	while (begin > dir && begin[-1] != '/')
		begin--;
	snprintf(episode, sizeof episode, "%.*s", (int)(end - begin), begin);
	snprintf(path, sizeof path, "%s/%s", dir, name);
	file_stem(path, chapter, sizeof chapter);
	if (!chapter_id_is_valid(chapter))
		return;
	if (strcmp(strchr(name, '.'), ".prompt.json") == 0) {
		hash = prompt_hash(path, &file);
	} else {
		file = answer_peek(path);
		hash = json_text(file, "request_sha256");
	}
	if (hash && !json_object_get(owners, hash))
		json_put(owners, hash,
			json_pack("{s:s, s:s}", "episode_id", episode,
				"chapter_id", chapter));
	json_decref(file);
}

static void
add_workings(const char *outputs, const char *id, json_t *owners)
{
	char dir[PATH_LENGTH_MAX];

	snprintf(dir, sizeof dir, "%s/%s/imagegen", outputs, id);
	each_name(dir, is_working, add_working, owners);
}

json_t *
uses_owners(const char *outputs)
{
	json_t *owners = json_object();

	each_name(outputs, is_episode, add_workings, owners);
	return owners;
}
