#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "err.h"
#include "model/expect.h"

#define PLACE_MAX 256
#define WHAT_MAX 256

static const char *file;

/* The place in the document that is being looked at, "models[3].prices". */
static char at[PLACE_MAX];

void
expect_begin(const char *name)
{
	file = name;
	at[0] = '\0';
}

void
expect_bad(const char *key, const char *fmt, ...)
{
	char what[WHAT_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	die(EXIT_BAD_CONFIG,
		"%s: %s%s%s: %s; correct it, or install limn again", file, at,
		*at ? "." : "", key, what);
}

size_t
expect_enter(const char *key)
{
	size_t n = strlen(at);

	snprintf(at + n, sizeof at - n, "%s%s", n ? "." : "", key);
	return n;
}

void
expect_leave(size_t n)
{
	at[n] = '\0';
}

json_t *
expect_any(const json_t *o, const char *key, bool needed)
{
	json_t *value = json_object_get(o, key);

	if (json_is_null(value))
		value = NULL;
	if (!value && needed)
		expect_bad(key, "is missing");
	return value;
}

json_t *
expect_object(const json_t *o, const char *key, bool needed)
{
	json_t *value = expect_any(o, key, needed);

	if (value && !json_is_object(value))
		expect_bad(key, "must be an object");
	return value;
}

static bool
is_word(const json_t *value)
{
	const char *s = json_string_value(value);
	size_t n = s ? strlen(s) : 0;

	if (n == 0 || n > EXPECT_WORD_MAX)
		return false;
	for (; *s; s++)
		if (*s <= ' ' || *s > '~')
			return false;
	return true;
}

const char *
expect_word(const json_t *o, const char *key, bool needed)
{
	const json_t *value = expect_any(o, key, needed);

	if (value && !is_word(value))
		expect_bad(key,
			"must be a word, of at most %d letters of ASCII "
			"without blanks",
			EXPECT_WORD_MAX);
	return json_string_value(value);
}

void
expect_one_of(const json_t *o, const char *key, bool needed, const char *words)
{
	const char *s = expect_word(o, key, needed);
	char padded[EXPECT_WORD_MAX + 3];

	snprintf(padded, sizeof padded, " %s ", s ? s : "");
	if (s && !strstr(words, padded))
		expect_bad(key, "must be one of%s, and isn't \"%s\"", words, s);
}

const json_t *
expect_words(const json_t *o, const char *key, bool needed)
{
	const json_t *list = expect_any(o, key, needed);

	if (list && !json_is_array(list))
		expect_bad(key, "must be a list of words");
	for (size_t i = 0; i < json_array_size(list); i++)
		if (!is_word(json_array_get(list, i)))
			expect_bad(key,
				"must be a list of words; its item %zu is not",
				i);
	if (list && needed && json_array_size(list) == 0)
		expect_bad(key, "is empty");
	return list;
}

static bool
is_date(const char *s)
{
	static const char form[] = "0000-00-00";
	int month, day;

	if (!s || strlen(s) != sizeof form - 1)
		return false;
	for (size_t i = 0; form[i]; i++)
		if (form[i] == '-' ? s[i] != '-' : s[i] < '0' || s[i] > '9')
			return false;
	month = (s[5] - '0') * 10 + s[6] - '0';
	day = (s[8] - '0') * 10 + s[9] - '0';
	return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

void
expect_date(const json_t *o, const char *key)
{
	const json_t *value = expect_any(o, key, false);

	if (value && !is_date(json_string_value(value)))
		expect_bad(key, "must be a date like 2026-11-22");
}

void
expect_whole(const json_t *o, const char *key, bool needed, long min, long max)
{
	const json_t *value = expect_any(o, key, needed);
	json_int_t n = json_integer_value(value);

	if (value && (!json_is_integer(value) || n < min || n > max))
		expect_bad(key, "must be a whole number from %ld to %ld", min,
			max);
}

void
expect_dollars(const json_t *o, const char *key, bool needed, int decimals)
{
	const json_t *value = expect_any(o, key, needed);
	double n = json_number_value(value), rest;

	if (!value)
		return;
	if (!json_is_number(value) || n < 0 || n > EXPECT_DOLLARS_MAX)
		expect_bad(key, "must be a price, a number from 0 to %.0f",
			EXPECT_DOLLARS_MAX);
	for (int i = 0; i < decimals; i++)
		n *= 10;
	rest = n - (double)(long long)(n + 0.5);
	if (rest < -1e-3 || rest > 1e-3)
		expect_bad(key, "has more than %d decimals", decimals);
}
