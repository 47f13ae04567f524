/*
 * test_report.c: the reading commands: what each role sees, pages, sealed cases, units that ended,
 * the states of meetings, the steps of a case, and why it is due when it is.
 */
#include "tests/lib/test.h"

#include "clients/reply.h"
#include "daemon/report/report.h"
#include "proto/day.h"
#include "tests/lib/house.h"

#include <stdio.h>

#define WORDS   "Cống trước trường bị tắc"
#define SPEAKER "Lê Thị Bảy"
#define SUMMARY "Cống tắc"
#define ANSWER  "Đã thông cống ngày hôm qua"

/* Asking. */

static enum err ask_bytes(struct test_house *h, const struct test_officer *by, enum cmd cmd,
	const void *record, struct writer *w, struct fault *f)
{
	AUTO(writer_fini) struct writer params = { 0 };
	AUTO(arena_fini) struct arena arena = { 0 };
	struct house house = { 0 };
	struct txn *txn = test_txn(h);
	record_write_wire(&params, cmds[cmd].record(), record, NULL, NULL);
	assert_int_equal(house_refresh(&house, txn, f), OK);
	struct report r = { .txn = txn,
		.arena = &arena,
		.house = &house,
		.cmd = &cmds[cmd],
		.now = h->now,
		.today = day_of_time(h->now, house.zone),
		.officer = by->number,
		.key = bytes_of(by->key, KEY_ID_BYTES),
		.fault = f };
	grants_load(&r.grants, txn, by->number, &arena);
	enum err err = report_run(&r, writer_bytes(&params), w);
	report_fini(&r);
	house_fini(&house);
	test_txn_end(h, txn);
	return err;
}

static enum err ask(struct test_house *h, const struct test_officer *by, enum cmd cmd,
	const void *record, struct reply *to)
{
	AUTO(writer_fini) struct writer w = { 0 };
	struct fault f = { 0 };
	enum err err = ask_bytes(h, by, cmd, record, &w, &f);
	if (err == OK)
		assert_int_equal(reply_add(to, writer_bytes(&w), &f), OK);
	return err;
}

/* The rows of a table, a line each; cells that are nil as "-". */
static const char *rows(struct test_house *h, const struct reply *reply, const char *name)
{
	AUTO(writer_fini) struct writer w = { 0 };
	const struct table *t = reply_table(reply, name);
	assert_non_null(t);
	for (size_t i = 0; i < t->row_count * t->column_count; i++) {
		const struct cell *c = &t->cells[i];
		char number[24];
		snprintf(number, sizeof(number), "%lld", (long long)c->number);
		struct text text = c->kind == CELL_TEXT     ? c->text
				   : c->kind == CELL_NUMBER ? text_of(number)
							    : text_of("-");
		write_raw(&w, text.p, text.n);
		write_raw(&w, (i + 1) % t->column_count == 0 ? "\n" : "|", 1);
	}
	return arena_text(&h->arena, (struct text){ (const char *)w.p, w.n }).p;
}

static const char *shown(struct test_house *h, const struct test_officer *by, enum cmd cmd,
	const void *record, const char *table)
{
	AUTO(reply_fini) struct reply reply = { 0 };
	assert_int_equal(ask(h, by, cmd, record, &reply), OK);
	return rows(h, &reply, table);
}

/* The value of a fact; NULL when there is none. */
static const char *fact(struct test_house *h, const struct test_officer *by, enum cmd cmd,
	const void *record, const char *what)
{
	AUTO(reply_fini) struct reply reply = { 0 };
	assert_int_equal(ask(h, by, cmd, record, &reply), OK);
	const struct cell *cell = table_fact(&reply.tables[0], what);
	return cell->kind == CELL_NIL ? NULL : arena_text(&h->arena, cell_text(cell)).p;
}

static size_t lines(const char *text)
{
	size_t n = 0;
	for (; *text != '\0'; text++)
		n += *text == '\n';
	return n;
}

/* Filling. */

static struct opinion_new opinion(const char *kind, const char *topic)
{
	return (struct opinion_new){ .kind = text_of(kind),
		.topic = text_of(topic),
		.words = text_of(WORDS "\nMưa là ngập"),
		.summary = text_of(SUMMARY),
		.speaker = text_of(SPEAKER) };
}

static struct opinion_new denunciation(const struct test_officer *custodian)
{
	return (struct opinion_new){ .kind = text_of("TC"),
		.topic = text_of("water"),
		.place = text_of("98101-CA"),
		.custodian = custodian->number,
		.paper = text_of("tủ 3") };
}

/* A meeting of a unit with these opinions; the minutes closed. */
static void record_meeting(struct test_house *h, const struct test_officer *by, const char *unit,
	const char *day, struct opinion_new *v, size_t n)
{
	struct meeting_new meeting = { .unit = text_of(unit),
		.kind = text_of("dialogue_regular"),
		.day = test_day(day),
		.venue = text_of("Nhà văn hóa"),
		.attendance = text_of(SPEAKER) };
	struct meeting_record q = {
		.meeting = { &meeting, 1 }, .opinions = { v, n }, .count = n, .closed = 1
	};
	test_must(h, by, CMD_meeting_record, &q);
}

