#define _GNU_SOURCE /* CLOCK_BOOTTIME */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "books/process.h"

#define BOOT_ID_SIZE 40
#define STAT_MAX 1024     /* bytes of /proc/PID/stat; a name in it has 64 */
#define STAT_BLANKS 20    /* from the name, the 2nd, to the start, the 22nd */
#define CLOCK_SLACK_S 60  /* that the time of our start is uncertain by */
#define CLOCK_AHEAD_S 600 /* that another machine's clock may be ahead by */

/* What /proc doesn't tell; such a process is a stranger, to itself, too. */
#define NOWHERE "?"

static bool
read_text(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return false;
	n = read(fd, text, size - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	return n > 0;
}

static void
find_host(char host[PROCESS_HOST_SIZE])
{
	char boot[BOOT_ID_SIZE];
	struct stat st;

	snprintf(host, PROCESS_HOST_SIZE, NOWHERE);
	if (!read_text("/proc/sys/kernel/random/boot_id", boot, sizeof boot) ||
		stat("/proc/self/ns/pid", &st) != 0)
		return;
	boot[strcspn(boot, "\n")] = '\0';
	snprintf(host, PROCESS_HOST_SIZE, "%s/%ju", boot, (uintmax_t)st.st_ino);
}

/* false: there is no such process, or /proc hides it. */
static bool
look_at(long long pid, char *state, long long *started)
{
	char path[64], text[STAT_MAX], *s;

	snprintf(path, sizeof path, "/proc/%lld/stat", pid);
	if (!read_text(path, text, sizeof text))
		return false;
	/* "123 (a name) S 1 ...": the name may have anything in it */
	s = strrchr(text, ')');
	if (!s || s[1] != ' ' || !s[2])
		return false;
	*state = s[2];
	for (int i = 0; i < STAT_BLANKS && s; i++)
		s = strchr(s + 1, ' ');
	if (!s)
		return false;
	*started = strtoll(s, NULL, 10);
	return true;
}

void
process_self(struct process *p)
{
	char state;

	find_host(p->host);
	p->pid = getpid();
	if (!look_at(p->pid, &state, &p->started))
		p->started = 0;
}

void
process_make(struct process *p)
{
	const char *make = getenv("LIMN_MAKE");
	long long pid, started;
	char *end;

	process_self(p);
	if (!make)
		return;
	pid = strtoll(make, &end, 10);
	if (pid <= 0 || *end != ' ')
		return;
	started = strtoll(end, &end, 10);
	if (started <= 0 || *end)
		return;
	p->pid = pid;
	p->started = started;
}

static time_t
find_boot_time(void)
{
	struct timespec up = { 0, 0 };

	clock_gettime(CLOCK_BOOTTIME, &up);
	return time(NULL) - up.tv_sec;
}

/* Whether both were noted by one start of one machine. */
static bool
is_same_start(const char *a, const char *b)
{
	size_t n = strcspn(a, "/");

	return n == strcspn(b, "/") && strncmp(a, b, n) == 0;
}

/* Here, in our namespace: does it run? */
static bool
has_ended(const struct process *p, bool is_old)
{
	long long started;
	char state;

	if (p->pid <= 0 || p->pid != (pid_t)p->pid ||
		(kill((pid_t)p->pid, 0) != 0 && errno == ESRCH))
		return true;
	if (!look_at(p->pid, &state, &started))
		/* another user's, which is hidden; or it went just now */
		return is_old;
	/* a zombie does nothing any more */
	return started != p->started || state == 'Z' || state == 'X';
}

bool
process_is_gone(const struct process *p, time_t since, long patience_s)
{
	time_t now = time(NULL);
	bool is_old = since < now - patience_s || since > now + CLOCK_AHEAD_S;
	char here[PROCESS_HOST_SIZE];

	find_host(here);
	if (strcmp(here, NOWHERE) == 0 || strcmp(p->host, NOWHERE) == 0)
		return is_old;
	if (strcmp(here, p->host) == 0)
		return has_ended(p, is_old);
	/* it was another machine's if it is younger than this start of ours */
	if (!is_same_start(here, p->host) &&
		since < find_boot_time() - CLOCK_SLACK_S)
		return true;
	return is_old;
}
