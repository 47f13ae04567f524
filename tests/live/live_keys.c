/*
 * live_keys.c: who may speak over the line: enrolment by an invitation, login, what a session may
 * ask in its state. What is refused writes nothing.
 */
#include "tests/lib/test.h"

#include "tests/lib/fill.h"
#include "tests/live/keys_share.h"

#include <sodium.h>

enum { RACES = 50 };

/* Enrolment. */

static void who_is_invited_may_do_what_the_role_allows(void **state)
{
	struct test_daemon *d = *state;
	struct test_line l;
	struct invitation other;
	struct person p = enlist(d, "receptionist", "00");
	uint64_t before = size(d);
	assert_true(test_line_login_as(&l, d, p.secret));
	assert_string_equal(ask(&l, d, CMD_whoami), "");
	assert_string_equal(ask(&l, d, CMD_officer_list), "E_NOT_ALLOWED");
	assert_string_equal(open_meeting(&l, d, &p, "0100001"), "E_NOT_ALLOWED");
	assert_string_equal(open_meeting(&l, d, &p, "00"), "");
	assert_string_equal(open_meeting(&l, d, &p, "0000000"), "");
	uint64_t after = entry_end(&l);
	assert_true(after > before);
	invitation_make(&other, "admin", "");
	assert_string_equal(test_line_call_as(&l, d, p.secret, CMD_officer_invite, &other.record),
		"E_NOT_ALLOWED");
	struct grant_add more = { .officer = 2, .role = text_of("admin") };
	assert_string_equal(
		test_line_call_as(&l, d, p.secret, CMD_grant_add, &more), "E_NOT_ALLOWED");
	assert_int_equal(size(d), after);
	test_line_close(&l);
}

static void an_invitation_is_good_once(void **state)
{
	struct test_daemon *d = *state;
	struct invitation v;
	struct person first = person_new(), second = person_new();
	invite(d, &v, "monitor", "");
	assert_string_equal(enrol(d, &v, &first), "");
	uint64_t before = size(d);
	assert_string_equal(enrol(d, &v, &second), "E_INVITATION");
	assert_string_equal(enrol(d, &v, &first), "E_INVITATION");
	assert_int_equal(size(d), before);
	assert_true(may_login(d, &first));
	assert_false(may_login(d, &second));
}

static void of_two_who_enrol_at_once_one_does(void **state)
{
	struct test_daemon *d = *state;
	struct invitation v;
	struct test_line l[2];
	for (unsigned round = 0; round < RACES; round++) {
		struct person p[2] = { person_new(), person_new() };
		bool in[2];
		invite(d, &v, "monitor", "");
		for (unsigned i = 0; i < 2; i++)
			test_line_greet(&l[i], d);
		for (unsigned i = 0; i < 2; i++) {
			struct enrol q = enrol_of(&v, &p[i]);
			test_line_send_as(&l[(i + round) % 2], d, p[i].secret, CMD_enrol, &q);
		}
		for (unsigned i = 0; i < 2; i++) {
			struct test_line *at = &l[(i + round) % 2];
			assert_true(test_line_answer(at));
			in[i] = at->answer.error.n == 0;
			if (!in[i])
				assert_string_equal(said(at), "E_INVITATION");
			test_line_close(at);
		}
		assert_int_not_equal(in[0], in[1]);
		assert_int_equal(may_login(d, &p[0]), in[0]);
		assert_int_equal(may_login(d, &p[1]), in[1]);
	}
}

static void an_invitation_that_nobody_made_is_refused(void **state)
{
	struct test_daemon *d = *state;
	struct invitation made, unmade;
	struct person p = person_new();
	invite(d, &made, "monitor", "");
	invitation_make(&unmade, "monitor", "");
	uint64_t before = size(d);
	assert_string_equal(enrol(d, &unmade, &p), "E_INVITATION");
	memcpy(unmade.secret, made.token, 32); /* the journal's hash is no secret */
	assert_string_equal(enrol(d, &unmade, &p), "E_INVITATION");
	assert_int_equal(size(d), before);
	assert_false(may_login(d, &p));
}

static void an_invitation_runs_out(void **state)
{
	struct test_daemon *d = *state;
	struct invitation late, good;
	struct person p = person_new(), q = person_new();
	invitation_make(&late, "monitor", ""); /* three days from when it was made */
	invitation_make(&good, "monitor", "");
	good.record.days = 30;
	test_daemon_store_open(d);
	bench_act(&d->r, CMD_officer_invite, &late.record);
	bench_act(&d->r, CMD_officer_invite, &good.record);
	test_daemon_store_close(d);
	test_daemon_start(d, NULL);
	uint64_t before = size(d);
	assert_string_equal(enrol(d, &late, &p), "E_INVITATION");
	assert_int_equal(size(d), before);
	assert_false(may_login(d, &p));
	assert_string_equal(enrol(d, &good, &q), "");
	assert_true(may_login(d, &q));
}

