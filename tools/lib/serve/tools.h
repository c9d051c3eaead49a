/*
 * tools: the tools that the server asks, each with its arguments.
 *
 * What they print is in run->data, for the caller to free; see run.h for what
 * these return.
 */
#ifndef LIMN_TOOLS_H
#define LIMN_TOOLS_H

struct job_request;
struct run;
struct site;
struct request;

#define TOOLS_S                                                                \
	45                                /* that a tool may take: longer than \
					   * it waits for a locked database */
#define TOOLS_PAGE_MAX ((size_t)64 << 20) /* bytes of a page */
#define TOOLS_JSON_MAX ((size_t)4 << 20)  /* bytes of what else they print */

/* Pages. */
int tools_overview(const struct site *site, struct run *run);
int tools_gallery(const struct site *site, const char *episode_id,
	struct run *run);

/* What drawing again would cost; the chapter "" is all. */
int tools_plan(const struct site *site, const struct job_request *o,
	struct run *run);

/* manage-jobs: of a job's number, or an episode's id (NULL: all). */
int tools_add_job(const struct job_request *o, struct run *run);
int tools_list_jobs(const char *episode_id, struct run *run);
int tools_show_job(const char *job, struct run *run);
int tools_cancel_job(const char *job, struct run *run);

/* Start manage-jobs run for an episode, and don't wait for it; what fails is
 * said on standard error. */
void tools_run_jobs(const struct site *site, const char *episode_id);

/* The same for each episode that has jobs waiting. */
void tools_resume(const struct site *site);

#endif
