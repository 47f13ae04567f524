/* fill.c: a template and values become a document. */
#include "clients/i18n.h"
#include "clients/paper/template.h"
#include "clients/paper/template_part.h"
#include "proto/text.h"

#include <assert.h>

struct paras {
	struct para *first, *last;
};

struct filler {
	const struct template *t;
	struct document *to;
	struct block *last;
	struct arena *arena;
	struct fault *fault;
	struct paras *column; /* where lines go; NULL: to the page */
	struct grid *table;   /* where rows go */
	struct row_of_paper *last_row;
	size_t words, parts;
};

static enum err count(struct filler *f, size_t words)
{
	f->words += words;
	f->parts++;
	if (f->words > PAPER_WORDS_MAX)
		return fail_number(f->fault, E_TOO_LARGE, f->t->name, (int64_t)f->words,
			(int64_t)PAPER_WORDS_MAX);
	return f->parts <= PAPER_PARTS_MAX ? OK
					   : fail_number(f->fault, E_TOO_MANY, f->t->name,
						     (int64_t)f->parts, PAPER_PARTS_MAX);
}

static struct para *add_para(struct filler *f, struct paras *to, enum para_style style)
{
	struct para *para = arena_alloc(f->arena, 1, sizeof(*para));
	para->style = style;
	if (to->last == NULL)
		to->first = para;
	else
		to->last->next = para;
	to->last = para;
	return para;
}

static struct block *add_block(struct filler *f)
{
	struct block *block = arena_alloc(f->arena, 1, sizeof(*block));
	if (f->last == NULL)
		f->to->first = block;
	else
		f->last->next = block;
	f->last = block;
	return block;
}

/* Lines that are ready, to the column or the page. */
static void put_paras(struct filler *f, struct paras *from)
{
	if (f->column != NULL && from->first != NULL) {
		if (f->column->last == NULL)
			f->column->first = from->first;
		else
			f->column->last->next = from->first;
		f->column->last = from->last;
		return;
	}
	for (struct para *p = from->first, *next; p != NULL; p = next) {
		next = p->next;
		p->next = NULL;
		add_block(f)->para = p;
	}
}

/* The words of one line or cell. */

struct line {
	struct paras paras;
	enum para_style style;
	struct run *last;
	bool bold, italic, words;
};

static enum err add_run(struct filler *f, struct line *l, struct text t)
{
	if (t.n == 0)
		return OK;
	struct run *run = arena_alloc(f->arena, 1, sizeof(*run));
	*run = (struct run){ .text = t, .bold = l->bold, .italic = l->italic };
	if (l->last == NULL)
		l->paras.last->first = run;
	else
		l->last->next = run;
	l->last = run;
	return count(f, t.n);
}

/* A value: each line of it is a line of its own, of the same kind. */
static enum err add_value(struct filler *f, struct line *l, struct text name, struct text t)
{
	char field[64];
	size_t n = name.n < sizeof(field) ? name.n : sizeof(field) - 1;
	memcpy(field, name.p, n);
	field[n] = '\0';
	enum err err = text_check(t, TEXT_BLOCK, field, f->fault);
	while (t.n > 0 && t.p[t.n - 1] == '\n')
		t.n--;
	l->words = l->words || t.n > 0;
	while (err == OK && t.n > 0) {
		const char *end = memchr(t.p, '\n', t.n);
		struct text line = { t.p, end == NULL ? t.n : (size_t)(end - t.p) };
		err = add_run(f, l, line);
		if (end == NULL)
			break;
		(void)add_para(f, &l->paras, l->style);
		l->last = NULL;
		t = (struct text){ end + 1, t.n - line.n - 1 };
	}
	return err;
}

static enum err unknown(struct filler *f, const struct node *node)
{
	return template_bad(
		f->t->name, node->line, node->text, N_("no such name in this paper"), f->fault);
}

static enum err fill_words(
	struct filler *f, struct line *l, const struct node *first, const struct values *v);

static enum err fill_inline_section(
	struct filler *f, struct line *l, const struct node *node, const struct values *v)
{
	bool itself;
	enum err err = OK;
	if (!values_has(v, node->text))
		return unknown(f, node);
	const struct values *entry = values_first(v, node->text, &itself);
	if (node->kind == NODE_INVERTED)
		return entry == NULL && !itself ? fill_words(f, l, node->first, v) : OK;
	if (itself)
		return fill_words(f, l, node->first, v);
	for (; entry != NULL && err == OK; entry = values_next(entry)) {
		err = count(f, 0);
		if (err == OK)
			err = fill_words(f, l, node->first, entry);
	}
	return err;
}

static bool blank(struct text t)
{
	for (size_t i = 0; i < t.n; i++)
		if (t.p[i] != ' ')
			return false;
	return true;
}

static enum err fill_words(
	struct filler *f, struct line *l, const struct node *first, const struct values *v)
{
	enum err err = OK;
	for (const struct node *n = first; n != NULL && err == OK; n = n->next) {
		if (n->kind == NODE_LITERAL) {
			l->words = l->words || !blank(n->text);
			err = add_run(f, l, n->text);
		} else if (n->kind == NODE_FIELD) {
			err = values_has(v, n->text)
				      ? add_value(f, l, n->text, values_text(v, n->text))
				      : unknown(f, n);
		} else if (n->kind == NODE_BOLD) {
			l->bold = !l->bold;
		} else if (n->kind == NODE_ITALIC) {
			l->italic = !l->italic;
		} else {
			err = fill_inline_section(f, l, n, v);
		}
	}
	return err;
}

