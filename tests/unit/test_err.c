/* test_err.c: the note of a failure: what it keeps, how it is cut, how it is put into a sentence.
 */
#include "tests/lib/test.h"

#include <stdio.h>

#include "proto/err.h"
#include "proto/text.h"

static bool is_text(const char *string)
{
	return text_check(text_of(string), TEXT_LINE, "string", NULL) == OK;
}

static void a_failure_is_noted_and_returned(void **state)
{
	(void)state;
	struct fault f;
	memset(&f, 0x55, sizeof(f));
	assert_int_equal(fail(&f, E_VALUE, "meeting.kind", "hội nghị"), E_VALUE);
	assert_int_equal(f.err, E_VALUE);
	assert_string_equal(f.field, "meeting.kind");
	assert_string_equal(f.what, "hội nghị");
	assert_int_equal(f.at, 0);
	assert_int_equal(f.total, 0);
	assert_int_equal(f.list_count, 0);
	assert_null(f.file);
	assert_int_equal(fail(&f, E_STORAGE, NULL, NULL), E_STORAGE);
	assert_string_equal(f.field, "");
	assert_string_equal(f.what, "");
}

static void a_number_is_noted_with_its_limit(void **state)
{
	(void)state;
	struct fault f;
	assert_int_equal(fail_number(&f, E_LONG, "text", INT64_MIN, INT64_MAX), E_LONG);
	assert_true(f.at == INT64_MIN && f.limit == INT64_MAX);
	assert_string_equal(f.what, "-9223372036854775808");
}

static void the_origin_of_our_own_failure_is_noted(void **state)
{
	(void)state;
	struct fault f;
	assert_int_equal(fail_server(&f, E_FULL, 28, "store/db.c", 99), E_FULL);
	assert_int_equal(f.err, E_FULL);
	assert_string_equal(f.file, "store/db.c");
	assert_int_equal(f.line, 99);
	assert_int_equal(f.cause, 28);
}

static void without_a_note_the_error_is_returned_all_the_same(void **state)
{
	(void)state;
	assert_int_equal(fail(NULL, E_DAY, "day", "x"), E_DAY);
	assert_int_equal(fail_text(NULL, E_DAY, "day", text_of("x")), E_DAY);
	assert_int_equal(fail_number(NULL, E_LONG, "day", 1, 2), E_LONG);
	assert_int_equal(fail_server(NULL, E_FULL, 1, "x", 2), E_FULL);
	fault_list_add(NULL, 1);
	fault_within(NULL, "x", 1);
}

static void what_is_too_long_is_cut_between_letters(void **state)
{
	(void)state;
	static const char *const letters[] = { "a", "đ", "ệ", "🙂" };
	char text[1200];
	for (size_t i = 0; i < COUNT(letters); i++)
		for (size_t shift = 0; shift < 4; shift++) {
			size_t n = 0;
			while (n < shift)
				text[n++] = '.';
			size_t step = strlen(letters[i]);
			while (n + step < sizeof(text)) {
				memcpy(text + n, letters[i], step);
				n += step;
			}
			text[n] = '\0';
			struct fault f;
			assert_int_equal(fail(&f, E_VALUE, text, text), E_VALUE);
			assert_true(is_text(f.what));
			assert_true(is_text(f.field));
			assert_memory_equal(f.what, text, strlen(f.what));
			assert_true(strlen(f.what) + step >= sizeof(f.what));
			assert_true(strlen(f.field) + step >= sizeof(f.field));
		}
}

static void what_just_fits_is_kept(void **state)
{
	(void)state;
	struct fault f;
	char text[sizeof(f.what) + 1];
	memset(text, 'x', sizeof(text));
	(void)!fail_text(&f, E_VALUE, "a", (struct text){ text, sizeof(f.what) - 1 });
	assert_int_equal(strlen(f.what), sizeof(f.what) - 1);
	(void)!fail_text(&f, E_VALUE, "a", (struct text){ text, sizeof(f.what) });
	assert_int_equal(strlen(f.what), sizeof(f.what) - 1);
}

