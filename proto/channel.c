/* channel.c: preamble, handshake and frames of the encrypted line. */
#include "proto/channel.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include <sodium.h>

#define LENGTH_BYTES 2u
#define BLOCK_BYTES  64u /* payloads are a multiple of this */

/* The payloads that we send ourselves: small enough that the other side need not hold much before
 * it can open them. */
#define PAYLOAD_BYTES 16384u
#define DATA_BYTES    (PAYLOAD_BYTES - LENGTH_BYTES)

/* Where the parts of the preamble are. */
#define PATTERN_AT 6u

static_assert(PAYLOAD_BYTES % BLOCK_BYTES == 0);
static_assert(CHANNEL_FRAME_BYTES - LENGTH_BYTES ==
	      NOISE_TAG_BYTES + (UINT16_MAX - NOISE_TAG_BYTES) / BLOCK_BYTES * BLOCK_BYTES);
static_assert(sizeof(struct channel) < 512);

static const uint8_t preamble[CHANNEL_PREAMBLE_BYTES] = { 'H', 'O', 'I', 'A', 'M', 1, 0, 0 };

/* The handshake's messages, which have no payload: e and a tag twice, then s with a tag and a tag.
 */
static const uint16_t message_bytes[] = { 48, 48, 64 };

/* What a channel has beyond the session until it is open. */
struct handshake {
	struct noise noise;
	struct channel_server server; /* without `own` it is the client's side */
	uint8_t psk[NOISE_KEY_BYTES]; /* the client's */
	enum channel_pattern pattern;
	bool asked; /* the server has looked for the client's key */
	bool known; /* and has found it */
};

static enum err refuse(struct fault *f, const char *what)
{
	return fail(f, E_CHANNEL, NULL, what);
}

static struct handshake *handshake_new(void)
{
	struct handshake *h = xcalloc(1, sizeof(*h));
	return h;
}

static void handshake_free(struct handshake *h)
{
	if (h == NULL)
		return;
	sodium_memzero(h, sizeof(*h));
	free(h);
}

void channel_fini(struct channel *channel)
{
	handshake_free(channel->handshake);
	sodium_memzero(channel, sizeof(*channel));
}

static void write_preamble(enum channel_pattern pattern, uint8_t out[static CHANNEL_PREAMBLE_BYTES])
{
	memcpy(out, preamble, sizeof(preamble));
	out[PATTERN_AT] = (uint8_t)pattern;
}

static void client_psk(void *arg, const uint8_t peer[static NOISE_KEY_BYTES],
	const uint8_t peer_ephemeral[static NOISE_KEY_BYTES], uint8_t psk[static NOISE_KEY_BYTES])
{
	(void)peer;
	(void)peer_ephemeral;
	const struct handshake *h = arg;
	memcpy(psk, h->psk, NOISE_KEY_BYTES);
}

/* Find the client's key; the psk is a random one when it is not known. A key that is our own, or
 * that the client also sent as its ephemeral one, belongs to nobody. */
static void server_psk(void *arg, const uint8_t peer[static NOISE_KEY_BYTES],
	const uint8_t peer_ephemeral[static NOISE_KEY_BYTES], uint8_t psk[static NOISE_KEY_BYTES])
{
	struct handshake *h = arg;
	uint8_t dummy[NOISE_KEY_BYTES];
	randombytes_buf(dummy, sizeof(dummy));
	memcpy(psk, dummy, sizeof(dummy));
	bool mirrored = sodium_memcmp(peer, h->server.own->public, NOISE_KEY_BYTES) == 0;
	bool doubled = sodium_memcmp(peer, peer_ephemeral, NOISE_KEY_BYTES) == 0;
	bool found = h->server.find(h->server.arg, peer, h->pattern, psk);
	h->asked = true;
	h->known = found && !mirrored && !doubled;
	if (!h->known)
		memcpy(psk, dummy, sizeof(dummy));
	sodium_memzero(dummy, sizeof(dummy));
}

static void handshake_begin(struct handshake *h, struct noise_setup *setup)
{
	uint8_t prologue[CHANNEL_PREAMBLE_BYTES];
	write_preamble(h->pattern, prologue);
	setup->pattern = h->pattern == CHANNEL_PSK ? &noise_xkpsk3 : &noise_xk;
	setup->prologue = bytes_of(prologue, sizeof(prologue));
	setup->psk_arg = h;
	noise_init(&h->noise, setup);
}

static enum err put_message(struct channel *channel, struct writer *out, struct fault *f)
{
	struct noise *noise = &channel->handshake->noise;
	uint8_t length[LENGTH_BYTES];
	size_t at = out->n;
	uint16_t expected = message_bytes[noise->next];
	put_u16(length, expected);
	write_raw(out, length, sizeof(length));
	enum err err = noise_write(noise, (struct bytes){ 0 }, out, f);
	if (err != OK)
		out->n = at;
	else
		assert(out->n - at == LENGTH_BYTES + expected);
	return err;
}

