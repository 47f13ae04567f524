/*
 * test_officers.c: who works on a case, work handed over, acting heads and vacant posts, the last
 * administrator and how one is replaced; and that verify tells all of it again and finds lies.
 */
#include "tests/lib/test.h"

#include <sodium.h>

#include "daemon/verify/verify.h"
#include "proto/sheet.h"
#include "tests/lib/house.h"
#include "tests/lib/reading.h"
#include "tests/lib/workload.h"

#include <stdio.h>
#include <stdlib.h>

struct office {
	struct test_house *h;
	const struct test_officer *admin, *leader, *processor, *handler, *second;
	struct num meeting;
};

static int open_office(void **state)
{
	static struct office o;
	o = (struct office){ .h = test_house_open() };
	o.admin = test_officer(o.h, "admin", "");
	o.leader = test_officer(o.h, "leader", "98101");
	o.processor = test_officer(o.h, "processor", "98101");
	o.handler = test_officer(o.h, "handler", "98101");
	o.second = test_officer_new(o.h, "handler", "98101");
	o.meeting = test_record(o.h, o.leader, "dialogue_regular", "2026-03-01", 4, true);
	*state = &o;
	return 0;
}

static int close_office(void **state)
{
	struct office *o = *state;
	test_house_close(o->h);
	return 0;
}

static struct text case_text(struct office *o, uint32_t n)
{
	return test_number_text(o->h, test_opinion(o->h, o->meeting, n).number);
}

static struct row_case case_row(struct office *o, uint32_t n)
{
	return test_case(o->h, test_opinion(o->h, o->meeting, n).number);
}

static enum err assign(struct office *o, uint32_t n, const struct test_officer *to, struct fault *f)
{
	struct case_assign q = { .number = case_text(o, n), .owner = to == NULL ? 0 : to->number };
	return test_act(o->h, o->processor, CMD_case_assign, &q, f);
}

static void must_assign(struct office *o, uint32_t n, const struct test_officer *to)
{
	struct fault f;
	assert_int_equal(assign(o, n, to, &f), OK);
}

static enum err hand_over(struct office *o, const struct test_officer *by,
	const struct test_officer *from, const struct test_officer *to, struct fault *f)
{
	struct officer_handover q = { .giver = from->number, .taker = to->number };
	return test_act(o->h, by, CMD_officer_handover, &q, f);
}

static void grant(struct office *o, const struct test_officer *to, const char *role,
	const char *unit, const char *from, const char *until)
{
	struct grant_add q = { .officer = to->number,
		.role = text_of(role),
		.unit = text_of(unit),
		.from = test_day(from),
		.until = until == NULL ? 0 : test_day(until) };
	test_must(o->h, o->admin, CMD_grant_add, &q);
}

static size_t listed(struct office *o, const char *owner)
{
	struct case_list q = { .owner = text_of(owner) };
	return test_lines(test_shown(o->h, o->leader, CMD_case_list, &q, "case_list"));
}

/* Owners. */

static void an_owner_has_a_role_over_the_unit_and_a_key(void **state)
{
	struct office *o = *state;
	struct fault f;
	assert_int_equal(assign(o, 1, test_officer(o->h, "handler", "98102"), &f), E_UNABLE);
	assert_string_equal(f.field, "owner");
	assert_string_equal(f.what, "98101/2026/1");
	assert_int_equal(f.at, test_officer(o->h, "handler", "98102")->number);
	assert_int_equal(assign(o, 1, test_officer(o->h, "receptionist", "98101"), &f), E_UNABLE);
	assert_int_equal(assign(o, 1, o->handler, &f), OK);
	assert_int_equal(assign(o, 1, o->handler, &f), E_NOTHING);
	struct key_revoke revoke = { .key = bytes_of(o->handler->key, KEY_ID_BYTES) };
	test_must(o->h, o->admin, CMD_key_revoke, &revoke);
	assert_int_equal(assign(o, 2, o->handler, &f), E_UNABLE);
	assert_int_equal(assign(o, 1, NULL, &f), OK);
	assert_int_equal(assign(o, 1, NULL, &f), E_NOTHING);
}

