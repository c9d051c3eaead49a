/*
 * episodes: where an episode stands in its pipeline.
 *
 * The order is new, downloaded, transcribed, corrected, segmented, translated,
 * adapted, chapterized, frames_extracted, images_generated, tts_done,
 * anchor_generated, rendered, approved, published.  cost_limit stands beside
 * them.  The database has the names in capitals; a row in small letters keeps
 * them.  A status never moves backwards.  A status that limn doesn't know is
 * not changed, with a warning.
 *
 * The caller calls these functions in a transaction.
 */
#ifndef LIMN_EPISODES_H
#define LIMN_EPISODES_H

#include <stdbool.h>
#include <stddef.h>

struct db;

#define EPISODES_WHY_MAX 256

/* Its rowid, or 0. */
long long episodes_find(struct db *db, const char *id);

/*
 * Add the row of an episode (CHAPTERIZED, version 2) if there is none.  Returns
 * its rowid.  title may be NULL: not known.  A row that limn added without a
 * title gets it later.
 */
long long episodes_add(struct db *db, const char *id, const char *title);

/* Whether the episode has no row.  title: whether episodes_add() would use a
 * title. */
bool episodes_lacks(struct db *db, const char *id, bool *title);

/*
 * Whether the episode is ready for images: its version isn't 1, and its status
 * is CHAPTERIZED or later (or force).  It is ready, too, if it has no row, or
 * if its status is COST_LIMIT or one that limn doesn't know.  An episode
 * without a version has version 1.  If it isn't ready, why says so: "Episode X
 * is v1 pipeline, image generation not supported".
 */
bool episodes_may_draw(struct db *db, const char *id, bool force,
	char why[EPISODES_WHY_MAX]);

/* The episode has its pictures: set IMAGES_GENERATED, unless its status is
 * later, and clear error_message.  Returns whether that changed anything. */
bool episodes_done(struct db *db, const char *id);

/* Whether there is a row, and episodes_done() would change nothing. */
bool episodes_is_done(struct db *db, const char *id);

/* Set error_message; the status stays. */
void episodes_failed(struct db *db, const char *id, const char *message);

/* Set COST_LIMIT, unless the status is IMAGES_GENERATED or later, and the
 * message. */
void episodes_over_limit(struct db *db, const char *id, const char *message);

#endif
