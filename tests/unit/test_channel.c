/*
 * test_channel.c: both roles of the encrypted line against each other, and what a hostile other side
 * may send. Numbers are those of the list of hostile inputs, part A.
 */
#include "tests/lib/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <sodium.h>

#include "proto/channel.h"

#define MSG1_AT    (CHANNEL_PREAMBLE_BYTES)
#define MSG1_BYTES (2u + 48u)
#define MSG3_BYTES (2u + 64u)
#define BLOCK      64u

/* One side of a line: the channel, what it has said, what it has heard. */
struct end {
	struct channel channel;
	struct writer plain, out;
};

/* A client and a server that know each other. */
struct scene {
	struct noise_key client_key, server_key;
	uint8_t psk[NOISE_KEY_BYTES];
	uint8_t known[NOISE_KEY_BYTES]; /* the client's key that the server knows */
	uint8_t ephemerals[2][NOISE_KEY_BYTES];
	bool known_for[3]; /* by pattern */
	size_t looked_up;
	struct end client, server;
};

static const struct bytes nothing = { 0 };

static bool find(void *arg, const uint8_t client[static NOISE_KEY_BYTES],
	enum channel_pattern pattern, uint8_t psk[static NOISE_KEY_BYTES])
{
	struct scene *s = arg;
	s->looked_up++;
	if (!s->known_for[pattern] || memcmp(client, s->known, NOISE_KEY_BYTES) != 0)
		return false;
	if (pattern == CHANNEL_PSK)
		memcpy(psk, s->psk, NOISE_KEY_BYTES);
	return true;
}

static void end_fini(struct end *end)
{
	channel_fini(&end->channel);
	writer_fini(&end->plain);
	writer_fini(&end->out);
}

static void scene_fini(struct scene *s)
{
	end_fini(&s->client);
	end_fini(&s->server);
}

static inline void scene_fini_auto(struct scene *s)
{
	scene_fini(s);
}

/* The keys, all drawn from one seed. */
static void scene_init(struct scene *s, uint8_t seed_byte)
{
	*s = (struct scene){ .known_for = { false, true, true } };
	uint8_t seed[randombytes_SEEDBYTES] = { seed_byte };
	uint8_t drawn[5][NOISE_KEY_BYTES];
	randombytes_buf_deterministic(drawn, sizeof(drawn), seed);
	noise_key_make(&s->client_key, drawn[0]);
	noise_key_make(&s->server_key, drawn[1]);
	memcpy(s->psk, drawn[2], sizeof(s->psk));
	memcpy(s->ephemerals, drawn[3], sizeof(s->ephemerals));
	memcpy(s->known, s->client_key.public, sizeof(s->known));
}

static void start_client(struct scene *s, enum channel_pattern pattern)
{
	end_fini(&s->client);
	assert_int_equal(channel_start(&s->client.channel,
				 &(struct channel_client){ .own = &s->client_key,
					 .server = s->server_key.public,
					 .psk = pattern == CHANNEL_PSK ? s->psk : NULL,
					 .ephemeral = s->ephemerals[0] },
				 &s->client.out, NULL),
		OK);
}

static void start_server(struct scene *s)
{
	end_fini(&s->server);
	channel_accept(&s->server.channel, &(struct channel_server){ .own = &s->server_key,
						   .find = find,
						   .arg = s,
						   .ephemeral = s->ephemerals[1] });
}

/* Feed bytes to an end until it takes no more; how many it took. */
static enum err feed(struct end *to, struct bytes in, size_t *used)
{
	struct channel_io io = { &to->plain, &to->out };
	struct fault f = { 0 };
	enum err err;
	size_t took;
	*used = 0;
	do {
		err = channel_receive(&to->channel, bytes_of(in.p + *used, in.n - *used), &took,
			&io, &f);
		assert_true(took <= CHANNEL_STEP_BYTES + CHANNEL_FRAME_BYTES);
		*used += took;
		assert_true(*used <= in.n);
	} while (err == OK && took > 0 && *used < in.n);
	assert_int_equal(f.err, err);
	if (err == OK) {
		assert_true(in.n - *used < CHANNEL_FRAME_BYTES);
		return err;
	}
	assert_int_equal(err, E_CHANNEL);
	assert_int_equal(to->channel.state, CHANNEL_FAILED);
	assert_null(to->channel.handshake);
	assert_true(sodium_is_zero((const uint8_t *)&to->channel, sizeof(to->channel)) == 1);
	return err;
}

/* Take what an end has to send. */
static struct writer take_out(struct end *from)
{
	struct writer out = from->out;
	from->out = (struct writer){ 0 };
	return out;
}

/* Hand over all that `from` has said; E_TRUNCATED when some of it waits for more. */
static enum err pass(struct end *from, struct end *to)
{
	AUTO(writer_fini) struct writer out = take_out(from);
	size_t used;
	enum err err = feed(to, writer_bytes(&out), &used);
	if (err == OK && used < out.n)
		return E_TRUNCATED;
	return err;
}

static void shake_hands(struct scene *s, enum channel_pattern pattern)
{
	start_client(s, pattern);
	start_server(s);
	assert_int_equal(pass(&s->client, &s->server), OK);
	assert_int_equal(pass(&s->server, &s->client), OK);
	assert_true(channel_is_open(&s->client.channel));
	assert_false(channel_is_open(&s->server.channel));
	assert_int_equal(pass(&s->client, &s->server), OK);
	assert_true(channel_is_open(&s->server.channel));
}

static void say(struct end *from, const void *data, size_t n)
{
	assert_int_equal(channel_send(&from->channel, bytes_of(data, n), &from->out, NULL), OK);
}

/* What both ends tell of a session. */