/* A role that ends by its day ends without an entry. */
static void a_case_is_in_the_queue_on_the_day_its_owners_role_ends(void **state)
{
	struct office *o = *state;
	const struct test_officer *guest = test_officer_new(o->h, "monitor", "98102");
	grant(o, guest, "handler", "98101", "2026-03-01", "2026-03-10");
	must_assign(o, 1, guest);
	struct case_number show = { case_text(o, 1) };
	char number[16];
	snprintf(number, sizeof(number), "%u", guest->number);
	struct test_state before = test_state(o->h);
	o->h->now = test_time("2026-03-09", 9);
	assert_int_equal(listed(o, number), 1);
	assert_int_equal(listed(o, "none"), 3);
	assert_string_equal(test_fact(o->h, o->leader, CMD_case_show, &show, "owner"), number);
	o->h->now = test_time("2026-03-10", 9);
	assert_int_equal(listed(o, number), 0);
	assert_int_equal(listed(o, "none"), 4);
	assert_null(test_fact(o->h, o->leader, CMD_case_show, &show, "owner"));
	assert_string_equal(
		test_fact(o->h, o->leader, CMD_case_show, &show, "owner before"), number);
	assert_int_equal(test_state(o->h).size, before.size);
}

static void an_owner_does_not_go_with_a_case_to_another_unit(void **state)
{
	struct office *o = *state;
	struct case_classify classify = {
		.number = case_text(o, 1), .kind = text_of("PHAN_ANH"), .topic = text_of("roads")
	};
	struct case_route route = { .number = case_text(o, 1) };
	must_assign(o, 1, o->handler);
	test_must(o->h, o->processor, CMD_case_classify, &classify);
	assert_int_equal(case_row(o, 1).owner, o->handler->number);
	test_must(o->h, o->processor, CMD_case_route, &route); /* accepted by 98101-KT */
	assert_int_equal(case_row(o, 1).owner, 0);
	must_assign(o, 1, o->handler); /* the role is over 98101 and what is below */
	classify.number = route.number = case_text(o, 2);
	classify.topic = text_of("land");
	must_assign(o, 2, o->handler);
	test_must(o->h, o->processor, CMD_case_classify, &classify);
	test_must(o->h, o->processor, CMD_case_route, &route); /* accepted @own */
	assert_int_equal(case_row(o, 2).owner, o->handler->number);
}

/* Handing over. */

/* So many more opinions, each of them the handler's. */
static uint32_t much_work(struct office *o, size_t count)
{
	o->meeting = test_record(o->h, o->leader, "regular_reception", "2026-03-01", 0, false);
	struct opinion_add q = { .meeting = test_number_text(o->h, o->meeting) };
	for (size_t n = 0; n < count; n += q.opinions.n) {
		size_t most = count - n < 200 ? count - n : 200;
		q.opinions = test_opinions(o->h, most, NULL, NULL);
		test_must(o->h, o->leader, CMD_opinion_add, &q);
	}
	test_begin(o->h);
	for (uint32_t i = 1; i <= count; i++)
		must_assign(o, i, o->handler);
	test_commit(o->h);
	return (uint32_t)count;
}

static uint64_t in_hand(struct office *o, const struct test_officer *of)
{
	struct key prefix = key_of_u32(of->number);
	struct bytes key, value;
	uint64_t n = 0;
	struct txn *txn = test_txn(o->h);
	struct scan s;
	scan_open(&s, txn, STORE_in_hand, key_bytes(&prefix));
	while (scan_next(&s, &key, &value))
		n++;
	scan_close(&s);
	test_txn_end(o->h, txn);
	return n;
}

