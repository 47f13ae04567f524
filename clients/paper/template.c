/* template.c: reading a template: lines, what stands at their start, tags in them. */
#include "clients/paper/template.h"

#include "clients/i18n.h"
#include "clients/paper/template_part.h"
#include "proto/text.h"

#include <stdio.h>

struct reader_of_template {
	struct template *to;
	struct arena *arena;
	struct fault *fault;
	struct text rest; /* lines to come */
	int64_t line;     /* number of the line at hand */
	unsigned depth;
	bool column, table; /* what is open around the line */
};

enum frame_kind { FRAME_PAGE, FRAME_SECTION, FRAME_COLUMN, FRAME_TABLE };

struct frame {
	enum frame_kind kind;
	struct text name; /* of a section */
	int64_t line;     /* where it began */
	bool more;        /* out: it ended with .next */
};

enum err template_bad(
	const char *name, int64_t line, struct text word, const char *sentence, struct fault *f)
{
	char what[200];
	if (word.n == 0)
		snprintf(what, sizeof(what), "%s", sentence);
	else
		snprintf(what, sizeof(what), "%.*s: %s", (int)(word.n < 60 ? word.n : 60), word.p,
			sentence);
	enum err err = fail(f, E_LINE, name, what);
	if (f != NULL)
		f->at = line;
	return err;
}

static enum err bad(struct reader_of_template *r, struct text word, const char *sentence)
{
	return template_bad(r->to->name, r->line, word, sentence, r->fault);
}

static const struct text none = { 0 };

static struct node *add_node(struct reader_of_template *r, struct node *to, enum node_kind kind)
{
	struct node *node = arena_alloc(r->arena, 1, sizeof(*node));
	node->kind = kind;
	node->line = r->line;
	if (to->last == NULL)
		to->first = node;
	else
		to->last->next = node;
	to->last = node;
	return node;
}

static struct text trim(struct text t)
{
	while (t.n > 0 && (t.p[t.n - 1] == ' ' || t.p[t.n - 1] == '\t' || t.p[t.n - 1] == '\r'))
		t.n--;
	while (t.n > 0 && (*t.p == ' ' || *t.p == '\t'))
		t = (struct text){ t.p + 1, t.n - 1 };
	return t;
}

static bool at_sign(struct text t, size_t at, const char *sign)
{
	size_t n = strlen(sign);
	return t.n - at >= n && memcmp(t.p + at, sign, n) == 0;
}

static bool is_name(struct text t)
{
	for (size_t i = 0; i < t.n; i++)
		if ((t.p[i] < 'a' || t.p[i] > 'z') && (t.p[i] < '0' || t.p[i] > '9') &&
			t.p[i] != '_')
			return false;
	return t.n > 0;
}

/* A tag: what it is (0 for a field) and the name in it. */
struct tag {
	char kind;
	struct text name;
	size_t end; /* behind its }} */
};

static enum err read_tag(struct reader_of_template *r, struct text t, size_t at, struct tag *to)
{
	const char *end = memmem(t.p + at, t.n - at, "}}", 2);
	*to = (struct tag){ 0 };
	if (end == NULL)
		return bad(r, none, N_("a tag without }}"));
	struct text in = { t.p + at + 2, (size_t)(end - t.p) - at - 2 };
	to->end = (size_t)(end - t.p) + 2;
	to->kind = in.n > 0 && strchr("#^/!", *in.p) != NULL ? *in.p : '\0';
	if (to->kind != '\0')
		in = (struct text){ in.p + 1, in.n - 1 };
	to->name = trim(in);
	if (to->kind != '!' && !is_name(to->name))
		return bad(r, to->name, N_("not a name (small letters, digits, _)"));
	return OK;
}

static enum err deeper(struct reader_of_template *r)
{
	return ++r->depth <= TEMPLATE_DEPTH ? OK : bad(r, none, N_("nested too deeply"));
}

/* The words of a line. */

struct inline_text {
	struct text t;
	size_t at;
	bool tags;
};

static enum err read_words(
	struct reader_of_template *r, struct inline_text *in, struct node *to, struct text close);

static void add_literal(struct reader_of_template *r, struct node *to, struct text t)
{
	if (t.n > 0)
		add_node(r, to, NODE_LITERAL)->text = t;
}

