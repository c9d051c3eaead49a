/*
 * plan: what would be bought for an episode, why, and the highest price.
 *
 *	struct plan p;
 *	struct planned c;
 *
 *	if (!plan_open(&p, &question, &f))
 *		return false;
 *	while (plan_next(&p, &c, &f)) {
 *		... c.id, c.state, c.image_micros ...
 *		plan_done(&c);
 *	}
 *	... f.status ...
 *	plan_close(&p);
 *
 * No API is called, and nothing is changed.  The requests of a chapter are
 * built as gen-prompt and call-dalle build them, and the store is searched for
 * their hashes; dates don't matter.  If two chapters have the same request, it
 * is bought once, for the first of them.  An error in the episode, the
 * template or the settings gives the failure that those tools would have.
 */
#ifndef LIMN_PLAN_H
#define LIMN_PLAN_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "chapter/episode.h"
#include "chapter/template.h"
#include "hash.h"
#include "model/model.h"
#include "model/setting.h"
#include "paid/answers.h"
#include "paid/image.h"

#define PLAN_PATH_MAX 4096

struct failure;

struct plan_question {
	const char *episode;  /* its directory */
	const char *template; /* the template's path */
	const char *answers;  /* directory of the store, or NULL */
	const char *chapters; /* ids, separated by spaces; NULL: all */
	bool force;           /* as if nothing had been bought */
	bool with_key;        /* as if all keys were set */
};

enum plan_state {
	PLAN_CURRENT, /* up to date */
	PLAN_STORED,  /* its picture is in the store */
	PLAN_BUY,
	PLAN_CARD,  /* limn draws it, free of charge */
	PLAN_DRAFT, /* the same */
	PLAN_OWN,   /* a picture in own/, or one put into images/ by hand */

	/* It fails: the answer in the store has no use, and another is bought
	 * only with force. */
	PLAN_REFUSED,    /* the LLM's refusal */
	PLAN_UNREADABLE, /* it has no prompt, or no picture */
};

/* What changed since the last answer: one or more of these. */
enum plan_reason {
	PLAN_NEW = 1,
	PLAN_DESCRIPTION = 2, /* or title, narration, type */
	PLAN_PROMPT = 4,
	PLAN_TEMPLATE = 8,
	PLAN_LLM = 16,
	PLAN_MODEL = 32,
	PLAN_SIZE = 64,
	PLAN_QUALITY = 128,
	PLAN_STYLE = 256,
	PLAN_FORCE = 512,
	PLAN_ELSEWHERE = 1024, /* the base URL */
	PLAN_REASONS = 11
};

/* The word for the n-th of them: "new", "description" ... */
const char *plan_reason(unsigned n);

struct plan {
	struct plan_question q;
	struct settings settings;
	char defaults[PLAN_PATH_MAX]; /* the path of defaults.json */
	struct episode episode;
	struct prompt_template template;
	struct provider images, writer; /* writer: the LLM */
	struct image_api api;           /* if images has an API */
	struct model llm;               /* if writer has an API */
	struct answers answers;
	json_t *doc;
	/* the hashes of requests to buy so far: each is bought once */
	json_t *prompts, *pictures;
	size_t place;
};

struct planned {
	const char *id;
	enum plan_state state;
	unsigned reasons; /* why it is bought: values of enum plan_reason, ored
			   */
	bool buys_prompt, buys_image;
	long long prompt_micros; /* micro-dollars at most, 0 if not bought */
	long long image_micros;
	struct buf
		prompt_body; /* the request to the LLM; empty: none is asked */
	struct buf image_body; /* the request to the image API; the same */
	bool knows_prompt;     /* else image_body has a remark in its place, and
				* PLAN_UNREADABLE is about the prompt's answer */
	/* of the request to the image API; while the prompt isn't known, of the
	 * request to the LLM; or "" */
	char hash[HASH_SIZE];
};

bool plan_open(struct plan *p, const struct plan_question *q,
	struct failure *f);

/* The next chapter that is asked for and has a picture.  false after the last
 * one, when f->status is 0, and on failure. */
bool plan_next(struct plan *p, struct planned *c, struct failure *f);
void plan_done(struct planned *c);
void plan_close(struct plan *p);

#endif
