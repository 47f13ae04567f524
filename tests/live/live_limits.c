/*
 * live_limits.c: every setting of daemon/conf.def, met by a real daemon. The list of tests is made
 * from the table: a row NAME needs a test NAME_is_kept.
 */
#include "tests/lib/test.h"

#include "daemon/conf.h"
#include "proto/day.h"
#include "tests/lib/daemon.h"
#include "tests/lib/tcp.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <lmdb.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE_MS = 10000 };

static int make(void **state)
{
	*state = test_daemon_make();
	return 0;
}

static int end(void **state)
{
	test_daemon_close(*state);
	return 0;
}

/* What is sent. */

static const struct nothing nothing = { 0 };

static const char *whoami(struct test_line *l, struct test_daemon *d)
{
	return test_line_call(l, d, CMD_whoami, &nothing);
}

/* A small change, sent without waiting: a meeting is opened. */
static void send_meeting(struct test_line *l, struct test_daemon *d)
{
	AUTO(arena_fini) struct arena a = { 0 };
	struct meeting_record q;
	bench_meeting(&d->r, &q, &a);
	test_line_send(l, d, CMD_meeting_open, q.meeting.v);
}

/* A whole meeting, whose answer has a line for each opinion. */
static void send_record(struct test_line *l, struct test_daemon *d)
{
	AUTO(arena_fini) struct arena a = { 0 };
	struct meeting_record q;
	bench_meeting(&d->r, &q, &a);
	test_line_send(l, d, CMD_meeting_record, &q);
}

static void assert_answer(struct test_line *l, uint32_t id, const char *error)
{
	assert_true(test_line_answer(l));
	assert_int_equal(l->answer.id, id);
	assert_true(text_is(l->answer.error, error));
}

static void assert_stops(struct test_daemon *d, uint64_t meetings)
{
	assert_int_equal(test_daemon_stop(d, SIGTERM), 0);
	assert_int_equal(test_daemon_rows(d, STORE_meeting), meetings);
	test_daemon_verify(d);
}

/* Counts. */

static void connections_max_is_kept(void **state)
{
	struct test_daemon *d = *state;
	struct test_line a, b, c;
	test_daemon_start(d, "connections_max: 2\n");
	test_line_login(&a, d);
	test_line_greet(&b, d);
	test_line_open(&c, d);
	assert_true(test_line_closes(&c, PATIENCE_MS));
	test_line_close(&c);
	assert_string_equal(whoami(&a, d), "");
	test_line_close(&b);
	test_line_close(&a);
	assert_true(test_daemon_logged(d, "refused=full"));
}

/* Three wait for the disk: all that follow are busy, and readings are answered; then the three. */
static void requests_open_max_is_kept(void **state)
{
	struct test_daemon *d = *state;
	struct test_line l;
	struct test_hold hold;
	test_daemon_start(d, "requests_open_max: 3\n");
	test_line_login(&l, d);
	uint32_t first = l.id + 1;
	test_hold_begin(&hold, d);
	for (int i = 0; i < 50; i++)
		send_meeting(&l, d);
	for (uint32_t i = 3; i < 50; i++)
		assert_answer(&l, first + i, "E_BUSY");
	assert_string_equal(whoami(&l, d), "");
	test_hold_end(&hold);
	for (uint32_t i = 0; i < 3; i++)
		assert_answer(&l, first + i, "");
	send_meeting(&l, d);
	assert_answer(&l, l.id, "");
	test_line_close(&l);
	assert_stops(d, 4);
}

/* One change of each line; the commit thread has one in hand, or none yet, and two wait. */
static void queue_max_is_kept(void **state)
{
	enum { LINES = 8, WAIT = 2 };
	struct test_daemon *d = *state;
	struct test_line l[LINES];
	struct test_hold hold;
	unsigned busy = 0;
	test_daemon_start(d, "queue_max: 2\nbatch_max: 1\n");
	for (size_t i = 0; i < LINES; i++)
		test_line_login(&l[i], d);
	test_hold_begin(&hold, d);
	for (size_t i = 0; i < LINES; i++) {
		uint32_t id = l[i].id + 1;
		send_meeting(&l[i], d);
		test_line_send(&l[i], d, CMD_whoami, &nothing);
		assert_true(test_line_answer(&l[i]));
		if (l[i].answer.id == id) {
			assert_true(text_is(l[i].answer.error, "E_BUSY"));
			assert_answer(&l[i], id + 1, "");
			l[i].id = 0;
			busy++;
		}
	}
	test_hold_end(&hold);
	assert_in_range(busy, LINES - WAIT - 1, LINES - WAIT);
	for (size_t i = 0; i < LINES; i++) {
		if (l[i].id != 0)
			assert_answer(&l[i], l[i].id - 1, "");
		test_line_close(&l[i]);
	}
	assert_stops(d, LINES - busy);
}

