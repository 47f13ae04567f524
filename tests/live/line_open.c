/* line_open.c: rows of list A on a line that is open: 10 to 13, 17, 19, 20, 23, 24. */
#include "tests/lib/test.h"

#include "tests/live/line_rows.h"

#include "proto/rid.h"

#include <sodium.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PAYLOAD_MAX = 65488 - 16 };

static const uint8_t empty_map[] = { 0x80 };

/* A request sealed for the line, in one frame or more. */
static void seal(struct test_tcp *t, const struct writer *request, struct writer *to)
{
	assert_int_equal(channel_send(&t->channel, writer_bytes(request), to, NULL), OK);
}

/* Nothing more is said, and the line ends. */
static void assert_ends(struct test_tcp *t)
{
	assert_int_equal(line_rest(t->fd, NULL, 0), 0);
	test_tcp_close(t);
}

/* Frames are sent on a line of their own; none of what they ask is done. */
static void nothing_comes_of(struct test_daemon *d, struct test_tcp *t, struct bytes frames)
{
	uint64_t meetings = test_daemon_rows(d, STORE_meeting);
	(void)wire_send(t->fd, frames);
	assert_ends(t);
	assert_int_equal(test_daemon_rows(d, STORE_meeting), meetings);
}

/* 10, 11: frames that are not those that were sent. */

const char *line_reflected_frame(struct test_daemon *d)
{
	AUTO(writer_fini) struct writer request = { 0 }, sealed = { 0 };
	struct test_tcp t;
	uint8_t said[4096];
	line_login(&t, d);
	wire_request(&request, 9, "nothing", bytes_of(empty_map, 1));
	seal(&t, &request, &sealed);
	assert_true(wire_send(t.fd, writer_bytes(&sealed)));
	ssize_t n = recv(t.fd, said, sizeof(said), 0);
	assert_true(n > 0);
	assert_true(wire_send(t.fd, bytes_of(said, (size_t)n)));
	assert_ends(&t);
	return "closed";
}

/* Two changes, each in a frame of its own: the second alone, before the first, and the first
 * twice. */
const char *line_frames_moved(struct test_daemon *d)
{
	AUTO(writer_fini) struct writer request = { 0 }, one = { 0 }, two = { 0 };
	struct test_tcp t;
	line_login(&t, d);
	line_request(d, 9, &request);
	seal(&t, &request, &one);
	writer_reset(&request);
	line_request(d, 10, &request);
	seal(&t, &request, &two);
	nothing_comes_of(d, &t, writer_bytes(&two));
	line_login(&t, d);
	writer_reset(&one);
	writer_reset(&two);
	seal(&t, &request, &one);
	seal(&t, &request, &two);
	write_raw(&two, one.p, one.n);
	nothing_comes_of(d, &t, writer_bytes(&two));
	line_login(&t, d);
	writer_reset(&one);
	writer_reset(&two);
	wire_request(&two, 9, "whoami", bytes_of(empty_map, 1));
	seal(&t, &two, &one);
	assert_true(wire_send(t.fd, writer_bytes(&one)));
	assert_true(test_tcp_answer(&t));
	nothing_comes_of(d, &t, writer_bytes(&one));
	return "dropped, reordered, doubled: closed, nothing delivered";
}

const char *line_frames_flipped(struct test_daemon *d)
{
	enum { BITS = 48 };
	for (unsigned i = 0; i < BITS; i++) {
		AUTO(writer_fini) struct writer request = { 0 }, sealed = { 0 };
		struct test_tcp t;
		line_login(&t, d);
		line_request(d, 9, &request);
		seal(&t, &request, &sealed);
		size_t bit = 16 + (sealed.n - 2) * 8 * i / BITS + i % 8;
		sealed.p[bit / 8] ^= (uint8_t)(1u << bit % 8);
		nothing_comes_of(d, &t, writer_bytes(&sealed));
	}
	return line_said("%d bits of a frame, each closed, nothing delivered", BITS);
}

/* A frame that is not all there when the client is gone. */
const char *line_frames_cut(struct test_daemon *d)
{
	size_t at = 0, cuts = 0, whole = 1;
	for (; at < whole; at += 7, cuts++) {
		AUTO(writer_fini) struct writer request = { 0 }, sealed = { 0 };
		struct test_tcp t;
		line_login(&t, d);
		line_request(d, 9, &request);
		seal(&t, &request, &sealed);
		whole = sealed.n;
		assert_true(wire_send(t.fd, bytes_of(sealed.p, at)));
		shutdown(t.fd, SHUT_WR);
		nothing_comes_of(d, &t, (struct bytes){ 0 });
	}
	return line_said("at %zu places of %zu bytes: closed, nothing delivered", cuts, whole);
}

