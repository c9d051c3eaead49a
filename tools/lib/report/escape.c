#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "json.h"
#include "report/escape.h"

#define ESCAPE_SIZE (sizeof "\\xNN" - 1)

static bool
is_utf8(const char *s)
{
	json_t *string = json_string(s);

	json_decref(string);
	return string != NULL;
}

/* Of UTF-8, the C1 controls are c2 80 to c2 9f; terminals obey them, too. */
static bool
is_control(const unsigned char *s)
{
	return s[0] < 0x20 || s[0] == 0x7f ||
		(s[0] == 0xc2 && s[1] >= 0x80 && s[1] < 0xa0);
}

static char *
escape(const char *s, bool controls, bool others)
{
	char *text = xmalloc(strlen(s) * ESCAPE_SIZE + 1), *to = text;

	for (const unsigned char *from = (const unsigned char *)s; *from;
		from++) {
		bool control = controls && is_control(from);

		if (control || (others && *from >= 0x80))
			to += sprintf(to, "\\x%02x", *from);
		else
			*to++ = (char)*from;
		if (control && *from == 0xc2)
			to += sprintf(to, "\\x%02x", *++from);
	}
	*to = '\0';
	return text;
}

char *
escape_text(const char *s)
{
	return s && *s ? escape(s, true, !is_utf8(s)) : xstrdup("-");
}

json_t *
escape_json(const char *s)
{
	json_t *string = s && *s ? json_string(s) : json_null();
	char *ascii;

	if (!string) {
		ascii = escape(s, false, true);
		string = json_string(ascii);
		free(ascii);
	}
	return json_need(string);
}
