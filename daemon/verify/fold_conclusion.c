/* fold_conclusion.c: conclusions and the gate, told again from the events. */
#include "daemon/verify/fold.h"

#include "proto/paper.h"

#include <stdlib.h>

/* The version that is begun and not issued; a failure when there is none or it is another. */
static bool at_hand(
	struct audit *a, const struct event *e, const struct fold_meeting *m, uint64_t version)
{
	if (m->version != m->issued && m->version == version)
		return true;
	audit_fail_at(a, e->seq, "version", "no version that is being written");
	return false;
}

static void drafted(struct audit *a, const struct event *e, const struct ev_conclusion_drafted *ev)
{
	struct fold_meeting *m = fold_meeting(a, e, ev->meeting);
	if (m == NULL)
		return;
	uint32_t expect = m->version == m->issued ? m->version + 1 : m->version;
	if (ev->version != expect) {
		audit_fail_at(a, e->seq, "version", "%llu where %u is the next",
			(unsigned long long)ev->version, expect);
		return;
	}
	if (ev->officer != 0 && ev->officer != a->entry.officer &&
		(m->version != expect || ev->officer != m->drafter))
		audit_fail_at(a, e->seq, "officer", "neither who signed nor who began it");
	m->version = expect;
	m->drafter = (uint32_t)ev->officer;
	m->state = CONCLUSION_DRAFT;
	m->item_count = m->ordinal_count = 0;
}

static void item_put(struct audit *a, const struct event *e, const struct ev_item_put *ev)
{
	struct fold_meeting *m = fold_meeting(a, e, ev->meeting);
	if (m == NULL || !at_hand(a, e, m, ev->version))
		return;
	if (m->state != CONCLUSION_DRAFT)
		audit_fail_at(a, e->seq, "version", "an item after the draft was checked");
	if (ev->item != m->item_count + 1) {
		audit_fail_at(a, e->seq, "item", "%llu where %zu is the next",
			(unsigned long long)ev->item, m->item_count + 1);
		a->unsafe = true; /* the count of items is what a new draft clears */
		return;
	}
	AUDIT_GROW(m->items, m->item_count, m->item_room);
	m->items[m->item_count++] = (struct fold_item){ (uint32_t)ev->how,
		(uint32_t)m->ordinal_count, (uint32_t)ev->opinions.n };
	for (size_t i = 0; i < ev->opinions.n; i++) {
		AUDIT_GROW(m->ordinals, m->ordinal_count, m->ordinal_room);
		m->ordinals[m->ordinal_count++] = ev->opinions.v[i];
	}
}

static void checked(struct audit *a, const struct event *e, const struct ev_conclusion_checked *ev)
{
	struct fold_meeting *m = fold_meeting(a, e, ev->meeting);
	if (m == NULL || !at_hand(a, e, m, ev->version))
		return;
	if (m->state != CONCLUSION_DRAFT && m->state != CONCLUSION_CHECKED)
		audit_fail_at(a, e->seq, "version", "not a draft");
	m->state = CONCLUSION_CHECKED;
	memcpy(m->content, ev->content.p, sizeof(m->content));
}

static void signed_(struct audit *a, const struct event *e, const struct ev_conclusion_signed *ev)
{
	struct fold_meeting *m = fold_meeting(a, e, ev->meeting);
	if (m == NULL || !at_hand(a, e, m, ev->version))
		return;
	if (m->state != CONCLUSION_CHECKED)
		audit_fail_at(a, e->seq, "version", "signed, but not checked");
	if (!bytes_equal(ev->content, bytes_of(m->content, sizeof(m->content))))
		audit_fail_at(a, e->seq, "content", "not what was checked");
	if (ev->officer != a->entry.officer)
		audit_fail_at(a, e->seq, "officer", "not the one who signed the entry");
	const struct fold_paper *paper = ev->paper.n == 0 ? NULL : fold_attested(a, e, ev->paper);
	if (paper != NULL && (paper->paper != PAPER_notice || !num_equal(paper->of, m->number) ||
				     paper->version != ev->version ||
				     memcmp(paper->content, m->content, sizeof(m->content)) != 0))
		audit_fail_at(a, e->seq, "paper", "does not tell this conclusion");
	m->state = CONCLUSION_SIGNED;
}

/* The gate. */

/* Which item covers each ordinal: the first that names it. */
static void name_ordinals(struct audit *a, const struct event *e, struct fold_meeting *m)
{
	m->due = xcalloc(m->count, sizeof(*m->due));
	m->due_count = 0;
	for (uint32_t i = 0; i < m->item_count; i++)
		for (uint32_t k = 0; k < m->items[i].n; k++) {
			uint32_t ordinal = m->ordinals[m->items[i].from + k];
			if (ordinal == 0 || ordinal > m->count ||
				a->fold->cases[m->cases[ordinal - 1]].dead != 0) {
				audit_fail_at(a, e->seq, "gate",
					"item %u names opinion %u, which is not live", i + 1,
					ordinal);
			} else if (m->due[ordinal - 1] == 0) {
				m->due[ordinal - 1] = i + 1;
				m->due_count++;
			}
		}
}

