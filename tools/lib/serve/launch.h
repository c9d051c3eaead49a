/*
 * launch: start the tools beside this one, and make, as processes.
 *
 * No shell has a part in it.  A process has no input, the environment that
 * launch_begin() has left, and is as deaf to signals as a process should be.
 */
#ifndef LIMN_LAUNCH_H
#define LIMN_LAUNCH_H

#include <stdbool.h>
#include <sys/types.h>

#define LAUNCH_ARGUMENTS_MAX 16
#define LAUNCH_PATH_MAX 4096

/* Once, before there are threads: make the environment what the tools need,
 * and find where they are; or die. */
void launch_begin(void);

/* How to start a process. */
struct launch {
	const char *const *argv; /* argv[0]: a tool beside this one, or make */
	const char *token;       /* its LIMN_TOKEN, or NULL */
	int out, err;  /* file descriptors; -1: /dev/null, and the server's */
	bool is_group; /* it leads a process group of its own */
};

/* Start it; returns 0 or an errno. */
int launch(const struct launch *l, pid_t *pid);

/* Start one that nobody waits for, and which may outlive the server. */
bool launch_and_leave(const char *const *argv);

/* Bury those of them that have ended. */
void launch_reap(void);

#endif
