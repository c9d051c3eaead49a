/*
 * download: write the picture of an image API's answer.
 *
 * To save memory, its base64 is decoded in place.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "chapter/chapter.h"
#include "cli.h"
#include "draw/png.h"
#include "draw/thumbnail.h"
#include "env.h"
#include "err.h"
#include "file.h"
#include "json.h"
#include "model/size.h"
#include "net/fetch.h"
#include "net/retry.h"
#include "or-die.h"
#include "paid/answer.h"
#include "paid/answers.h"
#include "paid/picture.h"

static const char usage[] =
	"usage: download [-o FILE] [--thumbnail=FILE] [--keep [--answers=DIR]] [FILE]\n"
	"Write the picture of an image API's answer, which must be a PNG.\n"
	"\n"
	"  -o, --output=FILE     instead of standard output\n"
	"      --thumbnail=FILE  write a small copy, too\n"
	"      --answers=DIR     the store of answers, instead of $ANSWERS_DIR\n"
	"      --keep            keep an output that was put there by hand\n"
	"      --chapter=ID      the chapter, for messages (the output's name)\n"
	"      --progress=INDEX  print a line when done; INDEX has all ids\n"
	"      --about=ID        the chapter, for the log\n"
	"      --help            print this\n"
	"      --version         print the version\n"
	"\n"
	"Without FILE, or when it is -, standard input is read.\n";

enum { ANSWERS = 256, KEEP, CHAPTER, THUMBNAIL };

static const struct option options[] = {
	{ "output", required_argument, NULL, 'o' },
	{ "thumbnail", required_argument, NULL, THUMBNAIL },
	{ "answers", required_argument, NULL, ANSWERS },
	{ "keep", no_argument, NULL, KEEP },
	{ "chapter", required_argument, NULL, CHAPTER },
	CLI_OPTIONS,
};

/* The names of the input and of the chapter, for messages. */
static const char *name;
static const char *chapter;

/* Where the picture goes, and its thumbnail (NULL: there is none). */
static const char *output, *thumbnail;

/* The chapter's id; NULL if the name isn't an id. */
static const char *
known_id(void)
{
	return chapter_id_is_valid(chapter) ? chapter : NULL;
}

static const char *
remedy(void)
{
	static char text[FETCH_REMEDY_MAX];

	fetch_remedy(text, known_id());
	return text;
}

/* The error that the API sent instead of a picture. */
static const char *
find_error(const json_t *answer)
{
	const json_t *error = json_object_get(answer, "error");
	const char *message = json_text(error, "message");

	if (!message)
		message = json_string_value(error);
	return message ? message : json_text(answer, "detail");
}

_Noreturn static void
no_picture(const json_t *answer)
{
	const char *error = find_error(answer);

	if (json_text(answer, "kept"))
		die(EXIT_BAD_ANSWER,
			"%s: nothing was bought, because %s was put there by "
			"hand; delete %s, too, to have it drawn",
			name, json_text(answer, "kept"), name);
	if (error)
		die(EXIT_BAD_ANSWER,
			"%s: there is no picture in it, but an error: %s", name,
			error);
	die(EXIT_BAD_ANSWER, "%s: there is no picture in it; %s", name,
		remedy());
}

static void
fetch(const char *url, struct buf *out)
{
	struct failure f;

	if (!fetch_picture(&(struct fetch){ *chapter ? chapter : name,
				   known_id(), url,
				   env_get("OPENAI_BASE_URL") },
		    out, &f))
		die(f.status, "%s: %s", name, f.message);
}

/* Warn if the API sent another size than the one that was asked for. */
static void
check_size(const json_t *answer, const struct png_info *info)
{
	const char *asked = json_text(answer, "size");
	struct size size;

	if (!asked || !size_parse(&size, asked) ||
		(size.width == info->width && size.height == info->height))
		return;
	warn("%s: the picture is %ux%u, and %s was asked for; FORCE=1 "
	     "CHAPTER=%s buys another",
		name, info->width, info->height, asked,
		*chapter ? chapter : "ID");
}

/* Write the picture, if it is a whole PNG.  file has the same bytes, or is -1.
 */
static void
deliver(const char *png, size_t len, int file, const json_t *answer,
	struct png_info *info)
{
	struct buf small = BUF_INIT(PNG_BYTES_MAX);
	char why[PNG_WHY_MAX];
	struct failure f;

