/* line.c: bytes to the daemon and whole messages back, in clear or inside Noise. */
#include "clients/line.h"

#include "clients/i18n.h"
#include "clients/keyfile.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum {
	CONNECT_MS = 5000,
	HANDSHAKES = 2, /* a line that breaks in one gets another: nothing was asked yet */
	ANSWER_BYTES_MAX = 1024 * 1024,
	READ_BYTES = 64 * 1024,
};

int64_t line_now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

enum err line_unreachable(const struct line *line, const char *why, struct fault *f)
{
	return fail(f, E_UNREACHABLE, line->path, why);
}

/* Waits for the socket; false when the deadline has passed. */
static bool wait_for(int fd, short events, int64_t deadline)
{
	for (;;) {
		int64_t left = deadline - line_now();
		if (left <= 0)
			return false;
		struct pollfd p = { .fd = fd, .events = events };
		int n = poll(&p, 1, (int)left);
		if (n > 0)
			return true;
		if (n < 0 && errno != EINTR)
			return false;
	}
}

void line_hang_up(struct line *line)
{
	if (line->fd >= 0)
		close(line->fd);
	line->fd = -1;
	channel_fini(&line->channel);
	writer_reset(&line->raw);
	writer_reset(&line->in);
	line->taken = 0;
}

static enum err connect_unix(struct line *line, struct fault *f)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	size_t n = strlen(line->path);
	if (n >= sizeof(to.sun_path))
		return line_unreachable(
			line, N_("the path of a socket may have 107 bytes at most"), f);
	memcpy(to.sun_path, line->path, n);
	line->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (line->fd < 0)
		return line_unreachable(line, strerror(errno), f);
	int64_t deadline = line_now() + CONNECT_MS;
	/* EAGAIN: the daemon's queue of new connections is full. */
	while (connect(line->fd, (const struct sockaddr *)&to, sizeof(to)) != 0) {
		int why = errno;
		if ((why == EAGAIN || why == EINTR) && line_now() < deadline) {
			(void)poll(NULL, 0, 20);
			continue;
		}
		line_hang_up(line);
		return line_unreachable(line, strerror(why), f);
	}
	return OK;
}

/* Connect to one of the addresses; what went wrong last is in errno. */
static int connect_to(const struct addrinfo *at, int64_t deadline)
{
	int one = 1, why = 0;
	socklen_t n = sizeof(why);
	int fd = socket(at->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (connect(fd, at->ai_addr, at->ai_addrlen) == 0)
		return fd;
	why = errno;
	if (why == EINPROGRESS) {
		why = ETIMEDOUT;
		if (wait_for(fd, POLLOUT, deadline))
			getsockopt(fd, SOL_SOCKET, SO_ERROR, &why, &n);
	}
	if (why == 0)
		return fd;
	close(fd);
	errno = why;
	return -1;
}

/* HOST:PORT, [HOST]:PORT for IPv6 by number. */
static enum err connect_tcp(struct line *line, int64_t deadline, struct fault *f)
{
	static const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *all = NULL;
	char host[SERVER_BYTES_MAX + 1];
	const char *colon = strrchr(line->path, ':');
	size_t n = colon == NULL ? 0 : (size_t)(colon - line->path);
	if (n == 0 || n >= sizeof(host))
		return line_unreachable(line, N_("HOST:PORT is wanted"), f);
	bool bracket = line->path[0] == '[' && n > 2 && line->path[n - 1] == ']';
	memcpy(host, line->path + bracket, n - 2 * bracket);
	host[n - 2 * bracket] = '\0';
	int rc = getaddrinfo(host, colon + 1, &hints, &all);
	if (rc != 0)
		return line_unreachable(line, gai_strerror(rc), f);
	for (const struct addrinfo *at = all; at != NULL && line->fd < 0; at = at->ai_next)
		line->fd = connect_to(at, deadline);
	freeaddrinfo(all);
	return line->fd >= 0 ? OK : line_unreachable(line, strerror(errno), f);
}

/* Bytes out and back. A server that refuses a connection may write its reason before we speak. */

static enum err send_all(struct line *line, struct bytes b, int64_t deadline, struct fault *f)
{
	for (size_t at = 0; at < b.n;) {
		ssize_t put = send(line->fd, b.p + at, b.n - at, MSG_NOSIGNAL);
		if (put >= 0) {
			at += (size_t)put;
			continue;
		}
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN)
			return OK; /* there may be a reason to read */
		if (!wait_for(line->fd, POLLOUT, deadline))
			return line_unreachable(line, N_("no answer in time"), f);
	}
	return OK;
}

