#include "database/db.h"
#include "database/sql-row.h"
#include "err.h"
#include "jobs/jobs.h"
#include "json.h"
#include "report/escape.h"

#define TIME(column) "strftime('%Y-%m-%dT%H:%M:%SZ', " column ")"
#define SELECT                                                                 \
	"SELECT id, command, episode_id, chapter_id, force, state,"            \
	" is_cancelled, done, total, message, " TIME("created_at") ", " TIME(  \
		"started_at") ", " TIME("ended_at") " FROM limn_jobs"

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
		if (json_array_append_new(list, row_json(q)) != 0)
			die(EXIT_TRY_LATER, "out of memory");
	return list;
}
