/*
 * uses: which requests the files of all episodes are from.
 *
 *	json_t *hashes = uses_today("outputs");
 *	json_t *owners = uses_owners("outputs");
 *
 * Files that are missing or spoilt, and directories whose name is no episode's
 * id, count nothing.  The results are the caller's to json_decref().
 */
#ifndef LIMN_USES_H
#define LIMN_USES_H

#include <jansson.h>

/*
 * Those of the pictures in today's manifests, and of the prompts of these
 * chapters: a list of request_sha256, in which one may be more than once.
 */
json_t *uses_today(const char *outputs);

/*
 * Which chapter has the answer to a request in its workings: an object, with
 * {"episode_id": ..., "chapter_id": ...} at each request_sha256.  Of several,
 * the first by name.
 */
json_t *uses_owners(const char *outputs);

#endif
