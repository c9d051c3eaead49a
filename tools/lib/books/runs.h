/*
 * runs: the rows of pipeline_runs: one for each run of make that did something
 * for an episode.
 *
 * A run is RUNNING from its first reservation, then SUCCESS or FAILED.  A run
 * that is RUNNING while its make is dead is stale: the next run closes it as
 * FAILED.  limn_runs says which row belongs to which run and make.  Rows of
 * other programs are never changed.
 *
 * The caller calls these functions in a transaction.  run is LIMN_RUN.  If it
 * is NULL or "", only runs_success() does something.
 */
#ifndef LIMN_RUNS_H
#define LIMN_RUNS_H

#include <stdbool.h>
#include <time.h>

struct db;

#define RUNS_STAGE "IMAGEGEN"
/* A condition for a row r of pipeline_runs: it belongs to another stage.
 * (SQLite may use the number of a deleted row again.) */
#define RUNS_ARE_OTHERS                                                        \
	"NOT EXISTS (SELECT 1 FROM limn_runs AS l"                             \
	" WHERE l.pipeline_run_id = r.rowid AND r.stage = '" RUNS_STAGE "')"

#define RUNS_WHY_MAX 256    /* bytes of the message of a limit */
#define RUNS_SETTING_MAX 32 /* and of its setting */

#define RUNS_INTERRUPTED "interrupted" /* error_message of a stale run */

/* Make the run of the episode RUNNING, unless it has failed already, and close
 * stale runs. */
void runs_begin(struct db *db, const char *episode, const char *run);

/* Whether the run has a row; whether runs_success() has nothing to close. */
bool runs_is_open(struct db *db, const char *episode, const char *run);
bool runs_is_over(struct db *db, const char *episode, const char *run);

/* Make the run FAILED; add its row if there is none.  The first message stays,
 * but the first message about a limit replaces it.  limit_setting is the
 * setting of that limit, else NULL. */
void runs_failed(struct db *db, const char *episode, const char *run,
	const char *message, const char *limit_setting);

/* The limit that the run has reached; false: none. */
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
 * Make the run SUCCESS; it may have failed before.  If a run that ended well
 * has the same facts, this is the same run, and no row is added.
 */
void runs_success(struct db *db, const char *episode, const char *run,
	const struct run_facts *f);

/* Write what the run spent into its row, if it has one. */
void runs_count(struct db *db, const char *episode, const char *run,
	long long micros, long long input_tokens, long long output_tokens);

/* Whether the episode has stale runs; close them, and return their number. */
bool runs_are_stale(struct db *db, const char *episode);
int runs_close_stale(struct db *db, const char *episode);

#endif
