/*
 * uses: which requests the files of all episodes are from.
 *
 *	json_t *uses = uses_today("outputs");
 *	json_t *owners = uses_owners("outputs");
 *
 * Files that are missing or spoilt, and directories whose name is no episode's
 * id, count nothing.  The results are the caller's to json_decref().
 */
#ifndef LIMN_USES_H
#define LIMN_USES_H

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
json_t *uses_today(const char *outputs);

/*
 * Which chapter has the answer to a request in its workings: an object, with
 * {"episode_id": ..., "chapter_id": ...} at each request_sha256.  Of several,
 * the first by name.
 */
json_t *uses_owners(const char *outputs);

#endif