/* What came in, out of the channel when there is one. */
static enum err take(struct line *line, struct bytes b, int64_t deadline, struct fault *f)
{
	AUTO(writer_fini) struct writer out = { 0 };
	struct channel_io io = { &line->in, &out };
	size_t used = 1;
	enum err err = OK;
	if (line->device == NULL) {
		write_raw(&line->in, b.p, b.n);
		return OK;
	}
	write_raw(&line->raw, b.p, b.n);
	while (err == OK && used > 0 && line->raw.n > 0) {
		err = channel_receive(&line->channel, writer_bytes(&line->raw), &used, &io, f);
		if (err != OK)
			break;
		memmove(line->raw.p, line->raw.p + used, line->raw.n - used);
		line->raw.n -= used;
	}
	return err == OK && out.n > 0 ? send_all(line, writer_bytes(&out), deadline, f) : err;
}

static enum err read_some(struct line *line, int64_t deadline, struct fault *f)
{
	uint8_t chunk[READ_BYTES];
	for (;;) {
		if (!wait_for(line->fd, POLLIN, deadline))
			return line_unreachable(line, N_("no answer in time"), f);
		ssize_t got = recv(line->fd, chunk, sizeof(chunk), 0);
		if (got < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (got <= 0)
			return fail(f, E_CUT, line->path, NULL);
		return take(line, bytes_of(chunk, (size_t)got), deadline, f);
	}
}

static enum err shake_hands(struct line *line, int64_t deadline, struct fault *f)
{
	AUTO(writer_fini) struct writer out = { 0 };
	struct channel_client setup = { .own = keyfile_line(line->device),
		.server = keyfile_server_key(line->device),
		.psk = line->enrolling ? NULL : keyfile_psk(line->device) };
	enum err err = channel_start(&line->channel, &setup, &out, f);
	if (err == OK)
		err = send_all(line, writer_bytes(&out), deadline, f);
	while (err == OK && !channel_is_open(&line->channel))
		err = read_some(line, deadline, f);
	return err;
}

enum err line_connect(struct line *line, struct fault *f)
{
	int64_t deadline = line_now() + CONNECT_MS;
	if (line->device == NULL)
		return connect_unix(line, f);
	enum err err = E_CUT;
	for (unsigned tries = 0; err == E_CUT && tries < HANDSHAKES; tries++) {
		err = connect_tcp(line, deadline, f);
		if (err == OK)
			err = shake_hands(line, deadline, f);
		if (err != OK)
			line_hang_up(line);
	}
	return err == E_CUT ? line_unreachable(line, N_("the server closed the line"), f) : err;
}

enum err line_send(struct line *line, struct bytes b, int64_t deadline, struct fault *f)
{
	AUTO(writer_fini) struct writer sealed = { 0 };
	if (line->device == NULL)
		return send_all(line, b, deadline, f);
	enum err err = channel_send(&line->channel, b, &sealed, f);
	return err == OK ? send_all(line, writer_bytes(&sealed), deadline, f) : err;
}

/* The next whole message; it borrows line->in until the next. */
enum err line_receive(struct line *line, int64_t deadline, struct bytes *message, struct fault *f)
{
	struct skim skim;
	skim_init(&skim, ANSWER_BYTES_MAX);
	if (line->taken > 0)
		memmove(line->in.p, line->in.p + line->taken, line->in.n - line->taken);
	line->in.n -= line->taken;
	line->taken = 0;
	for (;;) {
		enum err err =
			line->in.n == 0 ? E_TRUNCATED : skim_feed(&skim, line->in.p, line->in.n, f);
		if (err == OK) {
			line->taken = skim.at;
			*message = bytes_of(line->in.p, skim.at);
			return OK;
		}
		if (err == E_TRUNCATED)
			err = read_some(line, deadline, f);
		if (err != OK)
			return err;
	}
}

bool line_is_empty(const struct line *line)
{
	return line->in.n == line->taken;
}

void line_fini(struct line *line)
{
	line_hang_up(line);
	writer_fini(&line->in);
	writer_fini(&line->raw);
	free(line->path);
}
