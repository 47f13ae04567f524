/* house.c: units, policy, clock. */
#include "daemon/decide/decide.h"

#include "proto/day.h"
#include "proto/paper.h"

/* Units. */

static enum err check_unit(struct decision *d, const struct unit_new *u)
{
	if (policy_find(&d->house->policy.unit_kinds, u->kind) == NULL)
		return fail_text(d->fault, E_VALUE, "kind", u->kind);
	if (policy_find(&d->house->policy.levels, u->level) == NULL)
		return fail_text(d->fault, E_VALUE, "level", u->level);
	if (u->until != 0 && u->until <= u->from)
		return fail(d->fault, E_RANGE, "until", "not after the first day");
	if (memchr(u->code.p, '*', u->code.n) != NULL || memchr(u->code.p, '@', u->code.n) != NULL)
		return fail_text(d->fault, E_CODE, "code", u->code);
	return OK;
}

static bool overlaps(uint32_t from, uint32_t until, uint32_t other_from, uint32_t other_until)
{
	return (other_until == 0 || from < other_until) && (until == 0 || other_from < until);
}

/* A code may be used again, on other days. */
static enum err check_free(struct decision *d, const struct unit_new *all, size_t i)
{
	const struct unit_new *u = &all[i];
	const struct units *units = &d->house->units;
	for (size_t k = 0; k < units->n; k++)
		if (text_equal(units->v[k].code, u->code) &&
			overlaps(u->from, u->until, units->v[k].from, units->v[k].until))
			return fail_text(d->fault, E_EXISTS, "code", u->code);
	for (size_t k = 0; k < i; k++)
		if (text_equal(all[k].code, u->code) &&
			overlaps(u->from, u->until, all[k].from, all[k].until))
			return fail_text(d->fault, E_EXISTS, "code", u->code);
	return OK;
}

/* The parent must stand on the first day: known before, or earlier in the same list. */
static enum err check_parent(struct decision *d, const struct unit_new *all, size_t i)
{
	const struct unit_new *u = &all[i];
	if (u->parent.n == 0)
		return OK;
	if (text_equal(u->parent, u->code))
		return fail_text(d->fault, E_VALUE, "parent", u->parent);
	if (unit_on(&d->house->units, u->parent, u->from) != NULL)
		return OK;
	for (size_t k = 0; k < i; k++)
		if (text_equal(all[k].code, u->parent) && all[k].from <= u->from &&
			(all[k].until == 0 || u->from < all[k].until))
			return OK;
	return fail_text(d->fault, E_NOT_FOUND, "parent", u->parent);
}

/* Who may add: an administrator over the parent, or, when that comes in the same list, over what is
 * above it; over the whole register for a root, or below what does not stand today. */
static enum err may_add(struct decision *d, const struct unit_new *all, size_t i)
{
	struct text code = all[i].parent;
	const struct unit *above = unit_on(&d->house->units, code, d->today);
	for (size_t k = i; above == NULL && k-- > 0;)
		if (text_equal(all[k].code, code)) {
			code = all[k].parent;
			above = unit_on(&d->house->units, code, d->today);
		}
	if (authz(&d->grants, RIGHT_ADMIN, &d->house->units, 0, d->today))
		return OK;
	return decide_may_unit(d, RIGHT_ADMIN, above == NULL ? 0 : above->id, "parent");
}

/* The series of a code: its first unit, known or of this list. */
static uint64_t series_of(struct decision *d, const struct unit_new *all, size_t i, uint64_t base)
{
	const struct unit *known = unit_of_code(&d->house->units, all[i].code);
	if (known != NULL)
		return known->series;
	for (size_t k = 0; k < i; k++)
		if (text_equal(all[k].code, all[i].code))
			return base + k;
	return base + i;
}

enum err decide_unit_add(struct decision *d, const void *request)
{
	const struct unit_add *q = request;
	const struct unit_new *all = q->units.v;
	enum err err = decide_policy(d);
	uint64_t base = d->house->state.units + 1;
	for (size_t i = 0; err == OK && i < q->units.n; i++) {
		const struct unit_new *u = &all[i];
		err = check_unit(d, u);
		if (err == OK)
			err = check_free(d, all, i);
		if (err == OK)
			err = check_parent(d, all, i);
		if (err == OK)
			err = may_add(d, all, i);
		if (err != OK) {
			fault_within(d->fault, "units", (int64_t)i);
			return err;
		}
		struct ev_unit_added ev = { base + i, series_of(d, all, i, base), u->code, u->name,
			u->kind, u->level, u->parent, u->from, u->until };
		err = decide_emit(d, EVENT_unit_added, &ev);
	}
	return err;
}

