/*
 * live_keys.c: who may speak and sign over the line: enrolment by an invitation, login, what a
 * session may ask in its state, whose rights a signed action has, keys revoked, roles ended,
 * requests repeated. What is refused writes nothing.
 */
#include "tests/lib/test.h"

#include "proto/day.h"
#include "proto/rid.h"
#include "tests/lib/daemon.h"
#include "tests/lib/fill.h"

#include <signal.h>
#include <sodium.h>

enum { RACES = 50, REVOKES = 25, BURST = 4, CLOSES_MS = 5000 };

static const int64_t day_us = 86400LL * 1000000;

static int make(void **state)
{
	*state = test_daemon_make();
	return 0;
}

static int make_running(void **state)
{
	make(state);
	test_daemon_start(*state, NULL);
	return 0;
}

/* The journal and the rows that it gave are whole, whatever the test did. */
static int end(void **state)
{
	struct test_daemon *d = *state;
	if (d->pid != 0)
		assert_int_equal(test_daemon_stop(d, SIGTERM), 0);
	test_daemon_verify(d);
	test_daemon_close(d);
	return 0;
}

/* Answers. */

static uint64_t number_in(const struct test_line *l, const char *name)
{
	struct reader rd = reader_of(wire_field(l->answer.result, name));
	uint64_t n = read_uint(&rd);
	assert_int_equal(rd.err, OK);
	return n;
}

static struct bytes bytes_in(const struct test_line *l, const char *name)
{
	struct reader rd = reader_of(wire_field(l->answer.result, name));
	return read_bin(&rd);
}

/* An entry is a header and its events: where the next one stands. */
static uint64_t entry_end(const struct test_line *l)
{
	return number_in(l, "seq") + 1 + number_in(l, "count");
}

static uint64_t size(const struct test_daemon *d)
{
	struct test_line l;
	test_line_greet(&l, d);
	uint64_t n = number_in(&l, "size");
	test_line_close(&l);
	return n;
}

/* "" or the name of the error in the last answer. */
static const char *said(const struct test_line *l)
{
	static char name[64];
	struct text error = l->answer.error;
	assert_true(error.n < sizeof(name));
	memset(name, 0, sizeof(name));
	if (error.n > 0)
		memcpy(name, error.p, error.n);
	return name;
}

static const char *send_params(struct test_line *l, enum cmd cmd, struct bytes params)
{
	test_line_send_params(l, cmds[cmd].wire, params);
	assert_true(test_line_answer(l));
	return said(l);
}

/* People. */

struct person {
	uint8_t secret[SECRET_BYTES]; /* the second half is the public key */
	uint8_t key[KEY_ID_BYTES];
};

static struct person person_new(void)
{
	struct person p;
	uint8_t public[PUBLIC_BYTES];
	crypto_sign_keypair(public, p.secret);
	key_id(public, p.key);
	return p;
}

static struct person officer_of(const struct test_daemon *d)
{
	struct person p;
	memcpy(p.secret, d->r.officer, sizeof(p.secret));
	key_id(p.secret + 32, p.key);
	return p;
}

struct invitation {
	uint8_t secret[32], token[32];
	struct officer_invite record;
};

static void invitation_make(struct invitation *v, const char *role, const char *unit)
{
	randombytes_buf(v->secret, sizeof(v->secret));
	invitation_token(v->secret, v->token);
	v->record = (struct officer_invite){ .unit = text_of(unit),
		.role = text_of(role),
		.name = text_of("Nguyen Van An"),
		.token = bytes_of(v->token, sizeof(v->token)) };
}

/* By the officer of the register, over a line of that officer. */
static void invite(struct test_daemon *d, struct invitation *v, const char *role, const char *unit)
{
	struct test_line l;
	invitation_make(v, role, unit);
	test_line_login(&l, d);
	assert_string_equal(test_line_call(&l, d, CMD_officer_invite, &v->record), "");
	test_line_close(&l);
}

static struct enrol enrol_of(const struct invitation *v, const struct person *p)
{
	return (struct enrol){ bytes_of(v->secret, 32), bytes_of(p->secret + 32, 32),
		bytes_of(p->secret + 32, 32) };
}

