#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "jobs/afresh.h"
#include "jobs/guard.h"
#include "jobs/job-make.h"
#include "jobs/jobs.h"

#define WORD_SIZE (sizeof "CHAPTER=" + JOBS_ID_SIZE)

void
job_make_environment(const char *database)
{
	afresh();
	if (setenv("MAKE_TERMERR", "1", 1) != 0 ||
		setenv("NO_COLOR", "1", 1) != 0 ||
		(database && setenv("DATABASE", database, 1) != 0))
		die(EXIT_TRY_LATER, "out of memory");
}

bool
job_make_start(const struct job_make *make, const struct job *job)
{
	char jobs[WORD_SIZE], episode[WORD_SIZE], chapter[WORD_SIZE];
	const char *argv[16] = { "make" };
	size_t n = 1;

	snprintf(jobs, sizeof jobs, "-j%ld", make->parallel);
	snprintf(episode, sizeof episode, "EP=%s", job->episode);
	snprintf(chapter, sizeof chapter, "CHAPTER=%s", job->chapter);
	if (make->makefile) {
		argv[n++] = "-f";
		argv[n++] = make->makefile;
	}
	argv[n++] = "--no-print-directory";
	argv[n++] = jobs;
	argv[n++] = "imagegen";
	argv[n++] = episode;
	argv[n++] = chapter;
	argv[n++] = job->force ? "FORCE=1" : "FORCE=0";
	/* a server that was told so on its command line is to draw all the same
	 */
	argv[n++] = "DRY_RUN=";
	argv[n++] = "JSON=";
	argv[n] = NULL;
	return guard_start((char *const *)(uintptr_t)argv);
}
