#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "chapter/chapter.h"
#include "chapter/prompt.h"
#include "chapter/template.h"
#include "err.h"
#include "failure.h"
#include "json.h"
#include "model/model.h"
#include "model/setting.h"
#include "paid/llm.h"
#include "span.h"
#include "utf8.h"

#define QUOTE_MAX 200 /* code points of a text that a message quotes */

/* JSON's escapes may make six bytes of one. */
#define BODY_MAX (2 * 6 * TEMPLATE_TEXT_MAX + 65536)

/* Whether the catalogue has the LLM only for other providers. */
static bool
is_foreign(struct catalogue *c, const char *id, const char *provider)
{
	return !model_is_known(c, MODEL_LLM, id, provider) &&
		model_is_known(c, MODEL_LLM, id, NULL);
}

bool
llm_model(struct model *m, const struct provider *p,
	const struct prompt_template *t, const char *option, struct failure *f)
{
	struct catalogue *c;
	const char *id;
	bool is_named;

	if (!setting_get(p->settings, "LLM_MODEL", option, &id, &is_named, f))
		return false;
	c = setting_catalogue(p->settings, f);
	if (!c)
		return false;
	if (!is_named && !is_foreign(c, t->model, p->name))
		id = t->model;
	if (!id)
		return failure_set(f, EXIT_BAD_CONFIG,
			"%s: model: %s is not one that %s has; set LLM_MODEL",
			t->path, t->model, p->name);
	return setting_model(m, p, id, f);
}

/* Add a field to the request if the catalogue has it for this model. */
static void
add_field(json_t *body, const char *key, const struct model *m,
	const char *field)
{
	const json_t *value = model_field(m, field);

	if (value)
		json_put(body, key, json_deep_copy(value));
}

/*
 * Add the fields that every request has, and those that this model takes.
 * Thinking is turned off or down: it is paid for, and counts as max_tokens.
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

/* The body of a request with its texts, for each wire; takes ownership of
 * system and user. */
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
	double temperature_max;
	json_t *(*body)(const char *model, json_t *system, json_t *user);
} wires[] = {
	{ "anthropic-messages", "/v1/messages",
		{ "anthropic-version: 2023-06-01", NULL }, 1, messages_body },
	{ "openai-chat", "/chat/completions", { NULL }, 2, chat_body },
};

static const struct wire *
find_wire(const struct model *m, struct failure *f)
{
	for (size_t i = 0; i < sizeof wires / sizeof *wires; i++)
		if (!strcmp(m->wire, wires[i].name))
			return &wires[i];
	failure_set(f, EXIT_BAD_CONFIG,
		"%s: its wire, %s, is not an LLM's; set LLM_MODEL", m->id,
		m->wire);
	return NULL;
}

/* Whether the model takes what the template's front matter asks for. */
static bool
check_limits(const struct model *m, const struct wire *w,
	const struct prompt_template *t, struct failure *f)
{
	json_int_t max = json_integer_value(model_field(m, "max_output"));

	if (max > 0 && t->max_tokens > max)
		return failure_set(f, EXIT_BAD_CONFIG,
			"%s: max_tokens: %s writes no more than %lld; lower it "
			"in the template",
			t->path, m->id, (long long)max);
	if (model_takes(m, "temperature") &&
		t->temperature > w->temperature_max)
		return failure_set(f, EXIT_BAD_CONFIG,
			"%s:%u: temperature: %s takes 0 to %.0f; lower it in "
			"the template, or set another LLM_MODEL",
			t->path, t->temperature_line, m->id,
			w->temperature_max);
	return true;
}

/* Empty texts are an error: every API refuses them. */
static bool
check_text(const struct prompt_template *t, const char *section,
	const struct buf *text, struct failure *f)
{
	return !span_is_space(span_of(text->data ? text->data : "")) ||
		failure_set(f, EXIT_BAD_INPUT,
			"%s: %s is empty when its places are filled in from "
			"this chapter; write more into it",
			t->path, section);
}

static bool
write_body(struct buf *out, const struct wire *w, const struct model *m,
	const struct prompt_template *t, const struct chapter *c,
	struct failure *f)
{
	struct buf system = BUF_INIT(TEMPLATE_TEXT_MAX), user = system;
	json_t *body;
	bool ok;

	ok = template_system(t, c, &system, f) &&
		template_user(t, c, &user, f) &&
		check_text(t, "# System", &system, f) &&
		check_text(t, "# Input", &user, f);
	if (ok) {
		body = w->body(m->id, json_stringn(system.data, system.len),
			json_stringn(user.data, user.len));
		add_fields(body, m, t);
		json_print_compact(body, out);
		json_decref(body);
	}
	buf_free(&system);
	buf_free(&user);
	return ok;
}

bool
llm_request(struct llm_request *r, const struct model *m,
	const struct provider *p, const struct prompt_template *t,
	const struct chapter *c, struct failure *f)
{
	const struct wire *w = find_wire(m, f);
	size_t size;

	*r = (struct llm_request){ .body = BUF_INIT(BODY_MAX) };
	if (!w || !check_limits(m, w, t, f) ||
		!write_body(&r->body, w, m, t, c, f))
		return false;
	size = strlen(p->base) + strlen(w->path) + 1;
	r->endpoint = xmalloc(size);
	snprintf(r->endpoint, size, "%s%s", p->base, w->path);
	r->headers = w->headers;
	if (model_llm_estimate(m, r->body.len, t->max_tokens, &r->estimate, f))
		return true;
	llm_request_free(r);
	return false;
}

void
llm_request_free(struct llm_request *r)
{
	free(r->endpoint);
	buf_free(&r->body);
}

