#include <openssl/evp.h>
#include <stdio.h>

#include "err.h"
#include "hash.h"

/* struct hash is an EVP_MD_CTX under our name. */

static void
need(int ok)
{
	if (!ok)
		die(EXIT_BAD_CONFIG, "libcrypto can't compute SHA-256");
}

struct hash *
hash_begin(void)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	need(ctx && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL));
	return (struct hash *)ctx;
}

void
hash_add(struct hash *h, const void *data, size_t len)
{
	need(EVP_DigestUpdate((EVP_MD_CTX *)h, data, len));
}

void
hash_end(struct hash *h, char hex[HASH_SIZE])
{
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned len;
	int n = sprintf(hex, "sha256:");

	need(EVP_DigestFinal_ex((EVP_MD_CTX *)h, sum, &len));
	for (unsigned i = 0; i < 32; i++)
		n += sprintf(hex + n, "%02x", sum[i]);
	EVP_MD_CTX_free((EVP_MD_CTX *)h);
}

void
hash_bytes(char hex[HASH_SIZE], const void *data, size_t len)
{
	struct hash *h = hash_begin();

	hash_add(h, data, len);
	hash_end(h, hex);
}
