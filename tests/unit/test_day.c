/* test_day.c: dates as numbers and back, reading and writing them, zones, months, working days. */
#include "tests/lib/test.h"

#include <stdio.h>

#include "proto/day.h"

#define SECOND 1000000LL
#define HOUR   (3600 * SECOND)

static void golden_dates_have_their_numbers(void **state)
{
	(void)state;
	assert_int_equal(day_of(1, 1, 1), 1);
	assert_int_equal(day_of(1970, 1, 1), 719163);
	assert_int_equal(day_of(1945, 11, 12), 710347); /* Calendrical Calculations, section 1.2 */
	assert_int_equal(day_of(2000, 2, 29), 730179);
	assert_int_equal(day_of(2026, 7, 1), 739798);
	assert_int_equal(day_of(9999, 12, 31), DAY_LAST);
}

static void dates_that_do_not_exist_are_none(void **state)
{
	(void)state;
	assert_int_equal(day_of(0, 1, 1), 0);
	assert_int_equal(day_of(10000, 1, 1), 0);
	assert_int_equal(day_of(-1, 1, 1), 0);
	assert_int_equal(day_of(2026, 0, 1), 0);
	assert_int_equal(day_of(2026, 13, 1), 0);
	assert_int_equal(day_of(2026, 1, 0), 0);
	assert_int_equal(day_of(2026, 1, -1), 0);
	assert_int_equal(day_of(2026, 1, 32), 0);
	assert_int_equal(day_of(2026, 4, 31), 0);
	assert_int_equal(day_of(2026, 2, 29), 0);
	assert_int_equal(day_of(1900, 2, 29), 0);
	assert_int_equal(day_of(INT32_MAX, INT32_MAX, INT32_MAX), 0);
	assert_int_not_equal(day_of(2028, 2, 29), 0);
}

