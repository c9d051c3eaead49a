/*
 * plan-episode: print what an episode's pictures would cost.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "books/budget.h"
#include "books/episodes.h"
#include "books/ledger.h"
#include "chapter/chapter.h"
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
#include "or-die.h"
#include "paid/plan.h"
#include "paid/spent.h"

#define CENT 10000  /* micro-dollars */
#define WHY_MAX 160 /* bytes of "description, size" */

enum { ANSWERS = 256, CHAPTERS, FORCE, JSON, REQUESTS };

struct plan_options {
	struct plan_question q;
	const char *database; /* or NULL */
	const char *requests; /* the directory to write them to, or NULL */
	bool json;
};

struct total {
	long long micros;
	size_t prompts, images;
	struct budget limits[BUDGETS];
};

static const char usage[] =
	"usage: plan-episode [-t TEMPLATE] [OPTION ...] DIRECTORY\n"
	"Print what the pictures of an episode would cost, and why.\n"
	"\n"
	"  -t, --template=FILE    instead of $TEMPLATE or prompts/imagegen.md\n"
	"  -d, --database=FILE    the database, instead of $DATABASE\n"
	"      --answers=DIR      the store of answers, instead of $ANSWERS_DIR\n"
	"      --chapter='ID ...' these chapters only\n"
	"      --force            plan as if nothing had been bought\n"
	"      --json             write JSON\n"
	"      --requests=DIR     also write the requests to DIR\n"
	"      --help             print this\n"
	"      --version          print the version\n";

static void
write_request(const char *dir, const char *id, const char *suffix,
	const struct buf *body)
{
	struct buf path = BUF_INIT(PLAN_PATH_MAX);

	if (!body->len)
		return;
	buf_addf(&path, "%s/%s%s", dir, id, suffix);
	file_write_or_die(path.data, body->data, body->len);
	buf_free(&path);
}

static double
dollars(long long micros)
{
	return (double)micros / 1e6;
}

static const char *const states[] = { "up to date", "from the store", "to buy",
	"card", "draft", "own picture", "refused", "unreadable" };
static const char *const state_words[] = { "up_to_date", "from_store", "buy",
	"card", "draft", "own", "refused", "unreadable" };

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

