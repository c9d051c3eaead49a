#define _GNU_SOURCE /* memfd_create, CLOCK_REALTIME_COARSE */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "buf.h"
#include "err.h"
#include "file.h"

static struct timespec began;

void
file_begin(void)
{
	struct stat st;
	int fd = memfd_create("limn", MFD_CLOEXEC);

	/*
	 * The time must be by the clock that dates files.  A new file's date is
	 * just that; clock_gettime() has none that never lags behind it since
	 * Linux 6.13 dates more finely those files that somebody looks at.
	 */
	if (fd >= 0 && fstat(fd, &st) == 0)
		began = st.st_mtim;
	else if (clock_gettime(CLOCK_REALTIME_COARSE, &began) != 0)
		die(EXIT_IO, "no clock:");
	if (fd >= 0)
		close(fd);
}

static bool
is_std(const char *path)
{
	return !path || strcmp(path, "-") == 0;
}

const char *
file_name(const char *path)
{
	return is_std(path) ? "standard input" : path;
}

void
file_stem(const char *path, char *stem, size_t size)
{
	const char *slash = path ? strrchr(path, '/') : NULL;
	const char *name = slash ? slash + 1 : path ? path : "";

	snprintf(stem, size, "%.*s", (int)strcspn(name, "."), name);
}

static void
read_all(int fd, const char *name, struct buf *b)
{
	ssize_t n;

	do {
		/* one more than allowed shows that there is too much */
		size_t room = b->max - b->len, want = 65536;

		if (want > room + 1)
			want = room + 1;
		b->max++;
		buf_grow(b, want);
		b->max--;
		n = read(fd, b->data + b->len, want);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			die(EXIT_IO, "%s:", name);
		b->len += (size_t)n;
		if (b->len > b->max)
			die(EXIT_BAD_INPUT,
				"%s: more than %zu bytes; that is too much",
				name, b->max);
	} while (n != 0);
	b->data[b->len] = '\0';
}

void
file_read(const char *path, struct buf *b)
{
	const char *name = file_name(path);
	int fd = STDIN_FILENO;

	if (!is_std(path))
		fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		die(errno == ENOENT || errno == ENOTDIR ? EXIT_NO_INPUT
							: EXIT_IO,
			"%s:", name);
	read_all(fd, name, b);
	/* a file may be number 0, where standard input was closed */
	if (!is_std(path))
		close(fd);
}

bool
file_is_regular(const char *path, size_t max)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
		(size_t)st.st_size <= max;
}

bool
file_holds(const char *path, const void *data, size_t len)
{
	struct buf b = BUF_INIT(len);
	bool same;

	if (is_std(path) || !file_is_regular(path, len))
		return false;
	file_read(path, &b);
	same = b.len == len && (len == 0 || memcmp(b.data, data, len) == 0);
	buf_free(&b);
	return same;
}

static void
write_all(int fd, const char *name, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			die(EXIT_IO, "%s:", name);
		data += n;
		len -= (size_t)n;
	}
}

/* The directory of path, with its slash, or "./". */
static char *
directory_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t n = slash ? (size_t)(slash - path) + 1 : 0;
	char *dir = xmalloc(n + sizeof "./");

	memcpy(dir, path, n);
	strcpy(dir + n, n ? "" : "./");
	return dir;
}

void
file_make_directories(const char *path)
{
	char *copy = xstrdup(path);

	for (char *s = strchr(copy + 1, '/'); s; s = strchr(s + 1, '/')) {
		*s = '\0';
		mkdir(copy, 0777);
		*s = '/';
	}
	free(copy);
}

/* Open a new file in dir, and put its name in name. */
static int
open_beside(const char *dir, char *name, size_t size)
{
	int fd, made = 0;

	for (unsigned n = 0;; n++) {
		snprintf(name, size, "%s.tmp.%ld.%u", dir, (long)getpid(), n);
		fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		if (fd >= 0)
			return fd;
		if (errno == ENOENT && !made++)
			file_make_directories(dir);
		else if (errno != EEXIST)
			return -1;
	}
}

static void
replace(const char *path, const void *data, size_t len)
{
	const struct timespec dates[2] = { began, began };
	char *dir = directory_of(path);
	size_t size = strlen(dir) + 64;
	char *name = xmalloc(size);
	int fd = open_beside(dir, name, size), bad;

	if (fd < 0)
		die(EXIT_CANT_CREATE, "%s:", path);
	/* all of it, even if an earlier step failed, but the first errno */
	bad = 0;
	for (size_t done = 0; !bad && done < len;) {
		ssize_t n = write(fd, (const char *)data + done, len - done);

		if (n >= 0)
			done += (size_t)n;
		else if (errno != EINTR)
			bad = errno;
	}
	if (!bad && (futimens(fd, dates) != 0 || (len > 0 && fsync(fd) != 0)))
		bad = errno;
	if (close(fd) != 0 && !bad)
		bad = errno;
	if (!bad && rename(name, path) != 0)
		bad = errno;
	if (bad)
		unlink(name);
	free(name);
	free(dir);
	if (bad) {
		errno = bad;
		die(EXIT_IO, "%s:", path);
	}
}

void
file_write(const char *path, const void *data, size_t len)
{
	struct stat st;
	sigset_t all, former;

	if (path && !*path)
		die(EXIT_USAGE, "the name of the output is empty");
	if (is_std(path)) {
		write_all(STDOUT_FILENO, "standard output", data, len);
		return;
	}
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
		int fd = open(path, O_WRONLY | O_CLOEXEC);

		if (fd < 0)
			die(EXIT_CANT_CREATE, "%s:", path);
		write_all(fd, path, data, len);
		if (close(fd) != 0)
			die(EXIT_IO, "%s:", path);
		return;
	}
	/*
	 * It takes milliseconds: a signal waits rather than find a temporary
	 * file that somebody would have to remove.
	 */
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &former);
	replace(path, data, len);
	sigprocmask(SIG_SETMASK, &former, NULL);
}

void
file_keep(const char *path, const void *data, size_t len)
{
	char *dir = directory_of(path);
	int fd;

	file_write(path, data, len);
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* Some file systems can't sync a directory; the file is safe. */
	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	free(dir);
}

bool
file_update(const char *path, const void *data, size_t len)
{
	if (file_holds(path, data, len))
		return false;
	file_write(path, data, len);
	return true;
}

void
file_date_at(const char *path, const struct timespec *time)
{
	const struct timespec dates[2] = { *time, *time };
	struct stat st;

	/* as in file_write(): no date for a pipe or a device */
	if (is_std(path) || (stat(path, &st) == 0 && !S_ISREG(st.st_mode)))
		return;
	if (utimensat(AT_FDCWD, path, dates, 0) != 0)
		die(EXIT_IO, "%s:", path);
}

void
file_date(const char *path)
{
	file_date_at(path, &began);
}
