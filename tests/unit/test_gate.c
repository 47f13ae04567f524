/*
 * test_gate.c: no conclusion forgets an opinion, whatever way is tried: at the check, the signing
 * and the issuing; with an opinion recorded, voided or split in between; with items that name what
 * is not there; in a meeting of thousands; across a restart. A refusal names what is missing and
 * leaves no trace.
 */
#include "tests/lib/test.h"

#include "tests/lib/house.h"

#include <stdio.h>

static const char day[] = "2026-03-01";
static const char gated[] = "dialogue_regular", ungated[] = "regular_reception";

struct desk {
	struct test_house *h;
	const struct test_officer *clerk, *leader;
	struct num meeting;
	struct text number; /* of the meeting */
};

static int open_desk(void **state)
{
	static struct desk desk;
	desk = (struct desk){ .h = test_house_open() };
	desk.clerk = test_officer(desk.h, "receptionist", "98101");
	desk.leader = test_officer(desk.h, "leader", "98101");
	desk.h->verify = true;
	*state = &desk;
	return 0;
}

static int close_desk(void **state)
{
	struct desk *d = *state;
	test_house_close(d->h);
	return 0;
}

/* A meeting with so many opinions, its minutes closed. */
static void meet(struct desk *d, const char *kind, size_t count)
{
	d->meeting = test_record(d->h, d->clerk, kind, day, count, true);
	d->number = test_number_text(d->h, d->meeting);
}

static enum err draft(struct desk *d)
{
	struct meeting_number q = { d->number };
	return test_act(d->h, d->clerk, CMD_conclusion_draft, &q, NULL);
}

static struct item_new item(const uint32_t *ordinals, size_t n)
{
	return (struct item_new){ .opinions = { ordinals, n },
		.how = text_of("direction"),
		.unit = text_of("98101-KT"),
		.due = test_day("2026-04-01"),
		.words = text_of("Phòng Kinh tế sửa xong trước mùa mưa") };
}

/* One item more, covering these ordinals; first 1 empties the draft before. */
static void put(
	struct desk *d, uint64_t version, uint64_t first, const uint32_t *ordinals, size_t n)
{
	struct item_new v = item(ordinals, n);
	struct conclusion_put q = { d->number, version, first, { &v, 1 } };
	test_must(d->h, d->clerk, CMD_conclusion_put, &q);
}

#define PUT(d, version, first, ...)                                                                \
	put((d), (version), (first), (const uint32_t[]){ __VA_ARGS__ },                            \
		COUNT(((const uint32_t[]){ __VA_ARGS__ })))

/* Check, sign or issue what stands in the draft now. */
static enum err step(struct desk *d, enum cmd cmd, uint64_t version, struct fault *f)
{
	uint8_t content[32];
	test_content(d->h, d->meeting, (uint32_t)version, content);
	struct conclusion_step q = { d->number, version, bytes_of(content, 32), 0, { 0 } };
	return test_act(d->h, cmd == CMD_conclusion_check ? d->clerk : d->leader, cmd, &q, f);
}

static void must_step(struct desk *d, enum cmd cmd, uint64_t version)
{
	struct fault f;
	assert_int_equal(step(d, cmd, version, &f), OK);
}

/* Refused with this error and these ordinals, and nothing has changed. */
static void refused(struct desk *d, enum cmd cmd, uint64_t version, enum err want,
	const uint32_t *ordinals, size_t n)
{
	struct fault f = { 0 };
	struct test_state before = test_state(d->h);
	assert_int_equal(step(d, cmd, version, &f), want);
	assert_int_equal(f.total, n);
	assert_int_equal(f.list_count, n < FAULT_LIST_MAX ? n : FAULT_LIST_MAX);
	for (size_t i = 0; i < n && i < FAULT_LIST_MAX; i++)
		assert_int_equal(f.list[i], ordinals[i]);
	struct test_state after = test_state(d->h);
	assert_memory_equal(&before, &after, sizeof(before));
}

#define REFUSED(d, cmd, version, want, ...)                                                        \
	refused((d), CMD_conclusion_##cmd, (version), (want), (const uint32_t[]){ __VA_ARGS__ },   \
		COUNT(((const uint32_t[]){ __VA_ARGS__ })))

