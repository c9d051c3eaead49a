#define _GNU_SOURCE /* environ, close_range() */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "database/db.h"
#include "env.h"
#include "err.h"
#include "failure.h"
#include "jobs/job-log.h"
#include "jobs/jobs.h"
#include "jobs/make-env.h"
#include "jobs/runner.h"

#define TICK_MS 250   /* between two checks of the row and the log */
#define BY_SIGNAL 128 /* a shell's status is this plus the signal */
#define WORD_SIZE (sizeof "CHAPTER=" + JOBS_ID_SIZE)

static void
set_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGCHLD);
}

void
runner_begin(void)
{
	sigset_t set;

	/* the process that started this one may wait until all its pipes are
	 * closed */
	close_range(STDERR_FILENO + 1, ~0U, 0);
	setsid();
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
	set_signals(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

/* Wait until a child ends, SIGTERM comes, or the time is over. */
static void
wait_ms(struct runner *r, long ms)
{
	const struct timespec limit = { .tv_nsec = ms * 1000000 };
	sigset_t set;
	int sig;

	set_signals(&set);
	sig = sigtimedwait(&set, NULL, &limit);
	r->is_told = r->is_told || sig == SIGTERM;
}

static bool
is_told(struct runner *r)
{
	sigset_t pending;

	sigpending(&pending);
	return r->is_told || sigismember(&pending, SIGTERM) == 1;
}

/* --- make */

static bool export(const char *name, const char *value, struct failure *f)
{
	return setenv(name, value, 1) == 0 ||
		failure_set(f, EXIT_TRY_LATER, "out of memory");
}

/* Returns 0 or an errno. */
static int
spawn(const char *const *argv, int lock, pid_t *pid)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t set;
	int e;

	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null",
		O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null",
		O_WRONLY, 0);
	/* to the same number: make inherits the lock */
	posix_spawn_file_actions_adddup2(&files, lock, lock);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes,
		POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
			POSIX_SPAWN_SETSIGDEF);
	sigemptyset(&set);
	posix_spawnattr_setsigmask(&attributes, &set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGPIPE);
	posix_spawnattr_setsigdefault(&attributes, &set);
	e = posix_spawnp(pid, argv[0], &files, &attributes,
		(char *const *)(uintptr_t)argv, environ);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attributes);
	return e;
}

/* Start make without a shell, with the arguments that a user would type. */
static int
start_make(const struct runner *r, const struct job *job, pid_t *pid)
{
	char jobs[WORD_SIZE], episode[WORD_SIZE], chapter[WORD_SIZE];
	const char *argv[16] = { "make" };
	size_t n = 1;

	snprintf(jobs, sizeof jobs, "-j%ld", r->parallel);
	snprintf(episode, sizeof episode, "EP=%s", job->episode);
	snprintf(chapter, sizeof chapter, "CHAPTER=%s", job->chapter);
	if (r->makefile) {
		argv[n++] = "-f";
		argv[n++] = r->makefile;
	}
	argv[n++] = "--no-print-directory";
	argv[n++] = jobs;
	argv[n++] = "imagegen";
	argv[n++] = episode;
	argv[n++] = chapter;
	argv[n++] = job->force ? "FORCE=1" : "FORCE=0";
	/* "make serve" may have set these on its command line */
	argv[n++] = "DRY_RUN=";
	argv[n++] = "JSON=";
	argv[n] = NULL;
	return spawn(argv, job->lock.fd, pid);
}

/* --- a job */

/* Returns whether the job is cancelled.  If the database fails, the job goes
 * on: the transaction at its end reports the failure. */
static bool
report_progress(struct db *db, const struct job *job, const struct job_log *log,
	bool is_news)
{
	bool is_cancelled;

	if (is_news)
		jobs_progress(db, job, log->done, log->total, log->message);
	is_cancelled = jobs_is_cancelled(db, job->id);
	return db_check(db, NULL) && is_cancelled;
}

/* Returns make's exit status, as a shell would. */
static int
follow(struct runner *r, const struct job *job, struct job_log *log, pid_t make)
{
	bool is_stopped = false;
	int status;

	while (waitpid(make, &status, WNOHANG) != make) {
		bool is_news = job_log_read(log);

		if ((report_progress(r->db, job, log, is_news) || is_told(r)) &&
			!is_stopped) {
			kill(-make, SIGINT);
			is_stopped = true;
		}
		wait_ms(r, TICK_MS);
	}
	job_log_read(log);
	/* a make that was killed may have left tools behind */
	if (WIFSIGNALED(status) && !is_stopped)
		kill(-make, SIGINT);
	return WIFEXITED(status) ? WEXITSTATUS(status)
				 : BY_SIGNAL + WTERMSIG(status);
}

static void
end_failed(struct runner *r, const struct job *job, const struct job_log *log,
	const char *why)
{
	bool is_cancelled = is_told(r) || jobs_is_cancelled(r->db, job->id);
	bool is_limit = log->status == EXIT_COST_LIMIT;

	if (is_cancelled)
		why = JOBS_CANCELLED;
	else if (*log->failure)
		why = log->failure;
	jobs_end(r->db, job,
		is_limit && !is_cancelled ? "cost_limit" : "failed",
		is_cancelled, why);
}

static bool
run_job(struct runner *r, const struct job *job, struct job_log *log,
	char why[JOBS_MESSAGE_SIZE])
{
	pid_t make;
	int e = start_make(r, job, &make), status;

	if (e) {
		snprintf(why, JOBS_MESSAGE_SIZE, "make: can't be run: %s",
			strerror(e));
		return false;
	}
	status = follow(r, job, log, make);
	snprintf(why, JOBS_MESSAGE_SIZE,
		"make failed with status %d; run make imagegen EP=%s to see "
		"why",
		status, job->episode);
	return status == 0;
}

/* Run the job.  The transaction that ends it also takes the next job, which
 * then is in *job. */
static bool
run_and_take(struct runner *r, const char *episode_dir, struct job *job,
	bool *goes_on, struct failure *f)
{
	char why[JOBS_MESSAGE_SIZE];
	struct row_lock lock = job->lock;
	struct job_log log;
	bool is_done, is_good;

	job_log_open(&log, episode_dir, job->chapter);
	is_done = run_job(r, job, &log, why);
	db_begin(r->db);
	jobs_progress(r->db, job, log.done, log.total, log.message);
	if (is_done)
		jobs_end(r->db, job, "done", false, log.result);
	else
		end_failed(r, job, &log, why);
	*goes_on = !is_told(r) && jobs_take(r->db, r->episode, job);
	is_good = db_commit(r->db, f);
	row_lock_release(&lock);
	job_log_close(&log);
	return is_good;
}

bool
runner_run(struct runner *r, struct failure *f)
{
	const char *outputs = env_get("OUTPUTS_DIR");
	char dir[JOB_LOG_PATH_MAX / 2], path[JOB_LOG_PATH_MAX];
	struct job job;
	bool goes_on;

	snprintf(dir, sizeof dir, "%s/%s", outputs ? outputs : "outputs",
		r->episode);
	snprintf(path, sizeof path, "%s/" JOB_LOG, dir);
	env_for_new_make();
	if (!export("NO_COLOR", "1", f) || !export("LIMN_LOG", path, f) ||
		(r->database && !export("DATABASE", r->database, f)))
		return false;
	db_begin(r->db);
	goes_on = !is_told(r) && jobs_take(r->db, r->episode, &job);
	if (!db_commit(r->db, f))
		return false;
	while (goes_on)
		if (!run_and_take(r, dir, &job, &goes_on, f))
			return false;
	r->is_told = is_told(r);
	return true;
}
