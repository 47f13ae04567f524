/*
 * test_papers.c: papers under their check codes: what takes whose place, numbers and dates, what
 * two persons attest that a leader signed by hand, and the gate that stands before it as before a
 * key.
 */
#include "tests/lib/test.h"

#include "proto/paper.h"
#include "tests/lib/house.h"
#include "tests/lib/reading.h"

#include <stdio.h>

static const char day[] = "2026-03-01";
static const char gated[] = "dialogue_regular";
static const uint32_t both[] = { 1, 2 };

struct office {
	struct test_house *h;
	const struct test_officer *clerk, *records, *leader, *processor;
	struct num meeting;
	struct text number;
	unsigned texts; /* made so far */
};

static int open_office(void **state)
{
	static struct office o;
	o = (struct office){ .h = test_house_open() };
	o.clerk = test_officer(o.h, "receptionist", "98101");
	o.records = test_officer(o.h, "records_clerk", "98101");
	o.leader = test_officer(o.h, "leader", "98101");
	o.processor = test_officer(o.h, "processor", "98101");
	o.h->verify = true;
	o.meeting = test_record(o.h, o.clerk, gated, day, 2, true);
	o.number = test_number_text(o.h, o.meeting);
	*state = &o;
	return 0;
}

static int close_office(void **state)
{
	struct office *o = *state;
	test_house_close(o->h);
	return 0;
}

/* A text of its own for each paper: as the bytes are zeros, what differs is how many they are. */
static struct paper_make text_of_paper(struct office *o, const char *paper, struct text of)
{
	return (struct paper_make){ .paper = text_of(paper),
		.of = of,
		.sha256 = arena_format(&o->h->arena, "%08x%056x", ++o->texts, 7u),
		.size = 100 + o->texts };
}

static struct text code_of(struct office *o, const struct paper_make *q)
{
	char code[CROCKFORD_SIGNS + 1];
	assert_true(paper_code(q->sha256, code));
	return arena_format(&o->h->arena, "%s", code);
}

static struct text make(struct office *o, const struct paper_make *q)
{
	test_must(o->h, o->clerk, CMD_paper_make, q);
	return code_of(o, q);
}

static enum err stamp(struct office *o, struct text code, uint64_t n, struct fault *f)
{
	struct paper_stamp q = { .code = code, .n = n };
	return test_act(o->h, o->records, CMD_paper_stamp, &q, f);
}

static struct row_paper paper(struct office *o, struct text code)
{
	struct row_paper p;
	assert_true(test_row(o->h, STORE_paper, key_of_text(code), record_row_paper(), &p));
	return p;
}

/* A draft whose one item answers these opinions. */
static void put(struct office *o, size_t opinions, const char *words)
{
	struct item_new item = {
		.opinions = { both, opinions }, .how = text_of("answer"), .words = text_of(words)
	};
	struct conclusion_put q = { o->number, 1, 1, { &item, 1 } };
	test_must(o->h, o->leader, CMD_conclusion_put, &q);
}

static struct conclusion_step step(struct office *o)
{
	uint8_t *content = arena_alloc(&o->h->arena, 32, 1);
	test_content(o->h, o->meeting, 1, content);
	return (struct conclusion_step){
		.meeting = o->number, .version = 1, .content = bytes_of(content, 32)
	};
}

static void check(struct office *o)
{
	struct conclusion_step q = step(o);
	test_must(o->h, o->clerk, CMD_conclusion_check, &q);
}

static void draft(struct office *o)
{
	struct meeting_number q = { o->number };
	test_must(o->h, o->leader, CMD_conclusion_draft, &q);
	put(o, 2, "Đã trả lời");
}

static struct paper_make notice(struct office *o)
{
	struct paper_make q = text_of_paper(o, "notice", o->number);
	q.version = 1;
	q.content = step(o).content;
	return q;
}

/* That of a draft that passed the gate. */
static struct paper_make checked_notice(struct office *o)
{
	draft(o);
	check(o);
	return notice(o);
}

