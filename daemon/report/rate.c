/*
 * rate.c: rates and the cases behind them: what is asked, the units in scope, one scan, tables.
 * A page of groups or cases ends where the next begins: at a label, at the key of a fact.
 */
#include "daemon/report/report.h"

#include "proto/day.h"
#include "store/rate.h"
#include "store/scan.h"

#include <stdio.h>
#include <stdlib.h>

enum { GROUPS_PER_PAGE = 200, MONTHS_MAX = 1200 };

/* What is asked, in numbers. */
struct asked {
	const struct rate_ask *ask;
	enum rate rate;
	enum rate_by by;
	struct rate_window window;
	uint32_t as_of, known_at;
	struct scope scope;
	uint64_t *units; /* bits of the units in scope */
};

static enum err read_by(struct report *r, const struct rate_ask *ask, enum rate_by *to)
{
	static const char *const names[] = { "", "unit", "kind", "topic", "month" };
	for (unsigned i = 0; i < COUNT(names); i++)
		if (text_is(ask->by, names[i])) {
			*to = (enum rate_by)i;
			return OK;
		}
	return fail_text(r->fault, E_VALUE, "by", ask->by);
}

static enum err read_rate(struct report *r, const struct rate_ask *ask, enum rate *to)
{
	*to = rate_of(ask->rate, ask->style);
	if (*to != RATE_NONE)
		return OK;
	if (rate_of(ask->rate, (struct text){ 0 }) != RATE_NONE)
		return fail_text(r->fault, E_VALUE, "style", ask->style);
	return fail_text(r->fault, E_VALUE, "rate", ask->rate);
}

static enum err read_days(struct report *r, struct asked *a)
{
	const struct rate_ask *ask = a->ask;
	a->as_of = ask->as_of == 0 ? r->today : ask->as_of;
	a->known_at = ask->known_at == 0 ? r->today : ask->known_at;
	a->window = (struct rate_window){ ask->from, ask->to + 1, a->as_of + 1 };
	if (ask->to < ask->from)
		return fail(r->fault, E_USAGE, "to", "the last day is before the first");
	char iso[11];
	const char *field = a->as_of > r->today ? "as_of" : "known_at";
	if (a->as_of <= r->today && a->known_at <= r->today)
		return OK;
	day_format(a->as_of > r->today ? a->as_of : a->known_at, iso);
	return fail(r->fault, E_FUTURE, field, iso);
}

/* The units in scope, as bits for the scan. */
static enum err read_scope(struct report *r, struct asked *a)
{
	enum err err = report_scope(r, RIGHT_RATE, a->ask->unit, a->ask->to, &a->scope);
	if (err != OK)
		return err;
	size_t words = unit_set_words((uint32_t)r->house->units.n);
	a->units = arena_alloc(r->arena, words, sizeof(*a->units));
	for (size_t i = 0; i < a->scope.units.n; i++)
		unit_set_add(a->units, a->scope.units.v[i]);
	return OK;
}

static enum err read_ask(struct report *r, const void *request, struct asked *a)
{
	a->ask = request;
	enum err err = read_rate(r, a->ask, &a->rate);
	if (err == OK)
		err = read_by(r, a->ask, &a->by);
	if (err == OK)
		err = read_days(r, a);
	return err != OK ? err : read_scope(r, a);
}

/* Opinions are of the day of their meeting, all else may have been received long before. */
static struct fact_filter filter_of(const struct report *r, const struct asked *a)
{
	bool by_day = a->rate == RATE_inclusion || a->rate == RATE_submitted;
	uint32_t before = a->window.before;
	if (a->rate != RATE_ontime && a->window.until < before)
		before = a->window.until;
	return (struct fact_filter){ .units = a->units,
		.unit_count = (uint32_t)r->house->units.n,
		.from = by_day ? a->window.from : 0,
		.before = before,
		.known_at = a->known_at };
}

/* Groups. */

/* First days of the months that the window touches. */
static enum err list_months(struct report *r, const struct asked *a, struct uints *to)
{
	uint32_t *v = arena_alloc(r->arena, MONTHS_MAX, sizeof(*v));
	int year, month, day;
	size_t n = 0;
	day_split(a->window.from, &year, &month, &day);
	for (uint32_t at = day_of(year, month, 1); at != 0 && at < a->window.until;
		at = day_add_months(at, 1)) {
		if (n == MONTHS_MAX)
			return fail_number(r->fault, E_TOO_MANY, "by", 0, MONTHS_MAX);
		v[n++] = at;
	}
	*to = (struct uints){ v, n };
	return OK;
}