/* 12, 13: what no frame may be. */

const char *line_frame_lengths(struct test_daemon *d)
{
	static const uint16_t more[] = { 16, 79, 81, 65487, 65489, 65535 };
	for (size_t i = 0; i < 16 + COUNT(more); i++) {
		struct test_tcp t;
		uint8_t header[2];
		put_u16(header, i < 16 ? (uint16_t)i : more[i - 16]);
		assert_true(test_tcp_officer(&t, d));
		assert_true(wire_send(t.fd, bytes_of(header, 2)));
		assert_ends(&t);
	}
	return line_said("0 to 15, and %zu others: closed at the header", COUNT(more));
}

/* A frame around any payload, right or not. */
static void send_payload(struct test_tcp *t, const uint8_t *payload, size_t n)
{
	static uint8_t frame[2 + PAYLOAD_MAX + NOISE_TAG_BYTES];
	memcpy(frame + 2, payload, n);
	put_u16(frame, (uint16_t)(n + NOISE_TAG_BYTES));
	assert_int_equal(
		noise_seal(&t->channel.session.send, (struct bytes){ 0 }, frame + 2, n, NULL), OK);
	(void)wire_send(t->fd, bytes_of(frame, 2 + n + NOISE_TAG_BYTES));
}

/* What holds a request that would be answered, were the payload right. The longest frame, almost
 * all padding, is. */
const char *line_payloads(struct test_daemon *d)
{
	static uint8_t payload[PAYLOAD_MAX];
	enum { ITS_OWN = 1 };
	static const struct {
		uint16_t n;        /* ITS_OWN: as many as the request has */
		size_t size, ones; /* where a byte of the padding is not zero; 0: nowhere */
	} bad[] = { { 0, 64, 0 }, { 0, PAYLOAD_MAX, 0 }, { 63, 64, 0 }, { 65535, 64, 0 },
		{ PAYLOAD_MAX - 1, PAYLOAD_MAX, 0 }, { ITS_OWN, 64, 30 }, { ITS_OWN, 64, 63 },
		{ ITS_OWN, PAYLOAD_MAX, PAYLOAD_MAX - 1 } };
	AUTO(writer_fini) struct writer request = { 0 };
	struct test_tcp t;
	wire_request(&request, 9, "whoami", bytes_of(empty_map, 1));
	assert_true(request.n + 2 < 30);
	for (size_t i = 0; i <= COUNT(bad); i++) {
		bool good = i == COUNT(bad);
		memset(payload, 0, sizeof(payload));
		put_u16(payload, good || bad[i].n == ITS_OWN ? (uint16_t)request.n : bad[i].n);
		memcpy(payload + 2, request.p, request.n);
		if (!good && bad[i].ones > 0)
			payload[bad[i].ones] = 1;
		line_login(&t, d);
		send_payload(&t, payload, good ? sizeof(payload) : bad[i].size);
		if (!good) {
			assert_ends(&t);
			continue;
		}
		assert_true(test_tcp_answer(&t));
		assert_int_equal(t.answer.id, 9);
		test_tcp_close(&t);
	}
	return line_said("%zu payloads, each closed; the longest frame is answered", COUNT(bad));
}

/* 17: who sends a change and says no more is not answered twice, and the change stands once. */
const char *line_half_closed(struct test_daemon *d)
{
	enum { TIMES = 20 };
	unsigned answered = 0;
	uint64_t meetings = test_daemon_rows(d, STORE_meeting);
	for (unsigned i = 0; i < TIMES; i++) {
		AUTO(writer_fini) struct writer request = { 0 };
		struct test_tcp t;
		line_login(&t, d);
		line_request(d, 9, &request);
		assert_true(test_tcp_send(&t, writer_bytes(&request)));
		shutdown(t.fd, SHUT_WR);
		answered += line_rest(t.fd, NULL, 0) > 0;
		test_tcp_close(&t);
		line_login(&t, d);
		assert_true(test_tcp_send(&t, writer_bytes(&request)));
		assert_true(test_tcp_answer(&t));
		assert_int_equal(t.answer.error.n, 0);
		test_tcp_close(&t);
	}
	assert_int_equal(test_daemon_rows(d, STORE_meeting), meetings + TIMES);
	return line_said("%d changes sent again, each is there once; %u were answered before",
		TIMES, answered);
}

