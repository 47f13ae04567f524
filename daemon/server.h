/* server.h: the running daemon: the loop thread, the commit thread, the socket. */
#ifndef HOIAM_DAEMON_SERVER_H
#define HOIAM_DAEMON_SERVER_H

#include "daemon/conf.h"
#include "store/db.h"

struct server_options {
	const char *dir;
	const char *socket;
	const struct conf *conf;
	const uint8_t *house_secret; /* Ed25519, 64 bytes */
};

/* Serve until SIGTERM or SIGINT; returns when all that was acknowledged is on disk and said. */
enum err server_run(const struct server_options *options, struct db *db, struct fault *f);

#endif
