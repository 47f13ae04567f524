/* model_conclusion.c: the model of conclusions and their gate. */
#include "tests/lib/model_private.h"

static const unsigned never_checked = (unsigned)-1;

void do_draft(struct model *m, const struct model_act *act, struct model_answer *to)
{
	struct model_meeting *meeting = &m->meetings[act->meeting];
	unsigned live_count = model_live(meeting);
	if (meeting->version != meeting->issued)
		refuse(to, E_EXISTS);
	if (live_count == 0 || (meeting->issued != 0 && model_included(meeting) == live_count))
		refuse(to, E_NOTHING);
	if (!accepted(to))
		return;
	meeting->drafter = act->who + 1;
	meeting->versions[++meeting->version] =
		(struct model_version){ .state = 1, .checked = never_checked };
}

/* The version at hand, NULL when the action names another. */
static struct model_version *at_hand(
	struct model_meeting *meeting, unsigned version, struct model_answer *to)
{
	if (meeting->version == meeting->issued)
		refuse(to, E_NO_DRAFT);
	else if (version != meeting->version)
		refuse(to, E_CONFLICT);
	return accepted(to) ? &meeting->versions[meeting->version] : NULL;
}

static void check_item(const struct model_act *act, const struct model_item *item,
	uint32_t meeting_day, struct model_answer *to)
{
	bool direction = item->how == HOW_DIRECTION, decline = item->how == HOW_DECLINE;
	if ((direction && (item->unit == 0 || item->due == 0)) || (decline && item->ground == 0))
		refuse(to, E_MISSING);
	if ((!direction && (item->unit != 0 || item->due != 0)) || (!decline && item->ground != 0))
		refuse(to, E_ONLY_WITH);
	if (item->ground == GROUND_UNKNOWN)
		refuse(to, E_VALUE);
	if (item->due != 0 && item->due < meeting_day)
		refuse(to, E_RANGE);
	standing(item->unit, act->today, to);
}

static bool names(const struct model_version *v, uint32_t ordinal)
{
	for (unsigned i = 0; i < v->n; i++)
		for (unsigned k = 0; k < v->items[i].n; k++)
			if (v->items[i].ordinals[k] == ordinal)
				return true;
	return false;
}

static void gate(
	const struct model_meeting *meeting, const struct model_version *v, struct model_answer *to)
{
	if (!meeting->closed)
		refuse(to, E_MINUTES_OPEN);
	for (unsigned i = 0; i < v->n; i++)
		for (unsigned k = 0; k < v->items[i].n; k++)
			if (v->items[i].ordinals[k] == 0 ||
				v->items[i].ordinals[k] > meeting->count)
				refuse(to, E_GATE_UNKNOWN);
	for (uint32_t i = 1; i <= meeting->count; i++) {
		const struct model_opinion *o = &meeting->opinions[i];
		bool dead = o->voided || o->split;
		if (dead && names(v, i))
			refuse(to, E_GATE_VOID);
		if (!dead && meeting->gated && o->version == 0 && !names(v, i)) {
			refuse(to, E_GATE);
			to->list[to->n++] = i;
		}
	}
}

/* A signature that the gate still passes is taken back by who may sign alone. */
static bool signature_holds(const struct model_meeting *meeting, const struct model_version *v,
	const struct model_act *act)
{
	struct model_answer passes = { 0 };
	if (v->state != 3 || decides(act->who))
		return false;
	gate(meeting, v, &passes);
	return accepted(&passes);
}

void do_put(struct model *m, const struct model_act *act, struct model_answer *to)
{
	struct model_meeting *meeting = &m->meetings[act->meeting];
	struct model_version *v = at_hand(meeting, act->version, to);
	if (v == NULL)
		return;
	if (signature_holds(meeting, v, act))
		refuse(to, E_STATE);
	if (act->first != 1 && (v->state != 1 || act->first != v->n + 1))
		refuse(to, E_CONFLICT);
	for (unsigned i = 0; i < act->n; i++)
		check_item(act, &act->items[i], meeting->day, to);
	if (!accepted(to))
		return;
	if (act->first == 1)
		*v = (struct model_version){ .state = 1, .checked = v->checked };
	for (unsigned i = 0; i < act->n; i++)
		v->items[v->n++] = act->items[i];
	if (act->n > 0)
		v->generation = ++m->generation;
	m->words += act->n;
}

