/*
 * The newer interface of libcrypto looks for a provider and reads openssl.cnf
 * first.  That takes 1.6 ms a process, more than most tools need for all their
 * work.  This one is deprecated, but stays while libcrypto has this version
 * number.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "hash.h"

#define KIND "sha256:"

/* struct hash is a SHA256_CTX. The functions of libcrypto for it can't fail. */

struct hash *
hash_begin(void)
{
	SHA256_CTX *ctx = xmalloc(sizeof *ctx);

	SHA256_Init(ctx);
	return (struct hash *)ctx;
}

void
hash_add(struct hash *h, const void *data, size_t len)
{
	SHA256_Update((SHA256_CTX *)h, data, len);
}

void
hash_end(struct hash *h, char hex[HASH_SIZE])
{
	unsigned char sum[SHA256_DIGEST_LENGTH];
	int n = sprintf(hex, KIND);

	SHA256_Final(sum, (SHA256_CTX *)h);
	for (unsigned i = 0; i < sizeof sum; i++)
		n += sprintf(hex + n, "%02x", sum[i]);
	free(h);
}

void
hash_bytes(char hex[HASH_SIZE], const void *data, size_t len)
{
	struct hash *h = hash_begin();

	hash_add(h, data, len);
	hash_end(h, hex);
}

const char *
hash_digits(const char *text)
{
	if (!text || strlen(text) != HASH_SIZE - 1 ||
		strncmp(text, KIND, sizeof KIND - 1) != 0)
		return NULL;
	text += sizeof KIND - 1;
	return text[strspn(text, "0123456789abcdef")] ? NULL : text;
}
