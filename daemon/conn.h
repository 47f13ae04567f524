/* conn.h: one connection: libevent bytes on one side, a session on the other. */
#ifndef HOIAM_DAEMON_CONN_H
#define HOIAM_DAEMON_CONN_H

#include "daemon/session.h"

struct event_base;
struct conn;

/* All connections, with the deadlines that they keep. */
struct conns {
	struct event_base *base;
	struct office *office;
	const struct conf *conf;
	struct conn *first;
	size_t count, handshakes; /* all, and those whose handshake is not finished */
};

struct sockaddr;

/*
 * Take over an accepted descriptor: a line in clear (from NULL), or an encrypted one that comes
 * from an address. Closes it at once when connections_max are open. A handshake too many ends the
 * oldest unfinished one, of this address first: who floods ends his own.
 */
void conn_accept(struct conns *all, int descriptor_own, const struct sockaddr *from);

/* Close those that are past a deadline: hello, a frame's end, idle, no progress, session's life. */
void conns_sweep(struct conns *all);

/* For the clean stop: read no more; answers still go out. */
void conns_stop_reading(struct conns *all);

/* Whether bytes are still waiting to be sent. */
bool conns_flushed(const struct conns *all);

void conns_close(struct conns *all);

#endif
