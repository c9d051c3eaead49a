#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "database/share.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define BUSY_MIN_US 2000    /* between two looks */
#define BUSY_SPREAD_US 4000 /* more, by who looks */
#define BUSY_QUICK 50       /* looks; after that */
#define BUSY_SLOW_US 20000  /* still more */
#define JOURNAL_PAUSE_MS 5

struct journal {
	const char *wanted;
	bool is_right;
};

/* File systems on which processes of several machines may meet: they share no
 * memory, which a WAL takes. */
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

/*
 * To change the journal takes the database for oneself; so it is only done
 * where it is another.  Several who do it at once to a new database would wait
 * for each other for ever; SQLite then tells some of them at once that it is
 * locked.
 */
int
share_journal(sqlite3 *lite, const char *path, int seconds)
{
	struct journal j = { .wanted = is_remote(path) ? "truncate" : "wal" };
	const struct timespec pause = { .tv_nsec =
						JOURNAL_PAUSE_MS * 1000000L };
	time_t until = time(NULL) + seconds;
	char set[64];
	int code;

	snprintf(set, sizeof set, "PRAGMA journal_mode = %s", j.wanted);
	for (;;) {
		code = sqlite3_exec(lite, "PRAGMA journal_mode", take_mode, &j,
			NULL);
		if (code == SQLITE_OK && j.is_right)
			return SQLITE_OK;
		if (code == SQLITE_OK)
			code = sqlite3_exec(lite, set, NULL, NULL, NULL);
		if (code != SQLITE_BUSY || time(NULL) >= until)
			break;
		nanosleep(&pause, NULL);
	}
	return code;
}

/*
 * Whoever holds the database does so for a millisecond; SQLite's own handler
 * would sleep a tenth of a second after a few tries.
 */
static int
wait_busy(void *seconds, int tries)
{
	static time_t since;
	const struct timespec pause = {
		.tv_nsec = (BUSY_MIN_US + getpid() % BUSY_SPREAD_US +
				   (tries > BUSY_QUICK ? BUSY_SLOW_US : 0)) *
			1000L
	};
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (tries == 0)
		since = now.tv_sec;
	if (now.tv_sec - since >= (intptr_t)seconds)
		return 0;
	nanosleep(&pause, NULL);
	return 1;
}

void
share_waits(sqlite3 *lite, int seconds)
{
	sqlite3_busy_handler(lite, wait_busy, (void *)(intptr_t)seconds);
}