/* 98101/2026/1 with PHAN_ANH on roads, KN on land, a sealed TC, one without a kind. */
static struct test_house *fill(void)
{
	struct test_house *h = test_house_open();
	struct opinion_new v[] = { opinion("PHAN_ANH", "roads"), opinion("KN", "land"),
		denunciation(test_officer(h, "custodian", "98101")), opinion(NULL, NULL) };
	record_meeting(
		h, test_officer(h, "receptionist", "98101"), "98101", "2026-03-01", v, COUNT(v));
	return h;
}

/* All live opinions in one item, checked and issued. */
static void conclude(struct test_house *h, const char *meeting, uint32_t version,
	struct item_new *items, size_t n)
{
	const struct test_officer *leader = test_officer(h, "leader", "98101");
	uint8_t content[32];
	struct meeting_number draft = { text_of(meeting) };
	struct conclusion_put put = { text_of(meeting), version, 1, { items, n } };
	test_must(h, leader, CMD_conclusion_draft, &draft);
	test_must(h, leader, CMD_conclusion_put, &put);
	test_content(h, test_number(h, meeting), version, content);
	struct conclusion_step step = { .meeting = text_of(meeting),
		.version = version,
		.content = bytes_of(content, sizeof(content)) };
	test_must(h, leader, CMD_conclusion_check, &step);
	step.document = text_of("12/TB-UBND");
	test_must(h, leader, CMD_conclusion_issue, &step);
}

static const uint32_t first_four[] = { 1, 2, 3, 4 }, fifth[] = { 5 };

static struct item_new direction(struct uints opinions)
{
	return (struct item_new){ .opinions = opinions,
		.how = text_of("direction"),
		.unit = text_of("98101-KT"),
		.due = test_day("2026-04-01"),
		.words = text_of("Giao phòng kinh tế xem xét") };
}

static const struct meeting_number first_meeting = { { "98101/2026/1", 12 } };
static const struct opinion_list first_opinions = { .meeting = { "98101/2026/1", 12 } };
static const struct conclusion_show first_conclusion = { .meeting = { "98101/2026/1", 12 } };

static struct case_number number(const char *text)
{
	return (struct case_number){ text_of(text) };
}

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
	static const char *const words[] = { SPEAKER, SUMMARY, "Cống trước", "Giao phòng",
		"Nhà văn hóa" };
	const struct case_list cases = { .unit = text_of("98101") };
	const struct case_number one = number("98101/2026/1");
	const struct {
		enum cmd cmd;
		const void *record;
		size_t word; /* that it shows to those who read */
	} asked[] = { { CMD_meeting_show, &first_meeting, 4 },
		{ CMD_opinion_list, &first_opinions, 2 },
		{ CMD_conclusion_show, &first_conclusion, 3 }, { CMD_case_list, &cases, 1 },
		{ CMD_case_show, &one, 0 } };
	for (size_t i = 0; i < COUNT(asked); i++) {
		AUTO(writer_fini) struct writer w = { 0 };
		struct fault f = { 0 };
		assert_int_equal(ask_bytes(h, by, asked[i].cmd, asked[i].record, &w, &f), OK);
		for (size_t k = 0; k < COUNT(words); k++) {
			bool found = memmem(w.p, w.n, words[k], strlen(words[k])) != NULL;
			if (!reads)
				assert_false(found);
			else if (k == asked[i].word)
				assert_true(found);
		}
	}
}

static void assert_role(struct test_house *h, const struct test_officer *by, bool sees, bool reads)
{
	AUTO(reply_fini) struct reply reply = { 0 };
	const struct meeting_list meetings = { 0 };
	const struct case_list cases = { 0 };
	const struct case_number one = number("98101/2026/1");
	if (sees) {
		assert_int_equal(
			lines(shown(h, by, CMD_meeting_list, &meetings, "meeting_list")), 1);
		assert_true(lines(shown(h, by, CMD_case_list, &cases, "case_list")) >= 4);
		assert_words(h, by, reads);
		return;
	}
	assert_int_equal(ask(h, by, CMD_meeting_list, &meetings, &reply), E_NOT_ALLOWED);
	assert_int_equal(ask(h, by, CMD_meeting_show, &first_meeting, &reply), E_NOT_ALLOWED);
	assert_int_equal(ask(h, by, CMD_opinion_list, &first_opinions, &reply), E_NOT_ALLOWED);
	assert_int_equal(ask(h, by, CMD_conclusion_show, &first_conclusion, &reply), E_NOT_ALLOWED);
	assert_int_equal(ask(h, by, CMD_case_list, &cases, &reply), E_NOT_ALLOWED);
	assert_int_equal(ask(h, by, CMD_case_show, &one, &reply), E_NOT_ALLOWED);
	assert_int_equal(ask(h, by, CMD_case_explain, &one, &reply), E_NOT_ALLOWED);
}

