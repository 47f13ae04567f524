/*
 * live_bodies.c: files attached to cases, part by part over a real line: what goes in comes out,
 * what is not as announced leaves nothing, a broken line doubles nothing, and sealing a case
 * destroys them.
 */
#include "tests/lib/test.h"

#include "tests/lib/daemon.h"

#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

enum { PART = LIMIT_CHUNK_BYTES, BYTES = 11 * PART + 17 };

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

/* A daemon with one meeting and its cases; a file to attach to the first of them. */
struct scene {
	struct test_daemon *d;
	struct test_line l;
	char number[64], hex[65];
	uint8_t bytes[BYTES];
	struct case_attach q;
};

static void describe(struct scene *s, size_t size)
{
	uint8_t hash[32];
	crypto_hash_sha256(hash, s->bytes, size);
	sodium_bin2hex(s->hex, sizeof(s->hex), hash, sizeof(hash));
	s->q = (struct case_attach){ .number = text_of(s->number),
		.name = text_of("Ảnh cống thoát nước.jpg"),
		.sha256 = text_of(s->hex),
		.size = size };
}

static struct scene *begin_with(struct test_daemon *d, const char *settings)
{
	AUTO(arena_fini) struct arena a = { 0 };
	struct meeting_record q;
	struct scene *s = xcalloc(1, sizeof(*s));
	s->d = d;
	for (size_t i = 0; i < BYTES; i++)
		s->bytes[i] = (uint8_t)(i * 31 + i / 251);
	test_daemon_start(d, settings);
	test_line_login(&s->l, d);
	bench_meeting(&d->r, &q, &a);
	assert_string_equal(test_line_call(&s->l, d, CMD_meeting_record, &q), "");
	struct reader rd = reader_of(
		wire_cell(s->l.answer.result, "events", "opinion_recorded", 0, "case_number"));
	struct text t = read_text(&rd);
	assert_int_equal(rd.err, OK);
	snprintf(s->number, sizeof(s->number), "%.*s", (int)t.n, t.p);
	describe(s, BYTES);
	return s;
}

static struct scene *begin(struct test_daemon *d)
{
	return begin_with(d, NULL);
}

static void finish(struct scene *s)
{
	test_line_close(&s->l);
	if (s->d->pid != 0)
		assert_int_equal(test_daemon_stop(s->d, SIGTERM), 0);
	test_daemon_verify(s->d);
	free(s);
}

static struct bytes part_of(const struct scene *s, uint64_t number)
{
	size_t at = (size_t)number * PART, left = (size_t)s->q.size - at;
	return bytes_of(s->bytes + at, left < PART ? left : PART);
}

static uint64_t parts_of(const struct scene *s)
{
	return (s->q.size + PART - 1) / PART;
}

static void assert_ack(struct scene *s, uint32_t id, uint64_t number)
{
	struct test_notice notice;
	assert_true(test_line_notice(&s->l, &notice));
	assert_true(text_is(notice.method, "$/ack"));
	assert_int_equal(notice.id, id);
	assert_int_equal(notice.number, number);
}

static void assert_answer(struct scene *s, uint32_t id, const char *error)
{
	assert_true(test_line_answer(&s->l));
	assert_int_equal(s->l.answer.id, id);
	assert_true(text_is(s->l.answer.error, error));
}

static uint32_t send_params(struct scene *s, struct bytes params)
{
	test_line_send_params(&s->l, "case.attach", params);
	return s->l.id;
}

/* The whole body from this part on, and the answer. */
static void send_parts(struct scene *s, uint32_t id, uint64_t from, uint64_t to)
{
	for (uint64_t i = from; i < to; i++) {
		test_line_notify(&s->l, "$/chunk", id, i, part_of(s, i));
		assert_ack(s, id, i + 1);
	}
}

static uint64_t attach(struct scene *s)
{
	test_line_send(&s->l, s->d, CMD_case_attach, &s->q);
	assert_ack(s, s->l.id, 0);
	send_parts(s, s->l.id, 0, parts_of(s));
	assert_answer(s, s->l.id, "");
	struct reader rd = reader_of(wire_field(s->l.answer.result, "seq"));
	return read_uint(&rd) + 1; /* the event behind its header */
}

