#define _GNU_SOURCE /* pread */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "serve/files.h"

#define MAGIC_SIZE 12 /* bytes that show the type of a picture */

/* Open the directory name in the directory fd, and close fd.  If fd is -1,
 * return -1. */
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
enter_episode(const char *outputs, const char *id)
{
	return enter(open(outputs, O_RDONLY | O_DIRECTORY | O_CLOEXEC), id);
}

/* Open a regular file in a directory, and close the directory.  Links are not
 * followed, and open() doesn't block. */
static int
open_file(int directory, const char *name, struct stat *st)
{
	int file = directory < 0 ? -1
				 : openat(directory, name,
					   O_RDONLY | O_NOFOLLOW | O_NONBLOCK |
						   O_NOCTTY | O_CLOEXEC);

	if (directory >= 0)
		close(directory);
	if (file >= 0 && (fstat(file, st) != 0 || !S_ISREG(st->st_mode))) {
		close(file);
		return -1;
	}
	return file;
}

bool
files_has_episode(const char *outputs, const char *id)
{
	int fd = enter_episode(outputs, id);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

bool
files_has_chapters(const char *outputs, const char *id)
{
	struct stat st;
	int fd = open_file(enter_episode(outputs, id), "chapters.json", &st);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

int
files_open_manifest(const char *outputs, const char *id)
{
	struct stat st;

	return open_file(enter(enter_episode(outputs, id), "images"),
		"manifest.json", &st);
}

/* NULL: it is not a picture. */
static const char *
find_type(int fd)
{
	char s[MAGIC_SIZE] = { 0 };

	if (pread(fd, s, sizeof s, 0) < 0)
		return NULL;
	if (memcmp(s, "\x89PNG\r\n\x1a\n", 8) == 0)
		return "image/png";
	if (memcmp(s, "\xff\xd8\xff", 3) == 0)
		return "image/jpeg";
	if (memcmp(s, "RIFF", 4) == 0 && memcmp(s + 8, "WEBP", 4) == 0)
		return "image/webp";
	if (memcmp(s, "GIF8", 4) == 0)
		return "image/gif";
	return NULL;
}

int
files_open_picture(const char *outputs, const char *id, const char *name,
	bool is_thumb, struct stat *st, const char **type)
{
	int images = enter(enter_episode(outputs, id), "images"), file;

	if (is_thumb)
		images = enter(images, "thumbs");
	file = open_file(images, name, st);
	if (file >= 0 && (name[0] == '.' || !(*type = find_type(file)))) {
		close(file);
		return -1;
	}
	return file;
}