static void issued(struct audit *a, const struct event *e, const struct ev_conclusion_issued *ev)
{
	struct fold_meeting *m = fold_meeting(a, e, ev->meeting);
	if (m == NULL || !at_hand(a, e, m, ev->version))
		return;
	if (m->state != CONCLUSION_SIGNED)
		audit_fail_at(a, e->seq, "version", "issued, but not signed");
	if (!m->closed)
		audit_fail_at(a, e->seq, "gate", "the minutes are not closed");
	if (ev->day < m->day)
		audit_fail_at(a, e->seq, "day", "before the meeting");
	free(m->due);
	name_ordinals(a, e, m);
	for (size_t i = 0; m->gated && i < m->count; i++) {
		const struct fold_case *c = &a->fold->cases[m->cases[i]];
		if (c->dead == 0 && c->version == 0 && m->due[i] == 0)
			audit_fail_at(a, e->seq, "gate", "forgets opinion %zu", i + 1);
	}
	m->issued = (uint32_t)ev->version;
	m->state = CONCLUSION_NONE;
	a->fold->issuing = (uint32_t)(m - a->fold->meetings) + 1;
}

static void cover(struct fold_case *c, const struct event *e, const struct ev_opinion_covered *ev)
{
	c->version = (uint32_t)ev->version;
	c->last = e->seq;
	if (c->mark[MARK_INCLUDED] == 0 || ev->day < c->mark[MARK_INCLUDED])
		c->mark[MARK_INCLUDED] = ev->day;
	c->flags &= (uint16_t)~CASE_DECLINED; /* the last item that names it says */
	c->flags |= ev->how == 2 ? CASE_ON_SPOT : ev->how == 3 ? CASE_DECLINED : 0;
	if (ev->unit != 0 && ev->unit != c->with)
		c->owner = 0;
	if (ev->unit != 0)
		c->with = (uint32_t)ev->unit;
	if (ev->due != 0)
		c->mark[MARK_DUE] = ev->due;
	if (ev->state == 0)
		return;
	c->state = (uint8_t)ev->state;
	c->mark[MARK_SETTLED] = ev->day;
}

static void covered(struct audit *a, const struct event *e, const struct ev_opinion_covered *ev)
{
	struct fold_meeting *m = fold_meeting(a, e, ev->meeting);
	struct fold_case *c = fold_case(a, e, ev->case_number);
	if (m == NULL || c == NULL)
		return;
	if (&a->fold->meetings[c->meeting - 1] != m || c->ordinal != ev->ordinal) {
		audit_fail_at(a, e->seq, "ordinal", "not the opinion of this case");
		return;
	}
	if (m->due == NULL || ev->version != m->issued || m->due[ev->ordinal - 1] != ev->item) {
		audit_fail_at(a, e->seq, "item", "does not cover this opinion now");
	} else {
		m->due[ev->ordinal - 1] = 0;
		m->due_count--;
		if (ev->how != m->items[ev->item - 1].how)
			audit_fail_at(a, e->seq, "how", "not that of the item");
	}
	if (ev->prev != c->last)
		audit_fail_at(a, e->seq, "prev", "not the case's event before");
	bool open = state_row((enum case_state)c->state)->phase == OPEN;
	if (ev->state != (ev->how == 2 && open ? STATE_RESOLVED : STATE_NONE))
		audit_fail_at(a, e->seq, "state", "not what covering makes of this case");
	cover(c, e, ev);
}

void fold_covered_all(struct audit *a)
{
	if (a->fold->issuing == 0)
		return;
	struct fold_meeting *m = &a->fold->meetings[a->fold->issuing - 1];
	if (m->due_count != 0)
		audit_fail_at(a, a->entry.seq, "gate",
			"%zu opinions that it names were not covered", m->due_count);
	free(m->due);
	m->due = NULL;
	m->item_count = m->ordinal_count = 0;
	a->fold->issuing = 0;
}

void fold_conclusion(struct audit *a, const struct event *e)
{
	if (e->code == EVENT_conclusion_drafted)
		drafted(a, e, e->fields);
	else if (e->code == EVENT_item_put)
		item_put(a, e, e->fields);
	else if (e->code == EVENT_conclusion_checked)
		checked(a, e, e->fields);
	else if (e->code == EVENT_conclusion_signed)
		signed_(a, e, e->fields);
	else if (e->code == EVENT_conclusion_issued)
		issued(a, e, e->fields);
	else
		covered(a, e, e->fields);
}
