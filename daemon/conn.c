/* conn.c: bytes between a descriptor and a session, with limits on both ways. */
#include "daemon/conn.h"

#include "daemon/clock.h"
#include "daemon/log.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
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
};

static void conn_close(struct conn *c)
{
	*c->before = c->next;
	if (c->next != NULL)
		c->next->before = c->before;
	c->all->count--;
	session_gone(c->session);
	bufferevent_free(c->stream);
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

static void peer_send(void *arg, struct bytes bytes)
{
	struct conn *c = arg;
	size_t before = waiting(c); /* one answer may be larger than what may wait */
	if (before == 0)
		c->sent_at = clock_boot();
	bufferevent_write(c->stream, bytes.p, bytes.n);
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

/* Feed what is there; false: the line is to be closed. */
static bool feed(struct conn *c)
{
	struct evbuffer *in = bufferevent_get_input(c->stream);
	size_t n = evbuffer_get_length(in);
	const uint8_t *p = n == 0 ? NULL : evbuffer_pullup(in, -1);
	if (p == NULL)
		return true;
	ptrdiff_t used = session_feed(c->session, p, n);
	if (used < 0)
		return false;
	evbuffer_drain(in, (size_t)used);
	if ((size_t)used == n)
		c->frame_at = 0;
	else if (used > 0 || c->frame_at == 0)
		c->frame_at = c->heard_at;
	return true;
}

static void on_read(struct bufferevent *stream, void *arg)
{
	struct conn *c = arg;
	(void)stream;
	c->heard_at = clock_boot();
	if (!feed(c) || c->dead)
		conn_close(c);
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
	if (!feed(c) || c->dead)
		conn_close(c);
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
	if (what & (BEV_EVENT_EOF | BEV_EVENT_ERROR))
		conn_close(c);
}

void conn_accept(struct conns *all, int descriptor_own)
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
	c->session = session_new(all->office,
		&(struct peer){ .send = peer_send, .end = peer_end, .full = peer_full, .arg = c });
	c->next = all->first;
	if (c->next != NULL)
		c->next->before = &c->next;
	c->before = &all->first;
	all->first = c;
	all->count++;
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
	if (session_state(c->session) != SESSION_IN &&
		now - c->opened_at > (int64_t)conf->hello_ms * ms && !busy)
		return "hello";
	bool reading = bufferevent_get_enabled(c->stream) & EV_READ;
	if (reading && c->frame_at != 0 && now - c->frame_at > (int64_t)conf->frame_ms * ms)
		return "frame";
	if (waiting(c) > 0 && now - c->sent_at > (int64_t)conf->stall_ms * ms)
		return "stall";
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
			log_debug("conn", "closed=%s", deadline);
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
