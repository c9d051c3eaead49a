#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "books/ledger-row.h"
#include "books/ledger.h"
#include "books/limit.h"
#include "books/runs.h"
#include "database/db.h"
#include "database/row-lock.h"
#include "database/sql-row.h"
#include "err.h"

static const char *
find_time(char text[DB_TIME_SIZE])
{
	db_time(time(NULL), text);
	return text;
}

bool
ledger_row_find(struct db *db, long long id, const char *purchase,
	struct ledger_row *row)
{
	struct query *q = db_query(db,
		"SELECT id, state = 'settled', exit_status IS 10,"
		" episode_id, coalesce(run, ''),"
		" state = 'settled' AND cost_source IS 'estimated'"
		" FROM ledger WHERE id = ? OR purchase = ?",
		"is", id, purchase);
	bool found = db_next(q);

	if (found) {
		row->id = db_int(q, 0);
		row->is_settled = db_int(q, 1);
		row->is_refused = db_int(q, 2);
		snprintf(row->episode, sizeof row->episode, "%s",
			db_text(q, 3));
		snprintf(row->run, sizeof row->run, "%s", db_text(q, 4));
		row->is_estimated = db_int(q, 5);
	}
	db_reset(q);
	return found;
}

void
ledger_row_add(struct db *db, struct booking *b, const struct ledger_request *r)
{
	const char *state = r->at_once ? "sent" : "reserved";
	char now[DB_TIME_SIZE];

	db_run(db,
		"INSERT INTO ledger (purchase, episode_id, chapter_id, kind,"
		" model, request_sha256, state, cost_micros, estimate_micros,"
		" run, reserved_at, sent_at)"
		" VALUES (?1, coalesce(?2, ''), ?3, ?4, ?5, ?6, ?10, ?7, ?7,"
		" nullif(?8, ''), ?9, iif(?10 = 'sent', ?9, NULL))",
		"ssssssisss", b->purchase, r->episode, r->chapter, r->kind,
		r->model, r->hash, r->estimate, env_run(), find_time(now),
		state);
	/* a trigger may have kept it out, or spoilt it */
	b->id = db_number(db,
		"SELECT id FROM ledger WHERE purchase = ?"
		" AND state = ? AND cost_micros = ?",
		"ssi", b->purchase, state, r->estimate);
	b->is_sent = r->at_once;
	if (!b->id)
		sql_row_not_added(db, "ledger");
}

bool
ledger_row_sent(struct db *db, long long id)
{
	char now[DB_TIME_SIZE];

	return db_run(db,
		       "UPDATE ledger SET state = 'sent', sent_at = ?"
		       " WHERE id = ? AND state IN ('reserved', 'sent')",
		       "si", find_time(now), id) > 0;
}

void
ledger_row_waits(struct db *db, long long id)
{
	db_run(db,
		"UPDATE ledger SET state = 'reserved', exit_status = NULL,"
		" error = NULL, ended_at = NULL"
		" WHERE id = ? AND state IN ('sent', 'unknown')",
		"i", id);
}

/* The run that it belongs to shows what became of it. */
static void
count_run(struct db *db, long long id)
{
	struct ledger_row row;

	if (ledger_row_find(db, id, NULL, &row))
		runs_count(db, row.episode, row.run);
}

void
ledger_row_end(struct db *db, long long id, const char *from, const char *to,
	int status, const char *error)
{
	char now[DB_TIME_SIZE];

	if (db_run(db,
		    "UPDATE ledger SET state = ?1, exit_status = nullif(?2, 0),"
		    " error = ?3, ended_at = ?4, cost_micros ="
		    " iif(?1 = 'released', 0, estimate_micros)"
		    " WHERE id = ?5 AND instr(?6, state)",
		    "sissis", to, (long long)status, error, find_time(now), id,
		    from))
		count_run(db, id);
}

