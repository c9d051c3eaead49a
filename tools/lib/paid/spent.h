/*
 * spent: what an episode cost by its files, for a tool that has no database.
 *
 * What is spent is the ledger's sum (books/ledger.h).  But the tools also work
 * without a database, in a pipe of a shell.  These sums are shown then.  They
 * know less than the ledger: only the answers that the episode has now, without
 * those that were replaced.  An answer that serves two chapters counts once.
 */
#ifndef LIMN_SPENT_H
#define LIMN_SPENT_H

#include <jansson.h>
#include <stdbool.h>

struct failure;
struct ledger_sums;

/*
 * As ledger_sum(), by the prompts and answers of the chapters in
 * chapters.index.  workings is outputs/EP/imagegen.  If it is not
 * there or lists no chapter, the status is EXIT_NO_INPUT, and sums is 0.
 */
bool spent_by_files(const char *workings, const char *run,
	struct ledger_sums *sums, struct failure *f);

/* By the images of a manifest: the pictures only. */
void spent_by_manifest(const json_t *manifest, struct ledger_sums *sums);

#endif
