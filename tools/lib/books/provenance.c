#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "books/provenance.h"
#include "buf.h"
#include "chapter/chapter.h"
#include "chapter/index.h"
#include "chapter/manifest.h"
#include "err.h"
#include "failure.h"
#include "file.h"
#include "json.h"

#define PATH_LENGTH_MAX 4096

/* The largest values that a provenance may have. */
#define TOKENS_MAX 1e15
#define DOLLARS_MAX 1e6 /* as in json.c */
#define SECONDS_MAX 1e9
#define VERSION_MAX 1e9

/* A number that is missing or null counts as 0. */
static void
check_number(struct report *r, const json_t *p, const char *key, double max,
	bool is_whole)
{
	const json_t *value = json_object_get(p, key);
	double n = json_number_value(value);

	if (!value || json_is_null(value))
		return;
	if (!json_is_number(value) || (is_whole && !json_is_integer(value)))
		report_problem(r, key, "must be a %snumber",
			is_whole ? "whole " : "");
	else if (!(n >= 0 && n <= max))
		report_problem(r, key, "must be 0 to %.0f", max);
}

bool
provenance_check(const char *path, const json_t *p, const char *id)
{
	struct report r = { .file = file_name(path) };
	const char *episode = report_text(&r, p, "episode_id", "episode_id");
	const json_t *model = json_object_get(p, "model");
	const char *hash;
	time_t ended;

	if (episode && strcmp(episode, id) != 0)
		report_problem(&r, "episode_id", "is %.80s, not %s", episode,
			id);
	if (r.count)
		return false;
	report_text(&r, p, "prompt_name", "prompt_name");
	hash = report_text(&r, p, "prompt_hash", "prompt_hash");
	if (hash && !hash_digits(hash))
		report_problem(&r, "prompt_hash", "\"%.80s\" is not a hash",
			hash);
	if (model && !json_is_null(model))
		report_text(&r, p, "model", "model");
	if (!json_parse_time(json_text(p, "timestamp"), &ended))
		report_problem(&r, "timestamp",
			"must be a time, as 2026-02-28T10:30:00Z");
	check_number(&r, p, "prompt_version", VERSION_MAX, true);
	check_number(&r, p, "input_tokens", TOKENS_MAX, true);
	check_number(&r, p, "output_tokens", TOKENS_MAX, true);
	check_number(&r, p, "cost_usd", DOLLARS_MAX, false);
	check_number(&r, p, "total_cost_usd", DOLLARS_MAX, false);
	check_number(&r, p, "duration_seconds", SECONDS_MAX, false);
	return r.count == 0;
}

time_t
provenance_ended(const json_t *p, time_t *began)
{
	double took = json_number_value(json_object_get(p, "duration_seconds"));
	time_t ended = 0;

	json_parse_time(json_text(p, "timestamp"), &ended);
	*began = took < (double)ended ? ended - (time_t)(took + 0.5) : 0;
	return ended;
}

bool
provenance_inputs(const char *episode, char hex[HASH_SIZE], struct failure *f)
{
	struct buf slice = BUF_INIT(CHAPTER_INPUT_MAX);
	struct hash *h = hash_begin();
	char path[PATH_LENGTH_MAX];
	struct index x;
	bool good = true;

	snprintf(path, sizeof path, "%s/imagegen/chapters.index", episode);
	if (!index_open(&x, path, f)) {
		hash_end(h, hex);
		return false;
	}
	while (good && index_next(&x)) {
		slice.len = 0;
		good = file_read(index_file(&x, ".chapter.json"), &slice, f);
		hash_add(h, slice.data, slice.len);
	}
	index_close(&x);
	hash_end(h, hex);
	buf_free(&slice);
	return good;
}

json_t *
provenance_outputs(const char *episode, const json_t *images)
{
	json_t *list = json_pack("[s++]", episode, "/", MANIFEST_PATH);
	const json_t *image;
	size_t i;

	json_array_foreach(images, i, image)
	{
		const char *path = json_text(image, "file_path");

		if (path &&
			json_array_append_new(list,
				json_pack("s++", episode, "/", path)) == 0)
			continue;
		json_decref(list);
		return NULL;
	}
	return list;
}

size_t
provenance_generated(const json_t *images)
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

const char *
provenance_image_model(const json_t *images)
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
