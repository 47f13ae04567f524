/* keys_share.c: people with keys over the lines of a daemon. */
#include "tests/lib/test.h"

#include "tests/live/keys_share.h"

#include "proto/day.h"

#include <signal.h>
#include <sodium.h>

int make(void **state)
{
	*state = test_daemon_make();
	return 0;
}

int make_running(void **state)
{
	make(state);
	test_daemon_start(*state, NULL);
	return 0;
}

int end(void **state)
{
	struct test_daemon *d = *state;
	if (d->pid != 0)
		assert_int_equal(test_daemon_stop(d, SIGTERM), 0);
	test_daemon_verify(d);
	test_daemon_close(d);
	return 0;
}

/* Answers. */

uint64_t number_in(const struct test_line *l, const char *name)
{
	struct reader rd = reader_of(wire_field(l->answer.result, name));
	uint64_t n = read_uint(&rd);
	assert_int_equal(rd.err, OK);
	return n;
}

struct bytes bytes_in(const struct test_line *l, const char *name)
{
	struct reader rd = reader_of(wire_field(l->answer.result, name));
	return read_bin(&rd);
}

uint64_t entry_end(const struct test_line *l)
{
	return number_in(l, "seq") + 1 + number_in(l, "count");
}

uint64_t size(const struct test_daemon *d)
{
	struct test_line l;
	test_line_greet(&l, d);
	uint64_t n = number_in(&l, "size");
	test_line_close(&l);
	return n;
}

const char *said(const struct test_line *l)
{
	static char name[64];
	struct text error = l->answer.error;
	assert_true(error.n < sizeof(name));
	memset(name, 0, sizeof(name));
	if (error.n > 0)
		memcpy(name, error.p, error.n);
	return name;
}

const char *send_params(struct test_line *l, enum cmd cmd, struct bytes params)
{
	test_line_send_params(l, cmds[cmd].wire, params);
	assert_true(test_line_answer(l));
	return said(l);
}

/* People. */

struct person person_new(void)
{
	struct person p;
	uint8_t public[PUBLIC_BYTES];
	crypto_sign_keypair(public, p.secret);
	key_id(public, p.key);
	return p;
}

struct person officer_of(const struct test_daemon *d)
{
	struct person p;
	memcpy(p.secret, d->r.officer, sizeof(p.secret));
	key_id(p.secret + 32, p.key);
	return p;
}

void invitation_make(struct invitation *v, const char *role, const char *unit)
{
	randombytes_buf(v->secret, sizeof(v->secret));
	invitation_token(v->secret, v->token);
	v->record = (struct officer_invite){ .unit = text_of(unit),
		.role = text_of(role),
		.name = text_of("Nguyen Van An"),
		.token = bytes_of(v->token, sizeof(v->token)) };
}

void invite(struct test_daemon *d, struct invitation *v, const char *role, const char *unit)
{
	struct test_line l;
	invitation_make(v, role, unit);
	test_line_login(&l, d);
	assert_string_equal(test_line_call(&l, d, CMD_officer_invite, &v->record), "");
	test_line_close(&l);
}

struct enrol enrol_of(const struct invitation *v, const struct person *p)
{
	return (struct enrol){ bytes_of(v->secret, 32), bytes_of(p->secret + 32, 32),
		bytes_of(p->secret + 32, 32) };
}

const char *enrol(struct test_daemon *d, const struct invitation *v, const struct person *p)
{
	struct test_line l;
	struct enrol q = enrol_of(v, p);
	test_line_greet(&l, d);
	const char *answer = test_line_call_as(&l, d, p->secret, CMD_enrol, &q);
	test_line_close(&l);
	return answer;
}

struct person enlist(struct test_daemon *d, const char *role, const char *unit)
{
	struct invitation v;
	struct person p = person_new();
	invite(d, &v, role, unit);
	assert_string_equal(enrol(d, &v, &p), "");
	return p;
}

bool may_login(const struct test_daemon *d, const struct person *p)
{
	struct test_line l;
	bool in = test_line_login_as(&l, d, p->secret);
	test_line_close(&l);
	return in;
}

const char *revoke_key(struct test_line *l, struct test_daemon *d, const struct person *p)
{
	struct key_revoke q = { .key = bytes_of(p->key, sizeof(p->key)) };
	return test_line_call(l, d, CMD_key_revoke, &q);
}

/* Things to ask for. */

struct meeting_new meeting(const struct test_daemon *d, const char *unit)
{
	return (struct meeting_new){ .unit = text_of(unit),
		.kind = text_of("dialogue_regular"),
		.day = day_of_time(d->r.now, 420),
		.chair = text_of("Tran Thi Binh") };
}

const char *open_meeting(
	struct test_line *l, struct test_daemon *d, const struct person *by, const char *unit)
{
	struct meeting_new q = meeting(d, unit);
	return test_line_call_as(l, d, by->secret, CMD_meeting_open, &q);
}

const char *ask(struct test_line *l, struct test_daemon *d, enum cmd cmd)
{
	uint8_t empty[512] = { 0 };
	assert_true(cmds[cmd].record()->size <= sizeof(empty));
	return test_line_call(l, d, cmd, empty);
}

void replace(
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
