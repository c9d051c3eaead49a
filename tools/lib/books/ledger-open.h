/*
 * ledger-open: the ledger while it is open, and what a tool notes there as it
 * dies; for ledger.c.
 *
 *	struct db *db = ledger_books();
 *
 *	ledger_begin(db);
 *	... a row ...
 *	if (!ledger_commit(db, &f))
 *		...
 *
 * There is one ledger a tool.  What is noted is that the run and the episode
 * have failed (see ledger.h); where the books themselves fail it isn't, for
 *that would fail, too.
 */
#ifndef LIMN_LEDGER_OPEN_H
#define LIMN_LEDGER_OPEN_H

#include <stdbool.h>

struct db;
struct failure;

/* Its file, where it is open. */
const char *ledger_file(void);

/* Its database, which is opened by the first call; it is closed when the tool
 * ends. */
struct db *ledger_books(void);

/* The same, or NULL where nobody has called that yet. */
struct db *ledger_open_books(void);

/* The books have failed: die, without noting that in them. */
_Noreturn void ledger_die(const struct failure *f);

/* db_commit(); what fails is warned of. */
void ledger_commit_or_warn(struct db *db);

/* As ledger_open() was told. */
bool ledger_is_forced(void);

/*
 * The transaction of a row.  That is not to be the first of an empty ledger
 * where something was bought before: see ledger_fill_with().
 */
void ledger_begin(struct db *db);
bool ledger_commit(struct db *db, struct failure *f)
	__attribute__((warn_unused_result));

#endif
