#define _GNU_SOURCE /* F_OFD_SETLK */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "database/row-lock.h"
#include "err.h"
#include "failure.h"

#define SUFFIX "-lock"
#define NUMBER_BITS 40

/* Follow links, as SQLite does for its journals. */
static void
find_path(const char *database, char path[PATH_MAX + sizeof SUFFIX])
{
	char real[PATH_MAX];

	snprintf(path, PATH_MAX + sizeof SUFFIX, "%s" SUFFIX,
		realpath(database, real) ? real : database);
}

static struct flock
lock_of(enum row_lock_table table, long long number)
{
	return (struct flock){ .l_type = F_WRLCK,
		.l_whence = SEEK_SET,
		.l_start = (off_t)table << NUMBER_BITS |
			(off_t)(number & ((1LL << NUMBER_BITS) - 1)),
		.l_len = 1 };
}

/* Every user who can write to the database must be able to lock its rows. */
static void
copy_mode(int fd, const char *database)
{
	struct stat own, of;

	if (fstat(fd, &own) == 0 && stat(database, &of) == 0 &&
		own.st_uid == geteuid() &&
		(own.st_mode & 0777) != (of.st_mode & 0666))
		fchmod(fd, of.st_mode & 0666);
}

bool
row_lock_hold(struct row_lock *lock, const char *database,
	enum row_lock_table table, long long number, struct failure *f)
{
	struct flock byte = lock_of(table, number);
	char path[PATH_MAX + sizeof SUFFIX];
	int errnum;

	find_path(database, path);
	lock->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (lock->fd < 0)
		return failure_set(f, EXIT_CANT_CREATE, "%s:", path);
	copy_mode(lock->fd, database);
	if (fcntl(lock->fd, F_OFD_SETLK, &byte) == 0)
		return true;
	errnum = errno;
	row_lock_release(lock);
	errno = errnum;
	if (errnum == EAGAIN || errnum == EACCES)
		return failure_set(f, EXIT_TRY_LATER,
			"%s: another process holds the lock of row %lld; try "
			"again when it is done",
			path, number);
	return failure_set(f, EXIT_IO, "%s: can't be locked:", path);
}

void
row_lock_release(struct row_lock *lock)
{
	if (lock->fd >= 0)
		close(lock->fd);
	lock->fd = -1;
}

bool
row_lock_is_held(const char *database, enum row_lock_table table,
	long long number)
{
	struct flock byte = lock_of(table, number);
	char path[PATH_MAX + sizeof SUFFIX];
	bool is_held;
	int fd;

	find_path(database, path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno != ENOENT;
	is_held = fcntl(fd, F_OFD_GETLK, &byte) != 0 || byte.l_type != F_UNLCK;
	close(fd);
	return is_held;
}
