#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

#include "paid/sigdefer.h"

#define SIGNALS 3

static const int signals[SIGNALS] = { SIGINT, SIGTERM, SIGHUP };

/*
 * One for the process, because a signal handler gets no argument from its
 * caller.  It is used from sigdefer_begin() to sigdefer_end().
 */
static struct {
	bool is_deferring;
	volatile sig_atomic_t is_sending;
	volatile sig_atomic_t interrupted; /* the signal, or 0 */
	struct timespec interrupted_at;
	struct sigaction former[SIGNALS];
	void (*former_pipe)(int);
} state;

static double
seconds_between(struct timespec from, struct timespec to)
{
	return (double)(to.tv_sec - from.tv_sec) +
		(double)(to.tv_nsec - from.tv_nsec) / 1e9;
}

static void
on_signal(int sig)
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
		/* a failure to write doesn't matter */
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
	struct sigaction act = { .sa_handler = on_signal };

	/* one at a time: make passes on a signal that the terminal sent, too */
	sigemptyset(&act.sa_mask);
	for (size_t i = 0; i < SIGNALS; i++)
		sigaddset(&act.sa_mask, signals[i]);
	act.sa_flags = SA_RESTART;
	state.interrupted = 0;
	state.is_sending = 0;
	state.is_deferring = true;
	state.former_pipe = signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < SIGNALS; i++) {
		sigaction(signals[i], NULL, &state.former[i]);
		/* a signal that nohup or a shell ignores stays ignored */
		if (state.former[i].sa_handler != SIG_IGN)
			sigaction(signals[i], &act, NULL);
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
	for (size_t i = 0; i < SIGNALS; i++)
		sigaction(signals[i], &state.former[i], NULL);
	if (state.interrupted)
		raise(state.interrupted);
}
