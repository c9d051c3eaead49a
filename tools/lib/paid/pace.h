/*
 * pace: limit the calls a minute, over all processes of this user.
 *
 * Before a call, a process takes a lock, sleeps until 60 s divided by the limit
 * have passed since the last call, writes the time, and releases the lock.  The
 * kernel queues the processes that wait, in their order, and drops those that
 * die.  The file is in /tmp/limn-UID/.
 */
#ifndef LIMN_PACE_H
#define LIMN_PACE_H

#include <stdbool.h>

struct failure;

#define PACE_MAX 100000.0 /* calls a minute */
#define PACE_MIN 0.0001   /* about one a week; a lower limit counts as this */

/*
 * Wait for the turn of a call to this base URL; rpm calls a minute, 0: no
 * limit. If the wait is a second or more, a message says so; it begins with
 * what.
 */
bool pace_wait(const char *what, const char *base, double rpm,
	struct failure *f);

#endif
