#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "chapter/chapter.h"
#include "serve/manifest.h"
#include "serve/shelf.h"

#define ID_SIZE 65
#define ENTRY_SUFFIX ".entry.json"

/* The names of one manifest, as it was. */
struct shelf {
	struct stat st;
	struct names *names; /* NULL: it is spoilt, and lists nothing */
	unsigned long long used_at;
};

static const char *outputs;
/* One manifest is read at a time; the other lock is never held for long. */
static pthread_mutex_t reading = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct shelf shelves[SHELF_EPISODES];
static unsigned long long uses;

void
shelf_begin(const char *path)
{
	outputs = path;
}

void
shelf_end(void)
{
	for (size_t i = 0; i < SHELF_EPISODES; i++)
		free(shelves[i].names);
	memset(shelves, 0, sizeof shelves);
}

/* The directory name in another; that is closed.  -1 comes to -1. */
static int
enter(int fd, const char *name)
{
	int inner = fd < 0
		? -1
		: openat(fd, name,
			  O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd >= 0)
		close(fd);
	return inner;
}

static int
enter_episode(const char *id)
{
	return enter(open(outputs, O_RDONLY | O_DIRECTORY | O_CLOEXEC), id);
}

static bool
has_file(int fd, const char *name)
{
	struct stat st;

	return fd >= 0 && fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		S_ISREG(st.st_mode);
}

/* A regular file; what blocks or is a link is none. */
static int
open_file(int fd, const char *name, struct stat *st)
{
	int file = fd < 0 ? -1
			  : openat(fd, name,
				    O_RDONLY | O_NOFOLLOW | O_NONBLOCK |
					    O_NOCTTY | O_CLOEXEC);

	if (file >= 0 && (fstat(file, st) != 0 || !S_ISREG(st->st_mode))) {
		close(file);
		return -1;
	}
	return file;
}

bool
shelf_has_episode(const char *id)
{
	int fd = enter_episode(id);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

bool
shelf_has_chapters(const char *id)
{
	int fd = enter_episode(id);
	bool has = has_file(fd, "chapters.json");

	if (fd >= 0)
		close(fd);
	return has;
}

int
shelf_open_manifest(const char *id)
{
	int fd = enter(enter_episode(id), "images");
	struct stat st;
	int file = open_file(fd, "manifest.json", &st);

	if (fd >= 0)
		close(fd);
	return file;
}

static bool
is_same(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_dev == b->st_dev &&
		a->st_size == b->st_size &&
		a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
		a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
		a->st_ctim.tv_sec == b->st_ctim.tv_sec &&
		a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

/* Whether the manifest that looks so is kept; then whether it lists name. */
static bool
look(const struct stat *st, const char *name, bool *is_listed)
{
	bool is_kept = false;

	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < SHELF_EPISODES && !is_kept; i++) {
		struct shelf *s = &shelves[i];

		if (!s->used_at || !is_same(&s->st, st))
			continue;
		s->used_at = ++uses;
		*is_listed = s->names && names_has(s->names, name);
		is_kept = true;
	}
	pthread_mutex_unlock(&lock);
	return is_kept;
}

/* Keep the names, in the place of those that were used last the longest ago. */
static void
keep(const struct stat *st, struct names *names)
{
	struct shelf *oldest = &shelves[0];

	pthread_mutex_lock(&lock);
	for (size_t i = 1; i < SHELF_EPISODES; i++)
		if (shelves[i].used_at < oldest->used_at)
			oldest = &shelves[i];
	free(oldest->names);
	*oldest = (struct shelf){ *st, names, ++uses };
	pthread_mutex_unlock(&lock);
}

/* Whether the manifest as it is by now lists name; its names are kept. */
static bool
read_names(int images_fd, const char *name)
{
	char why[MANIFEST_WHY_SIZE];
	struct names *names = NULL;
	struct stat st;
	int file = open_file(images_fd, "manifest.json", &st);
	json_t *manifest;
	bool is = false;

	if (file < 0)
		return false;
	if (!look(&st, name, &is)) {
		manifest = manifest_read(file, why);
		if (manifest)
			names = manifest_names(manifest);
		json_decref(manifest);
		if (st.st_size > MANIFEST_LARGE_BYTES)
			malloc_trim(0);
		is = names && names_has(names, name);
		keep(&st, names);
	}
	close(file);
	return is;
}

static bool
is_listed(int images_fd, const char *name)
{
	struct stat st;
	bool is = false;

	if (images_fd < 0 ||
		fstatat(images_fd, "manifest.json", &st, AT_SYMLINK_NOFOLLOW) !=
			0 ||
		!S_ISREG(st.st_mode))
		return false;
	if (look(&st, name, &is))
		return is;
	pthread_mutex_lock(&reading);
	is = read_names(images_fd, name);
	pthread_mutex_unlock(&reading);
	return is;
}

/* ID.png, and the entry of ID is there. */
static bool
has_entry(int episode_fd, const char *name)
{
	char id[ID_SIZE], entry[ID_SIZE + sizeof ENTRY_SUFFIX];
	const char *dot = strrchr(name, '.');
	int fd;
	bool has;

	if (!dot || strcmp(dot, ".png") != 0 || dot - name >= ID_SIZE)
		return false;
	snprintf(id, sizeof id, "%.*s", (int)(dot - name), name);
	if (!chapter_id_is_valid(id))
		return false;
	snprintf(entry, sizeof entry, "%s" ENTRY_SUFFIX, id);
	fd = openat(episode_fd, "imagegen",
		O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	has = has_file(fd, entry);
	if (fd >= 0)
		close(fd);
	return has;
}

int
shelf_open_picture(const char *id, const char *name, bool is_thumb,
	struct stat *st)
{
	int episode = enter_episode(id), images, file;

	if (episode < 0)
		return -1;
	images = openat(episode, "images",
		O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (is_listed(images, name) || has_entry(episode, name)) {
		if (is_thumb)
			images = enter(images, "thumbs");
		file = open_file(images, name, st);
	} else {
		file = -1;
	}
	if (images >= 0)
		close(images);
	close(episode);
	return file;
}