static void each_role_sees_what_it_may_and_no_more(void **state)
{
	(void)state;
	static const char *const above[] = { "", "98", "98101" };
	AUTO(test_house_close) struct test_house *h = fill();
	struct item_new item = direction((struct uints){ first_four, 4 });
	const struct page page = { 0 };
	const struct nothing nothing = { 0 };
	conclude(h, "98101/2026/1", 1, &item, 1);
	for (size_t i = 0; i < COUNT(expected); i++)
		for (size_t u = 0; u < COUNT(above); u++) {
			const struct test_officer *by = test_officer(h, expected[i].role, above[u]);
			AUTO(reply_fini) struct reply reply = { 0 };
			assert_role(h, by, expected[i].sees, expected[i].reads);
			assert_int_equal(ask(h, by, CMD_officer_list, &page, &reply),
				expected[i].administers ? OK : E_NOT_ALLOWED);
			assert_int_equal(lines(shown(h, by, CMD_whoami, &nothing, "whoami")), 1);
			assert_int_equal(
				ask(h, by, CMD_unit_list, &(struct unit_list){ 0 }, &reply), OK);
			assert_int_equal(ask(h, by, CMD_status, &nothing, &reply), OK);
			assert_int_equal(ask(h, by, CMD_policy_show, &nothing, &reply), OK);
		}
}

/* What is not there and what is not to be seen get the same answer, word for word. */
static void what_may_not_be_seen_is_not_found(void **state)
{
	(void)state;
	static const char *const elsewhere[] = { "98102", "98101-CA", "98-KT" };
	AUTO(test_house_close) struct test_house *h = fill();
	for (size_t i = 0; i < COUNT(expected) - 1; i++)
		for (size_t u = 0; u < COUNT(elsewhere); u++) {
			const struct test_officer *by =
				test_officer(h, expected[i].role, elsewhere[u]);
			struct case_number c = number("98101/2026/1"),
					   none = number("98101/2026/9");
			struct meeting_number nowhere = { text_of("98101/2026/7") };
			struct fault f = { 0 }, g = { 0 };
			AUTO(writer_fini) struct writer w = { 0 };
			assert_int_equal(ask_bytes(h, by, CMD_case_show, &c, &w, &f), E_NOT_FOUND);
			assert_int_equal(
				ask_bytes(h, by, CMD_case_show, &none, &w, &g), E_NOT_FOUND);
			assert_string_equal(f.field, g.field);
			assert_string_equal(f.what, "98101/2026/1");
			assert_string_equal(g.what, "98101/2026/9");
			assert_int_equal(
				ask_bytes(h, by, CMD_case_explain, &c, &w, &f), E_NOT_FOUND);
			assert_int_equal(ask_bytes(h, by, CMD_meeting_show, &first_meeting, &w, &f),
				E_NOT_FOUND);
			assert_int_equal(
				ask_bytes(h, by, CMD_meeting_show, &nowhere, &w, &g), E_NOT_FOUND);
			assert_string_equal(f.field, g.field);
			assert_int_equal(
				ask_bytes(h, by, CMD_opinion_list, &first_opinions, &w, &f),
				E_NOT_FOUND);
			assert_int_equal(
				ask_bytes(h, by, CMD_conclusion_show, &first_conclusion, &w, &f),
				E_NOT_FOUND);
			assert_int_equal(w.n, 0);
			assert_string_equal(
				shown(h, by, CMD_case_list, &(struct case_list){ 0 }, "case_list"),
				"");
			assert_string_equal(shown(h, by, CMD_meeting_list,
						    &(struct meeting_list){ 0 }, "meeting_list"),
				"");
		}
}

