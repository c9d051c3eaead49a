/*
 * write-overview: write the page of all episodes.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "books/ledger.h"
#include "buf.h"
#include "chapter/chapter.h"
#include "cli.h"
#include "database/db.h"
#include "database/schema.h"
#include "database/sql-row.h"
#include "env.h"
#include "err.h"
#include "file.h"
#include "jobs/jobs.h"
#include "json.h"
#include "or-die.h"
#include "page/overview.h"
#include "page/page.h"
#include "report/escape.h"

#define EPISODES_MAX 100000
#define SQL_MAX 256

static const char usage[] =
	"usage: write-overview [-d DATABASE] [--outputs=DIR] [-o FILE]\n"
	"Write the page of all episodes, for serve-gallery, as HTML.\n"
	"\n"
	"  -d, --database=FILE  instead of $DATABASE or outputs/limn.db\n"
	"      --outputs=DIR    the directory of the episodes, instead of\n"
	"                       $OUTPUTS_DIR or outputs\n"
	"  -o, --output=FILE    write FILE instead of standard output\n"
	"      --help           print this\n"
	"      --version        print the version\n";

struct question {
	const char *outputs;
	const char *database;
	struct dirent **files; /* entries of outputs that may be episodes */
	size_t count;
};

static int
is_episode(const struct dirent *file)
{
	return episode_id_is_valid(file->d_name);
}

/* List the episodes by name; none if outputs is missing. */
static void
find_episodes(struct question *q)
{
	int n = scandir(q->outputs, &q->files, is_episode, alphasort);

	if (n < 0 && errno != ENOENT)
		die(errno == ENOTDIR ? EXIT_NO_INPUT : EXIT_IO,
			"%s:", q->outputs);
	if (n > EPISODES_MAX)
		die(EXIT_BAD_INPUT,
			"%s: more than %d episodes; name another directory "
			"with OUTPUTS_DIR",
			q->outputs, EPISODES_MAX);
	q->count = n > 0 ? (size_t)n : 0;
}

static void
add_cost(const char *episode, long long micros, void *books)
{
	json_t *book = json_object_get(books, episode);

	if (book)
		json_put(book, "micros", json_integer(micros));
}

/* Add the rows of the episodes.  If an episode has two rows, the first counts.
 */
static void
add_rows(struct db *db, json_t *books)
{
	char sql[SQL_MAX];
	struct query *q;
	json_t *book;

	if (!sql_table_exists(db, "episodes"))
		return;
	snprintf(sql, sizeof sql,
		"SELECT episode_id, substr(status, 1, 400), substr(%s, 1, 400)"
		" FROM episodes ORDER BY rowid",
		sql_column(db, "episodes", "title") ? "title" : "NULL");
	q = db_query(db, sql, "");
	while (db_next(q)) {
		book = db_text(q, 0) ? json_object_get(books, db_text(q, 0))
				     : NULL;
		if (!book || json_object_get(book, "status"))
			continue;
		json_put(book, "status", escape_json(db_text(q, 1)));
		json_put(book, "title", escape_json(db_text(q, 2)));
	}
}

/* Add the job of each episode: the one that runs, else one that is queued. */
static void
add_jobs(struct db *db, json_t *books)
{
	struct query *q;
	json_t *book;

	if (!sql_table_exists(db, JOBS_TABLE))
		return;
	q = db_query(db,
		"SELECT episode_id, state, done, total, id FROM limn_jobs"
		" WHERE state IN ('queued', 'running') ORDER BY state, id DESC",
		"");
	while (db_next(q)) {
		book = json_object_get(books, db_text(q, 0));
		if (!book ||
			(strcmp(db_text(q, 1), "running") == 0 &&
				!row_lock_is_held(db_path(db), ROW_LOCK_JOBS,
					db_int(q, 4))))
			continue;
		json_put(book, "job", escape_json(db_text(q, 1)));
		json_put(book, "done", json_integer(db_int(q, 2)));
		json_put(book, "total", json_integer(db_int(q, 3)));
	}
}

