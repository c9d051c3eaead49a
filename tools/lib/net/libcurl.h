/*
 * libcurl: loaded when it is first needed.
 *
 *	const struct libcurl *curl = libcurl(&f);
 *	CURL *easy = curl ? curl->easy_init() : NULL;
 */
#ifndef LIMN_LIBCURL_H
#define LIMN_LIBCURL_H

#include <curl/curl.h>

struct failure;
struct url;

/* Its functions, with the types of its header. */
struct libcurl {
	__typeof__(curl_global_init) *global_init;
	__typeof__(curl_easy_init) *easy_init;
	__typeof__(curl_easy_setopt) *easy_setopt;
	__typeof__(curl_easy_perform) *easy_perform;
	__typeof__(curl_easy_getinfo) *easy_getinfo;
	__typeof__(curl_easy_header) *easy_header;
	__typeof__(curl_easy_strerror) *easy_strerror;
	__typeof__(curl_easy_cleanup) *easy_cleanup;
	__typeof__(curl_slist_append) *slist_append;
	__typeof__(curl_slist_free_all) *slist_free_all;
	__typeof__(curl_url) *url;
	__typeof__(curl_url_set) *url_set;
	__typeof__(curl_url_get) *url_get;
	__typeof__(curl_url_cleanup) *url_cleanup;
	__typeof__(curl_free) *free;
};

/* NULL if it can't be loaded; f (EXIT_BAD_CONFIG) says why. */
const struct libcurl *libcurl(struct failure *f);

/* The URL as libcurl parses it; NULL if the result isn't u.  The caller calls
 * url_cleanup(). */
CURLU *libcurl_url(const struct libcurl *curl, const char *s,
	const struct url *u);

/*
 * Set the certificates to trust: those of SSL_CERT_FILE, SSL_CERT_DIR, or the
 * system.  A directory is read only as far as it is needed; a file takes 40 ms.
 * libcurl's default is both.
 */
void libcurl_certificates(const struct libcurl *curl, CURL *easy);

#endif
