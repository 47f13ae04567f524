/*
 * bench_slow.c: a slow line: a relay over TCP with a rate and a delay, which counts what passes.
 *
 *   bench_slow PORT [kbit/s] [ms there and back]
 *
 * Listens on a free port of 127.0.0.1, prints it, and passes one line after the other on to PORT of
 * 127.0.0.1. Of each it prints, when it is closed: the bytes to the server, the bytes back, the
 * round trips (how often the client spoke after having heard, or first), and the seconds that it
 * lasted.
 */
#include "tests/bench/register.h"
#include "tests/lib/wire.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CHUNKS = 4096, CHUNK_BYTES = 1024 };

/* Bytes on their way, first in first out. */
struct way {
	int from, to;
	double free_at; /* when the line has sent what it was given */
	struct {
		double due;
		size_t n;
		uint8_t bytes[CHUNK_BYTES];
	} chunks[CHUNKS];
	size_t first, count;
	uint64_t total;
	bool ended;
};

struct slow {
	double bytes_second, delay;
	struct way up, down;
	unsigned trips;
	bool heard; /* the client heard something since it spoke last */
};

static int listen_on(unsigned *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, n) != 0 || listen(fd, 16) != 0 ||
		getsockname(fd, (struct sockaddr *)&at, &n) != 0)
		bench_die("listen", NULL);
	*port = ntohs(at.sin_port);
	return fd;
}

static int dial(unsigned port)
{
	int one = 1;
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0)
		bench_die("connect", NULL);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return fd;
}

/* What is there goes on its way; false: the sender is gone. */
static bool take(const struct slow *s, struct way *way)
{
	size_t at = (way->first + way->count) % CHUNKS;
	ssize_t n = read(way->from, way->chunks[at].bytes, CHUNK_BYTES);
	double now = bench_seconds();
	if (n <= 0)
		return false;
	if (way->free_at < now)
		way->free_at = now;
	way->free_at += (double)n / s->bytes_second;
	way->chunks[at].due = way->free_at + s->delay;
	way->chunks[at].n = (size_t)n;
	way->count++;
	way->total += (uint64_t)n;
	return true;
}

/* What is due arrives; true if anything did. */
static bool give(struct way *way)
{
	bool given = false;
	while (way->count > 0 && way->chunks[way->first].due <= bench_seconds()) {
		(void)wire_send(way->to,
			bytes_of(way->chunks[way->first].bytes, way->chunks[way->first].n));
		way->first = (way->first + 1) % CHUNKS;
		way->count--;
		given = true;
	}
	return given;
}

static int wait_ms(const struct way *a, const struct way *b)
{
	double now = bench_seconds(), first = now + 1;
	if (a->count > 0 && a->chunks[a->first].due < first)
		first = a->chunks[a->first].due;
	if (b->count > 0 && b->chunks[b->first].due < first)
		first = b->chunks[b->first].due;
	return first <= now ? 0 : (int)((first - now) * 1000) + 1;
}

static void look(struct slow *s, const struct pollfd p[2])
{
	if (p[0].revents != 0) {
		s->up.ended = !take(s, &s->up);
		if (!s->up.ended && s->heard) {
			s->trips++;
			s->heard = false;
		}
	}
	if (p[1].revents != 0)
		s->down.ended = !take(s, &s->down);
}

static void serve(struct slow *s, int client, int server)
{
	double begin = bench_seconds();
	s->up.from = s->down.to = client;
	s->up.to = s->down.from = server;
	s->heard = true;
	while (!s->up.ended && !(s->down.ended && s->down.count == 0)) {
		struct pollfd p[2] = {
			{ .fd = s->up.count < CHUNKS ? client : -1, .events = POLLIN },
			{ .fd = s->down.count < CHUNKS && !s->down.ended ? server : -1,
				.events = POLLIN },
		};
		if (poll(p, 2, wait_ms(&s->up, &s->down)) > 0)
			look(s, p);
		(void)give(&s->up);
		s->heard = give(&s->down) || s->heard;
	}
	printf("%llu %llu %u %.1f\n", (unsigned long long)s->up.total,
		(unsigned long long)s->down.total, s->trips, bench_seconds() - begin);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	unsigned port;
	if (argc < 2) {
		fputs("usage: bench_slow PORT [kbit/s] [ms there and back]\n", stderr);
		return 2;
	}
	double rate = argc > 2 ? strtod(argv[2], NULL) : 64,
	       ms = argc > 3 ? strtod(argv[3], NULL) : 600;
	int listening = listen_on(&port);
	printf("%u\n", port);
	fflush(stdout);
	for (;;) {
		int client = accept(listening, NULL, NULL);
		if (client < 0)
			return 1;
		int server = dial((unsigned)strtoul(argv[1], NULL, 10));
		struct slow *s = xcalloc(1, sizeof(*s));
		s->bytes_second = rate * 1000 / 8;
		s->delay = ms / 2000;
		serve(s, client, server);
		free(s);
		close(server);
		close(client);
	}
}
