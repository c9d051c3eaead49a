#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "books/episodes.h"
#include "books/ledger.h"
#include "books/runs.h"
#include "database/db.h"
#include "database/schema.h"
#include "database/sql-row.h"
#include "env.h"
#include "err.h"
#include "failure.h"

#define WAIT_MIN_MS 100
#define WAIT_MAX_MS 250
#define WAIT_WARN_MS 2000 /* after this time, warn once */

/* A call may take ten minutes, and longer with retries.  If nothing changes for
 * hours, the pending calls may never end. */
#define WAIT_STILL_MS (3 * 3600 * 1000LL)

#define STALE_MAX 64 /* stale rows that one transaction ends */

/* --- the database */

void
ledger_open(struct ledger *l, const char *path, bool force)
{
	*l = (struct ledger){ .path = path && *path ? path : NULL,
		.force = force };
}

void
ledger_close(struct ledger *l)
{
	db_close(l->db);
	*l = (struct ledger){ .path = NULL };
}

struct db *
ledger_db(struct ledger *l, struct failure *f)
{
	if (!l->db)
		l->db = schema_open(l->path, f);
	l->is_broken = !l->db;
	return l->db;
}

/* Before a call: if this fails, there is no call. */
static bool
commit(struct ledger *l, struct failure *f)
{
	bool good = db_commit(l->db, f);

	l->is_broken = !good;
	return good;
}

/* After a call: if this fails, the answer is used all the same. */
static void
commit_or_warn(struct db *db)
{
	struct failure f;

	if (!db_commit(db, &f))
		warn("%s", f.message);
}

static bool
check_or_warn(struct db *db)
{
	struct failure f;

	if (db_check(db, &f))
		return true;
	warn("%s", f.message);
	return false;
}

static const char *
format_now(char text[DB_TIME_SIZE])
{
	db_time(time(NULL), text);
	return text;
}

/* --- rows */

struct row {
	long long id; /* 0: there is no such row */
	bool is_settled, is_refused;
	bool is_estimated; /* settled with an estimate */
	char episode[PURCHASE_ID_SIZE];
	char run[ENV_RUN_SIZE];
};

/* Find a row by its id, or by the name of its purchase. */
static void
row_find(struct db *db, long long id, const char *name, struct row *row)
{
	struct query *q = db_query(db,
		"SELECT id, state = 'settled', exit_status IS 10,"
		" episode_id, coalesce(run, ''),"
		" state = 'settled' AND cost_source IS 'estimated'"
		" FROM ledger WHERE id = ? OR purchase = ?",
		"is", id, name);

	*row = (struct row){ .id = 0 };
	if (db_next(q)) {
		row->id = db_int(q, 0);
		row->is_settled = db_int(q, 1);
		row->is_refused = db_int(q, 2);
		snprintf(row->episode, sizeof row->episode, "%s",
			db_text(q, 3));
		snprintf(row->run, sizeof row->run, "%s", db_text(q, 4));
		row->is_estimated = db_int(q, 5);
	}
	db_reset(q);
}

/* Whether the row lacks this cost: it isn't settled, or only with an estimate
 * while this cost is measured. */
static bool
row_lacks_cost(const struct row *row, const struct cost *cost)
{
	return !row->is_settled || (row->is_estimated && cost->is_measured);
}

void
ledger_count_run(struct db *db, const char *episode, const char *run)
{
	struct ledger_sums sums;

	if (!runs_is_open(db, episode, run))
		return;
	ledger_sum(db, episode, run, &sums);
	runs_count(db, episode, run, sums.micros, sums.input_tokens,
		sums.output_tokens);
}

/* Update the sums of the run that the row belongs to. */
static void
count_run(struct db *db, long long id)
{
	struct row row;

	row_find(db, id, NULL, &row);
	if (row.id)
		ledger_count_run(db, row.episode, row.run);
}

