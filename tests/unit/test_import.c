/*
 * test_import.c: cases of another register: a key is one case, a later row amends it, empty cells
 * too; what was worked on here is not overwritten; parts come in order and are never done twice.
 */
#include "tests/lib/test.h"

#include "tests/lib/reading.h"

#define SOURCE "old-office"

static uint8_t file_hash[32] = { 7 };

static struct import_row row(const char *key, uint64_t line, const char *received)
{
	return (struct import_row){ .key = text_of(key),
		.line = line,
		.unit = text_of("98101"),
		.received = test_day(received) };
}

static struct import_cases part(uint64_t first, uint64_t next, struct import_row *v, size_t n)
{
	return (struct import_cases){ .source = text_of(SOURCE),
		.file = bytes_of(file_hash, sizeof(file_hash)),
		.first = first,
		.next = next,
		.rows = { v, n } };
}

static const struct test_officer *clerk(struct test_house *h)
{
	return test_officer(h, "leader", "98");
}

static void must(struct test_house *h, uint64_t first, struct import_row *v, size_t n)
{
	struct import_cases q = part(first, v[n - 1].line + 1, v, n);
	test_must(h, clerk(h), CMD_import_cases, &q);
}

static enum err refused(
	struct test_house *h, uint64_t first, struct import_row *v, size_t n, struct fault *f)
{
	struct import_cases q = part(first, v[n - 1].line + 1, v, n);
	return test_act(h, clerk(h), CMD_import_cases, &q, f);
}

static struct num case_of(struct test_house *h, const char *key)
{
	struct row_origin origin;
	if (!test_row(h, STORE_origin, key_of_origin(text_of(SOURCE), text_of(key)),
		    record_row_origin(), &origin))
		return (struct num){ 0 };
	return origin.number;
}

static struct row_case imported(struct test_house *h, const char *key)
{
	struct num number = case_of(h, key);
	assert_int_not_equal(number.n, 0);
	return test_case(h, number);
}

static const char *cohort(struct test_house *h, const char *by)
{
	struct cohort_ask q = { .by = text_of(by) };
	return test_shown(h, clerk(h), CMD_report_cohort, &q, "cohort");
}

static const char *backlog(struct test_house *h, const char *day)
{
	struct text days[] = { text_of(day) };
	struct backlog_ask q = { .at = { days, 1 } };
	return test_shown(h, clerk(h), CMD_report_backlog, &q, "backlog");
}

/* Everything the journal says makes the same again; see also test_replay and live_corruption. */
static void days_make_the_state(void **state)
{
	(void)state;
	AUTO(test_house_close) struct test_house *h = test_house_open();
	struct import_row v[] = { row("a", 2, "2024-01-05"), row("b", 3, "2024-01-05"),
		row("c", 4, "2025-12-31"), row("d", 5, "2024-02-29") };
	v[1].kind = text_of("KN");
	v[2].accepted = test_day("2026-01-02");
	v[2].due = test_day("2026-02-01");
	v[2].old = text_of("17/TCD");
	v[2].summary = text_of("Đường hỏng");
	v[3].accepted = v[3].received;
	v[3].settled = test_day("2024-03-10");
	v[3].outcome = text_of("done");
	must(h, 1, v, COUNT(v));
	assert_int_equal(imported(h, "a").state, STATE_RECORDED);
	assert_int_equal(imported(h, "b").state, STATE_CLASSIFIED);
	assert_int_equal(imported(h, "c").state, STATE_ACCEPTED);
	assert_int_equal(imported(h, "d").state, STATE_RESOLVED);
	assert_int_equal(imported(h, "b").due, 0); /* no legal due day is made up */
	struct row_case c = imported(h, "c");
	assert_int_equal(c.due, test_day("2026-02-01"));
	assert_true(text_is(c.old, "17/TCD"));
	assert_string_equal(test_number_text(h, case_of(h, "a")).p, "98101/2024/1");
	assert_string_equal(test_number_text(h, case_of(h, "c")).p, "98101/2025/1");
	assert_string_equal(test_number_text(h, case_of(h, "d")).p, "98101/2024/3");
	struct case_number shown = test_case_number("98101/2025/1");
	assert_string_equal(test_fact(h, clerk(h), CMD_case_show, &shown, "summary"), "Đường hỏng");
	assert_string_equal(cohort(h, ""), "(all)|4|1|3|2500|1|2500|10000|1|100000|100000\n");
}

