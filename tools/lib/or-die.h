/*
 * or-die: the functions of file.h, json.h and env.h for a tool's main.  Where
 * those return false, these end the tool with the message.  No module calls
 * them.
 */
#ifndef LIMN_OR_DIE_H
#define LIMN_OR_DIE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct buf;
struct timespec;

void file_read_or_die(const char *path, struct buf *b);
void file_write_or_die(const char *path, const void *data, size_t len);
void file_write_if_changed_or_die(const char *path, const void *data,
	size_t len);
void file_date_or_die(const char *path);
void file_date_at_or_die(const char *path, const struct timespec *time);

json_t *json_read_or_die(const char *path, size_t max);
json_t *json_parse_or_die(const char *name, const char *s, size_t len);
void json_write_or_die(const char *path, const json_t *value);

void env_load_or_die(void);
void env_open_or_die(const char *path);
double env_number_or_die(const char *name, double fallback, double min,
	double max);
const char *env_key_or_die(const char *name);

#endif
