#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "json.h"
#include "report/escape.h"
#include "utf8.h"

#define ESCAPE_SIZE (sizeof "\\xNN" - 1)

/* Escape control characters (controls) and bytes that aren't ASCII (others). */
static char *
escape_bytes(const char *s, bool controls, bool others)
{
	char *text = xmalloc(strlen(s) * ESCAPE_SIZE + 1), *to = text;
	size_t control = 0; /* bytes of a control character */

	for (; *s; s++) {
		if (controls && control == 0)
			control = utf8_control(s);
		if (control > 0 || (others && (unsigned char)*s > 0x7f))
			to += sprintf(to, "\\x%02x", (unsigned char)*s);
		else
			*to++ = *s;
		control -= control > 0;
	}
	*to = '\0';
	return text;
}

char *
escape_text(const char *s)
{
	return s && *s ? escape_bytes(s, true, !utf8_is_valid(s, strlen(s)))
		       : xstrdup("-");
}

json_t *
escape_json(const char *s)
{
	json_t *string = s && *s ? json_string(s) : json_null();
	char *ascii;

	if (!string) {
		ascii = escape_bytes(s, false, true);
		string = json_string(ascii);
		free(ascii);
	}
	return json_need(string);
}
