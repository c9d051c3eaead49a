/*
 * fetch: get a picture from the URL in an image API's answer.
 */
#ifndef LIMN_FETCH_H
#define LIMN_FETCH_H

#include <stdbool.h>

#define FETCH_TRIES 3
#define FETCH_REDIRECTS 5
#define FETCH_TIMEOUT 30.0       /* seconds; the default of DOWNLOAD_TIMEOUT */
#define FETCH_TIMEOUT_MAX 3600.0 /* seconds */
#define FETCH_REMEDY_MAX 256     /* bytes */

struct buf;
struct failure;

struct fetch {
	const char *what;    /* the beginning of warnings about failed tries */
	const char *chapter; /* its id, for the remedy; NULL: not known */
	const char *url;
	const char *own_base; /* the user's base URL, or NULL (see http.h) */
};

/*
 * Add the bytes at the URL to out (at most out->max bytes).  There are three
 * tries, which are free, of at most DOWNLOAD_TIMEOUT seconds each; five
 * redirects are followed.  If no later try would help (403, 404 and 410: the
 * URL has expired), the message says how to get another picture.
 *
 * Each URL on the way is checked.  A URL that is neither on this machine nor at
 * own_base belongs to a stranger.  A stranger's redirect to this machine, to
 * own_base or to http is not followed.
 */
bool fetch_picture(const struct fetch *p, struct buf *out, struct failure *f);

/* How to get another picture if this one can't be used: "FORCE=1 CHAPTER=ch02
 * buys another, or ...".  chapter may be NULL. */
void fetch_remedy(char text[FETCH_REMEDY_MAX], const char *chapter);

#endif
