/*
 * episode: a whole chapters.json, all of whose errors are found at once.
 *
 *	struct episode e;
 *	json_t *doc = episode_read(&e, path, directory_id, &f);
 *	... e.chapters[0] to e.chapters[e.count - 1] ...
 *	episode_free(&e);
 *	json_decref(doc);
 *
 * The strings belong to the document.  Two functions tell an id and a title
 * where a whole chapters.json isn't needed.
 */
#ifndef LIMN_EPISODE_H
#define LIMN_EPISODE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define EPISODE_CHAPTERS_MAX 10000
#define EPISODE_ID_SIZE 65 /* bytes of an id, with its NUL */

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
 * Read and check path (see file.h).  directory_id is the name of the episode's
 * directory, or NULL if it is not known.  A document with errors is NULL with
 * EXIT_BAD_INPUT; f has the last of the first CHAPTER_ERRORS_MAX errors, and
 * the others have been said (see err.h).
 */
json_t *episode_read(struct episode *e, const char *path,
	const char *directory_id, struct failure *f);

void episode_free(struct episode *e);

/* The id of an episode from its directory, the first len bytes of "outputs/EP";
 * false: EP is no id. */
bool episode_id_of(const char *directory, size_t len, char id[EPISODE_ID_SIZE]);

/* The title in the chapters.json at path, for the caller to free.  NULL: there
 * is none, or the file is of another episode than id. */
char *episode_title(const char *path, const char *id);

#endif
