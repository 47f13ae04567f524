/*
 * cohort.c: how the cases received in some days went, and what was open at the end of a day: counts
 * by group over one scan of the fact rows. A case is closed on the day it was answered, or ended
 * without an answer. A unit's own cases only; a group without cases has no row.
 */
#include "daemon/report/facts.h"

#include "proto/day.h"
#include "store/scan.h"

#include <stdlib.h>

enum { GROUPS_PER_PAGE = 500, SOON_DAYS = 30, SOON_WORKING_DAYS = 10, P90 = 90, MEDIAN = 50 };

enum by { WHOLE, BY_UNITS, BY_KINDS, BY_TOPICS };

/* What is counted of a group; groups[0] is the whole. */
struct count {
	uint64_t total, closed, soon, soon_working;
	uint64_t seen;           /* of the closed, in the order of their days */
	uint32_t median, p90;    /* days */
	uint64_t before, beyond; /* opened, closed by the end of a day */
};

/* One that was closed: its group, and the days it took. */
struct closed {
	uint32_t group, days;
};

struct counting {
	struct report *r;
	enum by by;
	struct count *groups;
	size_t group_count; /* ids of the groups are below it */
	struct closed *closed;
	size_t closed_count, closed_room;
	uint32_t longest; /* days */
	uint32_t at;      /* backlog: the day */
	struct scope scope;
};

static enum err read_by(struct report *r, struct text by, enum by *to)
{
	static const char *const names[] = { "", "unit", "kind", "topic" };
	for (unsigned i = 0; i < COUNT(names); i++)
		if (text_is(by, names[i])) {
			*to = (enum by)i;
			return OK;
		}
	return fail_text(r->fault, E_VALUE, "by", by);
}

static void make_groups(struct counting *c)
{
	const struct house *h = c->r->house;
	c->group_count = 1 + (c->by == BY_UNITS ? h->units.n : c->by == WHOLE ? 0 : h->term_count);
	c->groups = arena_alloc(c->r->arena, c->group_count + 1, sizeof(*c->groups));
}

/* Group ids begin at 1; cases without a kind or topic fall into the last. */
static size_t group_of(const struct counting *c, const struct fact *fact)
{
	size_t id = c->by == BY_UNITS    ? fact->unit
		    : c->by == BY_KINDS  ? fact->kind
		    : c->by == BY_TOPICS ? (fact->flags & CASE_SEALED ? 0u : fact->topic)
					 : 0;
	return c->by == WHOLE ? 0 : id > 0 && id < c->group_count ? id : c->group_count;
}

static struct text label_of(const struct counting *c, size_t group)
{
	if (group == 0)
		return text_of("(all)");
	if (group == c->group_count)
		return text_of("(none)");
	return c->by == BY_UNITS ? unit_code(c->r->house, group) : term_code(c->r->house, group);
}

static uint32_t closed_on(const struct fact *fact)
{
	return fact->mark[MARK_SETTLED] != 0 ? fact->mark[MARK_SETTLED] : fact->mark[MARK_ENDED];
}

/* The rows in scope as they are known today. */
static enum err scan(struct counting *c, struct text unit, uint32_t from, uint32_t until,
	uint32_t tree, fact_fn *fn)
{
	struct report *r = c->r;
	const struct uints *units = &c->scope.units;
	enum err err = report_scope(r, RIGHT_RATE, unit, tree, &c->scope);
	if (err != OK)
		return err;
	uint32_t unit_count = (uint32_t)r->house->units.n;
	uint64_t *set = arena_alloc(r->arena, unit_set_words(unit_count), sizeof(*set));
	for (size_t i = 0; i < units->n; i++)
		unit_set_add(set, units->v[i]);
	struct fact_filter filter = { .units = set,
		.unit_count = unit_count,
		.from = from,
		.before = until,
		.known_at = r->today };
	err = fact_scan(r->txn, &filter, fn, c);
	return err == OK ? OK : FAIL_SERVER(r->fault, err, 0);
}

/* Cohort. */

static void add_closed(struct counting *c, struct count *group, const struct fact *fact)
{
	uint32_t days = closed_on(fact) - fact->day;
	bool soon_working = closed_on(fact) < day_add_working(fact->day, SOON_WORKING_DAYS + 1);
	struct count *both[] = { &c->groups[0], group };
	for (size_t i = 0; i < (group == both[0] ? 1u : 2u); i++) {
		both[i]->closed++;
		both[i]->soon += days <= SOON_DAYS;
		both[i]->soon_working += soon_working;
	}
	if (c->closed_count == c->closed_room) {
		c->closed_room = c->closed_room * 2 + 1024;
		c->closed = xrealloc(c->closed, c->closed_room * sizeof(*c->closed));
	}
	c->closed[c->closed_count++] = (struct closed){ (uint32_t)(group - c->groups), days };
	if (days > c->longest)
		c->longest = days;
}

