/*
 * mock: what the parts of mock-api share.
 *
 * mock-api.c is the server: it reads a request, logs it, asks mock_answer()
 * what to say, and says it when and as it should.  mock-answer.c puts the
 * answer of the API that is played and the line of the script together; the
 * APIs are in mock-llm.c and mock-images.c, the pictures in mock-picture.c, and
 * where it all is to be found is mock-place.c's.
 * All of it is one thread.
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

/* As the log and the script have them. */
extern const char *const route_names[ROUTES];

/* A request that has been read. */
struct ask {
	enum route route;
	const char *method;
	const char *path; /* decoded, without the query */
	json_t *headers;  /* names in lower case */
	const char *body; /* followed by a NUL */
	json_t *json;     /* what the body holds, or NULL */
	bool too_long;    /* the body was; it isn't there */
	unsigned long n;  /* of this request */
};

/* What is to be sent, and how. */
struct reply {
	unsigned status;
	json_t *headers;
	struct buf body;
	/* bytes that belong to others, to be sent after the first shared_at
	 * of body's: so that a hundred pictures don't take the memory of each
	 */
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
/* The answer is an error, in the shape of the route's API.  code and param are
 * OpenAI's, and may be NULL. */
void mock_fail(const struct ask *a, struct reply *r, unsigned status,
	const char *code, const char *param, const char *fmt, ...)
	__attribute__((format(printf, 6, 7)));
/* Make it all body. */
void mock_flatten(struct reply *r);
/* Whether the model is one of a server of one's own, "local-...". */
bool mock_is_local(const char *model);
/* The first field that the list (NULL at its end) hasn't, or NULL. */
const char *mock_stranger(json_t *object, const char *const *fields);
bool mock_is_one_of(const char *word, const char *const *words);
const char *mock_header(const struct ask *a, const char *name);
/* A number that depends on all of the text. */
uint64_t mock_hash(const char *text, size_t len);
/* The next of a row of numbers that look like chance. */
uint64_t mock_next(uint64_t *seed);

/* mock-script.c: the first unused line for the request, or NULL.  The caller
 * has json_decref() to do. */
extern const char *script_path;
json_t *script_take(const struct ask *a);
void script_end(void);

/* mock-llm.c, mock-images.c */
void mock_messages(const struct ask *a, struct reply *r);
void mock_chat(const struct ask *a, struct reply *r);
void mock_images(const struct ask *a, struct reply *r);
void mock_picture(const struct ask *a, struct reply *r);

/* mock-picture.c: a picture of that size, whose colours the seed chooses. */
extern size_t picture_bytes; /* at least; 0: as few as there are */
void picture_add(struct reply *r, unsigned width, unsigned height,
	uint64_t seed);
void picture_add_base64(struct reply *r, unsigned width, unsigned height,
	uint64_t seed);
void picture_end(void);

/* mock-place.c: a socket that doesn't listen yet, and the port that it has; and
 * to tell whoever started us, a script or a person, where that is. */
#define PLACE_PORT_SIZE sizeof "65535"
int place_bind(const char *address, const char *port,
	char number[PLACE_PORT_SIZE]);
void place_tell(const char *port_file, const char *address, const char *port);

#endif
