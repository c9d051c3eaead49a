#include <stddef.h>
#include <string.h>

#include "chapter/chapter.h"
#include "serve/route.h"

#define PIECES_MAX 7 /* pieces of the longest path */

/* In a pattern: an id of that kind, or the name of a file. */
#define EPISODE "\1"
#define JOB "\2"
#define NAME "\3"

static const struct {
	const char *pieces[PIECES_MAX];
	enum place place;
	bool is_post;
} routes[] = {
	{ { "" }, PLACE_OVERVIEW, false },
	{ { "favicon.ico" }, PLACE_ICON, false },
	{ { "episodes", EPISODE }, PLACE_GALLERY, false },
	{ { "api", "episodes", EPISODE, "images" }, PLACE_IMAGES, false },
	{ { "api", "episodes", EPISODE, "plan" }, PLACE_PLAN, false },
	{ { "api", "episodes", EPISODE, "jobs" }, PLACE_EPISODE_JOBS, false },
	{ { "api", "episodes", EPISODE, "files", "images", NAME },
		PLACE_PICTURE, false },
	{ { "api", "episodes", EPISODE, "files", "images", "thumbs", NAME },
		PLACE_THUMB, false },
	{ { "api", "jobs" }, PLACE_JOBS, true },
	{ { "api", "jobs", JOB }, PLACE_JOB, false },
	{ { "api", "jobs", JOB, "cancel" }, PLACE_CANCEL, true },
};

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/*
 * Decode len bytes of s into the string piece.  Returns false at a % without
 * two digits, or a control character.  A piece that is too long for a name
 * becomes "/", which no pattern has.
 */
static bool
decode(const char *s, size_t len, char piece[ROUTE_NAME_SIZE])
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c == '%') {
			int high = len - i > 2 ? hex_digit(s[i + 1]) : -1;
			int low = len - i > 2 ? hex_digit(s[i + 2]) : -1;

			if (high < 0 || low < 0)
				return false;
			c = (unsigned char)(high * 16 + low);
			i += 2;
		}
		if (c < 0x20 || c == 0x7f)
			return false;
		if (n < ROUTE_NAME_SIZE)
			piece[n++] = (char)c;
	}
	if (n == ROUTE_NAME_SIZE)
		strcpy(piece, "/");
	else
		piece[n] = '\0';
	return true;
}

static bool
is_job(const char *s)
{
	size_t n = strspn(s, "0123456789");

	return n > 0 && n < ROUTE_JOB_SIZE && s[n] == '\0' && s[0] != '0';
}

static bool
is_name(const char *s)
{
	return s[0] && !strchr(s, '/') && !strchr(s, '\\') &&
		strcmp(s, ".") != 0 && strcmp(s, "..") != 0;
}

/* Whether a piece matches the pattern; fill in ids and names in r. */
static bool
match(struct route *r, const char *pattern, const char *piece)
{
	if (strcmp(pattern, EPISODE) == 0) {
		if (!episode_id_is_valid(piece))
			return false;
		strcpy(r->episode, piece);
	} else if (strcmp(pattern, JOB) == 0) {
		if (!is_job(piece))
			return false;
		strcpy(r->job, piece);
	} else if (strcmp(pattern, NAME) == 0) {
		if (!is_name(piece))
			return false;
		strcpy(r->name, piece);
	} else {
		return strcmp(pattern, piece) == 0;
	}
	return true;
}

static void
find_place(struct route *r, char pieces[][ROUTE_NAME_SIZE], size_t count)
{
	for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
		size_t n = 0;

		while (n < count && n < PIECES_MAX && routes[i].pieces[n] &&
			match(r, routes[i].pieces[n], pieces[n]))
			n++;
		if (n == count && (n == PIECES_MAX || !routes[i].pieces[n])) {
			r->place = routes[i].place;
			r->is_post = routes[i].is_post;
			return;
		}
	}
}

/* Parse the query of a plan: force=0 or force=1 (the default), and chapter=ID,
 * in any order. */
static bool
parse_query(struct route *r, const char *query)
{
	while (*query) {
		size_t len = strcspn(query, "&");

		if (len == 7 && memcmp(query, "force=", 6) == 0 &&
			(query[6] == '0' || query[6] == '1')) {
			r->force = query[6] == '1';
		} else if (len > 8 && len - 8 < sizeof r->chapter &&
			memcmp(query, "chapter=", 8) == 0) {
			memcpy(r->chapter, query + 8, len - 8);
			r->chapter[len - 8] = '\0';
			if (!chapter_id_is_valid(r->chapter))
				return false;
		} else {
			return false;
		}
		query += len;
		if (*query == '&')
			query++;
	}
	return true;
}

/* Cut http://host:port from the beginning of a target. */
static const char *
take_authority(struct route *r, const char *target)
{
	size_t len;

	if (strncmp(target, "http://", 7) != 0)
		return target;
	target += 7;
	len = strcspn(target, "/?");
	if (len == 0 || len >= sizeof r->authority)
		return "";
	memcpy(r->authority, target, len);
	r->authority[len] = '\0';
	return target + len;
}

void
route_parse(struct route *r, const char *target)
{
	char pieces[PIECES_MAX][ROUTE_NAME_SIZE];
	size_t count = 0, len;
	const char *s = take_authority(r, target);

	r->place = PLACE_MALFORMED;
	if (*s != '/')
		return;
	do {
		len = strcspn(++s, "/?");
		if (!decode(s, len, pieces[count < PIECES_MAX ? count : 0]))
			return;
		/* also if it was escaped: "%61pi" */
		if (count++ == 0)
			r->is_api = strcmp(pieces[0], "api") == 0;
		s += len;
	} while (*s == '/');
	r->place = PLACE_NONE;
	if (count <= PIECES_MAX)
		find_place(r, pieces, count);
	r->force = r->place == PLACE_PLAN;
	if (r->place == PLACE_PLAN && *s && !parse_query(r, s + 1))
		r->place = PLACE_MALFORMED;
}
