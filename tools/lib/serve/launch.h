/*
 * launch: start the tools in this tool's directory as processes.
 *
 * No shell is used.  A process has no input, the environment as launch_begin()
 * made it, and no signal ignored or blocked.
 */
#ifndef LIMN_LAUNCH_H
#define LIMN_LAUNCH_H

#include <stdbool.h>
#include <sys/types.h>

struct failure;

#define LAUNCH_ARGUMENTS_MAX 16
#define LAUNCH_PATH_MAX 4096

/* Call this once, before there are threads.  It prepares the environment for
 * the tools, and finds their directory. */
bool launch_begin(struct failure *f);

/* How to start a process. */
struct launch {
	const char *const *argv; /* argv[0]: the name of a tool */
	const char *token;       /* its LIMN_TOKEN, or NULL */
	int out;                 /* its standard output; -1: /dev/null */
	/* its log (log.h), while its standard error is /dev/null; -1: it has no
	 * log, and the standard error of this process */
	int log;
	bool is_group; /* it leads a process group of its own */
};

/* Start it; returns 0 or an errno. */
int launch(const struct launch *l, pid_t *pid);

/* Start a process that may outlive the server, and don't wait for it. */
bool launch_and_leave(const char *const *argv);

/* Reap those of them that have ended. */
void launch_reap(void);

#endif
