/*
 * launch: start the tools beside this one as processes.
 *
 * There is no shell in between.  A process has no input, the environment that
 * launch_begin() has left, and no signal ignored or blocked.
 */
#ifndef LIMN_LAUNCH_H
#define LIMN_LAUNCH_H

#include <stdbool.h>
#include <sys/types.h>

struct failure;

#define LAUNCH_ARGUMENTS_MAX 16
#define LAUNCH_PATH_MAX 4096

/* Once, before there are threads: make the environment what the tools need,
 * and find where they are. */
bool launch_begin(struct failure *f);

/* How to start a process. */
struct launch {
	const char *const *argv; /* argv[0]: a tool beside this one */
	const char *token;       /* its LIMN_TOKEN, or NULL */
	int out;                 /* its standard output; -1: /dev/null */
	int log;       /* where it writes its log (log.h), and /dev/null is its
			* standard       error; -1: no log, and our standard error */
	bool is_group; /* it leads a process group of its own */
};

/* Start it; returns 0 or an errno. */
int launch(const struct launch *l, pid_t *pid);

/* Start one that nobody waits for, and which may outlive the server. */
bool launch_and_leave(const char *const *argv);

/* Wait for those of them that have ended. */
void launch_reap(void);

#endif
