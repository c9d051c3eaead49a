/*
 * hash: SHA-256, as limn's files have it.
 *
 *	char hex[HASH_SIZE];
 *	hash_bytes(hex, data, len);	"sha256:" and 64 hex digits
 *	digits = hash_digits(text);	the 64 digits of such a text, or NULL
 *
 * In pieces: hash_begin(), hash_add() for each piece, and hash_end(), which
 * frees the struct.
 */
#ifndef LIMN_HASH_H
#define LIMN_HASH_H

#include <stddef.h>

#define HASH_SIZE                                                              \
	sizeof "sha256:0123456789abcdef0123456789abcdef"                       \
	       "0123456789abcdef0123456789abcdef"

struct hash;

struct hash *hash_begin(void);
void hash_add(struct hash *h, const void *data, size_t len);
void hash_end(struct hash *h, char hex[HASH_SIZE]);

void hash_bytes(char hex[HASH_SIZE], const void *data, size_t len);

/* The hex digits of a hash; NULL, if the text is none, or NULL. */
const char *hash_digits(const char *text);

#endif
