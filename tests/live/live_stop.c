/*
 * live_stop.c: the clean stop and what follows it: all that was acknowledged is in the store,
 * nothing is doubled, the same request number gets the same answer; and what the daemon refuses to
 * start with.
 */
#include "tests/lib/test.h"

#include "daemon/house_key.h"
#include "proto/rid.h"
#include "tests/lib/daemon.h"

#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LINES = 4, EACH = 40, SENT_MAX = 256, STOP_SECONDS = 10 };

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

/* A change that was signed once and may be sent many times, and its first answer. */
struct change {
	struct writer params;
	struct bytes result_own;
};

struct changes {
	struct change v[SENT_MAX];
	size_t n;
};

static const char *const method = "meeting.record";

/* Sign a meeting's record under a request number of the caller's. */
static void sign(struct test_daemon *d, const struct meeting_record *q,
	const uint8_t rid[static RID_BYTES], struct writer *w)
{
	struct signing by = { .secret = d->r.officer, .reg = bytes_of(d->r.reg, 16) };
	assert_int_equal(action_build(w, &cmds[CMD_meeting_record], q, rid, &by, NULL), OK);
}

static struct change *change_make(struct test_daemon *d, struct changes *all)
{
	AUTO(arena_fini) struct arena a = { 0 };
	struct meeting_record q;
	uint8_t rid[RID_BYTES];
	assert_true(all->n < SENT_MAX);
	struct change *c = &all->v[all->n++];
	bench_meeting(&d->r, &q, &a);
	q.opinions.n = q.count = 3;
	rid_make(rid, d->r.now);
	d->r.now += 1000;
	sign(d, &q, rid, &c->params);
	return c;
}

static void changes_free(struct changes *all)
{
	for (size_t i = 0; i < all->n; i++) {
		writer_fini(&all->v[i].params);
		free((void *)(uintptr_t)all->v[i].result_own.p);
	}
	free(all);
}

static void change_send(struct test_line *l, const struct change *c)
{
	test_line_send_params(l, method, writer_bytes(&c->params));
}

/* The answer that just came: kept when it is the first, the same to the byte when it is not. */
static void keep_answer(const struct test_line *l, struct change *c)
{
	struct bytes got = l->answer.result;
	assert_true(text_is(l->answer.error, ""));
	if (c->result_own.p == NULL) {
		uint8_t *copy = xmalloc(got.n);
		memcpy(copy, got.p, got.n);
		c->result_own = bytes_of(copy, got.n);
	}
	assert_true(bytes_equal(got, c->result_own));
}

static void change_call(struct test_line *l, struct change *c)
{
	change_send(l, c);
	assert_true(test_line_answer(l));
	keep_answer(l, c);
}

/* Send all again: each has its answer, and the register holds each once. */
static void assert_all_once(struct test_daemon *d, struct changes *all, const char *settings)
{
	struct test_line l;
	test_daemon_start(d, settings);
	test_line_login(&l, d);
	for (size_t i = 0; i < all->n; i++)
		change_call(&l, &all->v[i]);
	test_line_close(&l);
	assert_int_equal(test_daemon_stop(d, SIGTERM), 0);
	assert_int_equal(test_daemon_rows(d, STORE_meeting), all->n);
	test_daemon_verify(d);
}

/* Stopping. */

static void wait_for(struct test_daemon *d, double begin)
{
	int status = 0;
	assert_int_equal(waitpid(d->pid, &status, 0), d->pid);
	d->pid = 0;
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_true(bench_seconds() - begin < STOP_SECONDS);
}

/* Answers of one line until it is cut; the requests began with this number. */
static size_t read_answers(struct test_line *l, struct change *from, uint32_t first)
{
	size_t n = 0;
	for (; test_line_answer(l); n++) {
		assert_in_range(l->answer.id, first, l->id);
		if (!text_is(l->answer.error, "E_STOPPING"))
			keep_answer(l, &from[l->answer.id - first]);
	}
	return n;
}

static size_t acknowledged(const struct changes *all)
{
	size_t n = 0;
	for (size_t i = 0; i < all->n; i++)
		n += all->v[i].result_own.p != NULL;
	return n;
}