/* The store's own count of its transactions. */
static uint64_t transactions(const struct test_daemon *d)
{
	MDB_env *env;
	MDB_envinfo info;
	assert_int_equal(mdb_env_create(&env), 0);
	assert_int_equal(mdb_env_open(env, d->dir, MDB_RDONLY, 0600), 0);
	assert_int_equal(mdb_env_info(env, &info), 0);
	mdb_env_close(env);
	return info.me_last_txnid;
}

/* Changes that waited together go to the disk so many at a time. */
static uint64_t transactions_of(struct test_daemon *d, const char *settings, unsigned changes)
{
	struct test_line l;
	struct test_hold hold;
	test_daemon_start(d, settings);
	test_line_login(&l, d);
	uint64_t before = transactions(d), meetings = test_daemon_rows(d, STORE_meeting);
	test_hold_begin(&hold, d);
	uint32_t first = l.id + 1;
	for (unsigned i = 0; i < changes; i++)
		send_meeting(&l, d);
	assert_string_equal(whoami(&l, d), ""); /* so all of them were taken in */
	test_daemon_rest(d);
	test_hold_end(&hold);
	for (unsigned i = 0; i < changes; i++)
		assert_answer(&l, first + i, "");
	test_line_close(&l);
	uint64_t n = transactions(d) - before;
	assert_stops(d, meetings + changes);
	return n;
}

static void batch_max_is_kept(void **state)
{
	struct test_daemon *d = *state;
	assert_int_equal(transactions_of(d, "batch_max: 1\n", 12), 12);
	assert_in_range(transactions_of(d, "batch_max: 5\n", 12), 3, 4);
	assert_in_range(transactions_of(d, NULL, 12), 1, 2);
}

/* Sizes. */

/* A request of whoami of exactly n bytes: a field that nobody knows fills it. */
static void send_sized(struct test_line *l, size_t n)
{
	AUTO(writer_fini) struct writer params = { 0 }, whole = { 0 };
	uint8_t *pad = xcalloc(1, n);
	size_t filled = n - 100;
	do {
		writer_reset(&params);
		writer_reset(&whole);
		write_map(&params, 1);
		write_string(&params, "pad");
		write_bin(&params, bytes_of(pad, filled));
		wire_request(&whole, l->id + 1, "whoami", writer_bytes(&params));
		filled += n - whole.n;
	} while (whole.n != n);
	test_line_send_params(l, "whoami", writer_bytes(&params));
	free(pad);
}

static void assert_message_bytes(struct test_daemon *d, const char *settings, size_t limit)
{
	struct test_line l;
	test_daemon_start(d, settings);
	test_line_login(&l, d);
	for (int i = 0; i < 2; i++) {
		send_sized(&l, limit);
		assert_true(test_line_answer(&l));
		assert_int_equal(l.answer.id, l.id);
	}
	send_sized(&l, limit + 1);
	assert_false(test_line_answer(&l));
	assert_true(test_line_closes(&l, PATIENCE_MS));
	test_line_close(&l);
	assert_int_equal(test_daemon_stop(d, SIGTERM), 0);
}

static void message_bytes_is_kept(void **state)
{
	assert_message_bytes(*state, "message_bytes: 4096\n", 4096);
	assert_message_bytes(*state, NULL, LIMIT_MESSAGE_BYTES);
}

/* Slow peers. */

/* The answer to policy.show is some tens of kilobytes. */
static const char *policy(struct test_line *l, struct test_daemon *d)
{
	return test_line_call(l, d, CMD_policy_show, &nothing);
}

