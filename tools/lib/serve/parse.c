#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "json.h"
#include "serve/parse.h"

/* jansson stops at 2,048 levels: too many for a thread's stack. */
static bool
is_too_deep(const char *s, size_t len)
{
	size_t depth = 0;
	bool quoted = false;

	for (size_t i = 0; i < len; i++) {
		if (quoted) {
			if (s[i] == '\\')
				i++;
			else if (s[i] == '"')
				quoted = false;
		} else if (s[i] == '"') {
			quoted = true;
		} else if (s[i] == '[' || s[i] == '{') {
			if (++depth > JSON_DEPTH_MAX)
				return true;
		} else if ((s[i] == ']' || s[i] == '}') && depth > 0) {
			depth--;
		}
	}
	return false;
}

json_t *
parse_json(const char *s, size_t len, char why[PARSE_WHY_SIZE])
{
	json_error_t e;
	json_t *value;

	if (len >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0) {
		s += 3;
		len -= 3;
	}
	if (is_too_deep(s, len)) {
		snprintf(why, PARSE_WHY_SIZE, "more than %d levels of nesting",
			JSON_DEPTH_MAX);
		return NULL;
	}
	value = json_loadb(s, len, JSON_REJECT_DUPLICATES, &e);
	if (!value)
		snprintf(why, PARSE_WHY_SIZE, "line %d: %s", e.line, e.text);
	return value;
}
