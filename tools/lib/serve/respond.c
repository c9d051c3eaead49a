#define _GNU_SOURCE /* pread */
#include <errno.h>
#include <jansson.h>
#include <microhttpd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "page/html.h"
#include "serve/request.h"
#include "serve/respond.h"

#define RETRY_S "5"
#define POLICY "default-src 'none'; frame-ancestors 'none'"
#define CACHE_NEVER "no-store"
#define CACHE_CHECKED "no-cache" /* kept, but checked at each use */
#define TAG_SIZE 72              /* bytes of an ETag */
#define BLOCK_SIZE 32768         /* bytes of a file that are read at a time */
#define PAGE_BYTES_MAX (1 << 20) /* bytes of a page with an error */

/* Add a header.  Without memory it is left out; a browser then shows less, not
 * more. */
static void
add_header(struct MHD_Response *response, const char *name, const char *value)
{
	if (MHD_add_response_header(response, name, value) != MHD_YES)
		return;
}

static void
add_headers(struct MHD_Response *response, const char *type, const char *cache,
	const char *policy)
{
	if (type)
		add_header(response, "Content-Type", type);
	add_header(response, "Cache-Control", cache);
	add_header(response, "Content-Security-Policy", policy);
	add_header(response, "X-Content-Type-Options", "nosniff");
	add_header(response, "X-Frame-Options", "DENY");
	add_header(response, "Referrer-Policy", "no-referrer");
	add_header(response, "Cross-Origin-Resource-Policy", "same-origin");
}

static enum MHD_Result
queue_response(struct request *q, unsigned status,
	struct MHD_Response *response)
{
	enum MHD_Result result;

	if (status == 405)
		add_header(response, "Allow",
			q->route.place == PLACE_NONE ? "GET, HEAD, POST"
				: q->route.is_post   ? "POST"
						     : "GET, HEAD");
	if (status == 503)
		add_header(response, "Retry-After", RETRY_S);
	if (status == 400)
		add_header(response, "Connection", "close");
	result = MHD_queue_response(q->connection, status, response);
	MHD_destroy_response(response);
	return result;
}

enum MHD_Result
respond(struct request *q, unsigned status, const char *type, char *bytes,
	size_t len)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(len,
		bytes, MHD_RESPMEM_MUST_FREE);

	if (!response) {
		free(bytes);
		return MHD_NO;
	}
	add_headers(response, type, CACHE_NEVER,
		strcmp(type, RESPOND_HTML) == 0 ? q->site->policy : POLICY);
	return queue_response(q, status, response);
}

static char *
error_json(const char *line)
{
	json_t *text = json_string(line), *object;
	char *ascii, *json;

	if (!text && (ascii = strdup(line))) {
		/* the message quotes bytes that aren't UTF-8 */
		for (char *s = ascii; *s; s++)
			if ((unsigned char)*s >= 0x80)
				*s = '?';
		text = json_string(ascii);
		free(ascii);
	}
	object = json_pack("{s:o}", "error", text ? text : json_null());
	json = object ? json_dumps(object, 0) : NULL;
	json_decref(object);
	return json;
}

static char *
error_page(const struct site *site, const char *line)
{
	struct buf b = BUF_INIT(PAGE_BYTES_MAX);

	buf_adds(&b, site->before);
	html_text(&b, line);
	buf_adds(&b, site->after);
	return b.data;
}

enum MHD_Result
respond_error(struct request *q, unsigned status, const char *line)
{
	char *text =
		q->route.is_api ? error_json(line) : error_page(q->site, line);

	if (!text)
		return MHD_NO;
	return respond(q, status, q->route.is_api ? RESPOND_JSON : RESPOND_HTML,
		text, strlen(text));
}

enum MHD_Result
respond_nothing(struct request *q, unsigned status)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(0, NULL,
		MHD_RESPMEM_PERSISTENT);

	if (!response)
		return MHD_NO;
	add_headers(response, NULL, CACHE_NEVER, POLICY);
	return queue_response(q, status, response);
}

/* The ETag of a file: a replaced file has another inode, a changed one another
 * date. */
static void
make_tag(const struct stat *st, char tag[TAG_SIZE])
{
	snprintf(tag, TAG_SIZE, "\"%jx-%jx-%jx.%lx\"", (uintmax_t)st->st_ino,
		(uintmax_t)st->st_size, (uintmax_t)st->st_mtim.tv_sec,
		(unsigned long)st->st_mtim.tv_nsec);
}

/* Read a part of the file.  If the file became shorter meanwhile, end the
 * connection. */
static ssize_t
read_file(void *fd, uint64_t at, char *bytes, size_t max)
{
	ssize_t n;

	do
		n = pread((int)(intptr_t)fd, bytes, max, (off_t)at);
	while (n < 0 && errno == EINTR);
	return n > 0 ? n : MHD_CONTENT_READER_END_WITH_ERROR;
}

static void
close_file(void *fd)
{
	close((int)(intptr_t)fd);
}

enum MHD_Result
respond_file(struct request *q, int fd, const struct stat *st, const char *type)
{
	const char *known = q->headers.value[HEADER_IF_NONE_MATCH];
	struct MHD_Response *response;
	char tag[TAG_SIZE];
	unsigned status = 200;

	make_tag(st, tag);
	if (known && strcmp(known, tag) == 0) {
		close(fd);
		status = 304;
		response = MHD_create_response_from_buffer(0, NULL,
			MHD_RESPMEM_PERSISTENT);
	} else {
		/* libmicrohttpd's own function would try for ever to send a
		 * file that became shorter */
		response =
			MHD_create_response_from_callback((uint64_t)st->st_size,
				BLOCK_SIZE, read_file, (void *)(intptr_t)fd,
				close_file);
		if (!response)
			close(fd);
	}
	if (!response)
		return MHD_NO;
	add_headers(response, type, CACHE_CHECKED, POLICY);
	add_header(response, "ETag", tag);
	return queue_response(q, status, response);
}
