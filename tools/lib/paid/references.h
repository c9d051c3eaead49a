/*
 * references: the requests whose answers the episodes use.
 *
 *	json_t *references = references_read("outputs");
 *
 * Files that are missing or damaged, and directories whose name is not an id,
 * don't count.  The caller calls json_decref().
 */
#ifndef LIMN_REFERENCES_H
#define LIMN_REFERENCES_H

#include <jansson.h>

/*
 * An object of two lists of request_sha256, which may repeat:
 *
 *	shown	of the pictures in the manifests, and of their prompts
 *	waiting	of the prompts and answers in imagegen/ that the next manifest
 *		will have; some may also be shown
 */
json_t *references_read(const char *outputs);

#endif
