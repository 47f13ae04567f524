/*
 * test_citizen.c: the citizen's side: the receipt that opens a case without an account, the word on
 * the answer, the case that is taken up again; and bodies that answer on paper alone.
 */
#include "tests/lib/test.h"

#include "proto/crockford.h"
#include "tests/lib/house.h"
#include "tests/lib/reading.h"

#include <stdio.h>

static const char day[] = "2026-03-01";

struct window {
	struct test_house *h;
	const struct test_officer *clerk, *leader, *processor, *handler;
	struct text number; /* of a case that was answered and told */
};

static void answer(struct window *w, struct text number)
{
	struct case_classify classify = { .number = number, .kind = text_of("KN") };
	struct case_resolve resolve = {
		.number = number, .outcome = text_of("explained"), .text = text_of("Đã trả lời")
	};
	struct case_notify notify = { .number = number, .channel = text_of("paper") };
	test_must(w->h, w->processor, CMD_case_classify, &classify);
	test_must(w->h, w->leader, CMD_case_resolve, &resolve);
	test_must(w->h, w->clerk, CMD_case_notify, &notify);
}

static int open_window(void **state)
{
	static struct window w;
	w = (struct window){ .h = test_house_open(), .number = text_of("98101/2026/1") };
	w.clerk = test_officer(w.h, "receptionist", "98101");
	w.leader = test_officer(w.h, "leader", "98101");
	w.processor = test_officer(w.h, "processor", "98101");
	w.handler = test_officer(w.h, "handler", "98101");
	w.h->verify = true;
	test_record(w.h, w.clerk, "dialogue_regular", day, 3, true);
	answer(&w, w.number);
	*state = &w;
	return 0;
}

static int close_window(void **state)
{
	struct window *w = *state;
	test_house_close(w->h);
	return 0;
}

static struct text secret(struct window *w, struct text number)
{
	struct case_number q = { number };
	struct test_reply reply;
	assert_int_equal(test_read(w->h, w->clerk, CMD_case_receipt, &q, &reply), OK);
	return arena_format(&w->h->arena, "%s", test_cell(&reply, "case_receipt", 0, "secret"));
}

static enum err status(struct window *w, const char *number, struct text typed)
{
	struct fault f = { 0 };
	struct case_status q = { text_of(number), typed };
	enum err err = test_ask(w->h, w->handler, CMD_case_status, &q, &f);
	if (err != OK)
		assert_string_equal(f.field, "secret");
	return err;
}

static void a_receipt_opens_its_case_and_no_other(void **state)
{
	struct window *w = *state;
	struct text mine = secret(w, w->number), other = secret(w, text_of("98101/2026/2"));
	assert_int_equal(mine.n, CROCKFORD_SHOWN);
	assert_false(text_equal(mine, other));
	assert_int_equal(status(w, "98101/2026/1", mine), OK);
	assert_int_equal(status(w, "98101/2026/2", mine), E_SECRET);
	assert_int_equal(status(w, "98101/2026/99", mine), E_SECRET);
	assert_int_equal(status(w, "nonsense", mine), E_SECRET);
	assert_int_equal(status(w, "98101/2026/1", text_of("x")), E_SECRET);
	struct case_status q = { w->number, mine };
	const char *all = test_shown(w->h, w->handler, CMD_case_status, &q, "case_status");
	assert_non_null(strstr(all, "state|NOTIFIED\n"));
	assert_null(strstr(all, "Đã trả lời"));
	assert_null(memmem(all, strlen(all), "due|", 4)); /* it was answered */
}

static enum err say(struct window *w, const char *word, struct fault *f)
{
	struct case_feedback q = {
		.number = w->number, .word = text_of(word), .words = text_of("Chưa thỏa đáng")
	};
	return test_act(w->h, w->clerk, CMD_case_feedback, &q, f);
}

static void a_poor_word_takes_the_case_up_once(void **state)
{
	struct window *w = *state;
	struct fault f;
	struct num number = test_number(w->h, "98101/2026/1");
	struct num next;
	assert_int_equal(say(w, "bored", &f), E_VALUE);
	assert_int_equal(say(w, "satisfied", &f), OK);
	assert_int_equal(test_case(w->h, number).next.n, 0);
	assert_int_equal(say(w, "unsatisfied", &f), OK);
	struct row_case c = test_case(w->h, number);
	next = c.next;
	assert_int_not_equal(next.n, 0);
	assert_int_equal(c.state, STATE_NOTIFIED);
	struct row_case fresh = test_case(w->h, next);
	assert_int_equal(fresh.state, STATE_CLASSIFIED);
	assert_int_equal(fresh.kind, c.kind);
	assert_int_equal(fresh.meeting.n, 0);
	assert_true(fresh.due >= fresh.day + 30);
	assert_int_equal(say(w, "unsatisfied", &f), OK); /* once is enough */
	assert_true(num_equal(test_case(w->h, number).next, next));
	struct case_number q = { test_number_text(w->h, next) };
	assert_string_equal(
		test_fact(w->h, w->clerk, CMD_case_show, &q, "takes up"), "98101/2026/1");
	assert_non_null(test_fact(w->h, w->clerk, CMD_case_show, &q, "words"));
	struct case_reopen again = { .number = w->number, .words = text_of("Có tình tiết mới") };
	assert_int_equal(test_act(w->h, w->processor, CMD_case_reopen, &again, &f), E_EXISTS);
}

