/*
 * audit: whether the books of an episode say the same: its manifest, its
 * provenance, and the database.
 *
 *	struct audit a;
 *
 *	if (!audit_open(&a, "outputs/EP", "outputs/limn.db", &f))
 *		return false;
 *	audit_assets(&a);
 *	audit_ledger(&a);
 *	if (!audit_records(&a, &f) || !audit_provenance(&a, &f))
 *		return false;
 *	if (!audit_close(&a, &differences, &f))
 *		return false;
 *
 * Each difference is a line, at the file that is looked at: "outputs/EP/images/
 * manifest.json: ch02: size_bytes is 100, in media_assets 99".  Of each file no
 * more than CHAPTER_ERRORS_MAX are said, and then how many there are, and what
 * to do.  Nothing is changed.
 */
#ifndef LIMN_AUDIT_H
#define LIMN_AUDIT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "chapter/chapter.h"

struct db;
struct failure;

struct audit {
	const char *episode; /* its directory */
	struct db *db;
	const char *id; /* the episode's, as the manifest has it */
	json_t *manifest;
	const json_t *images; /* of the manifest */
	json_t *entries;      /* the same, by the chapters' ids */
	json_t *provenance;   /* NULL where there is none, which is said */
	struct report of_manifest, of_provenance, of_database;

	/* the module's own */
	struct buf manifest_path, provenance_path;
};

/*
 * Read the files: 66 for no manifest or no database, 65 for a manifest that is
 * none.  Both strings must live as long as a.
 */
bool audit_open(struct audit *a, const char *episode, const char *database,
	struct failure *f);

/* The manifest, and our rows of media_assets. */
void audit_assets(struct audit *a);

/* The pictures that were bought, and what the ledger has of that. */
void audit_ledger(struct audit *a);

/* The provenance, and the rows of prompt_versions, episodes, content_artifacts
 * and pipeline_runs; false: imagegen/chapters.index can't be read. */
bool audit_records(struct audit *a, struct failure *f);

/* The provenance, and the manifest and the slices; false where these
 * are missing, so it comes last. */
bool audit_provenance(struct audit *a, struct failure *f);

/* How many differences there were; false where the database failed. */
bool audit_close(struct audit *a, size_t *differences, struct failure *f);

/*
 * For the checks: say it where is, which r's file has at the path (which, of
 * which: what; NULL for the path's own), differs from should, which goes;
 * where: who has that.
 */
void audit_compare(struct report *r, const char *path, const char *what,
	const json_t *is, const char *where, json_t *should);

/* The same of money. */
void audit_compare_cost(struct report *r, const char *path, const char *what,
	const json_t *is, const char *where, long long should_micros);

/* The pictures of a manifest's list, whose paths begin in directory. */
void audit_pictures(struct report *r, const char *directory,
	const json_t *images);

/* Add what to do to the failure to read a file that make writes; returns
 * false. */
bool audit_add_remedy(struct failure *f);

/* Say how many differences there were, if any, and what to do: the remedy, and
 * " EP=ID" where id isn't NULL. */
void audit_report(const struct report *r, const char *id, const char *remedy);

/* Whether the database has the table; says so if not. */
bool audit_has(struct audit *a, const char *table);

#endif
