/*
 * plan-episode: what an episode's pictures would cost, before they do.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buy.h"
#include "chapter.h"
#include "cli.h"
#include "env.h"
#include "err.h"
#include "file.h"
#include "json.h"
#include "plan.h"

#define WHY_MAX 160      /* bytes of "description, size" */
#define LIMIT_MAX 1e6    /* dollars that MAX_EPISODE_COST_USD may say */
#define LIMIT_DOLLARS 10 /* its default */

enum { ANSWERS = 256, CHAPTERS, FORCE, JSON, REQUESTS };

struct wish {
	struct plan_question q;
	const char *answers;
	const char *requests; /* the directory to write them to, or NULL */
	bool json;
};

struct total {
	long long micros, spent_micros, limit_micros;
	size_t prompts, images;
};

static const char usage[] =
	"usage: plan-episode [-t TEMPLATE] [OPTION ...] DIRECTORY\n"
	"Say what the pictures of an episode would cost, and why.\n"
	"\n"
	"  -t, --template=FILE    instead of $TEMPLATE or prompts/imagegen.md\n"
	"      --answers=DIR      the store of answers, instead of $ANSWERS_DIR\n"
	"      --chapter='ID ...' these chapters only\n"
	"      --force            as if nothing had been bought\n"
	"      --json             for scripts\n"
	"      --requests=DIR     write what would be sent, to DIR\n"
	"      --help             print this\n"
	"      --version          print the version\n";

static const char *const states[] = { "up to date", "from the store", "to buy",
	"card", "draft", "own picture" };
static const char *const state_words[] = { "up_to_date", "from_store", "buy",
	"card", "draft", "own" };

static void
write_request(const char *dir, const char *id, const char *suffix,
	const struct buf *body)
{
	struct buf path = BUF_INIT(PLAN_PATH_MAX);

	if (!body->len)
		return;
	buf_addf(&path, "%s/%s%s", dir, id, suffix);
	file_write(path.data, body->data, body->len);
	buf_free(&path);
}

static void
list_reasons(unsigned set, char why[WHY_MAX])
{
	size_t n = 0;

	*why = '\0';
	for (unsigned i = 0; i < PLAN_REASONS; i++)
		if (set & (1U << i))
			n += (size_t)snprintf(why + n, WHY_MAX - n, "%s%s",
				n ? ", " : "", plan_reason(i));
}

static double
dollars(long long micros)
{
	return (double)micros / 1e6;
}

static void
print_chapter(const struct planned *c)
{
	char why[WHY_MAX];

	list_reasons(c->reasons, why);
	printf("%-12s  %-14s", c->id, states[c->state]);
	if (c->buys_prompt)
		printf("  prompt $%.4f", dollars(c->prompt_micros));
	if (c->buys_image)
		printf("  picture $%.4f  (%s)", dollars(c->image_micros), why);
	putchar('\n');
}

static json_t *
chapter_json(const struct planned *c)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < PLAN_REASONS; i++)
		if (c->reasons & (1U << i))
			json_array_append_new(list,
				json_string(plan_reason(i)));
	return json_pack("{s:s, s:s, s:o, s:o, s:o}", "chapter_id", c->id,
		"state", state_words[c->state], "reasons", list, "prompt_usd",
		json_dollars(c->prompt_micros), "image_usd",
		json_dollars(c->image_micros));
}

static void
print_total(const struct plan *p, const struct total *t)
{
	long long left = t->limit_micros - t->spent_micros - t->micros;

	if (!t->prompts && !t->images)
		printf("Nothing to buy");
	else
		printf("To buy: %zu prompt%s, %zu picture%s, $%.4f at most",
			t->prompts, t->prompts == 1 ? "" : "s", t->images,
			t->images == 1 ? "" : "s", dollars(t->micros));
	printf("; $%.4f spent so far; ", dollars(t->spent_micros));
	if (left >= 0)
		printf("the limit of $%.2f leaves $%.4f.\n",
			dollars(t->limit_micros), dollars(left));
	else
		printf("that is $%.4f over the limit of $%.2f: set "
		       "MAX_EPISODE_COST_USD.\n",
			dollars(-left), dollars(t->limit_micros));
	if (!p->images.base)
		puts(env_get("IMAGE_GEN_PROVIDER")
				? "IMAGE_GEN_PROVIDER is storyboard: drafts."
				: "Without OPENAI_API_KEY the pictures are "
				  "drafts, for nothing.");
}