static void refused_plainly(struct desk *d, enum cmd cmd, uint64_t version, enum err want)
{
	refused(d, cmd, version, want, NULL, 0);
}

static void add(struct desk *d, size_t count)
{
	struct opinion_add q = { d->number, 0, test_opinions(d->h, count, NULL, NULL) };
	test_must(d->h, d->clerk, CMD_opinion_add, &q);
}

static void void_opinion(struct desk *d, uint64_t ordinal)
{
	struct opinion_void q = { d->number, ordinal, text_of("error"), 0 };
	test_must(d->h, d->clerk, CMD_opinion_void, &q);
}

static void split_opinion(struct desk *d, uint64_t ordinal)
{
	struct opinion_split q = { d->number, ordinal, test_opinions(d->h, 2, NULL, NULL) };
	test_must(d->h, d->leader, CMD_opinion_split, &q);
}

static void stands(struct desk *d, unsigned count, unsigned live, unsigned included)
{
	struct row_meeting m = test_meeting(d->h, d->meeting);
	assert_int_equal(m.count, count);
	assert_int_equal(m.live, live);
	assert_int_equal(m.included, included);
}

/* A conclusion over 1..n that is checked. */
static void checked(struct desk *d, uint32_t n)
{
	uint32_t all[200];
	assert_true(n <= COUNT(all));
	for (uint32_t i = 0; i < n; i++)
		all[i] = i + 1;
	assert_int_equal(draft(d), OK);
	put(d, 1, 1, all, n);
	must_step(d, CMD_conclusion_check, 1);
}

static void a_forgotten_opinion_fails_the_check(void **state)
{
	struct desk *d = *state;
	meet(d, gated, 5);
	assert_int_equal(draft(d), OK);
	PUT(d, 1, 1, 1, 2, 5);
	REFUSED(d, check, 1, E_GATE, 3, 4);
	PUT(d, 1, 2, 3);
	REFUSED(d, check, 1, E_GATE, 4);
	PUT(d, 1, 3, 4);
	must_step(d, CMD_conclusion_check, 1);
	must_step(d, CMD_conclusion_sign, 1);
	must_step(d, CMD_conclusion_issue, 1);
	stands(d, 5, 5, 5);
}

static void an_empty_draft_forgets_all(void **state)
{
	struct desk *d = *state;
	meet(d, gated, 3);
	assert_int_equal(draft(d), OK);
	REFUSED(d, check, 1, E_GATE, 1, 2, 3);
	REFUSED(d, sign, 1, E_GATE, 1, 2, 3);
	REFUSED(d, issue, 1, E_GATE, 1, 2, 3);
}

static void what_was_not_checked_is_neither_signed_nor_issued(void **state)
{
	struct desk *d = *state;
	meet(d, gated, 2);
	assert_int_equal(draft(d), OK);
	PUT(d, 1, 1, 1, 2);
	refused_plainly(d, CMD_conclusion_sign, 1, E_STATE);
	refused_plainly(d, CMD_conclusion_issue, 1, E_STATE);
}

static void a_draft_mended_after_the_check_is_a_draft_again(void **state)
{
	struct desk *d = *state;
	meet(d, gated, 3);
	checked(d, 3);
	PUT(d, 1, 1, 1, 2);
	REFUSED(d, sign, 1, E_GATE, 3);
	REFUSED(d, issue, 1, E_GATE, 3);
	PUT(d, 1, 2, 3);
	refused_plainly(d, CMD_conclusion_issue, 1, E_STATE);
	must_step(d, CMD_conclusion_check, 1);
	must_step(d, CMD_conclusion_issue, 1);
}

static void only_what_was_seen_is_signed(void **state)
{
	struct desk *d = *state;
	struct fault f;
	uint8_t content[32];
	meet(d, gated, 2);
	checked(d, 2);
	test_content(d->h, d->meeting, 1, content);
	struct conclusion_step q = { d->number, 1, bytes_of(content, 32), 0, { 0 } };
	PUT(d, 1, 1, 2, 1);
	must_step(d, CMD_conclusion_check, 1);
	assert_int_equal(test_act(d->h, d->leader, CMD_conclusion_sign, &q, &f), E_STALE);
	assert_int_equal(test_act(d->h, d->leader, CMD_conclusion_issue, &q, &f), E_STALE);
	must_step(d, CMD_conclusion_issue, 1);
}

