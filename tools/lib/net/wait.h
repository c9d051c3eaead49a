/*
 * wait: the time before a request is sent again.
 */
#ifndef LIMN_WAIT_H
#define LIMN_WAIT_H

/*
 * The seconds of retry-after-ms or Retry-After; -1 if both are NULL or wrong.
 * Retry-After is a number, or an HTTP date, from which the date of the answer
 * is subtracted.  Each argument may be NULL.
 */
double wait_asked(const char *ms, const char *after, const char *date);

/* limn's own wait, after so many waits: half a second, doubled each time, at
 * most 8 seconds, minus a random part of up to a quarter. */
double wait_own(int waits);

/* Sleep for that time. */
void wait_for(double seconds);

#endif
