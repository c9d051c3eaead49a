/*
 * chapter: one chapter of an episode.
 *
 * It is read from any of three forms, which have what is needed, and more:
 *
 *	a chapter as it stands in chapters.json (visual, or the list visuals)
 *	a slice, which split-chapters writes (with the episode's fields)
 *	a prompt, which gen-prompt writes (a slice and the prompt)
 *
 * The strings of a struct chapter belong to the JSON value it was read from.
 */
#ifndef LIMN_CHAPTER_H
#define LIMN_CHAPTER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "failure.h"

#define CHAPTER_INPUT_MAX ((size_t)64 << 20) /* bytes of one input file */
#define CHAPTER_LONG_MAX (2 << 20) /* of a narration or image_prompt */
#define CHAPTER_TEXT_MAX 65536     /* bytes of a title and the like */
#define CHAPTER_ID_MAX 64          /* bytes */
#define CHAPTER_ERRORS_MAX 20      /* errors that are said of one file */

struct chapter {
	const char *episode_id;     /* NULL if the input doesn't have it */
	const char *episode_title;  /* the same */
	const char *schema_version; /* the same */
	const char *id;
	const char *title;
	const char *visual_type;  /* NULL: the chapter has no picture */
	const char *description;  /* NULL: the same */
	const char *image_prompt; /* the author's own; NULL: there is none */
	const char *narration;    /* "": there is none */
};

/*
 * The problems of an input, "file: at.path: what".  The first
 * CHAPTER_ERRORS_MAX are said, one err() each.  If last is there (all 0 at
 * first), it gets the last of them, which is not said.  Start with { .file =
 * name }.
 */
struct report {
	const char *file;
	char at[64]; /* the path's beginning, "chapters[2]", or "" */
	size_t count;
	struct failure *last; /* or NULL */
};

/* Whether there was no problem; for a report that has last. */
bool report_end(struct report *r);

/* path is below r->at and may be "". */
void report_problem(struct report *r, const char *path, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * The string at key, of at most CHAPTER_TEXT_MAX bytes, and not only space.
 * Anything else is a problem, and NULL.  path is its name in the message.
 */
const char *report_text(struct report *r, const json_t *object, const char *key,
	const char *path);

/* Fill in c.  Reports all problems; false if there was one. */
bool chapter_parse(struct chapter *c, const json_t *value, struct report *r);

/*
 * Read a chapter that has a picture from path (see file.h).  NULL on failure; f
 * must not be NULL.  The caller calls json_decref(), after which c's strings
 * are gone.
 */
json_t *chapter_read(struct chapter *c, const char *path, struct failure *f);

/* The slice: the fields that can change a picture or that a template may name.
 */
json_t *chapter_slice(const struct chapter *c);

/* diagram, b_roll and screen_share are drawn, the others are cards. */
bool chapter_is_drawn(const struct chapter *c);
bool chapter_type_is_card(const char *visual_type);

/* [A-Za-z0-9][A-Za-z0-9_-]{0,63}; an episode's may begin with - or _ too. */
bool chapter_id_is_valid(const char *id);
bool episode_id_is_valid(const char *id);

#endif
