/*
 * env: settings, from the environment or else from the file .env.
 *
 *	env_load_or_die();		in a tool's main; see or-die.h
 *	model = env_get("IMAGE_GEN_MODEL");
 *	if (!env_number("MAX_RETRIES", RETRY_TRIES, 1, 100, &tries, &f) ||
 *		!env_key("OPENAI_API_KEY", &key, &f))
 *		return false;
 *
 * .env is in the working directory.  env_load() reads it once; before that only
 * the environment counts.  .env may be missing.
 *
 * A line is NAME=value or export NAME=value.  There may be space around the =.
 * The value may be in single or double quotes.  # begins a comment, at the
 * beginning of a line or after a space.  Nothing in a value is expanded or
 * escaped: a value with one kind of quotes in it goes between quotes of the
 * other kind.  If a NAME occurs twice, the last line counts.
 *
 * Any other line, or a control character in a value, is EXIT_BAD_CONFIG,
 * ".env:3: ...".  The message doesn't quote the line, which may be a key.  A
 * file that isn't UTF-8, has a NUL, or is longer than ENV_MAX, is
 * EXIT_BAD_INPUT.
 *
 * A variable of the environment that is set but empty counts as not set, and
 * hides the line of .env.
 *
 * env_load() warns if group or others may read or write .env.  In a run of make
 * (LIMN_RUN is set) it doesn't: there write-settings warns, once.
 */
#ifndef LIMN_ENV_H
#define LIMN_ENV_H

#include <stdbool.h>
#include <stddef.h>

struct failure;

#define ENV_FILE ".env"
#define ENV_MAX 65536    /* bytes of the file */
#define ENV_KEY_MAX 4096 /* bytes of a key */

/* Read .env.  A tool that takes no setting needn't call this. */
bool env_load(struct failure *f);

/* The value, with the space at its ends; NULL if it is not set, or empty.  It
 * is valid until the tool ends. */
const char *env_get(const char *name);

/* A decimal number from min to max, such as 2.5; fallback if it is not set or
 * only space.  Anything else is EXIT_BAD_CONFIG. */
bool env_number(const char *name, double fallback, double min, double max,
	double *number, struct failure *f);

/*
 * A key without the space around it; NULL if it is not set.  Valid until the
 * tool ends.  A key with space, a control character or a letter that isn't
 * ASCII, or longer than ENV_KEY_MAX, is EXIT_NO_ACCESS.  The message doesn't
 * show it.
 */
bool env_key(const char *name, const char **key, struct failure *f);

/* LIMN_RUN: the name of the run of make to which the tool belongs, or "".  A
 * name of ENV_RUN_SIZE bytes or more counts as "". */
#define ENV_RUN_SIZE 64
const char *env_run(void);

/*
 * For write-settings.  env_open() reads another file (see file.h), and warns of
 * its mode in a run of make, too.  env_each() calls each() for every line, in
 * order, also if a NAME occurs twice.
 */
bool env_open(const char *path, struct failure *f);
void env_each(void (*each)(const char *name, const char *value, size_t line,
		      void *data),
	void *data);

#endif
