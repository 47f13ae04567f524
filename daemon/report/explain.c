/* explain.c: why a case goes where it goes, and why it is due when it is. */
#include "daemon/report/facts.h"

#include "daemon/report/steps.h"
#include "proto/action.h"
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

/*
 * The version of the policy whose days were counted: that in force when the case got its kind, by
 * being recorded with one or by being classified last.
 */
static uint64_t version_counted(struct report *r, const struct row_case *c)
{
	struct step *v;
	size_t n = steps_read(r, c->last, &v), i = 0;
	while (i < n && v[i].step != STEP_classify)
		i++;
	for (uint64_t version = r->house->policy_version; i < n && version > c->policy; version--) {
		struct row_policy row;
		if (row_get(r->txn, STORE_policy, key_of_u32((uint32_t)version),
			    record_row_policy(), &row, r->arena) &&
			row.seq < v[i].seq)
			return version;
	}
	return c->policy;
}

/* The text of a version: the head of the entry that adopted it. */
static bool read_policy(struct report *r, uint64_t version, struct policy *to)
{
	struct row_policy row;
	struct entry entry;
	struct action action = { 0 };
	struct policy_adopt adopt;
	if (version == r->house->policy_version) {
		*to = r->house->policy;
		return true;
	}
	if (!row_get(r->txn, STORE_policy, key_of_u32((uint32_t)version), record_row_policy(), &row,
		    r->arena) ||
		journal_read(r->txn, row.seq, &entry, r->arena, NULL) != OK ||
		action_open_head(entry.header.head, &action, r->arena, NULL) != OK ||
		action_read(&action, &adopt, r->arena, NULL) != OK || adopt.policy.n != 1)
		return false;
	memcpy(to, adopt.policy.v, sizeof(*to));
	return true;
}

static struct text iso(struct report *r, uint32_t day)
{
	char text[11];
	day_format(day, text);
	return arena_text(r->arena, text_of(text));
}

/* The conclusion's item set the day. */
static void explain_item(struct report *r, const struct row_case *c)
{
	struct row_opinion o;
	(void)row_get(r->txn, STORE_opinion, key_of_num_u32(c->meeting, (uint32_t)c->ordinal),
		record_row_opinion(), &o, r->arena);
	explain(r, "due",
		arena_format(r->arena, "item %llu of version %llu of the conclusion",
			(unsigned long long)o.item, (unsigned long long)o.version),
		iso(r, c->due));
}

/* A case that was merged into this one had the earlier day. */
static void explain_joined(struct report *r, const struct row_case *c)
{
	struct step *v;
	size_t n = steps_read(r, c->last, &v);
	for (size_t i = 0; i < n; i++)
		if (v[i].step == STEP_join) {
			explain(r, "due",
				arena_format(r->arena, "case %.*s, merged into this one",
					(int)v[i].code.n, v[i].code.p),
				iso(r, c->due));
			return;
		}
}

static void explain_due(struct report *r, const struct row_case *c)
{
	struct text code = term_code(r->house, c->kind);
	uint64_t version = version_counted(r, c);
	struct policy policy;
	if (c->due_by == 2) {
		explain_item(r, c);
		return;
	}
	if (c->due_by == 3) {
		explain_joined(r, c);
		return;
	}
	if (c->due_by == 4) {
		explain(r, "due",
			arena_format(r->arena, "as %.*s has it", (int)c->source.n, c->source.p),
			iso(r, c->due));
		return;
	}
	const struct policy_term *kind =
		read_policy(r, version, &policy) ? policy_find(&policy.kinds, code) : NULL;
	if (c->due == 0 || kind == NULL) {
		explain(r, "due", code, code.n == 0 ? text_of("no kind yet") : text_of("no limit"));
		return;
	}
	explain(r, "due",
		arena_format(r->arena, "%.*s: %llu %s from %s, policy %.*s version %llu",
			(int)code.n, code.p, (unsigned long long)kind->days,
			text_is(kind->working, "yes") ? "working days" : "days", iso(r, c->day).p,
			(int)policy.name.n, policy.name.p, (unsigned long long)version),
		iso(r, c->due));
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
	if ((c.flags & CASE_SEALED) == 0) /* topic and place of a sealed case are not told */
		explain_route(r, &c);
	explain_due(r, &c);
	table_end(r);
	return OK;
}
