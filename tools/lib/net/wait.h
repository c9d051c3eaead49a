/*
 * wait: how long, before a request is tried again.
 */
#ifndef LIMN_WAIT_H
#define LIMN_WAIT_H

/*
 * The seconds that retry-after-ms or Retry-After ask for, as a number or as an
 * HTTP date, from which the header Date is taken off.  Each may be NULL; -1
 * where none says anything.
 */
double wait_asked(const char *ms, const char *after, const char *date);

/* Our own wait before another try, after so many waits: half a second, doubled
 * each time, 8 at most, and up to a quarter less by chance. */
double wait_own(int waits);

/* Wait so long. */
void wait_for(double seconds);

#endif
