#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "err.h"
#include "failure.h"
#include "file.h"
#include "json.h"
#include "paid/answer.h"
#include "paid/answers-own.h"
#include "paid/answers.h"

#define SET_ASIDE_MAX 10000 /* former or damaged answers to one request */
#define TEXT_MAX ((size_t)256 << 20) /* bytes of an entry; checked after */

/* The last two lines of an entry: the hash of all lines before them. */
#define SEAL_KEY "  \"sha256\": \""
#define SEAL_SIZE (sizeof SEAL_KEY - 1 + HASH_SIZE - 1 + sizeof "\"\n}\n" - 1)

const char *
answers_path(const struct answers *a, const char *hash, const char *suffix,
	char *path)
{
	snprintf(path, ANSWERS_PATH_MAX, "%s/%s%s", a->directory,
		hash + strlen("sha256:"), suffix);
	return path;
}

bool
answers_open(struct answers *a, const char *directory, struct failure *f)
{
	char path[ANSWERS_PATH_MAX];
	struct stat st;

	*a = (struct answers){ .directory = NULL };
	if (strlen(directory) > ANSWERS_PATH_MAX - 256)
		return failure_set(f, EXIT_BAD_CONFIG,
			"ANSWERS_DIR: this path is too long");
	snprintf(path, sizeof path, "%s/", directory);
	file_make_directories(path);
	if (stat(directory, &st) != 0 || !S_ISDIR(st.st_mode))
		return failure_set(f, EXIT_CANT_CREATE,
			"%s: the store of answers can't be made here; look at "
			"ANSWERS_DIR",
			directory);
	*a = (struct answers){ .directory = directory, .lock_file = -1 };
	return true;
}

bool
answers_look(struct answers *a, const char *directory, struct failure *f)
{
	struct stat st;

	*a = (struct answers){ .directory = NULL };
	return !directory || stat(directory, &st) != 0 ||
		answers_open(a, directory, f);
}

void
answers_close(struct answers *a)
{
	if (answers_is_open(a) && a->lock_file >= 0)
		close(a->lock_file);
	*a = (struct answers){ .directory = NULL };
}

bool
answers_is_open(const struct answers *a)
{
	return a->directory != NULL;
}

/* All locks are in one file: the lock of a request is the byte at the offset
 * that its hash gives. */
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

bool
answers_lock(struct answers *a, const char hash[HASH_SIZE], struct failure *f)
{
	struct flock lock = lock_of(hash, F_WRLCK);
	char path[ANSWERS_PATH_MAX];

	snprintf(path, sizeof path, "%s/lock", a->directory);
	if (a->lock_file < 0)
		a->lock_file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (a->lock_file < 0)
		return failure_set(f, EXIT_CANT_CREATE, "%s:", path);
	if (fcntl(a->lock_file, F_SETLK, &lock) == 0)
		return true;
	if (errno != EAGAIN && errno != EACCES)
		return failure_set(f, EXIT_IO, "%s: can't be locked:", path);
	warn("another process is buying the same answer; waits for it");
	while (fcntl(a->lock_file, F_SETLKW, &lock) != 0)
		if (errno != EINTR)
			return failure_set(f, EXIT_TRY_LATER, "%s:", path);
	return true;
}

void
answers_unlock(const struct answers *a, const char hash[HASH_SIZE])
{
	struct flock lock = lock_of(hash, F_UNLCK);

	fcntl(a->lock_file, F_SETLK, &lock);
}

bool
answers_need_space(const struct answers *a, size_t bytes, struct failure *f)
{
	struct statvfs fs;

	if (access(a->directory, W_OK | X_OK) != 0)
		return failure_set(f, EXIT_CANT_CREATE,
			"%s: nothing was bought:", a->directory);
	/* some file systems don't know their size */
	if (statvfs(a->directory, &fs) != 0 || fs.f_blocks == 0)
		return true;
	if ((double)fs.f_bavail * (double)fs.f_frsize < (double)bytes)
		return failure_set(f, EXIT_IO,
			"%s: the disk is full: less than %zu bytes are free; "
			"make room first, nothing was bought",
			a->directory, bytes);
	return true;
}

bool
answers_exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

bool
answers_move_away(const struct answers *a, const char *hash, const char *suffix,
	const char *mark, struct failure *f)
{
	char from[ANSWERS_PATH_MAX], to[ANSWERS_PATH_MAX], numbered[64];
	unsigned n = 0;

	answers_path(a, hash, suffix, from);
	do {
		snprintf(numbered, sizeof numbered, "%s.%u%s", mark, ++n,
			suffix);
		answers_path(a, hash, numbered, to);
	} while (n < SET_ASIDE_MAX && answers_exists(to));
	if (rename(from, to) != 0 && errno != ENOENT)
		return failure_set(f, EXIT_IO, "%s: can't be renamed:", from);
	return true;
}

bool
answers_set_aside(const struct answers *a, const char *hash, const char *suffix,
	const char *why, struct failure *f)
{
	char path[ANSWERS_PATH_MAX];

	warn("%s: %s; it is set aside, as .damaged",
		answers_path(a, hash, suffix, path), why);
	return answers_move_away(a, hash, suffix, ".damaged", f);
}

