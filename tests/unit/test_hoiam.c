/* test_hoiam.c: requests of libhoiam: fields by their paths, and what is refused before it is sent.
 */
#include "tests/lib/test.h"

#include "clients/public/hoiam.h"

#include "proto/base.h"

#include <sodium.h>
#include <stdio.h>

static const char *said(struct hoiam_request *q, const char *field, const char *value)
{
	static struct hoiam_error e;
	e = (struct hoiam_error){ 0 };
	int code = hoiam_set(q, field, value, &e);
	assert_int_equal(code, e.code);
	assert_int_equal(hoiam_set(q, field, value, NULL), code);
	if (code != 0) {
		assert_string_equal(e.field, field);
		assert_non_null(strstr(e.text, field));
	}
	return e.name;
}

static void commands_of_reading_and_changing_are_there(void **state)
{
	(void)state;
	static const char *const no[] = { "", "meeting", "meeting.recor", "hello", "login",
		"register.open", "Meeting.record" };
	static const char *const yes[] = { "meeting.record", "rate.show", "status" };
	for (size_t i = 0; i < COUNT(no); i++)
		assert_null(hoiam_request(no[i]));
	for (size_t i = 0; i < COUNT(yes); i++) {
		struct hoiam_request *q = hoiam_request(yes[i]);
		assert_non_null(q);
		hoiam_request_free(q);
	}
	hoiam_request_free(NULL);
	hoiam_reply_free(NULL);
	hoiam_close(NULL);
}

static void fields_go_by_their_paths(void **state)
{
	(void)state;
	struct hoiam_request *q = hoiam_request("meeting.record");
	static const char *const no[] = { "", ".", "meeting", "meeting.", "meeting.zz", "unit",
		"meeting[1]", "meeting[1]unit", "meeting[0].unit", "meeting[].unit",
		"meeting[-1].unit", "meeting[1.unit", "meeting[1].unit.x", "meeting[1].unit[1]",
		"count.x", "count[1]", "opinions[1]x.words", "opinions[ 1].words",
		"opinions.words.x" };
	for (size_t i = 0; i < COUNT(no); i++)
		assert_string_equal(said(q, no[i], "1"), "E_KEY_UNKNOWN");
	assert_string_equal(said(q, "meeting.unit", "98101"), "");
	assert_string_equal(said(q, "meeting[1].heads", "98101,98101-DU"), "");
	assert_string_equal(said(q, "meeting.day", "2026-03-01"), "");
	assert_string_equal(said(q, "count", "2"), "");
	assert_string_equal(said(q, "opinions.words", "Đường hỏng"), "");
	hoiam_request_free(q);
}

static void entries_come_one_after_the_other(void **state)
{
	(void)state;
	char path[64];
	struct hoiam_request *q = hoiam_request("opinion.add");
	assert_string_equal(said(q, "opinions[2].words", "a"), "E_TOO_MANY");
	for (unsigned i = 1; i <= 300; i++) {
		snprintf(path, sizeof(path), "opinions[%u].words", i);
		assert_string_equal(said(q, path, "a"), "");
	}
	assert_string_equal(said(q, "opinions[301].words", "a"), "E_TOO_MANY");
	assert_string_equal(said(q, "opinions[99999999999999999999].words", "a"), "E_TOO_MANY");
	assert_string_equal(said(q, "opinions[7].words", "b"), "");
	hoiam_request_free(q);
}

static void values_are_of_their_kind(void **state)
{
	(void)state;
	struct hoiam_request *q = hoiam_request("meeting.record"),
			     *item = hoiam_request("key.revoke");
	assert_string_equal(said(q, "meeting.day", "2026-02-30"), "E_DAY");
	assert_string_equal(said(q, "count", "two"), "E_TYPE");
	assert_string_equal(said(q, "count", "-1"), "E_TYPE");
	assert_string_equal(said(q, "closed", "2"), "E_RANGE");
	assert_string_equal(said(q, "meeting.source", "0g"), "E_TYPE");
	assert_string_equal(said(q, "opinions.words", "\xff"), "E_UTF8");
	assert_string_equal(said(item, "key", "0011223344556677"), "");
	hoiam_request_free(item);
	hoiam_request_free(q);
}

static void numbers_are_new_and_of_version_7(void **state)
{
	(void)state;
	uint8_t a[16], b[16], zero[16] = { 0 };
	struct hoiam_error e = { 0 };
	struct hoiam_request *q = hoiam_request("status"), *p = hoiam_request("status");
	hoiam_get_number(q, a);
	hoiam_get_number(p, b);
	assert_memory_not_equal(a, b, 16);
	assert_int_equal(a[6] >> 4, 7);
	assert_int_not_equal(hoiam_set_number(q, zero, &e), 0);
	assert_string_equal(e.name, "E_TYPE");
	assert_int_equal(hoiam_set_number(q, b, &e), 0);
	hoiam_get_number(q, a);
	assert_memory_equal(a, b, 16);
	hoiam_request_free(p);
	hoiam_request_free(q);
}

static void nobody_there_is_told(void **state)
{
	(void)state;
	struct hoiam *line = NULL;
	struct hoiam_error e = { 0 };
	int code = hoiam_open(&line, "/nowhere/s", 0, &e);
	assert_int_equal(code, e.code);
	assert_string_equal(e.name, "E_UNREACHABLE");
	assert_string_equal(e.field, "/nowhere/s");
	assert_int_equal(hoiam_open(&line, "/nowhere/s", 30, NULL), code);
	assert_null(line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commands_of_reading_and_changing_are_there),
		cmocka_unit_test(fields_go_by_their_paths),
		cmocka_unit_test(entries_come_one_after_the_other),
		cmocka_unit_test(values_are_of_their_kind),
		cmocka_unit_test(numbers_are_new_and_of_version_7),
		cmocka_unit_test(nobody_there_is_told),
	};
	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
