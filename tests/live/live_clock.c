/*
 * live_clock.c: a daemon whose clock stands too far from the last entry: it serves readings and
 * refuses changes until an administrator of the whole register accepts the clock.
 */
#include "tests/lib/test.h"

#include "daemon/clock.h"
#include "proto/day.h"
#include "tests/lib/daemon.h"

#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <unistd.h>

static const int64_t hour = 3600LL * 1000000, day = 24 * 3600LL * 1000000;

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

/* Stores. */

static void enrol(struct bench_register *r, const uint8_t secret[static 32], const uint8_t *by)
{
	struct enrol q = { bytes_of(secret, 32), bytes_of(by + 32, 32), bytes_of(by + 32, 32) };
	struct bench_register as = *r;
	memcpy(as.officer, by, sizeof(as.officer));
	bench_act(&as, CMD_enrol, &q);
}

static void remove_store(const struct test_daemon *d)
{
	static const char *const names[] = { "data.mdb", "lock.mdb" };
	char path[4096];
	for (size_t i = 0; i < COUNT(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", d->dir, names[i]);
		unlink(path);
	}
}

/* The same register once more, its only entries made at this time: it is opened, its officer, an
 * administrator alone, is enrolled. */
static void make_at(struct test_daemon *d, int64_t at)
{
	uint8_t secret[32];
	struct bench_register *r = &d->r;
	struct genesis g = { .secret = r->house, .invitation_until = at + day };
	randombytes_buf(secret, sizeof(secret));
	invitation_token(secret, g.token);
	memcpy(g.reg, r->reg, sizeof(g.reg));
	remove_store(d);
	assert_int_equal(db_open(&r->db, d->dir, DB_CREATE, NULL), OK);
	assert_int_equal(ledger_open(&r->ledger, r->db, NULL), OK);
	assert_int_equal(ledger_begin(r->ledger, NULL), OK);
	assert_int_equal(ledger_genesis(r->ledger, &g, at, NULL), OK);
	r->now = at;
	enrol(r, secret, r->officer);
	test_daemon_store_close(d);
	r->now = clock_wall();
}

/* Invitations: the change that every store takes. */

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
		.token = bytes_of(v->token, sizeof(v->token)),
		.days = 30 };
}

/* The last entry of the closed store lies here. */
static void change_at(struct test_daemon *d, int64_t at)
{
	struct invitation v;
	invitation_make(&v, "monitor", "");
	d->r.now = at;
	test_daemon_store_open(d);
	bench_act(&d->r, CMD_officer_invite, &v.record);
	test_daemon_store_close(d);
}

static const char *change(struct test_line *l, struct test_daemon *d)
{
	struct invitation v;
	invitation_make(&v, "monitor", "");
	return test_line_call(l, d, CMD_officer_invite, &v.record);
}

static const char *accept(
	struct test_line *l, struct test_daemon *d, const uint8_t *secret, int64_t now)
{
	struct clock_accept q = { .now = now, .reason = text_of("battery replaced") };
	return test_line_call_as(l, d, secret, CMD_clock_accept, &q);
}

/* One more officer in the closed store, enrolled at the register's own time. */
static void add_officer(struct test_daemon *d, const char *role, const char *unit, uint8_t *secret)
{
	uint8_t public[32];
	struct invitation v;
	invitation_make(&v, role, unit);
	crypto_sign_keypair(public, secret);
	test_daemon_store_open(d);
	bench_act(&d->r, CMD_officer_invite, &v.record);
	enrol(&d->r, v.secret, secret);
	test_daemon_store_close(d);
}

/* Entries of the journal. */
static uint64_t size(const struct test_daemon *d)
{
	struct test_line l;
	test_line_greet(&l, d);
	struct reader rd = reader_of(wire_field(l.answer.result, "size"));
	uint64_t n = read_uint(&rd);
	assert_int_equal(rd.err, OK);
	test_line_close(&l);
	return n;
}

static bool jumped(struct test_daemon *d)
{
	struct test_line l;
	test_line_login(&l, d);
	const char *said = change(&l, d);
	test_line_close(&l);
	if (said[0] != '\0')
		assert_string_equal(said, "E_READ_ONLY");
	return said[0] != '\0';
}

static void readings_are_served(struct test_daemon *d)
{
	struct test_line l;
	test_line_login(&l, d);
	assert_string_equal(test_line_call(&l, d, CMD_whoami, &(struct nothing){ 0 }), "");
	assert_string_equal(test_line_call(&l, d, CMD_status, &(struct nothing){ 0 }), "");
	assert_string_equal(test_line_call(&l, d, CMD_officer_list, &(struct page){ 0 }), "");
	test_line_close(&l);
}

