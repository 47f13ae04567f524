/* facts.c: what the reports of meetings and cases share. */
#include "daemon/report/facts.h"

#include "proto/day.h"
#include "proto/text.h"

void fact_text(struct report *r, const char *what, struct text value)
{
	if (value.n == 0)
		return;
	row_begin(r);
	cell_string(r, what);
	cell_text(r, value);
}

void fact_count(struct report *r, const char *what, uint64_t value)
{
	fact_text(r, what, arena_format(r->arena, "%llu", (unsigned long long)value));
}

void fact_day(struct report *r, const char *what, uint32_t day)
{
	char iso[11];
	day_format(day, iso);
	fact_text(r, what, arena_text(r->arena, text_of(iso)));
}

struct text first_line(struct report *r, struct text t)
{
	const char *end = t.n == 0 ? NULL : memchr(t.p, '\n', t.n);
	struct text line = { t.p, end == NULL ? t.n : (size_t)(end - t.p) };
	if (line.n == t.n && text_cut(line, LINE_CELLS) == t.n)
		return t;
	line.n = text_cut(line, LINE_CELLS - 1);
	return arena_format(r->arena, "%.*s…", (int)line.n, line.p);
}

enum err check_code(struct report *r, const char *list, struct text code, const char *field)
{
	if (code.n == 0 || term_id(r->house, list, code) != 0)
		return OK;
	return fail_text(r->fault, E_VALUE, field, code);
}
