/* secure.c: an encrypted line to a daemon on this machine. */
#include "tests/bench/secure.h"

#include "daemon/house_key.h"
#include "tests/lib/wire.h"

#include <arpa/inet.h>
#include <sodium.h>
#include <sys/socket.h>
#include <unistd.h>

static int dial(unsigned port)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0)
		bench_die("connect", NULL);
	return fd;
}

void secure_receive(struct secure *s)
{
	AUTO(writer_fini) struct writer out = { 0 };
	struct channel_io io = { &s->plain, &out };
	uint8_t chunk[4096];
	size_t used = 1;
	ssize_t got = read(s->fd, chunk, sizeof(chunk));
	if (got <= 0)
		bench_die("the line is cut", NULL);
	write_raw(&s->raw, chunk, (size_t)got);
	while (used > 0 && s->raw.n > 0) {
		if (channel_receive(&s->channel, writer_bytes(&s->raw), &used, &io, NULL) != OK)
			bench_die("channel", NULL);
		memmove(s->raw.p, s->raw.p + used, s->raw.n - used);
		s->raw.n -= used;
	}
	if (out.n > 0 && !wire_send(s->fd, writer_bytes(&out)))
		bench_die("send", NULL);
}

static void shake_hands(struct secure *s, const struct bench_register *r, unsigned port)
{
	AUTO(writer_fini) struct writer out = { 0 };
	struct noise_key house;
	uint8_t psk[NOISE_KEY_BYTES];
	house_channel(r->house, &house);
	house_psk(r->house, r->token, psk);
	*s = (struct secure){ .fd = dial(port) };
	struct channel_client setup = { .own = &r->channel, .server = house.public, .psk = psk };
	if (channel_start(&s->channel, &setup, &out, NULL) != OK ||
		!wire_send(s->fd, writer_bytes(&out)))
		bench_die("handshake", NULL);
	while (!channel_is_open(&s->channel))
		secure_receive(s);
}

static struct wire_answer call(
	struct secure *s, const char *method, const struct record *record, const void *q)
{
	AUTO(writer_fini) struct writer params = { 0 }, w = { 0 }, out = { 0 };
	struct wire_answer answer;
	struct skim skim;
	record_write_wire(&params, record, q, NULL, NULL);
	wire_request(&w, 1, method, writer_bytes(&params));
	secure_seal(s, writer_bytes(&w), &out);
	if (!wire_send(s->fd, writer_bytes(&out)))
		bench_die("send", NULL);
	writer_reset(&s->plain);
	skim_init(&skim, LIMIT_MESSAGE_BYTES);
	while (skim_feed(&skim, s->plain.p, s->plain.n, NULL) != OK)
		secure_receive(s);
	if (!wire_open(writer_bytes(&s->plain), &answer) || answer.error.n > 0)
		bench_die(method, NULL);
	return answer;
}

static struct bytes bin(struct bytes value)
{
	struct reader rd = reader_of(value);
	return read_bin(&rd);
}

static void log_in(struct secure *s, const struct bench_register *r)
{
	uint8_t message[56 + NOISE_HASH_BYTES], sig[SIG_BYTES], id[KEY_ID_BYTES];
	struct hello hello = { .proto = PROTOCOL_MAJOR };
	struct wire_answer answer = call(s, "hello", record_hello(), &hello);
	login_message(bin(wire_field(answer.result, "reg")).p,
		bin(wire_field(answer.result, "challenge")).p, message);
	memcpy(message + 56, channel_hash(&s->channel), NOISE_HASH_BYTES);
	crypto_sign_detached(sig, NULL, message, sizeof(message), r->officer);
	key_id(r->officer + 32, id);
	struct login login = { bytes_of(id, sizeof(id)), bytes_of(sig, sizeof(sig)) };
	(void)call(s, "login", record_login(), &login);
}

void secure_seal(struct secure *s, struct bytes message, struct writer *out)
{
	if (channel_send(&s->channel, message, out, NULL) != OK)
		bench_die("channel", NULL);
}

void secure_open(struct secure *s, const struct bench_register *r, unsigned port)
{
	shake_hands(s, r, port);
	log_in(s, r);
	writer_reset(&s->plain);
}

void secure_close(struct secure *s)
{
	if (s->fd >= 0)
		close(s->fd);
	channel_fini(&s->channel);
	writer_fini(&s->raw);
	writer_fini(&s->plain);
}
