/*
 * write-provenance: write how the pictures of a manifest were made.
 */
#define _GNU_SOURCE /* CLOCK_BOOTTIME */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "books/ledger.h"
#include "books/provenance.h"
#include "books/versions.h"
#include "chapter/index.h"
#include "chapter/manifest.h"
#include "chapter/prompt.h"
#include "chapter/template.h"
#include "cli.h"
#include "database/db-or-die.h"
#include "database/db.h"
#include "database/schema.h"
#include "env.h"
#include "err.h"
#include "failure.h"
#include "file.h"
#include "json.h"
#include "model/catalogue.h"
#include "model/model.h"
#include "or-die.h"
#include "paid/spent.h"

#define PATH_LENGTH_MAX 4096

enum { BEGAN = 256, EPISODE, PARTIAL };

struct request {
	const char *began; /* seconds since the machine was started, or NULL */
	const char *episode; /* its directory */
	const char *partial; /* ids separated by spaces; or NULL */
	const char *template;
	const char *database; /* or NULL */
	const char *output;
};

/* What was spent, and the version of the template. */
struct costs {
	long long version; /* 0: there is no database */
	struct ledger_sums run;
	long long total_micros; /* of the whole episode */
};

static const char usage[] =
	"usage: write-provenance --episode=DIR [OPTION ...] [MANIFEST]\n"
	"Write how the pictures of MANIFEST were made.\n"
	"\n"
	"  -o, --output=FILE       write FILE, not standard output\n"
	"      --episode=DIR       the episode's directory, outputs/EP\n"
	"  -t, --template=FILE     the template (prompts/imagegen.md)\n"
	"  -d, --database=FILE     the database, instead of $DATABASE\n"
	"      --began=SECONDS     when the run began, as in /proc/uptime\n"
	"      --partial='ID ...'  the run was for these chapters only\n"
	"      --help              print this\n"
	"      --version           print the version\n";

static double
seconds_since(const char *began)
{
	struct timespec now;
	double seconds = 0;
	char *end;

	if (!began)
		return 0;
	seconds = strtod(began, &end);
	/* strtod() would accept nan, -1 and 0x10, too */
	if (end == began || *end || began[strspn(began, "0123456789.")])
		die(EXIT_USAGE, "--began: %s is not a number of seconds",
			began);
	clock_gettime(CLOCK_BOOTTIME, &now);
	seconds = (double)now.tv_sec + (double)now.tv_nsec / 1e9 - seconds;
	/* a hundredth, as exact as /proc/uptime */
	return seconds < 0 ? 0 : (double)(long)(seconds * 100) / 100;
}

static json_t *
list_words(const char *words)
{
	json_t *list = json_array();

	for (const char *s = words; *s; s += strcspn(s, " ")) {
		s += strspn(s, " ");
		if (*s)
			json_array_append_new(list,
				json_stringn(s, strcspn(s, " ")));
	}
	return list;
}

/* Warn of models that end soon: this is the last tool of a run. */
static void
warn_of_models(const json_t *images, const char *llm)
{
	const char *image_model = provenance_image_model(images);
	struct catalogue c;
	struct failure f;

	if (!image_model && !*llm)
		return;
	if (!catalogue_open(&c, NULL, &f))
		die_of(&f);
	if (image_model)
		model_warn(&c, MODEL_IMAGE, image_model);
	if (*llm)
		model_warn(&c, MODEL_LLM, llm);
	catalogue_close(&c);
}

/* "llm" of the first prompt that a language model wrote; NULL: of none. */
static json_t *
find_llm(const char *episode)
{
	char path[PATH_LENGTH_MAX];
	json_t *llm = NULL, *prompt;
	struct failure f;
	struct index x;

	snprintf(path, sizeof path, "%s/imagegen/chapters.index", episode);
	if (!index_open(&x, path, &f))
		die_of(&f);
	while (!llm && index_next(&x)) {
		prompt = json_read_optional(index_file(&x, ".prompt.json"),
			PROMPT_FILE_MAX);
		llm = json_object_get(prompt, "llm");
		llm = json_text(llm, "model") ? json_incref(llm) : NULL;
		json_decref(prompt);
	}
	index_close(&x);
	return llm;
}

static void
count_up_files(struct costs *a, const char *workings)
{
	const char *run = env_run();
	struct ledger_sums all;
	struct failure f;

	if ((!spent_by_files(workings, NULL, &all, &f) ||
		    (*run && !spent_by_files(workings, run, &a->run, &f))) &&
		f.status != EXIT_NO_INPUT)
		die_of(&f);
	a->total_micros = all.micros;
}

/* Sum what was spent, by the ledger; without a database, by the answers that
 * the episode has now. */
