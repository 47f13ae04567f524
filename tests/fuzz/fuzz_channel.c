/*
 * fuzz_channel.c: the encrypted line, fed with anything. The first byte says how:
 *   0  a server from its first byte on       1  a client from its first byte on
 *   2  an open server, raw frames            3  an open server, frames sealed around the input
 *   4  a stream that is sent and comes back
 * For 3 the input is a row of u16be n | n bytes, each a payload. All keys are fixed, so that a
 * recorded handshake is a good input. Whatever is fed at once must come to the same when it is fed
 * in pieces.
 */
#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <stdlib.h>

#include <sodium.h>

#include "proto/channel.h"

enum mode { SERVES, CALLS, OPEN_RAW, OPEN_SEALED, STREAM, MODES };

/* X25519 does not look at the lowest three bits of a secret: they differ above those. */
static struct noise_key client_key, server_key;
static const uint8_t psk[NOISE_KEY_BYTES] = { 3 };
static const uint8_t ephemerals[2][NOISE_KEY_BYTES] = { { 32 }, { 40 } };
static struct channel open_client, open_server;

static bool find(void *arg, const uint8_t client[static NOISE_KEY_BYTES],
	enum channel_pattern pattern, uint8_t to[static NOISE_KEY_BYTES])
{
	(void)arg;
	if (pattern == CHANNEL_PSK)
		memcpy(to, psk, sizeof(psk));
	return memcmp(client, client_key.public, NOISE_KEY_BYTES) == 0;
}

static void accept_one(struct channel *server)
{
	channel_accept(
		server, &(struct channel_server){
				.own = &server_key, .find = find, .ephemeral = ephemerals[1] });
}

static void start_one(struct channel *client, enum channel_pattern pattern, struct writer *out)
{
	enum err err = channel_start(client,
		&(struct channel_client){ .own = &client_key,
			.server = server_key.public,
			.psk = pattern == CHANNEL_PSK ? psk : NULL,
			.ephemeral = ephemerals[0] },
		out, NULL);
	assert(err == OK);
}

/* Hand over all of `from`, which is emptied. */
static void pass(struct writer *from, struct channel *to, struct writer *out)
{
	AUTO(writer_fini) struct writer plain = { 0 };
	struct channel_io io = { &plain, out };
	size_t used;
	enum err err = channel_receive(to, writer_bytes(from), &used, &io, NULL);
	assert(err == OK);
	assert(used == from->n);
	writer_reset(from);
}

/* Keys and a handshake, once. */
static void prepare(void)
{
	if (channel_is_open(&open_server))
		return;
	int rc = sodium_init();
	assert(rc >= 0);
	noise_key_make(&client_key, (const uint8_t[NOISE_KEY_BYTES]){ 8 });
	noise_key_make(&server_key, (const uint8_t[NOISE_KEY_BYTES]){ 16 });
	AUTO(writer_fini) struct writer a = { 0 };
	AUTO(writer_fini) struct writer b = { 0 };
	start_one(&open_client, CHANNEL_PSK, &a);
	accept_one(&open_server);
	pass(&a, &open_server, &b);
	pass(&b, &open_client, &a);
	pass(&a, &open_server, &b);
	assert(channel_is_open(&open_server));
}

/* What came of an input. */
struct result {
	struct channel channel;
	struct writer plain, out;
	enum err err;
	size_t used;
};

static void result_fini(struct result *r)
{
	channel_fini(&r->channel);
	writer_fini(&r->plain);
	writer_fini(&r->out);
}

static inline void result_fini_auto(struct result *r)
{
	result_fini(r);
}

static void begin(struct result *r, enum mode mode, enum channel_pattern pattern)
{
	*r = (struct result){ 0 };
	if (mode == SERVES)
		accept_one(&r->channel);
	else if (mode == CALLS)
		start_one(&r->channel, pattern, &r->out);
	else
		r->channel = open_server;
}

/* One call, with what must hold of every one. */
static size_t step(struct result *r, struct bytes in)
{
	/* The input in a block of its own size: a read past it is seen. */
	uint8_t *exact = xmalloc(in.n);
	if (in.n > 0)
		memcpy(exact, in.p, in.n);
	struct channel_io io = { &r->plain, &r->out };
	struct fault f = { 0 };
	size_t used;
	r->err = channel_receive(&r->channel, bytes_of(exact, in.n), &used, &io, &f);
	free(exact);
	assert(used <= in.n);
	assert(used < CHANNEL_STEP_BYTES + CHANNEL_FRAME_BYTES);
	assert(r->err == OK || r->err == E_CHANNEL);
	assert(f.err == r->err);
	assert((r->channel.state == CHANNEL_FAILED) == (r->err != OK));
	r->used += used;
	return used;
}

/* Feed it all, at most `piece` new bytes at a time. */
static void feed(struct result *r, struct bytes in, size_t piece)
{
	size_t n = 0;
	while (n < in.n && r->err == OK) {
		n += piece < in.n - n ? piece : in.n - n;
		while (r->err == OK && r->used < n &&
			step(r, bytes_of(in.p + r->used, n - r->used)) > 0)
			continue;
		assert(r->err != OK || n - r->used < CHANNEL_FRAME_BYTES);
	}
}