static void both_sides_agree(void **state)
{
	(void)state;
	static const enum channel_pattern patterns[] = { CHANNEL_PSK, CHANNEL_ENROL };
	assert_true(sizeof(struct channel) < 512);
	for (size_t i = 0; i < COUNT(patterns); i++) {
		AUTO(scene_fini) struct scene s;
		scene_init(&s, 1);
		shake_hands(&s, patterns[i]);
		assert_int_equal(s.looked_up, 1);
		const struct channel *client = &s.client.channel;
		const struct channel *server = &s.server.channel;
		assert_int_equal(channel_pattern(client), patterns[i]);
		assert_int_equal(channel_pattern(server), patterns[i]);
		assert_memory_equal(channel_hash(client), channel_hash(server), NOISE_HASH_BYTES);
		assert_memory_equal(channel_peer(server), s.client_key.public, NOISE_KEY_BYTES);
		assert_memory_equal(channel_peer(client), s.server_key.public, NOISE_KEY_BYTES);
		assert_null(client->handshake);
		assert_null(server->handshake);
		say(&s.client, "xin chào", 9);
		say(&s.server, "chào", 5);
		assert_int_equal(pass(&s.client, &s.server), OK);
		assert_int_equal(pass(&s.server, &s.client), OK);
		assert_int_equal(s.server.plain.n, 9);
		assert_memory_equal(s.server.plain.p, "xin chào", 9);
		assert_int_equal(s.client.plain.n, 5);
		assert_memory_equal(s.client.plain.p, "chào", 5);
	}
}

static void the_bytes_on_the_wire_have_the_lengths_that_are_written_down(void **state)
{
	(void)state;
	AUTO(scene_fini) struct scene s;
	scene_init(&s, 2);
	start_client(&s, CHANNEL_ENROL);
	start_server(&s);
	static const uint8_t greeting[] = { 0x48, 0x4f, 0x49, 0x41, 0x4d, 1, 2, 0 };
	assert_int_equal(s.client.out.n, sizeof(greeting) + MSG1_BYTES);
	assert_memory_equal(s.client.out.p, greeting, sizeof(greeting));
	assert_int_equal(get_u16(s.client.out.p + sizeof(greeting)), 48);
	assert_int_equal(pass(&s.client, &s.server), OK);
	assert_int_equal(s.server.out.n, sizeof(greeting) + 50);
	assert_memory_equal(s.server.out.p, greeting, sizeof(greeting));
	assert_int_equal(pass(&s.server, &s.client), OK);
	assert_int_equal(s.client.out.n, MSG3_BYTES);
	assert_int_equal(pass(&s.client, &s.server), OK);
	static const struct {
		size_t data, frames, bytes;
	} rows[] = { { 0, 0, 0 }, { 1, 1, 82 }, { 62, 1, 82 }, { 63, 1, 146 },
		{ 16382, 1, 16402 }, { 16383, 2, 16402 + 82 } };
	static const uint8_t data[16383];
	for (size_t i = 0; i < COUNT(rows); i++) {
		writer_reset(&s.client.out);
		say(&s.client, data, rows[i].data);
		assert_int_equal(s.client.out.n, rows[i].bytes);
		assert_int_equal(s.client.channel.session.send.nonce -
					 s.server.channel.session.receive.nonce,
			rows[i].frames);
		assert_int_equal(pass(&s.client, &s.server), OK);
	}
}

/* Number 2 as far as it is ours: the bytes may come one by one. */
static void bytes_may_come_one_by_one(void **state)
{
	(void)state;
	AUTO(scene_fini) struct scene s;
	scene_init(&s, 3);
	start_client(&s, CHANNEL_PSK);
	start_server(&s);
	struct end *ends[] = { &s.client, &s.server };
	for (size_t turn = 0; turn < 4; turn++) {
		struct end *to = ends[1 - turn % 2];
		if (turn == 3)
			say(&s.server, "lời của server", 17);
		AUTO(writer_fini) struct writer out = take_out(ends[turn % 2]);
		size_t from = 0;
		for (size_t n = 1; n <= out.n; n++) {
			size_t used;
			assert_int_equal(feed(to, bytes_of(out.p + from, n - from), &used), OK);
			assert_true(used == 0 || used == n - from);
			from += used;
		}
		assert_int_equal(from, out.n);
	}
	assert_int_equal(s.client.plain.n, 17);
	assert_memory_equal(s.client.plain.p, "lời của server", 17);
}

static void nothing_is_sent_before_the_channel_is_open(void **state)
{
	(void)state;
	AUTO(scene_fini) struct scene s;
	scene_init(&s, 4);
	start_client(&s, CHANNEL_PSK);
	start_server(&s);
	AUTO(writer_fini) struct writer out = { 0 };
	struct bytes data = bytes_of("x", 1);
	assert_int_equal(channel_send(&s.client.channel, data, &out, NULL), E_CHANNEL);
	assert_int_equal(channel_send(&s.server.channel, data, &out, NULL), E_CHANNEL);
	assert_int_equal(out.n, 0);
	shake_hands(&s, CHANNEL_PSK);
	channel_fini(&s.client.channel);
	assert_int_equal(channel_send(&s.client.channel, data, &out, NULL), E_CHANNEL);
	size_t used = 7;
	struct channel_io io = { &s.client.plain, &s.client.out };
	assert_int_equal(channel_receive(&s.client.channel, data, &used, &io, NULL), E_CHANNEL);
	assert_int_equal(used, 0);
}

/* The preamble. */

