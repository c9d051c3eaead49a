/*
 * aside: a question that may end who answers it, asked of a process of its own.
 *
 *	json_t *books = aside_ask(read_books, path, 5);
 *
 * What die() says there is said, and the tool goes on.
 */
#ifndef LIMN_ASIDE_H
#define LIMN_ASIDE_H

#include <jansson.h>

#define ASIDE_MAX ((size_t)256 << 20) /* bytes of an answer, as JSON */

/*
 * The object or list that answer() returns, in a child; NULL where it died, or
 * had none after so many seconds, which is warned of.  Nothing else that it
 * does to the memory is seen here.
 */
json_t *aside_ask(json_t *(*answer)(void *data), void *data, unsigned seconds);

#endif
