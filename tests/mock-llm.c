/* mock-llm: Anthropic's messages and OpenAI's chat completions. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "mock.h"

#define TEXT_MAX 8192

/*
 * About 180 words that depend only on the request: sentences with alternatives,
 * "[one|other|third]".
 */
static const char text_form[] =
	"[A wide|An intimate|A low|A quiet overhead|A steady eye-level] view of "
	"[an old observatory|a harbour market|a stone workshop|a long library "
	"hall|a hillside terrace|a railway yard] [at first light|just after "
	"rain|in the last hour of the day|under a pale winter sky]. In the "
	"foreground, [a craftsman|a young scholar|a weathered sailor|an old "
	"clockmaker] [leans over|kneels beside|looks past|reaches toward] "
	"[a brass instrument|an open wooden chest|a table of worn tools|a heap "
	"of folded cloth], the hands large and clearly lit, every crease of "
	"skin and fabric carefully drawn. Behind, the middle ground holds "
	"[rows of narrow houses|tall arched windows|masts and slack ropes|"
	"shelves that climb into shadow], their edges softened by [mist|"
	"drifting dust|thin smoke|a fine haze]. Far away stand [blue mountains|"
	"bare trees|the domes of a city|a few slender towers], only some tones "
	"darker than the sky. The light comes from [the left|the right|high "
	"above|a single window], warm where it falls and cool in the folds, so "
	"that the eye moves along one diagonal from the nearest object to the "
	"horizon. The palette keeps to [ochre, slate and ivory|copper, teal "
	"and bone|umber, sage and pale gold|indigo, rust and chalk], with one "
	"small accent of [scarlet|bright yellow|clear green] near the centre. "
	"Painterly realism, visible brushwork, fine grain, a shallow depth of "
	"field toward the borders, and a calm, patient mood throughout. The "
	"composition leaves the upper third open and uncluttered, balanced by "
	"the weight of the darker shapes below. Nothing distracts from the "
	"single gesture that tells the story of this moment. [Nothing moves "
	"but|All is still except for|The only motion is] [a strip of cloth in "
	"the wind|a bird crossing the roofs|the slow turn of a wheel].";

/* Choose one of the words after a "[", at p; returns the rest after the "]". */
static const char *
choose(struct buf *out, const char *p, uint64_t *seed)
{
	const char *end = strchr(p, ']');
	uint64_t count = 1;

	for (const char *q = p; q < end; q++)
		count += *q == '|';
	for (uint64_t skip = mock_next(seed) % count; skip > 0; skip--)
		p = strchr(p, '|') + 1;
	buf_add(out, p, strcspn(p, "|]"));
	return end + 1;
}

/* At most max words. */
static void
write_text(struct buf *out, const struct ask *a, long max)
{
	uint64_t seed = mock_hash(a->body, strlen(a->body));
	const char *p = text_form;
	long words = 0;

	while (*p)
		if (*p == '[') {
			p = choose(out, p + 1, &seed);
		} else {
			size_t n = strcspn(p, "[");

			buf_add(out, p, n);
			p += n;
		}
	for (size_t i = 0; i < out->len; i++)
		if (out->data[i] == ' ' && ++words >= max)
			out->len = i;
	if (max <= 0)
		out->len = 0;
	out->data[out->len] = '\0';
}

/* The limits of an answer, and its tokens. */
struct speech {
	struct buf text;
	int thinking; /* tokens */
	int tokens;   /* all of them */
	bool is_cut;
};

static long
words_of(const struct buf *text)
{
	long n = text->len > 0;

	for (size_t i = 0; i < text->len; i++)
		n += text->data[i] == ' ';
	return n;
}

/* Three words are four tokens.  Thinking comes first, and may take all tokens.
 */
static void
speak(struct speech *s, const struct ask *a, int thinking, json_int_t max)
{
	s->thinking = thinking < max ? thinking : (int)max;
	write_text(&s->text, a, TEXT_MAX);
	s->is_cut = (words_of(&s->text) * 4 + 2) / 3 > max - s->thinking;
	if (s->is_cut) {
		s->text.len = 0;
		write_text(&s->text, a, (long)(max - s->thinking) * 3 / 4);
	}
	s->tokens = s->is_cut
		? (int)max
		: s->thinking + (int)(words_of(&s->text) * 4 + 2) / 3;
}

/* By effort: low to max. */
static const char *const efforts[] = { "low", "medium", "high", "xhigh", "max",
	NULL };

