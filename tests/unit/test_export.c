/*
 * test_export.c: pages of cases and of the journal: in order, nothing twice and nothing left out
 * while others write; what whom is shown; sealed cases; pages that fit a message.
 */
#include "tests/lib/test.h"

#include "tests/lib/reading.h"

#include <stdlib.h>

static const size_t message_bytes = (size_t)LIMIT_MESSAGE_BYTES;

static const char *cases_of(
	struct test_house *h, const struct test_officer *by, struct export_cases q)
{
	return test_shown(h, by, CMD_export_cases, &q, "export_cases");
}

static const char *journal_of(
	struct test_house *h, const struct test_officer *by, struct journal_list q)
{
	q.limit = LIMIT_PAGE;
	return test_shown(h, by, CMD_journal_list, &q, "journal_list");
}

/* Numbers of the cases, with a blank behind each. */
static const char *numbers_of(
	struct test_house *h, const struct test_officer *by, struct export_cases q)
{
	struct test_reply reply;
	const char *all = "";
	enum err err = test_read(h, by, CMD_export_cases, &q, &reply);
	assert_int_equal(err, OK);
	for (size_t i = 0; i < reply.tables[0].row_count; i++)
		all = arena_format(
			&h->arena, "%s%s ", all, test_cell(&reply, "export_cases", i, "number"))
			      .p;
	return all;
}

static void record_one(struct test_house *h, const char *unit)
{
	struct opinion_new one = test_opinion_new("KN", "land");
	test_record_at(h, test_officer(h, "leader", "98"), unit, "2026-02-20", &one, 1);
}

/* What a row is made of. */

static void a_row_tells_what_its_reader_may_read(void **state)
{
	(void)state;
	AUTO(test_house_close) struct test_house *h = test_house_filled();
	struct item_new item = test_direction(test_ordinals, 4);
	struct export_cases q = { .limit = 1, .past = text_of("98101/2026/1") };
	test_conclude(h, "98101/2026/1", 1, &item, 1);
	assert_string_equal(cases_of(h, test_officer(h, "leader", "98101"), q),
		"98101/2026/2|RECORDED|KN|land|-|98101|98101-KT|98101/2026/1|2|2026-03-01|"
		"2026-04-01|2026-03-02|-|-|-|-|-|-|-|-|-|-|-|-|-|-|-|-|" TEST_SUMMARY
		"|" TEST_SPEAKER "|-|-|" TEST_WORDS "\nMưa là ngập|-\n");
	assert_string_equal(cases_of(h, test_officer(h, "auditor", "98101"), q),
		"98101/2026/2|RECORDED|KN|land|-|98101|98101-KT|98101/2026/1|2|2026-03-01|"
		"2026-04-01|2026-03-02|-|-|-|-|-|-|-|-|-|-|-|-|-|-|-|-|-|-|-|-|-|-\n");
}

static void no_page_has_words_for_an_auditor(void **state)
{
	(void)state;
	static const char *const words[] = { TEST_SPEAKER, TEST_SUMMARY, "Cống trước", "Giao phòng",
		"Nhà văn hóa", "Nguyễn Thị Hoa" };
	static const char *const readers[] = { "auditor", "front", "custodian", "admin" };
	AUTO(test_house_close) struct test_house *h = test_house_filled();
	struct item_new item = test_direction(test_ordinals, 4);
	test_conclude(h, "98101/2026/1", 1, &item, 1);
	struct journal_list journal = { .limit = LIMIT_PAGE };
	for (size_t i = 0; i < COUNT(readers); i++) {
		const struct test_officer *by = test_officer(h, readers[i], "");
		for (journal.after = (struct bytes){ 0 };;) {
			struct test_reply page;
			assert_int_equal(test_read(h, by, CMD_journal_list, &journal, &page), OK);
			for (size_t k = 0; k < COUNT(words); k++)
				assert_null(
					memmem(h->reply.p, h->reply.n, words[k], strlen(words[k])));
			if (page.next.n == 0)
				break;
			journal.after = page.next;
		}
		if (strcmp(readers[i], "admin") == 0)
			continue;
		(void)cases_of(h, by, (struct export_cases){ 0 });
		for (size_t k = 0; k < COUNT(words); k++)
			assert_null(memmem(h->reply.p, h->reply.n, words[k], strlen(words[k])));
	}
}

/* Who sees what. */