/* What is destroyed for the one is destroyed for the other. */
static void sealing_what_was_taken_up_leaves_no_word_of_either(void **state)
{
	struct window *w = *state;
	struct case_reopen again = { .number = w->number, .words = text_of("Có tình tiết mới") };
	test_must(w->h, w->processor, CMD_case_reopen, &again);
	struct text next =
		test_number_text(w->h, test_case(w->h, test_number(w->h, "98101/2026/1")).next);
	struct case_classify seal = { .number = next,
		.kind = text_of("TC"),
		.custodian = w->clerk->number,
		.paper = text_of("Tủ 3") };
	test_must(w->h, w->processor, CMD_case_classify, &seal);
	struct case_number q = { w->number };
	assert_null(test_fact(w->h, w->clerk, CMD_case_show, &q, "words"));
	assert_null(
		strstr(test_shown(w->h, w->clerk, CMD_case_show, &q, "case_steps"), "Đã trả lời"));
}

/* A body that has no hoiam: it answers on paper, and a clerk enters that. */
static void an_outside_body_answers_by_a_clerk(void **state)
{
	struct window *w = *state;
	struct fault f;
	struct unit_new body = { .code = text_of("EVN"),
		.name = text_of("Điện lực"),
		.kind = text_of("body"),
		.level = text_of("province"),
		.from = test_day("2020-01-01") };
	struct unit_add add = { { &body, 1 } };
	struct text number = text_of("98101/2026/2");
	struct case_classify classify = { .number = number, .kind = text_of("KN") };
	struct case_refer refer = {
		.number = number, .to = text_of("EVN"), .document = text_of("7/CV")
	};
	struct case_day received = { .number = number };
	test_must(w->h, test_officer(w->h, "admin", ""), CMD_unit_add, &add);
	struct grant_add role = {
		.officer = w->handler->number, .role = text_of("handler"), .unit = text_of("EVN")
	};
	assert_int_equal(test_act(w->h, test_officer(w->h, "admin", ""), CMD_grant_add, &role, &f),
		E_OUTSIDE);
	struct meeting_new meeting = {
		.unit = text_of("EVN"), .kind = text_of("dialogue_regular"), .day = test_day(day)
	};
	assert_int_equal(
		test_act(w->h, test_officer(w->h, "leader", ""), CMD_meeting_open, &meeting, &f),
		E_OUTSIDE);
	test_must(w->h, w->processor, CMD_case_classify, &classify);
	test_must(w->h, w->leader, CMD_case_refer, &refer);
	assert_int_equal(test_act(w->h, w->clerk, CMD_case_acknowledge, &received, &f), E_BEHALF);
	assert_string_equal(f.what, "EVN");
	assert_int_equal(
		test_act(w->h, w->handler, CMD_case_acknowledge, &received, &f), E_NOT_ALLOWED);
	test_behalf(w->h, "98102");
	assert_int_equal(
		test_act(w->h, w->clerk, CMD_case_acknowledge, &received, &f), E_NOT_ALLOWED);
	test_behalf(w->h, "NOBODY");
	assert_int_equal(
		test_act(w->h, w->clerk, CMD_case_acknowledge, &received, &f), E_NOT_FOUND);
	test_behalf(w->h, "EVN");
	assert_int_equal(test_act(w->h, w->clerk, CMD_case_acknowledge, &received, &f), E_MISSING);
	assert_string_equal(f.field, "document");
	received.document = text_of("88/EVN");
	test_must(w->h, w->clerk, CMD_case_acknowledge, &received);
	struct case_resolve resolve = { .number = number,
		.outcome = text_of("done"),
		.text = text_of("Đã kéo điện"),
		.document = text_of("99/EVN") };
	test_must(w->h, w->clerk, CMD_case_resolve, &resolve);
	struct case_notify notify = { .number = number, .channel = text_of("paper") };
	assert_int_equal(test_act(w->h, w->clerk, CMD_case_notify, &notify, &f), E_ONLY_WITH);
	test_behalf(w->h, "");
	test_must(w->h, w->clerk, CMD_case_notify, &notify);
	struct case_number q = { number };
	const char *steps = test_shown(w->h, w->clerk, CMD_case_show, &q, "case_steps");
	assert_non_null(strstr(steps, "|Đã kéo điện|EVN\n"));
}

