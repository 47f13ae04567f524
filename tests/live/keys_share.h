/*
 * keys_share.h: people with keys over the lines of a daemon: what live_keys and live_actions share.
 * What must not fail fails the test.
 */
#ifndef HOIAM_TESTS_LIVE_KEYS_SHARE_H
#define HOIAM_TESTS_LIVE_KEYS_SHARE_H

#include "tests/lib/daemon.h"

/* Setup and teardown of cmocka: a daemon that was not started, one that runs, and the end of both,
 * after which the journal and the rows that it gave are whole. */
int make(void **state);
int make_running(void **state);
int end(void **state);

/* A field of the last answer. */
uint64_t number_in(const struct test_line *l, const char *name);
struct bytes bytes_in(const struct test_line *l, const char *name);

/* Where the entry behind that of the last answer stands: a header and its events. */
uint64_t entry_end(const struct test_line *l);

/* Of the journal, asked over a line of its own. */
uint64_t size(const struct test_daemon *d);

/* "" or the name of the error in the last answer. */
const char *said(const struct test_line *l);

/* A request of which only the params are there, and what was said. */
const char *send_params(struct test_line *l, enum cmd cmd, struct bytes params);

struct person {
	uint8_t secret[SECRET_BYTES]; /* the second half is the public key */
	uint8_t key[KEY_ID_BYTES];
};
struct person person_new(void);
struct person officer_of(const struct test_daemon *d);

struct invitation {
	uint8_t secret[32], token[32];
	struct officer_invite record;
};
void invitation_make(struct invitation *v, const char *role, const char *unit);

/* By the officer of the register, over a line of that officer. */
void invite(struct test_daemon *d, struct invitation *v, const char *role, const char *unit);

/* Over a line that has said hello: the name of the error. */
struct enrol enrol_of(const struct invitation *v, const struct person *p);
const char *enrol(struct test_daemon *d, const struct invitation *v, const struct person *p);

/* Invited and enrolled. */
struct person enlist(struct test_daemon *d, const char *role, const char *unit);

bool may_login(const struct test_daemon *d, const struct person *p);
const char *revoke_key(struct test_line *l, struct test_daemon *d, const struct person *p);

/* Things to ask for: a meeting of a unit, signed by somebody; a command with nothing in it. */
struct meeting_new meeting(const struct test_daemon *d, const char *unit);
const char *open_meeting(
	struct test_line *l, struct test_daemon *d, const struct person *by, const char *unit);
const char *ask(struct test_line *l, struct test_daemon *d, enum cmd cmd);

/* Other bytes of the same length in a request, wherever they stand: so many times. */
void replace(
	const struct writer *w, const uint8_t *from, const uint8_t *to, size_t n, unsigned times);

#endif