static int
thinking_of(const char *effort)
{
	static const int tokens[] = { 60, 150, 300, 600, 1200 };

	for (size_t i = 0; effort && efforts[i]; i++)
		if (strcmp(effort, efforts[i]) == 0)
			return tokens[i];
	return 0;
}

static int
input_tokens(const struct ask *a)
{
	return (int)(strlen(a->body) + 3) / 4;
}

static const char *
field(const struct ask *a, const char *name)
{
	return json_string_value(json_object_get(a->json, name));
}

/* The differences of Claude's models, as far as a request shows them. */
struct claude {
	const char *id;
	bool takes_temperature;
	bool thinks;              /* when nothing is said of it */
	const char *const *forms; /* of "thinking" */
	const char *effort;       /* the default */
};

static const char *const old_forms[] = { "enabled", "disabled", NULL };
static const char *const all_forms[] = { "enabled", "adaptive", "disabled",
	NULL };
static const char *const new_forms[] = { "adaptive", "disabled", NULL };
static const char *const between_forms[] = { "adaptive", "between_tools",
	NULL };
static const char *const always_forms[] = { "adaptive", NULL };

static const struct claude claudes[] = {
	{ "claude-sonnet-4-5", true, false, old_forms, "high" },
	{ "claude-sonnet-4-5-20250929", true, false, old_forms, "high" },
	{ "claude-haiku-4-5", true, false, old_forms, "high" },
	{ "claude-haiku-4-5-20251001", true, false, old_forms, "high" },
	{ "claude-opus-4-5-20251101", true, false, old_forms, "high" },
	{ "claude-sonnet-4-6", true, false, all_forms, "high" },
	{ "claude-opus-4-7", false, true, new_forms, "high" },
	{ "claude-opus-4-8", false, true, new_forms, "high" },
	{ "claude-opus-5", false, true, new_forms, "high" },
	{ "claude-sonnet-5", false, true, new_forms, "high" },
	{ "claude-sonnet-5-5", false, true, between_forms, "high" },
	{ "claude-haiku-5-5", false, true, new_forms, "medium" },
	{ "claude-opus-5-5", false, true, always_forms, "medium" },
	{ "claude-fable-5", false, true, always_forms, "high" },
	{ "claude-fable-5-1", false, true, always_forms, "high" },
	{ "local-", true, false, all_forms, "high" },
};

static const struct claude *
find_claude(const char *id)
{
	size_t count = sizeof claudes / sizeof *claudes;

	for (size_t i = 0; i < count; i++)
		if (strcmp(claudes[i].id, id) == 0)
			return &claudes[i];
	return mock_is_local(id) ? &claudes[count - 1] : NULL;
}

/* Whether these are turns with a role and a content, the last one a user's. */
static bool
has_turns(const struct ask *a, struct reply *r, const char *const *roles)
{
	const json_t *turns = json_object_get(a->json, "messages");
	const char *role = NULL;
	size_t i;
	json_t *turn;

	if (!json_is_array(turns) || json_array_size(turns) == 0) {
		mock_fail(a, r, 400, NULL, "messages",
			"messages: at least one message is required");
		return false;
	}
	json_array_foreach(turns, i, turn)
	{
		const json_t *content = json_object_get(turn, "content");

		role = json_string_value(json_object_get(turn, "role"));
		if (mock_is_one_of(role, roles) &&
			(json_string_length(content) > 0 ||
				json_array_size(content) > 0))
			continue;
		mock_fail(a, r, 400, NULL, "messages",
			"messages.%zu: a role and a content are required", i);
		return false;
	}
	if (a->route != ROUTE_MESSAGES || strcmp(role, "user") == 0)
		return true;
	mock_fail(a, r, 400, NULL, "messages",
		"This model does not support assistant message prefill. The "
		"conversation must end with a user message.");
	return false;
}

static bool
has_good_heat(const struct ask *a, struct reply *r, double max, bool is_free)
{
	const json_t *heat = json_object_get(a->json, "temperature");
	double value = json_number_value(heat);

	if (!heat ||
		(json_is_number(heat) && value >= 0 && value <= max &&
			(is_free || (value >= 1 && value <= 1))))
		return true;
	mock_fail(a, r, 400, "unsupported_value", "temperature",
		is_free ? "temperature: range: 0..%.0f"
			: "temperature: only the default (1 of 0..%.0f) is "
			  "supported with this model.",
		max);
	return false;
}