static void cases_are_exported_to_who_sees_them(void **state)
{
	(void)state;
	AUTO(test_house_close) struct test_house *h = test_house_filled();
	const struct test_officer *far = test_officer(h, "handler", "98-KT"),
				  *near = test_officer(h, "leader", "98101"),
				  *other = test_officer(h, "leader", "98102"),
				  *all = test_officer(h, "front", "");
	struct test_reply reply;
	struct export_cases q = { 0 };
	struct case_refer refer = { .number = text_of("98101/2026/2"),
		.to = text_of("98-KT"),
		.document = text_of("7/CV") };
	record_one(h, "98102");
	struct case_classify classify = { .number = refer.number, .kind = text_of("KN") };
	test_must(h, near, CMD_case_classify, &classify);
	test_must(h, near, CMD_case_refer, &refer);
	assert_string_equal(
		numbers_of(h, near, q), "98101/2026/1 98101/2026/2 98101/2026/3 98101/2026/4 ");
	assert_string_equal(numbers_of(h, other, q), "98102/2026/1 ");
	assert_string_equal(numbers_of(h, far, q), "98101/2026/2 ");
	assert_string_equal(numbers_of(h, all, q),
		"98101/2026/1 98101/2026/2 98101/2026/3 98101/2026/4 98102/2026/1 ");
	q.unit = text_of("98102");
	assert_string_equal(numbers_of(h, all, q), "98102/2026/1 ");
	assert_int_equal(test_read(h, near, CMD_export_cases, &q, &reply), E_NOT_FOUND);
	q.unit = text_of("98");
	assert_string_equal(numbers_of(h, other, q), "98102/2026/1 "); /* the part that is seen */
	assert_int_equal(test_read(h, test_officer(h, "admin", ""), CMD_export_cases,
				 &(struct export_cases){ 0 }, &reply),
		E_NOT_ALLOWED);
}

static void events_are_told_to_who_sees_what_they_are_about(void **state)
{
	(void)state;
	AUTO(test_house_close) struct test_house *h = test_house_filled();
	const struct test_officer *near = test_officer(h, "leader", "98101"),
				  *other = test_officer(h, "leader", "98102"),
				  *auditor = test_officer(h, "auditor", ""),
				  *admin = test_officer(h, "admin", ""),
				  *some = test_officer(h, "admin", "98101-KT");
	struct journal_list q = { .verb = text_of("meeting.record") };
	const char *seen = journal_of(h, near, q);
	assert_int_equal(test_lines(seen), 5); /* meeting, opinions but the sealed, minutes */
	assert_non_null(strstr(seen, "|meeting.record|"));
	assert_non_null(strstr(seen, "|98101|98101/2026/2|opinion_recorded|{meeting=98101/2026/1,"
				     "ordinal=2,case_number=98101/2026/2,unit=98101,"
				     "day=2026-03-01,kind=KN,topic=land,"));
	assert_string_equal(journal_of(h, other, q), "");
	assert_string_equal(journal_of(h, admin, q), "");
	assert_string_equal(journal_of(h, auditor, q), seen);
	q.verb = text_of("unit.add");
	assert_string_equal(journal_of(h, near, q), "");
	assert_true(test_lines(journal_of(h, auditor, q)) >= 10);
	assert_true(test_lines(journal_of(h, admin, q)) >= 10);
	seen = journal_of(h, some, q);
	assert_int_equal(test_lines(seen), 1); /* the unit that is administered */
	assert_non_null(strstr(seen, "|unit_added|{unit="));
	q.verb = text_of("officer.invite");
	q.unit = text_of("98101-KT");
	seen = journal_of(h, some, q);
	assert_int_equal(test_lines(seen), role_count);
	assert_non_null(strstr(seen, "|grant_added|{officer="));
}

static void no_hash_of_a_secret_is_told(void **state)
{
	(void)state;
	AUTO(test_house_close) struct test_house *h = test_house_open();
	const struct test_officer *admin = test_officer(h, "admin", "");
	struct journal_list q = { 0 };
	struct test_reply page;
	do {
		assert_int_equal(test_read(h, admin, CMD_journal_list, &q, &page), OK);
		const char *rows = test_rows(h, &page, "journal_list");
		assert_null(strstr(rows, "token"));
		assert_null(strstr(rows, "recovery"));
		q.after = page.next;
	} while (page.next.n > 0);
}

/* Sealed cases. */

