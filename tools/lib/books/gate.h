/*
 * gate: what the database has to know of an episode before a run, and of a run
 * that has failed.
 *
 *	const struct gate g = { .episode = "abc123", .chapters = path };
 *
 *	if (!gate_check(db, &g, &f))
 *		...
 */
#ifndef LIMN_GATE_H
#define LIMN_GATE_H

#include <stdbool.h>

struct db;
struct failure;

struct gate {
	const char *episode;  /* its id */
	const char *chapters; /* path of its chapters.json */
	bool force;           /* even if it isn't ready for images */
};

/* Whether images may be made for the episode: else EXIT_BAD_INPUT.  Nothing is
 * written. */
bool gate_look(struct db *db, const struct gate *g, struct failure *f);

/* The same; then the episode gets its row, and what dead processes left (runs,
 * purchases) is closed.  Where there is nothing to change, nothing is written.
 */
bool gate_check(struct db *db, const struct gate *g, struct failure *f);

/*
 * Note the message in the episode, and in the run (LIMN_RUN).  An episode that
 * is not ready for images has not failed: there nothing is noted.
 */
bool gate_note_failure(struct db *db, const struct gate *g, const char *message,
	struct failure *f);

#endif
