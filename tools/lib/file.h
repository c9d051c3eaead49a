/*
 * file: read an input as a whole; replace an output as a whole.
 *
 * An output is written beside its place (images/.tmp.ch02.png, under a lock),
 * synced and renamed.  So readers see the former file or the new one, and a
 * tool that fails leaves the former file.  The next tool that writes this
 * output uses again what a killed tool left.  The output gets the time at which
 * file_begin() was called, before any input was opened: make then sees an input
 * that was edited meanwhile as newer than the output.  A missing directory is
 * created.
 *
 * A path that is NULL or "-" means standard input or standard output.  A path
 * that exists and isn't a regular file (a device, a FIFO) is written directly.
 * Functions that return bool return false on failure, and fill in f
 * (failure.h): 66 for an input that isn't there, 65 for one over its ceiling,
 * 73 and 74 for the rest.
 */
#ifndef LIMN_FILE_H
#define LIMN_FILE_H

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct failure;
struct timespec;

/* Create the directories of path, as mkdir -p does.  Errors are ignored: the
 * file can't be opened then. */
void file_make_directories(const char *path);

/* Take the time for the dates of outputs; cli_begin() calls this. */
void file_begin(void);

/* The name of the input for messages: "standard input", or its path. */
const char *file_name(const char *path);

/* The name of a file up to its first dot, without its directory: a chapter's id
 * in "images/ch02.png".  "" if path is NULL; cut to size - 1 bytes. */
void file_stem(const char *path, char *stem, size_t size);

/* Whether path is a regular file of at most max bytes. */
bool file_is_regular(const char *path, size_t max);

/* Whether path is a regular file with exactly these bytes. */
bool file_holds(const char *path, const void *data, size_t len);

/* Read path to its end and add it to b, at most b->max bytes.  After a failure
 * b may have a part of it; the caller frees b. */
bool file_read(const char *path, struct buf *b, struct failure *f);

/* The same for an open file, from where it is to its end.  name is for the
 * message; the file stays open. */
bool file_read_open(int fd, const char *name, struct buf *b, struct failure *f);

/* Replace path by these bytes. */
bool file_write(const char *path, const void *data, size_t len,
	struct failure *f);

/*
 * The same, of bytes that are also the whole of the open file from.  Where the
 * file system can, the two files share them, or the kernel copies them.
 */
bool file_write_copy(const char *path, const void *data, size_t len, int from,
	struct failure *f);

/*
 * The same, and on return the file survives a power cut.  (After file_write() a
 * power cut may bring the former file back.)
 */
bool file_write_durable(const char *path, const void *data, size_t len,
	struct failure *f);

/* The same, but if path has these bytes already, leave it alone, with its date.
 */
bool file_write_if_changed(const char *path, const void *data, size_t len,
	struct failure *f);

/*
 * Set the date of an existing file to that of outputs, or to time.  Only
 * regular files are changed.
 */
bool file_date(const char *path, struct failure *f);
bool file_date_at(const char *path, const struct timespec *time,
	struct failure *f);

#endif