/* Signed by a deputy for the head; the scan is of the one that was stamped. */
static struct paper_attest attestation(struct text code)
{
	return (struct paper_attest){ .code = code,
		.capacity = text_of("KT"),
		.scan = bytes_of("0123456789abcdef0123456789abcdef", 32),
		.signer = text_of("Vàng A Páo"),
		.post = text_of("Phó Chủ tịch") };
}

static void a_paper_is_kept_once_and_replaced_by_the_next(void **state)
{
	struct office *o = *state;
	struct fault f;
	struct paper_make first = text_of_paper(o, "minutes", o->number);
	struct text code = make(o, &first);
	assert_int_equal(test_act(o->h, o->clerk, CMD_paper_make, &first, &f), E_EXISTS);
	assert_string_equal(f.field, "code");
	assert_int_equal(paper(o, code).next.n, 0);
	struct paper_make second = text_of_paper(o, "minutes", o->number);
	struct text other = make(o, &second);
	assert_true(text_equal(paper(o, code).next, other));
	struct paper_code q = { code };
	assert_string_equal(test_fact(o->h, o->clerk, CMD_paper_show, &q, "state"), "replaced");
	assert_string_equal(test_fact(o->h, o->clerk, CMD_paper_text, &q, "of"), "98101/2026/1");
	assert_int_equal(stamp(o, other, 0, &f), E_VALUE);
}

static void fields_go_with_their_papers(void **state)
{
	struct office *o = *state;
	struct fault f;
	struct paper_make q = text_of_paper(o, "letter", o->number);
	assert_int_equal(test_act(o->h, o->clerk, CMD_paper_make, &q, &f), E_VALUE);
	q.paper = text_of("minutes");
	q.version = 1;
	assert_int_equal(test_act(o->h, o->clerk, CMD_paper_make, &q, &f), E_ONLY_WITH);
	q.paper = text_of("draft");
	assert_int_equal(test_act(o->h, o->clerk, CMD_paper_make, &q, &f), E_NOT_FOUND);
	assert_string_equal(f.field, "version");
	q.paper = text_of("notice");
	assert_int_equal(test_act(o->h, o->clerk, CMD_paper_make, &q, &f), E_MISSING);
	assert_string_equal(f.field, "content");
	q = text_of_paper(o, "register", text_of("98101"));
	q.from = test_day("2026-03-02");
	assert_int_equal(test_act(o->h, o->clerk, CMD_paper_make, &q, &f), E_MISSING);
	q.until = test_day("2026-03-01");
	assert_int_equal(test_act(o->h, o->clerk, CMD_paper_make, &q, &f), E_RANGE);
	q.until = test_day("2029-03-01");
	assert_int_equal(test_act(o->h, o->clerk, CMD_paper_make, &q, &f), E_FUTURE);
	q = text_of_paper(o, "receipt", text_of("98101/2026/1"));
	q.sha256 = text_of("00");
	assert_int_equal(test_act(o->h, o->clerk, CMD_paper_make, &q, &f), E_TYPE);
}

static void a_notice_is_of_what_passed_the_gate(void **state)
{
	struct office *o = *state;
	struct fault f;
	draft(o);
	struct paper_make q = notice(o);
	assert_int_equal(test_act(o->h, o->clerk, CMD_paper_make, &q, &f), E_STATE);
	check(o);
	struct text old = make(o, &q);
	put(o, 2, "Đã trả lời thêm");
	assert_int_equal(stamp(o, old, 0, &f), E_STATE);
	check(o);
	assert_int_equal(stamp(o, old, 0, &f), E_STALE);
	assert_int_equal(test_act(o->h, o->clerk, CMD_paper_make, &q, &f), E_STALE);
	q = notice(o);
	struct text new = make(o, &q);
	assert_int_equal(stamp(o, old, 0, &f), E_REPLACED);
	assert_int_equal(stamp(o, new, 0, &f), OK);
	assert_int_equal(stamp(o, new, 0, &f), E_EXISTS);
}

