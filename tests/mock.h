/*
 * mock: what the parts of mock-api share.
 *
 * mock-api.c is the server: it reads a request, logs it, calls mock_answer()
 * for the answer, and sends it.  mock-answer.c combines the answer of the API
 * with the line of the script.  mock-llm.c and mock-images.c are the APIs,
 * mock-picture.c makes the pictures, and mock-place.c opens the socket.  There
 * is one thread.
 */
#ifndef LIMN_MOCK_H
#define LIMN_MOCK_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"

#define MOCK_REQUEST_MAX ((size_t)1 << 20) /* bytes of a request's body */
#define MOCK_ANSWER_MAX ((size_t)256 << 20)
#define MOCK_SCRIPT_MAX ((size_t)16 << 20)
#define MOCK_EDGE_MAX 4096 /* pixels of a picture's side */
#define MOCK_BAD_KEY "sk-bad"

enum route {
	ROUTE_MESSAGES,
	ROUTE_CHAT,
	ROUTE_IMAGES,
	ROUTE_PICTURE,
	ROUTE_HEALTHZ,
	ROUTE_OTHER,
	ROUTES,
};

/* The names in the log and the script. */
extern const char *const route_names[ROUTES];

/* A request that was read. */
struct ask {
	enum route route;
	const char *method;
	const char *path; /* decoded, without the query */
	json_t *headers;  /* names in lower case */
	const char *body; /* followed by a NUL */
	json_t *json;     /* the body as JSON, or NULL */
	bool too_long;    /* the body was too long, and is left out */
	unsigned long n;  /* of this request */
};

/* What to send, and how. */
struct reply {
	unsigned status;
	json_t *headers;
	struct buf body;
	/* shared bytes, or NULL; they are sent after the first shared_at bytes
	 * of body, so that a hundred pictures don't need a hundred copies */
	const struct buf *shared;
	size_t shared_at;
	double delay_s;
	double drip;   /* bytes a second; 0: at once */
	long long cut; /* bytes of the body that are sent; -1: all */
	bool reset, hang;
};

/* mock-answer.c */
void mock_answer(const struct ask *a, struct reply *r);
void mock_say(struct reply *r, const char *name, const char *value);
void mock_say_json(struct reply *r, json_t *body); /* takes body */
/* Answer with an error in the form of the route's API. code and param are for
 * OpenAI's, and may be NULL. */
void mock_fail(const struct ask *a, struct reply *r, unsigned status,
	const char *code, const char *param, const char *fmt, ...)
	__attribute__((format(printf, 6, 7)));
/* Make it all body. */
void mock_flatten(struct reply *r);
/* Whether the model is one of a local server, "local-...". */
bool mock_is_local(const char *model);
/* The first field that isn't in the list (which ends in NULL), or NULL. */
const char *mock_stranger(json_t *object, const char *const *fields);
bool mock_is_one_of(const char *word, const char *const *words);
const char *mock_header(const struct ask *a, const char *name);
/* A hash of the text. */
uint64_t mock_hash(const char *text, size_t len);
/* The next pseudo-random number. */
uint64_t mock_next(uint64_t *seed);

/* mock-script.c: the first unused line for the request, or NULL. The caller
 * calls json_decref(). */
extern const char *script_path;
json_t *script_take(const struct ask *a);
void script_end(void);

/* mock-llm.c, mock-images.c */
void mock_messages(const struct ask *a, struct reply *r);
void mock_chat(const struct ask *a, struct reply *r);
void mock_images(const struct ask *a, struct reply *r);
void mock_picture(const struct ask *a, struct reply *r);

/* mock-picture.c: a picture of that size, whose colours the seed chooses. */
extern size_t picture_bytes; /* at least so many bytes; 0: as few as possible */
void picture_add(struct reply *r, unsigned width, unsigned height,
	uint64_t seed);
void picture_add_base64(struct reply *r, unsigned width, unsigned height,
	uint64_t seed);
void picture_end(void);

/* mock-place.c: open a socket, which doesn't listen yet, and find its port;
 * print the address, or write the port to a file. */
#define PLACE_PORT_SIZE sizeof "65535"
int place_bind(const char *address, const char *port,
	char number[PLACE_PORT_SIZE]);
void place_tell(const char *port_file, const char *address, const char *port);

#endif
