/* listener.h: where connections come from: the Unix socket, and TCP for encrypted lines. */
#ifndef HOIAM_DAEMON_LISTENER_H
#define HOIAM_DAEMON_LISTENER_H

#include "daemon/conn.h"

struct listener;

/*
 * Listen on a Unix socket; a stale one is replaced, a living one is E_EXISTS. A path over 107 bytes
 * is refused by name.
 */
enum err listener_open(
	struct listener **to, struct conns *conns, const char *path, struct fault *f);

/*
 * Listen on TCP: HOST:PORT with a numeric address, [HOST]:PORT for IPv6; port 0 takes a free one,
 * which the log names. E_VALUE, E_FILE with the system's reason.
 */
enum err listener_open_tcp(
	struct listener **to, struct conns *conns, const char *where, struct fault *f);

/* Stop listening and remove the socket. NULL is nothing. */
void listener_close(struct listener *l);

/* Longest path of a Unix socket (sun_path less its end). */
#define SOCKET_PATH_MAX 107

#endif