static void numbers_run_in_the_series_of_unit_and_kind(void **state)
{
	struct office *o = *state;
	struct fault f;
	struct text codes[4];
	for (unsigned i = 0; i < 4; i++) {
		struct paper_make q = text_of_paper(o, "dispatch", text_of("98101/2026/1"));
		struct case_classify classify = { .number = q.of, .kind = text_of("KIEN_NGHI") };
		static const char *const to[] = { "97101", "98", "98102", "98101-KT" };
		q.to = text_of(to[i]);
		if (i == 0)
			test_must(o->h, o->processor, CMD_case_classify, &classify);
		codes[i] = make(o, &q);
	}
	assert_int_equal(stamp(o, codes[0], 0, &f), OK);
	assert_int_equal(stamp(o, codes[1], 3, &f), OK);
	assert_int_equal(stamp(o, codes[2], 3, &f), E_EXISTS);
	assert_int_equal(stamp(o, codes[2], 2, &f), OK);
	assert_int_equal(stamp(o, codes[3], 0, &f), OK);
	for (unsigned i = 0; i < 4; i++) {
		static const char *const numbers[] = { "1/CV-UBND", "3/CV-UBND", "2/CV-UBND",
			"4/CV-UBND" };
		assert_true(text_is(paper(o, codes[i]).document, numbers[i]));
	}
	struct paper_list q = { .from = test_day("2026-01-01"), .state = text_of("stamped") };
	assert_int_equal(
		test_lines(test_shown(o->h, o->clerk, CMD_paper_list, &q, "paper_list")), 4);
	q.from = test_day("2029-01-01");
	assert_int_equal(
		test_lines(test_shown(o->h, o->clerk, CMD_paper_list, &q, "paper_list")), 0);
	q = (struct paper_list){ .of = text_of("98101/2026/1"), .paper = text_of("dispatch") };
	assert_int_equal(
		test_lines(test_shown(o->h, o->clerk, CMD_paper_list, &q, "paper_list")), 4);
}

static void two_persons_attest_one_of_them_a_records_clerk(void **state)
{
	struct office *o = *state;
	struct fault f;
	struct paper_make made = checked_notice(o);
	struct text code = make(o, &made);
	struct paper_attest q = attestation(code);
	assert_int_equal(test_act(o->h, o->clerk, CMD_paper_attest, &q, &f), E_UNSTAMPED);
	assert_int_equal(stamp(o, code, 0, &f), OK);
	q.capacity = text_of("TUQ");
	assert_int_equal(test_act(o->h, o->clerk, CMD_paper_attest, &q, &f), E_MISSING);
	q.capacity = text_of("XX");
	assert_int_equal(test_act(o->h, o->clerk, CMD_paper_attest, &q, &f), E_VALUE);
	q.capacity = text_of("KT");
	test_must(o->h, o->clerk, CMD_paper_attest, &q);
	assert_int_equal(test_act(o->h, o->clerk, CMD_paper_attest, &q, &f), E_SECOND_PERSON);
	assert_int_equal(test_act(o->h, o->processor, CMD_paper_attest, &q, &f), E_NO_CLERK);
	q.scan = bytes_of("ffffffffffffffffffffffffffffffff", 32);
	assert_int_equal(test_act(o->h, o->records, CMD_paper_attest, &q, &f), E_CONFLICT);
	q = attestation(code);
	q.capacity = (struct text){ 0 };
	assert_int_equal(test_act(o->h, o->records, CMD_paper_attest, &q, &f), E_CONFLICT);
	assert_string_equal(f.what, "KT was attested first");
	q = attestation(code);
	q.signer = text_of("Lò Văn Ún");
	assert_int_equal(test_act(o->h, o->records, CMD_paper_attest, &q, &f), E_CONFLICT);
	assert_int_equal(test_conclusion(o->h, o->meeting, 1).state, 2);
	q = attestation(code);
	test_must(o->h, o->records, CMD_paper_attest, &q);
	struct row_conclusion c = test_conclusion(o->h, o->meeting, 1);
	assert_int_equal(c.state, 3);
	assert_true(text_equal(c.paper, code));
	assert_int_equal(test_act(o->h, o->leader, CMD_paper_attest, &q, &f), E_NOTHING);
}

/* The clerk who stamps issues what was signed by hand, with the number and the date of the stamp;
 * nothing else. */
