/* line_share.c: what the rows of list A share. */
#include "tests/lib/test.h"

#include "tests/live/line_rows.h"

#include "daemon/house_key.h"

#include <errno.h>
#include <poll.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

char line_words[LINE_WORDS];

int line_dial(const struct test_daemon *d)
{
	struct timeval patience = { LINE_PATIENCE_MS / 1000, 0 };
	int fd = test_tcp_dial(d);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	return fd;
}

size_t line_rest(int fd, uint8_t *to, size_t room)
{
	uint8_t chunk[4096];
	size_t n = 0;
	for (;;) {
		ssize_t got = recv(fd, chunk, sizeof(chunk), 0);
		if (got < 0 && errno == EINTR)
			continue;
		assert_true(got >= 0 || errno == ECONNRESET); /* not: nothing came of it */
		if (got <= 0)
			return n;
		for (ssize_t i = 0; i < got; i++, n++)
			if (to != NULL && n < room)
				to[n] = chunk[i];
	}
}

void line_closes(const struct test_daemon *d, struct bytes b, size_t says)
{
	int fd = line_dial(d);
	(void)wire_send(fd, b);
	assert_int_equal(line_rest(fd, NULL, 0), says);
	close(fd);
}

void line_psk(const struct test_daemon *d, uint8_t psk[static NOISE_KEY_BYTES])
{
	house_psk(d->r.house, d->r.token, psk);
}

static void receive_exactly(int fd, uint8_t *to, size_t n)
{
	for (size_t at = 0; at < n;) {
		ssize_t got = recv(fd, to + at, n - at, 0);
		assert_true(got > 0);
		at += (size_t)got;
	}
}

void half_open(struct half *h, const struct test_daemon *d, const struct noise_key *own,
	const uint8_t *psk, const uint8_t *ephemeral)
{
	AUTO(writer_fini) struct writer plain = { 0 };
	struct noise_key house;
	size_t used;
	memset(h, 0, sizeof(*h));
	house_channel(d->r.house, &house);
	struct channel_client setup = {
		.own = own, .server = house.public, .psk = psk, .ephemeral = ephemeral
	};
	assert_int_equal(channel_start(&h->channel, &setup, &h->first, NULL), OK);
	h->fd = line_dial(d);
	assert_true(wire_send(h->fd, writer_bytes(&h->first)));
	receive_exactly(h->fd, h->reply, sizeof(h->reply));
	struct channel_io io = { &plain, &h->third };
	assert_int_equal(channel_receive(&h->channel, bytes_of(h->reply, sizeof(h->reply)), &used,
				 &io, NULL),
		OK);
	assert_int_equal(used, sizeof(h->reply));
	assert_int_equal(h->third.n, 66);
}

void half_close(struct half *h)
{
	close(h->fd);
	channel_fini(&h->channel);
	writer_fini(&h->first);
	writer_fini(&h->third);
}

void half_finish(struct half *h, struct test_tcp *t)
{
	memset(t, 0, offsetof(struct test_tcp, bytes));
	assert_true(wire_send(h->fd, writer_bytes(&h->third)));
	assert_true(channel_is_open(&h->channel));
	t->fd = h->fd;
	t->channel = h->channel;
	writer_fini(&h->first);
	writer_fini(&h->third);
	memset(h, 0, sizeof(*h));
}

void line_login(struct test_tcp *t, struct test_daemon *d)
{
	struct timeval patience = { LINE_PATIENCE_MS / 1000, 0 };
	assert_true(test_tcp_officer(t, d));
	setsockopt(t->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	assert_string_equal(test_tcp_login(t, d->r.officer), "");
}

void line_well(struct test_daemon *d)
{
	struct test_tcp t;
	line_login(&t, d);
	assert_string_equal(
		test_tcp_act(&t, d, d->r.officer, CMD_whoami, &(struct nothing){ 0 }), "");
	test_tcp_close(&t);
}

void line_request(struct test_daemon *d, uint32_t id, struct writer *to)
{
	AUTO(arena_fini) struct arena a = { 0 };
	AUTO(writer_fini) struct writer params = { 0 };
	struct meeting_record q;
	bench_meeting(&d->r, &q, &a);
	bench_build(&d->r, CMD_meeting_open, q.meeting.v, &params);
	wire_request(to, id, cmds[CMD_meeting_open].wire, writer_bytes(&params));
}

void line_invite(struct test_daemon *d, struct newcomer *n)
{
	struct test_line l;
	uint8_t public[PUBLIC_BYTES];
	crypto_sign_keypair(public, n->secret);
	noise_key_make(&n->channel, NULL);
	randombytes_buf(n->invitation, sizeof(n->invitation));
	invitation_token(n->invitation, n->token);
	house_psk(d->r.house, n->token, n->psk);
	struct officer_invite q = { .role = text_of("auditor"),
		.name = text_of("Lê Thị Bảy"),
		.token = bytes_of(n->token, 32) };
	test_line_login(&l, d);
	assert_string_equal(test_line_call(&l, d, CMD_officer_invite, &q), "");
	test_line_close(&l);
}

struct enrol line_enrolment(const struct newcomer *n)
{
	return (struct enrol){ bytes_of(n->invitation, 32), bytes_of(n->secret + 32, PUBLIC_BYTES),
		bytes_of(n->channel.public, NOISE_KEY_BYTES) };
}

const char *line_greet(struct test_tcp *t)
{
	AUTO(writer_fini) struct writer params = { 0 };
	struct hello hello = { .proto = PROTOCOL_MAJOR };
	record_write_wire(&params, record_hello(), &hello, NULL, NULL);
	return test_tcp_call(t, "hello", writer_bytes(&params));
}
