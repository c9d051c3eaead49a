#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "answer.h"
#include "answers.h"
#include "err.h"
#include "file.h"
#include "json.h"
#include "png.h"

#define PATH_LENGTH_MAX 4096
#define SET_ASIDE_MAX 10000 /* former or damaged answers to one request */
#define STOP_MAX 4096       /* bytes of a stop's file */
#define FACTS_MAX 4096      /* bytes of the line behind a raw answer */
#define TEXT_MAX ((size_t)256 << 20) /* bytes of an entry, to be refused */

/* The last two lines of an entry: the hash of all lines before them. */
#define SEAL_KEY "  \"sha256\": \""
#define SEAL_SIZE (sizeof SEAL_KEY - 1 + HASH_SIZE - 1 + sizeof "\"\n}\n" - 1)

static const char *store;
static int lock_file = -1;

/* DIR/HEX and a suffix; good until the fourth call after it. */
static const char *
path_of(const char *hash, const char *suffix)
{
	static char paths[4][PATH_LENGTH_MAX];
	static unsigned next;
	char *path = paths[next++ % 4];

	snprintf(path, PATH_LENGTH_MAX, "%s/%s%s", store,
		hash + strlen("sha256:"), suffix);
	return path;
}

void
answers_open(const char *dir)
{
	char path[PATH_LENGTH_MAX];
	struct stat st;

	if (strlen(dir) > PATH_LENGTH_MAX - 256)
		die(EXIT_BAD_CONFIG, "ANSWERS_DIR: this path is too long");
	snprintf(path, sizeof path, "%s/", dir);
	file_make_directories(path);
	if (stat(dir, &st) != 0 || !S_ISDIR(st.st_mode))
		die(EXIT_CANT_CREATE,
			"%s: the store of answers can't be made here; look at "
			"ANSWERS_DIR",
			dir);
	store = dir;
}

bool
answers_is_open(void)
{
	return store != NULL;
}

/* One file for all locks: a request's is the byte that its hash names. */
static struct flock
lock_of(const char *hash, short type)
{
	char digits[16];

	memcpy(digits, hash + strlen("sha256:"), 15);
	digits[15] = '\0';
	return (struct flock){ .l_type = type,
		.l_whence = SEEK_SET,
		.l_start = (off_t)strtoll(digits, NULL, 16),
		.l_len = 1 };
}

void
answers_lock(const char hash[HASH_SIZE])
{
	struct flock lock = lock_of(hash, F_WRLCK);
	char path[PATH_LENGTH_MAX];

	snprintf(path, sizeof path, "%s/lock", store);
	if (lock_file < 0)
		lock_file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (lock_file < 0)
		die(EXIT_CANT_CREATE, "%s:", path);
	if (fcntl(lock_file, F_SETLK, &lock) == 0)
		return;
	if (errno == EAGAIN || errno == EACCES) {
		warn("the same is being bought by somebody else; waits for it");
		while (fcntl(lock_file, F_SETLKW, &lock) != 0)
			if (errno != EINTR)
				die(EXIT_TRY_LATER, "%s:", path);
		return;
	}
	die(EXIT_IO, "%s: can't be locked:", path);
}

void
answers_unlock(const char hash[HASH_SIZE])
{
	struct flock lock = lock_of(hash, F_UNLCK);

	fcntl(lock_file, F_SETLK, &lock);
}

void
answers_need_room(size_t bytes)
{
	struct statvfs fs;

	if (access(store, W_OK | X_OK) != 0)
		die(EXIT_CANT_CREATE, "%s: nothing was bought:", store);
	/* some file systems don't tell */
	if (statvfs(store, &fs) != 0 || fs.f_blocks == 0)
		return;
	if ((double)fs.f_bavail * (double)fs.f_frsize < (double)bytes)
		die(EXIT_IO,
			"%s: the disk is full: less than %zu bytes are free; "
			"make room first, nothing was bought",
			store, bytes);
}

static bool
exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

static bool
is_file(const char *path, size_t max)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
		(size_t)st.st_size <= max;
}