static enum err make_groups(struct report *r, const struct asked *a, struct rate_tally *t)
{
	struct uints months = { 0 };
	enum err err = OK;
	t->rate = a->rate;
	t->by = a->by;
	t->window = a->window;
	switch (a->by) {
	case BY_NONE:
		return OK;
	case BY_UNIT:
		t->group_count = r->house->units.n + 1;
		break;
	case BY_KIND:
	case BY_TOPIC:
		t->group_count = r->house->term_count + 1;
		break;
	case BY_MONTH:
		err = list_months(r, a, &months);
		t->months = months.v;
		t->group_count = months.n + 1;
		break;
	}
	t->groups = arena_alloc(r->arena, t->group_count, sizeof(*t->groups));
	return err;
}

/* A code may have been used again: a unit that no longer stands bears its first day too. */
static struct text unit_label(struct report *r, const struct asked *a, uint32_t id)
{
	const struct unit *unit = unit_get(&r->house->units, id);
	char iso[11];
	if (unit_stands(unit, a->ask->to))
		return unit->code;
	day_format(unit->from, iso);
	return arena_format(r->arena, "%.*s@%s", (int)unit->code.n, unit->code.p, iso);
}

static struct text month_label(struct report *r, uint32_t first)
{
	char iso[11];
	day_format(first, iso);
	return arena_format(r->arena, "%.7s", iso);
}

static struct text group_label(
	struct report *r, const struct asked *a, const struct rate_tally *t, size_t group)
{
	static const char *const outside[RATE_COUNT] = {
		[RATE_period] = "(carried)", [RATE_ontime] = "(open)"
	};
	if (group == 0 && a->by == BY_MONTH && outside[a->rate] != NULL)
		return text_of(outside[a->rate]);
	if (group == 0)
		return text_of("(none)");
	if (a->by == BY_UNIT)
		return unit_label(r, a, (uint32_t)group);
	if (a->by == BY_MONTH)
		return month_label(r, t->months[group - 1]);
	struct text code = term_code(r->house, group);
	return code.n > 0 ? code : arena_format(r->arena, "#%zu", group);
}

struct group_row {
	struct text label;
	const struct rate_sum *sum;
};

static int compare_text(struct text a, struct text b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n == 0 ? 0 : memcmp(a.p, b.p, n);
	return c != 0 ? c : a.n < b.n ? -1 : a.n > b.n;
}

static int compare_groups(const void *a, const void *b)
{
	const struct group_row *x = a, *y = b;
	return compare_text(x->label, y->label);
}

static bool sum_is_empty(const struct rate_sum *s)
{
	static const struct rate_sum none;
	return memcmp(s, &none, sizeof(none)) == 0;
}

/* The groups that hold anything and stand after the label at which the page before ended. */
static struct group_row *list_groups(
	struct report *r, const struct asked *a, const struct rate_tally *t, size_t *count)
{
	struct text after = { (const char *)a->ask->after.p, a->ask->after.n };
	struct group_row *v = arena_alloc(r->arena, t->group_count, sizeof(*v));
	size_t n = 0;
	for (size_t i = 0; i < t->group_count; i++) {
		if (sum_is_empty(&t->groups[i]))
			continue;
		v[n] = (struct group_row){ group_label(r, a, t, i), &t->groups[i] };
		if (compare_text(v[n].label, after) > 0)
			n++;
	}
	if (n > 1)
		qsort(v, n, sizeof(*v), compare_groups);
	*count = n;
	return v;
}

/* Tables. */

static void put_line(
	struct report *r, struct text group, const struct rate_line *line, uint64_t in, uint64_t of)
{
	uint64_t tenths;
	row_begin(r);
	cell_text(r, group);
	cell_string(r, line->name);
	cell_count(r, in);
	if (line->share)
		cell_count(r, of);
	else
		cell_none(r);
	if (line->share && rate_share(in, of, &tenths))
		cell_count(r, tenths);
	else
		cell_none(r);
}

/* All lines of the whole; of a group the rate, and what there is. */
static void put_sum(
	struct report *r, enum rate rate, struct text group, const struct rate_sum *sum, bool whole)
{
	const struct rate_row *row = rate_row(rate);
	for (size_t i = 0; i < row->count; i++)
		if (whole || i == 0 || sum->in[i] != 0 || sum->of[i] != 0)
			put_line(r, group, &row->lines[i], sum->in[i], sum->of[i]);
}

static void put_groups(struct report *r, const struct asked *a, const struct rate_tally *t)
{
	size_t count = 0;
	struct group_row *v = t->by == BY_NONE ? NULL : list_groups(r, a, t, &count);
	bool first = a->ask->after.n == 0;
	table_begin(r, TABLE_rate);
	if (first)
		put_sum(r, a->rate, text_of("(all)"), &t->all, true);
	for (size_t i = 0; i < count && i < GROUPS_PER_PAGE; i++)
		put_sum(r, a->rate, v[i].label, v[i].sum, false);
	table_end(r);
	if (count > GROUPS_PER_PAGE)
		report_next(r, v[GROUPS_PER_PAGE - 1].label.p, v[GROUPS_PER_PAGE - 1].label.n);
}

static void put_fact(struct report *r, const char *what, struct text value)
{
	row_begin(r);
	cell_string(r, what);
	cell_text(r, value);
}