static void a_key_enrols_once(void **state)
{
	struct test_daemon *d = *state;
	struct invitation v;
	struct person known = enlist(d, "monitor", "00"), officer = officer_of(d),
		      fresh = person_new();
	invite(d, &v, "admin", "");
	uint64_t before = size(d);
	assert_string_equal(enrol(d, &v, &known), "E_EXISTS");
	assert_string_equal(enrol(d, &v, &officer), "E_EXISTS");
	assert_int_equal(size(d), before);
	assert_string_equal(enrol(d, &v, &fresh), ""); /* the invitation was not burned */
}

static void a_key_is_brought_by_its_owner_alone(void **state)
{
	struct test_daemon *d = *state;
	AUTO(writer_fini) struct writer params = { 0 }, forged = { 0 };
	struct invitation v;
	struct test_line l;
	struct person mine = person_new(), other = person_new();
	invite(d, &v, "monitor", "");
	uint64_t before = size(d);
	struct enrol q = enrol_of(&v, &mine);
	test_line_greet(&l, d);
	assert_string_equal(test_line_call_as(&l, d, other.secret, CMD_enrol, &q), "E_SIGNATURE");
	assert_string_equal(test_line_call(&l, d, CMD_enrol, &q), "E_SIGNATURE");
	bench_build_as(&d->r, other.secret, CMD_enrol, &q, &forged);
	replace(&forged, other.key, mine.key, KEY_ID_BYTES, 1);
	assert_string_equal(send_params(&l, CMD_enrol, writer_bytes(&forged)), "E_SIGNATURE");
	bench_build_as(&d->r, mine.secret, CMD_enrol, &q, &params);
	replace(&params, mine.key, other.key, KEY_ID_BYTES, 1);
	assert_string_equal(send_params(&l, CMD_enrol, writer_bytes(&params)), "E_SIGNATURE");
	assert_int_equal(size(d), before);
	replace(&params, other.key, mine.key, KEY_ID_BYTES, 1);
	assert_string_equal(send_params(&l, CMD_enrol, writer_bytes(&params)), "");
	test_line_close(&l);
	assert_true(may_login(d, &mine));
	assert_false(may_login(d, &other));
}

/* Login. */

struct proof {
	const uint8_t *key, *secret, *reg, *challenge;
};

static const char *login(struct test_line *l, struct test_daemon *d, const struct proof *by)
{
	uint8_t message[56], sig[SIG_BYTES];
	login_message(by->reg, by->challenge, message);
	crypto_sign_detached(sig, NULL, message, sizeof(message), by->secret);
	struct login q = { bytes_of(by->key, KEY_ID_BYTES), bytes_of(sig, sizeof(sig)) };
	return test_line_call(l, d, CMD_login, &q);
}

static void greet(struct test_line *l, struct test_daemon *d, uint8_t challenge[static 32])
{
	struct hello q = { .proto = PROTOCOL_MAJOR };
	assert_string_equal(test_line_call(l, d, CMD_hello, &q), "");
	assert_int_equal(bytes_in(l, "challenge").n, 32);
	memcpy(challenge, bytes_in(l, "challenge").p, 32);
}

/* Refused; the line then needs another hello, which gives another challenge. */
static void refuse_login(struct test_line *l, struct test_daemon *d, const struct proof *by,
	uint8_t challenge[static 32])
{
	uint8_t before[32];
	memcpy(before, challenge, 32);
	assert_string_equal(login(l, d, by), "E_KEY");
	assert_string_equal(login(l, d, by), "E_ORDER");
	assert_string_equal(ask(l, d, CMD_whoami), "E_ORDER");
	greet(l, d, challenge);
	assert_memory_not_equal(before, challenge, 32);
}

static void a_login_proves_the_key_here_and_now(void **state)
{
	struct test_daemon *d = *state;
	struct test_line l, other;
	uint8_t now[32], first[32], theirs[32], reg[16];
	struct person p = enlist(d, "monitor", ""), stranger = person_new();
	struct proof good = { p.key, p.secret, d->r.reg, now };
	test_line_open(&other, d);
	greet(&other, d, theirs);
	test_line_open(&l, d);
	greet(&l, d, now);
	memcpy(first, now, 32);
	memcpy(reg, d->r.reg, 16);
	reg[15] ^= 1;
	const struct proof bad[] = {
		{ stranger.key, stranger.secret, d->r.reg, now },
		{ p.key, stranger.secret, d->r.reg, now },
		{ stranger.key, p.secret, d->r.reg, now }, { p.key, p.secret, reg, now },
		{ p.key, p.secret, d->r.reg, first },  /* of a hello before */
		{ p.key, p.secret, d->r.reg, theirs }, /* of another line */
	};
	for (size_t i = 0; i < COUNT(bad); i++)
		refuse_login(&l, d, &bad[i], now);
	assert_string_equal(login(&l, d, &good), "");
	assert_string_equal(ask(&l, d, CMD_whoami), "");
	test_line_close(&other);
	test_line_close(&l);
}

/* The order of a session. */

