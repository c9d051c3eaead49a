/*
 * make-env: the environment of a run of make that is no part of another.
 *
 *	env_for_new_make();
 *
 * What a make that started us says to its own tools goes, and so does its share
 * of jobs (LIMN_RUN, MAKELEVEL, MFLAGS and the like; of MAKEFLAGS all but the
 * variables of its command line, as in "make serve MAX_EPISODE_COST_USD=2").
 * So does a token that is meant for a page.
 */
#ifndef LIMN_MAKE_ENV_H
#define LIMN_MAKE_ENV_H

/* Once, before there are threads.  Without memory the tool dies. */
void env_for_new_make(void);

#endif
