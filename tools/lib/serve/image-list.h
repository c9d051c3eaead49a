/*
 * image-list: the answer to GET /api/episodes/EP/images.
 *
 * The answer is the manifest.  Each image that has a picture also gets its
 * "url" at this server.
 */
#ifndef LIMN_IMAGE_LIST_H
#define LIMN_IMAGE_LIST_H

#include <stddef.h>

struct failure;

#define IMAGE_LIST_BYTES_MAX ((size_t)64 << 20) /* of the manifest */
#define IMAGE_LIST_MAX 20000                    /* images */

/* Read the manifest from an open file, and return the answer, which the caller
 * frees.  NULL if the manifest is damaged; f says how. */
char *image_list_print(int fd, const char *episode_id, struct failure *f);

#endif
