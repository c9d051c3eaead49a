#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "utf8.h"

/* bytes; a message of ERR_MESSAGE_MAX with each byte escaped */
#define LOG_LINE_MAX 16384

static char chapter[LOG_ID_SIZE];
static const char *stage;

struct line {
	char bytes[LOG_LINE_MAX];
	size_t len;
};

static void
add(struct line *l, const char *s)
{
	for (; *s && l->len < sizeof l->bytes - 1; s++)
		l->bytes[l->len++] = *s;
}

/* Add a JSON string, or null.  A byte that isn't UTF-8 becomes U+FFFD. */
static void
add_text(struct line *l, const char *s)
{
	char escaped[8];

	if (!s) {
		add(l, "null");
		return;
	}
	add(l, "\"");
	while (*s) {
		size_t n = utf8_size(s, strlen(s));

		if (n == 0)
			strcpy(escaped, "\\ufffd");
		else if (n == 1 && (*s == '"' || *s == '\\'))
			snprintf(escaped, sizeof escaped, "\\%c", *s);
		else if (n == 1 && (*s < ' ' || *s == 0x7f))
			snprintf(escaped, sizeof escaped, "\\u%04x",
				(unsigned)*s);
		else
			snprintf(escaped, sizeof escaped, "%.*s", (int)n, s);
		add(l, escaped);
		s += n ? n : 1;
	}
	add(l, "\"");
}

static void
add_member(struct line *l, const char *before, const char *text)
{
	add(l, before);
	add_text(l, text);
}

void
log_about(const char *id, const char *of_stage)
{
	snprintf(chapter, sizeof chapter, "%s", id ? id : "");
	stage = of_stage;
}

void
log_line(const char *tool, int status, const char *setting, const char *message)
{
	const char *path = getenv("LIMN_LOG"), *run = getenv("LIMN_RUN");
	struct line l = { .len = 0 };
	char number[16] = "null";
	int fd;

	if (!path || !*path)
		return;
	fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY,
		0666);
	if (fd < 0)
		return;
	if (status != LOG_WENT_ON)
		snprintf(number, sizeof number, "%d", status);
	add_member(&l, "{\"run\": ", run ? run : "");
	add_member(&l, ", \"tool\": ", tool);
	add_member(&l, ", \"chapter\": ", *chapter ? chapter : NULL);
	add_member(&l, ", \"stage\": ", stage);
	add(&l, ", \"status\": ");
	add(&l, number);
	add_member(&l, ", \"setting\": ", setting);
	add_member(&l, ", \"message\": ", message);
	add(&l, "}\n");
	/* a log that can't be written is no error */
	(void)!write(fd, l.bytes, l.len);
	close(fd);
}