static void what_is_signed_is_taken_back_by_who_may_sign(void **state)
{
	struct desk *d = *state;
	struct fault f;
	meet(d, gated, 2);
	checked(d, 2);
	must_step(d, CMD_conclusion_sign, 1);
	struct item_new v = item((const uint32_t[]){ 1, 2 }, 2);
	struct conclusion_put q = { d->number, 1, 1, { &v, 1 } };
	assert_int_equal(test_act(d->h, d->clerk, CMD_conclusion_put, &q, &f), E_STATE);
	add(d, 1); /* now the gate does not pass it: it must be mended, by whom it may be */
	assert_int_equal(test_act(d->h, d->clerk, CMD_conclusion_put, &q, &f), OK);
	PUT(d, 1, 1, 1, 2, 3);
	must_step(d, CMD_conclusion_check, 1);
	must_step(d, CMD_conclusion_sign, 1);
	assert_int_equal(test_act(d->h, d->leader, CMD_conclusion_put, &q, &f), OK);
	refused(d, CMD_conclusion_issue, 1, E_GATE, (const uint32_t[]){ 3 }, 1);
}

static void a_late_opinion_after_the_check_stops_signing_and_issuing(void **state)
{
	struct desk *d = *state;
	meet(d, gated, 4);
	checked(d, 4);
	add(d, 1);
	REFUSED(d, sign, 1, E_GATE, 5);
	REFUSED(d, issue, 1, E_GATE, 5);
	REFUSED(d, check, 1, E_GATE, 5);
	stands(d, 5, 5, 0);
}

static void a_late_opinion_after_the_signing_stops_issuing(void **state)
{
	struct desk *d = *state;
	meet(d, gated, 4);
	checked(d, 4);
	must_step(d, CMD_conclusion_sign, 1);
	add(d, 2);
	REFUSED(d, issue, 1, E_GATE, 5, 6);
}

static void a_late_opinion_in_the_same_batch_stops_issuing(void **state)
{
	struct desk *d = *state;
	meet(d, gated, 4);
	checked(d, 4);
	must_step(d, CMD_conclusion_sign, 1);
	test_begin(d->h);
	add(d, 1);
	REFUSED(d, issue, 1, E_GATE, 5);
	test_commit(d->h);
	stands(d, 5, 5, 0);
	assert_int_equal(test_conclusion(d->h, d->meeting, 1).state, 3);
}

static void a_late_opinion_behind_the_issuing_makes_the_meeting_incomplete(void **state)
{
	struct desk *d = *state;
	meet(d, gated, 4);
	checked(d, 4);
	test_begin(d->h);
	must_step(d, CMD_conclusion_issue, 1);
	add(d, 1);
	test_commit(d->h);
	stands(d, 5, 5, 4);
	assert_true(test_opinion(d->h, d->meeting, 5).late);
}

static void a_supplement_must_cover_what_came_late_and_no_more(void **state)
{
	struct desk *d = *state;
	meet(d, gated, 2);
	checked(d, 2);
	must_step(d, CMD_conclusion_issue, 1);
	assert_int_equal(draft(d), E_NOTHING);
	add(d, 2);
	assert_int_equal(draft(d), OK);
	REFUSED(d, check, 2, E_GATE, 3, 4);
	PUT(d, 2, 1, 4);
	REFUSED(d, check, 2, E_GATE, 3);
	PUT(d, 2, 2, 3);
	must_step(d, CMD_conclusion_check, 2);
	add(d, 1);
	REFUSED(d, issue, 2, E_GATE, 5);
	PUT(d, 2, 1, 3, 4, 5);
	must_step(d, CMD_conclusion_check, 2);
	must_step(d, CMD_conclusion_issue, 2);
	stands(d, 5, 5, 5);
	assert_int_equal(draft(d), E_NOTHING);
	refused_plainly(d, CMD_conclusion_issue, 2, E_NO_DRAFT);
	refused_plainly(d, CMD_conclusion_issue, 1, E_NO_DRAFT);
}

