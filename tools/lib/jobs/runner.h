/*
 * runner: runs the queued jobs of an episode, one after another.
 *
 *	struct runner r = { .db = db, .episode = "abc123", .parallel = 8 };
 *
 *	runner_begin();
 *	if (!runner_run(&r, &f))
 *		die_of(&f);
 *
 * A job is a make imagegen.  It leads a process group of its own, and inherits
 * the lock of its row: so the job lives as long as its make, whatever becomes
 * of us.  To cancel it, or where we are sent SIGTERM, the group gets SIGINT,
 * once, as from a terminal: each make waits for its tools then, and tools for
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
	const char *database; /* DATABASE of the makes; NULL: what they find */
	const char *makefile; /* NULL: the one that make finds */
	long parallel;        /* steps at a time */

	bool is_told; /* out: there was a SIGTERM */
};

/* First of all: a session of our own, if that can be; SIGINT and SIGHUP are
 * ignored, and SIGTERM waits for runner_run(). */
void runner_begin(void);

/* Until no job is queued, or another process runs one of the episode, or
 * SIGTERM.  false: the database can't be used, or memory is short. */
bool runner_run(struct runner *r, struct failure *f);

#endif
