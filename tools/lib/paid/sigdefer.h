/*
 * sigdefer: signals that wait until a call is over.
 *
 *	sigdefer_begin();
 *	... the last steps before the request ...
 *	if (sigdefer_may_send())
 *		... send a request that is paid for, keep its answer ...
 *	sigdefer_end();
 *
 * The first SIGINT, SIGTERM or SIGHUP prints a message, and takes effect at
 * sigdefer_end(): the call under way is most likely paid for.  If it comes
 * before sigdefer_may_send(), nothing is under way, and nothing may be sent.  A
 * second signal ends the tool at once.  A signal within SIGDEFER_SAME_S of the
 * first counts as the same one: a terminal sends it to make and to the tools,
 * and make sends it to the tools again.  SIGPIPE is ignored, in case the reader
 * of the messages has ended.
 */
#ifndef LIMN_SIGDEFER_H
#define LIMN_SIGDEFER_H

#include <stdbool.h>

#define SIGDEFER_SAME_S 0.5 /* seconds */

void sigdefer_begin(void);

/* From here on a request is under way; false: a signal came before. */
bool sigdefer_may_send(void);

/* May not return.  Without sigdefer_begin() it does nothing. */
void sigdefer_end(void);

#endif
