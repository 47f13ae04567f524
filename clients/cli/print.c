/* print.c: tables on a terminal, as tab-separated lines, as CSV. */
#include "clients/cli/print.h"

#include "clients/cli/print_json.h"
#include "clients/cli/print_part.h"
#include "clients/csv.h"
#include "clients/i18n.h"
#include "proto/case.h"
#include "proto/day.h"
#include "proto/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { WIDTH_DEFAULT = 80, WIDTH_LEAST = 12, GAP = 2, FOLD_INDENT = 5 };

static size_t terminal_width(void)
{
	const char *columns = getenv("COLUMNS");
	unsigned long asked = columns == NULL ? 0 : strtoul(columns, NULL, 10);
	if (asked > 0 && asked < 10000)
		return asked;
	struct winsize size;
	if (!isatty(STDOUT_FILENO))
		return 0;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	return WIDTH_DEFAULT;
}

struct printer printer_of(struct session *s)
{
	const char *plain = getenv("NO_COLOR");
	const char *term = getenv("TERM");
	struct printer p = { .format = s->options.format, .out = stdout };
	p.vietnamese = i18n_vietnamese();
	p.zone_minutes = s->link == NULL ? 0 : link_greeting(s->link)->zone_minutes;
	if (p.format == FORMAT_TERMINAL) {
		p.width = terminal_width();
		p.labels = session_labels(s);
		p.bold = isatty(STDOUT_FILENO) && (plain == NULL || plain[0] == '\0') &&
			 term != NULL && strcmp(term, "dumb") != 0;
	}
	return p;
}

/* Cells. */

struct text print_tame(struct text t, struct arena *a)
{
	char *out = arena_alloc(a, t.n + 1, 1);
	for (size_t i = 0; i < t.n; i++) {
		uint8_t c = (uint8_t)t.p[i];
		bool c1 = c == 0xc2 && i + 1 < t.n && (uint8_t)t.p[i + 1] < 0xa0;
		out[i] = (char)(c < 0x20 || c == 0x7f || c1 ? ' ' : t.p[i]);
		if (c1)
			out[++i] = ' ';
	}
	return (struct text){ out, t.n };
}

struct text print_day(const struct printer *p, struct text day, struct arena *a)
{
	struct text date = { day.p, day.n < 10 ? day.n : 10 };
	bool time = day.n == 19 && day.p[10] == ' ' && day.p[13] == ':' && day.p[16] == ':';
	if (p->format != FORMAT_TERMINAL || !p->vietnamese || (day.n > 10 && !time) ||
		day_parse(date) == DAY_NONE)
		return day;
	int year, month, of_month;
	day_split(day_parse(date), &year, &month, &of_month);
	return arena_format(a, "%02d/%02d/%04d%.*s", of_month, month, year, (int)(day.n - date.n),
		day.p + date.n);
}

static struct text print_share(const struct printer *p, int64_t tenths, struct arena *a)
{
	int64_t whole = tenths / 10;
	int tenth = (int)(tenths % 10);
	if (p->format != FORMAT_TERMINAL)
		return arena_format(a, "%" PRId64 ".%d", whole, tenth);
	return p->vietnamese ? arena_format(a, "%" PRId64 ",%d %%", whole, tenth)
			     : arena_format(a, "%" PRId64 ".%d%%", whole, tenth);
}

static struct text print_decimal(
	const struct printer *p, int64_t number, int64_t one, struct arena *a)
{
	const char *point = p->format == FORMAT_TERMINAL && p->vietnamese ? "," : ".";
	return arena_format(a, "%" PRId64 "%s%0*" PRId64, number / one, point, one == 100 ? 2 : 4,
		number % one);
}

static bool is_measure(enum column_kind kind)
{
	return kind == COLUMN_SHARE || kind == COLUMN_DECIMAL2 || kind == COLUMN_DECIMAL4;
}

static struct text print_number(
	const struct printer *p, enum column_kind kind, int64_t number, struct arena *a)
{
	if (kind == COLUMN_SHARE)
		return print_share(p, number, a);
	if (kind == COLUMN_DECIMAL2)
		return print_decimal(p, number, 100, a);
	if (kind == COLUMN_DECIMAL4)
		return print_decimal(p, number, 10000, a);
	if (kind == COLUMN_TIME) {
		char time[40];
		time_format(number, p->zone_minutes, time);
		return print_day(p, arena_text(a, text_of(time)), a);
	}
	return arena_format(a, "%" PRId64, number);
}

