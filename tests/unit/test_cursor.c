/*
 * test_cursor.c: the place where a page ended, as it goes out and comes back: what was forged, cut,
 * grew old, or was given to another officer, for another filter or by another command is refused.
 */
#include "tests/lib/test.h"

#include "daemon/report/cursor.h"
#include "tests/lib/reading.h"

static const struct unit_list one_row = { .limit = 1 };

/* The first page of a list that has more, and where it ended. */
static struct bytes first_page(
	struct test_house *h, const struct test_officer *by, enum cmd cmd, const void *record)
{
	struct test_reply reply;
	assert_int_equal(test_read(h, by, cmd, record, &reply), OK);
	assert_true(reply.next.n > 0);
	return reply.next;
}

static enum err units_after(
	struct test_house *h, const struct test_officer *by, struct bytes after, struct fault *f)
{
	struct unit_list q = one_row;
	q.after = after;
	return test_ask(h, by, CMD_unit_list, &q, f);
}

static void assert_refused(struct test_house *h, const struct test_officer *by, struct bytes after)
{
	struct fault f = { 0 };
	assert_int_equal(units_after(h, by, after, &f), E_CURSOR);
	assert_string_equal(f.field, "after");
	assert_int_equal(h->reply.n, 0);
}

/* Places are row numbers and keys: none can be seen, and none is the same twice. */
static void a_place_goes_out_sealed(void **state)
{
	(void)state;
	AUTO(test_house_close) struct test_house *h = test_house_open();
	const struct test_officer *by = test_officer(h, "leader", "98");
	const uint8_t plain[] = { 0, 0, 0, 1 };
	struct bytes a = first_page(h, by, CMD_unit_list, &one_row),
		     b = first_page(h, by, CMD_unit_list, &one_row);
	assert_int_equal(a.n, b.n);
	assert_true(a.n <= LIMIT_CURSOR);
	assert_null(memmem(a.p, a.n, plain, sizeof(plain)));
	assert_memory_not_equal(a.p, b.p, a.n);
	assert_int_equal(units_after(h, by, a, NULL), OK);
	assert_int_equal(units_after(h, by, b, NULL), OK);
	assert_int_equal(units_after(h, by, a, NULL), OK); /* as often as it is asked for */
}