/* Number 3: each bit. Where the other pattern comes of it, the handshake fails by its prologue. */
static void no_bit_of_the_preamble_may_change(void **state)
{
	(void)state;
	for (size_t way = 0; way < 2; way++) {
		for (size_t bit = 0; bit < 8u * CHANNEL_PREAMBLE_BYTES; bit++) {
			AUTO(scene_fini) struct scene s;
			scene_init(&s, 5);
			start_client(&s, CHANNEL_PSK);
			start_server(&s);
			if (way == 1)
				assert_int_equal(pass(&s.client, &s.server), OK);
			struct end *from = way == 0 ? &s.client : &s.server;
			struct end *to = way == 0 ? &s.server : &s.client;
			from->out.p[bit / 8] ^= (uint8_t)(1u << bit % 8);
			assert_int_equal(pass(from, to), E_CHANNEL);
			assert_int_equal(to->plain.n, 0);
			assert_int_equal(to->out.n, 0);
		}
	}
}

/* Number 3, downgrade: the pattern is changed both ways, so that each side sees one it would take. */
static void a_changed_pattern_fails_the_handshake(void **state)
{
	(void)state;
	static const enum channel_pattern patterns[] = { CHANNEL_PSK, CHANNEL_ENROL };
	for (size_t i = 0; i < COUNT(patterns); i++) {
		AUTO(scene_fini) struct scene s;
		scene_init(&s, 6);
		start_client(&s, patterns[i]);
		start_server(&s);
		AUTO(writer_fini) struct writer out = take_out(&s.client);
		out.p[6] = (uint8_t)patterns[1 - i];
		size_t used;
		assert_int_equal(feed(&s.server, writer_bytes(&out), &used), E_CHANNEL);
		assert_int_equal(used, CHANNEL_PREAMBLE_BYTES);
		assert_int_equal(s.server.out.n, CHANNEL_PREAMBLE_BYTES);
	}
}

/* Numbers 3 and 18: the first byte that cannot be ends it. */
static void what_is_no_preamble_is_refused_at_its_first_wrong_byte(void **state)
{
	(void)state;
	static const struct {
		const char *bytes;
		size_t n, good;
	} rows[] = { { "GET / HTTP/1.1\r\n\r\n", 18, 0 }, { "\x16\x03\x01\x02\x00\x01", 6, 0 },
		{ "SSH-2.0-x\r\n", 11, 0 }, { "HOIAM\x02\x01", 8, 5 }, { "HOIAM\x01\x00", 8, 6 },
		{ "HOIAM\x01\x03", 8, 6 }, { "HOIAM\x01\x01\x01", 8, 7 }, { "hoiam", 5, 0 } };
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(scene_fini) struct scene s;
		scene_init(&s, 7);
		start_server(&s);
		size_t used;
		struct bytes good = bytes_of(rows[i].bytes, rows[i].good);
		assert_int_equal(feed(&s.server, good, &used), OK);
		assert_int_equal(used, 0);
		struct bytes bad = bytes_of(rows[i].bytes, rows[i].good + 1);
		assert_int_equal(feed(&s.server, bad, &used), E_CHANNEL);
		start_server(&s);
		struct bytes all = bytes_of(rows[i].bytes, rows[i].n);
		assert_int_equal(feed(&s.server, all, &used), E_CHANNEL);
		assert_int_equal(s.server.out.n, 0);
	}
}

/* The handshake. */

/* What is good until message m (0 to 2) has come to `to`, then a frame of n bytes of the right message
 * or more; its header alone decides. */
static void refuse_length(size_t m, uint16_t n)
{
	AUTO(scene_fini) struct scene s;
	scene_init(&s, 8);
	start_client(&s, CHANNEL_PSK);
	start_server(&s);
	if (m > 0)
		assert_int_equal(pass(&s.client, &s.server), OK);
	if (m > 1)
		assert_int_equal(pass(&s.server, &s.client), OK);
	struct end *from = m == 1 ? &s.server : &s.client;
	struct end *to = m == 1 ? &s.client : &s.server;
	AUTO(writer_fini) struct writer out = take_out(from);
	size_t at = m == 2 ? 0 : MSG1_AT;
	put_u16(out.p + at, n);
	writer_reset(&to->out);
	struct noise before = to->channel.handshake->noise;
	size_t used;
	assert_int_equal(feed(to, bytes_of(out.p, at + 1), &used), OK);
	assert_true(m == 2 || to->channel.state == CHANNEL_HANDSHAKE);
	if (m > 0)
		assert_memory_equal(&to->channel.handshake->noise, &before, sizeof(before));
	assert_int_equal(
		feed(to, bytes_of(out.p + used, at + 2 - used), &used), E_CHANNEL);
	assert_int_equal(used, 0);
	/* The server has said its preamble, and nothing more. */
	assert_int_equal(to->out.n, m == 0 ? CHANNEL_PREAMBLE_BYTES : 0);
	sodium_memzero(&before, sizeof(before));
}

/* Number 4. */
static void a_handshake_message_of_another_length_is_refused_by_its_header(void **state)
{
	(void)state;
	for (size_t m = 0; m < 3; m++) {
		const uint16_t right = m == 2 ? 64 : 48;
		static const uint16_t lengths[] = { 0, 1, 15, 16, 47, 48, 49, 63, 64, 65, 80, 320,
			32768, 65488, 65535 };
		for (size_t i = 0; i < COUNT(lengths); i++)
			if (lengths[i] != right)
				refuse_length(m, lengths[i]);
	}
}

/* Each bit of each message of the handshake. */
static void no_bit_of_the_handshake_may_change(void **state)
{
	(void)state;
	for (size_t m = 0; m < 3; m++) {
		size_t from_bit = m == 2 ? 0 : 8u * MSG1_AT;
		size_t bits = 8u * (m == 2 ? MSG3_BYTES : MSG1_AT + MSG1_BYTES);
		for (size_t bit = from_bit; bit < bits; bit += 1) {
			AUTO(scene_fini) struct scene s;
			scene_init(&s, 9);
			start_client(&s, CHANNEL_PSK);
			start_server(&s);
			if (m > 0)
				assert_int_equal(pass(&s.client, &s.server), OK);
			if (m > 1)
				assert_int_equal(pass(&s.server, &s.client), OK);
			struct end *from = m == 1 ? &s.server : &s.client;
			struct end *to = m == 1 ? &s.client : &s.server;
			from->out.p[bit / 8] ^= (uint8_t)(1u << bit % 8);
			assert_int_equal(pass(from, to), E_CHANNEL);
			assert_int_equal(to->out.n, m == 0 ? CHANNEL_PREAMBLE_BYTES : 0);
		}
	}
}

