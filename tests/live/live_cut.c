/*
 * live_cut.c: lines that break under libhoiam: at every byte of a meeting's exchange, while the
 * daemon is away, for longer than patience lasts. Nothing is lost and nothing is done twice.
 */
#include "tests/lib/test.h"

#include "clients/keyfile.h"
#include "clients/link.h"
#include "clients/public/hoiam.h"
#include "proto/day.h"
#include "proto/invite.h"
#include "tests/lib/daemon.h"
#include "tests/lib/relay.h"
#include "tests/lib/tcp.h"

#include <pthread.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { PATIENCE_MS = 60000, OPINIONS_EACH = 2 };

struct scene {
	struct test_daemon *d;
	char keyfile[4096];
};

static int make(void **state)
{
	struct scene *s = xcalloc(1, sizeof(*s));
	assert_true(sodium_init() >= 0);
	s->d = test_daemon_make();
	test_daemon_start(s->d, NULL);
	snprintf(s->keyfile, sizeof(s->keyfile), "%s/a.key", s->d->dir);
	test_daemon_enrol(s->d, s->keyfile);
	*state = s;
	return 0;
}

static int end(void **state)
{
	struct scene *s = *state;
	test_daemon_close(s->d);
	free(s);
	return 0;
}

/* A meeting in a register of its own, so that its number tells how many came before it. */
static struct hoiam_request *meeting(void)
{
	struct hoiam_request *q = hoiam_request("meeting.record");
	assert_non_null(q);
	assert_int_equal(hoiam_set(q, "meeting.unit", "0000000", NULL), 0);
	assert_int_equal(hoiam_set(q, "meeting.kind", "dialogue_regular", NULL), 0);
	assert_int_equal(hoiam_set(q, "meeting.day", "2026-01-05", NULL), 0);
	assert_int_equal(hoiam_set(q, "opinions[1].words", "Duong hong", NULL), 0);
	assert_int_equal(hoiam_set(q, "opinions[2].words", "Cong tac", NULL), 0);
	assert_int_equal(hoiam_set(q, "count", "2", NULL), 0);
	return q;
}

static void assert_number(struct hoiam_reply *reply, unsigned n)
{
	char number[64];
	snprintf(number, sizeof(number), "0000000/2026/%u", n);
	assert_int_equal(hoiam_rows(reply, "meeting_opened"), 1);
	assert_string_equal(hoiam_text(reply, "meeting_opened", 0, "meeting"), number);
	assert_int_equal(hoiam_rows(reply, "opinion_recorded"), OPINIONS_EACH);
}

static void must(int code, const struct hoiam_error *e)
{
	if (code != 0)
		print_error("%s: %s\n", e->name, e->text);
	assert_int_equal(code, 0);
}

static struct hoiam *line_to(const struct scene *s, const char *socket, unsigned patience_ms)
{
	struct hoiam *line = NULL;
	struct hoiam_error e = { 0 };
	must(hoiam_open(&line, socket, patience_ms, &e), &e);
	must(hoiam_login(line, s->keyfile, "x", 1, &e), &e);
	return line;
}

static struct hoiam *line_over_tcp(const struct scene *s, const char *server)
{
	struct hoiam *line = NULL;
	struct hoiam_error e = { 0 };
	must(hoiam_open_server(&line, server, s->keyfile, "x", 1, PATIENCE_MS, &e), &e);
	return line;
}

/* Hello, login and a meeting, the n-th, over a line that may break: to a path, or HOST:PORT. */
static void exchange(const struct scene *s, const char *to, unsigned n)
{
	struct hoiam_error e = { 0 };
	struct hoiam_reply *reply = NULL;
	struct hoiam_request *q = meeting();
	struct hoiam *line = *to == '/' ? line_to(s, to, PATIENCE_MS) : line_over_tcp(s, to);
	must(hoiam_call(line, q, &reply, &e), &e);
	assert_number(reply, n);
	hoiam_reply_free(reply);
	hoiam_request_free(q);
	hoiam_close(line);
}

static void assert_holds(struct scene *s, unsigned meetings)
{
	assert_int_equal(test_daemon_stop(s->d, SIGTERM), 0);
	assert_int_equal(test_daemon_rows(s->d, STORE_meeting), meetings);
	assert_int_equal(test_daemon_rows(s->d, STORE_opinion), meetings * OPINIONS_EACH);
	assert_int_equal(test_daemon_rows(s->d, STORE_case), meetings * OPINIONS_EACH);
	test_daemon_verify(s->d);
}