/* What an answer cannot hold is said to be left; the same request does it. */
static void more_than_an_answer_holds_goes_in_parts(void **state)
{
	struct office *o = *state;
	struct fault f;
	enum { MUCH = LIMIT_EVENTS_ANSWER + 200, PART = LIMIT_EVENTS_ANSWER - 1 };
	much_work(o, MUCH);
	assert_int_equal(hand_over(o, o->admin, o->handler, o->second, &f), OK);
	assert_int_equal(in_hand(o, o->handler), MUCH - PART);
	assert_int_equal(in_hand(o, o->second), PART);
	assert_non_null(memmem(o->h->reply.p, o->h->reply.n, "left", 4));
	assert_int_equal(hand_over(o, o->admin, o->handler, o->second, &f), OK);
	assert_int_equal(in_hand(o, o->handler), 0);
	assert_int_equal(in_hand(o, o->second), MUCH);
	assert_int_equal(hand_over(o, o->admin, o->handler, o->second, &f), E_NOTHING);
}

/* The last of seven hundred cannot be taken: not even the first is. */
static void nothing_is_handed_over_when_a_part_cannot_be(void **state)
{
	struct office *o = *state;
	struct fault f;
	uint32_t last = much_work(o, LIMIT_EVENTS_ANSWER + 200);
	struct text number = case_text(o, last);
	struct case_classify classify = {
		.number = number, .kind = text_of("KIEN_NGHI"), .topic = text_of("water")
	};
	struct case_refer refer = {
		.number = number, .to = text_of("98102"), .document = text_of("12/CV")
	};
	test_must(o->h, o->processor, CMD_case_classify, &classify);
	test_must(o->h, o->leader, CMD_case_refer, &refer);
	grant(o, o->handler, "handler", "98102", "2026-03-01", NULL);
	struct case_assign q = { .number = number, .owner = o->handler->number };
	test_must(o->h, test_officer(o->h, "processor", "98102"), CMD_case_assign, &q);
	struct test_state before = test_state(o->h);
	assert_int_equal(hand_over(o, o->admin, o->handler, o->second, &f), E_UNABLE);
	assert_string_equal(f.field, "taker");
	assert_int_equal(number.n, strlen(f.what));
	assert_memory_equal(f.what, number.p, number.n);
	assert_memory_equal(test_state(o->h).hash, before.hash, 32);
}

/* Of a sealed case the case and its paper, in one entry; the draft that is being written. */
static void seal_and_draft(struct office *o)
{
	struct meeting_number meeting = { test_number_text(o->h, o->meeting) };
	struct case_classify seal = { .number = case_text(o, 1),
		.kind = text_of("TC"),
		.custodian = o->handler->number,
		.paper = text_of("tủ 3") };
	must_assign(o, 1, o->handler);
	must_assign(o, 2, o->handler);
	test_must(o->h, o->processor, CMD_case_classify, &seal);
	grant(o, o->handler, "records_clerk", "98101", "2026-03-01", NULL);
	test_must(o->h, o->handler, CMD_conclusion_draft, &meeting);
}

static void papers_and_drafts_change_hands_too(void **state)
{
	struct office *o = *state;
	struct fault f;
	seal_and_draft(o);
	assert_int_equal(in_hand(o, o->handler), 4);
	assert_int_equal(hand_over(o, o->handler, o->handler, o->second, &f), E_UNABLE);
	assert_string_equal(f.what, "98101/2026/1"); /* the meeting of the draft, or a case */
	grant(o, o->second, "records_clerk", "98101", "2026-03-01", NULL);
	assert_int_equal(hand_over(o, o->handler, o->handler, o->second, &f), OK);
	assert_int_equal(in_hand(o, o->handler), 0);
	assert_int_equal(in_hand(o, o->second), 4);
	assert_int_equal(case_row(o, 1).owner, o->second->number);
	assert_int_equal(case_row(o, 1).custodian, o->second->number);
	assert_true(text_is(case_row(o, 1).paper, "tủ 3"));
	assert_int_equal(test_conclusion(o->h, o->meeting, 1).drafter, o->second->number);
}