/* Read the rows of each episode; NULL, with a warning, if the database can't be
 * read. */
static json_t *
read_books(const struct question *q)
{
	struct failure f = { 0 };
	json_t *books = json_object();
	struct db *db = schema_glance(q->database, &f);

	for (size_t i = 0; i < q->count; i++)
		json_put(books, q->files[i]->d_name, json_object());
	if (db) {
		ledger_sum_each(db, add_cost, books);
		add_rows(db, books);
		add_jobs(db, books);
	}
	if (db ? !db_check(db, &f) : f.status != 0) {
		warn("%s; the page is written without it", f.message);
		json_decref(books);
		books = NULL;
	}
	db_close(db);
	return books;
}

/* The row of an episode.  Without books, what was spent isn't known. */
static struct overview_books
find_book(const json_t *books, const char *id)
{
	const json_t *book = json_object_get(books, id);

	return (struct overview_books){
		.job = json_text(book, "job"),
		.job_done = (size_t)json_integer_value(json_object_get(book,
			"done")),
		.job_total = (size_t)json_integer_value(json_object_get(book,
			"total")),
		.status = json_text(book, "status"),
		.title = json_text(book, "title"),
		.micros = books
			? json_integer_value(json_object_get(book, "micros"))
			: -1,
	};
}

static void
write_page(const char *path, const struct question *q,
	const struct overview_episode *list, size_t count)
{
	const struct page page = {
		.title = "Episodes",
		.kind = "overview",
		.is_served = true,
		.token = env_get("LIMN_TOKEN"),
	};
	struct buf b = BUF_INIT(PAGE_MAX);

	page_begin(&b, &page);
	overview_add(&b, q->outputs, list, count);
	page_end(&b, &page);
	file_write_or_die(path, b.data, b.len);
	buf_free(&b);
}

/* Take what the command line doesn't name from the environment. */
static void
ask_environment(struct question *q)
{
	if (!q->outputs)
		q->outputs = env_get("OUTPUTS_DIR");
	if (!q->outputs)
		q->outputs = "outputs";
	if (strlen(q->outputs) > OVERVIEW_OUTPUTS_MAX)
		die(EXIT_USAGE, "%.64s...: this path is too long", q->outputs);
	q->database = schema_path(q->database);
}

static void
write_overview(struct question *q, const char *path)
{
	struct overview_episode *list;
	struct overview_books book;
	json_t *books;
	size_t count = 0;

	find_episodes(q);
	books = read_books(q);
	list = xmalloc((q->count + 1) * sizeof *list);
	for (size_t i = 0; i < q->count; i++) {
		list[count].id = q->files[i]->d_name;
		book = find_book(books, list[count].id);
		count += overview_read(&list[count], q->outputs, &book);
	}
	qsort(list, count, sizeof *list, overview_order);
	write_page(path, q, list, count);
	for (size_t i = 0; i < count; i++)
		overview_free(&list[i]);
	for (size_t i = 0; i < q->count; i++)
		free(q->files[i]);
	free(q->files);
	free(list);
	json_decref(books);
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "database", required_argument, NULL, 'd' },
		{ "outputs", required_argument, NULL, 'O' },
		{ "output", required_argument, NULL, 'o' },
		CLI_OPTIONS,
	};
	const char *path = NULL;
	struct question q = { .count = 0 };
	int c;

	cli_begin("write-overview", usage);
	while ((c = cli_next(argc, argv, "d:o:", options)) != -1)
		if (c == 'd')
			q.database = optarg;
		else if (c == 'O')
			q.outputs = optarg;
		else
			path = optarg;
	env_load_or_die();
	if (optind < argc)
		die(EXIT_USAGE,
			"%s: no operand is taken; see write-overview "
			"--help",
			argv[optind]);
	ask_environment(&q);
	write_overview(&q, path);
	return cli_end();
}
