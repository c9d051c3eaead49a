#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "database/db.h"
#include "database/schema-check.h"
#include "err.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define COLUMN_SIZE 64 /* bytes of a column's name in required[] */

/* What the database has by the name of a table.  FOREIGN: another program's. */
enum kind { NONE, OURS, FOREIGN, VIEW };

/* The columns that statements name, separated by spaces.  Other columns are
 * looked up (sql-row.h). */
static const struct required {
	const char *table;
	const char *always;
	const char *to_write; /* needed only to write */
} required[] = {
	{ "schema_migrations", "version", "" },
	{ "episodes", "episode_id status", "" },
	{ "pipeline_runs", "",
		"episode_id stage status started_at completed_at" },
	{ "prompt_versions", "", "name version content_hash" },
	{ "content_artifacts", "", "episode_id artifact_type created_at" },
	{ "media_assets", "", "episode_id asset_type chapter_id created_at" },
	{ "ledger",
		"id purchase episode_id chapter_id kind model request_sha256"
		" state cost_micros estimate_micros cost_source input_tokens"
		" output_tokens run reserved_at sent_at ended_at request_id exit_status error",
		"" },
	{ "limn_runs",
		"run episode_id pipeline_run_id cost_limit limit_setting pid"
		" pid_started",
		"" },
	{ "limn_rows", "table_name row_id witness", "" },
	{ "limn_jobs",
		"id command episode_id chapter_id force state is_cancelled done"
		" total message created_at started_at ended_at",
		"" },
};

static void
refuse(struct db *db, const char *table, const char *what, const char *which)
{
	db_fail(db, EXIT_IO,
		"the table %s %s%s; it is another program's: name another "
		"database with DATABASE",
		table, what, which);
}

static enum kind
find_kind(struct db *db, const char *table, bool (*is_ours)(const char *sql))
{
	struct query *q = db_query(db,
		"SELECT sql, type = 'view'"
		" FROM sqlite_schema WHERE type IN ('table', 'view')"
		" AND name = ? COLLATE NOCASE",
		"s", table);
	enum kind kind = NONE;

	if (db_next(q))
		kind = db_int(q, 1)                                   ? VIEW
			: is_ours(db_text(q, 0) ? db_text(q, 0) : "") ? OURS
								      : FOREIGN;
	db_reset(q);
	return kind;
}

static void
check_columns(struct db *db, const char *table, const char *names)
{
	char name[COLUMN_SIZE];
	size_t len;

	for (; *names; names += len + (names[len] == ' ')) {
		len = strcspn(names, " ");
		snprintf(name, sizeof name, "%.*s", (int)len, names);
		if (!db_number(db,
			    "SELECT count(*) FROM pragma_table_info(?)"
			    " WHERE name = ? COLLATE NOCASE",
			    "ss", table, name))
			refuse(db, table, "has no column ", name);
	}
}

static void
check_table(struct db *db, const struct required *r, bool to_write,
	bool (*is_ours)(const char *sql))
{
	const char *table = r->table;
	enum kind kind = find_kind(db, table, is_ours);

	if (kind == VIEW)
		refuse(db, table, "is a view", "");
	if (kind != FOREIGN)
		return;
	check_columns(db, table, r->always);
	if (to_write)
		check_columns(db, table, r->to_write);
}

void
schema_check_tables(struct db *db, bool to_write,
	bool (*is_ours)(const char *sql))
{
	for (size_t i = 0; i < COUNT(required); i++)
		check_table(db, &required[i], to_write, is_ours);
}
