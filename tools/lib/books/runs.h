/*
 * runs: the rows of pipeline_runs, one for each run of make in which something
 * was done for an episode.
 *
 * A run is RUNNING from its first booking, then SUCCESS or FAILED.  Those left
 * RUNNING by a make that is gone are closed, FAILED, by the next.  limn_runs
 * has which row is which run's, and which make's.  Only our own rows are ever
 * touched.
 *
 * Each function is for within a transaction of the caller's; run is LIMN_RUN,
 * and where it is NULL or "", nothing is done, but by runs_success().
 */
#ifndef LIMN_RUNS_H
#define LIMN_RUNS_H

#include <stdbool.h>
#include <time.h>

struct db;

#define RUNS_STAGE "IMAGEGEN"
/* A condition for a row r of pipeline_runs: it isn't ours.  A number of a row
 * may be used again, for another stage's run. */
#define RUNS_ARE_OTHERS                                                        \
	"NOT EXISTS (SELECT 1 FROM limn_runs AS l"                             \
	" WHERE l.pipeline_run_id = r.rowid AND r.stage = '" RUNS_STAGE "')"

#define RUNS_WHY_MAX 256    /* bytes of the message of a limit */
#define RUNS_SETTING_MAX 32 /* and of its setting */

#define RUNS_INTERRUPTED "interrupted" /* error_message of one left RUNNING */

/* Our run of the episode is RUNNING, unless it has failed already; and close
 * what others left. */
void runs_begin(struct db *db, const char *episode, const char *run);

/* Whether the run has a row; and whether it has none that runs_success() still
 * has to close. */
bool runs_is_open(struct db *db, const char *episode, const char *run);
bool runs_is_over(struct db *db, const char *episode, const char *run);

/* The row is made if there is none.  Of messages the first stays, but the first
 * of a limit takes its place; limit_setting is that limit's, else NULL. */
void runs_failed(struct db *db, const char *episode, const char *run,
	const char *message, const char *limit_setting);

/* The limit that the run has met; false: none. */
struct runs_limit {
	char why[RUNS_WHY_MAX];
	char setting[RUNS_SETTING_MAX];
};
bool runs_limit(struct db *db, const char *episode, const char *run,
	struct runs_limit *limit);

struct run_facts {
	time_t started, completed;
	long long input_tokens, output_tokens;
	long long micros;
};

/*
 * It may have failed before.  One that has the very facts of another that ended
 * well is that once more, whoever records it.
 */
void runs_success(struct db *db, const char *episode, const char *run,
	const struct run_facts *f);

/* What the run spent goes into its row, if it has one. */
void runs_count(struct db *db, const char *episode, const char *run,
	long long micros, long long input_tokens, long long output_tokens);

/* Close every run of the episode that a gone make has left RUNNING; returns how
 * many.  And whether there is one. */
int runs_close_left(struct db *db, const char *episode);
bool runs_are_left(struct db *db, const char *episode);

#endif
