/* fold_case.c: the steps of a case: allowed where it stood, and what they make of it. */
#include "daemon/verify/fold.h"

#include "proto/paper.h"
#include "store/key.h"

/* Classifying sets the due day anew, joining makes it an earlier one; all else leaves it. */
static bool due_may_be(const struct fold_case *c, const struct ev_case_moved *ev)
{
	uint32_t before = c->mark[MARK_DUE];
	if (ev->step == STEP_join)
		return ev->due != 0 && (before == 0 || ev->due < before);
	return ev->step == STEP_classify || ev->due == before;
}

/* What every step but classifying leaves as it was. */
static void check_kept(struct audit *a, const struct event *e, const struct fold_case *c,
	const struct ev_case_moved *ev)
{
	if (ev->step == STEP_classify)
		return;
	if (ev->kind != c->kind)
		audit_fail_at(a, e->seq, "kind", "only classifying changes it");
	if (ev->topic != c->topic)
		audit_fail_at(a, e->seq, "topic", "only classifying changes it");
	if (ev->step == STEP_entrust) {
		if (c->custodian == 0 || fold_paper(ev->paper) != c->paper)
			audit_fail_at(a, e->seq, "paper", "not where it lay");
		return;
	}
	if (ev->custodian != 0 || ev->paper.n > 0)
		audit_fail_at(a, e->seq, "custodian", "only classifying sets it");
}

/* Assigning sets the owner, leaving the unit takes him away. */
static uint64_t owner_after(const struct fold_case *c, const struct ev_case_moved *ev)
{
	if (ev->step == STEP_assign)
		return ev->owner;
	return ev->unit == c->with ? c->owner : 0;
}

static void check_hands(struct audit *a, const struct event *e, const struct fold_case *c,
	const struct ev_case_moved *ev)
{
	struct fold_handing *h = &a->fold->handing;
	bool assigned = ev->step == STEP_assign, entrusted = ev->step == STEP_entrust;
	if (ev->owner != owner_after(c, ev))
		audit_fail_at(a, e->seq, "owner", "only assigning sets it");
	if (assigned && ev->owner == c->owner)
		audit_fail_at(a, e->seq, "owner", "was so before");
	if (assigned && ev->owner != 0)
		(void)fold_officer(a, e, "owner", ev->owner);
	if ((assigned || entrusted) && ev->unit != c->with)
		audit_fail_at(a, e->seq, "unit", "only sending a case changes it");
	if (entrusted && h->taker == 0)
		audit_fail_at(a, e->seq, "custodian", "no handover");
	if (h->taker == 0)
		return;
	if ((assigned && ev->owner != h->taker) || (entrusted && ev->custodian != h->taker))
		audit_fail_at(a, e->seq, assigned ? "owner" : "custodian", "not who takes over");
	if ((assigned && c->owner != h->giver) || (entrusted && c->custodian != h->giver))
		audit_fail_at(a, e->seq, "giver", "did not have this");
	h->cases -= assigned;
	h->custody -= entrusted;
}

static void check(struct audit *a, const struct event *e, const struct fold_case *c,
	const struct ev_case_moved *ev)
{
	const struct step_row *row = step_row((enum case_step)ev->step);
	if ((row->from & 1u << c->state) == 0)
		audit_fail_at(a, e->seq, "step", "%s is not possible in state %s", row->verb,
			state_row((enum case_state)c->state)->name);
	if (ev->state != (row->to == STATE_NONE ? c->state : (uint64_t)row->to))
		audit_fail_at(a, e->seq, "state", "not where %s leads", row->verb);
	if (ev->prev != c->last)
		audit_fail_at(a, e->seq, "prev", "not the case's event before");
	if (ev->day < c->day)
		audit_fail_at(a, e->seq, "day", "before the case was received");
	if (ev->officer != a->entry.officer)
		audit_fail_at(a, e->seq, "officer", "not the one who signed the entry");
	if (ev->step == STEP_merge &&
		(!num_equal(ev->lead, c->lead) || c->proposer == 0 || c->proposer == ev->officer))
		audit_fail_at(a, e->seq, "lead", "not proposed by another person");
	if (ev->step == STEP_close && (c->flags & CASE_PROMISE) && c->mark[MARK_DONE] == 0)
		audit_fail_at(a, e->seq, "step", "closed before the promise was kept");
	if (!text_equal(fold_unit(a->fold, ev->behalf), a->entry.action.head.behalf))
		audit_fail_at(a, e->seq, "behalf", "not what the head says");
	if ((ev->step == STEP_reopen || ev->step == STEP_feedback) && ev->lead.n != 0)
		a->fold->reopening = (uint32_t)(c - a->fold->cases) + 1;
	if (ev->step == STEP_recall && c->mark[MARK_ACKNOWLEDGED] != 0)
		audit_fail_at(a, e->seq, "step", "recalled after it was acknowledged");
	if ((ev->step == STEP_recall || ev->step == STEP_return) && ev->unit != c->unit)
		audit_fail_at(a, e->seq, "unit", "not the one that sent it");
	const struct fold_paper *paper =
		ev->attested.n == 0 ? NULL : fold_attested(a, e, ev->attested);
	if (paper != NULL && (ev->step != STEP_refer || paper->paper != PAPER_dispatch ||
				     !num_equal(paper->of, c->number) || paper->to != ev->to))
		audit_fail_at(a, e->seq, "attested", "does not tell this step");
	if (!due_may_be(c, ev))
		audit_fail_at(a, e->seq, "due", "%s does not set this day", row->verb);
	check_kept(a, e, c, ev);
	check_hands(a, e, c, ev);
}