/* Whether the last lines have the hash of the lines before them. */
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
answers_read(const char *path, const char hash[HASH_SIZE], struct failure *f)
{
	struct buf text = BUF_INIT(ANSWERS_ENTRY_MAX);
	json_t *entry = NULL;
	const char *own;

	f->status = 0;
	if (!file_is_regular(path, ANSWERS_ENTRY_MAX))
		return NULL;
	if (!file_read(path, &text, f)) {
		buf_free(&text);
		return NULL;
	}
	if (is_sealed(text.data, text.len))
		entry = json_loadb(text.data, text.len, 0, NULL);
	buf_free(&text);
	/* a file that was renamed by hand answers another request */
	own = json_text(entry, "request_sha256");
	if (entry && (!own || strcmp(own, hash) != 0)) {
		json_decref(entry);
		return NULL;
	}
	return entry;
}

json_t *
answers_find(const struct answers *a, const char hash[HASH_SIZE],
	struct failure *f)
{
	char path[ANSWERS_PATH_MAX];
	json_t *entry;

	f->status = 0;
	if (!answers_exists(answers_path(a, hash, ".json", path)))
		return NULL;
	entry = answers_read(path, hash, f);
	if (!entry && !f->status)
		answers_set_aside(a, hash, ".json",
			"its bytes are not those that were kept", f);
	return entry;
}

json_t *
answers_peek(const struct answers *a, const char hash[HASH_SIZE])
{
	char path[ANSWERS_PATH_MAX];
	const char *picture;
	struct failure f;
	json_t *entry;

	if (!answers_is_open(a))
		return NULL;
	entry = answers_read(answers_path(a, hash, ".json", path), hash, &f);
	picture = json_text(entry, "picture_sha256");
	if (picture && !answers_has_picture(a, picture)) {
		json_decref(entry);
		return NULL;
	}
	return entry;
}

/* The path of a picture; NULL: this can't be its hash. */
static const char *
picture_path(const struct answers *a, const char *hash,
	char path[ANSWERS_PATH_MAX])
{
	if (strlen(hash) != HASH_SIZE - 1 || strchr(hash, '/'))
		return NULL;
	return answers_path(a, hash, ".png", path);
}

bool
answers_has_picture(const struct answers *a, const char picture_hash[HASH_SIZE])
{
	char path[ANSWERS_PATH_MAX];

	return answers_is_open(a) && picture_path(a, picture_hash, path) &&
		file_is_regular(path, ANSWER_MAX);
}

static bool
has_hash(const struct buf *bytes, const char *hash)
{
	char sum[HASH_SIZE];

	hash_bytes(sum, bytes->data, bytes->len);
	return strcmp(sum, hash) == 0;
}

int
answers_open_picture(const struct answers *a,
	const char picture_hash[HASH_SIZE], struct buf *out)
{
	char place[ANSWERS_PATH_MAX];
	const char *path = picture_path(a, picture_hash, place);
	int fd = path ? open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC) : -1;

	if (fd < 0)
		return -1;
	if (file_read_open(fd, path, out, NULL) && has_hash(out, picture_hash))
		return fd;
	close(fd);
	return -1;
}

bool
answers_picture(const struct answers *a, const char hash[HASH_SIZE],
	const json_t *entry, struct buf *out, struct failure *f)
{
	const char *kept = json_text(entry, "picture_sha256"), *path;
	char place[ANSWERS_PATH_MAX];

	f->status = 0;
	if (!kept)
		return true;
	path = picture_path(a, kept, place);
	if (answers_has_picture(a, kept)) {
		if (!file_read(path, out, f))
			return false;
		if (has_hash(out, kept))
			return true;
	}
	if (path && answers_exists(path) &&
		!answers_set_aside(a, kept, ".png",
			"its bytes are not those that were kept", f))
		return false;
	buf_free(out);
	answers_set_aside(a, hash, ".json", "its picture is gone", f);
	return false;
}

/* Print the entry, with the hash of its lines at the end. */
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

bool
answers_keep(const struct answers *a, const char hash[HASH_SIZE], json_t *entry,
	const struct buf *picture, struct failure *f)
{
	const char *name = json_text(entry, "picture_sha256");
	struct buf text = BUF_INIT(TEXT_MAX);
	char path[ANSWERS_PATH_MAX];
	bool good = true;

	f->status = 0;
	seal(entry, &text);
	if (text.len > ANSWERS_ENTRY_MAX) {
		buf_free(&text);
		return false;
	}
	if (name && picture->len)
		good = file_write(answers_path(a, name, ".png", path),
			picture->data, picture->len, f);
	answers_path(a, hash, ".json", path);
	/* a tool that was killed may have written this file already */
	if (good && !file_holds(path, text.data, text.len))
		good = answers_move_away(a, hash, ".json", "", f) &&
			file_write_durable(path, text.data, text.len, f);
	if (good)
		unlink(answers_path(a, hash, ".raw", path));
	buf_free(&text);
	return good;
}