static void a_voided_opinion_must_leave_the_items(void **state)
{
	struct desk *d = *state;
	meet(d, gated, 3);
	checked(d, 3);
	must_step(d, CMD_conclusion_sign, 1);
	void_opinion(d, 2);
	REFUSED(d, issue, 1, E_GATE_VOID, 2);
	REFUSED(d, check, 1, E_GATE_VOID, 2);
	PUT(d, 1, 1, 1, 3);
	must_step(d, CMD_conclusion_check, 1);
	must_step(d, CMD_conclusion_issue, 1);
	stands(d, 3, 2, 2);
}

static void the_parts_of_a_split_opinion_must_be_covered(void **state)
{
	struct desk *d = *state;
	meet(d, gated, 3);
	checked(d, 3);
	split_opinion(d, 2);
	REFUSED(d, issue, 1, E_GATE, 4, 5);
	PUT(d, 1, 1, 1, 2, 3, 4, 5);
	REFUSED(d, check, 1, E_GATE_VOID, 2);
	PUT(d, 1, 1, 1, 3, 4);
	REFUSED(d, check, 1, E_GATE, 5);
	PUT(d, 1, 2, 5);
	must_step(d, CMD_conclusion_check, 1);
	must_step(d, CMD_conclusion_issue, 1);
	stands(d, 5, 4, 4);
}

static void a_split_after_the_issuing_needs_a_supplement(void **state)
{
	struct desk *d = *state;
	meet(d, gated, 2);
	checked(d, 2);
	must_step(d, CMD_conclusion_issue, 1);
	split_opinion(d, 1);
	stands(d, 4, 3, 1);
	assert_int_equal(draft(d), OK);
	PUT(d, 2, 1, 3);
	REFUSED(d, check, 2, E_GATE, 4);
}

/* The example of the definitions: six live, five covered, then a seventh. */
static void the_example_of_the_definitions(void **state)
{
	struct desk *d = *state;
	meet(d, gated, 6);
	split_opinion(d, 2); /* 7 and 8 */
	void_opinion(d, 6);
	stands(d, 8, 6, 0);
	assert_int_equal(draft(d), OK);
	PUT(d, 1, 1, 1, 7, 3, 4, 5);
	REFUSED(d, check, 1, E_GATE, 8);
	PUT(d, 1, 2, 8);
	must_step(d, CMD_conclusion_check, 1);
	must_step(d, CMD_conclusion_issue, 1);
	stands(d, 8, 6, 6);
	d->h->now = test_time("2026-03-03", 9);
	add(d, 1);
	stands(d, 9, 7, 6);
	assert_int_equal(draft(d), OK);
	PUT(d, 2, 1, 9);
	must_step(d, CMD_conclusion_check, 2);
	must_step(d, CMD_conclusion_issue, 2);
	stands(d, 9, 7, 7);
}

static void items_name_only_what_the_meeting_has(void **state)
{
	struct desk *d = *state;
	meet(d, gated, 2);
	assert_int_equal(draft(d), OK);
	PUT(d, 1, 1, 1, 2, 3, 20000);
	REFUSED(d, check, 1, E_GATE_UNKNOWN, 3, 20000);
	PUT(d, 1, 1, 0, 1, 2);
	REFUSED(d, check, 1, E_GATE_UNKNOWN, 0);
	PUT(d, 1, 1, UINT32_MAX, 1, 2);
	REFUSED(d, check, 1, E_GATE_UNKNOWN, UINT32_MAX);
}

/* Sealed ones are opinions too. */
static void a_denunciation_must_be_covered(void **state)
{
	struct desk *d = *state;
	meet(d, gated, 1);
	struct opinion_new stub = {
		.kind = text_of("TC"), .custodian = d->leader->number, .paper = text_of("tủ 3")
	};
	struct opinion_add q = { d->number, 0, { &stub, 1 } };
	test_must(d->h, d->clerk, CMD_opinion_add, &q);
	assert_int_equal(draft(d), OK);
	PUT(d, 1, 1, 1);
	REFUSED(d, check, 1, E_GATE, 2);
}