static void a_sealed_case_tells_what_its_sheet_tells(void **state)
{
	(void)state;
	AUTO(test_house_close) struct test_house *h = test_house_filled();
	const struct test_officer *leader = test_officer(h, "leader", "98101");
	struct case_classify q = { .number = text_of("98101/2026/2"),
		.kind = text_of("TC"),
		.custodian = leader->number,
		.paper = text_of("tủ 3") };
	struct export_cases one = { .limit = 1, .past = text_of("98101/2026/1") };
	struct journal_list of = { .number = q.number };
	assert_non_null(strstr(journal_of(h, leader, of), "|meeting.record|"));
	test_must(h, leader, CMD_case_classify, &q);
	const char *custodian = arena_format(&h->arena, "%u", (unsigned)leader->number).p;
	assert_string_equal(cases_of(h, leader, one),
		arena_format(&h->arena,
			"98101/2026/"
			"2|CLASSIFIED|TC|-|-|-|-|-|-|2026-03-01|2026-03-31|-|-|-|-|-|-|-|"
			"-|-|-|-|-|-|-|-|%s|tủ 3|-|-|-|-|-|-\n",
			custodian)
			.p);
	/* also what was written before it was sealed */
	struct test_reply reply;
	of.limit = LIMIT_PAGE;
	assert_int_equal(test_read(h, leader, CMD_journal_list, &of, &reply), OK);
	assert_int_equal(reply.tables[0].row_count, 2);
	for (size_t i = 0; i < 2; i++) {
		static const char *const hidden[] = { "verb", "officer", "unit", "key" };
		for (size_t k = 0; k < COUNT(hidden); k++)
			assert_string_equal(test_cell(&reply, "journal_list", i, hidden[k]), "-");
		assert_string_equal(test_cell(&reply, "journal_list", i, "number"), "98101/2026/2");
	}
	assert_string_equal(test_cell(&reply, "journal_list", 0, "fields"),
		"{case_number=98101/2026/2,day=2026-03-01,kind=KN,due=2026-03-31}");
	assert_string_equal(test_cell(&reply, "journal_list", 1, "fields"),
		arena_format(&h->arena,
			"{case_number=98101/2026/2,state=CLASSIFIED,day=2026-03-02,kind=TC,"
			"due=2026-03-31,custodian=%s,paper=tủ 3}",
			custodian)
			.p);
	/* no filter finds out more */
	of.verb = text_of("case.classify");
	assert_string_equal(journal_of(h, leader, of), "");
	of = (struct journal_list){ .number = text_of("98101/2026/1") };
	assert_null(strstr(journal_of(h, leader, of), "98101/2026/2"));
}

/* Pages. */

/* While every page is followed by writing, before, in and behind what was shown. */
static void pages_of_cases_neither_repeat_nor_skip(void **state)
{
	(void)state;
	AUTO(test_house_close) struct test_house *h = test_house_filled();
	const struct test_officer *by = test_officer(h, "leader", "98");
	static const char *const where[] = { "98", "98102", "98101", "98-KT" };
	struct export_cases q = { .limit = 1 };
	struct test_reply page;
	struct num last = { 0 };
	size_t rows = 0;
	record_one(h, "98102");
	const char *before = numbers_of(h, by, (struct export_cases){ 0 });
	const char *shown = "";
	do {
		assert_int_equal(test_read(h, by, CMD_export_cases, &q, &page), OK);
		const char *number = test_cell(&page, "export_cases", 0, "number");
		struct num now = test_number(h, number);
		struct key a = key_of_num(last), b = key_of_num(now);
		assert_true(memcmp(a.p, b.p, NUM_KEY_BYTES) < 0);
		last = now;
		shown = arena_format(&h->arena, "%s%s ", shown, number).p;
		if (rows < COUNT(where))
			record_one(h, where[rows]);
		rows++;
		q.after = page.next;
	} while (page.next.n > 0);
	for (const char *p = before; *p != '\0'; p = strchr(p, ' ') + 1) {
		size_t n = (size_t)(strchr(p, ' ') - p) + 1;
		assert_non_null(memmem(shown, strlen(shown), p, n));
	}
	assert_true(rows > test_lines(before) + 5);
	/* the same from a case by its number */
	q = (struct export_cases){ .past = text_of("98101/2026/4") };
	assert_string_equal(numbers_of(h, by, q), strstr(shown, "98101/2026/4 ") + 13);
}

