#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "books/ledger.h"
#include "chapter/index.h"
#include "chapter/prompt.h"
#include "err.h"
#include "failure.h"
#include "json.h"
#include "paid/answer.h"
#include "paid/spent.h"

#define PATH_LENGTH_MAX 4096
#define TOKENS_MAX 1000000000LL /* of one answer */

struct count {
	struct ledger_sums *sums;
	const char *run; /* NULL: all */
	json_t *seen;    /* its keys are the hashes of the requests so far */
};

/* A value that is not a number of tokens counts as 0. */
static long long
tokens(const json_t *number)
{
	long long n = json_integer_value(number);

	return n > 0 && n <= TOKENS_MAX ? n : 0;
}

/* Count an answer once.  facts may be NULL. */
static void
count_answer(struct count *c, const json_t *facts)
{
	const char *hash = json_text(facts, "request_sha256");
	const char *run = json_text(facts, "run");

	if (!hash || json_object_get(c->seen, hash))
		return;
	json_put(c->seen, hash, json_true());
	if (c->run && (!run || strcmp(run, c->run) != 0))
		return;
	c->sums->micros += json_micros(json_object_get(facts, "cost_usd"));
	/* only answers of language models have tokens */
	c->sums->input_tokens += tokens(json_object_get(facts, "input_tokens"));
	c->sums->output_tokens +=
		tokens(json_object_get(facts, "output_tokens"));
}

bool
spent_by_files(const char *workings, const char *run, struct ledger_sums *sums,
	struct failure *f)
{
	struct count c = { sums, run, NULL };
	json_t *prompt, *response;
	char path[PATH_LENGTH_MAX];
	struct index x;
	struct stat st;
	bool has_chapters = false;

	*sums = (struct ledger_sums){ 0 };
	snprintf(path, sizeof path, "%s/chapters.index", workings);
	/* opening a FIFO would block */
	if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
		return failure_set(f, EXIT_NO_INPUT, "%s: is not a file", path);
	if (!index_open(&x, path, f))
		return false;
	c.seen = json_need(json_object());
	while (index_next(&x)) {
		has_chapters = true;
		prompt = json_read_optional(index_file(&x, ".prompt.json"),
			PROMPT_FILE_MAX);
		response = answer_peek(index_file(&x, ".response.json"));
		count_answer(&c, json_object_get(prompt, "llm"));
		count_answer(&c, response);
		json_decref(prompt);
		json_decref(response);
	}
	index_close(&x);
	json_decref(c.seen);
	return has_chapters ||
		failure_set(f, EXIT_NO_INPUT, "%s: has no chapters", path);
}

void
spent_by_manifest(const json_t *manifest, struct ledger_sums *sums)
{
	struct count c = { sums, NULL, json_need(json_object()) };
	const json_t *image;
	size_t i;

	*sums = (struct ledger_sums){ 0 };
	json_array_foreach(json_object_get(manifest, "images"), i, image)
	{
		count_answer(&c, json_object_get(image, "metadata"));
	}
	json_decref(c.seen);
}
