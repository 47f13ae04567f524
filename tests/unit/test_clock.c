/* test_clock.c: when the wall clock is believed: after a stop, while running, after it was
 * accepted. */
#include "tests/lib/test.h"

#include "daemon/clock.h"

static const int64_t day = 86400LL * 1000000;
static const int64_t wall = 1790000000LL * 1000000, boot = 5000LL * 1000000;

static enum clock_verdict at_start(int64_t last)
{
	struct clock_state s;
	clock_start(&s, wall, boot, last);
	return clock_judge(&s, wall, boot);
}

static void a_start_is_judged_by_the_last_entry(void **state)
{
	(void)state;
	assert_int_equal(at_start(0), CLOCK_GOOD); /* no entry yet */
	assert_int_equal(at_start(wall), CLOCK_GOOD);
	assert_int_equal(at_start(wall - 31 * day), CLOCK_GOOD);
	assert_int_equal(at_start(wall - 31 * day - 1), CLOCK_JUMPED);
	assert_int_equal(at_start(wall + day), CLOCK_GOOD);
	assert_int_equal(at_start(wall + day + 1), CLOCK_JUMPED);
}

static void a_bad_start_stays_bad(void **state)
{
	(void)state;
	struct clock_state s;
	clock_start(&s, wall, boot, wall - 40 * day);
	assert_int_equal(clock_judge(&s, wall + 2 * day, boot + 2 * day), CLOCK_JUMPED);
	assert_int_equal(clock_judge(&s, wall - 40 * day, boot), CLOCK_JUMPED);
}

static void a_quiet_month_of_running_is_no_jump(void **state)
{
	(void)state;
	struct clock_state s;
	clock_start(&s, wall, boot, wall - day);
	assert_int_equal(clock_judge(&s, wall + 100 * day, boot + 100 * day), CLOCK_GOOD);
}

static void the_two_clocks_may_part_by_a_day(void **state)
{
	(void)state;
	struct clock_state s;
	clock_start(&s, wall, boot, wall);
	for (int64_t ran = 0; ran <= 10 * day; ran += 5 * day) {
		int64_t now = wall + ran, since = boot + ran;
		assert_int_equal(clock_judge(&s, now + day, since), CLOCK_GOOD);
		assert_int_equal(clock_judge(&s, now + day + 1, since), CLOCK_JUMPED);
		assert_int_equal(clock_judge(&s, now - day, since), CLOCK_GOOD);
		assert_int_equal(clock_judge(&s, now - day - 1, since), CLOCK_JUMPED);
	}
}

static void a_clock_that_comes_back_is_believed_again(void **state)
{
	(void)state;
	struct clock_state s;
	clock_start(&s, wall, boot, wall);
	assert_int_equal(clock_judge(&s, wall + 400 * day, boot + 1), CLOCK_JUMPED);
	assert_int_equal(clock_judge(&s, wall + 2, boot + 2), CLOCK_GOOD);
}

static void an_accepted_clock_is_where_judging_begins_again(void **state)
{
	(void)state;
	struct clock_state s;
	int64_t jumped = wall + 400 * day;
	clock_start(&s, wall, boot, wall - 40 * day);
	assert_int_equal(clock_judge(&s, jumped, boot + day), CLOCK_JUMPED);
	clock_start(&s, jumped, boot + day, jumped);
	assert_int_equal(clock_judge(&s, jumped, boot + day), CLOCK_GOOD);
	assert_int_equal(clock_judge(&s, wall + day, boot + day), CLOCK_JUMPED);
}

static void the_machines_clocks_go_forward(void **state)
{
	(void)state;
	int64_t first_wall = clock_wall(), first_boot = clock_boot();
	assert_true(first_wall > 1700000000LL * 1000000);
	assert_true(first_boot > 0);
	assert_true(clock_boot() >= first_boot);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_start_is_judged_by_the_last_entry),
		cmocka_unit_test(a_bad_start_stays_bad),
		cmocka_unit_test(a_quiet_month_of_running_is_no_jump),
		cmocka_unit_test(the_two_clocks_may_part_by_a_day),
		cmocka_unit_test(a_clock_that_comes_back_is_believed_again),
		cmocka_unit_test(an_accepted_clock_is_where_judging_begins_again),
		cmocka_unit_test(the_machines_clocks_go_forward),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
