/*
 * tools: the tools that the server runs, with their arguments.
 *
 * Their output is in run->data, which the caller frees.  run.h says what these
 * functions return.
 */
#ifndef LIMN_TOOLS_H
#define LIMN_TOOLS_H

struct job_request;
struct run;
struct site;
struct request;

/* seconds for a tool, which waits 30 for a locked database */
#define TOOLS_S 45
#define TOOLS_PAGE_MAX ((size_t)64 << 20) /* bytes of a page */
#define TOOLS_JSON_MAX ((size_t)4 << 20)  /* bytes of another output */

/* Pages. */
int tools_overview(const struct site *site, struct run *run);
int tools_gallery(const struct site *site, const char *episode_id,
	struct run *run);

/* The plan of a job: what it would cost. */
int tools_plan(const struct site *site, const struct job_request *o,
	struct run *run);

/* manage-jobs; episode_id may be NULL: all episodes. */
int tools_add_job(const struct job_request *o, struct run *run);
int tools_list_jobs(const char *episode_id, struct run *run);
int tools_show_job(const char *job, struct run *run);
int tools_cancel_job(const char *job, struct run *run);

/* Start manage-jobs run for an episode, and don't wait for it.  Warn if it
 * can't be started. */
void tools_run_jobs(const struct site *site, const char *episode_id);

/* The same for each episode that has queued jobs. */
void tools_resume(const struct site *site);

#endif
