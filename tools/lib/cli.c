#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "buf.h"
#include "cli.h"
#include "err.h"
#include "file.h"
#include "log.h"

#ifndef LIMN_VERSION
#error "LIMN_VERSION comes from mk/build.mk"
#endif

#define INDEX_MAX (1 << 20) /* bytes; 10,000 ids of 64 bytes */

static const char *help;
static const char *progress_index;

void
cli_begin(const char *name, const char *usage)
{
	err_prog = name;
	help = usage;
	file_begin();
	opterr = 0;
	/* a core dump would hold the keys of the environment and of .env */
	prctl(PR_SET_DUMPABLE, 0);
}

_Noreturn static void
say_and_exit(const char *fmt, const char *a, const char *b)
{
	if (printf(fmt, a, b) < 0 || fflush(stdout) != 0)
		die(EXIT_IO, "standard output:");
	exit(0);
}

int
cli_next(int argc, char **argv, const char *shorts, const struct option *longs)
{
	char quiet[64];
	int at = optind ? optind : 1;
	int c;

	/* the colon tells a missing value from an unknown option */
	snprintf(quiet, sizeof quiet, ":%s", shorts);
	while ((c = getopt_long(argc, argv, quiet, longs, NULL)) ==
			CLI_PROGRESS ||
		c == CLI_ABOUT)
		if (c == CLI_ABOUT)
			log_about(optarg, NULL);
		else
			progress_index = optarg;
	if (c == CLI_HELP)
		say_and_exit("%s%s", help, "");
	if (c == CLI_VERSION)
		say_and_exit("%s (limn) %s\n", err_prog, LIMN_VERSION);
	if (c != '?' && c != ':')
		return c;
	/* within -abc getopt_long() hasn't moved to the next argument yet */
	if (c == '?' && optopt > 0 && optopt < 0x80)
		die(EXIT_USAGE, "-%c: no such option; see %s --help", optopt,
			err_prog);
	die(EXIT_USAGE, "%s: %s; see %s --help",
		argv[optind > at ? optind - 1 : at],
		c == ':' ? "its value is missing" : "no such option", err_prog);
}

const char *
cli_operand(int argc, char **argv)
{
	if (optind + 1 < argc)
		die(EXIT_USAGE, "%s: one file at a time; see %s --help",
			argv[optind + 1], err_prog);
	return argv[optind];
}

/* Find the place of id among the lines of the index, and their number. */
static bool
find_place(const char *id, size_t *place, size_t *count)
{
	struct buf b = BUF_INIT(INDEX_MAX);
	size_t n = strlen(id);

	*place = *count = 0;
	if (!file_read(progress_index, &b, NULL)) {
		buf_free(&b);
		return false;
	}
	for (char *s = b.data, *end; (end = strchr(s, '\n')); s = end + 1) {
		++*count;
		if ((size_t)(end - s) == n && memcmp(s, id, n) == 0)
			*place = *count;
	}
	buf_free(&b);
	return *place != 0;
}

void
cli_step(const char *chapter, const char *stage, const char *what)
{
	const char *plain = getenv("NO_COLOR");
	bool colour = !plain || !plain[0];
	size_t place, count;
	char line[256], mark[48] = "";
	int n;

	log_about(chapter, stage);
	log_line(err_prog, LOG_DONE, NULL, what);
	if (!progress_index)
		return;
	if (find_place(chapter, &place, &count))
		snprintf(mark, sizeof mark, "%zu/%zu", place, count);
	n = snprintf(line, sizeof line, "%s%7s%s  %s  %s  %s\n",
		colour ? "\033[2m" : "", mark, colour ? "\033[m" : "", chapter,
		stage, what);
	if (n > 0 && (size_t)n < sizeof line &&
		write(STDERR_FILENO, line, (size_t)n) != n)
		return; /* the work is done; the line isn't needed */
}

int
cli_end(void)
{
	if (fflush(stdout) != 0 || close(STDOUT_FILENO) != 0) {
		/* a shell may have closed it, because it isn't used */
		if (errno != EBADF)
			die(EXIT_IO, "standard output:");
	}
	return 0;
}
