/*
 * episode: a whole chapters.json, checked against every rule at once.
 *
 *	struct episode e;
 *	json_t *doc = episode_read(&e, path, directory_id, &f);
 *	... e.chapters[0] to e.chapters[e.count - 1] ...
 *	episode_free(&e);
 *	json_decref(doc);
 *
 * The strings belong to the document.
 */
#ifndef LIMN_EPISODE_H
#define LIMN_EPISODE_H

#include <jansson.h>
#include <stddef.h>

#define EPISODE_CHAPTERS_MAX 10000

struct chapter;
struct failure;

struct episode {
	const char *id;
	const char *title;
	const char *schema_version;
	size_t count;             /* chapters of the document */
	struct chapter *chapters; /* by order */
};

/*
 * Read and check path (see file.h).  directory_id is what the episode's
 * directory is called, or NULL where nobody knows.  A document with errors is
 * EXIT_BAD_INPUT and NULL; all of the first CHAPTER_ERRORS_MAX errors but the
 * last have been said then.
 */
json_t *episode_read(struct episode *e, const char *path,
	const char *directory_id, struct failure *f);

void episode_free(struct episode *e);

#endif