/* Several lines send; in the midst of it comes the signal, and they go on sending. */
static void assert_stop_under_load(struct test_daemon *d, int signal_)
{
	struct changes *all = xcalloc(1, sizeof(*all));
	struct test_line l[LINES];
	static const char settings[] = "requests_open_max: 64\nbatch_max: 4\n";
	for (size_t i = 0; i < (size_t)LINES * EACH; i++)
		change_make(d, all);
	test_daemon_start(d, settings);
	for (size_t i = 0; i < LINES; i++)
		test_line_login(&l[i], d);
	uint32_t first = l[0].id + 1;
	for (size_t i = 0; i < EACH; i++) {
		if (i == EACH / 2)
			kill(d->pid, signal_);
		for (size_t k = 0; k < LINES; k++)
			change_send(&l[k], &all->v[k * EACH + i]);
	}
	double begin = bench_seconds();
	for (size_t i = 0; i < LINES; i++) {
		read_answers(&l[i], &all->v[i * EACH], first);
		test_line_close(&l[i]);
	}
	wait_for(d, begin);
	assert_true(test_daemon_logged(d, "stopped=yes"));
	assert_int_equal(test_daemon_rows(d, STORE_meeting), acknowledged(all));
	assert_all_once(d, all, settings);
	changes_free(all);
}

static void sigterm_under_load_loses_and_doubles_nothing(void **state)
{
	assert_stop_under_load(*state, SIGTERM);
}

static void sigint_under_load_loses_and_doubles_nothing(void **state)
{
	assert_stop_under_load(*state, SIGINT);
}

/* Eight wait for the disk when the stop begins, and eight come after it. */
static void what_was_taken_in_is_done_and_said_and_nothing_else(void **state)
{
	struct test_daemon *d = *state;
	struct changes *all = xcalloc(1, sizeof(*all));
	struct test_hold hold;
	struct test_line l;
	for (size_t i = 0; i < 16; i++)
		change_make(d, all);
	test_daemon_start(d, NULL);
	test_line_login(&l, d);
	uint32_t first = l.id + 1;
	test_hold_begin(&hold, d);
	for (size_t i = 0; i < 8; i++)
		change_send(&l, &all->v[i]);
	test_line_send(&l, d, CMD_whoami, &(struct nothing){ 0 });
	assert_true(test_line_answer(&l)); /* so the eight were read */
	assert_int_equal(l.answer.id, l.id);
	double begin = bench_seconds();
	kill(d->pid, SIGTERM);
	assert_true(test_daemon_logs(d, "stopping=yes"));
	assert_int_equal(access(d->socket, F_OK), -1); /* nobody new */
	kill(d->pid, SIGTERM);                         /* once more changes nothing */
	kill(d->pid, SIGINT);
	for (size_t i = 8; i < 16; i++)
		change_send(&l, &all->v[i]);
	test_hold_end(&hold);
	assert_int_equal(read_answers(&l, all->v, first), 8);
	test_line_close(&l);
	wait_for(d, begin);
	assert_int_equal(acknowledged(all), 8);
	assert_int_equal(test_daemon_rows(d, STORE_meeting), 8);
	assert_all_once(d, all, NULL);
	changes_free(all);
}

/* Its answers fill the line; the stop has a limit. */
static void a_client_that_never_reads_does_not_hold_up_the_stop(void **state)
{
	struct test_daemon *d = *state;
	struct test_line slow, other;
	test_daemon_start(d, "output_stop_bytes: 65536\noutput_drop_bytes: 67108864\n");
	test_line_login(&slow, d);
	for (int i = 0; i < 100; i++)
		test_line_send(&slow, d, CMD_policy_show, &(struct nothing){ 0 });
	test_line_login(&other, d);
	test_line_send(&other, d, CMD_policy_show, &(struct nothing){ 0 });
	double begin = bench_seconds();
	assert_true(test_line_answer(&other));
	kill(d->pid, SIGTERM);
	wait_for(d, begin);
	test_line_close(&slow);
	test_line_close(&other);
}

/* More than a socket holds waits for a client that reads when the stop has begun. */
static void answers_that_wait_are_said_before_the_end(void **state)
{
	struct test_daemon *d = *state;
	struct test_line slow, other;
	test_daemon_start(d, "output_stop_bytes: 67108864\noutput_drop_bytes: 67108864\n");
	test_line_login(&slow, d);
	uint32_t first = slow.id + 1;
	for (int i = 0; i < 120; i++)
		test_line_send(&slow, d, CMD_policy_show, &(struct nothing){ 0 });
	for (int i = 0; i < 3; i++) { /* by then the requests were read */
		test_line_login(&other, d);
		test_line_close(&other);
	}
	double begin = bench_seconds();
	kill(d->pid, SIGTERM);
	assert_true(test_daemon_logs(d, "stopping=yes"));
	for (uint32_t i = 0; i < 120; i++) {
		assert_true(test_line_answer(&slow));
		assert_int_equal(slow.answer.id, first + i);
	}
	assert_true(test_line_closes(&slow, 10000));
	test_line_close(&slow);
	wait_for(d, begin);
}