/* An exchange, the n-th. */
typedef void exchange_fn(const struct scene *s, const char *to, unsigned n);

/* Breaks `lines` lines at each byte of a way, until one exchange is too short to reach it. */
static unsigned break_each(exchange_fn *fn, struct scene *s, struct relay *r, unsigned lines,
	enum relay_way way, size_t step, unsigned n)
{
	for (size_t at = 0;; at += step) {
		relay_cut(r, lines, way, at);
		fn(s, relay_path(r), ++n);
		if (relay_cuts(r) == 0) {
			print_message("%zu bytes %s\n", at, way == RELAY_UP ? "up" : "down");
			assert_true(at > 200);
			return n;
		}
	}
}

/* One line at every byte of both ways, and `several` one after the other at some; how many
 * exchanges that were. */
static unsigned break_everywhere(
	exchange_fn *fn, struct scene *s, struct relay *r, unsigned several)
{
	unsigned n = break_each(fn, s, r, 1, RELAY_UP, 1, 0);
	n = break_each(fn, s, r, 1, RELAY_DOWN, 1, n);
	n = break_each(fn, s, r, several, RELAY_UP, 37, n);
	return break_each(fn, s, r, several, RELAY_DOWN, 37, n);
}

static void a_line_may_break_at_every_byte(void **state)
{
	struct scene *s = *state;
	struct relay *r = relay_open(s->d->socket);
	unsigned n = break_everywhere(exchange, s, r, 3);
	relay_close(r);
	assert_holds(s, n);
}

/* The handshake breaks too, and what is behind it: then the device shakes hands again. */
static void an_encrypted_line_may_break_at_every_byte(void **state)
{
	struct scene *s = *state;
	assert_int_equal(test_daemon_stop(s->d, SIGTERM), 0);
	test_daemon_start(s->d, TCP_SETTINGS);
	struct relay *r = relay_open_tcp(test_tcp_port(s->d));
	unsigned n = break_everywhere(exchange, s, r, 3);
	relay_close(r);
	assert_holds(s, n);
}

/* One try on the line for enrolling; false: it broke, or an earlier try was done already. */
static bool try_enrol(const char *server, const struct keyfile *key, const uint8_t *secret)
{
	AUTO(link_close) struct link *link = NULL;
	struct fault f = { 0 };
	struct bytes result;
	struct enrol q = { bytes_of(secret, 32), bytes_of(keyfile_public(key), 32),
		bytes_of(keyfile_channel(key), 32) };
	enum err err = link_open_line(&link, server, key, true, 0, &f);
	if (err == OK) {
		link_sign_as(link, key);
		err = link_act(link, &cmds[CMD_enrol], &q, NULL, &result, &f);
	}
	if (err != OK && err != E_CUT && err != E_UNREACHABLE && err != E_INVITATION)
		print_error("%s %s %s\n", err_row(err)->name, f.field, f.what);
	assert_true(err == OK || err == E_CUT || err == E_UNREACHABLE || err == E_INVITATION);
	return err == OK;
}

static bool try_login(const char *server, const struct keyfile *key)
{
	AUTO(link_close) struct link *link = NULL;
	struct fault f = { 0 };
	enum err err = link_open_line(&link, server, key, false, 0, &f);
	return err == OK && link_login(link, key, &f) == OK;
}

/* As `hoiam enrol` goes on after a line that broke: it logs in, or else enrols again. */
static void enrol_over(const struct scene *s, const char *server, unsigned n)
{
	struct invitation invitation;
	bool known = false;
	(void)n;
	test_daemon_invite(s->d, &invitation);
	AUTO(keyfile_free) struct keyfile *key = keyfile_new(&invitation);
	for (unsigned tries = 0; tries < 3 && !known; tries++)
		known = (tries > 0 && try_login(server, key)) ||
			try_enrol(server, key, invitation.secret);
	assert_true(known);
	assert_true(try_login(server, key));
}

