/* noise.c: handshakes of the Noise Protocol Framework; section numbers are those of its
 * revision 34.
 */
#include "proto/noise.h"

#include <assert.h>

#include <sodium.h>

static_assert(NOISE_KEY_BYTES == crypto_scalarmult_BYTES);
static_assert(NOISE_KEY_BYTES == crypto_scalarmult_SCALARBYTES);
static_assert(NOISE_KEY_BYTES == crypto_aead_chacha20poly1305_ietf_KEYBYTES);
static_assert(NOISE_KEY_BYTES == crypto_auth_hmacsha256_BYTES);
static_assert(NOISE_HASH_BYTES == crypto_hash_sha256_BYTES);
static_assert(NOISE_TAG_BYTES == crypto_aead_chacha20poly1305_ietf_ABYTES);

const struct noise_pattern noise_xk = {
	.name = "XK",
	.responder_known = true,
	.messages = { { NOISE_E, NOISE_ES }, { NOISE_E, NOISE_EE }, { NOISE_S, NOISE_SE } },
};

const struct noise_pattern noise_xkpsk3 = {
	.name = "XKpsk3",
	.responder_known = true,
	.messages = { { NOISE_E, NOISE_ES }, { NOISE_E, NOISE_EE },
		{ NOISE_S, NOISE_SE, NOISE_PSK } },
};

static const char protocol_head[] = "Noise_";
static const char protocol_tail[] = "_25519_ChaChaPoly_SHA256";

/* One answer for whatever does not fit, so that the reason cannot be told from outside. */
static enum err refuse(struct fault *f)
{
	return fail(f, E_CHANNEL, NULL, "what came does not fit the keys");
}

/* Keys. */

void noise_key_make(struct noise_key *key, const uint8_t *secret)
{
	if (secret == NULL)
		randombytes_buf(key->secret, NOISE_KEY_BYTES);
	else
		memcpy(key->secret, secret, NOISE_KEY_BYTES);
	int rc = crypto_scalarmult_base(key->public, key->secret);
	assert(rc == 0);
}

enum err noise_dh(const uint8_t secret[static NOISE_KEY_BYTES],
	const uint8_t public[static NOISE_KEY_BYTES], uint8_t shared[static NOISE_KEY_BYTES],
	struct fault *f)
{
	int rc = crypto_scalarmult(shared, secret, public);
	if (rc == 0 && sodium_is_zero(shared, NOISE_KEY_BYTES) == 0)
		return OK;
	sodium_memzero(shared, NOISE_KEY_BYTES);
	return refuse(f);
}

static void hmac(
	const uint8_t key[static 32], struct bytes data, uint8_t last, uint8_t out[static 32])
{
	crypto_auth_hmacsha256_state state;
	crypto_auth_hmacsha256_init(&state, key, NOISE_KEY_BYTES);
	crypto_auth_hmacsha256_update(&state, data.p, data.n);
	if (last > 0)
		crypto_auth_hmacsha256_update(&state, &last, 1);
	crypto_auth_hmacsha256_final(&state, out);
	sodium_memzero(&state, sizeof(state));
}

/* HKDF of section 4.3 with `count` (2 or 3) outputs. */
static void hkdf(const uint8_t ck[static 32], struct bytes input, uint8_t out[][32], uint8_t count)
{
	uint8_t temp[32];
	hmac(ck, input, 0, temp);
	struct bytes before = { 0 };
	for (uint8_t i = 0; i < count; i++) {
		hmac(temp, before, (uint8_t)(i + 1), out[i]);
		before = bytes_of(out[i], 32);
	}
	sodium_memzero(temp, sizeof(temp));
}

/* The cipher state, section 5.1. */

static void cipher_key(struct noise_cipher *cipher, const uint8_t key[static 32])
{
	memcpy(cipher->key, key, sizeof(cipher->key));
	cipher->nonce = 0;
	cipher->keyed = true;
}

/* 32 zero bits and the number in little-endian order (section 12.3). */
static void nonce_write(uint64_t number, uint8_t out[static 12])
{
	memset(out, 0, 4);
	for (size_t i = 0; i < 8; i++)
		out[4 + i] = (uint8_t)(number >> (8 * i));
}

static enum err used_up(struct fault *f)
{
	return fail(f, E_CHANNEL, NULL, "no more messages may be sent under this key");
}

