#include <stdlib.h>

#include "chapter/chapter.h"
#include "chapter/prompt.h"
#include "env.h"
#include "err.h"
#include "failure.h"
#include "json.h"
#include "model/model.h"
#include "model/setting.h"
#include "paid/ask.h"
#include "paid/buy.h"
#include "paid/llm.h"

#define SECONDS 120.0 /* the default of LLM_TIMEOUT */
#define SECONDS_MAX 86400.0

/*
 * The most code points that a prompt may have: the image model's limit, minus
 * the style before the prompt.  0: not known, or a storyboard is drawn.
 */
static bool
find_codepoints_max(struct settings *s, size_t *codepoints_max,
	struct failure *f)
{
	const char *id, *style;
	struct provider p;
	struct model m;
	size_t max, before;

	*codepoints_max = 0;
	if (!setting_provider(&p, s, MODEL_IMAGE, NULL, f))
		return false;
	if (!p.base)
		return true;
	if (!setting_get(s, "IMAGE_GEN_MODEL", NULL, &id, NULL, f) ||
		!setting_model(&m, &p, id, f) ||
		!setting_get(s, "IMAGE_GEN_STYLE_PREFIX", NULL, &style, NULL,
			f))
		return false;
	max = model_prompt_max(&m);
	before = span_codepoints(span_of(style ? style : ""));
	*codepoints_max = max > before ? max - before : max > 0;
	return true;
}

/* What compute_cost() needs. */
struct tariff {
	const struct model *model;
	long long estimate;
};

static void
compute_cost(const json_t *answer, void *data, struct cost *cost)
{
	const struct tariff *tariff = data;
	long long micros =
		model_llm_cost(tariff->model, json_object_get(answer, "usage"));

	cost->is_measured = micros >= 0;
	cost->micros = micros >= 0 ? micros : tariff->estimate;
	cost->input_tokens = llm_input_tokens(answer);
	cost->output_tokens = llm_output_tokens(answer);
}

static json_t *
tokens_or_null(long long tokens)
{
	return tokens < 0 ? json_null() : json_integer(tokens);
}

/* The parameters of the request: all keys except model and texts. */
static json_t *
find_params(const struct llm_request *r)
{
	json_t *params = json_loadb(r->body.data, r->body.len, 0, NULL);

	json_object_del(params, "model");
	json_object_del(params, "system");
	json_object_del(params, "messages");
	return params;
}

/* The facts about an answer: the "llm" of a prompt file. */
static json_t *
make_facts(const struct purchase *b, const struct provider *p,
	const struct model *m, const struct llm_request *r)
{
	return json_pack("{s:s, s:s, s:o, s:s, s:s?, s:s, s:s?, s:o, s:o, s:o, "
			 "s:s}",
		"provider", p->name, "model", m->id, "params", find_params(r),
		"request_sha256", b->hash, "request_id",
		*b->request_id ? b->request_id : NULL, "bought_at",
		b->bought_at, "run", *b->run ? b->run : NULL, "input_tokens",
		tokens_or_null(llm_input_tokens(b->answer)), "output_tokens",
		tokens_or_null(llm_output_tokens(b->answer)), "cost_usd",
		json_dollars(b->cost.micros), "cost_source",
		b->cost.is_measured ? "measured" : "estimated");
}

/* Take the prompt from the answer. */
static bool
take_prompt(struct store *store, struct asked *a, const struct purchase *b,
	const struct chapter *c, size_t codepoints_max, const char *ways_out,
	struct failure *f)
{
	char why[PROMPT_WHY_MAX];
	struct failure found;

	a->prompt = llm_prompt(b->answer, codepoints_max, c->id, &found);
	if (!a->prompt && found.status == EXIT_REFUSED) {
		ledger_refused(&store->ledger, b->name, found.message);
		return failure_set(f, found.status, "%s: prompt: %s; %s", c->id,
			found.message, ways_out);
	}
	if (!a->prompt)
		return failure_set(f, found.status, "%s: prompt: %s", c->id,
			found.message);
	if (b->is_new && prompt_doubts(span_of(a->prompt), why))
		warn("%s: prompt: %s; look at it before it is drawn", c->id,
			why);
	return true;
}

bool
ask_llm(struct store *store, struct asked *a, const struct provider *p,
	const char *model, const struct prompt_template *t,
	const struct chapter *c, struct failure *f)
{
	size_t codepoints_max;
	char ways_out[LLM_WAYS_OUT_MAX];
	struct llm_request r;
	struct purchase b;
	struct model m;
	double timeout;
	bool ok;

	*a = (struct asked){ 0 };
	if (!find_codepoints_max(p->settings, &codepoints_max, f) ||
		!env_number("LLM_TIMEOUT", SECONDS, 1, SECONDS_MAX, &timeout,
			f) ||
		!llm_model(&m, p, t, model, f) ||
		!llm_request(&r, &m, p, t, c, f))
		return false;
	llm_ways_out(c, ways_out);
	b = (struct purchase){ .kind = "prompt",
		.episode = c->episode_id,
		.chapter = c->id,
		.model = m.id,
		.provider = p,
		.endpoint = r.endpoint,
		.body = r.body.data,
		.body_len = r.body.len,
		.headers = r.headers,
		.timeout = timeout,
		.answer_max = LLM_ANSWER_MAX,
		.if_refused = ways_out,
		.estimate = r.estimate,
		.compute_cost = compute_cost,
		.data = &(struct tariff){ &m, r.estimate } };
	ok = buy(store, &b, f) &&
		take_prompt(store, a, &b, c, codepoints_max, ways_out, f);
	if (ok && !setting_keep(p->settings, f)) {
		ask_free(a);
		ok = false;
	}
	if (ok) {
		a->facts = make_facts(&b, p, &m, &r);
		a->micros = b.cost.micros;
		a->is_new = b.is_new;
	}
	llm_request_free(&r);
	buy_free(&b);
	return ok;
}

void
ask_free(struct asked *a)
{
	free(a->prompt);
	json_decref(a->facts);
}
