#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "buf.h"
#include "database/db.h"
#include "database/sql-row.h"
#include "err.h"

#define COLUMNS_MAX 256  /* of a table; others are ignored */
#define SQL_MAX 65536    /* bytes of a statement that is put together here */
#define OWN_SQL_MAX 1024 /* the same, with limn's columns only */

struct column {
	char *name;
	const char *empty; /* SQL of an empty value, if NULL isn't allowed; else
			    * NULL */
	bool has_default;  /* or SQLite chooses the value */
};

/* The columns of a table, as they were when it was first looked up. */
struct table {
	struct table *next;
	char *name;
	struct column *columns;
	size_t count;
};

static bool
has_word(const char *text, const char *word)
{
	size_t len = strlen(word);

	for (; *text; text++)
		if (strncasecmp(text, word, len) == 0)
			return true;
	return false;
}

/* An empty value of a type that other programs can read. */
static const char *
find_empty(const char *type)
{
	if (has_word(type, "DATE"))
		return "datetime('now')";
	return has_word(type, "CHAR") || has_word(type, "TEXT") ? "''" : "0";
}

static void
read_columns(struct db *db, struct table *t)
{
	struct query *q = db_query(db,
		"SELECT t.name, t.type, t.\"notnull\", t.dflt_value IS NOT NULL"
		" OR t.pk AND t.type = 'INTEGER' COLLATE NOCASE AND 1 ="
		" (SELECT count(*) FROM pragma_table_info(?1) WHERE pk)"
		" FROM pragma_table_info(?1) AS t",
		"s", t->name);
	struct column *c;

	while (t->count < COLUMNS_MAX && db_next(q)) {
		c = &t->columns[t->count++];
		*c = (struct column){ .name = xstrdup(db_text(q, 0)) };
		if (db_int(q, 2))
			c->empty = find_empty(db_text(q, 1));
		c->has_default = db_int(q, 3);
	}
	db_reset(q);
}

static void
free_table(struct table *t)
{
	for (size_t i = 0; i < t->count; i++)
		free(t->columns[i].name);
	free(t->columns);
	free(t->name);
	free(t);
}

static void
free_tables(void *userdata)
{
	struct table *t = userdata, *next;

	for (; t; t = next) {
		next = t->next;
		free_table(t);
	}
}

/* NULL: the table is missing.  This isn't kept: the table may be made later. */
static const struct table *
find_table(struct db *db, const char *name)
{
	void **tables = db_userdata(db, free_tables);
	struct table *t;

	for (t = *tables; t; t = t->next)
		if (strcmp(t->name, name) == 0)
			return t;
	t = xmalloc(sizeof *t);
	*t = (struct table){ .next = *tables, .name = xstrdup(name) };
	t->columns = xmalloc(COLUMNS_MAX * sizeof *t->columns);
	read_columns(db, t);
	/* don't keep a table that was read only in part */
	if (t->count == 0 || db_failure(db)) {
		free_table(t);
		return NULL;
	}
	*tables = t;
	return t;
}

/* The first of the names (separated by |) that the table has. */
static const struct column *
find_column(const struct table *t, const char *names)
{
	size_t len;

	for (; t && *names; names += len + (names[len] == '|')) {
		len = strcspn(names, "|");
		for (size_t i = 0; i < t->count; i++)
			if (strncasecmp(t->columns[i].name, names, len) == 0 &&
				t->columns[i].name[len] == '\0')
				return &t->columns[i];
	}
	return NULL;
}

bool
sql_table_exists(struct db *db, const char *table)
{
	return find_table(db, table) != NULL;
}

const char *
sql_column(struct db *db, const char *table, const char *column)
{
	const struct column *c = find_column(find_table(db, table), column);

	return c ? c->name : NULL;
}

/* The cell to bind for a column.  NULL: it has no cell (is_named is false), or
 * a cell with a NULL that it doesn't allow. */
static const struct cell *
find_cell(const struct table *t, const struct column *c,
	const struct cell *cells, size_t count, bool *is_named)
{
	*is_named = false;
	for (size_t i = 0; i < count && !*is_named; i++)
		if (find_column(t, cells[i].column) == c) {
			*is_named = true;
			if (cells[i].type != 's' || cells[i].text || !c->empty)
				return &cells[i];
		}
	return NULL;
}

static void
add_name(struct buf *sql, const char *name)
{
	buf_adds(sql, "\"");
	for (; *name; name++) {
		buf_add(sql, name, 1);
		if (*name == '"')
			buf_add(sql, name, 1);
	}
	buf_adds(sql, "\"");
}

/* Bind the cells in the order of the statement; returns how many. */
static int
bind(struct query *q, const struct table *t, const struct cell *cells,
	size_t count)
{
	const struct cell *cell;
	bool is_named;
	int n = 0;

	for (size_t i = 0; t && i < t->count; i++) {
		cell = find_cell(t, &t->columns[i], cells, count, &is_named);
		if (!cell)
			continue;
		if (cell->type == 's')
			db_bind_text(q, n++, cell->text);
		else if (cell->type == 'i')
			db_bind_int(q, n++, cell->number);
		else
			db_bind_real(q, n++, cell->real);
	}
	return n;
}

/* Add "a" = ?, "b" = '', ...; returns how many. */
static size_t
add_pairs(struct buf *sql, const struct table *t, const struct cell *cells,
	size_t count, const char *between, const char *relation)
{
	const struct column *c;
	const struct cell *cell;
	bool is_named;
	size_t n = 0;

	for (size_t i = 0; t && i < t->count; i++) {
		c = &t->columns[i];
		cell = find_cell(t, c, cells, count, &is_named);
		if (!is_named)
			continue;
		buf_adds(sql, n++ ? between : "");
		add_name(sql, c->name);
		buf_addf(sql, " %s %s", relation, cell ? "?" : c->empty);
	}
	return n;
}

