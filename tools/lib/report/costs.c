#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "books/ledger.h"
#include "books/runs.h"
#include "buf.h"
#include "database/db.h"
#include "database/sql-row.h"
#include "report/costs.h"

#define SQL_MAX 16384 /* bytes of the statement */
#define SUM LEDGER_SUM("micros")
#define COLUMN_SIZE 96 /* bytes of a column of the statement */

/* A row for each purchase.  Of several answers to one request, the last is in
 * use. */
static const char bought[] =
	"SELECT nullif(episode_id, '') AS episode, 'imagegen' AS stage, model,"
	" substr(reserved_at, 1, 7) AS month,"
	" CASE WHEN state = 'released' THEN 0 ELSE cost_micros END AS micros,"
	" CASE WHEN state = 'released' THEN"
	"  CASE WHEN exit_status = 10 THEN 'free' END"
	" WHEN state = 'unknown' THEN 'unknown'"
	" WHEN state <> 'settled' THEN 'pending'"
	" WHEN exit_status = 10 THEN 'refused'"
	" WHEN place = 1 AND request_sha256 IN"
	"  (SELECT value FROM json_each(?1, '$.shown')) THEN 'kept'"
	" WHEN place = 1 AND request_sha256 IN"
	"  (SELECT value FROM json_each(?1, '$.waiting')) THEN 'waiting'"
	" ELSE 'replaced' END AS class"
	" FROM (SELECT *, row_number() OVER (PARTITION BY request_sha256,"
	"  state = 'settled' AND exit_status IS NOT 10"
	"  ORDER BY coalesce(ended_at, reserved_at) DESC, id DESC) AS place"
	"  FROM ledger)";

static const char nothing[] = "SELECT NULL AS episode, NULL AS stage,"
			      " NULL AS model, NULL AS month, 0 AS micros,"
			      " NULL AS class WHERE 0";

static const char *const classes[COST_CLASSES] = {
	[COST_KEPT] = "kept",
	[COST_WAITING] = "waiting",
	[COST_REPLACED] = "replaced",
	[COST_REFUSED] = "refused",
	[COST_UNKNOWN] = "unknown",
	[COST_PENDING] = "pending",
	[COST_OTHER] = "other",
	[COST_FREE] = "free",
};

/* Add a row for each run of another stage.  A cost that is not a number counts
 * as 0; a cost above the largest limit counts as that. */
static void
add_runs(struct db *db, struct buf *sql)
{
	static const char runs[] = "pipeline_runs";
	const char *when = sql_column(db, runs, "started_at");
	char month[COLUMN_SIZE] = "NULL";

	if (!sql_column(db, runs, "estimated_cost_usd") ||
		!sql_column(db, runs, "stage") ||
		!sql_column(db, runs, "episode_id"))
		return;
	if (when)
		snprintf(month, sizeof month,
			"iif(typeof(r.%s) = 'text', substr(r.%s, 1, 7), NULL)",
			when, when);
	buf_addf(sql,
		" UNION ALL SELECT (SELECT e.episode_id FROM episodes AS e"
		" WHERE e.id = r.episode_id), lower(r.stage), NULL,"
		" %s, CAST(round("
		"min(r.estimated_cost_usd + 0, %.0f) * 1e6) AS INTEGER),"
		" 'other' FROM pipeline_runs AS r"
		" WHERE r.estimated_cost_usd + 0 > 0%s",
		month, BUDGET_USD_MAX,
		sql_table_exists(db, "limn_runs") ? " AND " RUNS_ARE_OTHERS
						  : "");
}

static void
set_class(struct costs *c, const char *class, long long count, long long micros)
{
	for (size_t i = 0; i < COST_CLASSES; i++)
		if (class && strcmp(class, classes[i]) == 0) {
			c->count[i] = count;
			c->micros[i] = micros;
		}
}

static bool
is_same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

void
costs_each(struct db *db, enum costs_by by, const char *references,
	const char *episodes,
	void (*each)(const char *name, const struct costs *c, void *data),
	void *data)
{
	static const char *const names[] = { "NULL", "episode", "stage",
		"model", "month" };
	struct buf sql = BUF_INIT(SQL_MAX);
	char *last = NULL;
	struct costs sums = { 0 };
	struct query *q;
	bool is_first = true;

	buf_addf(&sql, "SELECT %s AS name, class, count(*), " SUM " FROM (",
		names[by]);
	buf_adds(&sql, sql_table_exists(db, "ledger") ? bought : nothing);
	add_runs(db, &sql);
	buf_adds(&sql,
		") WHERE class IS NOT NULL AND (?2 IS NULL OR episode IN"
		" (SELECT value FROM json_each(?2)))"
		" GROUP BY 1, 2 ORDER BY name IS NULL, name");
	q = db_query(db, sql.data, "ss", references, episodes);
	while (db_next(q)) {
		const char *name = db_text(q, 0);

		if (!is_first && !is_same(name, last)) {
			each(last, &sums, data);
			sums = (struct costs){ 0 };
		}
		free(last);
		last = name ? xstrdup(name) : NULL;
		set_class(&sums, db_text(q, 1), db_int(q, 2), db_int(q, 3));
		is_first = false;
	}
	if (!is_first)
		each(last, &sums, data);
	free(last);
	buf_free(&sql);
}
