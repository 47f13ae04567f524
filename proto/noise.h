/*
 * noise.h: the Noise Protocol Framework, revision 34 (noiseprotocol.org/noise.html), for
 * 25519_ChaChaPoly_SHA256 on the primitives of libsodium. A handshake is run by a small interpreter
 * over the tokens of a pattern. Not here: Rekey(), and patterns whose pre-messages hold an `e`
 * (fallback). sodium_init comes first.
 */
#ifndef HOIAM_PROTO_NOISE_H
#define HOIAM_PROTO_NOISE_H

#include "proto/err.h"
#include "proto/pack.h"

#define NOISE_KEY_BYTES     32u
#define NOISE_HASH_BYTES    32u
#define NOISE_TAG_BYTES     16u
#define NOISE_MESSAGE_BYTES 65535u /* the longest message */
#define NOISE_MESSAGES_MAX  6u
#define NOISE_TOKENS_MAX    8u

/* A key pair of X25519. */
struct noise_key {
	uint8_t secret[NOISE_KEY_BYTES];
	uint8_t public[NOISE_KEY_BYTES];
};

/* The pair of a secret; of a random one when it is NULL. The owner wipes it. */
void noise_key_make(struct noise_key *key, const uint8_t *secret);

/*
 * X25519. E_CHANNEL when the result is all zeros, as it is for every public point of low order;
 * `shared` is then zero.
 */
enum err noise_dh(const uint8_t secret[static NOISE_KEY_BYTES],
	const uint8_t public[static NOISE_KEY_BYTES], uint8_t shared[static NOISE_KEY_BYTES],
	struct fault *f);

/* A key and the number of the next message under it. Zero-initialised it has no key. */
struct noise_cipher {
	uint8_t key[NOISE_KEY_BYTES];
	uint64_t nonce;
	bool keyed;
};

/*
 * Seal text[0..n) in place; the tag goes behind it, so that there must be room for n +
 * NOISE_TAG_BYTES. E_CHANNEL, and nothing is done, when the last nonce but one was used: the last,
 * 2^64 - 1, is reserved.
 */
enum err noise_seal(
	struct noise_cipher *cipher, struct bytes ad, uint8_t *text, size_t n, struct fault *f);

/*
 * Open text[0..n), whose last NOISE_TAG_BYTES are the tag, in place. E_CHANNEL when it does not
 * fit; the text is then lost and the nonce as it was.
 */
enum err noise_unseal(
	struct noise_cipher *cipher, struct bytes ad, uint8_t *text, size_t n, struct fault *f);

enum noise_token { NOISE_END, NOISE_E, NOISE_S, NOISE_EE, NOISE_ES, NOISE_SE, NOISE_SS, NOISE_PSK };

/*
 * A handshake pattern: what each message consists of, the initiator's first, each ended by
 * NOISE_END; the first message without a token ends the handshake.
 */
struct noise_pattern {
	const char *name;     /* with its modifiers, as it stands in the protocol's name */
	bool initiator_known; /* pre-messages: the static key of that side is known to the other */
	bool responder_known;
	uint8_t messages[NOISE_MESSAGES_MAX][NOISE_TOKENS_MAX];
};

extern const struct noise_pattern noise_xk;
extern const struct noise_pattern noise_xkpsk3;

/* What a handshake begins with. */
struct noise_setup {
	const struct noise_pattern *pattern;
	bool initiator;
	struct bytes prologue;
	const struct noise_key
		*own;        /* static; NULL when the pattern needs none; borrowed to the end */
	const uint8_t *peer; /* the other side's static public key where it is known before */
	const uint8_t *ephemeral; /* the secret of `e`, for vectors; NULL: a random one */
	/*
	 * Called at each token `psk` with the other side's public keys as far as they are known
	 * then (zeros otherwise); fills in the key. NULL when the pattern has no psk.
	 */
	void (*psk)(void *arg, const uint8_t peer[static NOISE_KEY_BYTES],
		const uint8_t peer_ephemeral[static NOISE_KEY_BYTES],
		uint8_t psk[static NOISE_KEY_BYTES]);
	void *psk_arg;
};

/* A handshake. Secret throughout; look at none of it. */
struct noise {
	struct noise_setup setup; /* without its ephemeral secret */
	struct noise_cipher cipher;
	struct noise_key e;
	uint8_t ck[NOISE_KEY_BYTES];
	uint8_t h[NOISE_HASH_BYTES];
	uint8_t rs[NOISE_KEY_BYTES];
	uint8_t re[NOISE_KEY_BYTES];
	bool fixed_e; /* e was given */
	bool psk_mode;
	uint8_t next; /* message */
};

/* What a handshake leaves. */
struct noise_session {
	struct noise_cipher send, receive;
	uint8_t hash[NOISE_HASH_BYTES]; /* of the handshake: names this session for channel binding
					 */
	uint8_t peer[NOISE_KEY_BYTES];  /* the other side's static public key; zeros if it has none
					 */
};

/* Begin. The pattern is right and the setup has what it needs (both are asserted). */
void noise_init(struct noise *noise, const struct noise_setup *setup);

/* Wipe. Harmless on one that is wiped or zero. */
void noise_fini(struct noise *noise);

/* The messages are through; split may be called. False after a failure. */
bool noise_done(const struct noise *noise);

/*
 * Write the next message with its payload, which must be ours (asserted), behind what `out` holds;
 * `out` has no limit. E_CHANNEL when a key of the other side is of low order, E_TOO_LARGE when the
 * message is too long; the handshake is wiped then, and out as long as it was.
 */
enum err noise_write(
	struct noise *noise, struct bytes payload, struct writer *out, struct fault *f);

/*
 * Read the other side's next message (asserted); its payload goes behind what `payload` holds,
 * which has no limit and does not hold the message. E_CHANNEL when it does not fit; the handshake
 * is wiped then, and payload as long as it was.
 */
enum err noise_read(
	struct noise *noise, struct bytes message, struct writer *payload, struct fault *f);

/* Take the session out and wipe the handshake. noise_done is asserted. */
void noise_split(struct noise *noise, struct noise_session *to);

#endif
