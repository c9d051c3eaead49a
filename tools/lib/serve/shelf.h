/*
 * shelf: the files below outputs/ that may be looked at.
 *
 * Every directory on the way is opened by its name in the one before, and none
 * is followed through a symbolic link; nor is a file.  Of the pictures only
 * those are there that the manifest lists, or that have an entry of their own:
 * ID.png, where imagegen/ID.entry.json is.  All of it may be called in any
 * thread, and nothing dies.
 */
#ifndef LIMN_SHELF_H
#define LIMN_SHELF_H

#include <stdbool.h>
#include <sys/types.h>

struct stat;

#define SHELF_EPISODES 32 /* whose names are kept in memory */

/* Where they are; the string stays the caller's. */
void shelf_begin(const char *outputs);
void shelf_end(void);

/* Whether there is such an episode's directory, or such a file in it. */
bool shelf_has_episode(const char *episode_id);
bool shelf_has_chapters(const char *episode_id);

/* The manifest, open for reading; -1: there is none. */
int shelf_open_manifest(const char *episode_id);

/* A picture or its thumbnail, open for reading; -1: there is none. */
int shelf_open_picture(const char *episode_id, const char *name, bool is_thumb,
	struct stat *st);

#endif