/* The value of one row of status; empty when there is none. */
static struct text fact(const struct test_line *l, const char *what)
{
	struct bytes result = l->answer.result, name;
	for (size_t i = 0; (name = wire_cell(result, "tables", "status", i, "what")).n > 0; i++) {
		struct reader rd = reader_of(name);
		struct reader value = reader_of(wire_cell(result, "tables", "status", i, "value"));
		if (text_is(read_text(&rd), what))
			return read_text(&value);
	}
	return (struct text){ 0 };
}

/* Tests. */

static void status_says_whether_the_clock_is_believed(void **state)
{
	struct test_daemon *d = *state;
	struct nothing nothing = { 0 };
	struct test_line l;
	make_at(d, clock_wall() - 40 * day);
	test_daemon_start(d, NULL);
	test_line_login(&l, d);
	assert_string_equal(test_line_call(&l, d, CMD_status, &nothing), "");
	assert_true(text_is(fact(&l, "clock"), "jumped"));
	assert_string_equal(accept(&l, d, d->r.officer, clock_wall()), "");
	assert_string_equal(test_line_call(&l, d, CMD_status, &nothing), "");
	assert_true(text_is(fact(&l, "clock"), "good"));
	test_line_close(&l);
}

static void a_store_of_forty_days_ago_is_only_read(void **state)
{
	struct test_daemon *d = *state;
	struct test_line l, fresh;
	uint8_t id[KEY_ID_BYTES];
	struct invitation v;
	make_at(d, clock_wall() - 40 * day);
	invitation_make(&v, "monitor", "");
	d->r.now = clock_wall() - 40 * day;
	test_daemon_store_open(d);
	bench_act(&d->r, CMD_officer_invite, &v.record);
	test_daemon_store_close(d);
	test_daemon_start(d, NULL);
	assert_true(test_daemon_logged(d, "jumped=yes"));
	uint64_t before = size(d);
	readings_are_served(d);
	test_line_login(&l, d);
	assert_string_equal(change(&l, d), "E_READ_ONLY");
	key_id(d->r.officer + 32, id);
	struct key_revoke revoke = { .key = bytes_of(id, sizeof(id)) };
	assert_string_equal(test_line_call(&l, d, CMD_key_revoke, &revoke), "E_READ_ONLY");
	struct enrol q = { bytes_of(v.secret, 32), bytes_of(d->r.officer + 32, 32),
		bytes_of(v.token, 32) };
	test_line_greet(&fresh, d);
	assert_string_equal(test_line_call(&fresh, d, CMD_enrol, &q), "E_READ_ONLY");
	test_line_close(&fresh);
	test_line_close(&l);
	assert_int_equal(size(d), before);
}

static void an_accepted_clock_stays_so_after_a_stop(void **state)
{
	struct test_daemon *d = *state;
	struct test_line l;
	make_at(d, clock_wall() - 40 * day);
	test_daemon_start(d, NULL);
	test_line_login(&l, d);
	assert_string_equal(change(&l, d), "E_READ_ONLY");
	assert_string_equal(accept(&l, d, d->r.officer, clock_wall()), "");
	assert_string_equal(change(&l, d), "");
	test_line_close(&l);
	assert_int_equal(test_daemon_stop(d, SIGTERM), 0);
	test_daemon_start(d, NULL);
	assert_false(jumped(d));
	assert_int_equal(test_daemon_stop(d, SIGTERM), 0);
	test_daemon_verify(d);
}

/* Once it was answered it is on the disk, with no change behind it. */
static void an_accepted_clock_outlives_a_kill(void **state)
{
	struct test_daemon *d = *state;
	struct test_line l;
	make_at(d, clock_wall() - 400 * day);
	test_daemon_start(d, NULL);
	test_line_login(&l, d);
	assert_string_equal(accept(&l, d, d->r.officer, clock_wall()), "");
	assert_int_equal(test_daemon_stop(d, SIGKILL), -1);
	test_line_close(&l);
	test_daemon_start(d, NULL);
	assert_false(jumped(d));
}

static void only_an_administrator_of_all_accepts(void **state)
{
	struct test_daemon *d = *state;
	uint8_t monitor[SECRET_BYTES], local[SECRET_BYTES], stranger[SECRET_BYTES], public[32];
	struct test_line l;
	d->r.now = clock_wall() + 3 * day;
	add_officer(d, "monitor", "", monitor);
	add_officer(d, "admin", "00", local);
	crypto_sign_keypair(public, stranger);
	test_daemon_start(d, NULL);
	uint64_t before = size(d);
	test_line_login(&l, d);
	assert_string_equal(accept(&l, d, monitor, clock_wall()), "E_NOT_ALLOWED");
	assert_string_equal(accept(&l, d, local, clock_wall()), "E_NOT_ALLOWED");
	assert_string_equal(accept(&l, d, stranger, clock_wall()), "E_KEY");
	test_line_close(&l);
	assert_true(test_line_login_as(&l, d, monitor));
	assert_string_equal(accept(&l, d, monitor, clock_wall()), "E_NOT_ALLOWED");
	test_line_close(&l);
	assert_true(jumped(d));
	assert_int_equal(size(d), before);
}

