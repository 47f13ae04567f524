/*
 * test_report_show.c: what reading says: the states of meetings, conclusions, the steps of a case,
 * why it is due when it is, the register itself.
 */
#include "tests/lib/test.h"

#include "tests/lib/reading.h"

#include <stdlib.h>

#define ANSWER "Đã thông cống ngày hôm qua"

/* Meetings and conclusions. */

static const char *state_of_first(struct test_house *h)
{
	return test_fact(h, test_officer(h, "front", "98101"), CMD_meeting_show,
		&test_first_meeting, "state");
}

static void a_meeting_goes_through_its_states(void **state)
{
	(void)state;
	AUTO(test_house_close) struct test_house *h = test_house_open();
	const struct test_officer *by = test_officer(h, "leader", "98101");
	struct item_new item = test_direction(test_ordinals, 4);
	struct minutes_close close = { text_of("98101/2026/1"), 4 };
	struct opinion_add late = { .meeting = close.meeting };
	struct test_reply reply;
	(void)test_record(h, by, "dialogue_regular", "2026-03-01", 4, false);
	assert_string_equal(state_of_first(h), "OPEN");
	test_must(h, by, CMD_minutes_close, &close);
	assert_string_equal(state_of_first(h), "RECORDED");
	assert_int_equal(
		test_read(h, by, CMD_conclusion_show, &test_first_conclusion, &reply), E_NO_DRAFT);
	test_conclude(h, "98101/2026/1", 1, &item, 1);
	assert_string_equal(state_of_first(h), "CONCLUDED");
	late.opinions = test_opinions(h, 1, "KN", "land");
	test_must(h, by, CMD_opinion_add, &late);
	assert_string_equal(state_of_first(h), "INCOMPLETE");
	assert_non_null(
		strstr(test_shown(h, by, CMD_opinion_list, &test_first_opinions, "opinion_list"),
			"5|98101/2026/5|RECORDED|KN|land|98101|2026-03-31|-|late|Trần Văn Sáu|-|"));
	item.opinions = (struct uints){ test_ordinals + 4, 1 };
	test_conclude(h, "98101/2026/1", 2, &item, 1);
	assert_string_equal(state_of_first(h), "CONCLUDED");
	assert_int_equal(test_lines(test_shown(
				 h, by, CMD_meeting_show, &test_first_meeting, "conclusion_facts")),
		2);
	assert_non_null(
		strstr(test_shown(h, by, CMD_opinion_list, &test_first_opinions, "opinion_list"),
			"|98101-KT|2026-04-01|2/1 direction|late|"));
	struct conclusion_show q = { .meeting = close.meeting, .version = 1 };
	const char *items = test_shown(h, by, CMD_conclusion_show, &q, "conclusion_items");
	assert_non_null(strstr(items, "1|1,2,3,4|direction|98101-KT|2026-04-01|-|Giao phòng"));
	assert_non_null(strstr(test_shown(h, by, CMD_conclusion_show, &q, "conclusion_facts"),
		"98101/2026/1|1|ISSUED|1|"));
	q.version = 3;
	assert_int_equal(test_read(h, by, CMD_conclusion_show, &q, &reply), E_NOT_FOUND);
}

static const char *basis(struct test_house *h)
{
	struct test_reply reply;
	const struct test_officer *by = test_officer(h, "front", "98101");
	assert_int_equal(test_read(h, by, CMD_conclusion_show, &test_first_conclusion, &reply), OK);
	const char *hash = test_cell(&reply, "conclusion_facts", 0, "basis");
	assert_int_equal(strlen(hash), 64);
	return hash;
}

static void the_basis_changes_with_the_opinions(void **state)
{
	(void)state;
	AUTO(test_house_close) struct test_house *h = test_house_filled();
	const struct test_officer *by = test_officer(h, "leader", "98101");
	struct opinion_add add = { .meeting = test_first_meeting.meeting };
	struct opinion_void voided = { add.meeting, 4, text_of("error"), 0 };
	struct opinion_split split = { add.meeting, 2, { 0 } };
	struct case_classify classify = { .number = text_of("98101/2026/1"),
		.kind = text_of("KIEN_NGHI") };
	const char *at[4];
	test_must(h, by, CMD_conclusion_draft, &test_first_meeting);
	at[0] = basis(h);
	test_must(h, by, CMD_case_classify, &classify);
	assert_string_equal(basis(h), at[0]);
	add.opinions = test_opinions(h, 1, NULL, NULL);
	test_must(h, by, CMD_opinion_add, &add);
	at[1] = basis(h);
	test_must(h, by, CMD_opinion_void, &voided);
	at[2] = basis(h);
	split.opinions = test_opinions(h, 2, NULL, NULL);
	test_must(h, by, CMD_opinion_split, &split);
	at[3] = basis(h);
	for (size_t i = 0; i < 4; i++)
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(at[i], at[k]);
	const char *all = test_shown(h, by, CMD_opinion_list, &test_first_opinions, "opinion_list");
	assert_non_null(strstr(all, "2|98101/2026/2|VOIDED|KN|land|98101|2026-03-31|-|split|"));
	assert_non_null(strstr(all, "4|98101/2026/4|VOIDED|-|-|98101|-|-|voided|"));
	assert_non_null(strstr(all, "6|98101/2026/6|RECORDED|-|-|98101|-|-|part of 2|"));
}

