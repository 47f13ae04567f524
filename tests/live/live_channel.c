/*
 * live_channel.c: encrypted lines to a real daemon: who gets in and who does not, what is bound to
 * the line, revocation, enrolment, and what no client should send (list A of the hostile inputs).
 */
#include "tests/lib/test.h"

#include "daemon/house_key.h"
#include "proto/invite.h"
#include "tests/lib/tcp.h"

#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATIENCE_MS = 10000 };

static const struct nothing nothing = { 0 };

static int make(void **state)
{
	struct test_daemon *d = test_daemon_make();
	*state = d;
	test_daemon_start(d, TCP_SETTINGS "hello_ms: 60000\nlog_level: debug\n");
	return 0;
}

static int end(void **state)
{
	struct test_daemon *d = *state;
	assert_int_equal(test_daemon_stop(d, SIGTERM), 0);
	test_daemon_verify(d);
	test_daemon_close(d);
	return 0;
}

static const char *whoami(struct test_tcp *t, struct test_daemon *d)
{
	return test_tcp_act(t, d, d->r.officer, CMD_whoami, &nothing);
}

static void assert_well(struct test_daemon *d)
{
	struct test_tcp t;
	assert_true(test_tcp_officer(&t, d));
	assert_string_equal(test_tcp_login(&t, d->r.officer), "");
	assert_string_equal(whoami(&t, d), "");
	test_tcp_close(&t);
}

static void an_officer_works_over_the_line(void **state)
{
	struct test_daemon *d = *state;
	struct test_tcp t;
	assert_true(test_tcp_officer(&t, d));
	assert_string_equal(test_tcp_login(&t, d->r.officer), "");
	for (int i = 0; i < 20; i++) {
		AUTO(arena_fini) struct arena a = { 0 };
		struct meeting_record q;
		bench_meeting(&d->r, &q, &a);
		assert_string_equal(test_tcp_act(&t, d, d->r.officer, CMD_meeting_record, &q), "");
	}
	assert_string_equal(test_tcp_act(&t, d, d->r.officer, CMD_policy_show, &nothing), "");
	assert_string_equal(
		test_tcp_act(&t, d, d->r.officer, CMD_case_list, &(struct case_list){ 0 }), "");
	test_tcp_close(&t);
}

/* A line cut in pieces of one byte, and many requests in one. */
static void pieces_do_not_matter(void **state)
{
	struct test_daemon *d = *state;
	struct test_tcp t;
	AUTO(writer_fini) struct writer all = { 0 }, sealed = { 0 };
	static const uint8_t empty[] = { 0x80 };
	assert_true(test_tcp_officer(&t, d));
	assert_string_equal(test_tcp_login(&t, d->r.officer), "");
	for (uint32_t i = 0; i < 300; i++)
		wire_request(&all, 100 + i, "whoami", bytes_of(empty, 1));
	assert_true(test_tcp_send(&t, writer_bytes(&all)));
	for (uint32_t i = 0; i < 300; i++) {
		assert_true(test_tcp_answer(&t));
		assert_int_equal(t.answer.id, 100 + i);
	}
	writer_reset(&all);
	wire_request(&all, 7, "status", bytes_of(empty, 1));
	assert_int_equal(channel_send(&t.channel, writer_bytes(&all), &sealed, NULL), OK);
	for (size_t i = 0; i < sealed.n; i++)
		assert_true(wire_send(t.fd, bytes_of(sealed.p + i, 1)));
	assert_true(test_tcp_answer(&t));
	assert_int_equal(t.answer.id, 7);
	test_tcp_close(&t);
}

