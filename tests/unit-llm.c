#define _POSIX_C_SOURCE 200809L
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "chapter/chapter.h"
#include "chapter/prompt.h"
#include "chapter/template.h"
#include "err.h"
#include "failure.h"
#include "model/model.h"
#include "model/setting.h"
#include "paid/llm.h"

static const struct chapter chapter = {
	.episode_id = "ep",
	.episode_title = "Bölüm",
	.id = "ch02",
	.title = "Şifre \"₿\"/\\",
	.visual_type = "diagram",
	.description = "Two keys\n{{ chapter.title }}\033",
	.narration = "🟠",
};

/* What template_read() makes of a file. */
static const struct prompt_template template = {
	.name = "n",
	.model = "m",
	.temperature = 0.3,
	.max_tokens = 2048,
	.path = "t.md",
	.system = "Write {{ episode.title }}",
	.instructions = "so",
	.input = "{{ chapter.title }}: {{ chapter.visual.description }}",
};

#define SYSTEM "Write Bölüm\\n\\nso"
#define USER "Şifre \\\"₿\\\"/\\\\: Two keys\\n{{ chapter.title }}\\u001B"

static const struct provider provider = { .name = "p",
	.base = "https://example.com/v1" };

/* Check the request that a model with these fields is sent. */
static void
assert_request(const char *wire, const char *fields, const char *endpoint,
	const char *want)
{
	json_t *data = json_loads(fields, 0, NULL);
	struct model m = { .kind = MODEL_LLM,
		.id = "the-model",
		.provider = "p",
		.wire = wire,
		.data = data };
	struct llm_request r;

	assert_non_null(data);
	for (int i = 0; i < 2; i++) {
		assert_true(llm_request(&r, &m, &provider, &template, &chapter,
			NULL));
		assert_string_equal(r.endpoint, endpoint);
		assert_string_equal(r.body.data, want);
		assert_int_equal(r.body.len, strlen(want));
		assert_true(r.estimate > 0);
		if (strcmp(wire, "openai-chat") == 0)
			assert_null(r.headers[0]);
		else
			assert_string_equal(r.headers[0],
				"anthropic-version: 2023-06-01");
		llm_request_free(&r);
	}
	json_decref(data);
}

#define PRICES "\"prices\": {\"per_mtok\": {\"in\": 1, \"out\": 5}}"

static void
asks_anthropic(void **state)
{
	static const char url[] = "https://example.com/v1/v1/messages";

	(void)state;
	assert_request("anthropic-messages",
		"{\"token_field\": \"max_tokens\", \"temperature\": true, " PRICES
		"}",
		url,
		"{\"model\":\"the-model\",\"system\":\"" SYSTEM
		"\",\"messages\":[{\"role\":\"user\",\"content\":\"" USER
		"\"}],\"max_tokens\":2048,\"temperature\":0.3}");
	assert_request("anthropic-messages",
		"{\"token_field\": \"max_tokens\", \"temperature\": false, "
		"\"thinking_off\": {\"type\": \"disabled\"}, " PRICES "}",
		url,
		"{\"model\":\"the-model\",\"system\":\"" SYSTEM
		"\",\"messages\":[{\"role\":\"user\",\"content\":\"" USER
		"\"}],\"max_tokens\":2048,\"thinking\":{\"type\":\"disabled\"}"
		"}");
	assert_request("anthropic-messages",
		"{\"token_field\": \"max_tokens\", \"temperature\": false, "
		"\"thinking_off\": {\"type\": \"between_tools\"}, "
		"\"effort\": \"low\", " PRICES "}",
		url,
		"{\"model\":\"the-model\",\"system\":\"" SYSTEM
		"\",\"messages\":[{\"role\":\"user\",\"content\":\"" USER
		"\"}],\"max_tokens\":2048,\"thinking\":{\"type\":"
		"\"between_tools\"},\"output_config\":{\"effort\":\"low\"}}");
}

static void
asks_openai(void **state)
{
	static const char url[] = "https://example.com/v1/chat/completions";
	static const char messages[] =
		"{\"model\":\"the-model\",\"messages\":[{\"role\":\"system\","
		"\"content\":\"" SYSTEM
		"\"},{\"role\":\"user\",\"content\":\"" USER "\"}],";
	char want[1024];

	(void)state;
	snprintf(want, sizeof want, "%s%s", messages,
		"\"max_completion_tokens\":2048,\"reasoning_effort\":\"none\"}");
	assert_request("openai-chat",
		"{\"token_field\": \"max_completion_tokens\", "
		"\"temperature\": false, \"reasoning_effort\": \"none\", " PRICES
		"}",
		url, want);
	snprintf(want, sizeof want, "%s%s", messages,
		"\"max_tokens\":2048,\"temperature\":0.3}");
	assert_request("openai-chat",
		"{\"token_field\": \"max_tokens\", \"temperature\": true, " PRICES
		"}",
		url, want);
}

