/*
 * route: what a request asks for, from its target.
 *
 *	struct route r;
 *
 *	route_parse(&r, "/api/episodes/a-b/plan?force=1");
 *	... r.place == PLACE_PLAN, r.episode, r.force ...
 *
 * The target is taken as it was sent.  It is cut at its slashes first and each
 * piece is then percent-decoded, once: what an encoded slash is part of names
 * nothing.  Ids are ids or the target names nothing; a name is one component of
 * a path, neither "." nor "..".  Nothing else of a target gets any further.
 */
#ifndef LIMN_ROUTE_H
#define LIMN_ROUTE_H

#include <stdbool.h>

#define ROUTE_ID_SIZE 65         /* bytes, with the NUL */
#define ROUTE_NAME_SIZE 256      /* of a file; NAME_MAX and the NUL */
#define ROUTE_JOB_SIZE 19        /* digits of a job's number */
#define ROUTE_AUTHORITY_SIZE 320 /* a host's name and a port */

enum place {
	PLACE_NONE,      /* nothing has that name: 404 */
	PLACE_MALFORMED, /* it is no name at all: 400 */
	PLACE_OVERVIEW,
	PLACE_ICON, /* there is none, and no browser need complain */
	PLACE_GALLERY,
	PLACE_IMAGES,
	PLACE_PICTURE,
	PLACE_THUMB,
	PLACE_PLAN,
	PLACE_EPISODE_JOBS,
	PLACE_JOBS,
	PLACE_JOB,
	PLACE_CANCEL,
};

struct route {
	enum place place;
	bool is_api;                 /* it begins with /api/ */
	bool is_post;                /* its method; else it is GET and HEAD */
	char episode[ROUTE_ID_SIZE]; /* "" where there is none, as in all: */
	char chapter[ROUTE_ID_SIZE];
	char name[ROUTE_NAME_SIZE];
	char job[ROUTE_JOB_SIZE];
	char authority[ROUTE_AUTHORITY_SIZE]; /* of http://authority/... */
	bool force;
};

void route_parse(struct route *r, const char *target);

#endif