static const char *
effort_of(const struct ask *a, const struct claude *m)
{
	const char *effort =
		json_string_value(json_object_get(json_object_get(a->json,
							  "output_config"),
			"effort"));

	return effort ? effort : m->effort;
}

static bool
has_good_thinking(const struct ask *a, struct reply *r, const struct claude *m)
{
	const json_t *thinking = json_object_get(a->json, "thinking");
	const json_t *budget = json_object_get(thinking, "budget_tokens");
	const char *form = json_string_value(json_object_get(thinking, "type"));
	const char *effort = effort_of(a, m);

	if (!mock_is_one_of(effort, efforts)) {
		mock_fail(a, r, 400, NULL, NULL,
			"output_config.effort: '%s' is none", effort);
	} else if (!thinking) {
		return true;
	} else if (!form || !mock_is_one_of(form, m->forms)) {
		mock_fail(a, r, 400, NULL, NULL,
			"thinking.type: '%s' is not supported for %s",
			form ? form : "?", m->id);
	} else if (strcmp(form, "disabled") == 0 &&
		strcmp(m->id, "claude-haiku-5-5") == 0 && effort[0] != 'l' &&
		effort[0] != 'h' && strcmp(effort, "medium") != 0) {
		mock_fail(a, r, 400, NULL, NULL,
			"thinking.type: 'disabled' is not supported at effort "
			"%s",
			effort);
	} else if (strcmp(form, "enabled") == 0 &&
		(json_integer_value(budget) < 1024 ||
			json_integer_value(budget) >=
				json_integer_value(json_object_get(a->json,
					"max_tokens")))) {
		mock_fail(a, r, 400, NULL, NULL,
			"thinking.budget_tokens: 1024 to max_tokens");
	} else {
		return true;
	}
	return false;
}

static bool
is_good_message(const struct ask *a, struct reply *r, const struct claude *m)
{
	static const char *const fields[] = { "model", "max_tokens", "system",
		"messages", "temperature", "top_p", "top_k", "stop_sequences",
		"thinking", "output_config", "cache_control", "metadata",
		"stream", "service_tier", "tools", "tool_choice", NULL };
	static const char *const roles[] = { "user", "assistant", NULL };
	const json_t *max = json_object_get(a->json, "max_tokens");
	const char *name = mock_stranger(a->json, fields);

	if (name)
		mock_fail(a, r, 400, NULL, NULL,
			"%s: Extra inputs are not permitted", name);
	else if (!max)
		mock_fail(a, r, 400, NULL, NULL, "max_tokens: Field required");
	else if (!json_is_integer(max) || json_integer_value(max) < 1 ||
		json_integer_value(max) > 128000)
		mock_fail(a, r, 400, NULL, NULL, "max_tokens: 1 to 128000");
	else if (json_is_true(json_object_get(a->json, "stream")))
		mock_fail(a, r, 400, NULL, NULL, "mock-api doesn't stream");
	else if (strstr(m->id, "-4-5") &&
		json_object_get(a->json, "temperature") &&
		json_object_get(a->json, "top_p"))
		mock_fail(a, r, 400, NULL, NULL,
			"temperature and top_p cannot both be specified for "
			"this model");
	else
		return has_turns(a, r, roles) &&
			has_good_heat(a, r, 1, m->takes_temperature) &&
			has_good_thinking(a, r, m);
	return false;
}

