/*
 * test_channel.c: the beginning of the encrypted line, both roles against each other, and what a
 * hostile other side may send. Numbers are those of the list of hostile inputs, part A.
 */
#include "tests/lib/test.h"

#include <stdio.h>

#include <sodium.h>

#include "tests/lib/line.h"
#include "tests/lib/low_order.h"

#define MSG1_AT    (CHANNEL_PREAMBLE_BYTES)
#define MSG1_BYTES (2u + 48u)
#define MSG3_BYTES (2u + 64u)

/* What both ends tell of a session. */

static void both_sides_agree(void **state)
{
	(void)state;
	static const enum channel_pattern patterns[] = { CHANNEL_PSK, CHANNEL_ENROL };
	assert_true(sizeof(struct channel) < 512);
	for (size_t i = 0; i < COUNT(patterns); i++) {
		AUTO(line_fini) struct line s;
		line_init(&s, 1);
		line_shake_hands(&s, patterns[i]);
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
		line_say(&s.client, "xin chào", 9);
		line_say(&s.server, "chào", 5);
		assert_int_equal(line_pass(&s.client, &s.server), OK);
		assert_int_equal(line_pass(&s.server, &s.client), OK);
		assert_int_equal(s.server.plain.n, 9);
		assert_memory_equal(s.server.plain.p, "xin chào", 9);
		assert_int_equal(s.client.plain.n, 5);
		assert_memory_equal(s.client.plain.p, "chào", 5);
	}
}

static void the_bytes_on_the_wire_have_the_lengths_that_are_written_down(void **state)
{
	(void)state;
	AUTO(line_fini) struct line s;
	line_init(&s, 2);
	line_start_client(&s, CHANNEL_ENROL);
	line_start_server(&s);
	static const uint8_t greeting[] = { 0x48, 0x4f, 0x49, 0x41, 0x4d, 1, 2, 0 };
	assert_int_equal(s.client.out.n, sizeof(greeting) + MSG1_BYTES);
	assert_memory_equal(s.client.out.p, greeting, sizeof(greeting));
	assert_int_equal(get_u16(s.client.out.p + sizeof(greeting)), 48);
	assert_int_equal(line_pass(&s.client, &s.server), OK);
	assert_int_equal(s.server.out.n, sizeof(greeting) + 50);
	assert_memory_equal(s.server.out.p, greeting, sizeof(greeting));
	assert_int_equal(line_pass(&s.server, &s.client), OK);
	assert_int_equal(s.client.out.n, MSG3_BYTES);
	assert_int_equal(line_pass(&s.client, &s.server), OK);
	static const struct {
		size_t data, frames, bytes;
	} rows[] = { { 0, 0, 0 }, { 1, 1, 82 }, { 62, 1, 82 }, { 63, 1, 146 }, { 16382, 1, 16402 },
		{ 16383, 2, 16402 + 82 } };
	static const uint8_t data[16383];
	for (size_t i = 0; i < COUNT(rows); i++) {
		writer_reset(&s.client.out);
		line_say(&s.client, data, rows[i].data);
		assert_int_equal(s.client.out.n, rows[i].bytes);
		assert_int_equal(s.client.channel.session.send.nonce -
					 s.server.channel.session.receive.nonce,
			rows[i].frames);
		assert_int_equal(line_pass(&s.client, &s.server), OK);
	}
}

static void client_psk(void *arg, const uint8_t peer[static NOISE_KEY_BYTES],
	const uint8_t peer_ephemeral[static NOISE_KEY_BYTES], uint8_t psk[static NOISE_KEY_BYTES])
{
	(void)peer;
	(void)peer_ephemeral;
	memcpy(psk, arg, NOISE_KEY_BYTES);
}

/* The client's side by hand, from what the head of channel.h says: each message and the first
 * frame. */