/* Rename HEX and suffix to HEX, a mark, a new number and the suffix. */
static void
move_away(const char *hash, const char *suffix, const char *mark)
{
	char from[PATH_LENGTH_MAX], numbered[64];
	unsigned n = 0;

	snprintf(from, sizeof from, "%s", path_of(hash, suffix));
	do
		snprintf(numbered, sizeof numbered, "%s.%u%s", mark, ++n,
			suffix);
	while (n < SET_ASIDE_MAX && exists(path_of(hash, numbered)));
	if (rename(from, path_of(hash, numbered)) != 0 && errno != ENOENT)
		die(EXIT_IO, "%s: can't be renamed:", from);
}

static void
set_aside(const char *hash, const char *suffix, const char *why)
{
	warn("%s: %s; it is set aside, as .damaged", path_of(hash, suffix),
		why);
	move_away(hash, suffix, ".damaged");
}

/* Whether these bytes are those that were kept. */
static bool
is_sealed(const char *data, size_t len)
{
	char sum[HASH_SIZE];
	const char *seal;

	if (len <= SEAL_SIZE)
		return false;
	seal = data + len - SEAL_SIZE;
	if (memcmp(seal, SEAL_KEY, sizeof SEAL_KEY - 1) != 0)
		return false;
	hash_bytes(sum, data, len - SEAL_SIZE);
	return memcmp(seal + sizeof SEAL_KEY - 1, sum, HASH_SIZE - 1) == 0;
}

json_t *
answers_read(const char *path, const char hash[HASH_SIZE])
{
	struct buf text = BUF_INIT(ANSWERS_ENTRY_MAX);
	json_t *entry = NULL;
	const char *own;

	if (!is_file(path, ANSWERS_ENTRY_MAX))
		return NULL;
	file_read(path, &text);
	if (is_sealed(text.data, text.len))
		entry = json_loadb(text.data, text.len, 0, NULL);
	buf_free(&text);
	/* one that was renamed by hand answers something else */
	own = json_text(entry, "request_sha256");
	if (entry && (!own || strcmp(own, hash) != 0)) {
		json_decref(entry);
		return NULL;
	}
	return entry;
}

json_t *
answers_find(const char hash[HASH_SIZE])
{
	const char *path = path_of(hash, ".json");
	json_t *entry;

	if (!exists(path))
		return NULL;
	entry = answers_read(path, hash);
	if (!entry)
		set_aside(hash, ".json",
			"its bytes are not those that were kept");
	return entry;
}

json_t *
answers_peek(const char hash[HASH_SIZE])
{
	json_t *entry = answers_read(path_of(hash, ".json"), hash);
	const char *picture = json_text(entry, "picture_sha256");

	if (picture && !answers_has_picture(picture)) {
		json_decref(entry);
		return NULL;
	}
	return entry;
}

/* A picture is called by its own hash. */
bool
answers_has_picture(const char picture_hash[HASH_SIZE])
{
	return strlen(picture_hash) == HASH_SIZE - 1 &&
		!strchr(picture_hash, '/') &&
		is_file(path_of(picture_hash, ".png"), ANSWER_MAX);
}

bool
answers_picture(const char hash[HASH_SIZE], const json_t *entry,
	struct buf *out)
{
	const char *kept = json_text(entry, "picture_sha256");
	char sum[HASH_SIZE] = "";

	if (!kept)
		return true;
	if (answers_has_picture(kept)) {
		file_read(path_of(kept, ".png"), out);
		hash_bytes(sum, out->data, out->len);
		if (strcmp(sum, kept) == 0)
			return true;
	}
	if (strlen(kept) == HASH_SIZE - 1 && !strchr(kept, '/') &&
		exists(path_of(kept, ".png")))
		set_aside(kept, ".png",
			"its bytes are not those that were kept");
	buf_free(out);
	set_aside(hash, ".json", "its picture is gone");
	return false;
}

void
answers_keep_raw(const char hash[HASH_SIZE], struct buf *raw,
	const json_t *facts)
{
	size_t len = raw->len;

	raw->max = len + FACTS_MAX;
	buf_add(raw, "\n", 1);
	json_print_compact(facts, raw);
	buf_add(raw, "\n", 1);
	file_keep(path_of(hash, ".raw"), raw->data, raw->len);
	raw->len = len;
	raw->data[len] = '\0';
}