/* The table accepts only amounts from 0 to BUDGET_MICROS_MAX. */
static long long
limit_micros(long long micros)
{
	if (micros < 0)
		return 0;
	return micros > BUDGET_MICROS_MAX ? BUDGET_MICROS_MAX : micros;
}

/* Returns the id of the new row; 0: it couldn't be added. */
static long long
row_insert(struct db *db, const struct purchase *p, const char *state,
	long long micros, const char *time)
{
	db_run(db,
		"INSERT INTO ledger (purchase, episode_id, chapter_id, kind,"
		" model, request_sha256, state, cost_micros, estimate_micros,"
		" run, reserved_at, sent_at)"
		" VALUES (?1, coalesce(?2, ''), ?3, ?4, ?5, ?6, ?10, ?7, ?7,"
		" nullif(?8, ''), ?9, iif(?10 = 'sent', ?9, NULL))",
		"ssssssisss", p->name, p->episode, p->chapter, p->kind,
		p->model, p->hash, limit_micros(micros), p->run, time, state);
	/* a trigger may have prevented the row, or changed it */
	long long id = db_number(db,
		"SELECT id FROM ledger WHERE purchase = ?"
		" AND state = ? AND cost_micros = ?",
		"ssi", p->name, state, limit_micros(micros));
	if (!id)
		sql_row_not_added(db, "ledger");
	return id;
}

static void
row_add(struct db *db, struct purchase *p, bool at_once)
{
	char now[DB_TIME_SIZE];

	p->row = row_insert(db, p, at_once ? "sent" : "reserved", p->estimate,
		format_now(now));
	p->is_sent = at_once;
}

/* Change a row in one of the states "from" (separated by spaces) to "released"
 * or "unknown".  A row in another state stays. */
static void
row_end(struct db *db, long long id, const char *from, const char *to,
	int status, const char *error)
{
	char now[DB_TIME_SIZE];

	if (db_run(db,
		    "UPDATE ledger SET state = ?1, exit_status = nullif(?2, 0),"
		    " error = ?3, ended_at = ?4, cost_micros ="
		    " iif(?1 = 'released', 0, estimate_micros)"
		    " WHERE id = ?5 AND instr(?6, state)",
		    "sissis", to, (long long)status, error, format_now(now), id,
		    from))
		count_run(db, id);
}

/* Settle a row in any state.  A settled row stays, except that a measured cost
 * replaces an estimate. */
static void
row_settle(struct db *db, long long id, const struct cost *cost,
	const char *request_id)
{
	char now[DB_TIME_SIZE];

	if (db_run(db,
		    "UPDATE ledger SET state = 'settled', cost_micros = ?1,"
		    " cost_source = ?2, input_tokens = nullif(?3, -1),"
		    " output_tokens = nullif(?4, -1),"
		    " request_id = nullif(?5, ''), ended_at = ?6,"
		    " exit_status = NULL, error = NULL"
		    " WHERE id = ?7 AND (state <> 'settled'"
		    " OR (cost_source = 'estimated' AND ?2 = 'measured'))",
		    "isiissi", limit_micros(cost->micros),
		    cost->is_measured ? "measured" : "estimated",
		    cost->input_tokens, cost->output_tokens, request_id,
		    format_now(now), id))
		count_run(db, id);
}

/* --- rows of dead processes */

/* The number of the lock comes from the name of the purchase, which is unique,
 * and not from the id of the row.  So a former database with the same path
 * can't have locked the row. */
static long long
lock_number(const char *name)
{
	return (long long)(strtoull(name, NULL, 16) & 0xffffffff);
}

struct stale {
	long long ids[STALE_MAX];
	bool were_sent[STALE_MAX];
	size_t count;
};

/* This takes a while, so call it before the transaction. */
static void
stale_find(struct db *db, struct stale *stale)
{
	struct query *q = db_query(db,
		"SELECT id, purchase, state = 'sent' FROM ledger"
		" WHERE state IN ('reserved', 'sent')",
		"");

	stale->count = 0;
	while (stale->count < STALE_MAX && db_next(q)) {
		if (row_lock_is_held(db_path(db), ROW_LOCK_LEDGER,
			    lock_number(db_text(q, 1))))
			continue;
		stale->ids[stale->count] = db_int(q, 0);
		stale->were_sent[stale->count++] = db_int(q, 2);
	}
	db_reset(q);
}

