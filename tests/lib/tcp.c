/* tcp.c: an encrypted line to a test's daemon. */
#include "tests/lib/test.h"

#include "tests/lib/tcp.h"

#include "daemon/house_key.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

unsigned test_tcp_port(const struct test_daemon *d)
{
	static const char words[] = "listening=tcp host=127.0.0.1 port=";
	char line[4096];
	unsigned port = 0;
	snprintf(line, sizeof(line), "%s/daemon.log", d->dir);
	FILE *file = fopen(line, "r");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file) != NULL) {
		const char *at = strstr(line, words);
		if (at != NULL)
			port = (unsigned)strtoul(at + sizeof(words) - 1, NULL, 10);
	}
	fclose(file);
	assert_int_not_equal(port, 0);
	return port;
}

int test_tcp_dial(const struct test_daemon *d)
{
	struct timeval patience = { 10, 0 };
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)test_tcp_port(d)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	return fd;
}

/* Bytes from the line through the channel; false: the line is cut. */
static bool receive(struct test_tcp *t)
{
	struct writer *raw = &t->raw;
	AUTO(writer_fini) struct writer out = { 0 };
	struct channel_io io = { &t->plain, &out };
	uint8_t chunk[4096];
	size_t used = 1;
	ssize_t got = read(t->fd, chunk, sizeof(chunk));
	if (got <= 0)
		return false;
	write_raw(raw, chunk, (size_t)got);
	while (used > 0 && raw->n > 0) {
		if (channel_receive(&t->channel, writer_bytes(raw), &used, &io, NULL) != OK)
			return false;
		memmove(raw->p, raw->p + used, raw->n - used);
		raw->n -= used;
	}
	return out.n == 0 || wire_send(t->fd, writer_bytes(&out));
}

bool test_tcp_open(struct test_tcp *t, const struct test_daemon *d, const struct noise_key *own,
	const uint8_t *psk)
{
	AUTO(writer_fini) struct writer out = { 0 };
	struct noise_key house;
	house_channel(d->r.house, &house);
	memset(t, 0, offsetof(struct test_tcp, bytes));
	t->fd = test_tcp_dial(d);
	struct channel_client setup = { .own = own, .server = house.public, .psk = psk };
	assert_int_equal(channel_start(&t->channel, &setup, &out, NULL), OK);
	bool good = wire_send(t->fd, writer_bytes(&out));
	while (good && !channel_is_open(&t->channel))
		good = receive(t);
	return good;
}

bool test_tcp_officer(struct test_tcp *t, const struct test_daemon *d)
{
	uint8_t psk[NOISE_KEY_BYTES];
	house_psk(d->r.house, d->r.token, psk);
	return test_tcp_open(t, d, &d->r.channel, psk);
}

void test_tcp_close(struct test_tcp *t)
{
	close(t->fd);
	channel_fini(&t->channel);
	writer_fini(&t->raw);
	writer_fini(&t->plain);
}

bool test_tcp_send(struct test_tcp *t, struct bytes b)
{
	AUTO(writer_fini) struct writer out = { 0 };
	if (channel_send(&t->channel, b, &out, NULL) != OK)
		return false;
	if (t->tape != NULL)
		write_raw(t->tape, out.p, out.n);
	return wire_send(t->fd, writer_bytes(&out));
}

bool test_tcp_answer(struct test_tcp *t)
{
	struct skim s;
	skim_init(&s, sizeof(t->bytes));
	while (skim_feed(&s, t->plain.p, t->plain.n, NULL) != OK)
		if (!receive(t))
			return false;
	memcpy(t->bytes, t->plain.p, s.at);
	memmove(t->plain.p, t->plain.p + s.at, t->plain.n - s.at);
	t->plain.n -= s.at;
	return wire_open(bytes_of(t->bytes, s.at), &t->answer);
}

const char *test_tcp_call(struct test_tcp *t, const char *method, struct bytes params)
{
	static char name[64];
	AUTO(writer_fini) struct writer w = { 0 };
	wire_request(&w, ++t->id, method, params);
	if (!test_tcp_send(t, writer_bytes(&w)) || !test_tcp_answer(t))
		return "cut";
	snprintf(name, sizeof(name), "%.*s", (int)t->answer.error.n, t->answer.error.p);
	return name;
}

static struct bytes bin(struct bytes value)
{
	struct reader rd = reader_of(value);
	return read_bin(&rd);
}

const char *test_tcp_login(struct test_tcp *t, const uint8_t *secret)
{
	AUTO(writer_fini) struct writer params = { 0 };
	uint8_t message[56 + NOISE_HASH_BYTES], sig[SIG_BYTES], id[KEY_ID_BYTES];
	struct hello hello = { .proto = PROTOCOL_MAJOR };
	record_write_wire(&params, record_hello(), &hello, NULL, NULL);
	const char *error = test_tcp_call(t, "hello", writer_bytes(&params));
	if (error[0] != '\0')
		return error;
	login_message(bin(wire_field(t->answer.result, "reg")).p,
		bin(wire_field(t->answer.result, "challenge")).p, message);
	memcpy(message + 56, channel_hash(&t->channel), NOISE_HASH_BYTES);
	crypto_sign_detached(sig, NULL, message, sizeof(message), secret);
	key_id(secret + 32, id);
	struct login login = { bytes_of(id, sizeof(id)), bytes_of(sig, sizeof(sig)) };
	writer_reset(&params);
	record_write_wire(&params, record_login(), &login, NULL, NULL);
	return test_tcp_call(t, "login", writer_bytes(&params));
}

const char *test_tcp_act(struct test_tcp *t, struct test_daemon *d, const uint8_t *secret,
	enum cmd cmd, const void *record)
{
	AUTO(writer_fini) struct writer params = { 0 };
	if (cmds[cmd].mode == CMD_WRITE)
		bench_build_as(&d->r, secret, cmd, record, &params);
	else
		record_write_wire(&params, cmds[cmd].record(), record, NULL, NULL);
	return test_tcp_call(t, cmds[cmd].wire, writer_bytes(&params));
}

bool test_tcp_closes(int fd, int ms)
{
	uint8_t chunk[4096];
	double end = bench_seconds() + ms / 1e3;
	for (;;) {
		int left = (int)((end - bench_seconds()) * 1000);
		struct pollfd p = { .fd = fd, .events = POLLIN };
		if (left <= 0 || poll(&p, 1, left) == 0)
			return false;
		if (read(fd, chunk, sizeof(chunk)) <= 0)
			return true;
	}
}
