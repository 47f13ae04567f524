/* csv.c: a reader of CSV. */
#include "clients/csv.h"

#include "clients/file.h"
#include "clients/i18n.h"

#include <errno.h>
#include <stdlib.h>
#include <zlib.h>

enum { BUF_BYTES = 2 * CSV_ROW_MAX };

/* What is there. */

/* More of the stream behind what is not taken yet; false: there is no more, or no room. */
static bool more(struct csv *csv)
{
	if (csv->stream == NULL || csv->ended)
		return false;
	memmove(csv->buf, csv->rest.p, csv->rest.n);
	csv->rest.p = csv->buf;
	size_t room = BUF_BYTES - csv->rest.n;
	int n = room == 0 ? 0 : gzread(csv->stream, csv->buf + csv->rest.n, (unsigned)room);
	csv->rest.n += n > 0 ? (size_t)n : 0;
	csv->ended = n < (int)room;
	return n > 0;
}

/* The first comma or semicolon of the first row that stands in no quotes parts the cells. */
static char comma_of(struct text t)
{
	bool in = false;
	for (size_t i = 0; i < t.n && i < CSV_ROW_MAX && (in || t.p[i] != '\n'); i++)
		if (t.p[i] == '"')
			in = !in;
		else if (!in && (t.p[i] == ',' || t.p[i] == ';'))
			return t.p[i];
	return ',';
}

static void begin(struct csv *csv)
{
	struct text t = csv->rest;
	if (t.n >= 3 && memcmp(t.p, "\xef\xbb\xbf", 3) == 0)
		t = (struct text){ t.p + 3, t.n - 3 };
	csv->rest = t;
	csv->next_line = 1;
	csv->comma = comma_of(t);
}

struct csv csv_of(struct text content, const char *file)
{
	struct csv csv = { .file = file, .rest = content };
	begin(&csv);
	return csv;
}

enum err csv_open(struct csv *csv, const char *path, struct fault *f)
{
	*csv = (struct csv){ .file = path };
	errno = 0;
	csv->stream = gzopen(path, "rb");
	if (csv->stream == NULL)
		return file_fail(f, path);
	gzbuffer(csv->stream, 1 << 17);
	csv->buf = xmalloc(BUF_BYTES);
	csv->rest.p = csv->buf;
	(void)more(csv);
	begin(csv);
	return OK;
}

void csv_close(struct csv *csv)
{
	if (csv->stream != NULL)
		gzclose(csv->stream);
	free(csv->buf);
	*csv = (struct csv){ 0 };
}

/* The stream ended where it should, or with an error. */
static enum err check_stream(struct csv *csv, struct fault *f)
{
	int rc = Z_OK;
	const char *why = csv->stream == NULL ? "" : gzerror(csv->stream, &rc);
	if (rc == Z_OK || rc == Z_STREAM_END)
		return OK;
	const char *colon = strstr(why, ": "); /* it begins with the file's name */
	if (rc == Z_ERRNO)
		return file_fail(f, csv->file);
	return fail(f, E_FILE, csv->file, colon == NULL ? why : colon + 2);
}

/* A row in the making: bytes from the start of `rest` on, which may move while it grows. */

struct taking {
	struct csv *csv;
	size_t at;
	const char *wrong; /* the first thing that is */
	char *cell;        /* the cell in the making, in the arena */
	size_t n;
	struct arena *arena;
};

/* The next byte; -1 at the end or past the longest row and its break. */
static int peek(struct taking *t)
{
	if (t->at >= CSV_ROW_MAX + 2 || (t->at == t->csv->rest.n && !more(t->csv)))
		return -1;
	return (unsigned char)t->csv->rest.p[t->at];
}

static bool at_break(struct taking *t)
{
	int c = peek(t);
	if (c != '\r')
		return c == '\n' || c < 0;
	t->at++;
	int behind = peek(t);
	t->at--;
	return behind == '\n' || behind < 0;
}

static void take_break(struct taking *t)
{
	if (peek(t) == '\r')
		t->at++;
	if (peek(t) == '\n')
		t->at++;
	t->csv->next_line++;
}

static void note(struct taking *t, const char *wrong)
{
	if (t->wrong == NULL)
		t->wrong = wrong;
}

/* No text holds it, and what prints or copies text would stop there. */
static void check_byte(struct taking *t, int c)
{
	if (c == '\0')
		note(t, N_("a byte that is zero; the file must be in UTF-8"));
}

static void quoted(struct taking *t)
{
	t->at++;
	for (;;) {
		int c = peek(t);
		if (c < 0) {
			note(t, N_("a quote does not end"));
			return;
		}
		t->at++;
		check_byte(t, c);
		if (c == '"' && peek(t) != '"')
			return;
		t->at += c == '"';
		t->csv->next_line += c == '\n';
	}
}

