/* fold_house.c: units, officers, roles, policy, clock: dense numbers, things that exist. */
#include "daemon/verify/fold.h"

static struct text copy(struct text t)
{
	return (struct text){ xstrndup(t.p, t.n), t.n };
}

static void unit_added(struct audit *a, const struct event *e, const struct ev_unit_added *ev)
{
	struct fold *f = a->fold;
	uint32_t first;
	struct bytes code = bytes_of(ev->code.p, ev->code.n);
	if (ev->unit != f->unit_count + 1) {
		audit_fail_at(a, e->seq, "unit", "number %llu where %zu is the next",
			(unsigned long long)ev->unit, f->unit_count + 1);
		a->unsafe = true;
		return;
	}
	if (!map_get(&f->unit_by_code, code, &first)) {
		first = (uint32_t)ev->unit;
		map_put(&f->unit_by_code, code, first);
	}
	if (ev->series != first)
		audit_fail_at(a, e->seq, "series", "unit %u bore this code first", first);
	if (ev->parent.n > 0 &&
		!map_get(&f->unit_by_code, bytes_of(ev->parent.p, ev->parent.n), &first))
		audit_fail_at(a, e->seq, "parent", "no such unit");
	if (ev->until != 0 && ev->until <= ev->from)
		audit_fail_at(a, e->seq, "until", "not after the first day");
	AUDIT_GROW(f->units, f->unit_count, f->unit_room);
	f->units[f->unit_count++] =
		(struct fold_unit){ copy(ev->code), (uint32_t)ev->series, ev->from };
}

static void unit_ended(struct audit *a, const struct event *e, const struct ev_unit_ended *ev)
{
	if (ev->until <= a->fold->units[ev->unit - 1].from)
		audit_fail_at(a, e->seq, "until", "not after the first day");
}

static void officer_added(struct audit *a, const struct event *e, const struct ev_officer_added *ev)
{
	struct fold *f = a->fold;
	if (ev->officer != f->officer_count + 1) {
		audit_fail_at(a, e->seq, "officer", "number %llu where %zu is the next",
			(unsigned long long)ev->officer, f->officer_count + 1);
		return;
	}
	AUDIT_GROW(f->grants, f->officer_count, f->officer_room);
	f->grants[f->officer_count++] = 0;
}

bool fold_officer(struct audit *a, const struct event *e, const char *field, uint64_t officer)
{
	if (officer >= 1 && officer <= a->fold->officer_count)
		return true;
	audit_fail_at(a, e->seq, field, "no such officer");
	return false;
}

static bool known(struct audit *a, const struct event *e, uint64_t officer)
{
	return fold_officer(a, e, "officer", officer);
}

static void grant_added(struct audit *a, const struct event *e, const struct ev_grant_added *ev)
{
	if (!known(a, e, ev->officer))
		return;
	uint32_t *grants = &a->fold->grants[ev->officer - 1];
	if (ev->grant != *grants + 1)
		audit_fail_at(a, e->seq, "grant", "number %llu where %u is the next",
			(unsigned long long)ev->grant, *grants + 1);
	else
		(*grants)++;
	if (role_of(ev->role) == NULL)
		audit_fail_at(a, e->seq, "role", "no such role");
	if (ev->acting.n > 0 && !text_is(ev->role, "leader"))
		audit_fail_at(a, e->seq, "acting", "not of a head");
	fold_admin_added(a, ev);
}

static void grant_ended(struct audit *a, const struct event *e, const struct ev_grant_ended *ev)
{
	if (known(a, e, ev->officer) && ev->grant > a->fold->grants[ev->officer - 1])
		audit_fail_at(a, e->seq, "grant", "no such grant");
	fold_admin_ended(a, e, ev);
}

static void policy_adopted(
	struct audit *a, const struct event *e, const struct ev_policy_adopted *ev)
{
	struct fold *f = a->fold;
	if (ev->version != f->policy + 1)
		audit_fail_at(a, e->seq, "version", "%llu where %llu is the next",
			(unsigned long long)ev->version, (unsigned long long)f->policy + 1);
	if (f->zone != 0 && ev->zone != f->zone)
		audit_fail_at(a, e->seq, "zone", "not that of the register");
	if (ev->zone < 1440 - 840 || ev->zone > 1440 + 840) {
		audit_fail_at(a, e->seq, "zone", "no zone");
		a->unsafe = true;
		return;
	}
	f->policy = ev->version;
	f->zone = ev->zone;
}

static void term_added(struct audit *a, const struct event *e, const struct ev_term_added *ev)
{
	struct fold *f = a->fold;
	if (ev->term != f->term_count + 1) {
		audit_fail_at(a, e->seq, "term", "number %llu where %zu is the next",
			(unsigned long long)ev->term, f->term_count + 1);
		a->unsafe = true;
		return;
	}
	AUDIT_GROW(f->terms, f->term_count, f->term_room);
	f->terms[f->term_count++] = copy(ev->code);
}

static void clock_accepted(
	struct audit *a, const struct event *e, const struct ev_clock_accepted *ev)
{
	/* the end that was on the disk: entries of the same batch may lie between */
	if (ev->before > a->fold->before)
		audit_fail_at(a, e->seq, "before", "after the entry before");
}

void fold_house(struct audit *a, const struct event *e)
{
	if (e->code == EVENT_unit_added)
		unit_added(a, e, e->fields);
	else if (e->code == EVENT_unit_ended)
		unit_ended(a, e, e->fields);
	else if (e->code == EVENT_officer_added)
		officer_added(a, e, e->fields);
	else if (e->code == EVENT_grant_added)
		grant_added(a, e, e->fields);
	else if (e->code == EVENT_grant_ended)
		grant_ended(a, e, e->fields);
	else if (e->code == EVENT_invited)
		(void)known(a, e, ((const struct ev_invited *)e->fields)->officer);
	else if (e->code == EVENT_key_enrolled)
		(void)known(a, e, ((const struct ev_key_enrolled *)e->fields)->officer);
	else if (e->code == EVENT_key_revoked)
		fold_admin_revoked(a, e, e->fields);
	else if (e->code == EVENT_policy_adopted)
		policy_adopted(a, e, e->fields);
	else if (e->code == EVENT_term_added)
		term_added(a, e, e->fields);
	else if (e->code == EVENT_clock_accepted)
		clock_accepted(a, e, e->fields);
}