/* Dates change and a closing is withdrawn, between parts and within one. */
static void a_later_row_amends(void **state)
{
	(void)state;
	AUTO(test_house_close) struct test_house *h = test_house_open();
	struct import_row v[] = { row("a", 2, "2024-01-05"), row("a", 3, "2023-05-05"),
		row("b", 4, "2024-01-05") };
	v[0].settled = test_day("2024-01-06");
	v[0].summary = text_of("Cống tắc");
	v[1].settled = test_day("2023-05-08");
	v[2].settled = test_day("2024-01-08");
	must(h, 1, v, COUNT(v));
	assert_string_equal(cohort(h, ""), "(all)|2|2|0|10000|2|10000|10000|2|30000|30000\n");
	assert_int_equal(imported(h, "a").day, test_day("2023-05-05"));
	assert_int_equal(imported(h, "a").group, 0); /* the summary is gone with the cell */
	assert_string_equal(backlog(h, "2023-12-31"), "2023-12-31|(all)|1|1|0\n");
	h->now = test_time("2026-03-04", 9);
	v[0] = row("b", 5, "2024-01-05");
	v[1] = row("a", 6, "2023-05-05");
	must(h, 5, v, 2);
	assert_string_equal(
		cohort(h, "unit"), "(all)|2|0|2|0|0|0|-|0|-|-\n98101|2|0|2|0|0|0|-|0|-|-\n");
	assert_int_equal(imported(h, "b").state, STATE_RECORDED);
	assert_string_equal(backlog(h, "2024-12-31"), "2024-12-31|(all)|2|0|2\n");
}

/* A number names its unit. */
static void another_unit_is_another_number(void **state)
{
	(void)state;
	AUTO(test_house_close) struct test_house *h = test_house_open();
	struct import_row v[] = { row("a", 2, "2024-01-05"), row("a", 3, "2024-01-05") };
	must(h, 1, v, 1);
	struct num first = case_of(h, "a");
	v[1].unit = text_of("98102");
	must(h, 3, v + 1, 1);
	struct num second = case_of(h, "a");
	assert_string_equal(test_number_text(h, second).p, "98102/2024/1");
	assert_int_equal(test_case(h, first).state, STATE_VOIDED);
	assert_int_equal(test_case(h, second).state, STATE_RECORDED);
	assert_string_equal(
		cohort(h, "unit"), "(all)|1|0|1|0|0|0|-|0|-|-\n98102|1|0|1|0|0|0|-|0|-|-\n");
	v[0].line = 4;
	v[1].line = 5; /* there and back within one part */
	must(h, 4, v, 2);
	assert_string_equal(test_number_text(h, case_of(h, "a")).p, "98102/2024/2");
	assert_string_equal(
		cohort(h, "unit"), "(all)|1|0|1|0|0|0|-|0|-|-\n98102|1|0|1|0|0|0|-|0|-|-\n");
}

static void what_is_known_writes_nothing_but_the_place(void **state)
{
	(void)state;
	struct fault f;
	AUTO(test_house_close) struct test_house *h = test_house_open();
	struct import_row v[] = { row("a", 2, "2024-01-05"), row("b", 3, "2024-01-05") };
	v[0].words = text_of("Cống trước trường bị tắc");
	must(h, 1, v, 2);
	assert_int_equal(refused(h, 1, v, 2, &f), E_CONFLICT);
	assert_string_equal(f.field, "first");
	assert_int_equal(refused(h, 6, v, 2, &f), E_CONFLICT);
	uint64_t size = test_state(h).size;
	file_hash[0]++; /* the same rows in another file */
	must(h, 1, v, 2);
	file_hash[0]--;
	assert_int_equal(test_state(h).size, size + 2); /* header, import_done */
	struct import_ask ask = { text_of(SOURCE), bytes_of(file_hash, sizeof(file_hash)) };
	assert_string_equal(
		test_shown(h, clerk(h), CMD_import_status, &ask, "import_status"), "4\n");
}

