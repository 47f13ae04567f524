/*
 * line.h: bytes to the daemon and whole messages back: a Unix socket in clear, or TCP inside Noise.
 * For link.c: every function has a deadline, in milliseconds of line_now.
 */
#ifndef HOIAM_CLIENTS_LINE_H
#define HOIAM_CLIENTS_LINE_H

#include "proto/channel.h"
#include "proto/pack.h"

struct keyfile;

struct line {
	char *path; /* of the socket, or HOST:PORT; owned */
	int fd;     /* -1: there is no line */
	struct writer in;
	size_t taken; /* bytes of `in` that were the message before */
	/* an encrypted line: the device's keys, what came and is no whole frame yet */
	const struct keyfile *device; /* NULL: a Unix socket */
	bool enrolling;
	struct channel channel;
	struct writer raw;
};

/* Milliseconds of a clock that does not jump. */
int64_t line_now(void);

/* E_UNREACHABLE at the line's place, and why. */
enum err line_unreachable(const struct line *line, const char *why, struct fault *f);

/* Connects to path; on an encrypted line shakes hands, too. E_UNREACHABLE, E_CHANNEL. */
enum err line_connect(struct line *line, struct fault *f);

/* E_UNREACHABLE when the peer takes nothing in time; a line that broke is told by line_receive,
 * since a reason may have come on it. */
enum err line_send(struct line *line, struct bytes b, int64_t deadline, struct fault *f);

/* The next whole message; it borrows the line's memory until the next. E_CUT, E_UNREACHABLE, and
 * what is wrong with its form. */
enum err line_receive(struct line *line, int64_t deadline, struct bytes *message, struct fault *f);

/* Nothing came behind the last message. */
bool line_is_empty(const struct line *line);

/* Closes; another line_connect may follow. */
void line_hang_up(struct line *line);
void line_fini(struct line *line);

#endif