/* Counts the calendar up day by day with rules of its own. */
static void walk(int first_year, int last_year)
{
	int length[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	uint32_t day = day_of(first_year, 1, 1);
	for (int year = first_year; year <= last_year; year++) {
		length[1] = year % 400 == 0 ? 29 : year % 100 == 0 ? 28 : year % 4 == 0 ? 29 : 28;
		for (int month = 1; month <= 12; month++)
			for (int d = 1; d <= length[month - 1]; d++, day++) {
				int split[3];
				char iso[11];
				day_split(day, &split[0], &split[1], &split[2]);
				day_format(day, iso);
				bool same = split[0] == year && split[1] == month &&
					    split[2] == d && day_of(year, month, d) == day &&
					    day_parse(text_of(iso)) == day;
				if (!same)
					print_error("day %u, %d-%d-%d\n", day, year, month, d);
				assert_true(same);
			}
	}
	assert_int_equal(day, last_year == 9999 ? DAY_LAST + 1 : day_of(last_year + 1, 1, 1));
}

static void every_day_of_eleven_centuries_comes_back(void **state)
{
	(void)state;
	walk(1900, 2999);
}

static void the_ends_of_the_calendar_come_back(void **state)
{
	(void)state;
	walk(1, 801);
	walk(9599, 9999);
}

static void none_stays_none(void **state)
{
	(void)state;
	static const uint32_t none[] = { 0, DAY_LAST + 1, UINT32_MAX };
	for (size_t i = 0; i < COUNT(none); i++) {
		int y = 9;
		int m = 9;
		int d = 9;
		char iso[11] = "x";
		day_split(none[i], &y, &m, &d);
		day_format(none[i], iso);
		assert_true(y == 0 && m == 0 && d == 0);
		assert_string_equal(iso, "");
		assert_int_equal(day_weekday(none[i]), 0);
		assert_int_equal(day_add_months(none[i], 1), 0);
		assert_int_equal(day_add_working(none[i], 0), 0);
		assert_int_equal(day_add_working(none[i], 1), 0);
	}
}

static void both_written_forms_are_read(void **state)
{
	(void)state;
	uint32_t day = day_of(2026, 7, 1);
	assert_int_equal(day_parse(text_of("2026-07-01")), day);
	assert_int_equal(day_parse(text_of("01/07/2026")), day);
	assert_int_equal(day_parse(text_of("1/7/2026")), day);
	assert_int_equal(day_parse(text_of("1/07/2026")), day);
	assert_int_equal(day_parse(text_of("31/12/9999")), DAY_LAST);
	assert_int_equal(day_parse(text_of("0001-01-01")), 1);
}

static void other_written_forms_are_not_read(void **state)
{
	(void)state;
	static const char *const bad[] = { "", "2026", "2026-7-1", "2026-07-1", "2026-07-011",
		"2026-07-01 ", " 2026-07-01", "2026/07/01", "01-07-2026", "1/7/26", "001/7/2026",
		"1/007/2026", "1/7/02026", "/7/2026", "1//2026", "29/02/2026", "13/13/2026",
		"0000-01-01", "+026-07-01", "2026-07-0a", "-1/7/2026", "1/7/2026/", "1.7.2026",
		"2026-0701", "202607-01", "1/7", "2026-07-", "00/07/2026", "1/0/2026" };
	for (size_t i = 0; i < COUNT(bad); i++) {
		uint32_t day = day_parse(text_of(bad[i]));
		if (day != 0)
			print_error("read: '%s'\n", bad[i]);
		assert_int_equal(day, 0);
	}
	assert_int_equal(day_parse((struct text){ NULL, 0 }), 0);
	assert_int_equal(day_parse((struct text){ "2026-07-01\0", 11 }), 0);
}

static void a_day_begins_at_its_own_midnight(void **state)
{
	(void)state;
	uint32_t day = day_of(2026, 11, 22);
	int64_t at = time_of_day(day, 420);
	assert_int_equal(at, 1795280400LL * SECOND); /* date -u -d 2026-11-21T17:00Z +%s */
	assert_int_equal(day_of_time(at, 420), day);
	assert_int_equal(day_of_time(at - 1, 420), day - 1);
	assert_int_equal(day_of_time(at + 24 * HOUR - 1, 420), day);
	assert_int_equal(day_of_time(at + 24 * HOUR, 420), day + 1);
	assert_int_equal(day_of_time(at, 0), day - 1);
	for (int zone = -840; zone <= 840; zone += 15) {
		assert_int_equal(day_of_time(time_of_day(1, zone), zone), 1);
		assert_int_equal(day_of_time(time_of_day(DAY_LAST, zone), zone), DAY_LAST);
		assert_int_equal(day_of_time(time_of_day(DAY_1970, zone) - 1, zone), DAY_1970 - 1);
	}
	assert_int_equal(time_of_day(DAY_1970, 0), 0);
	assert_int_equal(day_of_time(-1, 0), DAY_1970 - 1);
}

static void times_outside_the_calendar_are_none(void **state)
{
	(void)state;
	char out[40] = "x";
	assert_int_equal(day_of_time(INT64_MAX, 840), 0);
	assert_int_equal(day_of_time(INT64_MIN, -840), 0);
	assert_int_equal(day_of_time(time_of_day(1, 0) - 1, 0), 0);
	assert_int_equal(day_of_time(time_of_day(DAY_LAST, 0) + 24 * HOUR, 0), 0);
	time_format(INT64_MIN, 420, out);
	assert_string_equal(out, "");
}

static void a_time_is_written_in_its_zone(void **state)
{
	(void)state;
	char out[40];
	int64_t at = time_of_day(day_of(2026, 11, 22), 420) + 10 * HOUR + 903 * SECOND + 999999;
	time_format(at, 420, out);
	assert_string_equal(out, "2026-11-22 10:15:03");
	time_format(at, 0, out);
	assert_string_equal(out, "2026-11-22 03:15:03");
	time_format(at, -210, out);
	assert_string_equal(out, "2026-11-21 23:45:03");
	time_format(-1, 0, out);
	assert_string_equal(out, "1969-12-31 23:59:59");
	time_format(0, 0, out);
	assert_string_equal(out, "1970-01-01 00:00:00");
}

static void months_are_added_and_clamped(void **state)
{
	(void)state;
	assert_int_equal(day_add_months(day_of(2026, 1, 31), 1), day_of(2026, 2, 28));
	assert_int_equal(day_add_months(day_of(2028, 1, 31), 1), day_of(2028, 2, 29));
	assert_int_equal(day_add_months(day_of(2026, 3, 31), -1), day_of(2026, 2, 28));
	assert_int_equal(day_add_months(day_of(2026, 12, 15), 1), day_of(2027, 1, 15));
	assert_int_equal(day_add_months(day_of(2026, 1, 15), -1), day_of(2025, 12, 15));
	assert_int_equal(day_add_months(day_of(2026, 1, 15), -25), day_of(2023, 12, 15));
	assert_int_equal(day_add_months(day_of(2024, 2, 29), 12), day_of(2025, 2, 28));
	assert_int_equal(day_add_months(day_of(2026, 5, 5), 0), day_of(2026, 5, 5));
	assert_int_equal(day_add_months(day_of(1, 1, 1), -1), 0);
	assert_int_equal(day_add_months(day_of(1, 2, 1), -1), 1);
	assert_int_equal(day_add_months(DAY_LAST, 1), 0);
	assert_int_equal(day_add_months(day_of(9999, 11, 30), 1), day_of(9999, 12, 30));
	assert_int_equal(day_add_months(1, INT32_MAX), 0);
	assert_int_equal(day_add_months(1, INT32_MIN), 0);
}

static void weekdays_follow_iso(void **state)
{
	(void)state;
	assert_int_equal(day_weekday(1), 1);
	assert_int_equal(day_weekday(day_of(1970, 1, 1)), 4);
	assert_int_equal(day_weekday(day_of(2026, 11, 22)), 7);
	assert_int_equal(day_weekday(day_of(2000, 1, 1)), 6);
}

static void working_days_are_monday_to_friday(void **state)
{
	(void)state;
	uint32_t friday = day_of(2026, 7, 3);
	assert_int_equal(day_add_working(friday, 1), day_of(2026, 7, 6));
	assert_int_equal(day_add_working(friday, 5), day_of(2026, 7, 10));
	assert_int_equal(day_add_working(friday, 10), day_of(2026, 7, 17));
	assert_int_equal(day_add_working(friday + 1, 1), day_of(2026, 7, 6));
	assert_int_equal(day_add_working(friday + 2, 5), day_of(2026, 7, 10));
	assert_int_equal(day_add_working(friday + 1, 0), friday + 1);
	assert_int_equal(day_add_working(DAY_LAST, 1), 0);
	assert_int_equal(day_add_working(1, UINT32_MAX), 0);
}

static void working_days_agree_with_counting(void **state)
{
	(void)state;
	for (uint32_t start = day_of(2026, 1, 1); start < day_of(2026, 1, 15); start++) {
		uint32_t day = start;
		for (unsigned n = 0; n <= 100; n++) {
			assert_int_equal(day_add_working(start, n), day);
			do
				day++;
			while ((day - 1) % 7 >= 5);
		}
	}
}

static void a_zone_is_a_sign_and_two_numbers(void **state)
{
	(void)state;
	int minutes = 1;
	assert_int_equal(zone_parse(text_of("+07:00"), &minutes), OK);
	assert_int_equal(minutes, 420);
	assert_int_equal(zone_parse(text_of("-03:30"), &minutes), OK);
	assert_int_equal(minutes, -210);
	assert_int_equal(zone_parse(text_of("+00:00"), &minutes), OK);
	assert_int_equal(minutes, 0);
	assert_int_equal(zone_parse(text_of("+14:00"), &minutes), OK);
	assert_int_equal(minutes, 840);
	static const char *const bad[] = { "", "Z", "07:00", "+7:00", "+0700", "+07:0", "+07:60",
		"+14:01", "-14:01", "+07:00 ", "-00:00", "+99:99", "++7:00", "+07-00", "+-7:00" };
	for (size_t i = 0; i < COUNT(bad); i++) {
		enum err err = zone_parse(text_of(bad[i]), &minutes);
		if (err != E_VALUE)
			print_error("read: '%s'\n", bad[i]);
		assert_int_equal(err, E_VALUE);
	}
	assert_int_equal(minutes, 840);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden_dates_have_their_numbers),
		cmocka_unit_test(dates_that_do_not_exist_are_none),
		cmocka_unit_test(every_day_of_eleven_centuries_comes_back),
		cmocka_unit_test(the_ends_of_the_calendar_come_back),
		cmocka_unit_test(none_stays_none),
		cmocka_unit_test(both_written_forms_are_read),
		cmocka_unit_test(other_written_forms_are_not_read),
		cmocka_unit_test(a_day_begins_at_its_own_midnight),
		cmocka_unit_test(times_outside_the_calendar_are_none),
		cmocka_unit_test(a_time_is_written_in_its_zone),
		cmocka_unit_test(months_are_added_and_clamped),
		cmocka_unit_test(weekdays_follow_iso),
		cmocka_unit_test(working_days_are_monday_to_friday),
		cmocka_unit_test(working_days_agree_with_counting),
		cmocka_unit_test(a_zone_is_a_sign_and_two_numbers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