/* The parts of an answer, the same for both wires. */
struct reply {
	const json_t *content; /* a string, or a list of blocks */
	const char *stop;      /* why the LLM stopped, or "" */
	const char *refusal;   /* its reason to refuse, or "" */
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

	/* a list of blocks; a string comes from another API */
	r->content = json_object_get(answer, "content");
	if (!json_is_array(r->content))
		r->content = NULL;
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

/* Add all text of the content, with LF instead of CR LF. */
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

/* false: the LLM refused, or its answer is cut off. */
static bool
check_end(const struct reply *r, struct failure *f)
{
	if (r->is_refused)
		return failure_set(f, EXIT_REFUSED, "refused by the LLM%s%.*s",
			*r->refusal ? ": " : "",
			(int)span_cut(span_of(r->refusal), QUOTE_MAX),
			r->refusal);
	if (!strcmp(r->stop, "max_tokens") || !strcmp(r->stop, "length"))
		return failure_set(f, EXIT_BAD_ANSWER,
			"the answer is cut off; raise max_tokens in the "
			"template");
	if (!strcmp(r->stop, "model_context_window_exceeded"))
		return failure_set(f, EXIT_BAD_ANSWER,
			"the answer is cut off where the model's window ends; "
			"raise max_tokens in the template, or shorten it");
	return true;
}

/* How answers begin in which an LLM refuses.  strncasecmp() ignores the case of
 * ASCII letters only. */
static const char *const refusals[] = { "I'm sorry", "I’m sorry", "I am sorry",
	"Sorry, ", "I can't", "I can’t", "I cannot", "I can not", "I won't",
	"I won’t", "I will not", "I'm unable", "I’m unable", "I am unable",
	"I'm not able", "I’m not able", "I am not able", "I'm afraid",
	"I’m afraid", "I apologize", "I apologise", "My apologies",
	"Unfortunately, I", "As an AI, ", "As an AI model", "As an AI language",
	"As an AI assistant", "As a language model", "I must decline",
	"I have to decline", "I need to decline",
	/* Turkish */
	"Üzgünüm", "üzgünüm", "Maalesef", "Ne yazık ki", "Özür dilerim",
	"özür dilerim", "Kusura bakma", "Bu isteğ", "Bu konuda yardımcı",
	"Bu içeriği", "Yardımcı olamam", "Bunu yapamam",
	"Bir yapay zeka modeli olarak", "Bir yapay zeka olarak",
	"Yapay zeka olarak",
	/* German */
	"Es tut mir leid", "Tut mir leid", "Das tut mir leid", "Leider kann",
	"Leider darf", "Leider ist es mir", "Ich kann nicht", "Ich kann das",
	"Ich kann dir", "Ich kann Ihnen", "Ich kann diese", "Ich kann leider",
	"Ich darf", "Dabei kann ich", "Entschuldigung", "Als KI-", "Als KI ",
	/* French, Spanish, Italian, Portuguese */
	"Je suis désolé", "Désolé", "Je ne peux pas", "Lo siento",
	"Mi dispiace", "Sinto muito", "Desculpe", NULL };

/* Count words between spaces.  Each code point from U+3000 (Chinese, Japanese,
 * Korean) also counts as a word. */
static size_t
count_words(struct span s)
{
	size_t n = 0;
	bool in_word = false;

	while (s.begin < s.end) {
		size_t size = utf8_size(s.begin, span_length(s));
		unsigned u = size > 0 ? utf8_codepoint(s.begin) : ' ';

		n += u >= 0x3000 && u < 0xe000;
		n += u > ' ' && !in_word;
		in_word = u > ' ';
		s.begin += size > 0 ? size : 1;
	}
	return n;
}

/* Whether the text is a prompt, and neither a refusal nor a remark. */
static bool
check_words(struct span s, struct failure *f)
{
	int quoted = (int)span_cut(s, QUOTE_MAX);
	size_t words = count_words(s);

	for (const char *const *r = refusals; *r; r++)
		if (span_length(s) >= strlen(*r) &&
			strncasecmp(s.begin, *r, strlen(*r)) == 0)
			return failure_set(f, EXIT_REFUSED,
				"refused by the LLM: %.*s", quoted, s.begin);
	return words >= LLM_WORDS_MIN ||
		failure_set(f, EXIT_REFUSED,
			"the LLM wrote no prompt, but %zu word%s: %.*s", words,
			words == 1 ? "" : "s", quoted, s.begin);
}

char *
llm_prompt(const json_t *answer, size_t codepoints_max, const char *id,
	struct failure *f)
{
	struct buf text = BUF_INIT(LLM_ANSWER_MAX);
	char why[PROMPT_WHY_MAX], *prompt = NULL;
	struct reply r;
	struct span s;

	read_reply(&r, answer);
	if (!check_end(&r, f))
		return NULL;
	/* jansson made sure that it is UTF-8 without NUL */
	add_text(&text, r.content);
	s = prompt_clean(span_of(text.data ? text.data : ""));
	if (!prompt_check(s, codepoints_max, id, why))
		failure_set(f, EXIT_BAD_ANSWER, "%s", why);
	else if (check_words(s, f))
		prompt = span_copy(s);
	buf_free(&text);
	return prompt;
}

void
llm_ways_out(const struct chapter *c, char says[LLM_WAYS_OUT_MAX])
{
	snprintf(says, LLM_WAYS_OUT_MAX,
		"“%.*s”: reword visual.description, give "
		"visual.image_prompt, or put a picture at own/%s.png of the "
		"episode",
		(int)span_cut(span_of(c->description), QUOTE_MAX),
		c->description, c->id);
}

/* The sum of these keys of the usage, or -1 if there is none of them. */
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
