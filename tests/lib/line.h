/* line.h: an encrypted line between a client and a server, both of them here; bytes go from one to
 * the other only when the test hands them over. What must not happen fails the test. */
#ifndef HOIAM_TESTS_LINE_H
#define HOIAM_TESTS_LINE_H

#include "proto/channel.h"

/* One side of a line: the channel, what it has said, what it has heard. */
struct line_end {
	struct channel channel;
	struct writer plain, out;
};

/* A client and a server that know each other. */
struct line {
	struct noise_key client_key, server_key;
	uint8_t psk[NOISE_KEY_BYTES];
	uint8_t known[NOISE_KEY_BYTES]; /* the client's key that the server knows */
	uint8_t ephemerals[2][NOISE_KEY_BYTES];
	bool known_for[3]; /* by pattern */
	size_t looked_up;
	struct line_end client, server;
};

/* The keys, all drawn from the seed; nothing is begun. */
void line_init(struct line *line, uint8_t seed);
void line_fini(struct line *line);

static inline void line_fini_auto(struct line *line)
{
	line_fini(line);
}

/* Begin one side; what it was before is wiped. */
void line_start_client(struct line *line, enum channel_pattern pattern);
void line_start_server(struct line *line);

/*
 * Feed bytes to an end until it takes no more; *used says how many it took. OK or E_CHANNEL; that
 * the channel is wiped then is asserted.
 */
enum err line_feed(struct line_end *to, struct bytes in, size_t *used);

/* What an end has to send; the caller frees it. */
struct writer line_take(struct line_end *from);

/* Hand over all that `from` has said; E_TRUNCATED when some of it waits for more. */
enum err line_pass(struct line_end *from, struct line_end *to);

/* Begin both sides and open the channel. */
void line_shake_hands(struct line *line, enum channel_pattern pattern);

/* Send data; it waits in from->out. */
void line_say(struct line_end *from, const void *data, size_t n);

#endif
