#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "err.h"
#include "file.h"
#include "jobs/job-log.h"
#include "json.h"
#include "utf8.h"

#define LAST_STAGE "entry"
#define INDEX_MAX ((size_t)1 << 20) /* bytes */
#define CHUNK 65536                 /* bytes that are read at a time */
#define LINE_MAX_BYTES (1 << 20)    /* log.c writes no longer line */

void
job_log_open(struct job_log *log, const char *episode_dir, const char *chapter)
{
	char path[JOB_LOG_PATH_MAX];
	struct stat st;

	*log = (struct job_log){ .fd = -1, .is_one = *chapter };
	log->total = log->is_one;
	strcpy(log->result, JOB_LOG_UP_TO_DATE);
	log->text = BUF_INIT(LINE_MAX_BYTES + CHUNK);
	log->finished = json_object();
	snprintf(log->index, sizeof log->index, "%s/imagegen/chapters.index",
		episode_dir);
	snprintf(path, sizeof path, "%s/" JOB_LOG, episode_dir);
	/* don't make the directory of an episode that doesn't exist */
	if (stat(episode_dir, &st) != 0)
		return;
	file_make_directories(path);
	log->fd = open(path, O_RDONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, 0666);
	if (log->fd >= 0)
		lseek(log->fd, 0, SEEK_END);
}

/* A message that is too long is cut after a code point, and ends in "...". */
__attribute__((format(printf, 2, 3))) static void
set_message(char message[JOBS_MESSAGE_SIZE], const char *fmt, ...)
{
	static const char cut[] = "...";
	size_t n = JOBS_MESSAGE_SIZE - sizeof cut;
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(message, JOBS_MESSAGE_SIZE, fmt, ap);
	va_end(ap);
	if (len < JOBS_MESSAGE_SIZE)
		return;
	n = utf8_cut(message, n);
	memcpy(message + n, cut, sizeof cut);
}

/* A line without a chapter is the result of the run. */
static void
take_step(struct job_log *log, const char *chapter, const char *stage,
	const char *text)
{
	if (!chapter) {
		set_message(log->message, "%s", text);
		strcpy(log->result, log->message);
		return;
	}
	set_message(log->message, "%s  %s  %s", chapter, stage ? stage : "",
		text);
	if (stage && strcmp(stage, LAST_STAGE) == 0)
		json_put(log->finished, chapter, json_true());
	log->done = json_object_size(log->finished);
}

static void
take_line(struct job_log *log, const json_t *line)
{
	const json_t *number = json_object_get(line, "status");
	int status = (int)json_integer_value(number);
	const char *text = json_text(line, "message");
	const char *tool = json_text(line, "tool");

	if (!text || !tool)
		return;
	if (json_is_integer(number) && status == 0) {
		take_step(log, json_text(line, "chapter"),
			json_text(line, "stage"), text);
		return;
	}
	set_message(log->message, "%s: %s", tool, text);
	if (!log->status ||
		(status == EXIT_COST_LIMIT && log->status != status)) {
		log->status = status;
		strcpy(log->failure, status ? log->message : "");
	}
}

static void
take_lines(struct job_log *log)
{
	char *line = log->text.data, *end;
	size_t rest = log->text.len;

	while ((end = memchr(line, '\n', rest))) {
		json_t *value = json_loadb(line, (size_t)(end - line), 0, NULL);

		take_line(log, value);
		json_decref(value);
		rest -= (size_t)(end + 1 - line);
		line = end + 1;
	}
	memmove(log->text.data, line, rest);
	log->text.len = rest < LINE_MAX_BYTES ? rest : 0;
}

static void
count_chapters(struct job_log *log)
{
	struct buf ids = BUF_INIT(INDEX_MAX);

	if (!log->is_one && file_read(log->index, &ids, NULL)) {
		log->total = 0;
		for (size_t i = 0; i < ids.len; i++)
			log->total += ids.data[i] == '\n';
	}
	buf_free(&ids);
}

bool
job_log_read(struct job_log *log)
{
	bool is_news = false;
	ssize_t n;

	for (;;) {
		buf_grow(&log->text, CHUNK);
		n = read(log->fd, log->text.data + log->text.len, CHUNK);
		if (n <= 0)
			break;
		log->text.len += (size_t)n;
		take_lines(log);
		is_news = true;
	}
	if (is_news)
		count_chapters(log);
	return is_news;
}

void
job_log_close(struct job_log *log)
{
	if (log->fd >= 0)
		close(log->fd);
	buf_free(&log->text);
	json_decref(log->finished);
}
