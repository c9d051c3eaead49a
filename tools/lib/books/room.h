/*
 * room: whether the limits have room for a purchase.
 *
 *	struct room room;
 *
 *	limits_read(&limits);
 *	room_look(&room, db, &limits, "abc123", 42400);
 *	if (room.verdict == ROOM_NO)
 *		die(EXIT_COST_LIMIT, "%s; raise %s", room.why, room.setting);
 *
 * What calls under way cost at worst counts as spent, but may turn out to be
 * less: where only that is in the way, the answer is to look again later.  What
 * costs nothing has room always.
 *
 * For within a transaction of the caller's, who then books: what is between the
 * two would be another's.
 */
#ifndef LIMN_ROOM_H
#define LIMN_ROOM_H

struct db;
struct limits;

#define ROOM_WHY_MAX 128 /* bytes */

struct room {
	enum { ROOM_YES, ROOM_LATER, ROOM_NO } verdict;
	long long calls; /* ROOM_LATER: so many are under way */
	/* ROOM_NO: "Episode cost limit exceeded: ..."; and the limit's */
	char why[ROOM_WHY_MAX];
	const char *setting;
};

/* micros: what it costs at most. */
void room_look(struct room *room, struct db *db, const struct limits *l,
	const char *episode, long long micros);

/* The setting that such a why is about. */
const char *room_setting(const char *why);

#endif
