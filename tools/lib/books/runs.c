#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "books/episodes.h"
#include "books/runs.h"
#include "database/db.h"
#include "database/sql-row.h"
#include "env.h"
#include "err.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define NAME_MAX 32 /* bytes of the name of a run without LIMN_RUN */

/* --- the make of a run */

#define STAT_MAX 1024  /* bytes of /proc/PID/stat; a name in it has 64 */
#define STAT_SPACES 20 /* from the name, field 2, to the start, field 22 */

struct make {
	long long pid;
	long long started; /* clock ticks, as /proc/PID/stat has it */
};

/* false: there is no such process, or /proc hides it. */
static bool
read_stat(long long pid, char *state, long long *started)
{
	char path[64], text[STAT_MAX], *s;
	ssize_t n;
	int fd;

	snprintf(path, sizeof path, "/proc/%lld/stat", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, text, sizeof text - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	/* "123 (a name) S 1 ...": the name may have any bytes, also ")" */
	s = strrchr(text, ')');
	if (!s || s[1] != ' ' || !s[2])
		return false;
	*state = s[2];
	for (int i = 0; i < STAT_SPACES && s; i++)
		s = strchr(s + 1, ' ');
	if (!s)
		return false;
	*started = strtoll(s, NULL, 10);
	return true;
}

/* The make that started this tool, from LIMN_MAKE ("PID STARTED"); without it,
 * this process. */
static void
find_make(struct make *m)
{
	const char *make = getenv("LIMN_MAKE");
	char state, *end;

	if (make) {
		m->pid = strtoll(make, &end, 10);
		m->started = *end == ' ' ? strtoll(end, &end, 10) : 0;
		if (m->pid > 0 && m->started > 0 && !*end)
			return;
	}
	m->pid = getpid();
	if (!read_stat(m->pid, &state, &m->started))
		m->started = 0;
}

static bool
is_alive(const struct make *m)
{
	long long started;
	char state;

	if (m->pid <= 0 || m->pid != (pid_t)m->pid)
		return false;
	if (!read_stat(m->pid, &state, &started))
		/* /proc may hide the processes of other users */
		return kill((pid_t)m->pid, 0) == 0 || errno == EPERM;
	/* a zombie is dead */
	return started == m->started && state != 'Z' && state != 'X';
}

/* --- rows */

static bool
is_named(const char *run)
{
	return run && *run;
}

/* The row of a run (0: none), and whether it has this status. */
static long long
row_find(struct db *db, const char *episode, const char *run,
	const char *status, bool *is_status)
{
	struct query *q = db_query(db,
		"SELECT r.rowid, r.status = ? FROM limn_runs AS l"
		" JOIN pipeline_runs AS r ON r.rowid = l.pipeline_run_id"
		" WHERE l.run = ? AND l.episode_id = ?"
		" AND r.stage = '" RUNS_STAGE "'",
		"sss", status, run, episode);
	long long row = 0;

	*is_status = false;
	if (db_next(q)) {
		row = db_int(q, 0);
		*is_status = db_int(q, 1);
	}
	db_reset(q);
	return row;
}

static void
row_update(struct db *db, long long row, const struct cell *cells, size_t count)
{
	if (!sql_row_equals(db, "pipeline_runs", row, cells, count))
		sql_row_update(db, "pipeline_runs", row, cells, count);
}

/* run: NULL or "": there is no LIMN_RUN. */
static long long
row_insert(struct db *db, const char *episode, const char *run)
{
	char now[DB_TIME_SIZE], name[NAME_MAX];
	const long long number = episodes_add(db, episode, NULL);
	const struct cell cells[] = {
		CELL_INT("episode_id", number),
		CELL_TEXT("stage", RUNS_STAGE),
		CELL_TEXT("status", "RUNNING"),
		CELL_TEXT("started_at", now),
		CELL_INT("input_tokens", 0),
		CELL_INT("output_tokens", 0),
		CELL_REAL("estimated_cost_usd", 0),
	};
	struct make make;
	long long row;

	db_time(time(NULL), now);
	row = sql_row_insert(db, "pipeline_runs", cells, COUNT(cells));
	snprintf(name, sizeof name, "row %lld", row);
	find_make(&make);
	/* REPLACE: another program may have deleted the row of this run from
	 * pipeline_runs */
	if (db_run(db,
		    "INSERT OR REPLACE INTO limn_runs (run, episode_id,"
		    " pipeline_run_id, pid, pid_started)"
		    " VALUES (?, ?, ?, ?, ?)",
		    "ssiii", is_named(run) ? run : name, episode, row, make.pid,
		    make.started) != 1)
		sql_row_not_added(db, "limn_runs");
	return row;
}

void
runs_begin(struct db *db, const char *episode, const char *run)
{
	const struct cell cells[] = {
		CELL_TEXT("status", "RUNNING"),
		CELL_TEXT("completed_at", NULL),
	};
	bool is_over;
	long long row;

	if (!is_named(run))
		return;
	row = row_find(db, episode, run, "SUCCESS", &is_over);
	if (is_over) {
		row_update(db, row, cells, COUNT(cells));
	} else if (!row) {
		runs_close_stale(db, episode);
		row_insert(db, episode, run);
	}
}

bool
runs_is_open(struct db *db, const char *episode, const char *run)
{
	bool any;

	return is_named(run) && row_find(db, episode, run, "", &any);
}

bool
runs_is_over(struct db *db, const char *episode, const char *run)
{
	bool is_success;

	return !is_named(run) ||
		!row_find(db, episode, run, "SUCCESS", &is_success) ||
		is_success;
}

bool
runs_limit(struct db *db, const char *episode, const char *run,
	struct runs_limit *limit)
{
	struct query *q;
	bool has_limit;

	if (!is_named(run))
		return false;
	q = db_query(db,
		"SELECT cost_limit, coalesce(limit_setting, '') FROM limn_runs"
		" WHERE run = ? AND episode_id = ? AND cost_limit IS NOT NULL",
		"ss", run, episode);
	has_limit = db_next(q);
	if (has_limit) {
		snprintf(limit->why, sizeof limit->why, "%s", db_text(q, 0));
		snprintf(limit->setting, sizeof limit->setting, "%s",
			db_text(q, 1));
	}
	db_reset(q);
	return has_limit;
}

void
runs_failed(struct db *db, const char *episode, const char *run,
	const char *message, const char *limit_setting)
{
	char now[DB_TIME_SIZE];
	const struct cell cells[] = {
		CELL_TEXT("completed_at", now),
		CELL_TEXT("status", "FAILED"),
		CELL_TEXT("error_message", message),
	};
	bool has_failed, is_limit;
	struct runs_limit limit;
	long long row;

	if (!is_named(run))
		return;
	runs_begin(db, episode, run);
	row = row_find(db, episode, run, "FAILED", &has_failed);
	is_limit = limit_setting && !runs_limit(db, episode, run, &limit);
	if (is_limit)
		db_run(db,
			"UPDATE limn_runs SET cost_limit = ?, limit_setting = ?"
			" WHERE run = ? AND episode_id = ?",
			"ssss", message, limit_setting, run, episode);
	db_time(time(NULL), now);
	row_update(db, row, cells, !has_failed || is_limit ? COUNT(cells) : 1);
}

/* The row of one of limn's runs with exactly these facts, or 0. */
static long long
find_same(struct db *db, const char *episode, const char *completed,
	const struct cell *cells, size_t count)
{
	struct query *q = db_query(db,
		"SELECT r.rowid FROM limn_runs AS l"
		" JOIN pipeline_runs AS r ON r.rowid = l.pipeline_run_id"
		" WHERE l.episode_id = ? AND r.stage = '" RUNS_STAGE "'"
		" AND r.completed_at = ?",
		"ss", episode, completed);
	long long row, same = 0;

	while (!same && db_next(q)) {
		row = db_int(q, 0);
		if (sql_row_equals(db, "pipeline_runs", row, cells, count))
			same = row;
	}
	db_reset(q);
	return same;
}

void
runs_success(struct db *db, const char *episode, const char *run,
	const struct run_facts *f)
{
	char started[DB_TIME_SIZE], completed[DB_TIME_SIZE];
	const struct cell cells[] = {
		CELL_TEXT("status", "SUCCESS"),
		CELL_TEXT("started_at", started),
		CELL_TEXT("completed_at", completed),
		CELL_INT("input_tokens", f->input_tokens),
		CELL_INT("output_tokens", f->output_tokens),
		CELL_REAL("estimated_cost_usd", (double)f->micros / 1e6),
		CELL_TEXT("error_message", NULL),
	};
	long long row = 0;
	bool any;

	db_time(f->started, started);
	db_time(f->completed, completed);
	if (is_named(run))
		row = row_find(db, episode, run, "", &any);
	else
		row = find_same(db, episode, completed, cells, COUNT(cells));
	if (!row)
		row = row_insert(db, episode, run);
	row_update(db, row, cells, COUNT(cells));
}

void
runs_count(struct db *db, const char *episode, const char *run,
	long long micros, long long input_tokens, long long output_tokens)
{
	long long row;
	bool any;

	if (is_named(run) && (row = row_find(db, episode, run, "", &any)))
		row_update(db, row,
			(const struct cell[]){
				CELL_INT("input_tokens", input_tokens),
				CELL_INT("output_tokens", output_tokens),
				CELL_REAL("estimated_cost_usd",
					(double)micros / 1e6),
			},
			3);
}

/* The first stale row after a row, or 0.  The current run (LIMN_RUN) is never
 * stale: each of its tools may be started by another make. */
static long long
find_stale(struct db *db, const char *episode, long long row)
{
	struct query *q = db_query(db,
		"SELECT r.rowid, l.pid, l.pid_started"
		" FROM limn_runs AS l"
		" JOIN pipeline_runs AS r ON r.rowid = l.pipeline_run_id"
		" WHERE l.episode_id = ? AND l.run <> ? AND r.rowid > ?"
		" AND r.stage = '" RUNS_STAGE "' AND r.status = 'RUNNING'"
		" ORDER BY r.rowid",
		"ssi", episode, env_run(), row);

	for (row = 0; !row && db_next(q);) {
		const struct make m = { db_int(q, 1), db_int(q, 2) };

		if (!is_alive(&m))
			row = db_int(q, 0);
	}
	db_reset(q);
	return row;
}

bool
runs_are_stale(struct db *db, const char *episode)
{
	return find_stale(db, episode, 0) != 0;
}

int
runs_close_stale(struct db *db, const char *episode)
{
	char now[DB_TIME_SIZE];
	const struct cell cells[] = {
		CELL_TEXT("status", "FAILED"),
		CELL_TEXT("completed_at", now),
		CELL_TEXT("error_message", RUNS_INTERRUPTED),
	};
	long long row = 0;
	int count;

	db_time(time(NULL), now);
	for (count = 0; (row = find_stale(db, episode, row)); count++)
		row_update(db, row, cells, COUNT(cells));
	return count;
}
