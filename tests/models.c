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
#include "model/catalogue.h"
#include "models.h"
#include "net/http.h"

struct catalogue catalogue;
char dir[] = "/tmp/unit-models.XXXXXX";
char edited[PATH_SIZE];
char said[TEXT_MAX];

/* As http.c has it, without libcurl. */
bool
http_is_loopback(const char *url)
{
	return strstr(url, "//127.0.0.1") || strstr(url, "//localhost");
}

/* --- the catalogue */

/* The object that has the member of a path like "models/ID/sizes", and what it
 * is called there. */
static json_t *
owner(json_t *at, const char *path, char key[64])
{
	for (;;) {
		size_t n = strcspn(path, "/"), i = 0;
		const json_t *id;

		snprintf(key, 64, "%.*s", (int)n, path);
		if (json_is_array(at)) {
			do
				id = json_object_get(json_array_get(at, i++),
					"id");
			while (id && strcmp(json_string_value(id), key) != 0);
			at = json_array_get(at, i - 1);
		} else if (!path[n]) {
			return at;
		} else {
			at = json_object_get(at, key);
		}
		assert_non_null(at);
		path += n + 1;
	}
}

void
edit(const char *path, const char *text)
{
	json_t *doc = json_load_file(SHIPPED, 0, NULL);
	json_t *value = text ? json_loads(text, JSON_DECODE_ANY, NULL) : NULL;
	char key[64];
	json_t *object;

	assert_non_null(doc);
	object = owner(doc, path, key);
	if (text)
		assert_int_equal(json_object_set_new(object, key, value), 0);
	else
		assert_int_equal(json_object_del(object, key), 0);
	assert_int_equal(json_dump_file(doc, edited, 0), 0);
	json_decref(doc);
}

void
open_catalogue(const char *path)
{
	catalogue_close(&catalogue);
	assert_true(catalogue_open(&catalogue, path, NULL));
}

void
find_of(struct model *m, enum model_kind kind, const char *id,
	const char *provider, const char *base)
{
	assert_true(model_find(m, &catalogue, kind, id, provider, base, NULL));
}

void
find(struct model *m, enum model_kind kind, const char *id)
{
	/* a base of one's own: tests must hold when models have retired */
	find_of(m, kind, id, NULL, "https://gateway.example/v1");
}

const char *
size(const struct model *m, const char *s, bool is_named)
{
	const char *to;

	assert_true(model_size(m, s, is_named, &to, NULL));
	return to;
}

const char *
quality(const struct model *m, const char *s, bool is_named)
{
	const char *to;

	assert_true(model_quality(m, s, is_named, &to, NULL));
	return to;
}

long long
image_estimate(const struct model *m, const char *z, const char *q, size_t n)
{
	long long micros;

	assert_true(model_image_estimate(m, z, q, n, &micros, NULL));
	return micros;
}

long long
llm_estimate(const struct model *m, size_t bytes, long max_tokens)
{
	long long micros;

	assert_true(model_llm_estimate(m, bytes, max_tokens, &micros, NULL));
	return micros;
}

/* --- processes */

void
slurp(const char *name, char text[TEXT_MAX])
{
	char path[PATH_SIZE];
	ssize_t n;
	int fd;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	fd = open(path, O_RDONLY);
	assert_true(fd >= 0);
	n = read(fd, text, TEXT_MAX - 1);
	assert_true(n >= 0);
	text[n] = '\0';
	close(fd);
}

static void
redirect(int fd, const char *name)
{
	char path[PATH_SIZE];
	int file;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (file < 0 || dup2(file, fd) < 0)
		_exit(99);
	close(file);
}

static bool
play(const struct call *c, struct failure *f)
{
	struct catalogue edition;
	struct model m;
	const char *to;
	long long micros;

	if (!catalogue_open(&edition, c->catalogue ? c->catalogue : SHIPPED, f))
		return false;
	if (!c->id)
		return true;
	for (int i = 0; i < 2; i++)
		if (!model_find(&m, &edition, c->kind, c->id, c->provider,
			    c->base, f))
			return false;
	if ((c->size && !model_size(&m, c->size, true, &to, f)) ||
		(c->quality && !model_quality(&m, c->quality, true, &to, f)))
		return false;
	if (c->estimates && c->kind == MODEL_IMAGE)
		return model_image_estimate(&m, "1024x1024", "high", 1, &micros,
			f);
	return !c->estimates || model_llm_estimate(&m, 1, 1, &micros, f);
}

int
run(const struct call *c)
{
	struct failure f;
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		redirect(STDERR_FILENO, "err");
		if (!play(c, &f))
			die_of(&f);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	slurp("err", said);
	return WEXITSTATUS(status);
}

void
refuses(const struct call *c, const char *line)
{
	char want[TEXT_MAX];

	snprintf(want, sizeof want, "limn: %s\n", line);
	assert_int_equal(run(c), EXIT_BAD_CONFIG);
	assert_string_equal(said, want);
}

void
accepts(const struct call *c)
{
	int status = run(c);

	assert_string_equal(said, "");
	assert_int_equal(status, 0);
}

/* --- the group */

int
set_up(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	snprintf(edited, sizeof edited, "%s/models.json", dir);
	return catalogue_open(&catalogue, SHIPPED, NULL) ? 0 : -1;
}

int
clean_up(void **state)
{
	char command[PATH_SIZE];

	(void)state;
	snprintf(command, sizeof command, "rm -rf '%s'", dir);
	return system(command);
}
