/*
 * write-entry: write a picture's record from the files of its chapter.
 *
 * How a picture was made is decided by the picture itself: one of an image API
 * has the hash that the answer names, and one that limn drew says so in its
 * text Software.  Any other was put there by hand.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "buf.h"
#include "chapter/chapter.h"
#include "cli.h"
#include "draw/png.h"
#include "draw/thumbnail.h"
#include "err.h"
#include "failure.h"
#include "file.h"
#include "hash.h"
#include "json.h"
#include "log.h"
#include "model/size.h"
#include "or-die.h"
#include "paid/answer.h"
#include "paid/picture.h"

#define ENTRY_MAX CHAPTER_INPUT_MAX  /* most of it is the prompt */
#define TEXT_MAX (2 * PNG_BYTES_MAX) /* as UTF-8; Latin-1 has half of it */

struct files {
	const char *slice;
	const char *prompt;   /* NULL for a card */
	const char *response; /* NULL if no image API was asked */
	const char *png;
};

struct picture {
	char hash[HASH_SIZE];
	char size[32];
	size_t size_bytes;
	const char *method;
	struct buf template;
	struct buf background;
	struct buf title;
};

static const char usage[] =
	"usage: write-entry [-o FILE] ID.chapter.json [ID.prompt.json]\n"
	"                   [ID.response.json] ID.png\n"
	"Write the manifest's record of a picture.\n"
	"\n"
	"  -o, --output=FILE     write FILE; its generated_at is kept while the\n"
	"                        picture is the same\n"
	"      --thumbnail=FILE  the picture's small copy; write it, if it isn't of\n"
	"                        the same date\n"
	"      --about=ID        the chapter, for the log\n"
	"      --help            print this\n"
	"      --version         print the version\n";

static bool
ends_in(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && strcmp(s + n - m, end) == 0;
}

static void
sort_out(struct files *f, char **paths)
{
	for (; *paths; paths++) {
		const char **to = ends_in(*paths, ".chapter.json") ? &f->slice
			: ends_in(*paths, ".prompt.json")          ? &f->prompt
			: ends_in(*paths, ".response.json") ? &f->response
			: ends_in(*paths, ".png")           ? &f->png
							    : NULL;

		if (!to)
			die(EXIT_USAGE,
				"%s: its name must end in .chapter.json, "
				".prompt.json, .response.json or .png",
				*paths);
		if (*to)
			die(EXIT_USAGE, "%s: one file of a kind, after %s",
				*paths, *to);
		*to = *paths;
	}
	if (!f->slice || !f->png)
		die(EXIT_USAGE,
			"a slice (.chapter.json) and a picture (.png) "
			"are needed");
}

/* Whether a limn tool has checked the picture and written its thumbnail.  Such
 * a tool gives both the same date. */
static bool
is_checked(const char *path, const char *thumbnail)
{
	struct stat picture, small;

	return thumbnail && stat(path, &picture) == 0 &&
		stat(thumbnail, &small) == 0 &&
		picture.st_mtim.tv_sec == small.st_mtim.tv_sec &&
		picture.st_mtim.tv_nsec == small.st_mtim.tv_nsec;
}

static void
write_thumbnail(const char *path, const char *thumbnail,
	const struct buf *small)
{
	struct stat st;

	file_write_or_die(thumbnail, small->data, small->len);
	if (stat(path, &st) == 0)
		file_date_at_or_die(thumbnail, &st.st_mtim);
}

_Noreturn static void
bad_picture(const char *path, const char *why)
{
	die(EXIT_BAD_INPUT, "%s: %s; delete it to have it made again", path,
		why);
}

/* Read a picture, and check it if that wasn't done. */
static void
read_picture(const char *path, const char *thumbnail, struct buf *png,
	struct png_info *info)
{
	struct buf small = BUF_INIT(PNG_BYTES_MAX);
	char why[PNG_WHY_MAX];
	struct failure f;

	file_read_or_die(path, png);
	if (is_checked(path, thumbnail)) {
		if (!png_size(png->data, png->len, info, why))
			bad_picture(path, why);
		return;
	}
	if (!thumbnail_make(thumbnail ? &small : NULL, png->data, png->len,
		    THUMBNAIL_WIDTH, info, why, &f)) {
		if (!*why)
			die_of(&f);
		bad_picture(path, why);
	}
	if (thumbnail)
		write_thumbnail(path, thumbnail, &small);
	buf_free(&small);
}

