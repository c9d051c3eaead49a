#define _GNU_SOURCE /* getrandom, strptime, timegm */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "net/wait.h"

#define FIRST 0.5   /* seconds */
#define LONGEST 8.0 /* seconds, of limn's own wait */
#define ENDLESS 1e9 /* seconds; a longer wait is cut to this */

/* Parse a number without sign, exponent and rest. */
static bool
parse_number(const char *s, double *number)
{
	char *end;
	size_t n = strspn(s, "0123456789.");

	if (n == 0)
		return false;
	*number = strtod(s, &end);
	if (end != s + n || end[strspn(end, " \t")])
		return false;
	if (*number > ENDLESS)
		*number = ENDLESS;
	return true;
}

/* Parse a date in one of the three forms of HTTP. */
static bool
parse_date(const char *s, time_t *date)
{
	static const char *const forms[] = { "%a, %d %b %Y %H:%M:%S GMT",
		"%A, %d-%b-%y %H:%M:%S GMT", "%a %b %d %H:%M:%S %Y" };

	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		struct tm tm = { 0 };
		const char *end = strptime(s, forms[i], &tm);

		if (end && !end[strspn(end, " \t")]) {
			*date = timegm(&tm);
			return true;
		}
	}
	return false;
}

double
wait_asked(const char *ms, const char *after, const char *date)
{
	double wait;
	time_t then, now;

	if (ms && parse_number(ms, &wait))
		return wait / 1000;
	if (!after)
		return -1;
	if (parse_number(after, &wait))
		return wait;
	if (!parse_date(after, &then))
		return -1;
	if (!date || !parse_date(date, &now))
		now = time(NULL);
	wait = difftime(then, now);
	return wait < 0 ? 0 : wait;
}

double
wait_own(int waits)
{
	double wait = FIRST;
	uint32_t chance = 0;

	for (int i = 0; i < waits && wait < LONGEST; i++)
		wait *= 2;
	if (wait > LONGEST)
		wait = LONGEST;
	/* without a random number all waits are the same, which will do */
	if (getrandom(&chance, sizeof chance, GRND_NONBLOCK) < 0)
		chance = 0;
	return wait * (1 - 0.25 * chance / UINT32_MAX);
}

void
wait_for(double seconds)
{
	struct timespec until;
	long nanoseconds = (long)((seconds - (double)(time_t)seconds) * 1e9);

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += (time_t)seconds;
	until.tv_nsec += nanoseconds;
	if (until.tv_nsec >= 1000000000L) {
		until.tv_nsec -= 1000000000L;
		until.tv_sec++;
	}
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) ==
		EINTR)
		;
}