static void bad_rows_are_named(void **state)
{
	(void)state;
	AUTO(test_house_close) struct test_house *h = test_house_open();
	struct fault f;
	const struct {
		struct import_row row;
		enum err err;
		const char *field;
	} bad[] = {
		{ { .unit = text_of("98999") }, E_NOT_FOUND, "rows[2].unit" },
		{ { .unit = text_of("985"), .received = test_day("2025-08-01") }, E_ENDED,
			"rows[2].unit" },
		{ { .unit = text_of("97101") }, E_NOT_ALLOWED, "rows[2].unit" },
		{ { .received = test_day("2030-01-01") }, E_FUTURE, "rows[2].received" },
		{ { .settled = test_day("2024-01-04") }, E_RANGE, "rows[2].settled" },
		{ { .accepted = test_day("2030-01-04") }, E_FUTURE, "rows[2].accepted" },
		{ { .outcome = text_of("done") }, E_MISSING, "rows[2].settled" },
		{ { .kind = text_of("XX") }, E_VALUE, "rows[2].kind" },
		{ { .topic = text_of("XX") }, E_VALUE, "rows[2].topic" },
		{ { .kind = text_of("TC") }, E_MISSING, "rows[2].custodian" },
		{ { .kind = text_of("TC"), .words = text_of("x") }, E_SEALED, "rows[2].words" },
		{ { .paper = text_of("tủ 3") }, E_ONLY_WITH, "rows[2].paper" },
		{ { .line = 9 }, E_RANGE, "rows[2].line" },
	};
	uint64_t size = test_state(h).size;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct import_row v[] = { row("a", 2, "2024-01-05"), bad[i].row };
		v[1].key = text_of("b");
		v[1].line = v[1].line == 0 ? 3 : v[1].line;
		v[1].unit = v[1].unit.n == 0 ? text_of("98101") : v[1].unit;
		v[1].received = v[1].received == 0 ? test_day("2024-01-05") : v[1].received;
		struct import_cases q = part(1, 4, v, 2);
		assert_int_equal(test_act(h, clerk(h), CMD_import_cases, &q, &f), bad[i].err);
		assert_string_equal(f.field, bad[i].field);
	}
	assert_int_equal(test_state(h).size, size);
}

/* From the first step that is taken here, the case is this register's own. */
static void what_was_worked_on_is_left_alone(void **state)
{
	(void)state;
	struct fault f;
	AUTO(test_house_close) struct test_house *h = test_house_open();
	struct import_row v[] = { row("a", 2, "2024-01-05"), row("a", 3, "2024-01-05") };
	must(h, 1, v, 1);
	struct case_classify q = { .number = text_of("98101/2024/1"), .kind = text_of("KN") };
	test_must(h, clerk(h), CMD_case_classify, &q);
	assert_int_equal(imported(h, "a").due, test_day("2024-02-04"));
	v[1].settled = test_day("2024-01-09");
	assert_int_equal(refused(h, 3, v + 1, 1, &f), E_OURS);
	assert_string_equal(f.field, "rows[1].key");
	assert_string_equal(f.what, "98101/2024/1");
	assert_int_equal(imported(h, "a").settled, 0);
}

static void seal(struct test_house *h, const char *number)
{
	struct case_classify q = { .number = text_of(number),
		.kind = text_of("TC"),
		.custodian = test_officer(h, "custodian", "98101")->number,
		.paper = text_of("tủ 3") };
	test_must(h, clerk(h), CMD_case_classify, &q);
}

static void assert_words_are_gone(struct test_house *h)
{
	struct txn *txn = test_txn(h);
	struct bytes key, value;
	struct scan s;
	scan_open(&s, txn, STORE_words, (struct bytes){ 0 });
	while (scan_next(&s, &key, &value))
		assert_null(memmem(value.p, value.n, "nhận tiền", strlen("nhận tiền")));
	scan_close(&s);
	test_txn_end(h, txn);
}

