/* test_args.c: command lines into records; CSV rows. */
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <zlib.h>

#include "clients/cli/args.h"
#include "clients/cli/command.h"
#include "clients/cli/spell.h"
#include "clients/csv.h"
#include "proto/day.h"

static struct arena arena;
static struct fault fault;

static char *w(const char *word)
{
	struct bytes copy = arena_bytes(&arena, bytes_of(word, strlen(word) + 1));
	char *p;
	memcpy(&p, &copy.p, sizeof(p));
	return p;
}

/* The words, separated by '|', into a record. */
static enum err fill(const struct record *r, const char *line, void *to)
{
	char *words[64];
	int count = 0;
	for (char *p = w(line); p != NULL && *line != '\0';) {
		char *bar = strchr(p, '|');
		words[count++] = p;
		if (bar != NULL)
			*bar++ = '\0';
		p = bar;
	}
	memset(to, 0, r->size);
	fault = (struct fault){ 0 };
	struct args args = { .record = r, .to = to, .arena = &arena };
	return args_fill(&args, count, words, &fault);
}

static int tear_down(void **state)
{
	(void)state;
	arena_fini(&arena);
	return 0;
}

static void positions_and_options_fill_a_record(void **state)
{
	(void)state;
	struct case_resolve r;
	assert_int_equal(
		fill(record_case_resolve(),
			"98101/2026/5|--outcome|answered|--text=xin \xe1\xba\xa1|--day|1/2/2026",
			&r),
		OK);
	assert_true(text_is(r.number, "98101/2026/5"));
	assert_true(text_is(r.outcome, "answered"));
	assert_int_equal(r.day, day_of(2026, 2, 1));
	struct rate_ask ask;
	assert_int_equal(
		fill(record_rate_ask(),
			"--as-of|2026-01-02|--known_at|2026-01-03|inclusion|--from|2026-01-01",
			&ask),
		OK);
	assert_true(text_is(ask.rate, "inclusion"));
	assert_int_equal(ask.as_of, day_of(2026, 1, 2));
	assert_int_equal(ask.known_at, day_of(2026, 1, 3));
}

static void text_is_brought_into_one_spelling(void **state)
{
	(void)state;
	struct case_resolve r;
	assert_int_equal(fill(record_case_resolve(), "5|--text|Xa\xcc\x83", &r), OK);
	assert_true(text_is(r.text, "Xã"));
	assert_int_equal(fill(record_case_resolve(), "5|--text|\xff", &r), E_UTF8);
	assert_string_equal(fault.field, "text");
}

static void a_list_takes_field_and_value_with_a_colon(void **state)
{
	(void)state;
	struct case_list r;
	assert_int_equal(
		fill(record_case_list(), "state:pending|unit:98101|--due|2026-05-01", &r), OK);
	assert_true(text_is(r.state, "pending"));
	assert_true(text_is(r.unit, "98101"));
	assert_int_equal(fill(record_case_list(), "overdue", &r), E_USAGE);
	assert_int_equal(fill(record_case_list(), "foo:1", &r), E_USAGE);
}

static void the_fields_of_a_list_make_entries(void **state)
{
	(void)state;
	struct opinion_add r;
	assert_int_equal(fill(record_opinion_add(), "7|--words|a|--speaker|b|--words|c", &r), OK);
	const struct opinion_new *opinions = r.opinions.v;
	assert_true(text_is(r.meeting, "7"));
	assert_int_equal(r.opinions.n, 2);
	assert_true(text_is(opinions[0].words, "a") && text_is(opinions[0].speaker, "b"));
	assert_true(text_is(opinions[1].words, "c") && opinions[1].speaker.n == 0);
	struct unit_add add;
	assert_int_equal(fill(record_unit_add(), "98|--name|X|--from|2025-07-01", &add), OK);
	const struct unit_new *units = add.units.v;
	assert_int_equal(add.units.n, 1);
	assert_true(text_is(units[0].code, "98") && text_is(units[0].name, "X"));
	assert_null(args_list(record_meeting_record()));
	assert_null(args_list(record_case_list()));
}

