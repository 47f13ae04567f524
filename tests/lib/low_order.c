/* low_order.c: points of low order. */
#include "tests/lib/test.h"

#include "tests/lib/low_order.h"

#include <sodium.h>

static const char *const low_order[] = {
	"0000000000000000000000000000000000000000000000000000000000000000",
	"0100000000000000000000000000000000000000000000000000000000000000",
	"e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
	"5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
};

void low_point(size_t i, uint8_t to[static NOISE_KEY_BYTES])
{
	assert_int_equal(
		sodium_hex2bin(to, NOISE_KEY_BYTES, low_order[i / 2], 64, NULL, NULL, NULL), 0);
	to[NOISE_KEY_BYTES - 1] |= (uint8_t)(i % 2 << 7);
}

/* SHA-256 of a then b: MixHash. */
static void mix(uint8_t h[static 32], const void *data, size_t n)
{
	crypto_hash_sha256_state state;
	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, h, 32);
	crypto_hash_sha256_update(&state, data, n);
	crypto_hash_sha256_final(&state, h);
}

void low_seal(const uint8_t server[static NOISE_KEY_BYTES], uint8_t message[static 48])
{
	static const char name[] = "Noise_XKpsk3_25519_ChaChaPoly_SHA256";
	static const uint8_t greeting[] = { 'H', 'O', 'I', 'A', 'M', 1, 1, 0 };
	uint8_t h[32];
	uint8_t ck[32];
	uint8_t temp[32];
	uint8_t key[33];
	static const uint8_t zeros[32];
	crypto_hash_sha256(h, (const uint8_t *)name, sizeof(name) - 1);
	memcpy(ck, h, 32);
	mix(h, greeting, sizeof(greeting));
	mix(h, server, 32);
	mix(h, message, 32);
	const uint8_t *inputs[] = { message, zeros };
	for (size_t i = 0; i < 2; i++) {
		crypto_auth_hmacsha256(temp, inputs[i], 32, ck);
		crypto_auth_hmacsha256(ck, (const uint8_t *)"\x01", 1, temp);
		memcpy(key, ck, 32);
		key[32] = 2;
		crypto_auth_hmacsha256(key, key, 33, temp);
	}
	uint8_t nonce[12] = { 0 };
	crypto_aead_chacha20poly1305_ietf_encrypt(
		message + 32, NULL, NULL, 0, h, sizeof(h), NULL, nonce, key);
}