/* Check what is read out of an answer: the prompt, or why there is none. */
static void
assert_answer(const char *json, int status, const char *want)
{
	json_t *answer = json_loads(json, 0, NULL);
	struct failure f;
	char *prompt;

	assert_non_null(answer);
	prompt = llm_prompt(answer, 300, "ch02", &f);
	if (!prompt && !status)
		fail_msg("%s: %s", want, f.message);
	if (status) {
		assert_null(prompt);
		assert_int_equal(f.status, status);
		if (!strstr(f.message, want))
			fail_msg("%s: not in: %s", want, f.message);
	} else {
		assert_non_null(prompt);
		assert_string_equal(prompt, want);
	}
	free(prompt);
	json_decref(answer);
}

static void
reads_messages(void **state)
{
	(void)state;
	assert_answer(
		"{\"content\": [{\"type\": \"thinking\", \"thinking\": "
		"\"Hm\", \"text\": \"no\"}, {\"type\": \"text\", \"text\": "
		"\"A x \"}, {\"type\": \"text\", \"text\": \"ş\\r\\nb c d e f g\"}], "
		"\"stop_reason\": \"end_turn\"}",
		0, "A x ş\nb c d e f g");
	assert_answer("{\"content\": [], \"stop_reason\": \"refusal\"}",
		EXIT_REFUSED, "refused by the LLM");
	assert_answer("{\"content\": [{\"type\": \"text\", \"text\": \"A\"}], "
		      "\"stop_reason\": \"refusal\", \"stop_details\": "
		      "{\"explanation\": \"It is bad.\"}}",
		EXIT_REFUSED, "refused by the LLM: It is bad.");
	assert_answer("{\"content\": [{\"type\": \"text\", \"text\": \"A\"}], "
		      "\"stop_reason\": \"max_tokens\"}",
		EXIT_BAD_ANSWER, "raise max_tokens in the template");
	assert_answer("{\"content\": [{\"type\": \"text\", \"text\": \"A\"}], "
		      "\"stop_reason\": \"model_context_window_exceeded\"}",
		EXIT_BAD_ANSWER, "raise max_tokens in the template");
	assert_answer("{\"content\": [{\"type\": \"thinking\"}], "
		      "\"stop_reason\": \"end_turn\"}",
		EXIT_BAD_ANSWER, "no text");
}

#define WORDS "A red cube on a table of old wood"
#define CHAT(message, end)                                                     \
	"{\"choices\": [{\"message\": {" message "}, \"finish_reason\": " end  \
	"}]}"

static void
reads_chat(void **state)
{
	(void)state;
	assert_answer(CHAT("\"content\": \" " WORDS "\\n\", \"refusal\": null",
			      "\"stop\""),
		0, WORDS);
	assert_answer(CHAT("\"content\": [{\"type\": \"text\", \"text\": "
			   "\"" WORDS
			   "\"}, {\"type\": \"x\", \"text\": \"B\"}]",
			      "null"),
		0, WORDS);
	assert_answer(CHAT("\"content\": null, \"refusal\": \"No.\"",
			      "\"stop\""),
		EXIT_REFUSED, "refused by the LLM: No.");
	assert_answer(CHAT("\"content\": \"A\"", "\"content_filter\""),
		EXIT_REFUSED, "refused by the LLM");
	assert_answer(CHAT("\"content\": \"\"", "\"length\""), EXIT_BAD_ANSWER,
		"raise max_tokens in the template");
	assert_answer(CHAT("\"content\": \"\"", "\"stop\""), EXIT_BAD_ANSWER,
		"no text");
	assert_answer(CHAT("\"content\": null", "\"tool_calls\""),
		EXIT_BAD_ANSWER, "no text");
}

