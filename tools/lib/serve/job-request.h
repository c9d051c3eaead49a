/*
 * job-request: the body of POST /api/jobs.
 *
 *	{"command": "imagegen", "episode_id": "EP",
 *	 "args": {"force": true, "chapter": "ch02"}}
 *
 * args, force and chapter may be left out, and chapter may be null.  Other keys
 * are refused.
 */
#ifndef LIMN_JOB_REQUEST_H
#define LIMN_JOB_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "serve/route.h"

struct failure;

struct job_request {
	char episode[ROUTE_ID_SIZE];
	char chapter[ROUTE_ID_SIZE]; /* "": all chapters */
	bool force;
};

bool job_request_parse(struct job_request *job, const char *body, size_t len,
	struct failure *f);

#endif