/* A denunciation is referred once: one sent to the wrong body was not referred. */
static void what_went_to_the_wrong_body_is_taken_back(void **state)
{
	struct window *w = *state;
	struct fault f;
	struct text number = text_of("98101/2026/2");
	struct num key = test_number(w->h, "98101/2026/2");
	struct case_classify classify = { .number = number,
		.kind = text_of("TC"),
		.custodian = w->clerk->number,
		.paper = text_of("Tủ 3") };
	struct case_refer refer = {
		.number = number, .to = text_of("98102"), .document = text_of("7/CV")
	};
	struct case_return back = { .number = number, .ground = text_of("error") };
	struct case_day received = { .number = number };
	const struct test_officer *there = test_officer(w->h, "leader", "98102");
	test_must(w->h, w->processor, CMD_case_classify, &classify);
	assert_int_equal(test_act(w->h, w->leader, CMD_case_recall, &back, &f), E_STATE);
	test_must(w->h, w->leader, CMD_case_refer, &refer);
	assert_int_equal(test_act(w->h, there, CMD_case_recall, &back, &f), E_NOT_ALLOWED);
	test_must(w->h, w->leader, CMD_case_recall, &back);
	struct row_case c = test_case(w->h, key);
	assert_int_equal(c.state, STATE_CLASSIFIED);
	assert_int_equal(c.with, c.unit);
	assert_int_equal(c.referred, 0);
	assert_int_equal(c.returned, 0);
	assert_int_equal(test_act(w->h, there, CMD_case_acknowledge, &received, &f), E_NOT_FOUND);
	refer.to = text_of("98101-CA");
	test_must(w->h, w->leader, CMD_case_refer, &refer);
	test_must(w->h, test_officer(w->h, "handler", "98101"), CMD_case_acknowledge, &received);
	assert_int_equal(test_act(w->h, w->leader, CMD_case_recall, &back, &f), E_CONFLICT);
}

/* Who works on a case now says nothing of what the citizen said of it. */
static void the_word_stays_when_the_case_is_assigned(void **state)
{
	struct window *w = *state;
	struct fault f;
	struct num number = test_number(w->h, "98101/2026/1");
	struct case_assign assign = { .number = w->number, .owner = w->processor->number };
	assert_int_equal(say(w, "satisfied", &f), OK);
	uint64_t word = test_case(w->h, number).feedback;
	assert_int_not_equal(word, 0);
	test_must(w->h, w->processor, CMD_case_assign, &assign);
	assert_int_equal(test_case(w->h, number).feedback, word);
}

/* The opinion that the first case was a part of holds the words of both. */
static void sealing_what_took_up_a_part_leaves_no_word_of_the_whole(void **state)
{
	struct window *w = *state;
	struct num number = test_number(w->h, "98101/2026/1");
	struct opinion_split split = {
		test_number_text(w->h, test_case(w->h, test_number(w->h, "98101/2026/2")).meeting),
		2, test_opinions(w->h, 2, NULL, NULL)
	};
	test_must(w->h, w->leader, CMD_opinion_split, &split);
	number.n = 4;
	struct text part = test_number_text(w->h, number);
	answer(w, part);
	struct case_reopen again = { .number = part, .words = text_of("Có tình tiết mới") };
	test_must(w->h, w->processor, CMD_case_reopen, &again);
	struct text next = test_number_text(w->h, test_case(w->h, number).next);
	struct case_classify seal = { .number = next,
		.kind = text_of("TC"),
		.custodian = w->clerk->number,
		.paper = text_of("Tủ 3") };
	struct case_number whole = { text_of("98101/2026/2") }, q = { part };
	assert_non_null(test_fact(w->h, w->clerk, CMD_case_show, &whole, "words"));
	test_must(w->h, w->processor, CMD_case_classify, &seal);
	assert_null(test_fact(w->h, w->clerk, CMD_case_show, &q, "words"));
	assert_null(test_fact(w->h, w->clerk, CMD_case_show, &whole, "words"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_window, close_window)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_receipt_opens_its_case_and_no_other),
		TEST(a_poor_word_takes_the_case_up_once),
		TEST(sealing_what_was_taken_up_leaves_no_word_of_either),
		TEST(the_word_stays_when_the_case_is_assigned),
		TEST(sealing_what_took_up_a_part_leaves_no_word_of_the_whole),
		TEST(what_went_to_the_wrong_body_is_taken_back),
		TEST(an_outside_body_answers_by_a_clerk),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
