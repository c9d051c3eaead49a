#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "books/provenance.h"
#include "chapter/manifest.h"
#include "database/db.h"
#include "database/schema.h"
#include "database/sql-row.h"
#include "err.h"
#include "failure.h"
#include "json.h"
#include "report/audit.h"
#include "span.h"

#define PATH_LENGTH_MAX 4096
#define QUOTE_MAX 80 /* code points of a value in a message */

bool
audit_add_remedy(struct failure *f)
{
	size_t n = strlen(f->message);

	snprintf(f->message + n, sizeof f->message - n,
		f->status == EXIT_NO_INPUT
			? "; run make imagegen first"
			: "; remove this file, then run make imagegen");
	return false;
}

bool
audit_open(struct audit *a, const char *episode, const char *database,
	struct failure *f)
{
	*a = (struct audit){ .episode = episode };
	a->manifest_path = a->provenance_path = BUF_INIT(PATH_LENGTH_MAX);
	buf_addf(&a->manifest_path, "%s/" MANIFEST_PATH, episode);
	buf_addf(&a->provenance_path, "%s/provenance/imagegen_provenance.json",
		episode);
	a->of_manifest.file = a->manifest_path.data;
	a->of_provenance.file = a->provenance_path.data;
	a->of_database.file = database;
	a->db = schema_look(database, f);
	if (!a->db && f->status)
		return false;
	if (!a->db)
		return failure_set(f, EXIT_NO_INPUT,
			"%s: there is no such database; run make rebuild-db",
			database);
	schema_check(a->db);
	if (!db_check(a->db, f))
		return false;
	/* a transaction that only reads: all reads see the same state */
	db_script(a->db, "BEGIN");
	a->manifest = manifest_read(a->manifest_path.data, f);
	if (!a->manifest ||
		!manifest_check(a->manifest_path.data, a->manifest, f))
		return audit_add_remedy(f);
	a->images = json_object_get(a->manifest, "images");
	a->id = json_text(a->manifest, "episode_id");
	a->entries = manifest_entries(a->manifest_path.data, a->manifest);
	if (!a->entries)
		return failure_set(f, EXIT_BAD_INPUT,
			"%s: it is no manifest; remove it, then run make "
			"imagegen EP=%s",
			a->manifest_path.data, a->id);
	if (access(a->provenance_path.data, F_OK) == 0) {
		a->provenance =
			json_read(a->provenance_path.data, PROVENANCE_MAX, f);
		if (!a->provenance)
			return audit_add_remedy(f);
	} else
		report_problem(&a->of_provenance, "", "it is not there");
	return db_check(a->db, f);
}

void
audit_report(const struct report *r, const char *id, const char *remedy)
{
	if (r->count > 0)
		err("%s: %zu difference%s; %s%s%s", r->file, r->count,
			r->count == 1 ? "" : "s", remedy, id ? " EP=" : "",
			id ? id : "");
}

bool
audit_close(struct audit *a, size_t *differences, struct failure *f)
{
	bool good = db_check(a->db, f);

	audit_report(&a->of_manifest, a->id,
		"run make rebuild-db if this file is right, else remove it and "
		"run make imagegen");
	audit_report(&a->of_provenance, a->id,
		"remove this file, then run make imagegen");
	audit_report(&a->of_database, NULL, "run make rebuild-db");
	*differences = a->of_manifest.count + a->of_provenance.count +
		a->of_database.count;
	db_close(a->db);
	json_decref(a->entries);
	json_decref(a->manifest);
	json_decref(a->provenance);
	buf_free(&a->manifest_path);
	buf_free(&a->provenance_path);
	return good;
}

bool
audit_has(struct audit *a, const char *table)
{
	bool has = sql_table_exists(a->db, table);

	if (!has)
		report_problem(&a->of_database, table,
			"there is no such table; run make migrate");
	return has;
}

