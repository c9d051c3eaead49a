/*
 * versions: the registry of templates, prompt_versions.
 *
 * A template is known by its name and the hash of its body: the same body is
 * the same version; a new one is the next version, and becomes the default of
 * its name, of which there is one.  A hash in the database may lack its
 * "sha256:".
 */
#ifndef LIMN_VERSIONS_H
#define LIMN_VERSIONS_H

struct db;

struct version {
	long long id;     /* its row; 0: it isn't there */
	long long number; /* 1, 2, ... */
};

struct version versions_find(struct db *db, const char *name, const char *hash);

/* What a template says besides, for the columns that the table may have. */
struct version_facts {
	const char *path;
	const char *model;
	double temperature;
	long long max_tokens;
};

/*
 * Find it, or make it, in a transaction of its own if none is open.  number is
 * what a new one is to be, where that is free; 0: the next.  One that is to
 * come before others is not the default.  facts may be NULL.
 */
struct version versions_register(struct db *db, const char *name,
	const char *hash, const struct version_facts *facts, long long number);

#endif