void
sql_row_not_added(struct db *db, const char *table)
{
	db_fail(db, EXIT_IO,
		"%s: a row was not added; look for triggers of another "
		"program's, or name another database with DATABASE",
		table);
}

/* A column without a cell gets its default value, or else an empty value. */
long long
sql_row_insert(struct db *db, const char *table, const struct cell *cells,
	size_t count)
{
	const struct table *t = find_table(db, table);
	struct buf sql = BUF_INIT(SQL_MAX), values = BUF_INIT(SQL_MAX);
	const struct column *c;
	const struct cell *cell;
	struct query *q;
	bool is_named;

	buf_adds(&sql, "INSERT INTO ");
	add_name(&sql, table);
	for (size_t i = 0; t && i < t->count; i++) {
		c = &t->columns[i];
		cell = find_cell(t, c, cells, count, &is_named);
		if (!cell && !is_named && (!c->empty || c->has_default))
			continue;
		buf_adds(&sql, values.len ? ", " : " (");
		add_name(&sql, c->name);
		buf_addf(&values, "%s%s", values.len ? ", " : "",
			cell ? "?" : c->empty);
	}
	if (values.len)
		buf_addf(&sql, ") VALUES (%s)", values.data);
	else
		buf_adds(&sql, " DEFAULT VALUES");
	q = db_query(db, sql.data, "");
	bind(q, t, cells, count);
	if (db_finish(q) != 1)
		sql_row_not_added(db, table);
	buf_free(&sql);
	buf_free(&values);
	return db_failure(db) ? 0 : db_last(db);
}

void
sql_row_update(struct db *db, const char *table, long long rowid,
	const struct cell *cells, size_t count)
{
	const struct table *t = find_table(db, table);
	struct buf sql = BUF_INIT(SQL_MAX);
	struct query *q;

	buf_adds(&sql, "UPDATE ");
	add_name(&sql, table);
	buf_adds(&sql, " SET ");
	if (add_pairs(&sql, t, cells, count, ", ", "=")) {
		buf_adds(&sql, " WHERE rowid = ?");
		q = db_query(db, sql.data, "");
		db_bind_int(q, bind(q, t, cells, count), rowid);
		db_finish(q);
	}
	buf_free(&sql);
}

bool
sql_row_equals(struct db *db, const char *table, long long rowid,
	const struct cell *cells, size_t count)
{
	const struct table *t = find_table(db, table);
	struct buf sql = BUF_INIT(SQL_MAX);
	struct query *q;
	bool is;

	buf_adds(&sql, "SELECT 1 FROM ");
	add_name(&sql, table);
	buf_adds(&sql, " WHERE ");
	if (add_pairs(&sql, t, cells, count, " AND ", "IS"))
		buf_adds(&sql, " AND ");
	buf_adds(&sql, "rowid = ?");
	q = db_query(db, sql.data, "");
	db_bind_int(q, bind(q, t, cells, count), rowid);
	is = db_next(q);
	db_reset(q);
	buf_free(&sql);
	return is;
}

/* --- limn's own rows */

/* The column that differs if another program uses the number of a deleted row
 * again. */
static const char *
find_witness(struct db *db, const char *table)
{
	const char *column =
		sql_column(db, table, "created_at|episode_id|name");

	return column ? column : "rowid";
}

void
own_row_condition(struct db *db, const char *table,
	char sql[OWN_ROW_CONDITION_SIZE])
{
	snprintf(sql, OWN_ROW_CONDITION_SIZE,
		"EXISTS (SELECT 1 FROM limn_rows WHERE table_name = '%s'"
		" AND row_id = %s.rowid AND witness IS %s.%s)",
		table, table, table, find_witness(db, table));
}

/* REPLACE: the row may have the number of a row of limn that another program
 * deleted. */
static void
record_own_row(struct db *db, const char *table, long long rowid)
{
	char sql[OWN_SQL_MAX];

	snprintf(sql, sizeof sql,
		"INSERT OR REPLACE INTO limn_rows (table_name, row_id, witness)"
		" SELECT ?, rowid, %s FROM %s WHERE rowid = ?",
		find_witness(db, table), table);
	if (db_run(db, sql, "si", table, rowid) != 1)
		sql_row_not_added(db, "limn_rows");
}

long long
own_row_insert(struct db *db, const char *table, const struct cell *cells,
	size_t count)
{
	long long rowid = sql_row_insert(db, table, cells, count);

	record_own_row(db, table, rowid);
	return rowid;
}

void
own_row_update(struct db *db, const char *table, long long rowid,
	const struct cell *cells, size_t count)
{
	if (!own_row_is(db, table, rowid))
		return;
	sql_row_update(db, table, rowid, cells, count);
	record_own_row(db, table, rowid);
}

bool
own_row_is(struct db *db, const char *table, long long rowid)
{
	char condition[OWN_ROW_CONDITION_SIZE], sql[OWN_SQL_MAX];

	own_row_condition(db, table, condition);
	snprintf(sql, sizeof sql,
		"SELECT count(*) FROM %s WHERE rowid = ? AND %s", table,
		condition);
	return db_number(db, sql, "i", rowid) > 0;
}

void
own_row_delete(struct db *db, const char *table, long long rowid)
{
	char sql[OWN_SQL_MAX];

	if (!own_row_is(db, table, rowid))
		return;
	snprintf(sql, sizeof sql, "DELETE FROM %s WHERE rowid = ?", table);
	db_run(db, sql, "i", rowid);
	db_run(db, "DELETE FROM limn_rows WHERE table_name = ? AND row_id = ?",
		"si", table, rowid);
}
