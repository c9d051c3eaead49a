#include <microhttpd.h>
#include <string.h>
#include <strings.h>

#include "serve/headers.h"

static const char *const names[HEADERS] = { "Host", "Origin", "Sec-Fetch-Site",
	"X-Limn-Token", "Content-Type", "Content-Length", "Transfer-Encoding",
	"Range", "If-Range", "If-None-Match" };

static enum MHD_Result
take(void *headers, enum MHD_ValueKind kind, const char *name,
	const char *value)
{
	struct headers *h = headers;

	(void)kind;
	for (size_t i = 0; i < HEADERS; i++) {
		if (strcasecmp(name, names[i]) != 0)
			continue;
		if (h->value[i])
			h->is_doubled = true;
		else
			h->value[i] = value ? value : "";
	}
	return MHD_YES;
}

void
headers_read(struct headers *h, struct MHD_Connection *connection)
{
	memset(h, 0, sizeof *h);
	MHD_get_connection_values(connection, MHD_HEADER_KIND, take, h);
}
