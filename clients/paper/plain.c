/* plain.c: lines of a fixed width. */
#include "clients/paper/plain.h"

#include "clients/paper/qr.h"
#include "proto/text.h"

#include <stdio.h>
#include <stdlib.h>

#include <sodium.h>

#define BAR  "│"
#define DASH "─"
#define JOIN "┼"

enum { ITEM_INDENT = 4, RULE_CELLS = 16, GAP = 2, BLANK_MAX = 4 };

struct layout {
	struct writer out;
	size_t width;
	unsigned blank; /* empty lines that wait for a line with words */
	struct arena *arena;
};

static void put_text(struct writer *w, struct text t)
{
	write_raw(w, t.p, t.n);
}

static void put_string(struct writer *w, const char *s)
{
	write_raw(w, s, strlen(s));
}

static void put_spaces(struct writer *w, size_t n)
{
	for (; n > 0; n--)
		put_string(w, " ");
}

static void end_line(struct layout *l)
{
	while (l->out.n > 0 && l->out.p[l->out.n - 1] == ' ')
		l->out.n--;
	put_string(&l->out, "\n");
}

static void begin_line(struct layout *l)
{
	if (l->blank > BLANK_MAX)
		l->blank = BLANK_MAX;
	for (; l->out.n > 0 && l->blank > 0; l->blank--)
		put_string(&l->out, "\n");
	l->blank = 0;
}

/* Words of a line, whatever they look like. */
static struct text words_of(struct arena *a, const struct para *p)
{
	size_t n = 0;
	for (const struct run *r = p->first; r != NULL; r = r->next)
		n += r->text.n;
	char *all = arena_alloc(a, n + 1, 1);
	n = 0;
	for (const struct run *r = p->first; r != NULL; r = r->next) {
		memcpy(all + n, r->text.p, r->text.n);
		n += r->text.n;
	}
	return (struct text){ all, n };
}

static bool space_at(struct text t, size_t at)
{
	return t.p[at] == ' ' || t.p[at] == '\t';
}

static void skip(struct text *t, size_t n)
{
	*t = (struct text){ t->p + n, t->n - n };
}

static void skip_spaces(struct text *t)
{
	while (t->n > 0 && space_at(*t, 0))
		skip(t, 1);
}

static struct text next_word(struct text t)
{
	size_t n = 0;
	while (n < t.n && !space_at(t, n))
		n++;
	return (struct text){ t.p, n };
}

/* How much of a word, which is not empty, stands on a line of `width` cells that has `used`; 0: it
 * begins the next line. One that is wider than a line is broken. */
static size_t fitting(struct text word, size_t used, size_t width)
{
	if (used + (used > 0) + text_width(word) <= width)
		return word.n;
	if (used > 0)
		return 0;
	size_t n = text_cut(word, width);
	return n > 0 ? n : word.n; /* one sign wider than the line */
}

/* The words that stand on the next line, as they are in the text; *rest goes behind them. */
static struct text take_line(struct text *rest, size_t width, size_t *words)
{
	size_t cells = 0, n = 1;
	skip_spaces(rest);
	struct text line = { rest->p, 0 };
	for (*words = 0; rest->n > 0; ++*words) {
		struct text word = next_word(*rest);
		n = fitting(word, cells, width);
		if (n == 0)
			break;
		cells += (cells > 0) + text_width((struct text){ word.p, n });
		line.n = (size_t)(word.p - line.p) + n;
		skip(rest, n);
		skip_spaces(rest);
	}
	return line;
}

/* The next line of at most `width` cells, its words with one space between them, in the arena;
 * false when there are no more words. */
static bool next_line(struct arena *a, struct text *rest, size_t width, struct text *line)
{
	size_t words, n = 0;
	struct text from = take_line(rest, width, &words);
	char *out = arena_alloc(a, from.n + 1, 1);
	for (; from.n > 0; skip_spaces(&from)) {
		struct text word = next_word(from);
		if (n > 0)
			out[n++] = ' ';
		memcpy(out + n, word.p, word.n);
		n += word.n;
		skip(&from, word.n);
	}
	*line = (struct text){ out, n };
	return words > 0;
}

static size_t spare(struct text line, size_t width)
{
	size_t cells = text_width(line);
	return cells < width ? width - cells : 0;
}

static size_t indent_of(enum para_style style, struct text line, size_t width)
{
	switch (style) {
	case PARA_TITLE:
	case PARA_CENTER:
		return spare(line, width) / 2;
	case PARA_RIGHT:
		return spare(line, width);
	case PARA_ITEM:
		return ITEM_INDENT;
	case PARA_TEXT:
	case PARA_LEFT:
	case PARA_HEAD:
	case PARA_SMALL:
	case PARA_RULE:
	case PARA_BLANK:
		break;
	}
	return 0;
}

