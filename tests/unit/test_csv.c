/*
 * test_csv.c: CSV out of files that are not what they should be: lines longer than a row may be,
 * gzip that was cut, bytes that stand in no text. None of their pieces passes for a row.
 */
#include "tests/lib/test.h"

#include "clients/csv.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct table {
	char path[4096];
	struct csv csv;
	struct texts row;
	struct arena arena;
	struct fault fault;
	FILE *out;
};

static int make(void **state)
{
	const char *folder = getenv("TMPDIR");
	struct table *t = xcalloc(1, sizeof(*t));
	snprintf(t->path, sizeof(t->path), "%s/csv-XXXXXX", folder == NULL ? "/tmp" : folder);
	int fd = mkstemp(t->path);
	assert_true(fd >= 0);
	t->out = fdopen(fd, "w");
	assert_non_null(t->out);
	*state = t;
	return 0;
}

static int end(void **state)
{
	struct table *t = *state;
	csv_close(&t->csv);
	arena_fini(&t->arena);
	unlink(t->path);
	free(t);
	return 0;
}

static void open_table(struct table *t)
{
	assert_int_equal(fclose(t->out), 0);
	assert_int_equal(csv_open(&t->csv, t->path, &t->fault), OK);
}

static enum err next(struct table *t)
{
	arena_reset(&t->arena);
	return csv_next(&t->csv, &t->row, &t->arena, &t->fault);
}

static void assert_row(struct table *t, int64_t line, const char *first)
{
	assert_int_equal(next(t), OK);
	assert_int_equal(t->row.n, 2);
	assert_true(text_is(t->row.v[0], first));
	assert_int_equal(t->csv.line, line);
}

/* However long it is, a line is one line, and what stands at its end is no row. */
static void a_line_that_is_too_long_is_passed_over(void **state)
{
	struct table *t = *state;
	fputs("key,unit\n", t->out);
	for (size_t i = 0; i < 5 * (size_t)CSV_ROW_MAX / 4; i++)
		fputs("x,y,", t->out);
	fputs("a,b\nc,d\n", t->out);
	open_table(t);
	assert_row(t, 1, "key");
	assert_int_equal(next(t), E_LINE);
	assert_int_equal(t->fault.at, 2);
	assert_row(t, 3, "c");
	assert_int_equal(next(t), OK);
	assert_int_equal(t->row.n, 0);
}

static void one_long_cell_is_passed_over(void **state)
{
	struct table *t = *state;
	fputs("key,unit\na,\"", t->out);
	for (size_t i = 0; i < 5 * (size_t)CSV_ROW_MAX; i++)
		fputc(i % 100 == 99 ? ',' : 'x', t->out);
	fputs("\"\nc,d", t->out);
	open_table(t);
	assert_row(t, 1, "key");
	assert_int_equal(next(t), E_LINE);
	assert_int_equal(t->fault.at, 2);
	assert_row(t, 3, "c");
}

/* A stored block of gzip, of which only so much is there. */
static void put_cut_gzip(struct table *t, const char *text, size_t cut)
{
	static const uint8_t head[] = { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff, 1 };
	const size_t n = strlen(text);
	const uint8_t length[] = { (uint8_t)n, 0, (uint8_t)~n, 0xff };
	assert_true(n < 256 && cut < n);
	fwrite(head, 1, sizeof(head), t->out);
	fwrite(length, 1, sizeof(length), t->out);
	fwrite(text, 1, n - cut, t->out);
}

/* The row that the cut runs through looks whole: its last cell ends early. */
static void the_last_row_of_cut_gzip_is_none(void **state)
{
	struct table *t = *state;
	put_cut_gzip(t, "key,unit\na,98101\nb,98102\n", 3);
	open_table(t);
	assert_row(t, 1, "key");
	assert_row(t, 2, "a");
	assert_int_equal(next(t), E_FILE);
	assert_string_equal(t->fault.field, t->path);
}

/* As a table in UTF-16 has them; some ways of text end at the first. */
static void zero_bytes_are_refused(void **state)
{
	static const char *const bad[] = { "b", "\"b\"" };
	struct table *t = *state;
	fputs("key,unit\n", t->out);
	for (size_t i = 0; i < COUNT(bad); i++) {
		fprintf(t->out, "a,%.*s", (int)strlen(bad[i]) - 1, bad[i]);
		fputc('\0', t->out);
		fprintf(t->out, "%s\n", i == 0 ? "" : "\"");
	}
	fputs("c,d\n", t->out);
	open_table(t);
	assert_row(t, 1, "key");
	assert_int_equal(next(t), E_LINE);
	assert_int_equal(t->fault.at, 2);
	assert_int_equal(next(t), E_LINE);
	assert_int_equal(t->fault.at, 3);
	assert_row(t, 4, "c");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_line_that_is_too_long_is_passed_over, make, end),
		cmocka_unit_test_setup_teardown(one_long_cell_is_passed_over, make, end),
		cmocka_unit_test_setup_teardown(the_last_row_of_cut_gzip_is_none, make, end),
		cmocka_unit_test_setup_teardown(zero_bytes_are_refused, make, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
