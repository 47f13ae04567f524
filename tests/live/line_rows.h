/*
 * line_rows.h: rows of list A of the hostile inputs that are tried on a real daemon, and what they
 * share: bytes on TCP without the client library, a handshake stopped before its last message.
 */
#ifndef HOIAM_TESTS_LIVE_LINE_ROWS_H
#define HOIAM_TESTS_LIVE_LINE_ROWS_H

#include "tests/lib/tcp.h"

#include <stdio.h>

enum { LINE_PATIENCE_MS = 30000, REPLY_BYTES = 58 /* preamble and second message */ };

/* One row: does what its number says and asserts; what came of it in a few words. */
typedef const char *line_row(struct test_daemon *d);

/* clang-format off */
line_row line_silent, line_slow_preamble, line_slow_first, line_slow_frame;
line_row line_preamble_bits, line_other_pattern, line_first_lengths, line_low_order, line_not_canonical;
line_row line_replayed_first, line_replayed_session, line_replayed_third;
line_row line_strangers, line_servers_key, line_ephemeral_is_static, line_reflected, line_half_open;
line_row line_frames_moved, line_frames_flipped, line_frames_cut, line_frame_lengths;
line_row line_payloads, line_half_closed, line_tokens, line_token_race, line_enrol_state;
line_row line_signatures, line_actions, line_reflected_frame;
/* clang-format on */

/* The words of printf, good until the next call. */
enum { LINE_WORDS = 200 };
extern char line_words[LINE_WORDS];
#define line_said(...) (snprintf(line_words, LINE_WORDS, __VA_ARGS__), line_words)

/* A descriptor whose reads wait as long as LINE_PATIENCE_MS. */
int line_dial(const struct test_daemon *d);

/* How many bytes come until the daemon ends the line; asserts that it does. Those that have room go
 * to `to`, which may be NULL. */
size_t line_rest(int fd, uint8_t *to, size_t room);

/* Send on a line of its own; asserts that the daemon says so many bytes and closes. */
void line_closes(const struct test_daemon *d, struct bytes b, size_t says);

/* A handshake up to the client's last message, which is made and not sent. */
struct half {
	int fd;
	struct channel channel;
	struct writer first, third; /* what the client has sent; what it has to send */
	uint8_t reply[REPLY_BYTES];
};
void half_open(struct half *h, const struct test_daemon *d, const struct noise_key *own,
	const uint8_t *psk, const uint8_t *ephemeral);
void half_close(struct half *h);

/* Send the last message: the line as the officer's, or whose it is. The half is used up. */
void half_finish(struct half *h, struct test_tcp *t);

/* The pre-shared key of the register's officer. */
void line_psk(const struct test_daemon *d, uint8_t psk[static NOISE_KEY_BYTES]);

/* A fresh line of the officer that is answered. */
void line_well(struct test_daemon *d);

/* The officer's line, logged in. */
void line_login(struct test_tcp *t, struct test_daemon *d);

/* A meeting to be opened, as one request, signed by the officer; once in the register it is done.
 */
void line_request(struct test_daemon *d, uint32_t id, struct writer *to);

/* Invited over the socket of this machine, and not enrolled yet. */
struct newcomer {
	uint8_t secret[SECRET_BYTES], invitation[32], token[32], psk[NOISE_KEY_BYTES];
	struct noise_key channel;
};
void line_invite(struct test_daemon *d, struct newcomer *n);
struct enrol line_enrolment(const struct newcomer *n);

/* hello, before anything else; the name of the error. */
const char *line_greet(struct test_tcp *t);

#endif