/* Many requests in one write. */
static void send_many(struct test_line *l, const char *method, unsigned n)
{
	AUTO(writer_fini) struct writer all = { 0 };
	static const uint8_t empty = 0x80;
	for (unsigned i = 0; i < n; i++)
		wire_request(&all, ++l->id, method, bytes_of(&empty, 1));
	(void)wire_send(l->fd, writer_bytes(&all));
}

/* Send one request after the other and never read: how many went out until the daemon took no more
 * for half a second; -1 when it cut the line, or took 20,000. */
static int send_until_stopped(struct test_line *l)
{
	static const uint8_t empty = 0x80;
	for (int sent = 0; sent < 20000;) {
		AUTO(writer_fini) struct writer w = { 0 };
		struct pollfd p = { .fd = l->fd, .events = POLLOUT };
		wire_request(&w, l->id + 1, "policy.show", bytes_of(&empty, 1));
		ssize_t n = send(l->fd, w.p, w.n, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && errno != EAGAIN)
			return -1;
		if (n < 0 && poll(&p, 1, 500) == 0)
			return sent;
		if (n > 0) {
			assert_int_equal(n, w.n);
			l->id++;
			sent++;
		}
	}
	return -1;
}

/* A peer that never reads is not read from; others are served; when it reads, all is there. */
static void output_stop_bytes_is_kept(void **state)
{
	struct test_daemon *d = *state;
	struct test_line slow, other;
	test_daemon_start(d, "output_stop_bytes: 65536\noutput_drop_bytes: 67108864\n");
	test_line_login(&slow, d);
	uint32_t first = slow.id + 1;
	int sent = send_until_stopped(&slow);
	assert_true(sent > 0);
	test_line_login(&other, d);
	assert_string_equal(policy(&other, d), "");
	test_line_close(&other);
	for (int i = 0; i < sent; i++)
		assert_answer(&slow, first + (uint32_t)i, "");
	assert_string_equal(whoami(&slow, d), "");
	test_line_close(&slow);
	assert_false(test_daemon_logged(d, "dropped=slow"));
}

/* Until the daemon has read all that was sent on a line: nothing waits in the socket, and what came
 * before an answer on another line was taken in. */
static void wait_until_read(
	const struct test_line *l, struct test_line *other, struct test_daemon *d)
{
	int waiting = 1;
	for (int ms = 0; ms < PATIENCE_MS && waiting > 0; ms += 5) {
		assert_int_equal(ioctl(l->fd, SIOCOUTQ, &waiting), 0);
		(void)poll(NULL, 0, waiting > 0 ? 5 : 0);
	}
	assert_int_equal(waiting, 0);
	assert_string_equal(whoami(other, d), "");
}

/* Of readings no more is answered than may wait; the answers to changes that were taken in come all
 * at once. */
static void output_drop_bytes_is_kept(void **state)
{
	enum { CHANGES = 150 };
	struct test_daemon *d = *state;
	struct test_line slow, other;
	struct test_hold hold;
	test_daemon_start(d, "output_stop_bytes: 4096\noutput_drop_bytes: 4096\n"
			     "requests_open_max: 1024\n");
	test_line_login(&slow, d);
	test_line_login(&other, d);
	test_hold_begin(&hold, d);
	for (int i = 0; i < CHANGES; i++)
		send_record(&slow, d);
	wait_until_read(&slow, &other, d);
	test_hold_end(&hold);
	assert_true(test_daemon_logs(d, "dropped=slow"));
	assert_string_equal(whoami(&other, d), "");
	assert_true(test_line_closes(&slow, PATIENCE_MS));
	test_line_close(&slow);
	test_line_close(&other);
	assert_stops(d, CHANGES); /* it was dropped, what it had asked for was not */
}

/* Deadlines: the daemon looks for them once a second. Beside each peer that is late stands one that
 * is not. */

static void hello_ms_is_kept(void **state)
{
	struct test_daemon *d = *state;
	struct test_line silent, greeted, in;
	test_daemon_start(d, "hello_ms: 2000\nlog_level: debug\n");
	test_line_login(&in, d);
	test_line_open(&silent, d);
	test_line_greet(&greeted, d);
	assert_true(test_line_closes(&silent, PATIENCE_MS));
	assert_true(test_line_closes(&greeted, PATIENCE_MS));
	assert_string_equal(whoami(&in, d), "");
	assert_true(test_daemon_logged(d, "closed=hello"));
	test_line_close(&silent);
	test_line_close(&greeted);
	test_line_close(&in);
}