static void numbers_and_ranges_are_read(void **state)
{
	(void)state;
	struct conclusion_put put;
	assert_int_equal(fill(record_conclusion_put(),
				 "7|--version|1|--first|1|--opinions|1,2,5-7|--how|answer", &put),
		OK);
	const struct item_new *items = put.items.v;
	static const uint32_t want[] = { 1, 2, 5, 6, 7 };
	assert_int_equal(items[0].opinions.n, COUNT(want));
	assert_memory_equal(items[0].opinions.v, want, sizeof(want));
	static const char *const bad[] = { "7|--opinions|7-5", "7|--opinions|a",
		"7|--opinions|1,,2", "7|--opinions|1-", "7|--opinions|-1",
		"7|--opinions|4294967296" };
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(fill(record_conclusion_put(), bad[i], &put), E_TYPE);
	assert_int_equal(fill(record_conclusion_put(), "7|--opinions|1-200", &put), OK);
	assert_int_equal(fill(record_conclusion_put(), "7|--opinions|1-201", &put), E_TOO_MANY);
	assert_int_equal(
		fill(record_conclusion_put(), "7|--opinions|1-4294967295", &put), E_TOO_MANY);
	struct page page;
	assert_int_equal(fill(record_page(), "--limit|501", &page), E_RANGE);
	assert_int_equal(fill(record_page(), "--limit|-1", &page), E_TYPE);
	assert_int_equal(fill(record_page(), "--limit|99999999999999999999", &page), E_TYPE);
	assert_int_equal(fill(record_page(), "--after|00ff", &page), OK);
	assert_true(bytes_equal(page.after, bytes_of("\x00\xff", 2)));
	assert_int_equal(fill(record_page(), "--after|0", &page), E_TYPE);
}

static void codes_are_parted_by_commas(void **state)
{
	(void)state;
	struct meeting_new r;
	assert_int_equal(fill(record_meeting_new(), "--heads|a, b,c", &r), OK);
	assert_int_equal(r.heads.n, 3);
	assert_true(text_is(r.heads.v[1], "b"));
	assert_int_equal(fill(record_meeting_new(), "--heads|a,,b", &r), E_BLANK);
	assert_int_equal(
		fill(record_meeting_new(), "--heads|a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a", &r),
		E_TOO_MANY);
}

static void what_does_not_fit_is_named(void **state)
{
	(void)state;
	struct case_resolve r;
	assert_int_equal(fill(record_case_resolve(), "5|--foo|x", &r), E_KEY_UNKNOWN);
	assert_string_equal(fault.field, "--foo");
	assert_int_equal(fill(record_case_resolve(), "5|--day|1|--day|2", &r), E_DAY);
	assert_int_equal(fill(record_case_resolve(), "5|--text|1|--text|2", &r), E_KEY_TWICE);
	assert_int_equal(fill(record_case_resolve(), "5|6", &r), E_USAGE);
	assert_int_equal(fill(record_case_resolve(), "5|--text", &r), E_USAGE);
	assert_int_equal(fill(record_case_resolve(), "5|--day|30/2/2026", &r), E_DAY);
	assert_int_equal(fill(record_case_resolve(), "5|--day|today", &r), E_DAY);
	assert_int_equal(fill(record_case_resolve(), "5|--text-file|/nonexistent", &r), E_FILE);
	assert_int_equal(fill(record_case_resolve(), "5|--day-file|x", &r), E_KEY_UNKNOWN);
	assert_int_equal(fill(record_case_resolve(), "--|--5", &r), OK);
	assert_true(text_is(r.number, "--5"));
}

