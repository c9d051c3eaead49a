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
#define TEXT_MAX ((size_t)256 << 20) /* bytes of an entry, to be refused */

/* The last two lines of an entry: the hash of all lines before them. */
#define SEAL_KEY "  \"sha256\": \""
#define SEAL_SIZE (sizeof SEAL_KEY - 1 + HASH_SIZE - 1 + sizeof "\"\n}\n" - 1)

static const char *store;
static int lock_file = -1;

const char *
answers_path_of(const char *hash, const char *suffix)
{
	static char paths[4][ANSWERS_PATH_MAX];
	static unsigned next;
	char *path = paths[next++ % 4];

	snprintf(path, ANSWERS_PATH_MAX, "%s/%s%s", store,
		hash + strlen("sha256:"), suffix);
	return path;
}

bool
answers_open(const char *dir, struct failure *f)
{
	char path[ANSWERS_PATH_MAX];
	struct stat st;

	if (strlen(dir) > ANSWERS_PATH_MAX - 256)
		return failure_set(f, EXIT_BAD_CONFIG,
			"ANSWERS_DIR: this path is too long");
	snprintf(path, sizeof path, "%s/", dir);
	file_make_directories(path);
	if (stat(dir, &st) != 0 || !S_ISDIR(st.st_mode))
		return failure_set(f, EXIT_CANT_CREATE,
			"%s: the store of answers can't be made here; look at "
			"ANSWERS_DIR",
			dir);
	store = dir;
	return true;
}

bool
answers_is_open(void)
{
	return store != NULL;
}

const char *
answers_directory(void)
{
	return store;
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

bool
answers_lock(const char hash[HASH_SIZE], struct failure *f)
{
	struct flock lock = lock_of(hash, F_WRLCK);
	char path[ANSWERS_PATH_MAX];

	snprintf(path, sizeof path, "%s/lock", store);
	if (lock_file < 0)
		lock_file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (lock_file < 0)
		return failure_set(f, EXIT_CANT_CREATE, "%s:", path);
	if (fcntl(lock_file, F_SETLK, &lock) == 0)
		return true;
	if (errno != EAGAIN && errno != EACCES)
		return failure_set(f, EXIT_IO, "%s: can't be locked:", path);
	warn("the same is being bought by somebody else; waits for it");
	while (fcntl(lock_file, F_SETLKW, &lock) != 0)
		if (errno != EINTR)
			return failure_set(f, EXIT_TRY_LATER, "%s:", path);
	return true;
}

void
answers_unlock(const char hash[HASH_SIZE])
{
	struct flock lock = lock_of(hash, F_UNLCK);

	fcntl(lock_file, F_SETLK, &lock);
}

bool
answers_need_space(size_t bytes, struct failure *f)
{
	struct statvfs fs;

	if (access(store, W_OK | X_OK) != 0)
		return failure_set(f, EXIT_CANT_CREATE,
			"%s: nothing was bought:", store);
	/* some file systems don't tell */
	if (statvfs(store, &fs) != 0 || fs.f_blocks == 0)
		return true;
	if ((double)fs.f_bavail * (double)fs.f_frsize < (double)bytes)
		return failure_set(f, EXIT_IO,
			"%s: the disk is full: less than %zu bytes are free; "
			"make room first, nothing was bought",
			store, bytes);
	return true;
}

bool
answers_exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

bool
answers_move_away(const char *hash, const char *suffix, const char *mark,
	struct failure *f)
{
	char from[ANSWERS_PATH_MAX], numbered[64];
	unsigned n = 0;

	snprintf(from, sizeof from, "%s", answers_path_of(hash, suffix));
	do
		snprintf(numbered, sizeof numbered, "%s.%u%s", mark, ++n,
			suffix);
	while (n < SET_ASIDE_MAX &&
		answers_exists(answers_path_of(hash, numbered)));
	if (rename(from, answers_path_of(hash, numbered)) != 0 &&
		errno != ENOENT)
		return failure_set(f, EXIT_IO, "%s: can't be renamed:", from);
	return true;
}

bool
answers_set_aside(const char *hash, const char *suffix, const char *why,
	struct failure *f)
{
	warn("%s: %s; it is set aside, as .damaged",
		answers_path_of(hash, suffix), why);
	return answers_move_away(hash, suffix, ".damaged", f);
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
	/* one that was renamed by hand answers something else */
	own = json_text(entry, "request_sha256");
	if (entry && (!own || strcmp(own, hash) != 0)) {
		json_decref(entry);
		return NULL;
	}
	return entry;
}

json_t *
answers_find(const char hash[HASH_SIZE], struct failure *f)
{
	const char *path = answers_path_of(hash, ".json");
	json_t *entry;

	f->status = 0;
	if (!answers_exists(path))
		return NULL;
	entry = answers_read(path, hash, f);
	if (!entry && !f->status)
		answers_set_aside(hash, ".json",
			"its bytes are not those that were kept", f);
	return entry;
}

json_t *
answers_peek(const char hash[HASH_SIZE])
{
	struct failure f;
	json_t *entry = answers_read(answers_path_of(hash, ".json"), hash, &f);
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
		file_is_regular(answers_path_of(picture_hash, ".png"),
			ANSWER_MAX);
}

bool
answers_read_picture(const char picture_hash[HASH_SIZE], struct buf *out)
{
	char sum[HASH_SIZE];

	if (!answers_has_picture(picture_hash) ||
		!file_read(answers_path_of(picture_hash, ".png"), out, NULL))
		return false;
	hash_bytes(sum, out->data, out->len);
	return strcmp(sum, picture_hash) == 0;
}

bool
answers_picture(const char hash[HASH_SIZE], const json_t *entry,
	struct buf *out, struct failure *f)
{
	const char *kept = json_text(entry, "picture_sha256");
	char sum[HASH_SIZE] = "";

	f->status = 0;
	if (!kept)
		return true;
	if (answers_has_picture(kept)) {
		if (!file_read(answers_path_of(kept, ".png"), out, f))
			return false;
		hash_bytes(sum, out->data, out->len);
		if (strcmp(sum, kept) == 0)
			return true;
	}
	if (strlen(kept) == HASH_SIZE - 1 && !strchr(kept, '/') &&
		answers_exists(answers_path_of(kept, ".png")) &&
		!answers_set_aside(kept, ".png",
			"its bytes are not those that were kept", f))
		return false;
	buf_free(out);
	answers_set_aside(hash, ".json", "its picture is gone", f);
	return false;
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

bool
answers_keep(const char hash[HASH_SIZE], json_t *entry,
	const struct buf *picture, struct failure *f)
{
	const char *name = json_text(entry, "picture_sha256");
	struct buf text = BUF_INIT(TEXT_MAX);
	bool good = true;

	f->status = 0;
	seal(entry, &text);
	if (text.len > ANSWERS_ENTRY_MAX) {
		buf_free(&text);
		return false;
	}
	if (name && picture->len)
		good = file_write(answers_path_of(name, ".png"), picture->data,
			picture->len, f);
	/* a tool that was killed may have kept just this already */
	if (good &&
		!file_holds(answers_path_of(hash, ".json"), text.data,
			text.len))
		good = answers_move_away(hash, ".json", "", f) &&
			file_write_durable(answers_path_of(hash, ".json"),
				text.data, text.len, f);
	if (good)
		unlink(answers_path_of(hash, ".raw"));
	buf_free(&text);
	return good;
}
