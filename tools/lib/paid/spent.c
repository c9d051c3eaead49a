#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "chapter/index.h"
#include "env.h"
#include "failure.h"
#include "file.h"
#include "json.h"
#include "paid/answer.h"
#include "paid/spent.h"

#define PATH_LENGTH_MAX 4096
#define TOKENS_MAX 1000000000LL /* of one answer */

/* What is no number of tokens is none. */
static long long
tokens(const json_t *number)
{
	long long n = json_integer_value(number);

	return n > 0 && n <= TOKENS_MAX ? n : 0;
}

/* Returns whether this run has bought it. */
static bool
add_cost(struct spent *s, const json_t *answer)
{
	const char *hash = json_text(answer, "request_sha256");
	const char *run = json_text(answer, "run");
	long long micros = json_micros(json_object_get(answer, "cost_usd"));
	bool is_ours = run && *run && strcmp(run, env_run()) == 0;

	if (!hash || json_object_get(s->seen, hash))
		return false;
	json_put(s->seen, hash, json_true());
	s->micros += micros;
	if (is_ours)
		s->run_micros += micros;
	return is_ours;
}

void
spent_begin(struct spent *s)
{
	*s = (struct spent){ .seen = json_need(json_object()) };
}

void
spent_end(struct spent *s)
{
	json_decref(s->seen);
	json_decref(s->llm_params);
	s->seen = s->llm_params = NULL;
}

void
spent_add(struct spent *s, const json_t *prompt, const json_t *response)
{
	const json_t *llm = json_object_get(prompt, "llm");
	const char *model = json_text(llm, "model");

	if (model && !*s->llm_model) {
		snprintf(s->llm_model, sizeof s->llm_model, "%s", model);
		s->llm_params = json_incref(json_object_get(llm, "params"));
	}
	if (add_cost(s, llm)) {
		s->input_tokens += tokens(json_object_get(llm, "input_tokens"));
		s->output_tokens +=
			tokens(json_object_get(llm, "output_tokens"));
	}
	add_cost(s, response);
}

bool
spent_read(struct spent *s, const char *dir, struct failure *f)
{
	json_t *prompt, *response;
	char path[PATH_LENGTH_MAX];
	struct index x;
	struct stat st;

	spent_begin(s);
	snprintf(path, sizeof path, "%s/chapters.index", dir);
	if (stat(path, &st) != 0)
		return true;
	if (!index_open(&x, path, f))
		return false;
	while (index_next(&x)) {
		prompt = json_read_optional(index_file(&x, ".prompt.json"),
			SPENT_PROMPT_MAX);
		response = answer_peek(index_file(&x, ".response.json"));
		spent_add(s, prompt, response);
		json_decref(prompt);
		json_decref(response);
	}
	index_close(&x);
	return true;
}
