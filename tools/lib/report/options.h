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

/* Read the command line; options that are not given come from DATABASE and
 * OUTPUTS_DIR.  An operand that is not the id of an episode is EXIT_USAGE. */
bool options_read(struct options *o, int argc, char **argv, struct failure *f);

/* Open the database.  An episode that is neither in the database nor in outputs
 * is EXIT_NO_INPUT. */
bool options_open(struct options *o, struct failure *f);

/* Print that there are no purchases, or no database. */
bool options_report_none(const struct options *o, struct failure *f);

void options_close(struct options *o);

#endif
