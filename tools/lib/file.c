#define _GNU_SOURCE /* memfd_create, CLOCK_REALTIME_COARSE, F_OFD_SETLKW */
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
#include "failure.h"
#include "file.h"

/* bytes of an output's name in that of its temporary file */
#define TEMPORARY_NAME_MAX 200

static struct timespec began;

void
file_begin(void)
{
	struct stat st;
	int fd = memfd_create("limn", MFD_CLOEXEC);

	/*
	 * The time must be of the clock that dates files, so take the date of a
	 * new file.  Since Linux 6.13 a file may get a finer date than any
	 * clock of clock_gettime() has.
	 */
	if (fd >= 0 && fstat(fd, &st) == 0)
		began = st.st_mtim;
	else
		clock_gettime(CLOCK_REALTIME_COARSE, &began);
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

bool
file_read_open(int fd, const char *name, struct buf *b, struct failure *f)
{
	ssize_t n;

	do {
		/* one byte more than allowed shows that the file is too long */
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
			return failure_set(f, EXIT_IO, "%s:", name);
		b->len += (size_t)n;
		if (b->len > b->max)
			return failure_set(f, EXIT_BAD_INPUT,
				"%s: more than %zu bytes; that is too much",
				name, b->max);
	} while (n != 0);
	b->data[b->len] = '\0';
	return true;
}

bool
file_read(const char *path, struct buf *b, struct failure *f)
{
	const char *name = file_name(path);
	int fd = STDIN_FILENO;
	bool is_read;

	if (!is_std(path))
		fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return failure_set(f,
			errno == ENOENT || errno == ENOTDIR ? EXIT_NO_INPUT
							    : EXIT_IO,
			"%s:", name);
	is_read = file_read_open(fd, name, b, f);
	/* the file may have the number 0, if standard input was closed */
	if (!is_std(path))
		close(fd);
	return is_read;
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
	same = file_read(path, &b, NULL) && b.len == len &&
		(len == 0 || memcmp(b.data, data, len) == 0);
	buf_free(&b);
	return same;
}

/* 0, or an errno */
static int
write_all(int fd, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;
		data += n;
		len -= (size_t)n;
	}
	return 0;
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

/* The path of an output's temporary file.  It has one name, so the next tool
 * that writes this output replaces what a killed tool left. */
static char *
temporary_of(const char *path, const char *dir)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	size_t size = strlen(dir) + sizeof ".tmp." + TEMPORARY_NAME_MAX;
	char *temporary = xmalloc(size);

	snprintf(temporary, size, "%s.tmp.%.*s", dir, TEMPORARY_NAME_MAX, name);
	return temporary;
}

/* Whether the open file still has that name. */
static bool
is_named(int fd, const char *name)
{
	struct stat open, named;

	return fstat(fd, &open) == 0 && stat(name, &named) == 0 &&
		open.st_dev == named.st_dev && open.st_ino == named.st_ino;
}

/* Open the temporary file, empty and locked: another tool that writes this
 * output waits.  Returns -1 and errno on failure. */
static int
open_temporary(const char *temporary, const char *dir)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	bool is_made = false;

	for (;;) {
		int fd = open(temporary,
			O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);

		if (fd < 0 && errno == ENOENT && !is_made) {
			file_make_directories(dir);
			is_made = true;
			continue;
		}
		if (fd < 0)
			return -1;
		while (fcntl(fd, F_OFD_SETLKW, &whole) != 0 && errno == EINTR)
			;
		/* the former holder of the lock renamed or removed it */
		if (!is_named(fd, temporary)) {
			close(fd);
			continue;
		}
		if (ftruncate(fd, 0) == 0)
			return fd;
		close(fd);
		return -1;
	}
}

/* Copy len bytes of a file, from its beginning; the files share them, where the
 * file system can.  Returns false if the kernel can't do it. */
static bool
copy_all(int fd, int from, size_t len)
{
	off_t at = 0;

	while ((size_t)at < len) {
		size_t left = len - (size_t)at;

		if (copy_file_range(from, &at, fd, NULL, left, 0) <= 0) {
			lseek(fd, 0, SEEK_SET);
			return false;
		}
	}
	return true;
}

/* from is a file with the same bytes, or -1. */
static bool
replace(const char *path, const void *data, size_t len, int from,
	struct failure *f)
{
	const struct timespec dates[2] = { began, began };
	char *dir = directory_of(path);
	char *temporary = temporary_of(path, dir);
	int fd = open_temporary(temporary, dir), bad;

	free(dir);
	if (fd < 0) {
		free(temporary);
		return failure_set(f, EXIT_CANT_CREATE, "%s:", path);
	}
	bad = from >= 0 && copy_all(fd, from, len) ? 0
						   : write_all(fd, data, len);
	if (!bad && (futimens(fd, dates) != 0 || (len > 0 && fsync(fd) != 0)))
		bad = errno;
	if (!bad && rename(temporary, path) != 0)
		bad = errno;
	if (bad)
		unlink(temporary);
	/* the bytes are on the disk, so an error of close() doesn't matter */
	close(fd);
	free(temporary);
	errno = bad;
	return !bad || failure_set(f, EXIT_IO, "%s:", path);
}

/* Write to a file that isn't regular: a device, a FIFO. */
static bool
write_through(const char *path, const void *data, size_t len, struct failure *f)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), bad;

	if (fd < 0)
		return failure_set(f, EXIT_CANT_CREATE, "%s:", path);
	bad = write_all(fd, data, len);
	if (close(fd) != 0 && !bad)
		bad = errno;
	errno = bad;
	return !bad || failure_set(f, EXIT_IO, "%s:", path);
}

bool
file_write_copy(const char *path, const void *data, size_t len, int from,
	struct failure *f)
{
	struct stat st;
	sigset_t all, former;
	bool is_written;

	if (path && !*path)
		return failure_set(f, EXIT_USAGE,
			"the name of the output is empty");
	if (is_std(path)) {
		errno = write_all(STDOUT_FILENO, data, len);
		return !errno || failure_set(f, EXIT_IO, "standard output:");
	}
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return write_through(path, data, len, f);
	/*
	 * This takes milliseconds.  A signal is blocked meanwhile, so that no
	 * temporary file is left.
	 */
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &former);
	is_written = replace(path, data, len, from, f);
	sigprocmask(SIG_SETMASK, &former, NULL);
	return is_written;
}

bool
file_write(const char *path, const void *data, size_t len, struct failure *f)
{
	return file_write_copy(path, data, len, -1, f);
}

bool
file_write_durable(const char *path, const void *data, size_t len,
	struct failure *f)
{
	char *dir;
	int fd;

	if (!file_write(path, data, len, f))
		return false;
	dir = directory_of(path);
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* Some file systems can't sync a directory; the file is safe. */
	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	free(dir);
	return true;
}

bool
file_write_if_changed(const char *path, const void *data, size_t len,
	struct failure *f)
{
	return file_holds(path, data, len) || file_write(path, data, len, f);
}

bool
file_date_at(const char *path, const struct timespec *time, struct failure *f)
{
	const struct timespec dates[2] = { *time, *time };
	struct stat st;

	/* as in file_write(): a pipe or a device gets no date */
	if (is_std(path) || (stat(path, &st) == 0 && !S_ISREG(st.st_mode)))
		return true;
	return utimensat(AT_FDCWD, path, dates, 0) == 0 ||
		failure_set(f, EXIT_IO, "%s:", path);
}

bool
file_date(const char *path, struct failure *f)
{
	return file_date_at(path, &began, f);
}