/* Over a line that has said hello. */
static const char *enrol(struct test_daemon *d, const struct invitation *v, const struct person *p)
{
	struct test_line l;
	struct enrol q = enrol_of(v, p);
	test_line_greet(&l, d);
	const char *answer = test_line_call_as(&l, d, p->secret, CMD_enrol, &q);
	test_line_close(&l);
	return answer;
}

static struct person enlist(struct test_daemon *d, const char *role, const char *unit)
{
	struct invitation v;
	struct person p = person_new();
	invite(d, &v, role, unit);
	assert_string_equal(enrol(d, &v, &p), "");
	return p;
}

static bool may_login(const struct test_daemon *d, const struct person *p)
{
	struct test_line l;
	bool in = test_line_login_as(&l, d, p->secret);
	test_line_close(&l);
	return in;
}

static const char *revoke_key(struct test_line *l, struct test_daemon *d, const struct person *p)
{
	struct key_revoke q = { .key = bytes_of(p->key, sizeof(p->key)) };
	return test_line_call(l, d, CMD_key_revoke, &q);
}

/* Things to ask for. */

static struct meeting_new meeting(const struct test_daemon *d, const char *unit)
{
	return (struct meeting_new){ .unit = text_of(unit),
		.kind = text_of("dialogue_regular"),
		.day = day_of_time(d->r.now, 420),
		.chair = text_of("Tran Thi Binh") };
}

static const char *open_meeting(
	struct test_line *l, struct test_daemon *d, const struct person *by, const char *unit)
{
	struct meeting_new q = meeting(d, unit);
	return test_line_call_as(l, d, by->secret, CMD_meeting_open, &q);
}

static const char *ask(struct test_line *l, struct test_daemon *d, enum cmd cmd)
{
	uint8_t empty[512] = { 0 };
	assert_true(cmds[cmd].record()->size <= sizeof(empty));
	return test_line_call(l, d, cmd, empty);
}

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

/* Other bytes of the same length, wherever they stand. */
static void replace(
	const struct writer *w, const uint8_t *from, const uint8_t *to, size_t n, unsigned times)
{
	unsigned found = 0;
	for (size_t i = 0; i + n <= w->n; i++)
		if (memcmp(w->p + i, from, n) == 0) {
			memcpy(w->p + i, to, n);
			found++;
		}
	assert_int_equal(found, times);
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
			assert_string_equal(
				send_params(&l, cmd, some_params(d, cmd, &w)), "E_ORDER");
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
	v.record.officer = 2;
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

/* Nobody is kept from it: whoever has the key in hand may always make it worthless. The register
 * is then served without an administrator. */
static void the_last_administrator_may_revoke_the_own_key(void **state)
{
	struct test_daemon *d = *state;
	struct test_line l;
	struct invitation v;
	struct person p = enlist(d, "receptionist", ""), officer = officer_of(d);
	test_line_login(&l, d);
	assert_string_equal(revoke_key(&l, d, &officer), "");
	uint64_t after = entry_end(&l);
	assert_true(test_line_closes(&l, CLOSES_MS));
	test_line_close(&l);
	assert_false(may_login(d, &officer));
	assert_true(test_line_login_as(&l, d, p.secret));
	invitation_make(&v, "admin", "");
	assert_string_equal(test_line_call(&l, d, CMD_officer_invite, &v.record), "E_KEY");
	assert_int_equal(size(d), after);
	assert_string_equal(open_meeting(&l, d, &p, "0000000"), "");
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
		TEST(an_action_has_the_rights_of_who_signed_it),
		TEST(an_action_for_another_register_is_refused),
		TEST(a_request_number_is_done_once),
		TEST(the_sessions_of_a_revoked_key_end),
		TEST(after_the_revoking_of_a_key_nothing_is_done_by_it),
		TEST(a_revoked_key_does_not_come_back),
		TEST(the_other_key_of_an_officer_stays_good),
		TEST(the_last_administrator_may_revoke_the_own_key),
		TEST(a_role_gives_nothing_outside_of_its_days),
		TEST(a_role_that_ends_ends_within_a_session),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
