/*
 * test_report.c: what reading shows to whom: roles, what may not be seen, pages, sealed cases,
 * units that ended.
 */
#include "tests/lib/test.h"

#include "daemon/report/facts.h"
#include "tests/lib/reading.h"

#define ANSWER "Đã thông cống ngày hôm qua"

/* Rights. */

/* Written down from the law's side, not from role.def. */
static const struct {
	const char *role;
	bool sees, reads, administers;
} expected[] = {
	{ "receptionist", true, true, false },
	{ "processor", true, true, false },
	{ "handler", true, true, false },
	{ "leader", true, true, false },
	{ "records_clerk", true, true, false },
	{ "monitor", true, true, false },
	{ "front", true, false, false },
	{ "auditor", true, false, false },
	{ "custodian", true, false, false },
	{ "admin", false, false, true },
};

/* Asks for everything that holds words; whether any came. */
static void assert_words(struct test_house *h, const struct test_officer *by, bool reads)
{
	static const char *const words[] = { TEST_SPEAKER, TEST_SUMMARY, "Cống trước", "Giao phòng",
		"Nhà văn hóa" };
	const struct case_list cases = { .unit = text_of("98101") };
	const struct case_number one = test_case_number("98101/2026/1");
	const struct {
		enum cmd cmd;
		const void *record;
		size_t word; /* that it shows to those who read */
	} asked[] = { { CMD_meeting_show, &test_first_meeting, 4 },
		{ CMD_opinion_list, &test_first_opinions, 2 },
		{ CMD_conclusion_show, &test_first_conclusion, 3 }, { CMD_case_list, &cases, 1 },
		{ CMD_case_show, &one, 0 } };
	for (size_t i = 0; i < COUNT(asked); i++) {
		struct fault f = { 0 };
		assert_int_equal(test_ask(h, by, asked[i].cmd, asked[i].record, &f), OK);
		for (size_t k = 0; k < COUNT(words); k++) {
			bool found =
				memmem(h->reply.p, h->reply.n, words[k], strlen(words[k])) != NULL;
			if (!reads)
				assert_false(found);
			else if (k == asked[i].word)
				assert_true(found);
		}
	}
}

static void assert_role(struct test_house *h, const struct test_officer *by, bool sees, bool reads)
{
	struct test_reply reply;
	const struct meeting_list meetings = { 0 };
	const struct case_list cases = { 0 };
	const struct case_number one = test_case_number("98101/2026/1");
	if (sees) {
		assert_int_equal(
			test_lines(test_shown(h, by, CMD_meeting_list, &meetings, "meeting_list")),
			1);
		assert_true(test_lines(test_shown(h, by, CMD_case_list, &cases, "case_list")) >= 4);
		assert_words(h, by, reads);
		return;
	}
	assert_int_equal(test_read(h, by, CMD_meeting_list, &meetings, &reply), E_NOT_ALLOWED);
	assert_int_equal(
		test_read(h, by, CMD_meeting_show, &test_first_meeting, &reply), E_NOT_ALLOWED);
	assert_int_equal(
		test_read(h, by, CMD_opinion_list, &test_first_opinions, &reply), E_NOT_ALLOWED);
	assert_int_equal(test_read(h, by, CMD_conclusion_show, &test_first_conclusion, &reply),
		E_NOT_ALLOWED);
	assert_int_equal(test_read(h, by, CMD_case_list, &cases, &reply), E_NOT_ALLOWED);
	assert_int_equal(test_read(h, by, CMD_case_show, &one, &reply), E_NOT_ALLOWED);
	assert_int_equal(test_read(h, by, CMD_case_explain, &one, &reply), E_NOT_ALLOWED);
}

