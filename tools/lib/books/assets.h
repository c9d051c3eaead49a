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
 * A picture is a row of media_assets.  Its metadata has the entry's metadata,
 * and the keys of the entry that have no column of their own: chapter_title,
 * visual_type, prompt, generation_method, model, size, and keys that limn
 * doesn't know.  Its prompt_version_id is that of the provenance if a template
 * made the prompt.  While the picture is the same (metadata.sha256),
 * prompt_version_id and created_at stay.
 *
 * The images of the episode together are a row of content_artifacts.  Its
 * tokens and cost are the ledger's sums for the episode; if the ledger has
 * none, those of the provenance: total_cost_usd, or else cost_usd.
 *
 * Everything is one transaction.  If nothing would change, there is none.
 */
#ifndef LIMN_ASSETS_H
#define LIMN_ASSETS_H

#include <jansson.h>
#include <stdbool.h>

struct db;
struct failure;

/* All of it has been checked: see manifest.h and provenance.h. */
struct record {
	const char *episode;  /* its id */
	const char *chapters; /* path of its chapters.json; NULL: not known */
	json_t *images;       /* entries, by the ids of their chapters */
	bool is_whole;    /* rows of chapters that are not here are deleted */
	bool is_complete; /* no chapter's picture is missing */
	const json_t *provenance; /* NULL: only the pictures are recorded */
	const char *run;          /* the LIMN_RUN that made them, or "" */
};

bool assets_record(struct db *db, const struct record *r, struct failure *f);

#endif
