#include <microhttpd.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "err.h"
#include "failure.h"
#include "serve/dispatch.h"
#include "serve/files.h"
#include "serve/image-list.h"
#include "serve/job-request.h"
#include "serve/request.h"
#include "serve/respond.h"
#include "serve/run.h"
#include "serve/tools.h"

/* The HTTP status for a tool's exit status. */
static unsigned
http_status(int status)
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

/* Answer with the tool's output, or with its error. */
static enum MHD_Result
respond_run(struct request *q, struct run *run, int status, unsigned good,
	const char *type)
{
	const char *line = run->error;

	if (status == 0)
		return respond(q, good, type, run->data, run->len);
	free(run->data);
	if (status == RUN_BUSY)
		line = "too much is asked at once; try again";
	else if (status == RUN_LATE)
		line = "it took too long; try again";
	else if (status == RUN_LONG)
		line = "it is too large to be shown";
	else if (!line[0])
		line = "a tool of limn failed, and didn't say why";
	return respond_error(q, http_status(status), line);
}

static enum MHD_Result
respond_no_episode(struct request *q)
{
	return respond_error(q, 404, "There is no such episode");
}

static enum MHD_Result
answer_overview(struct request *q)
{
	struct run run;
	int status = tools_overview(q->site, &run);

	return respond_run(q, &run, status, 200, RESPOND_HTML);
}

static enum MHD_Result
answer_gallery(struct request *q)
{
	struct run run;
	int status;

	if (!files_has_episode(q->site->outputs, q->route.episode))
		return respond_no_episode(q);
	status = tools_gallery(q->site, q->route.episode, &run);
	return respond_run(q, &run, status, 200, RESPOND_HTML);
}

static enum MHD_Result
answer_plan(struct request *q)
{
	struct job_request job = { .force = q->route.force };
	struct run run;
	int status;

	if (!files_has_chapters(q->site->outputs, q->route.episode))
		return respond_no_episode(q);
	strcpy(job.episode, q->route.episode);
	strcpy(job.chapter, q->route.chapter);
	status = tools_plan(q->site, &job, &run);
	return respond_run(q, &run, status, 200, RESPOND_JSON);
}

static enum MHD_Result
answer_episode_jobs(struct request *q)
{
	struct run run;
	int status;

	if (!files_has_episode(q->site->outputs, q->route.episode))
		return respond_no_episode(q);
	status = tools_list_jobs(q->route.episode, &run);
	return respond_run(q, &run, status, 200, RESPOND_JSON);
}

static enum MHD_Result
answer_job(struct request *q)
{
	struct run run;
	int status = q->route.is_post ? tools_cancel_job(q->route.job, &run)
				      : tools_show_job(q->route.job, &run);

	return respond_run(q, &run, status, 200, RESPOND_JSON);
}

/* Start manage-jobs for the job; if one runs already, the new one ends. */
static enum MHD_Result
answer_jobs(struct request *q)
{
	struct failure f;
	struct job_request job;
	struct run run;
	int status;

	if (!job_request_parse(&job, q->body, q->body_len, &f))
		return respond_error(q, 400, f.message);
	if (!files_has_chapters(q->site->outputs, job.episode))
		return respond_no_episode(q);
	status = tools_add_job(&job, &run);
	if (status == 0)
		tools_run_jobs(q->site, job.episode);
	return respond_run(q, &run, status, 202, RESPOND_JSON);
}

/* A large manifest takes many times its size in memory, so only one is read at
 * a time. */
static char *
print_images(struct request *q, int fd, struct failure *f)
{
	static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
	char *text;

	pthread_mutex_lock(&turn);
	text = image_list_print(fd, q->route.episode, f);
	pthread_mutex_unlock(&turn);
	return text;
}

static enum MHD_Result
answer_images(struct request *q)
{
	int fd = files_open_manifest(q->site->outputs, q->route.episode);
	struct failure f;
	char *text;

	if (fd < 0)
		return respond_error(q, 404, "Image manifest not found");
	text = print_images(q, fd, &f);
	close(fd);
	if (text)
		return respond(q, 200, RESPOND_JSON, text, strlen(text));
	return respond_error(q, 500, f.message);
}

static enum MHD_Result
answer_picture(struct request *q)
{
	const char *type;
	struct stat st;
	int fd = files_open_picture(q->site->outputs, q->route.episode,
		q->route.name, q->route.place == PLACE_THUMB, &st, &type);

	if (fd < 0)
		return respond_error(q, 404, "Image not found");
	return respond_file(q, fd, &st, type);
}

enum MHD_Result
dispatch(struct request *q)
{
	switch (q->route.place) {
	case PLACE_OVERVIEW:
		return answer_overview(q);
	case PLACE_ICON:
		return respond_nothing(q, 204);
	case PLACE_GALLERY:
		return answer_gallery(q);
	case PLACE_IMAGES:
		return answer_images(q);
	case PLACE_PICTURE:
	case PLACE_THUMB:
		return answer_picture(q);
	case PLACE_PLAN:
		return answer_plan(q);
	case PLACE_EPISODE_JOBS:
		return answer_episode_jobs(q);
	case PLACE_JOBS:
		return answer_jobs(q);
	case PLACE_JOB:
	case PLACE_CANCEL:
		return answer_job(q);
	case PLACE_NONE:
	case PLACE_MALFORMED:
		break;
	}
	return respond_error(q, 404, "Not found");
}
