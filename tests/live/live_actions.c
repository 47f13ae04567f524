/*
 * live_actions.c: who may sign over the line: whose rights a signed action has, requests repeated,
 * keys revoked, roles ended. What is refused writes nothing.
 */
#include "tests/lib/test.h"

#include "proto/day.h"
#include "proto/rid.h"
#include "tests/live/keys_share.h"

#include <signal.h>

enum { REVOKES = 25, BURST = 4, CLOSES_MS = 30000 };

static const int64_t day_us = 86400LL * 1000000;

/* Signed actions. */

static void an_action_has_the_rights_of_who_signed_it(void **state)
{
	struct test_daemon *d = *state;
	AUTO(writer_fini) struct writer params = { 0 };
	struct test_line theirs, mine;
	struct invitation v;
	struct person p = enlist(d, "monitor", ""), officer = officer_of(d),
		      stranger = person_new();
	uint64_t before = size(d);
	test_line_login(&mine, d);
	assert_true(test_line_login_as(&theirs, d, p.secret));
	invitation_make(&v, "admin", "");
	assert_string_equal(test_line_call_as(&mine, d, p.secret, CMD_officer_invite, &v.record),
		"E_NOT_ALLOWED");
	assert_string_equal(
		test_line_call_as(&mine, d, stranger.secret, CMD_officer_invite, &v.record),
		"E_KEY");
	bench_build_as(&d->r, p.secret, CMD_officer_invite, &v.record, &params);
	replace(&params, p.key, officer.key, KEY_ID_BYTES, 1);
	assert_string_equal(
		send_params(&mine, CMD_officer_invite, writer_bytes(&params)), "E_SIGNATURE");
	assert_string_equal(
		send_params(&theirs, CMD_officer_invite, writer_bytes(&params)), "E_SIGNATURE");
	assert_int_equal(size(d), before);
	assert_string_equal(test_line_call(&theirs, d, CMD_officer_invite, &v.record), "");
	assert_string_equal(ask(&theirs, d, CMD_officer_list), "E_NOT_ALLOWED");
	assert_string_equal(ask(&mine, d, CMD_officer_list), "");
	test_line_close(&theirs);
	test_line_close(&mine);
}

static void an_action_for_another_register_is_refused(void **state)
{
	struct test_daemon *d = *state;
	struct test_line l;
	struct invitation v, other;
	struct person p = person_new(), officer = officer_of(d);
	invite(d, &v, "monitor", "");
	invitation_make(&other, "monitor", "");
	uint64_t before = size(d);
	test_line_login(&l, d);
	d->r.reg[0] ^= 1; /* what is signed from here on */
	assert_string_equal(open_meeting(&l, d, &officer, "0000000"), "E_REGISTER");
	assert_string_equal(test_line_call(&l, d, CMD_officer_invite, &other.record), "E_REGISTER");
	assert_string_equal(enrol(d, &v, &p), "E_REGISTER");
	d->r.reg[0] ^= 1;
	assert_int_equal(size(d), before);
	assert_string_equal(open_meeting(&l, d, &officer, "0000000"), "");
	assert_string_equal(enrol(d, &v, &p), "");
	test_line_close(&l);
}

/* Requests repeated. */

static void build(const struct test_daemon *d, const struct person *by, const char *unit,
	const uint8_t rid[static 16], struct writer *w)
{
	struct meeting_new q = meeting(d, unit);
	static const uint8_t seed[32];
	struct signing how = {
		.secret = by->secret, .reg = bytes_of(d->r.reg, 16), .salt_seed = seed
	};
	assert_int_equal(action_build(w, &cmds[CMD_meeting_open], &q, rid, &how, NULL), OK);
}

