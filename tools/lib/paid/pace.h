/*
 * pace: so many calls a minute, over all processes of this user.
 *
 * Each call takes the next place, a minute divided by the number after the one
 * before it, in the order in which the processes ask.  The place of one who
 * dies while waiting is free for whoever asks next: a run that was ended
 * doesn't slow the one after it.  The file that tells the places is in
 * /tmp/limn-UID/.
 */
#ifndef LIMN_PACE_H
#define LIMN_PACE_H

#define PACE_MAX 100000.0 /* calls a minute */
#define PACE_MIN 0.0001   /* one a week; less is taken for that */

/*
 * Wait for a place among the calls to this base URL; rpm calls a minute, 0 for
 * no limit.  A wait of a second or more is said; what heads the message.
 */
void pace_wait(const char *what, const char *base, double rpm);

#endif
