/*
 * test_people.c: who asked to speak at a meeting, what became of them, and the Front's count: what
 * is taken and what is refused, and that lists and rates tell it, on each day as it was known.
 */
#include "tests/lib/test.h"

#include "tests/lib/house.h"
#include "tests/lib/reading.h"

#include <stdio.h>

static const char day[] = "2026-03-01";
static const char gated[] = "dialogue_regular";

struct hall {
	struct test_house *h;
	const struct test_officer *clerk, *leader, *front;
	struct num meeting;
	struct text number;
};

static int open_hall(void **state)
{
	static struct hall hall;
	hall = (struct hall){ .h = test_house_open() };
	hall.clerk = test_officer(hall.h, "receptionist", "98101");
	hall.leader = test_officer(hall.h, "leader", "98101");
	hall.front = test_officer(hall.h, "front", "98101");
	hall.h->verify = true;
	hall.meeting = test_record(hall.h, hall.clerk, gated, day, 2, false);
	hall.number = test_number_text(hall.h, hall.meeting);
	*state = &hall;
	return 0;
}

static int close_hall(void **state)
{
	struct hall *hall = *state;
	test_house_close(hall->h);
	return 0;
}

/* So many come; the first `heard` of them have spoken already. */
static enum err come(struct hall *hall, size_t n, size_t heard, struct fault *f)
{
	struct registration_new v[50];
	struct registration_add q = { .meeting = hall->number, .registrations = { v, n } };
	assert_true(n <= COUNT(v));
	for (size_t i = 0; i < n; i++)
		v[i] = (struct registration_new){ .name = text_of("Lò Thị Mẩy"),
			.subject = text_of("Đường vào bản"),
			.heard = i < heard };
	return test_act(hall->h, hall->clerk, CMD_registration_add, &q, f);
}

static enum err mark(struct hall *hall, const uint32_t *numbers, size_t n, const char *as,
	uint64_t ordinal, struct fault *f)
{
	struct registration_mark q = { hall->number, { numbers, n }, text_of(as), ordinal };
	return test_act(hall->h, hall->clerk, CMD_registration_mark, &q, f);
}

#define MARK(hall, as, ordinal, f, ...)                                                            \
	mark((hall), (const uint32_t[]){ __VA_ARGS__ },                                            \
		COUNT(((const uint32_t[]){ __VA_ARGS__ })), (as), (ordinal), (f))

static void close_minutes(struct hall *hall)
{
	struct minutes_close q = { hall->number, 2 };
	test_must(hall->h, hall->clerk, CMD_minutes_close, &q);
}

static enum err tally(struct hall *hall, const struct test_officer *by, uint64_t speakers,
	uint64_t unheard, struct fault *f)
{
	struct tally_sign q = { hall->number, speakers, speakers + unheard, unheard };
	return test_act(hall->h, by, CMD_tally_sign, &q, f);
}

/* A draft that covers both opinions, and out with it. */
static void conclude(struct hall *hall)
{
	static const uint32_t both[] = { 1, 2 };
	uint8_t content[32];
	struct meeting_number number = { hall->number };
	struct item_new item = {
		.opinions = { both, 2 }, .how = text_of("answer"), .words = text_of("Đã trả lời")
	};
	struct conclusion_put put = { hall->number, 1, 1, { &item, 1 } };
	test_must(hall->h, hall->leader, CMD_conclusion_draft, &number);
	test_must(hall->h, hall->leader, CMD_conclusion_put, &put);
	test_content(hall->h, hall->meeting, 1, content);
	struct conclusion_step step = {
		.meeting = hall->number, .version = 1, .content = bytes_of(content, 32)
	};
	test_must(hall->h, hall->leader, CMD_conclusion_check, &step);
	test_must(hall->h, hall->leader, CMD_conclusion_issue, &step);
}

static const char *states(struct hall *hall, const char *state)
{
	static const char *const none = "";
	struct registration_list q = { .meeting = hall->number, .state = text_of(state) };
	struct test_reply reply;
	const char *all = none;
	assert_int_equal(test_read(hall->h, hall->clerk, CMD_registration_list, &q, &reply), OK);
	for (size_t i = 0; i < reply.tables[0].row_count; i++)
		all = arena_format(&hall->h->arena, "%s%s%s %s", all, i == 0 ? "" : ", ",
			test_cell(&reply, "registration_list", i, "number"),
			test_cell(&reply, "registration_list", i, "state"))
			      .p;
	return all;
}