static void
count_up(struct costs *a, const struct request *q, const char *id,
	const struct prompt_template *t, const char *workings)
{
	const char *run = env_run();
	struct ledger_sums all;
	struct db *db;

	*a = (struct costs){ 0 };
	if (!q->database) {
		count_up_files(a, workings);
		return;
	}
	db = schema_open_or_die(q->database);
	a->version = versions_register(db, t->name, t->hash,
		&(struct version_facts){
			q->template, t->model, t->temperature, t->max_tokens },
		0)
			     .number;
	if (*run)
		ledger_sum(db, id, run, &a->run);
	ledger_sum(db, id, NULL, &all);
	a->total_micros = all.micros;
	db_check_or_die(db);
	db_close(db);
}

static json_t *
make_provenance(const struct request *q, const json_t *manifest)
{
	const json_t *images = json_object_get(manifest, "images");
	const char *id = json_text(manifest, "episode_id");
	size_t count = json_array_size(images);
	size_t generated = provenance_generated(images);
	char workings[PATH_LENGTH_MAX];
	struct prompt_template t;
	char hash[HASH_SIZE];
	struct failure f;
	struct costs a;
	json_t *p, *llm;
	const char *llm_model;

	snprintf(workings, sizeof workings, "%s/imagegen", q->episode);
	llm = find_llm(q->episode);
	llm_model = json_text(llm, "model");
	warn_of_models(images, llm_model ? llm_model : "");
	if (!template_read(&t, q->template, &f) ||
		!provenance_inputs(q->episode, hash, &f))
		die_of(&f);
	count_up(&a, q, id, &t, workings);
	p = json_pack(
		"{s:s, s:s?, s:o, s:s, s:o, s:s, s:s?, s:o, s:s?, s:[s+], "
		"s:s, s:o, s:I, s:I, s:I, s:I, s:I, s:o, s:f}",
		"stage", "imagegen", "episode_id", id, "timestamp",
		json_time(time(NULL)), "prompt_name", t.name, "prompt_version",
		a.version ? json_integer(a.version) : json_null(),
		"prompt_hash", t.hash, "model", llm_model, "model_params",
		json_object_get(llm, "params")
			? json_incref(json_object_get(llm, "params"))
			: json_object(),
		"image_gen_model", provenance_image_model(images),
		"input_files", q->episode, "/chapters.json",
		"input_content_hash", hash, "output_files",
		provenance_outputs(q->episode, images), "input_tokens",
		(json_int_t)a.run.input_tokens, "output_tokens",
		(json_int_t)a.run.output_tokens, "image_count",
		(json_int_t)count, "generated_count", (json_int_t)generated,
		"template_count", (json_int_t)(count - generated), "cost_usd",
		json_dollars(a.run.micros), "duration_seconds",
		seconds_since(q->began));
	template_free(&t);
	json_decref(llm);
	if (!p)
		die(EXIT_BAD_INPUT, "%s: a name in it is not UTF-8",
			q->episode);
	if (q->partial) {
		json_put(p, "partial", json_true());
		json_put(p, "chapters", list_words(q->partial));
		json_put(p, "total_cost_usd", json_dollars(a.total_micros));
	}
	return p;
}

static void
check_paths(const char *path, const json_t *manifest)
{
	const json_t *image;
	size_t i;

	json_array_foreach(json_object_get(manifest, "images"), i, image)
	{
		if (!json_text(image, "file_path"))
			die(EXIT_BAD_INPUT,
				"%s: images[%zu].file_path: is not a text",
				file_name(path), i);
	}
}

/* Returns the manifest's path. */
static const char *
read_options(int argc, char **argv, struct request *q)
{
	static const struct option options[] = {
		{ "output", required_argument, NULL, 'o' },
		{ "template", required_argument, NULL, 't' },
		{ "database", required_argument, NULL, 'd' },
		{ "began", required_argument, NULL, BEGAN },
		{ "episode", required_argument, NULL, EPISODE },
		{ "partial", required_argument, NULL, PARTIAL },
		CLI_OPTIONS,
	};
	int c;

	while ((c = cli_next(argc, argv, "o:t:d:", options)) != -1)
		switch (c) {
		case 'o':
			q->output = optarg;
			break;
		case 't':
			q->template = optarg;
			break;
		case 'd':
			q->database = optarg;
			break;
		case BEGAN:
			q->began = optarg;
			break;
		case EPISODE:
			q->episode = optarg;
			break;
		case PARTIAL:
			q->partial = optarg;
			break;
		}
	env_load_or_die();
	if (!q->episode)
		die(EXIT_USAGE, "--episode=DIR is needed");
	if (!q->database)
		q->database = env_get("DATABASE");
	return cli_operand(argc, argv);
}

int
main(int argc, char **argv)
{
	struct request q = { .template = "prompts/imagegen.md" };
	const char *path;
	json_t *manifest, *p;
	struct failure f;

	cli_begin("write-provenance", usage);
	path = read_options(argc, argv, &q);
	manifest = manifest_read(path, &f);
	if (!manifest || !manifest_check(path, manifest, &f))
		die_of(&f);
	check_paths(path, manifest);
	p = make_provenance(&q, manifest);
	json_write_or_die(q.output, p);
	json_decref(p);
	json_decref(manifest);
	return cli_end();
}
