#define _GNU_SOURCE /* memmem */
#include <stdbool.h>
#include <string.h>

#include "serve/last-line.h"

static const char mark[] = "] Error ";

static bool
begins(const char *s, const char *end, const char *word)
{
	size_t len = strlen(word);

	return (size_t)(end - s) >= len && memcmp(s, word, len) == 0;
}

void
last_line(const char *said, size_t len, char *line, size_t size)
{
	const char *s = said, *end = s + len;

	line[0] = '\0';
	while (s < end) {
		const char *newline = memchr(s, '\n', (size_t)(end - s));
		size_t n = (size_t)((newline ? newline : end) - s);

		if (n > 0 && !begins(s, end, "make: ") &&
			!begins(s, end, "make[")) {
			if (n >= size)
				n = size - 1;
			memcpy(line, s, n);
			line[n] = '\0';
		}
		s = newline ? newline + 1 : end;
	}
}

int
last_status(const char *said, size_t len, int status)
{
	const char *s = said, *end = s + len, *at;

	while ((at = memmem(s, (size_t)(end - s), mark, sizeof mark - 1))) {
		int number = 0;

		for (s = at + sizeof mark - 1;
			s < end && *s >= '0' && *s <= '9' && number < 256; s++)
			number = number * 10 + *s - '0';
		if (number > 0 && number < 256)
			status = number;
	}
	return status;
}
