/*
 * references: which requests the files of all episodes are from.
 *
 *	json_t *references = references_read("outputs");
 *
 * Files that are missing or spoilt, and directories whose name is no episode's
 * id, count nothing.  The result is the caller's to json_decref().
 */
#ifndef LIMN_REFERENCES_H
#define LIMN_REFERENCES_H

#include <jansson.h>

/*
 * An object of two lists of request_sha256, in which one may be more than once:
 *
 *	shown	those of the pictures in today's manifests, and of the prompts
 *		by which they were drawn
 *	waiting	those of the prompts and answers in the workings of today's
 *		chapters that the next manifest is to have; some may be shown
 *		elsewhere
 */
json_t *references_read(const char *outputs);

#endif