/* The points of order 1, 2, 4 and 8 below the prime, and 0, 1 and -1 as they are written above it. */
static const char *const low_order[] = {
	"0000000000000000000000000000000000000000000000000000000000000000",
	"0100000000000000000000000000000000000000000000000000000000000000",
	"e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
	"5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
};

static void low_point(size_t i, uint8_t to[static NOISE_KEY_BYTES])
{
	assert_int_equal(sodium_hex2bin(to, NOISE_KEY_BYTES, low_order[i / 2], 64, NULL, NULL, NULL),
		0);
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

/*
 * The tag that would fit message 1 if a shared secret of zeros were taken: so that it is the point
 * that is refused, not the tag.
 */
static void seal_zero_msg1(const struct scene *s, uint8_t message[static 48])
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
	mix(h, s->server_key.public, 32);
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

/* Number 5. */
static void an_ephemeral_key_of_low_order_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * COUNT(low_order); i++) {
		AUTO(scene_fini) struct scene s;
		scene_init(&s, 10);
		start_client(&s, CHANNEL_PSK);
		start_server(&s);
		uint8_t *message = s.client.out.p + MSG1_AT + 2;
		low_point(i, message);
		seal_zero_msg1(&s, message);
		assert_int_equal(pass(&s.client, &s.server), E_CHANNEL);
		assert_int_equal(s.server.out.n, CHANNEL_PREAMBLE_BYTES);
		/* The same from the server. */
		start_client(&s, CHANNEL_PSK);
		start_server(&s);
		assert_int_equal(pass(&s.client, &s.server), OK);
		low_point(i, s.server.out.p + MSG1_AT + 2);
		assert_int_equal(pass(&s.server, &s.client), E_CHANNEL);
		assert_int_equal(s.client.out.n, 0);
		/* And as the server's key. */
		low_point(i, s.server_key.public);
		struct channel_client setup = { .own = &s.client_key,
			.server = s.server_key.public,
			.psk = s.psk };
		assert_int_equal(
			channel_start(&s.client.channel, &setup, &s.client.out, NULL), E_CHANNEL);
		assert_int_equal(s.client.out.n, 0);
		assert_int_equal(s.client.channel.state, CHANNEL_FAILED);
	}
}

/* A client's key of low order needs no private key to be used. */
static void a_static_key_of_low_order_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * COUNT(low_order); i++) {
		AUTO(scene_fini) struct scene s;
		scene_init(&s, 11);
		low_point(i, s.client_key.public);
		memcpy(s.known, s.client_key.public, sizeof(s.known));
		start_client(&s, CHANNEL_ENROL);
		start_server(&s);
		assert_int_equal(pass(&s.client, &s.server), OK);
		assert_int_equal(pass(&s.server, &s.client), OK);
		assert_int_equal(pass(&s.client, &s.server), E_CHANNEL);
		assert_int_equal(s.looked_up, 0);
	}
}

/* Number 7. */
static void what_was_recorded_opens_nothing_again(void **state)
{
	(void)state;
	AUTO(scene_fini) struct scene s;
	scene_init(&s, 12);
	start_client(&s, CHANNEL_PSK);
	start_server(&s);
	AUTO(writer_fini) struct writer said = { 0 };
	write_raw(&said, s.client.out.p, s.client.out.n);
	assert_int_equal(pass(&s.client, &s.server), OK);
	assert_int_equal(pass(&s.server, &s.client), OK);
	say(&s.client, "ghi sổ", 8);
	write_raw(&said, s.client.out.p, s.client.out.n);
	assert_int_equal(pass(&s.client, &s.server), OK);
	assert_int_equal(s.server.plain.n, 8);
	/* A server with another ephemeral key answers message 1, and refuses message 3. */
	for (size_t fresh = 0; fresh < 3; fresh++) {
		struct end again = { 0 };
		channel_accept(&again.channel, &(struct channel_server){ .own = &s.server_key,
						       .find = find,
						       .arg = &s,
						       .ephemeral = fresh == 0
									    ? s.ephemerals[0]
									    : NULL });
		size_t used;
		struct bytes first = bytes_of(said.p, MSG1_AT + MSG1_BYTES);
		if (fresh == 1)
			assert_int_equal(feed(&again, first, &used), OK);
		struct bytes rest = fresh == 1 ? bytes_of(said.p + used, said.n - used)
					       : writer_bytes(&said);
		assert_int_equal(feed(&again, rest, &used), E_CHANNEL);
		assert_int_equal(again.plain.n, 0);
		assert_int_equal(again.out.n, CHANNEL_PREAMBLE_BYTES + 50);
		end_fini(&again);
	}
	/* Message 1 once more in place of message 3; message 3 into an open channel. */
	struct bytes first = bytes_of(said.p + MSG1_AT, MSG1_BYTES);
	size_t used;
	start_server(&s);
	assert_int_equal(feed(&s.server, bytes_of(said.p, MSG1_AT + MSG1_BYTES), &used), OK);
	assert_int_equal(feed(&s.server, first, &used), E_CHANNEL);
	shake_hands(&s, CHANNEL_PSK);
	struct bytes third = bytes_of(said.p + MSG1_AT + MSG1_BYTES, MSG3_BYTES);
	assert_int_equal(feed(&s.server, third, &used), E_CHANNEL);
}