static void each_role_sees_what_it_may_and_no_more(void **state)
{
	(void)state;
	static const char *const above[] = { "", "98", "98101" };
	AUTO(test_house_close) struct test_house *h = test_house_filled();
	struct item_new item = test_direction(test_ordinals, 4);
	const struct page page = { 0 };
	const struct nothing nothing = { 0 };
	test_conclude(h, "98101/2026/1", 1, &item, 1);
	for (size_t i = 0; i < COUNT(expected); i++)
		for (size_t u = 0; u < COUNT(above); u++) {
			const struct test_officer *by = test_officer(h, expected[i].role, above[u]);
			struct test_reply reply;
			assert_role(h, by, expected[i].sees, expected[i].reads);
			assert_int_equal(test_read(h, by, CMD_officer_list, &page, &reply),
				expected[i].administers ? OK : E_NOT_ALLOWED);
			assert_int_equal(
				test_lines(test_shown(h, by, CMD_whoami, &nothing, "whoami")), 1);
			assert_int_equal(
				test_read(h, by, CMD_unit_list, &(struct unit_list){ 0 }, &reply),
				OK);
			assert_int_equal(test_read(h, by, CMD_status, &nothing, &reply), OK);
			assert_int_equal(test_read(h, by, CMD_policy_show, &nothing, &reply), OK);
		}
}

/* What is not there and what is not to be seen get the same answer, word for word. */
static void what_may_not_be_seen_is_not_found(void **state)
{
	(void)state;
	static const char *const elsewhere[] = { "98102", "98101-CA", "98-KT" };
	AUTO(test_house_close) struct test_house *h = test_house_filled();
	for (size_t i = 0; i < COUNT(expected) - 1; i++)
		for (size_t u = 0; u < COUNT(elsewhere); u++) {
			const struct test_officer *by =
				test_officer(h, expected[i].role, elsewhere[u]);
			struct case_number c = test_case_number("98101/2026/1"),
					   none = test_case_number("98101/2026/9");
			struct meeting_number nowhere = { text_of("98101/2026/7") };
			struct fault f = { 0 }, g = { 0 };
			assert_int_equal(test_ask(h, by, CMD_case_show, &c, &f), E_NOT_FOUND);
			assert_int_equal(test_ask(h, by, CMD_case_show, &none, &g), E_NOT_FOUND);
			assert_string_equal(f.field, g.field);
			assert_string_equal(f.what, "98101/2026/1");
			assert_string_equal(g.what, "98101/2026/9");
			assert_int_equal(test_ask(h, by, CMD_case_explain, &c, &f), E_NOT_FOUND);
			assert_int_equal(test_ask(h, by, CMD_meeting_show, &test_first_meeting, &f),
				E_NOT_FOUND);
			assert_int_equal(
				test_ask(h, by, CMD_meeting_show, &nowhere, &g), E_NOT_FOUND);
			assert_string_equal(f.field, g.field);
			assert_int_equal(
				test_ask(h, by, CMD_opinion_list, &test_first_opinions, &f),
				E_NOT_FOUND);
			assert_int_equal(
				test_ask(h, by, CMD_conclusion_show, &test_first_conclusion, &f),
				E_NOT_FOUND);
			assert_int_equal(h->reply.n, 0);
			assert_string_equal(test_shown(h, by, CMD_case_list,
						    &(struct case_list){ 0 }, "case_list"),
				"");
			assert_string_equal(test_shown(h, by, CMD_meeting_list,
						    &(struct meeting_list){ 0 }, "meeting_list"),
				"");
		}
}

static void a_case_is_seen_where_it_was_sent(void **state)
{
	(void)state;
	AUTO(test_house_close) struct test_house *h = test_house_filled();
	const struct test_officer *leader = test_officer(h, "leader", "98101"),
				  *far = test_officer(h, "handler", "98-KT");
	struct case_number q = test_case_number("98101/2026/2");
	struct case_classify classify = { .number = q.number, .kind = text_of("KN") };
	struct case_refer refer = {
		.number = q.number, .to = text_of("98-KT"), .document = text_of("7/CV")
	};
	test_must(h, leader, CMD_case_classify, &classify);
	test_must(h, leader, CMD_case_refer, &refer);
	assert_string_equal(
		test_fact(h, far, CMD_case_show, &q, "words"), TEST_WORDS "\nMưa là ngập");
	assert_string_equal(test_fact(h, far, CMD_case_show, &q, "responsible"), "98-KT");
	assert_string_equal(
		test_shown(h, far, CMD_case_list, &(struct case_list){ 0 }, "case_list"),
		"98101/2026/2|REFERRED|KN|land|98-KT|2026-03-01|2026-03-31|29|" TEST_SUMMARY
		"|-\n");
	struct test_reply reply;
	assert_int_equal(
		test_read(h, far, CMD_meeting_show, &test_first_meeting, &reply), E_NOT_FOUND);
}

