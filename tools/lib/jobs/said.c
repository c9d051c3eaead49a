#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chapter/chapter.h"
#include "jobs/said.h"
#include "report/escape.h"

#define CHAPTERS_MAX 10000 /* that cli_step() knows places of */
#define STAGE_SIZE 32
#define LAST_STAGE "thumbnail"

void
said_begin(struct said *s, bool is_one)
{
	*s = (struct said){ .total = is_one, .is_one = is_one };
	s->ids = BUF_INIT((CHAPTERS_MAX + 2) * (size_t)JOBS_ID_SIZE);
}

void
said_free(struct said *s)
{
	buf_free(&s->ids);
}

static void
keep(char message[JOBS_MESSAGE_SIZE], const char *line)
{
	static const char cut[] = "...";
	char *text = escape_text(line);
	size_t len = strlen(text), n = JOBS_MESSAGE_SIZE - sizeof cut;

	if (len < JOBS_MESSAGE_SIZE) {
		memcpy(message, text, len + 1);
	} else {
		/* not in the middle of a letter */
		while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
			n--;
		memcpy(message, text, n);
		memcpy(message + n, cut, sizeof cut);
	}
	free(text);
}

static void
note_done(struct said *s, const char *id)
{
	char word[JOBS_ID_SIZE + 2];

	snprintf(word, sizeof word, "\n%s\n", id);
	if (s->done >= CHAPTERS_MAX ||
		(s->ids.len && strstr(s->ids.data, word)))
		return;
	s->done++;
	if (!s->ids.len)
		buf_adds(&s->ids, "\n");
	buf_adds(&s->ids, word + 1);
}

/* NULL: it is no step; else what to say of it. */
static const char *
take_step(struct said *s, const char *line)
{
	char head[3 * STAGE_SIZE + JOBS_ID_SIZE], mark[STAGE_SIZE];
	char id[JOBS_ID_SIZE], stage[STAGE_SIZE];
	unsigned place, count;

	if (sscanf(line, " %5u/%5u %64[A-Za-z0-9_-] %31[a-z]", &place, &count,
		    id, stage) != 4 ||
		!chapter_id_is_valid(id))
		return NULL;
	snprintf(mark, sizeof mark, "%u/%u", place, count);
	snprintf(head, sizeof head, "%7s  %s  %s  ", mark, id, stage);
	if (strncmp(line, head, strlen(head)) != 0 || count > CHAPTERS_MAX)
		return NULL;
	if (!s->is_one)
		s->total = count;
	if (strcmp(stage, LAST_STAGE) == 0)
		note_done(s, id);
	return line + strlen(head) - strlen(stage) - strlen(id) - 4;
}

/* What "[OK] abc123 -> 6/6 images" says, behind what separates the two; NULL
 * where it isn't that. */
static const char *
take_verdict(const char *line, const char *word, const char *between)
{
	const char *end = NULL;

	if (strncmp(line, word, strlen(word)) == 0)
		end = strstr(line, between);
	return end ? end + strlen(between) : NULL;
}

static void
take_line(struct said *s, const char *line)
{
	bool is_makes = strncmp(line, "make: ", strlen("make: ")) == 0 ||
		strncmp(line, "make[", strlen("make[")) == 0;
	const char *said;

	if (!line[strspn(line, " \t\r")] ||
		(is_makes && *s->message && !s->is_makes))
		return;
	s->is_makes = is_makes;
	if ((said = take_verdict(line, "[OK] ", " -> ")) ||
		(said = take_verdict(line, "[SKIP] ", " -> ")))
		keep(s->ok, said);
	else if ((said = take_verdict(line, "[FAIL] ", ": ")))
		keep(s->fail, said);
	else
		said = take_step(s, line);
	keep(s->message, said ? said : line);
}

void
said_end(struct said *s)
{
	s->line[s->len] = '\0';
	if (s->len > 0)
		take_line(s, s->line);
	s->len = 0;
}

void
said_add(struct said *s, const char *bytes, size_t len)
{
	for (; len > 0; bytes++, len--)
		if (*bytes == '\n')
			said_end(s);
		else if (s->len < SAID_LINE_MAX)
			/* a NUL would hide what follows it */
			s->line[s->len++] = *bytes ? *bytes : ' ';
}