/* Answered, filed or merged elsewhere, an opinion still needs its item. */
static void a_case_that_is_over_must_be_covered(void **state)
{
	struct desk *d = *state;
	meet(d, gated, 2);
	struct case_classify classify = { .number = text_of("98101/2026/2"),
		.kind = text_of("KN") };
	struct case_ground file = { .number = classify.number, .ground = text_of("no_reason") };
	test_must(d->h, d->leader, CMD_case_classify, &classify);
	test_must(d->h, d->leader, CMD_case_file, &file);
	assert_int_equal(draft(d), OK);
	PUT(d, 1, 1, 1);
	REFUSED(d, check, 1, E_GATE, 2);
}

static void declining_is_an_item_with_a_reason(void **state)
{
	struct desk *d = *state;
	struct fault f;
	const uint32_t both[] = { 1, 2 };
	meet(d, gated, 2);
	assert_int_equal(draft(d), OK);
	struct item_new v = { .opinions = { both, 2 },
		.how = text_of("decline"),
		.words = text_of("Không thuộc thẩm quyền") };
	struct conclusion_put q = { d->number, 1, 1, { &v, 1 } };
	assert_int_equal(test_act(d->h, d->clerk, CMD_conclusion_put, &q, &f), E_MISSING);
	v.ground = text_of("not_ours");
	v.words = (struct text){ 0 };
	assert_int_equal(test_act(d->h, d->clerk, CMD_conclusion_put, &q, &f), E_MISSING);
	v.words = text_of("Không thuộc thẩm quyền");
	test_must(d->h, d->clerk, CMD_conclusion_put, &q);
	must_step(d, CMD_conclusion_check, 1);
	must_step(d, CMD_conclusion_issue, 1);
	stands(d, 2, 2, 2);
}

static void a_direction_names_a_body_and_a_day(void **state)
{
	struct desk *d = *state;
	struct fault f;
	const uint32_t one[] = { 1 };
	meet(d, gated, 1);
	assert_int_equal(draft(d), OK);
	struct item_new v = item(one, 1);
	struct conclusion_put q = { d->number, 1, 1, { &v, 1 } };
	v.due = 0;
	assert_int_equal(test_act(d->h, d->clerk, CMD_conclusion_put, &q, &f), E_MISSING);
	v = item(one, 1);
	v.unit = (struct text){ 0 };
	assert_int_equal(test_act(d->h, d->clerk, CMD_conclusion_put, &q, &f), E_MISSING);
	v = item(one, 1);
	v.unit = text_of("985");
	assert_int_equal(test_act(d->h, d->clerk, CMD_conclusion_put, &q, &f), E_ENDED);
	REFUSED(d, check, 1, E_GATE, 1);
}

/* A count that is given must be the number of opinions; that the minutes are closed is said apart.
 */
static void a_count_that_does_not_fit_is_refused(void **state)
{
	struct desk *d = *state;
	struct fault f;
	struct meeting_new meeting = {
		.unit = text_of("98101"), .kind = text_of(gated), .day = test_day(day)
	};
	struct meeting_record q = { .meeting = { &meeting, 1 },
		.opinions = test_opinions(d->h, 2, NULL, NULL),
		.count = 3 };
	assert_int_equal(test_act(d->h, d->clerk, CMD_meeting_record, &q, &f), E_MINUTES_COUNT);
	q.closed = 1;
	assert_int_equal(test_act(d->h, d->clerk, CMD_meeting_record, &q, &f), E_MINUTES_COUNT);
	q.closed = 0;
	q.count = 2;
	test_must(d->h, d->clerk, CMD_meeting_record, &q);
	struct meeting_number again = { text_of("98101/2026/1") };
	struct minutes_close close = { again.meeting, 2 };
	test_must(d->h, d->clerk, CMD_minutes_close, &close);
}

