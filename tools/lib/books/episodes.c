#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "books/episodes.h"
#include "database/db.h"
#include "database/sql-row.h"
#include "err.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define STATUS_SIZE 64 /* bytes; every known status is shorter */
#define SQL_MAX 256

/* In the order of the pipeline; only COST_LIMIT has no place in it. */
static const char *const statuses[] = {
	"NEW",
	"DOWNLOADED",
	"TRANSCRIBED",
	"CORRECTED",
	"SEGMENTED",
	"TRANSLATED",
	"ADAPTED",
	"CHAPTERIZED",
	"FRAMES_EXTRACTED",
	"IMAGES_GENERATED",
	"TTS_DONE",
	"ANCHOR_GENERATED",
	"RENDERED",
	"APPROVED",
	"PUBLISHED",
	"COST_LIMIT",
};

enum place {
	CHAPTERIZED = 7,
	IMAGES_GENERATED = 9,
	COST_LIMIT = 15,
	UNKNOWN, /* a status that limn doesn't know */
};

struct episode {
	long long rowid;
	long long version;
	char status[STATUS_SIZE];
	unsigned place; /* in statuses */
	bool has_error;
};

static unsigned
find_place(const char *status)
{
	unsigned i;

	for (i = 0; i < COUNT(statuses); i++)
		if (strcasecmp(statuses[i], status) == 0)
			return i;
	return UNKNOWN;
}

/* false: there is no such episode. */
static bool
episode_read(struct db *db, const char *id, struct episode *e)
{
	char sql[SQL_MAX];
	struct query *q;
	bool is_there;

	if (!sql_table_exists(db, "episodes"))
		return false;
	snprintf(sql, sizeof sql,
		"SELECT rowid, coalesce(%s, 1), coalesce(status, ''),"
		" coalesce(%s, '') <> '' FROM episodes WHERE episode_id = ?"
		" ORDER BY rowid LIMIT 1",
		sql_column(db, "episodes", "pipeline_version")
			? "pipeline_version"
			: "NULL",
		sql_column(db, "episodes", "error_message") ? "error_message"
							    : "NULL");
	q = db_query(db, sql, "s", id);
	is_there = db_next(q);
	if (is_there) {
		e->rowid = db_int(q, 0);
		e->version = db_int(q, 1);
		snprintf(e->status, sizeof e->status, "%s", db_text(q, 2));
		e->has_error = db_int(q, 3);
		e->place = e->version == 2 ? find_place(e->status) : UNKNOWN;
	}
	db_reset(q);
	return is_there;
}

static void
make_lower(char *s)
{
	for (; *s; s++)
		*s = (char)tolower((unsigned char)*s);
}

/* Set the status and the message.  A status in small letters stays in small
 * letters; an unknown status stays. */
static void
set_status(struct db *db, const struct episode *e, unsigned place,
	const char *message)
{
	char status[STATUS_SIZE];
	struct cell cells[] = {
		CELL_TEXT("error_message", message),
		CELL_TEXT("status", status),
	};
	size_t count = e->place == UNKNOWN ? 1 : 2;

	if (count == 2)
		snprintf(status, sizeof status, "%s", statuses[place]);
	if (count == 2 && islower((unsigned char)e->status[0]))
		make_lower(status);
	if (!sql_row_equals(db, "episodes", e->rowid, cells, count))
		sql_row_update(db, "episodes", e->rowid, cells, count);
}

long long
episodes_find(struct db *db, const char *id)
{
	struct episode e;

	return episode_read(db, id, &e) ? e.rowid : 0;
}

/* Only for a row that limn added: rows of other programs stay as they are. */
static bool
lacks_title(struct db *db, long long rowid)
{
	return own_row_is(db, "episodes", rowid) &&
		sql_column(db, "episodes", "title") &&
		db_number(db,
			"SELECT coalesce(title, '') = '' FROM episodes"
			" WHERE rowid = ?",
			"i", rowid);
}

bool
episodes_lacks(struct db *db, const char *id, bool *title)
{
	long long rowid = episodes_find(db, id);

	*title = !rowid || lacks_title(db, rowid);
	return !rowid;
}

long long
episodes_add(struct db *db, const char *id, const char *title)
{
	long long rowid = episodes_find(db, id);
	char now[DB_TIME_SIZE];
	const struct cell row[] = {
		CELL_TEXT("title", title ? title : ""),
		CELL_TEXT("episode_id", id),
		CELL_TEXT("status", statuses[CHAPTERIZED]),
		CELL_INT("pipeline_version", 2),
		CELL_TEXT("created_at", now),
	};

	db_time(time(NULL), now);
	if (!rowid)
		return own_row_insert(db, "episodes", row, COUNT(row));
	if (title && *title && lacks_title(db, rowid))
		sql_row_update(db, "episodes", rowid, row, 1);
	return rowid;
}

bool
episodes_may_draw(struct db *db, const char *id, bool force,
	char why[EPISODES_WHY_MAX])
{
	struct episode e;

	if (!episode_read(db, id, &e))
		return true;
	if (e.version != 2) {
		snprintf(why, EPISODES_WHY_MAX,
			"Episode %s is v%lld pipeline, image generation not "
			"supported",
			id, e.version);
		return false;
	}
	if (e.place >= CHAPTERIZED || force)
		return true;
	make_lower(e.status);
	snprintf(why, EPISODES_WHY_MAX,
		"Episode %s not ready for image generation (status: %s)", id,
		e.status);
	return false;
}

/* Whether finished pictures would move the status. */
static bool
needs_status(const struct episode *e)
{
	return e->place < IMAGES_GENERATED || e->place == COST_LIMIT;
}

bool
episodes_is_done(struct db *db, const char *id)
{
	struct episode e;

	return episode_read(db, id, &e) && !needs_status(&e) && !e.has_error;
}

bool
episodes_done(struct db *db, const char *id)
{
	struct episode e;

	if (!episode_read(db, id, &e))
		return false;
	if (e.place == UNKNOWN)
		warn("episode %s: %s is a status that limn doesn't know; it is "
		     "left alone",
			id, *e.status ? e.status : "none");
	if (!needs_status(&e) && !e.has_error)
		return false;
	set_status(db, &e, needs_status(&e) ? IMAGES_GENERATED : e.place, NULL);
	return true;
}

void
episodes_failed(struct db *db, const char *id, const char *message)
{
	struct episode e;

	if (episode_read(db, id, &e))
		set_status(db, &e, e.place, message);
}

void
episodes_over_limit(struct db *db, const char *id, const char *message)
{
	struct episode e;

	if (episode_read(db, id, &e))
		set_status(db, &e,
			e.place <= IMAGES_GENERATED ? COST_LIMIT : e.place,
			message);
}
