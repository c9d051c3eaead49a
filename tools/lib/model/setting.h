/*
 * setting: which model to ask, where, how; from the user, else as the episode
 * was begun, else limn's own defaults.
 *
 *	struct provider p;
 *
 *	setting_open("outputs/EP/imagegen/defaults.json");
 *	setting_provider(&p, MODEL_IMAGE, NULL);
 *	model = setting_get("IMAGE_GEN_MODEL", model_option, NULL);
 *	size = setting_get("IMAGE_GEN_SIZE", size_option, &is_named);
 *	model_find(&m, MODEL_IMAGE, model, p.name, p.own_base);
 *	setting_need_key(&p);
 *	... an answer is there ...
 *	setting_keep();
 *
 * What the user names (an option, the environment, .env) always wins and is
 * never remembered.  What was a default is remembered in the episode's
 * defaults.json when its first answer is there; a later release with other
 * defaults asks for the same, and a key that is new or missing doesn't change
 * whom to ask.  Storyboards are not remembered.  All strings live until the
 * tool ends.
 */
#ifndef LIMN_SETTING_H
#define LIMN_SETTING_H

#include <stdbool.h>

#include "model/model.h"

/* path is that of the episode's defaults.json (see defaults.h); it may be NULL,
 * and name nothing yet.  First of all, if at all. */
void setting_open(const char *path);

/*
 * The value of IMAGE_GEN_MODEL, IMAGE_GEN_SIZE, IMAGE_GEN_QUALITY,
 * IMAGE_GEN_STYLE_PREFIX or LLM_MODEL.  option is what the command line said,
 * or NULL; is_named, whether the user said it, may be NULL.
 *
 * NULL where nobody says; so LLM_MODEL of any LLM but openai's, which is then
 * the template's.  Blanks around a value don't count, but in a style prefix:
 * that is as it stands, and one of blanks only is "", no prefix.  A value that
 * isn't UTF-8 is EXIT_BAD_CONFIG.
 */
const char *setting_get(const char *name, const char *option, bool *is_named);

/* Whom to ask. */
struct provider {
	const char *name; /* openai (dalle3 is, too), anthropic, none ... */
	const char *base; /* URL without a slash at its end; NULL: not asked */
	/* what may ask for retired models: the same where the user named one
	 * that isn't the vendor's, or named dalle3; else NULL */
	const char *own_base;
	const char *key;      /* NULL: none is set */
	const char *key_name; /* OPENAI_API_KEY; NULL: not asked */
	const char *instead;  /* what to set to do without */
};

/*
 * option is what the command line said, or NULL; asked again with NULL or with
 * the name that was the answer, it answers the same.  No key is needed here;
 * see setting_need_key().  The LLM's default goes by the image provider: where
 * that has an option, ask for it first.
 */
void setting_provider(struct provider *p, enum model_kind kind,
	const char *option);

/* false where there is no key and the base isn't loopback. */
bool setting_can_ask(const struct provider *p);
/* Die with EXIT_NO_ACCESS where it can't be asked. */
void setting_need_key(const struct provider *p);

/*
 * Remember every default, of pictures and prompts, asked for yet or not, that
 * isn't remembered yet; silent.  Any number of processes may do so at once: the
 * first one's word stays.
 */
void setting_keep(void);

#endif
