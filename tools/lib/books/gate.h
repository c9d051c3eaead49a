/*
 * gate: ask the database before a run whether an episode is ready for images,
 * and tell it when a run has failed.
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

/* Check that the episode is ready for images: if not, EXIT_BAD_INPUT.  Nothing
 * is written. */
bool gate_look(struct db *db, const struct gate *g, struct failure *f);

/* The same.  Then the episode gets its row, and the runs and purchases of dead
 * processes are closed.  If nothing would change, nothing is written. */
bool gate_check(struct db *db, const struct gate *g, struct failure *f);

/*
 * Record the message in the episode and in the run (LIMN_RUN).  An episode that
 * is not ready for images has not failed: then nothing is recorded.
 */
bool gate_note_failure(struct db *db, const struct gate *g, const char *message,
	struct failure *f);

#endif
