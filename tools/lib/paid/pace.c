#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "err.h"
#include "failure.h"
#include "hash.h"
#include "paid/pace.h"

#define PATH_SIZE 128
#define LINE_SIZE 32 /* bytes of the file that are read */
#define MICROS 1000000LL

static long long
now_micros(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (long long)t.tv_sec * MICROS + t.tv_nsec / 1000;
}

/* Open the file with the time of the last call; -1 on failure.  It is in a
 * directory that only this user can write to: /tmp is open to all users. */
static int
open_file(const char *base, char path[PATH_SIZE], struct failure *f)
{
	char sum[HASH_SIZE];
	struct stat st;
	size_t n;
	int fd;

	n = (size_t)snprintf(path, PATH_SIZE, "/tmp/limn-%ld", (long)geteuid());
	mkdir(path, 0700);
	if (lstat(path, &st) != 0 || !S_ISDIR(st.st_mode) ||
		st.st_uid != geteuid() || (st.st_mode & 077)) {
		failure_set(f, EXIT_BAD_CONFIG,
			"%s: is not a directory of your own, with mode 0700; "
			"remove it",
			path);
		return -1;
	}
	hash_bytes(sum, base, strlen(base));
	snprintf(path + n, PATH_SIZE - n, "/pace.%.16s",
		sum + strlen("sha256:"));
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		failure_set(f, EXIT_CANT_CREATE, "%s:", path);
	return fd;
}

/* Take the lock; returns whether it had to wait.  The kernel gives the lock to
 * processes in the order in which they asked. */
static bool
lock(int fd, const char *what, double rpm, bool is_long)
{
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return false;
	if (is_long)
		warn("%s: waits for its turn; IMAGE_GEN_RPM is %g", what, rpm);
	while (flock(fd, LOCK_EX) != 0 && errno == EINTR)
		;
	return true;
}

/* When the last call began, in microseconds; 0: not known.  A time in the
 * future counts as now: the clock was set back. */
static long long
read_last(int fd, long long now)
{
	char line[LINE_SIZE];
	ssize_t n = pread(fd, line, sizeof line - 1, 0);
	long long last;

	line[n > 0 ? n : 0] = '\0';
	last = strtoll(line, NULL, 10);
	return last > now ? now : last;
}

static void
sleep_micros(long long micros)
{
	struct timespec rest = { (time_t)(micros / MICROS),
		(long)(micros % MICROS * 1000) };

	while (nanosleep(&rest, &rest) != 0 && errno == EINTR)
		;
}

bool
pace_wait(const char *what, const char *base, double rpm, struct failure *f)
{
	long long interval, now, start;
	char path[PATH_SIZE], line[LINE_SIZE];
	bool has_waited;
	int fd, n;

	if (rpm <= 0)
		return true;
	interval = (long long)(60e6 / (rpm < PACE_MIN ? PACE_MIN : rpm));
	fd = open_file(base, path, f);
	if (fd < 0)
		return false;
	has_waited = lock(fd, what, rpm, interval >= MICROS);
	now = now_micros();
	start = read_last(fd, now) + interval;
	if (start < now)
		start = now;
	if (!has_waited && start - now >= MICROS)
		warn("%s: waits %.1f s for its turn; IMAGE_GEN_RPM is %g", what,
			(double)(start - now) / 1e6, rpm);
	sleep_micros(start - now);
	n = snprintf(line, sizeof line, "%lld\n", start);
	if (pwrite(fd, line, (size_t)n, 0) != n || ftruncate(fd, n) != 0)
		failure_set(f, EXIT_IO, "%s:", path);
	else
		n = 0;
	close(fd);
	return n == 0;
}
