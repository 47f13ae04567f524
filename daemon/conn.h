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
	struct listener *listener; /* that they come from */
	struct conn *first;
	size_t count;
};

/* Take over an accepted descriptor. Closes it at once when connections_max are open. */
void conn_accept(struct conns *all, int descriptor_own);

/* Close those that are past a deadline: hello, a frame's end, idle, no progress, session's life. */
void conns_sweep(struct conns *all);

/* For the clean stop: read no more; answers still go out. */
void conns_stop_reading(struct conns *all);

/* Whether bytes are still waiting to be sent. */
bool conns_flushed(const struct conns *all);

void conns_close(struct conns *all);

#endif