static void
stale_end(struct db *db, const struct stale *stale)
{
	for (size_t i = 0; i < stale->count; i++)
		if (stale->were_sent[i])
			row_end(db, stale->ids[i], "sent", "unknown",
				EXIT_UNKNOWN,
				"the process ended before the answer");
		else
			row_end(db, stale->ids[i], "reserved", "released", 0,
				"the process ended before it was sent");
}

bool
ledger_clear_stale(struct db *db, struct failure *f)
{
	struct stale stale;

	stale_find(db, &stale);
	if (stale.count == 0)
		return db_check(db, f);
	db_begin(db);
	stale_end(db, &stale);
	return db_commit(db, f);
}

/* --- before the call */

static bool
name_purchase(char name[PURCHASE_NAME_SIZE], struct failure *f)
{
	unsigned char b[16];

	if (getrandom(b, sizeof b, 0) != (ssize_t)sizeof b)
		return failure_set(f, EXIT_IO, "random numbers:");
	/* a UUID of version 4 */
	b[6] = (unsigned char)(0x40 | (b[6] & 0x0f));
	b[8] = (unsigned char)(0x80 | (b[8] & 0x3f));
	for (size_t i = 0; i < sizeof b; i++) {
		name += sprintf(name, "%02x", b[i]);
		if (i == 3 || i == 5 || i == 7 || i == 9)
			*name++ = '-';
	}
	*name = '\0';
	return true;
}

/* Take the lock of the purchase's name.  While another process holds the lock,
 * choose another name. */
static bool
lock_name(struct db *db, struct purchase *p, struct failure *f)
{
	while (!row_lock_hold(&p->lock, db_path(db), ROW_LOCK_LEDGER,
		lock_number(p->name), f))
		if (f->status != EXIT_TRY_LATER || !name_purchase(p->name, f))
			return false;
	return true;
}

static bool
fail_limit(struct failure *f, const char *what, const char *why,
	const char *setting)
{
	failure_set(f, EXIT_COST_LIMIT, "%s: %s; raise %s and run again", what,
		why, setting);
	f->setting = setting;
	return false;
}

enum reserved { RESERVED, WAIT, FAILED };

/* If the episode is ready for images, add its row and begin its run. */
static enum reserved
begin_run(struct ledger *l, const struct purchase *p, struct failure *f)
{
	char why[EPISODES_WHY_MAX];
	struct runs_limit limit;

	if (!episodes_may_draw(l->db, p->episode, l->force, why)) {
		/* after a failure of the database the result means nothing */
		if (db_check(l->db, f)) {
			db_rollback(l->db);
			failure_set(f, EXIT_BAD_INPUT, "%s", why);
		}
		l->is_broken = true;
		return FAILED;
	}
	episodes_add(l->db, p->episode, NULL);
	runs_begin(l->db, p->episode, p->run);
	/* after a limit no picture can be bought, so no prompt is
	 * needed */
	if (strcmp(p->kind, "prompt") != 0 ||
		!runs_limit(l->db, p->episode, p->run, &limit))
		return RESERVED;
	if (commit(l, f))
		fail_limit(f, p->what, limit.why,
			budget_setting(limit.setting));
	return FAILED;
}

static void
note_limit(struct db *db, const struct purchase *p,
	const struct budget_check *check)
{
	struct runs_limit limit;

	if (runs_limit(db, p->episode, p->run, &limit))
		return;
	episodes_over_limit(db, p->episode, check->why);
	runs_failed(db, p->episode, p->run, check->why, check->setting);
}

/* While this changes, other processes make progress. */
struct queue {
	long long calls; /* that are pending */
	long long last;  /* id of the last row */
};