static void move(struct fold_case *c, const struct ev_case_moved *ev)
{
	enum case_mark mark = step_row((enum case_step)ev->step)->mark;
	bool on_spot = ev->step == STEP_resolve && c->state == STATE_CLASSIFIED;
	c->kind = (uint16_t)ev->kind;
	c->topic = (uint16_t)ev->topic;
	c->with = (uint32_t)ev->unit;
	c->owner = (uint32_t)ev->owner;
	if (ev->custodian != 0)
		c->custodian = (uint32_t)ev->custodian;
	if (ev->step == STEP_classify && ev->custodian != 0)
		c->paper = fold_paper(ev->paper);
	c->mark[MARK_DUE] = ev->due;
	if (mark != MARK_NONE)
		c->mark[mark] = ev->day;
	if (ev->step == STEP_return || ev->step == STEP_recall)
		c->mark[MARK_REFERRED] = c->mark[MARK_ACKNOWLEDGED] = 0;
	if (ev->step == STEP_resolve && ev->promise != 0)
		c->flags |= CASE_PROMISE;
	if (on_spot)
		c->flags |= CASE_ON_SPOT;
	if (ev->step == STEP_classify && ev->custodian != 0)
		c->flags |= CASE_SEALED;
	if (ev->step == STEP_propose || ev->step == STEP_merge) {
		c->lead = ev->lead;
		c->proposer = ev->step == STEP_propose ? (uint32_t)ev->officer : 0;
	}
	c->state = (uint8_t)ev->state;
}

void fold_case_moved(struct audit *a, const struct event *e)
{
	const struct ev_case_moved *ev = e->fields;
	struct fold_case *c = fold_case(a, e, ev->case_number);
	if (c == NULL)
		return;
	check(a, e, c, ev);
	move(c, ev);
	c->imported = false;
	c->last = e->seq;
}

void fold_case_reopened(struct audit *a, const struct event *e)
{
	const struct ev_case_reopened *ev = e->fields;
	struct fold *f = a->fold;
	const struct fold_case *before = fold_case(a, e, ev->previous);
	uint32_t from = f->reopening;
	f->reopening = 0;
	if (before == NULL)
		return;
	if (from == 0 || &f->cases[from - 1] != before || before->taken_up)
		audit_fail_at(a, e->seq, "previous", "nothing takes this case up now");
	if (ev->unit != before->unit || ev->kind != before->kind || ev->topic != before->topic)
		audit_fail_at(a, e->seq, "unit", "not those of the case before");
	if (ev->state != (before->kind == 0 ? STATE_RECORDED : STATE_CLASSIFIED))
		audit_fail_at(a, e->seq, "state", "not that of a new case");
	if (ev->policy != f->policy)
		audit_fail_at(a, e->seq, "policy", "not the one in force");
	if (!fold_number_fits(f, ev->case_number, ev->unit, ev->day))
		audit_fail_at(
			a, e->seq, "case_number", "not of the unit's series and the day's year");
	struct fold_case made = { .number = ev->case_number,
		.unit = (uint32_t)ev->unit,
		.day = ev->day,
		.with = (uint32_t)ev->unit,
		.custodian = before->custodian,
		.paper = before->paper,
		.last = e->seq,
		.mark = { [MARK_DUE] = ev->due },
		.kind = (uint16_t)ev->kind,
		.topic = (uint16_t)ev->topic,
		.flags = before->flags & CASE_SEALED,
		.state = (uint8_t)ev->state };
	if (from != 0)
		f->cases[from - 1].taken_up = true;
	if (!fold_number(
		    a, e->seq, NOUN_CASE, "case_number", ev->case_number, (uint32_t)f->case_count))
		return;
	AUDIT_GROW(f->cases, f->case_count, f->case_room);
	f->cases[f->case_count++] = made;
}
