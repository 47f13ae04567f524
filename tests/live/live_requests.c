/*
 * live_requests.c: the ways of requests on one line: answers out of order, numbers used again, many
 * messages at once and one in single bytes, cancelling, a place in a list kept over a restart.
 */
#include "tests/lib/test.h"

#include "tests/lib/daemon.h"

#include <signal.h>
#include <stdio.h>

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

static const struct nothing nothing = { 0 };
static const uint8_t empty_map[] = { 0x80 };

static void assert_answer(struct test_line *l, uint32_t id, const char *error)
{
	assert_true(test_line_answer(l));
	assert_int_equal(l->answer.id, id);
	assert_true(text_is(l->answer.error, error));
}

/* A signed request that opens a meeting. */
static void meeting_params(struct test_daemon *d, struct writer *params)
{
	AUTO(arena_fini) struct arena a = { 0 };
	struct meeting_record q;
	bench_meeting(&d->r, &q, &a);
	bench_build_as(&d->r, d->r.officer, CMD_meeting_open, q.meeting.v, params);
}

static uint32_t send_meeting(struct test_line *l, struct test_daemon *d)
{
	AUTO(writer_fini) struct writer params = { 0 };
	meeting_params(d, &params);
	test_line_send_params(l, "meeting.open", writer_bytes(&params));
	return l->id;
}

/* No more has come than was taken, and nothing more will: the next answer is to what is sent now.
 */
static void assert_nothing_more(struct test_line *l, struct test_daemon *d)
{
	test_line_send(l, d, CMD_whoami, &nothing);
	assert_answer(l, l->id, "");
}

static void assert_stops(struct test_daemon *d, uint64_t meetings)
{
	assert_int_equal(test_daemon_stop(d, SIGTERM), 0);
	assert_int_equal(test_daemon_rows(d, STORE_meeting), meetings);
	test_daemon_verify(d);
}

/* Receipts. */

/* Before login; guessing ends with the line. A line of its own is heard again. */
static void who_guesses_secrets_is_heard_no_more(void **state)
{
	enum { TRIES = 5 };
	struct test_daemon *d = *state;
	struct test_line l;
	const struct case_status q = { text_of("0000000/2026/1"), text_of("0123-4567-89AB") };
	test_daemon_start(d, NULL);
	for (int line = 0; line < 2; line++) {
		test_line_open(&l, d);
		test_line_greet(&l, d);
		for (int i = 0; i < TRIES; i++) {
			test_line_send(&l, d, CMD_case_status, &q);
			assert_answer(&l, l.id, "E_SECRET");
		}
		test_line_send(&l, d, CMD_case_status, &q);
		assert_answer(&l, l.id, "E_ORDER");
		test_line_close(&l);
	}
	test_line_login(&l, d);
	for (int i = 0; i <= TRIES; i++) {
		test_line_send(&l, d, CMD_case_status, &q);
		assert_answer(&l, l.id, i < TRIES ? "E_SECRET" : "E_ORDER");
	}
	assert_nothing_more(&l, d);
	test_line_close(&l);
	assert_int_equal(test_daemon_stop(d, SIGTERM), 0);
}

/* Order and numbers. */

static void a_reading_overtakes_a_change(void **state)
{
	struct test_daemon *d = *state;
	struct test_line l;
	struct test_hold hold;
	test_daemon_start(d, NULL);
	test_line_login(&l, d);
	test_hold_begin(&hold, d);
	uint32_t change = send_meeting(&l, d);
	for (int i = 0; i < 3; i++)
		assert_nothing_more(&l, d);
	test_hold_end(&hold);
	assert_answer(&l, change, "");
	test_line_close(&l);
	assert_stops(d, 1);
}

/* Signatures are verified by several threads; what they signed is decided in the order sent. */
static void changes_keep_their_order_around_one_that_nobody_signed(void **state)
{
	enum { CHANGES = 16, FORGED = 5 };
	struct test_daemon *d = *state;
	struct test_line l;
	test_daemon_start(d, "check_threads: 8\n");
	test_line_login(&l, d);
	uint32_t first = l.id + 1;
	for (unsigned i = 0; i < CHANGES; i++) {
		AUTO(writer_fini) struct writer params = { 0 };
		meeting_params(d, &params);
		uint8_t *sig = memmem(params.p, params.n, "sig\xc4\x40", 5);
		assert_non_null(sig);
		sig[5] ^= i == FORGED;
		test_line_send_params(&l, "meeting.open", writer_bytes(&params));
	}
	for (unsigned i = 0; i < CHANGES; i++)
		assert_answer(&l, first + i, i == FORGED ? "E_SIGNATURE" : "");
	test_line_close(&l);
	assert_stops(d, CHANGES - 1);
}

