/* report.c: what all reports share: rights, words, cells. */
#include "daemon/report/report.h"

#include "daemon/table.h"
#include "proto/day.h"

#include <assert.h>
#include <stdio.h>

static report_fn *const functions[CMD_COUNT] = {
/* clang-format off */
#define CMD(id, wire, mode, right, record, function, help) CMD_##mode##_ROW(id, function)
#define CMD_OPEN_ROW(id, function)
#define CMD_WRITE_ROW(id, function)
#define CMD_AUTO_ROW(id, function)
#define CMD_READ_ROW(id, function) [CMD_##id] = report_##function,
#include "proto/cmd.def"
#undef CMD
	/* clang-format on */
};

report_fn *report_function(enum cmd cmd)
{
	return functions[cmd];
}

enum err report_run(struct report *r, struct bytes params, struct writer *w)
{
	const struct record *record = r->cmd->record();
	void *request = arena_alloc(r->arena, 1, record->size);
	struct reader rd = reader_of(params);
	enum err err = record_read_wire(&rd, record, request, NULL, r->arena, r->fault);
	if (err != OK)
		return err;
	if (r->cmd->right != RIGHT_NONE && !authz_anywhere(&r->grants, r->cmd->right, r->today))
		return fail(r->fault, E_NOT_ALLOWED, NULL, r->cmd->wire);
	err = cursor_open(r, request);
	if (err == OK)
		err = functions[r->cmd->cmd](r, request);
	if (err == OK && txn_error(r->txn) != OK)
		err = FAIL_SERVER(r->fault, txn_error(r->txn), 0);
	if (err != OK)
		return err;
	write_map(w, 2);
	write_string(w, "tables");
	write_array(w, r->table_count);
	write_raw(w, r->tables.p, r->tables.n);
	write_string(w, "next");
	cursor_write(r, request, w);
	return OK;
}

void report_fini(struct report *r)
{
	writer_fini(&r->tables);
	writer_fini(&r->rows);
}

/* Tables. */

void table_begin(struct report *r, enum table_name name)
{
	r->table = name;
	r->row_count = r->cell_count = 0;
	writer_reset(&r->rows);
}

void row_begin(struct report *r)
{
	r->row_count++;
	write_array(&r->rows, table_shape(r->table)->count);
}

/* A row with a cell too many or too few would be read as the next one: find it here. */
static bool rows_whole(const struct report *r)
{
	return r->cell_count == r->row_count * table_shape(r->table)->count;
}

void table_end(struct report *r)
{
	const struct table_shape *shape = table_shape(r->table);
	const char *columns[TABLE_COLUMNS_MAX];
	assert(rows_whole(r));
	for (size_t i = 0; i < shape->count; i++)
		columns[i] = shape->columns[i].name;
	table_write(&r->tables, shape->name, columns, shape->count, writer_bytes(&r->rows),
		r->row_count);
	r->table_count++;
}

struct writer *cell_value(struct report *r)
{
	r->cell_count++;
	return &r->rows;
}

void cell_none(struct report *r)
{
	write_nil(cell_value(r));
}

void cell_count(struct report *r, uint64_t v)
{
	write_uint(cell_value(r), v);
}

void cell_int(struct report *r, int64_t v)
{
	write_int(cell_value(r), v);
}

void cell_text(struct report *r, struct text v)
{
	if (v.n == 0)
		cell_none(r);
	else
		write_text(cell_value(r), v);
}

void cell_string(struct report *r, const char *v)
{
	cell_text(r, text_of(v));
}

void cell_day(struct report *r, uint32_t day)
{
	char iso[11];
	day_format(day, iso);
	cell_string(r, iso);
}

void cell_time(struct report *r, int64_t us)
{
	if (us == 0)
		cell_none(r);
	else
		cell_int(r, us);
}

void cell_unit(struct report *r, uint64_t unit)
{
	cell_text(r, unit_code(r->house, unit));
}

void cell_term(struct report *r, uint64_t term)
{
	cell_text(r, term_code(r->house, term));
}

void cell_state(struct report *r, uint64_t state)
{
	cell_string(
		r, state > 0 && state < STATE_COUNT ? state_row((enum case_state)state)->name : "");
}

void cell_number(struct report *r, struct num number)
{
	cell_text(r, number_format(r->house, number, r->arena));
}

void cell_hex(struct report *r, struct bytes b)
{
	char hex[129];
	size_t n = b.n < 64 ? b.n : 64;
	for (size_t i = 0; i < n; i++)
		snprintf(hex + 2 * i, 3, "%02x", b.p[i]);
	hex[2 * n] = '\0';
	cell_string(r, hex);
}

void report_next(struct report *r, const void *key, size_t n)
{
	assert(n <= sizeof(r->next));
	memcpy(r->next, key, n);
	r->next_n = n;
}

size_t report_limit(uint64_t limit)
{
	return limit == 0 ? 100 : (size_t)limit;
}

/* Rights. */

bool report_sees(const struct report *r, enum right right, uint32_t a, uint32_t b)
{
	return authz(&r->grants, right, &r->house->units, a, r->today) ||
	       (b != 0 && b != a && authz(&r->grants, right, &r->house->units, b, r->today));
}

void report_words(struct report *r, uint64_t seq, uint64_t group, uint32_t a, uint32_t b,
	const struct record *record, void *to)
{
	struct group found;
	if (group == 0 || !report_sees(r, RIGHT_READ, a, b))
		return;
	if (journal_words(r->txn, seq, (uint16_t)(group - 1), &found))
		(void)record_read_words(found.words, record, to, NULL);
}

static enum err typed_number(
	struct report *r, struct text number, const char *field, struct num *key)
{
	return number_parse(
		r->house, number, grants_home(&r->grants), r->today, field, key, r->fault);
}

void report_known(struct report *r, struct text person, struct text *name, struct text *address)
{
	struct num number;
	struct row_person row;
	struct fault ignored = { 0 };
	struct person_add words = { 0 };
	if (person.n == 0 || (name->n > 0 && address->n > 0) ||
		number_parse(r->house, person, 0, r->today, "person", &number, &ignored) != OK ||
		!row_get(r->txn, STORE_person, key_of_num(number), record_row_person(), &row,
			r->arena))
		return;
	report_words(r, row.seq, row.group, (uint32_t)row.unit, 0, record_person_add(), &words);
	if (name->n == 0)
		*name = words.name;
	if (address->n == 0)
		*address = words.address;
}

enum err report_meeting(
	struct report *r, struct text number, struct num *key, struct row_meeting *to)
{
	enum err err = typed_number(r, number, "meeting", key);
	if (err != OK)
		return err;
	if (row_get(r->txn, STORE_meeting, key_of_num(*key), record_row_meeting(), to, r->arena) &&
		report_sees(r, RIGHT_SEE, (uint32_t)to->unit, 0))
		return OK;
	return fail_text(r->fault, E_NOT_FOUND, "meeting", number_format(r->house, *key, r->arena));
}

enum err report_case(struct report *r, struct text number, struct num *key, struct row_case *to)
{
	enum err err = typed_number(r, number, "number", key);
	if (err != OK)
		return err;
	if (row_get(r->txn, STORE_case, key_of_num(*key), record_row_case(), to, r->arena) &&
		report_sees(r, RIGHT_SEE, (uint32_t)to->unit, (uint32_t)to->with))
		return OK;
	return fail_text(r->fault, E_NOT_FOUND, "number", number_format(r->house, *key, r->arena));
}