static void an_idle_daemon_stops_at_once(void **state)
{
	struct test_daemon *d = *state;
	struct test_line in, greeted, silent;
	test_daemon_start(d, NULL);
	test_line_login(&in, d);
	test_line_greet(&greeted, d);
	test_line_open(&silent, d);
	assert_true(wire_send(silent.fd, bytes_of("\x94", 1))); /* a message begins */
	double begin = bench_seconds();
	assert_int_equal(test_daemon_stop(d, SIGTERM), 0);
	assert_true(bench_seconds() - begin < STOP_SECONDS);
	assert_true(test_line_closes(&in, 1000));
	assert_true(test_line_closes(&greeted, 1000));
	assert_true(test_line_closes(&silent, 1000));
	test_line_close(&in);
	test_line_close(&greeted);
	test_line_close(&silent);
}

/* Request numbers. */

static void assert_call(struct test_daemon *d, const struct writer *params, const char *error)
{
	struct test_line l;
	test_line_login(&l, d);
	test_line_send_params(&l, method, writer_bytes(params));
	assert_true(test_line_answer(&l));
	assert_true(text_is(l.answer.error, error));
	test_line_close(&l);
}

/* The same bytes get the same answer, after each way to end; the same number with other bytes is
 * refused, though it asks the same: its salts are others. */
static void a_request_number_is_remembered_over_a_restart(void **state)
{
	struct test_daemon *d = *state;
	AUTO(arena_fini) struct arena a = { 0 };
	AUTO(writer_fini) struct writer again = { 0 }, other = { 0 };
	static const int signals[] = { SIGKILL, SIGTERM, SIGKILL };
	struct changes *all = xcalloc(1, sizeof(*all));
	struct change *c = &all->v[all->n++];
	struct meeting_record q;
	struct test_line l;
	uint8_t rid[RID_BYTES];
	bench_meeting(&d->r, &q, &a);
	rid_make(rid, d->r.now);
	sign(d, &q, rid, &c->params);
	sign(d, &q, rid, &again);
	q.opinions.n = q.count = 1;
	sign(d, &q, rid, &other);
	for (size_t i = 0; i < COUNT(signals); i++) {
		test_daemon_start(d, NULL);
		test_line_login(&l, d);
		change_call(&l, c);
		change_call(&l, c);
		test_line_close(&l);
		assert_call(d, &again, "E_RID");
		assert_call(d, &other, "E_RID");
		test_daemon_stop(d, signals[i]);
	}
	assert_all_once(d, all, NULL);
	changes_free(all);
}

/* Twice on the way at once, on two lines. */
static void one_request_sent_twice_at_once_is_done_once(void **state)
{
	struct test_daemon *d = *state;
	struct changes *all = xcalloc(1, sizeof(*all));
	struct change *c = change_make(d, all);
	struct test_line a, b;
	struct test_hold hold;
	test_daemon_start(d, NULL);
	test_line_login(&a, d);
	test_line_login(&b, d);
	test_hold_begin(&hold, d);
	change_send(&a, c);
	change_send(&b, c);
	change_send(&b, c);
	test_hold_end(&hold);
	assert_true(test_line_answer(&a));
	keep_answer(&a, c);
	for (int i = 0; i < 2; i++) {
		assert_true(test_line_answer(&b));
		keep_answer(&b, c);
	}
	test_line_close(&a);
	test_line_close(&b);
	assert_int_equal(test_daemon_stop(d, SIGTERM), 0);
	assert_all_once(d, all, NULL);
	changes_free(all);
}

/* What cannot be started. */

static void a_second_daemon_on_the_folder_is_refused(void **state)
{
	struct test_daemon *d = *state;
	struct test_daemon second;
	struct test_line l;
	test_daemon_start(d, NULL);
	second = *d;
	second.pid = 0;
	memcpy(second.socket + strlen(second.socket), "2", 2);
	test_daemon_assert_refuses(&second, NULL, 1, "another daemon is at work on this register");
	assert_int_equal(access(second.socket, F_OK), -1);
	test_daemon_assert_refuses(d, NULL, 1, "another daemon is at work on this register");
	test_line_login(&l, d); /* the first lives on, and its socket is there */
	assert_string_equal(test_line_call(&l, d, CMD_whoami, &(struct nothing){ 0 }), "");
	test_line_close(&l);
	assert_int_equal(test_daemon_stop(d, SIGKILL), -1);
	test_daemon_start(&second, NULL); /* nothing stays locked */
	assert_int_equal(test_daemon_stop(&second, SIGTERM), 0);
}

