/*
 * model: the catalogue of models, models.json (see limn-models(5)).
 *
 *	struct model m;
 *
 *	if (!model_find(&m, &catalogue, MODEL_IMAGE, "gpt-image-2.6-flare",
 *		    NULL, base_url, &f) ||
 *		!model_size(&m, "2048x1152", true, &size, &f) ||
 *		!model_quality(&m, "high", false, &quality, &f) ||
 *		!model_image_estimate(&m, size, quality, prompt_bytes, &micros,
 *			&f))
 *		return false;
 *
 * The catalogue is data: no name, size, price or date of a model is in C.  What
 * it doesn't allow is EXIT_BAD_CONFIG before anything is sent, with the remedy
 * in the message.  All strings live as long as the catalogue.
 */
#ifndef LIMN_MODEL_H
#define LIMN_MODEL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct catalogue;
struct failure;

enum model_kind { MODEL_IMAGE, MODEL_LLM };

struct model {
	enum model_kind kind;
	const char *id;       /* as the user wrote it, which the API is told */
	const char *provider; /* "openai", "anthropic" */
	const char *wire;     /* "openai-images", "openai-chat", ... */
	const json_t *data;   /* its entry */
	struct catalogue *catalogue;
	bool is_local; /* not in the catalogue, but on loopback: free */
};

/* The catalogue's default of a setting, or NULL. */
const char *model_default(const struct catalogue *c, const char *setting);

/*
 * Look up id or an alias; the string must live as long as m.  provider may be
 * NULL for any.  base_url is the user's own, or NULL for the vendor's.  At a
 * URL of one's own a retired model is accepted, and on loopback an unknown one,
 * too. There is a warning if the model retires within MODEL_WARN_DAYS.  In a
 * run of make (LIMN_RUN is set) there is none: see model_warn().
 */
#define MODEL_WARN_DAYS 60
#define MODEL_ID_MAX 128 /* bytes */
bool model_find(struct model *m, struct catalogue *c, enum model_kind kind,
	const char *id, const char *provider, const char *base_url,
	struct failure *f);

/* Warn, once, of a model that retires within MODEL_WARN_DAYS.  A model that the
 * catalogue doesn't have is ignored. */
void model_warn(struct catalogue *c, enum model_kind kind, const char *id);

/* Whether the catalogue has a model of that id or alias, retired or not;
 * provider may be NULL for any. */
bool model_is_known(struct catalogue *c, enum model_kind kind, const char *id,
	const char *provider);

/* The models of a kind in their order, from 0; false after the last one.  The
 * entry for unknown models on loopback is one of them (is_local). */
bool model_at(struct model *m, struct catalogue *c, enum model_kind kind,
	size_t place);
bool model_is_retired(const struct model *m);

/* The id of a model of the same provider to use instead, or NULL. */
const char *model_instead(const struct model *m);

/* The setting that names a model of the kind. */
const char *model_setting(enum model_kind kind);

/*
 * A field of its entry, or NULL.  A request needs these:
 *
 *	token_field       the name of the field for an LLM's longest answer
 *	max_output        the most tokens of an answer
 *	thinking_off      the value of "thinking"
 *	effort            of "output_config": { "effort": ... }
 *	reasoning_effort  the value of "reasoning_effort"
 *	prompt_without    strings that must not be in a prompt
 *	response          "b64" or "url"
 */
const json_t *model_field(const struct model *m, const char *key);

/* Whether the field may be sent to this model; for an LLM: "temperature". */
bool model_takes(const struct model *m, const char *field);

/*
 * The size or quality to send; *to is NULL if none is sent.  The model must
 * have what the user named (is_named).  A default that it doesn't have is
 * replaced by the model's own.  "standard" and "hd" mean "medium" and "high"
 * if the model doesn't have these words.
 */
bool model_size(const struct model *m, const char *size, bool is_named,
	const char **to, struct failure *f);
bool model_quality(const struct model *m, const char *quality, bool is_named,
	const char **to, struct failure *f);

/* How many code points a prompt may have; 0: not known. */
size_t model_prompt_max(const struct model *m);

/*
 * Money, in micro-dollars.  An estimate is an upper bound; an unknown price is
 * EXIT_BAD_CONFIG.  A cost is computed from the usage of an answer; -1 if the
 * usage is missing, or all zero.
 */
bool model_image_estimate(const struct model *m, const char *size,
	const char *quality, size_t prompt_bytes, long long *micros,
	struct failure *f);
long long model_image_cost(const struct model *m, const json_t *usage);
bool model_llm_estimate(const struct model *m, size_t request_bytes,
	long max_tokens, long long *micros, struct failure *f);
long long model_llm_cost(const struct model *m, const json_t *usage);

/* The price of a picture without its prompt; -1: not known. */
long long model_picture_price(const struct model *m, const char *size,
	const char *quality);

/* --models: write a table to standard output. */
bool model_list(struct catalogue *c, enum model_kind kind, struct failure *f);

#endif
