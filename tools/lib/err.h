/*
 * err: messages on standard error, and the exit statuses of every tool.
 *
 * A message is one line, "tool: where: what; what to do about it".  It is one
 * write(2), so that the lines of parallel jobs don't mix.  If a format ends in
 * a colon, a space and strerror(errno) are added.  Control bytes in the text,
 * which may quote hostile input, are written as \xNN.  A message longer than
 * ERR_MESSAGE_MAX bytes is cut, and ends in "...".
 */
#ifndef LIMN_ERR_H
#define LIMN_ERR_H

#define ERR_MESSAGE_MAX 2048

enum exit_status {
	EXIT_REFUSED = 10,     /* by the content policy, or by the LLM */
	EXIT_COST_LIMIT = 11,  /* a limit of the user's */
	EXIT_UNKNOWN = 12,     /* sent, and it may have been billed */
	EXIT_USAGE = 64,       /* the command line */
	EXIT_BAD_INPUT = 65,   /* an input has an error */
	EXIT_NO_INPUT = 66,    /* an input is missing */
	EXIT_UNAVAILABLE = 69, /* provider down or unreachable */
	EXIT_CANT_CREATE = 73, /* an output can't be created */
	EXIT_IO = 74,          /* can't read or write */
	EXIT_TRY_LATER = 75,   /* rate limit, lock, out of memory */
	EXIT_BAD_ANSWER = 76,  /* an answer that can't be used */
	EXIT_NO_ACCESS = 77,   /* key, permission or credit */
	EXIT_BAD_CONFIG = 78,  /* a setting, or the installation */
};

/* The tool's name, the first word of each message. */
extern const char *err_prog;

/* Print a warning, and go on. */
void warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * Print an error, and go on: for a tool that finds more than one before it
 * ends.  Errors are added to the log (log.h), too.  make imagegen takes the
 * reason of its [FAIL] line from there.
 */
void err(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Print an error, and exit with status. */
_Noreturn void die(int status, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* die() with EXIT_TRY_LATER; buf.h and json.h have functions that call it. */
_Noreturn void die_out_of_memory(void);

#endif