static void a_number_is_free_after_its_answer(void **state)
{
	struct test_daemon *d = *state;
	struct test_line l;
	test_daemon_start(d, NULL);
	test_line_login(&l, d);
	for (int i = 0; i < 3; i++) {
		l.id = 6;
		test_line_send(&l, d, CMD_whoami, &nothing);
		assert_answer(&l, 7, "");
		l.id = 6;
		assert_int_equal(send_meeting(&l, d), 7);
		assert_answer(&l, 7, "");
	}
	test_line_close(&l);
	assert_stops(d, 3);
}

/* Nobody could tell whose answer comes: the line is closed; what was asked for before is done. */
static void a_number_that_is_open_is_not_taken_twice(void **state)
{
	struct test_daemon *d = *state;
	struct test_line l, other;
	struct test_hold hold;
	test_daemon_start(d, NULL);
	test_line_login(&l, d);
	test_line_login(&other, d);
	test_hold_begin(&hold, d);
	uint32_t id = send_meeting(&l, d);
	other.id = l.id - 1;
	assert_int_equal(
		send_meeting(&other, d), id); /* the same number on another line is another */
	l.id--;
	test_line_send(&l, d, CMD_whoami, &nothing);
	assert_false(test_line_answer(&l));
	test_hold_end(&hold);
	assert_answer(&other, id, "");
	test_line_close(&other);
	test_line_close(&l);
	assert_stops(d, 2);
}

/* Segments. */

static void a_thousand_messages_come_at_once(void **state)
{
	enum { MESSAGES = 1000 };
	struct test_daemon *d = *state;
	struct test_line l;
	AUTO(writer_fini) struct writer all = { 0 };
	test_daemon_start(d, NULL);
	test_line_login(&l, d);
	uint32_t first = l.id + 1;
	for (unsigned i = 0; i < MESSAGES; i++)
		wire_request(&all, ++l.id, "whoami", bytes_of(empty_map, 1));
	assert_true(wire_send(l.fd, writer_bytes(&all)));
	for (uint32_t i = 0; i < MESSAGES; i++)
		assert_answer(&l, first + i, "");
	test_line_close(&l);
	assert_stops(d, 0);
}

/* A change in single bytes, and two messages whose border lies anywhere in a segment. */
static void a_message_comes_byte_by_byte(void **state)
{
	struct test_daemon *d = *state;
	struct test_line l;
	AUTO(writer_fini) struct writer params = { 0 }, whole = { 0 };
	test_daemon_start(d, NULL);
	test_line_login(&l, d);
	meeting_params(d, &params);
	wire_request(&whole, ++l.id, "meeting.open", writer_bytes(&params));
	for (size_t i = 0; i < whole.n; i++)
		assert_true(wire_send(l.fd, bytes_of(whole.p + i, 1)));
	assert_answer(&l, l.id, "");
	for (size_t border = 1; border < 40; border++) {
		writer_reset(&whole);
		wire_request(&whole, ++l.id, "whoami", bytes_of(empty_map, 1));
		wire_request(&whole, ++l.id, "whoami", bytes_of(empty_map, 1));
		size_t at = border < whole.n ? border : whole.n;
		assert_true(wire_send(l.fd, bytes_of(whole.p, at)));
		assert_true(wire_send(l.fd, bytes_of(whole.p + at, whole.n - at)));
		assert_answer(&l, l.id - 1, "");
		assert_answer(&l, l.id, "");
	}
	test_line_close(&l);
	assert_stops(d, 1);
}

/* Cancelling. */

/* [2, "$/cancel", [id]] */
static void write_cancel(struct writer *w, uint32_t id)
{
	write_array(w, 3);
	write_uint(w, 2);
	write_string(w, "$/cancel");
	write_array(w, 1);
	write_uint(w, id);
}

static void cancel(struct test_line *l, uint32_t id)
{
	AUTO(writer_fini) struct writer w = { 0 };
	write_cancel(&w, id);
	assert_true(wire_send(l->fd, writer_bytes(&w)));
}

