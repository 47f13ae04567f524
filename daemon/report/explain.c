/* explain.c: why a case goes where it goes, and why it is due when it is. */
#include "daemon/report/facts.h"

#include "proto/day.h"

static void explain(struct report *r, const char *what, struct text rule, struct text result)
{
	row_begin(r);
	cell_string(r, what);
	cell_text(r, rule);
	cell_text(r, result);
}

static bool fits(struct text pattern, struct text code)
{
	return text_is(pattern, "*") || text_equal(pattern, code);
}

/* Why a rule of the routing table does not match; empty when it does. */
static struct text why_not(
	struct report *r, const struct policy_route *rule, const struct row_case *c, uint32_t place)
{
	const struct house *h = r->house;
	if (!fits(rule->kind, term_code(h, c->kind)))
		return arena_format(
			r->arena, "no: kind is not %.*s", (int)rule->kind.n, rule->kind.p);
	if (!fits(rule->topic, term_code(h, c->topic)))
		return arena_format(
			r->arena, "no: topic is not %.*s", (int)rule->topic.n, rule->topic.p);
	if (text_is(rule->place, "*"))
		return (struct text){ 0 };
	const struct unit *root = unit_on(&h->units, rule->place, r->today);
	if (root == NULL || !unit_within(&h->units, place, root->id, r->today))
		return arena_format(r->arena, "no: place is not within %.*s", (int)rule->place.n,
			rule->place.p);
	return (struct text){ 0 };
}

static void explain_route(struct report *r, const struct row_case *c)
{
	const struct policy_route *v = r->house->policy.routes.v;
	uint32_t place = (uint32_t)(c->place != 0 ? c->place : c->unit);
	for (size_t i = 0; i < r->house->policy.routes.n; i++) {
		struct text no = why_not(r, &v[i], c, place);
		if (no.n > 0) {
			explain(r, "route", v[i].id, no);
			continue;
		}
		struct text to = text_is(v[i].to, "@own") ? unit_code(r->house, c->unit) : v[i].to;
		explain(r, "route", v[i].id,
			arena_format(r->arena, "yes: %.*s, %.*s", (int)v[i].then.n, v[i].then.p,
				(int)to.n, to.p));
		return;
	}
	explain(r, "route", (struct text){ 0 }, text_of("no rule matches"));
}

static void explain_due(struct report *r, const struct row_case *c)
{
	const struct policy_term *kind = policy_kind(r->house, c->kind);
	char received[11], due[11];
	day_format(c->day, received);
	day_format(c->due, due);
	if (c->due_by == 2) {
		struct row_opinion o;
		(void)row_get(r->txn, STORE_opinion,
			key_of_num_u32(c->meeting, (uint32_t)c->ordinal), record_row_opinion(), &o,
			r->arena);
		explain(r, "due",
			arena_format(r->arena, "item %llu of version %llu of the conclusion",
				(unsigned long long)o.item, (unsigned long long)o.version),
			arena_text(r->arena, text_of(due)));
		return;
	}
	if (c->due == 0 || kind == NULL) {
		explain(r, "due", term_code(r->house, c->kind), text_of("no limit"));
		return;
	}
	explain(r, "due",
		arena_format(r->arena, "%.*s: %llu %s from %s, policy %.*s version %llu",
			(int)kind->code.n, kind->code.p, (unsigned long long)kind->days,
			text_is(kind->working, "yes") ? "working days" : "days", received,
			(int)r->house->policy.name.n, r->house->policy.name.p,
			(unsigned long long)c->policy),
		arena_text(r->arena, text_of(due)));
}

enum err report_case_explain(struct report *r, const void *request)
{
	const struct case_number *q = request;
	struct num number;
	struct row_case c;
	enum err err = report_case(r, q->number, &number, &c);
	if (err != OK)
		return err;
	table_begin(r, TABLE_case_explain);
	explain_route(r, &c);
	explain_due(r, &c);
	table_end(r);
	return OK;
}
