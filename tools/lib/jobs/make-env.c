#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "err.h"
#include "jobs/make-env.h"

/* The variables of the command line in MAKEFLAGS: of "rR -j8 -- A=1 B=2" the
 * part "-- A=1 B=2"; NULL: there are none. */
static const char *
find_definitions(const char *flags)
{
	const char *s = strstr(flags, " -- ");

	if (strncmp(flags, "-- ", strlen("-- ")) == 0)
		return flags;
	return s ? s + 1 : NULL;
}

void
env_for_new_make(void)
{
	static const char *const names[] = { "LIMN_RUN", "LIMN_MAKE",
		"LIMN_LOG", "LIMN_TOKEN", "MAKELEVEL", "MAKE_RESTARTS",
		"MAKE_TERMOUT", "MAKE_TERMERR", "MFLAGS" };
	const char *flags = getenv("MAKEFLAGS");
	const char *definitions = flags ? find_definitions(flags) : NULL;
	char *kept = definitions ? xstrdup(definitions) : NULL;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		unsetenv(names[i]);
	unsetenv("MAKEFLAGS");
	if (kept && setenv("MAKEFLAGS", kept, 1) != 0)
		die_out_of_memory();
	free(kept);
}