enum err channel_start(struct channel *channel, const struct channel_client *setup,
	struct writer *out, struct fault *f)
{
	*channel = (struct channel){ .state = CHANNEL_GREETING };
	struct handshake *h = channel->handshake = handshake_new();
	h->pattern = setup->psk != NULL ? CHANNEL_PSK : CHANNEL_ENROL;
	channel->pattern = (uint8_t)h->pattern;
	if (setup->psk != NULL)
		memcpy(h->psk, setup->psk, sizeof(h->psk));
	handshake_begin(h, &(struct noise_setup){ .initiator = true,
				   .own = setup->own,
				   .peer = setup->server,
				   .ephemeral = setup->ephemeral,
				   .psk = client_psk });
	size_t at = out->n;
	uint8_t greeting[CHANNEL_PREAMBLE_BYTES];
	write_preamble(h->pattern, greeting);
	write_raw(out, greeting, sizeof(greeting));
	enum err err = put_message(channel, out, f);
	if (err != OK) {
		out->n = at;
		channel_fini(channel);
	}
	return err;
}

void channel_accept(struct channel *channel, const struct channel_server *setup)
{
	*channel = (struct channel){ .state = CHANNEL_GREETING };
	channel->handshake = handshake_new();
	channel->handshake->server = *setup;
}

/* The preamble. A byte that cannot stand there is refused as soon as it has come. */

static bool preamble_fits(const struct channel *channel, struct bytes in)
{
	for (size_t i = 0; i < in.n; i++) {
		uint8_t c = in.p[i];
		bool is_pattern = channel->pattern == 0 ? c == CHANNEL_PSK || c == CHANNEL_ENROL
							: c == channel->pattern;
		if (i == PATTERN_AT ? !is_pattern : c != preamble[i])
			return false;
	}
	return true;
}

static void answer_preamble(struct channel *channel, struct bytes in, struct writer *out)
{
	struct handshake *h = channel->handshake;
	h->pattern = in.p[PATTERN_AT];
	channel->pattern = (uint8_t)h->pattern;
	handshake_begin(h, &(struct noise_setup){ .own = h->server.own,
				   .ephemeral = h->server.ephemeral,
				   .psk = server_psk });
	h->server.ephemeral = NULL;
	write_raw(out, in.p, in.n);
}

static enum err take_preamble(struct channel *channel, struct bytes in, size_t *took,
	const struct channel_io *io, struct fault *f)
{
	if (in.n > CHANNEL_PREAMBLE_BYTES)
		in.n = CHANNEL_PREAMBLE_BYTES;
	if (!preamble_fits(channel, in))
		return refuse(f, "the other side does not speak this protocol");
	if (in.n < CHANNEL_PREAMBLE_BYTES)
		return OK;
	if (channel->handshake->server.own != NULL)
		answer_preamble(channel, in, io->out);
	channel->state = CHANNEL_HANDSHAKE;
	*took = in.n;
	return OK;
}

/* Frames. */

static bool length_fits(const struct channel *channel, size_t n)
{
	if (channel->state == CHANNEL_HANDSHAKE)
		return n == message_bytes[channel->handshake->noise.next];
	return n >= BLOCK_BYTES + NOISE_TAG_BYTES && n % BLOCK_BYTES == NOISE_TAG_BYTES;
}

/* The message at the front; empty when it is not all there. */
static enum err find_frame(
	const struct channel *channel, struct bytes in, struct bytes *message, struct fault *f)
{
	*message = (struct bytes){ 0 };
	if (in.n < LENGTH_BYTES)
		return OK;
	size_t n = get_u16(in.p);
	if (!length_fits(channel, n))
		return refuse(f, "a frame has a length that cannot be");
	if (in.n - LENGTH_BYTES >= n)
		*message = bytes_of(in.p + LENGTH_BYTES, n);
	return OK;
}

/* The handshake is through: keep the session, forget the rest. */
static void open_channel(struct channel *channel)
{
	noise_split(&channel->handshake->noise, &channel->session);
	handshake_free(channel->handshake);
	channel->handshake = NULL;
	channel->state = CHANNEL_OPEN;
}

/* Without a psk the server's verdict on the client's key has not entered the handshake. */
static bool verdict(struct handshake *h)
{
	if (h->pattern == CHANNEL_ENROL) {
		uint8_t psk[NOISE_KEY_BYTES];
		server_psk(h, h->noise.rs, h->noise.re, psk);
		sodium_memzero(psk, sizeof(psk));
	}
	return h->known;
}

static enum err take_message(
	struct channel *channel, struct bytes message, const struct channel_io *io, struct fault *f)
{
	struct handshake *h = channel->handshake;
	bool server = h->server.own != NULL;
	enum err err = noise_read(&h->noise, message, io->plain, f);
	if (err != OK)
		return err;
	if (!noise_done(&h->noise)) {
		err = put_message(channel, io->out, f);
		if (err != OK)
			return err;
	}
	if (!noise_done(&h->noise))
		return OK;
	if (server && !verdict(h))
		return refuse(f, "what came does not fit the keys");
	open_channel(channel);
	return OK;
}

