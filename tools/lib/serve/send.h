/*
 * send: a picture, all of it or the part that is asked for.
 */
#ifndef LIMN_SEND_H
#define LIMN_SEND_H

#include <microhttpd.h>

struct stat;
struct visit;

/* Send an open file, which is closed; its type goes by its first bytes. */
enum MHD_Result send_picture(struct visit *v, int fd, const struct stat *st);

#endif
