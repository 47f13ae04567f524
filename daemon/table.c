/* table.c: tables, with what all rows have alike said once. */
#include "daemon/table.h"

#include <assert.h>

struct row {
	struct bytes cells[TABLE_COLUMNS_MAX];
};

static void next_row(struct reader *rd, struct row *to, size_t count)
{
	uint32_t n = read_array(rd);
	assert(n == count);
	for (size_t i = 0; i < n; i++)
		to->cells[i] = read_any(rd);
}

/* The columns in which all rows are as the first, a bit each. */
static uint64_t alike(struct bytes rows, size_t row_count, const struct row *first, size_t count)
{
	struct reader rd = reader_of(rows);
	uint64_t same = row_count > 1 ? UINT64_MAX >> (TABLE_COLUMNS_MAX - count) : 0;
	for (size_t k = 0; k < row_count && same != 0; k++) {
		struct row row;
		next_row(&rd, &row, count);
		for (size_t i = 0; i < count; i++)
			if (!bytes_equal(row.cells[i], first->cells[i]))
				same &= ~((uint64_t)1 << i);
	}
	bool all = same != 0 && same == UINT64_MAX >> (TABLE_COLUMNS_MAX - count);
	return all ? same & (same - 1) : same;
}

static size_t bits(uint64_t set)
{
	size_t n = 0;
	for (; set != 0; set &= set - 1)
		n++;
	return n;
}

static void write_same(struct writer *w, const char *const *columns, size_t count,
	const struct row *first, uint64_t same)
{
	write_string(w, "same");
	write_map(w, bits(same));
	for (size_t i = 0; i < count; i++) {
		if ((same >> i & 1) == 0)
			continue;
		write_string(w, columns[i]);
		write_raw(w, first->cells[i].p, first->cells[i].n);
	}
}

static void write_rows(
	struct writer *w, struct bytes rows, size_t row_count, size_t count, uint64_t same)
{
	struct reader rd = reader_of(rows);
	write_array(w, row_count);
	if (same == 0) {
		write_raw(w, rows.p, rows.n);
		return;
	}
	for (size_t k = 0; k < row_count; k++) {
		struct row row;
		next_row(&rd, &row, count);
		write_array(w, count - bits(same));
		for (size_t i = 0; i < count; i++)
			if ((same >> i & 1) == 0)
				write_raw(w, row.cells[i].p, row.cells[i].n);
	}
}

void table_write(struct writer *w, const char *name, const char *const *columns,
	size_t column_count, struct bytes rows, size_t row_count)
{
	struct reader rd = reader_of(rows);
	struct row first;
	uint64_t same = 0;
	assert(column_count > 0 && column_count <= TABLE_COLUMNS_MAX);
	if (row_count > 1) {
		next_row(&rd, &first, column_count);
		same = alike(rows, row_count, &first, column_count);
	}
	write_map(w, same == 0 ? 3 : 4);
	write_string(w, "name");
	write_string(w, name);
	write_string(w, "columns");
	write_array(w, column_count);
	for (size_t i = 0; i < column_count; i++)
		write_string(w, columns[i]);
	if (same != 0)
		write_same(w, columns, column_count, &first, same);
	write_string(w, "rows");
	write_rows(w, rows, row_count, column_count, same);
}
