#include "books/limit.h"
#include "env.h"
#include "or-die.h"
#include "span.h"

#define EXAMPLE_USD 100 /* for the message about a wrong one */

static long long
read_limit(const char *name, double fallback)
{
	return (long long)(env_number_or_die(name, fallback, 0, LIMIT_USD_MAX) *
			1e6 +
		0.5);
}

static long long
read_optional(const char *name)
{
	const char *value = env_get(name);

	if (!value || span_is_blank(span_of(value)))
		return LIMIT_NONE;
	return read_limit(name, EXAMPLE_USD);
}

void
limits_read(struct limits *l)
{
	l->episode = read_limit("MAX_EPISODE_COST_USD", LIMIT_EPISODE_USD);
	l->month = read_optional("MAX_MONTH_COST_USD");
	l->total = read_optional("MAX_TOTAL_COST_USD");
}
