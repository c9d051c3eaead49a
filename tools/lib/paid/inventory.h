/*
 * inventory: every purchase that the store of answers shows, former ones, too.
 *
 *	struct inventory v;
 *
 *	inventory_read(&v, "outputs/.answers");
 *	for (size_t i = 0; i < v.count; i++)
 *		... v.purchases[i].name, v.purchases[i].micros ...
 *	inventory_free(&v);
 *
 * They are in the files HEX.json, HEX.1.json ..., and HEX.damaged.1.json ...,
 * for an entry is set aside when its picture is damaged, too; and in HEX.raw,
 * HEX.1.raw ..., as long as they are in no such file: those at what they cost
 * at most.  One whose bytes are not those that were kept, or that doesn't say
 * enough, is warned of and left out.  Nothing is changed, and pictures aren't
 * looked at.
 */
#ifndef LIMN_INVENTORY_H
#define LIMN_INVENTORY_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "database/db.h"

struct inventory_purchase {
	/* that of the ledger; an entry of a former release has none, and is
	 * called by its request and its time: "sha256:...@2026-02-28T10:30:00Z"
	 */
	const char *name;
	const char *episode; /* NULL where it doesn't say */
	const char *chapter; /* the same */
	const char *kind;    /* "prompt" or "image" */
	const char *model;
	const char *hash;        /* of the request */
	const char *run;         /* or "" */
	const char *request_id;  /* the same */
	char time[DB_TIME_SIZE]; /* when the answer had come */
	long long micros;        /* what it cost, in micro-dollars */
	bool is_measured;
	long long input_tokens, output_tokens; /* of a prompt; -1: none */

	json_t *entry; /* the module's own: the strings' */
};

struct inventory {
	/* in the order of time; of one second prompts come first */
	struct inventory_purchase *purchases;
	size_t count;

	size_t room; /* the module's own */
};

/* A time of the store, "2026-02-28T10:30:00Z", as the database has it; false:
 * it is none. */
bool inventory_time(const char *s, char time[DB_TIME_SIZE]);

/* Where there is no store, there are no purchases; one that can't be read is
 * EXIT_IO. */
void inventory_read(struct inventory *v, const char *dir);
void inventory_free(struct inventory *v);

#endif
