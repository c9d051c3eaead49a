/*
 * respond: answers, with the headers that each of them has.
 *
 * No answer may be taken for something else, put into a frame, read by another
 * site's page, or tell others where its reader came from.
 */
#ifndef LIMN_RESPOND_H
#define LIMN_RESPOND_H

#include <microhttpd.h>
#include <stddef.h>

struct visit;

#define RESPOND_HTML "text/html; charset=utf-8"
#define RESPOND_JSON "application/json"

/* Bytes from malloc(), which are freed in any case. */
enum MHD_Result respond(struct visit *v, unsigned status, const char *type,
	char *bytes, size_t len);

/* An error, in a line: {"error": line} of the API, else a page. */
enum MHD_Result respond_error(struct visit *v, unsigned status,
	const char *line);

/* Nothing but a status. */
enum MHD_Result respond_nothing(struct visit *v, unsigned status);

/* For what else there is: add the headers, and send and free it. */
void respond_dress(struct MHD_Response *response, const char *type,
	const char *cache, const char *policy);
enum MHD_Result respond_queue(struct visit *v, unsigned status,
	struct MHD_Response *response);

#define RESPOND_POLICY "default-src 'none'; frame-ancestors 'none'"
#define RESPOND_CACHE "no-store"

#endif
