/*
 * overview: the page of all episodes.
 *
 *	struct overview_episode e = { .id = "bitcoin-nedir" };
 *
 *	if (overview_read(&e, "outputs", &books))
 *		list[count++] = e;
 *	qsort(list, count, sizeof *list, overview_order);
 *	overview_add(&b, "outputs", list, count);
 *	overview_free(&list[0]);
 *
 * An episode is a directory outputs/EP with a chapters.json or an
 * images/manifest.json.  A file that is damaged, too large, a link or not a
 * regular file counts as missing.
 */
#ifndef LIMN_OVERVIEW_H
#define LIMN_OVERVIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#define OVERVIEW_STATUS_SIZE 164 /* bytes of 40 code points */
#define OVERVIEW_ERROR_SIZE 1024 /* bytes; more are cut */
/* bytes; a larger manifest isn't read */
#define OVERVIEW_MANIFEST_MAX ((size_t)16 << 20)
#define OVERVIEW_PATH_MAX 4096
#define OVERVIEW_OUTPUTS_MAX (OVERVIEW_PATH_MAX - 256) /* bytes of its path */

struct buf;

/* What the database knows of an episode. */
struct overview_books {
	const char *job; /* "running" or "queued"; NULL: it has no job */
	size_t job_done, job_total; /* chapters; 0: not known yet */
	const char *status;         /* or NULL; upper or lower case */
	const char *title;          /* or NULL */
	long long micros;           /* micro-dollars spent; -1: not known */
};

struct overview_episode {
	const char *id;
	char *title;
	char status[OVERVIEW_STATUS_SIZE]; /* "images generated" */
	const char *state; /* its class on the page, or NULL: that of status */
	char *picture;     /* the URL of a thumbnail, or NULL */
	size_t chapters;   /* of the episode, drawn or not; 0: not known */
	size_t pictures;
	size_t failed;                   /* chapters whose last try failed */
	char error[OVERVIEW_ERROR_SIZE]; /* why make refused it; or "" */
	time_t time;                     /* of its manifest; 0: none */
	long long micros;
};

/* Fill in all but the id; false: it is not an episode. */
bool overview_read(struct overview_episode *e, const char *outputs,
	const struct overview_books *books);

/* For qsort(3): the latest manifest first, then episodes without one by id. */
int overview_order(const void *a, const void *b);

/* Add the body of the page. */
void overview_add(struct buf *b, const char *outputs,
	const struct overview_episode *list, size_t count);

void overview_free(struct overview_episode *e);

#endif