/* One case. */

static void the_steps_of_a_case_stand_in_their_order(void **state)
{
	(void)state;
	AUTO(test_house_close) struct test_house *h = test_house_filled();
	const struct test_officer *by = test_officer(h, "leader", "98101"),
				  *front = test_officer(h, "front", "98101");
	struct case_number q = test_case_number("98101/2026/1");
	struct case_classify classify = { .number = q.number, .topic = text_of("roads") };
	struct case_route route = { .number = q.number };
	struct case_resolve resolve = { .number = q.number,
		.outcome = text_of("will_do"),
		.promise = test_day("2026-05-01"),
		.text = text_of(ANSWER),
		.document = text_of("15/UBND") };
	struct case_notify notify = { .number = q.number, .channel = text_of("paper") };
	static const char *const want[] = { "recorded|RECORDED|98101|-|-",
		"classify|CLASSIFIED|98101|-|-", "accept|ACCEPTED|98101-KT|-|-",
		"resolve|RESOLVED|98101-KT|will_do|15/UBND", "notify|NOTIFIED|98101-KT|paper|-" };
	test_must(h, by, CMD_case_classify, &classify);
	test_must(h, by, CMD_case_route, &route);
	h->now = test_time("2026-03-05", 10);
	test_must(h, by, CMD_case_resolve, &resolve);
	test_must(h, by, CMD_case_notify, &notify);
	struct test_reply reply;
	assert_int_equal(test_read(h, by, CMD_case_show, &q, &reply), OK);
	const char *line = test_rows(h, &reply, "case_steps");
	assert_int_equal(test_lines(line), COUNT(want));
	for (size_t i = 0; i < COUNT(want); i++, line = strchr(line, '\n') + 1) {
		const struct test_officer *who =
			i == 0 ? test_officer(h, "receptionist", "98101") : by;
		const char *found = strstr(line, want[i]);
		assert_non_null(found);
		assert_true(found < strchr(line, '\n'));
		assert_int_equal(strtoul(test_cell(&reply, "case_steps", i, "officer"), NULL, 10),
			who->number);
	}
	assert_int_equal(strtoll(test_cell(&reply, "case_steps", 3, "at"), NULL, 10), h->now);
	assert_string_equal(test_cell(&reply, "case_steps", 3, "words"), ANSWER);
	assert_string_equal(test_fact(h, by, CMD_case_show, &q, "outcome"), "will_do");
	assert_string_equal(test_fact(h, by, CMD_case_show, &q, "promised by"), "2026-05-01");
	assert_string_equal(test_fact(h, by, CMD_case_show, &q, "due by"), "kind");
	assert_string_equal(test_fact(h, by, CMD_case_show, &q, "meeting"), "98101/2026/1");
	assert_null(strstr(test_shown(h, front, CMD_case_show, &q, "case_steps"), ANSWER));
}

/* The policy in force with other days for complaints. */
static void adopt_other_days(struct test_house *h)
{
	struct house house = { 0 };
	struct txn *txn = test_txn(h);
	assert_int_equal(house_refresh(&house, txn, NULL), OK);
	struct policy p = house.policy;
	struct policy_term *kinds = arena_alloc(&h->arena, p.kinds.n, sizeof(*kinds));
	memcpy(kinds, p.kinds.v, p.kinds.n * sizeof(*kinds));
	p.kinds.v = kinds;
	kinds[0].days = 45;
	p.name = text_of("test2");
	test_txn_end(h, txn);
	struct policy_adopt q = { .policy = { &p, 1 } };
	test_must(h, test_officer(h, "admin", ""), CMD_policy_adopt, &q);
	house_fini(&house);
}

