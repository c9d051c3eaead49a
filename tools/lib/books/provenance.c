#include <stdbool.h>
#include <stdio.h>

#include "books/provenance.h"
#include "buf.h"
#include "chapter/chapter.h"
#include "chapter/index.h"
#include "err.h"
#include "failure.h"
#include "file.h"
#include "json.h"

#define PATH_LENGTH_MAX 4096

json_t *
provenance_manifest(const char *path, struct failure *f)
{
	json_t *manifest = json_read(path, PROVENANCE_MANIFEST_MAX, f);
	const json_t *images = json_object_get(manifest, "images"), *image;
	const char *id = json_text(manifest, "episode_id");
	bool good = id && episode_id_is_valid(id) && json_is_array(images);
	size_t i;

	if (!manifest)
		return NULL;
	json_array_foreach(images, i, image)
	{
		good = good && json_text(image, "file_path");
	}
	if (good)
		return manifest;
	failure_set(f, EXIT_BAD_INPUT,
		"%s: episode_id, images or a file_path in them is not as in a "
		"manifest",
		file_name(path));
	json_decref(manifest);
	return NULL;
}

bool
provenance_inputs(const char *episode, char hex[HASH_SIZE], struct failure *f)
{
	struct buf slice = BUF_INIT(CHAPTER_INPUT_MAX);
	struct hash *h = hash_begin();
	char path[PATH_LENGTH_MAX];
	struct index x;
	bool good = true;

	snprintf(path, sizeof path, "%s/imagegen/chapters.index", episode);
	if (!index_open(&x, path, f)) {
		hash_end(h, hex);
		return false;
	}
	while (good && index_next(&x)) {
		slice.len = 0;
		good = file_read(index_file(&x, ".chapter.json"), &slice, f);
		hash_add(h, slice.data, slice.len);
	}
	index_close(&x);
	hash_end(h, hex);
	buf_free(&slice);
	return good;
}

json_t *
provenance_outputs(const char *episode, const json_t *images)
{
	json_t *list = json_pack("[s++]", episode, "/", "images/manifest.json");
	const json_t *image;
	size_t i;

	json_array_foreach(images, i, image)
	{
		json_array_append_new(list,
			json_pack("s++", episode, "/",
				json_text(image, "file_path")));
	}
	return list;
}

size_t
provenance_generated(const json_t *images)
{
	const json_t *image;
	size_t i, n = 0;

	json_array_foreach(images, i, image)
	{
		const char *type = json_text(image, "visual_type");

		n += type && !chapter_type_is_card(type);
	}
	return n;
}

const char *
provenance_image_model(const json_t *images)
{
	const json_t *image;
	size_t i;

	json_array_foreach(images, i, image)
	{
		if (json_text(image, "model"))
			return json_text(image, "model");
	}
	return NULL;
}