static void a_case_is_seen_where_it_was_sent(void **state)
{
	(void)state;
	AUTO(test_house_close) struct test_house *h = fill();
	const struct test_officer *leader = test_officer(h, "leader", "98101"),
				  *far = test_officer(h, "handler", "98-KT");
	struct case_number q = number("98101/2026/2");
	struct case_classify classify = { .number = q.number, .kind = text_of("KN") };
	struct case_refer refer = {
		.number = q.number, .to = text_of("98-KT"), .document = text_of("7/CV")
	};
	test_must(h, leader, CMD_case_classify, &classify);
	test_must(h, leader, CMD_case_refer, &refer);
	assert_string_equal(fact(h, far, CMD_case_show, &q, "words"), WORDS "\nMưa là ngập");
	assert_string_equal(fact(h, far, CMD_case_show, &q, "responsible"), "98-KT");
	assert_string_equal(shown(h, far, CMD_case_list, &(struct case_list){ 0 }, "case_list"),
		"98101/2026/2|REFERRED|KN|land|98-KT|2026-03-01|2026-03-31|29|" SUMMARY "\n");
	AUTO(reply_fini) struct reply reply = { 0 };
	assert_int_equal(ask(h, far, CMD_meeting_show, &first_meeting, &reply), E_NOT_FOUND);
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
	AUTO(reply_fini) struct reply reply = { 0 };
	assert_int_equal(
		lines(shown(h, all, CMD_officer_list, &page, "officer_list")), h->officer_count);
	assert_int_equal(lines(shown(h, some, CMD_officer_list, &page, "officer_list")),
		3 * role_count); /* of 98101 and its two offices */
	const char *row = shown(h, some, CMD_officer_show, &a, "officer_list");
	assert_non_null(strstr(row, "|Nguyễn Thị Hoa|handler|98101-KT|1\n"));
	assert_int_equal(lines(shown(h, some, CMD_officer_show, &a, "officer_keys")), 1);
	assert_int_equal(lines(shown(h, some, CMD_officer_show, &a, "officer_grants")), 1);
	assert_int_equal(ask(h, some, CMD_officer_show, &b, &reply), E_NOT_FOUND);
	assert_int_equal(ask(h, all, CMD_officer_show, &none, &reply), E_NOT_FOUND);
	/* a second role within reach brings her into view, under that role */
	struct grant_add grant = {
		.officer = far->number, .role = text_of("monitor"), .unit = text_of("98101-CA")
	};
	test_must(h, all, CMD_grant_add, &grant);
	grant.unit = text_of("98-KT");
	test_must(h, all, CMD_grant_add, &grant);
	row = shown(h, some, CMD_officer_show, &b, "officer_list");
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
	AUTO(reply_fini) struct reply whole = { 0 }, pages = { 0 };
	const uint64_t all = LIMIT_PAGE, one = 1;
	size_t asked = 0;
	memcpy(q, request, record->size);
	memcpy(q + limit->offset, &all, sizeof(all));
	assert_int_equal(ask(h, by, cmd, q, &whole), OK);
	assert_int_equal(whole.next.n, 0);
	memcpy(q + limit->offset, &one, sizeof(one));
	do {
		memcpy(q + after->offset, &pages.next, sizeof(pages.next));
		assert_int_equal(ask(h, by, cmd, q, &pages), OK);
		asked++;
	} while (pages.next.n > 0);
	const char *name = arena_text(&h->arena, whole.tables[whole.table_count - 1].name).p;
	assert_string_equal(rows(h, &pages, name), rows(h, &whole, name));
	assert_int_equal(lines(rows(h, &whole, name)), want);
	if (want > 0)
		assert_int_equal(asked, want);
}

static void fill_more(struct test_house *h)
{
	const struct test_officer *by = test_officer(h, "leader", "98");
	struct opinion_new v[3];
	static const char *const where[] = { "98102", "98", "98101", "98102", "98101" };
	for (size_t i = 0; i < COUNT(where); i++) {
		v[0] = opinion("KN", "land");
		v[1] = opinion(NULL, "water");
		v[2] = opinion("PHAN_ANH", NULL);
		record_meeting(h, by, where[i], i % 2 ? "2026-02-11" : "2026-02-20", v, COUNT(v));
	}
	struct item_new items[] = { direction((struct uints){ first_four, 2 }),
		direction((struct uints){ first_four + 2, 2 }) };
	items[1].how = text_of("answer");
	items[1].unit = (struct text){ 0 };
	items[1].due = 0;
	conclude(h, "98101/2026/1", 1, items, COUNT(items));
}

static void pages_neither_repeat_nor_skip(void **state)
{
	(void)state;
	AUTO(test_house_close) struct test_house *h = fill();
	const struct test_officer *by = test_officer(h, "leader", "98"),
				  *admin = test_officer(h, "admin", "98101");
	struct meeting_list meetings = { 0 };
	struct case_list cases = { 0 };
	fill_more(h);
	assert_pages(h, by, CMD_unit_list, &(struct unit_list){ 0 }, 9);
	assert_pages(h, admin, CMD_officer_list, &(struct page){ 0 }, 3 * role_count);
	assert_pages(h, by, CMD_meeting_list, &meetings, 6);
	meetings.state = text_of("unfinished");
	assert_pages(h, by, CMD_meeting_list, &meetings, 5);
	meetings.state = text_of("concluded");
	assert_pages(h, by, CMD_meeting_list, &meetings, 1);
	meetings.state = (struct text){ 0 };
	meetings.from = test_day("2026-02-15");
	assert_pages(h, by, CMD_meeting_list, &meetings, 4);
	assert_pages(h, by, CMD_opinion_list, &first_opinions, 4);
	assert_pages(h, by, CMD_conclusion_show, &first_conclusion, 2);
	assert_pages(h, by, CMD_case_list, &cases, 17);
	cases.state = text_of("RESOLVED");
	assert_pages(h, by, CMD_case_list, &cases, 2);
	cases.state = text_of("recorded");
	assert_pages(h, by, CMD_case_list, &cases, 17);
	cases.topic = text_of("land");
	assert_pages(h, by, CMD_case_list, &cases, 6);
	cases = (struct case_list){ .meeting = text_of("98101/2026/1") };
	assert_pages(h, by, CMD_case_list, &cases, 2);
	cases.kind = text_of("KN");
	assert_pages(h, by, CMD_case_list, &cases, 1);
	cases.meeting = text_of("98102/2026/1");
	cases.state = text_of("VOIDED");
	assert_pages(h, by, CMD_case_list, &cases, 0);
}