static void the_wire_is_as_it_is_written_down(void **state)
{
	(void)state;
	for (uint8_t pattern = 1; pattern <= 2; pattern++) {
		AUTO(line_fini) struct line s;
		line_init(&s, 3);
		line_start_server(&s);
		uint8_t text[82] = { 'H', 'O', 'I', 'A', 'M', 1, pattern, 0, 0, 48 };
		struct noise noise;
		noise_init(&noise,
			&(struct noise_setup){ .pattern = pattern == 1 ? &noise_xkpsk3 : &noise_xk,
				.initiator = true,
				.prologue = bytes_of(text, 8),
				.own = &s.client_key,
				.peer = s.server_key.public,
				.psk = client_psk,
				.psk_arg = s.psk });
		AUTO(writer_fini) struct writer in = { 0 };
		AUTO(writer_fini) struct writer plain = { 0 };
		write_raw(&in, text, 10);
		assert_int_equal(noise_write(&noise, (struct bytes){ 0 }, &in, NULL), OK);
		size_t used;
		assert_int_equal(line_feed(&s.server, writer_bytes(&in), &used), OK);
		assert_int_equal(s.server.out.n, 58);
		assert_memory_equal(s.server.out.p, text, 10);
		assert_int_equal(
			noise_read(&noise, bytes_of(s.server.out.p + 10, 48), &plain, NULL), OK);
		writer_reset(&in);
		write_raw(&in, "\0\100", 2);
		assert_int_equal(noise_write(&noise, (struct bytes){ 0 }, &in, NULL), OK);
		struct noise_session session;
		noise_split(&noise, &session);
		uint8_t frame[82] = { 0, 80, 0, 3, 'x', 'i', 'n' };
		assert_int_equal(
			noise_seal(&session.send, (struct bytes){ 0 }, frame + 2, 64, NULL), OK);
		write_raw(&in, frame, sizeof(frame));
		assert_int_equal(line_feed(&s.server, writer_bytes(&in), &used), OK);
		assert_memory_equal(
			channel_hash(&s.server.channel), session.hash, NOISE_HASH_BYTES);
		assert_int_equal(s.server.plain.n, 3);
		assert_memory_equal(s.server.plain.p, "xin", 3);
		sodium_memzero(&session, sizeof(session));
	}
}

/* Number 2 as far as it is ours: the bytes may come one by one. */
static void bytes_may_come_one_by_one(void **state)
{
	(void)state;
	AUTO(line_fini) struct line s;
	line_init(&s, 3);
	line_start_client(&s, CHANNEL_PSK);
	line_start_server(&s);
	struct line_end *ends[] = { &s.client, &s.server };
	for (size_t turn = 0; turn < 4; turn++) {
		struct line_end *to = ends[1 - turn % 2];
		if (turn == 3)
			line_say(&s.server, "lời của server", 17);
		AUTO(writer_fini) struct writer out = line_take(ends[turn % 2]);
		size_t from = 0;
		for (size_t n = 1; n <= out.n; n++) {
			size_t used;
			assert_int_equal(
				line_feed(to, bytes_of(out.p + from, n - from), &used), OK);
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
	AUTO(line_fini) struct line s;
	line_init(&s, 4);
	line_start_client(&s, CHANNEL_PSK);
	line_start_server(&s);
	AUTO(writer_fini) struct writer out = { 0 };
	struct bytes data = bytes_of("x", 1);
	assert_int_equal(channel_send(&s.client.channel, data, &out, NULL), E_CHANNEL);
	assert_int_equal(channel_send(&s.server.channel, data, &out, NULL), E_CHANNEL);
	assert_int_equal(out.n, 0);
	line_shake_hands(&s, CHANNEL_PSK);
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
			AUTO(line_fini) struct line s;
			line_init(&s, 5);
			line_start_client(&s, CHANNEL_PSK);
			line_start_server(&s);
			if (way == 1)
				assert_int_equal(line_pass(&s.client, &s.server), OK);
			struct line_end *from = way == 0 ? &s.client : &s.server;
			struct line_end *to = way == 0 ? &s.server : &s.client;
			from->out.p[bit / 8] ^= (uint8_t)(1u << bit % 8);
			assert_int_equal(line_pass(from, to), E_CHANNEL);
			assert_int_equal(to->plain.n, 0);
			assert_int_equal(to->out.n, 0);
		}
	}
}

/* Number 3, downgrade: the pattern is changed both ways, so that each side sees one it would take.
 */