static void a_clock_that_the_administrator_did_not_see_is_not_accepted(void **state)
{
	static const int64_t minutes[] = { -60 * 24 * 40, -20, 20, 60 * 24 * 40 };
	struct test_daemon *d = *state;
	struct test_line l;
	make_at(d, clock_wall() - 40 * day);
	test_daemon_start(d, NULL);
	uint64_t before = size(d);
	test_line_login(&l, d);
	for (size_t i = 0; i < COUNT(minutes); i++)
		assert_string_equal(
			accept(&l, d, d->r.officer, clock_wall() + minutes[i] * (hour / 60)),
			"E_CONFLICT");
	assert_string_equal(change(&l, d), "E_READ_ONLY");
	assert_int_equal(size(d), before);
	assert_string_equal(accept(&l, d, d->r.officer, clock_wall() - 5 * (hour / 60)), "");
	assert_string_equal(change(&l, d), "");
	test_line_close(&l);
}

static int64_t entered_at(const struct test_line *l)
{
	struct reader rd = reader_of(wire_field(l->answer.result, "at"));
	int64_t at = read_int(&rd);
	assert_int_equal(rd.err, OK);
	return at;
}

/* The last entry lies in the future: time does not go back behind it. */
static void a_store_of_the_future_is_only_read_until_accepted(void **state)
{
	struct test_daemon *d = *state;
	struct test_line l;
	int64_t last = clock_wall() + 3 * day;
	change_at(d, last);
	test_daemon_start(d, NULL);
	assert_true(test_daemon_logged(d, "jumped=yes"));
	readings_are_served(d);
	assert_true(jumped(d));
	test_line_login(&l, d);
	assert_string_equal(accept(&l, d, d->r.officer, clock_wall()), "");
	assert_true(entered_at(&l) >= last);
	assert_string_equal(change(&l, d), "");
	assert_true(entered_at(&l) >= last);
	test_line_close(&l);
	assert_int_equal(test_daemon_stop(d, SIGTERM), 0);
	test_daemon_verify(d);
}

/* hoiamd(8), The clock: every start looks at the last entry, which still lies ahead. */
static void a_store_of_the_future_is_accepted_at_each_start(void **state)
{
	struct test_daemon *d = *state;
	struct test_line l;
	change_at(d, clock_wall() + 3 * day);
	for (int i = 0; i < 2; i++) {
		test_daemon_start(d, NULL);
		assert_true(jumped(d));
		test_line_login(&l, d);
		assert_string_equal(accept(&l, d, d->r.officer, clock_wall()), "");
		test_line_close(&l);
		assert_false(jumped(d));
		assert_int_equal(test_daemon_stop(d, SIGTERM), 0);
	}
}

static void an_ordinary_store_needs_nothing(void **state)
{
	struct test_daemon *d = *state;
	test_daemon_start(d, NULL); /* its last entry is of twenty days ago */
	assert_false(jumped(d));
	readings_are_served(d);
	assert_int_equal(test_daemon_stop(d, SIGTERM), 0);
	change_at(d, clock_wall() - hour / 12);
	test_daemon_start(d, NULL);
	assert_false(jumped(d));
	assert_false(test_daemon_logged(d, "jumped=yes"));
}

static void how_far_the_last_entry_may_lie(void **state)
{
	static const struct {
		int hours; /* from now */
		bool jumped;
	} cases[] = { { -31 * 24 - 1, true }, { -31 * 24 + 1, false }, { -10 * 24, false },
		{ 0, false }, { 23, false }, { 25, true } };
	struct test_daemon *d = *state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		make_at(d, clock_wall() + cases[i].hours * hour);
		test_daemon_start(d, NULL);
		assert_int_equal(jumped(d), cases[i].jumped);
		assert_int_equal(test_daemon_stop(d, SIGTERM), 0);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_ordinary_store_needs_nothing),
		TEST(how_far_the_last_entry_may_lie),
		TEST(a_store_of_forty_days_ago_is_only_read),
		TEST(status_says_whether_the_clock_is_believed),
		TEST(an_accepted_clock_stays_so_after_a_stop),
		TEST(an_accepted_clock_outlives_a_kill),
		TEST(only_an_administrator_of_all_accepts),
		TEST(a_clock_that_the_administrator_did_not_see_is_not_accepted),
		TEST(a_store_of_the_future_is_only_read_until_accepted),
		TEST(a_store_of_the_future_is_accepted_at_each_start),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