static void a_case_tells_why(void **state)
{
	(void)state;
	AUTO(test_house_close) struct test_house *h = test_house_filled();
	const struct test_officer *by = test_officer(h, "leader", "98101");
	struct case_number first = test_case_number("98101/2026/1"),
			   second = test_case_number("98101/2026/2"),
			   fourth = test_case_number("98101/2026/4");
	assert_string_equal(test_shown(h, by, CMD_case_explain, &first, "case_explain"),
		"route|roads|yes: accept, 98101-KT\n"
		"due|PHAN_ANH: 15 working days from 2026-03-01, policy test version "
		"1|2026-03-20\n");
	assert_string_equal(test_shown(h, by, CMD_case_explain, &fourth, "case_explain"),
		"route|roads|no: kind is not PHAN_ANH\nroute|land|no: kind is not KN\n"
		"route|sealed|no: kind is not TC\nroute|water|no: topic is not water\n"
		"route|own|yes: accept, 98101\ndue|-|no kind yet\n");
	adopt_other_days(h);
	const char *was = "KN: 30 days from 2026-03-01, policy test version 1|2026-03-31\n";
	assert_non_null(strstr(test_shown(h, by, CMD_case_explain, &second, "case_explain"), was));
	struct case_classify classify = { .number = second.number, .topic = text_of("water") };
	test_must(h, by, CMD_case_classify, &classify);
	was = "KN: 45 days from 2026-03-01, policy test2 version 2|2026-04-15\n";
	assert_non_null(strstr(test_shown(h, by, CMD_case_explain, &second, "case_explain"), was));
	struct item_new item = test_direction(test_ordinals, 4);
	test_conclude(h, "98101/2026/1", 1, &item, 1);
	assert_non_null(strstr(test_shown(h, by, CMD_case_explain, &second, "case_explain"),
		"due|item 1 of version 1 of the conclusion|2026-04-01\n"));
	assert_string_equal(test_fact(h, by, CMD_case_show, &second, "covered by"), "1/1");
}

/* The register itself. */

static void the_register_tells_what_it_is(void **state)
{
	(void)state;
	AUTO(test_house_close) struct test_house *h = test_house_open();
	const struct test_officer *by = test_officer(h, "auditor", "98102");
	const struct nothing q = { 0 };
	const char *terms = test_shown(h, by, CMD_policy_show, &q, "policy_terms");
	assert_non_null(strstr(terms, "kinds|KN|khiếu nại|-|30 days, guide\n"));
	assert_non_null(strstr(terms, "kinds|TC|tố cáo|-|30 days, refer, once, sealed\n"));
	assert_non_null(strstr(terms, "kinds|PHAN_ANH|phản ánh|-|15 working days\n"));
	assert_non_null(strstr(terms, "meeting_kinds|dialogue_adhoc|đối thoại đột xuất|-|gated\n"));
	assert_non_null(strstr(terms, "outcomes|will_do|sẽ làm|-|promise\n"));
	assert_non_null(strstr(test_shown(h, by, CMD_policy_show, &q, "policy_routes"),
		"land|KN|land|*|refer|98-KT\n"));
	assert_string_equal(
		test_fact(h, by, CMD_status, &q, "register"), "11111111111111111111111111111111");
	assert_string_equal(test_fact(h, by, CMD_status, &q, "last entry"), "2026-03-02 09:00:00");
	assert_string_equal(test_fact(h, by, CMD_status, &q, "policy"), "test");
	assert_string_equal(test_fact(h, by, CMD_status, &q, "zone"), "+07:00");
	assert_int_equal(strlen(test_fact(h, by, CMD_status, &q, "root")), 64);
	const char *me = test_shown(h, by, CMD_whoami, &q, "whoami");
	assert_non_null(strstr(me, "|Nguyễn Thị Hoa|auditor|98102|2026-01-01|-|-|-\n"));
}

static void what_is_not_known_is_refused_by_name(void **state)
{
	(void)state;
	AUTO(test_house_close) struct test_house *h = test_house_open();
	const struct test_officer *by = test_officer(h, "leader", "98101");
	struct fault f = { 0 };
	struct case_list cases = { .state = text_of("HAPPY") };
	struct meeting_list meetings = { .state = text_of("HAPPY") };
	assert_int_equal(test_ask(h, by, CMD_case_list, &cases, &f), E_VALUE);
	assert_int_equal(test_ask(h, by, CMD_meeting_list, &meetings, &f), E_VALUE);
	assert_string_equal(f.field, "state");
	cases = (struct case_list){ .kind = text_of("KX") };
	assert_int_equal(test_ask(h, by, CMD_case_list, &cases, &f), E_VALUE);
	assert_string_equal(f.field, "kind");
	cases = (struct case_list){ .topic = text_of("KN") };
	assert_int_equal(test_ask(h, by, CMD_case_list, &cases, &f), E_VALUE);
	assert_string_equal(f.field, "topic");
	meetings = (struct meeting_list){ .kind = text_of("KN") };
	assert_int_equal(test_ask(h, by, CMD_meeting_list, &meetings, &f), E_VALUE);
	cases = (struct case_list){ .unit = text_of("99") };
	assert_int_equal(test_ask(h, by, CMD_case_list, &cases, &f), E_NOT_FOUND);
	cases = (struct case_list){ .meeting = text_of("x") };
	assert_int_equal(test_ask(h, by, CMD_case_list, &cases, &f), E_NUMBER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_meeting_goes_through_its_states),
		cmocka_unit_test(the_basis_changes_with_the_opinions),
		cmocka_unit_test(the_steps_of_a_case_stand_in_their_order),
		cmocka_unit_test(a_case_tells_why),
		cmocka_unit_test(the_register_tells_what_it_is),
		cmocka_unit_test(what_is_not_known_is_refused_by_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
