/*
 * file: inputs that are read whole, and outputs that are replaced whole.
 *
 * An output is written beside its place (images/.tmp.ch02.png, under a lock),
 * synced and renamed, so that readers see the former file or the new one, and a
 * tool that fails leaves the former one as it was.  What a killed tool left is
 * used again by the next that writes this output.  It is dated by the moment
 * file_begin() was called, before any input was opened: make then sees an input
 * that was edited meanwhile as newer than the output.  The directory of an
 * output is made if need be.
 *
 * A path that is NULL or "-" means standard input or standard output.  A path
 * that exists and is no regular file (a device, a FIFO) is written to as is.
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

/* mkdir -p of all that stands before a slash in path; what can't be made shows
 * when it is needed. */
void file_make_directories(const char *path);

/* Note the time; cli_begin() does it for every tool. */
void file_begin(void);

/* What to call the input in messages: "standard input", or its path. */
const char *file_name(const char *path);

/* The name of a file up to its first dot, without its directory: a chapter's id
 * in "images/ch02.png".  "" where path is NULL; cut to what there is room for.
 */
void file_stem(const char *path, char *stem, size_t size);

/* Whether there is a regular file of at most so many bytes. */
bool file_is_regular(const char *path, size_t max);

/* Whether it is one of just these bytes; so false for "-". */
bool file_holds(const char *path, const void *data, size_t len);

/* Read path to its end and add it to b, at most b->max bytes. */
bool file_read(const char *path, struct buf *b, struct failure *f);

/* Make path hold these bytes, and date it. */
bool file_write(const char *path, const void *data, size_t len,
	struct failure *f);

/*
 * The same for what can't be made again: on return it is there even if the
 * machine stops.  (Else the former file might be there once more.)
 */
bool file_write_durable(const char *path, const void *data, size_t len,
	struct failure *f);

/* The same, but a path that holds these bytes already is left alone, date and
 * all. */
bool file_write_if_changed(const char *path, const void *data, size_t len,
	struct failure *f);

/*
 * Date an existing path as if it had been written now, or at a given time.
 * What is no regular file is left alone.
 */
bool file_date(const char *path, struct failure *f);
bool file_date_at(const char *path, const struct timespec *time,
	struct failure *f);

#endif
