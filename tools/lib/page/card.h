/*
 * card: what a gallery shows of a chapter.
 *
 *	const struct card_place place = { .episode = "abc123" };
 *
 *	known_read(&k, "ch02", record, "outputs/abc123", false);
 *	card_add(b, &k, &place);
 */
#ifndef LIMN_CARD_H
#define LIMN_CARD_H

#include <stdbool.h>
#include <stddef.h>

#define CARD_TIME_SIZE sizeof "2026-02-28 10:30 UTC"

struct buf;
struct known;

struct card_place {
	const char *episode; /* its id */
	bool is_served;      /* else the page stands beside its pictures */
};

void card_add(struct buf *b, const struct known *k,
	const struct card_place *place);

/* Above the cards: why none is drawn, lines "tool: where: what; remedy". */
void card_add_refusal(struct buf *b, const char *lines);

/* What people call a visual type, or a method, which is hostile text: "b-roll"
 * for b_roll. */
void card_add_word(struct buf *b, const char *word);

/* A time as a manifest has it, in words; false where it is none. */
bool card_time(const char *s, char time[CARD_TIME_SIZE]);

#endif
