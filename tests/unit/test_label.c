/* test_label.c: what codes are called in Vietnamese, and that they stay as they are in English. */
#include "tests/lib/test.h"

#include <stdlib.h>

#include "clients/cli/print.h"
#include "clients/cli/print_part.h"
#include "clients/i18n.h"
#include "clients/label.h"
#include "proto/case.h"

static struct label terms[] = {
	{ { "unit_kinds", 10 }, { "office", 6 }, { "Phòng", 6 } },
	{ { "meeting_kinds", 13 }, { "KN", 2 }, { "Buổi KN", 9 } },
	{ { "kinds", 5 }, { "KN", 2 }, { "Khiếu nại", 13 } },
	{ { "outcomes", 8 }, { "done", 4 }, { "Xong", 4 } },
	{ { "grounds", 7 }, { "late", 4 }, { "Quá hạn", 10 } },
};

static const struct labels labels = { .v = terms, .n = COUNT(terms) };

/* Without msgfmt there is no catalogue. */
static void need_catalogue(void)
{
	if (strcmp(_("step|attach"), "step|attach") == 0)
		skip();
}

static void assert_label(const char *table, const char *field, const char *code, const char *wanted)
{
	AUTO(arena_fini) struct arena a = { 0 };
	struct text got = label_of(&labels, text_of(table), text_of(field), text_of(code), &a);
	if (!text_is(got, wanted))
		print_error("%s %s %s: '%.*s', not '%s'\n", table, field, code, (int)got.n, got.p,
			wanted);
	assert_true(text_is(got, wanted));
}

static void a_code_is_called_as_the_policy_says(void **state)
{
	(void)state;
	assert_label("unit_list", "kind", "office", "Phòng");
	assert_label("meeting_list", "kind", "KN", "Buổi KN");
	assert_label("case_list", "kind", "KN", "Khiếu nại");
	assert_label("case_steps", "term", "done", "Xong");
	assert_label("case_steps", "term", "late", "Quá hạn");
	assert_label("case_list", "kind", "office", "office");
	assert_label("case_list", "number", "KN", "KN");
	assert_label("policy_terms", "kind", "KN", "KN");
	assert_label("case_list", "kind", "", "");
}

static void codes_of_the_program_are_words_of_the_catalogue(void **state)
{
	(void)state;
	need_catalogue();
	assert_label("case_steps", "step", "attach", "đính kèm tệp");
	assert_label("case_steps", "step", "unheard_of", "unheard_of");
	assert_label("meeting_facts", "gate", "yes", "có");
	assert_label("rate", "line", "on_spot", "trả lời tại chỗ");
	assert_label("opinion_list", "covered", "1/2 direction", "1/2 chỉ đạo");
	assert_label("opinion_list", "covered", "1/2", "1/2");
	assert_label("rate", "group", "KN", "Khiếu nại");
	assert_label("rate", "group", "98101", "98101");
	assert_label("rate", "group", "(open)", "(chưa giải quyết)");
	assert_label("report_facts", "unit", "(part)", "(một phần)");
	assert_label("status", "clock", "good", "đúng");
	assert_label("officer_grants", "role", "auditor", "người kiểm tra");
}

static void flags_and_sentences_are_taken_apart(void **state)
{
	(void)state;
	need_catalogue();
	assert_label("opinion_list", "flags", "late,part of 3", "ghi muộn, tách từ 3");
	assert_label("rate_why", "flags", "late sealed", "ghi muộn, niêm phong");
	assert_label("policy_terms", "rule", "30 days, refer", "30 ngày, chuyển");
	assert_label("case_explain", "result", "yes: accept, 98101-KT", "có: thụ lý, 98101-KT");
	assert_label("case_explain", "result", "2026-12-23", "23/12/2026");
	assert_label("case_explain", "rule",
		"KN: 30 days from 2026-11-23, policy vn-commune version 1",
		"Khiếu nại: 30 ngày kể từ 23/11/2026, bộ quy định vn-commune bản 1");
	assert_label(
		"case_explain", "result", "no: kind is not KN", "không: loại không phải Khiếu nại");
	assert_label(
		"case_explain", "result", "no: topic is not KN", "không: lĩnh vực không phải KN");
	assert_label("case_explain", "rule", "KN: 30 days from", "KN: 30 days from");
	assert_label("case_explain", "rule", "kn-own", "kn-own");
}

static bool has_word(const char *field, const char *code)
{
	AUTO(arena_fini) struct arena a = { 0 };
	const char *key = arena_format(&a, "%s|%s", field, code).p;
	bool found = _(key) != key;
	if (!found)
		print_error("no word for %s in po/words.h\n", key);
	return found;
}

/* The lists of the program grow; so must po/words.h. */
static void what_the_program_names_has_a_word(void **state)
{
	static const char *const lines[] = {
#define LINE(rate, name, kind, in, of) #name,
#include "store/rate.def"
#undef LINE
	};
	static const struct record *(*const events[])(void) = {
#define EVENT(code, name, help) record_ev_##name,
#include "proto/event.def"
	};
	bool all = true;
	(void)state;
	need_catalogue();
	for (size_t i = 0; i < COUNT(lines); i++)
		all = has_word("line", lines[i]) && all;
	for (enum case_step step = STEP_NONE + 1; step < STEP_COUNT; step++)
		all = (step_row(step)->verb == NULL || has_word("step", step_row(step)->verb)) &&
		      all;
	for (size_t i = 0; i < COUNT(events); i++)
		for (size_t k = 0; k < events[i]()->count; k++) {
			const char *name = events[i]()->fields[k].name;
			if (!print_is_inner(text_of(name)))
				all = has_word("field", name) && all;
		}
	assert_true(all);
}

static void in_english_codes_stay(void **state)
{
	(void)state;
	setenv("LANGUAGE", "en", 1);
	assert_label("case_list", "kind", "KN", "KN");
	assert_label("case_steps", "step", "attach", "attach");
	setenv("LANGUAGE", "vi", 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_code_is_called_as_the_policy_says),
		cmocka_unit_test(codes_of_the_program_are_words_of_the_catalogue),
		cmocka_unit_test(flags_and_sentences_are_taken_apart),
		cmocka_unit_test(what_the_program_names_has_a_word),
		cmocka_unit_test(in_english_codes_stay),
	};
	setenv("HOIAM_LANG", "vi", 1);
	i18n_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