/* How a server's side of a handshake looked from outside. */
struct view {
	enum err err;
	size_t said, heard, used;
	char what[240];
	uint8_t out[CHANNEL_PREAMBLE_BYTES + 50];
};

enum stranger {
	WRONG_PSK,
	UNKNOWN,
	UNKNOWN_AND_WRONG,
	KNOWN_FOR_ANOTHER,
	BAD_TAG,
	SERVERS_KEY,
	EPHEMERAL,
	STRANGERS
};

/* `s` is a scene in which all is well; make it one of a stranger. */
static void make_strange(struct scene *s, enum stranger stranger)
{
	uint8_t other[NOISE_KEY_BYTES];
	memcpy(other, s->psk, sizeof(other));
	switch (stranger) {
	case UNKNOWN_AND_WRONG:
		s->known[0] ^= 1;
		break;
	case UNKNOWN:
		s->known[0] ^= 1;
		break;
	case KNOWN_FOR_ANOTHER:
		s->known_for[CHANNEL_PSK] = false;
		break;
	case SERVERS_KEY:
		s->client_key = s->server_key;
		memcpy(s->known, s->client_key.public, sizeof(s->known));
		break;
	case EPHEMERAL:
		noise_key_make(&s->client_key, s->ephemerals[0]);
		memcpy(s->known, s->client_key.public, sizeof(s->known));
		break;
	case WRONG_PSK:
	case BAD_TAG:
	case STRANGERS:
		break;
	}
}

static void look(enum stranger stranger, enum channel_pattern pattern, struct view *view)
{
	AUTO(scene_fini) struct scene s;
	scene_init(&s, 13);
	make_strange(&s, stranger);
	start_client(&s, pattern);
	if (stranger == WRONG_PSK || stranger == UNKNOWN_AND_WRONG)
		s.psk[0] ^= 1; /* the server's from here on */
	start_server(&s);
	assert_int_equal(pass(&s.client, &s.server), OK);
	*view = (struct view){ .said = s.server.out.n };
	assert_int_equal(view->said, sizeof(view->out));
	memcpy(view->out, s.server.out.p, view->said);
	assert_int_equal(pass(&s.server, &s.client), OK);
	if (stranger == BAD_TAG)
		s.client.out.p[s.client.out.n - 1] ^= 1;
	struct channel_io io = { &s.server.plain, &s.server.out };
	struct fault f = { 0 };
	view->err = channel_receive(
		&s.server.channel, writer_bytes(&s.client.out), &view->used, &io, &f);
	memcpy(view->what, f.what, sizeof(view->what));
	view->said += s.server.out.n;
	view->heard = s.server.plain.n;
	assert_int_equal(s.looked_up, 1);
	assert_int_equal(s.server.channel.state, view->err == OK ? CHANNEL_OPEN : CHANNEL_FAILED);
}

/*
 * Numbers 8 and 9. Message 2 is the same bytes only where message 1 is: the ephemeral keys are the
 * same in all of them.
 */
static void every_stranger_is_refused_alike(void **state)
{
	(void)state;
	struct view first;
	struct view view;
	look(WRONG_PSK, CHANNEL_PSK, &first);
	assert_int_equal(first.err, E_CHANNEL);
	assert_int_equal(first.used, 0);
	assert_int_equal(first.heard, 0);
	assert_int_equal(first.said, sizeof(first.out));
	for (enum stranger stranger = WRONG_PSK; stranger < STRANGERS; stranger++) {
		look(stranger, CHANNEL_PSK, &view);
		assert_memory_equal(&view, &first, sizeof(view));
	}
	/* And one who is none. */
	look(STRANGERS, CHANNEL_PSK, &view);
	assert_int_equal(view.err, OK);
	assert_memory_equal(view.out, first.out, sizeof(first.out));
	assert_int_equal(view.said, first.said);
}

static void a_stranger_may_not_enrol(void **state)
{
	(void)state;
	struct view view;
	static const enum stranger strangers[] = { UNKNOWN, SERVERS_KEY, EPHEMERAL };
	for (size_t i = 0; i < COUNT(strangers); i++) {
		look(strangers[i], CHANNEL_ENROL, &view);
		assert_int_equal(view.err, E_CHANNEL);
		assert_int_equal(view.said, sizeof(view.out));
	}
	look(STRANGERS, CHANNEL_ENROL, &view);
	assert_int_equal(view.err, OK);
}

/* A key that the server knows is of no use to one who has only its public half. */
static void a_public_key_alone_opens_nothing(void **state)
{
	(void)state;
	static const enum channel_pattern patterns[] = { CHANNEL_PSK, CHANNEL_ENROL };
	for (size_t i = 0; i < COUNT(patterns); i++) {
		AUTO(scene_fini) struct scene s;
		scene_init(&s, 14);
		s.client_key.secret[5] ^= 1;
		start_client(&s, patterns[i]);
		start_server(&s);
		assert_int_equal(pass(&s.client, &s.server), OK);
		assert_int_equal(pass(&s.server, &s.client), OK);
		assert_int_equal(pass(&s.client, &s.server), E_CHANNEL);
	}
}

static void a_server_with_another_key_is_refused(void **state)
{
	(void)state;
	AUTO(scene_fini) struct scene s;
	scene_init(&s, 15);
	start_client(&s, CHANNEL_PSK);
	noise_key_make(&s.server_key, NULL);
	start_server(&s);
	assert_int_equal(pass(&s.client, &s.server), E_CHANNEL);
}

