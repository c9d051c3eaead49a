/*
 * setting: which model to ask, where and how.  The user decides; else the
 * episode's own defaults do; else limn's defaults.
 *
 *	struct settings s;
 *	struct provider p;
 *
 *	if (!setting_open(&s, "outputs/EP/imagegen/defaults.json", &f) ||
 *		!setting_provider(&p, &s, MODEL_IMAGE, NULL, &f) ||
 *		!setting_get(&s, "IMAGE_GEN_MODEL", option, &id, NULL, &f) ||
 *		!setting_get(&s, "IMAGE_GEN_SIZE", NULL, &size, &is_named,
 *			&f) ||
 *		!setting_model(&m, &p, id, &f))
 *		return false;
 *	... an answer is there ...
 *	if (!setting_keep(&s, &f))
 *		return false;
 *	setting_close(&s);
 *
 * What the user names (an option, the environment, .env) always wins and is
 * never written to defaults.json.  Defaults are written there when the
 * episode's first answer has come: a later release with other defaults asks for
 * the same, and a key that is added or removed doesn't change the provider.
 * For storyboards nothing is written.  All strings live until setting_close().
 */
#ifndef LIMN_SETTING_H
#define LIMN_SETTING_H

#include <jansson.h>
#include <stdbool.h>

#include "model/catalogue.h"
#include "model/model.h"

struct settings {
	struct catalogue catalogue; /* see setting_catalogue() */
	/* the module's own */
	const char *path;         /* of defaults.json, or NULL */
	json_t *remembered;       /* its content */
	json_t *texts;            /* strings that callers hold on to */
	const char *providers[2]; /* by kind: what setting_provider() found */
	unsigned by_option; /* a bit for each setting that an option named */
};

/* defaults is the path of the episode's defaults.json (see defaults.h).  It may
 * be NULL, and the file may be missing. */
bool setting_open(struct settings *s, const char *defaults, struct failure *f);
void setting_close(struct settings *s);

/* The catalogue, which is read when it is first needed; NULL on failure. */
struct catalogue *setting_catalogue(struct settings *s, struct failure *f);

/*
 * The value of IMAGE_GEN_MODEL, IMAGE_GEN_SIZE, IMAGE_GEN_QUALITY,
 * IMAGE_GEN_STYLE_PREFIX or LLM_MODEL.  option is from the command line, or
 * NULL.  is_named may be NULL; it is true if the user named the value.
 *
 * The value is NULL if there is no default: so it is for LLM_MODEL of any
 * provider but openai, whose default is in the template.  Space around a value
 * is removed.  A style prefix keeps its space; but one of space only is "", no
 * prefix.  A value that isn't UTF-8 is EXIT_BAD_CONFIG.
 */
bool setting_get(struct settings *s, const char *name, const char *option,
	const char **value, bool *is_named, struct failure *f);

struct provider {
	struct settings *settings;
	enum model_kind kind;
	const char *name; /* openai (also for dalle3), anthropic, none ... */
	const char *base; /* URL without a slash at its end; NULL: no API */
	/* where retired models may be asked for: base, if the user named an
	 * address other than the vendor's, or named dalle3; else NULL */
	const char *own_base;
	const char *key;      /* NULL: not set */
	const char *key_name; /* OPENAI_API_KEY; NULL: no API */
	const char *instead;  /* a setting that needs no API */
};

/*
 * option is from the command line, or NULL.  A second call with NULL, or with
 * the name that was found, finds the same.  The default of the LLM depends on
 * the image provider: if that has an option, call for it first.  A name that is
 * no provider's is EXIT_BAD_CONFIG.  A missing key is no failure here.
 */
bool setting_provider(struct provider *p, struct settings *s,
	enum model_kind kind, const char *option, struct failure *f);

/* Whether there is a key, or the API is on loopback and needs none. */
bool setting_can_ask(const struct provider *p);

/* model_find() for that provider. */
bool setting_model(struct model *m, const struct provider *p, const char *id,
	struct failure *f);

/*
 * Write all defaults, of pictures and prompts, that defaults.json doesn't have
 * yet, whether they were asked for or not.  Any number of processes may do so
 * at once: the value of the first one stays.
 */
bool setting_keep(struct settings *s, struct failure *f);

#endif
