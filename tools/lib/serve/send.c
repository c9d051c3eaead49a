#define _GNU_SOURCE /* pread */
#include <errno.h>
#include <inttypes.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "serve/range.h"
#include "serve/respond.h"
#include "serve/send.h"
#include "serve/visit.h"

#define TAG_SIZE 72
#define RANGE_SIZE 80
#define MAGIC_SIZE 12
#define BLOCK_SIZE 32768 /* bytes of a file that are read at a time */
#define CACHE "no-cache" /* it may be kept, and is asked after */

/* A file that is replaced is another one; one that is changed is younger. */
static void
tag_of(const struct stat *st, char tag[TAG_SIZE])
{
	snprintf(tag, TAG_SIZE, "\"%jx-%jx-%jx.%lx\"", (uintmax_t)st->st_ino,
		(uintmax_t)st->st_size, (uintmax_t)st->st_mtim.tv_sec,
		(unsigned long)st->st_mtim.tv_nsec);
}

static const char *
type_of(int fd)
{
	char s[MAGIC_SIZE] = { 0 };

	if (pread(fd, s, sizeof s, 0) < 0)
		return "application/octet-stream";
	if (memcmp(s, "\x89PNG\r\n\x1a\n", 8) == 0)
		return "image/png";
	if (memcmp(s, "\xff\xd8\xff", 3) == 0)
		return "image/jpeg";
	if (memcmp(s, "RIFF", 4) == 0 && memcmp(s + 8, "WEBP", 4) == 0)
		return "image/webp";
	if (memcmp(s, "GIF8", 4) == 0)
		return "image/gif";
	return "application/octet-stream";
}

static enum range
wanted(const struct visit *v, const char *tag, uint64_t size_bytes,
	uint64_t *first, uint64_t *last)
{
	const char *range = v->headers.value[HEADER_RANGE];
	const char *same = v->headers.value[HEADER_IF_RANGE];

	if (!range || v->is_head || (same && strcmp(same, tag) != 0))
		return RANGE_ALL;
	return range_parse(range, size_bytes, first, last);
}

/* What is sent of a file. */
struct part {
	int fd;
	uint64_t first;
};

/* Of a file that was made shorter meanwhile nothing more will come: who waits
 * for it had better be told. */
static ssize_t
read_part(void *part, uint64_t at, char *bytes, size_t max)
{
	const struct part *p = part;
	ssize_t n;

	do
		n = pread(p->fd, bytes, max, (off_t)(p->first + at));
	while (n < 0 && errno == EINTR);
	return n > 0 ? n : MHD_CONTENT_READER_END_WITH_ERROR;
}

static void
close_part(void *part)
{
	close(((struct part *)part)->fd);
	free(part);
}

/* The file is closed with the response, or here.  libmicrohttpd would send it
 * itself, but tries for ever where there is less than there was. */
static struct MHD_Response *
make_response(int fd, uint64_t first, uint64_t len)
{
	struct MHD_Response *response = NULL;
	struct part *part = malloc(sizeof *part);

	if (part) {
		*part = (struct part){ fd, first };
		response = MHD_create_response_from_callback(len, BLOCK_SIZE,
			read_part, part, close_part);
	}
	if (!response) {
		close(fd);
		free(part);
	}
	return response;
}

enum MHD_Result
send_picture(struct visit *v, int fd, const struct stat *st)
{
	const char *known = v->headers.value[HEADER_IF_NONE_MATCH];
	uint64_t size = (uint64_t)st->st_size, first = 0, last = 0, len = size;
	char tag[TAG_SIZE], part[RANGE_SIZE] = "";
	struct MHD_Response *response;
	const char *type = type_of(fd);
	unsigned status = 200;

	tag_of(st, tag);
	if (known && range_has_tag(known, tag)) {
		status = 304; /* its length is what it would be of 200 */
	} else {
		enum range range = wanted(v, tag, size, &first, &last);

		if (range == RANGE_PART) {
			status = 206;
			len = last - first + 1;
			snprintf(part, sizeof part,
				"bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64, first,
				last, size);
		} else if (range == RANGE_NONE) {
			status = 416;
			len = 0;
			snprintf(part, sizeof part, "bytes */%" PRIu64, size);
		}
	}
	response = make_response(fd, status == 206 ? first : 0, len);
	if (!response)
		return MHD_NO;
	respond_dress(response, type, CACHE, RESPOND_POLICY);
	MHD_add_response_header(response, "ETag", tag);
	MHD_add_response_header(response, "Accept-Ranges", "bytes");
	if (part[0])
		MHD_add_response_header(response, "Content-Range", part);
	return respond_queue(v, status, response);
}
