/*
 * api-error: the error in the body of an API's answer.
 *
 * The forms are OpenAI's {"error": {"message", "type", "param", "code"}} (code
 * may be a number), Anthropic's {"type": "error", "error": {...}}, the local
 * servers' {"error": "text"} and {"error": "kind", "message": "text"},
 * FastAPI's {"detail": "text" or [{"loc", "msg"}]}, and a bare {"message"}.
 */
#ifndef LIMN_API_ERROR_H
#define LIMN_API_ERROR_H

#include <stdbool.h>
#include <stddef.h>

#define API_ERROR_MAX 262144      /* bytes of a body that is read */
#define API_ERROR_WORD_MAX 80     /* bytes of a code and the like */
#define API_ERROR_CODEPOINTS 200  /* of a message */
#define API_ERROR_MESSAGE_MAX 640 /* bytes of it */

struct api_error {
	bool is_json;      /* the body is a JSON object or list */
	bool has_error;    /* ... that has an error, and no answer beside it */
	bool is_anthropic; /* by its form */
	char type[API_ERROR_WORD_MAX]; /* each "" if there is none */
	char code[API_ERROR_WORD_MAX];
	char param[API_ERROR_WORD_MAX];
	char detail[API_ERROR_WORD_MAX];     /* a code below the code */
	char message[API_ERROR_MESSAGE_MAX]; /* one line */
	char request_id[API_ERROR_WORD_MAX];
};

void api_error_read(struct api_error *c, const char *body, size_t len);

/*
 * Copy text to line.  Each run of space and control characters becomes one
 * space.  A text of more than so many code points is cut, and ends in "...".
 */
void api_error_tidy(char *line, size_t size, const char *text,
	size_t codepoints);

#endif