static void a_text_comes_from_a_file(void **state)
{
	(void)state;
	char path[] = "/tmp/args-XXXXXX", line[64];
	int fd = mkstemp(path);
	assert_int_equal(write(fd, "một\nhai\n\n", 11), 11);
	close(fd);
	struct case_resolve r;
	snprintf(line, sizeof(line), "5|--text-file|%s", path);
	assert_int_equal(fill(record_case_resolve(), line, &r), OK);
	assert_true(text_is(r.text, "một\nhai"));
	unlink(path);
}

static void a_hash_comes_from_its_file(void **state)
{
	(void)state;
	static const uint8_t abc[] = { 0xba, 0x78, 0x16, 0xbf }; /* FIPS 180-4 */
	char path[] = "/tmp/args-XXXXXX", line[64];
	int fd = mkstemp(path);
	assert_int_equal(write(fd, "abc", 3), 3);
	close(fd);
	struct paper_attest r;
	snprintf(line, sizeof(line), "c|--scan-file|%s", path);
	assert_int_equal(fill(record_paper_attest(), line, &r), OK);
	assert_int_equal(r.scan.n, 32);
	assert_memory_equal(r.scan.p, abc, sizeof(abc));
	unlink(path);
	assert_int_equal(fill(record_paper_attest(), line, &r), E_FILE);
}

static void options_of_the_program_may_stand_anywhere(void **state)
{
	(void)state;
	struct options o = { .format = FORMAT_TABS };
	char *words[] = { w("case"), w("--as"), w("clerk"), w("show"), w("5"), w("--json"),
		w("--text"), w("-x"), w("--socket=/s"), w("--"), w("--csv"), NULL };
	int count = (int)COUNT(words) - 1;
	assert_int_equal(options_take(&count, words, &o, &fault), OK);
	assert_int_equal(count, 7);
	assert_string_equal(words[1], "show");
	assert_string_equal(words[6], "--csv");
	assert_string_equal(o.as, "clerk");
	assert_string_equal(o.socket, "/s");
	assert_int_equal(o.format, FORMAT_JSON);
	char *bare[] = { w("x"), w("--as"), NULL };
	count = 2;
	assert_int_equal(options_take(&count, bare, &o, &fault), E_USAGE);
	char *out[] = { w("--out"), w("F"), w("--role=x"), NULL };
	count = 3;
	assert_string_equal(args_take(&count, out, "out"), "F");
	assert_string_equal(args_take(&count, out, "role"), "x");
	assert_int_equal(count, 0);
}

static void csv_is_read_as_rfc_4180_says(void **state)
{
	(void)state;
	struct csv csv = csv_of(text_of("\xef\xbb\xbf"
					"a,b\r\n\r\n\"x,\"\"y\"\"\",\"two\nlines\"\n,\nend"),
		"f.csv");
	struct texts row;
	assert_int_equal(csv_next(&csv, &row, &arena, &fault), OK);
	assert_true(row.n == 2 && text_is(row.v[0], "a") && text_is(row.v[1], "b"));
	assert_int_equal(csv_next(&csv, &row, &arena, &fault), OK);
	assert_true(text_is(row.v[0], "x,\"y\"") && text_is(row.v[1], "two\nlines"));
	assert_int_equal(csv.line, 3);
	assert_int_equal(csv_next(&csv, &row, &arena, &fault), OK);
	assert_true(row.n == 2 && row.v[0].n == 0 && row.v[1].n == 0);
	assert_int_equal(csv.line, 5);
	assert_int_equal(csv_next(&csv, &row, &arena, &fault), OK);
	assert_true(row.n == 1 && text_is(row.v[0], "end"));
	assert_int_equal(csv_next(&csv, &row, &arena, &fault), OK);
	assert_int_equal(row.n, 0);
	csv = csv_of(text_of("a;b\r\n1;2,5\r\n"), "f.csv");
	assert_int_equal(csv_next(&csv, &row, &arena, &fault), OK);
	assert_int_equal(csv_next(&csv, &row, &arena, &fault), OK);
	assert_true(row.n == 2 && text_is(row.v[1], "2,5"));
}

