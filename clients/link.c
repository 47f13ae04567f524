/* link.c: one connection, one call. */
#include "clients/link.h"

#include "clients/i18n.h"
#include "clients/keyfile.h"
#include "clients/link_wire.h"
#include "proto/channel.h"

#include <assert.h>
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

#include <sodium.h>

enum {
	CONNECT_MS = 5000,
	CALL_MS = 60000,
	ANSWER_BYTES_MAX = 1024 * 1024,
	READ_BYTES = 64 * 1024,
	PAUSE_FIRST_MS = 10, /* and twice as long each time, up to */
	PAUSE_LAST_MS = 1000,
};

struct link {
	char *path;
	int fd;
	uint32_t id;
	struct greeting greeting;
	const struct keyfile *key;
	bool greeted, logged_in; /* what a new line must do to be as this one */
	int64_t patience_ms;
	struct writer out, in;
	/* an encrypted line: the device's keys, what came and is no whole frame yet */
	const struct keyfile *device; /* NULL: a Unix socket */
	bool enrolling;
	struct channel channel;
	struct writer raw;
};

static int64_t now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static enum err unreachable(const struct link *link, const char *why, struct fault *f)
{
	return fail(f, E_UNREACHABLE, link->path, why);
}

/* Waits for the socket; false when the deadline has passed. */
static bool wait_for(int fd, short events, int64_t deadline)
{
	for (;;) {
		int64_t left = deadline - now_ms();
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

static void hang_up(struct link *link)
{
	if (link->fd >= 0)
		close(link->fd);
	link->fd = -1;
	channel_fini(&link->channel);
	writer_reset(&link->raw);
}

static enum err connect_unix(struct link *link, struct fault *f)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	size_t n = strlen(link->path);
	if (n >= sizeof(to.sun_path))
		return unreachable(link, N_("the path of a socket may have 107 bytes at most"), f);
	memcpy(to.sun_path, link->path, n);
	link->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (link->fd < 0)
		return unreachable(link, strerror(errno), f);
	int64_t deadline = now_ms() + CONNECT_MS;
	/* EAGAIN: the daemon's queue of new connections is full. */
	while (connect(link->fd, (const struct sockaddr *)&to, sizeof(to)) != 0) {
		int why = errno;
		if ((why == EAGAIN || why == EINTR) && now_ms() < deadline) {
			(void)poll(NULL, 0, 20);
			continue;
		}
		hang_up(link);
		return unreachable(link, strerror(why), f);
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
static enum err connect_tcp(struct link *link, int64_t deadline, struct fault *f)
{
	static const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *all = NULL;
	char host[SERVER_BYTES_MAX + 1];
	const char *colon = strrchr(link->path, ':');
	size_t n = colon == NULL ? 0 : (size_t)(colon - link->path);
	if (n == 0 || n >= sizeof(host))
		return unreachable(link, N_("HOST:PORT is wanted"), f);
	bool bracket = link->path[0] == '[' && n > 2 && link->path[n - 1] == ']';
	memcpy(host, link->path + bracket, n - 2 * bracket);
	host[n - 2 * bracket] = '\0';
	int rc = getaddrinfo(host, colon + 1, &hints, &all);
	if (rc != 0)
		return unreachable(link, gai_strerror(rc), f);
	for (const struct addrinfo *at = all; at != NULL && link->fd < 0; at = at->ai_next)
		link->fd = connect_to(at, deadline);
	freeaddrinfo(all);
	return link->fd >= 0 ? OK : unreachable(link, strerror(errno), f);
}

/* Bytes out and back. A server that refuses a connection may write its reason before we speak. */

static enum err send_all(struct link *link, struct bytes b, int64_t deadline, struct fault *f)
{
	for (size_t at = 0; at < b.n;) {
		ssize_t put = send(link->fd, b.p + at, b.n - at, MSG_NOSIGNAL);
		if (put >= 0) {
			at += (size_t)put;
			continue;
		}
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN)
			return OK; /* there may be a reason to read */
		if (!wait_for(link->fd, POLLOUT, deadline))
			return unreachable(link, N_("no answer in time"), f);
	}
	return OK;
}

/* What came in, out of the channel when there is one. */
static enum err take(struct link *link, struct bytes b, int64_t deadline, struct fault *f)
{
	AUTO(writer_fini) struct writer out = { 0 };
	struct channel_io io = { &link->in, &out };
	size_t used = 1;
	enum err err = OK;
	if (link->device == NULL) {
		write_raw(&link->in, b.p, b.n);
		return OK;
	}
	write_raw(&link->raw, b.p, b.n);
	while (err == OK && used > 0 && link->raw.n > 0) {
		err = channel_receive(&link->channel, writer_bytes(&link->raw), &used, &io, f);
		if (err != OK)
			break;
		memmove(link->raw.p, link->raw.p + used, link->raw.n - used);
		link->raw.n -= used;
	}
	return err == OK && out.n > 0 ? send_all(link, writer_bytes(&out), deadline, f) : err;
}

static enum err read_some(struct link *link, int64_t deadline, struct fault *f)
{
	uint8_t chunk[READ_BYTES];
	for (;;) {
		if (!wait_for(link->fd, POLLIN, deadline))
			return unreachable(link, N_("no answer in time"), f);
		ssize_t got = recv(link->fd, chunk, sizeof(chunk), 0);
		if (got < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (got <= 0)
			return fail(f, E_CUT, link->path, NULL);
		return take(link, bytes_of(chunk, (size_t)got), deadline, f);
	}
}

static enum err shake_hands(struct link *link, int64_t deadline, struct fault *f)
{
	AUTO(writer_fini) struct writer out = { 0 };
	struct channel_client setup = { .own = keyfile_line(link->device),
		.server = keyfile_server_key(link->device),
		.psk = link->enrolling ? NULL : keyfile_psk(link->device) };
	enum err err = channel_start(&link->channel, &setup, &out, f);
	if (err == OK)
		err = send_all(link, writer_bytes(&out), deadline, f);
	while (err == OK && !channel_is_open(&link->channel))
		err = read_some(link, deadline, f);
	return err;
}

static enum err connect_once(struct link *link, struct fault *f)
{
	int64_t deadline = now_ms() + CONNECT_MS;
	if (link->device == NULL)
		return connect_unix(link, f);
	enum err err = connect_tcp(link, deadline, f);
	if (err == OK)
		err = shake_hands(link, deadline, f);
	if (err == E_CUT)
		err = unreachable(link, N_("the server closed the line"), f);
	if (err != OK)
		hang_up(link);
	return err;
}

static enum err send_message(struct link *link, struct bytes b, int64_t deadline, struct fault *f)
{
	AUTO(writer_fini) struct writer sealed = { 0 };
	if (link->device == NULL)
		return send_all(link, b, deadline, f);
	enum err err = channel_send(&link->channel, b, &sealed, f);
	return err == OK ? send_all(link, writer_bytes(&sealed), deadline, f) : err;
}

static enum err receive(struct link *link, int64_t deadline, struct fault *f)
{
	struct skim skim;
	skim_init(&skim, ANSWER_BYTES_MAX);
	writer_reset(&link->in);
	for (;;) {
		enum err err = read_some(link, deadline, f);
		if (err != OK)
			return err;
		err = skim_feed(&skim, link->in.p, link->in.n, f);
		if (err == OK)
			return skim.at == link->in.n ? OK : fail(f, E_TRAILING, "answer", NULL);
		if (err != E_TRUNCATED)
			return err;
	}
}

enum err link_call(struct link *link, const char *method, struct bytes params, struct bytes *result,
	struct fault *f)
{
	if (link->fd < 0)
		return fail(f, E_CUT, link->path, NULL);
	struct writer *w = &link->out;
	writer_reset(w);
	write_array(w, 4);
	write_uint(w, 0);
	write_uint(w, ++link->id);
	write_string(w, method);
	write_array(w, 1);
	write_raw(w, params.p, params.n);
	int64_t deadline = now_ms() + CALL_MS;
	enum err err = send_message(link, writer_bytes(w), deadline, f);
	if (err == OK)
		err = receive(link, deadline, f);
	if (err != OK) {
		hang_up(link); /* what comes later would be taken for the next answer */
		return err;
	}
	return answer_open(writer_bytes(&link->in), link->id, result, f);
}

/* Hello and login. */

static enum err say_hello(struct link *link, struct fault *f)
{
	AUTO(writer_fini) struct writer params = { 0 };
	struct hello hello = { .proto = PROTOCOL_MAJOR,
		.program = text_of("hoiam " HOIAM_VERSION) };
	record_write_wire(&params, record_hello(), &hello, NULL, NULL);
	struct bytes result = { 0 };
	struct greeting greeting;
	enum err err = link_call(link, "hello", writer_bytes(&params), &result, f);
	if (err == E_CUT)
		return unreachable(link, N_("the server closed the line"), f);
	if (err == OK)
		err = greeting_read(result, &greeting, f);
	if (err != OK)
		return err;
	if (link->greeted && memcmp(link->greeting.reg, greeting.reg, sizeof(greeting.reg)) != 0)
		return fail(f, E_REGISTER, NULL, NULL);
	link->greeting = greeting;
	link->greeted = true;
	return OK;
}

static enum err log_in(struct link *link, struct fault *f)
{
	const struct greeting *g = &link->greeting;
	if (memcmp(g->reg, keyfile_reg(link->key), 16) != 0 ||
		memcmp(g->house, keyfile_house(link->key), 32) != 0)
		return fail(f, E_REGISTER, NULL, NULL);
	uint8_t message[56 + NOISE_HASH_BYTES], sig[SIG_BYTES];
	size_t n = 56;
	login_message(g->reg, g->challenge, message);
	if (link->device != NULL) {
		memcpy(message + n, channel_hash(&link->channel), NOISE_HASH_BYTES);
		n += NOISE_HASH_BYTES;
	}
	crypto_sign_detached(sig, NULL, message, n, keyfile_secret(link->key));
	AUTO(writer_fini) struct writer params = { 0 };
	struct login login = { .key = bytes_of(keyfile_id(link->key), KEY_ID_BYTES),
		.sig = bytes_of(sig, sizeof(sig)) };
	record_write_wire(&params, record_login(), &login, NULL, NULL);
	struct bytes result = { 0 };
	return link_call(link, "login", writer_bytes(&params), &result, f);
}

/* A line as the one before was: greeted, and logged in if that was. */
static enum err bring_up(struct link *link, struct fault *f)
{
	if (link->fd >= 0)
		return OK;
	enum err err = connect_once(link, f);
	if (err == OK)
		err = say_hello(link, f);
	if (err == OK && link->logged_in)
		err = log_in(link, f);
	if (err != OK)
		hang_up(link);
	return err;
}

/* Trying. */

struct tries {
	int64_t deadline;
	unsigned n;
};

static struct tries tries_of(const struct link *link)
{
	return (struct tries){ .deadline = now_ms() + link->patience_ms };
}

/* Nothing was done that trying again would do twice, and the next time may go better. */
static bool may_pass(enum err err)
{
	return err == E_CUT || err == E_UNREACHABLE || err == E_STOPPING || err == E_BUSY;
}

/* Another try after this error, when its time has come? A broken line gets one at once. */
static bool try_again(struct tries *t, enum err err)
{
	unsigned n = t->n++;
	if (!may_pass(err))
		return false;
	if (err == E_CUT && n == 0)
		return true;
	int64_t pause = n < 7 ? (int64_t)PAUSE_FIRST_MS << n : PAUSE_LAST_MS;
	if (now_ms() + pause >= t->deadline)
		return false;
	(void)poll(NULL, 0, (int)pause);
	return true;
}

enum err link_read(struct link *link, const char *method, struct bytes params, struct bytes *result,
	struct fault *f)
{
	struct tries tries = tries_of(link);
	enum err err;
	do {
		err = bring_up(link, f);
		if (err == OK)
			err = link_call(link, method, params, result, f);
	} while (try_again(&tries, err));
	return err;
}

static enum err open_link(struct link **out, struct link *made, const char *path, struct fault *f)
{
	AUTO(link_close) struct link *link = made;
	link->fd = -1;
	link->path = xstrndup(path, strlen(path));
	struct tries tries = tries_of(link);
	enum err err;
	do {
		err = bring_up(link, f);
	} while (try_again(&tries, err));
	if (err != OK)
		return err;
	*out = link;
	link = NULL;
	return OK;
}

enum err link_open_patient(
	struct link **out, const char *path, int64_t patience_ms, struct fault *f)
{
	struct link *link = xcalloc(1, sizeof(*link));
	link->patience_ms = patience_ms;
	return open_link(out, link, path, f);
}

enum err link_open_line(struct link **out, const char *server, const struct keyfile *device,
	bool enrolling, struct fault *f)
{
	if (!keyfile_has_line(device))
		return fail(f, E_CHANNEL, NULL,
			N_("this key came by an invitation that names no encrypted line"));
	struct link *link = xcalloc(1, sizeof(*link));
	link->device = device;
	link->enrolling = enrolling;
	return open_link(out, link, server, f);
}

const uint8_t *link_channel(const struct link *link)
{
	return link->device == NULL ? NULL : channel_hash(&link->channel);
}

enum err link_open(struct link **out, const char *path, struct fault *f)
{
	return link_open_patient(out, path, 0, f);
}

void link_close(struct link *link)
{
	if (link == NULL)
		return;
	hang_up(link);
	writer_fini(&link->out);
	writer_fini(&link->in);
	writer_fini(&link->raw);
	free(link->path);
	free(link);
}

const struct greeting *link_greeting(const struct link *link)
{
	return &link->greeting;
}

void link_sign_as(struct link *link, const struct keyfile *key)
{
	link->key = key;
}

enum err link_login(struct link *link, const struct keyfile *key, struct fault *f)
{
	struct tries tries = tries_of(link);
	enum err err;
	link_sign_as(link, key);
	link->logged_in = false;
	do {
		err = bring_up(link, f);
		if (err == OK)
			err = log_in(link, f);
	} while (link->patience_ms > 0 && try_again(&tries, err));
	link->logged_in = err == OK;
	return err;
}

/* Actions. */

static enum err cut(const struct link *link, const uint8_t *rid, struct fault *f)
{
	char hex[2 * RID_BYTES + 1];
	return fail(f, E_CUT, link->path, sodium_bin2hex(hex, sizeof(hex), rid, RID_BYTES));
}

/* The same request number gives the same salts, so that a repeated request is the same to the byte.
 */
static void repeat_seed(const struct keyfile *key, const uint8_t *rid, uint8_t out[static 32])
{
	crypto_generichash(out, 32, rid, RID_BYTES, keyfile_secret(key), 32);
}

/* Sends the same bytes until they are answered; E_CUT when it cannot be known what became of them.
 */
static enum err act(struct link *link, const char *method, struct bytes params, const uint8_t *rid,
	struct bytes *result, struct fault *f)
{
	struct tries tries = tries_of(link);
	struct fault last = { 0 };
	enum err err, up = OK;
	do {
		if (tries.n > 0)
			up = bring_up(link, NULL);
		err = up == OK ? link_call(link, method, params, result, &last) : E_CUT;
	} while ((up == OK || may_pass(up)) && try_again(&tries, err));
	if (err == E_CUT)
		return cut(link, rid, f);
	if (err != OK && f != NULL)
		*f = last;
	return err;
}

void link_new_rid(uint8_t rid[static RID_BYTES])
{
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	rid_make(rid, (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000);
}

enum err link_act(struct link *link, const struct cmd_row *cmd, const void *record,
	const uint8_t *rid, struct bytes *result, struct fault *f)
{
	assert(link->key != NULL);
	uint8_t fresh[RID_BYTES];
	if (rid == NULL) {
		link_new_rid(fresh);
		rid = fresh;
	}
	AUTO(writer_fini) struct writer params = { 0 };
	uint8_t seed[32];
	struct signing by = { .secret = keyfile_secret(link->key),
		.reg = bytes_of(keyfile_reg(link->key), 16),
		.salt_seed = rid == fresh ? NULL : seed };
	if (by.salt_seed != NULL)
		repeat_seed(link->key, rid, seed);
	enum err err = action_build(&params, cmd, record, rid, &by, f);
	if (err != OK)
		return err;
	return act(link, cmd->wire, writer_bytes(&params), rid, result, f);
}
