/*
 * versions: the registry of templates, prompt_versions.
 *
 * A template is identified by its name and the hash of its body.  The same body
 * is the same version.  A new body is the next version, and becomes the default
 * version of its name.  A hash in the database may lack its "sha256:".
 */
#ifndef LIMN_VERSIONS_H
#define LIMN_VERSIONS_H

struct db;

struct version {
	long long id;     /* of its row; 0: there is none */
	long long number; /* 1, 2, ... */
};

struct version versions_find(struct db *db, const char *name, const char *hash);

/* Other facts of a template, for columns that the table may have. */
struct version_facts {
	const char *path;
	const char *model;
	double temperature;
	long long max_tokens;
};

/*
 * Find a version or add it, in a transaction of its own if none is open. number
 * is the number for a new version, if it is free; 0: the next number.  A
 * version with a lower number than another doesn't become the default.  facts
 * may be NULL.
 */
struct version versions_register(struct db *db, const char *name,
	const char *hash, const struct version_facts *facts, long long number);

#endif
