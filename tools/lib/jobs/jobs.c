#include <stdio.h>
#include <string.h>
#include <time.h>

#include "chapter/chapter.h"
#include "database/db.h"
#include "database/sql-row.h"
#include "err.h"
#include "failure.h"
#include "jobs/jobs.h"
#include "json.h"
#include "report/escape.h"

#define COMMAND "imagegen"
#define NO_JOB "this row is not a job that limn knows"

#define TIME(column) "strftime('%Y-%m-%dT%H:%M:%SZ', " column ")"
#define SELECT                                                                 \
	"SELECT id, command, episode_id, chapter_id, force, state,"            \
	" is_cancelled, done, total, message, " TIME("created_at") ", " TIME(  \
		"started_at") ", " TIME("ended_at") " FROM limn_jobs"

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

/* --- stale rows */

/* The first stale row after id, or 0. */
static long long
find_stale(struct db *db, long long id)
{
	struct query *q = db_query(db,
		"SELECT id FROM limn_jobs WHERE state = 'running' AND id > ?"
		" ORDER BY id",
		"i", id);
	long long found = 0;

	while (!found && db_next(q))
		if (!row_lock_is_held(db_path(db), ROW_LOCK_JOBS, db_int(q, 0)))
			found = db_int(q, 0);
	db_reset(q);
	return found;
}

bool
jobs_are_stale(struct db *db)
{
	return sql_table_exists(db, JOBS_TABLE) && find_stale(db, 0) != 0;
}

void
jobs_sweep(struct db *db)
{
	char now[DB_TIME_SIZE];
	long long id = 0;

	db_time(time(NULL), now);
	while ((id = find_stale(db, id)))
		db_run(db,
			"UPDATE limn_jobs SET state = 'failed', message ="
			" iif(is_cancelled, '" JOBS_CANCELLED "',"
			" '" JOBS_INTERRUPTED "'), ended_at = ? WHERE id = ?",
			"si", now, id);
}

/* --- the life of a job */

/* Other programs may have written the row, so its values are checked. */
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
start_job(struct db *db, struct job *job)
{
	char now[DB_TIME_SIZE];
	struct failure f;

	if (!row_lock_hold(&job->lock, db_path(db), ROW_LOCK_JOBS, job->id,
		    &f)) {
		db_fail(db, f.status, "%s", f.message);
		return false;
	}
	db_time(time(NULL), now);
	db_run(db,
		"UPDATE limn_jobs SET state = 'running', started_at = ?,"
		" done = 0, total = ?, message = '' WHERE id = ?",
		"sii", now, *job->chapter ? 1LL : 0LL, job->id);
	return true;
}

bool
jobs_take(struct db *db, const char *episode, struct job *job)
{
	*job = (struct job){ .lock = ROW_LOCK_NONE };
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

		if (!start_job(db, job))
			return false;
		if (good)
			return true;
		jobs_end(db, job, "failed", false, NO_JOB);
		row_lock_release(&job->lock);
	}
	return false;
}

void
jobs_progress(struct db *db, const struct job *job, size_t done, size_t total,
	const char *message)
{
	db_run(db,
		"UPDATE limn_jobs SET done = ?, total = ?, message = ?"
		" WHERE id = ? AND state = 'running'",
		"iisi", (long long)done, (long long)total, message, job->id);
}

void
jobs_end(struct db *db, const struct job *job, const char *state,
	bool is_cancelled, const char *message)
{
	char now[DB_TIME_SIZE];

	db_time(time(NULL), now);
	db_run(db,
		"UPDATE limn_jobs SET state = ?2, is_cancelled = ?3,"
		" message = ?4, ended_at = ?5,"
		" done = iif(?2 = 'done', total, done)"
		" WHERE id = ?1 AND state = 'running'",
		"isiss", job->id, state, (long long)is_cancelled, message, now);
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
	db_run(db,
		"UPDATE limn_jobs SET is_cancelled = 1"
		" WHERE id = ? AND state = 'running'",
		"i", id);
}

bool
jobs_is_cancelled(struct db *db, long long id)
{
	return db_number(db, "SELECT is_cancelled FROM limn_jobs WHERE id = ?",
		"i", id);
}

/* --- as JSON */

static json_t *
text_json(struct query *q, int column)
{
	const char *s = db_text(q, column);

	return s && !*s ? json_string("") : escape_json(s);
}

static json_t *
row_json(struct query *q)
{
	json_t *job = json_object(), *args = json_object();
	json_t *progress = json_object();

	json_put(args, "force", json_boolean(db_int(q, 4)));
	json_put(args, "chapter", text_json(q, 3));
	json_put(progress, "done", json_integer(db_int(q, 7)));
	json_put(progress, "total", json_integer(db_int(q, 8)));
	json_put(job, "job_id", json_integer(db_int(q, 0)));
	json_put(job, "command", text_json(q, 1));
	json_put(job, "episode_id", text_json(q, 2));
	json_put(job, "args", args);
	json_put(job, "state", text_json(q, 5));
	json_put(job, "cancelled", json_boolean(db_int(q, 6)));
	json_put(job, "progress", progress);
	json_put(job, "message", text_json(q, 9));
	json_put(job, "created_at", text_json(q, 10));
	json_put(job, "started_at", text_json(q, 11));
	json_put(job, "ended_at", text_json(q, 12));
	return job;
}

json_t *
jobs_json(struct db *db, long long id)
{
	struct query *q;
	json_t *job = NULL;

	if (!sql_table_exists(db, JOBS_TABLE))
		return NULL;
	q = db_query(db, SELECT " WHERE id = ?", "i", id);
	if (db_next(q))
		job = row_json(q);
	db_reset(q);
	return job;
}

json_t *
jobs_list(struct db *db, const char *episode)
{
	json_t *list = json_array();
	struct query *q;

	if (!sql_table_exists(db, JOBS_TABLE))
		return list;
	q = db_query(db,
		SELECT " WHERE ?1 IS NULL OR episode_id = ?1"
		       " ORDER BY id DESC LIMIT ?2",
		"si", episode, (long long)JOBS_LIST_MAX);
	while (db_next(q))
		json_append(list, row_json(q));
	return list;
}
