/* day.h: days as numbers, points of time as microseconds, zones as minutes; never the machine's own
 * zone. */
#ifndef HOIAM_PROTO_DAY_H
#define HOIAM_PROTO_DAY_H

#include "proto/err.h"

/*
 * A day is its Rata Die number in the proleptic Gregorian calendar (Reingold and Dershowitz,
 * Calendrical Calculations, chapters 1 and 2): 1 is 0001-01-01. 0 means "none", and so does every
 * number above DAY_LAST; the functions take both as input and pass 0 on.
 */
#define DAY_NONE 0u
#define DAY_1970 719163u
#define DAY_LAST 3652059u /* 9999-12-31 */

/* A zone is a fixed offset in minutes east of UTC, within ±ZONE_MINUTES_MAX (asserted). */
#define ZONE_MINUTES_MAX 840

/* The number of a date; 0 when there is no such date or the year is outside 1..9999. */
uint32_t day_of(int year, int month, int day);

/* The date of a day; zeros for none. */
void day_split(uint32_t day, int *year, int *month, int *day_of_month);

/*
 * Reads exactly YYYY-MM-DD (ISO 8601) or DD/MM/YYYY, the latter with one or two digits for day and
 * month; 0 for anything else or a date that does not exist.
 */
uint32_t day_parse(struct text t);

/* Writes YYYY-MM-DD; the empty text for none. */
void day_format(uint32_t day, char out[static 11]);

/* The day in a zone at a point of time; 0 when its year is outside 1..9999. */
uint32_t day_of_time(int64_t us_since_1970, int zone_minutes);

/* The point of time at which a day begins in a zone. The day must not be none (asserted). */
int64_t time_of_day(uint32_t day, int zone_minutes);

/*
 * The same day of the month so many months later (or earlier), the last day of the month when it is
 * shorter; 0 when that is outside the calendar.
 */
uint32_t day_add_months(uint32_t day, int months);

/* 1 Monday to 7 Sunday (ISO 8601); 0 for none. */
int day_weekday(uint32_t day);

/*
 * The n-th day from Monday to Friday after a day; the day itself when n is 0. Public holidays are
 * not known here. 0 when that is outside the calendar.
 */
uint32_t day_add_working(uint32_t day, unsigned n);

/*
 * Writes a point of time in a zone as "2026-11-22 10:15:03", fractions dropped; the empty text when
 * its year is outside 1..9999.
 */
void time_format(int64_t us_since_1970, int zone_minutes, char out[static 40]);

/*
 * Reads "+07:00" (time-numoffset of RFC 3339 section 5.6): a sign, hours to 14, minutes to 59,
 * together at most ZONE_MINUTES_MAX. E_VALUE for anything else, "-00:00" included, which means
 * "not known" there; *minutes is then left alone.
 */
enum err zone_parse(struct text t, int *minutes);

#endif