static void what_was_signed_by_hand_is_issued_as_stamped(void **state)
{
	struct office *o = *state;
	struct fault f;
	draft(o);
	check(o);
	struct conclusion_step q = step(o);
	assert_int_equal(test_act(o->h, o->records, CMD_conclusion_issue, &q, &f), E_NOT_ALLOWED);
	struct paper_make made = notice(o);
	struct text code = make(o, &made);
	struct paper_attest attest = attestation(code);
	assert_int_equal(stamp(o, code, 0, &f), OK);
	test_must(o->h, o->records, CMD_paper_attest, &attest);
	test_must(o->h, o->clerk, CMD_paper_attest, &attest);
	q.document = text_of("99/TB");
	assert_int_equal(test_act(o->h, o->records, CMD_conclusion_issue, &q, &f), E_CONFLICT);
	q.document = (struct text){ 0 };
	assert_int_equal(test_act(o->h, o->clerk, CMD_conclusion_issue, &q, &f), E_NOT_ALLOWED);
	test_must(o->h, o->records, CMD_conclusion_issue, &q);
	struct row_conclusion c = test_conclusion(o->h, o->meeting, 1);
	assert_int_equal(c.state, 4);
	assert_true(text_is(c.document, "1/TB-UBND"));
	assert_int_equal(test_meeting(o->h, o->meeting).included, 2);
}

/* An opinion that came after the paper was printed: paper is no way round the gate. */
static void what_forgets_an_opinion_is_refused_on_paper_as_by_key(void **state)
{
	struct office *o = *state;
	struct fault f;
	struct paper_make made = checked_notice(o);
	struct text code = make(o, &made);
	struct paper_attest attest = attestation(code);
	assert_int_equal(stamp(o, code, 0, &f), OK);
	test_must(o->h, o->clerk, CMD_paper_attest, &attest);
	struct opinion_add late = { o->number, 0, test_opinions(o->h, 1, NULL, NULL) };
	test_must(o->h, o->clerk, CMD_opinion_add, &late);
	struct conclusion_step q = step(o);
	assert_int_equal(test_act(o->h, o->leader, CMD_conclusion_issue, &q, &f), E_GATE);
	assert_int_equal(f.total, 1);
	assert_int_equal(test_act(o->h, o->records, CMD_paper_attest, &attest, &f), E_GATE);
	assert_int_equal(f.total, 1);
	assert_int_equal(f.list[0], 3);
	assert_int_equal(test_conclusion(o->h, o->meeting, 1).state, 2);
}

static void a_case_is_referred_by_a_dispatch_signed_by_hand(void **state)
{
	struct office *o = *state;
	struct fault f;
	struct paper_make q = text_of_paper(o, "dispatch", text_of("98101/2026/1"));
	struct case_classify classify = { .number = q.of, .kind = text_of("KIEN_NGHI") };
	q.to = text_of("97101");
	struct text code = make(o, &q);
	struct paper_attest attest = attestation(code);
	assert_int_equal(stamp(o, code, 0, &f), E_STATE);
	test_must(o->h, o->processor, CMD_case_classify, &classify);
	assert_int_equal(stamp(o, code, 0, &f), OK);
	test_must(o->h, o->records, CMD_paper_attest, &attest);
	assert_int_equal(
		test_case(o->h, test_number(o->h, "98101/2026/1")).state, STATE_CLASSIFIED);
	test_must(o->h, o->processor, CMD_paper_attest, &attest);
	struct row_case c = test_case(o->h, test_number(o->h, "98101/2026/1"));
	assert_int_equal(c.state, STATE_REFERRED);
	assert_int_equal(c.with, test_unit(o->h, "97101", day));
}

