#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "books/assets.h"
#include "books/episodes.h"
#include "books/ledger.h"
#include "books/provenance.h"
#include "books/runs.h"
#include "books/versions.h"
#include "buf.h"
#include "chapter/episode.h"
#include "chapter/manifest.h"
#include "database/db.h"
#include "database/sql-row.h"
#include "env.h"
#include "err.h"
#include "json.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define TABLE "media_assets"
#define SQL_MAX 512 /* bytes of a statement that is put together here */

/* Every step runs twice: first to see whether it would change anything, and
 * then, if any step would, to write in a transaction. */
struct work {
	struct db *db;
	const struct record *r;
	char *title;            /* NULL: not needed, or not known */
	bool writes;            /* this is the second time */
	bool differs;           /* output: something changes */
	struct version version; /* of the template; id 0: not known */
};

/* --- one picture */

/* Whether this key of an entry has a column of its own. */
static bool
has_column(const char *key)
{
	static const char *const keys[] = { "chapter_id", "file_path",
		"mime_type", "size_bytes", "metadata" };

	for (size_t i = 0; i < COUNT(keys); i++)
		if (strcmp(keys[i], key) == 0)
			return true;
	return false;
}

static void
print_metadata(json_t *image, struct buf *text)
{
	const json_t *metadata = json_object_get(image, "metadata");
	json_t *all = metadata ? json_copy((json_t *)metadata) : NULL, *value;
	const char *key;

	if (!json_is_object(all)) {
		json_decref(all);
		all = json_object();
	}
	json_object_foreach(image, key, value)
	{
		if (!has_column(key))
			json_put(all, key, json_incref(value));
	}
	json_print_compact(all, text);
	json_decref(all);
}

static bool
is_by_template(const json_t *image)
{
	const char *source =
		json_text(json_object_get(image, "metadata"), "prompt_source");

	return source &&
		(strcmp(source, "llm") == 0 || strcmp(source, "composed") == 0);
}

/* Whether the row has the same picture, even if its other columns differ. */
static bool
is_same_picture(struct db *db, long long row, const json_t *image)
{
	const char *hash =
		json_text(json_object_get(image, "metadata"), "sha256");
	const char *column = sql_column(db, TABLE, "metadata|meta");
	bool is_meta = column && strcmp(column, "meta") == 0;
	struct query *q;
	const char *text;
	json_t *was = NULL;
	bool same;

	if (!hash || !column)
		return false;
	q = db_query(db,
		is_meta ? "SELECT meta FROM " TABLE " WHERE rowid = ?"
			: "SELECT metadata FROM " TABLE " WHERE rowid = ?",
		"i", row);
	if (db_next(q) && (text = db_text(q, 0)))
		was = json_loads(text, 0, NULL);
	db_reset(q);
	same = json_text(was, "sha256") &&
		strcmp(json_text(was, "sha256"), hash) == 0;
	json_decref(was);
	return same;
}

static void
format_generated_at(const json_t *image, char text[DB_TIME_SIZE])
{
	const json_t *metadata = json_object_get(image, "metadata");
	time_t at;

	if (!json_parse_time(json_text(metadata, "generated_at"), &at))
		at = time(NULL);
	db_time(at, text);
}

/* row: 0: the picture has none yet.  The first COMPARED columns say whether the
 * row changes; a new picture changes the first CHANGED. */
static void
record_picture(struct work *w, const char *chapter, json_t *image,
	long long row)
{
	enum { COMPARED = 4, CHANGED = 6 };
	bool by_template = w->version.id && is_by_template(image);
	struct buf metadata = BUF_INIT(MANIFEST_MAX);
	char created[DB_TIME_SIZE];
	struct cell cells[] = {
		CELL_TEXT("file_path", json_text(image, "file_path")),
		CELL_TEXT("mime_type", json_text(image, "mime_type")),
		CELL_INT("size_bytes",
			json_integer_value(json_object_get(image,
				"size_bytes"))),
		CELL_TEXT("metadata|meta", NULL),
		CELL_TEXT("created_at", created),
		CELL_INT("prompt_version_id", w->version.id),
		CELL_TEXT("episode_id", w->r->episode),
		CELL_TEXT("asset_type", "IMAGE"),
		CELL_TEXT("chapter_id", chapter),
	};

	print_metadata(image, &metadata);
	cells[COMPARED - 1].text = metadata.data;
	if (!by_template)
		cells[CHANGED - 1].type = 's'; /* NULL */
	format_generated_at(image, created);
	if (!row || !sql_row_equals(w->db, TABLE, row, cells, COMPARED)) {
		w->differs = true;
		if (w->writes && row)
			own_row_update(w->db, TABLE, row, cells,
				is_same_picture(w->db, row, image) ? COMPARED
								   : CHANGED);
		else if (w->writes)
			own_row_insert(w->db, TABLE, cells, COUNT(cells));
	}
	buf_free(&metadata);
}

