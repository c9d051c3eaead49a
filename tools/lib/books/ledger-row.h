/*
 * ledger-row: what becomes of a row of the ledger; for ledger.c.
 *
 * Each function is for within a transaction of the caller's, but for the two
 * that look.
 */
#ifndef LIMN_LEDGER_ROW_H
#define LIMN_LEDGER_ROW_H

#include <stdbool.h>
#include <stddef.h>

#include "env.h"

struct bill;
struct booking;
struct db;
struct failure;
struct ledger_past;
struct ledger_request;

#define LEDGER_EPISODE_SIZE 256 /* bytes of an id, in a row */
#define LEDGER_LEFT_MAX 64      /* rows that are cleared at a time */

struct ledger_row {
	long long id;
	bool is_settled, is_refused;
	bool is_estimated; /* it is settled, and not measured */
	char episode[LEDGER_EPISODE_SIZE];
	char run[ENV_RUN_SIZE];
};

/* By its number, or by the purchase. */
bool ledger_row_find(struct db *db, long long id, const char *purchase,
	struct ledger_row *row);

/* Take the lock that says that we are alive; for before the row is there. */
bool ledger_row_lock(struct db *db, struct booking *b, struct failure *f);

/* Reserved, by this process; fills in b->id. */
void ledger_row_add(struct db *db, struct booking *b,
	const struct ledger_request *r);

/* From reserved or sent; false: it is in neither. */
bool ledger_row_sent(struct db *db, long long id);

/* From sent, or unknown, where another took us for gone, back to reserved. */
void ledger_row_waits(struct db *db, long long id);

/* From one of these states to "released" or "unknown"; if it is in another, it
 * stays. */
void ledger_row_end(struct db *db, long long id, const char *from,
	const char *to, int status, const char *error);

/* From any state; what is settled stays, but for an estimate where the bill is
 * measured.  Whether it would be so for a row: */
void ledger_row_settle(struct db *db, long long id, const struct bill *bill);
bool ledger_row_wants(const struct ledger_row *row, const struct bill *bill);

/* The same, when the answer had come; the row is made, if need be. */
void ledger_row_past(struct db *db, const struct ledger_past *past,
	const struct bill *bill);

/* The state stays. */
void ledger_row_refused(struct db *db, long long id, const char *error);

/* Rows whose process is gone, in the state that they were left in. */
struct ledger_left {
	long long ids[LEDGER_LEFT_MAX];
	bool were_sent[LEDGER_LEFT_MAX];
	size_t count;
};

/* To look takes a while, and so is for before the transaction. */
void ledger_left_find(struct db *db, struct ledger_left *left);
void ledger_left_clear(struct db *db, const struct ledger_left *left);

/* Both, in a transaction of its own where there is any. */
bool ledger_left_tidy(struct db *db, struct failure *f);

#endif