static bool add_cohort(void *arg, const struct fact *fact)
{
	struct counting *c = arg;
	if (fact->mark[MARK_VOIDED] != 0)
		return true;
	struct count *group = &c->groups[group_of(c, fact)];
	c->groups[0].total++;
	group->total += group != c->groups;
	if (closed_on(fact) >= fact->day)
		add_closed(c, group, fact);
	return true;
}

/* Nearest rank: the smallest value that so many percent do not exceed. */
static bool is_rank(const struct count *g, unsigned percent)
{
	return g->seen == (g->closed * percent + 99) / 100;
}

static void rank(struct count *g, uint32_t days)
{
	g->seen++;
	if (is_rank(g, MEDIAN))
		g->median = days;
	if (is_rank(g, P90))
		g->p90 = days;
}

/* All that were closed, in the order of their days: sorted by counting. */
static void rank_all(struct counting *c)
{
	size_t *ends = xcalloc((size_t)c->longest + 2, sizeof(*ends));
	struct closed *sorted = xmalloc((c->closed_count + 1) * sizeof(*sorted));
	for (size_t i = 0; i < c->closed_count; i++)
		ends[c->closed[i].days + 1]++;
	for (size_t i = 1; i <= (size_t)c->longest + 1; i++)
		ends[i] += ends[i - 1];
	for (size_t i = 0; i < c->closed_count; i++)
		sorted[ends[c->closed[i].days]++] = c->closed[i];
	for (size_t i = 0; i < c->closed_count; i++) {
		rank(&c->groups[0], sorted[i].days);
		if (sorted[i].group != 0)
			rank(&c->groups[sorted[i].group], sorted[i].days);
	}
	free(ends);
	free(sorted);
}

/* Hundredths of a percent, rounded half up. */
static void cell_percent(struct report *r, uint64_t in, uint64_t of)
{
	if (of == 0)
		cell_none(r);
	else
		cell_count(r, (in * 20000 + of) / (2 * of));
}

static void cell_days(struct report *r, uint32_t days, const struct count *g)
{
	if (g->closed == 0)
		cell_none(r);
	else
		cell_count(r, (uint64_t)days * 10000);
}

static void put_cohort(struct counting *c, struct text label, const struct count *g)
{
	struct report *r = c->r;
	row_begin(r);
	cell_text(r, label);
	cell_count(r, g->total);
	cell_count(r, g->closed);
	cell_count(r, g->total - g->closed);
	cell_percent(r, g->closed, g->total);
	cell_count(r, g->soon);
	cell_percent(r, g->soon, g->total);
	cell_percent(r, g->soon, g->closed);
	cell_count(r, g->soon_working);
	cell_days(r, g->median, g);
	cell_days(r, g->p90, g);
}

static void put_backlog(struct counting *c, struct text label, const struct count *g)
{
	struct report *r = c->r;
	row_begin(r);
	cell_day(r, c->at);
	cell_text(r, label);
	cell_count(r, g->before);
	cell_count(r, g->beyond);
	cell_count(r, g->before - g->beyond);
}

/* Groups that hold something, by their labels. */

struct labelled {
	struct text label;
	const struct count *count;
};

static int compare(const void *a, const void *b)
{
	const struct labelled *x = a, *y = b;
	size_t n = x->label.n < y->label.n ? x->label.n : y->label.n;
	int order = n == 0 ? 0 : memcmp(x->label.p, y->label.p, n);
	return order != 0 ? order : x->label.n < y->label.n ? -1 : x->label.n > y->label.n;
}

static bool is_empty(const struct count *g)
{
	return g->total == 0 && g->before == 0;
}

/* (all) first, then the groups in the order of their codes, from behind `after` on. */
static size_t put_groups(struct counting *c, struct text after,
	void (*put)(struct counting *c, struct text label, const struct count *g))
{
	struct labelled *v = arena_alloc(c->r->arena, c->group_count, sizeof(*v));
	size_t n = 0, shown = 0;
	for (size_t i = 1; c->by != WHOLE && i <= c->group_count; i++)
		if (!is_empty(&c->groups[i]))
			v[n++] = (struct labelled){ label_of(c, i), &c->groups[i] };
	if (n > 1)
		qsort(v, n, sizeof(*v), compare);
	if (after.n == 0)
		put(c, text_of("(all)"), &c->groups[0]);
	for (size_t i = 0; i < n; i++) {
		if (compare(&(struct labelled){ .label = after }, &v[i]) >= 0)
			continue;
		if (shown++ == GROUPS_PER_PAGE) {
			report_next(c->r, v[i - 1].label.p, v[i - 1].label.n);
			break;
		}
		put(c, v[i].label, v[i].count);
	}
	return shown;
}