static void an_administrator_sees_officers_in_reach(void **state)
{
	(void)state;
	AUTO(test_house_close) struct test_house *h = test_house_open();
	const struct test_officer *all = test_officer(h, "admin", ""),
				  *some = test_officer(h, "admin", "98101"),
				  *near = test_officer(h, "handler", "98101-KT"),
				  *far = test_officer(h, "leader", "98102");
	const struct page page = { .limit = 500 };
	struct officer_number a = { near->number }, b = { far->number }, none = { 9999 };
	struct test_reply reply;
	assert_int_equal(test_lines(test_shown(h, all, CMD_officer_list, &page, "officer_list")),
		h->officer_count);
	assert_int_equal(test_lines(test_shown(h, some, CMD_officer_list, &page, "officer_list")),
		3 * role_count); /* of 98101 and its two offices */
	const char *row = test_shown(h, some, CMD_officer_show, &a, "officer_list");
	assert_non_null(strstr(row, "|Nguyễn Thị Hoa|handler|98101-KT|1\n"));
	assert_int_equal(test_lines(test_shown(h, some, CMD_officer_show, &a, "officer_keys")), 1);
	assert_int_equal(
		test_lines(test_shown(h, some, CMD_officer_show, &a, "officer_grants")), 1);
	assert_int_equal(test_read(h, some, CMD_officer_show, &b, &reply), E_NOT_FOUND);
	assert_int_equal(test_read(h, all, CMD_officer_show, &none, &reply), E_NOT_FOUND);
	/* a second role within reach brings her into view, under that role */
	struct grant_add grant = {
		.officer = far->number, .role = text_of("monitor"), .unit = text_of("98101-CA")
	};
	test_must(h, all, CMD_grant_add, &grant);
	grant.unit = text_of("98-KT");
	test_must(h, all, CMD_grant_add, &grant);
	row = test_shown(h, some, CMD_officer_show, &b, "officer_list");
	assert_non_null(strstr(row, "|monitor|98101-CA|1\n"));
}

/* Pages. */

/* A page of one after the other shows the same rows in the same order as one page of all. */
static void assert_pages(struct test_house *h, const struct test_officer *by, enum cmd cmd,
	const void *request, size_t want)
{
	const struct record *record = cmds[cmd].record();
	const struct field *limit = record_field(record, text_of("limit")),
			   *after = record_field(record, text_of("after"));
	char *q = arena_alloc(&h->arena, 1, record->size);
	struct test_reply whole, page = { 0 };
	struct text all = { 0 };
	const uint64_t most = LIMIT_PAGE, one = 1;
	size_t asked = 0;
	memcpy(q, request, record->size);
	memcpy(q + limit->offset, &most, sizeof(most));
	assert_int_equal(test_read(h, by, cmd, q, &whole), OK);
	assert_int_equal(whole.next.n, 0);
	const char *name = whole.tables[whole.table_count - 1].name;
	memcpy(q + limit->offset, &one, sizeof(one));
	do {
		memcpy(q + after->offset, &page.next, sizeof(page.next));
		assert_int_equal(test_read(h, by, cmd, q, &page), OK);
		all = arena_format(&h->arena, "%.*s%s", (int)all.n, all.n == 0 ? "" : all.p,
			test_rows(h, &page, name));
		asked++;
	} while (page.next.n > 0);
	assert_string_equal(all.p, test_rows(h, &whole, name));
	assert_int_equal(whole.tables[whole.table_count - 1].row_count, want);
	assert_int_equal(asked, want == 0 ? 1 : want);
}

