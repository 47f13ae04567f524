/* desk_view.c: the desk as lines. */
#include "clients/desk/desk_part.h"

#include "clients/i18n.h"
#include "proto/text.h"

#include <stdarg.h>

enum { WHO_LEAST = 8 };

/* The lines of one screen as they are filled. */
struct view {
	struct desk *desk;
	struct desk_line *lines;
	struct arena *a;
};

static void set(struct view *v, size_t y, enum desk_look look, struct text text)
{
	v->lines[y] = (struct desk_line){ .text = text, .look = look };
}

/* Left and right in one line; the right gives way when there is no room for both. */
static struct text sides(struct view *v, struct text left, struct text right, size_t left_least)
{
	struct line_pen pen;
	size_t width = v->desk->width, needs = text_width(right);
	size_t least = text_width(left) < left_least ? text_width(left) : left_least;
	bool both = needs > 0 && needs + least + 2 <= width;
	line_begin(&pen, width);
	line_field(&pen, left, both ? width - needs - 2 : width, false);
	if (both) {
		line_to(&pen, width - needs);
		line_put(&pen, right);
	}
	line_to(&pen, width);
	return line_end(&pen, v->a);
}

/* The header. */

static struct text counts(struct view *v, bool journal)
{
	const struct desk_list *cases = &v->desk->lists[LIST_CASES];
	const char *more = list_has_more(cases) ? "+" : "";
	struct text due = arena_format(v->a, _("pending %zu%s, due today %zu%s, overdue %zu%s"),
		cases->row_count, more, cases->today, more, cases->overdue, more);
	if (!cases->loaded)
		due = text_of("");
	if (!journal || v->desk->journal < 0)
		return due;
	return arena_format(v->a, _("%s%s journal %lld"), due.p, due.n == 0 ? "" : "  ",
		(long long)v->desk->journal);
}

static struct text short_counts(struct view *v)
{
	const struct desk_list *cases = &v->desk->lists[LIST_CASES];
	const char *more = list_has_more(cases) ? "+" : "";
	return arena_format(
		v->a, "%zu%s/%zu/%zu", cases->row_count, more, cases->today, cases->overdue);
}

static void put_header(struct view *v)
{
	struct text who = text_of(v->desk->who), right = counts(v, true);
	if (text_width(right) + WHO_LEAST + 2 > v->desk->width)
		right = counts(v, false);
	if (text_width(right) + WHO_LEAST + 2 > v->desk->width)
		right = short_counts(v);
	set(v, 0, LOOK_HEADER, sides(v, who, right, WHO_LEAST));
}

/* The names of the lists; the one in front stands in brackets. */
static void put_tabs(struct view *v)
{
	const char *const names[LIST_KINDS] = { _("Pending cases"), _("Unfinished conclusions") };
	struct line_pen pen;
	line_begin(&pen, v->desk->width);
	for (enum list_kind kind = LIST_CASES; kind < LIST_KINDS; kind++) {
		/* The one in front goes first where there is room for one only. */
		enum list_kind shown =
			v->desk->width < 50 ? (kind + v->desk->at) % LIST_KINDS : kind;
		bool front = shown == v->desk->at;
		line_put(&pen, arena_format(v->a, "%s%s%s ", front ? "[" : " ", names[shown],
				       front ? "]" : " "));
	}
	set(v, 1, LOOK_PLAIN, line_end(&pen, v->a));
}

/* The footer. */

static struct text hints(const struct desk *desk)
{
	switch (desk->mode) {
	case DESK_LIST:
		return text_of(
			_("enter open  q quit  ? help  / filter  tab other list  r refresh"));
	case DESK_FILTER:
		return text_of("");
	case DESK_SHEET:
		return text_of(_("q back  ? help  r refresh"));
	case DESK_HELP:
		break;
	}
	return text_of(_("q back"));
}

static struct text place(struct view *v)
{
	const struct desk *desk = v->desk;
	if (desk->mode == DESK_SHEET || desk->mode == DESK_HELP) {
		const struct sheet *sheet = desk->mode == DESK_HELP ? &desk->help : &desk->sheet;
		size_t below = sheet->top + desk->height - SHEET_AROUND;
		size_t end = below < sheet->row_count ? below : sheet->row_count;
		return arena_format(v->a, "%zu/%zu", end, sheet->row_count);
	}
	const struct desk_list *list = &desk->lists[desk->at];
	return arena_format(v->a, "%zu/%zu%s", list->shown_count == 0 ? 0 : list->cursor + 1,
		list->shown_count, list_has_more(list) ? "+" : "");
}

static struct text footer_left(struct view *v)
{
	const struct desk *desk = v->desk;
	const struct desk_list *list = &desk->lists[desk->at];
	if (desk->notice[0] != '\0')
		return text_of(desk->notice);
	if (desk->mode == DESK_FILTER)
		return arena_format(v->a, "/%s", list->filter);
	if (desk->cut)
		return text_of(_("the line to the server is cut; r connects again"));
	if (desk->mode == DESK_LIST && list->filter_bytes > 0)
		return arena_format(v->a, _("/%s  esc shows all"), list->filter);
	return hints(desk);
}

