/*
 * runner: run the queued jobs of an episode, one after another.
 *
 *	struct runner r = { .db = db, .episode = "abc123", .parallel = 8 };
 *
 *	runner_begin();
 *	if (!runner_run(&r, &f))
 *		die_of(&f);
 *
 * A job is a make imagegen.  It has its own process group, and inherits the
 * lock of its row.  So the job is alive as long as its make, even if this
 * process dies.  On a cancel, or on SIGTERM, the group gets one SIGINT, as
 * from a terminal.  Then each make waits for its tools, and a tool waits for
 * the answer of a call that is paid for.
 */
#ifndef LIMN_RUNNER_H
#define LIMN_RUNNER_H

#include <stdbool.h>

struct db;
struct failure;

struct runner {
	struct db *db;
	const char *episode;
	const char *database; /* DATABASE of the makes; NULL: their default */
	const char *makefile; /* NULL: make's default */
	long parallel;        /* steps at a time */

	bool is_told; /* output: there was a SIGTERM */
};

/* Call this first.  It starts a new session if it can, ignores SIGINT and
 * SIGHUP, and blocks SIGTERM until runner_run(). */
void runner_begin(void);

/* Run jobs until none is queued, another process runs one of the episode, or
 * SIGTERM comes.  false: the database can't be used, or there is no memory. */
bool runner_run(struct runner *r, struct failure *f);

#endif