static void fill_more(struct test_house *h)
{
	const struct test_officer *by = test_officer(h, "leader", "98");
	struct opinion_new v[3];
	static const char *const where[] = { "98102", "98", "98101", "98102", "98101" };
	for (size_t i = 0; i < COUNT(where); i++) {
		v[0] = test_opinion_new("KN", "land");
		v[1] = test_opinion_new(NULL, "water");
		v[2] = test_opinion_new("PHAN_ANH", NULL);
		test_record_at(h, by, where[i], i % 2 ? "2026-02-11" : "2026-02-20", v, COUNT(v));
	}
	struct item_new items[] = { test_direction(test_ordinals, 2),
		test_direction(test_ordinals + 2, 2) };
	items[1].how = text_of("answer");
	items[1].unit = (struct text){ 0 };
	items[1].due = 0;
	test_conclude(h, "98101/2026/1", 1, items, COUNT(items));
}

static void pages_neither_repeat_nor_skip(void **state)
{
	(void)state;
	AUTO(test_house_close) struct test_house *h = test_house_filled();
	const struct test_officer *by = test_officer(h, "leader", "98"),
				  *admin = test_officer(h, "admin", "98101");
	struct meeting_list meetings = { 0 };
	struct case_list cases = { 0 };
	fill_more(h);
	assert_pages(h, by, CMD_unit_list, &(struct unit_list){ 0 }, 11);
	assert_pages(h, admin, CMD_officer_list, &(struct page){ 0 }, 3 * role_count);
	assert_pages(h, by, CMD_meeting_list, &meetings, 6);
	meetings.state = text_of("unfinished");
	assert_pages(h, by, CMD_meeting_list, &meetings, 5);
	meetings.state = text_of("concluded");
	assert_pages(h, by, CMD_meeting_list, &meetings, 1);
	meetings.state = (struct text){ 0 };
	meetings.from = test_day("2026-02-15");
	assert_pages(h, by, CMD_meeting_list, &meetings, 4);
	assert_pages(h, by, CMD_opinion_list, &test_first_opinions, 4);
	assert_pages(h, by, CMD_conclusion_show, &test_first_conclusion, 2);
	assert_pages(h, by, CMD_case_list, &cases, 17);
	cases.state = text_of("RESOLVED");
	assert_pages(h, by, CMD_case_list, &cases, 2);
	cases.state = text_of("recorded");
	assert_pages(h, by, CMD_case_list, &cases, 17);
	cases.topic = text_of("land");
	assert_pages(h, by, CMD_case_list, &cases, 6);
	cases = (struct case_list){ .meeting = text_of("98101/2026/1") };
	assert_pages(h, by, CMD_case_list, &cases, 4);
	cases.state = text_of("pending");
	assert_pages(h, by, CMD_case_list, &cases, 2);
	cases.state = (struct text){ 0 };
	cases.kind = text_of("KN");
	assert_pages(h, by, CMD_case_list, &cases, 1);
	cases.meeting = text_of("98102/2026/1");
	cases.state = text_of("VOIDED");
	assert_pages(h, by, CMD_case_list, &cases, 0);
}

static void pending_cases_come_by_due_day(void **state)
{
	(void)state;
	AUTO(test_house_close) struct test_house *h = test_house_filled();
	const struct test_officer *by = test_officer(h, "processor", "98101");
	struct case_list q = { 0 };
	assert_string_equal(test_shown(h, by, CMD_case_list, &q, "case_list"),
		"98101/2026/"
		"1|RECORDED|PHAN_ANH|roads|98101|2026-03-01|2026-03-20|18|" TEST_SUMMARY "|-\n"
		"98101/2026/2|RECORDED|KN|land|98101|2026-03-01|2026-03-31|29|" TEST_SUMMARY "|-\n"
		"98101/2026/3|RECORDED|TC|-|98101|2026-03-01|2026-03-31|29|-|-\n"
		"98101/2026/4|RECORDED|-|-|98101|2026-03-01|-|-|" TEST_SUMMARY "|-\n");
	q.due = test_day("2026-03-20");
	assert_int_equal(test_lines(test_shown(h, by, CMD_case_list, &q, "case_list")), 1);
	q.due = test_day("2026-03-31");
	assert_int_equal(test_lines(test_shown(h, by, CMD_case_list, &q, "case_list")), 3);
	h->now = test_time("2026-04-02", 9);
	assert_non_null(
		strstr(test_shown(h, by, CMD_case_list, &q, "case_list"), "|2026-03-20|-13|"));
}

