/*
 * transfer: one HTTP request by libcurl, in this process.
 */
#ifndef LIMN_TRANSFER_H
#define LIMN_TRANSFER_H

#include "net/http.h"

/* As http_send(); a secret in the answer is left for that to hide. */
void transfer_send(const struct http_request *q, struct http_answer *a);

#endif