static bool stands_in(const struct column *column, enum table_name name)
{
	const struct table_shape *shape = table_shape(name);
	return column >= shape->columns && column < shape->columns + shape->count;
}

/* The name of a state: of a case, or of a meeting or a conclusion, whose codes may be the same. */
static struct text name_of_state(
	const struct printer *p, struct text code, bool of_case, struct arena *a)
{
	enum case_state state = of_case ? state_of(code) : STATE_NONE;
	if (code.n == 0)
		return code;
	if (state == STATE_NONE) {
		struct text word = label_word("state", code, a);
		return text_equal(word, code) ? text_of(_(arena_text(a, code).p)) : word;
	}
	return text_of(p->vietnamese ? state_row(state)->vi : state_row(state)->en);
}

/* States have names for people in both languages. */
static struct text print_code(
	const struct printer *p, const struct column *column, struct text t, struct arena *a)
{
	if (p->format != FORMAT_TERMINAL)
		return t;
	bool of_case = !stands_in(column, TABLE_meeting_list) &&
		       !stands_in(column, TABLE_conclusion_facts);
	return name_of_state(p, t, of_case, a);
}

static struct text table_of(const struct column *column)
{
	for (enum table_name name = 0; name < TABLE_COUNT; name++)
		if (stands_in(column, name))
			return text_of(table_shape(name)->name);
	return text_of("");
}

struct text print_label(const struct printer *p, struct text table, struct text field,
	struct text value, struct arena *a)
{
	return p->format == FORMAT_TERMINAL && p->vietnamese
		       ? label_of(p->labels, table, field, value, a)
		       : value;
}

static struct text print_text(
	const struct printer *p, const struct column *column, struct text t, struct arena *a)
{
	if (column == NULL || column->kind == COLUMN_WORDS)
		return t;
	if (column->kind == COLUMN_DAY)
		return print_day(p, t, a);
	if (strcmp(column->name, "state") == 0)
		return print_code(p, column, t, a);
	return print_label(p, table_of(column), text_of(column->name), t, a);
}

/* `how` of an item is a number there. */
static struct text how_of(const struct cell *value)
{
	static const char *const hows[] = { "", "direction", "answer", "decline" };
	return text_of(hows[value->number]);
}

struct text print_field(const struct printer *p, struct text event, struct text name,
	const struct cell *value, struct arena *a)
{
	const struct column state = { .name = "state", .kind = COLUMN_CODE };
	bool terminal = p->format == FORMAT_TERMINAL;
	if (terminal && text_is(name, "state"))
		return print_cell(p, &state, value, true, a);
	if (terminal && text_is(name, "how") && value->kind == CELL_NUMBER && value->number >= 1 &&
		value->number <= 3)
		return print_label(p, event, name, how_of(value), a);
	struct text shown = print_cell(p, NULL, value, true, a);
	return print_day(p, print_label(p, event, name, shown, a), a);
}

/* "name=value name=value"; as JSON in CSV, where a program may want to take it apart. */
static struct text print_fields(const struct printer *p, const struct cell *map, struct arena *a)
{
	struct text name, all = text_of("");
	struct cell value;
	size_t at = 0;
	if (p->format == FORMAT_CSV)
		return print_map_json(map, a);
	while (cell_fields(map, &at, &name, &value, a)) {
		if (p->format == FORMAT_TERMINAL && print_is_inner(name))
			continue;
		struct text shown = print_field(p, text_of(""), name, &value, a);
		name = p->format == FORMAT_TERMINAL ? label_word("field", name, a) : name;
		all = arena_format(a, "%.*s%s%.*s=%.*s", (int)all.n, all.p, all.n == 0 ? "" : " ",
			(int)name.n, name.p, (int)shown.n, shown.p);
	}
	return all;
}

struct text print_cell(const struct printer *p, const struct column *column,
	const struct cell *cell, bool raw, struct arena *a)
{
	enum column_kind kind = column == NULL ? COLUMN_TEXT : column->kind;
	struct text t = cell->text;
	switch (cell->kind) {
	case CELL_NIL:
		return text_of(is_measure(kind) && p->format == FORMAT_TERMINAL ? "–" : "");
	case CELL_NUMBER:
		return print_number(p, kind, cell->number, a);
	case CELL_TEXT:
		t = print_text(p, column, t, a);
		break;
	case CELL_MAP:
		t = print_fields(p, cell, a);
		break;
	}
	return raw ? t : print_tame(t, a);
}

/* A terminal's table: all cells first, then widths, then lines. */

