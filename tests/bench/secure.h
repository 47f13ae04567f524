/* secure.h: an encrypted line to a daemon on this machine, as the officer of a register. What fails
 * ends the program. */
#ifndef HOIAM_TESTS_BENCH_SECURE_H
#define HOIAM_TESTS_BENCH_SECURE_H

#include "proto/channel.h"
#include "tests/bench/register.h"

struct secure {
	int fd;
	struct channel channel;
	struct writer raw,
		plain; /* what came and is not looked at yet, before and behind the channel */
};

/* Connect to a port of 127.0.0.1, shake hands, say hello and log in. */
void secure_open(struct secure *s, const struct bench_register *r, unsigned port);
void secure_close(struct secure *s);

/* The frames of a message behind what `out` holds; they must be sent in the order in which they
 * were made. */
void secure_seal(struct secure *s, struct bytes message, struct writer *out);

/* Read what there is, waiting for some; the stream goes to s->plain. */
void secure_receive(struct secure *s);

#endif
