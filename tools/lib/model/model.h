/*
 * model: the catalogue of models, models.json (see limn-models(5)).
 *
 *	struct model m;
 *
 *	model_find(&m, MODEL_IMAGE, "gpt-image-2.6-flare", NULL, base_url);
 *	size = model_size(&m, "2048x1152", true);
 *	quality = model_quality(&m, "high", false);
 *	micros = model_image_estimate(&m, size, quality, prompt_bytes);
 *
 * The catalogue is data: no name, size, price or date of a model is in C.  What
 * it doesn't allow is EXIT_BAD_CONFIG before anything is sent, with the remedy
 * in the message.  All strings live until the tool ends.
 */
#ifndef LIMN_MODEL_H
#define LIMN_MODEL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum model_kind { MODEL_IMAGE, MODEL_LLM };

struct model {
	enum model_kind kind;
	const char *id; /* as it was asked for: the API is to be told so */
	const char *provider; /* "openai", "anthropic" */
	const char *wire;     /* "openai-images", "openai-chat", ... */
	const json_t *data;   /* its entry */
	bool is_local;        /* not in the catalogue, but on loopback: free */
};

/* What limn takes for a setting that nobody named; NULL where the catalogue
 * doesn't say. */
const char *model_default(const char *setting);

/*
 * Look up id (or an alias of it), which must live as long as m.  provider may
 * be NULL for any.  base_url is the user's own, or NULL for the vendor's: with
 * one of one's own a retired model is let through, and on loopback an unknown
 * one, too.  Within MODEL_WARN_DAYS of its end a model is warned of, once;
 * under make (LIMN_RUN is set) that is left to model_warn().
 */
#define MODEL_WARN_DAYS 60
#define MODEL_ID_MAX 128 /* bytes */
void model_find(struct model *m, enum model_kind kind, const char *id,
	const char *provider, const char *base_url);

/* Warn of a model whose end is near; one that the catalogue doesn't have isn't
 * looked at. */
void model_warn(enum model_kind kind, const char *id);

/* Whether the catalogue has a model of that id or alias, retired or not;
 * provider may be NULL for any. */
bool model_is_known(enum model_kind kind, const char *id, const char *provider);

/* The models of a kind in their order, from 0; false behind the last one.
 * is_local: what stands for those that the catalogue doesn't have. */
bool model_at(struct model *m, enum model_kind kind, size_t place);
bool model_is_gone(const struct model *m);

/* A model to use instead of one that the provider has or had: its id, or NULL
 * where there is none. */
const char *model_instead(const struct model *m);

/* The setting that names a model of the kind. */
const char *model_setting(enum model_kind kind);

/*
 * A field of its entry, or NULL: what a request must have.
 *
 *	token_field       the name of the field for an LLM's longest answer
 *	max_output        the most that it may say
 *	thinking_off      the value of "thinking"
 *	effort            of "output_config": { "effort": ... }
 *	reasoning_effort  the value of "reasoning_effort"
 *	prompt_without    strings that must not be in a prompt: taken out again
 *	                  and again, for one may appear where another was
 *	response          "b64" or "url"
 */
const json_t *model_field(const struct model *m, const char *key);

/* Whether the field may be sent to this model; of an LLM: "temperature". */
bool model_takes(const struct model *m, const char *field);

/*
 * The size or quality to send.  One that was named by the user must be one of
 * the model's; a default that the model doesn't have is replaced by the
 * model's own.  NULL: send none.  "standard" and "hd" mean "medium" and "high"
 * where the model has no such word.
 */
const char *model_size(const struct model *m, const char *size, bool is_named);
const char *model_quality(const struct model *m, const char *quality,
	bool is_named);

/* The most letters (code points) a prompt may have; 0 where nobody knows. */
size_t model_prompt_max(const struct model *m);

/*
 * Money, in micro-dollars.  An estimate is never less than what is known; what
 * nobody knows the price of is EXIT_BAD_CONFIG.  A cost is from the usage of an
 * answer, or -1 where that doesn't tell (missing, or all zero).
 */
long long model_image_estimate(const struct model *m, const char *size,
	const char *quality, size_t prompt_bytes);
long long model_image_cost(const struct model *m, const json_t *usage);
long long model_llm_estimate(const struct model *m, size_t request_bytes,
	long max_tokens);
long long model_llm_cost(const struct model *m, const json_t *usage);

/* A picture alone, without the words that ask for it; -1: nobody knows. */
long long model_picture_price(const struct model *m, const char *size,
	const char *quality);

/* --models: a table on standard output. */
void model_list(enum model_kind kind);

#endif