static void a_request_number_is_done_once(void **state)
{
	struct test_daemon *d = *state;
	AUTO(writer_fini) struct writer once = { 0 }, changed = { 0 }, theirs = { 0 };
	struct test_line l, again;
	uint8_t rid[16], first[512];
	struct person p = enlist(d, "receptionist", ""), officer = officer_of(d);
	rid_make(rid, d->r.now);
	build(d, &officer, "0000000", rid, &once);
	build(d, &officer, "0100001", rid, &changed);
	build(d, &p, "0000000", rid, &theirs);
	test_line_login(&l, d);
	assert_string_equal(send_params(&l, CMD_meeting_open, writer_bytes(&once)), "");
	size_t n = l.answer.result.n;
	assert_true(n <= sizeof(first));
	memcpy(first, l.answer.result.p, n);
	uint64_t after = size(d);
	assert_string_equal(send_params(&l, CMD_meeting_open, writer_bytes(&changed)), "E_RID");
	assert_string_equal(send_params(&l, CMD_meeting_open, writer_bytes(&theirs)), "E_RID");
	test_line_close(&l);
	for (int i = 0; i < 2; i++) { /* over another session, and after a restart */
		assert_true(test_line_login_as(&again, d, p.secret));
		assert_string_equal(send_params(&again, CMD_meeting_open, writer_bytes(&once)), "");
		assert_int_equal(again.answer.result.n, n);
		assert_memory_equal(again.answer.result.p, first, n);
		assert_int_equal(size(d), after);
		test_line_close(&again);
		assert_int_equal(test_daemon_stop(d, SIGKILL), -1);
		test_daemon_start(d, NULL);
	}
}

/* Keys revoked. */

static void the_sessions_of_a_revoked_key_end(void **state)
{
	struct test_daemon *d = *state;
	struct test_line mine, idle[2], other;
	struct person p = enlist(d, "monitor", ""), q = enlist(d, "monitor", "");
	test_line_login(&mine, d);
	for (size_t i = 0; i < COUNT(idle); i++)
		assert_true(test_line_login_as(&idle[i], d, p.secret));
	assert_true(test_line_login_as(&other, d, q.secret));
	assert_string_equal(revoke_key(&mine, d, &p), "");
	for (size_t i = 0; i < COUNT(idle); i++) {
		assert_true(test_line_closes(&idle[i], CLOSES_MS));
		test_line_close(&idle[i]);
	}
	assert_string_equal(ask(&other, d, CMD_whoami), "");
	assert_string_equal(ask(&mine, d, CMD_whoami), "");
	test_line_close(&other);
	test_line_close(&mine);
}

static void burst(struct test_line *l, struct test_daemon *d, const struct person *by)
{
	struct meeting_new q = meeting(d, "0000000");
	for (int i = 0; i < BURST; i++)
		test_line_send_as(l, d, by->secret, CMD_meeting_open, &q);
}

struct race {
	struct person p;
	struct test_line theirs;
	uint64_t last; /* the end of the journal behind the revoking */
};

static void race(struct test_line *mine, struct test_daemon *d, struct race *r, bool before)
{
	struct key_revoke q = { .key = bytes_of(r->p.key, sizeof(r->p.key)) };
	if (before)
		burst(&r->theirs, d, &r->p);
	test_line_send(mine, d, CMD_key_revoke, &q);
	burst(&r->theirs, d, &r->p);
	assert_true(test_line_answer(mine));
	assert_string_equal(said(mine), "");
	r->last = entry_end(mine);
	assert_int_equal(size(d), r->last);
}

/* What was sent at the moment of the revoking stands before its entry, or nowhere. */
static void after_the_revoking_of_a_key_nothing_is_done_by_it(void **state)
{
	static struct race races[REVOKES];
	struct test_daemon *d = *state;
	struct test_line mine;
	test_line_login(&mine, d);
	for (size_t i = 0; i < REVOKES; i++) {
		races[i].p = enlist(d, "receptionist", "");
		assert_true(test_line_login_as(&races[i].theirs, d, races[i].p.secret));
	}
	for (size_t i = 0; i < REVOKES; i++)
		race(&mine, d, &races[i], i % 2 == 0);
	for (size_t i = 0; i < REVOKES; i++) {
		struct test_line *l = &races[i].theirs;
		while (test_line_answer(l))
			if (l->answer.error.n > 0)
				assert_string_equal(said(l), "E_KEY");
			else
				assert_true(entry_end(l) < races[i].last);
		assert_true(test_line_closes(l, CLOSES_MS));
		test_line_close(l);
	}
	assert_int_equal(size(d), races[REVOKES - 1].last);
	test_line_close(&mine);
}

