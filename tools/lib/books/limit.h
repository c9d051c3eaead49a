/*
 * limit: how much may be spent, as the settings have it, in micro-dollars.
 *
 *	struct limits l;
 *
 *	limits_read(&l);
 *	if (spent + next > l.episode) ...
 */
#ifndef LIMN_LIMIT_H
#define LIMN_LIMIT_H

#define LIMIT_NONE (-1)
#define LIMIT_EPISODE_USD 10 /* the default of MAX_EPISODE_COST_USD */
#define LIMIT_USD_MAX 1e9    /* dollars that a limit may say */
#define LIMIT_MICROS_MAX 1000000000000000

struct limits {
	long long episode; /* MAX_EPISODE_COST_USD */
	long long month;   /* MAX_MONTH_COST_USD: of a month, in UTC; or
			    * LIMIT_NONE */
	long long total;   /* MAX_TOTAL_COST_USD: ever; the same */
};

/* Dies with EXIT_BAD_CONFIG as env_number() does. */
void limits_read(struct limits *l);

#endif
