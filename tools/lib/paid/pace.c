#define _GNU_SOURCE /* CLOCK_BOOTTIME */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "err.h"
#include "hash.h"
#include "paid/pace.h"

#define BOOT_ID "/proc/sys/kernel/random/boot_id"
#define LINE_MAX_SIZE 64
#define PLACES_MAX 4096                            /* who wait at once */
#define TEXT_MAX (LINE_MAX_SIZE + PLACES_MAX * 21) /* bytes of the file */
#define MICROS 1000000LL

/*
 * The file: the boot id, for after a restart the clock has begun anew; then the
 * places that are taken, microseconds, a line each, in their order.  Whoever
 * waits for one holds a lock on the byte of that number: where nobody does, he
 * is dead.
 */
static long long places[PLACES_MAX + 1];
static size_t count;

/* Microseconds since the machine was started; suspended ones count. */
static long long
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return (long long)t.tv_sec * MICROS + t.tv_nsec / 1000;
}

/* Whether somebody waits for this place. */
static bool
is_held(int fd, long long place)
{
	struct flock lock = { .l_type = F_WRLCK,
		.l_whence = SEEK_SET,
		.l_start = (off_t)place,
		.l_len = 1 };

	return fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

static bool
hold(int fd, long long place)
{
	struct flock lock = { .l_type = F_WRLCK,
		.l_whence = SEEK_SET,
		.l_start = (off_t)place,
		.l_len = 1 };

	return fcntl(fd, F_SETLK, &lock) == 0;
}

static void
read_boot(char boot[LINE_MAX_SIZE])
{
	int fd = open(BOOT_ID, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, boot, LINE_MAX_SIZE - 1);

	boot[n > 0 ? n : 0] = '\0';
	boot[strcspn(boot, "\n")] = '\0';
	if (fd >= 0)
		close(fd);
}

/* Read the places that still matter: the last one that is over, and those that
 * are waited for. */
static void
read_places(int fd, const char *boot, long long at)
{
	static char text[TEXT_MAX + 1];
	ssize_t n = pread(fd, text, TEXT_MAX, 0);
	char *line = text + strlen(boot), *end;

	count = 0;
	text[n > 0 ? n : 0] = '\0';
	if (strncmp(text, boot, strlen(boot)) != 0 || *line != '\n')
		return;
	for (; count < PLACES_MAX; line = end) {
		long long place = strtoll(line, &end, 10);

		if (end == line)
			return;
		if (place > at && !is_held(fd, place))
			continue;
		if (place <= at && count == 1 && places[0] <= at)
			count = 0;
		places[count++] = place;
	}
}

static bool
write_places(int fd, const char *boot)
{
	static char text[TEXT_MAX + 32];
	size_t n = (size_t)sprintf(text, "%s\n", boot);

	for (size_t i = 0; i < count; i++)
		n += (size_t)sprintf(text + n, "%lld\n", places[i]);
	return pwrite(fd, text, n, 0) == (ssize_t)n &&
		ftruncate(fd, (off_t)n) == 0;
}

/* Open and lock the file.  It is in a directory of this user's own: in /tmp
 * anybody could have put anything there. */
static int
open_place(const char *base)
{
	char path[128], sum[HASH_SIZE];
	struct stat st;
	int fd;

	snprintf(path, sizeof path, "/tmp/limn-%ld", (long)geteuid());
	mkdir(path, 0700);
	if (lstat(path, &st) != 0 || !S_ISDIR(st.st_mode) ||
		st.st_uid != geteuid() || (st.st_mode & 077))
		die(EXIT_BAD_CONFIG,
			"%s: is not a directory of your own, with mode 0700; "
			"remove it",
			path);
	hash_bytes(sum, base, strlen(base));
	snprintf(path + strlen(path), sizeof path - strlen(path), "/pace.%.16s",
		sum + strlen("sha256:"));
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		die(EXIT_CANT_CREATE, "%s:", path);
	while (flock(fd, LOCK_EX) != 0)
		if (errno != EINTR)
			die(EXIT_IO, "%s:", path);
	return fd;
}

/*
 * Take the first place that is free, that far from the others; when it is.  It
 * is ours until fd is closed.
 */
static long long
take_place(const char *base, long long interval, int *fd)
{
	char boot[LINE_MAX_SIZE];
	long long place;
	size_t i = 0;

	read_boot(boot);
	*fd = open_place(base);
	place = now();
	read_places(*fd, boot, place);
	for (; i < count && places[i] < place + interval; i++)
		if (places[i] + interval > place)
			place = places[i] + interval;
	if (count == PLACES_MAX)
		die(EXIT_TRY_LATER, "more than %d calls wait for their turn",
			PLACES_MAX - 1);
	memmove(places + i + 1, places + i, (count - i) * sizeof *places);
	places[i] = place;
	count++;
	if (!hold(*fd, place) || !write_places(*fd, boot))
		die(EXIT_IO, "/tmp: the limit of calls can't be noted:");
	flock(*fd, LOCK_UN);
	return place;
}

void
pace_wait(const char *what, const char *base, double rpm)
{
	struct timespec rest;
	long long place, wait;
	int fd;

	if (rpm <= 0)
		return;
	if (rpm < PACE_MIN)
		rpm = PACE_MIN;
	place = take_place(base, (long long)(60e6 / rpm), &fd);
	wait = place - now();
	if (wait >= MICROS)
		warn("%s: waits %.1f s for its turn; IMAGE_GEN_RPM is %g", what,
			(double)wait / 1e6, rpm);
	while (wait > 0) {
		rest.tv_sec = (time_t)(wait / MICROS);
		rest.tv_nsec = (long)(wait % MICROS * 1000);
		nanosleep(&rest, NULL);
		wait = place - now();
	}
	close(fd);
}
