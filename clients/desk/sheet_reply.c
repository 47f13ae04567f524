/* sheet_reply.c: the tables of a reply as text to read. */
#include "clients/desk/sheet.h"

#include "clients/cli/print.h"
#include "clients/i18n.h"
#include "proto/text.h"

enum { INDENT = 2, HANG = 4, FACT_MOST = 24 };

struct sheet_pen {
	struct sheet *sheet;
	struct printer printer;
};

/* What tells a person nothing. */
static bool is_inner(struct text column)
{
	static const char *const inner[] = { "salt", "w", "content", "basis" };
	for (size_t i = 0; i < COUNT(inner); i++)
		if (text_is(column, inner[i]))
			return true;
	return false;
}

/* Cases have states of their own; those of meetings and conclusions are words of the catalogue. */
static bool is_of_case(const struct table *t)
{
	return t->name.n >= 4 && memcmp(t->name.p, "case", 4) == 0;
}

static struct text shown_state(const struct sheet_pen *pen, const struct table *t,
	const struct cell *cell, struct arena *a)
{
	static const struct column state = { .name = "state", .kind = COLUMN_CODE };
	if (is_of_case(t) || text_is(t->name, "opinion_list"))
		return print_cell(&pen->printer, &state, cell, true, a);
	struct text value = cell_as_text(cell);
	return value.n == 0 ? value : text_of(_(arena_text(a, value).p));
}

static struct text shown(const struct sheet_pen *pen, const struct column *column,
	const struct cell *cell, struct arena *a)
{
	return print_day(&pen->printer, print_cell(&pen->printer, column, cell, true, a), a);
}

/* A table of (what, value). */

static struct text fact_name(const struct table *t, size_t row, struct arena *a)
{
	struct text what = cell_as_text(table_cell(t, row, "what"));
	return what.n == 0 ? what : text_of(_(arena_text(a, what).p));
}

static size_t facts_width(const struct table *t)
{
	AUTO(arena_fini) struct arena a = { 0 };
	size_t most = 0;
	for (size_t i = 0; i < t->row_count; i++) {
		size_t width = text_width(fact_name(t, i, &a));
		most = width > most ? width : most;
	}
	return most < FACT_MOST ? most : FACT_MOST;
}

/* The first line of the value stands beside its name, the others under it. */
static void add_fact(struct sheet_pen *pen, const struct table *t, size_t row, size_t width)
{
	AUTO(arena_fini) struct arena a = { 0 };
	const struct cell *cell = table_cell(t, row, "value");
	bool state = text_is(cell_as_text(table_cell(t, row, "what")), "state");
	struct text value = state ? shown_state(pen, t, cell, &a)
				  : shown(pen, table_column(t, t->column_count - 1), cell, &a);
	if (!state)
		value = print_label(&pen->printer, t->name,
			cell_as_text(table_cell(t, row, "what")), value, &a);
	const char *end = value.n == 0 ? NULL : memchr(value.p, '\n', value.n);
	size_t n = end == NULL ? value.n : (size_t)(end - value.p);
	struct line_pen line;
	line_begin(&line, SIZE_MAX);
	line_put(&line, fact_name(t, row, &a));
	line_to(&line, width);
	line_put(&line, text_of("  "));
	line_put(&line, (struct text){ value.p, n });
	size_t hang = INDENT + width + 2;
	sheet_add(pen->sheet, (struct sheet_line){ line_end(&line, &a), INDENT, hang, LOOK_PLAIN });
	if (end != NULL)
		sheet_add_block(pen->sheet, (struct text){ end + 1, value.n - n - 1 }, hang);
}

/* A row of another table: its codes, numbers and days in one line, its words under it. */

static const char *heading(const struct table *t, size_t column, struct arena *a)
{
	const struct column *known = table_column(t, column);
	return known != NULL ? _(known->heading) : arena_text(a, t->columns[column]).p;
}

static bool is_words(const struct table *t, size_t column)
{
	const struct column *known = table_column(t, column);
	return known != NULL && known->kind == COLUMN_WORDS;
}

static void add_short(struct sheet_pen *pen, const struct table *t, const struct cell *row)
{
	AUTO(arena_fini) struct arena a = { 0 };
	AUTO(writer_fini) struct writer w = { 0 };
	for (size_t c = 0; c < t->column_count; c++) {
		if (row[c].kind == CELL_NIL || is_words(t, c) || is_inner(t->columns[c]))
			continue;
		bool state = text_is(t->columns[c], "state");
		struct text value = state ? shown_state(pen, t, &row[c], &a)
					  : shown(pen, table_column(t, c), &row[c], &a);
		const char *label = heading(t, c, &a);
		bool dot = label[0] != '\0' && label[strlen(label) - 1] == '.';
		struct text part = arena_format(&a, "%s%s%s %.*s", w.n == 0 ? "" : " · ", label,
			dot ? "" : ":", (int)value.n, value.p);
		write_raw(&w, part.p, part.n);
	}
	struct text all = { (const char *)w.p, w.n };
	sheet_add(pen->sheet, (struct sheet_line){ all, INDENT, HANG, LOOK_PLAIN });
}

static void add_words(struct sheet_pen *pen, const struct table *t, const struct cell *row)
{
	AUTO(arena_fini) struct arena a = { 0 };
	for (size_t c = 0; c < t->column_count; c++) {
		struct text words = cell_as_text(&row[c]);
		if (words.n == 0 || !is_words(t, c))
			continue;
		struct text label = arena_format(&a, "%s:", heading(t, c, &a));
		bool block = memchr(words.p, '\n', words.n) != NULL;
		if (!block)
			label = arena_format(&a, "%s %.*s", label.p, (int)words.n, words.p);
		sheet_add(pen->sheet, (struct sheet_line){ label, HANG, HANG, LOOK_PLAIN });
		if (block)
			sheet_add_block(pen->sheet, words, HANG + INDENT);
	}
}

static void add_table(struct sheet_pen *pen, const struct table *t)
{
	struct text title = t->shape == NULL ? t->name : text_of(_(t->shape->title));
	bool facts = t->column_count == 2 && text_is(t->columns[0], "what");
	size_t width = facts ? facts_width(t) : 0;
	if (t->row_count == 0)
		return;
	if (pen->sheet->line_count > 0)
		sheet_add(pen->sheet, (struct sheet_line){ 0 });
	sheet_add(pen->sheet, (struct sheet_line){ title, 0, 0, LOOK_TITLE });
	for (size_t i = 0; i < t->row_count; i++) {
		if (facts) {
			add_fact(pen, t, i, width);
			continue;
		}
		add_short(pen, t, &t->cells[i * t->column_count]);
		add_words(pen, t, &t->cells[i * t->column_count]);
	}
}

void sheet_add_reply(struct sheet *sheet, const struct reply *reply, int zone_minutes,
	const struct labels *labels)
{
	struct sheet_pen pen = { .sheet = sheet,
		.printer = { .format = FORMAT_TERMINAL,
			.vietnamese = i18n_vietnamese(),
			.labels = labels,
			.zone_minutes = zone_minutes } };
	for (size_t i = 0; i < reply->table_count; i++)
		add_table(&pen, &reply->tables[i]);
}
