/*
 * test_channel_frames.c: the frames of an open line, and what a hostile other side may send in
 * their place. Numbers are those of the list of hostile inputs, part A.
 */
#include "tests/lib/test.h"

#include <stdlib.h>

#include <sodium.h>

#include "tests/lib/line.h"

static const struct bytes nothing = { 0 };

#define LINES      4u
#define LINE_BYTES 82u

/* An open channel, and frames of the client that are not yet handed over. */
static void open_with_lines(struct line *s)
{
	line_init(s, 17);
	line_shake_hands(s, CHANNEL_PSK);
	for (size_t i = 0; i < LINES; i++)
		line_say(&s->client, &"một hai ba bốn"[i], 3);
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
		AUTO(line_fini) struct line s;
		open_with_lines(&s);
		AUTO(writer_fini) struct writer in = { 0 };
		for (size_t k = 0; k < rows[i].n; k++)
			write_raw(&in, s.client.out.p + rows[i].order[k] * LINE_BYTES, LINE_BYTES);
		size_t used;
		enum err err = line_feed(&s.server, writer_bytes(&in), &used);
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
	AUTO(line_fini) struct line s;
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
		enum err err = line_feed(&s.server, writer_bytes(&in), &used);
		assert_int_equal(used, LINE_BYTES);
		if (err == OK) {
			assert_true(bit < 16);
			write_raw(&in, more, sizeof(more));
			err = line_feed(&s.server, bytes_of(in.p + used, in.n - used), &used);
			assert_int_equal(used, 0);
		}
		assert_int_equal(err, E_CHANNEL);
		assert_int_equal(s.server.plain.n, 3);
		assert_memory_equal(s.server.plain.p, "mộ", 3);
	}
	s.server.channel = fresh;
	assert_int_equal(line_pass(&s.client, &s.server), OK);
}

/* Number 11: a frame cut at every offset gives nothing; with the next behind the cut it is refused.
 */
static void a_cut_frame_gives_nothing(void **state)
{
	(void)state;
	AUTO(line_fini) struct line s;
	open_with_lines(&s);
	struct channel fresh = s.server.channel;
	for (size_t cut = 0; cut < LINE_BYTES; cut++) {
		s.server.channel = fresh;
		writer_reset(&s.server.plain);
		AUTO(writer_fini) struct writer in = { 0 };
		write_raw(&in, s.client.out.p, cut);
		size_t used;
		assert_int_equal(line_feed(&s.server, writer_bytes(&in), &used), OK);
		assert_int_equal(used, 0);
		assert_int_equal(s.server.plain.n, 0);
		if (cut == 0)
			continue;
		write_raw(&in, s.client.out.p + LINE_BYTES, 3u * LINE_BYTES);
		assert_int_equal(line_feed(&s.server, writer_bytes(&in), &used), E_CHANNEL);
		assert_int_equal(s.server.plain.n, 0);
	}
}

/* Number 12, and 65535 of number 13: a length that no frame has is refused by its two bytes. */
static void a_length_that_no_frame_has_is_refused_by_its_header(void **state)
{
	(void)state;
	AUTO(line_fini) struct line s;
	open_with_lines(&s);
	struct channel fresh = s.server.channel;
	size_t good = 0;
	for (uint32_t n = 0; n <= UINT16_MAX; n++) {
		s.server.channel = fresh;
		uint8_t length[2];
		put_u16(length, (uint16_t)n);
		size_t used;
		bool fits = n >= 80 && n % 64 == 16;
		assert_int_equal(
			line_feed(&s.server, bytes_of(length, 2), &used), fits ? OK : E_CHANNEL);
		good += fits;
	}
	assert_int_equal(good, 1023);
	s.server.channel = fresh;
}

