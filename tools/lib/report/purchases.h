/*
 * purchases: the ledger, each purchase in the order of time.
 */
#ifndef LIMN_PURCHASES_H
#define LIMN_PURCHASES_H

#include <stdbool.h>

struct options;
struct failure;

/* Print those of the episodes that the options name, on standard output. */
bool purchases_print(const struct options *o, struct failure *f);

#endif
