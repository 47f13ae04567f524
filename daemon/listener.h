/* listener.h: the Unix socket. */
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

/* Stop listening and remove the socket. */
void listener_close(struct listener *l);

/* Longest path of a Unix socket (sun_path less its end). */
#define SOCKET_PATH_MAX 107

#endif