enum err decide_unit_end(struct decision *d, const void *request)
{
	const struct unit_end *q = request;
	const struct unit *unit;
	enum err err = decide_unit(d, q->code, d->today, "code", &unit);
	if (err == OK)
		err = decide_may_unit(d, RIGHT_ADMIN, unit->id, "code");
	if (err != OK)
		return err;
	if (q->until <= unit->from)
		return fail(d->fault, E_RANGE, "until", "not after the first day");
	if (unit->until != 0)
		return fail_text(d->fault, E_ENDED, "code", q->code);
	struct ev_unit_ended ev = { unit->id, q->until };
	return decide_emit(d, EVENT_unit_ended, &ev);
}

/* Policy. */

static enum err check_yes_no(struct decision *d, struct text t, const char *field)
{
	if (t.n == 0 || text_is(t, "yes") || text_is(t, "no"))
		return OK;
	return fail_text(d->fault, E_VALUE, field, t);
}

static enum err check_terms(struct decision *d, const char *name, const struct list *terms)
{
	const struct policy_term *v = terms->v;
	enum err err = OK;
	for (size_t i = 0; err == OK && i < terms->n; i++) {
		struct list before = { terms->v, i };
		if (policy_find(&before, v[i].code) != NULL)
			err = fail_text(d->fault, E_EXISTS, "code", v[i].code);
		if (err == OK)
			err = check_yes_no(d, v[i].gated, "gated");
		if (err == OK)
			err = check_yes_no(d, v[i].sealed, "sealed");
		if (err == OK)
			err = check_yes_no(d, v[i].working, "working");
		if (err == OK)
			err = check_yes_no(d, v[i].once, "once");
		if (err == OK)
			err = check_yes_no(d, v[i].promise, "promise");
		if (err == OK)
			err = check_yes_no(d, v[i].outside, "outside");
		if (err == OK)
			err = check_yes_no(d, v[i].reopen, "reopen");
		if (err == OK && v[i].forward.n > 0 && !text_is(v[i].forward, "refer") &&
			!text_is(v[i].forward, "guide"))
			err = fail_text(d->fault, E_VALUE, "forward", v[i].forward);
		if (err != OK)
			fault_within(d->fault, name, (int64_t)i);
	}
	return err;
}

static enum err check_route(
	struct decision *d, const struct policy *p, const struct policy_route *r)
{
	static const char *const actions[] = { "accept", "refer", "guide" };
	bool known = false;
	for (size_t i = 0; i < COUNT(actions); i++)
		known |= text_is(r->then, actions[i]);
	if (!known)
		return fail_text(d->fault, E_VALUE, "then", r->then);
	if (!text_is(r->kind, "*") && policy_find(&p->kinds, r->kind) == NULL)
		return fail_text(d->fault, E_VALUE, "kind", r->kind);
	if (!text_is(r->topic, "*") && policy_find(&p->topics, r->topic) == NULL)
		return fail_text(d->fault, E_VALUE, "topic", r->topic);
	return OK;
}

/* Codes that have no number yet get one. */
static enum err number_terms(
	struct decision *d, const char *list, const struct list *terms, uint64_t *last)
{
	const struct policy_term *v = terms->v;
	enum err err = OK;
	for (size_t i = 0; err == OK && i < terms->n; i++) {
		if (term_id(d->house, list, v[i].code) != 0)
			continue;
		struct ev_term_added ev = { ++*last, text_of(list), v[i].code };
		err = decide_emit(d, EVENT_term_added, &ev);
	}
	return err;
}

static bool holds(struct text t, const char *part)
{
	return t.n > 0 && memmem(t.p, t.n, part, strlen(part)) != NULL;
}