bool
answers_find_raw(const char hash[HASH_SIZE], struct buf *raw, json_t **facts)
{
	const char *path = path_of(hash, ".raw");
	char *line;

	if (!exists(path))
		return false;
	if (!is_file(path, raw->max)) {
		answers_spoilt_raw(hash, "it is no answer");
		return false;
	}
	file_read(path, raw);
	while (raw->len > 0 && raw->data[raw->len - 1] == '\n')
		raw->data[--raw->len] = '\0';
	line = raw->len ? strrchr(raw->data, '\n') : NULL;
	*facts = line ? json_loads(line + 1, 0, NULL) : NULL;
	if (!*facts) {
		answers_spoilt_raw(hash, "nobody has written it like this");
		buf_free(raw);
		return false;
	}
	*line = '\0';
	raw->len = (size_t)(line - raw->data);
	return true;
}

json_t *
answers_facts(const char *path)
{
	char tail[FACTS_MAX + 1], *line;
	struct stat st;
	int fd;
	ssize_t n;

	if (!is_file(path, SIZE_MAX) || (fd = open(path, O_RDONLY)) < 0)
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

void
answers_spoilt_raw(const char hash[HASH_SIZE], const char *why)
{
	set_aside(hash, ".raw", why);
}

void
answers_former_raw(const char hash[HASH_SIZE])
{
	move_away(hash, ".raw", "");
}

/* Print the entry with the hash of its own lines at the end. */
static void
seal(const json_t *entry, struct buf *text)
{
	char sum[HASH_SIZE];

	json_print(entry, text);
	text->len -= strlen("\n}\n");
	buf_adds(text, ",\n");
	hash_bytes(sum, text->data, text->len);
	buf_addf(text, SEAL_KEY "%s\"\n}\n", sum);
}

/* Whether a tool that was killed has kept just this already. */
static bool
holds(const char *path, const struct buf *text)
{
	struct buf was = BUF_INIT(ANSWERS_ENTRY_MAX);
	bool same = false;

	if (is_file(path, text->len)) {
		file_read(path, &was);
		same = was.len == text->len &&
			memcmp(was.data, text->data, was.len) == 0;
		buf_free(&was);
	}
	return same;
}

bool
answers_keep(const char hash[HASH_SIZE], json_t *entry,
	const struct buf *picture)
{
	const char *name = json_text(entry, "picture_sha256");
	struct buf text = BUF_INIT(TEXT_MAX);
	bool fits;

	seal(entry, &text);
	fits = text.len <= ANSWERS_ENTRY_MAX;
	if (fits && name && picture->len)
		file_write(path_of(name, ".png"), picture->data, picture->len);
	if (fits && !holds(path_of(hash, ".json"), &text)) {
		move_away(hash, ".json", "");
		file_keep(path_of(hash, ".json"), text.data, text.len);
	}
	if (fits)
		unlink(path_of(hash, ".raw"));
	buf_free(&text);
	return fits;
}

/* The file that says whom not to ask. */
static void
stop_path(const char *endpoint, char path[PATH_LENGTH_MAX])
{
	char sum[HASH_SIZE];

	hash_bytes(sum, endpoint, strlen(endpoint));
	snprintf(path, PATH_LENGTH_MAX, "%s/stopped.%.16s", store,
		sum + strlen("sha256:"));
}

void
answers_stop(const char *endpoint, const char *run, int status,
	const char *message)
{
	char path[PATH_LENGTH_MAX], text[STOP_MAX];
	int n;

	if (!store || !*run)
		return;
	stop_path(endpoint, path);
	n = snprintf(text, sizeof text, "%s\n%d\n%s\n", run, status, message);
	if (n > 0 && (size_t)n < sizeof text)
		file_write(path, text, (size_t)n);
}

int
answers_stopped(const char *endpoint, const char *run, char *message,
	size_t size)
{
	char path[PATH_LENGTH_MAX], *line, *end;
	struct buf text = BUF_INIT(STOP_MAX);
	struct stat st;
	int status = 0;

	if (!store || !*run)
		return 0;
	stop_path(endpoint, path);
	if (stat(path, &st) != 0 || !S_ISREG(st.st_mode) ||
		(size_t)st.st_size >= STOP_MAX)
		return 0;
	file_read(path, &text);
	line = text.data ? strchr(text.data, '\n') : NULL;
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
