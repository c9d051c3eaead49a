/*
 * options: the command line of report-cost, and the database that it names.
 *
 *	struct options o;
 *
 *	if (!options_read(&o, argc, argv, &f) || !options_open(&o, &f))
 *		...
 *	q = db_query(o.db, "SELECT ... WHERE ?1 IS NULL OR episode_id"
 *		" IN (SELECT value FROM json_each(?1))", "s", o.episodes);
 *	options_close(&o);
 */
#ifndef LIMN_OPTIONS_H
#define LIMN_OPTIONS_H

#include <stdbool.h>

struct db;
struct failure;

struct options {
	const char *path; /* of the database */
	const char *outputs;
	char **ids;     /* of episodes, ended by NULL; none: all */
	bool is_one;    /* just one is named */
	bool purchases; /* list them, rather than sums */
	bool json;

	struct db *db;  /* to read; NULL: there is none, or an empty one */
	char *episodes; /* the ids as a JSON list; NULL: all */
};

/* DATABASE and OUTPUTS_DIR are asked for what the command line doesn't say.  A
 * word that is no episode's id is EXIT_USAGE. */
bool options_read(struct options *o, int argc, char **argv, struct failure *f);

/* An episode of which neither the database nor the outputs know is
 * EXIT_NO_INPUT. */
bool options_open(struct options *o, struct failure *f);

/* Say on standard output, for people, that there are no purchases, or not even
 * a file. */
bool options_report_none(const struct options *o, struct failure *f);

void options_close(struct options *o);

#endif
