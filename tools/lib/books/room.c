#include <stdio.h>
#include <string.h>

#include "books/ledger.h"
#include "books/limit.h"
#include "books/room.h"
#include "database/db.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define DECIMALS_MIN 2
#define DECIMALS_MAX 6 /* micro-dollars */

static const struct {
	const char *name, *setting;
} kinds[] = {
	{ "Episode", "MAX_EPISODE_COST_USD" },
	{ "Monthly", "MAX_MONTH_COST_USD" },
	{ "Total", "MAX_TOTAL_COST_USD" },
};

/* The calls under way, and their worst price. */
static long long
find_pending(struct db *db, const char *episode, time_t since, long long *calls)
{
	char text[DB_TIME_SIZE];
	long long micros = 0;
	struct query *q;

	*calls = 0;
	db_time(since, text);
	q = db_query(db,
		"SELECT count(*), " LEDGER_SPENT " FROM ledger"
		" WHERE state IN ('reserved', 'sent') AND reserved_at >= ?1"
		" AND (?2 IS NULL OR episode_id = ?2)",
		"ss", text, episode);
	if (db_next(q)) {
		*calls = db_int(q, 0);
		micros = db_int(q, 1);
	}
	db_reset(q);
	return micros;
}

/* So many decimals as it takes to see that one number is the greater. */
static void
say_why(struct room *room, size_t i, long long micros, long long limit)
{
	long long unit = 10000;
	int decimals = DECIMALS_MIN;

	for (; decimals < DECIMALS_MAX && micros - limit < unit; unit /= 10)
		decimals++;
	snprintf(room->why, sizeof room->why,
		"%s cost limit exceeded: %.*f > %.*f", kinds[i].name, decimals,
		(double)micros / 1e6, decimals, (double)limit / 1e6);
	room->setting = kinds[i].setting;
	room->verdict = ROOM_NO;
}

/* Unless another limit has said no already. */
static void
look_at(struct room *room, struct db *db, size_t i, const char *episode,
	time_t since, long long micros, long long limit)
{
	long long calls, pending, firm;

	if (limit == LIMIT_NONE || room->verdict == ROOM_NO)
		return;
	pending = find_pending(db, episode, since, &calls);
	firm = ledger_spent(db, episode, since) - pending;
	if (micros > limit - firm) {
		/* no more than that can be said, or need be */
		if (micros > LIMIT_MICROS_MAX)
			micros = LIMIT_MICROS_MAX;
		say_why(room, i, firm + micros, limit);
	} else if (micros > limit - firm - pending) {
		room->verdict = ROOM_LATER;
		if (calls > room->calls)
			room->calls = calls;
	}
}

void
room_look(struct room *room, struct db *db, const struct limits *l,
	const char *episode, long long micros)
{
	*room = (struct room){ .verdict = ROOM_YES };
	if (micros <= 0)
		return;
	look_at(room, db, 0, episode, 0, micros, l->episode);
	look_at(room, db, 1, NULL, ledger_month(time(NULL)), micros, l->month);
	look_at(room, db, 2, NULL, 0, micros, l->total);
}

const char *
room_setting(const char *why)
{
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (strncmp(why, kinds[i].name, strlen(kinds[i].name)) == 0)
			return kinds[i].setting;
	return kinds[0].setting;
}