/* How papers are numbered: a mark without the number would make all of them alike. */
static enum err check_papers(struct decision *d, const struct policy *p)
{
	const struct policy_paper *v = p->papers.v;
	enum err err = OK;
	for (size_t i = 0; err == OK && i < p->papers.n; i++) {
		for (size_t k = 0; err == OK && k < i; k++)
			if (text_equal(v[k].id, v[i].id))
				err = fail_text(d->fault, E_EXISTS, "id", v[i].id);
		if (err == OK && !text_is(v[i].paper, "*") && paper_of(v[i].paper) == PAPER_NONE)
			err = fail_text(d->fault, E_VALUE, "paper", v[i].paper);
		if (err == OK && !text_is(v[i].unit_kind, "*") &&
			policy_find(&p->unit_kinds, v[i].unit_kind) == NULL)
			err = fail_text(d->fault, E_VALUE, "unit_kind", v[i].unit_kind);
		if (err == OK && !holds(v[i].mark, "{n}"))
			err = fail_text(d->fault, E_VALUE, "mark", v[i].mark);
		if (err != OK)
			fault_within(d->fault, "papers", (int64_t)i);
	}
	return err;
}

static enum err check_crowds(struct decision *d, const struct policy *p)
{
	const struct policy_crowd *v = p->crowds.v;
	for (size_t i = 0; i < p->crowds.n; i++) {
		enum err err = OK;
		if (v[i].until != 0 && v[i].until < v[i].from)
			err = fail(d->fault, E_RANGE, "until", "less than from");
		else if (v[i].most < v[i].least)
			err = fail(d->fault, E_RANGE, "most", "less than least");
		if (err == OK)
			continue;
		fault_within(d->fault, "crowds", (int64_t)i);
		return err;
	}
	return OK;
}

static enum err check_policy(struct decision *d, const struct policy *p, int *zone)
{
	enum err err = zone_parse(p->zone, zone);
	if (err != OK)
		return fail_text(d->fault, E_VALUE, "zone", p->zone);
	char from[11];
	day_format(p->from, from);
	if (p->from > d->today)
		return fail(d->fault, E_FUTURE, "from", from);
	const struct policy_route *routes = p->routes.v;
	for (size_t i = 0; i < p->routes.n; i++) {
		err = check_route(d, p, &routes[i]);
		for (size_t k = 0; err == OK && k < i; k++)
			if (text_equal(routes[k].id, routes[i].id))
				err = fail_text(d->fault, E_EXISTS, "id", routes[i].id);
		if (err == OK)
			continue;
		fault_within(d->fault, "routes", (int64_t)i);
		return err;
	}
	return OK;
}

enum err decide_policy_adopt(struct decision *d, const void *request)
{
	const struct policy_adopt *q = request;
	const struct policy *p = q->policy.v;
	const struct {
		const char *name;
		const struct list *terms;
	} lists[] = { { "levels", &p->levels }, { "unit_kinds", &p->unit_kinds },
		{ "meeting_kinds", &p->meeting_kinds }, { "kinds", &p->kinds },
		{ "topics", &p->topics }, { "outcomes", &p->outcomes }, { "grounds", &p->grounds },
		{ "feedback", &p->feedback } };
	int zone = 0;
	enum err err = decide_may_unit(d, RIGHT_ADMIN, 0, "policy");
	for (size_t i = 0; err == OK && i < COUNT(lists); i++)
		err = check_terms(d, lists[i].name, lists[i].terms);
	if (err == OK)
		err = check_policy(d, p, &zone);
	if (err == OK)
		err = check_papers(d, p);
	if (err == OK)
		err = check_crowds(d, p);
	if (err != OK)
		return err;
	if (d->house->policy_version != 0 && zone != d->house->zone)
		return fail_text(d->fault, E_POLICY, "zone",
			text_of("the zone of a register cannot change"));
	struct ev_policy_adopted ev = { d->house->state.policy + 1, p->name, p->from,
		(uint64_t)(zone + 1440) };
	err = decide_emit(d, EVENT_policy_adopted, &ev);
	uint64_t last = d->house->state.terms;
	for (size_t i = 0; err == OK && i < COUNT(lists); i++)
		err = number_terms(d, lists[i].name, lists[i].terms, &last);
	return err;
}

/* Clock. */

enum err decide_clock_accept(struct decision *d, const void *request)
{
	const struct clock_accept *q = request;
	const int64_t minute = 60 * 1000000LL;
	enum err err = decide_may_unit(d, RIGHT_ADMIN, 0, NULL);
	if (err != OK)
		return err;
	if (q->now > d->now + 10 * minute || q->now < d->now - 10 * minute)
		return fail(d->fault, E_CONFLICT, "now",
			"the server's clock and the one seen when signing differ by more than ten "
			"minutes");
	struct ev_clock_accepted ev = { d->before };
	return decide_emit(d, EVENT_clock_accepted, &ev);
}
