/* tcp.h: an encrypted line to a test's daemon, as its officer or as anybody else. */
#ifndef HOIAM_TESTS_LIB_TCP_H
#define HOIAM_TESTS_LIB_TCP_H

#include "proto/channel.h"
#include "tests/lib/daemon.h"

/* The settings with which a daemon listens on a free port of 127.0.0.1. */
#define TCP_SETTINGS "listen: 127.0.0.1:0\n"

/* The port that the daemon started last has told in its log. */
unsigned test_tcp_port(const struct test_daemon *d);

/* A connected descriptor; answers are waited for ten seconds. */
int test_tcp_dial(const struct test_daemon *d);

struct test_tcp {
	int fd;
	struct channel channel;
	struct writer raw, plain; /* what came, before and behind the channel */
	uint32_t id;
	struct wire_answer answer; /* borrows `bytes` */
	struct writer *tape;       /* not NULL: what is sent is kept here too */
	uint8_t bytes[LIMIT_MESSAGE_BYTES];
};

/* Connect and shake hands. psk NULL: for enrolment. false: the line was closed. */
bool test_tcp_open(struct test_tcp *t, const struct test_daemon *d, const struct noise_key *own,
	const uint8_t *psk);
/* As the officer of the register. */
bool test_tcp_officer(struct test_tcp *t, const struct test_daemon *d);
void test_tcp_close(struct test_tcp *t);

/* Send through the channel; false when the line is cut. */
bool test_tcp_send(struct test_tcp *t, struct bytes b);

/* The next answer into t->answer. */
bool test_tcp_answer(struct test_tcp *t);

/* A request and its answer: the name of the error, "" for none, "cut". */
const char *test_tcp_call(struct test_tcp *t, const char *method, struct bytes params);

/* hello and login with an Ed25519 key; the name of the error. */
const char *test_tcp_login(struct test_tcp *t, const uint8_t *secret);

/* A command of the register's officer, or signed by another key. */
const char *test_tcp_act(struct test_tcp *t, struct test_daemon *d, const uint8_t *secret,
	enum cmd cmd, const void *record);

/* Whether the daemon closes the descriptor within so many milliseconds. */
bool test_tcp_closes(int fd, int ms);

#endif
