/* list.c: the rows of one list. */
#include "clients/desk/list.h"

#include "clients/desk/list_part.h"
#include "proto/text.h"

#include <assert.h>
#include <stdlib.h>

void list_fini(struct desk_list *list)
{
	reply_fini(&list->reply);
	free(list->folded);
	free(list->shown);
	*list = (struct desk_list){ .kind = list->kind, .labels = list->labels };
}

const struct table *list_table(const struct desk_list *list)
{
	return reply_table(&list->reply, list->kind == LIST_CASES ? "case_list" : "meeting_list");
}

/* The filter. */

/* All texts of a row under one key. */
static struct text fold_row(struct desk_list *list, const struct table *t, size_t row)
{
	AUTO(arena_fini) struct arena a = { 0 };
	AUTO(writer_fini) struct writer all = { 0 };
	for (size_t c = 0; c < t->column_count; c++) {
		struct text cell = list_cell(list, t, row, c, &a);
		struct text code = cell_as_text(&t->cells[row * t->column_count + c]);
		write_raw(&all, cell.p, cell.n);
		write_raw(&all, " ", 1);
		if (code.n == 0 || text_equal(code, cell))
			continue;
		write_raw(&all, code.p, code.n); /* a code is found as it is typed, too */
		write_raw(&all, " ", 1);
	}
	struct text whole = { (const char *)all.p, all.n };
	size_t n = text_fold(whole, NULL, 0);
	char *key = arena_alloc(&list->reply.arena, n + 1, 1);
	text_fold(whole, key, n);
	return (struct text){ key, n };
}

/* Does the row hold every word of the folded filter? */
static bool matches(struct text row, struct text words)
{
	while (words.n > 0) {
		const char *space = memchr(words.p, ' ', words.n);
		size_t n = space == NULL ? words.n : (size_t)(space - words.p);
		if (n > 0 && memmem(row.p, row.n, words.p, n) == NULL)
			return false;
		n += space != NULL;
		words.p += n;
		words.n -= n;
	}
	return true;
}

static void show_from(struct desk_list *list, size_t row)
{
	char key[4 * LIST_FILTER_MAX];
	size_t n = text_fold((struct text){ list->filter, list->filter_bytes }, key, sizeof(key));
	assert(n <= sizeof(key));
	for (; row < list->row_count; row++)
		if (matches(list->folded[row], (struct text){ key, n }))
			list->shown[list->shown_count++] = row;
}

void list_filter(struct desk_list *list, struct text words)
{
	assert(words.n <= LIST_FILTER_MAX);
	memmove(list->filter, words.p, words.n);
	list->filter[words.n] = '\0';
	list->filter_bytes = words.n;
	list->shown_count = 0;
	list->cursor = list->top = 0;
	show_from(list, 0);
}

/* Loading. */

static void count_due(struct desk_list *list, const struct table *t, size_t row)
{
	const struct cell *left = table_cell(t, row, "left");
	list->overdue += left->kind == CELL_NUMBER && left->number < 0;
	list->today += left->kind == CELL_NUMBER && left->number == 0;
}

void list_take(struct desk_list *list)
{
	const struct table *t = list_table(list);
	size_t first = list->row_count, count = t == NULL ? 0 : t->row_count;
	if (count > list->room) {
		list->room = count * 2;
		list->folded = xrealloc(list->folded, list->room * sizeof(*list->folded));
		list->shown = xrealloc(list->shown, list->room * sizeof(*list->shown));
	}
	list->loaded = true;
	list->row_count = count;
	for (size_t row = first; row < count; row++) {
		list->folded[row] = fold_row(list, t, row);
		count_due(list, t, row);
		list_measure(list, t, row);
	}
	show_from(list, first);
}

bool list_has_more(const struct desk_list *list)
{
	return !list->loaded || (list->reply.next.n > 0 && list->row_count < LIST_ROWS_MAX);
}

/* The cursor. */

void list_move(struct desk_list *list, long rows)
{
	size_t last = list->shown_count == 0 ? 0 : list->shown_count - 1;
	size_t step = rows < 0 ? (size_t)-rows : (size_t)rows;
	if (rows < 0)
		list->cursor -= step < list->cursor ? step : list->cursor;
	else
		list->cursor += step < last - list->cursor ? step : last - list->cursor;
}

void list_settle(struct desk_list *list, size_t height)
{
	if (list->cursor >= list->shown_count)
		list->cursor = list->shown_count == 0 ? 0 : list->shown_count - 1;
	if (list->top > list->cursor)
		list->top = list->cursor;
	if (height > 0 && list->cursor - list->top >= height)
		list->top = list->cursor - height + 1;
	if (list->top + height > list->shown_count)
		list->top = list->shown_count > height ? list->shown_count - height : 0;
}

static const struct cell *cell_at_cursor(const struct desk_list *list, const char *column)
{
	size_t row = list->cursor < list->shown_count ? list->shown[list->cursor] : SIZE_MAX;
	return table_cell(list_table(list), row, column);
}

struct text list_number(const struct desk_list *list)
{
	return cell_as_text(cell_at_cursor(list, list->kind == LIST_CASES ? "number" : "meeting"));
}

bool list_has_conclusion(const struct desk_list *list)
{
	return cell_as_number(cell_at_cursor(list, "version"), 0) > 0;
}

void list_follow(struct desk_list *list, const struct desk_list *before)
{
	struct text number = list_number(before);
	list_filter(list, (struct text){ before->filter, before->filter_bytes });
	for (list->cursor = 0; list->cursor < list->shown_count; list->cursor++)
		if (text_equal(list_number(list), number))
			break;
	if (list->cursor == list->shown_count)
		list->cursor = before->cursor;
	list->top = before->top;
}