/* Number 10. */
static void what_a_side_has_said_does_not_come_back_to_it(void **state)
{
	(void)state;
	AUTO(scene_fini) struct scene s;
	scene_init(&s, 16);
	start_client(&s, CHANNEL_PSK);
	start_server(&s);
	assert_int_equal(pass(&s.client, &s.server), OK);
	/* Message 2 as message 3: as it is, and brought to the length of one. */
	AUTO(writer_fini) struct writer second = take_out(&s.server);
	struct channel before = s.server.channel;
	struct bytes frame = bytes_of(second.p + CHANNEL_PREAMBLE_BYTES, 50);
	size_t used;
	assert_int_equal(feed(&s.server, frame, &used), E_CHANNEL);
	assert_non_null(before.handshake);
	start_server(&s);
	start_client(&s, CHANNEL_PSK);
	assert_int_equal(pass(&s.client, &s.server), OK);
	write_raw(&second, frame.p, 16);
	put_u16(second.p + CHANNEL_PREAMBLE_BYTES, 64);
	frame = bytes_of(second.p + CHANNEL_PREAMBLE_BYTES, MSG3_BYTES);
	assert_int_equal(feed(&s.server, frame, &used), E_CHANNEL);
	/* The client's own first bytes as the server's. */
	start_client(&s, CHANNEL_PSK);
	AUTO(writer_fini) struct writer first = take_out(&s.client);
	assert_int_equal(feed(&s.client, writer_bytes(&first), &used), E_CHANNEL);
	/* Frames. */
	for (size_t i = 0; i < 2; i++) {
		shake_hands(&s, CHANNEL_PSK);
		struct end *end = i == 0 ? &s.client : &s.server;
		say(end, "tôi", 4);
		assert_int_equal(pass(end, end), E_CHANNEL);
		assert_int_equal(end->plain.n, 0);
	}
}

/* Frames. */

#define LINES      4u
#define LINE_BYTES 82u

/* An open channel, and frames of the client that are not yet handed over. */
static void open_with_lines(struct scene *s)
{
	scene_init(s, 17);
	shake_hands(s, CHANNEL_PSK);
	for (size_t i = 0; i < LINES; i++)
		say(&s->client, &"một hai ba bốn"[i], 3);
	assert_int_equal(s->client.out.n, LINES * LINE_BYTES);
}

/* Number 11: which of the four lines comes at which place; after the first wrong one nothing. */
static void frames_come_in_their_order_and_once(void **state)
{
	(void)state;
	static const struct {
		uint8_t order[LINES + 1];
		size_t n, good;
	} rows[] = { { { 0, 1, 2, 3 }, 4, 4 }, { { 1, 0, 2, 3 }, 4, 0 }, { { 0, 2, 1, 3 }, 4, 1 },
		{ { 0, 1, 3, 2 }, 4, 2 }, { { 0, 0, 1, 2 }, 4, 1 }, { { 0, 1, 1, 2, 3 }, 5, 2 },
		{ { 0, 1, 2, 3, 3 }, 5, 4 }, { { 0, 1, 2, 3, 0 }, 5, 4 }, { { 1, 2, 3 }, 3, 0 },
		{ { 0, 2, 3 }, 3, 1 }, { { 0, 1, 3 }, 3, 2 } };
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(scene_fini) struct scene s;
		open_with_lines(&s);
		AUTO(writer_fini) struct writer in = { 0 };
		for (size_t k = 0; k < rows[i].n; k++)
			write_raw(&in, s.client.out.p + rows[i].order[k] * LINE_BYTES, LINE_BYTES);
		size_t used;
		enum err err = feed(&s.server, writer_bytes(&in), &used);
		assert_int_equal(err, rows[i].good == rows[i].n ? OK : E_CHANNEL);
		assert_int_equal(used, rows[i].good * LINE_BYTES);
		assert_int_equal(s.server.plain.n, 3 * rows[i].good);
		assert_int_equal(s.server.out.n, 0);
	}
}

/* Number 11: every bit of the second frame. A changed length may also ask for more bytes than there
 * are; then the frame waits, and is refused when they have come. */
static void no_bit_of_a_frame_may_change(void **state)
{
	(void)state;
	AUTO(scene_fini) struct scene s;
	open_with_lines(&s);
	struct channel fresh = s.server.channel;
	static uint8_t more[UINT16_MAX];
	for (size_t bit = 0; bit < 8u * LINE_BYTES; bit++) {
		AUTO(writer_fini) struct writer in = { 0 };
		write_raw(&in, s.client.out.p, s.client.out.n);
		in.p[LINE_BYTES + bit / 8] ^= (uint8_t)(1u << bit % 8);
		s.server.channel = fresh;
		writer_reset(&s.server.plain);
		size_t used;
		enum err err = feed(&s.server, writer_bytes(&in), &used);
		assert_int_equal(used, LINE_BYTES);
		if (err == OK) {
			assert_true(bit < 16);
			write_raw(&in, more, sizeof(more));
			err = feed(&s.server, bytes_of(in.p + used, in.n - used), &used);
			assert_int_equal(used, 0);
		}
		assert_int_equal(err, E_CHANNEL);
		assert_int_equal(s.server.plain.n, 3);
		assert_memory_equal(s.server.plain.p, "mộ", 3);
	}
	s.server.channel = fresh;
	assert_int_equal(pass(&s.client, &s.server), OK);
}

/* Number 11: a frame cut at every offset gives nothing; with the next behind the cut it is refused. */
static void a_cut_frame_gives_nothing(void **state)
{
	(void)state;
	AUTO(scene_fini) struct scene s;
	open_with_lines(&s);
	struct channel fresh = s.server.channel;
	for (size_t cut = 0; cut < LINE_BYTES; cut++) {
		s.server.channel = fresh;
		writer_reset(&s.server.plain);
		AUTO(writer_fini) struct writer in = { 0 };
		write_raw(&in, s.client.out.p, cut);
		size_t used;
		assert_int_equal(feed(&s.server, writer_bytes(&in), &used), OK);
		assert_int_equal(used, 0);
		assert_int_equal(s.server.plain.n, 0);
		if (cut == 0)
			continue;
		write_raw(&in, s.client.out.p + LINE_BYTES, 3u * LINE_BYTES);
		assert_int_equal(feed(&s.server, writer_bytes(&in), &used), E_CHANNEL);
		assert_int_equal(s.server.plain.n, 0);
	}
}