/* A tag in a line; *closed: it ends the section that is open. */
static enum err read_inline_tag(struct reader_of_template *r, struct inline_text *in,
	struct node *to, struct text close, bool *closed)
{
	struct tag tag;
	enum err err = read_tag(r, in->t, in->at, &tag);
	if (err != OK)
		return err;
	in->at = tag.end;
	in->tags = true;
	if (tag.kind == '!')
		return OK;
	if (tag.kind == '/') {
		*closed = close.n > 0 && text_equal(tag.name, close);
		return *closed ? OK : bad(r, tag.name, N_("closed here, but not open"));
	}
	struct node *node = add_node(r, to,
		tag.kind == '#'   ? NODE_SECTION
		: tag.kind == '^' ? NODE_INVERTED
				  : NODE_FIELD);
	node->text = tag.name;
	if (tag.kind == '\0')
		return OK;
	err = deeper(r);
	if (err == OK)
		err = read_words(r, in, node, tag.name);
	r->depth--;
	return err;
}

/* Two signs that begin or end bold or italic. */
static bool read_toggle(struct reader_of_template *r, struct inline_text *in, struct node *to)
{
	bool bold = at_sign(in->t, in->at, "**");
	if (!bold && !at_sign(in->t, in->at, "//"))
		return false;
	(void)add_node(r, to, bold ? NODE_BOLD : NODE_ITALIC);
	in->at += 2;
	return true;
}

/* Up to the tag that closes the section `close`, or to the end of the line when it is empty. */
static enum err read_words(
	struct reader_of_template *r, struct inline_text *in, struct node *to, struct text close)
{
	struct text t = in->t;
	bool closed = false;
	while (in->at < t.n) {
		size_t from = in->at;
		while (in->at < t.n && t.p[in->at] != '\\' && !at_sign(t, in->at, "{{") &&
			!at_sign(t, in->at, "**") && !at_sign(t, in->at, "//"))
			in->at++;
		add_literal(r, to, (struct text){ t.p + from, in->at - from });
		if (in->at == t.n)
			break;
		if (t.p[in->at] == '\\') {
			/* the sign behind it is a word */
			size_t n = in->at + 1 < t.n && (uint8_t)t.p[in->at + 1] < 0x80 ? 1 : 0;
			add_literal(r, to, (struct text){ t.p + in->at + n, 1 });
			in->at += 1 + n;
		} else if (!read_toggle(r, in, to)) {
			enum err err = read_inline_tag(r, in, to, close, &closed);
			if (err != OK || closed)
				return err;
		}
	}
	return close.n == 0 ? OK : bad(r, close, N_("not closed on its line"));
}

static enum err read_line_words(struct reader_of_template *r, struct node *to, struct text t)
{
	struct inline_text in = { .t = t };
	enum err err = read_words(r, &in, to, none);
	to->tags = in.tags;
	return err;
}

/* Numbers behind a word. */
static enum err read_numbers(
	struct reader_of_template *r, struct text t, unsigned limit, unsigned *v, unsigned *count)
{
	*count = 0;
	for (t = trim(t); t.n > 0; t = trim(t)) {
		unsigned n = 0;
		size_t i = 0;
		for (; i < t.n && t.p[i] >= '0' && t.p[i] <= '9' && n < 1000; i++)
			n = n * 10 + (unsigned)(t.p[i] - '0');
		if (i == 0 || n == 0 || n > 1000 || (i < t.n && t.p[i] != ' '))
			return bad(r, t, N_("numbers from 1 to 1000 are wanted here"));
		if (*count == limit)
			return bad(r, none, N_("too many numbers"));
		v[(*count)++] = n;
		t = (struct text){ t.p + i, t.n - i };
	}
	return *count > 0 ? OK : bad(r, none, N_("a number is missing"));
}

/* Lines. */

static enum err read_lines(struct reader_of_template *r, struct node *to, struct frame *frame);

