/* test_reply.c: pages of tables as they come from a server. */
#include "tests/lib/test.h"

#include "clients/reply.h"
#include "daemon/table.h"
#include "proto/limits.h"
#include "proto/pack.h"

/* A page without tables whose next one begins at a place of so many bytes. */
static enum err add(struct reply *reply, size_t place, struct fault *f)
{
	static const uint8_t zeros[LIMIT_CURSOR + 1];
	AUTO(writer_fini) struct writer w = { 0 };
	write_map(&w, 1);
	write_string(&w, "next");
	write_bin(&w, bytes_of(zeros, place));
	return reply_add(reply, writer_bytes(&w), f);
}

/* Who could not ask for the rest would take the list for whole: an export with its trailer. */
static void a_place_that_cannot_be_asked_for_is_an_error(void **state)
{
	(void)state;
	AUTO(reply_fini) struct reply reply = { 0 };
	struct fault f = { 0 };
	assert_int_equal(add(&reply, LIMIT_CURSOR, &f), OK);
	assert_int_equal(reply.next.n, LIMIT_CURSOR);
	assert_int_equal(add(&reply, LIMIT_CURSOR + 1, &f), E_FRAME);
	assert_int_equal(add(&reply, 0, &f), OK);
	assert_int_equal(reply.next.n, 0);
}

/* Tables. Rows of letters: 'a' to 'z' texts, '-' nil. */

enum { COLUMNS = 3 };

static const char *const names[COLUMNS] = { "one", "two", "three" };

static void put_rows(struct writer *w, const char *const *rows, size_t n, size_t width)
{
	for (size_t i = 0; i < n; i++) {
		write_array(w, width);
		for (size_t c = 0; c < width; c++)
			if (rows[i][c] == '-')
				write_nil(w);
			else
				write_text(w, (struct text){ rows[i] + c, 1 });
	}
}

static void assert_rows(const struct table *t, const char *const *rows, size_t n)
{
	assert_non_null(t);
	assert_int_equal(t->column_count, COLUMNS);
	assert_int_equal(t->row_count, n);
	for (size_t i = 0; i < n; i++)
		for (size_t c = 0; c < COLUMNS; c++) {
			const struct cell *cell = table_cell(t, i, names[c]);
			assert_int_equal(cell->kind, rows[i][c] == '-' ? CELL_NIL : CELL_TEXT);
			if (cell->kind == CELL_TEXT)
				assert_memory_equal(cell->text.p, rows[i] + c, 1);
		}
}

/* The bytes of the table, and what is read from them. */
static size_t through(const char *const *rows, size_t n)
{
	AUTO(reply_fini) struct reply reply = { 0 };
	AUTO(writer_fini) struct writer cells = { 0 }, w = { 0 };
	struct fault f = { 0 };
	put_rows(&cells, rows, n, COLUMNS);
	write_map(&w, 1);
	write_string(&w, "tables");
	write_array(&w, 1);
	table_write(&w, "t", names, COLUMNS, writer_bytes(&cells), n);
	assert_int_equal(reply_add(&reply, writer_bytes(&w), &f), OK);
	assert_rows(reply_table(&reply, "t"), rows, n);
	return w.n;
}

static void what_rows_have_alike_is_said_once(void **state)
{
	(void)state;
	static const char *const
		other[] = { "abc", "def", "ghi" },
		*const two[] = { "axc", "dxf", "gxi" }, *const nil[] = { "a-c", "d-f", "g-i" },
		*const all[] = { "xyz", "xyz", "xyz" }, *const edges[] = { "xaz", "xbz", "xcz" };
	enum { WORD = 2, SAME = 1 + 4 + 1 }; /* a text of one letter; the key and its map */
	size_t plain = through(other, 3);
	assert_int_equal(through(two, 3), plain - 3 * WORD + SAME + WORD + strlen("two") + 1);
	assert_int_equal(through(nil, 3), plain - 3 * WORD + SAME + 1 + strlen("two") + 1);
	assert_int_equal(
		through(edges, 3), plain - 6 * WORD + SAME + 2 * WORD + strlen("onethree") + 2);
	/* A row has at least a cell. */
	assert_int_equal(
		through(all, 3), plain - 6 * WORD + SAME + 2 * WORD + strlen("twothree") + 2);
	(void)through(all, 1);
	(void)through(all, 0);
}

/* A table "t" of two rows whose same names so many columns of this name. */
static enum err read_same_of(const char *column, size_t times, size_t width)
{
	AUTO(reply_fini) struct reply reply = { 0 };
	AUTO(writer_fini) struct writer w = { 0 };
	static const char *const rows[] = { "abc", "def" };
	struct fault f = { 0 };
	write_map(&w, 1);
	write_string(&w, "tables");
	write_array(&w, 1);
	write_map(&w, 4);
	write_string(&w, "name");
	write_string(&w, "t");
	write_string(&w, "columns");
	write_array(&w, COLUMNS);
	for (size_t i = 0; i < COLUMNS; i++)
		write_string(&w, names[i]);
	write_string(&w, "same");
	write_map(&w, times);
	for (size_t i = 0; i < times; i++) {
		write_string(&w, column);
		write_uint(&w, 7);
	}
	write_string(&w, "rows");
	write_array(&w, 2);
	put_rows(&w, rows, 2, width);
	return reply_add(&reply, writer_bytes(&w), &f);
}

static void a_table_that_does_not_fit_is_an_error(void **state)
{
	(void)state;
	assert_int_equal(read_same_of("two", 1, 2), OK);
	assert_int_equal(read_same_of("two", 1, 3), E_FRAME);
	assert_int_equal(read_same_of("two", 1, 1), E_FRAME);
	assert_int_equal(read_same_of("two", 2, 1), E_FRAME);
	assert_int_equal(read_same_of("four", 1, 2), E_FRAME);
	assert_int_equal(read_same_of("two", 0, 3), OK);
	assert_int_equal(read_same_of("two", 3, 0), E_FRAME);
}

/* So many rows of one byte's cell, where the others are said once. */
static enum err read_wide(uint32_t n)
{
	AUTO(reply_fini) struct reply reply = { 0 };
	AUTO(writer_fini) struct writer w = { 0 };
	struct fault f = { 0 };
	write_map(&w, 1);
	write_string(&w, "tables");
	write_array(&w, 1);
	write_map(&w, 3);
	write_string(&w, "columns");
	write_array(&w, COLUMNS);
	for (size_t i = 0; i < COLUMNS; i++)
		write_string(&w, names[i]);
	write_string(&w, "same");
	write_map(&w, COLUMNS - 1);
	for (size_t i = 1; i < COLUMNS; i++) {
		write_string(&w, names[i]);
		write_nil(&w);
	}
	write_string(&w, "rows");
	write_array(&w, n);
	for (uint32_t i = 0; i < n; i++) {
		write_array(&w, 1);
		write_uint(&w, 1);
	}
	return reply_add(&reply, writer_bytes(&w), &f);
}

static void few_bytes_do_not_make_many_cells(void **state)
{
	(void)state;
	assert_int_equal(read_wide(LIMIT_MESSAGE_BYTES / COLUMNS), OK);
	assert_int_equal(read_wide(LIMIT_MESSAGE_BYTES / COLUMNS + 1), E_FRAME);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_place_that_cannot_be_asked_for_is_an_error),
		cmocka_unit_test(what_rows_have_alike_is_said_once),
		cmocka_unit_test(a_table_that_does_not_fit_is_an_error),
		cmocka_unit_test(few_bytes_do_not_make_many_cells),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