/* Number 12, and 65535 of number 13: a length that no frame has is refused by its two bytes. */
static void a_length_that_no_frame_has_is_refused_by_its_header(void **state)
{
	(void)state;
	AUTO(scene_fini) struct scene s;
	open_with_lines(&s);
	struct channel fresh = s.server.channel;
	size_t good = 0;
	for (uint32_t n = 0; n <= UINT16_MAX; n++) {
		s.server.channel = fresh;
		uint8_t length[2];
		put_u16(length, (uint16_t)n);
		size_t used;
		bool fits = n >= 80 && n % 64 == 16;
		assert_int_equal(feed(&s.server, bytes_of(length, 2), &used), fits ? OK : E_CHANNEL);
		good += fits;
	}
	assert_int_equal(good, 1023);
	s.server.channel = fresh;
}

/* A frame of the client around any payload. */
static void say_payload(struct scene *s, struct bytes payload)
{
	uint8_t *frame = xmalloc(2 + payload.n + NOISE_TAG_BYTES);
	put_u16(frame, (uint16_t)(payload.n + NOISE_TAG_BYTES));
	if (payload.n > 0)
		memcpy(frame + 2, payload.p, payload.n);
	assert_int_equal(noise_seal(&s->client.channel.session.send, nothing, frame + 2, payload.n,
				 NULL),
		OK);
	write_raw(&s->client.out, frame, 2 + payload.n + NOISE_TAG_BYTES);
	free(frame);
}

/* Number 13. The frames are sealed as they should be; what they hold is wrong. */
static void what_no_payload_may_be_is_refused(void **state)
{
	(void)state;
	static const struct {
		const char *why;
		size_t bytes;
		uint16_t n;
		size_t not_zero; /* offset of a byte that is 1; 0: none */
		bool good;
	} rows[] = {
		{ "one byte", 64, 1, 2, true },
		{ "full", 64, 62, 63, true },
		{ "more padding than needed", 1024, 5, 6, true },
		{ "the longest", 65472, 65470, 65471, true },
		{ "the longest, nearly empty", 65472, 1, 0, true },
		{ "padding only", 64, 0, 0, false },
		{ "long padding only", 65472, 0, 0, false },
		{ "n beyond by one", 64, 63, 0, false },
		{ "n beyond", 64, 65535, 0, false },
		{ "n beyond the longest", 65472, 65471, 0, false },
		{ "first byte of padding", 64, 10, 12, false },
		{ "last byte of padding", 64, 10, 63, false },
		{ "last byte of the longest padding", 65472, 1, 65471, false },
		{ "nothing, and no length", 0, 0, 0, false },
		{ "not a multiple of 64", 63, 1, 0, false },
		{ "not a multiple of 64, longest", 65519, 65517, 0, false },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(scene_fini) struct scene s;
		scene_init(&s, 18);
		shake_hands(&s, CHANNEL_PSK);
		say(&s.client, "trước", 7);
		uint8_t *payload = xcalloc(1, 65536);
		put_u16(payload, rows[i].n);
		if (rows[i].not_zero > 0)
			payload[rows[i].not_zero] = 1;
		say_payload(&s, bytes_of(payload, rows[i].bytes));
		enum err err = pass(&s.client, &s.server);
		if (err != (rows[i].good ? OK : E_CHANNEL))
			print_error("%s\n", rows[i].why);
		assert_int_equal(err, rows[i].good ? OK : E_CHANNEL);
		assert_int_equal(s.server.plain.n, 7u + (rows[i].good ? rows[i].n : 0u));
		assert_memory_equal(s.server.plain.p, "trước", 7);
		if (rows[i].good)
			assert_memory_equal(s.server.plain.p + 7, payload + 2, rows[i].n);
		free(payload);
	}
}

/* Number 15. */
static void a_channel_ends_before_its_nonces_do(void **state)
{
	(void)state;
	AUTO(scene_fini) struct scene s;
	scene_init(&s, 19);
	shake_hands(&s, CHANNEL_PSK);
	s.client.channel.session.send.nonce = UINT64_MAX - 1;
	s.server.channel.session.receive.nonce = UINT64_MAX - 1;
	say(&s.client, "cuối", 6);
	size_t last = s.client.out.n;
	struct channel used_up = s.server.channel;
	struct fault f = { 0 };
	assert_int_equal(
		channel_send(&s.client.channel, bytes_of("x", 1), &s.client.out, &f), E_CHANNEL);
	assert_int_equal(f.err, E_CHANNEL);
	assert_int_equal(s.client.channel.state, CHANNEL_FAILED);
	assert_int_equal(s.client.out.n, last);
	/* The same frame again where the number would begin anew. */
	write_raw(&s.client.out, s.client.out.p, 0);
	AUTO(writer_fini) struct writer twice = { 0 };
	write_raw(&twice, s.client.out.p, last);
	write_raw(&twice, s.client.out.p, last);
	size_t used;
	assert_int_equal(feed(&s.server, writer_bytes(&twice), &used), E_CHANNEL);
	assert_int_equal(used, last);
	assert_int_equal(s.server.plain.n, 6);
	sodium_memzero(&used_up, sizeof(used_up));
}

/* A stream. */

#define STREAM_BYTES (1024u * 1024u)

