/* conn.c: bytes between a descriptor and a session, with limits on both ways. */
#include "daemon/conn.h"

#include "daemon/clock.h"
#include "daemon/log.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct conn {
	struct conn *next, **before;
	struct conns *all;
	struct bufferevent *stream;
	struct session *session;
	int64_t opened_at, heard_at, sent_at; /* boot clock, µs */
	int64_t frame_at;                     /* when the unfinished message began; 0: none */
	bool dead;                            /* to be closed at the next turn */
	bool shaking;                         /* the handshake of the channel is not finished */
	uint8_t address[16];                  /* of an encrypted line: IPv6, or IPv4 mapped */
	struct channel *channel;              /* NULL: a line in clear */
	char why[8];                          /* it has failed: for the log alone */
	struct writer plain;                  /* what came out of it and is not consumed yet */
};

static void conn_close(struct conn *c)
{
	*c->before = c->next;
	if (c->next != NULL)
		c->next->before = c->before;
	c->all->count--;
	c->all->handshakes -= c->shaking;
	session_gone(c->session);
	bufferevent_free(c->stream);
	if (c->channel != NULL)
		channel_fini(c->channel);
	free(c->channel);
	writer_wipe(&c->plain);
	free(c);
}

/* A session ends inside its own callbacks: only mark, the sweep or the callback closes. */
static void peer_end(void *arg)
{
	struct conn *c = arg;
	c->dead = true;
	bufferevent_disable(c->stream, EV_READ);
}

static size_t waiting(const struct conn *c)
{
	return evbuffer_get_length(bufferevent_get_output(c->stream));
}

static void put(struct conn *c, struct bytes bytes)
{
	AUTO(writer_fini) struct writer sealed = { 0 };
	if (c->channel == NULL)
		bufferevent_write(c->stream, bytes.p, bytes.n);
	else if (channel_send(c->channel, bytes, &sealed, NULL) == OK)
		bufferevent_write(c->stream, sealed.p, sealed.n);
	else
		peer_end(c);
}

static void peer_send(void *arg, struct bytes bytes)
{
	struct conn *c = arg;
	size_t before = waiting(c); /* one answer may be larger than what may wait */
	if (before == 0)
		c->sent_at = clock_boot();
	put(c, bytes);
	if (before > c->all->conf->output_drop_bytes) {
		log_info("conn", "dropped=slow waiting=%zu", waiting(c));
		peer_end(c);
	} else if (waiting(c) > c->all->conf->output_stop_bytes) {
		bufferevent_disable(c->stream, EV_READ);
	}
}

/* No further request is answered to who does not read, or is to be closed. */
static bool peer_full(void *arg)
{
	const struct conn *c = arg;
	return c->dead || waiting(c) > c->all->conf->output_stop_bytes;
}

/* The unfinished message, if there is one, began when something last was consumed. */
static void note_frame(struct conn *c, bool consumed, bool left)
{
	if (!left)
		c->frame_at = 0;
	else if (consumed || c->frame_at == 0)
		c->frame_at = c->heard_at;
}

/* The session gets what the channel gave and what it left before. */
static bool feed_plain(struct conn *c, bool left)
{
	size_t n = c->plain.n;
	if (n == 0) {
		note_frame(c, false, left);
		return true;
	}
	ptrdiff_t used = session_feed(c->session, c->plain.p, n);
	if (used < 0)
		return false;
	sodium_memzero(c->plain.p, (size_t)used);
	memmove(c->plain.p, c->plain.p + used, n - (size_t)used);
	c->plain.n -= (size_t)used;
	note_frame(c, used > 0, left || c->plain.n > 0);
	if (c->plain.n == 0)
		writer_wipe(&c->plain);
	return true;
}

/* Whole frames out of the buffer, through the channel. */
static bool unseal(struct conn *c, struct evbuffer *in)
{
	AUTO(writer_fini) struct writer out = { 0 };
	struct channel_io io = { &c->plain, &out };
	size_t n = evbuffer_get_length(in), used = 1, taken = 0;
	const uint8_t *p = n == 0 ? NULL : evbuffer_pullup(in, -1);
	struct fault f = { 0 };
	enum err err = OK;
	while (err == OK && used > 0 && taken < n && c->plain.n < LIMIT_MESSAGE_BYTES) {
		err = channel_receive(c->channel, bytes_of(p + taken, n - taken), &used, &io, &f);
		taken += err == OK ? used : 0;
	}
	evbuffer_drain(in, taken);
	if (out.n > 0)
		bufferevent_write(c->stream, out.p, out.n);
	if (err == OK && c->shaking && channel_is_open(c->channel)) {
		c->shaking = false;
		c->all->handshakes--;
	}
	if (err != OK)
		snprintf(c->why, sizeof(c->why), "%.7s", f.field);
	return err == OK;
}