static void put_fact_day(struct report *r, const char *what, uint32_t day)
{
	row_begin(r);
	cell_string(r, what);
	cell_day(r, day);
}

/* What a reader needs to compute the same again. */
static enum err put_facts(struct report *r, const struct asked *a)
{
	struct position end;
	enum err err = journal_tail(r->txn, &end, r->fault);
	if (err != OK)
		return err;
	const struct rate_row *row = rate_row(a->rate);
	table_begin(r, TABLE_report_facts);
	put_fact(r, "rate", text_of(row->command));
	put_fact(r, "style", text_of(row->style));
	put_fact(r, "definitions", text_of(RATES_VERSION));
	put_fact(r, "unit", scope_name(a->ask->unit, &a->scope));
	if (a->scope.part)
		put_fact(r, "units counted", scope_units(r, &a->scope, a->ask->to));
	put_fact_day(r, "from", a->ask->from);
	put_fact_day(r, "to", a->ask->to);
	put_fact_day(r, "as_of", a->as_of);
	put_fact_day(r, "known_at", a->known_at);
	put_fact(r, "journal size", arena_format(r->arena, "%llu", (unsigned long long)end.size));
	row_begin(r);
	cell_string(r, "journal root");
	cell_hex(r, bytes_of(end.root, sizeof(end.root)));
	table_end(r);
	return OK;
}

enum err report_rate_show(struct report *r, const void *request)
{
	struct asked a = { 0 };
	AUTO(rate_tally_fini) struct rate_tally tally = { 0 };
	enum err err = read_ask(r, request, &a);
	if (err == OK)
		err = make_groups(r, &a, &tally);
	if (err != OK)
		return err;
	struct fact_filter filter = filter_of(r, &a);
	err = fact_scan(r->txn, &filter, rate_tally_add, &tally);
	if (err == OK && rate_hears(a.rate))
		err = hearing_scan(r->txn, &filter, rate_tally_hear, &tally);
	if (err != OK)
		return FAIL_SERVER(r->fault, err, 0);
	rate_tally_end(&tally);
	put_groups(r, &a, &tally);
	return a.ask->after.n == 0 ? put_facts(r, &a) : OK;
}

/* The cases behind a rate. */

struct why {
	struct report *report;
	const struct asked *asked;
	size_t left;
	struct key last;
};

static const char *flags_text(const struct fact *fact, char *to, size_t n)
{
	static const struct {
		unsigned flag;
		const char *name;
	} names[] = {
		{ CASE_LATE, "late" },
		{ CASE_DECLINED, "declined" },
		{ CASE_ON_SPOT, "on_spot" },
		{ CASE_PROMISE, "promise" },
		{ CASE_SEALED, "sealed" },
	};
	to[0] = '\0';
	for (size_t i = 0; i < COUNT(names); i++) {
		if ((fact->flags & names[i].flag) == 0)
			continue;
		size_t at = strlen(to);
		snprintf(to + at, n - at, "%s%s", at == 0 ? "" : " ", names[i].name);
	}
	return to;
}

static void put_case(struct report *r, const struct fact *fact, bool counted)
{
	char flags[64];
	row_begin(r);
	cell_number(r, fact->number);
	cell_count(r, counted);
	cell_term(r, fact->kind);
	cell_term(r, fact->flags & CASE_SEALED ? 0 : fact->topic);
	cell_day(r, fact->day);
	cell_day(r, fact->mark[MARK_INCLUDED]);
	cell_day(r, fact->mark[MARK_ACCEPTED]);
	cell_day(r, fact->mark[MARK_SETTLED]);
	cell_day(r, fact->mark[MARK_DUE]);
	cell_string(r, flags_text(fact, flags, sizeof(flags)));
}

static bool why_add(void *arg, const struct fact *fact)
{
	struct why *w = arg;
	struct verdict v = rate_judge(w->asked->rate, fact, &w->asked->window);
	if ((v.of & 1u) == 0)
		return true;
	if (w->left == 0) {
		report_next(w->report, w->last.p, w->last.n);
		return false;
	}
	w->left--;
	/* past whatever else may become known of this case before the next page is asked for */
	w->last = key_of_fact(fact->unit, fact->day, fact->number, UINT32_MAX);
	put_case(w->report, fact, v.in & 1u);
	return true;
}

enum err report_rate_why(struct report *r, const void *request)
{
	struct asked a = { 0 };
	enum err err = read_ask(r, request, &a);
	if (err != OK)
		return err;
	struct fact_filter filter = filter_of(r, &a);
	struct why why = { r, &a, report_limit(a.ask->limit), { .n = 0 } };
	filter.after = a.ask->after;
	table_begin(r, TABLE_rate_why);
	err = fact_scan(r->txn, &filter, why_add, &why);
	table_end(r);
	return err != OK ? FAIL_SERVER(r->fault, err, 0) : OK;
}
