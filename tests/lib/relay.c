/* relay.c: bytes between two sockets, until the line is to break. */
#include "tests/lib/relay.h"

#include "proto/base.h"
#include "tests/lib/wire.h"

#include <arpa/inet.h>
#include <assert.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct relay {
	char folder[64], path[80], to[112];
	unsigned port; /* to a port; 0: to the path */
	int listening;
	pthread_t thread;
	pthread_mutex_t lock;
	unsigned lines, cuts; /* under the lock: yet to be broken, broken */
	enum relay_way way;
	size_t bytes;
};

/* What is to become of a new line; SIZE_MAX: it is left alone. */
static size_t plan(struct relay *r, enum relay_way *way)
{
	size_t bytes = SIZE_MAX;
	pthread_mutex_lock(&r->lock);
	if (r->lines > 0) {
		r->lines--;
		*way = r->way;
		bytes = r->bytes;
	}
	pthread_mutex_unlock(&r->lock);
	return bytes;
}

static void count_cut(struct relay *r)
{
	pthread_mutex_lock(&r->lock);
	r->cuts++;
	pthread_mutex_unlock(&r->lock);
}

/* Passes on what is there, `left` bytes at most; false: the sender is gone. */
static bool pass(int from, int to, size_t *left)
{
	uint8_t chunk[16384];
	ssize_t n = read(from, chunk, *left < sizeof(chunk) ? *left : sizeof(chunk));
	if (n <= 0)
		return false;
	if (*left != SIZE_MAX)
		*left -= (size_t)n;
	(void)wire_send(to, bytes_of(chunk, (size_t)n));
	return true;
}

/* A line from one end to the other; true: broken as planned. */
static bool serve(int client, int daemon, enum relay_way way, size_t bytes)
{
	size_t left[2] = { SIZE_MAX, SIZE_MAX };
	left[way] = bytes;
	while (left[way] > 0) {
		struct pollfd p[2] = { { .fd = client, .events = POLLIN },
			{ .fd = daemon, .events = POLLIN } };
		if (poll(p, 2, -1) < 0)
			continue;
		if (p[0].revents != 0 && !pass(client, daemon, &left[RELAY_UP]))
			return false;
		if (left[way] > 0 && p[1].revents != 0 && !pass(daemon, client, &left[RELAY_DOWN]))
			return false;
	}
	return true;
}

static struct sockaddr_in loopback(unsigned port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

static int dial_port(unsigned port)
{
	int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in to = loopback(port);
	int rc = connect(fd, (struct sockaddr *)&to, sizeof(to));
	assert(rc == 0);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return fd;
}

static void *relay_main(void *arg)
{
	struct relay *r = arg;
	for (;;) {
		int client = accept(r->listening, NULL, NULL);
		if (client < 0)
			return NULL;
		enum relay_way way = RELAY_UP;
		size_t bytes = plan(r, &way);
		int daemon = r->port != 0 ? dial_port(r->port) : wire_dial(r->to);
		assert(daemon >= 0);
		if (serve(client, daemon, way, bytes))
			count_cut(r);
		close(daemon);
		close(client);
	}
}

static void listen_to(struct relay *r, int family, const void *at, socklen_t n)
{
	r->listening = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int rc = bind(r->listening, at, n);
	assert(rc == 0);
	rc = listen(r->listening, 16);
	assert(rc == 0);
}

static struct relay *run(struct relay *r)
{
	pthread_mutex_init(&r->lock, NULL);
	int rc = pthread_create(&r->thread, NULL, relay_main, r);
	assert(rc == 0);
	return r;
}

struct relay *relay_open_tcp(unsigned port)
{
	struct relay *r = xcalloc(1, sizeof(*r));
	struct sockaddr_in at = loopback(0);
	socklen_t n = sizeof(at);
	r->port = port;
	listen_to(r, AF_INET, &at, n);
	int rc = getsockname(r->listening, (struct sockaddr *)&at, &n);
	assert(rc == 0);
	snprintf(r->path, sizeof(r->path), "127.0.0.1:%u", ntohs(at.sin_port));
	return run(r);
}

struct relay *relay_open(const char *to)
{
	struct relay *r = xcalloc(1, sizeof(*r));
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	snprintf(r->to, sizeof(r->to), "%s", to);
	snprintf(r->folder, sizeof(r->folder), "/tmp/hoiam.XXXXXX");
	const char *made = mkdtemp(r->folder);
	assert(made != NULL);
	snprintf(r->path, sizeof(r->path), "%s/r", r->folder);
	snprintf(at.sun_path, sizeof(at.sun_path), "%s", r->path);
	listen_to(r, AF_UNIX, &at, sizeof(at));
	return run(r);
}

const char *relay_path(const struct relay *r)
{
	return r->path;
}

void relay_cut(struct relay *r, unsigned lines, enum relay_way way, size_t bytes)
{
	pthread_mutex_lock(&r->lock);
	r->lines = lines;
	r->cuts = 0;
	r->way = way;
	r->bytes = bytes;
	pthread_mutex_unlock(&r->lock);
}

unsigned relay_cuts(struct relay *r)
{
	pthread_mutex_lock(&r->lock);
	unsigned cuts = r->cuts;
	pthread_mutex_unlock(&r->lock);
	return cuts;
}

void relay_close(struct relay *r)
{
	shutdown(r->listening, SHUT_RDWR);
	pthread_join(r->thread, NULL);
	close(r->listening);
	if (r->port == 0) {
		unlink(r->path);
		rmdir(r->folder);
	}
	pthread_mutex_destroy(&r->lock);
	free(r);
}