static void control_bytes_do_not_reach_a_terminal(void **state)
{
	(void)state;
	struct fault f;
	for (int c = 1; c < ' '; c++) {
		char text[] = { 'a', (char)c, '[', '3', '1', 'm', 0x7f, '\0' };
		assert_int_equal(fail(&f, E_VALUE, text, text), E_VALUE);
		assert_string_equal(f.what, "a?[31m?");
		assert_string_equal(f.field, "a?[31m?");
	}
	assert_int_equal(fail_text(&f, E_VALUE, "a", (struct text){ "a\0b", 3 }), E_VALUE);
	assert_string_equal(f.what, "a?b");
}

static void ordinals_are_listed_and_those_past_the_end_are_counted(void **state)
{
	(void)state;
	struct fault f;
	assert_int_equal(fail(&f, E_GATE, "conclusion", NULL), E_GATE);
	for (uint32_t i = 1; i <= FAULT_LIST_MAX; i++)
		fault_list_add(&f, i);
	assert_int_equal(f.list_count, FAULT_LIST_MAX);
	assert_int_equal(f.total, FAULT_LIST_MAX);
	char shown[1000];
	fault_format(&f, "{total}: {list}", shown, sizeof(shown));
	assert_memory_equal(shown, "64: 1, 2, 3, ", 13);
	assert_null(strstr(shown, "…"));
	for (uint32_t i = 0; i < 100; i++)
		fault_list_add(&f, UINT32_MAX);
	assert_int_equal(f.list_count, FAULT_LIST_MAX);
	assert_int_equal(f.total, FAULT_LIST_MAX + 100);
	fault_format(&f, "{total}: {list}", shown, sizeof(shown));
	assert_memory_equal(shown, "164: 1, 2, ", 11);
	assert_string_equal(shown + strlen(shown) - 9, ", 64, …");
}

static void a_list_of_the_largest_ordinals_is_shown_whole(void **state)
{
	(void)state;
	struct fault f = { .err = E_GATE };
	for (uint32_t i = 0; i < FAULT_LIST_MAX; i++)
		fault_list_add(&f, 20000 - i);
	char shown[1000];
	fault_format(&f, "{list}", shown, sizeof(shown));
	assert_non_null(strstr(shown, "19937"));
}

static void a_field_is_named_from_the_outside_in(void **state)
{
	(void)state;
	struct fault f;
	assert_int_equal(fail(&f, E_LONG, "words", NULL), E_LONG);
	fault_within(&f, "opinions", 4);
	assert_string_equal(f.field, "opinions[5].words");
	fault_within(&f, "params", -1);
	assert_string_equal(f.field, "params.opinions[5].words");
	assert_int_equal(fail(&f, E_LONG, "", NULL), E_LONG);
	fault_within(&f, "opinions", 0);
	assert_string_equal(f.field, "opinions[1]");
	assert_int_equal(fail(&f, E_LONG, "[3]", NULL), E_LONG);
	fault_within(&f, "opinions", -1);
	assert_string_equal(f.field, "opinions[3]");
}

static void a_path_of_any_depth_stays_in_its_place(void **state)
{
	(void)state;
	struct fault f;
	assert_int_equal(fail(&f, E_LONG, "words", NULL), E_LONG);
	char name[300];
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	for (int64_t i = 0; i < 40; i++) {
		fault_within(&f, i % 2 ? name : "list", i % 3 ? INT64_MAX - 1 : -1);
		assert_true(strlen(f.field) < sizeof(f.field));
	}
}

/* Sentences. */

static void every_sentence_knows_its_placeholders(void **state)
{
	(void)state;
	for (enum err err = OK + 1; err < ERR_COUNT; err++) {
		struct fault f;
		(void)!fail_number(&f, err, "<field>", 12, 34);
		snprintf(f.what, sizeof(f.what), "<what>");
		fault_list_add(&f, 56);
		char shown[600];
		fault_format(&f, err_row(err)->text, shown, sizeof(shown));
		assert_null(strchr(shown, '?'));
		assert_null(strchr(shown, '{'));
		assert_null(strchr(shown, '}'));
		assert_true(strlen(shown) > 0);
	}
}