static void pending_cases_come_by_due_day(void **state)
{
	(void)state;
	AUTO(test_house_close) struct test_house *h = fill();
	const struct test_officer *by = test_officer(h, "processor", "98101");
	struct case_list q = { 0 };
	assert_string_equal(shown(h, by, CMD_case_list, &q, "case_list"),
		"98101/2026/1|RECORDED|PHAN_ANH|roads|98101|2026-03-01|2026-03-20|18|" SUMMARY "\n"
		"98101/2026/2|RECORDED|KN|land|98101|2026-03-01|2026-03-31|29|" SUMMARY "\n"
		"98101/2026/3|RECORDED|TC|-|98101|2026-03-01|2026-03-31|29|-\n"
		"98101/2026/4|RECORDED|-|-|98101|2026-03-01|-|-|" SUMMARY "\n");
	q.due = test_day("2026-03-20");
	assert_int_equal(lines(shown(h, by, CMD_case_list, &q, "case_list")), 1);
	q.due = test_day("2026-03-31");
	assert_int_equal(lines(shown(h, by, CMD_case_list, &q, "case_list")), 3);
	h->now = test_time("2026-04-02", 9);
	assert_non_null(strstr(shown(h, by, CMD_case_list, &q, "case_list"), "|2026-03-20|-13|"));
}

/* Ten thousand rows that do not fit are not walked in one go, and none is lost. */
static void a_page_walks_so_far_and_no_further(void **state)
{
	(void)state;
	enum { PARTS = 35, PART = 300 };
	AUTO(test_house_close) struct test_house *h = test_house_open();
	const struct test_officer *by = test_officer(h, "leader", "98101");
	struct case_list q = { .state = text_of("GUIDED") };
	struct case_number last = number("98101/2026/10500");
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
		AUTO(reply_fini) struct reply reply = { 0 };
		q.meeting = text_of(way == 0 ? "" : "98101/2026/1");
		q.after = (struct bytes){ 0 };
		assert_int_equal(ask(h, by, CMD_case_list, &q, &reply), OK);
		assert_string_equal(rows(h, &reply, "case_list"), "");
		assert_true(reply.next.n > 0);
		q.after = reply.next;
		assert_int_equal(ask(h, by, CMD_case_list, &q, &reply), OK);
		assert_int_equal(lines(rows(h, &reply, "case_list")), 1);
		assert_int_equal(reply.next.n, 0);
	}
}

/* Sealed cases. */

static void assert_silent(struct test_house *h, const struct test_officer *by, const char *text)
{
	static const char *const words[] = { SPEAKER, SUMMARY, WORDS, ANSWER, "roads", "water",
		"98101-CA" };
	const struct case_number q = number(text);
	const enum cmd asked[] = { CMD_case_show, CMD_case_explain };
	for (size_t i = 0; i < COUNT(asked); i++) {
		AUTO(writer_fini) struct writer w = { 0 };
		struct fault f = { 0 };
		assert_int_equal(ask_bytes(h, by, asked[i], &q, &w, &f), OK);
		for (size_t k = 0; k < COUNT(words); k++)
			assert_null(memmem(w.p, w.n, words[k], strlen(words[k])));
	}
	assert_string_equal(fact(h, by, CMD_case_show, &q, "number"), text);
	assert_string_equal(fact(h, by, CMD_case_show, &q, "kind"), "TC");
	assert_string_equal(fact(h, by, CMD_case_show, &q, "paper"), "tủ 3");
	assert_non_null(fact(h, by, CMD_case_show, &q, "custodian"));
	assert_non_null(fact(h, by, CMD_case_show, &q, "received"));
	assert_null(fact(h, by, CMD_case_show, &q, "topic"));
	assert_null(fact(h, by, CMD_case_show, &q, "place"));
	assert_null(fact(h, by, CMD_case_show, &q, "words"));
}

static void a_sealed_case_tells_no_word(void **state)
{
	(void)state;
	AUTO(test_house_close) struct test_house *h = fill();
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
	const char *all = shown(h, leader, CMD_opinion_list, &first_opinions, "opinion_list");
	assert_non_null(
		strstr(all, "1|98101/2026/1|CLASSIFIED|TC|-|98101|2026-03-31|-|sealed|-|-|-\n"));
	assert_non_null(
		strstr(all, "3|98101/2026/3|RECORDED|TC|-|98101|2026-03-31|-|sealed|-|-|-\n"));
	struct case_list topic = { .topic = text_of("water") };
	assert_string_equal(shown(h, leader, CMD_case_list, &topic, "case_list"), "");
}

/* Units that ended. */

