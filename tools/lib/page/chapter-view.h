/*
 * chapter-view: what a page shows of a chapter, from the files of its episode.
 *
 *	json_t *images = manifest_images(manifest);
 *	struct episode_view e;
 *	struct chapter_view v;
 *
 *	episode_view_read(&e, "outputs/EP");
 *	json_object_foreach(e.chapters, id, ignored) {
 *		chapter_view_read(&v, id, json_object_get(images, id), &e);
 *		... v.title, v.method ...
 *		chapter_view_free(&v);
 *	}
 *	episode_view_free(&e);
 *
 * The files are those of imagegen/ in the episode's directory: chapters.index,
 * log, chapters.errors, and of each chapter ID.chapter.json, .prompt.json,
 * .response.json and .entry.json.  A file that is damaged, too large, of
 * another chapter, a link or not a regular file counts as missing, without a
 * message.
 */
#ifndef LIMN_CHAPTER_VIEW_H
#define LIMN_CHAPTER_VIEW_H

#include <jansson.h>
#include <stdbool.h>

struct episode_view {
	const char *directory; /* NULL: there is only a manifest */
	json_t *chapters;      /* an object with the ids of chapters.index for
				* keys, in their order; NULL: not known */

	/* Why the last step of a chapter failed, by its id, "call-dalle: ch02:
	 * image: ..."; a chapter whose last step was done has no error. */
	json_t *errors;
};

struct chapter_view {
	const char *id;
	/* "" for each that isn't known */
	const char *title, *type, *description, *narration, *prompt;
	const char *episode_title;

	/* How the picture was made: "template", "storyboard", "manual", or, by
	 * any API, "generated".  "failed": the last try; "missing": it was not
	 * drawn yet. */
	const char *method;
	bool is_drawn;       /* else it is a card */
	bool can_draw_again; /* it is drawn, and not by hand now */
	const char *error;   /* of the last try, or "" */
	bool has_lost_own;   /* the author took their own picture away */

	const json_t *record;   /* of the manifest; NULL: there is no picture */
	const json_t *metadata; /* of the record */
	const char *picture;    /* its name in images/, or "" */
	const char *hash;       /* 64 hex digits, or "" */

	/* The answers for the picture; NULL: not known.  prompt_facts are read
	 * only if there is no picture. */
	const json_t *prompt_facts, *picture_facts;
	const char *request_id; /* the provider's, of just this picture */

	json_t *files[4]; /* the module's own */
};

/* directory: the episode's, or NULL.  It must live as long as e. */
void episode_view_read(struct episode_view *e, const char *directory);
void episode_view_free(struct episode_view *e);

/* Why make refused the chapters.json when it last read it: lines, at most 16
 * kB, for the caller to free.  NULL: it didn't, or the file has changed since.
 */
char *episode_view_refusal(const char *directory);

/* record: the chapter's image in the manifest, or NULL.  All arguments must
 * live as long as v. */
void chapter_view_read(struct chapter_view *v, const char *id,
	const json_t *record, const struct episode_view *e);
void chapter_view_free(struct chapter_view *v);

/* The episode_title of a chapter's slice, for the caller to free; NULL: not
 * known. */
char *chapter_view_episode_title(const char *directory, const char *id,
	const char *episode_id);

#endif
