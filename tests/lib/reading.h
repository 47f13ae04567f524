/*
 * reading.h: the reading commands as officers of a test house ask them, the replies taken apart,
 * and a meeting to read of. What a helper hands out lives in h->arena.
 */
#ifndef HOIAM_TESTS_LIB_READING_H
#define HOIAM_TESTS_LIB_READING_H

#include "tests/lib/house.h"

struct test_table {
	const char *name;
	const char **columns;
	const char **cells; /* row by row; numbers in digits, nil as "-", maps as {name=value,…} */
	size_t column_count, row_count;
};

enum { TEST_TABLES_MAX = 4 };

struct test_reply {
	struct test_table tables[TEST_TABLES_MAX];
	size_t table_count;
	struct bytes next; /* none: n = 0 */
};

/* test_ask with its reply taken apart. */
enum err test_read(struct test_house *h, const struct test_officer *by, enum cmd cmd,
	const void *record, struct test_reply *to);

/* The rows of a table, a line each, cells with "|" between. The table must be there. */
const char *test_rows(struct test_house *h, const struct test_reply *reply, const char *table);

/* A cell; the column must be there. */
const char *test_cell(
	const struct test_reply *reply, const char *table, size_t row, const char *column);

/* The two in one, for what must not be refused. */
const char *test_shown(struct test_house *h, const struct test_officer *by, enum cmd cmd,
	const void *record, const char *table);

/* The value of a fact in the first table; NULL when there is none. Must not be refused. */
const char *test_fact(struct test_house *h, const struct test_officer *by, enum cmd cmd,
	const void *record, const char *what);

size_t test_lines(const char *text);

/* What the meeting below holds. */
#define TEST_WORDS   "Cống trước trường bị tắc"
#define TEST_SPEAKER "Lê Thị Bảy"
#define TEST_SUMMARY "Cống tắc"
#define TEST_VENUE   "Nhà văn hóa thôn Đông"
#define TEST_ITEM    "Giao phòng kinh tế xem xét"

/* TEST_WORDS and a second line, summary and speaker; kind and topic may be NULL. */
struct opinion_new test_opinion_new(const char *kind, const char *topic);

/* A gated meeting of a unit with these opinions; its minutes are closed. */
void test_record_at(struct test_house *h, const struct test_officer *by, const char *unit,
	const char *day, struct opinion_new *v, size_t n);

/*
 * A house with the meeting 98101/2026/1 of 2026-03-01, recorded by the receptionist of 98101, whose
 * four opinions are the cases 98101/2026/1 to 4: PHAN_ANH on roads, KN on land, TC on water
 * (sealed, its paper in "tủ 3"), and one without kind or topic.
 */
struct test_house *test_house_filled(void);

/* An item that gives these opinions to 98101-KT until 2026-04-01. */
struct item_new test_direction(const uint32_t *opinions, size_t n);

/* A version of a meeting's conclusion, drafted, checked and issued by the leader of 98101. */
void test_conclude(struct test_house *h, const char *meeting, uint32_t version,
	struct item_new *items, size_t n);

/* The ordinals from 1 on. */
extern const uint32_t test_ordinals[8];

/* Requests about the meeting 98101/2026/1, and about a case. */
extern const struct meeting_number test_first_meeting;
extern const struct opinion_list test_first_opinions;
extern const struct conclusion_show test_first_conclusion;
struct case_number test_case_number(const char *number);

#endif