static void a_folder_that_others_may_write_is_refused(void **state)
{
	struct test_daemon *d = *state;
	static const mode_t modes[] = { 0777, 0770, 0702 };
	for (size_t i = 0; i < COUNT(modes); i++) {
		assert_int_equal(chmod(d->dir, modes[i]), 0);
		test_daemon_assert_refuses(d, NULL, 1, "its mode must be 0700");
	}
	assert_int_equal(chmod(d->dir, 0700), 0);
	test_daemon_start(d, NULL);
}

static void a_folder_without_a_register_is_refused(void **state)
{
	struct test_daemon *d = *state;
	struct test_daemon empty = *d;
	assert_true(snprintf(empty.dir, sizeof(empty.dir), "%s/empty", d->dir) <
		    (int)sizeof(empty.dir));
	assert_int_equal(mkdir(empty.dir, 0700), 0);
	test_daemon_assert_refuses(&empty, NULL, 3, "a register (hoiamd init makes one)");
	assert_int_equal(access(empty.socket, F_OK), -1);
}

/* house.key */

static void key_path(const struct test_daemon *d, char path[static 4096])
{
	snprintf(path, 4096, "%s/house.key", d->dir);
}

static void assert_key_refused(struct test_daemon *d, const char *words)
{
	test_daemon_assert_refuses(d, NULL, 1, words);
	assert_true(test_daemon_logged(d, "house.key"));
	assert_true(test_daemon_logged(d, "[E_KEY_FILE]"));
}

static void only_the_key_of_the_house_is_taken(void **state)
{
	struct test_daemon *d = *state;
	char path[4096];
	uint8_t secret[64], public[32];
	key_path(d, path);
	assert_int_equal(unlink(path), 0);
	assert_key_refused(d, "house.key");
	crypto_sign_keypair(public, secret);
	assert_int_equal(house_key_write(d->dir, secret, NULL), OK);
	assert_key_refused(d, "not the key of this register");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(house_key_write(d->dir, d->r.house, NULL), OK);
	assert_int_equal(chmod(path, 0644), 0);
	assert_key_refused(d, "house.key");
	assert_int_equal(chmod(path, 0600), 0);
	assert_int_equal(truncate(path, 40), 0);
	assert_key_refused(d, "house.key");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(house_key_write(d->dir, d->r.house, NULL), OK);
	test_daemon_start(d, NULL);
}

/* kill -9 under the hand of a client: the socket stays, the next start takes it, all is there. */
static void after_kill_9_the_next_start_works(void **state)
{
	struct test_daemon *d = *state;
	struct changes *all = xcalloc(1, sizeof(*all));
	struct test_line l;
	test_daemon_start(d, NULL);
	test_line_login(&l, d);
	for (int i = 0; i < 5; i++)
		change_call(&l, change_make(d, all));
	change_send(&l, change_make(d, all)); /* nobody knows what becomes of it */
	assert_int_equal(test_daemon_stop(d, SIGKILL), -1);
	test_line_close(&l);
	assert_int_equal(access(d->socket, F_OK), 0);
	assert_in_range(test_daemon_rows(d, STORE_meeting), 5, 6);
	assert_all_once(d, all, NULL);
	assert_int_equal(access(d->socket, F_OK), -1);
	changes_free(all);
}

int main(void)
{
	/* clang-format off */
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(sigterm_under_load_loses_and_doubles_nothing, make, end),
		cmocka_unit_test_setup_teardown(sigint_under_load_loses_and_doubles_nothing, make, end),
		cmocka_unit_test_setup_teardown(what_was_taken_in_is_done_and_said_and_nothing_else, make, end),
		cmocka_unit_test_setup_teardown(a_client_that_never_reads_does_not_hold_up_the_stop, make, end),
		cmocka_unit_test_setup_teardown(answers_that_wait_are_said_before_the_end, make, end),
		cmocka_unit_test_setup_teardown(an_idle_daemon_stops_at_once, make, end),
		cmocka_unit_test_setup_teardown(a_request_number_is_remembered_over_a_restart, make, end),
		cmocka_unit_test_setup_teardown(one_request_sent_twice_at_once_is_done_once, make, end),
		cmocka_unit_test_setup_teardown(a_second_daemon_on_the_folder_is_refused, make, end),
		cmocka_unit_test_setup_teardown(a_folder_that_others_may_write_is_refused, make, end),
		cmocka_unit_test_setup_teardown(a_folder_without_a_register_is_refused, make, end),
		cmocka_unit_test_setup_teardown(only_the_key_of_the_house_is_taken, make, end),
		cmocka_unit_test_setup_teardown(after_kill_9_the_next_start_works, make, end),
	};
	/* clang-format on */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