static void
answer_message(const struct ask *a, struct reply *r, const struct claude *m)
{
	const char *form =
		json_string_value(json_object_get(json_object_get(a->json,
							  "thinking"),
			"type"));
	bool thinks = form ? strcmp(form, "disabled") != 0 &&
			strcmp(form, "between_tools") != 0
			   : m->thinks;
	struct speech s = { .text = BUF_INIT(TEXT_MAX) };
	json_t *content = json_array();
	char id[32];

	speak(&s, a, thinks ? thinking_of(effort_of(a, m)) : 0,
		json_integer_value(json_object_get(a->json, "max_tokens")));
	snprintf(id, sizeof id, "msg_mock_%016llx",
		(unsigned long long)mock_hash(a->body, strlen(a->body)));
	if (thinks)
		json_array_append_new(content,
			json_pack("{s:s, s:s, s:s}", "type", "thinking",
				"thinking", "", "signature", "bW9jay1hcGk="));
	if (s.text.len > 0)
		json_array_append_new(content,
			json_pack("{s:n, s:s, s:s%}", "citations", "type",
				"text", "text", s.text.data, s.text.len));
	mock_say_json(r,
		json_pack("{s:s, s:n, s:s, s:s, s:s, s:o, s:s, s:n, s:n,"
			  " s:{s:i, s:i, s:i, s:{s:i, s:i}, s:s, s:i, s:n,"
			  " s:s}}",
			"id", id, "container", "type", "message", "role",
			"assistant", "model", field(a, "model"), "content",
			content, "stop_reason",
			s.is_cut ? "max_tokens" : "end_turn", "stop_sequence",
			"stop_details", "usage", "input_tokens",
			input_tokens(a), "cache_creation_input_tokens", 0,
			"cache_read_input_tokens", 0, "cache_creation",
			"ephemeral_5m_input_tokens", 0,
			"ephemeral_1h_input_tokens", 0, "inference_geo",
			"not_available", "output_tokens", s.tokens,
			"server_tool_use", "service_tier", "standard"));
	buf_free(&s.text);
}

/* The official client sends a token in this header instead. */
static bool
has_message_key(const struct ask *a)
{
	const char *key = mock_header(a, "x-api-key");
	const char *bearer = mock_header(a, "authorization");

	return (key && *key) ||
		(bearer && strncmp(bearer, "Bearer ", 7) == 0 && bearer[7]);
}

void
mock_messages(const struct ask *a, struct reply *r)
{
	const char *model = field(a, "model");
	const struct claude *m = model ? find_claude(model) : NULL;

	if (!(model && mock_is_local(model)) && !has_message_key(a))
		mock_fail(a, r, 401, NULL, NULL,
			"x-api-key header or authorization is required");
	else if (!mock_header(a, "anthropic-version"))
		mock_fail(a, r, 400, NULL, NULL,
			"anthropic-version: header is required");
	else if (!model)
		mock_fail(a, r, 400, NULL, NULL, "model: Field required");
	else if (!m)
		mock_fail(a, r, 404, NULL, NULL, "model: %s", model);
	else if (is_good_message(a, r, m))
		answer_message(a, r, m);
}

/* The differences of OpenAI's models. */
struct gpt {
	const char *id;
	const char *const *efforts; /* NULL: it doesn't reason */
	const char *effort;
	bool is_old; /* takes max_tokens, and any temperature */
};

static const char *const none_to_max[] = { "none", "low", "medium", "high",
	"xhigh", "max", NULL };
static const char *const minimal_to_high[] = { "minimal", "low", "medium",
	"high", NULL };

static const struct gpt gpts[] = {
	{ "gpt-6-luna", none_to_max, "medium", false },
	{ "gpt-6.1-terra", none_to_max, "medium", false },
	{ "gpt-6.1-sol", efforts, "medium", false },
	{ "gpt-6-sol", efforts, "medium", false },
	{ "gpt-5.6-luna", none_to_max, "medium", false },
	{ "gpt-5.4-mini", none_to_max, "none", false },
	{ "gpt-5-mini", minimal_to_high, "medium", false },
	{ "gpt-5-mini-2025-08-07", minimal_to_high, "medium", false },
	{ "gpt-5-nano", minimal_to_high, "medium", false },
	{ "gpt-5-nano-2025-08-07", minimal_to_high, "medium", false },
	{ "gpt-4o-mini", NULL, NULL, true },
	{ "gpt-4.1-mini", NULL, NULL, true },
	{ "local-", NULL, NULL, true },
};

static const struct gpt *
find_gpt(const char *id)
{
	size_t count = sizeof gpts / sizeof *gpts;

	for (size_t i = 0; i < count; i++)
		if (strcmp(gpts[i].id, id) == 0)
			return &gpts[i];
	return mock_is_local(id) ? &gpts[count - 1] : NULL;
}

static const char *
gpt_effort(const struct ask *a, const struct gpt *m)
{
	const char *effort = field(a, "reasoning_effort");

	return effort ? effort : m->effort;
}

