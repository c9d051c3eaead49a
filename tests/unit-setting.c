/*
 * unit-setting: who decides (tools/lib/model/setting.h), in TAP.  What a tool
 * would do is done in a child, whose words go to a file.  The catalogue and the
 * check of URLs are stood in for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "env.h"
#include "err.h"
#include "http.h"
#include "setting.h"

#define SAID_MAX 8192 /* bytes that one child may say, and of the file */
#define KEY "sk-canary"
#define FILE_NAME "ep/defaults.json"
#define CHILDREN 64

static char dir[] = "/tmp/unit-setting.XXXXXX";
static char said[SAID_MAX], held[SAID_MAX];
static const char *release = "1"; /* which has other defaults */

static const char *const names[] = { "IMAGE_GEN_PROVIDER", "IMAGE_GEN_MODEL",
	"IMAGE_GEN_SIZE", "IMAGE_GEN_QUALITY", "IMAGE_GEN_STYLE_PREFIX",
	"LLM_PROVIDER", "LLM_MODEL" };
#define NAMES (sizeof names / sizeof *names)

const char *
model_default(const char *setting)
{
	static char texts[NAMES][64];
	size_t i = 0, prefix = strlen("IMAGE_GEN_");

	if (strcmp(setting, "IMAGE_GEN_QUALITY") == 0 && *release == '0')
		return NULL;
	while (strcmp(names[i], setting) != 0)
		i++;
	if (strcmp(setting, "LLM_MODEL") == 0)
		prefix = 0;
	snprintf(texts[i], sizeof texts[i], "%s of %s", setting + prefix,
		release);
	return texts[i];
}

bool
http_is_loopback(const char *url)
{
	return strncmp(url, "http://127.", 11) == 0;
}

void
http_check_base(const char *setting, const char *url)
{
	if (strncmp(url, "http", 4) != 0)
		die(EXIT_BAD_CONFIG, "%s: is no URL", setting);
}

/* "NAME=value ..." is the environment; all else of limn's is unset. */
static void
environment(const char *words)
{
	static const char *const others[] = { "OPENAI_API_KEY",
		"ANTHROPIC_API_KEY", "OPENAI_BASE_URL", "ANTHROPIC_BASE_URL",
		"LLM_BASE_URL", "LIMN_RUN", "LIMN_ERRORS" };
	char copy[512], *state = NULL;

	for (size_t i = 0; i < NAMES; i++)
		unsetenv(names[i]);
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		unsetenv(others[i]);
	snprintf(copy, sizeof copy, "%s", words);
	for (char *s = strtok_r(copy, " ", &state); s;
		s = strtok_r(NULL, " ", &state)) {
		char *value = strchr(s, '=');

		*value++ = '\0';
		setenv(s, value, 1);
	}
}

