/*
 * channel.h: the encrypted line over TCP, as a machine that is fed bytes and gives bytes; no I/O.
 *
 *   preamble   48 4f 49 41 4d 01 PP 00      "HOIAM", major version 1, pattern, zero
 *              PP = 01: Noise_XKpsk3_25519_ChaChaPoly_SHA256, a device that is enrolled
 *              PP = 02: Noise_XK_25519_ChaChaPoly_SHA256, enrolment
 *              the client sends it first, the server sends the same 8 bytes back, and they are the
 *              prologue of the handshake on both sides
 *   frame      u16be length | Noise message of that length
 *   handshake  client 48 bytes, server 48, client 64; their payloads are empty
 *   then       each way frames of 16 + 64 k bytes, k from 1 to 1023: a tag of 16 behind the payload
 *              u16be n | n bytes, n at least 1 | zeros to a multiple of 64
 *              The bytes of the payloads, one behind the other, are one stream.
 *
 * A length that cannot be is refused before anything is computed. Whatever does not fit ends the
 * channel; nothing is sent to say so. More padding than needed is allowed.
 */
#ifndef HOIAM_PROTO_CHANNEL_H
#define HOIAM_PROTO_CHANNEL_H

#include "proto/noise.h"

#define CHANNEL_PREAMBLE_BYTES 8u
#define CHANNEL_FRAME_BYTES    (2u + 65488u) /* the longest frame, with its length */
#define CHANNEL_STEP_BYTES     65536u        /* a call takes less than this and one frame */

enum channel_pattern { CHANNEL_PSK = 1, CHANNEL_ENROL = 2 };

enum channel_state { CHANNEL_FAILED, CHANNEL_GREETING, CHANNEL_HANDSHAKE, CHANNEL_OPEN };

/*
 * Embedded in its owner, who does not look inside. While the handshake lasts it has a block of its
 * own. All zeros is a channel that has failed.
 */
struct channel {
	struct handshake *handshake;
	struct noise_session session;
	uint8_t state;   /* enum channel_state */
	uint8_t pattern; /* enum channel_pattern, when the preamble is through */
};

struct channel_client {
	const struct noise_key *own; /* borrowed until the channel is open or ended */
	const uint8_t *server;       /* NOISE_KEY_BYTES, the server's public key */
	const uint8_t *psk;          /* NOISE_KEY_BYTES, copied; NULL: CHANNEL_ENROL */
	const uint8_t *ephemeral;    /* for vectors: NOISE_KEY_BYTES; NULL: random */
};

struct channel_server {
	const struct noise_key *own; /* borrowed until the channel is open or ended */
	/*
	 * Is this client's key known for this pattern? Fills in its psk for CHANNEL_PSK. The client
	 * has not yet shown that it holds the key: look it up and change nothing. A key that is not
	 * known fails as one with another psk does.
	 */
	bool (*find)(void *arg, const uint8_t client[static NOISE_KEY_BYTES],
		enum channel_pattern pattern, uint8_t psk[static NOISE_KEY_BYTES]);
	void *arg;
	const uint8_t *ephemeral; /* as above */
};

/* Where a channel puts what comes of bytes. Both without a limit; each gets at most
 * CHANNEL_STEP_BYTES + CHANNEL_FRAME_BYTES by one call. */
struct channel_io {
	struct writer *plain; /* the other side's stream */
	struct writer *out;   /* what is to be sent: parts of the handshake */
};

/*
 * Begin as client; the preamble and the first message go behind what `out` holds. E_CHANNEL, and a
 * channel that has failed, when the server's key is of low order.
 */
enum err channel_start(struct channel *channel, const struct channel_client *setup,
	struct writer *out, struct fault *f);

/* Begin as server. */
void channel_accept(struct channel *channel, const struct channel_server *setup);

/* Wipe; the channel has failed then. Harmless when repeated. */
void channel_fini(struct channel *channel);

/*
 * Take bytes from the other side, whole frames only: *used says how many were taken, at most
 * CHANNEL_STEP_BYTES + CHANNEL_FRAME_BYTES. Call again while *used is not 0 and bytes are left;
 * what is left then is the beginning of a frame, never more than CHANNEL_FRAME_BYTES, and is to be
 * given again with what follows it. E_CHANNEL: the channel has failed and is wiped; close the line.
 * What whole frames before said has been handed over, of the bad one nothing. The field of the
 * fault is then a word for the log of this side, never for the other one: "preface" (another
 * protocol, version or pattern), "frame" (a length that cannot be), "message" (one of the handshake
 * does not open: it was made for another server's key), "data" (behind the handshake: it does not
 * open, or holds what cannot be); and, of a server, "device" (the client's key is not one that
 * `find` knows) and "psk" (it is, but the shared key, or the secret of the client's, does not fit).
 */
enum err channel_receive(struct channel *channel, struct bytes in, size_t *used,
	const struct channel_io *io, struct fault *f);

/*
 * Send data on the stream; the frames go behind what `out` holds, which has no limit. E_CHANNEL
 * when the channel is not open, or has failed because its messages are used up.
 */
enum err channel_send(
	struct channel *channel, struct bytes data, struct writer *out, struct fault *f);

static inline bool channel_is_open(const struct channel *channel)
{
	return channel->state == CHANNEL_OPEN;
}

/* The hash of the handshake, NOISE_HASH_BYTES: the channel's name on both sides, for what is
 * signed. Of an open channel only, as are the next two (asserted). */
const uint8_t *channel_hash(const struct channel *channel);

/* The other side's static key, NOISE_KEY_BYTES. */
const uint8_t *channel_peer(const struct channel *channel);

enum channel_pattern channel_pattern(const struct channel *channel);

#endif
