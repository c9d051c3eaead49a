/* Endpoints that need not be asked again in a run. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "failure.h"
#include "file.h"
#include "paid/answers.h"

#define STOP_MAX 4096 /* bytes of its file */

/* The path of the file that records the failure of an endpoint. */
static void
print_path(const struct answers *a, const char *endpoint,
	char path[ANSWERS_PATH_MAX])
{
	char sum[HASH_SIZE];

	hash_bytes(sum, endpoint, strlen(endpoint));
	snprintf(path, ANSWERS_PATH_MAX, "%s/stopped.%.16s", a->directory,
		sum + strlen("sha256:"));
}

void
answers_stop(const struct answers *a, const char *endpoint, const char *run,
	int status, const char *message)
{
	char path[ANSWERS_PATH_MAX], text[STOP_MAX];
	struct failure f;
	int n;

	if (!answers_is_open(a) || !*run)
		return;
	print_path(a, endpoint, path);
	n = snprintf(text, sizeof text, "%s\n%d\n%s\n", run, status, message);
	if (n > 0 && (size_t)n < sizeof text &&
		!file_write(path, text, (size_t)n, &f))
		warn("%s", f.message);
}

int
answers_stopped(const struct answers *a, const char *endpoint, const char *run,
	char *message, size_t size)
{
	char path[ANSWERS_PATH_MAX], *line, *end;
	struct buf text = BUF_INIT(STOP_MAX);
	int status = 0;

	if (!answers_is_open(a) || !*run)
		return 0;
	print_path(a, endpoint, path);
	if (!file_is_regular(path, STOP_MAX))
		return 0;
	line = file_read(path, &text, NULL) && text.data
		? strchr(text.data, '\n')
		: NULL;
	if (line && strlen(run) == (size_t)(line - text.data) &&
		strncmp(text.data, run, strlen(run)) == 0) {
		status = (int)strtol(line + 1, &end, 10);
		if (end > line + 1 && *end == '\n')
			snprintf(message, size, "%.*s",
				(int)strcspn(end + 1, "\n"), end + 1);
		else
			status = 0;
	}
	buf_free(&text);
	return status;
}
