/*
 * run: run a tool to its end, and take what it prints.
 *
 *	struct run run = { .argv = argv, .limit_s = 30, .max_bytes = 1 << 20 };
 *
 *	if (run_tool(&run) == 0)
 *		... run.data, run.len ...
 *	free(run.data);
 *
 * RUN_AT_ONCE of them work at a time, others wait for up to RUN_WAIT_S.  Why a
 * tool failed is known by its log (log.h).  All functions may be called in any
 * thread.
 */
#ifndef LIMN_RUN_H
#define LIMN_RUN_H

#include <stdbool.h>
#include <stddef.h>

struct failure;

#define RUN_AT_ONCE 8
#define RUN_WAIT_S 10
#define RUN_LINE_SIZE 2100 /* bytes of an error; see ERR_MESSAGE_MAX */

/* What is no exit status. */
enum {
	RUN_FAILED = 256, /* it couldn't be started, or a signal ended it */
	RUN_BUSY,         /* too many are at work */
	RUN_LATE,         /* its time was over, and it was ended */
	RUN_LONG,         /* it wrote too much, and was ended */
};

struct run {
	const char *const *argv; /* see launch.h, as for the token */
	const char *token;
	unsigned limit_s;
	size_t max_bytes;

	char *data; /* what it wrote, a string; the caller frees it */
	size_t len;
	char error[RUN_LINE_SIZE]; /* its last error, or "" */
};

/* Once, before there are threads. */
bool run_begin(struct failure *f);

/* Returns its exit status, or one of the above. */
int run_tool(struct run *run);

/* End all that is under way, and start nothing more. */
void run_stop(void);

#endif
