/*
 * live_peers.c: peers that are slow in their own ways and no less honest: who sends many requests
 * at once, who reads a little at a time, who is not read while it waits, whose one answer is large.
 */
#include "tests/lib/test.h"

#include "tests/lib/daemon.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

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

static void assert_answers(struct test_line *l, uint32_t first, uint32_t n, useconds_t pause)
{
	for (uint32_t i = 0; i < n; i++) {
		assert_true(test_line_answer(l));
		assert_int_equal(l->answer.id, first + i);
		assert_int_equal(l->answer.error.n, 0);
		usleep(pause);
	}
}

/* n equal requests in one write, none of whose answers was read. */
static void send_many(struct test_line *l, const char *method, struct bytes params, unsigned n)
{
	AUTO(writer_fini) struct writer all = { 0 };
	for (unsigned i = 0; i < n; i++)
		wire_request(&all, ++l->id, method, params);
	assert_true(wire_send(l->fd, writer_bytes(&all)));
}

static const uint8_t empty_map[] = { 0x80 };

/* The opinions of a meeting of 44: some 20 KB a page. */
static void ask_of_meeting(struct test_line *l, struct test_daemon *d, struct writer *params)
{
	AUTO(arena_fini) struct arena a = { 0 };
	struct meeting_record q;
	bench_meeting(&d->r, &q, &a);
	assert_string_equal(test_line_call(l, d, CMD_meeting_record, &q), "");
	struct reader number =
		reader_of(wire_cell(l->answer.result, "events", "meeting_opened", 0, "meeting"));
	struct opinion_list list = { .meeting = read_text(&number) };
	record_write_wire(params, record_opinion_list(), &list, NULL, NULL);
}

/* More than a megabyte of answers to three kilobytes of requests. */
static void who_reads_at_once_is_not_slow(void **state)
{
	struct test_daemon *d = *state;
	struct test_line l;
	AUTO(writer_fini) struct writer params = { 0 };
	test_daemon_start(d, NULL);
	test_line_login(&l, d);
	ask_of_meeting(&l, d, &params);
	uint32_t first = l.id + 1;
	send_many(&l, "opinion.list", writer_bytes(&params), 64);
	assert_answers(&l, first, 64, 0);
	test_line_close(&l);
	assert_false(test_daemon_logged(d, "dropped=slow"));
}

/* An answer now and then is progress, however much still waits. */
static void who_reads_slowly_is_not_stalled(void **state)
{
	struct test_daemon *d = *state;
	struct test_line l;
	test_daemon_start(d, "stall_ms: 3000\noutput_drop_bytes: 67108864\n");
	test_line_login(&l, d);
	uint32_t first = l.id + 1;
	send_many(&l, "policy.show", bytes_of(empty_map, 1), 200);
	assert_answers(&l, first, 200, 30000);
	test_line_close(&l);
}

/* Requests until the daemon takes no more, half of one at the end; how many are whole. */
static uint32_t send_until_stopped(struct test_line *l, struct writer *last)
{
	for (uint32_t sent = 0;; sent++) {
		writer_reset(last);
		wire_request(last, ++l->id, "policy.show", bytes_of(empty_map, 1));
		ssize_t n = send(l->fd, last->p, last->n, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n == (ssize_t)last->n)
			continue;
		assert_true(n > 0 || errno == EAGAIN);
		memmove(last->p, last->p + (n > 0 ? n : 0), last->n - (size_t)(n > 0 ? n : 0));
		last->n -= (size_t)(n > 0 ? n : 0);
		return sent;
	}
}

/* A message that is half there because the daemon reads no more is not the peer's fault. */
static void who_is_not_read_is_not_late(void **state)
{
	struct test_daemon *d = *state;
	struct test_line l;
	AUTO(writer_fini) struct writer last = { 0 };
	test_daemon_start(d, "frame_ms: 500\noutput_stop_bytes: 65536\n"
			     "output_drop_bytes: 67108864\nlog_level: debug\n");
	test_line_login(&l, d);
	uint32_t first = l.id + 1, whole = send_until_stopped(&l, &last);
	assert_true(whole > 0);
	sleep(3);
	assert_answers(&l, first, whole, 0);
	assert_true(wire_send(l.fd, writer_bytes(&last)));
	assert_answers(&l, first + whole, 1, 0);
	test_line_close(&l);
	assert_false(test_daemon_logged(d, "closed=frame"));
}

static void one_large_answer_is_not_too_much(void **state)
{
	struct test_daemon *d = *state;
	struct test_line l;
	test_daemon_start(d, "output_stop_bytes: 4096\noutput_drop_bytes: 4096\n");
	test_line_login(&l, d);
	assert_string_equal(test_line_call(&l, d, CMD_policy_show, &(struct nothing){ 0 }), "");
	assert_true(l.used > 4096);
	test_line_close(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(who_reads_at_once_is_not_slow, make, end),
		cmocka_unit_test_setup_teardown(who_reads_slowly_is_not_stalled, make, end),
		cmocka_unit_test_setup_teardown(who_is_not_read_is_not_late, make, end),
		cmocka_unit_test_setup_teardown(one_large_answer_is_not_too_much, make, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
