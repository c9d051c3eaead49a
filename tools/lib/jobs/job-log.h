/*
 * job-log: the progress of a job, from the lines that its tools append to the
 * log of the episode (log.h).
 *
 *	struct job_log log;
 *
 *	job_log_open(&log, "outputs/abc123", "");
 *	... make is started ...
 *	while (... it runs ...)
 *		if (job_log_read(&log))
 *			... log.done, log.total, log.message ...
 *	job_log_close(&log);
 *
 * A chapter is finished when its thumbnail is written, which is its last stage.
 */
#ifndef LIMN_JOB_LOG_H
#define LIMN_JOB_LOG_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "jobs/jobs.h"

#define JOB_LOG "imagegen/log" /* in the directory of an episode */
#define JOB_LOG_PATH_MAX 4096
#define JOB_LOG_UP_TO_DATE "already up-to-date"

struct job_log {
	size_t done, total; /* chapters; total is 0 until it is known */

	/* Of the last line, or "".  The message of a step begins with its
	 * chapter and stage, that of an error with its tool. */
	char message[JOBS_MESSAGE_SIZE];

	/* What the run did, "6/8 images generated ($0.1234)"; if it had nothing
	 * to publish, JOB_LOG_UP_TO_DATE. */
	char result[JOBS_MESSAGE_SIZE];

	/* The first line of a tool that failed, or the first that met a limit:
	 * its status (0: none failed) and message. */
	int status;
	char failure[JOBS_MESSAGE_SIZE];

	/* private */
	int fd;           /* -1: the log can't be opened */
	struct buf text;  /* the part of a line that was read */
	json_t *finished; /* an object; its keys are the ids of chapters */
	bool is_one;      /* the job is about one chapter */
	char index[JOB_LOG_PATH_MAX];
};

/* Call this before make is started: lines that are there already don't count.
 * chapter: "" means all. */
void job_log_open(struct job_log *log, const char *episode_dir,
	const char *chapter);

/* Read the lines that were added; false: there are none. */
bool job_log_read(struct job_log *log);

void job_log_close(struct job_log *log);

#endif
