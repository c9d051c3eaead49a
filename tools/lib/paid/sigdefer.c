#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

#include "paid/sigdefer.h"

#define ENDS 3

static const int ends[ENDS] = { SIGINT, SIGTERM, SIGHUP };

/*
 * One for the process: what a signal does is a property of the process, and a
 * handler gets no argument of ours.  Nothing of it outlives sigdefer_end().
 */
static struct {
	bool is_deferring;
	volatile sig_atomic_t is_sending, interrupted; /* by this signal */
	struct timespec interrupted_at;
	struct sigaction former[ENDS];
	void (*former_pipe)(int);
} state;

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
	static const char reserving[] =
		"limn: nothing was sent: ends when that is recorded; interrupt "
		"once more to end at once\n";
	int errnum = errno;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (state.interrupted &&
		seconds_between(state.interrupted_at, now) > SIGDEFER_SAME_S)
		_exit(128 + sig);
	if (!state.interrupted) {
		state.interrupted = sig;
		state.interrupted_at = now;
		/* if it can't be written, nobody reads it */
		if (write(STDERR_FILENO, state.is_sending ? sending : reserving,
			    state.is_sending ? sizeof sending - 1
					     : sizeof reserving - 1) < 0)
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
	state.interrupted = 0;
	state.is_sending = 0;
	state.is_deferring = true;
	state.former_pipe = signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < ENDS; i++) {
		sigaction(ends[i], NULL, &state.former[i]);
		/* nohup, or a shell's background job: it stays ignored */
		if (state.former[i].sa_handler != SIG_IGN)
			sigaction(ends[i], &act, NULL);
	}
}

bool
sigdefer_may_send(void)
{
	state.is_sending = 1;
	return !state.interrupted;
}

void
sigdefer_end(void)
{
	if (!state.is_deferring)
		return;
	state.is_deferring = false;
	signal(SIGPIPE, state.former_pipe);
	for (size_t i = 0; i < ENDS; i++)
		sigaction(ends[i], &state.former[i], NULL);
	if (state.interrupted)
		raise(state.interrupted);
}