static enum err read_columns(struct reader_of_template *r, struct node *to, struct text rest)
{
	struct node *columns = add_node(r, to, NODE_COLUMNS);
	struct frame frame = { .kind = FRAME_COLUMN, .line = r->line, .more = true };
	if (r->column || r->table)
		return bad(r, none, N_("no columns within columns or tables"));
	enum err err = read_numbers(r, rest, GRID_COLUMNS_MAX, columns->widths, &columns->count);
	r->column = true;
	unsigned n = 0;
	for (; err == OK && frame.more; n++) {
		if (n == columns->count)
			return bad(r, none, N_("more columns than widths"));
		frame.more = false;
		err = read_lines(r, add_node(r, columns, NODE_COLUMN), &frame);
	}
	r->column = false;
	if (err == OK && n < columns->count)
		err = bad(r, none, N_("fewer columns than widths"));
	return err;
}

static enum err read_table(struct reader_of_template *r, struct node *to, struct text rest)
{
	struct node *table = add_node(r, to, NODE_TABLE);
	struct frame frame = { .kind = FRAME_TABLE, .line = r->line };
	if (r->column || r->table)
		return bad(r, none, N_("no tables within columns or tables"));
	enum err err = read_numbers(r, rest, GRID_COLUMNS_MAX, table->widths, &table->count);
	r->table = true;
	if (err == OK)
		err = read_lines(r, table, &frame);
	r->table = false;
	return err;
}

/* Cells lie between bars. */
static enum err read_row(struct reader_of_template *r, struct node *to, struct text rest)
{
	struct node *row = add_node(r, to, NODE_ROW);
	enum err err = OK;
	size_t at = 0;
	for (size_t i = 0; i <= rest.n && err == OK; i++) {
		if (i < rest.n && rest.p[i] == '\\') {
			i++;
			continue;
		}
		if (i < rest.n && rest.p[i] != '|')
			continue;
		struct text cell = { rest.p + at, i - at };
		at = i + 1;
		if (++row->count > GRID_COLUMNS_MAX)
			return bad(r, none, N_("too many cells"));
		err = read_line_words(r, add_node(r, row, NODE_CELL), trim(cell));
	}
	return err;
}

static const struct {
	const char *word;
	enum para_style style;
} styles[] = {
	{ "text", PARA_TEXT },
	{ "left", PARA_LEFT },
	{ "item", PARA_ITEM },
	{ "head", PARA_HEAD },
	{ "title", PARA_TITLE },
	{ "center", PARA_CENTER },
	{ "right", PARA_RIGHT },
	{ "small", PARA_SMALL },
	{ "rule", PARA_RULE },
};

static enum err add_line(
	struct reader_of_template *r, struct node *to, enum para_style style, struct text words)
{
	if (r->table)
		return bad(r, none, N_("in a table every line is a .row or .heads"));
	struct node *line = add_node(r, to, NODE_LINE);
	line->style = style;
	return read_line_words(r, line, words);
}

static enum err read_page(struct reader_of_template *r, struct text rest)
{
	r->to->landscape = text_is(rest, "landscape");
	return r->to->landscape || text_is(rest, "portrait")
		       ? OK
		       : bad(r, rest, N_("portrait or landscape"));
}

static enum err read_rows(
	struct reader_of_template *r, struct node *to, struct text word, struct text rest)
{
	if (!r->table)
		return bad(r, word, N_("only in a table"));
	enum err err = read_row(r, to, rest);
	to->last->heads = text_is(word, "heads");
	return err;
}

/* A line that begins with a dot and a word. */
static enum err read_directive(struct reader_of_template *r, struct node *to, struct text line)
{
	size_t n = 1;
	while (n < line.n && line.p[n] >= 'a' && line.p[n] <= 'z')
		n++;
	struct text word = { line.p + 1, n - 1 },
		    rest = trim((struct text){ line.p + n, line.n - n });
	if (text_is(word, "page"))
		return read_page(r, rest);
	if (text_is(word, "columns"))
		return read_columns(r, to, rest);
	if (text_is(word, "table"))
		return read_table(r, to, rest);
	if (text_is(word, "row") || text_is(word, "heads"))
		return read_rows(r, to, word, rest);
	if (text_is(word, "space")) {
		struct node *space = add_node(r, to, NODE_SPACE);
		unsigned one;
		enum err err = read_numbers(r, rest, 1, &space->count, &one);
		return err == OK && (space->count > 40 || r->table)
			       ? bad(r, word, N_("not possible here"))
			       : err;
	}
	for (size_t i = 0; i < COUNT(styles); i++)
		if (text_is(word, styles[i].word))
			return add_line(r, to, styles[i].style, rest);
	return bad(r, word, N_("no such word after a dot; a text that begins so is written \\."));
}

