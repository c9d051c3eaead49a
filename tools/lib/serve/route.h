/*
 * route: parse the target of a request.
 *
 *	struct route r;
 *
 *	route_parse(&r, "/api/episodes/a-b/plan?force=1");
 *	... r.place == PLACE_PLAN, r.episode, r.force ...
 *
 * The target is read as it was sent.  It is cut at its slashes, and then each
 * piece is percent-decoded once; a piece with an encoded slash is refused.  An
 * id must be valid, and a name must be one component of a path, neither "." nor
 *"..".  No other part of a target is used.
 */
#ifndef LIMN_ROUTE_H
#define LIMN_ROUTE_H

#include <stdbool.h>

#define ROUTE_ID_SIZE 65         /* bytes, with the NUL */
#define ROUTE_NAME_SIZE 256      /* of a file; NAME_MAX and the NUL */
#define ROUTE_JOB_SIZE 19        /* digits of a job's number */
#define ROUTE_AUTHORITY_SIZE 320 /* a host's name and a port */

enum place {
	PLACE_NONE,      /* there is no such place: 404 */
	PLACE_MALFORMED, /* it isn't a valid target: 400 */
	PLACE_OVERVIEW,
	PLACE_ICON, /* the favicon: an empty answer */
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
	bool is_post;                /* takes POST; else GET and HEAD */
	char episode[ROUTE_ID_SIZE]; /* "" if the target has none, as below */
	char chapter[ROUTE_ID_SIZE];
	char name[ROUTE_NAME_SIZE];
	char job[ROUTE_JOB_SIZE];
	char authority[ROUTE_AUTHORITY_SIZE]; /* of http://authority/... */
	bool force;
};

void route_parse(struct route *r, const char *target);

#endif
