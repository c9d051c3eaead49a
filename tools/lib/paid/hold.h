/*
 * hold: signals that wait until a call is over.
 *
 *	hold_begin();
 *	... what has to be done just before ...
 *	if (hold_may_send())
 *		... a request that is paid for, its answer kept ...
 *	hold_end();
 *
 * A first SIGINT, SIGTERM or SIGHUP finds a call that is under way, and most
 * likely paid for; so it is said, and has its effect at hold_end().  A second
 * one ends the tool at once; one before hold_may_send() finds nothing under
 * way, and nothing will be.  But make passes on what its children were sent,
 * too, so one that comes within HOLD_SAME_S is still the first.  SIGPIPE is
 * ignored meanwhile: whoever read our messages may be gone.
 */
#ifndef LIMN_HOLD_H
#define LIMN_HOLD_H

#include <stdbool.h>

#define HOLD_SAME_S 0.5 /* seconds */

void hold_begin(void);

/* From here on a request is under way; false: a signal came before. */
bool hold_may_send(void);

/* May not return; without hold_begin() nothing happens. */
void hold_end(void);

#endif