/* What cannot be read as a row is shown as it stands. */
static void a_line_that_is_no_row_is_one_cell(void **state)
{
	(void)state;
	struct csv csv = csv_of(text_of("a,b\r\n1,\"x\"y\r\n2,z\"\n"), "f.csv");
	struct texts row;
	assert_int_equal(csv_next(&csv, &row, &arena, &fault), OK);
	assert_int_equal(csv_next(&csv, &row, &arena, &fault), E_LINE);
	assert_true(row.n == 1 && text_is(row.v[0], "1,\"x\"y"));
	assert_int_equal(csv_next(&csv, &row, &arena, &fault), E_LINE);
	assert_true(row.n == 1 && text_is(row.v[0], "2,z\""));
	csv = csv_of((struct text){ "a\0b,\"", 5 }, "f.csv");
	assert_int_equal(csv_next(&csv, &row, &arena, &fault), E_LINE);
	assert_true(row.n == 1 && text_is(row.v[0], "ab,\""));
}

static void the_apostrophe_before_a_formula_is_no_part_of_it(void **state)
{
	(void)state;
	assert_true(text_is(csv_plain(text_of("'=1+1")), "=1+1"));
	assert_true(text_is(csv_plain(text_of("'- Đèn")), "- Đèn"));
	assert_true(text_is(csv_plain(text_of("'＋84")), "＋84"));
	assert_true(text_is(csv_plain(text_of("'tis")), "'tis"));
	assert_true(text_is(csv_plain(text_of("'")), "'"));
	assert_true(text_is(csv_plain(text_of("''=")), "''="));
	assert_int_equal(csv_plain((struct text){ 0 }).n, 0);
}

static void letters_to_change_are_counted(void **state)
{
	(void)state;
	assert_int_equal(spell_distance("topic", "topic"), 0);
	assert_int_equal(spell_distance("topci", "topic"), 2);
	assert_int_equal(spell_distance("sate", "state"), 1);
	assert_int_equal(spell_distance("", "state"), 5);
	char wide[SPELL_MAX + 2];
	memset(wide, 'x', SPELL_MAX + 1);
	wide[SPELL_MAX + 1] = '\0';
	assert_int_equal(spell_distance(wide, "x"), SPELL_MAX);
	assert_int_equal(spell_distance("x", wide), SPELL_MAX);
}

/* What parts the cells is looked for outside of quotes. */
static void a_header_in_quotes_may_hold_the_other_mark(void **state)
{
	(void)state;
	struct csv csv = csv_of(text_of("\"a;\nb\",c\n1,2\n"), "f.csv");
	struct texts row;
	assert_int_equal(csv_next(&csv, &row, &arena, &fault), OK);
	assert_int_equal(row.n, 2);
	assert_true(text_is(row.v[0], "a;\nb"));
	assert_int_equal(csv_next(&csv, &row, &arena, &fault), OK);
	assert_int_equal(row.n, 2);
}

/* n letters, and what follows them. */
static void put_long(FILE *to, size_t n, const char *then)
{
	for (size_t i = 0; i < n; i++)
		fputc('x', to);
	fputs(then, to);
}

