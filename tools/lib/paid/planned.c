#include <stdio.h>

#include "json.h"
#include "paid/plan.h"
#include "paid/planned.h"

#define WHY_MAX 160 /* bytes of "description, size" */

static const char *const states[] = { "up to date", "from the store", "to buy",
	"card", "draft", "own picture" };
static const char *const state_words[] = { "up_to_date", "from_store", "buy",
	"card", "draft", "own" };

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

static double
dollars(long long micros)
{
	return (double)micros / 1e6;
}

void
planned_print(const struct planned *c)
{
	char why[WHY_MAX];

	list_reasons(c->reasons, why);
	printf("%-12s  %-14s", c->id, states[c->state]);
	if (c->buys_prompt)
		printf("  prompt $%.4f", dollars(c->prompt_micros));
	if (c->buys_image)
		printf("  picture $%.4f  (%s)", dollars(c->image_micros), why);
	putchar('\n');
}

json_t *
planned_json(const struct planned *c)
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