static bool feed_channel(struct conn *c, struct evbuffer *in)
{
	for (;;) {
		size_t before = evbuffer_get_length(in);
		if (before > 0 && !unseal(c, in))
			return false;
		size_t left = evbuffer_get_length(in);
		if (!feed_plain(c, left > 0))
			return false;
		if (left == before || left == 0 || c->dead || peer_full(c))
			return true;
	}
}

/* Feed what is there; false: the line is to be closed. */
static bool feed(struct conn *c)
{
	struct evbuffer *in = bufferevent_get_input(c->stream);
	if (c->channel != NULL)
		return feed_channel(c, in);
	size_t n = evbuffer_get_length(in);
	const uint8_t *p = n == 0 ? NULL : evbuffer_pullup(in, -1);
	if (p == NULL)
		return true;
	ptrdiff_t used = session_feed(c->session, p, n);
	if (used < 0)
		return false;
	evbuffer_drain(in, (size_t)used);
	note_frame(c, used > 0, (size_t)used < n);
	return true;
}

/* A channel that failed says nothing to the peer; the log says why, when the line is gone. */
static void close_failed(struct conn *c)
{
	char why[sizeof(c->why)];
	memcpy(why, c->why, sizeof(why));
	conn_close(c);
	if (why[0] != '\0')
		log_debug("conn", "closed=%s why=%s",
			strcmp(why, "data") == 0 ? "line" : "handshake", why);
}

static void on_read(struct bufferevent *stream, void *arg)
{
	struct conn *c = arg;
	(void)stream;
	c->heard_at = clock_boot();
	if (!feed(c) || c->dead)
		close_failed(c);
}

/* All is sent: go on with the requests that were read before, then with reading. */
static void on_write(struct bufferevent *stream, void *arg)
{
	struct conn *c = arg;
	if (c->dead) {
		conn_close(c);
		return;
	}
	if (c->all->office->stopping || (bufferevent_get_enabled(stream) & EV_READ))
		return;
	bufferevent_enable(stream, EV_READ);
	c->heard_at = clock_boot(); /* of what was read before, the deadlines begin again */
	c->frame_at = 0;
	session_drained(c->session);
	if (!feed(c) || c->dead)
		close_failed(c);
}

/* Any progress of the peer counts. */
static void on_sent(struct evbuffer *out, const struct evbuffer_cb_info *info, void *arg)
{
	struct conn *c = arg;
	(void)out;
	if (info->n_deleted > 0)
		c->sent_at = clock_boot();
}

static void on_event(struct bufferevent *stream, short what, void *arg)
{
	struct conn *c = arg;
	(void)stream;
	if ((what & (BEV_EVENT_EOF | BEV_EVENT_ERROR)) == 0)
		return;
	log_debug("conn", "closed=%s", c->shaking ? "handshake why=gone" : "gone");
	conn_close(c);
}

/* Handshakes. */

/* IPv4 as ::ffff:a.b.c.d; of IPv6 the network of 64 bits, which one owner may fill. */
static void take_address(const struct sockaddr *from, uint8_t out[static 16])
{
	memset(out, 0, 16);
	if (from->sa_family == AF_INET) {
		memset(out + 10, 0xff, 2);
		memcpy(out + 12, &((const struct sockaddr_in *)(const void *)from)->sin_addr, 4);
	} else if (from->sa_family == AF_INET6) {
		memcpy(out, &((const struct sockaddr_in6 *)(const void *)from)->sin6_addr, 8);
	}
}

/* The oldest unfinished handshake of an address, or of all (NULL); NULL while there are fewer. */
static struct conn *oldest_handshake(const struct conns *all, const uint8_t *address, size_t most)
{
	struct conn *oldest = NULL;
	size_t n = 0;
	for (struct conn *c = all->first; c != NULL; c = c->next) {
		if (!c->shaking || (address != NULL && memcmp(c->address, address, 16) != 0))
			continue;
		n++;
		if (oldest == NULL || c->opened_at < oldest->opened_at)
			oldest = c;
	}
	return n < most ? NULL : oldest;
}

