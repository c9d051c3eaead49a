/*
 * fetch: a picture from the URL that an image API answered.
 */
#ifndef LIMN_FETCH_H
#define LIMN_FETCH_H

#include "buf.h"

#define FETCH_TRIES 3
#define FETCH_REDIRECTS 5
#define FETCH_TIMEOUT 30.0       /* seconds; the default of DOWNLOAD_TIMEOUT */
#define FETCH_TIMEOUT_MAX 3600.0 /* seconds */

struct failure;

/*
 * Add to out (at most out->max bytes) what url holds, in no more than
 * DOWNLOAD_TIMEOUT seconds a try and three tries, which are free, following
 * at most five redirects.  own_base is the user's base URL, or NULL (see
 * http.h).  Fills in f; 403, 404 and 410 mean that it has expired.
 *
 * Each URL on the way is judged anew.  One that is neither on this machine nor
 * below own_base is a stranger's, and leads to none that is.
 */
void fetch_picture(const char *what, const char *url, const char *own_base,
	struct buf *out, struct failure *f);

#endif
