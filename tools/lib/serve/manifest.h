/*
 * manifest: an episode's images/manifest.json, as the API has it.
 */
#ifndef LIMN_SERVE_MANIFEST_H
#define LIMN_SERVE_MANIFEST_H

#include <stddef.h>

struct failure;

#define MANIFEST_BYTES_MAX ((size_t)64 << 20)
#define MANIFEST_IMAGES_MAX 20000

/*
 * Read it from an open file, give each of its images the url that the server
 * has it at, and print it; the caller frees the text.  NULL: it is damaged; f
 * says how.
 */
char *manifest_print(int fd, const char *episode_id, struct failure *f);

#endif