static const char *
bought_by(const json_t *response)
{
	return strcmp(json_text(response, "model"), "dall-e-3") == 0 ? "dalle3"
								     : "openai";
}

static const char *
find_method(const struct buf *png, const char *hash, const json_t *response)
{
	const char *answered = json_text(response, "picture_sha256");
	struct buf software = BUF_INIT(TEXT_MAX);
	const char *method = "manual";

	if (answered && strcmp(answered, hash) == 0)
		return bought_by(response);
	if (png_text(png->data, png->len, "Software", &software) &&
		software.len) {
		if (strcmp(software.data, PICTURE_CARD) == 0)
			method = "template";
		else if (strcmp(software.data, PICTURE_DRAFT) == 0)
			method = "storyboard";
	}
	buf_free(&software);
	return method;
}

/* The picture of an answer, as download has written it: its hash is in the
 * answer, and only its first bytes are read. */
static void
look_at_bought(struct picture *p, const char *path, const char *hash,
	const json_t *response, struct png_info *info)
{
	unsigned char head[PNG_HEAD_SIZE];
	FILE *file = fopen(path, "rb");
	char why[PNG_WHY_MAX];
	struct stat st;
	size_t n;

	if (!file || fstat(fileno(file), &st) != 0)
		die(EXIT_NO_INPUT, "%s:", path);
	n = fread(head, 1, sizeof head, file);
	if (!png_size(head, n, info, why))
		bad_picture(path, why);
	fclose(file);
	p->size_bytes = (size_t)st.st_size;
	p->method = bought_by(response);
	memcpy(p->hash, hash, HASH_SIZE);
}

static void
look_at(struct picture *p, const char *path, const char *thumbnail,
	const json_t *response)
{
	const char *answered = json_text(response, "picture_sha256");
	struct buf png = BUF_INIT(PNG_BYTES_MAX);
	struct png_info info;

	p->template = p->background = p->title = BUF_INIT(TEXT_MAX);
	if (hash_digits(answered) && is_checked(path, thumbnail)) {
		look_at_bought(p, path, answered, response, &info);
	} else {
		read_picture(path, thumbnail, &png, &info);
		hash_bytes(p->hash, png.data, png.len);
		p->size_bytes = png.len;
		p->method = find_method(&png, p->hash, response);
		png_text(png.data, png.len, "Template", &p->template);
		png_text(png.data, png.len, "Background", &p->background);
		png_text(png.data, png.len, "Title", &p->title);
	}
	snprintf(p->size, sizeof p->size, "%ux%u", info.width, info.height);
	buf_free(&png);
}

static json_t *
read_prompt(const char *path)
{
	json_t *prompt = json_read_or_die(path, CHAPTER_INPUT_MAX);

	if (!json_text(prompt, "prompt"))
		die(EXIT_BAD_INPUT,
			"%s: prompt: is missing; delete this file to have it "
			"made again",
			path);
	return prompt;
}

/* Read an image API's answer, without the picture. */
static json_t *
read_response(const char *path)
{
	json_t *response = answer_peek(path);

	if (!json_text(response, "model") || !json_text(response, "prompt"))
		die(EXIT_BAD_INPUT,
			"%s: is not an answer with model and prompt; delete it "
			"to have it made again",
			path);
	return response;
}

/* When the picture was made: by the former entry, if it has the same picture;
 * else by the date of the file. */
static json_t *
find_time(const struct picture *p, const char *path, const char *former)
{
	json_t *entry = former ? json_read_optional(former, ENTRY_MAX) : NULL;
	const json_t *metadata = json_object_get(entry, "metadata");
	const char *hash = json_text(metadata, "sha256");
	const char *at = json_text(metadata, "generated_at");
	json_t *time;
	struct stat st;

	if (hash && at && strcmp(hash, p->hash) == 0)
		time = json_string(at);
	else if (stat(path, &st) == 0)
		time = json_time(st.st_mtime);
	else
		die(EXIT_IO, "%s:", path);
	json_decref(entry);
	return time;
}

static json_t *
card_metadata(const struct picture *p, const struct chapter *c)
{
	return json_pack("{s:s?, s:s?, s:s?, s:s, s:s}", "template_name",
		p->template.data, "background_color", p->background.data,
		"text_overlay", p->title.data, "sha256", p->hash, "alt",
		c->description);
}