static void pages_of_the_journal_neither_repeat_nor_skip(void **state)
{
	(void)state;
	AUTO(test_house_close) struct test_house *h = test_house_filled();
	const struct test_officer *by = test_officer(h, "leader", "98");
	struct journal_list q = { .limit = 1 };
	struct test_reply page;
	const char *shown = "";
	for (size_t pages = 0; pages == 0 || page.next.n > 0; pages++) {
		assert_int_equal(test_read(h, by, CMD_journal_list, &q, &page), OK);
		shown = arena_format(&h->arena, "%s%s", shown, test_rows(h, &page, "journal_list"))
				.p;
		if (pages < 4)
			record_one(h, pages % 2 ? "98101" : "98102");
		q.after = page.next;
	}
	assert_int_equal(test_lines(shown), (1 + 4) + 1 + 4 * 3);
	assert_string_equal(shown, journal_of(h, by, (struct journal_list){ 0 }));
	/* from a place on: the row that stands there, and all behind it */
	const char *second = strchr(shown, '\n') + 1;
	q = (struct journal_list){ .from = strtoull(second, NULL, 10) };
	assert_string_equal(journal_of(h, by, q), second);
	q.from = UINT64_C(1) << 40;
	assert_string_equal(journal_of(h, by, q), "");
}

static void filters_are_by_unit_day_and_number(void **state)
{
	(void)state;
	AUTO(test_house_close) struct test_house *h = test_house_filled();
	const struct test_officer *by = test_officer(h, "leader", "98");
	record_one(h, "98102");
	struct export_cases q = { .from = test_day("2026-03-01") };
	assert_null(strstr(numbers_of(h, by, q), "98102/"));
	q = (struct export_cases){ .to = test_day("2026-02-28") };
	assert_string_equal(numbers_of(h, by, q), "98102/2026/1 ");
	q.unit = text_of("98101");
	assert_string_equal(numbers_of(h, by, q), "");
	struct journal_list of = { .unit = text_of("98102") };
	assert_int_equal(test_lines(journal_of(h, by, of)), 3);
	of.number = text_of("98102/2026/1"); /* the meeting and the case bear the same */
	assert_int_equal(test_lines(journal_of(h, by, of)), 3);
	of.number = text_of("98102/2026/2");
	assert_string_equal(journal_of(h, by, of), "");
}

static void what_cannot_be_names_its_field(void **state)
{
	(void)state;
	AUTO(test_house_close) struct test_house *h = test_house_filled();
	const struct test_officer *by = test_officer(h, "leader", "98101");
	const struct export_cases place = { .after = bytes_of("x", 1) },
				  number = { .past = text_of("a/b/c") },
				  unit = { .unit = text_of("none") },
				  coming = { .unit = text_of("98199") };
	const struct journal_list seq = { .after = bytes_of("x", 1) },
				  verb = { .verb = text_of("x.y") },
				  of = { .number = text_of("a/b/c") },
				  in = { .unit = text_of("none") };
	const struct {
		enum cmd cmd;
		enum err err;
		const void *q;
		const char *field;
	} wrong[] = {
		{ CMD_export_cases, E_VALUE, &place, "after" },
		{ CMD_export_cases, E_NUMBER, &number, "past" },
		{ CMD_export_cases, E_NOT_FOUND, &unit, "unit" },
		{ CMD_export_cases, E_ENDED, &coming, "unit" },
		{ CMD_journal_list, E_VALUE, &seq, "after" },
		{ CMD_journal_list, E_VALUE, &verb, "verb" },
		{ CMD_journal_list, E_NUMBER, &of, "number" },
		{ CMD_journal_list, E_NOT_FOUND, &in, "unit" },
	};
	for (size_t i = 0; i < COUNT(wrong); i++) {
		struct fault f = { 0 };
		assert_int_equal(test_ask(h, by, wrong[i].cmd, wrong[i].q, &f), wrong[i].err);
		assert_string_equal(f.field, wrong[i].field);
	}
}

/* A client takes so many bytes and values in a message. */

static size_t count_pages(
	struct test_house *h, const struct test_officer *by, enum cmd cmd, size_t *pages)
{
	struct export_cases cases = { .limit = LIMIT_PAGE };
	struct journal_list journal = { .limit = LIMIT_PAGE };
	const void *q = cmd == CMD_export_cases ? (const void *)&cases : &journal;
	size_t rows = 0;
	struct test_reply page;
	*pages = 0;
	do {
		struct fault f = { 0 };
		assert_int_equal(test_read(h, by, cmd, q, &page), OK);
		assert_true(h->reply.n < message_bytes);
		assert_int_equal(skim_whole(writer_bytes(&h->reply), message_bytes, &f), OK);
		rows += page.tables[0].row_count;
		cases.after = journal.after = page.next;
		++*pages;
	} while (page.next.n > 0);
	return rows;
}

