/*
 * provenance: what a provenance says that follows from the other files of its
 * episode; for who writes it, and who compares it.
 *
 *	json_t *manifest = provenance_manifest(path, &f);
 *	const json_t *images = json_object_get(manifest, "images");
 *
 *	if (!provenance_inputs("outputs/EP", hash, &f))
 *		...
 *	outputs = provenance_outputs("outputs/EP", images);
 *
 * limn-provenance(5) has what each of them is.
 */
#ifndef LIMN_PROVENANCE_H
#define LIMN_PROVENANCE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "hash.h"

struct failure;

#define PROVENANCE_MANIFEST_MAX ((size_t)256 << 20) /* bytes */

/*
 * Read a manifest (see file.h), which has an episode_id that is one, and
 * images, each with a file_path; else EXIT_BAD_INPUT.  NULL on failure.
 */
json_t *provenance_manifest(const char *path, struct failure *f);

/*
 * What the pictures depend on of chapters.json: the SHA-256 of the slices in
 * imagegen/ of the episode's directory, in the order of the chapters.
 */
bool provenance_inputs(const char *episode, char hex[HASH_SIZE],
	struct failure *f);

/* The paths of the manifest and of its pictures, from the episode's directory
 * on; NULL where that is no UTF-8. */
json_t *provenance_outputs(const char *episode, const json_t *images);

/* How many pictures there are of drawn chapters; the others are cards. */
size_t provenance_generated(const json_t *images);

/* The image model that the first picture of one names, or NULL. */
const char *provenance_image_model(const json_t *images);

#endif
