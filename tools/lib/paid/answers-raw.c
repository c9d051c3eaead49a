/* Answers as they were received, in HEX.raw: the answer, a newline, and a line
 * of facts. */
#define _GNU_SOURCE /* memrchr */
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "failure.h"
#include "file.h"
#include "json.h"
#include "paid/answers-own.h"
#include "paid/answers.h"

#define FACTS_MAX 4096 /* bytes of the line */

bool
answers_keep_raw(const struct answers *a, const char hash[HASH_SIZE],
	struct buf *raw, const json_t *facts, struct failure *f)
{
	char path[ANSWERS_PATH_MAX];
	size_t len = raw->len;
	bool good;

	raw->max = len + FACTS_MAX;
	buf_add(raw, "\n", 1);
	json_print_compact(facts, raw);
	buf_add(raw, "\n", 1);
	good = file_write_durable(answers_path(a, hash, ".raw", path),
		raw->data, raw->len, f);
	raw->len = len;
	raw->data[len] = '\0';
	return good;
}

/* Cut off the line of facts; false: there is none, so limn didn't write the
 * file. */
static bool
split(struct buf *raw, json_t **facts)
{
	char *line;

	while (raw->len > 0 && raw->data[raw->len - 1] == '\n')
		raw->data[--raw->len] = '\0';
	/* the answer itself may have NULs */
	line = raw->len ? memrchr(raw->data, '\n', raw->len) : NULL;
	*facts = line ? json_loads(line + 1, 0, NULL) : NULL;
	if (!json_text(*facts, "kind") || !json_text(*facts, "model")) {
		json_decref(*facts);
		*facts = NULL;
		return false;
	}
	*line = '\0';
	raw->len = (size_t)(line - raw->data);
	return true;
}

bool
answers_find_raw(const struct answers *a, const char hash[HASH_SIZE],
	struct buf *raw, json_t **facts, struct failure *f)
{
	char path[ANSWERS_PATH_MAX];

	f->status = 0;
	if (!answers_exists(answers_path(a, hash, ".raw", path)))
		return false;
	if (!file_is_regular(path, raw->max)) {
		answers_set_aside(a, hash, ".raw", "it is no answer", f);
		return false;
	}
	if (!file_read(path, raw, f))
		return false;
	if (split(raw, facts))
		return true;
	answers_set_aside(a, hash, ".raw", "it has no line of facts", f);
	buf_free(raw);
	return false;
}

bool
answers_peek_raw(const struct answers *a, const char hash[HASH_SIZE],
	struct buf *raw)
{
	char path[ANSWERS_PATH_MAX];
	json_t *facts = NULL;
	bool good;

	good = answers_is_open(a) &&
		file_is_regular(answers_path(a, hash, ".raw", path),
			raw->max) &&
		file_read(path, raw, NULL) && split(raw, &facts);
	json_decref(facts);
	return good;
}

json_t *
answers_facts(const char *path)
{
	char tail[FACTS_MAX + 1], *line;
	struct stat st;
	int fd;
	ssize_t n;

	if (!file_is_regular(path, SIZE_MAX) || (fd = open(path, O_RDONLY)) < 0)
		return NULL;
	n = fstat(fd, &st) != 0
		? -1
		: pread(fd, tail, FACTS_MAX,
			  st.st_size > FACTS_MAX ? st.st_size - FACTS_MAX : 0);
	close(fd);
	while (n > 0 && tail[n - 1] == '\n')
		n--;
	if (n <= 0)
		return NULL;
	tail[n] = '\0';
	for (line = tail + n; line > tail && line[-1] != '\n';)
		line--;
	return line > tail ? json_loads(line, 0, NULL) : NULL;
}

const char *
answers_raw_path(const struct answers *a, const char hash[HASH_SIZE],
	char path[ANSWERS_PATH_MAX])
{
	return answers_path(a, hash, ".raw", path);
}

bool
answers_former_raw(const struct answers *a, const char hash[HASH_SIZE],
	struct failure *f)
{
	return answers_move_away(a, hash, ".raw", "", f);
}