static void what_an_ended_unit_did_is_seen_where_it_lay(void **state)
{
	(void)state;
	AUTO(test_house_close) struct test_house *h = test_house_open();
	const struct test_officer *above = test_officer(h, "leader", "98"),
				  *other = test_officer_new(h, "leader", "97");
	struct opinion_new v = opinion("KN", "land");
	record_meeting(h, above, "98501", "2025-06-01", &v, 1); /* below 985 then */
	record_meeting(h, above, "98501", "2025-08-01", &v, 1);
	record_meeting(h, above, "98103", "2025-06-01", &v, 1); /* ended; the code lives on in 97 */
	record_meeting(h, other, "98103", "2025-08-01", &v, 1);
	struct meeting_list q = { 0 };
	assert_string_equal(shown(h, above, CMD_meeting_list, &q, "meeting_list"),
		"98501/2025/1|2025-06-01|dialogue_regular|RECORDED|1|1|0|0\n"
		"98103/2025/1|2025-06-01|dialogue_regular|RECORDED|1|1|0|0\n"
		"98501/2025/2|2025-08-01|dialogue_regular|RECORDED|1|1|0|0\n");
	assert_string_equal(shown(h, other, CMD_meeting_list, &q, "meeting_list"),
		"98103/2025/2|2025-08-01|dialogue_regular|RECORDED|1|1|0|0\n");
	q.unit = text_of("98501"); /* the unit that bears the code today */
	assert_int_equal(lines(shown(h, above, CMD_meeting_list, &q, "meeting_list")), 1);
	AUTO(reply_fini) struct reply reply = { 0 };
	q.unit = text_of("985");
	assert_int_equal(ask(h, above, CMD_meeting_list, &q, &reply), E_ENDED);
	q.unit = text_of("97");
	assert_int_equal(ask(h, above, CMD_meeting_list, &q, &reply), E_NOT_FOUND);
	struct case_number c = number("98103/2025/2");
	assert_int_equal(ask(h, above, CMD_case_show, &c, &reply), E_NOT_FOUND);
	c = number("98103/2025/1");
	assert_int_equal(ask(h, other, CMD_case_show, &c, &reply), E_NOT_FOUND);
	struct unit_list units = { .unit = text_of("98"), .at = test_day("2025-06-30") };
	assert_non_null(strstr(shown(h, other, CMD_unit_list, &units, "unit_list"),
		"985|985|committee|district|98|2000-01-01|2025-07-01\n"));
	units.at = 0;
	assert_null(strstr(shown(h, other, CMD_unit_list, &units, "unit_list"), "985|"));
}

/* Meetings and conclusions. */

static const char *state_of_first(struct test_house *h)
{
	return fact(
		h, test_officer(h, "front", "98101"), CMD_meeting_show, &first_meeting, "state");
}

static void a_meeting_goes_through_its_states(void **state)
{
	(void)state;
	AUTO(test_house_close) struct test_house *h = test_house_open();
	const struct test_officer *by = test_officer(h, "leader", "98101");
	struct item_new item = direction((struct uints){ first_four, 4 });
	struct minutes_close close = { text_of("98101/2026/1"), 4 };
	struct opinion_add late = { .meeting = close.meeting };
	AUTO(reply_fini) struct reply reply = { 0 };
	(void)test_record(h, by, "dialogue_regular", "2026-03-01", 4, false);
	assert_string_equal(state_of_first(h), "OPEN");
	test_must(h, by, CMD_minutes_close, &close);
	assert_string_equal(state_of_first(h), "RECORDED");
	assert_int_equal(ask(h, by, CMD_conclusion_show, &first_conclusion, &reply), E_NO_DRAFT);
	conclude(h, "98101/2026/1", 1, &item, 1);
	assert_string_equal(state_of_first(h), "CONCLUDED");
	late.opinions = test_opinions(h, 1, "KN", "land");
	test_must(h, by, CMD_opinion_add, &late);
	assert_string_equal(state_of_first(h), "INCOMPLETE");
	assert_non_null(strstr(shown(h, by, CMD_opinion_list, &first_opinions, "opinion_list"),
		"5|98101/2026/5|RECORDED|KN|land|98101|2026-03-31|-|late|Trần Văn Sáu|-|"));
	item.opinions = (struct uints){ fifth, 1 };
	conclude(h, "98101/2026/1", 2, &item, 1);
	assert_string_equal(state_of_first(h), "CONCLUDED");
	assert_int_equal(
		lines(shown(h, by, CMD_meeting_show, &first_meeting, "conclusion_facts")), 2);
	assert_non_null(strstr(shown(h, by, CMD_opinion_list, &first_opinions, "opinion_list"),
		"|98101-KT|2026-04-01|2/1 direction|late|"));
	struct conclusion_show q = { .meeting = close.meeting, .version = 1 };
	const char *items = shown(h, by, CMD_conclusion_show, &q, "conclusion_items");
	assert_non_null(strstr(items, "1|1,2,3,4|direction|98101-KT|2026-04-01|-|Giao phòng"));
	assert_non_null(strstr(shown(h, by, CMD_conclusion_show, &q, "conclusion_facts"),
		"98101/2026/1|1|ISSUED|1|"));
	q.version = 3;
	assert_int_equal(ask(h, by, CMD_conclusion_show, &q, &reply), E_NOT_FOUND);
}