/* One order over all units that the reader sees, not one after the other. */
static void pending_cases_of_many_units_come_by_due_day(void **state)
{
	(void)state;
	AUTO(test_house_close) struct test_house *h = test_house_filled();
	const struct test_officer *by = test_officer(h, "leader", "98");
	struct test_reply reply;
	const char *before = "", *unit_before = "";
	unsigned changes = 0;
	fill_more(h);
	assert_int_equal(test_read(h, by, CMD_case_list, &(struct case_list){ 0 }, &reply), OK);
	for (size_t i = 0; i < reply.tables[0].row_count; i++) {
		const char *due = test_cell(&reply, "case_list", i, "due");
		const char *unit = test_cell(&reply, "case_list", i, "unit");
		if (strcmp(due, "-") == 0)
			due = "without";
		assert_true(strcmp(before, due) <= 0);
		changes += strcmp(unit_before, unit) != 0;
		before = due;
		unit_before = unit;
	}
	assert_string_equal(before, "without");
	assert_true(changes > 5);
}

/* Ten thousand rows that do not fit are not walked in one go, and none is lost. */
static void a_page_walks_so_far_and_no_further(void **state)
{
	(void)state;
	enum { PARTS = 35, PART = 300 };
	AUTO(test_house_close) struct test_house *h = test_house_open();
	const struct test_officer *by = test_officer(h, "leader", "98101");
	struct case_list q = { .state = text_of("GUIDED") };
	struct case_number last = test_case_number("98101/2026/10500");
	test_begin(h);
	(void)test_record(h, by, "dialogue_regular", "2026-03-01", 0, false);
	struct opinion_add add = { .meeting = text_of("98101/2026/1") };
	add.opinions = test_opinions(h, PART, NULL, NULL);
	for (unsigned i = 0; i < PARTS; i++)
		test_must(h, by, CMD_opinion_add, &add);
	struct case_classify classify = { .number = last.number, .kind = text_of("KN") };
	struct case_guide guide = { .number = last.number, .to = text_of("98102") };
	test_must(h, by, CMD_case_classify, &classify);
	test_must(h, by, CMD_case_guide, &guide);
	test_commit(h);
	for (unsigned way = 0; way < 2; way++) {
		struct test_reply reply;
		q.meeting = text_of(way == 0 ? "" : "98101/2026/1");
		q.after = (struct bytes){ 0 };
		assert_int_equal(test_read(h, by, CMD_case_list, &q, &reply), OK);
		assert_string_equal(test_rows(h, &reply, "case_list"), "");
		assert_true(reply.next.n > 0);
		q.after = reply.next;
		assert_int_equal(test_read(h, by, CMD_case_list, &q, &reply), OK);
		assert_int_equal(test_lines(test_rows(h, &reply, "case_list")), 1);
		assert_int_equal(reply.next.n, 0);
	}
}

static const size_t message_bytes = (size_t)LIMIT_MESSAGE_BYTES;

/* 30 kB of words, of several lines. */
static struct text long_words(struct test_house *h)
{
	char *p = arena_alloc(&h->arena, 1, 30001);
	for (size_t i = 0; i < 30000; i++)
		p[i] = i % 100 == 99 ? '\n' : 'x';
	return (struct text){ p, 30000 };
}

static void a_page_of_long_words_fits_a_message(void **state)
{
	(void)state;
	enum { PARTS = 3, PART = 6 };
	AUTO(test_house_close) struct test_house *h = test_house_open();
	const struct test_officer *by = test_officer(h, "leader", "98101");
	struct opinion_new v[PART];
	struct opinion_list q = test_first_opinions;
	size_t rows = 0;
	for (size_t i = 0; i < PART; i++)
		v[i] = (struct opinion_new){ .words = long_words(h) };
	(void)test_record(h, by, "dialogue_regular", "2026-03-01", 0, false);
	struct opinion_add add = { .meeting = q.meeting, .opinions = { v, PART } };
	for (unsigned i = 0; i < PARTS; i++)
		test_must(h, by, CMD_opinion_add, &add);
	do {
		struct test_reply page;
		assert_int_equal(test_read(h, by, CMD_opinion_list, &q, &page), OK);
		assert_true(h->reply.n < message_bytes);
		rows += page.tables[0].row_count;
		q.after = page.next;
	} while (q.after.n > 0);
	assert_int_equal(rows, (size_t)PARTS * PART);
}