/* Why the store's answer is of no use, and the remedy. */
static void
print_stuck(const struct planned *c)
{
	if (c->state == PLAN_REFUSED)
		printf("  the store has the LLM's refusal");
	else if (c->state == PLAN_UNREADABLE)
		printf("  the store has an answer without a %s",
			c->knows_prompt ? "picture" : "prompt");
	else
		return;
	printf("; FORCE=1 CHAPTER=%s buys another", c->id);
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
	print_stuck(c);
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

/* What a limit leaves after all purchases. */
static long long
left_of(const struct budget *a, const struct total *t)
{
	return a->limit - a->spent - t->micros;
}

static json_t *
left_json(const struct budget *a, const struct total *t)
{
	return a->limit == BUDGET_NONE ? json_null()
				       : json_dollars(left_of(a, t));
}

/* The setting that is missing to buy the plan, or NULL. */
static const char *
missing_key(const struct plan *p, const struct total *t)
{
	if (p->q.with_key)
		return NULL;
	if (t->images > 0 && !setting_can_ask(&p->images))
		return p->images.key_name;
	if (t->prompts > 0 && !setting_can_ask(&p->writer))
		return p->writer.key_name;
	return NULL;
}

static void
print_total(const struct plan *p, const struct total *t)
{
	const char *key = missing_key(p, t);
	const struct budget *least = budgets_least(t->limits);
	long long left = left_of(least, t);

	if (!t->prompts && !t->images)
		printf("Nothing to buy");
	else
		printf("To buy: %zu prompt%s, %zu picture%s, $%.4f at most",
			t->prompts, t->prompts == 1 ? "" : "s", t->images,
			t->images == 1 ? "" : "s", dollars(t->micros));
	printf("; $%.4f spent so far; ",
		dollars(t->limits[BUDGET_EPISODE].spent));
	if (left >= 0)
		printf("%sthe limit of $%.2f%s leaves $%.2f.\n",
			t->micros ? "after that " : "", dollars(least->limit),
			least->period, dollars(left / CENT * CENT));
	else
		printf("that is $%.4f over the limit of $%.2f%s: set %s.\n",
			dollars(-left), dollars(least->limit), least->period,
			least->setting);
	if (key)
		printf("It can't be bought: %s is not set.\n", key);
	if (!p->images.base)
		puts(env_get("IMAGE_GEN_PROVIDER")
				? "IMAGE_GEN_PROVIDER is storyboard: drafts."
				: "Without OPENAI_API_KEY the pictures are "
				  "drafts, for nothing.");
}

static void
print_json(const struct plan *p, json_t *chapters, const struct total *t)
{
	const struct budget *l = t->limits;
	json_t *doc = json_pack("{s:s, s:O, s:I, s:I, s:o, s:o, s:o, s:o, s:o, "
				"s:o, s:s?}",
		"episode_id", p->episode.id, "chapters", chapters, "prompts",
		(json_int_t)t->prompts, "images", (json_int_t)t->images,
		"cost_usd", json_dollars(t->micros), "spent_usd",
		json_dollars(l[BUDGET_EPISODE].spent), "limit_usd",
		json_dollars(l[BUDGET_EPISODE].limit), "left_usd",
		left_json(&l[BUDGET_EPISODE], t), "month_left_usd",
		left_json(&l[BUDGET_MONTH], t), "total_left_usd",
		left_json(&l[BUDGET_TOTAL], t), "missing_key",
		missing_key(p, t));

	json_write_or_die(NULL, doc);
	json_decref(doc);
}

static void
read_options(int argc, char **argv, struct plan_options *o)
{
	static const struct option options[] = {
		{ "template", required_argument, NULL, 't' },
		{ "database", required_argument, NULL, 'd' },
		{ "answers", required_argument, NULL, ANSWERS },
		{ "chapter", required_argument, NULL, CHAPTERS },
		{ "force", no_argument, NULL, FORCE },
		{ "json", no_argument, NULL, JSON },
		{ "requests", required_argument, NULL, REQUESTS },
		CLI_OPTIONS,
	};
	struct failure f;
	char *end;
	int c;

	while ((c = cli_next(argc, argv, "t:d:", options)) != -1)
		switch (c) {
		case 't':
			o->q.template = optarg;
			break;
		case 'd':
			o->database = optarg;
			break;
		case ANSWERS:
			o->q.answers = optarg;
			break;
		case CHAPTERS:
			o->q.chapters = optarg;
			break;
		case FORCE:
			o->q.force = true;
			break;
		case JSON:
			o->json = true;
			break;
		case REQUESTS:
			o->requests = optarg;
			o->q.with_key = true;
			break;
		}
	env_load_or_die();
	o->q.episode = cli_operand(argc, argv);
	if (!o->q.episode)
		die(EXIT_USAGE, "the directory of an episode is needed");
	if (!*o->q.episode)
		die(EXIT_NO_INPUT, "the directory's name is empty");
	/* shells complete a directory's name with a slash */
	end = argv[optind] + strlen(argv[optind]);
	while (end - argv[optind] > 1 && end[-1] == '/')
		*--end = '\0';
	if (!o->q.answers)
		o->q.answers = env_get("ANSWERS_DIR");
	if (!o->database)
		o->database = env_get("DATABASE");
	o->q.template = template_find(o->q.template, &f);
	if (!o->q.template)
		die_of(&f);
}

static void
look_up_limits(struct total *t, const struct plan *p, struct db *db)
{
	char workings[PLAN_PATH_MAX];
	struct ledger_sums sums;
	struct failure f;

	if (!budgets_read(t->limits, &f))
		die_of(&f);
	ledger_count(db, p->episode.id, t->limits);
	if (db)
		return;
	snprintf(workings, sizeof workings, "%s/imagegen", p->q.episode);
	/* an episode that is not yet begun has spent nothing */
	if (!spent_by_files(workings, NULL, &sums, &f) &&
		f.status != EXIT_NO_INPUT)
		die_of(&f);
	t->limits[BUDGET_EPISODE].spent = sums.micros;
}

/* For an episode that isn't ready for images nothing would be bought. */
static struct db *
open_books(const struct plan_options *o, const char *id)
{
	struct db *db = o->database ? schema_look_or_die(o->database) : NULL;
	char why[EPISODES_WHY_MAX];

	if (db && !episodes_may_draw(db, id, o->q.force, why))
		die(EXIT_BAD_INPUT, "%s", why);
	if (db)
		db_check_or_die(db);
	return db;
}

int
main(int argc, char **argv)
{
	json_t *chapters = json_array();
	struct total t = { 0 };
	struct plan_options o = { 0 };
	struct failure f;
	struct planned c;
	struct plan p;
	struct db *db;

	cli_begin("plan-episode", usage);
	read_options(argc, argv, &o);
	if (!plan_open(&p, &o.q, &f))
		die_of(&f);
	db = open_books(&o, p.episode.id);
	if (p.images.base)
		model_warn(p.api.model.catalogue, MODEL_IMAGE, p.api.model.id);
	if (p.writer.base)
		model_warn(p.llm.catalogue, MODEL_LLM, p.llm.id);
	while (plan_next(&p, &c, &f)) {
		t.prompts += c.buys_prompt;
		t.images += c.buys_image;
		t.micros += c.prompt_micros + c.image_micros;
		if (o.requests) {
			write_request(o.requests, c.id, ".prompt-request.json",
				&c.prompt_body);
			write_request(o.requests, c.id, ".image-request.json",
				&c.image_body);
		}
		if (o.json)
			json_array_append_new(chapters, chapter_json(&c));
		else
			print_chapter(&c);
		plan_done(&c);
	}
	if (f.status)
		die_of(&f);
	look_up_limits(&t, &p, db);
	if (db)
		db_check_or_die(db);
	if (o.json)
		print_json(&p, chapters, &t);
	else
		print_total(&p, &t);
	json_decref(chapters);
	plan_close(&p);
	db_close(db);
	return cli_end();
}