static struct text basis(struct test_house *h)
{
	AUTO(reply_fini) struct reply reply = { 0 };
	const struct test_officer *by = test_officer(h, "front", "98101");
	assert_int_equal(ask(h, by, CMD_conclusion_show, &first_conclusion, &reply), OK);
	const struct table *t = reply_table(&reply, "conclusion_facts");
	struct text hash = cell_text(table_cell(t, 0, "basis"));
	assert_int_equal(hash.n, 64);
	return arena_text(&h->arena, hash);
}

static void the_basis_changes_with_the_opinions(void **state)
{
	(void)state;
	AUTO(test_house_close) struct test_house *h = fill();
	const struct test_officer *by = test_officer(h, "leader", "98101");
	struct opinion_add add = { .meeting = first_meeting.meeting };
	struct opinion_void voided = { add.meeting, 4, text_of("error"), 0 };
	struct opinion_split split = { add.meeting, 2, { 0 } };
	struct case_classify classify = { .number = text_of("98101/2026/1"),
		.kind = text_of("KIEN_NGHI") };
	struct text at[5];
	test_must(h, by, CMD_conclusion_draft, &first_meeting);
	at[0] = basis(h);
	test_must(h, by, CMD_case_classify, &classify);
	assert_true(text_equal(basis(h), at[0]));
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
			assert_false(text_equal(at[i], at[k]));
	const char *all = shown(h, by, CMD_opinion_list, &first_opinions, "opinion_list");
	assert_non_null(strstr(all, "2|98101/2026/2|VOIDED|KN|land|98101|2026-03-31|-|split|"));
	assert_non_null(strstr(all, "4|98101/2026/4|VOIDED|-|-|98101|-|-|voided|"));
	assert_non_null(strstr(all, "6|98101/2026/6|RECORDED|-|-|98101|-|-|late,part of 2|"));
}

/* One case. */

static void the_steps_of_a_case_stand_in_their_order(void **state)
{
	(void)state;
	AUTO(test_house_close) struct test_house *h = fill();
	const struct test_officer *by = test_officer(h, "leader", "98101"),
				  *front = test_officer(h, "front", "98101");
	struct case_number q = number("98101/2026/1");
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
	AUTO(reply_fini) struct reply reply = { 0 };
	assert_int_equal(ask(h, by, CMD_case_show, &q, &reply), OK);
	const struct table *t = reply_table(&reply, "case_steps");
	assert_int_equal(t->row_count, COUNT(want));
	const char *line = rows(h, &reply, "case_steps");
	for (size_t i = 0; i < COUNT(want); i++, line = strchr(line, '\n') + 1) {
		const char *found = strstr(line, want[i]);
		assert_non_null(found);
		assert_true(found < strchr(line, '\n'));
		assert_int_equal(cell_number(table_cell(t, i, "officer"), 0),
			i == 0 ? test_officer(h, "receptionist", "98101")->number : by->number);
	}
	assert_int_equal(cell_number(table_cell(t, 3, "at"), 0), h->now);
	assert_true(text_is(cell_text(table_cell(t, 3, "words")), ANSWER));
	assert_string_equal(fact(h, by, CMD_case_show, &q, "outcome"), "will_do");
	assert_string_equal(fact(h, by, CMD_case_show, &q, "promised by"), "2026-05-01");
	assert_string_equal(fact(h, by, CMD_case_show, &q, "due by"), "kind");
	assert_string_equal(fact(h, by, CMD_case_show, &q, "meeting"), "98101/2026/1");
	assert_null(strstr(shown(h, front, CMD_case_show, &q, "case_steps"), ANSWER));
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
	AUTO(test_house_close) struct test_house *h = fill();
	const struct test_officer *by = test_officer(h, "leader", "98101");
	struct case_number first = number("98101/2026/1"), second = number("98101/2026/2"),
			   fourth = number("98101/2026/4");
	assert_string_equal(shown(h, by, CMD_case_explain, &first, "case_explain"),
		"route|roads|yes: accept, 98101-KT\n"
		"due|PHAN_ANH: 15 working days from 2026-03-01, policy test version "
		"1|2026-03-20\n");
	assert_string_equal(shown(h, by, CMD_case_explain, &fourth, "case_explain"),
		"route|roads|no: kind is not PHAN_ANH\nroute|land|no: kind is not KN\n"
		"route|sealed|no: kind is not TC\nroute|water|no: topic is not water\n"
		"route|own|yes: accept, 98101\ndue|-|no kind yet\n");
	adopt_other_days(h);
	const char *was = "KN: 30 days from 2026-03-01, policy test version 1|2026-03-31\n";
	assert_non_null(strstr(shown(h, by, CMD_case_explain, &second, "case_explain"), was));
	struct case_classify classify = { .number = second.number, .topic = text_of("water") };
	test_must(h, by, CMD_case_classify, &classify);
	was = "KN: 45 days from 2026-03-01, policy test2 version 2|2026-04-15\n";
	assert_non_null(strstr(shown(h, by, CMD_case_explain, &second, "case_explain"), was));
	struct item_new item = direction((struct uints){ first_four, 4 });
	conclude(h, "98101/2026/1", 1, &item, 1);
	assert_non_null(strstr(shown(h, by, CMD_case_explain, &second, "case_explain"),
		"due|item 1 of version 1 of the conclusion|2026-04-01\n"));
	assert_string_equal(fact(h, by, CMD_case_show, &second, "covered by"), "1/1");
}