/* Check the budgets and reserve, in one transaction. */
static enum reserved
try_to_reserve(struct ledger *l, struct purchase *p, bool at_once,
	struct budget budgets[BUDGETS], struct queue *queue, struct failure *f)
{
	bool has_episode = p->episode && *p->episode;
	struct budget_check check;
	struct stale stale;

	stale_find(l->db, &stale);
	db_begin(l->db);
	stale_end(l->db, &stale);
	if (has_episode && begin_run(l, p, f) == FAILED)
		return FAILED;
	ledger_count(l->db, has_episode ? p->episode : "", budgets);
	budgets_check(&check, budgets, p->estimate);
	if (check.verdict == BUDGET_FITS)
		row_add(l->db, p, at_once);
	if (check.verdict == BUDGET_EXCEEDED && has_episode)
		note_limit(l->db, p, &check);
	queue->calls = check.calls;
	queue->last = db_number(l->db, "SELECT max(id) FROM ledger", "");
	if (!commit(l, f))
		return FAILED;
	if (check.verdict == BUDGET_EXCEEDED)
		fail_limit(f, p->what, check.why, check.setting);
	return check.verdict == BUDGET_FITS    ? RESERVED
		: check.verdict == BUDGET_WAIT ? WAIT
					       : FAILED;
}

static long long
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static void
wait_ms(long ms)
{
	const struct timespec pause = { .tv_nsec = ms * 1000000 };

	nanosleep(&pause, NULL);
}

static bool
give_up(const char *what, const struct queue *q, struct failure *f)
{
	return failure_set(f, EXIT_TRY_LATER,
		"%s: waited %lld hours for %lld call%s under way, as the limit "
		"may have no room; look at make ledger, and try again later",
		what, WAIT_STILL_MS / 3600 / 1000, q->calls,
		q->calls == 1 ? "" : "s");
}

static bool
reserve(struct ledger *l, struct purchase *p, bool at_once,
	struct budget budgets[BUDGETS], struct failure *f)
{
	long long begun = now_ms(), changed = begun, now;
	struct queue queue, former = { 0, 0 };
	bool is_warned = false;
	long pause_ms = WAIT_MIN_MS;
	enum reserved outcome;

	while ((outcome = try_to_reserve(l, p, at_once, budgets, &queue, f)) ==
		WAIT) {
		now = now_ms();
		if (queue.calls != former.calls || queue.last != former.last)
			changed = now;
		former = queue;
		if (now - changed >= WAIT_STILL_MS)
			return give_up(p->what, &queue, f);
		if (now - begun >= WAIT_WARN_MS && !is_warned) {
			is_warned = true;
			warn("%s: waits for %lld call%s under way, as the "
			     "limit may have no room",
				p->what, queue.calls,
				queue.calls == 1 ? "" : "s");
		}
		wait_ms(pause_ms);
		if (pause_ms < WAIT_MAX_MS)
			pause_ms += 50;
	}
	return outcome == RESERVED;
}

bool
ledger_reserve(struct ledger *l, struct purchase *p, bool at_once,
	struct failure *f)
{
	struct budget budgets[BUDGETS];

	p->row = 0;
	p->is_sent = false;
	p->lock = ROW_LOCK_NONE;
	snprintf(p->run, sizeof p->run, "%s", env_run());
	if (!name_purchase(p->name, f))
		return false;
	if (!l->path)
		return true;
	if (!budgets_read(budgets, f) || !ledger_db(l, f) ||
		!lock_name(l->db, p, f))
		return false;
	if (reserve(l, p, at_once, budgets, f))
		return true;
	p->row = 0;
	row_lock_release(&p->lock);
	return false;
}

