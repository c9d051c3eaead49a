/*
 * models: the catalogue of models as it is, and as a test has edited it, for
 * what is tested of those who read it.
 *
 *	#include <cmocka.h>
 *	#include "models.h"
 *
 *	static void
 *	refuses_a_spoilt_one(void **state)
 *	{
 *		struct call c = { .catalogue = edited, .id = "dall-e-3" };
 *
 *		(void)state;
 *		edit("models/dall-e-3/retired_on", "null");
 *		accepts(&c);
 *		edit("models/dall-e-3/wire", NULL);
 *		assert_int_equal(run(&c), EXIT_BAD_CONFIG);
 *		assert_non_null(strstr(said, "models[9].wire: is missing"));
 *	}
 *
 *	... return cmocka_run_group_tests(tests, set_up, clean_up);
 *
 * The test has read the catalogue that limn comes with.  What dies or warns is
 * done by a process of its own, with the catalogue that its call names.  No
 * test needs libcurl: http_is_loopback() is here, too.
 *
 * For cmocka's tests alone, which are linked with models.c by mk/test.mk.
 */
#ifndef LIMN_MODELS_H
#define LIMN_MODELS_H

#include <stdbool.h>

#include "model/catalogue.h"
#include "model/model.h"

#define SHIPPED "tools/models.json"
#define TEXT_MAX 65536 /* bytes that one child may say */
#define PATH_SIZE 4096

/* Before and after all: SHIPPED is read, and there is a directory. */
int set_up(void **state);
int clean_up(void **state);

/* That directory, for files of the test's own. */
extern char dir[];

/* --- the catalogue */

/* Write a copy of the catalogue, to the path edited, in which the member of a
 * path like "models/ID/sizes" is something else, or is missing. */
extern char edited[PATH_SIZE];
void edit(const char *path, const char *text);

/* SHIPPED, or what open_catalogue() read since. */
extern struct catalogue catalogue;
void open_catalogue(const char *path);

/* Functions of model.h for that catalogue, where none may fail.  find() finds
 * models that have retired, too. */
void find_of(struct model *m, enum model_kind kind, const char *id,
	const char *provider, const char *base);
void find(struct model *m, enum model_kind kind, const char *id);
const char *size(const struct model *m, const char *s, bool is_named);
const char *quality(const struct model *m, const char *s, bool is_named);
long long image_estimate(const struct model *m, const char *z, const char *q,
	size_t n);
long long llm_estimate(const struct model *m, size_t bytes, long max_tokens);

/* --- processes */

/* What a child does: read the catalogue (NULL: SHIPPED), find the model in it,
 * if there is an id, and ask it for a size, a quality, and what it costs. */
struct call {
	const char *catalogue, *id, *provider, *base;
	enum model_kind kind;
	const char *size, *quality;
	bool estimates;
};

/* What run() found that it said. */
extern char said[TEXT_MAX];

/* The status of a process that does it. */
int run(const struct call *c);

/* It is EXIT_BAD_CONFIG, with this one line. */
void refuses(const struct call *c, const char *line);

/* It does it, and says nothing. */
void accepts(const struct call *c);

/* What a file of the directory holds. */
void slurp(const char *name, char text[TEXT_MAX]);

#endif
