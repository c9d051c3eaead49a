/*
 * assets: the pictures of an episode, and the run that made them, in the
 * database.
 *
 *	const struct record r = {
 *		.episode = "abc123",
 *		.images = images,
 *		.is_whole = true,
 *		.provenance = provenance,
 *		.run = env_run(),
 *	};
 *	if (!assets_record(db, &r, &f))
 *		...
 *
 * A picture is a row of media_assets.  Its metadata is what the entry has under
 * that key, and every other key of the entry that has no column of its own:
 * chapter_title, visual_type, prompt, generation_method, model, size, and what
 * limn doesn't know.  Its prompt_version_id is that of the provenance, where
 * the prompt was asked for or composed by a template; while the picture is the
 * same (metadata.sha256), it stays, and so does created_at.
 *
 * The images of the episode are a row of content_artifacts.  Its tokens and
 * cost are all that the ledger has for the episode; where that has nothing,
 * what the provenance says: total_cost_usd, or else cost_usd.
 *
 * All is one transaction; and where nothing would change, there is none.
 */
#ifndef LIMN_ASSETS_H
#define LIMN_ASSETS_H

#include <jansson.h>
#include <stdbool.h>

struct db;
struct failure;

/* All of it has been checked: see manifest.h and provenance.h. */
struct record {
	const char *episode; /* its id */
	const char
		*chapters; /* path of its chapters.json; NULL: nobody knows */
	json_t *images;    /* entries, by their chapters' ids */
	bool is_whole;     /* other chapters have no picture any more */
	bool is_complete;  /* each chapter that is to have a picture has one */
	const json_t *provenance; /* NULL: just the pictures are recorded */
	const char *run;          /* of make that made them, or "" */
};

bool assets_record(struct db *db, const struct record *r, struct failure *f);

#endif
