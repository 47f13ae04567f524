/* page.c: pages in plain text, line by line. */
#include "clients/page.h"

#include <assert.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>

#include "clients/i18n.h"
#include "clients/label.h"
#include "proto/day.h"
#include "proto/text.h"

/* clang-format off */
static const struct head_row rows[] = {
#define HEAD(id, page, part, form, field, vi, en, help) \
	[HEAD_##id] = { PAGE_##page, PART_##part, FORM_##form, field, vi, en, help },
#define ALIAS(id, key)
#include "clients/page.def"
#undef HEAD
#undef ALIAS
};

static const struct {
	enum head_id id;
	const char *key;
} aliases[] = {
#define HEAD(id, page, part, form, field, vi, en, help)
#define ALIAS(id, key) { HEAD_##id, key },
#include "clients/page.def"
#undef HEAD
#undef ALIAS
};
/* clang-format on */

static const enum head_id titles[] = {
	[PAGE_MINUTES] = HEAD_MINUTES, [PAGE_CONCLUSION] = HEAD_CONCLUSION
};
static const enum head_id starts[] = {
	[PAGE_MINUTES] = HEAD_OPINION, [PAGE_CONCLUSION] = HEAD_ITEM
};
static const uint32_t entry_limits[] = {
	[PAGE_MINUTES] = LIMIT_OPINIONS_MEETING, [PAGE_CONCLUSION] = LIMIT_ITEMS_CONCLUSION
};

const struct head_row *head_row(enum head_id id)
{
	assert(id < HEAD_NONE);
	return &rows[id];
}

enum head_id page_head_of(enum page_kind kind, bool entry, const char *field)
{
	enum head_id id = 0;
	while (id < HEAD_NONE && (rows[id].page != kind || (rows[id].part == PART_ENTRY) != entry ||
					 strcmp(rows[id].field, field) != 0))
		id++;
	return id;
}

/* Keys. */

static void add_key(struct page_keys *keys, enum head_id id, const char *key, bool vietnamese)
{
	struct page_key *to = &keys->v[keys->n++];
	*to = (struct page_key){ .id = id, .vietnamese = vietnamese };
	to->n = text_fold(text_of(key), to->folded, sizeof(to->folded));
	assert(to->n <= sizeof(to->folded));
}

static void fill_keys(struct page_keys *keys, enum page_kind kind)
{
	keys->n = 0;
	for (enum head_id id = 0; id < HEAD_NONE; id++) {
		if (rows[id].page != kind)
			continue;
		add_key(keys, id, rows[id].vi, true);
		add_key(keys, id, rows[id].en, false);
	}
	for (size_t i = 0; i < COUNT(aliases); i++)
		if (rows[aliases[i].id].page == kind)
			add_key(keys, aliases[i].id, aliases[i].key, false);
}

/* The key with which a line begins, and the bytes up to its colon; NULL if none. */
static const struct page_key *find_key(
	const struct page_keys *keys, struct text line, size_t *colon)
{
	size_t most = line.n < PAGE_KEY_BYTES ? line.n : PAGE_KEY_BYTES;
	const char *at = most == 0 ? NULL : memchr(line.p, ':', most);
	if (at == NULL)
		return NULL;
	char folded[sizeof(keys->v[0].folded)];
	size_t before = (size_t)(at - line.p);
	size_t n = text_fold((struct text){ line.p, before }, folded, sizeof(folded));
	if (n > sizeof(folded))
		return NULL;
	*colon = before;
	for (size_t i = 0; i < keys->n; i++)
		if (keys->v[i].n == n && memcmp(keys->v[i].folded, folded, n) == 0)
			return &keys->v[i];
	return NULL;
}

/* Lines. */

static bool is_space(char c)
{
	return c == ' ' || c == '\t';
}

static struct text trim(struct text t)
{
	while (t.n > 0 && is_space(t.p[0]))
		t = (struct text){ t.p + 1, t.n - 1 };
	while (t.n > 0 && is_space(t.p[t.n - 1]))
		t.n--;
	return t;
}

static bool is_blank(struct text line)
{
	return trim(line).n == 0;
}

static bool begins(struct text line, char c)
{
	return line.n > 0 && line.p[0] == c;
}

/* The line from `at`, without its end. */
static struct text line_at(struct text all, size_t at)
{
	const char *end = at < all.n ? memchr(all.p + at, '\n', all.n - at) : NULL;
	size_t until = end == NULL ? all.n : (size_t)(end - all.p);
	return (struct text){ all.p + at, until - at };
}

static struct text peek_line(const struct page_reader *p)
{
	return line_at((struct text){ p->text, p->n }, p->at);
}

static void pass(struct page_reader *p, struct text line)
{
	p->at += line.n + 1;
	if (p->at > p->n)
		p->at = p->n;
	p->line++;
}

/* Faults. */

const char *page_label(const struct page_reader *p, enum head_id id)
{
	return p->vietnamese ? rows[id].vi : rows[id].en;
}

enum err page_fail(
	const struct page_reader *p, int64_t line, struct fault *f, const char *format, ...)
{
	char what[512];
	va_list args;
	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	enum err err = fail(f, E_LINE, p->name, what);
	if (f != NULL)
		f->at = line;
	return err;
}

/* A fault of a head's value, told as a fault of a line; HEAD_NONE keeps the fault's own field. */
static enum err fail_as_line(const struct page_reader *p, enum head_id id, int64_t line,
	struct fault *inner, struct fault *f)
{
	char sentence[512];
	if (id != HEAD_NONE)
		snprintf(inner->field, sizeof(inner->field), "\"%s\"", page_label(p, id));
	fault_format(inner, _(err_row(inner->err)->text), sentence, sizeof(sentence));
	bool listed = inner->err == E_CODE && id != HEAD_NONE &&
		      label_is_of_policy(text_of(rows[id].field));
	return page_fail(p, line, f, "%s%s", sentence, listed ? ": hoiam policy show" : "");
}

static enum err check_line(
	const struct page_reader *p, enum head_id id, struct text line, struct fault *f)
{
	struct fault inner;
	if (text_check(line, TEXT_BLOCK, NULL, &inner) == OK)
		return OK;
	return fail_as_line(p, id, p->line, &inner, f);
}

/* Beginning. */

static enum err normalise(struct page_reader *p, struct text file, struct arena *a, struct fault *f)
{
	if (file.n >= 3 && memcmp(file.p, "\xef\xbb\xbf", 3) == 0)
		file = (struct text){ file.p + 3, file.n - 3 };
	AUTO(xfree) char *normal = NULL;
	struct fault inner;
	if (text_normalise(file, &normal, &p->n, p->name, &inner) != OK) {
		int64_t line = 1;
		for (int64_t i = 0; i < inner.at; i++)
			line += file.p[i] == '\n';
		return page_fail(p, line, f, "%s", _("not valid UTF-8"));
	}
	p->text = arena_alloc(a, p->n + 1, 1);
	memcpy(p->text, normal, p->n);
	crypto_hash_sha256(p->source, (const uint8_t *)p->text, p->n);
	return OK;
}

/* Comments, and what is passed over wherever it stands. */
static void skip_preamble(struct page_reader *p)
{
	bool comments = true;
	while (p->at < p->n) {
		struct text line = peek_line(p);
		comments = comments && (begins(line, '#') || is_blank(line));
		if (!comments && !is_blank(line) && !begins(line, '>'))
			return;
		pass(p, line);
	}
}

enum err page_open(struct page_reader *p, enum page_kind kind, struct text file, const char *name,
	struct arena *a, struct fault *f)
{
	*p = (struct page_reader){ .kind = kind, .name = name, .line = 1 };
	if (file.n > PAGE_BYTES_MAX)
		return fail_number(f, E_TOO_LARGE, name, (int64_t)file.n, PAGE_BYTES_MAX);
	enum err err = normalise(p, file, a, f);
	if (err != OK)
		return err;
	fill_keys(&p->keys, kind);
	skip_preamble(p);
	size_t colon;
	const struct page_key *key = find_key(&p->keys, peek_line(p), &colon);
	enum head_id title = titles[kind];
	if (key == NULL || key->id != title)
		return page_fail(p, p->line, f,
			_("the page must begin with \"%s: …\" (or \"%s: …\")"), rows[title].vi,
			rows[title].en);
	p->vietnamese = key->vietnamese;
	p->part_line = p->line;
	return OK;
}

/* Heads. */

enum head_id page_peek(const struct page_reader *p)
{
	size_t colon;
	const struct page_key *key = find_key(&p->keys, peek_line(p), &colon);
	return key == NULL ? HEAD_NONE : key->id;
}

bool page_within(const struct page_reader *p)
{
	enum head_id id = page_peek(p);
	return id != HEAD_NONE && rows[id].form != FORM_START;
}

static enum err begin_entry(struct page_reader *p, const struct page_head *h, struct fault *f)
{
	uint64_t number = 0;
	uint32_t next = p->entries + 1;
	if (!page_number(h->value, &number) || number != next)
		return page_fail(p, h->line, f,
			_("\"%s: %u\" must come next; if this is text, write \\ before it"),
			page_label(p, h->id), next);
	if (next > entry_limits[p->kind])
		return page_fail(p, h->line, f, _("more than %u of \"%s\""), entry_limits[p->kind],
			page_label(p, h->id));
	for (enum head_id id = 0; id < HEAD_NONE; id++)
		if (rows[id].part != PART_LAST)
			p->seen[id] = 0;
	p->entries = next;
	p->part = PART_ENTRY;
	p->part_line = h->line;
	return OK;
}

static enum err wrong_part(const struct page_reader *p, const struct page_head *h, struct fault *f)
{
	const char *key = page_label(p, h->id);
	const char *start = page_label(p, starts[p->kind]);
	if (p->part == PART_FIRST)
		return page_fail(p, h->line, f,
			_("\"%s\" belongs below \"%s: 1\"; if this is text, write \\ before it"),
			key, start);
	return page_fail(p, h->line, f,
		_("\"%s\" belongs above \"%s: 1\"; if this is text, write \\ before it"), key,
		start);
}

/* May this head stand here? */
static enum err enter(struct page_reader *p, const struct page_head *h, struct fault *f)
{
	const struct head_row *row = &rows[h->id];
	if (p->ended)
		return page_fail(p, h->line, f,
			_("\"%s\" stands after the end of the page; if this is text, write \\ "
			  "before it"),
			page_label(p, h->id));
	if (row->form == FORM_START)
		return begin_entry(p, h, f);
	if (row->part != PART_LAST && row->part != p->part)
		return wrong_part(p, h, f);
	if (p->seen[h->id] != 0)
		return page_fail(p, h->line, f,
			_("\"%s\" stands twice, first on line %lld; if this is text, write \\ "
			  "before it"),
			page_label(p, h->id), (long long)p->seen[h->id]);
	p->seen[h->id] = h->line;
	p->ended = row->part == PART_LAST && p->part == PART_ENTRY;
	return OK;
}

/* The text of a block, moved together over the lines that it was read from. */
struct body {
	char *out;
	size_t n;
	size_t end; /* bytes up to the last line that is not blank */
	bool begun;
};

static void body_add(struct body *b, struct text line, bool blank)
{
	if (blank && !b->begun)
		return;
	if (b->begun)
		b->out[b->n++] = '\n';
	memmove(b->out + b->n, line.p, line.n);
	b->n += line.n;
	b->begun = true;
	if (!blank)
		b->end = b->n;
}

static enum err take_text(struct page_reader *p, enum head_id id, struct body *b, struct text line,
	bool blank, struct fault *f)
{
	if (!blank && rows[id].form != FORM_BLOCK)
		return page_fail(p, p->line, f,
			_("\"%s\" takes one line, and this line is no head that is known"),
			page_label(p, id));
	enum err err = check_line(p, id, line, f);
	if (err != OK)
		return err;
	if (begins(line, '\\'))
		line = (struct text){ line.p + 1, line.n - 1 };
	body_add(b, line, blank);
	return OK;
}

/* All lines to the next head. */
static enum err take_lines(struct page_reader *p, enum head_id id, struct body *b, struct fault *f)
{
	bool loose = true; /* a head may stand here */
	bool quotes = p->kind != PAGE_MINUTES || rows[id].form != FORM_BLOCK;
	for (size_t colon; p->at < p->n;) {
		struct text line = peek_line(p);
		bool quote = begins(line, '>');
		bool blank = is_blank(line);
		if (loose && find_key(&p->keys, line, &colon) != NULL)
			return OK;
		if (quote && !quotes)
			return page_fail(p, p->line, f, "%s",
				_("a line of text that begins with > would be lost; write \\ "
				  "before it"));
		enum err err = quote ? OK : take_text(p, id, b, line, blank, f);
		if (err != OK)
			return err;
		loose = blank || quote;
		pass(p, line);
	}
	return OK;
}

enum err page_next(struct page_reader *p, struct page_head *h, struct fault *f)
{
	struct text line = peek_line(p);
	size_t colon = 0;
	const struct page_key *key = find_key(&p->keys, line, &colon);
	assert(key != NULL);
	struct text value = trim((struct text){ line.p + colon + 1, line.n - colon - 1 });
	*h = (struct page_head){ .id = key->id, .line = p->line, .value = value };
	enum err err = enter(p, h, f);
	if (err == OK)
		err = check_line(p, h->id, line, f);
	if (err != OK)
		return err;
	pass(p, line);
	struct body b = { .out = p->text + (value.p - p->text), .begun = value.n > 0 };
	b.n = b.end = value.n;
	err = take_lines(p, h->id, &b, f);
	h->value = (struct text){ b.out, b.end };
	return err;
}

/* Values. */

bool page_number(struct text t, uint64_t *out)
{
	uint64_t v = 0;
	if (t.n == 0 || t.n > 18)
		return false;
	for (size_t i = 0; i < t.n; i++) {
		if (t.p[i] < '0' || t.p[i] > '9')
			return false;
		v = v * 10 + (uint64_t)(t.p[i] - '0');
	}
	*out = v;
	return true;
}

/* What stands before the next comma; false when nothing is left. */
static bool next_part(struct text *rest, struct text *part)
{
	if (rest->p == NULL)
		return false;
	const char *comma = memchr(rest->p, ',', rest->n);
	size_t n = comma == NULL ? rest->n : (size_t)(comma - rest->p);
	*part = trim((struct text){ rest->p, n });
	*rest = comma == NULL ? (struct text){ 0 } : (struct text){ comma + 1, rest->n - n - 1 };
	return true;
}

static size_t count_parts(struct text t)
{
	size_t n = 1;
	for (size_t i = 0; i < t.n; i++)
		n += t.p[i] == ',';
	return n;
}

static struct texts read_codes(struct text t, struct arena *a)
{
	struct text *v = arena_alloc(a, count_parts(t), sizeof(*v));
	size_t n = 0;
	for (struct text part; next_part(&t, &part);)
		v[n++] = part;
	return (struct texts){ v, n };
}

/* "5", "5-7", or the same with an en dash, as word processors write it. */
static bool read_range(struct text t, uint64_t *from, uint64_t *to)
{
	size_t n = 0;
	while (n < t.n && t.p[n] != '-' && (unsigned char)t.p[n] != 0xe2)
		n++;
	if (!page_number(trim((struct text){ t.p, n }), from))
		return false;
	*to = *from;
	if (n == t.n)
		return true;
	size_t dash = t.p[n] == '-' ? 1 : 3;
	if (dash == 3 && (t.n - n < 3 || memcmp(t.p + n, "–", 3) != 0))
		return false;
	return page_number(trim((struct text){ t.p + n + dash, t.n - n - dash }), to) &&
	       *to >= *from;
}

/* False for what is no list; too long a list is cut after max + 1. */
static bool read_uints(struct text t, size_t max, struct uints *out, struct arena *a)
{
	uint32_t *v = arena_alloc(a, max + 1, sizeof(*v));
	size_t n = 0;
	for (struct text part; next_part(&t, &part);) {
		uint64_t from = 0;
		uint64_t to = 0;
		if (!read_range(part, &from, &to) || from == 0 || to > LIMIT_OPINIONS_MEETING)
			return false;
		for (; from <= to && n <= max; from++)
			v[n++] = (uint32_t)from;
	}
	*out = (struct uints){ v, n };
	return true;
}

static enum err set_number(
	const struct page_reader *p, const struct page_head *h, uint64_t *to, struct fault *f)
{
	if (page_number(h->value, to))
		return OK;
	return page_fail(p, h->line, f, _("\"%s\": a number is needed"), page_label(p, h->id));
}

static enum err set_day(
	const struct page_reader *p, const struct page_head *h, uint32_t *to, struct fault *f)
{
	struct fault inner;
	*to = day_parse(h->value);
	if (*to != 0)
		return OK;
	(void)fail_text(&inner, E_DAY, NULL, h->value);
	return fail_as_line(p, h->id, h->line, &inner, f);
}

enum err page_set(const struct page_reader *p, const struct page_head *h, const struct record *r,
	void *to, struct arena *a, struct fault *f)
{
	const struct field *field = record_field(r, text_of(rows[h->id].field));
	assert(field != NULL);
	void *at = (char *)to + field->offset;
	if (h->value.n == 0)
		return OK;
	switch (field->kind) {
	case KIND_UINT:
		return set_number(p, h, at, f);
	case KIND_DAY:
		return set_day(p, h, at, f);
	case KIND_CODE:
	case KIND_TEXT:
		*(struct text *)at = h->value;
		return OK;
	case KIND_CODES:
		*(struct texts *)at = read_codes(h->value, a);
		return OK;
	case KIND_UINTS:
	case KIND_TIME:
	case KIND_BIN:
	case KIND_NUM:
	case KIND_LIST:
		break;
	}
	assert(field->kind == KIND_UINTS); /* page.def names fields that text can fill */
	if (read_uints(h->value, field->max, at, a))
		return OK;
	return page_fail(p, h->line, f,
		_("\"%s\": numbers of opinions are needed, such as 1, 2, 5-7"),
		page_label(p, h->id));
}

/* The head of this part that fills a field, one that was seen before others. */
static enum head_id head_of_field(const struct page_reader *p, struct text field)
{
	enum head_id found = HEAD_NONE;
	for (enum head_id id = 0; id < HEAD_NONE; id++) {
		if (rows[id].page != p->kind || rows[id].part != p->part ||
			!text_is(field, rows[id].field))
			continue;
		if (p->seen[id] != 0)
			return id;
		if (found == HEAD_NONE)
			found = id;
	}
	return found;
}

enum err page_check(
	const struct page_reader *p, const struct record *r, const void *record, struct fault *f)
{
	struct fault inner;
	if (record_check(r, record, &inner) == OK)
		return OK;
	enum head_id id = head_of_field(p, text_of(inner.field));
	int64_t line = id == HEAD_NONE || p->seen[id] == 0 ? p->part_line : p->seen[id];
	return fail_as_line(p, id, line, &inner, f);
}

/* Writing. */

struct page_pen page_pen_of(struct writer *w, enum page_kind kind, bool vietnamese)
{
	struct page_pen pen = { .w = w, .vietnamese = vietnamese };
	fill_keys(&pen.keys, kind);
	return pen;
}

static void put(struct page_pen *pen, struct text t)
{
	write_raw(pen->w, t.p, t.n);
}

static void put_key(struct page_pen *pen, enum head_id id)
{
	put(pen, text_of(pen->vietnamese ? rows[id].vi : rows[id].en));
	put(pen, text_of(":"));
}

void page_write_line(struct page_pen *pen, enum head_id id, struct text value)
{
	put_key(pen, id);
	if (value.n > 0)
		put(pen, text_of(" "));
	put(pen, value);
	put(pen, text_of("\n"));
}

/* The bytes up to the end of the last line that is not blank. */
static size_t end_of_text(struct text value)
{
	size_t end = 0;
	for (size_t at = 0; at < value.n;) {
		struct text line = line_at(value, at);
		at += line.n + 1;
		if (!is_blank(line))
			end = at;
	}
	return end;
}

void page_write_block(struct page_pen *pen, enum head_id id, struct text value)
{
	page_write_line(pen, id, (struct text){ 0 });
	bool inside = false;
	size_t end = end_of_text(value);
	for (size_t at = 0; value.n > 0 && at <= value.n;) {
		struct text line = line_at(value, at);
		size_t colon;
		bool blank = is_blank(line);
		inside = (inside || !blank) && at < end;
		if (blank ? !inside
			  : begins(line, '\\') || begins(line, '>') || begins(line, '#') ||
					find_key(&pen->keys, line, &colon) != NULL)
			put(pen, text_of("\\"));
		put(pen, line);
		put(pen, text_of("\n"));
		at += line.n + 1;
	}
}

void page_write_quote(struct page_pen *pen, struct text value)
{
	for (size_t at = 0; value.n > 0 && at <= value.n;) {
		struct text line = line_at(value, at);
		put(pen, text_of(line.n == 0 ? ">" : "> "));
		put(pen, line);
		put(pen, text_of("\n"));
		at += line.n + 1;
	}
}
