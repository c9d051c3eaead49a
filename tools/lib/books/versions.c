#include <string.h>
#include <time.h>

#include "books/versions.h"
#include "database/db.h"
#include "database/sql-row.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Other programs may write the hash without "sha256:". */
static const char *
strip_hash_prefix(const char *hash)
{
	const char *colon = strchr(hash, ':');

	return colon ? colon + 1 : hash;
}

struct version
versions_find(struct db *db, const char *name, const char *hash)
{
	struct query *q = db_query(db,
		"SELECT rowid, version FROM prompt_versions"
		" WHERE name = ? AND content_hash IN (?, ?)"
		" ORDER BY version LIMIT 1",
		"sss", name, hash, strip_hash_prefix(hash));
	struct version v = { 0, 0 };

	if (db_next(q))
		v = (struct version){ db_int(q, 0), db_int(q, 1) };
	db_reset(q);
	return v;
}

static long long
find_last(struct db *db, const char *name)
{
	return db_number(db,
		"SELECT coalesce(max(version), 0) FROM prompt_versions"
		" WHERE name = ?",
		"s", name);
}

static bool
is_free(struct db *db, const char *name, long long number)
{
	return number > 0 &&
		!db_number(db,
			"SELECT count(*) FROM prompt_versions"
			" WHERE name = ? AND version = ?",
			"si", name, number);
}

static void
clear_default(struct db *db, const char *name)
{
	if (sql_column(db, "prompt_versions", "is_default"))
		db_run(db,
			"UPDATE prompt_versions SET is_default = 0"
			" WHERE name = ? AND is_default <> 0",
			"s", name);
}

static struct version
add_version(struct db *db, const char *name, const char *hash,
	const struct version_facts *f, long long number)
{
	enum { FACTS = 4 };
	static const struct version_facts none;
	long long last = find_last(db, name);
	struct version v = { 0, is_free(db, name, number) ? number : last + 1 };
	char now[DB_TIME_SIZE];

	if (!f)
		f = &none;
	/* without facts the last columns are left out */
	const struct cell row[] = {
		CELL_TEXT("name", name),
		CELL_INT("version", v.number),
		CELL_TEXT("content_hash", hash),
		CELL_INT("is_default", v.number > last),
		CELL_TEXT("created_at", now),
		CELL_TEXT("template_path", f->path),
		CELL_TEXT("model", f->model),
		CELL_REAL("temperature", f->temperature),
		CELL_INT("max_tokens", f->max_tokens),
	};

	db_time(time(NULL), now);
	if (v.number > last)
		clear_default(db, name);
	v.id = own_row_insert(db, "prompt_versions", row,
		f == &none ? COUNT(row) - FACTS : COUNT(row));
	return v;
}

struct version
versions_register(struct db *db, const char *name, const char *hash,
	const struct version_facts *facts, long long number)
{
	struct version v = versions_find(db, name, hash);

	if (v.id)
		return v;
	/* A savepoint works inside a transaction and without one.  The DELETE,
	 * which deletes nothing, takes the lock for writing. */
	db_script(db, "SAVEPOINT version; DELETE FROM limn_rows WHERE 0");
	v = versions_find(db, name, hash);
	if (!v.id)
		v = add_version(db, name, hash, facts, number);
	db_script(db, "RELEASE version");
	return v;
}
