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

#include "err.h"
#include "failure.h"
#include "model/setting.h"
#include "net/http.h"
#include "settings.h"

struct settings settings;
char said[SAID_MAX];
const char *release = "1";
const char *image_option, *llm_option, *model_option, *style_option;

const char *const names[NAMES] = { "IMAGE_GEN_PROVIDER", "IMAGE_GEN_MODEL",
	"IMAGE_GEN_SIZE", "IMAGE_GEN_QUALITY", "IMAGE_GEN_STYLE_PREFIX",
	"LLM_PROVIDER", "LLM_MODEL" };

static char dir[] = "/tmp/unit-settings.XXXXXX";

/* --- stand-ins */

bool
catalogue_open(struct catalogue *c, const char *path, struct failure *f)
{
	(void)path;
	(void)f;
	c->document = json_object();
	return true;
}

void
catalogue_close(struct catalogue *c)
{
	json_decref(c->document);
}

bool
model_find(struct model *m, struct catalogue *c, enum model_kind kind,
	const char *id, const char *provider, const char *base_url,
	struct failure *f)
{
	*m = (struct model){ .catalogue = c, .kind = kind, .id = id };
	(void)provider;
	(void)base_url;
	(void)f;
	return true;
}

const char *
model_default(const struct catalogue *c, const char *setting)
{
	static char texts[NAMES][64];
	size_t i = 0, prefix = strlen("IMAGE_GEN_");

	(void)c;
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

bool
http_base_is_valid(const char *setting, const char *url, struct failure *f)
{
	return strncmp(url, "http", 4) == 0 ||
		failure_set(f, EXIT_BAD_CONFIG, "%s: is no URL", setting);
}

/* --- what a tool finds */

void
environment(const char *words)
{
	static const char *const others[] = { "OPENAI_API_KEY",
		"ANTHROPIC_API_KEY", "OPENAI_BASE_URL", "ANTHROPIC_BASE_URL",
		"LLM_BASE_URL", "LIMN_RUN", "LIMN_LOG" };
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

void
write_file(const char *text)
{
	int fd = open(FILE_NAME, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

const char *
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

/* --- tools */

int
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

void
put(const char *s)
{
	dprintf(STDERR_FILENO, "%s ", s ? s : "-");
}

void
open_settings(const char *path)
{
	struct failure f;

	if (!setting_open(&settings, path, &f))
		die_of(&f);
}

struct provider
find_provider(enum model_kind kind, const char *option)
{
	struct provider p;
	struct failure f;

	if (!setting_provider(&p, &settings, kind, option, &f))
		die_of(&f);
	return p;
}

const char *
get(const char *name, const char *option, bool *is_named)
{
	const char *value;
	struct failure f;

	if (!setting_get(&settings, name, option, &value, is_named, &f))
		die_of(&f);
	return value;
}

void
keep_settings(void)
{
	struct failure f;

	if (!setting_keep(&settings, &f))
		die_of(&f);
}

void
get_all(void)
{
	open_settings(FILE_NAME);
	if (image_option)
		find_provider(MODEL_IMAGE, image_option);
	for (size_t i = 1; i < NAMES; i++) {
		const char *option = i == 1 ? model_option
			: i == 4            ? style_option
					    : NULL;
		bool is_named = true;
		const char *value;

		if (strcmp(names[i], "LLM_PROVIDER") == 0)
			continue;
		value = get(names[i], option, &is_named);
		dprintf(STDERR_FILENO, "%s[%s]%s", i == 1 ? "" : " ",
			value ? value : "-", is_named ? "!" : "");
	}
}

/* --- the group */

bool
go_there(void)
{
	return mkdtemp(dir) && chdir(dir) == 0 && mkdir("ep", 0700) == 0;
}

bool
clean_up(void)
{
	unlink(FILE_NAME);
	unlink("said");
	return rmdir("ep") == 0 && chdir("/") == 0 && rmdir(dir) == 0;
}