bool
ledger_sent(struct ledger *l, struct purchase *p, struct failure *f)
{
	char now[DB_TIME_SIZE];

	if (!p->row || p->is_sent)
		return true;
	if (!db_run(l->db,
		    "UPDATE ledger SET state = 'sent', sent_at = ?"
		    " WHERE id = ? AND state IN ('reserved', 'sent')",
		    "si", format_now(now), p->row) &&
		!db_failure(l->db))
		db_fail(l->db, EXIT_TRY_LATER,
			"purchase %s is no longer reserved; run again",
			p->name);
	p->is_sent = db_check(l->db, f);
	l->is_broken = !p->is_sent;
	return p->is_sent;
}

/* --- after the call */

void
ledger_waits(struct ledger *l, struct purchase *p)
{
	p->is_sent = false;
	if (!p->row)
		return;
	db_run(l->db,
		"UPDATE ledger SET state = 'reserved', exit_status = NULL,"
		" error = NULL, ended_at = NULL"
		" WHERE id = ? AND state IN ('sent', 'unknown')",
		"i", p->row);
	check_or_warn(l->db);
}

void
ledger_settle(struct ledger *l, struct purchase *p)
{
	if (!p->row)
		return;
	/* if the machine crashes now, the row is still "sent" */
	db_relax_sync(l->db);
	db_begin(l->db);
	row_settle(l->db, p->row, &p->cost, p->request_id);
	commit_or_warn(l->db);
	row_lock_release(&p->lock);
}

static void
end_purchase(struct ledger *l, struct purchase *p, const char *state,
	int status, const char *error)
{
	if (!p->row)
		return;
	db_begin(l->db);
	/* "unknown": another process may have taken this one for dead */
	row_end(l->db, p->row, "reserved sent unknown", state, status, error);
	commit_or_warn(l->db);
	row_lock_release(&p->lock);
}

void
ledger_release(struct ledger *l, struct purchase *p, int status,
	const char *error)
{
	end_purchase(l, p, "released", status, error);
}

void
ledger_unknown(struct ledger *l, struct purchase *p, int status,
	const char *error)
{
	end_purchase(l, p, "unknown", status, error);
}

/* Opens the database only for reading, as most often nothing has to change.
 * false: there is no ledger, or it can't be read. */
static bool
find_purchase(struct ledger *l, const char *name, struct row *row,
	struct failure *f)
{
	struct db *db = l->db;
	bool is_there;

	if (!l->path || !*name)
		return false;
	if (!db)
		db = schema_look(l->path, f);
	if (!db)
		return false;
	is_there = sql_table_exists(db, "ledger");
	if (is_there)
		row_find(db, 0, name, row);
	is_there = db_check(db, f) && is_there;
	if (db != l->db)
		db_close(db);
	return is_there;
}

bool
ledger_lacks(struct ledger *l, const struct purchase *p, struct failure *f)
{
	char time[DB_TIME_SIZE];
	struct row row;

	f->status = 0;
	if (!ledger_time(p->bought_at, time) ||
		!find_purchase(l, p->name, &row, f)) {
		l->is_broken = f->status != 0;
		return false;
	}
	return !row.id || row_lacks_cost(&row, &p->cost);
}

void
ledger_learn(struct ledger *l, const struct purchase *p)
{
	struct failure f;

	if (!ledger_db(l, &f)) {
		warn("%s", f.message);
		return;
	}
	db_begin(l->db);
	ledger_enter(l->db, p);
	commit_or_warn(l->db);
}

enum ledger_entered
ledger_enter(struct db *db, const struct purchase *p)
{
	enum ledger_entered entered = LEDGER_SETTLED;
	char time[DB_TIME_SIZE];
	struct row row;

	ledger_time(p->bought_at, time);
	row_find(db, 0, p->name, &row);
	if (!row.id) {
		row.id = row_insert(db, p, "sent", p->cost.micros, time);
		entered = LEDGER_ADDED;
	}
	if (!row_lacks_cost(&row, &p->cost))
		return LEDGER_KNOWN;
	row_settle(db, row.id, &p->cost, p->request_id);
	db_run(db, "UPDATE ledger SET ended_at = ? WHERE id = ?", "si", time,
		row.id);
	return entered;
}