/* Some have been taken for the next batch, some wait behind it: none of them is decided yet. */
static void what_is_not_decided_is_cancelled(void **state)
{
	enum { CHANGES = 9 };
	struct test_daemon *d = *state;
	struct test_line l;
	struct test_hold hold;
	test_daemon_start(d, "batch_max: 4\n");
	test_line_login(&l, d);
	uint32_t first = l.id + 1;
	test_hold_begin(&hold, d);
	for (int i = 0; i < CHANGES; i++)
		(void)send_meeting(&l, d);
	for (uint32_t i = 0; i < CHANGES; i++)
		if (i % 3 != 1)
			cancel(&l, first + i);
	cancel(&l, first);          /* again */
	assert_nothing_more(&l, d); /* so all of it has been read */
	test_hold_end(&hold);
	for (uint32_t i = 0; i < CHANGES; i++)
		assert_answer(&l, first + i, i % 3 == 1 ? "" : "E_CANCELLED");
	assert_nothing_more(&l, d);
	test_line_close(&l);
	assert_stops(d, CHANGES / 3);
}

/* It was never done, so its request number is free for another try. */
static void what_was_cancelled_may_be_sent_again(void **state)
{
	struct test_daemon *d = *state;
	struct test_line l;
	struct test_hold hold;
	AUTO(writer_fini) struct writer params = { 0 };
	test_daemon_start(d, NULL);
	test_line_login(&l, d);
	meeting_params(d, &params);
	test_hold_begin(&hold, d);
	test_line_send_params(&l, "meeting.open", writer_bytes(&params));
	cancel(&l, l.id);
	assert_nothing_more(&l, d);
	test_hold_end(&hold);
	assert_answer(&l, l.id - 1, "E_CANCELLED");
	for (int i = 0; i < 2; i++) {
		test_line_send_params(&l, "meeting.open", writer_bytes(&params));
		cancel(&l, l.id + 1); /* of another */
		assert_answer(&l, l.id, "");
		cancel(&l, l.id); /* done and answered */
	}
	assert_nothing_more(&l, d);
	test_line_close(&l);
	assert_stops(d, 1);
}

static void a_stranger_cancels_nothing(void **state)
{
	struct test_daemon *d = *state;
	struct test_line l, same, nobody;
	struct test_hold hold;
	test_daemon_start(d, NULL);
	test_line_login(&l, d);
	test_line_login(&same, d); /* the same officer on another line */
	test_line_open(&nobody, d);
	test_hold_begin(&hold, d);
	uint32_t id = send_meeting(&l, d);
	assert_nothing_more(&l, d);
	cancel(&same, id);
	assert_nothing_more(&same, d);
	cancel(&nobody, id);
	test_hold_end(&hold);
	assert_answer(&l, id, "");
	test_line_close(&nobody);
	test_line_close(&same);
	test_line_close(&l);
	assert_stops(d, 1);
}

/* Notifications that look like one, and others, are ignored: the request goes on. */
static void what_is_no_cancelling_is_ignored(void **state)
{
	struct test_daemon *d = *state;
	struct test_line l;
	struct test_hold hold;
	test_daemon_start(d, NULL);
	test_line_login(&l, d);
	test_hold_begin(&hold, d);
	uint32_t id = send_meeting(&l, d);
	assert_true(id < 0x80); /* one byte */
	const uint8_t n = (uint8_t)id;
	const uint8_t forms[][15] = {
		{ 0x93, 2, 0xa8, '$', '/', 'c', 'a', 'n', 'c', 'e', 'l', 0xc0 },
		{ 0x93, 2, 0xa8, '$', '/', 'c', 'a', 'n', 'c', 'e', 'l', n },
		{ 0x93, 2, 0xa8, '$', '/', 'c', 'a', 'n', 'c', 'e', 'l', 0x90 },
		{ 0x93, 2, 0xa8, '$', '/', 'c', 'a', 'n', 'c', 'e', 'l', 0x92, n, n },
		{ 0x93, 2, 0xa8, '$', '/', 'c', 'a', 'n', 'c', 'e', 'l', 0x91, 0xa1, '1' },
		{ 0x93, 2, 0xa8, '$', '/', 'c', 'a', 'n', 'c', 'e', 'l', 0x91, 0xff },
		{ 0x93, 2, 0xa8, '$', '/', 'c', 'a', 'n', 'c', 'e', 'l', 0x91, 0x91, n },
		{ 0x93, 2, 0xa8, '$', '/', 'c', 'a', 'n', 'c', 'e', 'm', 0x91, n },
		{ 0x93, 2, 0xa8, '$', '/', 'C', 'a', 'n', 'c', 'e', 'l', 0x91, n },
		{ 0x93, 2, n, 0x91, n },
	};
	const size_t bytes[] = { 12, 12, 12, 14, 14, 13, 14, 13, 13, 5 };
	for (size_t i = 0; i < COUNT(forms); i++)
		assert_true(wire_send(l.fd, bytes_of(forms[i], bytes[i])));
	cancel(&l, id + 1);
	assert_nothing_more(&l, d);
	test_hold_end(&hold);
	assert_answer(&l, id, "");
	test_line_close(&l);
	assert_stops(d, 1);
}