static void
print_json(const struct plan *p, json_t *chapters, const struct total *t)
{
	json_t *doc = json_pack("{s:s, s:O, s:I, s:I, s:o, s:o, s:o, s:o}",
		"episode_id", p->episode.id, "chapters", chapters, "prompts",
		(json_int_t)t->prompts, "images", (json_int_t)t->images,
		"cost_usd", json_dollars(t->micros), "spent_usd",
		json_dollars(t->spent_micros), "limit_usd",
		json_dollars(t->limit_micros), "left_usd",
		json_dollars(t->limit_micros - t->spent_micros - t->micros));

	json_write(NULL, doc);
	json_decref(doc);
}

static void
read_options(int argc, char **argv, struct wish *w)
{
	static const struct option options[] = {
		{ "template", required_argument, NULL, 't' },
		{ "answers", required_argument, NULL, ANSWERS },
		{ "chapter", required_argument, NULL, CHAPTERS },
		{ "force", no_argument, NULL, FORCE },
		{ "json", no_argument, NULL, JSON },
		{ "requests", required_argument, NULL, REQUESTS },
		CLI_OPTIONS,
	};
	char *end;
	int c;

	while ((c = cli_next(argc, argv, "t:", options)) != -1)
		switch (c) {
		case 't':
			w->q.template = optarg;
			break;
		case ANSWERS:
			w->answers = optarg;
			break;
		case CHAPTERS:
			w->q.chapters = optarg;
			break;
		case FORCE:
			w->q.force = true;
			break;
		case JSON:
			w->json = true;
			break;
		case REQUESTS:
			w->requests = optarg;
			w->q.with_key = true;
			break;
		}
	w->q.episode = cli_operand(argc, argv);
	if (!w->q.episode)
		die(EXIT_USAGE, "the directory of an episode is needed");
	if (!*w->q.episode)
		die(EXIT_NO_INPUT, "the directory's name is empty");
	/* a shell that completes names puts a slash at the end */
	end = argv[optind] + strlen(argv[optind]);
	while (end - argv[optind] > 1 && end[-1] == '/')
		*--end = '\0';
	if (!w->answers)
		w->answers = env_get("ANSWERS_DIR");
	if (!w->q.template)
		w->q.template = env_get("TEMPLATE");
	if (!w->q.template)
		w->q.template = "prompts/imagegen.md";
}

int
main(int argc, char **argv)
{
	json_t *chapters = json_array();
	struct total t = { 0 };
	struct wish w = { 0 };
	struct planned c;
	struct plan p;

	cli_begin("plan-episode", usage);
	read_options(argc, argv, &w);
	buy_look_in(w.answers);
	plan_open(&p, &w.q);
	if (p.images.base)
		model_warn(MODEL_IMAGE, p.api.model.id);
	if (p.writer.base)
		model_warn(MODEL_LLM, p.llm.id);
	while (plan_next(&p, &c)) {
		t.prompts += c.buys_prompt;
		t.images += c.buys_image;
		t.micros += c.prompt_micros + c.image_micros;
		if (w.requests) {
			write_request(w.requests, c.id, ".prompt-request.json",
				&c.prompt_body);
			write_request(w.requests, c.id, ".image-request.json",
				&c.image_body);
		}
		if (w.json)
			json_array_append_new(chapters, chapter_json(&c));
		else
			print_chapter(&c);
		plan_done(&c);
	}
	t.spent_micros = p.spent.micros;
	t.limit_micros = (long long)(env_number("MAX_EPISODE_COST_USD",
					     LIMIT_DOLLARS, 0, LIMIT_MAX) *
			1e6 +
		0.5);
	if (w.json)
		print_json(&p, chapters, &t);
	else
		print_total(&p, &t);
	json_decref(chapters);
	plan_close(&p);
	return cli_end();
}
