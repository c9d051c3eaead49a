/*
 * image-list: the answer to GET /api/episodes/EP/images.
 *
 * It is the manifest, and each image that has a picture gets "url": where the
 * server has it.
 */
#ifndef LIMN_IMAGE_LIST_H
#define LIMN_IMAGE_LIST_H

#include <stddef.h>

struct failure;

#define IMAGE_LIST_BYTES_MAX ((size_t)64 << 20) /* of the manifest */
#define IMAGE_LIST_MAX 20000                    /* images */

/* Read the manifest from an open file, and print the answer; the caller frees
 * it.  NULL: the manifest is damaged; f says how. */
char *image_list_print(int fd, const char *episode_id, struct failure *f);

#endif
