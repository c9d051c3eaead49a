/*
 * hold: signals that wait until a call is over.
 *
 *	hold_begin();
 *	... a request that is paid for, its answer kept ...
 *	hold_end();
 *
 * A first SIGINT, SIGTERM or SIGHUP finds a call that is under way, and most
 * likely paid for; so it is said, and has its effect at hold_end().  A second
 * one ends the tool at once; but make passes on what its children were sent,
 * too, so one that comes within HOLD_SAME_S is still the first.  SIGPIPE is
 * ignored meanwhile: whoever read our messages may be gone.
 */
#ifndef LIMN_HOLD_H
#define LIMN_HOLD_H

#define HOLD_SAME_S 0.5 /* seconds */

void hold_begin(void);

/* May not return; without hold_begin() nothing happens. */
void hold_end(void);

#endif