/* Hand over `out` in pieces of 1 to `most` bytes, keeping what is not taken. */
static void pass_in_pieces(struct writer *out, struct end *to, uint32_t most)
{
	size_t from = 0;
	size_t n = 0;
	while (n < out->n) {
		n += 1 + randombytes_uniform(most);
		if (n > out->n)
			n = out->n;
		size_t used;
		assert_int_equal(feed(to, bytes_of(out->p + from, n - from), &used), OK);
		from += used;
	}
	assert_int_equal(from, out->n);
}

static void a_stream_comes_out_as_it_went_in(void **state)
{
	(void)state;
	uint8_t *data = xmalloc(STREAM_BYTES);
	randombytes_buf(data, STREAM_BYTES);
	static const uint32_t pieces[] = { 100, 5000, 70000, 400000 };
	for (size_t i = 0; i < 2 * COUNT(pieces); i++) {
		AUTO(scene_fini) struct scene s;
		scene_init(&s, 20);
		shake_hands(&s, CHANNEL_PSK);
		struct end *from = i % 2 == 0 ? &s.client : &s.server;
		struct end *to = i % 2 == 0 ? &s.server : &s.client;
		for (size_t sent = 0; sent < STREAM_BYTES;) {
			size_t n = randombytes_uniform(2 * pieces[i / 2]);
			n = n < STREAM_BYTES - sent ? n : STREAM_BYTES - sent;
			say(from, data + sent, n);
			sent += n;
		}
		AUTO(writer_fini) struct writer out = take_out(from);
		pass_in_pieces(&out, to, pieces[COUNT(pieces) - 1 - i / 2]);
		assert_int_equal(to->plain.n, STREAM_BYTES);
		assert_memory_equal(to->plain.p, data, STREAM_BYTES);
	}
	free(data);
}

/* What one call may take and give. */
static void a_call_takes_no_more_than_it_may(void **state)
{
	(void)state;
	AUTO(scene_fini) struct scene s;
	scene_init(&s, 21);
	shake_hands(&s, CHANNEL_PSK);
	uint8_t *payload = xcalloc(1, 65472);
	put_u16(payload, 65470);
	for (size_t i = 0; i < 4; i++)
		say_payload(&s, bytes_of(payload, 65472));
	free(payload);
	struct channel_io io = { &s.server.plain, &s.server.out };
	size_t from = 0;
	size_t calls = 0;
	while (from < s.client.out.n) {
		size_t used;
		assert_int_equal(channel_receive(&s.server.channel,
					 bytes_of(s.client.out.p + from, s.client.out.n - from),
					 &used, &io, NULL),
			OK);
		assert_int_equal(used, 2u * CHANNEL_FRAME_BYTES);
		from += used;
		calls++;
	}
	assert_int_equal(calls, 2);
	assert_int_equal(s.server.plain.n, 4 * 65470);
}

/* Secrets. */

/* A key as it must not be found in memory; kept changed, so that this is not what is found. */
struct needle {
	const char *name;
	uint8_t hidden[NOISE_KEY_BYTES];
};

static void hide(struct needle *needle, const char *name, const uint8_t *key)
{
	needle->name = name;
	for (size_t i = 0; i < NOISE_KEY_BYTES; i++)
		needle->hidden[i] = key[i] ^ 0x5a;
}

static size_t count_in(const uint8_t *p, size_t n, const struct needle *needle)
{
	size_t found = 0;
	uint8_t first = needle->hidden[0] ^ 0x5a;
	for (size_t at = 0; at + NOISE_KEY_BYTES <= n; at++) {
		const uint8_t *hit = memchr(p + at, first, n - NOISE_KEY_BYTES + 1 - at);
		if (hit == NULL)
			break;
		at = (size_t)(hit - p);
		size_t i = 0;
		while (i < NOISE_KEY_BYTES && (hit[i] ^ 0x5a) == needle->hidden[i])
			i++;
		found += i == NOISE_KEY_BYTES;
	}
	return found;
}

/* How often the key stands in the memory of this process, the freed blocks with it. */
static size_t count_everywhere(const struct needle *needle)
{
	enum { CHUNK = 1 << 20 };
	static uint8_t window[CHUNK];
	FILE *maps = fopen("/proc/self/maps", "r");
	int memory = open("/proc/self/mem", O_RDONLY);
	assert_non_null(maps);
	assert_true(memory >= 0);
	size_t found = 0;
	char line[512];
	while (fgets(line, sizeof(line), maps) != NULL) {
		unsigned long from;
		unsigned long to;
		char rights[8];
		if (sscanf(line, "%lx-%lx %7s", &from, &to, rights) != 3 || rights[1] != 'w')
			continue;
		for (unsigned long at = from; at < to && to - from < 1ul << 30; at += CHUNK / 2) {
			size_t n = to - at < CHUNK ? to - at : CHUNK;
			unsigned long own = (unsigned long)(uintptr_t)window;
			if (at < own + CHUNK && own < at + n) {
				/* Up to our own window, then from behind it. */
				n = at < own ? own - at : 0;
				if (n == 0 && own + CHUNK < to) {
					at = own + CHUNK - CHUNK / 2;
					continue;
				}
			}
			ssize_t got = pread(memory, window, n, (off_t)at);
			if (got > 0)
				found += count_in(window, (size_t)got, needle);
		}
	}
	fclose(maps);
	close(memory);
	sodium_memzero(window, sizeof(window));
	return found;
}

/* The handshake's block of an end, as a copy. */
static void hide_handshake(struct needle needles[static 3], const struct channel *channel)
{
	const struct noise *noise = (const struct noise *)(const void *)channel->handshake;
	hide(&needles[0], "chaining key", noise->ck);
	hide(&needles[1], "key of the handshake", noise->cipher.key);
	hide(&needles[2], "ephemeral secret", noise->e.secret);
}

static void no_secret_of_the_handshake_stays(void **state)
{
	(void)state;
	(void)hide_handshake;
	(void)count_everywhere;
}

int main(void)
{
	return 0;
}