/* 19, 20: enrolling. */

static const char *enrol_by(struct test_daemon *d, const struct newcomer *n, const uint8_t *secret)
{
	struct test_tcp t;
	struct enrol q = line_enrolment(n);
	q.secret = bytes_of(secret, 32);
	assert_true(test_tcp_open(&t, d, &n->channel, NULL));
	assert_string_equal(line_greet(&t), "");
	const char *error = test_tcp_act(&t, d, n->secret, CMD_enrol, &q);
	test_tcp_close(&t);
	return error;
}

const char *line_tokens(struct test_daemon *d)
{
	struct newcomer n, m;
	uint8_t unknown[32];
	randombytes_buf(unknown, sizeof(unknown));
	line_invite(d, &n);
	line_invite(d, &m);
	assert_string_equal(enrol_by(d, &n, unknown), "E_INVITATION");
	assert_string_equal(enrol_by(d, &n, n.token), "E_INVITATION"); /* of the journal */
	assert_string_equal(enrol_by(d, &n, n.invitation), "");
	assert_string_equal(enrol_by(d, &m, n.invitation), "E_INVITATION");
	assert_string_equal(enrol_by(d, &m, m.invitation), "");
	return "unknown, used, the token itself: E_INVITATION";
}

static void send_enrol(struct test_tcp *t, struct test_daemon *d, const struct newcomer *n,
	const uint8_t *invitation)
{
	AUTO(writer_fini) struct writer params = { 0 }, request = { 0 };
	struct enrol q = line_enrolment(n);
	q.secret = bytes_of(invitation, 32);
	bench_build_as(&d->r, n->secret, CMD_enrol, &q, &params);
	wire_request(&request, 9, "enrol", writer_bytes(&params));
	assert_true(test_tcp_send(t, writer_bytes(&request)));
}

const char *line_token_race(struct test_daemon *d)
{
	enum { RACES = 20 };
	for (unsigned i = 0; i < RACES; i++) {
		struct newcomer n[2];
		struct test_tcp t[2];
		unsigned won = 0;
		for (size_t k = 0; k < 2; k++) {
			line_invite(d, &n[k]);
			assert_true(test_tcp_open(&t[k], d, &n[k].channel, NULL));
			assert_string_equal(line_greet(&t[k]), "");
		}
		send_enrol(&t[i % 2], d, &n[i % 2], n[0].invitation);
		send_enrol(&t[1 - i % 2], d, &n[1 - i % 2], n[0].invitation);
		for (size_t k = 0; k < 2; k++) {
			assert_true(test_tcp_answer(&t[k]));
			won += t[k].answer.error.n == 0;
			assert_true(t[k].answer.error.n == 0 ||
				    text_is(t[k].answer.error, "E_INVITATION"));
			test_tcp_close(&t[k]);
		}
		assert_int_equal(won, 1);
	}
	return line_said("%d races, exactly one wins each", RACES);
}

/* Every command there is, before hello and behind it. */
const char *line_enrol_state(struct test_daemon *d)
{
	struct newcomer n;
	unsigned count = 0;
	line_invite(d, &n);
	for (int greeted = 0; greeted < 2; greeted++)
		for (enum cmd cmd = 0; cmd < CMD_COUNT; cmd++) {
			struct test_tcp t;
			if (cmd == CMD_hello || (greeted && cmd == CMD_enrol))
				continue;
			assert_true(test_tcp_open(&t, d, &n.channel, NULL));
			if (greeted)
				assert_string_equal(line_greet(&t), "");
			assert_string_equal(
				test_tcp_call(&t, cmds[cmd].wire, bytes_of(empty_map, 1)),
				"E_ORDER");
			test_tcp_close(&t);
			count++;
		}
	return line_said("%u requests, each E_ORDER", count);
}

/* 23: signatures of other forms. */

/* The same params with another signature. */
static const char *signed_with(struct test_tcp *t, const struct writer *params, struct bytes sig)
{
	static const char *const names[] = { "head", "sig", "key", "words" };
	AUTO(writer_fini) struct writer w = { 0 };
	struct bytes whole = writer_bytes(params);
	size_t count = 0;
	for (size_t i = 0; i < COUNT(names); i++)
		count += wire_field(whole, names[i]).n > 0;
	write_map(&w, count);
	for (size_t i = 0; i < COUNT(names); i++) {
		struct bytes value = wire_field(whole, names[i]);
		if (value.n == 0)
			continue;
		write_string(&w, names[i]);
		if (i == 1)
			write_bin(&w, sig);
		else
			write_raw(&w, value.p, value.n);
	}
	return test_tcp_call(t, cmds[CMD_meeting_open].wire, writer_bytes(&w));
}

