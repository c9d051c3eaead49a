#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "database/db-journal.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define BUSY_MIN_US 2000    /* the least pause between two tries */
#define BUSY_SPREAD_US 4000 /* plus up to this, by process */
#define BUSY_QUICK 50       /* after so many tries, ... */
#define BUSY_SLOW_US 20000  /* ... plus this */
#define JOURNAL_PAUSE_MS 5

struct journal {
	const char *wanted;
	bool is_right;
};

/* Network file systems: processes on several machines can't share the memory
 * that a WAL needs. */
static bool
is_remote(const char *path)
{
	static const unsigned long types[] = {
		0x6969,     /* NFS */
		0x517b,     /* SMB */
		0xff534d42, /* CIFS */
		0xfe534d42, /* SMB 2 */
		0x01021997, /* 9P */
		0x65735546, /* FUSE: sshfs and others */
		0x5346414f, /* AFS */
		0x00c36400, /* Ceph */
		0x0bd00bd0, /* Lustre */
		0x01161970, /* GFS2 */
		0x7461636f, /* OCFS2 */
		0x786f4256, /* a VirtualBox folder */
	};
	struct statfs fs;

	if (statfs(path, &fs) != 0)
		return false;
	for (size_t i = 0; i < COUNT(types); i++)
		if (((unsigned long)fs.f_type & 0xffffffff) == types[i])
			return true;
	return false;
}

static int
take_mode(void *journal, int count, char **values, char **names)
{
	struct journal *j = journal;

	(void)names;
	j->is_right =
		count == 1 && values[0] && strcmp(values[0], j->wanted) == 0;
	return 0;
}

static long long
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static int
try_to_set(sqlite3 *lite, struct journal *j)
{
	char set[64];
	int code =
		sqlite3_exec(lite, "PRAGMA journal_mode", take_mode, j, NULL);

	if (code != SQLITE_OK || j->is_right)
		return code;
	snprintf(set, sizeof set, "PRAGMA journal_mode = %s", j->wanted);
	code = sqlite3_exec(lite, set, NULL, NULL, NULL);
	/* read it again: SQLite may have kept the old one */
	return code == SQLITE_OK ? SQLITE_BUSY : code;
}

/*
 * A change of the journal locks the whole database, so it is made only if the
 * journal is not the wanted one.  If several processes change that of a new
 * database at once, SQLite returns SQLITE_BUSY to some of them without a wait,
 * to avoid a deadlock; they try again here.
 */
int
db_journal_set(sqlite3 *lite, const char *path, struct db_wait *wait)
{
	struct journal j = { .wanted = is_remote(path) ? "truncate" : "wal" };
	const struct timespec pause = { .tv_nsec =
						JOURNAL_PAUSE_MS * 1000000L };
	const long limit_ms = wait->limit_ms;
	const long long until_ms = now_ms() + limit_ms;
	int code;

	while ((code = try_to_set(lite, &j)) == SQLITE_BUSY) {
		wait->limit_ms = (long)(until_ms - now_ms());
		if (wait->limit_ms <= 0)
			break;
		nanosleep(&pause, NULL);
	}
	wait->limit_ms = limit_ms;
	return code;
}

/*
 * Processes lock the database for about a millisecond.  SQLite's own handler
 * would soon sleep for a tenth of a second.
 */
static int
wait_busy(void *data, int tries)
{
	struct db_wait *wait = data;
	const struct timespec pause = {
		.tv_nsec = (BUSY_MIN_US + getpid() % BUSY_SPREAD_US +
				   (tries > BUSY_QUICK ? BUSY_SLOW_US : 0)) *
			1000L
	};

	if (tries == 0)
		wait->began_ms = now_ms();
	if (now_ms() - wait->began_ms >= wait->limit_ms)
		return 0;
	nanosleep(&pause, NULL);
	return 1;
}

void
db_wait_set(sqlite3 *lite, struct db_wait *wait)
{
	sqlite3_busy_handler(lite, wait_busy, wait);
}