/* Is payload[0..n) well formed? Its data is then behind the length, *data_bytes of them. */
static bool payload_fits(const uint8_t *payload, size_t n, size_t *data_bytes)
{
	*data_bytes = get_u16(payload);
	if (*data_bytes == 0 || *data_bytes > n - LENGTH_BYTES)
		return false;
	size_t data_end = LENGTH_BYTES + *data_bytes;
	return sodium_is_zero(payload + data_end, n - data_end) == 1;
}

static enum err take_data(
	struct channel *channel, struct bytes message, struct writer *plain, struct fault *f)
{
	size_t at = plain->n;
	write_raw(plain, message.p, message.n);
	uint8_t *payload = plain->p + at;
	plain->n = at;
	enum err err =
		noise_unseal(&channel->session.receive, (struct bytes){ 0 }, payload, message.n, f);
	if (err != OK)
		return err;
	size_t n = 0;
	if (!payload_fits(payload, message.n - NOISE_TAG_BYTES, &n)) {
		sodium_memzero(payload, message.n);
		return refuse(f, "a frame holds what cannot be");
	}
	memmove(payload, payload + LENGTH_BYTES, n);
	plain->n = at + n;
	return OK;
}

static enum err take_frame(struct channel *channel, struct bytes in, size_t *took,
	const struct channel_io *io, struct fault *f)
{
	struct bytes message;
	enum err err = find_frame(channel, in, &message, f);
	if (err != OK || message.n == 0)
		return err;
	*took = LENGTH_BYTES + message.n;
	return channel->state == CHANNEL_OPEN ? take_data(channel, message, io->plain, f)
					      : take_message(channel, message, io, f);
}

/* The same work whatever the reason: the other side is to learn none. */
static const char *why_failed(const struct channel *channel, bool framed)
{
	const struct handshake *h = channel->handshake;
	if (channel->state == CHANNEL_GREETING)
		return "preface";
	if (!framed)
		return "frame";
	if (channel->state == CHANNEL_OPEN)
		return "data";
	return !h->asked ? "message" : !h->known ? "device" : "psk";
}

enum err channel_receive(struct channel *channel, struct bytes in, size_t *used,
	const struct channel_io *io, struct fault *f)
{
	assert(io->plain->limit == 0 && io->out->limit == 0);
	*used = 0;
	if (channel->state == CHANNEL_FAILED)
		return refuse(f, "it has failed before");
	size_t took = 1;
	while (took > 0 && *used < in.n && *used < CHANNEL_STEP_BYTES) {
		struct bytes rest = bytes_of(in.p + *used, in.n - *used);
		took = 0;
		enum err err = channel->state == CHANNEL_GREETING
				       ? take_preamble(channel, rest, &took, io, f)
				       : take_frame(channel, rest, &took, io, f);
		if (err != OK) {
			if (f != NULL)
				snprintf(f->field, sizeof(f->field), "%s",
					why_failed(channel, took > 0));
			channel_fini(channel);
			return err;
		}
		*used += took;
	}
	return OK;
}

static enum err put_data(
	struct channel *channel, struct bytes data, struct writer *out, struct fault *f)
{
	static const uint8_t zeros[BLOCK_BYTES + NOISE_TAG_BYTES];
	size_t used = LENGTH_BYTES + data.n;
	size_t padding = (BLOCK_BYTES - used % BLOCK_BYTES) % BLOCK_BYTES;
	size_t at = out->n;
	uint8_t length[LENGTH_BYTES];
	put_u16(length, (uint16_t)(used + padding + NOISE_TAG_BYTES));
	write_raw(out, length, sizeof(length));
	put_u16(length, (uint16_t)data.n);
	write_raw(out, length, sizeof(length));
	write_raw(out, data.p, data.n);
	write_raw(out, zeros, padding + NOISE_TAG_BYTES);
	enum err err = noise_seal(&channel->session.send, (struct bytes){ 0 },
		out->p + at + LENGTH_BYTES, used + padding, f);
	if (err == OK)
		return OK;
	sodium_memzero(out->p + at, out->n - at);
	out->n = at;
	return err;
}

enum err channel_send(
	struct channel *channel, struct bytes data, struct writer *out, struct fault *f)
{
	assert(out->limit == 0);
	if (channel->state != CHANNEL_OPEN)
		return refuse(f, "it is not open");
	while (data.n > 0) {
		size_t n = data.n < DATA_BYTES ? data.n : DATA_BYTES;
		enum err err = put_data(channel, bytes_of(data.p, n), out, f);
		if (err != OK) {
			channel_fini(channel);
			return err;
		}
		data = bytes_of(data.p + n, data.n - n);
	}
	return OK;
}

const uint8_t *channel_hash(const struct channel *channel)
{
	assert(channel->state == CHANNEL_OPEN);
	return channel->session.hash;
}

const uint8_t *channel_peer(const struct channel *channel)
{
	assert(channel->state == CHANNEL_OPEN);
	return channel->session.peer;
}

enum channel_pattern channel_pattern(const struct channel *channel)
{
	assert(channel->state == CHANNEL_OPEN);
	return channel->pattern;
}
