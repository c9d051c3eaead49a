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

struct request;
struct stat;

#define RESPOND_HTML "text/html; charset=utf-8"
#define RESPOND_JSON "application/json"

/* Bytes from malloc(), which are freed in any case. */
enum MHD_Result respond(struct request *q, unsigned status, const char *type,
	char *bytes, size_t len);

/* An error, in a line: {"error": line} of the API, else a page. */
enum MHD_Result respond_error(struct request *q, unsigned status,
	const char *line);

/* Nothing but a status. */
enum MHD_Result respond_nothing(struct request *q, unsigned status);

/* An open file of that type, which is closed; or 304, where the browser has it
 * already. */
enum MHD_Result respond_file(struct request *q, int fd, const struct stat *st,
	const char *type);

#endif
