#include <stdio.h>
#include <string.h>
#include <time.h>

#include "db.h"
#include "err.h"
#include "ledger-row.h"
#include "ledger.h"
#include "process.h"
#include "runs.h"

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
		" episode_id, coalesce(run, '')"
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
	}
	db_done(q);
	return found;
}

void
ledger_row_add(struct db *db, struct booking *b, const struct ledger_request *r)
{
	char now[DB_TIME_SIZE];
	struct process p;

	process_self(&p);
	db_run(db,
		"INSERT INTO ledger (purchase, episode_id, chapter_id, kind,"
		" model, request_sha256, state, cost_micros, estimate_micros,"
		" run, host, pid, pid_started, reserved_at) VALUES (?1,"
		" coalesce(?2, ''), ?3, ?4, ?5, ?6, 'reserved', ?7, ?7,"
		" nullif(?8, ''), ?9, ?10, ?11, ?12)",
		"ssssssissiis", b->purchase, r->episode, r->chapter, r->kind,
		r->model, r->hash, r->estimate, env_run(), p.host, p.pid,
		p.started, find_time(now));
	b->id = db_last(db);
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
		"UPDATE ledger SET state = 'reserved'"
		" WHERE id = ? AND state = 'sent'",
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

void
ledger_row_settle(struct db *db, long long id, const struct bill *bill)
{
	char now[DB_TIME_SIZE];

	if (db_run(db,
		    "UPDATE ledger SET state = 'settled', cost_micros = ?,"
		    " cost_source = ?, input_tokens = nullif(?, -1),"
		    " output_tokens = nullif(?, -1), request_id = nullif(?, ''),"
		    " ended_at = ?, exit_status = NULL, error = NULL"
		    " WHERE id = ? AND state <> 'settled'",
		    "isiissi", bill->micros,
		    bill->is_measured ? "measured" : "estimated",
		    bill->input_tokens, bill->output_tokens, bill->request_id,
		    find_time(now), id))
		count_run(db, id);
}

void
ledger_row_refused(struct db *db, long long id, const char *error)
{
	db_run(db, "UPDATE ledger SET exit_status = ?, error = ? WHERE id = ?",
		"isi", (long long)EXIT_REFUSED, error, id);
}

void
ledger_left_find(struct db *db, struct ledger_left *left)
{
	struct process p = { .pid = 0 };
	struct query *q = db_query(db,
		"SELECT id, state = 'sent', host, pid, pid_started,"
		" CAST(strftime('%s', coalesce(sent_at, reserved_at))"
		" AS INTEGER) FROM ledger WHERE state IN ('reserved', 'sent')",
		"");

	left->count = 0;
	while (left->count < LEDGER_LEFT_MAX && db_next(q)) {
		snprintf(p.host, sizeof p.host, "%s", db_text(q, 2));
		p.pid = db_int(q, 3);
		p.started = db_int(q, 4);
		if (!process_is_gone(&p, (time_t)db_int(q, 5)))
			continue;
		left->ids[left->count] = db_int(q, 0);
		left->were_sent[left->count++] = db_int(q, 1);
	}
	db_done(q);
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

void
ledger_left_tidy(struct db *db)
{
	struct ledger_left left;

	ledger_left_find(db, &left);
	if (left.count > 0) {
		db_begin(db);
		ledger_left_clear(db, &left);
		db_commit(db);
	}
}
