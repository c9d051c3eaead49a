/*
 * run: run a tool to its end, and return its output.
 *
 *	struct run run = { .argv = argv, .limit_s = 30, .max_bytes = 1 << 20 };
 *
 *	if (run_tool(&run) == 0)
 *		... run.data, run.len ...
 *	free(run.data);
 *
 * RUN_AT_ONCE tools run at a time; others wait for up to RUN_WAIT_S seconds.
 * The reason of a failure is read from the tool's log (log.h).  All functions
 * may be called in any thread.
 */
#ifndef LIMN_RUN_H
#define LIMN_RUN_H

#include <stdbool.h>
#include <stddef.h>

struct failure;

#define RUN_AT_ONCE 8
#define RUN_WAIT_S 10
#define RUN_LINE_SIZE 2100 /* bytes of an error; see ERR_MESSAGE_MAX */

/* Results that are not exit statuses. */
enum {
	RUN_FAILED = 256, /* it couldn't be started, or a signal ended it */
	RUN_BUSY,         /* too many tools run */
	RUN_LATE,         /* it took too long, and was ended */
	RUN_LONG,         /* it wrote too much, and was ended */
};

struct run {
	const char *const *argv; /* see launch.h; also for token */
	const char *token;
	unsigned limit_s;
	size_t max_bytes;

	char *data; /* its output, a string; the caller frees it */
	size_t len;
	char error[RUN_LINE_SIZE]; /* its last error, or "" */
};

/* Call this once, before there are threads. */
bool run_begin(struct failure *f);

/* Returns the tool's exit status, or one of the above. */
int run_tool(struct run *run);

/* End all tools that run, and start no more. */
void run_stop(void);

#endif