/* An administrator of a commune has no say over what an officer has in another. */
static void each_unit_concerned_is_the_administrators(void **state)
{
	struct office *o = *state;
	struct fault f;
	const struct test_officer *of_98101 = test_officer(o->h, "admin", "98101"),
				  *of_98 = test_officer(o->h, "admin", "98"),
				  *guest = test_officer_new(o->h, "handler", "98102");
	must_assign(o, 1, o->handler);
	assert_int_equal(hand_over(o, of_98101, o->handler, o->second, &f), OK);
	grant(o, guest, "handler", "98101", "2026-03-01", NULL);
	must_assign(o, 2, guest);
	assert_int_equal(hand_over(o, of_98101, guest, o->second, &f), E_NOT_FOUND);
	assert_int_equal(hand_over(o, of_98, guest, o->second, &f), OK);
	assert_int_equal(hand_over(o, o->leader, o->second, o->handler, &f), E_NOT_ALLOWED);
}

/* Posts. */

static void a_post_that_nobody_can_fill_is_vacant(void **state)
{
	struct office *o = *state;
	struct post_list q = { .unit = text_of("98101-CA") };
	const struct test_officer *head = test_officer(o->h, "leader", "98101-CA");
	char held[200];
	snprintf(held, sizeof(held), "98101-CA|held|%u|Nguyễn Thị Hoa|-|-|2026-01-01|-\n",
		head->number);
	assert_string_equal(test_shown(o->h, o->leader, CMD_post_list, &q, "post_list"), held);
	snprintf(held, sizeof(held), "98101-CA|held|%u|-|-|-|2026-01-01|-\n", head->number);
	assert_string_equal(test_shown(o->h, test_officer(o->h, "front", "98101"), CMD_post_list,
				    &q, "post_list"),
		held); /* who reads no words is told no names */
	struct grant_add acting = { .officer = o->second->number,
		.role = text_of("leader"),
		.unit = q.unit,
		.acting = text_of("KT"),
		.post = text_of("Phó trưởng công an"),
		.until = test_day("2026-04-01") };
	test_must(o->h, o->admin, CMD_grant_add, &acting);
	struct grant_end end = { head->number, 1, 0 };
	test_must(o->h, o->admin, CMD_grant_end, &end);
	snprintf(held, sizeof(held),
		"98101-CA|acting|%u|Nguyễn Thị Hoa|KT|Phó trưởng công an|2026-03-02|2026-04-01\n",
		o->second->number);
	assert_string_equal(test_shown(o->h, o->leader, CMD_post_list, &q, "post_list"), held);
	o->h->now = test_time("2026-04-01", 9);
	assert_string_equal(test_shown(o->h, o->leader, CMD_post_list, &q, "post_list"),
		"98101-CA|vacant|-|-|-|Phó trưởng công an|2026-04-01|-\n");
}

static void a_head_without_a_key_holds_no_post(void **state)
{
	struct office *o = *state;
	struct post_list q = { .unit = text_of("98101-CA") };
	struct key_revoke revoke = { .key = bytes_of(test_officer(o->h, "leader", "98101-CA")->key,
					     KEY_ID_BYTES) };
	test_must(o->h, o->admin, CMD_key_revoke, &revoke);
	assert_string_equal(test_shown(o->h, o->leader, CMD_post_list, &q, "post_list"),
		"98101-CA|vacant|-|-|-|-|-|-\n");
}

/* 98103 has neither people nor head, until it opens a meeting; 97 has nothing at all. */
static void a_unit_with_a_register_wants_a_head(void **state)
{
	struct office *o = *state;
	const struct test_officer *of_all = test_officer(o->h, "leader", "");
	struct post_list q = { .unit = text_of("97") };
	assert_string_equal(test_shown(o->h, of_all, CMD_post_list, &q, "post_list"), "");
	struct meeting_new meeting = { .unit = text_of("98103"),
		.kind = text_of("regular_reception"),
		.day = test_day("2026-03-01") };
	test_must(o->h, of_all, CMD_meeting_open, &meeting);
	assert_string_equal(test_shown(o->h, of_all, CMD_post_list, &q, "post_list"),
		"98103|vacant|-|-|-|-|-|-\n");
}