/* Asks for a file and checks that it is ours, byte for byte. */
static void assert_comes_back(struct scene *s, uint64_t entry)
{
	const struct case_attachment q = { text_of(s->number), entry };
	struct test_notice notice;
	size_t n = 0;
	test_line_send(&s->l, s->d, CMD_case_attachment, &q);
	for (uint64_t i = 0; n < s->q.size; i++) {
		assert_true(test_line_notice(&s->l, &notice));
		assert_true(text_is(notice.method, "$/chunk"));
		assert_int_equal(notice.id, s->l.id);
		assert_int_equal(notice.number, i);
		assert_true(notice.part.n <= s->q.size - n);
		assert_memory_equal(notice.part.p, s->bytes + n, notice.part.n);
		n += notice.part.n;
		test_line_notify(&s->l, "$/ack", s->l.id, i + 1, (struct bytes){ 0 });
	}
	assert_answer(s, s->l.id, "");
}

static uint64_t rows(const struct scene *s)
{
	return test_daemon_rows(s->d, STORE_body);
}

static void what_goes_in_comes_out(void **state)
{
	struct scene *s = begin(*state);
	uint64_t first = attach(s);
	assert_comes_back(s, first);
	describe(s, 1);
	uint64_t second = attach(s);
	assert_comes_back(s, second);
	describe(s, PART);
	assert_comes_back(s, attach(s));
	describe(s, BYTES);
	assert_comes_back(s, first);
	finish(s);
}

/* What is wrong with the parts is said at once, what still comes is passed over, and nothing
 * stays. */
static void what_is_not_as_announced_leaves_nothing(void **state)
{
	static uint8_t large[PART + 1];
	struct scene *s = begin(*state);
	const struct bytes none = { s->bytes, 0 };
	const struct {
		uint64_t number;
		struct bytes part;
		const char *error;
	} wrong[] = {
		{ 3, part_of(s, 1), "E_BODY" },
		{ 0, part_of(s, 0), "E_BODY" },
		{ 1, none, "E_BODY" },
		{ 1, bytes_of(large, sizeof(large)), "E_TOO_LARGE" },
	};
	for (size_t i = 0; i < COUNT(wrong); i++) {
		test_line_send(&s->l, s->d, CMD_case_attach, &s->q);
		uint32_t id = s->l.id;
		assert_ack(s, id, 0);
		send_parts(s, id, 0, 1);
		test_line_notify(&s->l, "$/chunk", id, wrong[i].number, wrong[i].part);
		test_line_notify(&s->l, "$/chunk", id, 1, part_of(s, 1));
		assert_answer(s, id, wrong[i].error);
	}
	s->bytes[BYTES - 1] ^= 1; /* not what was signed */
	test_line_send(&s->l, s->d, CMD_case_attach, &s->q);
	assert_ack(s, s->l.id, 0);
	send_parts(s, s->l.id, 0, parts_of(s) - 1);
	test_line_notify(&s->l, "$/chunk", s->l.id, 11, part_of(s, 11));
	assert_answer(s, s->l.id, "E_BODY");
	s->q.size = BYTES - 1; /* more than was announced */
	test_line_send(&s->l, s->d, CMD_case_attach, &s->q);
	assert_ack(s, s->l.id, 0);
	send_parts(s, s->l.id, 0, parts_of(s) - 1);
	test_line_notify(&s->l, "$/chunk", s->l.id, 11, bytes_of(s->bytes, 20));
	assert_answer(s, s->l.id, "E_BODY");
	assert_int_equal(rows(s), 0);
	finish(s);
}

static void a_hash_that_is_none_is_refused(void **state)
{
	struct scene *s = begin(*state);
	static const char *const bad[] = { "no", "",
		"0000000000000000000000000000000000000000000000000000000000000g00",
		"ABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCD" };
	for (size_t i = 0; i < COUNT(bad); i++) {
		s->q.sha256 = text_of(bad[i]);
		test_line_send(&s->l, s->d, CMD_case_attach, &s->q);
		if (i == 3) { /* in capitals it is a hash, but not in the form of one */
			assert_ack(s, s->l.id, 0);
			continue;
		}
		assert_answer(s, s->l.id, *bad[i] == '\0' ? "E_MISSING" : "E_TYPE");
	}
	finish(s);
}

