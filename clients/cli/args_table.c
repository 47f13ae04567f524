/* args_table.c: the entries of a record's list out of a table (CSV). */
#include "clients/cli/args_part.h"

#include "clients/csv.h"
#include "clients/i18n.h"

#include <inttypes.h>
#include <stdio.h>

struct columns {
	const struct field *v[CSV_CELLS_MAX];
	size_t n;
};

/* "code, name, kind": what the columns may be. */
static struct text names_of(const struct record *r, struct arena *a)
{
	struct text all = { 0 };
	for (size_t i = 0; i < r->count; i++)
		if (r->fields[i].kind != KIND_LIST && r->fields[i].kind != KIND_TIME)
			all = arena_format(a, "%.*s%s%s", (int)all.n, all.n == 0 ? "" : all.p,
				all.n == 0 ? "" : ", ", r->fields[i].name);
	return all;
}

/* A sentence about the line; `t` may stand behind it. */
static enum err refuse(struct filling *to, const struct csv *csv, const char *why, struct text t)
{
	struct text said = arena_format(to->args->arena, t.n == 0 ? "%s%.*s" : "%s: %.*s", why,
		(int)t.n, t.n == 0 ? "" : t.p);
	enum err err = fail_text(to->fault, E_LINE, csv->file, said);
	to->fault->at = csv->line;
	return err;
}

static enum err read_header(struct filling *to, struct csv *csv, struct columns *columns)
{
	struct texts row;
	enum err err = csv_next(csv, &row, to->args->arena, to->fault);
	columns->n = row.n;
	if (err == OK && row.n == 0)
		return refuse(to, csv, _("the file is empty"), (struct text){ 0 });
	for (size_t i = 0; err == OK && i < row.n; i++) {
		columns->v[i] = args_field_in(to->entry, row.v[i]);
		if (columns->v[i] == NULL)
			return refuse(to, csv, _("the first line must name columns"),
				names_of(to->entry, to->args->arena));
		for (size_t k = 0; k < i; k++)
			if (columns->v[k] == columns->v[i])
				return refuse(to, csv, _("a column is named twice"), row.v[i]);
	}
	return err;
}

/* The field at fault becomes FILE:LINE: FIELD. */
static void place(struct filling *to, const struct csv *csv)
{
	struct fault *f = to->fault;
	char inner[sizeof(f->field)];
	snprintf(inner, sizeof(inner), "%s", f->field);
	snprintf(f->field, sizeof(f->field), "%.60s:%" PRId64 ": %.50s", csv->file, csv->line,
		inner);
}

static enum err take_row(
	struct filling *to, const struct csv *csv, const struct columns *columns, struct texts row)
{
	if (row.n > columns->n)
		return refuse(to, csv, _("more cells than the first line has columns"),
			(struct text){ 0 });
	bool blank = true;
	for (size_t i = 0; i < row.n; i++)
		blank &= row.v[i].n == 0;
	enum err err = blank ? OK : args_add_entry(to);
	for (size_t i = 0; err == OK && i < row.n; i++) {
		struct text cell = csv_plain(row.v[i]);
		if (cell.n > 0)
			err = args_set(to, columns->v[i], true, cell);
	}
	if (err != OK)
		place(to, csv);
	return err;
}

static enum err take_rows(struct filling *to, struct csv *csv)
{
	struct columns columns = { 0 };
	struct texts row;
	enum err err = read_header(to, csv, &columns);
	while (err == OK) {
		err = csv_next(csv, &row, to->args->arena, to->fault);
		if (err != OK || row.n == 0)
			break;
		err = take_row(to, csv, &columns, row);
	}
	return err;
}

enum err args_table(struct filling *to, const char *path)
{
	struct csv csv;
	enum err err = csv_open(&csv, path, to->fault);
	if (err != OK)
		return err;
	err = take_rows(to, &csv);
	csv_close(&csv);
	return err;
}
