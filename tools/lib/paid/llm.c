#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chapter/chapter.h"
#include "chapter/prompt.h"
#include "chapter/template.h"
#include "err.h"
#include "json.h"
#include "model/model.h"
#include "model/setting.h"
#include "paid/llm.h"
#include "span.h"

#define QUOTE_MAX 200 /* letters of a text that a message quotes */

/* JSON's escapes may make six bytes of one. */
#define BODY_MAX (2 * 6 * TEMPLATE_TEXT_MAX + 65536)

/* Whether the catalogue knows the LLM, and as another provider's. */
static bool
is_foreign(const char *id, const char *provider)
{
	return !model_is_known(MODEL_LLM, id, provider) &&
		model_is_known(MODEL_LLM, id, NULL);
}

void
llm_model(struct model *m, const struct provider *p,
	const struct prompt_template *t, const char *option)
{
	bool is_named;
	const char *id = setting_get("LLM_MODEL", option, &is_named);

	if (!is_named && !is_foreign(t->model, p->name))
		id = t->model;
	if (!id)
		die(EXIT_BAD_CONFIG,
			"%s: model: %s is not one that %s has; set LLM_MODEL",
			t->path, t->model, p->name);
	model_find(m, MODEL_LLM, id, p->name, p->own_base);
}

/* A field of the request, where the catalogue has it for this model. */
static void
add_field(json_t *body, const char *key, const struct model *m,
	const char *field)
{
	const json_t *value = model_field(m, field);

	if (value)
		json_put(body, key, json_deep_copy(value));
}

/*
 * What every request has, and what this model takes.  Thinking is paid for, and
 * takes from max_tokens: as little of it as can be.
 */
static void
add_fields(json_t *body, const struct model *m, const struct prompt_template *t)
{
	const char *tokens = json_string_value(model_field(m, "token_field"));
	json_t *config = json_object();

	json_put(body, tokens ? tokens : "max_tokens",
		json_integer(t->max_tokens));
	if (model_takes(m, "temperature"))
		json_put(body, "temperature", json_real(t->temperature));
	add_field(body, "thinking", m, "thinking_off");
	add_field(body, "reasoning_effort", m, "reasoning_effort");
	add_field(config, "effort", m, "effort");
	if (json_object_size(config) > 0)
		json_put(body, "output_config", json_incref(config));
	json_decref(config);
}

/* The texts of a request, over each wire; system and user are taken over. */
static json_t *
messages_body(const char *model, json_t *system, json_t *user)
{
	return json_pack("{s:s, s:o, s:[{s:s, s:o}]}", "model", model, "system",
		system, "messages", "role", "user", "content", user);
}

static json_t *
chat_body(const char *model, json_t *system, json_t *user)
{
	return json_pack("{s:s, s:[{s:s, s:o}, {s:s, s:o}]}", "model", model,
		"messages", "role", "system", "content", system, "role", "user",
		"content", user);
}

static const struct wire {
	const char *name;
	const char *path;
	const char *headers[2];
	json_t *(*body)(const char *model, json_t *system, json_t *user);
} wires[] = {
	{ "anthropic-messages", "/v1/messages",
		{ "anthropic-version: 2023-06-01", NULL }, messages_body },
	{ "openai-chat", "/chat/completions", { NULL }, chat_body },
};

static const struct wire *
find_wire(const struct model *m)
{
	for (size_t i = 0; i < sizeof wires / sizeof *wires; i++)
		if (!strcmp(m->wire, wires[i].name))
			return &wires[i];
	die(EXIT_BAD_CONFIG,
		"%s: its wire, %s, is none of an LLM; set LLM_MODEL", m->id,
		m->wire);
}

static void
check_tokens(const struct model *m, const struct prompt_template *t)
{
	json_int_t max = json_integer_value(model_field(m, "max_output"));

	if (max > 0 && t->max_tokens > max)
		die(EXIT_BAD_CONFIG,
			"%s: max_tokens: %s writes no more than %lld; lower it "
			"in the template",
			t->path, m->id, (long long)max);
}

/* A text of the request; one that has nothing in it is refused everywhere. */
static json_t *
make_text(const struct prompt_template *t, const char *section,
	const struct buf *text)
{
	if (span_is_blank(span_of(text->data ? text->data : "")))
		die(EXIT_BAD_INPUT,
			"%s: %s is empty when its places are filled in from "
			"this chapter; write more into it",
			t->path, section);
	return json_stringn(text->data, text->len);
}

void
llm_request(struct llm_request *r, const struct model *m,
	const struct provider *p, const struct prompt_template *t,
	const struct chapter *c)
{
	const struct wire *w = find_wire(m);
	struct buf system = BUF_INIT(TEMPLATE_TEXT_MAX), user = system;
	size_t size = strlen(p->base) + strlen(w->path) + 1;
	json_t *body;

	check_tokens(m, t);
	template_system(t, c, &system);
	template_user(t, c, &user);
	body = w->body(m->id, make_text(t, "# System", &system),
		make_text(t, "# Input", &user));
	buf_free(&system);
	buf_free(&user);
	add_fields(body, m, t);
	r->body = BUF_INIT(BODY_MAX);
	json_print_compact(body, &r->body);
	json_decref(body);
	r->endpoint = xmalloc(size);
	snprintf(r->endpoint, size, "%s%s", p->base, w->path);
	r->headers = w->headers;
	r->estimate = model_llm_estimate(m, r->body.len, t->max_tokens);
}