/* Whatever byte was the last, the invitation is good or the key is enrolled. */
static void an_enrolment_may_break_at_every_byte(void **state)
{
	struct scene *s = *state;
	assert_int_equal(test_daemon_stop(s->d, SIGTERM), 0);
	test_daemon_start(s->d, TCP_SETTINGS);
	struct relay *r = relay_open_tcp(test_tcp_port(s->d));
	uint64_t before = test_daemon_rows(s->d, STORE_key);
	unsigned n = break_everywhere(enrol_over, s, r, 2);
	relay_close(r);
	assert_int_equal(test_daemon_stop(s->d, SIGTERM), 0);
	assert_int_equal(test_daemon_rows(s->d, STORE_key), before + n);
	test_daemon_verify(s->d);
}

/* Nothing was asked yet: who has no patience tries once more, too. */
static void a_handshake_that_breaks_is_tried_again(void **state)
{
	struct scene *s = *state;
	struct invitation invitation;
	assert_int_equal(test_daemon_stop(s->d, SIGTERM), 0);
	test_daemon_start(s->d, TCP_SETTINGS);
	struct relay *r = relay_open_tcp(test_tcp_port(s->d));
	test_daemon_invite(s->d, &invitation);
	AUTO(keyfile_free) struct keyfile *key = keyfile_new(&invitation);
	assert_true(try_enrol(relay_path(r), key, invitation.secret));
	relay_cut(r, 1, RELAY_DOWN, 10);
	assert_true(try_login(relay_path(r), key));
	assert_int_equal(relay_cuts(r), 1);
	relay_cut(r, 2, RELAY_DOWN, 10);
	assert_false(try_login(relay_path(r), key));
	relay_close(r);
}

/* Readings go on in the same way, page after page. */
static void a_list_goes_on_over_broken_lines(void **state)
{
	struct scene *s = *state;
	struct relay *r = relay_open(s->d->socket);
	struct hoiam_error e = { 0 };
	struct hoiam *line = line_to(s, relay_path(r), PATIENCE_MS);
	unsigned cuts = 0;
	for (size_t at = 0; at < 400; at += 7) {
		struct hoiam_request *q = hoiam_request("unit.list");
		struct hoiam_reply *reply = NULL;
		unsigned rows = 0;
		must(hoiam_set(q, "limit", "5", &e), &e);
		do {
			hoiam_reply_free(reply);
			must(hoiam_call(line, q, &reply, &e), &e);
			rows += (unsigned)hoiam_rows(reply, "unit_list");
		} while (hoiam_next_page(q, reply));
		assert_true(rows > 10);
		hoiam_reply_free(reply);
		hoiam_request_free(q);
		hoiam_close(line);
		cuts += relay_cuts(r);
		relay_cut(r, 1, RELAY_DOWN, 300 + at);
		line = line_to(s, relay_path(r), PATIENCE_MS);
	}
	hoiam_close(line);
	relay_close(r);
	assert_true(cuts > 50);
}

/* The daemon comes back while somebody waits. */

static void *start_later(void *arg)
{
	usleep(300000);
	test_daemon_start(arg, NULL);
	return NULL;
}

static void a_change_waits_for_the_daemon(void **state)
{
	struct scene *s = *state;
	pthread_t thread;
	struct hoiam_error e = { 0 };
	struct hoiam_reply *reply = NULL;
	struct hoiam_request *q = meeting();
	struct hoiam *line = line_to(s, s->d->socket, PATIENCE_MS), *other = NULL;
	assert_int_equal(test_daemon_stop(s->d, SIGKILL), -1);
	assert_int_equal(pthread_create(&thread, NULL, start_later, s->d), 0);
	must(hoiam_call(line, q, &reply, &e), &e);
	pthread_join(thread, NULL);
	assert_number(reply, 1);
	hoiam_reply_free(reply);
	hoiam_close(line);
	assert_int_equal(test_daemon_stop(s->d, SIGTERM), 0);
	assert_int_equal(pthread_create(&thread, NULL, start_later, s->d), 0);
	must(hoiam_open(&other, s->d->socket, PATIENCE_MS, &e), &e);
	pthread_join(thread, NULL);
	hoiam_close(other);
	hoiam_request_free(q);
	assert_holds(s, 1);
}