/* Half a message, then a byte now and then: it is the whole message that has a deadline. */
static void frame_ms_is_kept(void **state)
{
	struct test_daemon *d = *state;
	struct test_line slow, other;
	uint8_t bytes[400] = { 0x94, 0x00, 0x05, 0xa6, 'w', 'h', 'o', 'a', 'm', 'i', 0x91, 0x81,
		0xa1, 'a', 0xc5, 0xff, 0xff };
	test_daemon_start(d, "frame_ms: 500\nlog_level: debug\n");
	test_line_login(&slow, d);
	test_line_login(&other, d);
	assert_true(wire_send(slow.fd, bytes_of(bytes, 100)));
	bool cut = false;
	for (size_t i = 100; !cut && i < sizeof(bytes); i++) {
		cut = test_line_closes(&slow, 50) || !wire_send(slow.fd, bytes_of(bytes + i, 1));
		assert_string_equal(whoami(&other, d), "");
	}
	assert_true(cut);
	assert_true(test_daemon_logged(d, "closed=frame"));
	test_line_close(&slow);
	test_line_close(&other);
}

static void stall_ms_is_kept(void **state)
{
	struct test_daemon *d = *state;
	struct test_line slow, other;
	test_daemon_start(d, "stall_ms: 300\noutput_drop_bytes: 67108864\nlog_level: debug\n");
	test_line_login(&slow, d);
	test_line_login(&other, d);
	send_many(&slow, "policy.show", 200);
	assert_true(test_daemon_logs(d, "closed=stall"));
	assert_true(test_line_closes(&slow, PATIENCE_MS));
	assert_string_equal(policy(&other, d), "");
	test_line_close(&slow);
	test_line_close(&other);
}

static void idle_ms_is_kept(void **state)
{
	struct test_daemon *d = *state;
	struct test_line idle, busy;
	test_daemon_start(d, "idle_ms: 2000\nlog_level: debug\n");
	test_line_login(&idle, d);
	test_line_login(&busy, d);
	double patience = bench_seconds() + PATIENCE_MS / 1e3;
	bool closed = false;
	while (!closed && bench_seconds() < patience) {
		closed = test_line_closes(&idle, 50);
		assert_string_equal(whoami(&busy, d), "");
	}
	assert_true(closed);
	assert_true(test_daemon_logged(d, "closed=idle"));
	test_line_close(&idle);
	test_line_close(&busy);
}

/* A session ends however busy it is; a change that waits for the disk is answered before. */
static void session_ms_is_kept(void **state)
{
	struct test_daemon *d = *state;
	struct test_line busy, waits;
	struct test_hold hold;
	test_daemon_start(d, "session_ms: 2000\nlog_level: debug\n");
	test_line_login(&waits, d);
	test_hold_begin(&hold, d);
	send_meeting(&waits, d);
	test_line_login(&busy, d);
	double patience = bench_seconds() + PATIENCE_MS / 1e3;
	while (strcmp(whoami(&busy, d), "") == 0 && bench_seconds() < patience)
		usleep(20000);
	assert_true(test_line_closes(&busy, PATIENCE_MS));
	assert_true(test_daemon_logged(d, "closed=session"));
	test_hold_end(&hold);
	assert_answer(&waits, waits.id, "");
	assert_true(test_line_closes(&waits, PATIENCE_MS));
	test_line_close(&busy);
	test_line_close(&waits);
}

/* Readers of the store that died. */

static int find_pid(const char *line, void *arg)
{
	const long *pid = arg;
	return strtol(line, NULL, 10) == *pid ? -1 : 0;
}

/* Whether the process has a slot among the store's readers. */
static bool reads(const struct test_daemon *d, pid_t pid)
{
	MDB_env *env;
	long want = pid;
	assert_int_equal(mdb_env_create(&env), 0);
	assert_int_equal(mdb_env_open(env, d->dir, MDB_RDONLY, 0600), 0);
	int found = mdb_reader_list(env, find_pid, &want);
	mdb_env_close(env);
	return found == -1;
}

