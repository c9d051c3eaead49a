/*
 * sigdefer: signals that wait until a call is over.
 *
 *	sigdefer_begin();
 *	... what has to be done just before ...
 *	if (sigdefer_may_send())
 *		... a request that is paid for, its answer kept ...
 *	sigdefer_end();
 *
 * A first SIGINT, SIGTERM or SIGHUP finds a call that is under way, and most
 * likely paid for; so it is said, and has its effect at sigdefer_end().  A
 *second one ends the tool at once; one before sigdefer_may_send() finds nothing
 *under way, and nothing will be.  But make passes on what its children were
 *sent, too, so one that comes within SIGDEFER_SAME_S is still the first.
 *SIGPIPE is ignored meanwhile: whoever read our messages may be gone.
 */
#ifndef LIMN_SIGDEFER_H
#define LIMN_SIGDEFER_H

#include <stdbool.h>

#define SIGDEFER_SAME_S 0.5 /* seconds */

void sigdefer_begin(void);

/* From here on a request is under way; false: a signal came before. */
bool sigdefer_may_send(void);

/* May not return; without sigdefer_begin() nothing happens. */
void sigdefer_end(void);

#endif