/* What is not known to be done is sent again by hand: under its number, on another line. */
static void patience_ends_and_the_request_is_kept(void **state)
{
	struct scene *s = *state;
	uint8_t number[16];
	struct hoiam *line = line_to(s, s->d->socket, 100), *none = NULL;
	struct hoiam_error e = { 0 };
	struct hoiam_reply *reply = NULL;
	struct hoiam_request *q = meeting(), *same = meeting();
	assert_int_equal(test_daemon_stop(s->d, SIGTERM), 0);
	assert_int_not_equal(hoiam_call(line, q, &reply, &e), 0);
	assert_string_equal(e.name, "E_CUT");
	assert_null(reply);
	assert_int_not_equal(hoiam_open(&none, s->d->socket, 100, &e), 0);
	assert_string_equal(e.name, "E_UNREACHABLE");
	assert_null(none);
	test_daemon_start(s->d, NULL);
	must(hoiam_call(line, q, &reply, &e), &e);
	assert_number(reply, 1);
	hoiam_reply_free(reply);
	hoiam_close(line);
	hoiam_get_number(q, number);
	must(hoiam_set_number(same, number, &e), &e);
	line = line_to(s, s->d->socket, 0);
	must(hoiam_call(line, same, &reply, &e), &e);
	assert_number(reply, 1);
	hoiam_reply_free(reply);
	must(hoiam_set(same, "opinions[2].words", "Cong tac nang", &e), &e);
	assert_int_not_equal(hoiam_call(line, same, &reply, &e), 0);
	assert_string_equal(e.name, "E_RID");
	hoiam_close(line);
	hoiam_request_free(q);
	hoiam_request_free(same);
	assert_holds(s, 1);
}

/* A queue that is full. */

struct waiting {
	struct hoiam *line;
	struct hoiam_request *q;
	struct hoiam_reply *reply;
	struct hoiam_error e;
	int code;
};

static void *call(void *arg)
{
	struct waiting *w = arg;
	w->code = hoiam_call(w->line, w->q, &w->reply, &w->e);
	return NULL;
}

static void a_busy_daemon_is_asked_again(void **state)
{
	enum { CHANGES = 4 };
	struct scene *s = *state;
	struct test_line l;
	struct test_hold hold;
	pthread_t thread;
	unsigned done = 0;
	assert_int_equal(test_daemon_stop(s->d, SIGTERM), 0);
	test_daemon_start(s->d, "queue_max: 1\nbatch_max: 1\n");
	struct waiting w = { .line = line_to(s, s->d->socket, PATIENCE_MS), .q = meeting() };
	struct meeting_new open = { .unit = text_of("0100001"),
		.kind = text_of("dialogue_regular"),
		.day = day_parse(text_of("2026-01-05")) };
	test_line_login(&l, s->d);
	test_hold_begin(&hold, s->d);
	for (int i = 0; i < CHANGES; i++)
		test_line_send(&l, s->d, CMD_meeting_open, &open);
	assert_int_equal(pthread_create(&thread, NULL, call, &w), 0);
	usleep(200000);
	test_hold_end(&hold);
	pthread_join(thread, NULL);
	must(w.code, &w.e);
	assert_number(w.reply, 1);
	for (int i = 0; i < CHANGES; i++) {
		assert_true(test_line_answer(&l));
		done += l.answer.error.n == 0;
	}
	assert_in_range(done, 1, 2); /* one in hand, one that waits */
	hoiam_reply_free(w.reply);
	hoiam_request_free(w.q);
	hoiam_close(w.line);
	test_line_close(&l);
	assert_int_equal(test_daemon_stop(s->d, SIGTERM), 0);
	assert_int_equal(test_daemon_rows(s->d, STORE_meeting), done + 1);
	test_daemon_verify(s->d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_line_may_break_at_every_byte, make, end),
		cmocka_unit_test_setup_teardown(
			an_encrypted_line_may_break_at_every_byte, make, end),
		cmocka_unit_test_setup_teardown(an_enrolment_may_break_at_every_byte, make, end),
		cmocka_unit_test_setup_teardown(a_list_goes_on_over_broken_lines, make, end),
		cmocka_unit_test_setup_teardown(a_change_waits_for_the_daemon, make, end),
		cmocka_unit_test_setup_teardown(a_busy_daemon_is_asked_again, make, end),
		cmocka_unit_test_setup_teardown(a_handshake_that_breaks_is_tried_again, make, end),
		cmocka_unit_test_setup_teardown(patience_ends_and_the_request_is_kept, make, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