static void expect_same(const struct result *a, const struct result *b)
{
	assert(a->err == b->err);
	assert(a->used == b->used);
	assert(a->channel.state == b->channel.state);
	assert(bytes_equal(writer_bytes(&a->plain), writer_bytes(&b->plain)));
	assert(bytes_equal(writer_bytes(&a->out), writer_bytes(&b->out)));
}

/* All at once, and in pieces. */
static void try_both(
	struct result *whole, enum mode mode, enum channel_pattern pattern, struct bytes in)
{
	begin(whole, mode, pattern);
	feed(whole, in, SIZE_MAX);
	AUTO(result_fini) struct result cut;
	begin(&cut, mode, pattern);
	feed(&cut, in, in.n < 2000 ? 1 + in.n % 7 : 777);
	expect_same(whole, &cut);
	struct channel *channel = &whole->channel;
	if (mode == SERVES && channel_is_open(channel))
		assert(memcmp(channel_peer(channel), client_key.public, NOISE_KEY_BYTES) == 0);
	if (mode < OPEN_RAW)
		return;
	/* Nobody seals a frame without the key. */
	assert(mode != OPEN_RAW || whole->plain.n == 0);
	assert(whole->out.n == 0);
}

/* The rule for a payload, said once more. */
static bool payload_good(struct bytes payload)
{
	if (payload.n < 64 || payload.n % 64 != 0)
		return false;
	size_t n = (size_t)payload.p[0] << 8 | payload.p[1];
	if (n == 0 || n + 2 > payload.n)
		return false;
	for (size_t i = n + 2; i < payload.n; i++)
		if (payload.p[i] != 0)
			return false;
	return true;
}

static void seal(struct channel *client, struct bytes payload, struct writer *out)
{
	static uint8_t text[65535];
	uint8_t length[2];
	memcpy(text, payload.p, payload.n);
	enum err err =
		noise_seal(&client->session.send, (struct bytes){ 0 }, text, payload.n, NULL);
	assert(err == OK);
	put_u16(length, (uint16_t)(payload.n + NOISE_TAG_BYTES));
	write_raw(out, length, sizeof(length));
	write_raw(out, text, payload.n + NOISE_TAG_BYTES);
}

/* The sealed frames must come to the same as the rule says. */
static void try_sealed(struct bytes in)
{
	struct channel client = open_client;
	AUTO(writer_fini) struct writer frames = { 0 };
	AUTO(writer_fini) struct writer want = { 0 };
	bool good = true;
	while (in.n >= 2) {
		size_t n = get_u16(in.p);
		n = n < in.n - 2 ? n : in.n - 2;
		n = n < 65519 ? n : 65519;
		struct bytes payload = bytes_of(in.p + 2, n);
		seal(&client, payload, &frames);
		good = good && payload_good(payload);
		if (good)
			write_raw(&want, payload.p + 2, get_u16(payload.p));
		in = bytes_of(in.p + 2 + n, in.n - 2 - n);
	}
	AUTO(result_fini) struct result r;
	try_both(&r, OPEN_SEALED, CHANNEL_PSK, writer_bytes(&frames));
	assert((r.err == OK) == good);
	assert(bytes_equal(writer_bytes(&r.plain), writer_bytes(&want)));
}

static void try_stream(struct bytes in)
{
	struct channel client = open_client;
	AUTO(writer_fini) struct writer frames = { 0 };
	size_t most = in.n > 0 ? 1 + 97u * in.p[0] : 1;
	for (size_t at = 0; at < in.n;) {
		size_t n = in.n - at < most ? in.n - at : most;
		enum err err = channel_send(&client, bytes_of(in.p + at, n), &frames, NULL);
		assert(err == OK);
		at += n;
	}
	AUTO(result_fini) struct result r;
	try_both(&r, STREAM, CHANNEL_PSK, writer_bytes(&frames));
	assert(r.err == OK);
	assert(r.used == frames.n);
	assert(bytes_equal(writer_bytes(&r.plain), in));
}

static void try_mode(enum mode mode, struct bytes in)
{
	switch (mode) {
	case OPEN_SEALED:
		try_sealed(in);
		return;
	case STREAM:
		try_stream(in);
		return;
	case SERVES:
	case OPEN_RAW:
	case CALLS:
	case MODES:
		break;
	}
	/* A client has chosen its pattern: the one that the answer names. */
	enum channel_pattern pattern =
		in.n > 6 && in.p[6] == CHANNEL_ENROL ? CHANNEL_ENROL : CHANNEL_PSK;
	AUTO(result_fini) struct result r;
	try_both(&r, mode, pattern, in);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	prepare();
	if (size > 0)
		try_mode(data[0] % MODES, bytes_of(data + 1, size - 1));
	return 0;
}