/* A 8: nobody learns from the line which of these it was; the log has it. */
static void strangers_do_not_get_in(void **state)
{
	struct test_daemon *d = *state;
	struct noise_key stranger;
	uint8_t psk[NOISE_KEY_BYTES], other[NOISE_KEY_BYTES] = { 1 };
	struct test_tcp t;
	noise_key_make(&stranger, NULL);
	house_psk(d->r.house, d->r.token, psk);
	const struct {
		const struct noise_key *key;
		const uint8_t *psk;
	} tries[] = { { &stranger, psk }, { &stranger, other }, { &d->r.channel, other } };
	for (size_t i = 0; i < COUNT(tries); i++) {
		/* the client's side is through when it has sent its last message */
		assert_true(test_tcp_open(&t, d, tries[i].key, tries[i].psk));
		assert_string_equal(test_tcp_login(&t, d->r.officer), "cut");
		test_tcp_close(&t);
		assert_true(test_daemon_logs(d, "closed=handshake why=device"));
		assert_int_equal(test_daemon_logged(d, "closed=handshake why=psk"), i == 2);
	}
	assert_well(d);
}

/* The login is signed for this line, by the device that made it. */
static void a_login_is_of_its_own_line(void **state)
{
	struct test_daemon *d = *state;
	struct test_tcp t, u;
	AUTO(writer_fini) struct writer params = { 0 };
	uint8_t message[88], sig[SIG_BYTES], id[KEY_ID_BYTES];
	struct hello hello = { .proto = PROTOCOL_MAJOR };
	assert_true(test_tcp_officer(&t, d));
	assert_true(test_tcp_officer(&u, d));
	record_write_wire(&params, record_hello(), &hello, NULL, NULL);
	assert_string_equal(test_tcp_call(&t, "hello", writer_bytes(&params)), "");
	struct reader reg = reader_of(wire_field(t.answer.result, "reg"));
	struct reader challenge = reader_of(wire_field(t.answer.result, "challenge"));
	login_message(read_bin(&reg).p, read_bin(&challenge).p, message);
	memcpy(message + 56, channel_hash(&u.channel), NOISE_HASH_BYTES);
	crypto_sign_detached(sig, NULL, message, sizeof(message), d->r.officer);
	key_id(d->r.officer + 32, id);
	struct login login = { bytes_of(id, sizeof(id)), bytes_of(sig, sizeof(sig)) };
	writer_reset(&params);
	record_write_wire(&params, record_login(), &login, NULL, NULL);
	assert_string_equal(test_tcp_call(&t, "login", writer_bytes(&params)), "E_KEY");
	test_tcp_close(&t);
	test_tcp_close(&u);
}

/* Enrolment. */

struct newcomer {
	uint8_t secret[SECRET_BYTES], invitation[32], token[32], psk[NOISE_KEY_BYTES];
	struct noise_key channel;
};

/* Invited by the officer over the socket of this machine. */
static void invite(struct test_daemon *d, struct newcomer *n)
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

static struct enrol enrolment(const struct newcomer *n)
{
	return (struct enrol){ bytes_of(n->invitation, 32), bytes_of(n->secret + 32, PUBLIC_BYTES),
		bytes_of(n->channel.public, NOISE_KEY_BYTES) };
}

static const char *greet(struct test_tcp *t)
{
	AUTO(writer_fini) struct writer params = { 0 };
	struct hello hello = { .proto = PROTOCOL_MAJOR };
	record_write_wire(&params, record_hello(), &hello, NULL, NULL);
	return test_tcp_call(t, "hello", writer_bytes(&params));
}