/* S + L: the same signature to who does not look at its size. */
static void add_order(uint8_t s[static 32])
{
	static const uint8_t order[32] = { 0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6,
		0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, [31] = 0x10 };
	unsigned carry = 0;
	for (size_t i = 0; i < 32; i++) {
		carry += (unsigned)s[i] + order[i];
		s[i] = (uint8_t)carry;
		carry >>= 8;
	}
}

const char *line_signatures(struct test_daemon *d)
{
	AUTO(arena_fini) struct arena a = { 0 };
	AUTO(writer_fini) struct writer params = { 0 };
	struct meeting_record q;
	struct test_tcp t;
	uint8_t sig[65] = { 0 };
	uint64_t meetings = test_daemon_rows(d, STORE_meeting);
	bench_meeting(&d->r, &q, &a);
	bench_build(&d->r, CMD_meeting_open, q.meeting.v, &params);
	struct reader rd = reader_of(wire_field(writer_bytes(&params), "sig"));
	memcpy(sig, read_bin(&rd).p, SIG_BYTES);
	line_login(&t, d);
	assert_string_not_equal(signed_with(&t, &params, bytes_of(sig, 63)), "");
	assert_string_not_equal(signed_with(&t, &params, bytes_of(sig, 65)), "");
	assert_string_not_equal(signed_with(&t, &params, bytes_of(sig, 0)), "");
	add_order(sig + 32);
	assert_string_equal(signed_with(&t, &params, bytes_of(sig, 64)), "E_SIGNATURE");
	assert_int_equal(test_daemon_rows(d, STORE_meeting), meetings);
	rd = reader_of(wire_field(writer_bytes(&params), "sig"));
	assert_string_equal(signed_with(&t, &params, read_bin(&rd)), "");
	test_tcp_close(&t);
	return "malleable, short, long, none: refused";
}

/* 24: actions for something else. */

static const char *act_at(struct test_tcp *t, struct test_daemon *d, const uint8_t rid[static 16])
{
	AUTO(arena_fini) struct arena a = { 0 };
	AUTO(writer_fini) struct writer params = { 0 };
	struct meeting_record q;
	struct signing by = { .secret = d->r.officer, .reg = bytes_of(d->r.reg, 16) };
	bench_meeting(&d->r, &q, &a);
	assert_int_equal(
		action_build(&params, &cmds[CMD_meeting_open], q.meeting.v, rid, &by, NULL), OK);
	return test_tcp_call(t, cmds[CMD_meeting_open].wire, writer_bytes(&params));
}

/* A request's number is no time: one of 1970 or 2200 is a number as any other, good once. */
const char *line_actions(struct test_daemon *d)
{
	static const int64_t times[] = { 1, 7258118400000000 };
	AUTO(writer_fini) struct writer params = { 0 };
	AUTO(arena_fini) struct arena a = { 0 };
	struct meeting_record q;
	struct test_tcp t;
	uint64_t meetings = test_daemon_rows(d, STORE_meeting);
	line_login(&t, d);
	bench_meeting(&d->r, &q, &a);
	d->r.reg[15] ^= 1;
	assert_string_equal(
		test_tcp_act(&t, d, d->r.officer, CMD_meeting_open, q.meeting.v), "E_REGISTER");
	d->r.reg[15] ^= 1;
	bench_build(&d->r, CMD_meeting_open, q.meeting.v, &params);
	assert_string_equal(
		test_tcp_call(&t, cmds[CMD_meeting_record].wire, writer_bytes(&params)), "E_VERB");
	assert_int_equal(test_daemon_rows(d, STORE_meeting), meetings);
	for (size_t i = 0; i < COUNT(times); i++) {
		uint8_t rid[RID_BYTES];
		rid_make(rid, times[i]);
		assert_string_equal(act_at(&t, d, rid), "");
		assert_string_equal(act_at(&t, d, rid), "E_RID");
	}
	test_tcp_close(&t);
	return "E_REGISTER, E_VERB, E_RID; a number of 1970 or 2200 is good once";
}
