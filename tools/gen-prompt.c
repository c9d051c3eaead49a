#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "chapter/chapter.h"
#include "chapter/compose.h"
#include "chapter/prompt.h"
#include "chapter/template.h"
#include "cli.h"
#include "env.h"
#include "err.h"
#include "failure.h"
#include "file.h"
#include "json.h"
#include "model/model.h"
#include "model/setting.h"
#include "or-die.h"
#include "paid/ask.h"
#include "paid/buy.h"
#include "paid/llm.h"

#define WHAT_MAX 64

static const char usage[] =
	"usage: gen-prompt [-t TEMPLATE] [-m MODEL] [-o FILE [--stamp STAMP]] [FILE]\n"
	"       gen-prompt --dry-run | --models\n"
	"Write the image prompt of a chapter, as JSON.\n\n"
	"  -t, --template=FILE   instead of $TEMPLATE or " TEMPLATE_DEFAULT "\n"
	"  -m, --model=MODEL     instead of $LLM_MODEL or the template's\n"
	"      --provider=NAME   instead of $LLM_PROVIDER: anthropic, openai, none\n"
	"  -o, --output=FILE     instead of standard output\n"
	"      --stamp=STAMP     keep FILE's date if its prompt is the same,\n"
	"                        and date the empty file STAMP\n"
	"      --answers=DIR     the store of answers, instead of $ANSWERS_DIR\n"
	"  -d, --database=FILE   the database, instead of $DATABASE\n"
	"      --force           buy, even if the store has an answer\n"
	"      --defaults=FILE   the episode's defaults\n"
	"      --episode-id=ID, --chapter=ID\n"
	"                        instead of those of the chapter\n"
	"      --dry-run         write the request, and send nothing\n"
	"      --models          list the models\n"
	"      --progress=INDEX  print a line when done; INDEX has all ids\n"
	"      --about=ID        the chapter, for the log\n"
	"      --help            print this\n"
	"      --version         print the version\n";

/* Option numbers, below the letters of the short options. */
/* clang-format off */
enum { TEMPLATE = 1, MODEL, PROVIDER, OUTPUT, STAMP, ANSWERS, DATABASE, DEFAULTS, EPISODE,
       CHAPTER, FORCE, DRY_RUN, MODELS, OPTIONS };
/* clang-format on */

static const struct option options[] = {
	{ "template", required_argument, NULL, TEMPLATE },
	{ "model", required_argument, NULL, MODEL },
	{ "provider", required_argument, NULL, PROVIDER },
	{ "output", required_argument, NULL, OUTPUT },
	{ "stamp", required_argument, NULL, STAMP },
	{ "answers", required_argument, NULL, ANSWERS },
	{ "database", required_argument, NULL, DATABASE },
	{ "defaults", required_argument, NULL, DEFAULTS },
	{ "episode-id", required_argument, NULL, EPISODE },
	{ "chapter", required_argument, NULL, CHAPTER },
	{ "force", no_argument, NULL, FORCE },
	{ "dry-run", no_argument, NULL, DRY_RUN },
	{ "models", no_argument, NULL, MODELS },
	CLI_OPTIONS,
};

/* The value of each option; "" if it takes none, NULL if it wasn't given. */
static const char *given[OPTIONS];

static void
parse_options(int argc, char **argv)
{
	int opt;

	while ((opt = cli_next(argc, argv, "t:m:o:d:", options)) != -1) {
		opt = opt == 't'     ? TEMPLATE
			: opt == 'm' ? MODEL
			: opt == 'o' ? OUTPUT
			: opt == 'd' ? DATABASE
				     : opt;
		given[opt] = optarg ? optarg : "";
	}
	env_load_or_die();
	if (given[STAMP] &&
		(given[DRY_RUN] || !given[OUTPUT] ||
			!strcmp(given[OUTPUT], "-")))
		die(EXIT_USAGE, "--stamp: it needs -o FILE, and no --dry-run");
	if (given[CHAPTER] && !chapter_id_is_valid(given[CHAPTER]))
		die(EXIT_USAGE, "--chapter: %s is not an id", given[CHAPTER]);
	if (given[EPISODE] && !episode_id_is_valid(given[EPISODE]))
		die(EXIT_USAGE, "--episode-id: %s is not an id",
			given[EPISODE]);
}

static json_t *
read_chapter(struct chapter *c, const char *path)
{
	struct failure f;
	json_t *input = chapter_read(c, path, &f);

	if (!input)
		die_of(&f);
	if (!chapter_is_drawn(c))
		die(EXIT_BAD_INPUT,
			"%s: visual.type: a %s needs no prompt; placeholder-png"
			" draws it",
			file_name(path), c->visual_type);
	if (given[EPISODE])
		c->episode_id = given[EPISODE];
	if (given[CHAPTER])
		c->id = given[CHAPTER];
	return input;
}