static void posts_come_in_pages_of_whole_units(void **state)
{
	struct office *o = *state;
	struct post_list q = { .limit = 2 }, all = { .limit = 0 };
	const struct test_officer *of_all = test_officer(o->h, "monitor", "");
	size_t n = 0, pages = 0,
	       want = test_lines(test_shown(o->h, of_all, CMD_post_list, &all, "post_list"));
	for (;; pages++) {
		struct test_reply reply;
		assert_int_equal(test_read(o->h, of_all, CMD_post_list, &q, &reply), OK);
		n += test_lines(test_rows(o->h, &reply, "post_list"));
		q.after = reply.next;
		if (reply.next.n == 0)
			break;
		assert_true(pages < 20);
	}
	assert_int_equal(n, want);
	assert_true(pages >= 2);
}

/* The last administrator. */

static void the_last_administrator_stays(void **state)
{
	struct office *o = *state;
	struct fault f;
	struct key_revoke revoke = { .key = bytes_of(o->admin->key, KEY_ID_BYTES) };
	struct grant_end end = { o->admin->number, 1, 0 };
	assert_int_equal(test_act(o->h, o->admin, CMD_key_revoke, &revoke, &f), E_LAST_ADMIN);
	assert_int_equal(test_act(o->h, o->admin, CMD_grant_end, &end, &f), E_LAST_ADMIN);
	/* one who is not there for good does not do for a later day */
	const struct test_officer *other = test_officer_new(o->h, "monitor", "");
	grant(o, other, "admin", "", "2026-03-01", "2026-06-01");
	end.until = test_day("2026-06-01");
	assert_int_equal(test_act(o->h, o->admin, CMD_grant_end, &end, &f), E_LAST_ADMIN);
	end.until = test_day("2026-05-31");
	test_must(o->h, o->admin, CMD_grant_end, &end);
	test_must(o->h, other, CMD_key_revoke, &revoke);
	revoke.key = bytes_of(other->key, KEY_ID_BYTES);
	assert_int_equal(test_act(o->h, other, CMD_key_revoke, &revoke, &f), E_LAST_ADMIN);
}

/* Of two devices of the last administrator one may go. */
static void a_second_device_is_a_key_as_well(void **state)
{
	struct office *o = *state;
	struct fault f;
	uint8_t secret[32] = { 7 }, token[32], channel[32] = { 9, 9 };
	invitation_token(secret, token);
	struct officer_invite invite = { .officer = o->admin->number,
		.token = bytes_of(token, 32) };
	test_must(o->h, o->admin, CMD_officer_invite, &invite);
	const struct test_officer spare = { .secret = { 1 } };
	struct test_officer device = spare;
	uint8_t seed[32] = { 0x77 }, public[32];
	crypto_sign_seed_keypair(public, device.secret, seed);
	key_id(public, device.key);
	struct enrol q = { bytes_of(secret, 32), bytes_of(public, 32), bytes_of(channel, 32) };
	test_must(o->h, &device, CMD_enrol, &q);
	struct key_revoke revoke = { .key = bytes_of(o->admin->key, KEY_ID_BYTES) };
	test_must(o->h, &device, CMD_key_revoke, &revoke);
	revoke.key = bytes_of(device.key, KEY_ID_BYTES);
	assert_int_equal(test_act(o->h, &device, CMD_key_revoke, &revoke, &f), E_LAST_ADMIN);
}

/* Recovery. */