static void
reads_what_is_no_answer(void **state)
{
	static const char *const answers[] = { "{}", "[]", "[1]",
		"{\"content\": 1}", "{\"content\": \"" WORDS "\"}",
		"{\"choices\": [], \"content\": \"" WORDS "\"}",
		"{\"content\": {\"text\": \"A\"}}",
		"{\"content\": [1, null, \"A\", [], {\"type\": 2}]}",
		"{\"content\": [{\"type\": \"text\"}]}",
		"{\"content\": [{\"type\": \"text\", \"text\": 1}]}",
		"{\"choices\": []}", "{\"choices\": {}}", "{\"choices\": [1]}",
		"{\"choices\": [{\"message\": []}]}",
		"{\"choices\": [{}], \"content\": \"A\"}",
		"{\"error\": \"A\"}" };

	(void)state;
	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
		assert_answer(answers[i], EXIT_BAD_ANSWER, "no text");
}

static void
assert_words(const char *words, int status, const char *want)
{
	char json[1024];

	snprintf(json, sizeof json, CHAT("\"content\": \"%s\"", "\"stop\""),
		words);
	assert_answer(json, status, want);
}

static void
knows_a_refusal_in_words(void **state)
{
	static const char *const refusals[] = {
		"I'm sorry, but I can't help with that request at all today.",
		"I’m sorry, but I can’t help with that request at all today.",
		"Sorry, I can't create an image of that person in that place.",
		"I cannot write a prompt for this chapter, because it is bad.",
		"i can't assist with writing a prompt for this kind of picture.",
		"As an AI language model, I don't write prompts of this kind.",
		"Üzgünüm, ancak bu istek için size yardımcı olmam mümkün değil.",
		"Maalesef bu içerik için bir görsel istemi yazmam mümkün değil.",
		"Bu isteği yerine getiremem, çünkü içerik kurallara aykırı bir şey.",
		"Es tut mir leid, aber dabei kann ich Ihnen leider nicht helfen.",
		"Tut mir leid, aber zu diesem Thema schreibe ich nichts dieser Art.",
		"Ich kann dir bei diesem Bild leider nicht weiterhelfen, tut mir leid.",
		"\\\"I'm sorry, but I can't help with that request at all.\\\""
	};
	static const char *const prompts[] = { WORDS,
		"An old cashier who says sorry, in a small shop by the sea",
		"Als Kind sitzt er auf einer Bank im Hof und liest",
		"As an air balloon rises, a boy waves from the roof",
		"夕暮れの港で働く職人の手元を描いた静かな絵" };

	(void)state;
	for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
		assert_words(refusals[i], EXIT_REFUSED, "refused by the LLM: ");
	for (size_t i = 0; i < sizeof prompts / sizeof *prompts; i++)
		assert_words(prompts[i], 0, prompts[i]);
}

static void
draws_no_few_words(void **state)
{
	(void)state;
	assert_words("No.", EXIT_REFUSED,
		"the LLM wrote no prompt, but 1 word: No.");
	assert_words("One two three four five six seven", EXIT_REFUSED,
		"the LLM wrote no prompt, but 7 words: One two");
	assert_words("One two three four five six seven eight", 0,
		"One two three four five six seven eight");
}

static void
refuses_a_temperature(void **state)
{
	struct prompt_template hot = template;
	json_t *data = json_loads("{\"token_field\": \"max_tokens\", "
				  "\"temperature\": true, " PRICES "}",
		0, NULL);
	struct model m = { .kind = MODEL_LLM,
		.id = "the-model",
		.provider = "p",
		.wire = "anthropic-messages",
		.data = data };
	struct llm_request r;
	struct failure f;

	(void)state;
	hot.temperature = 1.5;
	hot.temperature_line = 4;
	assert_false(llm_request(&r, &m, &provider, &hot, &chapter, &f));
	assert_int_equal(f.status, EXIT_BAD_CONFIG);
	assert_string_equal(f.message,
		"t.md:4: temperature: the-model takes 0 to 1; lower it in the "
		"template, or set another LLM_MODEL");
	m.wire = "openai-chat";
	assert_true(llm_request(&r, &m, &provider, &hot, &chapter, NULL));
	llm_request_free(&r);
	json_decref(data);
}

static void
assert_clean(const char *text, const char *want)
{
	struct span s = prompt_clean(span_of(text));

	if (!span_equals(s, want))
		fail_msg("%s: became: %.*s", text, (int)span_length(s),
			s.begin);
}