static void
write_file(const char *text)
{
	int fd = open(FILE_NAME, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static const char *
read_back(const char *path, char text[SAID_MAX])
{
	int fd = open(path, O_RDONLY);
	ssize_t n = fd >= 0 ? read(fd, text, SAID_MAX - 1) : 0;

	assert_true(n >= 0);
	text[n] = '\0';
	if (fd >= 0)
		close(fd);
	return text;
}

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

/* Run look in a child; what it said is left in said.  Returns its status. */
static int
run(void (*look)(void))
{
	int fd = open("said", O_RDWR | O_CREAT | O_TRUNC, 0600), status;
	pid_t child;

	assert_true(fd >= 0);
	fflush(stdout);
	child = fork();
	if (child == 0) {
		dup2(fd, STDERR_FILENO);
		look();
		exit(0);
	}
	close(fd);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	read_back("said", said);
	return WEXITSTATUS(status);
}

static void
put(const char *s)
{
	dprintf(STDERR_FILENO, "%s ", s ? s : "-");
}

/* Options of the tool that a child is. */
static const char *image_option, *llm_option, *model_option, *style_option;

/* name base own_base key key_name */
static void
put_provider(enum model_kind kind, const char *option)
{
	struct provider p;

	setting_provider(&p, kind, option);
	put(p.name);
	put(p.base);
	put(p.own_base);
	put(p.key);
	put(p.key_name);
	dprintf(STDERR_FILENO, "\n");
}

static void
look_at_image(void)
{
	setting_open(FILE_NAME);
	put_provider(MODEL_IMAGE, image_option);
}

static void
look_at_llm(void)
{
	setting_open(FILE_NAME);
	put_provider(MODEL_LLM, llm_option);
}

#define OPENAI "openai https://api.openai.com/v1 - "
#define ANTHROPIC "anthropic https://api.anthropic.com - "
#define OK KEY " OPENAI_API_KEY \n"
#define OA KEY " ANTHROPIC_API_KEY \n"
#define NO_OK "- OPENAI_API_KEY \n"
#define NO_OA "- ANTHROPIC_API_KEY \n"
#define FREE(name) name " - - - - \n"

static void
finds_image_provider(void **state)
{
	static const struct {
		const char *file, *environment, *option, *want;
	} cases[] = {
		{ "", "", NULL, FREE("storyboard") },
		{ "", "OPENAI_API_KEY=", NULL, FREE("storyboard") },
		{ "", "OPENAI_API_KEY=\t", NULL, FREE("storyboard") },
		{ "", "ANTHROPIC_API_KEY=" KEY, NULL, FREE("storyboard") },
		{ "", "OPENAI_API_KEY=" KEY, NULL, OPENAI OK },
		{ "", "OPENAI_API_KEY=" KEY " IMAGE_GEN_PROVIDER=storyboard",
			NULL, FREE("storyboard") },
		{ "", "IMAGE_GEN_PROVIDER=openai", NULL, OPENAI NO_OK },
		{ "", "IMAGE_GEN_PROVIDER=\topenai\t", NULL, OPENAI NO_OK },
		{ "", "IMAGE_GEN_PROVIDER=\t", NULL, FREE("storyboard") },
		{ "", "IMAGE_GEN_PROVIDER=openai", "storyboard",
			FREE("storyboard") },
		{ "", "IMAGE_GEN_PROVIDER=openai", "", OPENAI NO_OK },
		{ "", "IMAGE_GEN_PROVIDER=dalle3", NULL,
			"openai https://api.openai.com/v1 "
			"https://api.openai.com/v1 " NO_OK },
		{ "{\"IMAGE_GEN_PROVIDER\": \"openai\"}", "", NULL,
			OPENAI NO_OK },
		{ "{\"IMAGE_GEN_PROVIDER\": \"openai\"}",
			"IMAGE_GEN_PROVIDER=storyboard", NULL,
			FREE("storyboard") },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		unlink(FILE_NAME);
		if (*cases[i].file)
			write_file(cases[i].file);
		environment(cases[i].environment);
		image_option = cases[i].option;
		assert_int_equal(run(look_at_image), 0);
		assert_string_equal(said, cases[i].want);
	}
	image_option = NULL;
}

static void
ask_again(void)
{
	put_provider(MODEL_IMAGE, image_option);
	put_provider(MODEL_IMAGE, NULL);
	put_provider(MODEL_IMAGE, "openai");
	put(setting_get("IMAGE_GEN_MODEL", NULL, NULL));
}

static void
answers_the_same(void **state)
{
	static const char line[] = "openai https://api.openai.com/v1 "
				   "https://api.openai.com/v1 " NO_OK;
	char want[512];

	(void)state;
	snprintf(want, sizeof want, "%s%s%sdall-e-3 ", line, line, line);
	environment("IMAGE_GEN_PROVIDER=dalle3");
	assert_int_equal(run(ask_again), 0);
	assert_string_equal(said, want);
	environment("IMAGE_GEN_PROVIDER=storyboard");
	image_option = "dalle3";
	run(ask_again);
	assert_string_equal(said, want);
	image_option = "storyboard";
	run(ask_again);
	assert_string_equal(said,
		FREE("storyboard") FREE("storyboard") OPENAI NO_OK
		"MODEL of 1 ");
	image_option = NULL;
}

static void
finds_llm_provider(void **state)
{
	static const char both[] =
		"OPENAI_API_KEY=" KEY " ANTHROPIC_API_KEY=" KEY;
	static const struct {
		const char *file, *environment, *option, *want;
	} cases[] = {
		{ "", "", NULL, FREE("none") },
		{ "", "ANTHROPIC_API_KEY=" KEY, NULL, FREE("none") },
		{ "", both, NULL, ANTHROPIC OA },
		{ "", both, "openai", OPENAI OK },
		{ "", "OPENAI_API_KEY=" KEY " ANTHROPIC_API_KEY=", NULL,
			OPENAI OK },
		{ "", "IMAGE_GEN_PROVIDER=openai", NULL, FREE("none") },
		{ "", "IMAGE_GEN_PROVIDER=dalle3 ANTHROPIC_API_KEY=" KEY, NULL,
			ANTHROPIC OA },
		{ "", "LLM_PROVIDER=anthropic", NULL, ANTHROPIC NO_OA },
		{ "", "LLM_PROVIDER=none OPENAI_API_KEY=" KEY, NULL,
			FREE("none") },
		/* as it was begun, whatever keys there are today */
		{ "{\"IMAGE_GEN_PROVIDER\":\"openai\","
		  "\"LLM_PROVIDER\":\"anthropic\"}",
			"OPENAI_API_KEY=" KEY, NULL, ANTHROPIC NO_OA },
		{ "{\"IMAGE_GEN_PROVIDER\":\"openai\","
		  "\"LLM_PROVIDER\":\"openai\"}",
			both, NULL, OPENAI OK },
		{ "{\"IMAGE_GEN_PROVIDER\":\"openai\","
		  "\"LLM_PROVIDER\":\"none\"}",
			both, NULL, FREE("none") },
		/* storyboards are free, however the episode was begun */
		{ "{\"IMAGE_GEN_PROVIDER\":\"openai\","
		  "\"LLM_PROVIDER\":\"openai\"}",
			"IMAGE_GEN_PROVIDER=storyboard OPENAI_API_KEY=" KEY,
			NULL, FREE("none") },
		{ "{\"LLM_PROVIDER\":\"openai\"}", "", NULL, FREE("none") },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		unlink(FILE_NAME);
		if (*cases[i].file)
			write_file(cases[i].file);
		environment(cases[i].environment);
		llm_option = cases[i].option;
		assert_int_equal(run(look_at_llm), 0);
		assert_string_equal(said, cases[i].want);
	}
	llm_option = NULL;
}

static void
refuses_unknown_providers(void **state)
{
	(void)state;
	unlink(FILE_NAME);
	environment("IMAGE_GEN_PROVIDER=" KEY);
	assert_int_equal(run(look_at_image), EXIT_BAD_CONFIG);
	assert_string_equal(said,
		"limn: IMAGE_GEN_PROVIDER: there is no such provider; use "
		"openai, dalle3 or storyboard\n");
	environment("LLM_PROVIDER=dalle3");
	assert_int_equal(run(look_at_llm), EXIT_BAD_CONFIG);
	assert_string_equal(said,
		"limn: LLM_PROVIDER: there is no such provider; use openai, "
		"anthropic or none\n");
	/* which of two keys is bad is no matter where it isn't used */
	environment("OPENAI_API_KEY=" KEY " ANTHROPIC_API_KEY=ş");
	assert_int_equal(run(look_at_image), 0);
	assert_int_equal(run(look_at_llm), EXIT_NO_ACCESS);
}

static void
finds_bases(void **state)
{
	static const struct {
		const char *environment, *want;
		int status;
	} cases[] = {
		{ "OPENAI_BASE_URL=http://h/v1//", "http://h/v1 http://h/v1 ",
			0 },
		{ "OPENAI_BASE_URL=", OPENAI + 7, 0 },
		{ "OPENAI_BASE_URL=\t", OPENAI + 7, 0 },
		/* the vendor's own is nobody's own */
		{ "OPENAI_BASE_URL=https://api.openai.com/v1/", OPENAI + 7, 0 },
		{ "LLM_BASE_URL=http://l", "http://l http://l ", 0 },
		{ "LLM_BASE_URL=http://l OPENAI_BASE_URL=http://h",
			"http://l http://l ", 0 },
		{ "LLM_BASE_URL= OPENAI_BASE_URL=http://h",
			"http://h http://h ", 0 },
		{ "LLM_BASE_URL=x OPENAI_BASE_URL=http://h",
			"limn: LLM_BASE_URL: is no URL\n", EXIT_BAD_CONFIG },
		{ "OPENAI_BASE_URL=////", "limn: OPENAI_BASE_URL: is no URL\n",
			EXIT_BAD_CONFIG },
		{ "OPENAI_BASE_URL=http://h/\xff",
			"limn: OPENAI_BASE_URL: this is not UTF-8\n",
			EXIT_BAD_CONFIG },
	};
	char text[256];

	(void)state;
	unlink(FILE_NAME);
	llm_option = "openai";
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		environment(cases[i].environment);
		assert_int_equal(run(look_at_llm), cases[i].status);
		snprintf(text, sizeof text, "%s%s%s",
			cases[i].status ? "" : "openai ", cases[i].want,
			cases[i].status ? "" : NO_OK);
		assert_string_equal(said, text);
	}
	llm_option = "anthropic";
	environment("ANTHROPIC_BASE_URL=http://h/v1/ "
		    "OPENAI_BASE_URL=http://o");
	run(look_at_llm);
	assert_string_equal(said, "anthropic http://h http://h " NO_OA);
	environment("LLM_BASE_URL=http://h//v1");
	run(look_at_llm);
	assert_string_equal(said, "anthropic http://h http://h " NO_OA);
	environment("ANTHROPIC_BASE_URL=https://api.anthropic.com/v1");
	run(look_at_llm);
	assert_string_equal(said, ANTHROPIC NO_OA);
	llm_option = NULL;
	/* a picture doesn't come from the LLM's */
	environment("LLM_BASE_URL=http://l IMAGE_GEN_PROVIDER=openai");
	run(look_at_image);
	assert_string_equal(said, OPENAI NO_OK);
}

static void
need_keys(void)
{
	struct provider p;

	setting_provider(&p, MODEL_LLM, llm_option);
	setting_need_key(&p);
	setting_provider(&p, MODEL_IMAGE, image_option);
	setting_need_key(&p);
}

static void
needs_keys(void **state)
{
	(void)state;
	environment("");
	assert_int_equal(run(need_keys), 0);
	environment("LLM_PROVIDER=anthropic");
	assert_int_equal(run(need_keys), EXIT_NO_ACCESS);
	assert_string_equal(said,
		"limn: ANTHROPIC_API_KEY is not set; put it into the "
		"environment or .env, or set LLM_PROVIDER=none for prompts in "
		"the chapters' words, which are free\n");
	environment("IMAGE_GEN_PROVIDER=openai");
	assert_int_equal(run(need_keys), EXIT_NO_ACCESS);
	assert_string_equal(said,
		"limn: OPENAI_API_KEY is not set; put it into the environment "
		"or .env, or set IMAGE_GEN_PROVIDER=storyboard for drawings, "
		"which are free\n");
	environment("IMAGE_GEN_PROVIDER=openai OPENAI_API_KEY=" KEY);
	assert_int_equal(run(need_keys), 0);
	environment(
		"IMAGE_GEN_PROVIDER=openai OPENAI_BASE_URL=http://127.0.0.1:1");
	assert_int_equal(run(need_keys), 0);
	environment("IMAGE_GEN_PROVIDER=openai OPENAI_BASE_URL=http://h");
	assert_int_equal(run(need_keys), EXIT_NO_ACCESS);
}

/* "value" or "value!", which is named, for all that can be asked. */
static void
get_all(void)
{
	struct provider p;

	setting_open(FILE_NAME);
	if (image_option)
		setting_provider(&p, MODEL_IMAGE, image_option);
	for (size_t i = 1; i < NAMES; i++) {
		const char *option = i == 1 ? model_option
			: i == 4            ? style_option
					    : NULL;
		bool is_named = true;
		const char *value;

		if (strcmp(names[i], "LLM_PROVIDER") == 0)
			continue;
		value = setting_get(names[i], option, &is_named);
		dprintf(STDERR_FILENO, "%s[%s]%s", i == 1 ? "" : " ",
			value ? value : "-", is_named ? "!" : "");
	}
}

static void
finds_values(void **state)
{
	(void)state;
	unlink(FILE_NAME);
	environment("");
	assert_int_equal(run(get_all), 0);
	assert_string_equal(said,
		"[MODEL of 1] [SIZE of 1] [QUALITY of 1] [STYLE_PREFIX of 1] "
		"[-]");
	release = "0";
	run(get_all);
	assert_non_null(strstr(said, "[SIZE of 0] [-] "));
	/* remembered */
	write_file("{\"IMAGE_GEN_QUALITY\": \"q\", \"LLM_MODEL\": \"l\", "
		   "\"IMAGE_GEN_STYLE_PREFIX\": \"\", \"FUTURE\":\"f\"}");
	release = "1";
	run(get_all);
	assert_string_equal(said, "[MODEL of 1] [SIZE of 1] [q] [] [-]");
	/* the template decides what Anthropic's model is, not limn */
	environment("LLM_PROVIDER=anthropic");
	run(get_all);
	assert_non_null(strstr(said, "[] [-]"));
	environment("LLM_PROVIDER=openai");
	run(get_all);
	assert_non_null(strstr(said, "[] [l]"));
	unlink(FILE_NAME);
	run(get_all);
	assert_non_null(strstr(said, " [LLM_MODEL of 1]"));
	/* named */
	write_file("{\"IMAGE_GEN_QUALITY\": \"q\"}");
	environment("IMAGE_GEN_MODEL=\tm\t IMAGE_GEN_SIZE=\t "
		    "IMAGE_GEN_QUALITY=n IMAGE_GEN_STYLE_PREFIX=\ts\t "
		    "LLM_MODEL=x");
	run(get_all);
	assert_string_equal(said, "[m]! [SIZE of 1] [n]! [\ts\t]! [x]!");
	model_option = " o ";
	style_option = " t ";
	run(get_all);
	assert_string_equal(said, "[o]! [SIZE of 1] [n]! [ t ]! [x]!");
	model_option = style_option = "  ";
	run(get_all);
	assert_string_equal(said, "[m]! [SIZE of 1] [n]! []! [x]!");
	model_option = style_option = "";
	environment("IMAGE_GEN_STYLE_PREFIX=\t");
	run(get_all);
	assert_string_equal(said, "[MODEL of 1] [SIZE of 1] [q] []! [-]");
	model_option = style_option = NULL;
	environment("IMAGE_GEN_SIZE=\xc3");
	assert_int_equal(run(get_all), EXIT_BAD_CONFIG);
	assert_non_null(strstr(said,
		"limn: IMAGE_GEN_SIZE: this is not UTF-8\n"));
	/* the provider of old names a model, too */
	write_file("{\"IMAGE_GEN_MODEL\": \"r\"}");
	environment("IMAGE_GEN_PROVIDER=dalle3");
	run(get_all);
	assert_ptr_equal(strstr(said, "[dall-e-3]! [SIZE of 1] "), said);
	environment("IMAGE_GEN_PROVIDER=openai");
	image_option = "dalle3";
	run(get_all);
	assert_ptr_equal(strstr(said, "[dall-e-3]! "), said);
	image_option = NULL;
	environment("IMAGE_GEN_PROVIDER=dalle3 IMAGE_GEN_MODEL=m");
	run(get_all);
	assert_ptr_equal(strstr(said, "[m]! "), said);
}

/* A tool that was answered. */
static void
keep(void)
{
	struct provider p;

	setting_open(FILE_NAME);
	if (image_option)
		setting_provider(&p, MODEL_IMAGE, image_option);
	if (llm_option)
		setting_provider(&p, MODEL_LLM, llm_option);
	setting_get("IMAGE_GEN_MODEL", model_option, NULL);
	setting_get("IMAGE_GEN_STYLE_PREFIX", style_option, NULL);
	setting_keep();
	setting_keep();
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
	/* a bad key or LLM that another tool would mind is no matter here */
	unlink(FILE_NAME);
	environment("OPENAI_API_KEY=" KEY " LLM_PROVIDER=x "
		    "ANTHROPIC_API_KEY=\xff LLM_MODEL=\xff");
	assert_int_equal(run(keep), 0);
	assert_string_equal(said, "");
}

static void
open_nothing(void)
{
	setting_open(NULL);
	keep();
}

static void
open_empty(void)
{
	setting_open("");
	put(setting_get("IMAGE_GEN_SIZE", NULL, NULL));
	put(setting_get("NO_SUCH", NULL, NULL));
	setting_keep();
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
			setting_open(FILE_NAME);
			close(gate[1]);
			if (read(gate[0], &byte, 1) != 0)
				_exit(1);
			setting_keep();
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
		cmocka_unit_test(finds_image_provider),
		cmocka_unit_test(answers_the_same),
		cmocka_unit_test(finds_llm_provider),
		cmocka_unit_test(refuses_unknown_providers),
		cmocka_unit_test(finds_bases),
		cmocka_unit_test(needs_keys),
		cmocka_unit_test(finds_values),
		cmocka_unit_test(remembers),
		cmocka_unit_test(remembers_what_was_a_default),
		cmocka_unit_test(does_without_a_file),
		cmocka_unit_test(refuses_spoilt_files),
		cmocka_unit_test(loses_nothing),
	};
	int failed;

	if (!mkdtemp(dir) || chdir(dir) != 0 || mkdir("ep", 0700) != 0)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(FILE_NAME);
	unlink("said");
	if (rmdir("ep") != 0 || chdir("/") != 0 || rmdir(dir) != 0)
		return 1;
	return failed;
}
