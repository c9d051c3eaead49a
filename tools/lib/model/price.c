#include <stdio.h>
#include <string.h>

#include "err.h"
#include "failure.h"
#include "json.h"
#include "model/catalogue.h"
#include "model/model.h"
#include "model/size.h"

/* Prices are dollars a million tokens, with three decimals: whole nano-dollars
 * a token. */
#define NANOS 1000
#define TOKENS_MAX 1000000000LL /* a larger number in an answer is ignored */
#define BYTES_A_TOKEN 3         /* at least */

/* The constants of the formula "axis": an area that every picture has, and the
 * pixels for which the factor's square is paid. */
#define AXIS_AREA 2000000LL
#define AXIS_PIXELS 4000000LL

static long long
scale_price(const json_t *number, int scale)
{
	return (long long)(json_number_value(number) * scale + 0.5);
}

/* Nano-dollars of a token; without a price for key, that of otherwise. */
static long long
price_of(const json_t *prices, const char *key, const char *otherwise)
{
	const json_t *price = json_object_get(prices, key);

	if (!json_is_number(price) && otherwise)
		price = json_object_get(prices, otherwise);
	return scale_price(price, NANOS);
}

static long long
to_micros(long long nanos)
{
	return (nanos + NANOS - 1) / NANOS;
}

/* The part of an entry's prices with that key, or NULL. */
static json_t *
prices_of(const struct model *m, const char *key)
{
	json_t *prices = json_object_get(m->data, "prices");
	json_t *part = json_object_get(prices, key);

	return json_is_null(part) ? NULL : part;
}

static bool
is_free(const struct model *m)
{
	return json_is_true(prices_of(m, "free"));
}

static bool
refuse_unpriced(const struct model *m, const char *what, struct failure *f)
{
	const char *instead = model_instead(m);

	return failure_set(f, EXIT_BAD_CONFIG,
		"%s: its price%s is not known; set %s=%s", m->id, what,
		model_setting(m->kind),
		instead ? instead : "another, see --models");
}

/* Whether all members are numbers from 0, or objects of such. */
static bool
has_numbers(const json_t *prices)
{
	json_t *o = (json_t *)prices;

	for (void *i = json_object_iter(o); i;
		i = json_object_iter_next(o, i)) {
		const json_t *value = json_object_iter_value(i);
		bool is_good = json_number_value(value) >= 0;

		if (json_is_object(value))
			is_good = has_numbers(value);
		else if (!json_is_number(value) && !json_is_null(value))
			is_good = strcmp(json_object_iter_key(i), "name") == 0;
		if (!is_good)
			return false;
	}
	return json_object_size(o) > 0;
}

static bool
need_price(const struct model *m, const char *part, const char *key,
	struct failure *f)
{
	const json_t *prices = prices_of(m, part);
	char field[64];

	snprintf(field, sizeof field, "prices.%s.%s", part, key);
	return catalogue_need(m->catalogue,
		json_is_number(json_object_get(prices, key)), m->id, field, f);
}

static bool
check_image_prices(const struct model *m, struct failure *f)
{
	const json_t *tokens = prices_of(m, "per_mtok");
	const json_t *formula = prices_of(m, "token_formula");

	return ((!tokens && !formula) ||
		       (need_price(m, "per_mtok", "text_in", f) &&
			       need_price(m, "per_mtok", "image_out", f))) &&
		(!tokens || need_price(m, "per_mtok", "image_in", f)) &&
		(!formula ||
			catalogue_need(m->catalogue,
				json_is_object(json_object_get(formula,
					"factors")),
				m->id, "prices.token_formula.factors", f));
}

static bool
check_llm_prices(const struct model *m, struct failure *f)
{
	return need_price(m, "per_mtok", "in", f) &&
		need_price(m, "per_mtok", "out", f) &&
		(!prices_of(m, "long_prompt") ||
			(need_price(m, "long_prompt", "over_tokens", f) &&
				need_price(m, "long_prompt", "in", f) &&
				need_price(m, "long_prompt", "out", f)));
}

/* A price that is missing must not be taken for 0. */
static bool
check_prices(const struct model *m, struct failure *f)
{
	const json_t *prices = model_field(m, "prices");

	if (!prices || is_free(m))
		return true;
	return catalogue_need(m->catalogue, has_numbers(prices), m->id,
		       "prices", f) &&
		(m->kind == MODEL_IMAGE ? check_image_prices(m, f)
					: check_llm_prices(m, f));
}

