/*
 * audit: whether an episode's manifest, its provenance and the database agree.
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
 * Each difference is an error (see err.h) that begins with the file:
 * "outputs/EP/images/manifest.json: ch02: size_bytes is 100, in media_assets
 * 99".  For each file at most CHAPTER_ERRORS_MAX are said, and then how many
 * there are, and what to do.  Nothing is changed.
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
	const char *id; /* the episode's, from the manifest */
	json_t *manifest;
	const json_t *images; /* of the manifest */
	json_t *entries;      /* the same, by chapter_id */
	json_t *provenance;   /* NULL: it is missing, which has been said */
	struct report of_manifest, of_provenance, of_database;

	/* the module's own */
	struct buf manifest_path, provenance_path;
};

/*
 * Read the files.  A missing manifest or database is EXIT_NO_INPUT, a bad
 * manifest EXIT_BAD_INPUT.  Both strings must live as long as a.
 */
bool audit_open(struct audit *a, const char *episode, const char *database,
	struct failure *f);

/* Compare the manifest with limn's rows of media_assets. */
void audit_assets(struct audit *a);

/* Compare the pictures that were bought with the ledger. */
void audit_ledger(struct audit *a);

/* Compare the provenance with the rows of prompt_versions, episodes,
 * content_artifacts and pipeline_runs.  false: imagegen/chapters.index can't be
 * read. */
bool audit_records(struct audit *a, struct failure *f);

/* Compare the provenance with the manifest and the slices.  false: a slice is
 * missing; so call this last. */
bool audit_provenance(struct audit *a, struct failure *f);

/* Count the differences, and free.  false: the database failed. */
bool audit_close(struct audit *a, size_t *differences, struct failure *f);

/*
 * For the checks: report a difference between is, the value in r's file, and
 * should, the value at where.  path and what (may be NULL) name the value.
 * should is freed.
 */
void audit_compare(struct report *r, const char *path, const char *what,
	const json_t *is, const char *where, json_t *should);

/* The same for money. */
void audit_compare_cost(struct report *r, const char *path, const char *what,
	const json_t *is, const char *where, long long should_micros);

/* Check the pictures of a manifest's list; their paths are relative to
 * directory. */
void audit_pictures(struct report *r, const char *directory,
	const json_t *images);

/* Add a remedy to the failure to read a file that make writes; returns false.
 */
bool audit_add_remedy(struct failure *f);

/* Say how many differences there were, if any, and what to do: the remedy, and
 * " EP=ID" if id isn't NULL. */
void audit_report(const struct report *r, const char *id, const char *remedy);

/* Whether the database has the table; if not, that is reported. */
bool audit_has(struct audit *a, const char *table);

#endif
