/*
 * handle: make the answer to a request that may be answered.
 */
#ifndef LIMN_HANDLE_H
#define LIMN_HANDLE_H

#include <microhttpd.h>

struct visit;

enum MHD_Result handle(struct visit *v);

#endif
