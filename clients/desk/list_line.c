/* list_line.c: the columns of a list, and its rows as lines. */
#include "clients/desk/list_part.h"

#include "clients/cli/print.h"
#include "clients/i18n.h"
#include "proto/text.h"

enum { GAP = 2, MARK_CELLS = 2, LAST_LEAST = 16 };

struct list_column {
	const char *name; /* of report.def */
	unsigned rank;    /* those of a higher rank go first where there is no room */
	size_t most;      /* cells; 0: all that is left */
	bool right;
	const char *heading; /* NULL: that of report.def */
};

static const struct list_column columns[LIST_KINDS][LIST_COLUMNS_MAX] = {
	[LIST_CASES] = {
		{ "left", 0, 6, true, N_("Days") },
		{ "number", 0, 24, false, NULL },
		{ "state", 2, 20, false, NULL },
		{ "unit", 3, 16, false, NULL },
		{ "kind", 4, 16, false, NULL },
		{ "topic", 5, 20, false, NULL },
		{ "summary", 1, 0, false, NULL },
	},
	[LIST_MEETINGS] = {
		{ "meeting", 0, 24, false, NULL },
		{ "day", 1, 10, false, NULL },
		{ "state", 2, 20, false, NULL },
		{ "live", 3, 14, true, NULL },
		{ "included", 3, 14, true, NULL },
		{ "version", 5, 10, true, NULL },
		{ "kind", 4, 0, false, NULL },
	},
};

/* "+5", "0", "-3": days left, those that are over with a minus. */
static struct text days_left(int64_t left, struct arena *a)
{
	return arena_format(a, "%s%lld", left > 0 ? "+" : "", (long long)left);
}

struct text list_cell(
	const struct desk_list *list, const struct table *t, size_t row, size_t c, struct arena *a)
{
	const struct printer p = {
		.format = FORMAT_TERMINAL, .vietnamese = i18n_vietnamese(), .labels = list->labels
	};
	const struct cell *cell = &t->cells[row * t->column_count + c];
	if (text_is(t->columns[c], "left") && cell->kind == CELL_NUMBER)
		return days_left(cell->number, a);
	/* Cases have states of their own; those of meetings are words of the catalogue. */
	if (text_is(t->name, "meeting_list") && text_is(t->columns[c], "state") &&
		cell_as_text(cell).n > 0)
		return text_of(_(arena_text(a, cell_as_text(cell)).p));
	return print_cell(&p, table_column(t, c), cell, false, a);
}

/* Where the table has this column; its column_count when it does not. */
static size_t place_of(const struct table *t, const char *name)
{
	size_t c = 0;
	while (c < t->column_count && !text_is(t->columns[c], name))
		c++;
	return c;
}

static struct text cell_at(const struct desk_list *list, const struct table *t, size_t row,
	const struct list_column *column, struct arena *a)
{
	size_t c = place_of(t, column->name);
	if (c == t->column_count)
		return text_of("");
	return list_cell(list, t, row, c, a);
}

static struct text heading_of(const struct desk_list *list, const struct list_column *column)
{
	if (column->heading != NULL)
		return text_of(_(column->heading));
	const struct table_shape *shape =
		table_shape(list->kind == LIST_CASES ? TABLE_case_list : TABLE_meeting_list);
	for (size_t i = 0; i < shape->count; i++)
		if (strcmp(shape->columns[i].name, column->name) == 0)
			return text_of(_(shape->columns[i].heading));
	return text_of("");
}

static size_t larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

void list_measure(struct desk_list *list, const struct table *t, size_t row)
{
	AUTO(arena_fini) struct arena a = { 0 };
	for (size_t i = 0; i < LIST_COLUMNS_MAX; i++) {
		const struct list_column *column = &columns[list->kind][i];
		if (column->name == NULL || column->most == 0)
			continue;
		size_t width = text_width(cell_at(list, t, row, column, &a));
		list->widths[i] = larger(list->widths[i], width);
	}
}

/* Cells of a column in lines of this width; 0 where there is no room for it. */
struct shape {
	size_t cells[LIST_COLUMNS_MAX];
};

static size_t natural(const struct desk_list *list, size_t i)
{
	const struct list_column *column = &columns[list->kind][i];
	size_t width = larger(list->widths[i], text_width(heading_of(list, column)));
	return width < column->most ? width : column->most;
}

static struct shape shape_of(const struct desk_list *list, size_t width)
{
	struct shape shape = { 0 };
	size_t used = MARK_CELLS, last = LIST_COLUMNS_MAX;
	for (unsigned rank = 0; rank < LIST_COLUMNS_MAX; rank++) {
		for (size_t i = 0; i < LIST_COLUMNS_MAX; i++) {
			const struct list_column *column = &columns[list->kind][i];
			if (column->name == NULL || column->rank != rank)
				continue;
			size_t cells = column->most == 0 ? LAST_LEAST : natural(list, i);
			if (rank > 0 && used + cells > width)
				continue;
			shape.cells[i] = cells;
			used += cells + GAP;
			last = column->most == 0 ? i : last;
		}
	}
	if (last < LIST_COLUMNS_MAX && used < width + GAP)
		shape.cells[last] += width + GAP - used;
	return shape;
}

static void put(struct line_pen *pen, struct text text, size_t cells, bool right)
{
	if (cells == 0)
		return;
	line_field(pen, text, cells, right);
	line_to(pen, pen->cells + GAP);
}

struct text list_heading(const struct desk_list *list, size_t width, struct arena *a)
{
	struct line_pen pen;
	struct shape shape = shape_of(list, width);
	line_begin(&pen, width);
	line_to(&pen, MARK_CELLS);
	for (size_t i = 0; i < LIST_COLUMNS_MAX; i++) {
		const struct list_column *column = &columns[list->kind][i];
		if (column->name != NULL)
			put(&pen, heading_of(list, column), shape.cells[i], column->right);
	}
	return line_end(&pen, a);
}

static enum desk_look look_of(const struct table *t, size_t row)
{
	const struct cell *left = table_cell(t, row, "left");
	if (left->kind != CELL_NUMBER || left->number > 0)
		return LOOK_PLAIN;
	return left->number < 0 ? LOOK_OVERDUE : LOOK_TODAY;
}

struct desk_line list_line(
	const struct desk_list *list, size_t shown, size_t width, struct arena *a)
{
	const struct table *t = list_table(list);
	size_t row = list->shown[shown];
	struct shape shape = shape_of(list, width);
	struct line_pen pen;
	struct desk_line line = { .look = look_of(t, row), .chosen = shown == list->cursor };
	line_begin(&pen, width);
	line_put(&pen, text_of(line.chosen ? ">" : " "));
	line_to(&pen, MARK_CELLS);
	for (size_t i = 0; i < LIST_COLUMNS_MAX; i++) {
		const struct list_column *column = &columns[list->kind][i];
		if (column->name != NULL)
			put(&pen, cell_at(list, t, row, column, a), shape.cells[i], column->right);
	}
	line.text = line_end(&pen, a);
	return line;
}