/* A frame of the client around any payload. */
static void say_payload(struct line *s, struct bytes payload)
{
	uint8_t *frame = xmalloc(2 + payload.n + NOISE_TAG_BYTES);
	put_u16(frame, (uint16_t)(payload.n + NOISE_TAG_BYTES));
	if (payload.n > 0)
		memcpy(frame + 2, payload.p, payload.n);
	assert_int_equal(
		noise_seal(&s->client.channel.session.send, nothing, frame + 2, payload.n, NULL),
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
		size_t bytes, n;
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
		AUTO(line_fini) struct line s;
		line_init(&s, 18);
		line_shake_hands(&s, CHANNEL_PSK);
		line_say(&s.client, "trước", 7);
		uint8_t *payload = xcalloc(1, 65536);
		put_u16(payload, (uint16_t)rows[i].n);
		if (rows[i].not_zero > 0)
			payload[rows[i].not_zero] = 1;
		say_payload(&s, bytes_of(payload, rows[i].bytes));
		enum err err = line_pass(&s.client, &s.server);
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
	AUTO(line_fini) struct line s;
	line_init(&s, 19);
	line_shake_hands(&s, CHANNEL_PSK);
	s.client.channel.session.send.nonce = UINT64_MAX - 1;
	s.server.channel.session.receive.nonce = UINT64_MAX - 1;
	line_say(&s.client, "cuối", 6);
	size_t last = s.client.out.n;
	struct fault f = { 0 };
	assert_int_equal(
		channel_send(&s.client.channel, bytes_of("x", 1), &s.client.out, &f), E_CHANNEL);
	assert_int_equal(f.err, E_CHANNEL);
	assert_int_equal(s.client.channel.state, CHANNEL_FAILED);
	assert_int_equal(s.client.out.n, last);
	/* The same frame again where the number would begin anew. */
	AUTO(writer_fini) struct writer twice = { 0 };
	write_raw(&twice, s.client.out.p, last);
	write_raw(&twice, s.client.out.p, last);
	size_t used;
	assert_int_equal(line_feed(&s.server, writer_bytes(&twice), &used), E_CHANNEL);
	assert_int_equal(used, last);
	assert_int_equal(s.server.plain.n, 6);
}

/* A stream. */

#define STREAM_BYTES (1024u * 1024u)

/* Hand over `out` in pieces of 1 to `most` bytes, keeping what is not taken. */
static void pass_in_pieces(struct writer *out, struct line_end *to, uint32_t most)
{
	size_t from = 0;
	size_t n = 0;
	while (n < out->n) {
		n += 1 + randombytes_uniform(most);
		if (n > out->n)
			n = out->n;
		size_t used;
		assert_int_equal(line_feed(to, bytes_of(out->p + from, n - from), &used), OK);
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
		AUTO(line_fini) struct line s;
		line_init(&s, 20);
		line_shake_hands(&s, CHANNEL_PSK);
		struct line_end *from = i % 2 == 0 ? &s.client : &s.server;
		struct line_end *to = i % 2 == 0 ? &s.server : &s.client;
		for (size_t sent = 0; sent < STREAM_BYTES;) {
			size_t n = randombytes_uniform(2 * pieces[i / 2]);
			n = n < STREAM_BYTES - sent ? n : STREAM_BYTES - sent;
			line_say(from, data + sent, n);
			sent += n;
		}
		AUTO(writer_fini) struct writer out = line_take(from);
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
	AUTO(line_fini) struct line s;
	line_init(&s, 21);
	line_shake_hands(&s, CHANNEL_PSK);
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

int main(void)
{
	if (sodium_init() < 0)
		return 1;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_come_in_their_order_and_once),
		cmocka_unit_test(no_bit_of_a_frame_may_change),
		cmocka_unit_test(a_cut_frame_gives_nothing),
		cmocka_unit_test(a_length_that_no_frame_has_is_refused_by_its_header),
		cmocka_unit_test(what_no_payload_may_be_is_refused),
		cmocka_unit_test(a_channel_ends_before_its_nonces_do),
		cmocka_unit_test(a_stream_comes_out_as_it_went_in),
		cmocka_unit_test(a_call_takes_no_more_than_it_may),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