/* What a reader needs to know to count the same again. */
static enum err put_head(const struct counting *c, struct text unit, uint32_t from, uint32_t to)
{
	struct report *r = c->r;
	struct position end;
	enum err err = journal_tail(r->txn, &end, r->fault);
	if (err != OK)
		return err;
	table_begin(r, TABLE_report_facts);
	fact_text(r, "unit", scope_name(unit, &c->scope));
	fact_text(r, "units counted", scope_units(r, &c->scope, to));
	fact_day(r, "from", from);
	fact_day(r, "to", to);
	fact_text(r, "calendar", text_of("Monday to Friday, no days off"));
	fact_count(r, "journal size", end.size);
	table_end(r);
	return OK;
}

enum err report_report_cohort(struct report *r, const void *request)
{
	const struct cohort_ask *q = request;
	struct counting c = { .r = r };
	uint32_t to = q->to == 0 ? r->today : q->to;
	enum err err = read_by(r, q->by, &c.by);
	if (err == OK && to < q->from)
		err = fail(r->fault, E_USAGE, "to", "the last day is before the first");
	if (err != OK)
		return err;
	make_groups(&c);
	err = scan(&c, q->unit, q->from, to + 1, to, add_cohort);
	if (err == OK) {
		rank_all(&c);
		table_begin(r, TABLE_cohort);
		(void)put_groups(
			&c, (struct text){ (const char *)q->after.p, q->after.n }, put_cohort);
		table_end(r);
	}
	free(c.closed);
	return err == OK && q->after.n == 0 ? put_head(&c, q->unit, q->from, to) : err;
}

/* Backlog. */

static bool add_backlog(void *arg, const struct fact *fact)
{
	struct counting *c = arg;
	if (fact->mark[MARK_VOIDED] != 0)
		return true;
	struct count *group = &c->groups[group_of(c, fact)];
	bool closed = closed_on(fact) != 0 && closed_on(fact) <= c->at;
	c->groups[0].before++;
	c->groups[0].beyond += closed;
	group->before += group != c->groups;
	group->beyond += group != c->groups && closed;
	return true;
}

static enum err read_at(struct report *r, struct text t, uint32_t *day)
{
	*day = day_parse(t);
	if (*day == DAY_NONE || *day == 0)
		return fail_text(r->fault, E_DAY, "at", t);
	return *day <= r->today ? OK : fail_text(r->fault, E_FUTURE, "at", t);
}

/* The tree is today's, whatever the days. */
static enum err put_backlog_head(const struct counting *c, struct text unit)
{
	struct position end;
	enum err err = journal_tail(c->r->txn, &end, c->r->fault);
	if (err != OK)
		return err;
	table_begin(c->r, TABLE_report_facts);
	fact_text(c->r, "unit", scope_name(unit, &c->scope));
	fact_text(c->r, "units counted", scope_units(c->r, &c->scope, c->r->today));
	fact_count(c->r, "journal size", end.size);
	table_end(c->r);
	return OK;
}

enum err report_report_backlog(struct report *r, const void *request)
{
	const struct backlog_ask *q = request;
	struct counting c = { .r = r };
	enum err err = read_by(r, q->by, &c.by);
	if (err == OK && c.by != WHOLE && q->at.n > 1)
		err = fail(r->fault, E_TOO_MANY, "at", "one day when there are groups");
	for (size_t i = 0; err == OK && i < q->at.n; i++)
		err = read_at(r, q->at.v[i], &c.at);
	if (err != OK)
		return err;
	table_begin(r, TABLE_backlog);
	for (size_t i = 0; err == OK && i < q->at.n; i++) {
		(void)read_at(r, q->at.v[i], &c.at);
		make_groups(&c);
		err = scan(&c, q->unit, 0, c.at + 1, r->today, add_backlog);
		if (err == OK)
			(void)put_groups(&c, (struct text){ (const char *)q->after.p, q->after.n },
				put_backlog);
	}
	table_end(r);
	return err == OK && q->after.n == 0 ? put_backlog_head(&c, q->unit) : err;
}