/* A change and its cancelling in one write, over and over: whichever wins, there is one answer, and
 * it is true. */
static void a_cancelling_races_with_the_answer(void **state)
{
	enum { ROUNDS = 40, CHANGES = 12 };
	struct test_daemon *d = *state;
	struct test_line l;
	uint64_t done = 0, cancelled = 0;
	test_daemon_start(d, "batch_max: 5\n");
	test_line_login(&l, d);
	for (uint32_t round = 0; round < ROUNDS; round++) {
		AUTO(writer_fini) struct writer all = { 0 };
		unsigned seen = 0;
		uint32_t first = l.id + 1;
		for (uint32_t i = 0; i < CHANGES; i++) {
			AUTO(writer_fini) struct writer params = { 0 };
			meeting_params(d, &params);
			wire_request(&all, ++l.id, "meeting.open", writer_bytes(&params));
			if (i % 4 == round % 4)
				write_cancel(&all, l.id);
		}
		assert_true(wire_send(l.fd, writer_bytes(&all)));
		for (uint32_t i = 0; i < CHANGES; i++)
			cancel(&l, first + i);
		for (uint32_t i = 0; i < CHANGES; i++) {
			assert_true(test_line_answer(&l));
			assert_in_range(l.answer.id, first, first + CHANGES - 1);
			assert_int_equal(seen & 1u << (l.answer.id - first), 0);
			seen |= 1u << (l.answer.id - first);
			bool is = text_is(l.answer.error, "E_CANCELLED");
			assert_true(is || l.answer.error.n == 0);
			cancelled += is;
			done += !is;
		}
	}
	assert_nothing_more(&l, d);
	test_line_close(&l);
	print_message("%llu done, %llu cancelled\n", (unsigned long long)done,
		(unsigned long long)cancelled);
	assert_int_equal(done + cancelled, ROUNDS * CHANGES);
	assert_stops(d, done);
}

/* Places in lists. */

static void a_place_does_not_outlive_the_daemon(void **state)
{
	struct test_daemon *d = *state;
	struct test_line l;
	uint8_t kept[LIMIT_CURSOR];
	struct unit_list q = { .limit = 2 };
	test_daemon_start(d, NULL);
	test_line_login(&l, d);
	assert_string_equal(test_line_call(&l, d, CMD_unit_list, &q), "");
	struct reader next = reader_of(wire_field(l.answer.result, "next"));
	struct bytes place = read_bin(&next);
	assert_in_range(place.n, 1, sizeof(kept));
	memcpy(kept, place.p, place.n);
	q.after = bytes_of(kept, place.n);
	assert_string_equal(test_line_call(&l, d, CMD_unit_list, &q), "");
	test_line_close(&l);
	assert_int_equal(test_daemon_stop(d, SIGTERM), 0);
	test_daemon_start(d, NULL);
	test_line_login(&l, d);
	assert_string_equal(test_line_call(&l, d, CMD_unit_list, &q), "E_CURSOR");
	q.after = (struct bytes){ 0 };
	assert_string_equal(test_line_call(&l, d, CMD_unit_list, &q), "");
	test_line_close(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(who_guesses_secrets_is_heard_no_more, make, end),
		cmocka_unit_test_setup_teardown(a_reading_overtakes_a_change, make, end),
		cmocka_unit_test_setup_teardown(
			changes_keep_their_order_around_one_that_nobody_signed, make, end),
		cmocka_unit_test_setup_teardown(a_number_is_free_after_its_answer, make, end),
		cmocka_unit_test_setup_teardown(
			a_number_that_is_open_is_not_taken_twice, make, end),
		cmocka_unit_test_setup_teardown(a_thousand_messages_come_at_once, make, end),
		cmocka_unit_test_setup_teardown(a_message_comes_byte_by_byte, make, end),
		cmocka_unit_test_setup_teardown(what_is_not_decided_is_cancelled, make, end),
		cmocka_unit_test_setup_teardown(what_was_cancelled_may_be_sent_again, make, end),
		cmocka_unit_test_setup_teardown(a_stranger_cancels_nothing, make, end),
		cmocka_unit_test_setup_teardown(what_is_no_cancelling_is_ignored, make, end),
		cmocka_unit_test_setup_teardown(a_cancelling_races_with_the_answer, make, end),
		cmocka_unit_test_setup_teardown(a_place_does_not_outlive_the_daemon, make, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