/* It stays in its series, seen by everyone; the paper gets another. */
static void a_number_entered_by_error_is_cancelled_and_not_given_again(void **state)
{
	struct office *o = *state;
	struct fault f;
	struct paper_make made = checked_notice(o);
	struct text code = make(o, &made);
	struct paper_cancel q = { code, text_of("Ghi nhầm sổ") };
	struct paper_attest attest = attestation(code);
	assert_int_equal(test_act(o->h, o->records, CMD_paper_cancel, &q, &f), E_UNSTAMPED);
	assert_int_equal(stamp(o, code, 5, &f), OK);
	assert_int_equal(test_act(o->h, o->clerk, CMD_paper_cancel, &q, &f), E_NOT_ALLOWED);
	test_must(o->h, o->clerk, CMD_paper_attest, &attest);
	q.reason = text_of("  ");
	assert_int_equal(test_act(o->h, o->records, CMD_paper_cancel, &q, &f), E_BLANK);
	q.reason = text_of("Ghi nhầm sổ");
	test_must(o->h, o->records, CMD_paper_cancel, &q);
	assert_int_equal(paper(o, code).attester, 0);
	assert_int_equal(stamp(o, code, 5, &f), E_EXISTS);
	assert_int_equal(stamp(o, code, 0, &f), OK);
	assert_int_equal(paper(o, code).n, 1);
	struct paper_list list = { .from = test_day("2026-01-01") };
	const char *all = test_shown(o->h, o->clerk, CMD_paper_list, &list, "paper_list");
	assert_int_equal(test_lines(all), 2);
	assert_non_null(strstr(all, "|cancelled|5/TB-UBND|"));
	assert_non_null(strstr(all, "|Ghi nhầm sổ\n"));
	assert_true(strstr(all, "|1/TB-UBND") < strstr(all, "|5/TB-UBND"));
	list = (struct paper_list){ .state = text_of("cancelled") };
	assert_int_equal(
		test_lines(test_shown(o->h, o->clerk, CMD_paper_list, &list, "paper_list")), 1);
	test_must(o->h, o->records, CMD_paper_attest, &attest);
	test_must(o->h, o->clerk, CMD_paper_attest, &attest);
	assert_int_equal(test_act(o->h, o->records, CMD_paper_cancel, &q, &f), E_ATTESTED);
}

/* What was printed since takes the place of a paper that has no number any more. */
static void a_paper_without_its_number_gives_way_to_a_later_one(void **state)
{
	struct office *o = *state;
	struct fault f;
	struct paper_make made = checked_notice(o);
	struct text old = make(o, &made);
	assert_int_equal(stamp(o, old, 0, &f), OK);
	made = notice(o);
	struct text since = make(o, &made);
	assert_int_equal(paper(o, old).next.n, 0);
	struct paper_cancel q = { old, text_of("Ghi nhầm sổ") };
	test_must(o->h, o->records, CMD_paper_cancel, &q);
	assert_true(text_equal(paper(o, old).next, since));
	assert_int_equal(stamp(o, old, 0, &f), E_REPLACED);
	assert_int_equal(stamp(o, since, 0, &f), OK);
}

static void a_scan_is_of_one_paper(void **state)
{
	struct office *o = *state;
	struct fault f;
	static const char *const to[] = { "97101", "98" };
	struct case_classify classify = { .number = text_of("98101/2026/1"),
		.kind = text_of("KIEN_NGHI") };
	test_must(o->h, o->processor, CMD_case_classify, &classify);
	for (unsigned i = 0; i < 2; i++) {
		struct paper_make q = text_of_paper(o, "dispatch", classify.number);
		q.to = text_of(to[i]);
		struct text code = make(o, &q);
		struct paper_attest attest = attestation(code);
		assert_int_equal(stamp(o, code, 0, &f), OK);
		assert_int_equal(test_act(o->h, o->records, CMD_paper_attest, &attest, &f),
			i == 0 ? OK : E_EXISTS);
		assert_string_equal(i == 0 ? "scan" : f.field, "scan");
	}
}

/* The leader wrote other words and then the first ones again: the notice that was printed is good,
 * under its number, once two persons attest it anew. */
