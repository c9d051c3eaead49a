/*
 * complaint: what an API says in the body of an answer that isn't good.
 *
 * The shapes are OpenAI's {"error": {"message", "type", "param", "code"}} (code
 * may be a number), Anthropic's {"type": "error", "error": {...}}, the local
 * servers' {"error": "text"} and {"error": "kind", "message": "text"},
 * FastAPI's {"detail": "text" or [{"loc", "msg"}]}, and a bare {"message"}.
 */
#ifndef LIMN_COMPLAINT_H
#define LIMN_COMPLAINT_H

#include <stdbool.h>
#include <stddef.h>

#define COMPLAINT_MAX 262144      /* bytes of a body that is looked into */
#define COMPLAINT_WORD_MAX 80     /* bytes of a code and the like */
#define COMPLAINT_LETTERS 200     /* of a message */
#define COMPLAINT_MESSAGE_MAX 640 /* bytes of it */

struct complaint {
	bool is_json;      /* the body is a JSON object or list */
	bool has_error;    /* ... that says so, and no answer beside it */
	bool is_anthropic; /* by its shape */
	char type[COMPLAINT_WORD_MAX]; /* each "" where there is none */
	char code[COMPLAINT_WORD_MAX];
	char param[COMPLAINT_WORD_MAX];
	char detail[COMPLAINT_WORD_MAX];     /* a code beneath the code */
	char message[COMPLAINT_MESSAGE_MAX]; /* one line */
	char request_id[COMPLAINT_WORD_MAX];
};

void complaint_read(struct complaint *c, const char *body, size_t len);

/*
 * Put text into line: every run of blanks and control characters one blank, cut
 * after so many letters, with "..." then.
 */
void complaint_tidy(char *line, size_t size, const char *text, size_t letters);

#endif