/* A well-formed request for any command; a change is signed by the officer. */
static struct bytes some_params(struct test_daemon *d, enum cmd cmd, struct writer *w)
{
	AUTO(arena_fini) struct arena a = { 0 };
	struct fill by = { .seed = (uint64_t)cmd + 1, .arena = &a, .words = true, .least = true };
	const struct record *r = cmds[cmd].record();
	void *q = arena_alloc(&a, 1, r->size);
	writer_reset(w);
	fill_record(&by, r, q);
	if (cmds[cmd].mode == CMD_WRITE || cmds[cmd].mode == CMD_AUTO)
		bench_build_as(
			&d->r, cmds[cmd].mode == CMD_AUTO ? d->r.house : d->r.officer, cmd, q, w);
	else
		record_write_wire(w, r, q, NULL, &a);
	return writer_bytes(w);
}

/* In the order of the table; what is too long for a line that has not said hello cuts it. */
static void nothing_goes_before_hello(void **state)
{
	struct test_daemon *d = *state;
	AUTO(writer_fini) struct writer w = { 0 };
	struct test_line l;
	unsigned answered = 0;
	uint64_t before = size(d);
	for (enum cmd cmd = 0; cmd < CMD_COUNT; cmd++) {
		struct bytes params = some_params(d, cmd, &w);
		test_line_open(&l, d);
		test_line_send_params(&l, cmds[cmd].wire, params);
		if (cmd != CMD_hello && test_line_answer(&l)) {
			assert_string_equal(said(&l), "E_ORDER");
			answered++;
		} else if (cmd != CMD_hello) {
			assert_true(params.n + 64 > LIMIT_HELLO_BYTES);
		}
		test_line_close(&l);
	}
	assert_true(answered > CMD_COUNT - 5);
	assert_int_equal(size(d), before);
}

static void little_goes_before_login(void **state)
{
	struct test_daemon *d = *state;
	AUTO(writer_fini) struct writer w = { 0 };
	struct test_line l;
	uint64_t before = size(d);
	test_line_open(&l, d);
	assert_string_equal(
		test_line_call(&l, d, CMD_hello, &(struct hello){ .proto = 2 }), "E_PROTOCOL");
	assert_string_equal(test_line_call(&l, d, CMD_hello, &(struct hello){ .proto = 1 }), "");
	for (enum cmd cmd = 0; cmd < CMD_COUNT; cmd++)
		if (cmd != CMD_login && cmd != CMD_enrol)
			assert_string_equal(send_params(&l, cmd, some_params(d, cmd, &w)),
				cmd == CMD_case_status ? "E_SECRET" : "E_ORDER");
	assert_string_equal(
		send_params(&l, CMD_enrol, some_params(d, CMD_enrol, &w)), "E_SIGNATURE");
	assert_string_equal(send_params(&l, CMD_login, some_params(d, CMD_login, &w)), "E_KEY");
	assert_int_equal(size(d), before);
	test_line_close(&l);
}

static void who_is_in_does_not_begin_again(void **state)
{
	struct test_daemon *d = *state;
	AUTO(writer_fini) struct writer w = { 0 };
	struct test_line l;
	uint64_t before = size(d);
	test_line_login(&l, d);
	for (enum cmd cmd = 0; cmd < CMD_COUNT; cmd++)
		if (cmds[cmd].mode == CMD_OPEN)
			assert_string_equal(
				send_params(&l, cmd, some_params(d, cmd, &w)), "E_ORDER");
	assert_string_equal(ask(&l, d, CMD_whoami), "");
	assert_int_equal(size(d), before);
	test_line_close(&l);
}

/* Also when the house itself signed it, and under the name of a command that may come. */
static void what_the_house_does_alone_comes_from_nobody_else(void **state)
{
	struct test_daemon *d = *state;
	AUTO(writer_fini) struct writer w = { 0 };
	struct test_line l;
	unsigned found = 0;
	uint64_t before = size(d);
	test_line_login(&l, d);
	for (enum cmd cmd = 0; cmd < CMD_COUNT; cmd++) {
		if (cmds[cmd].mode != CMD_AUTO)
			continue;
		found++;
		struct bytes params = some_params(d, cmd, &w);
		assert_string_equal(send_params(&l, cmd, params), "E_VERB");
		assert_string_equal(send_params(&l, CMD_unit_add, params), "E_VERB");
		assert_string_equal(send_params(&l, CMD_enrol, params), "E_VERB");
	}
	assert_true(found > 0);
	struct invitation v;
	invitation_make(&v, "admin", "");
	assert_string_equal(
		test_line_call_as(&l, d, d->r.house, CMD_officer_invite, &v.record), "E_KEY");
	assert_int_equal(size(d), before);
	test_line_close(&l);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_running, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(who_is_invited_may_do_what_the_role_allows),
		TEST(an_invitation_is_good_once),
		TEST(of_two_who_enrol_at_once_one_does),
		TEST(an_invitation_that_nobody_made_is_refused),
		cmocka_unit_test_setup_teardown(an_invitation_runs_out, make, end),
		TEST(a_key_enrols_once),
		TEST(a_key_is_brought_by_its_owner_alone),
		TEST(a_login_proves_the_key_here_and_now),
		TEST(nothing_goes_before_hello),
		TEST(little_goes_before_login),
		TEST(who_is_in_does_not_begin_again),
		TEST(what_the_house_does_alone_comes_from_nobody_else),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