static bool
is_good_chat(const struct ask *a, struct reply *r, const struct gpt *m)
{
	static const char *const fields[] = { "model", "messages", "max_tokens",
		"max_completion_tokens", "temperature", "top_p", "n", "stop",
		"stream", "reasoning_effort", "response_format", "seed", "user",
		"frequency_penalty", "presence_penalty", "logit_bias",
		"logprobs", "top_logprobs", "metadata", "store", "verbosity",
		"service_tier", "safety_identifier", "prompt_cache_key", NULL };
	static const char *const roles[] = { "system", "developer", "user",
		"assistant", "tool", NULL };
	const char *name = mock_stranger(a->json, fields);
	const json_t *effort = json_object_get(a->json, "reasoning_effort");
	const char *word = gpt_effort(a, m);
	const json_t *max = json_object_get(a->json, "max_completion_tokens");

	if (!max)
		max = json_object_get(a->json, "max_tokens");
	if (name && !mock_is_local(m->id))
		mock_fail(a, r, 400, "unknown_parameter", name,
			"Unrecognized request argument supplied: %s", name);
	else if (!m->is_old && json_object_get(a->json, "max_tokens"))
		mock_fail(a, r, 400, "unsupported_parameter", "max_tokens",
			"Unsupported parameter: 'max_tokens' is not supported "
			"with this model. Use 'max_completion_tokens' "
			"instead.");
	else if (max && json_integer_value(max) < 1)
		mock_fail(a, r, 400, "integer_below_min_value", "max_tokens",
			"Invalid value: expected a number of at least 1.");
	else if (json_is_true(json_object_get(a->json, "stream")))
		mock_fail(a, r, 400, "unsupported_value", "stream",
			"mock-api doesn't stream.");
	else if (effort && !m->efforts && !mock_is_local(m->id))
		mock_fail(a, r, 400, "unsupported_parameter",
			"reasoning_effort",
			"Unsupported parameter: 'reasoning_effort' is not "
			"supported with this model.");
	else if (effort && m->efforts && !mock_is_one_of(word, m->efforts))
		mock_fail(a, r, 400, "unsupported_value", "reasoning_effort",
			"Unsupported value: '%s' is not supported with this "
			"model.",
			word);
	else
		return has_turns(a, r, roles) &&
			has_good_heat(a, r, 2,
				m->is_old || strcmp(word, "none") == 0);
	return false;
}

static void
answer_chat(const struct ask *a, struct reply *r, const struct gpt *m)
{
	const json_t *max = json_object_get(a->json, "max_completion_tokens");
	struct speech s = { .text = BUF_INIT(TEXT_MAX) };
	int in = input_tokens(a);
	char id[40];

	if (!max)
		max = json_object_get(a->json, "max_tokens");
	speak(&s, a, thinking_of(gpt_effort(a, m)),
		max ? json_integer_value(max) : 128000);
	snprintf(id, sizeof id, "chatcmpl-mock%016llx",
		(unsigned long long)mock_hash(a->body, strlen(a->body)));
	mock_say_json(r,
		json_pack("{s:s, s:s, s:I, s:s,"
			  " s:[{s:i, s:{s:s, s:s%, s:n}, s:n, s:s}],"
			  " s:{s:i, s:i, s:i, s:{s:i}, s:{s:i}}}",
			"id", id, "object", "chat.completion", "created",
			(json_int_t)time(NULL), "model", field(a, "model"),
			"choices", "index", 0, "message", "role", "assistant",
			"content", s.text.data, s.text.len, "refusal",
			"logprobs", "finish_reason",
			s.is_cut ? "length" : "stop", "usage", "prompt_tokens",
			in, "completion_tokens", s.tokens, "total_tokens",
			in + s.tokens, "prompt_tokens_details", "cached_tokens",
			0, "completion_tokens_details", "reasoning_tokens",
			s.thinking));
	buf_free(&s.text);
}

void
mock_chat(const struct ask *a, struct reply *r)
{
	const char *model = field(a, "model");
	const char *key = mock_header(a, "authorization");
	const struct gpt *m = model ? find_gpt(model) : NULL;

	if (!(model && mock_is_local(model)) &&
		(!key || strncmp(key, "Bearer ", 7) != 0 || !key[7]))
		mock_fail(a, r, 401, "invalid_api_key", NULL,
			"You didn't provide an API key.");
	else if (!model)
		mock_fail(a, r, 400, "missing_required_parameter", "model",
			"you must provide a model parameter");
	else if (!m)
		mock_fail(a, r, 404, "model_not_found", NULL,
			"The model `%s` does not exist or you do not have "
			"access to it.",
			model);
	else if (is_good_chat(a, r, m))
		answer_chat(a, r, m);
}