static void refuse_revoked(struct test_daemon *d, const struct person *p)
{
	struct test_line l;
	assert_false(may_login(d, p));
	test_line_login(&l, d);
	assert_string_equal(open_meeting(&l, d, p, "0000000"), "E_KEY");
	test_line_close(&l);
}

static void a_revoked_key_does_not_come_back(void **state)
{
	struct test_daemon *d = *state;
	struct test_line l;
	struct invitation old, fresh;
	struct person p = person_new(), q = person_new();
	invite(d, &old, "receptionist", "");
	assert_string_equal(enrol(d, &old, &p), "");
	test_line_login(&l, d);
	assert_string_equal(open_meeting(&l, d, &p, "0000000"), "");
	assert_string_equal(revoke_key(&l, d, &p), "");
	assert_string_equal(revoke_key(&l, d, &p), "E_NOTHING");
	test_line_close(&l);
	invite(d, &fresh, "admin", "");
	uint64_t before = size(d);
	refuse_revoked(d, &p);
	assert_string_equal(enrol(d, &old, &p), "E_INVITATION");
	assert_string_equal(enrol(d, &old, &q), "E_INVITATION");
	assert_string_equal(enrol(d, &fresh, &p), "E_EXISTS");
	assert_int_equal(test_daemon_stop(d, SIGTERM), 0);
	test_daemon_start(d, NULL);
	refuse_revoked(d, &p);
	assert_int_equal(size(d), before);
}

static void the_other_key_of_an_officer_stays_good(void **state)
{
	struct test_daemon *d = *state;
	struct test_line l;
	struct invitation v;
	struct person old = enlist(d, "receptionist", ""), other = person_new();
	invitation_make(&v, "receptionist", "");
	v.record = (struct officer_invite){ .officer = 2, .token = v.record.token };
	test_line_login(&l, d);
	assert_string_equal(test_line_call(&l, d, CMD_officer_invite, &v.record), "");
	assert_string_equal(enrol(d, &v, &other), "");
	test_line_close(&l);
	assert_true(test_line_login_as(&l, d, old.secret));
	struct key_revoke own = { .key = bytes_of(old.key, sizeof(old.key)) };
	assert_string_equal(test_line_call_as(&l, d, old.secret, CMD_key_revoke, &own), "");
	assert_true(test_line_closes(&l, CLOSES_MS));
	test_line_close(&l);
	assert_true(test_line_login_as(&l, d, other.secret));
	assert_string_equal(open_meeting(&l, d, &other, "0000000"), "");
	assert_string_equal(open_meeting(&l, d, &old, "0000000"), "E_KEY");
	test_line_close(&l);
}

/* The register is not left without an administrator; with another key the one in hand is made
 * worthless all the same. */
static void the_last_administrator_enrols_another_key_first(void **state)
{
	struct test_daemon *d = *state;
	struct test_line l;
	struct invitation v;
	struct person officer = officer_of(d), other = person_new();
	test_line_login(&l, d);
	uint64_t before = size(d);
	assert_string_equal(revoke_key(&l, d, &officer), "E_LAST_ADMIN");
	assert_int_equal(size(d), before);
	invitation_make(&v, "admin", "");
	v.record = (struct officer_invite){ .officer = 1, .token = v.record.token };
	assert_string_equal(test_line_call(&l, d, CMD_officer_invite, &v.record), "");
	assert_string_equal(enrol(d, &v, &other), "");
	assert_string_equal(revoke_key(&l, d, &officer), "");
	uint64_t after = entry_end(&l);
	assert_true(test_line_closes(&l, CLOSES_MS));
	test_line_close(&l);
	assert_false(may_login(d, &officer));
	assert_int_equal(size(d), after);
	assert_true(test_line_login_as(&l, d, other.secret));
	invitation_make(&v, "admin", "");
	assert_string_equal(
		test_line_call_as(&l, d, other.secret, CMD_officer_invite, &v.record), "");
	test_line_close(&l);
}