/* Write the template with the chapter's values, if there is no request to a
 * provider. */
static void
write_template(const struct prompt_template *t, const struct chapter *c)
{
	struct buf system = BUF_INIT(TEMPLATE_TEXT_MAX), user = system;
	struct failure f;
	json_t *request;

	if (!template_system(t, c, &system, &f) ||
		!template_user(t, c, &user, &f))
		die_of(&f);
	request = json_pack("{s:s, s:f, s:I, s:s, s:s}", "model", t->model,
		"temperature", t->temperature, "max_tokens",
		(json_int_t)t->max_tokens, "system",
		system.data ? system.data : "", "user",
		user.data ? user.data : "");
	json_write_or_die(given[OUTPUT], request);
	json_decref(request);
	buf_free(&system);
	buf_free(&user);
}

/* Write the request byte for byte, or null if no API would be called. */
static void
write_request(const struct prompt_template *t, const struct chapter *c,
	const struct provider *p)
{
	struct llm_request r;
	struct failure f;
	struct model m;

	if (!p->base) {
		write_template(t, c);
	} else if (c->image_prompt) {
		file_write_or_die(given[OUTPUT], "null\n", strlen("null\n"));
	} else {
		if (!llm_model(&m, p, t, given[MODEL], &f) ||
			!llm_request(&r, &m, p, t, c, &f))
			die_of(&f);
		file_write_or_die(given[OUTPUT], r.body.data, r.body.len);
		llm_request_free(&r);
	}
}

/* Make the chapter's prompt and write it; fill in what for the progress line.
 */
static void
make_prompt(const struct prompt_template *t, const struct chapter *c,
	const struct provider *p, char what[WHAT_MAX])
{
	struct asked a = { 0 };
	struct buf composed = BUF_INIT(PROMPT_FILE_MAX);
	const char *prompt = c->image_prompt, *source = "author";
	json_t *value = chapter_slice(c);
	struct failure f;

	snprintf(what, WHAT_MAX, "author");
	if (!prompt && p->base) {
		struct store store = { .directory = given[ANSWERS],
			.database = given[DATABASE],
			.force = given[FORCE] != NULL };

		if (!buy_open(&store, &f) ||
			!ask_llm(&store, &a, p, given[MODEL], t, c, &f)) {
			buy_failed(&store, c->episode_id, &f);
			buy_close(&store);
			die_of(&f);
		}
		buy_close(&store);
		prompt = a.prompt;
		source = "llm";
		snprintf(what, WHAT_MAX,
			a.is_new ? "llm $%.4f" : "llm, from the store",
			(double)a.micros / 1e6);
	} else if (!prompt) {
		if (!compose_prompt(&composed, t, c, &f))
			die_of(&f);
		prompt = composed.data;
		snprintf(what, WHAT_MAX, "%s", source = "composed");
	}
	if (json_object_update_new(value,
		    json_pack("{s:s, s:s, s:{s:s, s:s}, s:O*}", "prompt",
			    prompt, "source", source, "template", "name",
			    t->name, "hash", t->hash, "llm", a.facts)) != 0)
		die_out_of_memory();
	if (!prompt_write(given[OUTPUT], value, given[STAMP] != NULL, &f))
		die_of(&f);
	if (given[STAMP])
		file_write_or_die(given[STAMP], "", 0);
	json_decref(value);
	buf_free(&composed);
	ask_free(&a);
}

static int
list_models(void)
{
	struct catalogue catalogue;
	struct failure f;

	if (!catalogue_open(&catalogue, NULL, &f) ||
		!model_list(&catalogue, MODEL_LLM, &f))
		die_of(&f);
	catalogue_close(&catalogue);
	return cli_end();
}

int
main(int argc, char **argv)
{
	char what[WHAT_MAX];
	struct prompt_template t;
	struct settings settings;
	struct provider p;
	struct chapter c;
	struct failure f;
	json_t *input;
	const char *path, *path_of_template;

	cli_begin("gen-prompt", usage);
	parse_options(argc, argv);
	path = cli_operand(argc, argv);
	if (given[MODELS])
		return list_models();
	if (!setting_open(&settings, given[DEFAULTS], &f) ||
		!setting_provider(&p, &settings, MODEL_LLM, given[PROVIDER],
			&f))
		die_of(&f);
	path_of_template = template_find(given[TEMPLATE], &f);
	if (!path_of_template || !template_read(&t, path_of_template, &f))
		die_of(&f);
	input = read_chapter(&c, path);
	if (given[DRY_RUN]) {
		write_request(&t, &c, &p);
	} else {
		make_prompt(&t, &c, &p, what);
		cli_step(c.id, "prompt", what);
	}
	json_decref(input);
	template_free(&t);
	setting_close(&settings);
	return cli_end();
}
