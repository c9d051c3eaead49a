/*
 * manifest: an episode's images/manifest.json, of which the server need not
 * believe anything.
 */
#ifndef LIMN_MANIFEST_H
#define LIMN_MANIFEST_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define MANIFEST_BYTES_MAX ((size_t)64 << 20)
#define MANIFEST_LARGE_BYTES (4 << 20) /* its memory is given back at once */
#define MANIFEST_NAMES_MAX 20000       /* that one may list */
#define MANIFEST_WHY_SIZE 256

/* The names of the pictures that one lists, sorted, in one piece of memory. */
struct names {
	size_t count;
	const char *name[];
};

/* Read it from an open file, to its end.  NULL, and why, where it isn't one. */
json_t *manifest_read(int fd, char why[MANIFEST_WHY_SIZE]);

/* Its names, to be freed; NULL: no memory. */
struct names *manifest_names(const json_t *manifest);
bool names_has(const struct names *names, const char *name);

/* Give each of its images the url that the server has it at.  False: no
 * memory. */
bool manifest_add_urls(json_t *manifest, const char *episode_id);

#endif