/* response is NULL for a draft, which was never bought. */
static json_t *
drawn_metadata(const struct picture *p, const struct chapter *c,
	const json_t *prompt, const json_t *response, json_t *time)
{
	const json_t *data = json_object_get(response, "data");
	json_t *cost = json_object_get(response, "cost_usd");

	return json_pack("{s:s?, s:o, s:o, s:s?, s:s?, s:s, s:s?, s:s}",
		"revised_prompt",
		json_text(json_array_get(data, 0), "revised_prompt"),
		"cost_usd", cost ? json_incref(cost) : json_dollars(0),
		"generated_at", time, "quality", json_text(response, "quality"),
		"request_sha256", json_text(response, "request_sha256"),
		"sha256", p->hash, "prompt_source", json_text(prompt, "source"),
		"alt", c->description);
}

static json_t *
manual_metadata(const struct picture *p, const struct chapter *c, json_t *time)
{
	return json_pack("{s:o, s:s, s:s}", "generated_at", time, "sha256",
		p->hash, "alt", c->description);
}

/* Add a warning if the API sent another size than the one that was asked for.
 */
static void
add_warning(json_t *metadata, const struct picture *p, const json_t *response)
{
	const char *asked = json_text(response, "size");
	struct size size;
	char text[SIZE_TEXT_MAX];

	if (!asked || !size_parse(&size, asked))
		return;
	size_print(&size, text);
	if (strcmp(text, p->size) != 0)
		json_put(metadata, "warning",
			json_sprintf("%s was asked for, and %s came", text,
				p->size));
}

static json_t *
make_entry(const struct picture *p, const struct chapter *c,
	const json_t *prompt, const json_t *response, const struct files *f,
	const char *former)
{
	const char *slash = strrchr(f->png, '/');
	const char *words = NULL, *model = NULL;
	json_t *metadata, *entry;

	if (strcmp(p->method, "template") == 0) {
		metadata = card_metadata(p, c);
	} else if (strcmp(p->method, "manual") == 0) {
		metadata = manual_metadata(p, c, find_time(p, f->png, former));
	} else if (strcmp(p->method, "storyboard") == 0) {
		words = json_text(prompt, "prompt");
		metadata = drawn_metadata(p, c, prompt, NULL,
			find_time(p, f->png, former));
	} else {
		words = json_text(response, "prompt");
		model = json_text(response, "model");
		metadata = drawn_metadata(p, c, prompt, response,
			json_string(json_text(response, "bought_at")));
		add_warning(metadata, p, response);
	}
	entry = json_pack("{s:s, s:s, s:s, s:s+, s:s?, s:s, s:s?, s:s, s:s, "
			  "s:I, s:o}",
		"chapter_id", c->id, "chapter_title", c->title, "visual_type",
		c->visual_type, "file_path", "images/",
		slash ? slash + 1 : f->png, "prompt", words,
		"generation_method", p->method, "model", model, "size", p->size,
		"mime_type", "image/png", "size_bytes",
		(json_int_t)p->size_bytes, "metadata", metadata);
	if (!entry)
		die(EXIT_BAD_INPUT, "%s: this name is not UTF-8; rename it",
			f->png);
	return entry;
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "output", required_argument, NULL, 'o' },
		{ "thumbnail", required_argument, NULL, 'T' },
		CLI_OPTIONS,
	};
	struct files f = { NULL, NULL, NULL, NULL };
	struct failure failure;
	const char *output = NULL, *thumbnail = NULL;
	int c;
	json_t *slice, *prompt = NULL, *response = NULL, *entry;
	struct chapter chapter;
	struct picture picture;

	cli_begin("write-entry", usage);
	while ((c = cli_next(argc, argv, "o:", options)) != -1)
		if (c == 'o')
			output = optarg;
		else
			thumbnail = optarg;
	sort_out(&f, argv + optind);
	slice = chapter_read(&chapter, f.slice, &failure);
	if (!slice)
		die_of(&failure);
	log_about(chapter.id, "entry");
	if (f.prompt)
		prompt = read_prompt(f.prompt);
	if (f.response)
		response = read_response(f.response);
	look_at(&picture, f.png, thumbnail, response);
	entry = make_entry(&picture, &chapter, prompt, response, &f, output);
	json_write_or_die(output, entry);
	log_about(chapter.id, "entry");
	log_line(err_prog, LOG_DONE, NULL, "written");
	json_decref(entry);
	json_decref(prompt);
	json_decref(response);
	json_decref(slice);
	buf_free(&picture.template);
	buf_free(&picture.background);
	buf_free(&picture.title);
	return cli_end();
}
