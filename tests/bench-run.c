/*
 * bench-run: run commands, one after the other, and note what they took.
 *
 *	bench-run SAMPLES NAME COMMAND [ARG ...] [+ COMMAND [ARG ...]] ...
 *
 * adds a line to the file SAMPLES: NAME, milliseconds of wall, milliseconds of
 * CPU (user and system, of all their children, too, also of one that they leave
 * behind), the kilobytes of the largest process, and the bytes that were
 * written (to files, pipes and sockets).  It exits as the first
 * command that fails, and adds nothing then.  Those who want it to stop send
 * SIGTERM, and so does it to the command and its children, and waits for them.
 */
#define _DEFAULT_SOURCE /* wait4 */
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

struct cost {
	double wall_ms, cpu_ms;
	long rss_kb;
	unsigned long long written; /* bytes */
};

static volatile sig_atomic_t child, stopped;

static void
stop(int sig)
{
	stopped = sig;
	if (child > 0)
		kill(-(pid_t)child, SIGTERM);
}

static double
ms_of(struct timeval t)
{
	return (double)t.tv_sec * 1e3 + (double)t.tv_usec / 1e3;
}

static double
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void
add_usage(struct cost *cost, const struct rusage *usage)
{
	cost->cpu_ms += ms_of(usage->ru_utime) + ms_of(usage->ru_stime);
	if (usage->ru_maxrss > cost->rss_kb)
		cost->rss_kb = usage->ru_maxrss;
}

/* What a process has written that has ended, and wasn't waited for; and its
 * children, that it has waited for. */
static unsigned long long
bytes_written(pid_t pid)
{
	unsigned long long bytes = 0;
	char path[64], line[128];
	FILE *io;

	snprintf(path, sizeof path, "/proc/%ld/io", (long)pid);
	io = fopen(path, "r");
	while (io && fgets(line, sizeof line, io))
		sscanf(line, "wchar: %llu", &bytes);
	if (io)
		fclose(io);
	return bytes;
}

/* As the leader of a process group: xargs tells its children nothing. */
static int
start(char **command, pid_t *pid)
{
	posix_spawnattr_t how;
	int error = posix_spawnattr_init(&how);

	if (error)
		return error;
	posix_spawnattr_setpgroup(&how, 0);
	posix_spawnattr_setflags(&how, POSIX_SPAWN_SETPGROUP);
	error = posix_spawnp(pid, command[0], NULL, &how, command, environ);
	posix_spawnattr_destroy(&how);
	return error;
}

/* Its exit status, as a shell has it. */
static int
run(char **command, struct cost *cost)
{
	double began_ms = now_ms();
	struct rusage usage;
	siginfo_t ended;
	int status, error;
	pid_t pid;

	if (!command[0])
		return 64;
	error = start(command, &pid);
	if (error) {
		fprintf(stderr, "bench-run: %s: %s\n", command[0],
			strerror(error));
		return 127;
	}
	child = pid;
	if (stopped)
		kill(-pid, SIGTERM);
	while (waitid(P_PID, (id_t)pid, &ended, WEXITED | WNOWAIT) == -1)
		if (errno != EINTR)
			return 74;
	cost->written += bytes_written(pid);
	while (wait4(pid, &status, 0, &usage) == -1)
		if (errno != EINTR)
			return 74;
	child = 0;
	cost->wall_ms += now_ms() - began_ms;
	add_usage(cost, &usage);
	if (stopped) {
		while (waitpid(-pid, NULL, 0) > 0 || errno == EINTR)
			;
		return 128 + stopped;
	}
	while (wait4(-1, NULL, 0, &usage) > 0)
		add_usage(cost, &usage);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int
main(int argc, char **argv)
{
	struct sigaction on_term = { .sa_handler = stop };
	struct cost cost = { 0 };
	FILE *samples;

	if (argc < 4) {
		fputs("usage: bench-run SAMPLES NAME COMMAND ...\n", stderr);
		return 64;
	}
	sigaction(SIGTERM, &on_term, NULL);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	for (int first = 3, i = 3; i <= argc; i++) {
		int status;

		if (i < argc && strcmp(argv[i], "+") != 0)
			continue;
		argv[i] = NULL; /* argv[argc] is NULL already */
		status = run(argv + first, &cost);
		if (status != 0)
			return status;
		first = i + 1;
	}
	samples = fopen(argv[1], "a");
	if (!samples)
		return 73;
	fprintf(samples, "%s %.3f %.3f %ld %llu\n", argv[2], cost.wall_ms,
		cost.cpu_ms, cost.rss_kb, cost.written);
	return fclose(samples) == 0 ? 0 : 74;
}
