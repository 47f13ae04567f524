/* test_yaml.c: records from YAML: the policy pack as it is, and everything that must be refused. */
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "proto/action.h"
#include "proto/day.h"
#include "proto/yaml.h"

static enum err read_as(
	const struct record *r, const char *yaml, void *to, struct arena *a, struct fault *f)
{
	*f = (struct fault){ 0 };
	return yaml_read(text_of(yaml), "x.yaml", r, to, a, f);
}

static void assert_line(const struct record *r, const char *yaml, int64_t line, const char *what)
{
	AUTO(arena_fini) struct arena a = { 0 };
	struct fault f;
	uint64_t to[256];
	assert_true(r->size <= sizeof(to));
	assert_int_equal(read_as(r, yaml, to, &a, &f), E_LINE);
	assert_string_equal(f.field, "x.yaml");
	if (what != NULL)
		assert_string_equal(f.what, what);
	assert_int_equal(f.at, line);
}

static void a_record_is_read_by_its_table(void **state)
{
	(void)state;
	AUTO(arena_fini) struct arena a = { 0 };
	struct fault f;
	struct unit_new unit;
	assert_int_equal(read_as(record_unit_new(),
				 "code: 98101\nname: 'Xa\xcc\x83'\nkind: no\nlevel: \"commune\"\n"
				 "from: 2025-07-01\n",
				 &unit, &a, &f),
		OK);
	assert_true(text_is(unit.code, "98101"));
	assert_true(text_is(unit.name, "Xã")); /* decomposed in the file */
	assert_true(text_is(unit.kind, "no"));
	assert_int_equal(unit.from, day_of(2025, 7, 1));
	assert_int_equal(unit.until, DAY_NONE);
}

static void lists_of_each_kind_are_read(void **state)
{
	(void)state;
	AUTO(arena_fini) struct arena a = { 0 };
	struct fault f;
	struct conclusion_put put;
	assert_int_equal(read_as(record_conclusion_put(),
				 "meeting: 98101/2026/1\nversion: 1\nfirst: 1\nitems:\n"
				 "- opinions: [1, 2, 5]\n  how: answer\n  words: |\n    a\n    b\n"
				 "- {opinions: [7], how: decline, words: c}\n",
				 &put, &a, &f),
		OK);
	const struct item_new *items = put.items.v;
	assert_int_equal(put.items.n, 2);
	assert_int_equal(items[0].opinions.n, 3);
	assert_int_equal(items[0].opinions.v[2], 5);
	assert_true(text_is(items[0].words, "a\nb\n"));
	assert_true(text_is(items[1].how, "decline"));
	struct meeting_new meeting;
	assert_int_equal(
		read_as(record_meeting_new(), "{unit: a, kind: b, day: 2026-01-01, heads: [x, y]}",
			&meeting, &a, &f),
		OK);
	assert_int_equal(meeting.heads.n, 2);
	assert_true(text_is(meeting.heads.v[1], "y"));
}

static void the_policy_pack_is_read_and_fits_an_action(void **state)
{
	(void)state;
	AUTO(arena_fini) struct arena a = { 0 };
	FILE *in = fopen(HOIAM_SOURCE_ROOT "/data/policy/vn-commune.yaml", "r");
	assert_non_null(in);
	char *content = arena_alloc(&a, YAML_BYTES_MAX, 1);
	size_t n = fread(content, 1, YAML_BYTES_MAX, in);
	fclose(in);
	struct policy policy;
	struct fault f = { 0 };
	enum err err = yaml_read(
		(struct text){ content, n }, "vn-commune.yaml", record_policy(), &policy, &a, &f);
	if (err != OK)
		print_error("%s:%lld: %s\n", f.field, (long long)f.at, f.what);
	assert_int_equal(err, OK);
	assert_true(text_is(policy.name, "vn-commune"));
	assert_true(text_is(policy.zone, "+07:00"));
	assert_true(policy.kinds.n > 0 && policy.topics.n > 0 && policy.routes.n > 0);
	struct policy_adopt adopt = { .policy = { &policy, 1 } };
	AUTO(writer_fini) struct writer w = { 0 };
	record_write_wire(&w, record_policy_adopt(), &adopt, NULL, NULL);
	const unsigned limit = LIMIT_HEAD_BYTES;
	assert_true(w.n + 200 < limit);
}