static enum err fill_line(struct filler *f, const struct node *node, const struct values *v)
{
	struct line l = { .style = node->style };
	(void)add_para(f, &l.paras, l.style);
	enum err err = fill_words(f, &l, node->first, v);
	if (err == OK)
		err = count(f, 0);
	if (err != OK || (node->tags && !l.words))
		return err;
	for (struct para *p = l.paras.first; p != NULL; p = p->next) {
		p->joins = node->joins;
		if (p->first == NULL && p->style != PARA_RULE)
			p->style = PARA_BLANK;
	}
	put_paras(f, &l.paras);
	return OK;
}

static enum err fill_space(struct filler *f, unsigned lines)
{
	struct paras space = { 0 };
	for (unsigned i = 0; i < lines; i++)
		(void)add_para(f, &space, PARA_BLANK);
	put_paras(f, &space);
	return count(f, 0);
}

/* Grids. */

static enum err fill_nodes(struct filler *f, const struct node *first, const struct values *v);

static struct grid *add_grid(struct filler *f, const struct node *node, bool ruled)
{
	struct grid *g = arena_alloc(f->arena, 1, sizeof(*g));
	g->columns = node->count;
	g->ruled = ruled;
	for (unsigned i = 0; i < node->count; i++) {
		g->widths[i] = node->widths[i];
		g->sum += node->widths[i];
	}
	add_block(f)->grid = g;
	f->last_row = NULL;
	return g;
}

static struct row_of_paper *add_row(struct filler *f, struct grid *g)
{
	struct row_of_paper *row = arena_alloc(f->arena, 1, sizeof(*row));
	row->cells = arena_alloc(f->arena, g->columns, sizeof(*row->cells));
	if (f->last_row == NULL)
		g->first = row;
	else
		f->last_row->next = row;
	f->last_row = row;
	return row;
}

/* The lines of the next row of a column. */
static struct para *take_row(struct paras *column)
{
	struct para *first = column->first, *last = first;
	while (last != NULL && last->joins && last->next != NULL)
		last = last->next;
	column->first = last == NULL ? NULL : last->next;
	if (last != NULL)
		last->next = NULL;
	return first;
}

/* The n-th rows of all columns stand beside one another. */
static enum err fill_columns(struct filler *f, const struct node *node, const struct values *v)
{
	struct paras columns[GRID_COLUMNS_MAX] = { 0 };
	enum err err = OK;
	unsigned i = 0;
	for (const struct node *n = node->first; n != NULL && err == OK; n = n->next, i++) {
		f->column = &columns[i];
		err = fill_nodes(f, n->first, v);
	}
	f->column = NULL;
	struct grid *g = add_grid(f, node, false);
	bool more = true;
	while (more && err == OK) {
		struct row_of_paper *row = add_row(f, g);
		more = false;
		for (i = 0; i < g->columns; i++) {
			row->cells[i].first = take_row(&columns[i]);
			more = more || columns[i].first != NULL;
		}
		err = count(f, 0);
	}
	return err;
}

static enum err fill_table(struct filler *f, const struct node *node, const struct values *v)
{
	f->table = add_grid(f, node, true);
	enum err err = fill_nodes(f, node->first, v);
	f->table = NULL;
	return err;
}

static enum err fill_row(struct filler *f, const struct node *node, const struct values *v)
{
	assert(f->table != NULL); /* a template has rows in tables only */
	struct row_of_paper *row = add_row(f, f->table);
	enum err err = OK;
	unsigned i = 0;
	if (node->count != f->table->columns)
		return template_bad(f->t->name, node->line, (struct text){ 0 },
			N_("not as many cells as the table has columns"), f->fault);
	row->heads = node->heads;
	for (const struct node *n = node->first; n != NULL && err == OK; n = n->next, i++) {
		struct line l = { .style = node->heads ? PARA_CENTER : PARA_LEFT };
		row->cells[i].first = add_para(f, &l.paras, l.style);
		err = fill_words(f, &l, n->first, v);
	}
	return err == OK ? count(f, 0) : err;
}

static enum err fill_section(struct filler *f, const struct node *node, const struct values *v)
{
	bool itself;
	enum err err = OK;
	if (!values_has(v, node->text))
		return unknown(f, node);
	const struct values *entry = values_first(v, node->text, &itself);
	if (node->kind == NODE_INVERTED)
		return entry == NULL && !itself ? fill_nodes(f, node->first, v) : OK;
	if (itself)
		return fill_nodes(f, node->first, v);
	for (; entry != NULL && err == OK; entry = values_next(entry)) {
		err = count(f, 0);
		if (err == OK)
			err = fill_nodes(f, node->first, entry);
	}
	return err;
}

static enum err fill_nodes(struct filler *f, const struct node *first, const struct values *v)
{
	enum err err = OK;
	for (const struct node *n = first; n != NULL && err == OK; n = n->next) {
		if (n->kind == NODE_LINE)
			err = fill_line(f, n, v);
		else if (n->kind == NODE_SPACE)
			err = fill_space(f, n->count);
		else if (n->kind == NODE_COLUMNS)
			err = fill_columns(f, n, v);
		else if (n->kind == NODE_TABLE)
			err = fill_table(f, n, v);
		else if (n->kind == NODE_ROW)
			err = fill_row(f, n, v);
		else
			err = fill_section(f, n, v);
	}
	return err;
}

enum err template_fill(const struct template *t, const struct values *v, struct document *to,
	struct arena *a, struct fault *f)
{
	struct filler filler = { .t = t, .to = to, .arena = a, .fault = f };
	*to = (struct document){ .landscape = t->landscape };
	return fill_nodes(&filler, t->root.first, v);
}
