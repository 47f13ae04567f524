/* line_handshake.c: rows of list A up to the end of the handshake: 1 to 10, 16. */
#include "tests/lib/test.h"

#include "tests/live/line_rows.h"

#include "daemon/house_key.h"
#include "tests/lib/low_order.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sodium.h>
#include <sys/socket.h>
#include <unistd.h>

enum { FIRST_BYTES = 58, FIRST_AT = 8 /* message 1, with its length, behind the preamble */ };

/* The client's first bytes, as the officer's device sends them. */
static void first_bytes(struct test_daemon *d, struct writer *to)
{
	struct channel channel;
	struct noise_key house;
	uint8_t psk[NOISE_KEY_BYTES];
	house_channel(d->r.house, &house);
	line_psk(d, psk);
	struct channel_client setup = { .own = &d->r.channel, .server = house.public, .psk = psk };
	writer_reset(to);
	assert_int_equal(channel_start(&channel, &setup, to, NULL), OK);
	assert_int_equal(to->n, FIRST_BYTES);
	channel_fini(&channel);
}

/* 1, 2: who is silent or slow. */

const char *line_silent(struct test_daemon *d)
{
	int fd = line_dial(d);
	assert_int_equal(line_rest(fd, NULL, 0), 0);
	close(fd);
	assert_true(test_daemon_logged(d, "closed=handshake"));
	return "closed at the deadline";
}

/* A byte now and then until the line is closed; how many went out. */
static size_t trickle(int fd, struct bytes b, int pause_ms)
{
	size_t n = 0;
	while (!test_tcp_closes(fd, pause_ms) && n < b.n && wire_send(fd, bytes_of(b.p + n, 1)))
		n++;
	assert_true(n < b.n);
	return n;
}

const char *line_slow_preamble(struct test_daemon *d)
{
	AUTO(writer_fini) struct writer first = { 0 };
	first_bytes(d, &first);
	int fd = line_dial(d);
	size_t n = trickle(fd, bytes_of(first.p, FIRST_AT + 1), 1000);
	close(fd);
	assert_true(test_daemon_logged(d, "closed=handshake"));
	return line_said("closed after %zu bytes of the preamble", n);
}

const char *line_slow_first(struct test_daemon *d)
{
	AUTO(writer_fini) struct writer first = { 0 };
	first_bytes(d, &first);
	int fd = line_dial(d);
	assert_true(wire_send(fd, bytes_of(first.p, FIRST_AT)));
	size_t n = trickle(fd, bytes_of(first.p + FIRST_AT, first.n - FIRST_AT), 200);
	close(fd);
	return line_said("closed after %zu bytes of message 1", n);
}

/* One line stops inside a frame's length, another goes on byte by byte inside the frame. */
const char *line_slow_frame(struct test_daemon *d)
{
	AUTO(writer_fini) struct writer request = { 0 }, sealed = { 0 };
	struct test_tcp header, body;
	line_login(&header, d);
	line_login(&body, d);
	line_request(d, 9, &request);
	assert_int_equal(channel_send(&header.channel, writer_bytes(&request), &sealed, NULL), OK);
	assert_true(wire_send(header.fd, bytes_of(sealed.p, 1)));
	writer_reset(&sealed);
	assert_int_equal(channel_send(&body.channel, writer_bytes(&request), &sealed, NULL), OK);
	assert_true(wire_send(body.fd, bytes_of(sealed.p, 2)));
	size_t n = trickle(body.fd, bytes_of(sealed.p + 2, sealed.n - 2), 50);
	assert_int_equal(line_rest(header.fd, NULL, 0), 0);
	test_tcp_close(&header);
	test_tcp_close(&body);
	assert_true(test_daemon_logged(d, "closed=frame"));
	return line_said("both closed, one after %zu bytes of a frame", n);
}

/* 3 to 6: what is no beginning. */