static void put_footer(struct view *v)
{
	const struct desk *desk = v->desk;
	bool alarm = desk->alarm || (desk->cut && desk->notice[0] == '\0');
	bool whole = desk->notice[0] != '\0';
	set(v, desk->height - 1, alarm ? LOOK_ALARM : LOOK_FOOTER,
		sides(v, footer_left(v), whole ? text_of("") : place(v), WHO_LEAST));
}

/* The body. */

static const char *why_empty(const struct desk *desk, const struct desk_list *list)
{
	if (!list->loaded)
		return desk->cut ? "" : _("not loaded");
	if (list->filter_bytes > 0)
		return _("nothing fits the filter");
	return list->kind == LIST_CASES ? _("no case waits for an answer")
					: _("no meeting waits for a conclusion");
}

static void put_list(struct view *v)
{
	struct desk *desk = v->desk;
	const struct desk_list *list = &desk->lists[desk->at];
	put_tabs(v);
	set(v, 2, LOOK_TITLE, list_heading(list, desk->width, v->a));
	size_t height = desk->height - LIST_AROUND;
	for (size_t i = 0; i < height && list->top + i < list->shown_count; i++)
		v->lines[3 + i] = list_line(list, list->top + i, desk->width, v->a);
	if (list->shown_count == 0 && height > 0) {
		struct text why = text_of(why_empty(desk, list));
		set(v, 3, LOOK_PLAIN, (struct text){ why.p, text_cut(why, desk->width) });
	}
}

static void put_sheet(struct view *v)
{
	struct desk *desk = v->desk;
	struct sheet *sheet = desk->mode == DESK_HELP ? &desk->help : &desk->sheet;
	for (size_t i = 0; i + SHEET_AROUND < desk->height; i++)
		v->lines[1 + i] = sheet_row(sheet, sheet->top + i, v->a);
}

/* Where the terminal's cursor belongs: on the row that is chosen, or where one types. */
static size_t cursor_line(const struct desk *desk, size_t *column)
{
	const struct desk_list *list = &desk->lists[desk->at];
	size_t typed = 1 + text_width((struct text){ list->filter, list->filter_bytes });
	*column = desk->mode != DESK_FILTER ? 0 : typed < desk->width ? typed : desk->width - 1;
	if (desk->mode == DESK_FILTER)
		return desk->height - 1;
	return desk->mode == DESK_LIST ? 3 + list->cursor - list->top : desk->height - 1;
}

static size_t too_small(struct view *v, size_t *column)
{
	struct text sorry = text_of(_("too small"));
	*column = 0;
	if (v->desk->height > 0)
		set(v, 0, LOOK_PLAIN, (struct text){ sorry.p, text_cut(sorry, v->desk->width) });
	return 0;
}

size_t desk_view(struct desk *desk, struct desk_line *lines, size_t *column, struct arena *a)
{
	struct view v = { desk, lines, a };
	memset(lines, 0, desk->height * sizeof(*lines));
	if (desk->width < DESK_WIDTH_LEAST || desk->height < DESK_HEIGHT_LEAST)
		return too_small(&v, column);
	put_header(&v);
	if (desk->mode == DESK_LIST || desk->mode == DESK_FILTER)
		put_list(&v);
	else
		put_sheet(&v);
	put_footer(&v);
	return cursor_line(desk, column);
}

void desk_fill_help(struct sheet *help)
{
	static const struct {
		const char *keys, *what;
	} rows[] = {
		{ "j k ↓ ↑", N_("one row down, up") },
		{ "ctrl-d ctrl-u", N_("half a screen down, up") },
		{ "PgDn PgUp", N_("a screen down, up") },
		{ "g G", N_("to the first row, to the last") },
		{ "enter l →", N_("open the case or the meeting") },
		{ "q esc h ←", N_("back; q on a list ends the desk") },
		{ "tab", N_("the other list: pending cases, unfinished conclusions") },
		{ "/", N_("filter: rows that hold all the words, with or without marks; enter "
			  "keeps "
			  "it, esc shows all rows") },
		{ "r", N_("refresh; connect again when the line was cut") },
		{ "?", N_("this text") },
	};
	enum { KEYS_CELLS = 16 };
	sheet_add(help, (struct sheet_line){ text_of(_("Keys of the desk")), 0, 0, LOOK_TITLE });
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct line_pen pen;
		AUTO(arena_fini) struct arena a = { 0 };
		line_begin(&pen, SIZE_MAX);
		line_field(&pen, text_of(rows[i].keys), KEYS_CELLS, false);
		line_put(&pen, text_of(_(rows[i].what)));
		sheet_add(help,
			(struct sheet_line){ line_end(&pen, &a), 2, 2 + KEYS_CELLS, LOOK_PLAIN });
	}
	sheet_add(help, (struct sheet_line){ 0 });
	sheet_add_block(help,
		text_of(_("Days left stand before each case: -3 is three days overdue, 0 is due "
			  "today, +5 is due in five days, none has no limit. The header counts the "
			  "cases loaded so far; + means that more follow.")),
		0);
}