enum err noise_seal(
	struct noise_cipher *cipher, struct bytes ad, uint8_t *text, size_t n, struct fault *f)
{
	assert(cipher->keyed);
	if (cipher->nonce == UINT64_MAX)
		return used_up(f);
	uint8_t nonce[crypto_aead_chacha20poly1305_ietf_NPUBBYTES];
	nonce_write(cipher->nonce++, nonce);
	crypto_aead_chacha20poly1305_ietf_encrypt(
		text, NULL, text, n, ad.p, ad.n, NULL, nonce, cipher->key);
	return OK;
}

enum err noise_unseal(
	struct noise_cipher *cipher, struct bytes ad, uint8_t *text, size_t n, struct fault *f)
{
	assert(cipher->keyed);
	if (cipher->nonce == UINT64_MAX)
		return used_up(f);
	uint8_t nonce[crypto_aead_chacha20poly1305_ietf_NPUBBYTES];
	nonce_write(cipher->nonce, nonce);
	if (n < NOISE_TAG_BYTES || crypto_aead_chacha20poly1305_ietf_decrypt(text, NULL, NULL, text,
					   n, ad.p, ad.n, nonce, cipher->key) != 0)
		return refuse(f);
	cipher->nonce++;
	return OK;
}

/* The symmetric state, section 5.2. */

static void mix_hash(struct noise *noise, struct bytes data)
{
	crypto_hash_sha256_state state;
	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, noise->h, sizeof(noise->h));
	crypto_hash_sha256_update(&state, data.p, data.n);
	crypto_hash_sha256_final(&state, noise->h);
}

static void mix_key(struct noise *noise, struct bytes input)
{
	uint8_t out[2][32];
	hkdf(noise->ck, input, out, 2);
	memcpy(noise->ck, out[0], sizeof(noise->ck));
	cipher_key(&noise->cipher, out[1]);
	sodium_memzero(out, sizeof(out));
}

static void mix_key_and_hash(struct noise *noise, struct bytes input)
{
	uint8_t out[3][32];
	hkdf(noise->ck, input, out, 3);
	memcpy(noise->ck, out[0], sizeof(noise->ck));
	mix_hash(noise, bytes_of(out[1], 32));
	cipher_key(&noise->cipher, out[2]);
	sodium_memzero(out, sizeof(out));
}

/* EncryptAndHash: data goes behind what `out` holds. */
static enum err put_sealed(
	struct noise *noise, struct bytes data, struct writer *out, struct fault *f)
{
	static const uint8_t tag_room[NOISE_TAG_BYTES];
	size_t at = out->n;
	write_raw(out, data.p, data.n);
	if (noise->cipher.keyed) {
		write_raw(out, tag_room, sizeof(tag_room));
		enum err err = noise_seal(&noise->cipher, bytes_of(noise->h, sizeof(noise->h)),
			out->p + at, data.n, f);
		if (err != OK)
			return err;
	}
	mix_hash(noise, bytes_of(out->p + at, out->n - at));
	return OK;
}

/* DecryptAndHash: text goes behind what `out` holds. */
static enum err take_sealed(
	struct noise *noise, struct bytes text, struct writer *out, struct fault *f)
{
	size_t at = out->n;
	write_raw(out, text.p, text.n);
	if (noise->cipher.keyed) {
		if (text.n < NOISE_TAG_BYTES)
			return refuse(f);
		enum err err = noise_unseal(&noise->cipher, bytes_of(noise->h, sizeof(noise->h)),
			out->p + at, text.n, f);
		if (err != OK)
			return err;
		out->n -= NOISE_TAG_BYTES;
	}
	mix_hash(noise, text);
	return OK;
}

/* The handshake state, section 5.3. */

static enum err mix_dh(struct noise *noise, const uint8_t secret[static 32],
	const uint8_t public[static 32], struct fault *f)
{
	uint8_t shared[NOISE_KEY_BYTES];
	enum err err = noise_dh(secret, public, shared, f);
	if (err == OK)
		mix_key(noise, bytes_of(shared, sizeof(shared)));
	sodium_memzero(shared, sizeof(shared));
	return err;
}

static void mix_psk(struct noise *noise)
{
	const struct noise_setup *setup = &noise->setup;
	uint8_t psk[NOISE_KEY_BYTES];
	setup->psk(setup->psk_arg, noise->rs, noise->re, psk);
	mix_key_and_hash(noise, bytes_of(psk, sizeof(psk)));
	sodium_memzero(psk, sizeof(psk));
}

