/*
 * failure: what went wrong, for the caller to print.
 *
 *	struct failure f = { 0 };
 *
 *	if (!file_read(path, &b, &f))
 *		return false;			in a module: f goes up
 *	if (!file_read(path, &b, &f))
 *		die_of(&f);			in a tool's main
 *
 * A module doesn't exit: a function that can fail returns false or NULL, and
 * fills in a struct failure that its caller gave it.  NULL instead of one means
 * that the caller doesn't want to know why.
 */
#ifndef LIMN_FAILURE_H
#define LIMN_FAILURE_H

#include <stdbool.h>

#define FAILURE_MESSAGE_MAX 2048 /* bytes */

struct failure {
	int status;          /* an exit status of err.h; 0: nothing is wrong */
	bool stop;           /* every other request would fail, too */
	const char *setting; /* the setting to change, or NULL */
	char message[FAILURE_MESSAGE_MAX]; /* "where: what; what to do" */
};

/*
 * Fill in f, if it isn't NULL, and return false.  If the format ends in a
 * colon, strerror(errno) is added; errno stays as it was.  The other members
 * are set to 0.
 */
bool failure_set(struct failure *f, int status, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Print the message as an error (see err.h), and exit with its status. */
_Noreturn void die_of(const struct failure *f);

#endif