/* A case is one reply: where its words are too many, the later steps tell their first line. */
static void a_case_of_long_words_fits_a_message(void **state)
{
	(void)state;
	enum { TIMES = 12 };
	AUTO(test_house_close) struct test_house *h = test_house_filled();
	const struct test_officer *by = test_officer(h, "leader", "98");
	struct case_number q = test_case_number("98101/2026/1");
	struct case_classify classify = { .number = q.number, .kind = text_of("PHAN_ANH") };
	struct case_refer refer = {
		.number = q.number, .to = text_of("98101-KT"), .document = text_of("3/CV")
	};
	struct case_return back = {
		.number = q.number, .ground = text_of("not_ours"), .words = long_words(h)
	};
	test_must(h, by, CMD_case_classify, &classify);
	for (unsigned i = 0; i < TIMES; i++) {
		test_must(h, by, CMD_case_refer, &refer);
		test_must(h, by, CMD_case_return, &back);
	}
	struct test_reply reply;
	assert_int_equal(test_read(h, by, CMD_case_show, &q, &reply), OK);
	assert_true(h->reply.n < message_bytes);
	assert_int_equal(reply.tables[1].row_count, 2 + (size_t)2 * TIMES);
	assert_int_equal(strlen(test_cell(&reply, "case_steps", 3, "words")), 30000);
	const char *last = test_cell(&reply, "case_steps", 1 + (size_t)2 * TIMES, "words");
	assert_int_equal(strlen(last), LINE_CELLS - 1 + strlen("…"));
}

/* Sealed cases. */

static void assert_silent(struct test_house *h, const struct test_officer *by, const char *text)
{
	static const char *const words[] = { TEST_SPEAKER, TEST_SUMMARY, TEST_WORDS, ANSWER,
		"roads", "water", "98101-CA" };
	const struct case_number q = test_case_number(text);
	const enum cmd asked[] = { CMD_case_show, CMD_case_explain };
	for (size_t i = 0; i < COUNT(asked); i++) {
		struct fault f = { 0 };
		assert_int_equal(test_ask(h, by, asked[i], &q, &f), OK);
		for (size_t k = 0; k < COUNT(words); k++)
			assert_null(memmem(h->reply.p, h->reply.n, words[k], strlen(words[k])));
	}
	assert_string_equal(test_fact(h, by, CMD_case_show, &q, "number"), text);
	assert_string_equal(test_fact(h, by, CMD_case_show, &q, "kind"), "TC");
	assert_string_equal(test_fact(h, by, CMD_case_show, &q, "paper"), "tủ 3");
	assert_non_null(test_fact(h, by, CMD_case_show, &q, "custodian"));
	assert_non_null(test_fact(h, by, CMD_case_show, &q, "received"));
	assert_null(test_fact(h, by, CMD_case_show, &q, "topic"));
	assert_null(test_fact(h, by, CMD_case_show, &q, "place"));
	assert_null(test_fact(h, by, CMD_case_show, &q, "words"));
}

static void a_sealed_case_tells_no_word(void **state)
{
	(void)state;
	AUTO(test_house_close) struct test_house *h = test_house_filled();
	const struct test_officer *leader = test_officer(h, "leader", "98101");
	struct case_classify q = { .number = text_of("98101/2026/1"), .kind = text_of("PHAN_ANH") };
	struct case_refer refer = {
		.number = q.number, .to = text_of("98101-KT"), .document = text_of("3/CV")
	};
	struct case_return back = {
		.number = q.number, .ground = text_of("not_ours"), .words = text_of(ANSWER)
	};
	test_must(h, leader, CMD_case_classify, &q);
	test_must(h, leader, CMD_case_refer, &refer);
	test_must(h, leader, CMD_case_return, &back);
	q.kind = text_of("TC");
	q.custodian = leader->number;
	q.paper = text_of("tủ 3");
	test_must(h, leader, CMD_case_classify, &q);
	assert_silent(h, leader, "98101/2026/1"); /* it had words, and was sealed later */
	assert_silent(h, leader, "98101/2026/3"); /* it never had any */
	const char *all =
		test_shown(h, leader, CMD_opinion_list, &test_first_opinions, "opinion_list");
	assert_non_null(strstr(all,
		"1|98101/2026/1|CLASSIFIED|TC|-|98101|2026-03-31|-|sealed|-|-|-|-|-|-|-|-|-|-\n"));
	assert_non_null(strstr(all,
		"3|98101/2026/3|RECORDED|TC|-|98101|2026-03-31|-|sealed|-|-|-|-|-|-|-|-|-|-\n"));
	struct case_list topic = { .topic = text_of("water") };
	assert_string_equal(test_shown(h, leader, CMD_case_list, &topic, "case_list"), "");
}