/* The tokens that writer and reader work out alike. */
static enum err mix_token(struct noise *noise, enum noise_token token, struct fault *f)
{
	bool initiator = noise->setup.initiator;
	const struct noise_key *own = noise->setup.own;
	switch (token) {
	case NOISE_EE:
		return mix_dh(noise, noise->e.secret, noise->re, f);
	case NOISE_SS:
		return mix_dh(noise, own->secret, noise->rs, f);
	case NOISE_ES:
		return initiator ? mix_dh(noise, noise->e.secret, noise->rs, f)
				 : mix_dh(noise, own->secret, noise->re, f);
	case NOISE_SE:
		return initiator ? mix_dh(noise, own->secret, noise->re, f)
				 : mix_dh(noise, noise->e.secret, noise->rs, f);
	case NOISE_PSK:
		mix_psk(noise);
		return OK;
	case NOISE_E:
	case NOISE_S:
	case NOISE_END:
		break;
	}
	assert(false);
	return E_INTERNAL;
}

/* A public ephemeral key is hashed, and where a psk takes part also mixed in (section 9.2). */
static void mix_ephemeral(struct noise *noise, const uint8_t public[static 32])
{
	mix_hash(noise, bytes_of(public, NOISE_KEY_BYTES));
	if (noise->psk_mode)
		mix_key(noise, bytes_of(public, NOISE_KEY_BYTES));
}

static enum err write_token(
	struct noise *noise, enum noise_token token, struct writer *out, struct fault *f)
{
	if (token == NOISE_S)
		return put_sealed(
			noise, bytes_of(noise->setup.own->public, NOISE_KEY_BYTES), out, f);
	if (token != NOISE_E)
		return mix_token(noise, token, f);
	if (!noise->fixed_e)
		noise_key_make(&noise->e, NULL);
	write_raw(out, noise->e.public, NOISE_KEY_BYTES);
	mix_ephemeral(noise, noise->e.public);
	return OK;
}

/* Take n bytes off the front; NULL when there are fewer. */
static const uint8_t *take(struct bytes *rest, size_t n)
{
	if (rest->n < n)
		return NULL;
	const uint8_t *front = rest->p;
	*rest = bytes_of(front + n, rest->n - n);
	return front;
}

static enum err read_static(struct noise *noise, struct bytes *rest, struct fault *f)
{
	size_t n = NOISE_KEY_BYTES + (noise->cipher.keyed ? NOISE_TAG_BYTES : 0);
	const uint8_t *sealed = take(rest, n);
	if (sealed == NULL)
		return refuse(f);
	uint8_t room[NOISE_KEY_BYTES + NOISE_TAG_BYTES];
	struct writer plain = { .p = room, .room = sizeof(room) };
	enum err err = take_sealed(noise, bytes_of(sealed, n), &plain, f);
	if (err == OK)
		memcpy(noise->rs, room, sizeof(noise->rs));
	return err;
}

static enum err read_token(
	struct noise *noise, enum noise_token token, struct bytes *rest, struct fault *f)
{
	if (token == NOISE_S)
		return read_static(noise, rest, f);
	if (token != NOISE_E)
		return mix_token(noise, token, f);
	const uint8_t *public = take(rest, NOISE_KEY_BYTES);
	if (public == NULL)
		return refuse(f);
	memcpy(noise->re, public, sizeof(noise->re));
	mix_ephemeral(noise, noise->re);
	return OK;
}

static bool has_token(const struct noise_pattern *pattern, enum noise_token token)
{
	for (size_t i = 0; i < NOISE_MESSAGES_MAX; i++)
		for (size_t k = 0; k < NOISE_TOKENS_MAX; k++)
			if (pattern->messages[i][k] == token)
				return true;
	return false;
}

/* h = the protocol's name, in full where it fits, else its hash; ck = h (section 5.2). */
static void init_name(struct noise *noise)
{
	char name[96];
	size_t n = 0;
	const char *parts[] = { protocol_head, noise->setup.pattern->name, protocol_tail };
	for (size_t i = 0; i < COUNT(parts); i++) {
		size_t part_bytes = strlen(parts[i]);
		assert(part_bytes <= sizeof(name) - n);
		memcpy(name + n, parts[i], part_bytes);
		n += part_bytes;
	}
	if (n <= sizeof(noise->h))
		memcpy(noise->h, name, n);
	else
		crypto_hash_sha256(noise->h, (const uint8_t *)name, n);
	memcpy(noise->ck, noise->h, sizeof(noise->ck));
}