/* Print a value for a message; the caller frees it. */
static char *
print_value(const json_t *value)
{
	const char *text = json_string_value(value);
	char *name = text ? NULL
			  : json_dumps(value,
				    JSON_ENCODE_ANY | JSON_COMPACT |
					    JSON_REAL_PRECISION(15));

	return name ? name : xstrdup(text ? text : "missing");
}

static void
report_difference(struct report *r, const char *path, const char *what,
	const json_t *is, const char *where, const json_t *should)
{
	char *one = print_value(is), *other = print_value(should);

	report_problem(r, path, "%s%sis %.*s, in %s %.*s", what ? what : "",
		what ? " " : "", (int)span_cut(span_of(one), QUOTE_MAX), one,
		where, (int)span_cut(span_of(other), QUOTE_MAX), other);
	free(one);
	free(other);
}

void
audit_compare(struct report *r, const char *path, const char *what,
	const json_t *is, const char *where, json_t *should)
{
	if (is != should && !json_equal(is, should))
		report_difference(r, path, what, is, where, should);
	json_decref(should);
}

void
audit_compare_cost(struct report *r, const char *path, const char *what,
	const json_t *is, const char *where, long long should_micros)
{
	json_t *should = json_dollars(should_micros);

	if (!json_is_number(is) || json_micros(is) != should_micros)
		report_difference(r, path, what, is, where, should);
	json_decref(should);
}

/* The directory in the paths of a provenance, from the first path, which is
 * that of the manifest; NULL: it isn't.  The caller frees it. */
static char *
find_directory(const json_t *outputs)
{
	static const char manifest[] = "/" MANIFEST_PATH;
	const char *path = json_string_value(json_array_get(outputs, 0));
	size_t n = path ? strlen(path) : 0, m = sizeof manifest - 1;

	if (n < m || strcmp(path + n - m, manifest) != 0)
		return NULL;
	return span_copy((struct span){ path, path + n - m });
}

/* The paths are relative to the directory where make was started, which may not
 * be the current one. */
static void
compare_outputs(struct audit *a)
{
	const json_t *outputs = json_object_get(a->provenance, "output_files");
	char *directory = find_directory(outputs);
	json_t *should = provenance_outputs(directory ? directory : a->episode,
		a->images);
	size_t count = json_array_size(outputs);
	char path[64];

	free(directory);
	if (count != json_array_size(should))
		report_problem(&a->of_provenance, "output_files",
			"has %zu paths, not %zu: the manifest, and its "
			"pictures",
			count, json_array_size(should));
	else
		for (size_t i = 0; i < count; i++) {
			snprintf(path, sizeof path, "output_files[%zu]", i);
			audit_compare(&a->of_provenance, path, NULL,
				json_array_get(outputs, i), "the manifest",
				json_incref(json_array_get(should, i)));
		}
	json_decref(should);
}

static void
compare_field(struct audit *a, const char *key, const char *where,
	json_t *should)
{
	audit_compare(&a->of_provenance, key, NULL,
		json_object_get(a->provenance, key), where, should);
}

bool
audit_provenance(struct audit *a, struct failure *f)
{
	size_t count = json_array_size(a->images);
	size_t generated = provenance_generated(a->images);
	const char *model = provenance_image_model(a->images);
	char hash[HASH_SIZE];

	if (!a->provenance)
		return true;
	compare_field(a, "image_gen_model", "the manifest",
		model ? json_string(model) : json_null());
	compare_outputs(a);
	compare_field(a, "image_count", "the manifest",
		json_integer((json_int_t)count));
	compare_field(a, "generated_count", "the manifest",
		json_integer((json_int_t)generated));
	compare_field(a, "template_count", "the manifest",
		json_integer((json_int_t)(count - generated)));
	if (!provenance_inputs(a->episode, hash, f))
		return false;
	compare_field(a, "input_content_hash", "imagegen/", json_string(hash));
	return true;
}
