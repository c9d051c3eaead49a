/*
 * known: what is known of a chapter's picture, by the files of its episode.
 *
 *	struct known k;
 *
 *	known_read(&k, "ch02", record, "outputs/EP", errors, false);
 *	... k.title, k.method ...
 *	known_free(&k);
 *
 * The files are imagegen/ID.chapter.json, .entry.json and .response.json of the
 * episode's directory, in which anything may be (workings.h).
 */
#ifndef LIMN_KNOWN_H
#define LIMN_KNOWN_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define KNOWN_NAME_SIZE 256   /* bytes of a picture's name */
#define KNOWN_ERROR_SIZE 4096 /* of an error's line */

struct known {
	const char *id;
	/* each "" where it isn't known */
	const char *title, *type, *description, *narration, *prompt;
	const char *episode_title;

	/* What became of it: "template", "storyboard", "manual", or, whichever
	 * API it was, "generated"; "failed"; "missing". */
	const char *method;
	bool is_drawn;       /* else it is a card */
	bool can_draw_again; /* it is drawn, and not by hand now */
	const char *error;   /* of the last try, or "" */
	bool has_lost_own;   /* the author took his picture away */

	const json_t *record;          /* NULL: there is no picture */
	const json_t *metadata;        /* of the record */
	char picture[KNOWN_NAME_SIZE]; /* its name in images/, or "" */
	const char *hash;              /* 64 hex digits, or "" */

	/* What was answered for it, and NULL where that isn't known: the facts
	 * of the prompt (where they are asked for, or there is no picture) and
	 * of the picture, with its cost; and of just this picture the
	 * provider's name for the request. */
	const json_t *prompt_facts, *picture_facts;
	const char *request_id;

	json_t *files[4]; /* the module's own */
};

/*
 * record: what the manifest has, or NULL.  directory: the episode's; NULL:
 * there is but the manifest.  errors: workings_errors(), or NULL.  All of them
 * must live as long as k.
 */
void known_read(struct known *k, const char *id, const json_t *record,
	const char *directory, const json_t *errors, bool all_facts);
void known_free(struct known *k);

#endif
