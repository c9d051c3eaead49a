/*
 * respond: send an answer, with the headers that every answer has.
 *
 * The headers tell the browser not to guess the type of an answer, not to show
 * it in a frame, not to give it to another site's page, and not to send its URL
 * to others.
 */
#ifndef LIMN_RESPOND_H
#define LIMN_RESPOND_H

#include <microhttpd.h>
#include <stddef.h>

struct request;
struct stat;

#define RESPOND_HTML "text/html; charset=utf-8"
#define RESPOND_JSON "application/json"

/* Send bytes from malloc(), which are freed in any case. */
enum MHD_Result respond(struct request *q, unsigned status, const char *type,
	char *bytes, size_t len);

/* Send an error of one line: as {"error": line} for the API, else as a page. */
enum MHD_Result respond_error(struct request *q, unsigned status,
	const char *line);

/* Send only a status. */
enum MHD_Result respond_nothing(struct request *q, unsigned status);

/* Send an open file, which is then closed; or 304 if the browser has it
 * already. */
enum MHD_Result respond_file(struct request *q, int fd, const struct stat *st,
	const char *type);

#endif
