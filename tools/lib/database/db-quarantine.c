#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "database/db-quarantine.h"
#include "database/db.h"
#include "err.h"
#include "failure.h"

#define PATH_LENGTH_MAX 4096
#define SET_ASIDE_MAX 10000 /* damaged databases of one name */

/* The journals first: SQLite would apply a journal that stays to the next
 * database, and damage it. */
static const char *const parts[] = { "-wal", "-shm", "-journal", "-lock", "" };
#define PARTS (sizeof parts / sizeof *parts)

/* Whether a line of the check reports damage.  Rows that break CHECK or NOT
 * NULL are not damage. */
static bool
reports_damage(const char *line)
{
	return line && strcmp(line, "ok") != 0 &&
		!strstr(line, "NULL value in ") &&
		strncmp(line, "CHECK constraint failed in ",
			strlen("CHECK constraint failed in ")) != 0;
}

static bool
is_damage(int code)
{
	return (code & 0xff) == SQLITE_CORRUPT ||
		(code & 0xff) == SQLITE_NOTADB;
}

static bool
has_damage(sqlite3 *lite)
{
	sqlite3_stmt *stmt = NULL;
	bool found = false;
	int code;

	/* don't apply a log that may be damaged */
	sqlite3_db_config(lite, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	sqlite3_busy_timeout(lite, DB_BUSY_S * 1000);
	code = sqlite3_prepare_v2(lite, "PRAGMA integrity_check(100)", -1,
		&stmt, NULL);
	if (code == SQLITE_OK)
		while (!found && (code = sqlite3_step(stmt)) == SQLITE_ROW)
			found = reports_damage((const char *)
					sqlite3_column_text(stmt, 0));
	sqlite3_finalize(stmt);
	return found || is_damage(code);
}

bool
db_is_damaged(const char *path)
{
	sqlite3 *lite = NULL;
	struct stat st;
	bool found = false;
	char *name;

	if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
		return false;
	name = db_file(path);
	if (sqlite3_open_v2(name, &lite, SQLITE_OPEN_READWRITE, NULL) ==
		SQLITE_OK)
		found = has_damage(lite);
	sqlite3_close(lite);
	free(name);
	return found;
}

static bool
is_free(const char *path)
{
	char name[PATH_LENGTH_MAX];
	struct stat st;

	for (size_t i = 0; i < PARTS; i++) {
		snprintf(name, sizeof name, "%s%s", path, parts[i]);
		if (lstat(name, &st) == 0)
			return false;
	}
	return true;
}

bool
db_quarantine(const char *path, struct failure *f)
{
	char aside[PATH_LENGTH_MAX - 16], from[PATH_LENGTH_MAX];
	char to[PATH_LENGTH_MAX];
	int n = 0;

	if (strlen(path) > sizeof aside - 32)
		return failure_set(f, EXIT_IO,
			"%.80s...: this path is too long", path);
	do
		snprintf(aside, sizeof aside, "%s.damaged.%d", path, ++n);
	while (n < SET_ASIDE_MAX && !is_free(aside));
	for (size_t i = 0; i < PARTS; i++) {
		snprintf(from, sizeof from, "%s%s", path, parts[i]);
		snprintf(to, sizeof to, "%s%s", aside, parts[i]);
		if (rename(from, to) != 0 && errno != ENOENT)
			return failure_set(f, EXIT_IO,
				"%s: can't be renamed:", from);
	}
	warn("%s: the database is damaged; it is set aside, as %s", path,
		aside);
	return true;
}
