/*
 * dispatch: answer a request that access.h allowed.
 */
#ifndef LIMN_DISPATCH_H
#define LIMN_DISPATCH_H

#include <microhttpd.h>

struct request;

enum MHD_Result dispatch(struct request *q);

#endif