static void a_forged_place_is_refused(void **state)
{
	(void)state;
	AUTO(test_house_close) struct test_house *h = test_house_open();
	const struct test_officer *by = test_officer(h, "leader", "98");
	const uint8_t plain[] = { 0, 0, 0, 1 };
	uint8_t forged[LIMIT_CURSOR] = { 0 };
	struct bytes good = first_page(h, by, CMD_unit_list, &one_row);
	assert_refused(h, by, bytes_of(plain, sizeof(plain)));
	assert_refused(h, by, bytes_of(forged, sizeof(forged)));
	for (size_t bit = 0; bit < 8 * good.n; bit++) {
		memcpy(forged, good.p, good.n);
		forged[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_refused(h, by, bytes_of(forged, good.n));
	}
}

static void a_cut_place_is_refused(void **state)
{
	(void)state;
	AUTO(test_house_close) struct test_house *h = test_house_open();
	const struct test_officer *by = test_officer(h, "leader", "98");
	uint8_t longer[LIMIT_CURSOR + 1] = { 0 };
	struct bytes good = first_page(h, by, CMD_unit_list, &one_row);
	for (size_t n = 1; n < good.n; n++) {
		assert_refused(h, by, bytes_of(good.p, n));
		assert_refused(h, by, bytes_of(good.p + good.n - n, n));
	}
	memcpy(longer, good.p, good.n);
	for (size_t n = good.n + 1; n <= LIMIT_CURSOR; n++)
		assert_refused(h, by, bytes_of(longer, n));
	assert_int_equal(units_after(h, by, bytes_of(longer, sizeof(longer)), NULL), E_LONG);
}

static void a_place_is_good_for_ten_minutes(void **state)
{
	(void)state;
	AUTO(test_house_close) struct test_house *h = test_house_open();
	const struct test_officer *by = test_officer(h, "leader", "98");
	const int64_t made = h->now, life = INT64_C(600000000);
	struct bytes good = first_page(h, by, CMD_unit_list, &one_row);
	h->now = made + life;
	assert_int_equal(units_after(h, by, good, NULL), OK);
	h->now++;
	assert_refused(h, by, good);
	h->now = made - life; /* a clock that was set back */
	assert_int_equal(units_after(h, by, good, NULL), OK);
	h->now--;
	assert_refused(h, by, good);
	h->now = made + 2 * life;
	good = first_page(h, by, CMD_unit_list, &one_row);
	assert_int_equal(units_after(h, by, good, NULL), OK);
}

static void a_place_is_good_for_one_officer(void **state)
{
	(void)state;
	AUTO(test_house_close) struct test_house *h = test_house_open();
	const struct test_officer *by = test_officer(h, "leader", "98"),
				  *other = test_officer(h, "monitor", "98");
	struct test_officer device = *by;
	struct bytes good = first_page(h, by, CMD_unit_list, &one_row);
	assert_refused(h, other, good);
	device.key[0] ^= 1; /* another key of the same officer */
	assert_int_equal(units_after(h, &device, good, NULL), OK);
}

/* Each field in turn is another than when the place was given; the size of a page may be. */
static void a_place_is_good_for_one_filter(void **state)
{
	(void)state;
	AUTO(test_house_close) struct test_house *h = test_house_filled();
	const struct test_officer *by = test_officer(h, "leader", "98");
	const struct case_list first = { .state = text_of("pending"), .limit = 1 };
	struct bytes good = first_page(h, by, CMD_case_list, &first);
	struct case_list others[] = { first, first, first, first, first, first };
	others[0].unit = text_of("98101");
	others[1].state = (struct text){ 0 };
	others[2].kind = text_of("KN");
	others[3].topic = text_of("land");
	others[4].meeting = text_of("98101/2026/1");
	others[5].due = test_day("2026-12-31");
	for (size_t i = 0; i < COUNT(others); i++) {
		assert_int_equal(test_ask(h, by, CMD_case_list, &others[i], NULL), OK);
		others[i].after = good;
		assert_int_equal(test_ask(h, by, CMD_case_list, &others[i], NULL), E_CURSOR);
	}
	struct case_list same = first;
	same.after = good;
	for (same.limit = 0; same.limit < 5; same.limit++)
		assert_int_equal(test_ask(h, by, CMD_case_list, &same, NULL), OK);
}

/* Two lists that take the same fields. */
static void a_place_is_good_for_one_command(void **state)
{
	(void)state;
	AUTO(test_house_close) struct test_house *h = test_house_filled();
	const struct test_officer *by = test_officer(h, "leader", "98");
	struct opinion_list opinions = { .meeting = test_first_opinions.meeting, .limit = 1 };
	struct item_new items[] = { test_direction(test_ordinals, 2),
		test_direction(test_ordinals + 2, 2) };
	test_conclude(h, "98101/2026/1", 1, items, COUNT(items));
	struct conclusion_show conclusion = { .meeting = opinions.meeting, .limit = 1 };
	opinions.after = first_page(h, by, CMD_opinion_list, &opinions);
	conclusion.after = first_page(h, by, CMD_conclusion_show, &conclusion);
	assert_int_equal(test_ask(h, by, CMD_opinion_list, &opinions, NULL), OK);
	assert_int_equal(test_ask(h, by, CMD_conclusion_show, &conclusion, NULL), OK);
	struct bytes swapped = opinions.after;
	opinions.after = conclusion.after;
	conclusion.after = swapped;
	assert_int_equal(test_ask(h, by, CMD_opinion_list, &opinions, NULL), E_CURSOR);
	assert_int_equal(test_ask(h, by, CMD_conclusion_show, &conclusion, NULL), E_CURSOR);
}

static void a_place_is_not_good_after_a_restart(void **state)
{
	(void)state;
	AUTO(test_house_close) struct test_house *h = test_house_open();
	const struct test_officer *by = test_officer(h, "leader", "98");
	struct bytes good = first_page(h, by, CMD_unit_list, &one_row);
	cursor_seal_free(h->seal);
	h->seal = cursor_seal_new();
	assert_refused(h, by, good);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_place_goes_out_sealed),
		cmocka_unit_test(a_forged_place_is_refused),
		cmocka_unit_test(a_cut_place_is_refused),
		cmocka_unit_test(a_place_is_good_for_ten_minutes),
		cmocka_unit_test(a_place_is_good_for_one_officer),
		cmocka_unit_test(a_place_is_good_for_one_filter),
		cmocka_unit_test(a_place_is_good_for_one_command),
		cmocka_unit_test(a_place_is_not_good_after_a_restart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