/* Units that ended. */

static void what_an_ended_unit_did_is_seen_where_it_lay(void **state)
{
	(void)state;
	AUTO(test_house_close) struct test_house *h = test_house_open();
	const struct test_officer *above = test_officer(h, "leader", "98"),
				  *other = test_officer_new(h, "leader", "97");
	struct opinion_new v = test_opinion_new("KN", "land");
	test_record_at(h, above, "98501", "2025-06-01", &v, 1); /* below 985 then */
	test_record_at(h, above, "98501", "2025-08-01", &v, 1);
	test_record_at(h, above, "98103", "2025-06-01", &v, 1); /* ended; the code lives on in 97 */
	test_record_at(h, other, "98103", "2025-08-01", &v, 1);
	struct meeting_list q = { 0 };
	assert_string_equal(test_shown(h, above, CMD_meeting_list, &q, "meeting_list"),
		"98501/2025/1|2025-06-01|dialogue_regular|RECORDED|1|1|0|0\n"
		"98501/2025/2|2025-08-01|dialogue_regular|RECORDED|1|1|0|0\n"
		"98103/2025/1|2025-06-01|dialogue_regular|RECORDED|1|1|0|0\n");
	assert_string_equal(test_shown(h, other, CMD_meeting_list, &q, "meeting_list"),
		"98103/2025/2|2025-08-01|dialogue_regular|RECORDED|1|1|0|0\n");
	q.unit = text_of("98501"); /* the unit that bears the code today */
	assert_int_equal(test_lines(test_shown(h, above, CMD_meeting_list, &q, "meeting_list")), 1);
	struct test_reply reply;
	q.unit = text_of("985");
	assert_int_equal(test_read(h, above, CMD_meeting_list, &q, &reply), E_ENDED);
	q.unit = text_of("97");
	assert_int_equal(test_read(h, above, CMD_meeting_list, &q, &reply), E_NOT_FOUND);
	struct case_number c = test_case_number("98103/2025/2");
	assert_int_equal(test_read(h, above, CMD_case_show, &c, &reply), E_NOT_FOUND);
	c = test_case_number("98103/2025/1");
	assert_int_equal(test_read(h, other, CMD_case_show, &c, &reply), E_NOT_FOUND);
	struct unit_list units = { .unit = text_of("98"), .at = test_day("2025-06-30") };
	assert_non_null(strstr(test_shown(h, other, CMD_unit_list, &units, "unit_list"),
		"985|985|committee|district|98|2000-01-01|2025-07-01\n"));
	units.at = 0;
	assert_null(strstr(test_shown(h, other, CMD_unit_list, &units, "unit_list"), "985|"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_role_sees_what_it_may_and_no_more),
		cmocka_unit_test(what_may_not_be_seen_is_not_found),
		cmocka_unit_test(a_case_is_seen_where_it_was_sent),
		cmocka_unit_test(an_administrator_sees_officers_in_reach),
		cmocka_unit_test(pages_neither_repeat_nor_skip),
		cmocka_unit_test(pending_cases_come_by_due_day),
		cmocka_unit_test(pending_cases_of_many_units_come_by_due_day),
		cmocka_unit_test(a_page_walks_so_far_and_no_further),
		cmocka_unit_test(a_page_of_long_words_fits_a_message),
		cmocka_unit_test(a_case_of_long_words_fits_a_message),
		cmocka_unit_test(a_sealed_case_tells_no_word),
		cmocka_unit_test(what_an_ended_unit_did_is_seen_where_it_lay),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