/* The tokens of a picture with this ratio of its edges, and this area. */
static long long
count_axis_tokens(long long factor, const struct size *ratio, long long area)
{
	long long longer = ratio->width, shorter = ratio->height, steps;

	if (longer < shorter) {
		longer = ratio->height;
		shorter = ratio->width;
	}
	steps = (2 * factor * shorter + longer) / (2 * longer);
	return (factor * steps * (AXIS_AREA + area) + AXIS_PIXELS - 1) /
		AXIS_PIXELS;
}

/* With NULL and "auto" the model decides, and may take the dearest. */
static bool
is_match(const char *asked, const char *word)
{
	return !asked || !strcmp(asked, "auto") || !strcmp(asked, word);
}

static long long
price_by_table(json_t *table, const char *size, const char *quality)
{
	long long most = -1;

	for (void *i = json_object_iter(table); i;
		i = json_object_iter_next(table, i)) {
		json_t *row = json_object_iter_value(i);

		if (!is_match(quality, json_object_iter_key(i)))
			continue;
		for (void *j = json_object_iter(row); j;
			j = json_object_iter_next(row, j)) {
			const json_t *price = json_object_iter_value(j);
			long long n = scale_price(price, 1000000);

			if (json_is_number(price) &&
				is_match(size, json_object_iter_key(j)) &&
				n > most)
				most = n;
		}
	}
	return most;
}

/* The tokens of a picture, or -1. */
static long long
count_tokens(const json_t *formula, const struct size *ratio, long long area,
	const char *quality)
{
	json_t *factors = json_object_get(formula, "factors");
	const json_t *bounds = json_object_get(formula, "bounds");
	long long most = -1;

	for (void *i = json_object_iter(factors); i;
		i = json_object_iter_next(factors, i)) {
		const char *q = json_object_iter_key(i);
		long long n = count_axis_tokens(
			json_integer_value(json_object_iter_value(i)), ratio,
			area);

		if (json_object_get(bounds, q))
			n *= json_integer_value(json_object_get(bounds, q));
		if (is_match(quality, q) && n > most)
			most = n;
	}
	return most;
}

static long long
price_by_formula(const struct model *m, const char *size, const char *quality)
{
	const json_t *limit =
		json_object_get(catalogue_rule(m->catalogue, m->data),
			"max_pixels");
	struct size z;
	long long area, n;

	if (size && size_parse(&z, size)) {
		area = (long long)z.width * z.height;
	} else {
		/* a square is the dearest shape */
		z.width = z.height = 1;
		area = json_integer_value(limit);
	}
	n = count_tokens(prices_of(m, "token_formula"), &z, area, quality);
	if (area == 0 || n < 0)
		return -1;
	return to_micros(n *
		price_of(prices_of(m, "per_mtok"), "image_out", NULL));
}

long long
model_picture_price(const struct model *m, const char *size,
	const char *quality)
{
	json_t *table = prices_of(m, "per_image");

	if (is_free(m))
		return 0;
	return table ? price_by_table(table, size, quality)
		     : price_by_formula(m, size, quality);
}

static long long
tokens_in(size_t bytes)
{
	if (bytes > (size_t)TOKENS_MAX)
		bytes = (size_t)TOKENS_MAX;
	return (long long)(bytes + BYTES_A_TOKEN - 1) / BYTES_A_TOKEN;
}

bool
model_image_estimate(const struct model *m, const char *size,
	const char *quality, size_t prompt_bytes, long long *estimate,
	struct failure *f)
{
	const json_t *tokens = prices_of(m, "per_mtok");
	long long picture;
	char what[64];

	if (!check_prices(m, f))
		return false;
	picture = model_picture_price(m, size, quality);
	if (picture < 0) {
		snprintf(what, sizeof what, " (%s, %s)", size ? size : "auto",
			quality ? quality : "auto");
		return refuse_unpriced(m, what, f);
	}
	*estimate = picture +
		to_micros(tokens_in(prompt_bytes) *
			price_of(tokens, "text_in", NULL));
	return true;
}