/* --- all pictures */

static void
remove_row(struct work *w, long long row)
{
	w->differs = true;
	if (w->writes)
		own_row_delete(w->db, TABLE, row);
}

/* limn's rows, by the ids of their chapters.  Of two rows of one chapter, the
 * second is deleted. */
static json_t *
read_rows(struct work *w)
{
	char condition[OWN_ROW_CONDITION_SIZE], sql[SQL_MAX];
	json_t *rows = json_object(), *spare = json_array(), *row;
	struct query *q;
	size_t i;

	own_row_condition(w->db, TABLE, condition);
	snprintf(sql, sizeof sql,
		"SELECT rowid, coalesce(chapter_id, '') FROM " TABLE
		" WHERE episode_id = ? AND +asset_type = 'IMAGE' AND %s"
		" ORDER BY rowid",
		condition);
	q = db_query(w->db, sql, "s", w->r->episode);
	while (db_next(q)) {
		row = json_integer(db_int(q, 0));
		if (json_object_get(rows, db_text(q, 1)))
			json_array_append_new(spare, row);
		else
			json_put(rows, db_text(q, 1), row);
	}
	json_array_foreach(spare, i, row)
	{
		remove_row(w, json_integer_value(row));
	}
	json_decref(spare);
	return rows;
}

static void
record_pictures(struct work *w)
{
	json_t *rows = read_rows(w), *image, *row;
	const char *chapter;

	json_object_foreach(w->r->images, chapter, image)
	{
		row = json_object_get(rows, chapter);
		record_picture(w, chapter, image, json_integer_value(row));
	}
	json_object_foreach(rows, chapter, row)
	{
		if (w->r->is_whole && !json_object_get(w->r->images, chapter))
			remove_row(w, json_integer_value(row));
	}
	json_decref(rows);
}

/* --- the episode, the template, the artifact and the run */

static void
record_episode(struct work *w)
{
	bool lacks_title;

	if (episodes_lacks(w->db, w->r->episode, &lacks_title) ||
		(lacks_title && w->title))
		w->differs = true;
	if (w->writes)
		episodes_add(w->db, w->r->episode, w->title);
}

static void
record_version(struct work *w)
{
	const json_t *p = w->r->provenance;
	const char *name = json_text(p, "prompt_name");
	const char *hash = json_text(p, "prompt_hash");

	if (!p)
		return;
	if (w->writes)
		w->version = versions_register(w->db, name, hash, NULL,
			json_integer_value(json_object_get(p,
				"prompt_version")));
	else
		w->version = versions_find(w->db, name, hash);
	if (!w->version.id)
		w->differs = true;
}

static long long
find_artifact(struct work *w)
{
	char condition[OWN_ROW_CONDITION_SIZE], sql[SQL_MAX];

	own_row_condition(w->db, "content_artifacts", condition);
	snprintf(sql, sizeof sql,
		"SELECT min(rowid) FROM content_artifacts WHERE episode_id = ?"
		" AND artifact_type = 'images' AND %s",
		condition);
	return db_number(w->db, sql, "s", w->r->episode);
}

/* The cost and tokens of all images of the episode: from the ledger; if it has
 * none, from the provenance. */
static void
sum_episode(struct work *w, struct ledger_sums *sums)
{
	const json_t *p = w->r->provenance;
	const json_t *total = json_object_get(p, "total_cost_usd");

	ledger_sum(w->db, w->r->episode, NULL, sums);
	if (sums->micros || sums->input_tokens || sums->output_tokens)
		return;
	sums->micros = json_micros(json_is_number(total)
			? total
			: json_object_get(p, "cost_usd"));
	sums->input_tokens =
		json_integer_value(json_object_get(p, "input_tokens"));
	sums->output_tokens =
		json_integer_value(json_object_get(p, "output_tokens"));
}

