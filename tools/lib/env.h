/*
 * env: settings, from the environment or else from the file .env.
 *
 *	env_load_or_die();		in a tool's main; see or-die.h
 *	model = env_get("IMAGE_GEN_MODEL");
 *	if (!env_number("MAX_RETRIES", RETRY_TRIES, 1, 100, &tries, &f) ||
 *		!env_key("OPENAI_API_KEY", &key, &f))
 *		return false;
 *
 * .env stands in the working directory and is read once, by env_load(); before
 * that there is only the environment.  Where there is no .env, it has no
 * settings.  A line is
 * NAME=value or export NAME=value; blanks may stand around the =, and a value
 * may stand in single or double quotes.  # begins a comment, at a line's
 * beginning or after a blank.  Nothing in a value is expanded, and nothing is
 * escaped: a value with one kind of quotes in it stands in the other.  Of two
 * lines with one NAME the last counts.
 *
 * Any other line, or a control character in a value, is EXIT_BAD_CONFIG,
 * ".env:3: ...", and what it says isn't repeated: it may be a key.  What isn't
 * UTF-8, has a NUL, or is more than ENV_MAX bytes, is EXIT_BAD_INPUT.
 *
 * A variable of the environment that is set but empty counts as not set, and
 * hides what .env says.
 *
 * A .env that group or others may read or write is warned of, but not in a run
 * of make (where LIMN_RUN is set): there write-settings does it, once.
 */
#ifndef LIMN_ENV_H
#define LIMN_ENV_H

#include <stdbool.h>
#include <stddef.h>

struct failure;

#define ENV_FILE ".env"
#define ENV_MAX 65536    /* bytes of the file */
#define ENV_KEY_MAX 4096 /* bytes of a key */

/* Read .env; the tools whose main doesn't take a setting needn't. */
bool env_load(struct failure *f);

/* The value as it stands (blanks at its end, too), or NULL where it is not set
 * or empty.  Good until the tool ends. */
const char *env_get(const char *name);

/* A decimal number of min to max, such as 2.5; fallback where there is none or
 * only blanks.  Anything else is EXIT_BAD_CONFIG, and the message names the
 * setting. */
bool env_number(const char *name, double fallback, double min, double max,
	double *number, struct failure *f);

/*
 * A key: what stands around it trimmed, or NULL where there is none; good until
 * the tool ends.  One with
 * a blank, a control character or a letter that isn't ASCII in it, or longer
 * than ENV_KEY_MAX, is EXIT_NO_ACCESS; the message doesn't show it.
 */
bool env_key(const char *name, const char **key, struct failure *f);

/* LIMN_RUN: the name of the run of make that the tool is part of, or "".  One
 * that is too long is none. */
#define ENV_RUN_SIZE 64
const char *env_run(void);

/*
 * For write-settings: read another file (see file.h), and warn of it in a run
 * of make, too; then every line's NAME and value, in their order, both of two
 * with one NAME.
 */
bool env_open(const char *path, struct failure *f);
void env_each(void (*each)(const char *name, const char *value, size_t line,
		      void *data),
	void *data);

#endif
