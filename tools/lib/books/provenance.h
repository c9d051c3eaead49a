/*
 * provenance: checks imagegen_provenance.json, and computes those of its values
 * that follow from the episode's other files.
 *
 *	const json_t *images = json_object_get(manifest, "images");
 *
 *	if (!provenance_inputs("outputs/EP", hash, &f))
 *		return false;
 *	outputs = provenance_outputs("outputs/EP", images);
 *
 * limn-provenance(5) says what each value is.
 */
#ifndef LIMN_PROVENANCE_H
#define LIMN_PROVENANCE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "hash.h"

struct failure;

#define PROVENANCE_MAX ((size_t)64 << 20) /* bytes; it names every picture */

/* Whether p is the provenance of an episode of that id; if not, err() has said
 * why, "file: cost_usd: what". */
bool provenance_check(const char *path, const json_t *p, const char *id);

/* When the run of a provenance ended, and when it began (0: not known).  The
 * provenance has passed provenance_check(). */
time_t provenance_ended(const json_t *p, time_t *began);

/*
 * What the pictures depend on of chapters.json: the SHA-256 of the slices in
 * imagegen/ of the episode's directory, in the order of the chapters.
 */
bool provenance_inputs(const char *episode, char hex[HASH_SIZE],
	struct failure *f);

/* The paths of the manifest and of its pictures, which begin with the episode's
 * directory.  NULL: that isn't UTF-8, or an image has no file_path. */
json_t *provenance_outputs(const char *episode, const json_t *images);

/* The number of pictures of drawn chapters; all others are cards. */
size_t provenance_generated(const json_t *images);

/* The image model of the first picture that names one, or NULL. */
const char *provenance_image_model(const json_t *images);

#endif
