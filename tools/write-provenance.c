/*
 * write-provenance: how the pictures of a manifest came about.
 */
#define _GNU_SOURCE /* CLOCK_BOOTTIME */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "buf.h"
#include "chapter.h"
#include "cli.h"
#include "err.h"
#include "file.h"
#include "hash.h"
#include "index.h"
#include "json.h"
#include "model.h"
#include "spent.h"
#include "template.h"

#define MANIFEST_MAX ((size_t)256 << 20)
#define SLICE_MAX CHAPTER_INPUT_MAX
#define PATH_LENGTH_MAX 4096

enum { BEGAN = 256, EPISODE, PARTIAL, SUMMARY };

struct request {
	const char *began; /* seconds since the machine was started, or NULL */
	const char *episode; /* its directory */
	const char *partial; /* ids with a blank between, or NULL */
	const char *template;
	const char *output;
	bool summary;
};

static const char usage[] =
	"usage: write-provenance --episode=DIR [OPTION ...] [MANIFEST]\n"
	"Write how the pictures of MANIFEST came about.\n"
	"\n"
	"  -o, --output=FILE       write FILE, not standard output\n"
	"      --episode=DIR       the episode's directory, outputs/EP\n"
	"  -t, --template=FILE     the template (prompts/imagegen.md)\n"
	"      --began=SECONDS     when the run began, as in /proc/uptime\n"
	"      --partial='ID ...'  the run was for these chapters only\n"
	"      --summary           with -o: a line for people on standard output\n"
	"      --help              print this\n"
	"      --version           print the version\n";

/*
 * What the pictures depend on of chapters.json: the SHA-256 of the slices, in
 * the order of the chapters.  "cat" and "sha256sum" give the same.
 */
static void
hash_slices(const char *episode, char hex[HASH_SIZE])
{
	struct buf slice = BUF_INIT(SLICE_MAX);
	struct hash *h = hash_begin();
	char path[PATH_LENGTH_MAX];
	struct index x;

	snprintf(path, sizeof path, "%s/imagegen/chapters.index", episode);
	index_open(&x, path);
	while (index_next(&x)) {
		slice.len = 0;
		file_read(index_file(&x, ".chapter.json"), &slice);
		hash_add(h, slice.data, slice.len);
	}
	index_close(&x);
	hash_end(h, hex);
	buf_free(&slice);
}

static double
seconds_since(const char *began)
{
	struct timespec now;
	double seconds = 0;
	char *end;

	if (!began)
		return 0;
	seconds = strtod(began, &end);
	/* strtod would have nan, -1 and 0x10, too */
	if (end == began || *end || began[strspn(began, "0123456789.")])
		die(EXIT_USAGE, "--began: %s is not a number of seconds",
			began);
	clock_gettime(CLOCK_BOOTTIME, &now);
	seconds = (double)now.tv_sec + (double)now.tv_nsec / 1e9 - seconds;
	/* a hundredth, as exact as /proc/uptime */
	return seconds < 0 ? 0 : (double)(long)(seconds * 100) / 100;
}

static json_t *
read_manifest(const char *path)
{
	json_t *manifest = json_read(path, MANIFEST_MAX);
	const json_t *images = json_object_get(manifest, "images"), *image;
	const char *id = json_text(manifest, "episode_id");
	bool good = id && episode_id_is_valid(id) && json_is_array(images);
	size_t i;

	json_array_foreach(images, i, image)
	{
		good = good && json_text(image, "file_path");
	}
	if (!good)
		die(EXIT_BAD_INPUT,
			"%s: episode_id, images or a file_path in them is not "
			"as in a manifest",
			file_name(path));
	return manifest;
}

