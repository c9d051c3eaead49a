#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "books/left.h"
#include "chapter/chapter.h"
#include "database/db.h"
#include "database/sql-row.h"
#include "jobs/jobs.h"

#define COMMAND "imagegen"
#define NO_JOB "it isn't a job that limn knows"

/* One of ours that is still ours: ?1 its id, ?2 to ?4 our process. */
#define OURS                                                                   \
	" WHERE id = ?1 AND state = 'running' AND host = ?2 AND pid = ?3"      \
	" AND pid_started = ?4"

long long
jobs_add(struct db *db, const char *episode, const char *chapter, bool force)
{
	char now[DB_TIME_SIZE];
	long long id = db_number(db,
		"SELECT id FROM limn_jobs WHERE episode_id = ?"
		" AND chapter_id IS ? AND force = ? AND command = '" COMMAND "'"
		" AND state IN ('queued', 'running') AND NOT is_cancelled"
		" ORDER BY id LIMIT 1",
		"ssi", episode, chapter, (long long)force);

	if (id)
		return id;
	if (db_number(db,
		    "SELECT count(*) FROM limn_jobs WHERE episode_id = ?"
		    " AND state = 'queued'",
		    "s", episode) >= JOBS_QUEUE_MAX)
		return 0;
	db_time(time(NULL), now);
	if (db_run(db,
		    "INSERT INTO limn_jobs (command, episode_id, chapter_id,"
		    " force, state, created_at)"
		    " VALUES ('" COMMAND "', ?, ?, ?, 'queued', ?)",
		    "ssis", episode, chapter, (long long)force, now) != 1)
		sql_row_not_added(db, JOBS_TABLE);
	return db_last(db);
}

/* The next after another that a process that is gone has left running, or 0. */
static long long
find_left(struct db *db, long long id)
{
	struct query *q = db_query(db,
		"SELECT id, host, pid, pid_started,"
		" CAST(strftime('%s', started_at) AS INTEGER) FROM limn_jobs"
		" WHERE state = 'running' AND id > ? ORDER BY id",
		"i", id);

	id = left_next(q, PROCESS_RUN_S);
	db_reset(q);
	return id;
}

bool
jobs_are_left(struct db *db)
{
	return sql_table_exists(db, JOBS_TABLE) && find_left(db, 0) != 0;
}

void
jobs_sweep(struct db *db)
{
	char now[DB_TIME_SIZE];
	long long id = 0;

	db_time(time(NULL), now);
	while ((id = find_left(db, id)))
		db_run(db,
			"UPDATE limn_jobs SET state = 'failed', message ="
			" iif(is_cancelled, '" JOBS_CANCELLED "',"
			" '" JOBS_INTERRUPTED "'), ended_at = ? WHERE id = ?",
			"si", now, id);
}

/* What others have written into a row is nothing to run. */
static bool
read_job(struct db *db, struct job *job)
{
	struct query *q = db_query(db,
		"SELECT command, episode_id, coalesce(chapter_id, ''), force"
		" FROM limn_jobs WHERE id = ?",
		"i", job->id);
	bool good = db_next(q) && strcmp(db_text(q, 0), COMMAND) == 0 &&
		episode_id_is_valid(db_text(q, 1)) &&
		(!*db_text(q, 2) || chapter_id_is_valid(db_text(q, 2)));

	if (good) {
		snprintf(job->episode, sizeof job->episode, "%s",
			db_text(q, 1));
		snprintf(job->chapter, sizeof job->chapter, "%s",
			db_text(q, 2));
		job->force = db_int(q, 3);
	}
	db_reset(q);
	return good;
}

static bool
start(struct db *db, const struct job *job)
{
	char now[DB_TIME_SIZE];
	const struct process *p = &job->process;

	db_time(time(NULL), now);
	return db_run(db,
		       "UPDATE limn_jobs SET state = 'running', host = ?,"
		       " pid = ?, pid_started = ?, started_at = ?, done = 0,"
		       " total = ?, message = '' WHERE id = ?",
		       "siisii", p->host, p->pid, p->started, now,
		       *job->chapter ? 1LL : 0LL, job->id) == 1;
}

bool
jobs_take(struct db *db, const char *episode, struct job *job)
{
	*job = (struct job){ .id = 0 };
	process_self(&job->process);
	jobs_sweep(db);
	if (db_number(db,
		    "SELECT count(*) FROM limn_jobs WHERE state = 'running'"
		    " AND episode_id = ?",
		    "s", episode))
		return false;
	while ((job->id = db_number(db,
			"SELECT id FROM limn_jobs WHERE state = 'queued'"
			" AND episode_id = ? ORDER BY id LIMIT 1",
			"s", episode))) {
		bool good = read_job(db, job);

		if (!start(db, job))
			return false;
		if (good)
			return true;
		jobs_end(db, job, "failed", false, NO_JOB);
	}
	return false;
}

bool
jobs_progress(struct db *db, const struct job *job, size_t done, size_t total,
	const char *message)
{
	const struct process *p = &job->process;
	struct query *q = db_query(db,
		"UPDATE limn_jobs SET done = ?5, total = ?6, message = ?7" OURS
		" RETURNING is_cancelled",
		"isiiiis", job->id, p->host, p->pid, p->started,
		(long long)done, (long long)total, message);
	bool goes_on = false;

	while (db_next(q))
		goes_on = !db_int(q, 0);
	/* what isn't known is no reason */
	return goes_on || db_failure(db);
}

bool
jobs_is_cancelled(struct db *db, long long id)
{
	return db_number(db, "SELECT is_cancelled FROM limn_jobs WHERE id = ?",
		"i", id);
}

void
jobs_end(struct db *db, const struct job *job, const char *state,
	bool is_cancelled, const char *message)
{
	const struct process *p = &job->process;
	char now[DB_TIME_SIZE];

	db_time(time(NULL), now);
	db_run(db,
		"UPDATE limn_jobs SET state = ?5, is_cancelled = ?6,"
		" message = ?7, ended_at = ?8,"
		" done = iif(?5 = 'done', total, done)" OURS,
		"isiisiss", job->id, p->host, p->pid, p->started, state,
		(long long)is_cancelled, message, now);
}

/* A number of a process is used again, so it must be the one that is meant. */
static void
stop(const struct process *p, time_t since)
{
	struct process here;

	process_self(&here);
	if (strcmp(here.host, p->host) == 0 && strchr(p->host, '/') &&
		!process_is_gone(p, since, PROCESS_RUN_S))
		kill((pid_t)p->pid, SIGTERM);
}

static void
cancel_running(struct db *db, long long id)
{
	struct query *q = db_query(db,
		"UPDATE limn_jobs SET is_cancelled = 1"
		" WHERE id = ? AND state = 'running' AND NOT is_cancelled"
		" RETURNING host, pid, pid_started,"
		" CAST(strftime('%s', started_at) AS INTEGER)",
		"i", id);
	struct process p;

	while (db_next(q)) {
		snprintf(p.host, sizeof p.host, "%s",
			db_text(q, 0) ? db_text(q, 0) : "");
		p.pid = db_int(q, 1);
		p.started = db_int(q, 2);
		stop(&p, (time_t)db_int(q, 3));
	}
}

void
jobs_cancel(struct db *db, long long id)
{
	char now[DB_TIME_SIZE];

	db_time(time(NULL), now);
	db_run(db,
		"UPDATE limn_jobs SET state = 'failed', is_cancelled = 1,"
		" message = '" JOBS_CANCELLED "', ended_at = ?"
		" WHERE id = ? AND state = 'queued'",
		"si", now, id);
	cancel_running(db, id);
}
