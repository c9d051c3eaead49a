#include <stdio.h>
#include <string.h>

#include "books/episodes.h"
#include "buf.h"
#include "chapter/manifest.h"
#include "database/db.h"
#include "database/sql-row.h"
#include "json.h"
#include "report/audit.h"

#define SQL_MAX 1024
#define TABLE "media_assets"
#define IMAGES_WHERE " WHERE episode_id = ?1 AND asset_type = 'IMAGE' AND "

/* The keys of an entry that have a column, in the order of the query.  The
 * other keys are in the metadata (assets.h). */
enum { FILE_PATH, MIME_TYPE, SIZE_BYTES, METADATA, CHAPTER_ID, COLUMNS };

static const struct column {
	const char *key;
	const char *names;
} columns[COLUMNS] = {
	{ "file_path", "file_path" },
	{ "mime_type", "mime_type" },
	{ "size_bytes", "size_bytes" },
	{ "metadata", "metadata|meta" },
	{ "chapter_id", "chapter_id" },
};

static void
make_query(struct db *db, char sql[SQL_MAX])
{
	char condition[OWN_ROW_CONDITION_SIZE];
	const char *names[METADATA + 1];

	for (size_t i = 0; i <= METADATA; i++) {
		names[i] = sql_column(db, TABLE, columns[i].names);
		if (!names[i])
			names[i] = "NULL";
	}
	own_row_condition(db, TABLE, condition);
	snprintf(sql, SQL_MAX,
		"SELECT %s, %s, %s, %s FROM " TABLE IMAGES_WHERE
		"%s AND chapter_id = ?2 ORDER BY rowid",
		names[FILE_PATH], names[MIME_TYPE], names[SIZE_BYTES],
		names[METADATA], condition);
}

/* A text that isn't UTF-8 can't be a value of a manifest. */
static json_t *
read_value(struct query *q, int column)
{
	const char *text = db_text(q, column);
	json_t *value;

	if (!text)
		return json_null();
	if (column == SIZE_BYTES)
		return json_integer(db_int(q, column));
	value = json_string(text);
	return value ? value : json_string("not UTF-8");
}

/* The metadata that the row should have.  They are printed and parsed, as those
 * of the row were, so that numbers have the same precision. */
static json_t *
make_metadata(const json_t *entry)
{
	json_t *all = json_object(), *value;
	struct buf text = BUF_INIT(MANIFEST_MAX);

	json_object_update(all, json_object_get(entry, "metadata"));
	json_object_update(all, (json_t *)entry);
	for (size_t i = 0; i < COLUMNS; i++)
		json_object_del(all, columns[i].key);
	json_print_compact(all, &text);
	json_decref(all);
	value = json_loadb(text.data, text.len, 0, NULL);
	buf_free(&text);
	return value;
}

static void
compare_metadata(struct audit *a, const char *chapter, const json_t *entry,
	const char *text)
{
	json_t *is = make_metadata(entry), *value;
	json_t *row = text ? json_loads(text, 0, NULL) : NULL;
	const char *key;

	if (!json_is_object(row))
		report_problem(&a->of_manifest, chapter,
			"its metadata in " TABLE " are no object of JSON");
	else
		json_object_foreach(is, key, value)
		{
			audit_compare(&a->of_manifest, chapter, key, value,
				TABLE, json_incref(json_object_get(row, key)));
			json_object_del(row, key);
		}
	/* keys that only the row has */
	json_object_foreach(row, key, value)
	{
		audit_compare(&a->of_manifest, chapter, key, NULL, TABLE,
			json_incref(value));
	}
	json_decref(row);
	json_decref(is);
}

static void
compare_row(struct audit *a, const char *chapter, const json_t *entry,
	struct query *q)
{
	for (int i = 0; i < METADATA; i++)
		if (sql_column(a->db, TABLE, columns[i].names))
			audit_compare(&a->of_manifest, chapter, columns[i].key,
				json_object_get(entry, columns[i].key), TABLE,
				read_value(q, i));
	if (sql_column(a->db, TABLE, columns[METADATA].names))
		compare_metadata(a, chapter, entry, db_text(q, METADATA));
}

static void
compare_entry(struct audit *a, const char *chapter, const json_t *entry,
	const char *sql)
{
	struct query *q = db_query(a->db, sql, "ss", a->id, chapter);
	size_t rows = 0;

	while (db_next(q))
		if (rows++ == 0)
			compare_row(a, chapter, entry, q);
	if (rows == 0)
		report_problem(&a->of_manifest, chapter,
			"it has no row in " TABLE);
	else if (rows > 1)
		report_problem(&a->of_manifest, chapter,
			"it has %zu rows in " TABLE ", not one", rows);
}

/* Report rows of limn whose chapter has no picture. */
static void
find_extra_rows(struct audit *a)
{
	char condition[OWN_ROW_CONDITION_SIZE], sql[SQL_MAX];
	struct query *q;

	own_row_condition(a->db, TABLE, condition);
	snprintf(sql, sizeof sql,
		"SELECT rowid, chapter_id FROM " TABLE IMAGES_WHERE
		"%s ORDER BY rowid",
		condition);
	q = db_query(a->db, sql, "s", a->id);
	while (db_next(q)) {
		const char *chapter = db_text(q, 1);

		if (!chapter || !json_object_get(a->entries, chapter))
			report_problem(&a->of_database, TABLE,
				"row %lld: %.80s has no picture in %s",
				db_int(q, 0), chapter ? chapter : "NULL",
				a->of_manifest.file);
	}
}

void
audit_assets(struct audit *a)
{
	char sql[SQL_MAX];
	const char *chapter;
	json_t *entry;

	if (!audit_has(a, TABLE) || !audit_has(a, "limn_rows"))
		return;
	make_query(a->db, sql);
	json_object_foreach(a->entries, chapter, entry)
	{
		compare_entry(a, chapter, entry, sql);
	}
	find_extra_rows(a);
}