static void open_minutes_stop_all(void **state)
{
	struct desk *d = *state;
	d->meeting = test_record(d->h, d->clerk, gated, day, 2, false);
	d->number = test_number_text(d->h, d->meeting);
	assert_int_equal(draft(d), OK);
	PUT(d, 1, 1, 1, 2);
	refused_plainly(d, CMD_conclusion_check, 1, E_MINUTES_OPEN);
	refused_plainly(d, CMD_conclusion_issue, 1, E_MINUTES_OPEN);
	struct fault f;
	struct minutes_close q = { d->number, 3 };
	assert_int_equal(test_act(d->h, d->clerk, CMD_minutes_close, &q, &f), E_MINUTES_COUNT);
	q.count = 2;
	test_must(d->h, d->clerk, CMD_minutes_close, &q);
	must_step(d, CMD_conclusion_check, 1);
}

static void one_draft_at_a_time(void **state)
{
	struct desk *d = *state;
	meet(d, gated, 2);
	assert_int_equal(draft(d), OK);
	assert_int_equal(draft(d), E_EXISTS);
	PUT(d, 1, 1, 1, 2);
	refused_plainly(d, CMD_conclusion_check, 2, E_CONFLICT);
	must_step(d, CMD_conclusion_check, 1);
	assert_int_equal(draft(d), E_EXISTS);
	must_step(d, CMD_conclusion_issue, 1);
	assert_int_equal(draft(d), E_NOTHING);
}

static void an_item_of_another_meeting_covers_nothing_here(void **state)
{
	struct desk *d = *state;
	meet(d, gated, 2);
	checked(d, 2);
	meet(d, gated, 2);
	assert_int_equal(draft(d), OK);
	REFUSED(d, check, 1, E_GATE, 1, 2);
}

static void it_holds_across_a_restart(void **state)
{
	struct desk *d = *state;
	meet(d, gated, 3);
	checked(d, 3);
	must_step(d, CMD_conclusion_sign, 1);
	test_house_reopen(d->h);
	add(d, 1);
	test_house_reopen(d->h);
	REFUSED(d, issue, 1, E_GATE, 4);
	test_house_reopen(d->h);
	PUT(d, 1, 1, 1, 2, 3, 4);
	must_step(d, CMD_conclusion_check, 1);
	test_house_reopen(d->h);
	must_step(d, CMD_conclusion_issue, 1);
	test_house_reopen(d->h);
	stands(d, 4, 4, 4);
}

enum { MANY = 3000, EACH = 150 };

/* All but one of thousands, in items of 150 and puts of five items. */
static void put_many(struct desk *d, uint32_t but)
{
	static uint32_t ordinals[MANY];
	struct item_new v[5];
	uint64_t first = 1;
	for (uint32_t from = 0; from < MANY; first += COUNT(v)) {
		for (size_t i = 0; i < COUNT(v); i++, from += EACH) {
			size_t n = 0;
			for (uint32_t k = from; k < from + EACH; k++)
				if (k + 1 != but)
					ordinals[from + n++] = k + 1;
			v[i] = item(ordinals + from, n);
		}
		struct conclusion_put q = { d->number, 1, first, { v, COUNT(v) } };
		test_must(d->h, d->clerk, CMD_conclusion_put, &q);
	}
}

static void one_of_three_thousand_is_not_forgotten(void **state)
{
	struct desk *d = *state;
	static const uint32_t each[] = { 1, 1777, MANY };
	struct fault f;
	meet(d, gated, 200);
	for (unsigned i = 0; i < 14; i++)
		add(d, 200);
	assert_int_equal(draft(d), OK);
	for (size_t i = 0; i < COUNT(each); i++) {
		put_many(d, each[i]);
		assert_int_equal(step(d, CMD_conclusion_check, 1, &f), E_GATE);
		assert_int_equal(f.total, 1);
		assert_int_equal(f.list[0], each[i]);
	}
	put_many(d, 0);
	must_step(d, CMD_conclusion_check, 1);
	test_house_reopen(d->h);
	add(d, 1);
	REFUSED(d, issue, 1, E_GATE, MANY + 1);
	PUT(d, 1, 1, MANY + 1);
	assert_int_equal(step(d, CMD_conclusion_issue, 1, &f), E_GATE);
	assert_int_equal(f.total, MANY);
	assert_int_equal(f.list_count, FAULT_LIST_MAX);
	assert_int_equal(f.list[63], 64);
	put_many(d, 0);
	PUT(d, 1, MANY / EACH + 1, MANY + 1);
	must_step(d, CMD_conclusion_check, 1);
	must_step(d, CMD_conclusion_issue, 1);
	stands(d, MANY + 1, MANY + 1, MANY + 1);
}

