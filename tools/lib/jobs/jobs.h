/*
 * jobs: what is asked of limn by a page, and what becomes of it; the rows of
 * limn_jobs.
 *
 *	db_begin(db);
 *	id = jobs_add(db, "abc123", "ch02", true);
 *	db_commit(db);
 *
 * A job is a run of make imagegen.  It is queued, then running, then done,
 * failed or cost_limit; a row never goes back, and none is deleted.  Of an
 * episode one is running at a time: jobs_take() sees to that, and the row says
 * whose it is (process.h).  One that is left running by a process that is gone
 * is failed by whoever calls jobs_sweep() next.
 *
 * Whoever ends a job takes the next in the same transaction, and a job is added
 * before somebody is started to take it: so none is left lying.
 *
 * Each function is for within a transaction of the caller's, but for
 * jobs_progress() and those that only read.
 */
#ifndef LIMN_JOBS_H
#define LIMN_JOBS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "books/process.h"

struct db;

#define JOBS_TABLE "limn_jobs"
#define JOBS_ID_SIZE 65        /* bytes of an episode's or a chapter's id */
#define JOBS_MESSAGE_SIZE 1024 /* bytes */
#define JOBS_QUEUE_MAX 100     /* of an episode */
#define JOBS_LIST_MAX 20

#define JOBS_INTERRUPTED "interrupted" /* messages of ours */
#define JOBS_CANCELLED "cancelled"

struct job {
	long long id;
	char episode[JOBS_ID_SIZE];
	char chapter[JOBS_ID_SIZE]; /* "": all */
	bool force;
	struct process process; /* ours */
};

/* The id of the new job, or of the same one (episode, chapter, force) that is
 * queued or running already and isn't cancelled; 0 where JOBS_QUEUE_MAX wait.
 * chapter may be NULL: all. */
long long jobs_add(struct db *db, const char *episode, const char *chapter,
	bool force);

/*
 * Take the oldest queued job of the episode.  false: there is none, or another
 * process has one running, and will take it.
 */
bool jobs_take(struct db *db, const char *episode, struct job *job);

/* How far it is; message is the last line.  false: it is to be stopped, for it
 * is cancelled, or not ours any more. */
bool jobs_progress(struct db *db, const struct job *job, size_t done,
	size_t total, const char *message);

bool jobs_is_cancelled(struct db *db, long long id);

/* A job of ours has ended; is_cancelled: before its time. */
void jobs_end(struct db *db, const struct job *job, const char *state,
	bool is_cancelled, const char *message);

/*
 * A queued job fails at once.  Of one that is running the process is sent
 * SIGTERM, which it finds before it can end that job, for it needs a
 * transaction to do so; jobs_is_cancelled() tells it which job was meant.
 * A job that has ended is left alone.
 */
void jobs_cancel(struct db *db, long long id);

/* Fail the jobs that are left running, of all episodes; and whether there are
 * any. */
void jobs_sweep(struct db *db);
bool jobs_are_left(struct db *db);

/* Of jobs-json.c: as serve-gallery tells them; NULL where there is none of that
 * id, or a table without any.  And the last JOBS_LIST_MAX, the newest first, of
 * an episode or (NULL) of all. */
json_t *jobs_json(struct db *db, long long id);
json_t *jobs_list(struct db *db, const char *episode);

#endif