static void a_file_too_large_is_refused_before_it_comes(void **state)
{
	struct scene *s = begin(*state);
	s->q.size = LIMIT_BODY_BYTES + 1;
	assert_string_equal(test_line_call(&s->l, s->d, CMD_case_attach, &s->q), "E_RANGE");
	s->q.size = 0;
	assert_string_equal(test_line_call(&s->l, s->d, CMD_case_attach, &s->q), "E_MISSING");
	finish(s);
}

/* Cut at any part, sent again with the same number: once, whole. Asked once more it comes at once,
 * without a byte of the file. */
static void a_cut_line_doubles_nothing(void **state)
{
	struct scene *s = begin(*state);
	AUTO(writer_fini) struct writer params = { 0 };
	bench_build(&s->d->r, CMD_case_attach, &s->q, &params);
	for (uint64_t cut = 0; cut <= parts_of(s); cut += 4) {
		uint32_t id = send_params(s, writer_bytes(&params));
		assert_ack(s, id, 0);
		send_parts(s, id, 0, cut);
		test_line_close(&s->l);
		test_line_login(&s->l, s->d);
		assert_int_equal(rows(s), 0);
	}
	uint32_t id = send_params(s, writer_bytes(&params));
	assert_ack(s, id, 0);
	send_parts(s, id, 0, parts_of(s));
	assert_answer(s, id, "");
	uint64_t there = rows(s);
	id = send_params(s, writer_bytes(&params));
	assert_answer(s, id, "");
	assert_int_equal(rows(s), there);
	/* and after the power went */
	assert_int_equal(test_daemon_stop(s->d, SIGKILL), -1);
	test_line_close(&s->l);
	test_daemon_start(s->d, NULL);
	test_line_login(&s->l, s->d);
	id = send_params(s, writer_bytes(&params));
	assert_answer(s, id, "");
	assert_int_equal(rows(s), there);
	finish(s);
}

static void cancel(struct scene *s, uint32_t id)
{
	AUTO(writer_fini) struct writer w = { 0 };
	write_array(&w, 3);
	write_uint(&w, 2);
	write_string(&w, "$/cancel");
	write_array(&w, 1);
	write_uint(&w, id);
	assert_true(wire_send(s->l.fd, writer_bytes(&w)));
	assert_answer(s, id, "E_CANCELLED");
}

/* On one line at most one file comes; cancelling ends it, in either direction. */
static void a_file_is_cancelled(void **state)
{
	struct scene *s = begin(*state);
	struct test_notice notice;
	uint64_t entry = attach(s);
	test_line_send(&s->l, s->d, CMD_case_attach, &s->q);
	uint32_t id = s->l.id;
	assert_ack(s, id, 0);
	test_line_send(&s->l, s->d, CMD_case_attach, &s->q);
	assert_answer(s, s->l.id, "E_BUSY");
	cancel(s, id);

	const struct case_attachment q = { text_of(s->number), entry };
	test_line_send(&s->l, s->d, CMD_case_attachment, &q);
	for (unsigned i = 0; i < LIMIT_CHUNK_WINDOW; i++)
		assert_true(test_line_notice(&s->l, &notice));
	id = s->l.id;
	test_line_send(&s->l, s->d, CMD_case_attachment, &q);
	assert_answer(s, s->l.id, "E_BUSY");
	cancel(s, id);
	assert_comes_back(s, entry);
	finish(s);
}