static enum err agree(struct office *o, const struct test_officer *by, uint8_t sheet, uint8_t token,
	const char *name, struct fault *f)
{
	uint8_t secret[32], hash[32], next[32];
	memset(secret, sheet + 1, sizeof(secret));
	sheet_token(secret, next);
	memset(secret, sheet, sizeof(secret));
	memset(hash, token, sizeof(hash));
	struct recovery_agree q = { bytes_of(secret, 32), bytes_of(hash, 32), bytes_of(next, 32),
		text_of(name) };
	return test_act(o->h, by, CMD_recovery_agree, &q, f);
}

static uint64_t officers(struct office *o)
{
	struct row_state s;
	assert_true(test_row(o->h, STORE_state, (struct key){ .n = 1 }, record_row_state(), &s));
	return s.officers;
}

static void two_leaders_replace_an_administrator(void **state)
{
	struct office *o = *state;
	struct fault f;
	const struct test_officer *other = test_officer(o->h, "leader", "98102");
	uint64_t before = officers(o);
	uint8_t s = TEST_SHEET_BYTE;
	assert_int_equal(agree(o, o->processor, s, 1, "Hà", &f), E_NOT_ALLOWED);
	assert_int_equal(agree(o, o->admin, s, 1, "Hà", &f), E_NOT_ALLOWED);
	assert_int_equal(agree(o, o->leader, s + 1, 1, "Hà", &f), E_SHEET);
	assert_int_equal(agree(o, o->leader, s, 1, "  ", &f), E_BLANK);
	assert_int_equal(agree(o, o->leader, s, 1, "Hà", &f), OK);
	assert_int_equal(agree(o, o->leader, s, 1, "Hà", &f), E_SECOND_PERSON);
	assert_int_equal(agree(o, other, s, 1, "Hoa", &f), E_CONFLICT);
	assert_int_equal(officers(o), before);
	assert_int_equal(agree(o, other, s, 1, "Hà", &f), OK);
	assert_int_equal(officers(o), before + 1);
	assert_int_equal(agree(o, other, s, 2, "Hà", &f), E_SHEET); /* it is used */
	assert_int_equal(agree(o, other, s + 1, 1, "Hà", &f), E_EXISTS);
	assert_int_equal(agree(o, other, s + 1, 2, "Hà", &f), OK);
}

/* Another proposal takes the place of one; a week later none stands. */
static void a_proposal_stands_a_week_and_there_is_one(void **state)
{
	struct office *o = *state;
	struct fault f;
	const struct test_officer *other = test_officer(o->h, "leader", "98102");
	const struct recovery_show q = { .token = { 0 } };
	uint64_t before = officers(o);
	uint8_t s = TEST_SHEET_BYTE;
	assert_int_equal(agree(o, o->leader, s, 1, "Hà", &f), OK);
	assert_int_equal(agree(o, other, s, 2, "Hoa", &f), OK);
	assert_int_equal(agree(o, other, s, 1, "Hà", &f), OK); /* a proposal of its own again */
	const char *shown = test_shown(o->h, o->leader, CMD_recovery_show, &q, "recovery");
	assert_non_null(strstr(shown, "|Hà|"));
	o->h->now += 8 * 86400LL * 1000000;
	shown = test_shown(o->h, o->leader, CMD_recovery_show, &q, "recovery");
	assert_string_equal(shown, "yes|-|-|-|-|-\n");
	assert_int_equal(agree(o, o->leader, s, 1, "Hà", &f), OK);
	assert_int_equal(officers(o), before);
}

static void a_register_without_a_sheet_says_so(void **state)
{
	struct office *o = *state;
	struct fault f;
	struct key one = { .n = 1 };
	struct row_state row;
	test_begin(o->h);
	assert_true(test_row(o->h, STORE_state, one, record_row_state(), &row));
	row.recovery = (struct bytes){ 0 };
	row_put(test_txn(o->h), STORE_state, one, record_row_state(), &row);
	assert_int_equal(agree(o, o->leader, TEST_SHEET_BYTE, 1, "Hà", &f), E_NO_SHEET);
	test_abort(o->h);
}