static struct text rule(struct arena *a)
{
	char *out = arena_alloc(a, RULE_CELLS * strlen(DASH) + 1, 1);
	size_t n = strlen(DASH);
	for (size_t i = 0; i < RULE_CELLS; i++)
		memcpy(out + i * n, DASH, n);
	return (struct text){ out, RULE_CELLS * n };
}

/* A line of a paper or of a cell, laid out. */
struct laid {
	struct text text;
	size_t indent;
};

struct lines {
	struct laid *v;
	size_t n, room;
};

static void add_laid(struct arena *a, struct lines *to, struct text text, size_t indent)
{
	if (to->n == to->room) {
		struct laid *more = arena_alloc(a, to->room * 2 + 4, sizeof(*more));
		if (to->n > 0)
			memcpy(more, to->v, to->n * sizeof(*more));
		to->v = more;
		to->room = to->room * 2 + 4;
	}
	to->v[to->n++] = (struct laid){ text, indent };
}

static void lay_para(struct arena *a, const struct para *p, size_t width, struct lines *to)
{
	struct text line, rest = words_of(a, p);
	size_t in = p->style == PARA_ITEM && width > 2 * ITEM_INDENT ? ITEM_INDENT : 0;
	if (p->style == PARA_RULE)
		add_laid(a, to, rule(a), width > RULE_CELLS ? (width - RULE_CELLS) / 2 : 0);
	while (next_line(a, &rest, width - in, &line))
		add_laid(a, to, line, in > 0 ? in : indent_of(p->style, line, width));
}

static void put_para(struct layout *l, const struct para *p)
{
	struct lines lines = { 0 };
	if (p->style == PARA_BLANK) {
		l->blank++;
		return;
	}
	lay_para(l->arena, p, l->width, &lines);
	for (size_t i = 0; i < lines.n; i++) {
		begin_line(l);
		put_spaces(&l->out, lines.v[i].indent);
		put_text(&l->out, lines.v[i].text);
		end_line(l);
	}
}

/* Grids. */

struct widths {
	size_t v[GRID_COLUMNS_MAX];
	size_t gap;
};

static struct widths widths_of(const struct grid *g, size_t width)
{
	struct widths w = { .gap = g->ruled ? 1 : GAP };
	size_t room = width - w.gap * (g->columns - 1), left = room;
	for (unsigned i = 0; i < g->columns; i++) {
		w.v[i] = i + 1 == g->columns ? left : room * g->widths[i] / g->sum;
		w.v[i] = w.v[i] == 0 ? 1 : w.v[i];
		left -= w.v[i] < left ? w.v[i] : left;
	}
	return w;
}

static void put_dashes(struct layout *l, const struct grid *g, const struct widths *w)
{
	begin_line(l);
	for (unsigned i = 0; i < g->columns; i++) {
		if (i > 0)
			put_string(&l->out, JOIN);
		for (size_t k = 0; k < w->v[i]; k++)
			put_string(&l->out, DASH);
	}
	end_line(l);
}

/* One line of a row: of each cell the line that falls on it, if any. */
static void put_row_line(struct layout *l, const struct grid *g, const struct widths *w,
	const struct lines *cells, const size_t *from, size_t at)
{
	begin_line(l);
	for (unsigned i = 0; i < g->columns; i++) {
		struct laid none = { 0 }, *line = &none;
		if (at >= from[i] && at - from[i] < cells[i].n)
			line = &cells[i].v[at - from[i]];
		if (i > 0 && g->ruled)
			put_string(&l->out, BAR);
		else if (i > 0)
			put_spaces(&l->out, w->gap);
		put_spaces(&l->out, line->indent);
		put_text(&l->out, line->text);
		size_t used = line->indent + text_width(line->text);
		put_spaces(&l->out, used < w->v[i] ? w->v[i] - used : 0);
	}
	end_line(l);
}

static void put_row(struct layout *l, const struct grid *g, const struct widths *w,
	const struct row_of_paper *row)
{
	struct lines cells[GRID_COLUMNS_MAX] = { 0 };
	size_t from[GRID_COLUMNS_MAX], last = 0;
	bool words = false;
	for (unsigned i = 0; i < g->columns; i++) {
		from[i] = last;
		for (const struct para *p = row->cells[i].first; p != NULL; p = p->next)
			lay_para(l->arena, p, w->v[i], &cells[i]);
		if (cells[i].n > 0)
			last += cells[i].n - 1;
		words = words || cells[i].n > 0;
	}
	if (!words && !g->ruled) {
		l->blank++;
		return;
	}
	for (size_t at = 0; at <= last; at++)
		put_row_line(l, g, w, cells, from, at);
}

