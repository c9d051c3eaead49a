/*
 * fetch: a picture from the URL that an image API answered.
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
	const char *what;    /* heads the warnings about failed tries */
	const char *chapter; /* its id for the remedy; NULL: not known */
	const char *url;
	const char *own_base; /* the user's base URL, or NULL (see http.h) */
};

/*
 * Add to out (at most out->max bytes) what the URL holds.  A try takes no more
 * than DOWNLOAD_TIMEOUT seconds; there are three, which are free, and five
 * redirects are followed.  Where no later try would help (403, 404 and 410: the
 * URL has expired) the message says how to get another picture.
 *
 * Each URL on the way is judged anew.  One that is neither on this machine nor
 * below own_base is a stranger's.  A stranger's redirect to this machine or
 * below own_base, or to http, is not followed.
 */
bool fetch_picture(const struct fetch *p, struct buf *out, struct failure *f);

/* How to get another picture than one that can't be used: "FORCE=1 CHAPTER=ch02
 * buys another, or ...".  chapter may be NULL. */
void fetch_remedy(char text[FETCH_REMEDY_MAX], const char *chapter);

#endif