static void placeholders_are_filled_wherever_they_stand(void **state)
{
	(void)state;
	struct fault f;
	(void)!fail_number(&f, E_LONG, "field", -5, 77);
	f.total = 3;
	char shown[200];
	fault_format(&f, "{limit}{at} {what}|{field}|{total}|{list}|", shown, sizeof(shown));
	assert_string_equal(shown, "77-5 -5|field|3|, …|");
	fault_format(&f, "{unknown}{}", shown, sizeof(shown));
	assert_string_equal(shown, "??");
	fault_format(&f, "an open { stays, a } too", shown, sizeof(shown));
	assert_memory_equal(shown, "an open ", 8);
	fault_format(&f, "no end {at", shown, sizeof(shown));
	assert_string_equal(shown, "no end {at");
	fault_format(&f, "", shown, sizeof(shown));
	assert_string_equal(shown, "");
}

/* Text of a caller that looks like a placeholder is shown and not filled. */
static void values_are_not_filled_again(void **state)
{
	(void)state;
	struct fault f;
	(void)!fail(&f, E_VALUE, "{what}{field}", "{field}%s%n");
	char shown[200];
	fault_format(&f, "{field}: {what}", shown, sizeof(shown));
	assert_string_equal(shown, "{what}{field}: {field}%s%n");
}

static void a_sentence_is_cut_at_its_room_and_ended(void **state)
{
	(void)state;
	struct fault f;
	(void)!fail(&f, E_VALUE, "field", "a long value");
	char whole[200], shown[200];
	fault_format(&f, err_row(E_VALUE)->text, whole, sizeof(whole));
	assert_string_equal(whole, "field: 'a long value' is not known here");
	for (size_t n = 1; n < sizeof(shown); n++) {
		memset(shown, 'x', sizeof(shown));
		fault_format(&f, err_row(E_VALUE)->text, shown, n);
		assert_true(strlen(shown) < n);
		assert_memory_equal(shown, whole, strlen(shown));
		assert_int_equal(strlen(shown), n - 1 < strlen(whole) ? n - 1 : strlen(whole));
		assert_int_equal(shown[n], 'x');
	}
}

static void codes_that_are_not_known_are_internal_errors(void **state)
{
	(void)state;
	static const int64_t codes[] = { 0, -1, 9, 1000, INT64_MAX, INT64_MIN, (int64_t)1 << 32 };
	for (size_t i = 0; i < COUNT(codes); i++)
		assert_int_equal(err_of_code(codes[i]), E_INTERNAL);
	assert_int_equal(err_of_code(((int64_t)1 << 32) + 30), E_INTERNAL);
	assert_int_equal(err_of_code(30), E_KEY_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_failure_is_noted_and_returned),
		cmocka_unit_test(a_number_is_noted_with_its_limit),
		cmocka_unit_test(the_origin_of_our_own_failure_is_noted),
		cmocka_unit_test(without_a_note_the_error_is_returned_all_the_same),
		cmocka_unit_test(what_is_too_long_is_cut_between_letters),
		cmocka_unit_test(what_just_fits_is_kept),
		cmocka_unit_test(control_bytes_do_not_reach_a_terminal),
		cmocka_unit_test(ordinals_are_listed_and_those_past_the_end_are_counted),
		cmocka_unit_test(a_list_of_the_largest_ordinals_is_shown_whole),
		cmocka_unit_test(a_field_is_named_from_the_outside_in),
		cmocka_unit_test(a_path_of_any_depth_stays_in_its_place),
		cmocka_unit_test(every_sentence_knows_its_placeholders),
		cmocka_unit_test(placeholders_are_filled_wherever_they_stand),
		cmocka_unit_test(values_are_not_filled_again),
		cmocka_unit_test(a_sentence_is_cut_at_its_room_and_ended),
		cmocka_unit_test(codes_that_are_not_known_are_internal_errors),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
