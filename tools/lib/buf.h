/*
 * buf: an array of bytes that grows, up to a ceiling.
 *
 *	struct buf b = BUF_INIT(65536);
 *	buf_addf(&b, "%s\n", name);
 *	... b.data, b.len ...
 *	buf_free(&b);
 *
 * data is NULL, or is followed by a NUL that len doesn't count.  If it would
 * have more than max bytes, or memory runs out, the tool dies (EXIT_BAD_INPUT,
 * EXIT_TRY_LATER).  For a better message, check the length first.
 */
#ifndef LIMN_BUF_H
#define LIMN_BUF_H

#include <stddef.h>

struct buf {
	char *data;
	size_t len;
	size_t cap;
	size_t max;
};

#define BUF_INIT(max_bytes) ((struct buf){ NULL, 0, 0, (max_bytes) })

/* Make space for n more bytes at data + len; the caller then adds to len. */
void buf_grow(struct buf *b, size_t n);
void buf_add(struct buf *b, const void *bytes, size_t n);
void buf_adds(struct buf *b, const char *s);
void buf_addf(struct buf *b, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void buf_free(struct buf *b);

/* Functions of the C library that die instead of returning NULL; free() frees.
 * xrealloc() is for an array of count things of that size. */
void *xmalloc(size_t n);
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *p, size_t count, size_t size);
char *xstrdup(const char *s);

#endif