static void
record_artifact(struct work *w)
{
	const json_t *p = w->r->provenance;
	char now[DB_TIME_SIZE];
	struct ledger_sums sums;
	long long row;

	if (!p)
		return;
	sum_episode(w, &sums);
	const struct cell cells[] = {
		CELL_TEXT("file_path", MANIFEST_PATH),
		CELL_TEXT("prompt_hash", json_text(p, "prompt_hash")),
		CELL_INT("prompt_version_id", w->version.id),
		CELL_TEXT("model", json_text(p, "model")),
		CELL_INT("input_tokens", sums.input_tokens),
		CELL_INT("output_tokens", sums.output_tokens),
		CELL_REAL("cost_usd", (double)sums.micros / 1e6),
		CELL_TEXT("created_at", now),
		CELL_TEXT("episode_id", w->r->episode),
		CELL_TEXT("artifact_type", "images"),
	};

	db_time(time(NULL), now);
	row = find_artifact(w);
	/* the last three columns don't make a difference */
	if (row &&
		sql_row_equals(w->db, "content_artifacts", row, cells,
			COUNT(cells) - 3))
		return;
	w->differs = true;
	if (w->writes && row)
		own_row_update(w->db, "content_artifacts", row, cells,
			COUNT(cells));
	else if (w->writes)
		own_row_insert(w->db, "content_artifacts", cells, COUNT(cells));
}

/* Replace what the run spent by the ledger's sums, if the ledger has purchases
 * for the episode.  The provenance may come from another make that ran at the
 * same time. */
static void
count_run(struct work *w, struct run_facts *facts)
{
	struct ledger_sums all, sums;

	ledger_sum(w->db, w->r->episode, NULL, &all);
	if (!*env_run() ||
		!(all.micros || all.input_tokens || all.output_tokens))
		return;
	ledger_sum(w->db, w->r->episode, env_run(), &sums);
	facts->micros = sums.micros;
	facts->input_tokens = sums.input_tokens;
	facts->output_tokens = sums.output_tokens;
}

/* A run that changed nothing gets no row, unless it has one already. */
static void
record_run(struct work *w)
{
	const json_t *p = w->r->provenance;
	struct run_facts facts = {
		.input_tokens =
			json_integer_value(json_object_get(p, "input_tokens")),
		.output_tokens =
			json_integer_value(json_object_get(p, "output_tokens")),
		.micros = json_micros(json_object_get(p, "cost_usd")),
	};

	if (!p)
		return;
	count_run(w, &facts);
	facts.completed = provenance_ended(p, &facts.started);
	if ((w->r->is_complete && !episodes_is_done(w->db, w->r->episode)) ||
		runs_are_stale(w->db, w->r->episode) ||
		!runs_is_over(w->db, w->r->episode, w->r->run))
		w->differs = true;
	if (!w->writes)
		return;
	runs_close_stale(w->db, w->r->episode);
	runs_success(w->db, w->r->episode, w->r->run, &facts);
	if (w->r->is_complete)
		episodes_done(w->db, w->r->episode);
}

static void
run_steps(struct work *w)
{
	void (*const steps[])(struct work *) = { record_episode, record_version,
		record_pictures, record_artifact, record_run };

	for (size_t i = 0; i < COUNT(steps); i++)
		if (w->writes || !w->differs)
			steps[i](w);
}

bool
assets_record(struct db *db, const struct record *r, struct failure *f)
{
	struct work w = { .db = db, .r = r };
	bool lacks_title, good;

	episodes_lacks(db, r->episode, &lacks_title);
	if (lacks_title && r->chapters)
		w.title = episode_title(r->chapters, r->episode);
	/* a transaction that only reads: all reads see the same state */
	db_script(db, "BEGIN");
	run_steps(&w);
	good = db_commit(db, f);
	if (good && w.differs) {
		w.writes = true;
		db_begin(db);
		run_steps(&w);
		good = db_commit(db, f);
	}
	free(w.title);
	return good;
}