/* Is the line one section tag or one comment, and nothing else? */
static bool lone_tag(struct text t)
{
	return t.n > 4 && at_sign(t, 0, "{{") && strchr("#^/!", t.p[2]) != NULL &&
	       memmem(t.p, t.n, "}}", 2) == t.p + t.n - 2;
}

/* *ends: it closes the frame. */
static enum err read_lone_tag(struct reader_of_template *r, struct node *to, struct text line,
	const struct frame *frame, bool *ends)
{
	struct tag tag;
	enum err err = read_tag(r, line, 0, &tag);
	if (err != OK || tag.kind == '!')
		return err;
	if (tag.kind == '/') {
		*ends = frame->kind == FRAME_SECTION && text_equal(frame->name, tag.name);
		return *ends ? OK : bad(r, tag.name, N_("closed here, but not open"));
	}
	struct frame inner = { .kind = FRAME_SECTION, .name = tag.name, .line = r->line };
	struct node *node = add_node(r, to, tag.kind == '#' ? NODE_SECTION : NODE_INVERTED);
	node->text = tag.name;
	err = deeper(r);
	if (err == OK)
		err = read_lines(r, node, &inner);
	r->depth--;
	return err;
}

static enum err read_line(struct reader_of_template *r, struct node *to, struct text line,
	struct frame *frame, bool *ends)
{
	struct text t = trim(line);
	bool next = text_is(t, ".next");
	bool joins = r->column && t.n > 1 && t.p[t.n - 1] == '\\' && t.p[t.n - 2] != '\\';
	if (line.n > TEMPLATE_LINE_MAX)
		return bad(r, none, N_("the line is too long"));
	if (t.n == 0) {
		if (!r->table)
			add_node(r, to, NODE_SPACE)->count = 1;
		return OK;
	}
	if (next || text_is(t, ".end")) {
		*ends = frame->kind == FRAME_COLUMN || (frame->kind == FRAME_TABLE && !next);
		frame->more = next;
		return *ends ? OK : bad(r, t, N_("closed here, but not open"));
	}
	if (lone_tag(t))
		return read_lone_tag(r, to, t, frame, ends);
	if (joins)
		t = trim((struct text){ t.p, t.n - 1 });
	enum err err = t.n > 1 && t.p[0] == '.' && t.p[1] >= 'a' && t.p[1] <= 'z'
			       ? read_directive(r, to, t)
			       : add_line(r, to, r->column ? PARA_CENTER : PARA_TEXT, t);
	if (err == OK && joins)
		to->last->joins = true;
	return err;
}

static enum err read_lines(struct reader_of_template *r, struct node *to, struct frame *frame)
{
	while (r->rest.n > 0) {
		const char *end = memchr(r->rest.p, '\n', r->rest.n);
		struct text line = { r->rest.p,
			end == NULL ? r->rest.n : (size_t)(end - r->rest.p) };
		size_t step = line.n + (end != NULL);
		bool ends = false;
		r->rest = (struct text){ r->rest.p + step, r->rest.n - step };
		r->line++;
		enum err err = read_line(r, to, line, frame, &ends);
		if (err != OK || ends)
			return err;
	}
	r->line = frame->line;
	return frame->kind == FRAME_PAGE ? OK : bad(r, frame->name, N_("never closed"));
}

enum err template_read(struct text file, const char *name, const struct template **to,
	struct arena *a, struct fault *f)
{
	struct template *t = arena_alloc(a, 1, sizeof(*t));
	struct reader_of_template r = { .to = t, .arena = a, .fault = f, .rest = file };
	struct frame page = { .kind = FRAME_PAGE };
	t->name = name;
	if (file.n > TEMPLATE_BYTES_MAX)
		return fail_number(f, E_TOO_LARGE, name, (int64_t)file.n, TEMPLATE_BYTES_MAX);
	enum err err = text_check(file, TEXT_BLOCK, name, f);
	if (err == OK)
		err = read_lines(&r, &t->root, &page);
	*to = t;
	return err;
}
