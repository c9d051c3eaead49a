/*
 * purchases: the list of all purchases in the ledger, by time.
 */
#ifndef LIMN_PURCHASES_H
#define LIMN_PURCHASES_H

#include <stdbool.h>

struct options;
struct failure;

/* Print the purchases of the options' episodes to standard output. */
bool purchases_print(const struct options *o, struct failure *f);

#endif