static void enrolling_has_a_line_of_its_own(void **state)
{
	struct test_daemon *d = *state;
	struct newcomer n;
	struct test_tcp t;
	invite(d, &n);
	struct enrol q = enrolment(&n);
	assert_true(test_tcp_open(&t, d, &n.channel, n.psk)); /* not known yet */
	assert_string_equal(greet(&t), "cut");
	test_tcp_close(&t);
	assert_true(test_daemon_logs(d, "closed=handshake why=device"));
	assert_true(test_tcp_open(&t, d, &n.channel, NULL));
	assert_string_equal(greet(&t), "");
	assert_string_equal(
		test_tcp_act(&t, d, n.secret, CMD_whoami, &nothing), "E_ORDER"); /* A 20 */
	assert_string_equal(test_tcp_act(&t, d, n.secret, CMD_enrol, &q), "");
	assert_string_equal(test_tcp_login(&t, n.secret), "E_ORDER");
	test_tcp_close(&t);
	assert_true(test_tcp_open(&t, d, &n.channel, n.psk));
	assert_string_equal(test_tcp_login(&t, n.secret), "");
	assert_string_equal(whoami(&t, d), "");
	assert_string_equal(test_tcp_act(&t, d, n.secret, CMD_enrol, &q), "E_ORDER");
	test_tcp_close(&t);
	assert_true(test_tcp_open(&t, d, &n.channel, n.psk)); /* another's key on one's own line */
	assert_string_equal(test_tcp_login(&t, d->r.officer), "E_KEY");
	test_tcp_close(&t);
}

/* The channel key that is enrolled is the one that made the line; no two devices have the same. */
static void a_borrowed_channel_key_is_refused(void **state)
{
	struct test_daemon *d = *state;
	struct newcomer n, m;
	struct test_tcp t;
	invite(d, &n);
	invite(d, &m);
	struct enrol q = enrolment(&n);
	assert_true(test_tcp_open(&t, d, &m.channel, NULL));
	assert_string_equal(greet(&t), "");
	assert_string_equal(test_tcp_act(&t, d, n.secret, CMD_enrol, &q), "E_KEY");
	test_tcp_close(&t);
	assert_true(test_tcp_open(&t, d, &d->r.channel, NULL));
	assert_string_equal(greet(&t), "");
	uint8_t zeros[NOISE_KEY_BYTES] = { 0 };
	struct test_line l;
	test_line_greet(&l, d);
	q.channel = bytes_of(zeros, sizeof(zeros));
	assert_string_equal(test_line_call_as(&l, d, n.secret, CMD_enrol, &q), "E_WEAK_KEY");
	test_line_close(&l);
	q.channel = bytes_of(d->r.channel.public, NOISE_KEY_BYTES);
	assert_string_equal(test_tcp_act(&t, d, n.secret, CMD_enrol, &q), "E_EXISTS");
	test_tcp_close(&t);
}

static void revocation_ends_lines_and_opens_none(void **state)
{
	struct test_daemon *d = *state;
	struct newcomer n;
	struct test_tcp t;
	struct test_line l;
	uint8_t id[KEY_ID_BYTES];
	invite(d, &n);
	struct enrol q = enrolment(&n);
	test_line_greet(&l, d);
	assert_string_equal(test_line_call_as(&l, d, n.secret, CMD_enrol, &q), "");
	test_line_close(&l);
	assert_true(test_tcp_open(&t, d, &n.channel, n.psk));
	assert_string_equal(test_tcp_login(&t, n.secret), "");
	key_id(n.secret + 32, id);
	test_line_login(&l, d);
	assert_string_equal(test_line_call(&l, d, CMD_key_revoke,
				    &(struct key_revoke){ .key = bytes_of(id, sizeof(id)) }),
		"");
	assert_true(test_tcp_closes(t.fd, PATIENCE_MS));
	test_tcp_close(&t);
	assert_true(test_tcp_open(&t, d, &n.channel, n.psk));
	assert_string_equal(test_tcp_login(&t, n.secret), "cut");
	test_tcp_close(&t);
	test_line_close(&l);
	assert_true(test_daemon_logs(d, "closed=handshake why=device"));
	assert_well(d);
}

/* What no client should send. */

static void assert_closed(struct test_daemon *d, struct bytes b)
{
	int fd = test_tcp_dial(d);
	(void)wire_send(fd, b);
	shutdown(fd, SHUT_WR);
	assert_true(test_tcp_closes(fd, PATIENCE_MS));
	close(fd);
}

