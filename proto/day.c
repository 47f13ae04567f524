/* day.c: calendar arithmetic. */
#include "proto/day.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#define US_PER_SECOND 1000000LL
#define US_PER_MINUTE (60 * US_PER_SECOND)
#define US_PER_DAY    (1440 * US_PER_MINUTE)

#define YEAR_LAST      9999
#define DAYS_4_YEARS   1461u
#define DAYS_100_YEARS 36524u
#define DAYS_400_YEARS 146097u

static bool is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int month_length(int year, int month)
{
	static const int length[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	return month == 2 && is_leap(year) ? 29 : length[month - 1];
}

static bool is_none(uint32_t day)
{
	return day == DAY_NONE || day > DAY_LAST;
}

uint32_t day_of(int year, int month, int day)
{
	if (year < 1 || year > YEAR_LAST || month < 1 || month > 12 || day < 1)
		return DAY_NONE;
	if (day > month_length(year, month))
		return DAY_NONE;
	int past = year - 1;
	int rata = 365 * past + past / 4 - past / 100 + past / 400;
	rata += (367 * month - 362) / 12 + day;
	if (month > 2)
		rata -= is_leap(year) ? 1 : 2;
	return (uint32_t)rata;
}

static int year_of(uint32_t day)
{
	uint32_t rest = day - 1;
	uint32_t n400 = rest / DAYS_400_YEARS;
	rest %= DAYS_400_YEARS;
	uint32_t n100 = rest / DAYS_100_YEARS;
	rest %= DAYS_100_YEARS;
	uint32_t n4 = rest / DAYS_4_YEARS;
	uint32_t n1 = rest % DAYS_4_YEARS / 365;
	uint32_t year = 400 * n400 + 100 * n100 + 4 * n4 + n1;
	/* The last day of a leap year would begin a fifth year or century. */
	return (int)(n100 == 4 || n1 == 4 ? year : year + 1);
}

void day_split(uint32_t day, int *year, int *month, int *day_of_month)
{
	*year = *month = *day_of_month = 0;
	if (is_none(day))
		return;
	*year = year_of(day);
	uint32_t past = day - day_of(*year, 1, 1);
	if (day >= day_of(*year, 3, 1))
		past += is_leap(*year) ? 1 : 2;
	*month = (int)((12 * past + 373) / 367);
	*day_of_month = (int)(day - day_of(*year, *month, 1)) + 1;
}

/* Takes between least and most digits off the front of t; -1 when they are not there. */
static int take_digits(struct text *t, size_t least, size_t most)
{
	int value = 0;
	size_t n = 0;
	for (; n < most && n < t->n && t->p[n] >= '0' && t->p[n] <= '9'; n++)
		value = 10 * value + (t->p[n] - '0');
	if (n < least)
		return -1;
	t->p += n;
	t->n -= n;
	return value;
}

static bool take_char(struct text *t, char c)
{
	if (t->n == 0 || t->p[0] != c)
		return false;
	t->p++;
	t->n--;
	return true;
}

static uint32_t parse_iso(struct text t)
{
	int year = take_digits(&t, 4, 4);
	bool first = take_char(&t, '-');
	int month = take_digits(&t, 2, 2);
	bool second = take_char(&t, '-');
	int day = take_digits(&t, 2, 2);
	return first && second && t.n == 0 ? day_of(year, month, day) : DAY_NONE;
}

static uint32_t parse_slashes(struct text t)
{
	int day = take_digits(&t, 1, 2);
	bool first = take_char(&t, '/');
	int month = take_digits(&t, 1, 2);
	bool second = take_char(&t, '/');
	int year = take_digits(&t, 4, 4);
	return first && second && t.n == 0 ? day_of(year, month, day) : DAY_NONE;
}

uint32_t day_parse(struct text t)
{
	uint32_t day = parse_iso(t);
	return day != DAY_NONE ? day : parse_slashes(t);
}

/* Each list of cases writes many days: no printf. */
static void put_digits(char *out, size_t n, unsigned v)
{
	for (; n > 0; v /= 10)
		out[--n] = (char)('0' + v % 10);
}

void day_format(uint32_t day, char out[static 11])
{
	int year;
	int month;
	int day_of_month;
	day_split(day, &year, &month, &day_of_month);
	out[0] = '\0';
	if (year <= 0)
		return;
	put_digits(out, 4, (unsigned)year);
	out[4] = '-';
	put_digits(out + 5, 2, (unsigned)month);
	out[7] = '-';
	put_digits(out + 8, 2, (unsigned)day_of_month);
	out[10] = '\0';
}

/* The day and the microseconds since its midnight, in the zone; the day is 0 outside the calendar.
 */
static uint32_t split_time(int64_t us, int zone_minutes, int64_t *rest_us)
{
	assert(abs(zone_minutes) <= ZONE_MINUTES_MAX);
	int64_t days = us / US_PER_DAY;
	int64_t rest = us % US_PER_DAY + zone_minutes * US_PER_MINUTE;
	while (rest < 0) {
		rest += US_PER_DAY;
		days--;
	}
	while (rest >= US_PER_DAY) {
		rest -= US_PER_DAY;
		days++;
	}
	*rest_us = rest;
	days += DAY_1970;
	return days >= 1 && days <= (int64_t)DAY_LAST ? (uint32_t)days : DAY_NONE;
}

uint32_t day_of_time(int64_t us_since_1970, int zone_minutes)
{
	int64_t rest;
	return split_time(us_since_1970, zone_minutes, &rest);
}

int64_t time_of_day(uint32_t day, int zone_minutes)
{
	assert(!is_none(day));
	assert(abs(zone_minutes) <= ZONE_MINUTES_MAX);
	return ((int64_t)day - DAY_1970) * US_PER_DAY - zone_minutes * US_PER_MINUTE;
}

uint32_t day_add_months(uint32_t day, int months)
{
	int year;
	int month;
	int day_of_month;
	if (is_none(day))
		return DAY_NONE;
	day_split(day, &year, &month, &day_of_month);
	int64_t total = 12 * (int64_t)year + (month - 1) + months;
	if (total < 12 || total >= 12 * (YEAR_LAST + 1LL))
		return DAY_NONE;
	year = (int)(total / 12);
	month = (int)(total % 12) + 1;
	int last = month_length(year, month);
	return day_of(year, month, day_of_month < last ? day_of_month : last);
}

int day_weekday(uint32_t day)
{
	/* 0001-01-01 was a Monday. */
	return is_none(day) ? 0 : (int)((day - 1) % 7) + 1;
}

uint32_t day_add_working(uint32_t day, unsigned n)
{
	if (is_none(day) || n == 0)
		return is_none(day) ? DAY_NONE : day;
	/* Counting from a weekend is counting from the Friday before it: 0 Monday to 4 Friday. */
	uint64_t weekday = (uint64_t)day_weekday(day) - 1;
	uint64_t monday = day - weekday;
	uint64_t counted = (weekday < 4 ? weekday : 4) + n;
	uint64_t reached = monday + counted / 5 * 7 + counted % 5;
	return reached <= DAY_LAST ? (uint32_t)reached : DAY_NONE;
}

void time_format(int64_t us_since_1970, int zone_minutes, char out[static 40])
{
	int64_t rest;
	uint32_t day = split_time(us_since_1970, zone_minutes, &rest);
	char date[11];
	day_format(day, date);
	out[0] = '\0';
	if (day == DAY_NONE)
		return;
	unsigned seconds = (unsigned)(rest / US_PER_SECOND);
	snprintf(out, 40, "%s %02u:%02u:%02u", date, seconds / 3600, seconds / 60 % 60,
		seconds % 60);
}

enum err zone_parse(struct text t, int *minutes)
{
	bool west = take_char(&t, '-');
	bool signed_ = west || take_char(&t, '+');
	int hour = take_digits(&t, 2, 2);
	bool colon = take_char(&t, ':');
	int minute = take_digits(&t, 2, 2);
	if (!signed_ || !colon || t.n != 0 || hour < 0 || minute < 0 || minute > 59)
		return E_VALUE;
	int total = 60 * hour + minute;
	if (total > ZONE_MINUTES_MAX || (west && total == 0))
		return E_VALUE;
	*minutes = west ? -total : total;
	return OK;
}