/* Words that came with rows go when the case is sealed. */
static void sealing_destroys_what_was_imported(void **state)
{
	(void)state;
	AUTO(test_house_close) struct test_house *h = test_house_open();
	struct import_row v[] = { row("a", 2, "2024-01-05"), row("a", 3, "2024-01-05") };
	v[0].words = text_of("Ông ấy nhận tiền");
	v[1].words = text_of("Ông ấy nhận tiền hai lần");
	must(h, 1, v, 2);
	seal(h, "98101/2024/1");
	assert_words_are_gone(h);
}

/* Those under the numbers that the case had in other units, too; those of another case stay. */
static void sealing_destroys_what_was_imported_elsewhere(void **state)
{
	(void)state;
	AUTO(test_house_close) struct test_house *h = test_house_open();
	struct import_row v[] = { row("a", 2, "2024-01-05"), row("a", 3, "2024-01-05"),
		row("b", 4, "2024-01-05"), row("a", 5, "2024-01-05"), row("a", 6, "2024-01-05") };
	v[0].words = text_of("Ông ấy nhận tiền");
	v[1].words = text_of("Ông ấy nhận tiền hai lần");
	v[2].words = text_of("Cống trước trường bị tắc");
	v[3].words = text_of("Ông ấy nhận tiền ba lần");
	v[3].unit = text_of("98102");
	v[4].words = text_of("Ông ấy nhận tiền bốn lần");
	must(h, 1, v, 4);
	must(h, 6, v + 4, 1); /* and back, to a third number */
	assert_string_equal(test_number_text(h, case_of(h, "a")).p, "98101/2024/3");
	seal(h, "98101/2024/3");
	assert_words_are_gone(h);
	struct row_case other = imported(h, "b");
	struct txn *txn = test_txn(h);
	struct group words;
	assert_true(journal_words(txn, other.seq, (uint16_t)(other.group - 1), &words));
	test_txn_end(h, txn);
}

/* Nobody who could not record there takes over there. */
static void rights_are_those_of_recording(void **state)
{
	(void)state;
	struct fault f;
	AUTO(test_house_close) struct test_house *h = test_house_open();
	struct import_row v[] = { row("a", 2, "2024-01-05") };
	struct import_cases q = part(1, 3, v, 1);
	assert_int_equal(
		test_act(h, test_officer(h, "receptionist", "98102"), CMD_import_cases, &q, &f),
		E_NOT_ALLOWED);
	assert_int_equal(test_act(h, test_officer(h, "auditor", "98"), CMD_import_cases, &q, &f),
		E_NOT_ALLOWED);
	test_must(h, test_officer(h, "receptionist", "98101"), CMD_import_cases, &q);
}

/* What was known of an earlier day stays as it was known then. */
static void earlier_knowledge_stays(void **state)
{
	(void)state;
	AUTO(test_house_close) struct test_house *h = test_house_open();
	struct import_row v[] = { row("a", 2, "2026-02-05"), row("a", 3, "2026-02-07") };
	v[0].accepted = v[0].received;
	v[1].accepted = v[1].received;
	v[1].settled = test_day("2026-02-20");
	must(h, 1, v, 1);
	h->now = test_time("2026-03-10", 9);
	must(h, 3, v + 1, 1);
	struct rate_ask q = { .rate = text_of("resolution"),
		.from = test_day("2026-02-01"),
		.to = test_day("2026-02-28"),
		.known_at = test_day("2026-03-09") };
	const char *line = test_shown(h, clerk(h), CMD_rate_show, &q, "rate");
	assert_int_equal(strncmp(line, "(all)|resolution|0|1|", 21), 0);
	q.known_at = 0;
	line = test_shown(h, clerk(h), CMD_rate_show, &q, "rate");
	assert_int_equal(strncmp(line, "(all)|resolution|1|1|", 21), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days_make_the_state),
		cmocka_unit_test(a_later_row_amends),
		cmocka_unit_test(another_unit_is_another_number),
		cmocka_unit_test(what_is_known_writes_nothing_but_the_place),
		cmocka_unit_test(bad_rows_are_named),
		cmocka_unit_test(what_was_worked_on_is_left_alone),
		cmocka_unit_test(sealing_destroys_what_was_imported),
		cmocka_unit_test(sealing_destroys_what_was_imported_elsewhere),
		cmocka_unit_test(rights_are_those_of_recording),
		cmocka_unit_test(earlier_knowledge_stays),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
