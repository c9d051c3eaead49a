#define _GNU_SOURCE /* close_range(), pipe2() */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "err.h"
#include "jobs/guard.h"

#define TIMEOUT_MAX 86400 /* seconds, of a call; more is none */
#define NOT_FOUND 127     /* what shells say of a command */
#define BY_SIGNAL 128     /* the same */
#define LOOK_S 1          /* between two looks at the clock */

/* Read by the handler: the guard's process, 0: none. */
static volatile sig_atomic_t guard;
static volatile sig_atomic_t told;

static pid_t group;     /* which the guard leads, or led */
static int output = -1; /* to read from */
static time_t deadline; /* of what a killed guard has left; 0: it wasn't */

/* --- the command, and its guard */

static time_t
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

static long
timeout(const char *name, long fallback)
{
	const char *s = getenv(name);
	double seconds = s && *s ? strtod(s, NULL) : (double)fallback;

	return seconds >= 1 && seconds <= TIMEOUT_MAX ? (long)seconds
						      : fallback;
}

/* The fallbacks are those of the tools. */
static long
patience(void)
{
	long image = timeout("IMAGE_GEN_TIMEOUT", 600);
	long llm = timeout("LLM_TIMEOUT", 120);

	return (image > llm ? image : llm) + GUARD_GRACE_S;
}

/* SIGCONT: who is stopped would not hear it. */
static void
terminate(pid_t whom)
{
	kill(whom, SIGTERM);
	kill(whom, SIGCONT);
}

_Noreturn static void
become(char *const argv[], int out, pid_t parent)
{
	static const int usual[] = { SIGINT, SIGHUP, SIGTERM, SIGPIPE };
	int null = open("/dev/null", O_RDONLY);
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(BY_SIGNAL + SIGTERM);
	for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
		signal(usual[i], SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	dup2(null, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	close_range(STDERR_FILENO + 1, ~0U, 0);
	execvp(argv[0], argv);
	err("%s: it can't be run:", argv[0]);
	_exit(NOT_FOUND);
}

/* Nothing here allocates or closes what is ours: we are a copy.  The reading
 * end of the output stays open, so that nobody dies of a pipe without readers.
 */
_Noreturn static void
watch(char *const argv[], int out, pid_t parent, const sigset_t *signals)
{
	const struct timespec look = { LOOK_S, 0 };
	bool has_ended = false;
	int status, code = 0;
	time_t until = 0;
	pid_t command, pid;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	setpgid(0, 0);
	if (getppid() != parent)
		_exit(BY_SIGNAL + SIGTERM);
	command = getpid();
	parent = command;
	command = fork();
	if (command == 0)
		become(argv, out, parent);
	close(out);
	for (;;) {
		bool is_term = sigtimedwait(signals, NULL, &look) == SIGTERM;

		while ((pid = waitpid(0, &status, WNOHANG)) > 0) {
			if (pid != command)
				continue;
			has_ended = true;
			code = WIFEXITED(status) ? WEXITSTATUS(status)
						 : BY_SIGNAL + WTERMSIG(status);
		}
		if (command < 0)
			_exit(EXIT_TRY_LATER);
		if (has_ended && (code == 0 || pid < 0))
			_exit(code);
		if (!until && (is_term || has_ended)) {
			until = now() + patience();
			terminate(0);
		}
		if (until && now() >= until)
			kill(0, SIGKILL);
	}
}

/* --- our side */

static void
note(int sig)
{
	int errnum = errno;

	told = told || sig;
	if (guard > 0)
		terminate(guard);
	errno = errnum;
}

void
guard_begin(void)
{
	struct sigaction act = { .sa_handler = note };

	setsid();
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
	act.sa_flags = SA_RESTART;
	sigemptyset(&act.sa_mask);
	sigaction(SIGTERM, &act, NULL);
}

/* From here to unhold() no SIGTERM comes between. */
static void
hold(sigset_t *former)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, former);
}

static void
unhold(const sigset_t *former)
{
	sigprocmask(SIG_SETMASK, former, NULL);
}

bool
guard_start(char *const argv[])
{
	int ends[2];
	sigset_t former, signals;
	pid_t self = getpid(), pid;

	if (output >= 0)
		close(output);
	output = -1;
	if (pipe2(ends, O_CLOEXEC) != 0)
		die(EXIT_TRY_LATER, "a pipe:");
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	hold(&former);
	if (told) {
		unhold(&former);
		close(ends[0]);
		close(ends[1]);
		return false;
	}
	pid = fork();
	if (pid == 0) {
		sigemptyset(&signals);
		sigaddset(&signals, SIGTERM);
		sigaddset(&signals, SIGCHLD);
		watch(argv, ends[1], self, &signals);
	}
	if (pid < 0)
		die(EXIT_TRY_LATER, "a process:");
	setpgid(pid, pid);
	guard = group = pid;
	deadline = 0;
	unhold(&former);
	close(ends[1]);
	output = ends[0];
	return true;
}

int
guard_output(void)
{
	return output;
}

void
guard_stop(void)
{
	sigset_t former;

	hold(&former);
	if (guard > 0)
		terminate(guard);
	unhold(&former);
}

/* What is left of the group is our child now. */
bool
guard_has_ended(int *status)
{
	bool has_ended = false;
	sigset_t former;
	pid_t pid;
	int s;

	hold(&former);
	while ((pid = waitpid(-group, &s, WNOHANG)) > 0)
		if (pid == guard) {
			guard = 0;
			has_ended = WIFEXITED(s);
			*status = has_ended ? WEXITSTATUS(s)
					    : BY_SIGNAL + WTERMSIG(s);
			if (has_ended)
				break;
			deadline = now() + patience();
			terminate(-group);
		}
	unhold(&former);
	if (has_ended || (pid < 0 && !guard))
		return true;
	if (deadline && now() >= deadline)
		kill(-group, SIGKILL);
	return false;
}

bool
guard_is_told(void)
{
	return told;
}

void
guard_forget(void)
{
	told = 0;
}