const char *line_preamble_bits(struct test_daemon *d)
{
	AUTO(writer_fini) struct writer first = { 0 };
	first_bytes(d, &first);
	for (size_t bit = 0; bit < 64; bit++) {
		first.p[bit / 8] ^= (uint8_t)(1u << bit % 8);
		line_closes(d, writer_bytes(&first), 0);
		first.p[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	return "64 bits, each closed without a byte";
}

/* The pattern is in the prologue: message 1 of one is none of the other. */
const char *line_other_pattern(struct test_daemon *d)
{
	AUTO(writer_fini) struct writer first = { 0 };
	first_bytes(d, &first);
	assert_int_equal(first.p[6], CHANNEL_PSK);
	first.p[6] = CHANNEL_ENROL;
	line_closes(d, writer_bytes(&first), 0);
	return "closed";
}

const char *line_first_lengths(struct test_daemon *d)
{
	static const uint16_t lengths[] = { 0, 1, 16, 47, 49, 64, 256, 65535 };
	AUTO(writer_fini) struct writer first = { 0 };
	static const uint8_t more[256];
	for (size_t i = 0; i < COUNT(lengths); i++) {
		first_bytes(d, &first);
		put_u16(first.p + FIRST_AT, lengths[i]);
		write_raw(&first, more, sizeof(more));
		line_closes(d, writer_bytes(&first), 0);
	}
	return line_said("%zu lengths, each closed without a byte", COUNT(lengths));
}

const char *line_low_order(struct test_daemon *d)
{
	AUTO(writer_fini) struct writer first = { 0 };
	struct noise_key house;
	house_channel(d->r.house, &house);
	for (size_t i = 0; i < LOW_POINTS; i++) {
		first_bytes(d, &first);
		uint8_t *message = first.p + FIRST_AT + 2;
		low_point(i, message);
		low_seal(house.public, message);
		line_closes(d, writer_bytes(&first), 0);
	}
	return line_said("%u points, each closed without a byte", LOW_POINTS);
}

/* 2^255 - 19 + k, and with the highest bit. */
const char *line_not_canonical(struct test_daemon *d)
{
	AUTO(writer_fini) struct writer first = { 0 };
	for (unsigned k = 2; k <= 18; k++)
		for (unsigned high = 0; high < 2; high++) {
			first_bytes(d, &first);
			uint8_t *point = first.p + FIRST_AT + 2;
			memset(point, 0xff, NOISE_KEY_BYTES);
			point[0] = (uint8_t)(0xed + k);
			point[31] = high ? 0xff : 0x7f;
			line_closes(d, writer_bytes(&first), 0);
		}
	return "34 points, each closed, the daemon is well";
}

/* 7: what was recorded. */

/* The server's half is fresh: it answers, and nothing that follows fits. */
const char *line_replayed_first(struct test_daemon *d)
{
	struct half h;
	uint8_t psk[NOISE_KEY_BYTES], again[REPLY_BYTES];
	line_psk(d, psk);
	half_open(&h, d, &d->r.channel, psk, NULL);
	int fd = line_dial(d);
	assert_true(wire_send(fd, writer_bytes(&h.first)));
	for (size_t n = 0; n < sizeof(again);) {
		ssize_t got = recv(fd, again + n, sizeof(again) - n, 0);
		assert_true(got > 0);
		n += (size_t)got;
	}
	assert_memory_not_equal(again + FIRST_AT, h.reply + FIRST_AT, 50);
	assert_true(wire_send(fd, writer_bytes(&h.third)));
	assert_int_equal(line_rest(fd, NULL, 0), 0);
	close(fd);
	half_close(&h);
	return "answered with another key; message 3 of before: closed";
}

/* Message 3 again into the line that it opened, and in place of message 1. */
const char *line_replayed_third(struct test_daemon *d)
{
	AUTO(writer_fini) struct writer third = { 0 }, second = { 0 };
	struct half h;
	struct test_tcp t;
	uint8_t psk[NOISE_KEY_BYTES];
	line_psk(d, psk);
	half_open(&h, d, &d->r.channel, psk, NULL);
	write_raw(&third, h.third.p, h.third.n);
	write_raw(&second, h.first.p, FIRST_AT);
	write_raw(&second, third.p, third.n);
	half_finish(&h, &t);
	assert_true(wire_send(t.fd, writer_bytes(&third)));
	assert_int_equal(line_rest(t.fd, NULL, 0), 0);
	test_tcp_close(&t);
	line_closes(d, writer_bytes(&second), 0);
	return "closed";
}

/* All that a client said, with a meeting that was opened: once at a time, and step by step. */
const char *line_replayed_session(struct test_daemon *d)
{
	AUTO(writer_fini) struct writer tape = { 0 }, request = { 0 };
	struct half h;
	struct test_tcp t;
	uint8_t psk[NOISE_KEY_BYTES];
	line_psk(d, psk);
	half_open(&h, d, &d->r.channel, psk, NULL);
	write_raw(&tape, h.first.p, h.first.n);
	write_raw(&tape, h.third.p, h.third.n);
	half_finish(&h, &t);
	t.tape = &tape;
	assert_string_equal(test_tcp_login(&t, d->r.officer), "");
	line_request(d, 9, &request);
	assert_true(test_tcp_send(&t, writer_bytes(&request)));
	assert_true(test_tcp_answer(&t));
	assert_int_equal(t.answer.error.n, 0);
	test_tcp_close(&t);
	uint64_t meetings = test_daemon_rows(d, STORE_meeting);
	int fd = line_dial(d);
	(void)wire_send(fd, writer_bytes(&tape));
	assert_true(line_rest(fd, NULL, 0) <= REPLY_BYTES);
	close(fd);
	fd = line_dial(d);
	assert_true(wire_send(fd, bytes_of(tape.p, FIRST_BYTES)));
	uint8_t reply[REPLY_BYTES];
	assert_int_equal(recv(fd, reply, sizeof(reply), MSG_WAITALL), sizeof(reply));
	(void)wire_send(fd, bytes_of(tape.p + FIRST_BYTES, tape.n - FIRST_BYTES));
	assert_int_equal(line_rest(fd, NULL, 0), 0);
	close(fd);
	line_well(d);
	assert_int_equal(test_daemon_rows(d, STORE_meeting), meetings);
	return line_said("%zu bytes, closed, nothing done twice", tape.n);
}

/* 8: who may not, and how it looks. */

struct look {
	size_t said;
	bool reset;
};

static struct look refused(struct test_daemon *d, const struct noise_key *own, const uint8_t *psk)
{
	struct look look = { 0 };
	struct half h;
	uint8_t byte;
	half_open(&h, d, own, psk, NULL);
	assert_true(wire_send(h.fd, writer_bytes(&h.third)));
	look.said = line_rest(h.fd, NULL, 0);
	look.reset = recv(h.fd, &byte, 1, 0) < 0;
	half_close(&h);
	return look;
}

static void enrol_and_revoke(struct test_daemon *d, const struct newcomer *n)
{
	struct test_line l;
	uint8_t id[KEY_ID_BYTES];
	struct enrol enrol = line_enrolment(n);
	test_line_greet(&l, d);
	assert_string_equal(test_line_call_as(&l, d, n->secret, CMD_enrol, &enrol), "");
	test_line_close(&l);
	key_id(n->secret + 32, id);
	struct key_revoke q = { .key = bytes_of(id, sizeof(id)) };
	test_line_login(&l, d);
	assert_string_equal(test_line_call(&l, d, CMD_key_revoke, &q), "");
	test_line_close(&l);
}

const char *line_strangers(struct test_daemon *d)
{
	struct newcomer pending, revoked;
	struct noise_key unknown;
	uint8_t psk[NOISE_KEY_BYTES], other[NOISE_KEY_BYTES] = { 1 };
	line_psk(d, psk);
	noise_key_make(&unknown, NULL);
	line_invite(d, &pending);
	line_invite(d, &revoked);
	enrol_and_revoke(d, &revoked);
	const struct {
		const struct noise_key *own;
		const uint8_t *psk;
	} who[] = { { &d->r.channel, other }, { &unknown, psk }, { &unknown, other },
		{ &revoked.channel, revoked.psk }, { &revoked.channel, other },
		{ &pending.channel, pending.psk } };
	struct look first = refused(d, who[0].own, who[0].psk);
	for (size_t i = 0; i < COUNT(who); i++) {
		struct look look = refused(d, who[i].own, who[i].psk);
		assert_int_equal(look.said, 0);
		assert_int_equal(look.reset, first.reset);
	}
	return "wrong psk, unknown, revoked, pending: the same close, no byte";
}

/* 9, 10: keys and messages that come back. */

const char *line_servers_key(struct test_daemon *d)
{
	struct noise_key house;
	uint8_t psk[NOISE_KEY_BYTES];
	line_psk(d, psk);
	house_channel(d->r.house, &house);
	struct look look = refused(d, &house, psk);
	assert_int_equal(look.said, 0);
	return "closed";
}

/* Though the key is the officer's own. */
const char *line_ephemeral_is_static(struct test_daemon *d)
{
	struct half h;
	uint8_t psk[NOISE_KEY_BYTES];
	line_psk(d, psk);
	half_open(&h, d, &d->r.channel, psk, d->r.channel.secret);
	assert_true(wire_send(h.fd, writer_bytes(&h.third)));
	assert_int_equal(line_rest(h.fd, NULL, 0), 0);
	half_close(&h);
	return "closed";
}

const char *line_reflected(struct test_daemon *d)
{
	uint8_t psk[NOISE_KEY_BYTES];
	line_psk(d, psk);
	for (int padded = 0; padded < 2; padded++) {
		struct half h;
		uint8_t back[66] = { 0 };
		half_open(&h, d, &d->r.channel, psk, NULL);
		memcpy(back, h.reply + FIRST_AT, 50);
		if (padded)
			put_u16(back, 64);
		assert_true(wire_send(h.fd, bytes_of(back, padded ? 66 : 50)));
		assert_int_equal(line_rest(h.fd, NULL, 0), 0);
		half_close(&h);
	}
	return "closed, with its own length and with that of message 3";
}

/* 16: ten thousand, from two hundred addresses, some hundreds at a time. */

static int dial_from(unsigned port, unsigned host)
{
	struct sockaddr_in from = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(0x7f000100u + host) };
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&from, sizeof(from)), 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	return fd;
}

const char *line_half_open(struct test_daemon *d)
{
	enum { ALL = 10000, AT_ONCE = 400, ADDRESSES = 200, EACH = 1000 };
	static int fd[AT_ONCE];
	AUTO(writer_fini) struct writer first = { 0 };
	unsigned port = test_tcp_port(d), in = 0;
	first_bytes(d, &first);
	memset(fd, -1, sizeof(fd));
	for (unsigned i = 0; i < ALL; i++) {
		int *at = &fd[i % AT_ONCE];
		if (*at >= 0)
			close(*at);
		*at = dial_from(port, 1 + i % ADDRESSES);
		if (i % 3 > 0) /* silent, in the preamble, waiting for message 3 */
			(void)wire_send(*at, bytes_of(first.p, i % 3 == 1 ? 5 : first.n));
		if (i % EACH == EACH - 1) {
			line_well(d);
			in++;
		}
	}
	for (size_t i = 0; i < AT_ONCE; i++)
		close(fd[i]);
	return line_said("%d half open, an officer came in %u times among them", ALL, in);
}
