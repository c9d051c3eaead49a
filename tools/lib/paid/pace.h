/*
 * pace: so many calls a minute, over all processes of this user.
 *
 * Whoever is to call takes a lock, sleeps until a minute divided by that number
 * has passed since the last call, notes the time, and gives the lock back.  The
 * kernel queues those who wait, in the order in which they ask, and forgets
 * those who die.  The file is in /tmp/limn-UID/.
 */
#ifndef LIMN_PACE_H
#define LIMN_PACE_H

#include <stdbool.h>

struct failure;

#define PACE_MAX 100000.0 /* calls a minute */
#define PACE_MIN 0.0001   /* one a week; less is taken for that */

/*
 * Wait for a turn among the calls to this base URL; rpm calls a minute, 0 for
 * no limit.  A wait of a second or more is said; what heads the message.
 */
bool pace_wait(const char *what, const char *base, double rpm,
	struct failure *f);

#endif