static void
cleans(void **state)
{
	static const char *const wrapped[] = { "A x.", "\n A x. \t\n",
		"```\nA x.\n```", "```text\nA x.\n```\nI hope it serves.",
		"```A x.```", "```\nA x.", "\"A x.\"", "'A x.'", "“A x.”",
		"„A x.“", "„A x.”", "«A x.»", "« A x. »", "‘A x.’", "`A x.`",
		"Here is the prompt:\nA x.", "Here is the prompt: A x.",
		"here's what you asked for:\n\n\"A x.\"",
		"Here’s an image prompt:\n```\n“A x.”\n```",
		"Sure! Here's the image prompt for the chapter:\n\nA x.",
		"Certainly:\nA x.", "Prompt: A x.", "PROMPT:\nA x.",
		"Image prompt: A x.", "**Image Prompt:** A x.",
		"**Image Prompt**: A x.", "# Image Prompt\n\nA x.",
		"### Prompt:\nA x.", "**Prompt**\nA x.",
		"<think>\nA y?\n</think>\n\nA x.", "A y?</think>A x.",
		"Here is the prompt:\n\n**Prompt:** \"A x.\"" };
	static const char *const kept[] = { "“One” and “two”",
		"\"Old\" and \"new\" as \"blocks\"", "Prompt delivery: a van.",
		"Prompt", "Prompts: a row", "Here is a quay: three boats.",
		"Sure-footed goats: a herd", "A ```\nx\n``` b", "don't, can't",
		"A “quoted” word", "\"A", "“", "`" };

	(void)state;
	for (size_t i = 0; i < sizeof wrapped / sizeof *wrapped; i++)
		assert_clean(wrapped[i], "A x.");
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
		assert_clean(kept[i], kept[i]);
	assert_clean("\"The word \"coin\" in it\"", "The word \"coin\" in it");
	assert_clean("“The word “coin””", "The word “coin”");
	assert_clean("```\n```", "");
	assert_clean("```", "");
	assert_clean("``````", "");
	assert_clean("<think>and never an end", "");
	assert_clean("Here is the prompt:", "");
	assert_clean("\"\"", "");
	assert_clean("", "");
}

/* Whatever there is, what is left is a part of it. */
static void
cleans_anything(void **state)
{
	static const char *const pieces[] = { "```", "`", "\"", "“", "”", "'",
		"\n", " ", ":", "**", "#", "Prompt", "Here is", "<think>",
		"</think>", "a", "ş", "«", "»" };
	char text[256];

	(void)state;
	srand(1);
	for (int i = 0; i < 50000; i++) {
		struct span s;

		*text = '\0';
		for (int n = rand() % 12; n > 0; n--)
			strcat(text,
				pieces[(size_t)rand() %
					(sizeof pieces / sizeof *pieces)]);
		s = prompt_clean(span_of(text));
		assert_true(s.begin >= text && s.begin <= s.end &&
			s.end <= text + strlen(text));
	}
}

static void
checks(void **state)
{
	char why[PROMPT_WHY_MAX];

	(void)state;
	assert_true(prompt_check(span_of("ağ\t₿\n🟠"), 6, NULL, why));
	assert_false(prompt_check(span_of("ağ\t₿\n🟠"), 5, NULL, why));
	assert_non_null(strstr(why, "has 6 letters"));
	assert_non_null(strstr(why, "takes 5"));
	assert_true(prompt_check(span_of("{ { }}"), 0, NULL, why));
	assert_false(prompt_check(span_of("a {{b"), 0, NULL, why));
	assert_non_null(strstr(why, "{{"));
	assert_false(prompt_check(span_of("a\033b"), 0, NULL, why));
	assert_non_null(strstr(why, "0x1b"));
	assert_false(prompt_check(span_of("a\rb"), 0, NULL, why));
	assert_non_null(strstr(why, "0x0d"));
	assert_false(prompt_check(span_of("a\177b"), 0, NULL, why));
	assert_false(prompt_check(span_of("a\302\233b"), 0, NULL, why));
	assert_non_null(strstr(why, "0x9b"));
	assert_true(prompt_check(span_of("a\302\240b"), 0, NULL, why));
	assert_false(prompt_check(span_of(""), 0, NULL, why));
}

/* So many words, and then the text. */
static bool
doubts(size_t words, const char *text, char why[PROMPT_WHY_MAX])
{
	struct buf b = BUF_INIT(65536);
	bool is_doubted;

	while (words-- > 0)
		buf_adds(&b, "word \n");
	buf_adds(&b, text);
	is_doubted = prompt_doubts(span_of(b.data ? b.data : ""), why);
	buf_free(&b);
	return is_doubted;
}

