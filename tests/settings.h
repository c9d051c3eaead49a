/*
 * settings: tools that ask who decides, for what is tested of settings and of
 * the remembered defaults.
 *
 *	#include "settings.h"
 *
 *	static void
 *	look(void)
 *	{
 *		open_settings(FILE_NAME);
 *		put(get("IMAGE_GEN_SIZE", NULL, NULL));
 *	}
 *
 *	static void
 *	finds_size(void **state)
 *	{
 *		(void)state;
 *		write_file("{\"IMAGE_GEN_SIZE\": \"s\"}");
 *		environment("OPENAI_API_KEY=" KEY);
 *		assert_int_equal(run(look), 0);
 *		assert_string_equal(said, "s ");
 *	}
 *
 * What a tool would do is done in a child, whose words go to a file.  It begins
 * with what the test has set by then (the environment, the options, release),
 * and changes nothing of it for the test.  The catalogue and the check of URLs
 * are stood in for.
 *
 * For cmocka's tests alone, which are linked with settings.c by mk/test.mk.
 */
#ifndef LIMN_SETTINGS_H
#define LIMN_SETTINGS_H

#include <stdbool.h>

#include "model/setting.h"

#define SAID_MAX 8192 /* bytes that one child may say, and of the file */
#define KEY "sk-canary"
#define FILE_NAME "ep/defaults.json"

/* Before and after all: into a directory of the test's own, with an empty ep/,
 * and out of it.  Both say whether it went well; clean_up() doesn't if there is
 * more left than the file. */
bool go_there(void);
bool clean_up(void);

/* All that can be remembered, in the order of the file. */
#define NAMES 7
extern const char *const names[NAMES];

/* Which limn this is: "1", and another has other defaults, such as "SIZE of 2";
 * "0" has none for the quality. */
extern const char *release;

/* --- what a tool finds */

/* Options of the tool that a child is. */
extern const char *image_option, *llm_option, *model_option, *style_option;

/* "NAME=value ..." is the environment; all else of limn's is unset. */
void environment(const char *words);

/* This text is the file; and what a file holds, "" where there is none. */
void write_file(const char *text);
const char *read_back(const char *path, char text[SAID_MAX]);

/* --- tools */

/* Run look in a child; what it said is left in said.  Returns its status. */
int run(void (*look)(void));
extern char said[SAID_MAX];

/* For children: functions of setting.h, for these settings; a failure ends the
 * child as it ends a tool. */
extern struct settings settings;
void open_settings(const char *path);
struct provider find_provider(enum model_kind kind, const char *option);
const char *get(const char *name, const char *option, bool *is_named);
void keep_settings(void);

/* For children: say this, or "-". */
void put(const char *s);

/* For run(): "value" or "value!", which is named, for all that can be asked. */
void get_all(void);

#endif
