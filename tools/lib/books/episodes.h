/*
 * episodes: where an episode stands in its pipeline.
 *
 * The order is new, downloaded, transcribed, corrected, segmented, translated,
 * adapted, chapterized, frames_extracted, images_generated, tts_done,
 * anchor_generated, rendered, approved, published; beside it, cost_limit.  The
 * database has the names in capitals; where a row has small letters, it keeps
 * them.  A status never moves backwards, and one that isn't among them is left
 * alone, with a warning.
 *
 * Each function is for within a transaction of the caller's.
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
 * The row of an episode, made (CHAPTERIZED, version 2) if there is none;
 * returns its rowid.  title may be NULL where the caller doesn't know it; a row
 * of ours without one gets it later.
 */
long long episodes_add(struct db *db, const char *id, const char *title);

/* Whether it has no row; and whether episodes_add() has use for a title. */
bool episodes_lacks(struct db *db, const char *id, bool *title);

/*
 * Whether pictures may be made for it: not of version 1, and CHAPTERIZED or
 * later (or force).  Else why, "Episode X is v1 pipeline, image generation not
 * supported".  One without a row may, as may one with COST_LIMIT or with a
 * status that we don't know.  One that doesn't say its version is of 1.
 */
bool episodes_may_draw(struct db *db, const char *id, bool force,
	char why[EPISODES_WHY_MAX]);

/* It has its pictures: IMAGES_GENERATED, if it isn't further, and no
 * error_message.  Returns whether that changed anything. */
bool episodes_done(struct db *db, const char *id);

/* Whether there is a row, and episodes_done() would change nothing. */
bool episodes_is_done(struct db *db, const char *id);

/* The status stays. */
void episodes_failed(struct db *db, const char *id, const char *message);

/* COST_LIMIT, unless that would lose a status beyond IMAGES_GENERATED; and the
 * message. */
void episodes_over_limit(struct db *db, const char *id, const char *message);

#endif