	if (!thumbnail_make(thumbnail ? &small : NULL, png, len,
		    THUMBNAIL_WIDTH, info, why, &f)) {
		if (!*why)
			die_of(&f);
		die(EXIT_BAD_ANSWER,
			"%s: the picture: %s; ask a model that answers in PNG; "
			"%s",
			name, why, remedy());
	}
	check_size(answer, info);
	if (!file_write_copy(output, png, len, file, &f))
		die_of(&f);
	if (thumbnail)
		file_write_or_die(thumbnail, small.data, small.len);
	buf_free(&small);
}

/* Read the picture that call-dalle put into the store of answers.  Returns its
 * open file. */
static int
take_from_store(const struct answers *store, const char *hash, struct buf *out)
{
	struct answers usual = { 0 };
	struct failure f;
	int file;

	if (!answers_is_open(store)) {
		if (!answers_look(&usual, env_get("ANSWERS_DIR"), &f))
			die_of(&f);
		store = &usual;
	}
	if (!answers_is_open(store))
		die(EXIT_NO_INPUT,
			"%s: its picture is in a store of answers; name that "
			"with --answers or ANSWERS_DIR",
			name);
	file = answers_open_picture(store, hash, out);
	if (file < 0)
		die(EXIT_NO_INPUT,
			"%s: its picture is not in the store of answers, or "
			"damaged there; delete %s, and run again",
			name, name);
	return file;
}

static void
write_picture(struct answer *a, const struct answers *store)
{
	struct buf fetched = BUF_INIT(PNG_BYTES_MAX);
	const char *hash = json_text(a->rest, "picture_sha256");
	struct png_info info;
	char what[64];
	int file = -1;
	size_t len;

	if (a->base64) {
		len = answer_decode(a);
		if (len == 0)
			die(EXIT_BAD_ANSWER,
				"%s: data[0].b64_json: is not base64; %s", name,
				remedy());
		if (len > PNG_BYTES_MAX)
			die(EXIT_BAD_ANSWER,
				"%s: the picture: more than %zu bytes; %s",
				name, PNG_BYTES_MAX, remedy());
		deliver(a->base64, len, -1, a->rest, &info);
	} else if (a->url || hash) {
		if (a->url)
			fetch(a->url, &fetched);
		else
			file = take_from_store(store, hash, &fetched);
		len = fetched.len;
		deliver(fetched.data, len, file, a->rest, &info);
		buf_free(&fetched);
		if (file >= 0)
			close(file);
	} else {
		no_picture(a->rest);
	}
	snprintf(what, sizeof what, "%ux%u, %zu bytes", info.width, info.height,
		len);
	cli_step(chapter, "download", what);
}

int
main(int argc, char **argv)
{
	struct buf text = BUF_INIT(ANSWER_MAX);
	const char *answers = NULL, *path;
	struct failure f;
	char why[ANSWER_WHY_MAX], id[128];
	bool keep = false, is_kept = false;
	struct answers store = { 0 };
	struct answer a;
	int c;

	cli_begin("download", usage);
	while ((c = cli_next(argc, argv, "o:", options)) != -1)
		if (c == 'o')
			output = optarg;
		else if (c == KEEP)
			keep = true;
		else if (c == THUMBNAIL)
			thumbnail = optarg;
		else if (c == ANSWERS)
			answers = optarg;
		else
			chapter = optarg;
	env_load_or_die();
	if (answers && !answers_open(&store, answers, &f))
		die_of(&f);
	if (chapter && !chapter_id_is_valid(chapter))
		die(EXIT_USAGE, "--chapter: %s is not a chapter's id", chapter);
	path = cli_operand(argc, argv);
	name = file_name(path);
	file_stem(output ? output : path, id, sizeof id);
	if (!chapter)
		chapter = id;
	file_read_or_die(path, &text);
	if (!answer_parse(&a, &text, why))
		die(EXIT_BAD_INPUT, "%s: %s; it should be an answer, as %s",
			name, why, "call-dalle writes it");
	if (keep && !picture_keep(output, path, a.rest, &store, &is_kept, &f))
		die_of(&f);
	if (!is_kept)
		write_picture(&a, &store);
	answers_close(&store);
	answer_free(&a);
	buf_free(&text);
	return cli_end();
}
