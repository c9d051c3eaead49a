/*
 * call-dalle: get the picture of a prompt from the store of answers, or buy it
 * from an image API.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "chapter/chapter.h"
#include "cli.h"
#include "err.h"
#include "failure.h"
#include "file.h"
#include "json.h"
#include "or-die.h"
#include "paid/answer.h"
#include "paid/buy.h"
#include "paid/image.h"
#include "paid/picture.h"
#include "paid/reply.h"
#include "span.h"

#define UNKNOWN_PROMPT "(the LLM has yet to write this prompt)"

static const char usage[] =
	"usage: call-dalle [-m MODEL] [-s SIZE] [-q QUALITY] [-o FILE] [FILE]\n"
	"       call-dalle --dry-run | --models\n"
	"Ask an image API for the picture of a prompt, and write its answer.\n\n"
	"  -m, --model=MODEL     instead of $IMAGE_GEN_MODEL\n"
	"  -s, --size=WxH        instead of $IMAGE_GEN_SIZE\n"
	"  -q, --quality=WORD    instead of $IMAGE_GEN_QUALITY\n"
	"      --provider=NAME   instead of $IMAGE_GEN_PROVIDER: openai, dalle3\n"
	"  -o, --output=FILE     instead of standard output\n"
	"      --answers=DIR     the store of answers, instead of $ANSWERS_DIR\n"
	"  -d, --database=FILE   the database, instead of $DATABASE\n"
	"      --force           buy, even if the store has an answer\n"
	"      --defaults=FILE   the episode's defaults\n"
	"      --picture=FILE    skip the call if FILE was made by hand\n"
	"      --episode-id=ID, --chapter=ID\n"
	"                        instead of those of the prompt\n"
	"      --dry-run         write the request, and send nothing\n"
	"      --models          list the models\n"
	"      --progress=INDEX  print a line when done; INDEX has all ids\n"
	"      --about=ID        the chapter, for the log\n"
	"      --help            print this\n"
	"      --version         print the version\n";

/* Option numbers, below the letters of the short options. */
enum {
	PROVIDER = 1,
	ANSWERS,
	DEFAULTS,
	PICTURE,
	EPISODE,
	CHAPTER,
	FORCE,
	DRY_RUN,
	MODELS,
};

static const struct option options[] = {
	{ "model", required_argument, NULL, 'm' },
	{ "size", required_argument, NULL, 's' },
	{ "quality", required_argument, NULL, 'q' },
	{ "output", required_argument, NULL, 'o' },
	{ "provider", required_argument, NULL, PROVIDER },
	{ "answers", required_argument, NULL, ANSWERS },
	{ "database", required_argument, NULL, 'd' },
	{ "defaults", required_argument, NULL, DEFAULTS },
	{ "picture", required_argument, NULL, PICTURE },
	{ "episode-id", required_argument, NULL, EPISODE },
	{ "chapter", required_argument, NULL, CHAPTER },
	{ "force", no_argument, NULL, FORCE },
	{ "dry-run", no_argument, NULL, DRY_RUN },
	{ "models", no_argument, NULL, MODELS },
	CLI_OPTIONS,
};

/* The value of each option; "" if it takes none, NULL if it wasn't given. */
static const char *given[128];

/* Read a prompt that is plain text. */
static json_t *
read_text(const char *name, const struct buf *b)
{
	struct span text = span_trim(span_of(b->data));
	json_t *prompt;

	for (size_t i = 0; i < b->len; i++) {
		unsigned char c = (unsigned char)b->data[i];

		if ((c < ' ' && c != '\n' && c != '\t') || c == 0x7f)
			die(EXIT_BAD_INPUT,
				"%s: byte %zu is a control character; a prompt "
				"is JSON or plain text",
				name, i + 1);
	}
	if (span_length(text) == 0)
		die(EXIT_BAD_INPUT, "%s: it is empty; a prompt is needed",
			name);
	prompt = json_stringn(text.begin, span_length(text));
	if (!prompt)
		die(EXIT_BAD_INPUT, "%s: it is not UTF-8; save it as that",
			name);
	return json_pack("{s:o}", "prompt", prompt);
}

/* Take an id from the input, if no option gave it. */
static void
find_id(int option, const char *name, const json_t *input, const char *key,
	bool (*is_valid)(const char *))
{
	int status = given[option] ? EXIT_USAGE : EXIT_BAD_INPUT;

	if (given[option])
		name = "the command line";
	else
		given[option] = json_text(input, key);
	if (given[option] && !is_valid(given[option]))
		die(status, "%s: %s: %s is not an id", name, key,
			given[option]);
}

