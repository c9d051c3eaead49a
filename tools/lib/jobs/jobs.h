/*
 * jobs: the rows of limn_jobs: what a page asked for, and the result.
 *
 *	db_begin(db);
 *	id = jobs_add(db, "abc123", "ch02", true);
 *	if (!db_commit(db, &f))
 *		...
 *
 * A job is a run of make imagegen.  It is queued, then running, then done,
 * failed or cost_limit; no row goes back to an earlier state, and none is
 * deleted.  One job of an episode runs at a time.
 *
 * Whoever runs a job holds the lock of its row (database/row-lock.h), and so
 * does its make.  A running row whose lock is not held is stale: its processes
 * are dead, and jobs_sweep() marks it failed.
 *
 * The process that ends a job takes the next one in the same transaction, and a
 * job is added before the process that runs it is started.  So every queued job
 * is run.
 *
 * The caller calls these functions in a transaction, except jobs_json(),
 * jobs_list(), jobs_is_cancelled() and jobs_are_stale().
 */
#ifndef LIMN_JOBS_H
#define LIMN_JOBS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "database/row-lock.h"

struct db;

#define JOBS_TABLE "limn_jobs"
#define JOBS_ID_SIZE 65        /* bytes of an episode's or a chapter's id */
#define JOBS_MESSAGE_SIZE 1024 /* bytes */
#define JOBS_QUEUE_MAX 100     /* of an episode */
#define JOBS_LIST_MAX 20

#define JOBS_INTERRUPTED "interrupted" /* messages of limn */
#define JOBS_CANCELLED "cancelled"

struct job {
	long long id;
	char episode[JOBS_ID_SIZE];
	char chapter[JOBS_ID_SIZE]; /* "": all */
	bool force;
	struct row_lock lock;
};

/* Add a job and return its id.  If the same job (episode, chapter, force) is
 * queued or running and not cancelled, its id is returned.  0: JOBS_QUEUE_MAX
 * jobs are queued.  chapter may be NULL: all. */
long long jobs_add(struct db *db, const char *episode, const char *chapter,
	bool force);

/* Take the oldest queued job of the episode, and the lock of its row.  false:
 * none is queued, or another job of the episode runs. */
bool jobs_take(struct db *db, const char *episode, struct job *job);

/* How many chapters are finished, of how many; message is the last line. */
void jobs_progress(struct db *db, const struct job *job, size_t done,
	size_t total, const char *message);

/* The caller releases the lock after the commit. */
void jobs_end(struct db *db, const struct job *job, const char *state,
	bool is_cancelled, const char *message);

/* Cancel a job.  A queued job fails at once; a running one fails when its
 * runner has stopped its make.  A job that has ended stays as it is. */
void jobs_cancel(struct db *db, long long id);
bool jobs_is_cancelled(struct db *db, long long id);

/* Make the stale jobs of all episodes failed; whether there are any. */
void jobs_sweep(struct db *db);
bool jobs_are_stale(struct db *db);

/* A job as manage-jobs(1) prints it; NULL: there is no job with that id. */
json_t *jobs_json(struct db *db, long long id);

/* The last JOBS_LIST_MAX jobs of an episode, or (NULL) of all, newest first. */
json_t *jobs_list(struct db *db, const char *episode);

#endif
