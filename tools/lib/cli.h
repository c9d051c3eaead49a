/*
 * cli: the part of the command line that all tools share.
 *
 *	static const char usage[] =
 *		"usage: do-this [-x WORD] [-o FILE] [FILE]\n"
 *		"What it does, in a line.\n"
 *		...;
 *	static const struct option options[] = {
 *		{ "output", required_argument, NULL, 'o' },
 *		{ "exact", required_argument, NULL, 'x' },
 *		CLI_OPTIONS,
 *	};
 *	int c;
 *
 *	cli_begin("do-this", usage);
 *	while ((c = cli_next(argc, argv, "o:x:", options)) != -1)
 *		switch (c) ...
 *	path = cli_operand(argc, argv);
 *
 *	...
 *	return cli_end();
 *
 * cli_next() answers --help and --version itself (standard output, status 0),
 * keeps --progress for cli_step() and --about for log.h, and dies with
 * EXIT_USAGE at an unknown option.
 */
#ifndef LIMN_CLI_H
#define LIMN_CLI_H

#include <getopt.h>
#include <stddef.h>

enum { CLI_HELP = 0x10000, CLI_VERSION, CLI_PROGRESS, CLI_ABOUT };

/* The end of each tool's table of options. */
/* clang-format off */
#define CLI_OPTIONS                                          \
	{ "progress", required_argument, NULL, CLI_PROGRESS }, \
	{ "about", required_argument, NULL, CLI_ABOUT },       \
	{ "help", no_argument, NULL, CLI_HELP },               \
	{ "version", no_argument, NULL, CLI_VERSION },         \
	{ NULL, 0, NULL, 0 }
/* clang-format on */

/*
 * Call this first: it sets the tool's name, its help, and the time for file.h.
 * From here on a crash leaves no core dump, which might hold a key.
 */
void cli_begin(const char *name, const char *usage);

/* The next option, as getopt_long(3) returns it; -1 after the last. */
int cli_next(int argc, char **argv, const char *shorts,
	const struct option *longs);

/* The operand, or NULL if there is none.  The tool dies if there are more. */
const char *cli_operand(int argc, char **argv);

/*
 * Add a line to the log (log.h).  With --progress=INDEX, also print a line on
 * standard error, "2/8  ch02  prompt  composed": the chapter's place among the
 * ids in the file INDEX, the chapter, the stage, and what was done.  It is in
 * colour, unless NO_COLOR is set.
 */
void cli_step(const char *chapter, const char *stage, const char *what);

/* Close standard output.  Returns main's status: 0, or 74 after a message. */
int cli_end(void);

#endif