static void other_protocols_are_shown_the_door(void **state)
{
	struct test_daemon *d = *state;
	static const char *const talk[] = { "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
		"SSH-2.0-OpenSSH_9.2p1\r\n", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
		"HOIAM\x02\x01\x00 a later version", "HOIAM\x01\x03\x00 another pattern",
		"HOIAM\x01\x01\x01 not zero", "\x93\x02", "" };
	for (size_t i = 0; i < COUNT(talk); i++)
		assert_closed(d, bytes_of(talk[i], strlen(talk[i]))); /* A 3, 18 */
	assert_true(test_daemon_logs(d, "closed=handshake why=preface"));
	assert_true(test_daemon_logs(d, "closed=handshake why=gone"));
	assert_false(test_daemon_logged(d, "why=frame"));
	for (unsigned n = 0; n < 200; n += 7) { /* A 4: first messages of other lengths */
		uint8_t wrong[300] = "HOIAM\x01\x01";
		put_u16(wrong + 8, (uint16_t)(n == 48 ? 49 : n));
		assert_closed(d, bytes_of(wrong, sizeof(wrong)));
	}
	assert_true(test_daemon_logs(d, "closed=handshake why=frame"));
	assert_false(test_daemon_logged(d, "why=message"));
	assert_closed(d, bytes_of("HOIAM\x01\x01\x00\x00\x30 for a server of another key, it "
				  "seems: 48 bytes.....",
				 58));
	assert_true(test_daemon_logs(d, "closed=handshake why=message"));
	assert_well(d);
}

/* A 11: one bit of what the client sends is another; the line ends and nothing was delivered. */
static void flipped_bits_end_the_line(void **state)
{
	struct test_daemon *d = *state;
	struct test_tcp t;
	static const uint8_t empty[] = { 0x80 };
	for (unsigned i = 0; i < 40; i++) {
		AUTO(writer_fini) struct writer request = { 0 }, sealed = { 0 };
		assert_true(test_tcp_officer(&t, d));
		assert_string_equal(test_tcp_login(&t, d->r.officer), "");
		wire_request(&request, 9, "whoami", bytes_of(empty, 1));
		assert_int_equal(
			channel_send(&t.channel, writer_bytes(&request), &sealed, NULL), OK);
		size_t bit = bench_random(&d->r, (sealed.n - 2) * 8) + 16;
		sealed.p[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_true(wire_send(t.fd, writer_bytes(&sealed)));
		assert_true(test_tcp_closes(t.fd, PATIENCE_MS));
		test_tcp_close(&t);
	}
	assert_true(test_daemon_logs(d, "closed=line why=data"));
	assert_well(d);
}

/* A 17: ends in the middle of everything. */
static void sudden_ends_do_no_harm(void **state)
{
	struct test_daemon *d = *state;
	struct test_tcp t;
	struct linger now = { 1, 0 };
	for (unsigned i = 0; i < 30; i++) {
		AUTO(writer_fini) struct writer all = { 0 }, sealed = { 0 };
		static const uint8_t empty[] = { 0x80 };
		assert_true(test_tcp_officer(&t, d));
		assert_string_equal(test_tcp_login(&t, d->r.officer), "");
		for (uint32_t k = 0; k < 50; k++)
			wire_request(&all, 10 + k, "policy.show", bytes_of(empty, 1));
		assert_int_equal(channel_send(&t.channel, writer_bytes(&all), &sealed, NULL), OK);
		(void)wire_send(t.fd, bytes_of(sealed.p, sealed.n - i));
		if (i % 2)
			setsockopt(t.fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
		test_tcp_close(&t);
	}
	assert_well(d);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, make, end)
	const struct CMUnitTest tests[] = {
		TEST(an_officer_works_over_the_line),
		TEST(pieces_do_not_matter),
		TEST(strangers_do_not_get_in),
		TEST(a_login_is_of_its_own_line),
		TEST(enrolling_has_a_line_of_its_own),
		TEST(a_borrowed_channel_key_is_refused),
		TEST(revocation_ends_lines_and_opens_none),
		TEST(other_protocols_are_shown_the_door),
		TEST(flipped_bits_end_the_line),
		TEST(sudden_ends_do_no_harm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
