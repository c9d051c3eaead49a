#include <dirent.h>
#include <dlfcn.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "err.h"
#include "failure.h"
#include "net/address.h"
#include "net/libcurl.h"
#include "net/url.h"

#define LIBRARY "libcurl.so.4" /* Debian's libcurl4, with OpenSSL */
#define CERTIFICATES "/etc/ssl/certs"

/* clang-format off */
#define ENTRY(name) { "curl_" #name, offsetof(struct libcurl, name) }
/* clang-format on */

static const struct {
	const char *name;
	size_t place;
} entries[] = {
	ENTRY(global_init),
	ENTRY(easy_init),
	ENTRY(easy_setopt),
	ENTRY(easy_perform),
	ENTRY(easy_getinfo),
	ENTRY(easy_header),
	ENTRY(easy_strerror),
	ENTRY(easy_cleanup),
	ENTRY(slist_append),
	ENTRY(slist_free_all),
	ENTRY(url),
	ENTRY(url_set),
	ENTRY(url_get),
	ENTRY(url_cleanup),
	ENTRY(free),
};

const struct libcurl *
libcurl(struct failure *f)
{
	static struct libcurl functions;
	struct libcurl found;
	void *library;

	if (functions.free)
		return &functions;
	/* librtmp loads GnuTLS, whose initialization isn't needed here */
	setenv("GNUTLS_NO_IMPLICIT_INIT", "1", 1);
	library = dlopen(LIBRARY, RTLD_LAZY | RTLD_LOCAL);
	if (!library) {
		failure_set(f, EXIT_BAD_CONFIG,
			"the library %s can't be loaded; run: make deps",
			LIBRARY);
		return NULL;
	}
	for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
		void *function = dlsym(library, entries[i].name);

		if (!function) {
			failure_set(f, EXIT_BAD_CONFIG,
				"%s has no %s; limn needs libcurl 7.88 or later",
				LIBRARY, entries[i].name);
			return NULL;
		}
		/* ISO C has no cast for it */
		memcpy((char *)&found + entries[i].place, &function,
			sizeof function);
	}
	if (found.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		failure_set(f, EXIT_BAD_CONFIG, "%s can't be started", LIBRARY);
		return NULL;
	}
	functions = found;
	return &functions;
}

/* Whether libcurl finds the same parts in the URL. */
static bool
is_agreed(const struct libcurl *curl, CURLU *parsed, const struct url *u)
{
	static const CURLUPart parts[] = { CURLUPART_SCHEME, CURLUPART_HOST,
		CURLUPART_PORT, CURLUPART_USER, CURLUPART_PASSWORD };
	char *found[5] = { NULL };
	struct in6_addr a, b;
	bool is_same;

	for (size_t i = 0; i < 5; i++)
		curl->url_get(parsed, parts[i], &found[i],
			i == 2 ? CURLU_DEFAULT_PORT : 0);
	is_same = found[0] && found[1] && found[2] && !found[3] && !found[4] &&
		strcmp(found[0], u->is_https ? "https" : "http") == 0 &&
		strtoul(found[2], NULL, 10) == u->port;
	if (is_same && found[1][0] == '[') {
		found[1][strcspn(found[1], "]")] = '\0';
		is_same = address_of_host(found[1] + 1, &a) &&
			address_of_host(u->host, &b) &&
			memcmp(&a, &b, sizeof a) == 0;
	} else if (is_same) {
		is_same = strcasecmp(found[1], u->host) == 0;
	}
	for (size_t i = 0; i < 5; i++)
		curl->free(found[i]);
	return is_same;
}

CURLU *
libcurl_url(const struct libcurl *curl, const char *s, const struct url *u)
{
	CURLU *parsed = curl->url();

	if (parsed && curl->url_set(parsed, CURLUPART_URL, s, 0) == CURLUE_OK &&
		is_agreed(curl, parsed, u))
		return parsed;
	curl->url_cleanup(parsed);
	return NULL;
}

/* Whether the directory has the links, named by hash, that OpenSSL looks for.
 */
static bool
has_hashes(const char *directory)
{
	DIR *d = opendir(directory);
	struct dirent *e;
	bool found = false;

	while (d && !found && (e = readdir(d)))
		found = strspn(e->d_name, "0123456789abcdef") == 8 &&
			strcmp(e->d_name + 8, ".0") == 0;
	if (d)
		closedir(d);
	return found;
}

void
libcurl_certificates(const struct libcurl *curl, CURL *easy)
{
	const char *file = getenv("SSL_CERT_FILE");
	const char *directory = getenv("SSL_CERT_DIR");

	file = file && file[0] ? file : NULL;
	directory = directory && directory[0] ? directory : NULL;
	if (!file && !directory) {
		if (!has_hashes(CERTIFICATES))
			return;
		directory = CERTIFICATES;
	}
	/* another TLS library may not take directories; then use the default */
	if (curl->easy_setopt(easy, CURLOPT_CAPATH, directory) == CURLE_OK)
		curl->easy_setopt(easy, CURLOPT_CAINFO, file);
}
