#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

#include "paid/sigdefer.h"

#define ENDS 3

static const int ends[ENDS] = { SIGINT, SIGTERM, SIGHUP };
static struct sigaction former[ENDS];
static void (*former_pipe)(int);
static volatile sig_atomic_t interrupted;
static struct timespec interrupted_at;
static volatile sig_atomic_t is_sending;
static bool is_holding;

static double
seconds_between(struct timespec from, struct timespec to)
{
	return (double)(to.tv_sec - from.tv_sec) +
		(double)(to.tv_nsec - from.tv_nsec) / 1e9;
}

static void
note(int sig)
{
	static const char sending[] =
		"limn: a call is under way, and paid for: waits for its "
		"answer; interrupt once more to give it up\n";
	static const char booking[] =
		"limn: nothing was sent: ends when that is booked; interrupt "
		"once more to end at once\n";
	int errnum = errno;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (interrupted &&
		seconds_between(interrupted_at, now) > SIGDEFER_SAME_S)
		_exit(128 + sig);
	if (!interrupted) {
		interrupted = sig;
		interrupted_at = now;
		/* nobody is there to be told, or he was */
		if (write(STDERR_FILENO, is_sending ? sending : booking,
			    is_sending ? sizeof sending - 1
				       : sizeof booking - 1) < 0)
			errno = errnum;
	}
	errno = errnum;
}

void
sigdefer_begin(void)
{
	struct sigaction act = { .sa_handler = note };

	/* one at a time: they come in pairs */
	sigemptyset(&act.sa_mask);
	for (size_t i = 0; i < ENDS; i++)
		sigaddset(&act.sa_mask, ends[i]);
	act.sa_flags = SA_RESTART;
	interrupted = 0;
	is_sending = 0;
	is_holding = true;
	former_pipe = signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < ENDS; i++) {
		sigaction(ends[i], NULL, &former[i]);
		/* nohup, or a shell's background job: it stays ignored */
		if (former[i].sa_handler != SIG_IGN)
			sigaction(ends[i], &act, NULL);
	}
}

bool
sigdefer_may_send(void)
{
	is_sending = 1;
	return !interrupted;
}

void
sigdefer_end(void)
{
	if (!is_holding)
		return;
	is_holding = false;
	signal(SIGPIPE, former_pipe);
	for (size_t i = 0; i < ENDS; i++)
		sigaction(ends[i], &former[i], NULL);
	if (interrupted)
		raise(interrupted);
}
