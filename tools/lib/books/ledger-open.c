#include <stdlib.h>
#include <unistd.h>

#include "books/episodes.h"
#include "books/ledger-open.h"
#include "books/ledger.h"
#include "books/runs.h"
#include "buf.h"
#include "database/db.h"
#include "database/schema.h"
#include "env.h"
#include "err.h"
#include "failure.h"

static struct db *books; /* opened when there is something to ask of them */
static char *file;
static bool is_forced;
static pid_t opener; /* the tool, not a child of it */

static const struct ledger_fill *fill;
static bool is_filled; /* in this transaction */

/* For who dies: see note_end(). */
static char *about;
static bool is_booking;
static void (*former_last)(int status);

struct db *
ledger_books(void)
{
	struct failure f;

	if (!books && !(books = schema_open(file, &f)))
		ledger_die(&f);
	return books;
}

struct db *
ledger_open_books(void)
{
	return books;
}

const char *
ledger_file(void)
{
	return file;
}

void
ledger_die(const struct failure *f)
{
	is_booking = true;
	die_of(f);
}

bool
ledger_is_forced(void)
{
	return is_forced;
}

void
ledger_commit_or_warn(struct db *db)
{
	struct failure f;

	if (!db_commit(db, &f))
		warn("%s", f.message);
}

/* --- the end of the tool */

static void
note_failure(void)
{
	struct failure f;
	char why[EPISODES_WHY_MAX];
	struct db *db = books ? books : schema_open(file, &f);

	books = db;
	if (!db) {
		warn("%s", f.message);
		return;
	}
	db_rollback(db);
	db_begin(db);
	/* one that isn't to be drawn is none of our business */
	if (episodes_may_draw(db, about, is_forced, why)) {
		/* it makes the episode, if need be */
		runs_failed(db, about, env_run(), err_said(), false);
		episodes_failed(db, about, err_said());
	}
	ledger_commit_or_warn(db);
}

/* Where the books themselves have failed, they aren't asked once more; of a
 * limit they know. */
static void
note_end(int status)
{
	if (getpid() == opener && !is_booking && about && *about &&
		*env_run() && status != EXIT_COST_LIMIT && status != EXIT_USAGE)
		note_failure();
	if (former_last)
		former_last(status);
}

static void
close_books(void)
{
	if (getpid() != opener)
		return;
	db_close(books);
	books = NULL;
	free(file);
	file = NULL;
	ledger_about(NULL);
}

void
ledger_open(const char *path, bool force)
{
	if (file)
		return;
	file = xstrdup(path);
	is_forced = force;
	opener = getpid();
	former_last = err_last;
	err_last = note_end;
	if (atexit(close_books) != 0)
		die(EXIT_TRY_LATER, "out of memory");
}

bool
ledger_is_open(void)
{
	return file != NULL;
}

void
ledger_about(const char *episode)
{
	char *copy = episode ? xstrdup(episode) : NULL;

	free(about);
	about = copy;
}

/* --- an empty ledger */

void
ledger_fill_with(const struct ledger_fill *f)
{
	fill = f;
}

static bool
is_empty(struct db *db)
{
	return db_number(db, "SELECT NOT EXISTS (SELECT 1 FROM ledger)", "");
}

void
ledger_begin(struct db *db)
{
	bool may_fill = fill && is_empty(db);

	if (may_fill)
		fill->read();
	db_begin(db);
	/* another may have been faster */
	is_filled = may_fill && is_empty(db);
	if (is_filled)
		fill->enter(db);
}

bool
ledger_commit(struct db *db, struct failure *f)
{
	bool good = db_commit(db, f);

	if (is_filled && good)
		fill->done(file);
	is_filled = false;
	return good;
}