/* The sheet as text. */

static void a_sheet_is_read_as_it_was_printed(void **state)
{
	(void)state;
	struct sheet sheet, read;
	AUTO(writer_fini) struct writer w = { 0 };
	struct fault f = { 0 };
	memset(&sheet, 0xab, sizeof(sheet));
	sheet_format(&w, &sheet);
	struct text t = { (const char *)w.p, w.n };
	assert_int_equal(sheet_parse(t, &read, &f), OK);
	assert_memory_equal(&read, &sheet, sizeof(sheet));
	assert_int_equal(sheet_parse((struct text){ t.p, 160 }, &read, &f), E_LINE);
	assert_int_equal(f.at, 4);
	assert_int_equal(sheet_parse(text_of("hoiam recovery sheet 2\n"), &read, &f), E_LINE);
	assert_int_equal(sheet_parse((struct text){ 0 }, &read, &f), E_LINE);
	assert_int_equal(f.at, 1);
}

/* Verifying. */

/* Lines of verify; freed by the caller. */
static char *verified(struct office *o)
{
	char *lines = NULL;
	size_t n;
	struct fault f = { 0 };
	FILE *out = open_memstream(&lines, &n);
	assert_non_null(out);
	workload_close_store(o->h);
	enum err err = verify_here(o->h->path, out, &f);
	fclose(out);
	workload_open_store(o->h);
	assert_true(err == OK || err == E_CORRUPT);
	assert_int_equal(err == OK, strstr(lines, "all well") != NULL);
	return lines;
}

/* All that this file is about, in a few entries. */
static void officers_change(struct office *o)
{
	struct fault f;
	const struct test_officer *other = test_officer(o->h, "leader", "98102"),
				  *fresh = test_officer_new(o->h, "admin", "");
	seal_and_draft(o);
	grant(o, o->second, "records_clerk", "98101", "2026-03-01", NULL);
	assert_int_equal(hand_over(o, o->admin, o->handler, o->second, &f), OK);
	assert_int_equal(agree(o, o->leader, TEST_SHEET_BYTE, 1, "Hà", &f), OK);
	assert_int_equal(agree(o, other, TEST_SHEET_BYTE, 1, "Hà", &f), OK);
	struct key_revoke revoke = { .key = bytes_of(fresh->key, KEY_ID_BYTES) };
	struct grant_end end = { fresh->number, 1, 0 };
	test_must(o->h, o->admin, CMD_grant_end, &end);
	test_must(o->h, o->admin, CMD_key_revoke, &revoke);
}

/* What a lie changes: the field of the last event of a kind that has it, to another number or text.
 */
struct lie {
	enum event_code code;
	const char *field;
	uint64_t number;
	const char *text, *found; /* what verify says */
};

static void put_lie(struct office *o, const struct lie *lie, struct writer *before, uint64_t *at)
{
	struct bytes key, leaf;
	const struct record *r = event_record(lie->code);
	const struct field *f = record_field(r, text_of(lie->field));
	void *found = NULL;
	struct scan s;
	scan_open(&s, test_txn(o->h), STORE_entry, (struct bytes){ 0 });
	while (scan_next(&s, &key, &leaf)) {
		struct reader fields;
		uint64_t code;
		void *ev = arena_alloc(&o->h->arena, 1, r->size);
		if (leaf_open(leaf, &code, &fields, NULL) != OK || code != lie->code ||
			record_read_disk(&fields, r, ev, &o->h->arena, NULL) != OK ||
			(lie->text != NULL && field_is_empty(f, ev)))
			continue;
		found = ev;
		*at = get_u64(key.p);
	}
	scan_close(&s);
	assert_non_null(found);
	if (found == NULL)
		return;
	AUTO(writer_fini) struct writer w = { 0 };
	leaf_write(before, lie->code, found);
	struct text text = text_of(lie->text);
	if (lie->text != NULL)
		memcpy((char *)found + f->offset, &text, sizeof(text));
	else
		memcpy((char *)found + f->offset, &lie->number, sizeof(lie->number));
	leaf_write(&w, lie->code, found);
	struct key place = key_of_seq(*at);
	txn_put(test_txn(o->h), STORE_entry, key_bytes(&place), writer_bytes(&w));
}

