/* sheet.c: text broken into rows, and where it is read. */
#include "clients/desk/sheet.h"

#include "clients/cli/print_part.h"
#include "proto/text.h"

#include <stdlib.h>

void sheet_fini(struct sheet *sheet)
{
	arena_fini(&sheet->arena);
	free(sheet->lines);
	free(sheet->rows);
	*sheet = (struct sheet){ 0 };
}

void sheet_add(struct sheet *sheet, struct sheet_line line)
{
	if (sheet->line_count == sheet->line_room) {
		sheet->line_room = sheet->line_room == 0 ? 64 : sheet->line_room * 2;
		sheet->lines = xrealloc(sheet->lines, sheet->line_room * sizeof(*sheet->lines));
	}
	line.text = print_tame(line.text, &sheet->arena);
	sheet->lines[sheet->line_count++] = line;
	sheet->width = 0;
}

void sheet_add_block(struct sheet *sheet, struct text text, size_t indent)
{
	while (text.n > 0) {
		const char *end = memchr(text.p, '\n', text.n);
		size_t n = end == NULL ? text.n : (size_t)(end - text.p);
		sheet_add(sheet, (struct sheet_line){ { text.p, n }, indent, indent, LOOK_PLAIN });
		n += end != NULL;
		text.p += n;
		text.n -= n;
	}
}

/* Breaking. */

static void add_row(struct sheet *sheet, struct sheet_row row)
{
	if (sheet->row_count == sheet->row_room) {
		sheet->row_room = sheet->row_room == 0 ? 64 : sheet->row_room * 2;
		sheet->rows = xrealloc(sheet->rows, sheet->row_room * sizeof(*sheet->rows));
	}
	sheet->rows[sheet->row_count++] = row;
}

/* Where a row of so many cells ends: after the last word that fits, or in the midst of one. */
static size_t break_at(struct text t, size_t cells)
{
	size_t fits = text_cut(t, cells);
	if (fits == t.n)
		return fits;
	for (size_t n = fits; n > 0; n--)
		if (t.p[n] == ' ')
			return n;
	if (fits > 0)
		return fits;
	size_t wide = text_cut(t, 2); /* does not fit: rather too wide than never ending */
	return wide > 0 ? wide : t.n;
}

/* So many cells before a row, leaving half of the width for its text. */
static size_t indent_of(const struct sheet_line *line, bool first, size_t width)
{
	size_t indent = first ? line->indent : line->hang;
	return indent < width / 2 ? indent : width / 2;
}

static void break_line(struct sheet *sheet, size_t number)
{
	const struct sheet_line *line = &sheet->lines[number];
	struct text t = line->text;
	size_t at = 0;
	do {
		size_t room = sheet->width - indent_of(line, at == 0, sheet->width);
		struct text rest = { t.p + at, t.n - at };
		size_t n = break_at(rest, room);
		add_row(sheet, (struct sheet_row){ number, at, n });
		at += n;
		while (at < t.n && t.p[at] == ' ')
			at++;
	} while (at < t.n);
}

void sheet_wrap(struct sheet *sheet, size_t width)
{
	if (sheet->width == width || width == 0)
		return;
	struct sheet_row reading = { 0 };
	bool filled_again = sheet->row_count == 0 && sheet->top > 0;
	size_t top = sheet->top;
	if (sheet->top < sheet->row_count)
		reading = sheet->rows[sheet->top];
	sheet->width = width;
	sheet->row_count = 0;
	for (size_t i = 0; i < sheet->line_count; i++)
		break_line(sheet, i);
	if (filled_again) {
		sheet->top = top < sheet->row_count ? top : 0;
		return;
	}
	for (sheet->top = 0; sheet->top + 1 < sheet->row_count; sheet->top++) {
		const struct sheet_row *next = &sheet->rows[sheet->top + 1];
		if (next->line > reading.line ||
			(next->line == reading.line && next->at > reading.at))
			break;
	}
}

void sheet_move(struct sheet *sheet, long rows, size_t height)
{
	size_t last = sheet->row_count > height ? sheet->row_count - height : 0;
	size_t step = rows < 0 ? (size_t)-rows : (size_t)rows;
	if (sheet->top > last)
		sheet->top = last;
	if (rows < 0)
		sheet->top -= step < sheet->top ? step : sheet->top;
	else
		sheet->top += step < last - sheet->top ? step : last - sheet->top;
}

struct desk_line sheet_row(const struct sheet *sheet, size_t row, struct arena *a)
{
	struct desk_line out = { 0 };
	if (row >= sheet->row_count)
		return out;
	const struct sheet_row *r = &sheet->rows[row];
	const struct sheet_line *line = &sheet->lines[r->line];
	struct line_pen pen;
	line_begin(&pen, sheet->width);
	line_to(&pen, indent_of(line, r->at == 0, sheet->width));
	line_put(&pen, (struct text){ line->text.p + r->at, r->n });
	out.text = line_end(&pen, a);
	out.look = line->look;
	return out;
}