/* The policy says which kinds are gated: elsewhere opinions may be left out, but what items name
 * must be there. */
static void an_ungated_kind_may_leave_opinions_out(void **state)
{
	struct desk *d = *state;
	meet(d, ungated, 3);
	void_opinion(d, 3);
	assert_int_equal(draft(d), OK);
	PUT(d, 1, 1, 1, 3);
	REFUSED(d, check, 1, E_GATE_VOID, 3);
	PUT(d, 1, 1, 1, 4);
	REFUSED(d, check, 1, E_GATE_UNKNOWN, 4);
	PUT(d, 1, 1, 1);
	must_step(d, CMD_conclusion_check, 1);
	must_step(d, CMD_conclusion_issue, 1);
	stands(d, 3, 2, 1);
}

/* A kind's rule is pinned at the first opinion: no later policy opens the gate. */
static void a_new_policy_does_not_open_the_gate(void **state)
{
	struct desk *d = *state;
	meet(d, gated, 2);
	struct policy policy;
	struct house house = { 0 };
	struct txn *txn = test_txn(d->h);
	assert_int_equal(house_refresh(&house, txn, NULL), OK);
	policy = house.policy;
	struct policy_term kinds[3];
	assert_int_equal(policy.meeting_kinds.n, 3);
	memcpy(kinds, policy.meeting_kinds.v, sizeof(kinds));
	for (size_t i = 0; i < 3; i++)
		kinds[i].gated = text_of("no");
	policy.meeting_kinds.v = kinds;
	struct policy_adopt q = { { &policy, 1 } };
	test_txn_end(d->h, txn);
	test_must(d->h, test_officer(d->h, "admin", ""), CMD_policy_adopt, &q);
	house_fini(&house);
	assert_int_equal(draft(d), OK);
	PUT(d, 1, 1, 1);
	REFUSED(d, check, 1, E_GATE, 2);
	meet(d, gated, 2);
	assert_int_equal(draft(d), OK);
	PUT(d, 1, 1, 1);
	must_step(d, CMD_conclusion_check, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_desk, close_desk)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_forgotten_opinion_fails_the_check),
		TEST(an_empty_draft_forgets_all),
		TEST(what_was_not_checked_is_neither_signed_nor_issued),
		TEST(a_draft_mended_after_the_check_is_a_draft_again),
		TEST(only_what_was_seen_is_signed),
		TEST(what_is_signed_is_taken_back_by_who_may_sign),
		TEST(a_late_opinion_after_the_check_stops_signing_and_issuing),
		TEST(a_late_opinion_after_the_signing_stops_issuing),
		TEST(a_late_opinion_in_the_same_batch_stops_issuing),
		TEST(a_late_opinion_behind_the_issuing_makes_the_meeting_incomplete),
		TEST(a_supplement_must_cover_what_came_late_and_no_more),
		TEST(a_voided_opinion_must_leave_the_items),
		TEST(the_parts_of_a_split_opinion_must_be_covered),
		TEST(a_split_after_the_issuing_needs_a_supplement),
		TEST(the_example_of_the_definitions),
		TEST(items_name_only_what_the_meeting_has),
		TEST(a_denunciation_must_be_covered),
		TEST(a_case_that_is_over_must_be_covered),
		TEST(declining_is_an_item_with_a_reason),
		TEST(a_direction_names_a_body_and_a_day),
		TEST(a_count_that_does_not_fit_is_refused),
		TEST(open_minutes_stop_all),
		TEST(one_draft_at_a_time),
		TEST(an_item_of_another_meeting_covers_nothing_here),
		TEST(it_holds_across_a_restart),
		TEST(one_of_three_thousand_is_not_forgotten),
		TEST(an_ungated_kind_may_leave_opinions_out),
		TEST(a_new_policy_does_not_open_the_gate),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
