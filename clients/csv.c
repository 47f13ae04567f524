/* csv.c: a reader of CSV. */
#include "clients/csv.h"

#include "clients/i18n.h"

static char find_comma(struct text t)
{
	for (size_t i = 0; i < t.n && t.p[i] != '\n'; i++)
		if (t.p[i] == ',' || t.p[i] == ';')
			return t.p[i];
	return ',';
}

struct csv csv_of(struct text content, const char *file)
{
	if (content.n >= 3 && memcmp(content.p, "\xef\xbb\xbf", 3) == 0)
		content = (struct text){ content.p + 3, content.n - 3 };
	return (struct csv){
		.rest = content, .file = file, .next_line = 1, .comma = find_comma(content)
	};
}

static enum err refuse(const struct csv *csv, const char *why, struct fault *f)
{
	enum err err = fail(f, E_LINE, csv->file, why);
	if (f != NULL)
		f->at = csv->line;
	return err;
}

static char first(const struct csv *csv)
{
	return (char)(csv->rest.n == 0 ? '\n' : csv->rest.p[0]);
}

static void take(struct csv *csv, size_t n)
{
	csv->rest.p += n;
	csv->rest.n -= n;
}

static bool at_break(const struct csv *csv)
{
	return first(csv) == '\n' ||
	       (first(csv) == '\r' && (csv->rest.n == 1 || csv->rest.p[1] == '\n'));
}

static void take_break(struct csv *csv)
{
	if (csv->rest.n > 0 && csv->rest.p[0] == '\r')
		take(csv, 1);
	if (csv->rest.n > 0)
		take(csv, 1);
	csv->next_line++;
}

static enum err quoted(struct csv *csv, struct text *cell, struct arena *a, struct fault *f)
{
	char *out = arena_alloc(a, csv->rest.n, 1);
	size_t n = 0;
	take(csv, 1);
	for (;;) {
		if (csv->rest.n == 0)
			return refuse(csv, N_("a quote does not end"), f);
		char c = csv->rest.p[0];
		take(csv, 1);
		if (c == '"' && (csv->rest.n == 0 || csv->rest.p[0] != '"'))
			break;
		if (c == '"')
			take(csv, 1);
		if (c == '\n')
			csv->next_line++;
		out[n++] = c;
	}
	*cell = (struct text){ out, n };
	if (!at_break(csv) && first(csv) != csv->comma)
		return refuse(csv, N_("text follows a quote"), f);
	return OK;
}

static enum err plain(struct csv *csv, struct text *cell, struct arena *a, struct fault *f)
{
	size_t n = 0;
	struct text t = csv->rest;
	while (n < t.n && t.p[n] != csv->comma && t.p[n] != '\n') {
		if (t.p[n] == '"')
			return refuse(
				csv, N_("a quote inside a cell that does not begin with one"), f);
		n++;
	}
	take(csv, n);
	if (n > 0 && t.p[n - 1] == '\r' && (n == t.n || t.p[n] == '\n')) {
		n--;
		csv->rest.p--;
		csv->rest.n++;
	}
	*cell = arena_text(a, (struct text){ t.p, n });
	return OK;
}

enum err csv_next(struct csv *csv, struct texts *row, struct arena *a, struct fault *f)
{
	*row = (struct texts){ 0 };
	while (csv->rest.n > 0 && at_break(csv))
		take_break(csv);
	if (csv->rest.n == 0)
		return OK;
	csv->line = csv->next_line;
	struct text *cells = arena_alloc(a, CSV_CELLS_MAX, sizeof(*cells));
	for (size_t n = 0; n < CSV_CELLS_MAX; n++) {
		enum err err = first(csv) == '"' ? quoted(csv, &cells[n], a, f)
						 : plain(csv, &cells[n], a, f);
		if (err != OK)
			return err;
		if (at_break(csv)) {
			take_break(csv);
			*row = (struct texts){ cells, n + 1 };
			return OK;
		}
		take(csv, 1);
	}
	return refuse(csv, N_("too many cells"), f);
}