/* Of a file as of memory, wherever the reader's buffer ends. */
static void a_row_that_is_too_long_is_passed_over_whole(void **state)
{
	char path[4096];
	struct csv csv;
	struct texts row;
	(void)state;
	snprintf(path, sizeof(path), "%s/csv-XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	int fd = mkstemp(path);
	FILE *file = fdopen(fd, "w");
	assert_non_null(file);
	put_long(file, CSV_ROW_MAX / 2, ",1\n");
	put_long(file, CSV_ROW_MAX * 3, ",2\nc,d\n");
	assert_int_equal(fclose(file), 0);
	assert_int_equal(csv_open(&csv, path, &fault), OK);
	unlink(path);
	assert_int_equal(csv_next(&csv, &row, &arena, &fault), OK);
	assert_int_equal(csv_next(&csv, &row, &arena, &fault), E_LINE);
	assert_int_equal(fault.at, 2);
	assert_int_equal(csv_next(&csv, &row, &arena, &fault), OK);
	assert_int_equal(csv.line, 3);
	assert_true(row.n == 2 && text_is(row.v[0], "c") && text_is(row.v[1], "d"));
	assert_int_equal(csv_next(&csv, &row, &arena, &fault), OK);
	assert_int_equal(row.n, 0);
	csv_close(&csv);
}

/* What a download that broke off left of a row is no row. */
static void a_cut_file_gives_no_half_row(void **state)
{
	static const char rows[] = "a,b\n1,2\n3,44444444\n";
	char path[4096];
	struct csv csv;
	struct texts row;
	(void)state;
	snprintf(path, sizeof(path), "%s/csv-XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	int fd = mkstemp(path);
	gzFile file = gzdopen(dup(fd), "wb0");
	assert_int_equal(gzwrite(file, rows, sizeof(rows) - 1), sizeof(rows) - 1);
	assert_int_equal(gzclose(file), Z_OK);
	assert_int_equal(ftruncate(fd, lseek(fd, 0, SEEK_END) - 8 - 4), 0);
	close(fd);
	assert_int_equal(csv_open(&csv, path, &fault), OK);
	unlink(path);
	assert_int_equal(csv_next(&csv, &row, &arena, &fault), OK);
	assert_int_equal(csv_next(&csv, &row, &arena, &fault), OK);
	assert_true(row.n == 2 && text_is(row.v[1], "2"));
	for (int i = 0; i < 2; i++) {
		assert_int_equal(csv_next(&csv, &row, &arena, &fault), E_FILE);
		assert_int_equal(row.n, 0);
	}
	csv_close(&csv);
}

static void broken_csv_is_told_by_line(void **state)
{
	(void)state;
	static const char *const bad[] = { "a\n\"b", "a\nb\"c", "a\n\"b\"c" };
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct csv csv = csv_of(text_of(bad[i]), "f.csv");
		struct texts row;
		assert_int_equal(csv_next(&csv, &row, &arena, &fault), OK);
		assert_int_equal(csv_next(&csv, &row, &arena, &fault), E_LINE);
		assert_int_equal(fault.at, 2);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(positions_and_options_fill_a_record, tear_down),
		cmocka_unit_test_teardown(text_is_brought_into_one_spelling, tear_down),
		cmocka_unit_test_teardown(a_list_takes_field_and_value_with_a_colon, tear_down),
		cmocka_unit_test_teardown(the_fields_of_a_list_make_entries, tear_down),
		cmocka_unit_test_teardown(numbers_and_ranges_are_read, tear_down),
		cmocka_unit_test_teardown(codes_are_parted_by_commas, tear_down),
		cmocka_unit_test_teardown(what_does_not_fit_is_named, tear_down),
		cmocka_unit_test_teardown(a_text_comes_from_a_file, tear_down),
		cmocka_unit_test_teardown(a_hash_comes_from_its_file, tear_down),
		cmocka_unit_test_teardown(options_of_the_program_may_stand_anywhere, tear_down),
		cmocka_unit_test_teardown(csv_is_read_as_rfc_4180_says, tear_down),
		cmocka_unit_test_teardown(a_line_that_is_no_row_is_one_cell, tear_down),
		cmocka_unit_test_teardown(
			the_apostrophe_before_a_formula_is_no_part_of_it, tear_down),
		cmocka_unit_test_teardown(letters_to_change_are_counted, tear_down),
		cmocka_unit_test_teardown(a_header_in_quotes_may_hold_the_other_mark, tear_down),
		cmocka_unit_test_teardown(a_row_that_is_too_long_is_passed_over_whole, tear_down),
		cmocka_unit_test_teardown(a_cut_file_gives_no_half_row, tear_down),
		cmocka_unit_test_teardown(broken_csv_is_told_by_line, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