static json_t *
list_outputs(const char *episode, const json_t *images)
{
	json_t *list = json_pack("[s++]", episode, "/", "images/manifest.json");
	const json_t *image;
	size_t i;

	json_array_foreach(images, i, image)
	{
		json_array_append_new(list,
			json_pack("s++", episode, "/",
				json_text(image, "file_path")));
	}
	return list;
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

/* The pictures of drawn chapters; the others are cards. */
static size_t
count_generated(const json_t *images)
{
	const json_t *image;
	size_t i, n = 0;

	json_array_foreach(images, i, image)
	{
		const char *type = json_text(image, "visual_type");

		n += type && !chapter_type_is_card(type);
	}
	return n;
}

/* The image model that the first picture of one names. */
static const char *
find_image_model(const json_t *images)
{
	const json_t *image;
	size_t i;

	json_array_foreach(images, i, image)
	{
		if (json_text(image, "model"))
			return json_text(image, "model");
	}
	return NULL;
}

/* The last tool of a run warns for all of them. */
static void
warn_of_models(const json_t *images, const char *llm)
{
	const char *image_model = find_image_model(images);

	if (image_model)
		model_warn(MODEL_IMAGE, image_model);
	if (*llm)
		model_warn(MODEL_LLM, llm);
}

static json_t *
make_provenance(const struct request *q, const json_t *manifest)
{
	const json_t *images = json_object_get(manifest, "images");
	size_t count = json_array_size(images);
	size_t generated = count_generated(images);
	char workings[PATH_LENGTH_MAX];
	struct prompt_template t;
	char hash[HASH_SIZE];
	struct spent spent;
	json_t *p;

	snprintf(workings, sizeof workings, "%s/imagegen", q->episode);
	spent_read(&spent, workings);
	warn_of_models(images, spent.llm_model);
	template_read(&t, q->template);
	hash_slices(q->episode, hash);
	p = json_pack(
		"{s:s, s:s?, s:o, s:s, s:n, s:s, s:s?, s:o, s:s?, s:[s+], "
		"s:s, s:o, s:I, s:I, s:I, s:I, s:I, s:o, s:f}",
		"stage", "imagegen", "episode_id",
		json_text(manifest, "episode_id"), "timestamp",
		json_time(time(NULL)), "prompt_name", t.name, "prompt_version",
		"prompt_hash", t.hash, "model",
		*spent.llm_model ? spent.llm_model : NULL, "model_params",
		spent.llm_params ? json_incref(spent.llm_params)
				 : json_object(),
		"image_gen_model", find_image_model(images), "input_files",
		q->episode, "/chapters.json", "input_content_hash", hash,
		"output_files", list_outputs(q->episode, images),
		"input_tokens", (json_int_t)spent.input_tokens, "output_tokens",
		(json_int_t)spent.output_tokens, "image_count",
		(json_int_t)count, "generated_count", (json_int_t)generated,
		"template_count", (json_int_t)(count - generated), "cost_usd",
		json_dollars(spent.run_micros), "duration_seconds",
		seconds_since(q->began));
	template_free(&t);
	if (!p)
		die(EXIT_BAD_INPUT, "%s: a name in it is not UTF-8",
			q->episode);
	if (q->partial) {
		json_object_set_new(p, "partial", json_true());
		json_object_set_new(p, "chapters", list_words(q->partial));
		json_object_set_new(p, "total_cost_usd",
			json_dollars(spent.micros));
	}
	spent_end(&spent);
	return p;
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "output", required_argument, NULL, 'o' },
		{ "template", required_argument, NULL, 't' },
		{ "began", required_argument, NULL, BEGAN },
		{ "episode", required_argument, NULL, EPISODE },
		{ "partial", required_argument, NULL, PARTIAL },
		{ "summary", no_argument, NULL, SUMMARY },
		CLI_OPTIONS,
	};
	struct request q = { .template = "prompts/imagegen.md" };
	const char *path;
	json_t *manifest, *p;
	struct stat st;
	int c;

	cli_begin("write-provenance", usage);
	while ((c = cli_next(argc, argv, "o:t:", options)) != -1)
		switch (c) {
		case 'o':
			q.output = optarg;
			break;
		case 't':
			q.template = optarg;
			break;
		case BEGAN:
			q.began = optarg;
			break;
		case EPISODE:
			q.episode = optarg;
			break;
		case PARTIAL:
			q.partial = optarg;
			break;
		case SUMMARY:
			q.summary = true;
			break;
		}
	if (!q.episode)
		die(EXIT_USAGE, "--episode=DIR is needed");
	path = cli_operand(argc, argv);
	manifest = read_manifest(path);
	p = make_provenance(&q, manifest);
	json_write(q.output, p);
	/* as old as its manifest: make takes a newer one for news */
	if (q.output && path && stat(path, &st) == 0)
		file_date_at(q.output, &st.st_mtim);
	if (q.summary && q.output)
		printf("[OK] %s -> %lld/%lld images generated ($%.4f)\n",
			json_text(p, "episode_id"),
			(long long)json_integer_value(json_object_get(p,
				"generated_count")),
			(long long)json_integer_value(json_object_get(p,
				"image_count")),
			json_real_value(json_object_get(p, "cost_usd")));
	json_decref(p);
	json_decref(manifest);
	return cli_end();
}