static void put_grid(struct layout *l, const struct grid *g)
{
	struct widths w = widths_of(g, l->width);
	bool drawn = false;
	for (const struct row_of_paper *row = g->first; row != NULL; row = row->next) {
		if (g->ruled && !drawn)
			put_dashes(l, g, &w);
		put_row(l, g, &w, row);
		if (g->ruled)
			put_dashes(l, g, &w);
		drawn = true;
	}
}

struct text plain_form(const struct document *d, struct arena *a)
{
	struct layout l = { .width = d->landscape ? PLAIN_WIDTH_WIDE : PLAIN_WIDTH, .arena = a };
	AUTO(xfree) char *composed = NULL;
	size_t n = 0;
	for (const struct block *b = d->first; b != NULL; b = b->next)
		if (b->para != NULL)
			put_para(&l, b->para);
		else
			put_grid(&l, b->grid);
	/* values and templates are in normal form, but a mark may follow a letter of the other */
	enum err err = text_normalise(
		(struct text){ (const char *)l.out.p, l.out.n }, &composed, &n, "paper", NULL);
	writer_fini(&l.out);
	return err == OK ? arena_text(a, (struct text){ composed, n }) : (struct text){ 0 };
}

void plain_hash(struct text form, char out[static PLAIN_SHA256_HEX + 1])
{
	uint8_t hash[crypto_hash_sha256_BYTES];
	crypto_hash_sha256(hash, (const uint8_t *)form.p, form.n);
	sodium_bin2hex(out, PLAIN_SHA256_HEX + 1, hash, sizeof(hash));
}

/* Below the paper, and pages. */

static void put_footing(struct writer *w, const struct footing *below)
{
	if (below->code.n == 0)
		return;
	put_string(w, "\n");
	put_text(w, below->label);
	put_string(w, " ");
	put_text(w, below->code);
	put_string(w, "\n");
	if (below->secret.n > 0) {
		put_text(w, below->secret);
		put_string(w, "\n");
	}
	qr_blocks(below->code, w);
}

static size_t lines_in(struct bytes all)
{
	size_t n = 0;
	for (size_t i = 0; i < all.n; i++)
		n += all.p[i] == '\n';
	return n;
}

static void put_page_number(struct writer *w, size_t page, size_t pages)
{
	char number[48];
	int n = snprintf(number, sizeof(number), "%zu/%zu", page, pages);
	put_spaces(w, (PLAIN_WIDTH - (size_t)n) / 2);
	put_string(w, number);
	put_string(w, "\n\n");
}

/*
 * Where pages begin, as numbers of lines. A page ends after PLAIN_PAGE_LINES, or at an empty line
 * of its last third, so that what belongs together stays so; the footing is not torn.
 */
static size_t page_end(
	const struct bytes *all, const size_t *at, size_t from, size_t total, size_t footing)
{
	enum { ROOM = PLAIN_PAGE_LINES - 2 };
	size_t end = from + ROOM;
	if (end >= total)
		return total;
	if (end > footing && footing > from)
		return footing;
	for (size_t i = end; i > from + ROOM * 2 / 3; i--)
		if (all->p[at[i]] == '\n')
			return i + 1 <= end ? i + 1 : i;
	return end;
}

static void put_pages(struct bytes all, size_t footing, struct writer *w)
{
	size_t total = lines_in(all), pages = 0, page = 0, n = 0;
	size_t *at = xcalloc(total + 1, sizeof(*at));
	for (size_t i = 0; i < all.n; i++)
		if (all.p[i] == '\n')
			at[++n] = i + 1;
	for (size_t i = 0; i < total; pages++)
		i = page_end(&all, at, i, total, footing);
	for (size_t i = 0, end; i < total; i = end) {
		end = page_end(&all, at, i, total, footing);
		if (page > 0)
			put_string(w, "\f");
		put_page_number(w, ++page, pages);
		write_raw(w, all.p + at[i], at[end] - at[i]);
	}
	free(at);
}

void plain_write(struct text form, const struct footing *below, bool pages, struct writer *w)
{
	AUTO(writer_fini) struct writer all = { 0 };
	size_t footing = lines_in((struct bytes){ (const uint8_t *)form.p, form.n });
	put_text(&all, form);
	put_footing(&all, below);
	if (pages)
		put_pages(writer_bytes(&all), footing, w);
	else
		write_raw(w, all.p, all.n);
}