struct layout {
	const struct table *table;
	struct text *cells;
	size_t *widths;
	bool folded;     /* too wide: words stand on a line of their own below the rest */
	uint64_t hidden; /* proofs; folded: columns of words too, empty ones, and moved ones */
	uint64_t moved;  /* folded, still too wide: they stand before the words, with their names */
};

static struct text heading(const struct table *t, size_t column)
{
	const struct column *known = table_column(t, column);
	return known == NULL ? t->columns[column] : text_of(_(known->heading));
}

static bool is_right(const struct table *t, size_t column)
{
	const struct column *known = table_column(t, column);
	return known != NULL && (known->kind == COLUMN_COUNT || is_measure(known->kind));
}

/* Half of a number of the register is no number. */
static bool may_shrink(const struct printer *p, const struct table *t, size_t column)
{
	const struct column *known = table_column(t, column);
	if (text_is(t->columns[column], "number") || text_is(t->columns[column], "meeting"))
		return false;
	if (p->vietnamese && p->labels != NULL && label_is_of_policy(t->columns[column]))
		return true;
	return known == NULL || known->kind == COLUMN_WORDS || known->kind == COLUMN_TEXT;
}

static void measure(struct printer *p, struct layout *to, struct arena *a)
{
	const struct table *t = to->table;
	to->cells = arena_alloc(a, t->row_count * t->column_count, sizeof(*to->cells));
	for (size_t c = 0; c < t->column_count; c++) {
		size_t width = text_width(heading(t, c));
		to->widths[c] = to->widths[c] > width ? to->widths[c] : width;
	}
	for (size_t i = 0; i < t->row_count * t->column_count; i++) {
		size_t c = i % t->column_count;
		to->cells[i] = print_cell(p, table_column(t, c), &t->cells[i], false, a);
		size_t width = text_width(to->cells[i]);
		to->widths[c] = to->widths[c] > width ? to->widths[c] : width;
	}
}

static bool is_hidden(const struct layout *l, size_t column)
{
	return l->hidden >> column & 1;
}

static size_t total_width(const struct layout *l)
{
	size_t total = 0;
	for (size_t c = 0; c < l->table->column_count; c++)
		if (!is_hidden(l, c))
			total += l->widths[c] + (total > 0 ? GAP : 0);
	return total;
}

/* Takes cells from the widest columns of words until the lines fit; false if nothing more may go.
 */
static bool shrink(const struct printer *p, struct layout *to)
{
	const struct table *t = to->table;
	size_t total = total_width(to);
	while (p->width > 0 && total > p->width) {
		size_t widest = t->column_count;
		for (size_t c = 0; c < t->column_count; c++)
			if (may_shrink(p, t, c) && !is_hidden(to, c) &&
				to->widths[c] > WIDTH_LEAST &&
				(widest == t->column_count || to->widths[c] > to->widths[widest]))
				widest = c;
		if (widest == t->column_count)
			return false;
		size_t over = total - p->width;
		size_t most = to->widths[widest] - WIDTH_LEAST;
		size_t step = over < most ? (over + 1) / 2 : (most + 1) / 2;
		to->widths[widest] -= step;
		total -= step;
	}
	return true;
}

static bool is_words(const struct table *t, size_t column)
{
	const struct column *known = table_column(t, column);
	return known != NULL && (known->kind == COLUMN_WORDS || known->kind == COLUMN_FIELDS);
}

static void fold(struct layout *to)
{
	const struct table *t = to->table;
	to->folded = true;
	for (size_t c = 0; c < t->column_count; c++) {
		bool empty = !is_words(t, c);
		for (size_t row = 0; empty && row < t->row_count; row++)
			empty = to->cells[row * t->column_count + c].n == 0;
		if (empty || is_words(t, c))
			to->hidden |= (uint64_t)1 << c;
	}
}

static void put_spaces(FILE *out, size_t n)
{
	fprintf(out, "%*s", (int)n, "");
}

static void put_aligned(FILE *out, struct text t, size_t width, bool right, bool last)
{
	size_t n = t.n, used = text_width(t);
	bool cut = used > width;
	if (cut) {
		n = text_cut(t, width - 1);
		used = text_width((struct text){ t.p, n }) + 1;
	}
	if (right)
		put_spaces(out, width - used);
	fwrite(t.p, 1, n, out);
	if (cut)
		fputs("…", out);
	if (!right && !last)
		put_spaces(out, width - used);
	if (!last)
		put_spaces(out, GAP);
}

