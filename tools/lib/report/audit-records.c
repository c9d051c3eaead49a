#include <stdio.h>
#include <string.h>

#include "books/episodes.h"
#include "books/ledger.h"
#include "books/provenance.h"
#include "books/runs.h"
#include "books/versions.h"
#include "buf.h"
#include "chapter/manifest.h"
#include "database/db.h"
#include "database/sql-row.h"
#include "err.h"
#include "failure.h"
#include "json.h"
#include "report/audit.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define RUN_SIZE 256 /* bytes of a run's name, in a row */
#define SQL_MAX 512
#define PATH_LENGTH_MAX 4096

/* The rows of the database that belong to the provenance. */
struct trace {
	struct version version; /* of the template; id 0: missing */
	char ended[DB_TIME_SIZE];
	char run[RUN_SIZE]; /* LIMN_RUN of the run; "": not known */
	bool is_last;       /* nothing was bought after the run */
};

static const json_t *
provenance_value(const struct audit *a, const char *key)
{
	return json_object_get(a->provenance, key);
}

/* Report the cells of a row that differ. */
static void
compare_cells(struct audit *a, const char *table, long long row,
	const struct cell *cells, size_t count)
{
	char sql[SQL_MAX], should[SQL_MAX];
	struct query *q;
	const char *is;

	for (size_t i = 0; i < count; i++) {
		const struct cell *c = &cells[i];

		if (sql_row_equals(a->db, table, row, c, 1))
			continue;
		if (c->type == 's')
			snprintf(should, sizeof should, "%s",
				c->text ? c->text : "NULL");
		else if (c->type == 'i')
			snprintf(should, sizeof should, "%lld", c->number);
		else
			snprintf(should, sizeof should, "%.15g", c->real);
		snprintf(sql, sizeof sql,
			"SELECT CAST(%s AS TEXT) FROM %s WHERE rowid = ?",
			c->column, table);
		q = db_query(a->db, sql, "i", row);
		is = db_next(q) ? db_text(q, 0) : NULL;
		report_problem(&a->of_database, table,
			"row %lld: %s is %.100s, not %.100s", row, c->column,
			is ? is : "NULL", should);
		db_reset(q);
	}
}

static void
compare_version(struct audit *a, struct trace *r)
{
	const char *name = json_text(a->provenance, "prompt_name");
	const char *hash = json_text(a->provenance, "prompt_hash");

	if (!audit_has(a, "prompt_versions"))
		return;
	r->version = versions_find(a->db, name, hash);
	if (!r->version.id)
		report_problem(&a->of_provenance, "prompt_hash",
			"is not in prompt_versions");
	else
		audit_compare(&a->of_provenance, "prompt_version", NULL,
			provenance_value(a, "prompt_version"),
			"prompt_versions", json_integer(r->version.number));
}

/* An episode with an error_message failed later: this is not a difference. */
static void
check_status(struct audit *a, bool is_complete)
{
	struct query *q;

	if (!audit_has(a, "episodes"))
		return;
	if (!episodes_find(a->db, a->id))
		report_problem(&a->of_database, "episodes",
			"there is no row of %s", a->id);
	else if (is_complete && !episodes_is_done(a->db, a->id)) {
		q = db_query(a->db,
			"SELECT status FROM episodes WHERE episode_id = ?"
			" AND coalesce(error_message, '') = ''",
			"s", a->id);
		if (db_next(q))
			report_problem(&a->of_database, "episodes",
				"%s is %.40s, but has its pictures", a->id,
				db_text(q, 0) ? db_text(q, 0) : "NULL");
		db_reset(q);
	}
}

static bool
has_bought(struct audit *a, const char *run)
{
	return db_number(a->db,
		       "SELECT count(*) FROM ledger"
		       " WHERE episode_id = ? AND run = ?",
		       "ss", a->id, run) > 0;
}

static bool
has_spent(const struct audit *a)
{
	return json_micros(provenance_value(a, "cost_usd")) > 0 ||
		json_integer_value(provenance_value(a, "input_tokens")) > 0;
}

/* The row of the run: the last successful one that ended in the second of the
 * timestamp; of two, the one with the same cost.  A run that bought something
 * has a row.  A run that changed nothing has none, so a row with a cost belongs
 * to another run then. */
static long long
find_run(struct audit *a, struct trace *r)
{
	struct query *q = db_query(a->db,
		"SELECT r.rowid, l.run, r.completed_at = ?2"
		" AND (?3 OR r.estimated_cost_usd = 0)"
		" FROM limn_runs AS l"
		" JOIN pipeline_runs AS r ON r.rowid = l.pipeline_run_id"
		" WHERE l.episode_id = ?1 AND r.completed_at <= ?2"
		" AND r.stage = '" RUNS_STAGE "' AND r.status = 'SUCCESS'"
		" ORDER BY r.completed_at DESC,"
		" abs(r.estimated_cost_usd - ?4) < 1e-7 DESC, r.rowid DESC"
		" LIMIT 1",
		"ssid", a->id, r->ended, (long long)has_spent(a),
		(double)json_micros(provenance_value(a, "cost_usd")) / 1e6);
	bool any = db_next(q), same = any && db_int(q, 2);
	long long row = same ? db_int(q, 0) : 0;
	const char *run = same ? db_text(q, 1) : NULL;

	snprintf(r->run, sizeof r->run, "%s", run ? run : "");
	db_reset(q);
	if (!any || (!same && has_spent(a)))
		report_problem(&a->of_provenance, "timestamp",
			"is %s in UTC, when no successful run of pipeline_runs "
			"ended",
			r->ended);
	return row;
}

/* Whether the run only recorded what a run that was killed had bought: the
 * provenance has that cost, and the row has none. */