/* The register itself. */

static void the_register_tells_what_it_is(void **state)
{
	(void)state;
	AUTO(test_house_close) struct test_house *h = test_house_open();
	const struct test_officer *by = test_officer(h, "auditor", "98102");
	const struct nothing q = { 0 };
	const char *terms = shown(h, by, CMD_policy_show, &q, "policy_terms");
	assert_non_null(strstr(terms, "kinds|KN|khiếu nại|-|30 days, guide\n"));
	assert_non_null(strstr(terms, "kinds|TC|tố cáo|-|30 days, refer, once, sealed\n"));
	assert_non_null(strstr(terms, "kinds|PHAN_ANH|phản ánh|-|15 working days\n"));
	assert_non_null(strstr(terms, "meeting_kinds|dialogue_adhoc|đối thoại đột xuất|-|gated\n"));
	assert_non_null(strstr(terms, "outcomes|will_do|sẽ làm|-|promise\n"));
	assert_non_null(strstr(shown(h, by, CMD_policy_show, &q, "policy_routes"),
		"land|KN|land|*|refer|98-KT\n"));
	assert_string_equal(
		fact(h, by, CMD_status, &q, "register"), "11111111111111111111111111111111");
	assert_string_equal(fact(h, by, CMD_status, &q, "last entry"), "2026-03-02 09:00:00");
	assert_string_equal(fact(h, by, CMD_status, &q, "policy"), "test");
	assert_string_equal(fact(h, by, CMD_status, &q, "zone"), "+07:00");
	assert_int_equal(strlen(fact(h, by, CMD_status, &q, "root")), 64);
	const char *me = shown(h, by, CMD_whoami, &q, "whoami");
	assert_non_null(strstr(me, "|Nguyễn Thị Hoa|auditor|98102|2026-01-01|-|-\n"));
}

static void what_is_not_known_is_refused_by_name(void **state)
{
	(void)state;
	AUTO(test_house_close) struct test_house *h = test_house_open();
	const struct test_officer *by = test_officer(h, "leader", "98101");
	AUTO(writer_fini) struct writer w = { 0 };
	struct fault f = { 0 };
	struct case_list cases = { .state = text_of("HAPPY") };
	struct meeting_list meetings = { .state = text_of("HAPPY") };
	assert_int_equal(ask_bytes(h, by, CMD_case_list, &cases, &w, &f), E_VALUE);
	assert_int_equal(ask_bytes(h, by, CMD_meeting_list, &meetings, &w, &f), E_VALUE);
	assert_string_equal(f.field, "state");
	cases = (struct case_list){ .kind = text_of("KX") };
	assert_int_equal(ask_bytes(h, by, CMD_case_list, &cases, &w, &f), E_VALUE);
	assert_string_equal(f.field, "kind");
	cases = (struct case_list){ .topic = text_of("KN") };
	assert_int_equal(ask_bytes(h, by, CMD_case_list, &cases, &w, &f), E_VALUE);
	assert_string_equal(f.field, "topic");
	meetings = (struct meeting_list){ .kind = text_of("KN") };
	assert_int_equal(ask_bytes(h, by, CMD_meeting_list, &meetings, &w, &f), E_VALUE);
	cases = (struct case_list){ .unit = text_of("99") };
	assert_int_equal(ask_bytes(h, by, CMD_case_list, &cases, &w, &f), E_NOT_FOUND);
	cases = (struct case_list){ .meeting = text_of("x") };
	assert_int_equal(ask_bytes(h, by, CMD_case_list, &cases, &w, &f), E_NUMBER);
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
		cmocka_unit_test(a_page_walks_so_far_and_no_further),
		cmocka_unit_test(a_sealed_case_tells_no_word),
		cmocka_unit_test(what_an_ended_unit_did_is_seen_where_it_lay),
		cmocka_unit_test(a_meeting_goes_through_its_states),
		cmocka_unit_test(the_basis_changes_with_the_opinions),
		cmocka_unit_test(the_steps_of_a_case_stand_in_their_order),
		cmocka_unit_test(a_case_tells_why),
		cmocka_unit_test(the_register_tells_what_it_is),
		cmocka_unit_test(what_is_not_known_is_refused_by_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
