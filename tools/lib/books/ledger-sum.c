#include <stdio.h>

#include "books/episodes.h"
#include "books/ledger.h"
#include "books/limit.h"
#include "books/runs.h"
#include "database/db.h"
#include "database/sql-row.h"

#define INPUT_TOKENS LEDGER_SUM("iif(kind = 'prompt', input_tokens, 0)")
#define OUTPUT_TOKENS LEDGER_SUM("iif(kind = 'prompt', output_tokens, 0)")
#define SQL_MAX 512 /* bytes of a statement that is put together here */

static long long
sum_purchases(struct db *db, const char *episode, const char *since)
{
	if (!sql_table_exists(db, "ledger"))
		return 0;
	if (!episode)
		return db_number(db,
			"SELECT " LEDGER_SPENT " FROM ledger"
			" WHERE state <> 'released' AND reserved_at >= ?",
			"s", since);
	return db_number(db,
		"SELECT " LEDGER_SPENT " FROM ledger WHERE episode_id = ?"
		" AND state <> 'released' AND reserved_at >= ?",
		"ss", episode, since);
}

/* Of somebody else's dollars: nothing that is absurd. */
static long long
find_micros(double dollars)
{
	if (!(dollars > 0))
		return 0;
	if (dollars > LIMIT_USD_MAX)
		dollars = LIMIT_USD_MAX;
	return (long long)(dollars * 1e6 + 0.5);
}

/* false: the table has nothing to add. */
static bool
make_runs_query(struct db *db, char sql[SQL_MAX])
{
	const char *table = "pipeline_runs";
	const char *cost = sql_column(db, table, "estimated_cost_usd");
	/* where that doesn't say, the run may have been since then */
	const char *when =
		sql_column(db, table, "started_at|created_at|completed_at");

	if (!cost || !sql_column(db, table, "episode_id"))
		return false;
	snprintf(sql, SQL_MAX,
		"SELECT r.%s FROM %s AS r WHERE (?1 IS NULL OR episode_id = ?1)"
		" AND (?2 IS NULL OR typeof(%s) <> 'text' OR %s >= ?2)%s",
		cost, table, when ? when : "NULL", when ? when : "NULL",
		sql_table_exists(db, "limn_runs") &&
				sql_column(db, table, "stage")
			? " AND " RUNS_ARE_OTHERS
			: "");
	return true;
}

/* What the runs of other stages cost, the rows that aren't ours. */
static long long
sum_other_runs(struct db *db, const char *episode, const char *since)
{
	char sql[SQL_MAX];
	struct query *q;
	long long sum = 0;

	if (!make_runs_query(db, sql))
		return 0;
	if (episode && sql_counts_episodes(db, "pipeline_runs"))
		q = db_query(db, sql, "is", episodes_find(db, episode), since);
	else
		q = db_query(db, sql, "ss", episode, since);
	while (db_next(q)) {
		sum += find_micros(db_real(q, 0));
		if (sum > LEDGER_SUM_MAX)
			sum = LEDGER_SUM_MAX;
	}
	return sum;
}

long long
ledger_spent(struct db *db, const char *episode, time_t since)
{
	char text[DB_TIME_SIZE];

	db_time(since, text);
	return sum_purchases(db, episode, text) +
		sum_other_runs(db, episode, since ? text : NULL);
}

void
ledger_sum(struct db *db, const char *episode, const char *run,
	struct ledger_sums *sums)
{
	struct query *q;

	*sums = (struct ledger_sums){ 0 };
	if (!sql_table_exists(db, "ledger"))
		return;
	q = db_query(db,
		"SELECT " LEDGER_SPENT ", " INPUT_TOKENS ", " OUTPUT_TOKENS
		" FROM ledger WHERE episode_id = ?1 AND state <> 'released'"
		" AND (?2 IS NULL OR run = ?2)",
		"ss", episode, run);
	if (db_next(q))
		*sums = (struct ledger_sums){ db_int(q, 0), db_int(q, 1),
			db_int(q, 2) };
	db_reset(q);
}

void
ledger_sum_each(struct db *db,
	void (*each)(const char *episode, long long micros, void *data),
	void *data)
{
	struct query *q;

	if (!sql_table_exists(db, "ledger"))
		return;
	q = db_query(db,
		"SELECT episode_id, " LEDGER_SPENT " FROM ledger"
		" WHERE state <> 'released' AND episode_id NOT NULL"
		" GROUP BY episode_id",
		"");
	while (db_next(q))
		each(db_text(q, 0), db_int(q, 1), data);
}

time_t
ledger_month(time_t now)
{
	struct tm tm;

	if (!gmtime_r(&now, &tm))
		return 0;
	return now -
		(((tm.tm_mday - 1) * 24L + tm.tm_hour) * 60 + tm.tm_min) * 60 -
		tm.tm_sec;
}