static void a_page_fits_a_message(void **state)
{
	(void)state;
	enum { PARTS = 3, PART = 300, ITEMS = 300, LONG = 12, LONG_BYTES = 30000 };
	static char x[LONG_BYTES];
	static struct item_new items[50];
	static uint32_t ordinals[LIMIT_ITEM_ORDINALS];
	static struct opinion_new v[LONG / 2];
	AUTO(test_house_close) struct test_house *h = test_house_open();
	const struct test_officer *by = test_officer(h, "leader", "98101");
	const char *m = "98101/2026/1";
	size_t pages;
	memset(x, 'x', sizeof(x));
	for (size_t i = 0; i < COUNT(v); i++)
		v[i].words = (struct text){ x, sizeof(x) };
	for (uint32_t i = 0; i < COUNT(ordinals); i++)
		ordinals[i] = i + 1;
	test_begin(h);
	(void)test_record(h, by, "dialogue_regular", "2026-03-01", 0, false);
	struct opinion_add add = { .meeting = text_of(m) };
	add.opinions = test_opinions(h, PART, NULL, NULL);
	for (unsigned i = 0; i < PARTS; i++)
		test_must(h, by, CMD_opinion_add, &add);
	add.opinions = (struct list){ v, COUNT(v) };
	test_must(h, by, CMD_opinion_add, &add);
	test_must(h, by, CMD_opinion_add, &add);
	struct minutes_close close = { text_of(m), PARTS * PART + LONG };
	struct meeting_number draft = { text_of(m) };
	test_must(h, by, CMD_minutes_close, &close);
	test_must(h, by, CMD_conclusion_draft, &draft);
	for (size_t i = 0; i < COUNT(items); i++)
		items[i] = test_direction(ordinals, COUNT(ordinals));
	for (unsigned first = 1; first <= ITEMS; first += COUNT(items)) {
		struct conclusion_put put = { text_of(m), 1, first, { items, COUNT(items) } };
		test_must(h, by, CMD_conclusion_put, &put);
	}
	test_commit(h);
	assert_int_equal(count_pages(h, by, CMD_export_cases, &pages), (size_t)PARTS * PART + LONG);
	assert_true(pages >= 4);
	/* meeting, opinions, minutes, draft and its emptying by the first item, items */
	assert_int_equal(count_pages(h, by, CMD_journal_list, &pages),
		1 + (size_t)PARTS * PART + LONG + 1 + 2 + ITEMS);
	assert_true(pages >= 6);
}

/* Rows that are not shown end a page, too. */
static void a_page_walks_so_far_and_no_further(void **state)
{
	(void)state;
	enum { PARTS = 35, PART = 300 };
	AUTO(test_house_close) struct test_house *h = test_house_open();
	const struct test_officer *by = test_officer(h, "leader", "98101"),
				  *other = test_officer(h, "leader", "98102");
	size_t pages;
	test_begin(h);
	(void)test_record(h, by, "dialogue_regular", "2026-03-01", 0, false);
	struct opinion_add add = { .meeting = text_of("98101/2026/1") };
	add.opinions = test_opinions(h, PART, NULL, NULL);
	for (unsigned i = 0; i < PARTS; i++)
		test_must(h, by, CMD_opinion_add, &add);
	test_commit(h);
	assert_int_equal(count_pages(h, other, CMD_export_cases, &pages), 0);
	assert_int_equal(pages, 2);
	assert_int_equal(count_pages(h, other, CMD_journal_list, &pages), 0);
	assert_int_equal(pages, 5);
	record_one(h, "98102");
	assert_int_equal(count_pages(h, other, CMD_export_cases, &pages), 1);
	assert_int_equal(count_pages(h, other, CMD_journal_list, &pages), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_row_tells_what_its_reader_may_read),
		cmocka_unit_test(no_page_has_words_for_an_auditor),
		cmocka_unit_test(cases_are_exported_to_who_sees_them),
		cmocka_unit_test(events_are_told_to_who_sees_what_they_are_about),
		cmocka_unit_test(no_hash_of_a_secret_is_told),
		cmocka_unit_test(a_sealed_case_tells_what_its_sheet_tells),
		cmocka_unit_test(pages_of_cases_neither_repeat_nor_skip),
		cmocka_unit_test(pages_of_the_journal_neither_repeat_nor_skip),
		cmocka_unit_test(filters_are_by_unit_day_and_number),
		cmocka_unit_test(what_cannot_be_names_its_field),
		cmocka_unit_test(a_page_fits_a_message),
		cmocka_unit_test(a_page_walks_so_far_and_no_further),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
