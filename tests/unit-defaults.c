/*
 * unit-defaults: how the tools read and write an episode's defaults
 * (tools/lib/model/: defaults.h, by setting.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "err.h"
#include "model/setting.h"
#include "settings.h"

#define CHILDREN 64

static char held[SAID_MAX];

/* What is in the file, without its blanks and line ends. */
static const char *
file_holds(void)
{
	char *to = held;

	read_back(FILE_NAME, held);
	for (const char *s = held; *s; s++)
		if (*s != '\n' && !(*s == ' ' && (s[1] == ' ' || s[1] == '"')))
			*to++ = *s;
	*to = '\0';
	return held;
}

/* A tool that was answered. */
static void
keep(void)
{
	open_settings(FILE_NAME);
	if (image_option)
		find_provider(MODEL_IMAGE, image_option);
	if (llm_option)
		find_provider(MODEL_LLM, llm_option);
	get("IMAGE_GEN_MODEL", model_option, NULL);
	get("IMAGE_GEN_STYLE_PREFIX", style_option, NULL);
	keep_settings();
	keep_settings();
}

/* What is kept then, silently. */
static void
assert_kept(const char *words, const char *want)
{
	environment(words);
	assert_int_equal(run(keep), 0);
	assert_string_equal(said, "");
	assert_string_equal(file_holds(), want);
}

static void
remembers(void **state)
{
	static const char all[] =
		"{\n"
		"  \"IMAGE_GEN_PROVIDER\": \"openai\",\n"
		"  \"IMAGE_GEN_MODEL\": \"MODEL of 1\",\n"
		"  \"IMAGE_GEN_SIZE\": \"SIZE of 1\",\n"
		"  \"IMAGE_GEN_QUALITY\": \"QUALITY of 1\",\n"
		"  \"IMAGE_GEN_STYLE_PREFIX\": \"STYLE_PREFIX of 1\",\n"
		"  \"LLM_PROVIDER\": \"anthropic\"\n"
		"}\n";
	static const char both[] =
		"OPENAI_API_KEY=" KEY " ANTHROPIC_API_KEY=" KEY;
	struct stat before, after;

	(void)state;
	unlink(FILE_NAME);
	environment(both);
	assert_int_equal(run(keep), 0);
	assert_string_equal(said, "");
	assert_string_equal(read_back(FILE_NAME, held), all);
	/* once; a new release and other keys change nothing, nor write it */
	release = "2";
	stat(FILE_NAME, &before);
	environment("OPENAI_API_KEY=" KEY);
	assert_int_equal(run(keep), 0);
	environment("");
	assert_int_equal(run(keep), 0);
	stat(FILE_NAME, &after);
	assert_int_equal(before.st_ino, after.st_ino);
	assert_string_equal(read_back(FILE_NAME, held), all);
	run(get_all);
	assert_string_equal(said,
		"[MODEL of 1] [SIZE of 1] [QUALITY of 1] [STYLE_PREFIX of 1] "
		"[-]");
	release = "1";
}

static void
remembers_what_was_a_default(void **state)
{
	(void)state;
	unlink(FILE_NAME);
	/* storyboards, also for money */
	assert_kept("", "");
	assert_kept("ANTHROPIC_API_KEY=" KEY, "");
	assert_kept("OPENAI_API_KEY=" KEY " IMAGE_GEN_PROVIDER=storyboard", "");
	assert_kept("OPENAI_API_KEY=" KEY " IMAGE_GEN_PROVIDER=storyboard "
		    "LLM_PROVIDER=anthropic",
		"");
	image_option = "storyboard";
	assert_kept("OPENAI_API_KEY=" KEY, "");
	llm_option = "openai";
	assert_kept("", "{\"LLM_MODEL\":\"LLM_MODEL of 1\"}");
	image_option = llm_option = NULL;
	unlink(FILE_NAME);
	/* what is named isn't, by options neither, in any order */
	model_option = "m";
	style_option = " ";
	assert_kept("OPENAI_API_KEY=" KEY " IMAGE_GEN_SIZE=s LLM_MODEL=l",
		"{\"IMAGE_GEN_PROVIDER\":\"openai\",\"IMAGE_GEN_QUALITY\":"
		"\"QUALITY of 1\",\"LLM_PROVIDER\":\"openai\"}");
	/* and later, when it is a default, is; each in its place */
	style_option = NULL;
	image_option = "openai";
	assert_kept("LLM_PROVIDER=none",
		"{\"IMAGE_GEN_PROVIDER\":\"openai\",\"IMAGE_GEN_SIZE\":"
		"\"SIZE of 1\",\"IMAGE_GEN_QUALITY\":\"QUALITY of 1\","
		"\"IMAGE_GEN_STYLE_PREFIX\":\"STYLE_PREFIX of 1\","
		"\"LLM_PROVIDER\":\"openai\"}");
	image_option = model_option = NULL;
	unlink(FILE_NAME);
	llm_option = "none";
	image_option = "openai";
	assert_kept("IMAGE_GEN_SIZE=s IMAGE_GEN_QUALITY=q "
		    "IMAGE_GEN_STYLE_PREFIX=p",
		"{\"IMAGE_GEN_MODEL\":\"MODEL of 1\"}");
	image_option = llm_option = NULL;
	unlink(FILE_NAME);
	assert_kept("IMAGE_GEN_PROVIDER=dalle3 IMAGE_GEN_SIZE=s "
		    "IMAGE_GEN_QUALITY=q IMAGE_GEN_STYLE_PREFIX=p",
		"{\"LLM_PROVIDER\":\"none\"}");
	/* what a later release put there stays */
	write_file("{\"FUTURE\": \"f\", \"LLM_PROVIDER\": \"none\"}");
	assert_kept("IMAGE_GEN_PROVIDER=openai IMAGE_GEN_SIZE=s "
		    "IMAGE_GEN_QUALITY=q IMAGE_GEN_STYLE_PREFIX=p",
		"{\"IMAGE_GEN_MODEL\":\"MODEL of 1\",\"LLM_PROVIDER\":"
		"\"none\",\"FUTURE\":\"f\"}");
	/* a bad key or LLM that only another tool uses doesn't matter here */
	unlink(FILE_NAME);
	environment("OPENAI_API_KEY=" KEY " LLM_PROVIDER=x "
		    "ANTHROPIC_API_KEY=\xff LLM_MODEL=\xff");
	assert_int_equal(run(keep), 0);
	assert_string_equal(said, "");
}

