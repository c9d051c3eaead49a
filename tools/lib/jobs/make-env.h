/*
 * make-env: the environment of a make that is not part of another make.
 *
 *	env_for_new_make();
 *
 * It removes what the make that started this tool passes to its children:
 * LIMN_RUN, MAKELEVEL, MFLAGS, and of MAKEFLAGS everything except the variables
 * of the command line ("make serve MAX_EPISODE_COST_USD=2").  It also removes
 * the token of the pages.
 */
#ifndef LIMN_MAKE_ENV_H
#define LIMN_MAKE_ENV_H

/* Call this once, before there are threads.  Without memory the tool dies. */
void env_for_new_make(void);

#endif