/* "heard 1/3, unheard 2, …" of the inclusion rate. */
static const char *rate(struct hall *hall, const char *known_at)
{
	static const char *const lines[] = { "heard", "unheard", "front_meetings", "front",
		"front_unheard" };
	struct rate_ask q = { .rate = text_of("inclusion"),
		.from = test_day(day),
		.to = test_day(day),
		.known_at = known_at == NULL ? 0 : test_day(known_at) };
	struct test_reply reply;
	const char *all = "";
	assert_int_equal(test_read(hall->h, hall->front, CMD_rate_show, &q, &reply), OK);
	for (size_t i = 0; i < reply.tables[0].row_count; i++)
		for (size_t k = 0; k < COUNT(lines); k++)
			if (strcmp(test_cell(&reply, "rate", i, "line"), lines[k]) == 0)
				all = arena_format(&hall->h->arena, "%s%s%s %s/%s", all,
					*all == '\0' ? "" : ", ", lines[k],
					test_cell(&reply, "rate", i, "numerator"),
					test_cell(&reply, "rate", i, "denominator"))
					      .p;
	return all;
}

/* Tests. */

static void who_was_not_heard_stays_in_sight(void **state)
{
	struct hall *hall = *state;
	assert_int_equal(come(hall, 3, 1, NULL), OK);
	assert_string_equal(states(hall, ""), "1 heard, 2 waiting, 3 waiting");
	assert_int_equal(MARK(hall, "heard", 0, NULL, 2), OK);
	close_minutes(hall);
	conclude(hall);
	assert_string_equal(states(hall, "waiting"), "3 waiting");
	assert_string_equal(rate(hall, NULL),
		"heard 2/3, unheard 1/-, front_meetings 0/-, front 0/-, front_unheard 0/-");
	assert_int_equal(MARK(hall, "withdrawn", 0, NULL, 3), OK);
	assert_string_equal(states(hall, "waiting"), "");
	assert_string_equal(rate(hall, NULL),
		"heard 2/3, unheard 0/-, front_meetings 0/-, front 0/-, front_unheard 0/-");
}

static void a_written_opinion_is_named(void **state)
{
	struct hall *hall = *state;
	struct fault f;
	assert_int_equal(come(hall, 2, 0, NULL), OK);
	assert_int_equal(MARK(hall, "written", 0, &f, 1), E_MISSING);
	assert_int_equal(MARK(hall, "written", 3, &f, 1), E_NOT_FOUND);
	assert_string_equal(f.field, "ordinal");
	assert_int_equal(MARK(hall, "withdrawn", 1, &f, 1), E_ONLY_WITH);
	assert_int_equal(MARK(hall, "written", 2, NULL, 1), OK);
	assert_int_equal(MARK(hall, "written", 2, &f, 1), E_NOTHING);
	struct opinion_void gone = { hall->number, 1, text_of("error"), 0 };
	test_must(hall->h, hall->clerk, CMD_opinion_void, &gone);
	assert_int_equal(MARK(hall, "written", 1, &f, 2), E_STATE);
	assert_string_equal(states(hall, ""), "1 written, 2 waiting");
}

/* Who was heard is part of the minutes. */
static void closed_minutes_hold(void **state)
{
	struct hall *hall = *state;
	struct fault f;
	assert_int_equal(come(hall, 3, 1, NULL), OK);
	close_minutes(hall);
	assert_int_equal(come(hall, 1, 0, &f), E_STATE);
	assert_int_equal(MARK(hall, "heard", 0, &f, 2), E_STATE);
	assert_int_equal(MARK(hall, "waiting", 0, &f, 1), E_STATE);
	assert_int_equal(MARK(hall, "withdrawn", 0, &f, 1), E_STATE); /* it was heard */
	assert_int_equal(MARK(hall, "withdrawn", 0, NULL, 2), OK);
	assert_int_equal(MARK(hall, "written", 1, NULL, 2, 3), OK);
	assert_string_equal(states(hall, ""), "1 heard, 2 written, 3 written");
}

static void what_is_not_there_is_refused_whole(void **state)
{
	struct hall *hall = *state;
	struct fault f;
	struct registration_add none = { .meeting = hall->number };
	struct registration_new nobody = { 0 };
	assert_int_equal(come(hall, 2, 0, NULL), OK);
	struct test_state before = test_state(hall->h);
	assert_int_equal(MARK(hall, "heard", 0, &f, 1, 3), E_NOT_FOUND);
	assert_int_equal(MARK(hall, "heard", 0, &f, 1, 1), E_KEY_TWICE);
	assert_int_equal(MARK(hall, "seen", 0, &f, 1), E_VALUE);
	assert_int_equal(
		test_act(hall->h, hall->clerk, CMD_registration_add, &none, &f), E_MISSING);
	none.registrations = (struct list){ &nobody, 1 };
	assert_int_equal(test_act(hall->h, hall->clerk, CMD_registration_add, &none, &f), E_CHOICE);
	assert_string_equal(f.field, "registrations[1].name");
	nobody.name = text_of("   ");
	assert_int_equal(test_act(hall->h, hall->clerk, CMD_registration_add, &none, &f), E_BLANK);
	nobody.name = (struct text){ 0 };
	nobody.slip = text_of("17");
	none.first = 2;
	assert_int_equal(
		test_act(hall->h, hall->clerk, CMD_registration_add, &none, &f), E_CONFLICT);
	struct test_state after = test_state(hall->h);
	assert_memory_equal(&before, &after, sizeof(before));
	none.first = 3;
	test_must(hall->h, hall->clerk, CMD_registration_add, &none);
}

