#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "chapter/chapter.h"
#include "chapter/index.h"
#include "chapter/manifest.h"
#include "err.h"
#include "failure.h"
#include "file.h"
#include "hash.h"
#include "json.h"

#define TYPE_MAX 255 /* bytes of a MIME type */

json_t *
manifest_read(const char *path, struct failure *f)
{
	struct stat st;

	/* without reading all of it first */
	if (path && stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
		(size_t)st.st_size > MANIFEST_MAX) {
		failure_set(f, EXIT_BAD_INPUT,
			"%s: larger than %zu bytes; it is no manifest", path,
			MANIFEST_MAX);
		return NULL;
	}
	return json_read(path, MANIFEST_MAX, f);
}

bool
manifest_check(const char *path, const json_t *manifest, struct failure *f)
{
	const json_t *images = json_object_get(manifest, "images"), *image;
	const char *id = json_text(manifest, "episode_id");
	json_t *ids;
	bool is_good = true;
	size_t i;

	path = file_name(path);
	if (!id || !episode_id_is_valid(id))
		return failure_set(f, EXIT_BAD_INPUT,
			"%s: episode_id: is not an id", path);
	if (!json_is_array(images))
		return failure_set(f, EXIT_BAD_INPUT,
			"%s: images: must be a list", path);
	ids = json_object();
	json_array_foreach(images, i, image)
	{
		id = json_text(image, "chapter_id");
		if (!id || !chapter_id_is_valid(id))
			is_good = failure_set(f, EXIT_BAD_INPUT,
				"%s: images[%zu].chapter_id: is not an id",
				path, i);
		else if (json_object_get(ids, id))
			is_good = failure_set(f, EXIT_BAD_INPUT,
				"%s: images[%zu].chapter_id: %s: duplicate id",
				path, i, id);
		if (!is_good)
			break;
		json_put(ids, id, json_true());
	}
	json_decref(ids);
	return is_good;
}

json_t *
manifest_images(const json_t *manifest)
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

/* --- each value */

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
	if (path && !manifest_picture(image))
		report_problem(r, "file_path",
			"\"%.80s\" is not a name in images/", path);
	if (type && strlen(type) > TYPE_MAX)
		report_problem(r, "mime_type", "is longer than %d bytes",
			TYPE_MAX);
	if (!json_is_integer(bytes) || json_integer_value(bytes) < 0)
		report_problem(r, "size_bytes",
			"must be a whole number, 0 or more");
	if (metadata && !json_is_object(metadata) && !json_is_null(metadata))
		report_problem(r, "metadata", "must be an object");
}

json_t *
manifest_entries(const char *path, const json_t *manifest)
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
			report_problem(&r, "chapter_id", "%s: duplicate id",
				id);
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
manifest_entry(const char *path, json_t *entry)
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
manifest_has_all(const json_t *images, const char *index, bool *has_all,
	struct failure *f)
{
	struct index x;

	*has_all = true;
	if (access(index, F_OK) != 0)
		return true;
	if (!index_open(&x, index, f))
		return false;
	while (index_next(&x))
		*has_all = *has_all && json_object_get(images, x.id);
	index_close(&x);
	return true;
}

/* --- one image */

const char *
manifest_picture(const json_t *image)
{
	static const char images[] = "images/";
	const char *path = json_text(image, "file_path"), *name;

	if (!path || strncmp(path, images, sizeof images - 1) != 0)
		return NULL;
	name = path + sizeof images - 1;
	if (!*name || *name == '.' || strlen(name) > MANIFEST_NAME_MAX)
		return NULL;
	for (const char *s = name; *s; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f || *s == '/')
			return NULL;
	return name;
}

const char *
manifest_hash(const json_t *image)
{
	const char *digits =
		hash_digits(json_text(json_object_get(image, "metadata"),
			"sha256"));

	return digits ? digits : "";
}