/* What the table takes. */
static long long
limit_micros(long long micros)
{
	if (micros < 0)
		return 0;
	return micros > LIMIT_MICROS_MAX ? LIMIT_MICROS_MAX : micros;
}

void
ledger_row_settle(struct db *db, long long id, const struct bill *bill)
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
		    "isiissi", limit_micros(bill->micros),
		    bill->is_measured ? "measured" : "estimated",
		    bill->input_tokens, bill->output_tokens, bill->request_id,
		    find_time(now), id))
		count_run(db, id);
}

bool
ledger_row_wants(const struct ledger_row *row, const struct bill *bill)
{
	return !row->is_settled || (row->is_estimated && bill->is_measured);
}

void
ledger_row_past(struct db *db, const struct ledger_past *past,
	const struct bill *bill)
{
	struct ledger_row row;

	if (!ledger_row_find(db, 0, past->purchase, &row)) {
		if (db_run(db,
			    "INSERT INTO ledger (purchase, episode_id, chapter_id,"
			    " kind, model, request_sha256, state, cost_micros,"
			    " estimate_micros, run, reserved_at, sent_at)"
			    " VALUES (?1, coalesce(?2, ''), ?3, ?4, ?5, ?6,"
			    " 'sent', ?7, ?7, nullif(?8, ''), ?9, ?9)",
			    "ssssssiss", past->purchase, past->episode,
			    past->chapter, past->kind, past->model, past->hash,
			    limit_micros(bill->micros), past->run,
			    past->time) != 1)
			sql_row_not_added(db, "ledger");
		row = (struct ledger_row){ .id = db_last(db) };
	}
	if (!ledger_row_wants(&row, bill))
		return;
	ledger_row_settle(db, row.id, bill);
	db_run(db, "UPDATE ledger SET ended_at = ? WHERE id = ?", "si",
		past->time, row.id);
}

void
ledger_row_refused(struct db *db, long long id, const char *error)
{
	db_run(db, "UPDATE ledger SET exit_status = ?, error = ? WHERE id = ?",
		"isi", (long long)EXIT_REFUSED, error, id);
}

/* The lock's number is in the purchase's name, which is never used again: so
 * the rows of another database that was here don't matter. */
static long long
lock_number(const char *purchase)
{
	return (long long)(strtoull(purchase, NULL, 16) & 0xffffffff);
}

bool
ledger_row_lock(struct db *db, struct booking *b, struct failure *f)
{
	return row_lock_hold(&b->lock, db_path(db), ROW_LOCK_LEDGER,
		lock_number(b->purchase), f);
}

void
ledger_left_find(struct db *db, struct ledger_left *left)
{
	struct query *q = db_query(db,
		"SELECT id, purchase, state = 'sent' FROM ledger"
		" WHERE state IN ('reserved', 'sent')",
		"");

	left->count = 0;
	while (left->count < LEDGER_LEFT_MAX && db_next(q)) {
		if (row_lock_is_held(db_path(db), ROW_LOCK_LEDGER,
			    lock_number(db_text(q, 1))))
			continue;
		left->ids[left->count] = db_int(q, 0);
		left->were_sent[left->count++] = db_int(q, 2);
	}
	db_reset(q);
}

void
ledger_left_clear(struct db *db, const struct ledger_left *left)
{
	for (size_t i = 0; i < left->count; i++)
		if (left->were_sent[i])
			ledger_row_end(db, left->ids[i], "sent", "unknown",
				EXIT_UNKNOWN,
				"the process ended before the answer");
		else
			ledger_row_end(db, left->ids[i], "reserved", "released",
				0, "the process ended before it was sent");
}

bool
ledger_left_tidy(struct db *db, struct failure *f)
{
	struct ledger_left left;

	ledger_left_find(db, &left);
	if (left.count > 0) {
		db_begin(db);
		ledger_left_clear(db, &left);
		return db_commit(db, f);
	}
	return db_check(db, f);
}