static void plain(struct taking *t)
{
	for (; !at_break(t) && peek(t) != t->csv->comma; t->at++) {
		check_byte(t, peek(t));
		if (peek(t) == '"')
			note(t, N_("a quote inside a cell that does not begin with one"));
	}
}

/* The bytes of a cell without its quotes. */
static struct text cell_of(struct taking *t, size_t from)
{
	const char *p = t->csv->rest.p + from;
	size_t n = t->at - from;
	if (n == 0 || p[0] != '"')
		return arena_text(t->arena, (struct text){ p, n });
	char *out = arena_alloc(t->arena, n, 1);
	size_t length = 0;
	for (size_t i = 1; i + 1 < n; i++) {
		out[length++] = p[i];
		i += p[i] == '"';
	}
	return (struct text){ out, length };
}

static struct text take_cell(struct taking *t)
{
	size_t from = t->at;
	if (peek(t) == '"')
		quoted(t);
	else
		plain(t);
	struct text cell = t->wrong == NULL ? cell_of(t, from) : (struct text){ 0 };
	if (!at_break(t) && peek(t) != t->csv->comma)
		note(t, N_("text follows a quote"));
	return cell;
}

/* Behind the next line break, however far it is. */
static void pass_line(struct csv *csv)
{
	const char *end;
	do {
		end = csv->rest.n == 0 ? NULL : memchr(csv->rest.p, '\n', csv->rest.n);
		size_t n = end == NULL ? csv->rest.n : (size_t)(end - csv->rest.p) + 1;
		csv->rest.p += n;
		csv->rest.n -= n;
	} while (end == NULL && more(csv));
}

/* The line in which a row that is wrong began. */
static struct text line_of(struct taking *t)
{
	size_t n = 0, length = 0;
	for (t->at = 0; n < CSV_LINE_MAX && peek(t) >= 0 && peek(t) != '\n'; t->at++)
		n++;
	char *out = arena_alloc(t->arena, n, 1);
	for (size_t i = 0; i < n; i++)
		if (t->csv->rest.p[i] != '\0')
			out[length++] = t->csv->rest.p[i];
	length -= peek(t) == '\n' && length > 0 && out[length - 1] == '\r';
	return (struct text){ out, length };
}

/* Behind a row that is wrong: the line after the one in which it began. */
static enum err pass_over(struct taking *t, struct texts *row, struct fault *f)
{
	struct csv *csv = t->csv;
	const char *why = t->wrong;
	struct text *cell = arena_alloc(t->arena, 1, sizeof(*cell));
	*cell = line_of(t);
	*row = (struct texts){ cell, 1 };
	csv->next_line = csv->line + 1;
	pass_line(csv);
	enum err err = fail(f, E_LINE, csv->file, why);
	if (f != NULL)
		f->at = csv->line;
	return err;
}

enum err csv_next(struct csv *csv, struct texts *row, struct arena *a, struct fault *f)
{
	struct taking t = { .csv = csv, .arena = a };
	*row = (struct texts){ 0 };
	while (peek(&t) >= 0 && at_break(&t)) {
		take_break(&t);
		csv->rest.p += t.at;
		csv->rest.n -= t.at;
		t.at = 0;
	}
	if (peek(&t) < 0)
		return check_stream(csv, f);
	csv->line = csv->next_line;
	struct text *cells = arena_alloc(a, CSV_CELLS_MAX, sizeof(*cells));
	size_t n = 0;
	while (t.wrong == NULL) {
		cells[n++] = take_cell(&t);
		if (at_break(&t) || t.wrong != NULL)
			break;
		if (n == CSV_CELLS_MAX)
			note(&t, N_("too many cells"));
		t.at++;
	}
	if (t.wrong == NULL && t.at >= CSV_ROW_MAX)
		note(&t, N_("the row is too long"));
	enum err err = peek(&t) < 0 ? check_stream(csv, f) : OK;
	if (err != OK) /* what looks like the end of the row is where the file was cut */
		return err;
	if (t.wrong != NULL)
		return pass_over(&t, row, f);
	take_break(&t);
	csv->rest.p += t.at;
	csv->rest.n -= t.at;
	*row = (struct texts){ cells, n };
	return OK;
}

/* Formulas. */

bool csv_is_formula(struct text t)
{
	static const char first[] = "=+-@\t\r\n";
	static const char *const wide[] = { "＝", "＋", "－", "＠" }; /* some know these, too */
	if (t.n == 0)
		return false;
	for (size_t i = 0; i < COUNT(wide); i++)
		if (t.n >= 3 && memcmp(t.p, wide[i], 3) == 0)
			return true;
	return memchr(first, t.p[0], sizeof(first) - 1) != NULL;
}

struct text csv_plain(struct text t)
{
	if (t.n == 0 || t.p[0] != '\'')
		return t;
	struct text behind = { t.p + 1, t.n - 1 };
	return csv_is_formula(behind) ? behind : t;
}