static json_t *
read_input(const char *path)
{
	const char *name = file_name(path), *s;
	struct buf b = BUF_INIT(CHAPTER_INPUT_MAX);
	json_t *input;

	file_read_or_die(path, &b);
	s = b.data;
	if (strncmp(s, "\xef\xbb\xbf", 3) == 0)
		s += 3;
	if (s[strspn(s, " \t\r\n")] == '{')
		input = json_parse_or_die(name, b.data, b.len);
	else
		input = read_text(name, &b);
	buf_free(&b);
	if (given[DRY_RUN] && !json_object_get(input, "prompt"))
		json_object_set_new(input, "prompt",
			json_string(UNKNOWN_PROMPT));
	if (!json_text(input, "prompt"))
		die(EXIT_BAD_INPUT, "%s: prompt: is missing, or not a text; %s",
			name, "gen-prompt writes one");
	find_id(CHAPTER, name, input, "chapter_id", chapter_id_is_valid);
	find_id(EPISODE, name, input, "episode_id", episode_id_is_valid);
	return input;
}

/* Whether the author wrote the prompt: gen-prompt wrote that into it. */
static bool
is_authors(const json_t *input)
{
	const char *source = json_text(input, "source");

	return source && strcmp(source, "author") == 0;
}

static void
note_step(const struct purchase *b, const struct image_request *r)
{
	char what[128];

	if (b->is_new)
		snprintf(what, sizeof what, "%s $%.4f", r->api->model.id,
			(double)b->cost.micros / 1e6);
	cli_step(given[CHAPTER] ? given[CHAPTER] : "-", "image",
		b->is_new ? what : "from the store");
}

/* End with an error, which the run and the episode get, too. */
_Noreturn static void
fail(struct store *store, const struct failure *f)
{
	buy_failed(store, given[EPISODE], f);
	buy_close(store);
	die_of(f);
}

/* Find or buy the answer, and write it. */
static void
answer(struct store *store, struct settings *settings, struct image_request *r,
	const struct reply_subject *subject)
{
	struct failure f;
	struct purchase b;
	json_t *reply;

	if (!reply_buy(store, &b, r, subject, &f))
		fail(store, &f);
	reply = reply_make(store, given['o'], r, &b);
	if (!reply_write(store, given['o'], reply, &b, &f) ||
		!setting_keep(settings, &f))
		fail(store, &f);
	note_step(&b, r);
	json_decref(reply);
	buy_free(&b);
}

/* Whether a picture was put there by hand, so that none must be bought. */
static bool
is_by_hand(const struct store *store, const char *source)
{
	json_t *former = given['o'] ? answer_peek(given['o']) : NULL;
	struct failure f;
	bool yes;

	if (!picture_by_hand(given[PICTURE], source, former, &store->answers,
		    &yes, &f))
		die_of(&f);
	json_decref(former);
	return yes;
}

static void
write_kept(const struct store *store, const struct image_request *r)
{
	json_t *reply = reply_make(store, given['o'], r, NULL);
	struct failure f;

	json_object_set_new(reply, "kept", json_string(given[PICTURE]));
	if (!reply_write(store, given['o'], reply, NULL, &f))
		die_of(&f);
	json_decref(reply);
}

static int
list_models(void)
{
	struct catalogue catalogue;
	struct failure f;

	if (!catalogue_open(&catalogue, NULL, &f) ||
		!model_list(&catalogue, MODEL_IMAGE, &f))
		die_of(&f);
	catalogue_close(&catalogue);
	return cli_end();
}

int
main(int argc, char **argv)
{
	struct image_request request;
	struct failure f;
	struct image_api api;
	struct settings settings;
	struct store store;
	const char *path, *prompt;
	json_t *input;
	int c;

	cli_begin("call-dalle", usage);
	while ((c = cli_next(argc, argv, "m:s:q:o:d:", options)) != -1)
		given[c] = optarg ? optarg : "";
	env_load_or_die();
	path = cli_operand(argc, argv);
	if (given[MODELS])
		return list_models();
	input = read_input(path);
	prompt = json_text(input, "prompt");
	if (!setting_open(&settings, given[DEFAULTS], &f) ||
		!image_open(&api, &settings,
			&(struct image_options){ given[PROVIDER], given['m'],
				given['s'], given['q'] },
			given[DRY_RUN], &f) ||
		!image_ask(&request, &api, file_name(path), prompt, &f))
		die_of(&f);
	if (given[DRY_RUN]) {
		file_write_or_die(given['o'], request.body.data,
			request.body.len);
	} else {
		store = (struct store){ .directory = given[ANSWERS],
			.database = given['d'],
			.force = given[FORCE] != NULL };
		if (!buy_open(&store, &f))
			fail(&store, &f);
		if (given[PICTURE] && is_by_hand(&store, path))
			write_kept(&store, &request);
		else
			answer(&store, &settings, &request,
				&(struct reply_subject){ given[EPISODE],
					given[CHAPTER], prompt,
					is_authors(input) });
		buy_close(&store);
	}
	image_free(&request);
	image_close(&api);
	setting_close(&settings);
	json_decref(input);
	return cli_end();
}