/* Who acknowledges nothing gets a window; who acknowledges what was not sent is cut. */
static void the_window_is_kept(void **state)
{
	struct scene *s = begin(*state);
	struct test_notice notice;
	const struct nothing nothing = { 0 };
	const struct case_attachment q = { text_of(s->number), attach(s) };
	test_line_send(&s->l, s->d, CMD_case_attachment, &q);
	uint32_t id = s->l.id;
	for (unsigned i = 0; i < LIMIT_CHUNK_WINDOW; i++)
		assert_true(test_line_notice(&s->l, &notice));
	test_line_send(&s->l, s->d, CMD_whoami, &nothing);
	assert_answer(s, s->l.id, "");
	test_line_notify(&s->l, "$/ack", id + 100, 5, (struct bytes){ 0 }); /* of nothing here */
	test_line_notify(&s->l, "$/chunk", id + 100, 5, part_of(s, 0));
	test_line_notify(&s->l, "$/ack", id, 1, (struct bytes){ 0 });
	assert_true(test_line_notice(&s->l, &notice));
	assert_int_equal(notice.number, LIMIT_CHUNK_WINDOW);
	test_line_notify(&s->l, "$/ack", id, LIMIT_CHUNK_WINDOW + 2, (struct bytes){ 0 });
	assert_true(test_line_closes(&s->l, 10000));
	finish(s);
}

static void nobody_else_gets_it(void **state)
{
	struct scene *s = begin(*state);
	uint64_t entry = attach(s);
	const struct {
		struct case_attachment q;
		const char *error;
	} wrong[] = {
		{ { text_of(s->number), entry + 1 }, "E_NOT_FOUND" },
		{ { text_of(s->number), entry - 1 }, "E_NOT_FOUND" },
		{ { text_of(s->number), 1 }, "E_NOT_FOUND" },
		{ { text_of("0000000/1999/1"), entry }, "E_NOT_FOUND" },
	};
	for (size_t i = 0; i < COUNT(wrong); i++)
		assert_string_equal(test_line_call(&s->l, s->d, CMD_case_attachment, &wrong[i].q),
			wrong[i].error);
	s->q.number = text_of("0000000/1999/1");
	test_line_send(&s->l, s->d, CMD_case_attach, &s->q);
	assert_ack(s, s->l.id, 0);
	send_parts(s, s->l.id, 0, parts_of(s));
	assert_answer(s, s->l.id, "E_NOT_FOUND");
	finish(s);
}

/* A case that turns out to be a denunciation keeps nothing of what was said or shown. */
static void sealing_destroys_it(void **state)
{
	struct scene *s = begin(*state);
	const struct case_classify q = { .number = text_of(s->number),
		.kind = text_of("TC"),
		.custodian = 1,
		.paper = text_of("Tủ 3") };
	const struct case_attachment ask = { text_of(s->number), attach(s) };
	assert_true(rows(s) > 0);
	assert_string_equal(test_line_call(&s->l, s->d, CMD_case_classify, &q), "");
	assert_int_equal(rows(s), 0);
	assert_string_equal(test_line_call(&s->l, s->d, CMD_case_attachment, &ask), "E_NOT_FOUND");
	test_line_send(&s->l, s->d, CMD_case_attach, &s->q);
	assert_ack(s, s->l.id, 0);
	send_parts(s, s->l.id, 0, parts_of(s));
	assert_answer(s, s->l.id, "E_SEALED");
	finish(s);
}

/* Whether the store's file holds the beginning of ours anywhere. */
static bool on_disk(const struct scene *s)
{
	enum { SOME = 200 };
	char path[sizeof(s->d->dir) + 16];
	snprintf(path, sizeof(path), "%s/data.mdb", s->d->dir);
	FILE *file = fopen(path, "rb");
	assert_non_null(file);
	assert_int_equal(fseek(file, 0, SEEK_END), 0);
	size_t n = (size_t)ftell(file);
	uint8_t *bytes = xmalloc(n);
	rewind(file);
	assert_int_equal(fread(bytes, 1, n, file), n);
	fclose(file);
	bool found = memmem(bytes, n, s->bytes, SOME) != NULL;
	free(bytes);
	return found;
}