static void a_changed_pattern_fails_the_handshake(void **state)
{
	(void)state;
	static const enum channel_pattern patterns[] = { CHANNEL_PSK, CHANNEL_ENROL };
	for (size_t i = 0; i < COUNT(patterns); i++) {
		AUTO(line_fini) struct line s;
		line_init(&s, 6);
		line_start_client(&s, patterns[i]);
		line_start_server(&s);
		AUTO(writer_fini) struct writer out = line_take(&s.client);
		out.p[6] = (uint8_t)patterns[1 - i];
		size_t used;
		assert_int_equal(line_feed(&s.server, writer_bytes(&out), &used), E_CHANNEL);
		assert_int_equal(used, CHANNEL_PREAMBLE_BYTES);
		assert_int_equal(s.server.out.n, CHANNEL_PREAMBLE_BYTES);
		/* A client takes no answer that names another pattern than its own. */
		line_start_client(&s, patterns[i]);
		line_start_server(&s);
		assert_int_equal(line_pass(&s.client, &s.server), OK);
		s.server.out.p[6] = (uint8_t)patterns[1 - i];
		assert_int_equal(line_pass(&s.server, &s.client), E_CHANNEL);
		line_start_client(&s, patterns[i]);
		uint8_t answer[] = { 'H', 'O', 'I', 'A', 'M', 1, (uint8_t)patterns[1 - i] };
		assert_int_equal(
			line_feed(&s.client, bytes_of(answer, sizeof(answer)), &used), E_CHANNEL);
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
		AUTO(line_fini) struct line s;
		line_init(&s, 7);
		line_start_server(&s);
		size_t used;
		struct bytes good = bytes_of(rows[i].bytes, rows[i].good);
		assert_int_equal(line_feed(&s.server, good, &used), OK);
		assert_int_equal(used, 0);
		struct bytes bad = bytes_of(rows[i].bytes, rows[i].good + 1);
		assert_int_equal(line_feed(&s.server, bad, &used), E_CHANNEL);
		line_start_server(&s);
		struct bytes all = bytes_of(rows[i].bytes, rows[i].n);
		assert_int_equal(line_feed(&s.server, all, &used), E_CHANNEL);
		assert_int_equal(s.server.out.n, 0);
	}
}

/* The handshake. */

/* All is well until message m (0 to 2), whose header says n. The header alone decides. */
static void refuse_length(size_t m, uint16_t n)
{
	AUTO(line_fini) struct line s;
	line_init(&s, 8);
	line_start_client(&s, CHANNEL_PSK);
	line_start_server(&s);
	if (m > 0)
		assert_int_equal(line_pass(&s.client, &s.server), OK);
	if (m > 1)
		assert_int_equal(line_pass(&s.server, &s.client), OK);
	struct line_end *from = m == 1 ? &s.server : &s.client;
	struct line_end *to = m == 1 ? &s.client : &s.server;
	AUTO(writer_fini) struct writer out = line_take(from);
	size_t at = m == 2 ? 0 : MSG1_AT;
	put_u16(out.p + at, n);
	writer_reset(&to->out);
	size_t used;
	assert_int_equal(line_feed(to, bytes_of(out.p, at + 1), &used), OK);
	assert_int_equal(to->channel.state, CHANNEL_HANDSHAKE);
	assert_int_equal(line_feed(to, bytes_of(out.p + used, at + 2 - used), &used), E_CHANNEL);
	assert_int_equal(used, 0);
	/* The server has said its preamble, and nothing more. */
	assert_int_equal(to->out.n, m == 0 ? CHANNEL_PREAMBLE_BYTES : 0);
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
			AUTO(line_fini) struct line s;
			line_init(&s, 9);
			line_start_client(&s, CHANNEL_PSK);
			line_start_server(&s);
			if (m > 0)
				assert_int_equal(line_pass(&s.client, &s.server), OK);
			if (m > 1)
				assert_int_equal(line_pass(&s.server, &s.client), OK);
			struct line_end *from = m == 1 ? &s.server : &s.client;
			struct line_end *to = m == 1 ? &s.client : &s.server;
			from->out.p[bit / 8] ^= (uint8_t)(1u << bit % 8);
			assert_int_equal(line_pass(from, to), E_CHANNEL);
			assert_int_equal(to->out.n, m == 0 ? CHANNEL_PREAMBLE_BYTES : 0);
		}
	}
}

