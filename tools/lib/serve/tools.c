#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chapter/chapter.h"
#include "err.h"
#include "failure.h"
#include "json.h"
#include "serve/files.h"
#include "serve/job-request.h"
#include "serve/launch.h"
#include "serve/request.h"
#include "serve/run.h"
#include "serve/tools.h"

#define LISTED 20 /* the most jobs that manage-jobs lists */
#define OPTION_SIZE (ROUTE_ID_SIZE + 16)

static int
run_with_limit(const char **argv, struct run *run)
{
	run->argv = argv;
	run->limit_s = TOOLS_S;
	return run_tool(run);
}

static int
manage_jobs(const char **argv, struct run *run)
{
	run->token = NULL;
	run->max_bytes = TOOLS_JSON_MAX;
	return run_with_limit(argv, run);
}

/* Print "--name=value" as an argument; false if it is too long. */
static bool
print_argument(char argument[LAUNCH_PATH_MAX], const char *name,
	const char *value, const char *more)
{
	return snprintf(argument, LAUNCH_PATH_MAX, "%s%s%s%s", name, value,
		       more[0] ? "/" : "", more) < LAUNCH_PATH_MAX;
}

int
tools_overview(const struct site *site, struct run *run)
{
	char outputs[LAUNCH_PATH_MAX];
	const char *argv[] = { "write-overview", outputs, NULL };

	run->token = site->access.token;
	run->max_bytes = TOOLS_PAGE_MAX;
	if (!print_argument(outputs, "--outputs=", site->outputs, ""))
		return RUN_FAILED;
	return run_with_limit(argv, run);
}

int
tools_gallery(const struct site *site, const char *episode_id, struct run *run)
{
	char episode[LAUNCH_PATH_MAX];
	const char *argv[] = { "write-gallery", "--served", episode, NULL };

	run->token = site->access.token;
	run->max_bytes = TOOLS_PAGE_MAX;
	if (!print_argument(episode, "--episode=", site->outputs, episode_id))
		return RUN_FAILED;
	return run_with_limit(argv, run);
}

/* Add the options of a job and its episode (a directory or an id) to a command.
 * option is the buffer for --chapter=ID. */
static void
add_job_arguments(const char **argv, const struct job_request *job,
	char option[OPTION_SIZE], const char *episode)
{
	while (*argv)
		argv++;
	if (job->force)
		*argv++ = "--force";
	if (job->chapter[0]) {
		snprintf(option, OPTION_SIZE, "--chapter=%s", job->chapter);
		*argv++ = option;
	}
	*argv++ = "--";
	*argv = episode;
}

int
tools_plan(const struct site *site, const struct job_request *job,
	struct run *run)
{
	const char *argv[8] = { "plan-episode", "--json" };
	char episode[LAUNCH_PATH_MAX], option[OPTION_SIZE];

	run->token = NULL;
	run->max_bytes = TOOLS_JSON_MAX;
	if (!print_argument(episode, "", site->outputs, job->episode))
		return RUN_FAILED;
	add_job_arguments(argv, job, option, episode);
	return run_with_limit(argv, run);
}

int
tools_add_job(const struct job_request *job, struct run *run)
{
	const char *argv[8] = { "manage-jobs", "add" };
	char option[OPTION_SIZE];

	add_job_arguments(argv, job, option, job->episode);
	return manage_jobs(argv, run);
}

int
tools_list_jobs(const char *episode_id, struct run *run)
{
	const char *argv[] = { "manage-jobs", "list", "--", episode_id, NULL };

	return manage_jobs(argv, run);
}

int
tools_show_job(const char *job, struct run *run)
{
	const char *argv[] = { "manage-jobs", "show", "--", job, NULL };

	return manage_jobs(argv, run);
}

int
tools_cancel_job(const char *job, struct run *run)
{
	const char *argv[] = { "manage-jobs", "cancel", "--", job, NULL };

	return manage_jobs(argv, run);
}

void
tools_run_jobs(const struct site *site, const char *episode_id)
{
	const char *argv[LAUNCH_ARGUMENTS_MAX] = { "manage-jobs", "run" };
	size_t n = 2;

	if (site->makefile) {
		argv[n++] = "-f";
		argv[n++] = site->makefile;
	}
	if (site->jobs) {
		argv[n++] = "-j";
		argv[n++] = site->jobs;
	}
	argv[n++] = "--";
	argv[n] = episode_id;
	if (!launch_and_leave(argv))
		warn("%s: its jobs wait; manage-jobs can't be started",
			episode_id);
}

/* Start manage-jobs for each episode that has a queued job in the list. */
static void
resume_listed(const struct site *site, const json_t *jobs, json_t *begun)
{
	json_t *job;
	size_t i;

	json_array_foreach(jobs, i, job)
	{
		const char *state =
			json_string_value(json_object_get(job, "state"));
		const char *id =
			json_string_value(json_object_get(job, "episode_id"));

		if (!state || strcmp(state, "queued") != 0 || !id ||
			!episode_id_is_valid(id) || json_object_get(begun, id))
			continue;
		json_object_set_new(begun, id, json_true());
		tools_run_jobs(site, id);
	}
}

/* The list of the jobs of an episode, or of all.  NULL on failure, with a
 * warning, unless the server ended the tool. */
static json_t *
read_list(const char *episode_id)
{
	struct run run;
	struct failure f;
	int status = tools_list_jobs(episode_id, &run);
	json_t *jobs = NULL;

	if (status == 0 &&
		!(jobs = json_parse("manage-jobs", run.data, run.len, &f)))
		warn("the jobs can't be read: %s", f.message);
	else if (status != 0 && run.error[0])
		warn("the jobs can't be read: %s", run.error);
	free(run.data);
	return jobs;
}

void
tools_resume(const struct site *site)
{
	json_t *jobs = read_list(NULL), *begun = json_object();
	size_t count = json_array_size(jobs);
	struct dirent *entry;
	DIR *outputs;

	resume_listed(site, jobs, begun);
	json_decref(jobs);
	/* a full list may lack older jobs, so list those of each episode */
	outputs = count >= LISTED ? opendir(site->outputs) : NULL;
	while (outputs && (entry = readdir(outputs))) {
		if (!episode_id_is_valid(entry->d_name) ||
			!files_has_chapters(site->outputs, entry->d_name))
			continue;
		jobs = read_list(entry->d_name);
		resume_listed(site, jobs, begun);
		json_decref(jobs);
	}
	if (outputs)
		closedir(outputs);
	json_decref(begun);
}