static void make_room(struct conns *all, const uint8_t *address)
{
	const struct conf *conf = all->conf;
	struct conn *c = oldest_handshake(all, address, conf->handshakes_address_max);
	if (c == NULL && all->handshakes >= conf->handshakes_max)
		c = oldest_handshake(all, NULL, conf->handshakes_max);
	if (c == NULL)
		return;
	log_debug("conn", "closed=handshakes count=%zu", all->handshakes);
	conn_close(c);
}

static void begin_channel(struct conn *c, const struct sockaddr *from)
{
	struct office *office = c->all->office;
	take_address(from, c->address);
	make_room(c->all, c->address);
	c->channel = xcalloc(1, sizeof(*c->channel));
	channel_accept(c->channel,
		&(struct channel_server){
			.own = &office->channel_key, .find = office_knows, .arg = office });
	c->shaking = true;
	c->all->handshakes++;
}

static void link_conn(struct conn *c, struct conns *all)
{
	c->next = all->first;
	if (c->next != NULL)
		c->next->before = &c->next;
	c->before = &all->first;
	all->first = c;
	all->count++;
}

void conn_accept(struct conns *all, int descriptor_own, const struct sockaddr *from)
{
	if (all->count >= all->conf->connections_max) {
		log_info("conn", "refused=full count=%zu", all->count);
		close(descriptor_own);
		return;
	}
	struct bufferevent *stream =
		bufferevent_socket_new(all->base, descriptor_own, BEV_OPT_CLOSE_ON_FREE);
	if (stream == NULL) {
		close(descriptor_own);
		return;
	}
	struct conn *c = xcalloc(1, sizeof(*c));
	c->all = all;
	c->stream = stream;
	c->opened_at = c->heard_at = c->sent_at = clock_boot();
	if (from != NULL)
		begin_channel(c, from);
	c->session = session_new(all->office, &(struct peer){ .send = peer_send,
						      .end = peer_end,
						      .full = peer_full,
						      .channel = c->channel,
						      .arg = c });
	link_conn(c, all);
	evbuffer_add_cb(bufferevent_get_output(stream), on_sent, c);
	bufferevent_setcb(stream, on_read, on_write, on_event, c);
	bufferevent_setwatermark(stream, EV_READ, 0, (size_t)all->conf->message_bytes + 65536);
	bufferevent_enable(stream, EV_READ | EV_WRITE);
}

/* The name of the deadline that is past, NULL if none is. */
static const char *late(const struct conn *c, int64_t now)
{
	const struct conf *conf = c->all->conf;
	bool busy = session_open_requests(c->session) > 0;
	int64_t ms = 1000;
	if (c->shaking && now - c->opened_at > (int64_t)conf->handshake_ms * ms)
		return "handshake";
	if (session_state(c->session) != SESSION_IN &&
		now - c->opened_at > (int64_t)conf->hello_ms * ms && !busy)
		return "hello";
	bool reading = bufferevent_get_enabled(c->stream) & EV_READ;
	if (reading && c->frame_at != 0 && now - c->frame_at > (int64_t)conf->frame_ms * ms)
		return "frame";
	if (waiting(c) > 0 && now - c->sent_at > (int64_t)conf->stall_ms * ms)
		return "stall";
	int64_t body = session_body_since(c->session);
	if (body != 0 && now - body > (int64_t)conf->stall_ms * ms)
		return "body";
	if (!busy && now - c->heard_at > (int64_t)conf->idle_ms * ms)
		return "idle";
	if (!busy && now - c->opened_at > (int64_t)conf->session_ms * ms)
		return "session";
	return NULL;
}

void conns_sweep(struct conns *all)
{
	int64_t now = clock_boot();
	for (struct conn *c = all->first, *next; c != NULL; c = next) {
		next = c->next;
		const char *deadline = late(c, now);
		if (deadline != NULL)
			log_debug("conn", "closed=%s%s", deadline, c->shaking ? " why=late" : "");
		if (c->dead || deadline != NULL)
			conn_close(c);
	}
}

void conns_stop_reading(struct conns *all)
{
	for (struct conn *c = all->first; c != NULL; c = c->next)
		bufferevent_disable(c->stream, EV_READ);
}

bool conns_flushed(const struct conns *all)
{
	for (const struct conn *c = all->first; c != NULL; c = c->next)
		if (!c->dead && waiting(c) > 0)
			return false;
	return true;
}

void conns_close(struct conns *all)
{
	for (struct conn *c = all->first, *next; c != NULL; c = next) {
		next = c->next;
		conn_close(c);
	}
}