static void
doubts_the_length(void **state)
{
	char why[PROMPT_WHY_MAX];

	(void)state;
	assert_false(doubts(150, "", why));
	assert_false(doubts(250, "", why));
	assert_true(doubts(149, "", why));
	assert_string_equal(why, "the prompt has 149 words, not 150 to 250");
	assert_true(doubts(251, "", why));
	assert_string_equal(why, "the prompt has 251 words, not 150 to 250");
	assert_true(doubts(1, "", why));
	assert_string_equal(why, "the prompt has 1 word, not 150 to 250");
}

static void
doubts_lettering(void **state)
{
	static const char *const asks[] = { "A box labeled A.",
		"Boxes, each Labelled.", "a plate with text reading A",
		"A sign that says “no”.", "No people. A sign reading A.",
		"with the words A", "A caption that says A", "labeled" };
	static const char *const denies[] = { "No labels, no text.",
		"unlabeled boxes", "There is no text reading anything.",
		"Boxes that are not labeled.", "without any labelled parts",
		"free of captions and signs that say things",
		"Boxes that aren't captioned, nor labeled.",
		"plain bars instead of a sign that says something",
		"a mislabeledness", "the texture reading lamp" };
	char why[PROMPT_WHY_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
		if (!doubts(160, asks[i], why))
			fail_msg("not seen: %s", asks[i]);
		assert_non_null(strstr(why, "the prompt asks for lettering"));
	}
	for (size_t i = 0; i < sizeof denies / sizeof *denies; i++)
		if (doubts(160, denies[i], why))
			fail_msg("%s: %s", denies[i], why);
	assert_true(doubts(1, "labeled", why));
	assert_string_equal(why,
		"the prompt has 2 words, not 150 to 250, and it asks for "
		"lettering, “labeled”, which image models misspell");
}

static void
says_the_ways_out(void **state)
{
	struct chapter c = { .id = "ch05" };
	char says[LLM_WAYS_OUT_MAX], want[LLM_WAYS_OUT_MAX],
		long_text[1000] = "";

	(void)state;
	for (int i = 0; i < 201; i++)
		strcat(long_text, i < 199 ? "🟠" : i < 200 ? "z" : "!");
	c.description = long_text;
	llm_ways_out(&c, says);
	*strchr(long_text, '!') = '\0';
	snprintf(want, sizeof want,
		"“%s”: reword visual.description, give visual.image_prompt, or "
		"put a picture at own/ch05.png of the episode",
		long_text);
	assert_string_equal(says, want);
}

static void
counts_tokens(void **state)
{
	json_t *answer = json_loads("{\"usage\": {\"input_tokens\": 5, "
				    "\"cache_read_input_tokens\": 3, "
				    "\"cache_creation_input_tokens\": 0, "
				    "\"output_tokens\": 7}}",
		0, NULL);

	(void)state;
	assert_int_equal(llm_input_tokens(answer), 8);
	assert_int_equal(llm_output_tokens(answer), 7);
	json_decref(answer);
	answer = json_loads("{\"usage\": {\"prompt_tokens\": 5, "
			    "\"completion_tokens\": 0}}",
		0, NULL);
	assert_int_equal(llm_input_tokens(answer), 5);
	assert_int_equal(llm_output_tokens(answer), 0);
	json_decref(answer);
	answer = json_loads("{\"usage\": {\"prompt_tokens\": -5, "
			    "\"completion_tokens\": \"x\"}}",
		0, NULL);
	assert_int_equal(llm_input_tokens(answer), -1);
	assert_int_equal(llm_output_tokens(answer), -1);
	json_decref(answer);
	assert_int_equal(llm_input_tokens(NULL), -1);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(asks_anthropic),
		cmocka_unit_test(asks_openai),
		cmocka_unit_test(reads_messages),
		cmocka_unit_test(reads_chat),
		cmocka_unit_test(reads_what_is_no_answer),
		cmocka_unit_test(knows_a_refusal_in_words),
		cmocka_unit_test(draws_no_few_words),
		cmocka_unit_test(refuses_a_temperature),
		cmocka_unit_test(cleans),
		cmocka_unit_test(cleans_anything),
		cmocka_unit_test(checks),
		cmocka_unit_test(doubts_the_length),
		cmocka_unit_test(doubts_lettering),
		cmocka_unit_test(says_the_ways_out),
		cmocka_unit_test(counts_tokens),
	};

	return cmocka_run_group_tests_name("llm", tests, NULL, NULL);
}