/* The last columns go below, until the rest fits; the first stays. */
static void move(const struct printer *p, struct layout *to)
{
	for (size_t c = to->table->column_count - 1; c > 0 && total_width(to) > p->width; c--) {
		if (is_hidden(to, c))
			continue;
		to->hidden |= (uint64_t)1 << c;
		to->moved |= (uint64_t)1 << c;
	}
}

/* One line of those columns that are shown. */
static void put_line(const struct printer *p, const struct layout *l, const struct text *cells)
{
	const struct table *t = l->table;
	size_t last = 0;
	for (size_t c = 0; c < t->column_count; c++)
		last = is_hidden(l, c) ? last : c;
	for (size_t c = 0; c <= last; c++)
		if (!is_hidden(l, c))
			put_aligned(p->out, cells == NULL ? heading(t, c) : cells[c], l->widths[c],
				is_right(t, c), c == last);
}

static void put_heading(const struct printer *p, const struct layout *l)
{
	if (p->bold)
		fputs("\033[1m", p->out);
	put_line(p, l, NULL);
	fputs(p->bold ? "\033[0m\n" : "\n", p->out);
}

/* What was moved and the words of a row, one after the other, as far as the line goes. */
static void put_words(
	const struct printer *p, const struct layout *l, const struct text *cells, struct arena *a)
{
	struct text all = { 0 };
	for (size_t c = 0; c < l->table->column_count; c++) {
		bool moved = l->moved >> c & 1;
		struct text name = moved ? heading(l->table, c) : text_of("");
		if (cells[c].n > 0 && (moved || is_words(l->table, c)))
			all = arena_format(a, "%.*s%s%.*s%s%.*s", (int)all.n,
				all.n == 0 ? "" : all.p, all.n == 0 ? "" : " | ", (int)name.n,
				name.p, moved ? " " : "", (int)cells[c].n, cells[c].p);
	}
	if (all.n == 0)
		return;
	size_t width = p->width > FOLD_INDENT + WIDTH_LEAST ? p->width - FOLD_INDENT : WIDTH_LEAST;
	put_spaces(p->out, FOLD_INDENT);
	put_aligned(p->out, all, width, false, true);
	fputs("\n", p->out);
}

static void put_rows(const struct printer *p, const struct layout *l, struct arena *a)
{
	const struct table *t = l->table;
	for (size_t row = 0; row < t->row_count; row++) {
		const struct text *cells = l->cells + row * t->column_count;
		put_line(p, l, cells);
		fputs("\n", p->out);
		if (l->folded)
			put_words(p, l, cells, a);
	}
}

/* Tables of (what, value): nothing is cut, lines of a value stand under each other. */
static bool is_facts(const struct table *t)
{
	return t->column_count == 2 && text_is(t->columns[0], "what") &&
	       text_is(t->columns[1], "value");
}

static void put_lines(FILE *out, struct text t, size_t indent, struct arena *a)
{
	while (t.n > 0) {
		const char *end = memchr(t.p, '\n', t.n);
		size_t n = end == NULL ? t.n : (size_t)(end - t.p);
		struct text line = print_tame((struct text){ t.p, n }, a);
		fwrite(line.p, 1, line.n, out);
		n += end != NULL;
		t.p += n;
		t.n -= n;
		if (t.n > 0) {
			fputs("\n", out);
			put_spaces(out, indent);
		}
	}
	fputs("\n", out);
}

static struct text fact_name(const struct table *t, size_t row, struct arena *a)
{
	struct text what = cell_as_text(&t->cells[2 * row]);
	if (what.n == 0)
		return what;
	struct text name = arena_text(a, what);
	return print_tame(text_of(_(name.p)), a);
}

static bool is_empty(const struct cell *cell)
{
	return cell->kind == CELL_NIL || (cell->kind == CELL_TEXT && cell->text.n == 0);
}

static void put_facts(const struct printer *p, const struct table *t, struct arena *a)
{
	size_t width = 0;
	for (size_t i = 0; i < t->row_count; i++) {
		size_t one = text_width(fact_name(t, i, a));
		width = one > width ? one : width;
	}
	for (size_t i = 0; i < t->row_count; i++) {
		const struct cell *value = &t->cells[2 * i + 1];
		if (is_empty(value))
			continue;
		put_aligned(p->out, fact_name(t, i, a), width, false, false);
		struct text shown = print_cell(p, table_column(t, 1), value, true, a);
		if (text_is(cell_as_text(&t->cells[2 * i]), "state"))
			shown = name_of_state(p, shown,
				text_is(t->name, "case_facts") || text_is(t->name, "case_status"),
				a);
		shown = print_label(p, t->name, cell_as_text(&t->cells[2 * i]), shown, a);
		put_lines(p->out, print_day(p, shown, a), width + GAP, a);
	}
}