/* Roles that end. */

static struct person enlist_for(struct test_daemon *d, uint32_t from, uint32_t until)
{
	struct test_line l;
	struct invitation v;
	struct person p = person_new();
	invitation_make(&v, "receptionist", "");
	v.record.from = from;
	v.record.until = until;
	test_line_login(&l, d);
	assert_string_equal(test_line_call(&l, d, CMD_officer_invite, &v.record), "");
	test_line_close(&l);
	assert_string_equal(enrol(d, &v, &p), "");
	return p;
}

static void may_nothing(struct test_daemon *d, const struct person *p)
{
	struct test_line l;
	uint64_t before = size(d);
	assert_true(test_line_login_as(&l, d, p->secret));
	assert_string_equal(ask(&l, d, CMD_meeting_list), "E_NOT_ALLOWED");
	assert_string_equal(open_meeting(&l, d, p, "0000000"), "E_NOT_ALLOWED");
	assert_int_equal(size(d), before);
	test_line_close(&l);
}

static void a_role_gives_nothing_outside_of_its_days(void **state)
{
	struct test_daemon *d = *state;
	struct test_line l;
	uint32_t today = day_of_time(d->r.now + 20 * day_us, 420); /* made twenty days ago */
	struct person past = enlist_for(d, today - 100, today - 1),
		      future = enlist_for(d, today + 2, 0),
		      now = enlist_for(d, today - 100, today + 2);
	may_nothing(d, &past);
	may_nothing(d, &future);
	assert_true(test_line_login_as(&l, d, now.secret));
	assert_string_equal(ask(&l, d, CMD_meeting_list), "");
	assert_string_equal(open_meeting(&l, d, &now, "0000000"), "");
	test_line_close(&l);
}

static void a_role_that_ends_ends_within_a_session(void **state)
{
	struct test_daemon *d = *state;
	struct test_line mine, theirs;
	struct person p = enlist(d, "receptionist", "");
	struct grant_end q = { .officer = 2, .grant = 1 };
	test_line_login(&mine, d);
	assert_true(test_line_login_as(&theirs, d, p.secret));
	assert_string_equal(ask(&theirs, d, CMD_meeting_list), "");
	assert_string_equal(open_meeting(&theirs, d, &p, "0000000"), "");
	assert_string_equal(test_line_call(&mine, d, CMD_grant_end, &q), "");
	uint64_t after = entry_end(&mine);
	assert_string_equal(ask(&theirs, d, CMD_meeting_list), "E_NOT_ALLOWED");
	assert_string_equal(open_meeting(&theirs, d, &p, "0000000"), "E_NOT_ALLOWED");
	assert_int_equal(size(d), after);
	test_line_close(&theirs);
	test_line_close(&mine);
	may_nothing(d, &p);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_running, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_action_has_the_rights_of_who_signed_it),
		TEST(an_action_for_another_register_is_refused),
		TEST(a_request_number_is_done_once),
		TEST(the_sessions_of_a_revoked_key_end),
		TEST(after_the_revoking_of_a_key_nothing_is_done_by_it),
		TEST(a_revoked_key_does_not_come_back),
		TEST(the_other_key_of_an_officer_stays_good),
		TEST(the_last_administrator_enrols_another_key_first),
		TEST(a_role_gives_nothing_outside_of_its_days),
		TEST(a_role_that_ends_ends_within_a_session),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