static void
open_nothing(void)
{
	open_settings(NULL);
	keep();
}

static void
open_empty(void)
{
	open_settings("");
	put(get("IMAGE_GEN_SIZE", NULL, NULL));
	put(get("NO_SUCH", NULL, NULL));
	keep_settings();
}

static void
does_without_a_file(void **state)
{
	(void)state;
	unlink(FILE_NAME);
	environment("OPENAI_API_KEY=" KEY);
	assert_int_equal(run(open_empty), 0);
	assert_string_equal(said, "SIZE of 1 - ");
	assert_int_equal(access(FILE_NAME, F_OK), -1);
	/* the directory is made */
	assert_int_equal(rmdir("ep"), 0);
	assert_int_equal(run(open_nothing), 0);
	assert_int_equal(access(FILE_NAME, F_OK), 0);
}

static void
refuses_spoilt_files(void **state)
{
	static const char *const bad[] = { "", "{", "[]", "null", "\"x\"",
		"{\"IMAGE_GEN_SIZE\": 1}", "{\"IMAGE_GEN_SIZE\": \"\"}",
		"{\"IMAGE_GEN_SIZE\": \" \"}", "{\"IMAGE_GEN_SIZE\": null}",
		"{\"IMAGE_GEN_STYLE_PREFIX\": null}",
		"{\"LLM_PROVIDER\": \"storyboard\"}",
		"{\"IMAGE_GEN_PROVIDER\": \"none\"}",
		"{\"LLM_MODEL\": \"a\", \"LLM_MODEL\": \"a\"}",
		"{\"LLM_MODEL\": \"a\\u0000b\"}", "{\"LLM_MODEL\": \"\xff\"}",
		"{} x" };

	(void)state;
	environment("OPENAI_API_KEY=" KEY);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		write_file(bad[i]);
		assert_int_equal(run(keep), EXIT_BAD_INPUT);
		assert_string_equal(said,
			"limn: ep/defaults.json: this is not what limn wrote "
			"there; delete it to begin with today's defaults\n");
		assert_string_equal(read_back(FILE_NAME, held), bad[i]);
	}
	unlink(FILE_NAME);
	assert_int_equal(mkdir(FILE_NAME, 0700), 0);
	assert_int_equal(run(keep), EXIT_BAD_INPUT);
	assert_int_equal(rmdir(FILE_NAME), 0);
}

/* Another release wrote its defaults after this tool began. */
static void
keep_late(void)
{
	open_settings(FILE_NAME);
	write_file("{\"IMAGE_GEN_SIZE\": \"first\"}");
	keep_settings();
	put(get("IMAGE_GEN_SIZE", NULL, NULL));
}

static void
lets_the_first_word_stay(void **state)
{
	(void)state;
	unlink(FILE_NAME);
	environment("OPENAI_API_KEY=" KEY);
	assert_int_equal(run(keep_late), 0);
	assert_string_equal(said, "first ");
	assert_non_null(strstr(file_holds(), "\"IMAGE_GEN_SIZE\":\"first\""));
	assert_non_null(strstr(held, "\"MODEL of 1\""));
}

/* Each of many at once names another setting, and so keeps all others. */
static void
loses_nothing(void **state)
{
	(void)state;
	for (int round = 0; round < 5; round++) {
		int gate[2], good = 0;

		unlink(FILE_NAME);
		assert_int_equal(pipe(gate), 0);
		fflush(stdout);
		for (size_t i = 0; i < CHILDREN; i++) {
			char byte;

			if (fork() != 0)
				continue;
			environment("OPENAI_API_KEY=" KEY);
			setenv(names[i % NAMES],
				i % NAMES == 0 || i % NAMES == 5 ? "openai"
								 : "x",
				1);
			open_settings(FILE_NAME);
			close(gate[1]);
			if (read(gate[0], &byte, 1) != 0)
				_exit(1);
			keep_settings();
			_exit(0);
		}
		close(gate[0]);
		close(gate[1]);
		for (int i = 0, status; i < CHILDREN; i++)
			if (wait(&status) > 0 && status == 0)
				good++;
		assert_int_equal(good, CHILDREN);
		for (size_t i = 0; i < NAMES; i++)
			assert_non_null(strstr(file_holds(), names[i]));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(remembers),
		cmocka_unit_test(remembers_what_was_a_default),
		cmocka_unit_test(does_without_a_file),
		cmocka_unit_test(refuses_spoilt_files),
		cmocka_unit_test(lets_the_first_word_stay),
		cmocka_unit_test(loses_nothing),
	};
	int failed;

	if (!go_there())
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	return clean_up() ? failed : 1;
}
