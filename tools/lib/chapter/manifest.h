/*
 * manifest: the reader of images/manifest.json, and of the entry of one
 * chapter, which is also a file of its own, imagegen/ID.entry.json.
 *
 *	json_t *manifest = manifest_read(path, &f), *images, *image;
 *	const char *id;
 *
 *	if (!manifest || !manifest_check(path, manifest, &f))
 *		return false;
 *	images = manifest_images(manifest);
 *	json_object_foreach(images, id, image)
 *		... manifest_picture(image), manifest_hash(image) ...
 *	json_decref(images);
 *	json_decref(manifest);
 *
 * A manifest may come from anywhere and hold anything.  manifest_check() looks
 * at what every reader needs; manifest_entries() checks each value, for those
 * who record it.  All other functions treat a value of the wrong kind as
 * missing.  limn-manifest(5) has the format.
 */
#ifndef LIMN_MANIFEST_H
#define LIMN_MANIFEST_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct failure;

#define MANIFEST_PATH "images/manifest.json" /* in the episode's directory */
#define MANIFEST_MAX ((size_t)256 << 20)     /* bytes */
#define MANIFEST_NAME_MAX 255 /* bytes of a picture's name in images/ */

/* Read JSON of at most MANIFEST_MAX bytes from path (see file.h), which may be
 * an entry, too.  NULL on failure.  The caller calls json_decref(). */
json_t *manifest_read(const char *path, struct failure *f);

/* Check that episode_id is an id, that images is a list, and that each of them
 * has a chapter_id of its own: else EXIT_BAD_INPUT.  path is for the message.
 */
bool manifest_check(const char *path, const json_t *manifest,
	struct failure *f);

/*
 * The images by their chapter_id, in the order of the manifest, in a new object
 * for json_decref().  An image without an id is left out; of several with the
 * same id the first is taken.  manifest may be NULL.
 */
json_t *manifest_images(const json_t *manifest);

/*
 * The same, where each value of each image must be right; manifest_entry() has
 * one entry for its input.  If something is wrong, NULL is returned, and err()
 * has said what in a line, "file: images[2].file_path: what".
 */
json_t *manifest_entries(const char *path, const json_t *manifest);
json_t *manifest_entry(const char *path, json_t *entry);

/* Find out whether each chapter of the index (see index.h) is among the images.
 * If there is no index, it is so.  false: the index can't be read. */
bool manifest_has_all(const json_t *images, const char *index, bool *has_all,
	struct failure *f);

/* The name of an image's file in images/, from its file_path, "images/NAME".
 * NULL: its file_path is missing, or leads to another place. */
const char *manifest_picture(const json_t *image);

/* The SHA-256 of an image: 64 hex digits, or "". */
const char *manifest_hash(const json_t *image);

#endif
