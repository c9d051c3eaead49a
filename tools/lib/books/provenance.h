/*
 * provenance: what a provenance says that follows from the other files of its
 * episode; for who writes it, and who compares it.
 *
 *	json_t *manifest = provenance_manifest(path);
 *	const json_t *images = json_object_get(manifest, "images");
 *
 *	provenance_inputs("outputs/EP", hash);
 *	outputs = provenance_outputs("outputs/EP", images);
 *
 * limn-provenance(5) has what each of them is.
 */
#ifndef LIMN_PROVENANCE_H
#define LIMN_PROVENANCE_H

#include <jansson.h>
#include <stddef.h>

#include "hash.h"

#define PROVENANCE_MANIFEST_MAX ((size_t)256 << 20) /* bytes */

/*
 * Read a manifest (see file.h), or die with EXIT_BAD_INPUT: it has an
 * episode_id that is one, and images, each with a file_path.
 */
json_t *provenance_manifest(const char *path);

/*
 * What the pictures depend on of chapters.json: the SHA-256 of the slices in
 * imagegen/ of the episode's directory, in the order of the chapters.
 */
void provenance_inputs(const char *episode, char hex[HASH_SIZE]);

/* The paths of the manifest and of its pictures, from the episode's directory
 * on; NULL where that is no UTF-8. */
json_t *provenance_outputs(const char *episode, const json_t *images);

/* How many pictures there are of drawn chapters; the others are cards. */
size_t provenance_generated(const json_t *images);

/* The image model that the first picture of one names, or NULL. */
const char *provenance_image_model(const json_t *images);

#endif