/* What was destroyed is scrubbed when the store has a place for a writer; nobody waits for that. */
static void reading_does_not_wait_for_scrubbing(void **state)
{
	enum { CALLS = 150, PAUSE_MS = 10 };
	struct scene *s = begin_with(*state, "reader_check_ms: 1000\n");
	const struct case_classify q = { .number = text_of(s->number),
		.kind = text_of("TC"),
		.custodian = 1,
		.paper = text_of("Tủ 3") };
	const struct nothing nothing = { 0 };
	struct test_hold hold;
	attach(s);
	assert_true(on_disk(s));
	assert_string_equal(test_line_call(&s->l, s->d, CMD_case_classify, &q), "");
	test_hold_begin(&hold, s->d);
	for (int i = 0; i < CALLS; i++) {
		test_line_send(&s->l, s->d, CMD_whoami, &nothing);
		assert_answer(s, s->l.id, "");
		(void)poll(NULL, 0, PAUSE_MS);
	}
	test_hold_end(&hold);
	assert_int_equal(test_daemon_stop(s->d, SIGTERM), 0);
	assert_false(on_disk(s));
	finish(s);
}

/* Files that are whole and wait for the disk are as large as they were on their way. */
static void what_waits_for_the_disk_counts(void **state)
{
	struct scene *s = begin_with(*state, "bodies_max: 2\n");
	struct test_hold hold;
	uint32_t id[2];
	test_hold_begin(&hold, s->d);
	for (size_t i = 0; i < COUNT(id); i++) {
		test_line_send(&s->l, s->d, CMD_case_attach, &s->q);
		id[i] = s->l.id;
		assert_ack(s, id[i], 0);
		send_parts(s, id[i], 0, parts_of(s));
	}
	test_line_send(&s->l, s->d, CMD_case_attach, &s->q);
	assert_answer(s, s->l.id, "E_BUSY");
	test_hold_end(&hold);
	for (size_t i = 0; i < COUNT(id); i++)
		assert_answer(s, id[i], "");
	attach(s);
	finish(s);
}

/* The place of one who went without a word, or stopped in the middle, is free again soon. */
static void who_sends_no_more_gives_up_its_place(void **state)
{
	struct scene *s = begin_with(*state, "bodies_max: 1\nstall_ms: 200\n");
	struct test_line quiet = { 0 };
	const struct nothing nothing = { 0 };
	test_line_login(&quiet, s->d);
	test_line_send(&quiet, s->d, CMD_case_attach, &s->q);
	test_line_send(&s->l, s->d, CMD_whoami, &nothing);
	assert_answer(s, s->l.id, "");
	test_line_notify(&quiet, "$/chunk", quiet.id, 0, part_of(s, 0));
	assert_true(test_line_closes(&quiet, 10000));
	attach(s);
	test_line_close(&quiet);
	finish(s);
}

/* However few bytes may wait for a peer, one that reads gets its file. */
static void a_file_goes_out_within_the_limits_of_output(void **state)
{
	struct scene *s = begin_with(*state, "output_stop_bytes: 4096\noutput_drop_bytes: 65536\n");
	assert_comes_back(s, attach(s));
	finish(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_goes_in_comes_out, make, end),
		cmocka_unit_test_setup_teardown(what_is_not_as_announced_leaves_nothing, make, end),
		cmocka_unit_test_setup_teardown(a_hash_that_is_none_is_refused, make, end),
		cmocka_unit_test_setup_teardown(
			a_file_too_large_is_refused_before_it_comes, make, end),
		cmocka_unit_test_setup_teardown(a_cut_line_doubles_nothing, make, end),
		cmocka_unit_test_setup_teardown(a_file_is_cancelled, make, end),
		cmocka_unit_test_setup_teardown(the_window_is_kept, make, end),
		cmocka_unit_test_setup_teardown(nobody_else_gets_it, make, end),
		cmocka_unit_test_setup_teardown(sealing_destroys_it, make, end),
		cmocka_unit_test_setup_teardown(reading_does_not_wait_for_scrubbing, make, end),
		cmocka_unit_test_setup_teardown(what_waits_for_the_disk_counts, make, end),
		cmocka_unit_test_setup_teardown(who_sends_no_more_gives_up_its_place, make, end),
		cmocka_unit_test_setup_teardown(
			a_file_goes_out_within_the_limits_of_output, make, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
