/*
 * daemon.h: a daemon of the test's own: a register in a scratch folder whose one officer holds
 * every role (bench/register.h), the settings the test wants, its log in a file. What fails inside
 * is the test's end: these functions assert.
 */
#ifndef HOIAM_TESTS_LIB_DAEMON_H
#define HOIAM_TESTS_LIB_DAEMON_H

#include "tests/bench/register.h"
#include "tests/lib/wire.h"

#include <sys/types.h>

struct test_daemon {
	struct bench_register r; /* closed while the daemon runs; its keys and time go on */
	char dir[4000];          /* the register; daemon.log and hoiamd.conf are in it */
	char socket[112];
	bool by_settings; /* start without --socket: the settings or the folder say where it is */
	pid_t pid;        /* 0: not running */
};

/* A fresh register of a few communes (codes 0000000, 0100001, ...), the daemon not started. */
struct test_daemon *test_daemon_make(void);

/* The store while no daemon serves it: opened with a batch begun, for bench_act; the batch
 * committed and the store closed. */
void test_daemon_store_open(struct test_daemon *d);
void test_daemon_store_close(struct test_daemon *d);

/* Start with these settings, lines of YAML (NULL: none), and wait until it answers. */
void test_daemon_start(struct test_daemon *d, const char *settings);

/* Start as above, but wait for it to end; its exit code, -1 when it serves for ten seconds. What it
 * said is in the log. */
int test_daemon_refuses(struct test_daemon *d, const char *settings);

/* Send the signal and wait; its exit code, or -1 when a signal ended it. */
int test_daemon_stop(struct test_daemon *d, int signal);

/* End it if it runs, remove everything. */
void test_daemon_close(struct test_daemon *d);

/* Whether a line of the log holds these words. */
bool test_daemon_logged(const struct test_daemon *d, const char *words);

/* The same, waited for: false when ten seconds go by. */
bool test_daemon_logs(const struct test_daemon *d, const char *words);

/* test_daemon_refuses() ends with this code, and this time's log holds these words. */
void test_daemon_assert_refuses(
	struct test_daemon *d, const char *settings, int code, const char *words);

/* Rows of a table; a daemon may run. */
uint64_t test_daemon_rows(const struct test_daemon *d, enum store table);

/* Wait until no thread of the daemon has anything to do: what it took in is checked, too. */
void test_daemon_rest(const struct test_daemon *d);

/* Take the store's one place for a writer, so that what the daemon takes in waits; give it back. */
struct test_hold {
	struct db *db;
	struct txn *txn;
};
void test_hold_begin(struct test_hold *h, const struct test_daemon *d);
void test_hold_end(struct test_hold *h);

/* `hoiamd verify` of a register that no daemon serves finds nothing. */
void test_daemon_verify(const struct test_daemon *d);

/* One connection. */
struct test_line {
	int fd;
	uint32_t id; /* of the last request */
	struct wire_answer answer;
	uint8_t bytes[LIMIT_MESSAGE_BYTES]; /* which answer borrows: until the next one */
	size_t have, used;                  /* bytes read; those of answers given out */
};

/* Connect; with hello; with hello and login as the officer, or with another Ed25519 secret key. */
void test_line_open(struct test_line *l, const struct test_daemon *d);
void test_line_greet(struct test_line *l, const struct test_daemon *d);
void test_line_login(struct test_line *l, const struct test_daemon *d);
bool test_line_login_as(struct test_line *l, const struct test_daemon *d, const uint8_t *secret);
void test_line_close(struct test_line *l);

/* Send a request without waiting: a reading command by its record; a change signed by the officer,
 * or by another key. */
void test_line_send(struct test_line *l, struct test_daemon *d, enum cmd cmd, const void *record);
void test_line_send_as(struct test_line *l, struct test_daemon *d, const uint8_t *secret,
	enum cmd cmd, const void *record);

/* The same with params that were made before: sent once more they are the same to the byte. */
void test_line_send_params(struct test_line *l, const char *method, struct bytes params);

/* The next answer into l->answer; false: none came in ten seconds, or the line is cut. */
bool test_line_answer(struct test_line *l);

/* The next message, which is a notification: [2, method, [id, number, part?]]. false as above, or
 * when it is none. The part borrows the line until the next message. */
struct test_notice {
	struct text method;
	uint64_t id, number;
	struct bytes part;
};
bool test_line_notice(struct test_line *l, struct test_notice *to);

/* Send one: "$/chunk" with a part, others with part.p NULL. */
void test_line_notify(
	struct test_line *l, const char *method, uint64_t id, uint64_t number, struct bytes part);

/* Send and wait: the name of the error, "" when there is none, "cut" when the line is. */
const char *test_line_call(
	struct test_line *l, struct test_daemon *d, enum cmd cmd, const void *record);
const char *test_line_call_as(struct test_line *l, struct test_daemon *d, const uint8_t *secret,
	enum cmd cmd, const void *record);

/* An invitation for one more officer, who may do everything a leader may, with what an encrypted
 * line needs. */
struct invitation;
void test_daemon_invite(struct test_daemon *d, struct invitation *to);

/* One more officer, a leader over the whole register, with a key in a new file, its passphrase "x".
 */
void test_daemon_enrol(struct test_daemon *d, const char *keyfile);

/* Whether the daemon closes the line within so many milliseconds; what it says before is dropped.
 */
bool test_line_closes(struct test_line *l, int ms);

#endif