static void what_says_the_same_again_is_bound_anew(void **state)
{
	struct office *o = *state;
	struct fault f;
	struct paper_make made = checked_notice(o), other;
	struct text code = make(o, &made);
	struct paper_attest attest = attestation(code);
	assert_int_equal(stamp(o, code, 0, &f), OK);
	test_must(o->h, o->clerk, CMD_paper_attest, &attest);
	put(o, 2, "Đã trả lời thêm");
	check(o);
	other = notice(o);
	struct text overtaken = make(o, &other);
	put(o, 2, "Đã trả lời");
	check(o);
	assert_int_equal(test_act(o->h, o->records, CMD_paper_attest, &attest, &f), E_STALE);
	made.content = step(o).content;
	test_must(o->h, o->clerk, CMD_paper_make, &made);
	assert_int_equal(test_act(o->h, o->clerk, CMD_paper_make, &made, &f), E_EXISTS);
	assert_true(text_equal(paper(o, overtaken).next, code));
	assert_int_equal(paper(o, code).n, 1);
	assert_int_equal(paper(o, code).attester, 0);
	test_must(o->h, o->records, CMD_paper_attest, &attest);
	test_must(o->h, o->clerk, CMD_paper_attest, &attest);
	assert_int_equal(test_conclusion(o->h, o->meeting, 1).state, 3);
}

/* Papers that tell the words of a case that is sealed say nothing any more. */
static void sealing_a_case_destroys_what_papers_say_of_it(void **state)
{
	struct office *o = *state;
	struct text of = text_of("98101/2026/1");
	struct paper_make q[] = { text_of_paper(o, "receipt", of),
		text_of_paper(o, "minutes", o->number),
		text_of_paper(o, "receipt", text_of("98101/2026/2")),
		text_of_paper(o, "register", text_of("98101")) };
	q[3].from = q[3].until = test_day(day);
	for (size_t i = 0; i < COUNT(q); i++)
		make(o, &q[i]);
	struct case_classify seal = { .number = of,
		.kind = text_of("TC"),
		.custodian = o->clerk->number,
		.paper = text_of("Tủ 3") };
	test_must(o->h, o->processor, CMD_case_classify, &seal);
	for (size_t i = 0; i < COUNT(q); i++) {
		struct fault f;
		struct paper_code ask = { code_of(o, &q[i]) };
		assert_int_equal(test_ask(o->h, o->clerk, CMD_paper_text, &ask, &f),
			i == 2 ? OK : E_NOT_FOUND);
		assert_int_equal(test_ask(o->h, o->clerk, CMD_paper_show, &ask, &f), OK);
	}
}

static void codes_are_read_as_people_type_them(void **state)
{
	(void)state;
	char code[CROCKFORD_SIGNS + 1], shown[CROCKFORD_SHOWN + 1];
	crockford_encode(
		(const uint8_t[8]){ 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }, code);
	assert_string_equal(code, "ZZZZZZZZZZZZ");
	crockford_encode((const uint8_t[8]){ 0, 0x44, 0x32, 0x14, 0xc7, 0x42, 0x54, 0xb6 }, code);
	assert_string_equal(code, "0123456789AB");
	crockford_show(code, shown);
	assert_string_equal(shown, "0123-4567-89AB");
	assert_true(crockford_read(text_of("oi23 4567-89ab"), code));
	assert_string_equal(code, "0123456789AB");
	assert_true(crockford_read(text_of("0L2345678 9AB"), code));
	assert_false(crockford_read(text_of("0123456789A"), code));
	assert_false(crockford_read(text_of("0123456789ABC"), code));
	assert_false(crockford_read(text_of("0123456789AU"), code));
	assert_false(paper_code(text_of("zz"), code));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_office, close_office)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_paper_is_kept_once_and_replaced_by_the_next),
		TEST(fields_go_with_their_papers),
		TEST(a_notice_is_of_what_passed_the_gate),
		TEST(numbers_run_in_the_series_of_unit_and_kind),
		TEST(two_persons_attest_one_of_them_a_records_clerk),
		TEST(what_was_signed_by_hand_is_issued_as_stamped),
		TEST(what_forgets_an_opinion_is_refused_on_paper_as_by_key),
		TEST(a_case_is_referred_by_a_dispatch_signed_by_hand),
		TEST(a_number_entered_by_error_is_cancelled_and_not_given_again),
		TEST(a_paper_without_its_number_gives_way_to_a_later_one),
		TEST(a_scan_is_of_one_paper),
		TEST(what_says_the_same_again_is_bound_anew),
		TEST(sealing_a_case_destroys_what_papers_say_of_it),
		cmocka_unit_test(codes_are_read_as_people_type_them),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