static void pass(const struct model_meeting *meeting, const struct model_version *v,
	unsigned states, bool same, struct model_answer *to)
{
	gate(meeting, v, to);
	if ((states & 1u << v->state) == 0)
		refuse(to, E_STATE);
	if (!same)
		refuse(to, E_STALE);
}

static struct model_version *ready(
	struct model *m, const struct model_act *act, unsigned states, struct model_answer *to)
{
	struct model_meeting *meeting = &m->meetings[act->meeting];
	struct model_version *v = at_hand(meeting, act->version, to);
	if (v != NULL)
		pass(meeting, v, states,
			act->content == CONTENT_RIGHT ||
				(act->content == CONTENT_CHECKED && v->checked == v->generation),
			to);
	return v;
}

struct model_version *signable(struct model_meeting *meeting, unsigned version, unsigned generation,
	struct model_answer *to)
{
	struct model_version *v = at_hand(meeting, version, to);
	if (v != NULL)
		pass(meeting, v, 1u << 2, v->generation == generation, to);
	return v;
}

void do_check(struct model *m, const struct model_act *act, struct model_answer *to)
{
	struct model_version *v = ready(m, act, 1u << 1 | 1u << 2, to);
	if (!accepted(to))
		return;
	v->state = 2;
	v->checked = v->generation;
}

void do_sign(struct model *m, const struct model_act *act, struct model_answer *to)
{
	struct model_version *v = ready(m, act, 1u << 2, to);
	if (accepted(to))
		v->state = 3;
}

static void cover(struct model *m, struct model_meeting *meeting, const struct model_item *item,
	uint32_t ordinal, uint32_t day)
{
	struct model_opinion *o = &meeting->opinions[ordinal];
	struct model_case *c = &m->cases[o->number];
	uint32_t *included = &c->now.mark[MARK_INCLUDED];
	bool open = waiting(c);
	o->version = meeting->version;
	o->how = item->how;
	if (*included == 0 || day < *included)
		*included = day;
	c->now.flags &= ~(unsigned)CASE_DECLINED;
	c->now.flags |= item->how == HOW_DECLINE ? CASE_DECLINED : 0;
	c->now.flags |= item->how == HOW_ANSWER ? CASE_ON_SPOT : 0;
	if (open && item->how == HOW_DIRECTION) {
		if (c->now.state != STATE_REFERRED) { /* it stays where it was sent */
			if (c->with != item->unit || c->with_older)
				c->owner = 0;
			c->with = item->unit;
			c->with_older = false;
		}
		c->now.mark[MARK_DUE] = item->due;
		c->due_kept = true;
	}
	if (open && item->how == HOW_ANSWER) {
		c->now.state = STATE_RESOLVED;
		c->now.mark[MARK_SETTLED] = day;
	}
}

void do_issue(struct model *m, const struct model_act *act, struct model_answer *to)
{
	struct model_meeting *meeting = &m->meetings[act->meeting];
	struct model_version *v = ready(m, act, 1u << 2 | 1u << 3, to);
	struct model_act stamped = *act;
	if (v != NULL && v->printed != 0 && act->day == 0)
		stamped.day = m->papers[v->printed].stamped;
	uint32_t day = the_day(&stamped, meeting->day, to);
	if (!accepted(to))
		return;
	v->state = 4;
	meeting->issued = meeting->version;
	for (unsigned i = 0; i < v->n; i++)
		for (unsigned k = 0; k < v->items[i].n; k++) {
			uint32_t ordinal = v->items[i].ordinals[k];
			struct model_version before = *v;
			before.n = i;
			bool twice = names(&before, ordinal);
			for (unsigned j = 0; j < k; j++)
				twice |= v->items[i].ordinals[j] == ordinal;
			if (!twice)
				cover(m, meeting, &v->items[i], ordinal, day);
		}
}