static void verify_finds(struct office *o, const struct lie *lie)
{
	AUTO(writer_fini) struct writer before = { 0 };
	uint64_t at = 0;
	test_begin(o->h);
	put_lie(o, lie, &before, &at);
	test_commit(o->h);
	char *lines = verified(o);
	if (strstr(lines, lie->found) == NULL)
		print_error("%s.%s: no \"%s\" in:\n%s", event_name(lie->code), lie->field,
			lie->found, lines);
	assert_non_null(strstr(lines, lie->found));
	free(lines);
	struct key place = key_of_seq(at);
	test_begin(o->h);
	txn_put(test_txn(o->h), STORE_entry, key_bytes(&place), writer_bytes(&before));
	test_commit(o->h);
}

static void verify_tells_it_again_and_finds_lies(void **state)
{
	struct office *o = *state;
	officers_change(o);
	char *lines = verified(o);
	if (strstr(lines, "all well") == NULL)
		print_error("%s", lines);
	assert_non_null(strstr(lines, "all well"));
	free(lines);
	const struct lie lies[] = {
		{ EVENT_officer_handed, "taker", o->leader->number, NULL,
			"custodian: not who takes over" },
		{ EVENT_officer_handed, "giver", o->leader->number, NULL, "giver: did not have" },
		{ EVENT_officer_handed, "cases", 7, NULL, "count: not as much as was handed over" },
		{ EVENT_officer_handed, "giver", 9999, NULL, "giver: no such officer" },
		{ EVENT_draft_handed, "officer", o->leader->number, NULL,
			"officer: not who takes over" },
		{ EVENT_draft_handed, "version", 2, NULL, "version: no version" },
		{ EVENT_case_moved, "paper", 0, "tủ 4", "paper: not where it lay" },
		{ EVENT_case_moved, "owner", o->leader->number, NULL, "owner: only assigning" },
		{ EVENT_case_moved, "unit", 1, NULL, "unit: only sending" },
		{ EVENT_recovery_used, "first", o->handler->number, NULL, "officer: not two" },
		{ EVENT_recovery_proposed, "officer", o->admin->number, NULL,
			"officer: not the one who signed" },
		{ EVENT_recovery_proposed, "until", 1, NULL, "recovery: not what stood" },
		{ EVENT_grant_ended, "officer", o->admin->number, NULL, "key: nobody is left" },
	};
	for (size_t i = 0; i < COUNT(lies); i++)
		verify_finds(o, &lies[i]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_office, close_office)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_owner_has_a_role_over_the_unit_and_a_key),
		TEST(a_case_is_in_the_queue_on_the_day_its_owners_role_ends),
		TEST(an_owner_does_not_go_with_a_case_to_another_unit),
		TEST(more_than_an_answer_holds_goes_in_parts),
		TEST(nothing_is_handed_over_when_a_part_cannot_be),
		TEST(papers_and_drafts_change_hands_too),
		TEST(each_unit_concerned_is_the_administrators),
		TEST(a_post_that_nobody_can_fill_is_vacant),
		TEST(a_head_without_a_key_holds_no_post),
		TEST(a_unit_with_a_register_wants_a_head),
		TEST(posts_come_in_pages_of_whole_units),
		TEST(the_last_administrator_stays),
		TEST(a_second_device_is_a_key_as_well),
		TEST(two_leaders_replace_an_administrator),
		TEST(a_proposal_stands_a_week_and_there_is_one),
		TEST(a_register_without_a_sheet_says_so),
		cmocka_unit_test(a_sheet_is_read_as_it_was_printed),
		TEST(verify_tells_it_again_and_finds_lies),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
