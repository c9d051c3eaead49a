#include <jansson.h>
#include <malloc.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "err.h"
#include "serve/handle.h"
#include "serve/manifest.h"
#include "serve/order.h"
#include "serve/respond.h"
#include "serve/run.h"
#include "serve/send.h"
#include "serve/shelf.h"
#include "serve/tools.h"
#include "serve/visit.h"

/* What a tool's exit status is in HTTP. */
static unsigned
status_of(int status)
{
	switch (status) {
	case EXIT_USAGE:
		return 400;
	case EXIT_NO_INPUT:
		return 404;
	case EXIT_BAD_INPUT:
	case EXIT_BAD_CONFIG:
	case EXIT_NO_ACCESS:
	case EXIT_COST_LIMIT:
		return 409;
	case EXIT_TRY_LATER:
	case RUN_BUSY:
		return 503;
	case RUN_LATE:
		return 504;
	default:
		return 500;
	}
}

/* What a tool has printed is the answer; or its error is. */
static enum MHD_Result
pass_on(struct visit *v, struct run *run, int status, unsigned good,
	const char *type)
{
	const char *line = run->error;

	if (status == 0)
		return respond(v, good, type, run->data, run->len);
	free(run->data);
	if (status == RUN_BUSY)
		line = "too much is asked at once; try again";
	else if (status == RUN_LATE)
		line = "it took too long; try again";
	else if (status == RUN_LONG)
		line = "it is too large to be shown";
	else if (!line[0])
		line = "a tool of limn failed, and didn't say why";
	return respond_error(v, status_of(status), line);
}

static enum MHD_Result
no_episode(struct visit *v)
{
	return respond_error(v, 404, "There is no such episode");
}

static enum MHD_Result
answer_overview(struct visit *v)
{
	struct run run;
	int status = tools_overview(v->site, &run);

	return pass_on(v, &run, status, 200, RESPOND_HTML);
}

static enum MHD_Result
answer_gallery(struct visit *v)
{
	struct run run;
	int status;

	if (!shelf_has_episode(v->route.episode))
		return no_episode(v);
	status = tools_gallery(v->site, v->route.episode, &run);
	return pass_on(v, &run, status, 200, RESPOND_HTML);
}

static enum MHD_Result
answer_plan(struct visit *v)
{
	struct order o = { .force = v->route.force };
	struct run run;
	int status;

	if (!shelf_has_chapters(v->route.episode))
		return no_episode(v);
	strcpy(o.episode, v->route.episode);
	strcpy(o.chapter, v->route.chapter);
	status = tools_plan(v->site, &o, &run);
	return pass_on(v, &run, status, 200, RESPOND_JSON);
}

static enum MHD_Result
answer_episode_jobs(struct visit *v)
{
	struct run run;
	int status;

	if (!shelf_has_episode(v->route.episode))
		return no_episode(v);
	status = tools_list_jobs(v->route.episode, &run);
	return pass_on(v, &run, status, 200, RESPOND_JSON);
}

static enum MHD_Result
answer_job(struct visit *v)
{
	struct run run;
	int status = v->route.is_post ? tools_cancel_job(v->route.job, &run)
				      : tools_show_job(v->route.job, &run);

	return pass_on(v, &run, status, 200, RESPOND_JSON);
}

/* Whether it is the first or not: run-jobs finds out. */
static enum MHD_Result
answer_jobs(struct visit *v)
{
	char why[ORDER_WHY_SIZE];
	struct order o;
	struct run run;
	int status;

	if (!order_parse(&o, v->body, v->body_len, why))
		return respond_error(v, 400, why);
	if (!shelf_has_chapters(o.episode))
		return no_episode(v);
	status = tools_add_job(&o, &run);
	if (status == 0)
		tools_run_jobs(v->site, o.episode);
	return pass_on(v, &run, status, 202, RESPOND_JSON);
}

/* The manifest with URLs, as text; NULL, and why. */
static char *
print_images(const struct route *r, int fd, char why[MANIFEST_WHY_SIZE])
{
	json_t *manifest = manifest_read(fd, why);
	char *text = NULL;

	if (!manifest)
		return NULL;
	if (manifest_add_urls(manifest, r->episode))
		text = json_dumps(manifest,
			JSON_INDENT(2) | JSON_REAL_PRECISION(15));
	if (!text)
		strcpy(why, "out of memory");
	json_decref(manifest);
	return text;
}

/* A large one needs many times its size: they wait for each other. */
static char *
print_in_turn(const struct route *r, int fd, char why[MANIFEST_WHY_SIZE])
{
	static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
	struct stat st;
	char *text;

	if (fstat(fd, &st) != 0 || st.st_size <= MANIFEST_LARGE_BYTES)
		return print_images(r, fd, why);
	pthread_mutex_lock(&turn);
	text = print_images(r, fd, why);
	malloc_trim(0);
	pthread_mutex_unlock(&turn);
	return text;
}

static enum MHD_Result
answer_images(struct visit *v)
{
	char why[MANIFEST_WHY_SIZE], line[MANIFEST_WHY_SIZE + 64];
	int fd = shelf_open_manifest(v->route.episode);
	char *text;

	if (fd < 0)
		return respond_error(v, 404, "Image manifest not found");
	text = print_in_turn(&v->route, fd, why);
	close(fd);
	if (text)
		return respond(v, 200, RESPOND_JSON, text, strlen(text));
	snprintf(line, sizeof line, "Image manifest is damaged: %s", why);
	return respond_error(v, 500, line);
}

static enum MHD_Result
answer_picture(struct visit *v)
{
	struct stat st;
	int fd = shelf_open_picture(v->route.episode, v->route.name,
		v->route.place == PLACE_THUMB, &st);

	if (fd < 0)
		return respond_error(v, 404, "Image not found");
	return send_picture(v, fd, &st);
}

enum MHD_Result
handle(struct visit *v)
{
	switch (v->route.place) {
	case PLACE_OVERVIEW:
		return answer_overview(v);
	case PLACE_ICON:
		return respond_nothing(v, 204);
	case PLACE_GALLERY:
		return answer_gallery(v);
	case PLACE_IMAGES:
		return answer_images(v);
	case PLACE_PICTURE:
	case PLACE_THUMB:
		return answer_picture(v);
	case PLACE_PLAN:
		return answer_plan(v);
	case PLACE_EPISODE_JOBS:
		return answer_episode_jobs(v);
	case PLACE_JOBS:
		return answer_jobs(v);
	case PLACE_JOB:
	case PLACE_CANCEL:
		return answer_job(v);
	case PLACE_NONE:
	case PLACE_MALFORMED:
		break;
	}
	return respond_error(v, 404, "Not found");
}
