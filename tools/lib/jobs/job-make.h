/*
 * job-make: the make of a job, as a person would run it.
 *
 *	job_make_environment("outputs/limn.db");
 *	if (job_make_start(&make, &job))
 *		... see guard.h ...
 *
 * No shell has a part in it.
 */
#ifndef LIMN_JOB_MAKE_H
#define LIMN_JOB_MAKE_H

#include <stdbool.h>

struct job;

struct job_make {
	const char *makefile; /* NULL: the one that make finds */
	long parallel;        /* steps at a time */
};

/* Once: afresh(), and the tools are to say their steps, without colour.
 * database is what the job is to book in; NULL: what it finds. */
void job_make_environment(const char *database);

/* guard_start() of it. */
bool job_make_start(const struct job_make *make, const struct job *job);

#endif