static bool
has_only_recorded(struct audit *a, const struct trace *r, long long row)
{
	return *r->run && !has_bought(a, r->run) &&
		db_number(a->db,
			"SELECT estimated_cost_usd = 0 AND input_tokens = 0"
			" AND output_tokens = 0 FROM pipeline_runs"
			" WHERE rowid = ?",
			"i", row);
}

static void
compare_run(struct audit *a, struct trace *r)
{
	static const char table[] = "pipeline_runs";
	time_t began, ended = provenance_ended(a->provenance, &began);
	const struct cell cells[] = {
		CELL_INT("input_tokens",
			json_integer_value(provenance_value(a,
				"input_tokens"))),
		CELL_INT("output_tokens",
			json_integer_value(provenance_value(a,
				"output_tokens"))),
		CELL_REAL("estimated_cost_usd",
			(double)json_micros(provenance_value(a, "cost_usd")) /
				1e6),
	};
	long long row;

	db_time(ended, r->ended);
	if (!audit_has(a, table) || !audit_has(a, "limn_runs"))
		return;
	row = find_run(a, r);
	if (row && !has_only_recorded(a, r, row))
		compare_cells(a, table, row, cells, COUNT(cells));
}

/* If the run is not known (the database was rebuilt from the files), all runs
 * together must have spent at least as much. */
static void
compare_money(struct audit *a, const struct trace *r,
	const struct ledger_sums *all)
{
	struct ledger_sums run;

	if (*r->run && has_bought(a, r->run)) {
		ledger_sum(a->db, a->id, r->run, &run);
		audit_compare_cost(&a->of_provenance, "cost_usd", NULL,
			provenance_value(a, "cost_usd"), "the ledger",
			run.micros);
		audit_compare(&a->of_provenance, "input_tokens", NULL,
			provenance_value(a, "input_tokens"), "the ledger",
			json_integer(run.input_tokens));
		audit_compare(&a->of_provenance, "output_tokens", NULL,
			provenance_value(a, "output_tokens"), "the ledger",
			json_integer(run.output_tokens));
	} else if (json_micros(provenance_value(a, "cost_usd")) > all->micros) {
		audit_compare_cost(&a->of_provenance, "cost_usd", NULL,
			provenance_value(a, "cost_usd"),
			"the ledger, of all runs,", all->micros);
	}
	if (json_is_true(provenance_value(a, "partial")) && r->is_last)
		audit_compare_cost(&a->of_provenance, "total_cost_usd", NULL,
			provenance_value(a, "total_cost_usd"), "the ledger",
			all->micros);
}

/* The sums of the row are those of the ledger, if the ledger has any. */
static void
compare_artifact(struct audit *a, const struct trace *r,
	const struct ledger_sums *all)
{
	static const char table[] = "content_artifacts";
	const struct cell cells[] = {
		CELL_TEXT("file_path", MANIFEST_PATH),
		CELL_TEXT("prompt_hash",
			json_text(a->provenance, "prompt_hash")),
		CELL_TEXT("model", json_text(a->provenance, "model")),
		CELL_INT("prompt_version_id", r->version.id),
		CELL_INT("input_tokens", all->input_tokens),
		CELL_INT("output_tokens", all->output_tokens),
		CELL_REAL("cost_usd", (double)all->micros / 1e6),
	};
	enum { FACTS = 3, WITH_VERSION = 4 };
	char condition[OWN_ROW_CONDITION_SIZE], sql[SQL_MAX];
	struct query *q;
	long long rows, row;

	if (!audit_has(a, table) || !audit_has(a, "limn_rows"))
		return;
	own_row_condition(a->db, table, condition);
	snprintf(sql, sizeof sql,
		"SELECT count(*), min(rowid) FROM content_artifacts"
		" WHERE episode_id = ? AND artifact_type = 'images' AND %s",
		condition);
	q = db_query(a->db, sql, "s", a->id);
	rows = db_next(q) ? db_int(q, 0) : 0;
	row = rows ? db_int(q, 1) : 0;
	db_reset(q);
	if (rows != 1)
		report_problem(&a->of_database, table,
			"%s has %lld rows of images, not one", a->id, rows);
	if (row)
		compare_cells(a, table, row, cells,
			!r->version.id                        ? FACTS
				: !r->is_last || !all->micros ? WITH_VERSION
							      : COUNT(cells));
}

static void
compare_provenance(struct audit *a)
{
	struct trace r = { .is_last = true };
	struct ledger_sums all;

	if (!a->provenance)
		return;
	if (!provenance_check(a->of_provenance.file, a->provenance, a->id)) {
		a->of_provenance.count++;
		return;
	}
	compare_version(a, &r);
	ledger_sum(a->db, a->id, NULL, &all);
	compare_run(a, &r);
	if (sql_table_exists(a->db, "ledger")) {
		r.is_last = db_number(a->db,
				    "SELECT count(*) FROM ledger"
				    " WHERE episode_id = ? AND reserved_at > ?",
				    "ss", a->id, r.ended) == 0;
		compare_money(a, &r, &all);
	}
	compare_artifact(a, &r, &all);
}

bool
audit_records(struct audit *a, struct failure *f)
{
	char index[PATH_LENGTH_MAX];
	bool is_complete;

	if (snprintf(index, sizeof index, "%s/imagegen/chapters.index",
		    a->episode) >= (int)sizeof index)
		return failure_set(f, EXIT_NO_INPUT,
			"%.64s...: this path is too long", a->episode);
	if (!manifest_has_all(a->entries, index, &is_complete, f))
		return false;
	check_status(a, is_complete);
	compare_provenance(a);
	return true;
}
