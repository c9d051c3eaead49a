#include <string.h>
#include <strings.h>

#include "serve/range.h"

#define DIGITS_MAX 18 /* that a number of bytes has */

/* Take a number from the front of *s; none is false. */
static bool
take_number(const char **s, uint64_t *number)
{
	size_t len = strspn(*s, "0123456789");

	*number = 0;
	for (size_t i = 0; i < len; i++)
		*number = i < DIGITS_MAX
			? *number * 10 + (uint64_t)((*s)[i] - '0')
			: UINT64_MAX;
	*s += len;
	return len > 0;
}

enum range
range_parse(const char *header, uint64_t size_bytes, uint64_t *first,
	uint64_t *last)
{
	bool has_first, has_last;

	if (strncasecmp(header, "bytes=", 6) != 0)
		return RANGE_ALL;
	header += 6;
	has_first = take_number(&header, first);
	if (*header++ != '-')
		return RANGE_ALL;
	has_last = take_number(&header, last);
	if (*header || (!has_first && !has_last) ||
		(has_first && has_last && *last < *first))
		return RANGE_ALL;
	if (!has_first) {
		/* so many at its end */
		if (*last == 0 || size_bytes == 0)
			return RANGE_NONE;
		*first = *last < size_bytes ? size_bytes - *last : 0;
		has_last = false;
	}
	if (*first >= size_bytes)
		return RANGE_NONE;
	if (!has_last || *last >= size_bytes)
		*last = size_bytes - 1;
	return RANGE_PART;
}

bool
range_has_tag(const char *list, const char *tag)
{
	size_t len = strlen(tag);

	while (*list) {
		list += strspn(list, " \t,");
		if (strncmp(list, "W/", 2) == 0)
			list += 2;
		if (strcspn(list, " \t,") == 1 && *list == '*')
			return true;
		if (strncmp(list, tag, len) == 0 &&
			(!list[len] || strchr(" \t,", list[len])))
			return true;
		list += strcspn(list, " \t,");
	}
	return false;
}