/* Number 5. */
static void an_ephemeral_key_of_low_order_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < LOW_POINTS; i++) {
		AUTO(line_fini) struct line s;
		line_init(&s, 10);
		line_start_client(&s, CHANNEL_PSK);
		line_start_server(&s);
		uint8_t *message = s.client.out.p + MSG1_AT + 2;
		low_point(i, message);
		low_seal(s.server_key.public, message);
		assert_int_equal(line_pass(&s.client, &s.server), E_CHANNEL);
		assert_int_equal(s.server.out.n, CHANNEL_PREAMBLE_BYTES);
		/* The same from the server. */
		line_start_client(&s, CHANNEL_PSK);
		line_start_server(&s);
		assert_int_equal(line_pass(&s.client, &s.server), OK);
		low_point(i, s.server.out.p + MSG1_AT + 2);
		assert_int_equal(line_pass(&s.server, &s.client), E_CHANNEL);
		assert_int_equal(s.client.out.n, 0);
		/* And as the server's key. */
		low_point(i, s.server_key.public);
		struct channel_client setup = {
			.own = &s.client_key, .server = s.server_key.public, .psk = s.psk
		};
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
	for (size_t i = 0; i < LOW_POINTS; i++) {
		AUTO(line_fini) struct line s;
		line_init(&s, 11);
		low_point(i, s.client_key.public);
		memcpy(s.known, s.client_key.public, sizeof(s.known));
		line_start_client(&s, CHANNEL_ENROL);
		line_start_server(&s);
		assert_int_equal(line_pass(&s.client, &s.server), OK);
		assert_int_equal(line_pass(&s.server, &s.client), OK);
		assert_int_equal(line_pass(&s.client, &s.server), E_CHANNEL);
		assert_int_equal(s.looked_up, 0);
	}
}

