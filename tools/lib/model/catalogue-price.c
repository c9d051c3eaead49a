#include <stdbool.h>

#include "model/catalogue.h"
#include "model/expect.h"

#define TOKENS_MAX 1000000000 /* of a limit */
#define FACTOR_MAX 1000       /* of a token formula */

static void
check_tokens(const json_t *o, const char *const *needed, const char *const *may)
{
	for (; *needed; needed++)
		expect_dollars(o, *needed, true, 3);
	for (; *may; may++)
		expect_dollars(o, *may, false, 3);
}

/* Every member, an object itself, of dollars a picture. */
static void
check_table(json_t *table)
{
	for (void *i = json_object_iter(table); i;
		i = json_object_iter_next(table, i)) {
		const char *quality = json_object_iter_key(i);
		json_t *row = expect_object(table, quality, true);
		size_t n = expect_enter(quality);

		for (void *j = json_object_iter(row); j;
			j = json_object_iter_next(row, j))
			expect_dollars(row, json_object_iter_key(j), true, 6);
		expect_leave(n);
	}
}

static void
check_factors(const json_t *formula, const char *key, bool needed)
{
	json_t *factors = expect_object(formula, key, needed);
	size_t n = expect_enter(key);

	for (void *i = json_object_iter(factors); i;
		i = json_object_iter_next(factors, i))
		expect_whole(factors, json_object_iter_key(i), true, 1,
			FACTOR_MAX);
	expect_leave(n);
}

static void
check_image_prices(const json_t *prices)
{
	static const char *const needed[] = { "text_in", "image_in",
		"image_out", NULL };
	const json_t *tokens = expect_object(prices, "per_mtok", false);
	json_t *table = expect_object(prices, "per_image", false);
	const json_t *formula = expect_object(prices, "token_formula", false);
	size_t n = expect_enter("per_mtok");

	if (tokens)
		check_tokens(tokens, needed, needed + 3);
	expect_leave(n);
	n = expect_enter("per_image");
	check_table(table);
	expect_leave(n);
	if (formula && !tokens)
		expect_bad("per_mtok",
			"is missing, and there is a token_formula");
	n = expect_enter("token_formula");
	if (formula) {
		expect_one_of(formula, "name", true, " axis ");
		check_factors(formula, "factors", true);
		check_factors(formula, "bounds", false);
	}
	expect_leave(n);
}

static void
check_llm_prices(const json_t *prices)
{
	static const char *const needed[] = { "in", "out", NULL };
	static const char *const may[] = { "cache_read", "cache_write",
		"cache_write_5m", "cache_write_1h", NULL };
	const json_t *tokens = expect_object(prices, "per_mtok", true);
	const json_t *dearer = expect_object(prices, "long_prompt", false);
	size_t n = expect_enter("per_mtok");

	check_tokens(tokens, needed, may);
	expect_leave(n);
	n = expect_enter("long_prompt");
	if (dearer) {
		expect_whole(dearer, "over_tokens", true, 1, TOKENS_MAX);
		check_tokens(dearer, needed, may);
	}
	expect_leave(n);
}

void
catalogue_check_prices(const json_t *entry, bool is_image)
{
	const json_t *prices = expect_object(entry, "prices", false);
	const json_t *free = expect_any(prices, "free", false);
	size_t n = expect_enter("prices");

	if (free && !json_is_true(free))
		expect_bad("free", "must be true, or left out");
	if (prices && !free && is_image)
		check_image_prices(prices);
	if (prices && !free && !is_image)
		check_llm_prices(prices);
	expect_leave(n);
}