/* The static keys that are known before, the initiator's first. */
static void init_known(struct noise *noise)
{
	const struct noise_setup *setup = &noise->setup;
	bool known[] = { setup->pattern->initiator_known, setup->pattern->responder_known };
	for (size_t i = 0; i < COUNT(known); i++) {
		if (!known[i])
			continue;
		bool ours = setup->initiator == (i == 0);
		assert(ours ? setup->own != NULL : setup->peer != NULL);
		mix_hash(noise, bytes_of(ours ? setup->own->public : noise->rs, NOISE_KEY_BYTES));
	}
}

void noise_init(struct noise *noise, const struct noise_setup *setup)
{
	*noise = (struct noise){ .setup = *setup };
	noise->psk_mode = has_token(setup->pattern, NOISE_PSK);
	assert(!noise->psk_mode || setup->psk != NULL);
	noise->fixed_e = setup->ephemeral != NULL;
	if (noise->fixed_e)
		noise_key_make(&noise->e, setup->ephemeral);
	if (setup->peer != NULL)
		memcpy(noise->rs, setup->peer, sizeof(noise->rs));
	init_name(noise);
	mix_hash(noise, setup->prologue);
	init_known(noise);
	noise->setup.prologue = (struct bytes){ 0 };
	noise->setup.ephemeral = NULL;
	noise->setup.peer = NULL;
}

void noise_fini(struct noise *noise)
{
	sodium_memzero(noise, sizeof(*noise));
}

static bool at_end(const struct noise *noise)
{
	return noise->next == NOISE_MESSAGES_MAX ||
	       noise->setup.pattern->messages[noise->next][0] == NOISE_END;
}

bool noise_done(const struct noise *noise)
{
	return noise->setup.pattern != NULL && at_end(noise);
}

/* The tokens of the message whose turn it is. */
static const uint8_t *turn(const struct noise *noise, bool writing)
{
	assert(noise->setup.pattern != NULL);
	assert(!at_end(noise));
	bool of_initiator = noise->next % 2 == 0;
	assert(writing == (of_initiator == noise->setup.initiator));
	return noise->setup.pattern->messages[noise->next];
}

enum err noise_write(struct noise *noise, struct bytes payload, struct writer *out, struct fault *f)
{
	assert(out->limit == 0);
	const uint8_t *tokens = turn(noise, true);
	size_t at = out->n;
	enum err err = OK;
	for (size_t i = 0; err == OK && i < NOISE_TOKENS_MAX && tokens[i] != NOISE_END; i++)
		err = write_token(noise, tokens[i], out, f);
	if (err == OK)
		err = put_sealed(noise, payload, out, f);
	if (err == OK && out->n - at > NOISE_MESSAGE_BYTES)
		err = fail_number(
			f, E_TOO_LARGE, "payload", (int64_t)payload.n, NOISE_MESSAGE_BYTES);
	if (err != OK) {
		out->n = at;
		noise_fini(noise);
		return err;
	}
	noise->next++;
	return OK;
}

enum err noise_read(
	struct noise *noise, struct bytes message, struct writer *payload, struct fault *f)
{
	assert(payload->limit == 0);
	const uint8_t *tokens = turn(noise, false);
	size_t at = payload->n;
	enum err err = message.n <= NOISE_MESSAGE_BYTES ? OK : refuse(f);
	for (size_t i = 0; err == OK && i < NOISE_TOKENS_MAX && tokens[i] != NOISE_END; i++)
		err = read_token(noise, tokens[i], &message, f);
	if (err == OK)
		err = take_sealed(noise, message, payload, f);
	if (err != OK) {
		payload->n = at;
		noise_fini(noise);
		return err;
	}
	noise->next++;
	return OK;
}

void noise_split(struct noise *noise, struct noise_session *to)
{
	assert(noise_done(noise));
	uint8_t out[2][32];
	hkdf(noise->ck, (struct bytes){ 0 }, out, 2);
	*to = (struct noise_session){ 0 };
	cipher_key(&to->send, out[noise->setup.initiator ? 0 : 1]);
	cipher_key(&to->receive, out[noise->setup.initiator ? 1 : 0]);
	memcpy(to->hash, noise->h, sizeof(to->hash));
	memcpy(to->peer, noise->rs, sizeof(to->peer));
	sodium_memzero(out, sizeof(out));
	noise_fini(noise);
}
