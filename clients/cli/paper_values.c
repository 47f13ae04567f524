/* paper_values.c: values that papers of all kinds have. */
#include "clients/cli/paper_part.h"
#include "proto/day.h"
#include "proto/text.h"

#include <stdio.h>
#include <stdlib.h>

void paper_job_fini(struct paper_job *job)
{
	reply_fini(&job->policy);
	reply_fini(&job->units);
}

enum err paper_open(struct paper_job *job)
{
	const struct nothing none = { 0 };
	const struct unit_list all = { 0 };
	enum err err = session_read(job->s, session_cmd("policy.show"), &none, &job->policy);
	return err != OK ? err : session_read(job->s, session_cmd("unit.list"), &all, &job->units);
}

struct text paper_term(const struct paper_job *job, const char *list, struct text code)
{
	const struct table *t = reply_table(&job->policy, "policy_terms");
	for (size_t i = 0; t != NULL && i < t->row_count; i++)
		if (text_is(cell_as_text(table_cell(t, i, "list")), list) &&
			text_equal(cell_as_text(table_cell(t, i, "code")), code))
			return cell_as_text(table_cell(t, i, "vi"));
	return code;
}

static const struct cell *unit_cell(
	const struct paper_job *job, struct text code, const char *column)
{
	const struct table *t = reply_table(&job->units, "unit_list");
	for (size_t i = 0; t != NULL && i < t->row_count; i++)
		if (text_equal(cell_as_text(table_cell(t, i, "code")), code))
			return table_cell(t, i, column);
	return table_cell(NULL, 0, column);
}

struct text paper_unit_name(const struct paper_job *job, struct text code)
{
	struct text name = cell_as_text(unit_cell(job, code, "name"));
	return name.n > 0 ? name : code;
}

struct text paper_unit_names(const struct paper_job *job, struct text codes)
{
	struct text all = { 0 };
	while (codes.n > 0) {
		const char *comma = memchr(codes.p, ',', codes.n);
		size_t n = comma == NULL ? codes.n : (size_t)(comma - codes.p), step = n;
		struct text name = paper_unit_name(job, (struct text){ codes.p, n });
		all = arena_format(&job->s->arena, "%.*s%s%.*s", (int)all.n,
			all.n == 0 ? "" : all.p, all.n == 0 ? "" : ", ", (int)name.n, name.p);
		while (step < codes.n && (codes.p[step] == ',' || codes.p[step] == ' '))
			step++;
		codes = (struct text){ codes.p + step, codes.n - step };
	}
	return all;
}

struct text paper_day(const struct paper_job *job, struct text iso)
{
	int year, month, day;
	uint32_t d = iso.n == 10 ? day_parse(iso) : DAY_NONE;
	if (d == DAY_NONE)
		return iso;
	day_split(d, &year, &month, &day);
	return arena_format(&job->s->arena, "%02d/%02d/%04d", day, month, year);
}

static struct text recase(const struct paper_job *job, struct text t, enum text_case how)
{
	size_t n;
	AUTO(xfree) char *out = text_recase(t, how, &n);
	return arena_text(&job->s->arena, (struct text){ out, n });
}

struct text paper_small(const struct paper_job *job, struct text t)
{
	return recase(job, t, TEXT_SMALL_FIRST);
}

struct text paper_capitals(const struct paper_job *job, struct text t)
{
	return recase(job, t, TEXT_CAPITALS);
}

void paper_put(struct paper_job *job, struct values *v, const char *name, const struct cell *cell)
{
	struct text t = cell_as_text(cell);
	if (cell->kind == CELL_NUMBER)
		t = arena_format(&job->s->arena, "%lld", (long long)cell->number);
	values_put(v, name, paper_day(job, t));
}

void paper_put_fact(
	struct paper_job *job, const char *name, const struct table *facts, const char *what)
{
	paper_put(job, job->values, name, table_fact(facts, what));
}

/* The number as the policy writes it, with a blank in the place of what the stamp brings. */
static struct text blank_number(const struct paper_job *job, struct text mark)
{
	static const struct text blanks[] = { { "{n}", 3 }, { "{year}", 6 } };
	struct text out = { 0 };
	while (mark.n > 0) {
		size_t step = 1;
		for (size_t i = 0; i < COUNT(blanks); i++)
			if (mark.n >= blanks[i].n && memcmp(mark.p, blanks[i].p, blanks[i].n) == 0)
				step = blanks[i].n;
		out = arena_format(&job->s->arena, "%.*s%.*s", (int)out.n, out.n > 0 ? out.p : "",
			step > 1 ? (int)strlen("……") : 1, step > 1 ? "……" : mark.p);
		mark = (struct text){ mark.p + step, mark.n - step };
	}
	return out;
}

/* The first rule that fits, as the daemon stamps it; "" for papers that bear no number. */
static struct text series_of(const struct paper_job *job, struct text kind)
{
	const struct table *t = reply_table(&job->policy, "policy_papers");
	if (!paper_row(job->paper)->numbered)
		return (struct text){ 0 };
	for (size_t i = 0; t != NULL && i < t->row_count; i++) {
		struct text paper = cell_as_text(table_cell(t, i, "paper"));
		struct text of = cell_as_text(table_cell(t, i, "unit_kind"));
		if ((text_is(paper, "*") || text_is(paper, paper_row(job->paper)->name)) &&
			(text_is(of, "*") || text_equal(of, kind)))
			return blank_number(job, cell_as_text(table_cell(t, i, "mark")));
	}
	return text_of("……");
}

void paper_common(struct paper_job *job, struct text unit)
{
	struct values *v = job->values;
	struct text kind = cell_as_text(unit_cell(job, unit, "kind"));
	struct text parent = cell_as_text(unit_cell(job, unit, "parent"));
	struct text name = paper_unit_name(job, unit);
	/* a template may set the head of their papers in another way */
	bool committee = text_is(kind, "peoples_committee") || text_is(kind, "peoples_council");
	job->unit = arena_text(&job->s->arena, unit);
	values_put(v, "unit", name);
	values_put(v, "unit_capitals", paper_capitals(job, name));
	values_put(v, "parent_capitals",
		parent.n == 0 ? parent : paper_capitals(job, paper_unit_name(job, parent)));
	values_put(v, "committee", text_of(committee ? "1" : ""));
	values_put(v, "party", text_of(text_is(kind, "party_committee") ? "1" : ""));
	values_put(v, "series", series_of(job, kind));
}