/* A number of tokens; 0 if it is missing or no number. */
static long long
read_count(const json_t *usage, const char *key)
{
	const json_t *value = json_object_get(usage, key);
	long long n = json_integer_value(value);

	return n > 0 && n <= TOKENS_MAX ? n : 0;
}

long long
model_image_cost(const struct model *m, const json_t *usage)
{
	const json_t *prices = prices_of(m, "per_mtok");
	const json_t *in = json_object_get(usage, "input_tokens_details");
	const json_t *out = json_object_get(usage, "output_tokens_details");
	long long text = read_count(in, "text_tokens");
	long long image = read_count(in, "image_tokens");
	long long drawn = read_count(out, "image_tokens");

	if (drawn == 0)
		drawn = read_count(usage, "output_tokens");
	if (drawn == 0 || (!prices && !is_free(m)))
		return -1;
	if (text + image == 0)
		text = read_count(usage, "input_tokens");
	return to_micros(text * price_of(prices, "text_in", NULL) +
		image * price_of(prices, "image_in", NULL) +
		drawn * price_of(prices, "image_out", NULL));
}

/* The prices for a request with so many tokens. */
static const json_t *
llm_prices(const struct model *m, long long tokens)
{
	const json_t *dearer = prices_of(m, "long_prompt");

	if (dearer && tokens > read_count(dearer, "over_tokens"))
		return dearer;
	return prices_of(m, "per_mtok");
}

bool
model_llm_estimate(const struct model *m, size_t request_bytes, long max_tokens,
	long long *estimate, struct failure *f)
{
	long long in = tokens_in(request_bytes), read, kept;
	const json_t *prices;

	*estimate = 0;
	if (is_free(m))
		return true;
	if (!check_prices(m, f))
		return false;
	prices = llm_prices(m, in);
	if (!prices)
		return refuse_unpriced(m, "", f);
	read = price_of(prices, "in", NULL);
	/* some write what they read to their cache, unasked, for more money */
	kept = price_of(prices, "cache_write", "in");
	if (max_tokens > TOKENS_MAX)
		max_tokens = TOKENS_MAX;
	*estimate = to_micros(in * (kept > read ? kept : read) +
		max_tokens * price_of(prices, "out", NULL));
	return true;
}

/* The usage, of either API. */
struct usage {
	long long in, read, kept, kept_long, out;
};

static void
read_chat(struct usage *u, const json_t *usage)
{
	const json_t *in = json_object_get(usage, "prompt_tokens_details");

	u->in = read_count(usage, "prompt_tokens");
	u->out = read_count(usage, "completion_tokens");
	u->read = read_count(in, "cached_tokens");
	u->kept = read_count(in, "cache_write_tokens");
	/* here these are parts of the whole */
	u->in -= u->read + u->kept;
	if (u->in < 0)
		u->in = 0;
}

static void
read_messages(struct usage *u, const json_t *usage)
{
	const json_t *kept = json_object_get(usage, "cache_creation");

	u->in = read_count(usage, "input_tokens");
	u->out = read_count(usage, "output_tokens");
	u->read = read_count(usage, "cache_read_input_tokens");
	u->kept = read_count(usage, "cache_creation_input_tokens");
	u->kept_long = read_count(kept, "ephemeral_1h_input_tokens");
	if (u->kept_long > u->kept)
		u->kept = u->kept_long;
	u->kept -= u->kept_long;
}

long long
model_llm_cost(const struct model *m, const json_t *usage)
{
	struct usage u = { 0, 0, 0, 0, 0 };
	const json_t *prices;
	bool is_chat = json_object_get(usage, "prompt_tokens") != NULL;

	if (is_chat)
		read_chat(&u, usage);
	else
		read_messages(&u, usage);
	if (u.in + u.read + u.kept + u.kept_long + u.out == 0)
		return -1;
	prices = llm_prices(m, u.in + u.read + u.kept + u.kept_long);
	if (!prices && !is_free(m))
		return -1;
	return to_micros(u.in * price_of(prices, "in", NULL) +
		u.read * price_of(prices, "cache_read", "in") +
		u.kept *
			price_of(prices,
				is_chat ? "cache_write" : "cache_write_5m",
				"in") +
		u.kept_long * price_of(prices, "cache_write_1h", "in") +
		u.out * price_of(prices, "out", NULL));
}