/* Columns of what the journal proves: for programs, and cut in every line of a terminal. */
static uint64_t proofs(const struct table *t)
{
	static const char *const names[] = { "salt", "w", "basis" };
	uint64_t columns = 0;
	for (size_t c = 0; c < t->column_count; c++)
		for (size_t i = 0; i < COUNT(names); i++)
			if (text_is(t->columns[c], names[i]))
				columns |= (uint64_t)1 << c;
	return columns;
}

static void print_terminal(struct printer *p, const struct table *t, bool title, bool first)
{
	AUTO(arena_fini) struct arena a = { 0 };
	if (first && title)
		fprintf(p->out, "%s%s%s\n", p->bold ? "\033[1m" : "",
			t->shape == NULL ? "" : _(t->shape->title), p->bold ? "\033[0m" : "");
	if (is_facts(t)) {
		put_facts(p, t, &a);
		return;
	}
	struct layout l = { .table = t, .widths = p->widths, .hidden = proofs(t) };
	measure(p, &l, &a);
	size_t whole[COUNT(p->widths)];
	memcpy(whole, p->widths, sizeof(whole));
	if (!shrink(p, &l)) {
		memcpy(p->widths, whole, sizeof(whole));
		fold(&l);
		if (!shrink(p, &l))
			move(p, &l);
	}
	if (first || l.hidden != p->hidden)
		put_heading(p, &l);
	p->hidden = l.hidden;
	put_rows(p, &l, &a);
}

/* For programs. */

void print_csv_cell(FILE *out, struct text t, bool guard)
{
	static const char quoted[] = "\",\r\n";
	bool formula = guard && csv_is_formula(t);
	bool quote = false;
	for (size_t i = 0; i < t.n; i++)
		quote = quote || memchr(quoted, t.p[i], sizeof(quoted) - 1) != NULL;
	if (quote)
		fputc('"', out);
	if (formula)
		fputc('\'', out); /* a spreadsheet would compute it */
	for (size_t i = 0; i < t.n; i++) {
		if (t.p[i] == '"')
			fputc('"', out);
		fputc(t.p[i], out);
	}
	if (quote)
		fputc('"', out);
}

static void print_plain(struct printer *p, const struct table *t, bool first)
{
	AUTO(arena_fini) struct arena a = { 0 };
	bool csv = p->format == FORMAT_CSV;
	for (size_t c = 0; csv && first && c < t->column_count; c++) {
		print_csv_cell(p->out, t->columns[c], true);
		fputs(c + 1 == t->column_count ? "\n" : ",", p->out);
	}
	for (size_t i = 0; i < t->row_count * t->column_count; i++) {
		size_t c = i % t->column_count;
		bool last = c + 1 == t->column_count;
		struct text shown = print_cell(p, table_column(t, c), &t->cells[i], csv, &a);
		if (csv)
			print_csv_cell(p->out, shown, t->cells[i].kind == CELL_TEXT);
		else
			fwrite(shown.p, 1, shown.n, p->out);
		fputs(!last ? (csv ? "," : "\t") : "\n", p->out);
	}
}

void print_one_table(struct printer *p, const struct table *t, bool title, bool first)
{
	if (p->format == FORMAT_TERMINAL)
		print_terminal(p, t, title, first);
	else
		print_plain(p, t, first);
}

void print_page(struct printer *p, const struct reply *page)
{
	size_t from = p->pages == 0 || page->table_count == 0 ? 0 : page->table_count - 1;
	if (p->format == FORMAT_JSON)
		print_page_json(p->out, page, p->pages);
	for (size_t i = from; p->format != FORMAT_JSON && i < page->table_count; i++) {
		if (p->format == FORMAT_CSV && text_is(page->tables[i].name, "report_facts"))
			continue; /* for who reads the report, not for a program */
		if (p->pages == 0)
			memset(p->widths, 0, sizeof(p->widths));
		if (p->pages == 0 && i > 0)
			fputs("\n", p->out);
		print_one_table(p, &page->tables[i], page->table_count > 1, p->pages == 0);
	}
	p->pages++;
}

void print_end(struct printer *p)
{
	if (p->format == FORMAT_JSON)
		print_end_json(p->out);
}