/* Number 7. */
static void what_was_recorded_opens_nothing_again(void **state)
{
	(void)state;
	AUTO(line_fini) struct line s;
	line_init(&s, 12);
	line_start_client(&s, CHANNEL_PSK);
	line_start_server(&s);
	AUTO(writer_fini) struct writer said = { 0 };
	write_raw(&said, s.client.out.p, s.client.out.n);
	assert_int_equal(line_pass(&s.client, &s.server), OK);
	assert_int_equal(line_pass(&s.server, &s.client), OK);
	line_say(&s.client, "ghi sổ", 8);
	write_raw(&said, s.client.out.p, s.client.out.n);
	assert_int_equal(line_pass(&s.client, &s.server), OK);
	assert_int_equal(s.server.plain.n, 8);
	/* A server with another ephemeral key answers message 1, and refuses message 3. */
	randombytes_buf(s.ephemerals[1], NOISE_KEY_BYTES);
	size_t used;
	for (size_t parts = 1; parts <= 2; parts++) {
		line_start_server(&s);
		struct bytes first = bytes_of(said.p, MSG1_AT + MSG1_BYTES);
		used = 0;
		if (parts == 2)
			assert_int_equal(line_feed(&s.server, first, &used), OK);
		struct bytes rest = bytes_of(said.p + used, said.n - used);
		assert_int_equal(line_feed(&s.server, rest, &used), E_CHANNEL);
		assert_int_equal(s.server.plain.n, 0);
		assert_int_equal(s.server.out.n, CHANNEL_PREAMBLE_BYTES + 50);
	}
	/* Message 1 once more in place of message 3; message 3 into an open channel. */
	struct bytes first = bytes_of(said.p + MSG1_AT, MSG1_BYTES);
	line_start_server(&s);
	assert_int_equal(line_feed(&s.server, bytes_of(said.p, MSG1_AT + MSG1_BYTES), &used), OK);
	assert_int_equal(line_feed(&s.server, first, &used), E_CHANNEL);
	line_shake_hands(&s, CHANNEL_PSK);
	struct bytes third = bytes_of(said.p + MSG1_AT + MSG1_BYTES, MSG3_BYTES);
	assert_int_equal(line_feed(&s.server, third, &used), E_CHANNEL);
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
static void make_strange(struct line *s, enum stranger stranger)
{
	switch (stranger) {
	case UNKNOWN_AND_WRONG:
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
	AUTO(line_fini) struct line s;
	line_init(&s, 13);
	make_strange(&s, stranger);
	line_start_client(&s, pattern);
	if (stranger == WRONG_PSK || stranger == UNKNOWN_AND_WRONG)
		s.psk[0] ^= 1; /* the server's from here on */
	line_start_server(&s);
	assert_int_equal(line_pass(&s.client, &s.server), OK);
	*view = (struct view){ .said = s.server.out.n };
	assert_int_equal(view->said, sizeof(view->out));
	memcpy(view->out, s.server.out.p, view->said);
	assert_int_equal(line_pass(&s.server, &s.client), OK);
	if (stranger == BAD_TAG)
		s.client.out.p[s.client.out.n - 1] ^= 1;
	struct channel_io io = { &s.server.plain, &s.server.out };
	struct fault f = { 0 };
	view->err = channel_receive(
		&s.server.channel, writer_bytes(&s.client.out), &view->used, &io, &f);
	memcpy(view->what, f.what, sizeof(view->what));
	view->said += s.server.out.n;
	view->heard = s.server.plain.n;
	/* Without a psk the tag comes first. */
	bool looked_up = stranger != BAD_TAG || pattern == CHANNEL_PSK;
	assert_int_equal(s.looked_up, looked_up);
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
	struct view first;
	struct view view;
	look(BAD_TAG, CHANNEL_ENROL, &first);
	assert_int_equal(first.err, E_CHANNEL);
	assert_int_equal(first.said, sizeof(first.out));
	static const enum stranger strangers[] = { UNKNOWN, SERVERS_KEY, EPHEMERAL };
	for (size_t i = 0; i < COUNT(strangers); i++) {
		look(strangers[i], CHANNEL_ENROL, &view);
		assert_memory_equal(view.out, first.out, sizeof(first.out));
		assert_string_equal(view.what, first.what);
		assert_int_equal(view.err, E_CHANNEL);
		assert_int_equal(view.said, first.said);
		assert_int_equal(view.used + view.heard, 0);
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
		AUTO(line_fini) struct line s;
		line_init(&s, 14);
		s.client_key.secret[5] ^= 1;
		line_start_client(&s, patterns[i]);
		line_start_server(&s);
		assert_int_equal(line_pass(&s.client, &s.server), OK);
		assert_int_equal(line_pass(&s.server, &s.client), OK);
		assert_int_equal(line_pass(&s.client, &s.server), E_CHANNEL);
	}
}

static void a_server_with_another_key_is_refused(void **state)
{
	(void)state;
	AUTO(line_fini) struct line s;
	line_init(&s, 15);
	line_start_client(&s, CHANNEL_PSK);
	noise_key_make(&s.server_key, NULL);
	line_start_server(&s);
	assert_int_equal(line_pass(&s.client, &s.server), E_CHANNEL);
}

/* Number 10. */
static void what_a_side_has_said_does_not_come_back_to_it(void **state)
{
	(void)state;
	AUTO(line_fini) struct line s;
	line_init(&s, 16);
	line_start_client(&s, CHANNEL_PSK);
	line_start_server(&s);
	assert_int_equal(line_pass(&s.client, &s.server), OK);
	/* Message 2 as message 3: as it is, and brought to the length of one. */
	AUTO(writer_fini) struct writer second = line_take(&s.server);
	struct bytes frame = bytes_of(second.p + CHANNEL_PREAMBLE_BYTES, 50);
	size_t used;
	assert_int_equal(line_feed(&s.server, frame, &used), E_CHANNEL);
	line_start_server(&s);
	line_start_client(&s, CHANNEL_PSK);
	assert_int_equal(line_pass(&s.client, &s.server), OK);
	write_raw(&second, frame.p, 16);
	put_u16(second.p + CHANNEL_PREAMBLE_BYTES, 64);
	frame = bytes_of(second.p + CHANNEL_PREAMBLE_BYTES, MSG3_BYTES);
	assert_int_equal(line_feed(&s.server, frame, &used), E_CHANNEL);
	/* The client's own first bytes as the server's. */
	line_start_client(&s, CHANNEL_PSK);
	AUTO(writer_fini) struct writer first = line_take(&s.client);
	assert_int_equal(line_feed(&s.client, writer_bytes(&first), &used), E_CHANNEL);
	/* Frames. */
	for (size_t i = 0; i < 2; i++) {
		line_shake_hands(&s, CHANNEL_PSK);
		struct line_end *end = i == 0 ? &s.client : &s.server;
		line_say(end, "tôi", 4);
		assert_int_equal(line_pass(end, end), E_CHANNEL);
		assert_int_equal(end->plain.n, 0);
	}
}

/* Inputs of the fuzz target, with its keys; see there for the first byte. */

static bool write_seed(const char *folder, const char *name, uint8_t mode, struct bytes data)
{
	char path[4096];
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	FILE *file = fopen(path, "wb");
	if (file == NULL)
		return false;
	bool good = fwrite(&mode, 1, 1, file) == 1 && fwrite(data.p, 1, data.n, file) == data.n;
	return fclose(file) == 0 && good;
}

/* What either side says until the channel is open, and one line of the client. */
static bool write_handshake(const char *folder, enum channel_pattern pattern)
{
	AUTO(line_fini) struct line s;
	line_init(&s, 0);
	noise_key_make(&s.client_key, (const uint8_t[NOISE_KEY_BYTES]){ 8 });
	noise_key_make(&s.server_key, (const uint8_t[NOISE_KEY_BYTES]){ 16 });
	memcpy(s.known, s.client_key.public, sizeof(s.known));
	memcpy(s.psk, (const uint8_t[NOISE_KEY_BYTES]){ 3 }, sizeof(s.psk));
	memcpy(s.ephemerals, (const uint8_t[2][NOISE_KEY_BYTES]){ { 32 }, { 40 } },
		sizeof(s.ephemerals));
	line_start_client(&s, pattern);
	line_start_server(&s);
	AUTO(writer_fini) struct writer of_client = { 0 };
	write_raw(&of_client, s.client.out.p, s.client.out.n);
	assert_int_equal(line_pass(&s.client, &s.server), OK);
	AUTO(writer_fini) struct writer of_server = line_take(&s.server);
	size_t used;
	assert_int_equal(line_feed(&s.client, writer_bytes(&of_server), &used), OK);
	line_say(&s.client, "xin", 3);
	write_raw(&of_client, s.client.out.p, s.client.out.n);
	bool psk = pattern == CHANNEL_PSK;
	return write_seed(
		       folder, psk ? "server_psk" : "server_enrol", 0, writer_bytes(&of_client)) &&
	       write_seed(folder, psk ? "client_psk" : "client_enrol", 1, writer_bytes(&of_server));
}

static int write_seeds(const char *folder)
{
	/* Rows of u16be n | payload: two that are good, one too long by its n, one with padding. */
	uint8_t rows[4][66] = { { 0, 64, 0, 3, 'x', 'i', 'n' }, { 0, 64, 0, 62, 'c' },
		{ 0, 64, 0, 63 }, { 0, 64, 0, 1, 'a', 1 } };
	static const uint8_t raw[] = { 0, 80, 1, 2, 3 };
	static uint8_t stream[1000];
	for (size_t i = 0; i < sizeof(stream); i++)
		stream[i] = (uint8_t)i;
	bool good = write_handshake(folder, CHANNEL_PSK) &&
		    write_handshake(folder, CHANNEL_ENROL) &&
		    write_seed(folder, "frame", 2, bytes_of(raw, sizeof(raw))) &&
		    write_seed(folder, "payloads", 3, bytes_of(rows, sizeof(rows))) &&
		    write_seed(folder, "payload_padding", 3, bytes_of(rows[3], sizeof(rows[3]))) &&
		    write_seed(folder, "stream", 4, bytes_of(stream + 1, sizeof(stream) - 1));
	return good ? 0 : 1;
}

int main(int argc, char **argv)
{
	if (sodium_init() < 0)
		return 1;
	if (argc == 3 && strcmp(argv[1], "--seeds") == 0)
		return write_seeds(argv[2]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_sides_agree),
		cmocka_unit_test(the_bytes_on_the_wire_have_the_lengths_that_are_written_down),
		cmocka_unit_test(the_wire_is_as_it_is_written_down),
		cmocka_unit_test(bytes_may_come_one_by_one),
		cmocka_unit_test(nothing_is_sent_before_the_channel_is_open),
		cmocka_unit_test(no_bit_of_the_preamble_may_change),
		cmocka_unit_test(a_changed_pattern_fails_the_handshake),
		cmocka_unit_test(what_is_no_preamble_is_refused_at_its_first_wrong_byte),
		cmocka_unit_test(a_handshake_message_of_another_length_is_refused_by_its_header),
		cmocka_unit_test(no_bit_of_the_handshake_may_change),
		cmocka_unit_test(an_ephemeral_key_of_low_order_is_refused),
		cmocka_unit_test(a_static_key_of_low_order_is_refused),
		cmocka_unit_test(what_was_recorded_opens_nothing_again),
		cmocka_unit_test(every_stranger_is_refused_alike),
		cmocka_unit_test(a_stranger_may_not_enrol),
		cmocka_unit_test(a_public_key_alone_opens_nothing),
		cmocka_unit_test(a_server_with_another_key_is_refused),
		cmocka_unit_test(what_a_side_has_said_does_not_come_back_to_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
