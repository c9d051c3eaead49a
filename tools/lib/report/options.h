/*
 * options: the command line of the tools that look into the books:
 * [-d DATABASE] [--outputs=DIR] [--json] [EPISODE ...]
 *
 *	struct options w;
 *
 *	cli_begin("report-this", usage);
 *	options_read(&w, argc, argv);
 *	if (w.db && ...)
 *		q = db_query(w.db, "SELECT ... WHERE ?1 IS NULL OR episode_id"
 *			" IN (SELECT value FROM json_each(?1))", "s",
 *			w.episodes);
 *	else
 *		options_report_none(&w);
 *	options_close(&w);
 */
#ifndef LIMN_OPTIONS_H
#define LIMN_OPTIONS_H

#include <stdbool.h>

struct db;

struct options {
	struct db *db;    /* to read; NULL: there is none, or an empty one */
	const char *path; /* of its file */
	const char *outputs;
	char *episodes; /* a JSON list; NULL: all */
	bool is_one;    /* just one is named */
	bool json;
};

/*
 * DATABASE and OUTPUTS_DIR are asked for what the command line doesn't say.
 * What is no episode's id is EXIT_USAGE; an episode of which neither the
 * database nor the outputs know is EXIT_NO_INPUT.
 */
void options_read(struct options *w, int argc, char **argv);

/* Say on standard output, for people, that there are no purchases, or not even
 * a file. */
void options_report_none(const struct options *w);

void options_close(struct options *w);

#endif
