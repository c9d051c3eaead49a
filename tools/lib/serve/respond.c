#include <jansson.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "page/html.h"
#include "serve/respond.h"
#include "serve/visit.h"

#define RETRY_S "5"
#define PAGE_BYTES_MAX (1 << 20) /* of a page that says an error */

/* Without memory for a header the answer goes without it; a browser then shows
 * less, not more. */
static void
add(struct MHD_Response *response, const char *name, const char *value)
{
	if (MHD_add_response_header(response, name, value) != MHD_YES)
		return;
}

void
respond_dress(struct MHD_Response *response, const char *type,
	const char *cache, const char *policy)
{
	if (type)
		add(response, "Content-Type", type);
	add(response, "Cache-Control", cache);
	add(response, "Content-Security-Policy", policy);
	add(response, "X-Content-Type-Options", "nosniff");
	add(response, "X-Frame-Options", "DENY");
	add(response, "Referrer-Policy", "no-referrer");
	add(response, "Cross-Origin-Resource-Policy", "same-origin");
}

enum MHD_Result
respond_queue(struct visit *v, unsigned status, struct MHD_Response *response)
{
	enum MHD_Result result;

	if (status == 405)
		add(response, "Allow",
			v->route.place == PLACE_NONE ? "GET, HEAD, POST"
				: v->route.is_post   ? "POST"
						     : "GET, HEAD");
	if (status == 503)
		add(response, "Retry-After", RETRY_S);
	result = MHD_queue_response(v->connection, status, response);
	MHD_destroy_response(response);
	return result;
}

enum MHD_Result
respond(struct visit *v, unsigned status, const char *type, char *bytes,
	size_t len)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(len,
		bytes, MHD_RESPMEM_MUST_FREE);

	if (!response) {
		free(bytes);
		return MHD_NO;
	}
	respond_dress(response, type, RESPOND_CACHE,
		strcmp(type, RESPOND_HTML) == 0 ? v->site->policy
						: RESPOND_POLICY);
	return respond_queue(v, status, response);
}

static char *
error_json(const char *line)
{
	json_t *text = json_string(line), *object;
	char *plain, *json;

	if (!text && (plain = strdup(line))) {
		/* it quotes what isn't UTF-8 */
		for (char *s = plain; *s; s++)
			if ((unsigned char)*s >= 0x80)
				*s = '?';
		text = json_string(plain);
		free(plain);
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
	buf_adds(&b, site->behind);
	return b.data;
}

enum MHD_Result
respond_error(struct visit *v, unsigned status, const char *line)
{
	char *text =
		v->route.is_api ? error_json(line) : error_page(v->site, line);

	if (!text)
		return MHD_NO;
	return respond(v, status, v->route.is_api ? RESPOND_JSON : RESPOND_HTML,
		text, strlen(text));
}

enum MHD_Result
respond_nothing(struct visit *v, unsigned status)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(0, NULL,
		MHD_RESPMEM_PERSISTENT);

	if (!response)
		return MHD_NO;
	respond_dress(response, NULL, RESPOND_CACHE, RESPOND_POLICY);
	return respond_queue(v, status, response);
}