/* A process that is killed while it reads. */
static pid_t dead_reader(const struct test_daemon *d)
{
	int ready[2];
	char byte;
	assert_int_equal(pipe(ready), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct db *db;
		struct txn *txn;
		bool good = db_open(&db, d->dir, DB_READ, NULL) == OK &&
			    txn_begin(&txn, db, false, NULL) == OK && write(ready[1], "r", 1) == 1;
		while (good)
			good = pause() == -1;
		_exit(1);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_true(reads(d, pid));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(ready[0]);
	close(ready[1]);
	return pid;
}

static void reader_check_ms_is_kept(void **state)
{
	struct test_daemon *d = *state;
	test_daemon_start(d, "reader_check_ms: 3600000\n");
	pid_t pid = dead_reader(d);
	usleep(300000);
	assert_true(reads(d, pid)); /* nobody looked yet */
	assert_int_equal(test_daemon_stop(d, SIGTERM), 0);
	test_daemon_start(d, "reader_check_ms: 100\n");
	pid = dead_reader(d);
	double patience = bench_seconds() + PATIENCE_MS / 1e3;
	while (reads(d, pid) && bench_seconds() < patience)
		usleep(20000);
	assert_false(reads(d, pid));
}

/* The log. */

/* One meeting with the same word in all its texts, taken and refused in several ways. */
static void say(struct test_daemon *d, const char *word)
{
	struct test_line l;
	struct text t = text_of(word);
	struct opinion_new o = { .kind = text_of("KIEN_NGHI"),
		.topic = text_of("roads"),
		.words = t,
		.summary = t,
		.speaker = t,
		.address = t,
		.location = t };
	struct meeting_new m = { .unit = text_of("0000000"),
		.kind = text_of("dialogue_regular"),
		.day = day_of(2026, 1, 5),
		.venue = t,
		.chair = t,
		.points = t,
		.attendance = t };
	struct meeting_record q = { { &m, 1 }, { &o, 1 }, 1, 1 };
	uint8_t stranger[64], public[32];
	crypto_sign_keypair(public, stranger);
	test_line_login(&l, d);
	assert_string_equal(test_line_call(&l, d, CMD_meeting_record, &q), "");
	assert_string_equal(test_line_call_as(&l, d, stranger, CMD_meeting_record, &q), "E_KEY");
	q.count = 2;
	assert_string_equal(test_line_call(&l, d, CMD_meeting_record, &q), "E_MINUTES_COUNT");
	q.count = 1;
	m.unit = t;
	assert_string_not_equal(test_line_call(&l, d, CMD_meeting_record, &q), "");
	struct case_list list = { .unit = t };
	assert_string_not_equal(test_line_call(&l, d, CMD_case_list, &list), "");
	assert_true(wire_send(l.fd, bytes_of(word, strlen(word)))); /* no message */
	assert_true(test_line_closes(&l, PATIENCE_MS));
	test_line_close(&l);
}

static void assert_log(struct test_daemon *d, const char *level, bool info, bool debug)
{
	static const char word[] = "hoamuongxanhngatroi";
	char settings[64], path[4096];
	snprintf(path, sizeof(path), "%s/daemon.log", d->dir);
	unlink(path);
	snprintf(settings, sizeof(settings), "log_level: %s\n", level);
	test_daemon_start(d, settings);
	say(d, word);
	assert_int_equal(test_daemon_stop(d, SIGTERM), 0);
	assert_int_equal(test_daemon_logged(d, "info server stopping=yes"), info);
	assert_int_equal(test_daemon_logged(d, "debug session refused="), debug);
	assert_false(test_daemon_logged(d, word));
	assert_false(test_daemon_logged(d, "error "));
}

static void log_level_is_kept(void **state)
{
	struct test_daemon *d = *state;
	assert_log(d, "debug", true, true);
	assert_log(d, "info", true, false);
	assert_log(d, "error", false, false);
	test_daemon_assert_refuses(d, "log_level: loud\n", 2, "log_level: error, info or debug");
	test_daemon_assert_refuses(d, "log_level: criticals\n", 2, "log_level: at most 8 bytes");
}

/* The socket. */

/* A setting of a path with so many bytes beside the socket; the socket is there from now on. */
static void settings_path(struct test_daemon *d, size_t n, char settings[static 256])
{
	char path[200];
	size_t folder = (size_t)(strrchr(d->socket, '/') - d->socket);
	memset(path, 's', sizeof(path));
	memcpy(path, d->socket, folder + 1);
	path[n] = '\0';
	snprintf(settings, 256, "socket: %s\n", path);
	if (n < sizeof(d->socket))
		memcpy(d->socket, path, n + 1);
}

static void socket_is_kept(void **state)
{
	struct test_daemon *d = *state;
	struct test_line l;
	char settings[256];
	d->by_settings = true;
	settings_path(d, 108, settings);
	test_daemon_assert_refuses(d, settings, 2, "too long: 108 bytes, limit 107");
	settings_path(d, 107, settings);
	test_daemon_start(d, settings);
	test_line_login(&l, d);
	assert_string_equal(whoami(&l, d), "");
	test_line_close(&l);
	assert_int_equal(test_daemon_stop(d, SIGTERM), 0);
	assert_int_equal(access(d->socket, F_OK), -1); /* it cleans up behind itself */
}

/* Somebody else's socket, and what is no socket, stay where they are. */
static void a_path_that_is_taken_is_refused(void **state)
{
	struct test_daemon *d = *state, *other = test_daemon_make();
	char own[sizeof(d->socket)];
	struct test_line l;
	struct stat st;
	memcpy(own, d->socket, sizeof(own));
	test_daemon_start(other, NULL);
	memcpy(d->socket, other->socket, sizeof(own));
	test_daemon_assert_refuses(d, NULL, 5, "a daemon that listens here exists already");
	test_line_login(&l, other);
	assert_string_equal(whoami(&l, other), "");
	test_line_close(&l);
	memcpy(d->socket, own, sizeof(own));
	test_daemon_close(other);
	assert_int_equal(close(open(d->socket, O_CREAT | O_WRONLY | O_CLOEXEC, 0600)), 0);
	test_daemon_assert_refuses(d, NULL, 1, d->socket);
	assert_int_equal(stat(d->socket, &st), 0);
	assert_true(S_ISREG(st.st_mode));
}

/* kill -9 leaves the socket behind. */
static void a_stale_socket_is_replaced(void **state)
{
	struct test_daemon *d = *state;
	struct test_line l;
	test_daemon_start(d, NULL);
	assert_int_equal(test_daemon_stop(d, SIGKILL), -1);
	assert_int_equal(access(d->socket, F_OK), 0);
	test_daemon_start(d, NULL);
	test_line_login(&l, d);
	assert_string_equal(whoami(&l, d), "");
	test_line_close(&l);
}

static void without_a_setting_the_socket_is_in_the_folder(void **state)
{
	struct test_daemon *d = *state;
	char own[sizeof(d->socket)];
	memcpy(own, d->socket, sizeof(own));
	if (snprintf(d->socket, sizeof(d->socket), "%s/hoiamd.sock", d->dir) < 108) {
		d->by_settings = true;
		test_daemon_start(d, NULL);
		assert_int_equal(test_daemon_stop(d, SIGTERM), 0);
	}
	memcpy(d->socket, own, sizeof(own));
}

static void assert_mode(struct test_daemon *d, const char *settings, mode_t mode)
{
	struct stat st;
	test_daemon_start(d, settings);
	assert_int_equal(stat(d->socket, &st), 0);
	assert_true(S_ISSOCK(st.st_mode));
	assert_int_equal(st.st_mode & 07777, mode);
	assert_int_equal(test_daemon_stop(d, SIGTERM), 0);
}

static void socket_mode_is_kept(void **state)
{
	struct test_daemon *d = *state;
	assert_mode(d, NULL, 0660);
	assert_mode(d, "socket_mode: 0600\n", 0600);
	assert_mode(d, "socket_mode: \"777\"\n", 0777);
	test_daemon_assert_refuses(d, "socket_mode: 0680\n", 2, "socket_mode: an octal mode");
	test_daemon_assert_refuses(d, "socket_mode: rw\n", 2, "socket_mode: an octal mode");
	test_daemon_assert_refuses(d, "socket_mode: 1777\n", 2, "socket_mode: an octal mode");
	test_daemon_assert_refuses(d, "socket_mode: 00660\n", 2, "socket_mode: at most 4 bytes");
}

/* All numbers. */

/* Encrypted lines. */

static void listen_is_kept(void **state)
{
	struct test_daemon *d = *state;
	struct test_tcp t;
	test_daemon_start(d, TCP_SETTINGS);
	assert_true(test_tcp_officer(&t, d));
	assert_string_equal(test_tcp_login(&t, d->r.officer), "");
	test_tcp_close(&t);
	assert_int_equal(test_daemon_stop(d, SIGTERM), 0);
	test_daemon_assert_refuses(d, "listen: nowhere\n", 2, "listen: 'nowhere'");
	test_daemon_assert_refuses(d, "listen: \"127.0.0.1:\"\n", 2, "listen: '127.0.0.1:'");
	test_daemon_assert_refuses(d, "listen: example.org:80\n", 2, "listen: 'example.org:80'");
	test_daemon_assert_refuses(d, "listen: 192.0.2.1:4600\n", 1, "192.0.2.1:4600: ");
}

static void handshake_ms_is_kept(void **state)
{
	struct test_daemon *d = *state;
	test_daemon_start(d, TCP_SETTINGS "handshake_ms: 1000\nlog_level: debug\n");
	int silent = test_tcp_dial(d), slow = test_tcp_dial(d);
	assert_true(wire_send(slow, bytes_of("HOIAM\x01", 6)));
	assert_true(test_tcp_closes(silent, PATIENCE_MS));
	assert_true(test_tcp_closes(slow, PATIENCE_MS));
	close(silent);
	close(slow);
	assert_true(test_daemon_logged(d, "closed=handshake"));
}

/* The oldest gives way, and who is enrolled gets in. */
static void crowd(struct test_daemon *d, unsigned most)
{
	enum { FLOOD = 30 };
	struct test_tcp t;
	int fd[FLOOD];
	for (unsigned i = 0; i < FLOOD; i++)
		fd[i] = test_tcp_dial(d);
	for (unsigned i = 0; i < FLOOD - most; i++)
		assert_true(test_tcp_closes(fd[i], PATIENCE_MS));
	assert_true(test_tcp_officer(&t, d));
	assert_string_equal(test_tcp_login(&t, d->r.officer), "");
	unsigned closed = 0;
	for (unsigned i = FLOOD - most; i < FLOOD; i++)
		closed += test_tcp_closes(fd[i], 100);
	assert_int_equal(closed, 1);
	for (unsigned i = 0; i < FLOOD; i++)
		close(fd[i]);
	test_tcp_close(&t);
}

static void handshakes_max_is_kept(void **state)
{
	test_daemon_start(*state, TCP_SETTINGS "handshakes_max: 7\nhandshakes_address_max: 100\n");
	crowd(*state, 7);
}

static void handshakes_address_max_is_kept(void **state)
{
	test_daemon_start(*state, TCP_SETTINGS "handshakes_address_max: 3\n");
	crowd(*state, 3);
}

/* Two files on their way, and a third is told to come later. */
static void bodies_max_is_kept(void **state)
{
	struct test_daemon *d = *state;
	struct test_line l[3];
	struct test_notice notice;
	const struct case_attach q = { .number = text_of("0000000/2025/1"),
		.name = text_of("photo.jpg"),
		.sha256 =
			text_of("0000000000000000000000000000000000000000000000000000000000000000"),
		.size = 10 };
	test_daemon_start(d, "bodies_max: 2\n");
	for (size_t i = 0; i < COUNT(l); i++) {
		test_line_login(&l[i], d);
		test_line_send(&l[i], d, CMD_case_attach, &q);
		if (i < 2)
			assert_true(test_line_notice(&l[i], &notice));
		else
			assert_answer(&l[i], l[i].id, "E_BUSY");
	}
	test_line_close(&l[0]);
	do {
		test_line_send(&l[2], d, CMD_case_attach, &q);
	} while (!test_line_notice(&l[2], &notice));
	test_line_close(&l[1]);
	test_line_close(&l[2]);
}

static size_t threads_of(pid_t pid)
{
	char path[64];
	size_t n = 0;
	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	DIR *tasks = opendir(path);
	assert_non_null(tasks);
	for (const struct dirent *e = readdir(tasks); e != NULL; e = readdir(tasks))
		n += e->d_name[0] != '.';
	closedir(tasks);
	return n;
}

/* Beside the loop thread and the commit thread. */
static void check_threads_is_kept(void **state)
{
	static const struct {
		const char *settings;
		size_t threads;
	} all[] = { { "check_threads: 1\n", 1 }, { NULL, 2 }, { "check_threads: 5\n", 5 } };
	struct test_daemon *d = *state;
	struct test_line l;
	for (size_t i = 0; i < COUNT(all); i++) {
		test_daemon_start(d, all[i].settings);
		test_line_login(&l, d);
		assert_int_equal(threads_of(d->pid), 2 + all[i].threads);
		send_meeting(&l, d);
		assert_answer(&l, l.id, "");
		test_line_close(&l);
		assert_stops(d, i + 1);
	}
}

/* clang-format off */
static const struct {
	const char *name;
	uint64_t min, max;
	enum kind kind;
} settings_all[] = {
#define SETTING(id, name, kind, max, standard, min, help) { #name, min, max, KIND_##kind },
#include "daemon/conf.def"
#undef SETTING
};
/* clang-format on */

static void a_number_that_cannot_be_is_refused_by_name(void **state)
{
	struct test_daemon *d = *state;
	for (size_t i = 0; i < COUNT(settings_all); i++) {
		const char *name = settings_all[i].name;
		char values[6][32] = { "", "", "many", "-1", "1.5", "[1]" }, line[256], words[256];
		if (settings_all[i].kind != KIND_UINT)
			continue;
		snprintf(values[0], sizeof(*values), "%" PRIu64, settings_all[i].min - 1);
		snprintf(values[1], sizeof(*values), "%" PRIu64, settings_all[i].max + 1);
		snprintf(words, sizeof(words), "hoiamd.conf:1: %s: ", name);
		for (size_t k = 0; k < COUNT(values); k++) {
			snprintf(line, sizeof(line), "%s: %s\n", name, values[k]);
			test_daemon_assert_refuses(d, line, 2, words);
		}
	}
}

static void start_with_all(struct test_daemon *d, bool most)
{
	char settings[4096];
	size_t n = 0;
	for (size_t i = 0; i < COUNT(settings_all); i++)
		if (settings_all[i].kind == KIND_UINT)
			n += (size_t)snprintf(settings + n, sizeof(settings) - n,
				"%s: %" PRIu64 "\n", settings_all[i].name,
				most ? settings_all[i].max : settings_all[i].min);
	test_daemon_start(d, settings);
}

static void every_number_may_be_at_its_least_or_most(void **state)
{
	struct test_daemon *d = *state;
	struct test_line l;
	start_with_all(d, true);
	test_line_login(&l, d);
	send_meeting(&l, d);
	assert_answer(&l, l.id, "");
	test_line_close(&l);
	assert_int_equal(test_daemon_stop(d, SIGTERM), 0);
	start_with_all(d, false); /* who connects is soon cut */
	assert_int_equal(test_daemon_stop(d, SIGTERM), 0);
}

int main(void)
{
	/* clang-format off */
	const struct CMUnitTest tests[] = {
#define SETTING(id, name, kind, max, standard, min, help)                                          \
		cmocka_unit_test_setup_teardown(name##_is_kept, make, end),
#include "daemon/conf.def"
#undef SETTING
		cmocka_unit_test_setup_teardown(a_path_that_is_taken_is_refused, make, end),
		cmocka_unit_test_setup_teardown(a_stale_socket_is_replaced, make, end),
		cmocka_unit_test_setup_teardown(without_a_setting_the_socket_is_in_the_folder, make, end),
		cmocka_unit_test_setup_teardown(a_number_that_cannot_be_is_refused_by_name, make, end),
		cmocka_unit_test_setup_teardown(every_number_may_be_at_its_least_or_most, make, end),
	};
	/* clang-format on */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