bool
ledger_time(const char *s, char time[DB_TIME_SIZE])
{
	static const char form[] = "0000-00-00T00:00:00Z";

	if (!s || strlen(s) != sizeof form - 1)
		return false;
	for (size_t i = 0; form[i]; i++)
		if (form[i] == '0' ? s[i] < '0' || s[i] > '9' : s[i] != form[i])
			return false;
	snprintf(time, DB_TIME_SIZE, "%.10s %.8s", s, s + 11);
	return true;
}

bool
ledger_is_empty(struct db *db)
{
	return db_number(db, "SELECT NOT EXISTS (SELECT 1 FROM ledger)", "");
}

void
ledger_refused(struct ledger *l, const char *name, const char *error)
{
	struct failure f = { 0 };
	struct row row;

	if (find_purchase(l, name, &row, &f) && row.id && !row.is_refused &&
		ledger_db(l, &f))
		db_run(l->db,
			"UPDATE ledger SET exit_status = ?, error = ?"
			" WHERE id = ?",
			"isi", (long long)EXIT_REFUSED, error, row.id);
	if (f.status)
		warn("%s", f.message);
	else if (l->db)
		check_or_warn(l->db);
}

/* Control bytes as in messages (err.h). */
static void
escape(char *to, size_t size, const char *s)
{
	const char *end = to + size - sizeof "\\xNN";

	for (; *s && to < end; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			to += sprintf(to, "\\x%02x", (unsigned)*s);
		else
			*to++ = *s;
	*to = '\0';
}

void
ledger_failed(struct ledger *l, const char *episode, const struct failure *why)
{
	char message[ERR_MESSAGE_MAX], not_ready[EPISODES_WHY_MAX];
	struct failure f;

	if (!l->path || l->is_broken || !episode || !*episode || !*env_run() ||
		why->status == EXIT_COST_LIMIT)
		return;
	if (!ledger_db(l, &f)) {
		warn("%s", f.message);
		return;
	}
	escape(message, sizeof message, why->message);
	db_begin(l->db);
	/* an episode that is not ready for images has not failed */
	if (episodes_may_draw(l->db, episode, l->force, not_ready)) {
		/* this adds the episode's row if there is none */
		runs_failed(l->db, episode, env_run(), message, NULL);
		episodes_failed(l->db, episode, message);
	}
	commit_or_warn(l->db);
}

/* --- sums */

#define INPUT_TOKENS LEDGER_SUM("iif(kind = 'prompt', input_tokens, 0)")
#define OUTPUT_TOKENS LEDGER_SUM("iif(kind = 'prompt', output_tokens, 0)")
#define PENDING_MICROS "iif(state IN ('reserved', 'sent'), cost_micros, 0)"
#define SQL_MAX 512 /* bytes of a statement that is put together here */

/* Other programs wrote the amount: limit it to what a budget can be. */
static long long
to_micros(double dollars)
{
	if (!(dollars > 0))
		return 0;
	if (dollars > BUDGET_USD_MAX)
		dollars = BUDGET_USD_MAX;
	return (long long)(dollars * 1e6 + 0.5);
}

/* false: the table lacks a column that is needed. */
static bool
make_runs_query(struct db *db, char sql[SQL_MAX])
{
	const char *table = "pipeline_runs";
	const char *cost = sql_column(db, table, "estimated_cost_usd");
	/* a run whose start is not known counts as recent */
	const char *when = sql_column(db, table, "started_at");

	if (!cost || !sql_column(db, table, "episode_id"))
		return false;
	snprintf(sql, SQL_MAX,
		"SELECT r.%s FROM %s AS r WHERE (?1 IS NULL OR episode_id = ?1)"
		" AND (?2 IS NULL OR typeof(%s) <> 'text' OR %s >= ?2)%s",
		cost, table, when ? when : "NULL", when ? when : "NULL",
		sql_table_exists(db, "limn_runs") &&
				sql_column(db, table, "stage")
			? " AND " RUNS_ARE_OTHERS
			: "");
	return true;
}

/* The cost of other stages: of the runs that limn didn't add. */
static long long
sum_other_runs(struct db *db, const char *episode, const char *since)
{
	char sql[SQL_MAX];
	struct query *q;
	long long sum = 0;

	if (!make_runs_query(db, sql))
		return 0;
	if (episode)
		q = db_query(db, sql, "is", episodes_find(db, episode), since);
	else
		q = db_query(db, sql, "ss", episode, since);
	while (db_next(q)) {
		sum += to_micros(db_real(q, 0));
		if (sum > LEDGER_SUM_MAX)
			sum = LEDGER_SUM_MAX;
	}
	return sum;
}

/* Count limn's own purchases. */
static void
count_purchases(struct db *db, const char *episode, const char *since,
	struct budget *b)
{
	static const char sums[] = "SELECT " LEDGER_SPENT ", " LEDGER_SUM(
		PENDING_MICROS) ", total(state IN ('reserved', 'sent')) FROM ledger"
				" WHERE state <> 'released' AND reserved_at >= ?1";
	char sql[SQL_MAX];
	struct query *q;

	/* SQLite would not use the index for "?2 IS NULL OR ..." */
	snprintf(sql, sizeof sql, "%s%s", sums,
		episode ? " AND episode_id = ?2" : "");
	q = db_query(db, sql, episode ? "ss" : "s", since, episode);
	if (db_next(q)) {
		b->spent = db_int(q, 0);
		b->pending = db_int(q, 1);
		b->calls = db_int(q, 2);
	}
	db_reset(q);
}

void
ledger_count(struct db *db, const char *episode, struct budget budgets[BUDGETS])
{
	for (size_t i = 0; i < BUDGETS; i++) {
		const char *of = i == BUDGET_EPISODE ? episode : NULL;
		bool is_month = i == BUDGET_MONTH;
		struct budget *b = &budgets[i];
		char since[DB_TIME_SIZE];

		b->spent = b->pending = b->calls = 0;
		if (!db && i != BUDGET_EPISODE)
			b->limit = BUDGET_NONE;
		if (!db || (b->limit == BUDGET_NONE && i != BUDGET_EPISODE))
			continue;
		db_time(is_month ? ledger_month(time(NULL)) : 0, since);
		if (sql_table_exists(db, "ledger"))
			count_purchases(db, of, since, b);
		b->spent += sum_other_runs(db, of, is_month ? since : NULL);
	}
}

void
ledger_sum(struct db *db, const char *episode, const char *run,
	struct ledger_sums *sums)
{
	struct query *q;

	*sums = (struct ledger_sums){ 0 };
	if (!sql_table_exists(db, "ledger"))
		return;
	q = db_query(db,
		"SELECT " LEDGER_SPENT ", " INPUT_TOKENS ", " OUTPUT_TOKENS
		" FROM ledger WHERE episode_id = ?1 AND state <> 'released'"
		" AND (?2 IS NULL OR run = ?2)",
		"ss", episode, run);
	if (db_next(q))
		*sums = (struct ledger_sums){ db_int(q, 0), db_int(q, 1),
			db_int(q, 2) };
	db_reset(q);
}

void
ledger_sum_each(struct db *db,
	void (*each)(const char *episode, long long micros, void *data),
	void *data)
{
	struct query *q;

	if (!sql_table_exists(db, "ledger"))
		return;
	q = db_query(db,
		"SELECT episode_id, " LEDGER_SPENT " FROM ledger"
		" WHERE state <> 'released' AND episode_id NOT NULL"
		" GROUP BY episode_id",
		"");
	while (db_next(q))
		each(db_text(q, 0), db_int(q, 1), data);
}

time_t
ledger_month(time_t now)
{
	struct tm tm;

	if (!gmtime_r(&now, &tm))
		return 0;
	return now -
		(((tm.tm_mday - 1) * 24L + tm.tm_hour) * 60 + tm.tm_min) * 60 -
		tm.tm_sec;
}