/* The Front counts apart from the clerk, before the conclusion, and no one else counts for it. */
static void the_front_counts_for_itself(void **state)
{
	struct hall *hall = *state;
	struct fault f;
	assert_int_equal(come(hall, 4, 2, NULL), OK);
	assert_int_equal(tally(hall, hall->clerk, 3, 1, &f), E_NOT_ALLOWED);
	assert_int_equal(tally(hall, hall->leader, 3, 1, &f), E_NOT_ALLOWED);
	assert_int_equal(tally(hall, hall->front, 3, 1, NULL), OK);
	assert_int_equal(tally(hall, hall->front, 3, 1, &f), E_NOTHING);
	assert_int_equal(tally(hall, hall->front, 4, 3, NULL), OK); /* counted again */
	close_minutes(hall);
	conclude(hall);
	assert_int_equal(tally(hall, hall->front, 2, 0, &f), E_STATE);
	assert_string_equal(rate(hall, NULL),
		"heard 2/4, unheard 2/-, front_meetings 1/-, front 4/-, front_unheard 3/-");
}

/* A rate of an earlier day tells what was known then. */
static void what_was_known_stays_known(void **state)
{
	struct hall *hall = *state;
	assert_int_equal(come(hall, 3, 1, NULL), OK);
	hall->h->now = test_time("2026-03-05", 9);
	assert_int_equal(MARK(hall, "heard", 0, NULL, 2), OK);
	assert_int_equal(tally(hall, hall->front, 2, 1, NULL), OK);
	hall->h->now = test_time("2026-03-09", 9);
	assert_int_equal(MARK(hall, "withdrawn", 0, NULL, 3), OK);
	assert_string_equal(rate(hall, "2026-03-01"),
		"heard 0/0, unheard 0/-, front_meetings 0/-, front 0/-, front_unheard 0/-");
	assert_string_equal(rate(hall, "2026-03-04"),
		"heard 1/3, unheard 2/-, front_meetings 0/-, front 0/-, front_unheard 0/-");
	assert_string_equal(rate(hall, "2026-03-08"),
		"heard 2/3, unheard 1/-, front_meetings 1/-, front 2/-, front_unheard 1/-");
	assert_string_equal(rate(hall, NULL),
		"heard 2/3, unheard 0/-, front_meetings 1/-, front 2/-, front_unheard 1/-");
}

/* Names are words: who may not read them sees what became of them alone. */
static void names_are_words(void **state)
{
	struct hall *hall = *state;
	struct registration_list q = { .meeting = hall->number };
	struct test_reply reply;
	assert_int_equal(come(hall, 1, 0, NULL), OK);
	assert_int_equal(test_read(hall->h, hall->clerk, CMD_registration_list, &q, &reply), OK);
	assert_string_equal(test_cell(&reply, "registration_list", 0, "name"), "Lò Thị Mẩy");
	assert_int_equal(test_read(hall->h, hall->front, CMD_registration_list, &q, &reply), OK);
	assert_string_equal(test_cell(&reply, "registration_list", 0, "name"), "-");
	assert_string_equal(test_cell(&reply, "registration_list", 0, "state"), "waiting");
}

static void a_long_list_comes_in_pages(void **state)
{
	struct hall *hall = *state;
	struct registration_list q = { .meeting = hall->number, .limit = 7 };
	size_t rows = 0, pages = 0;
	assert_int_equal(come(hall, 50, 25, NULL), OK);
	do {
		struct test_reply page;
		assert_int_equal(
			test_read(hall->h, hall->clerk, CMD_registration_list, &q, &page), OK);
		rows += page.tables[0].row_count;
		q.after = page.next;
		pages++;
	} while (q.after.n > 0);
	assert_int_equal(rows, 50);
	assert_int_equal(pages, 8);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_hall, close_hall)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(who_was_not_heard_stays_in_sight),
		TEST(a_written_opinion_is_named),
		TEST(closed_minutes_hold),
		TEST(what_is_not_there_is_refused_whole),
		TEST(the_front_counts_for_itself),
		TEST(what_was_known_stays_known),
		TEST(names_are_words),
		TEST(a_long_list_comes_in_pages),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
