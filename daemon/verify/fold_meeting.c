/* fold_meeting.c: meetings and their opinions. */
#include "daemon/verify/fold.h"

#include "store/key.h"

#include <stdlib.h>

void fold_meeting_fini(struct fold_meeting *m)
{
	free(m->cases);
	free(m->items);
	free(m->ordinals);
	free(m->due);
	free(m->people);
}

static void opened(struct audit *a, const struct event *e, const struct ev_meeting_opened *ev)
{
	struct fold *f = a->fold;
	if (!fold_number_fits(f, ev->meeting, ev->unit, ev->day))
		audit_fail_at(a, e->seq, "meeting", "not of the unit's series and the day's year");
	if (!fold_number(
		    a, e->seq, NOUN_MEETING, "meeting", ev->meeting, (uint32_t)f->meeting_count))
		return;
	AUDIT_GROW(f->meetings, f->meeting_count, f->meeting_room);
	f->meetings[f->meeting_count++] = (struct fold_meeting){ .number = ev->meeting,
		.unit = (uint32_t)ev->unit,
		.day = ev->day,
		.kind = (uint32_t)ev->kind };
}

/* What an opinion takes over from its meeting. */
static void check_opinion(struct audit *a, const struct event *e, struct fold_meeting *m,
	const struct ev_opinion_recorded *ev)
{
	bool gated = (ev->flags & CASE_GATED) != 0, late = (ev->flags & CASE_LATE) != 0;
	if (m->count == 0)
		m->gated = gated;
	if (ev->unit != m->unit)
		audit_fail_at(a, e->seq, "unit", "not the meeting's");
	if (ev->day != m->day)
		audit_fail_at(a, e->seq, "day", "not the meeting's");
	if (gated != m->gated)
		audit_fail_at(a, e->seq, "flags", "not gated as the first opinion");
	if (ev->policy != a->fold->policy)
		audit_fail_at(a, e->seq, "policy", "not the one in force");
	if (ev->parent == 0 && late != m->closed)
		audit_fail_at(a, e->seq, "flags", "late, or not late, against the minutes");
	if (ev->parent > m->count ||
		(ev->parent > 0 && a->fold->cases[m->cases[ev->parent - 1]].dead != 2))
		audit_fail_at(a, e->seq, "parent", "no opinion that was split");
	if ((ev->flags & CASE_OPINION) == 0 ||
		(ev->flags & ~(uint64_t)(CASE_OPINION | CASE_GATED | CASE_LATE | CASE_SEALED)) != 0)
		audit_fail_at(a, e->seq, "flags", "not those of a new opinion");
}

static void recorded(struct audit *a, const struct event *e, const struct ev_opinion_recorded *ev)
{
	struct fold *f = a->fold;
	struct fold_meeting *m = fold_meeting(a, e, ev->meeting);
	if (m == NULL)
		return;
	if (ev->ordinal != m->count + 1) {
		audit_fail_at(a, e->seq, "ordinal", "%llu where %zu is the next",
			(unsigned long long)ev->ordinal, m->count + 1);
		return;
	}
	check_opinion(a, e, m, ev);
	if (!fold_number_fits(f, ev->case_number, ev->unit, ev->day))
		audit_fail_at(
			a, e->seq, "case_number", "not of the unit's series and the day's year");
	if (!fold_number(
		    a, e->seq, NOUN_CASE, "case_number", ev->case_number, (uint32_t)f->case_count))
		return;
	AUDIT_GROW(m->cases, m->count, m->room);
	m->cases[m->count++] = (uint32_t)f->case_count;
	AUDIT_GROW(f->cases, f->case_count, f->case_room);
	f->cases[f->case_count++] = (struct fold_case){ .number = ev->case_number,
		.unit = (uint32_t)ev->unit,
		.day = ev->day,
		.meeting = (uint32_t)(m - f->meetings) + 1,
		.ordinal = (uint32_t)ev->ordinal,
		.with = (uint32_t)ev->unit,
		.custodian = (uint32_t)ev->custodian,
		.paper = fold_paper(ev->paper),
		.last = e->seq,
		.recorded = a->entry.seq,
		.mark = { [MARK_DUE] = ev->due },
		.kind = (uint16_t)ev->kind,
		.topic = (uint16_t)ev->topic,
		.flags = (uint16_t)ev->flags,
		.part = ev->parent != 0,
		.state = STATE_RECORDED };
}

static void voided(struct audit *a, const struct event *e, const struct ev_opinion_voided *ev)
{
	struct fold_meeting *m = fold_meeting(a, e, ev->meeting);
	struct fold_case *c = fold_case(a, e, ev->case_number);
	if (m == NULL || c == NULL)
		return;
	if (ev->ordinal != c->ordinal || &a->fold->meetings[c->meeting - 1] != m) {
		audit_fail_at(a, e->seq, "ordinal", "not the opinion of this case");
		return;
	}
	if (c->dead != 0)
		audit_fail_at(a, e->seq, "ordinal", "was voided or split before");
	if (ev->prev != c->last)
		audit_fail_at(a, e->seq, "prev", "not the case's event before");
	if (ev->split && ev->ground != 0)
		audit_fail_at(a, e->seq, "ground", "a split has none");
	c->dead = ev->split ? 2 : 1;
	c->state = STATE_VOIDED;
	c->mark[MARK_VOIDED] = ev->day;
	c->flags |= ev->split ? CASE_SPLIT : 0;
	c->last = e->seq;
}

/* What the paper holds: nothing that was recorded by error, and what was split once. */
static size_t on_paper(const struct fold *f, const struct fold_meeting *m)
{
	size_t n = 0;
	for (size_t i = 0; i < m->count; i++) {
		const struct fold_case *c = &f->cases[m->cases[i]];
		n += c->dead != 1 && !c->part;
	}
	return n;
}

static void closed(struct audit *a, const struct event *e, const struct ev_minutes_closed *ev)
{
	struct fold_meeting *m = fold_meeting(a, e, ev->meeting);
	if (m == NULL)
		return;
	if (m->closed)
		audit_fail_at(a, e->seq, "meeting", "its minutes were closed before");
	if (ev->count != on_paper(a->fold, m))
		audit_fail_at(a, e->seq, "count", "%llu, the paper has %zu opinions",
			(unsigned long long)ev->count, on_paper(a->fold, m));
	m->closed = true;
}

void fold_meeting_event(struct audit *a, const struct event *e)
{
	if (e->code == EVENT_meeting_opened)
		opened(a, e, e->fields);
	else if (e->code == EVENT_opinion_recorded)
		recorded(a, e, e->fields);
	else if (e->code == EVENT_opinion_voided)
		voided(a, e, e->fields);
	else
		closed(a, e, e->fields);
}