void
llm_request_free(struct llm_request *r)
{
	free(r->endpoint);
	buf_free(&r->body);
}

/* Where the two wires have what is looked at. */
struct reply {
	const json_t *content; /* a string, or a list of blocks */
	const char *stop;      /* why it ended there, or "" */
	const char *refusal;   /* what it says of refusing, or "" */
	bool is_refused;
};

static void
read_reply(struct reply *r, const json_t *answer)
{
	const json_t *choice =
		json_array_get(json_object_get(answer, "choices"), 0);
	const json_t *message = json_object_get(choice, "message");
	const char *stop = json_text(answer, "stop_reason");
	const char *refusal = json_text(json_object_get(answer, "stop_details"),
		"explanation");

	r->content = json_object_get(answer, "content");
	if (choice) {
		r->content = json_object_get(message, "content");
		stop = json_text(choice, "finish_reason");
		refusal = json_text(message, "refusal");
	}
	r->stop = stop ? stop : "";
	r->refusal = refusal ? refusal : "";
	r->is_refused = !strcmp(r->stop, "refusal") ||
		!strcmp(r->stop, "content_filter") || (choice && *r->refusal);
}

/* All text there is, its lines ended by LF alone. */
static void
add_text(struct buf *b, const json_t *content)
{
	const char *s = json_string_value(content), *type;
	const json_t *block;
	size_t i;

	for (; s && *s; s++)
		if (s[0] != '\r' || s[1] != '\n')
			buf_add(b, s, 1);
	if (json_is_array(content))
		json_array_foreach(content, i, block)
		{
			type = json_text(block, "type");
			if (type && !strcmp(type, "text"))
				add_text(b, json_object_get(block, "text"));
		}
}

/* Whether the LLM said all it had to say. */
static bool
is_complete(const struct reply *r, struct llm_failure *f)
{
	const char *why = NULL;

	f->status = EXIT_BAD_ANSWER;
	if (r->is_refused) {
		f->status = EXIT_REFUSED;
		snprintf(f->why, sizeof f->why, "refused by the LLM%s%.*s",
			*r->refusal ? ": " : "",
			(int)span_cut(span_of(r->refusal), QUOTE_MAX),
			r->refusal);
		return false;
	}
	if (!strcmp(r->stop, "max_tokens") || !strcmp(r->stop, "length"))
		why = "the answer is cut off; raise max_tokens in the template";
	if (!strcmp(r->stop, "model_context_window_exceeded"))
		why = "the answer is cut off where the model's window ends; "
		      "raise max_tokens in the template, or shorten it";
	if (why)
		snprintf(f->why, sizeof f->why, "%s", why);
	return !why;
}

char *
llm_prompt(const json_t *answer, size_t letters_max, struct llm_failure *f)
{
	struct buf text = BUF_INIT(LLM_ANSWER_MAX);
	char why[PROMPT_WHY_MAX], *prompt = NULL;
	struct reply r;
	struct span s;

	read_reply(&r, answer);
	if (!is_complete(&r, f))
		return NULL;
	/* what was parsed as JSON is UTF-8, and has no NUL */
	add_text(&text, r.content);
	s = prompt_clean(span_of(text.data ? text.data : ""));
	if (prompt_check(s, letters_max, why))
		prompt = span_copy(s);
	else
		snprintf(f->why, sizeof f->why, "%s", why);
	buf_free(&text);
	return prompt;
}

void
llm_ways_out(const struct chapter *c, char says[LLM_WHY_MAX])
{
	snprintf(says, LLM_WHY_MAX,
		"“%.*s”: reword visual.description, give "
		"visual.image_prompt, or put a picture at own/%s.png of the "
		"episode",
		(int)span_cut(span_of(c->description), QUOTE_MAX),
		c->description, c->id);
}

/* The sum of these numbers of an answer's usage. */
static long long
count_tokens(const json_t *answer, const char *const names[], size_t n)
{
	const json_t *usage = json_object_get(answer, "usage");
	long long sum = -1;

	for (size_t i = 0; i < n; i++) {
		const json_t *count = json_object_get(usage, names[i]);
		long long tokens = (long long)json_integer_value(count);

		if (json_is_integer(count) && tokens >= 0 && tokens < 1 << 30)
			sum = (sum < 0 ? 0 : sum) + tokens;
	}
	return sum;
}

long long
llm_input_tokens(const json_t *answer)
{
	static const char *const names[] = { "input_tokens",
		"cache_creation_input_tokens", "cache_read_input_tokens",
		"prompt_tokens" };

	return count_tokens(answer, names, sizeof names / sizeof *names);
}

long long
llm_output_tokens(const json_t *answer)
{
	static const char *const names[] = { "output_tokens",
		"completion_tokens" };

	return count_tokens(answer, names, sizeof names / sizeof *names);
}