static void syntax_and_structure_are_told_by_line(void **state)
{
	(void)state;
	const struct record *unit = record_unit_new();
	assert_line(unit, "code: a\nname: 'b\n", 3, NULL);
	assert_line(unit, "code: a\nfoo: b\n", 2, "foo: no such field here");
	assert_line(unit, "code: a\nname: x\ncode: b\n", 3, "code: given twice");
	assert_line(unit, "code: [a]\n", 1, "code: one value is wanted");
	assert_line(unit, "- code: a\n", 1, "a mapping is wanted");
	assert_line(unit, "", 1, "empty");
	assert_line(unit, "code: a\nfrom: 1/7/2025\n", 2, "from: a day is wanted, YYYY-MM-DD");
	assert_line(unit, "from: 2025-02-30\n", 1, "from: a day is wanted, YYYY-MM-DD");
	assert_line(record_page(), "limit: 0x10\n", 1, "limit: a whole number is wanted");
	assert_line(record_page(), "limit: -1\n", 1, "limit: a whole number is wanted");
	assert_line(record_page(), "limit:\n", 1, "limit: a whole number is wanted");
	assert_line(record_page(), "limit: 99999999999999999999\n", 1,
		"limit: a whole number is wanted");
	assert_line(record_page(), "after: 0g\n", 1, "after: hexadecimal digits are wanted");
	assert_line(record_unit_add(), "units: x\n", 1, "units: a list is wanted");
	assert_line(record_unit_add(), "units:\n- x\n", 2, "units: a list of mappings is wanted");
	assert_line(record_meeting_new(), "heads: [[a]]\n", 1,
		"heads: a list of single values is wanted");
}

static void what_makes_yaml_large_is_refused(void **state)
{
	(void)state;
	const struct record *unit = record_unit_new();
	assert_line(unit, "code: &x a\n", 1, "anchors and aliases are not used here");
	assert_line(unit, "code: *x\n", 1, "anchors and aliases are not used here");
	assert_line(unit, "&x {code: a}\n", 1, "anchors and aliases are not used here");
	assert_line(unit, "code: !!str a\n", 1, "tags are not used here");
	assert_line(unit, "!t\ncode: a\n", 1, "tags are not used here");
	assert_line(unit, "<<: {code: a}\n", 1, "<<: no such field here");
	assert_line(unit, "%YAML 1.1\n---\ncode: a\n", 1, "directives are not used here");
	assert_line(unit, "code: a\n---\ncode: b\n", 2, "one document only");
	assert_line(unit, "? {a: b}\n: c\n", 1, "a key is wanted");
}

static void values_pass_the_checks_of_their_record(void **state)
{
	(void)state;
	AUTO(arena_fini) struct arena a = { 0 };
	struct fault f;
	struct unit_add add;
	assert_int_equal(
		read_as(record_unit_add(),
			"units:\n- {code: a, name: b, kind: c, level: d, from: 2025-01-01}\n"
			"- {code: 'x y', name: b, kind: c, level: d, from: 2025-01-01}\n",
			&add, &a, &f),
		E_CODE);
	assert_string_equal(f.field, "units[2].code");
	assert_int_equal(
		read_as(record_unit_add(), "units:\n- {code: a}\n", &add, &a, &f), E_MISSING);
	assert_string_equal(f.field, "units[1].name");
	struct page page;
	assert_int_equal(read_as(record_page(), "limit: 501\n", &page, &a, &f), E_RANGE);
}

static void too_many_and_too_large_are_refused(void **state)
{
	(void)state;
	AUTO(arena_fini) struct arena a = { 0 };
	assert_line(record_meeting_new(), "heads: [a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a]\n", 1,
		"heads: too many entries");
	char *large = arena_alloc(&a, YAML_BYTES_MAX + 2, 1);
	memset(large, '#', YAML_BYTES_MAX + 1);
	struct fault f;
	struct page page;
	assert_int_equal(read_as(record_page(), large, &page, &a, &f), E_TOO_LARGE);
	char *deep = arena_alloc(&a, 200001, 1);
	memset(deep, '[', 200000);
	assert_int_equal(read_as(record_page(), deep, &page, &a, &f), E_LINE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_record_is_read_by_its_table),
		cmocka_unit_test(lists_of_each_kind_are_read),
		cmocka_unit_test(the_policy_pack_is_read_and_fits_an_action),
		cmocka_unit_test(syntax_and_structure_are_told_by_line),
		cmocka_unit_test(what_makes_yaml_large_is_refused),
		cmocka_unit_test(values_pass_the_checks_of_their_record),
		cmocka_unit_test(too_many_and_too_large_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
