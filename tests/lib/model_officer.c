/* model_officer.c: the model of who works on what: owners, handovers, roles and keys that end, and
 * the recovery of a register whose last administrator is lost. */
#include "tests/lib/model_private.h"

enum { PROPOSAL_DAYS = 7 };

bool model_works_on(const struct model_case *c)
{
	return c->now.state >= STATE_RECORDED && c->now.state <= STATE_NOTIFIED;
}

bool model_drafts(const struct model_meeting *meeting, unsigned who)
{
	return meeting->version != meeting->issued && meeting->drafter == who;
}

void do_assign(struct model *m, const struct model_act *act, struct model_answer *to)
{
	struct model_case *c = &m->cases[act->number];
	if (!model_works_on(c))
		refuse(to, E_STATE);
	if (act->taker > WHO_COUNT)
		refuse(to, E_NOT_FOUND);
	else if (act->taker != 0 && !can_work(m, act->taker, WORK_CASE, c->with))
		refuse(to, E_UNABLE);
	if (act->taker == c->owner)
		refuse(to, E_NOTHING);
	if (model_allows(to, OK))
		c->owner = act->taker;
}

/* Only the administrator of all touches others; the leader of 98101 does not even see those over
 * the whole register. */
static void touch(const struct model *m, const struct model_act *act, struct model_answer *to)
{
	bool of_98101 = act->giver == WHO_LEADER + 1, gone = m->ended[act->giver - 1];
	bool sees = !m->ended[act->who] && (act->who != WHO_LEADER || of_98101);
	if (act->who == WHO_ADMIN || act->who + 1 == act->giver)
		return;
	refuse(to, gone || sees ? E_NOT_ALLOWED : E_NOT_FOUND);
}

static void hand_over(struct model *m, const struct model_act *act)
{
	for (unsigned i = 1; i <= m->case_count; i++) {
		struct model_case *c = &m->cases[i];
		if (c->owner == act->giver && model_works_on(c))
			c->owner = act->taker;
		if (c->custodian == act->giver)
			c->custodian = act->taker;
	}
	for (unsigned i = 1; i <= m->meeting_count; i++)
		if (model_drafts(&m->meetings[i], act->giver))
			m->meetings[i].drafter = act->taker;
}

static void do_handover(struct model *m, const struct model_act *act, struct model_answer *to)
{
	unsigned n = 0;
	bool known = act->taker >= 1 && act->taker <= WHO_COUNT;
	uint32_t day = the_day(act, 0, to);
	touch(m, act, to);
	if (!known)
		refuse(to, E_NOT_FOUND);
	if (act->taker == act->giver)
		refuse(to, E_CONFLICT);
	for (unsigned i = 1; i <= m->case_count; i++) {
		const struct model_case *c = &m->cases[i];
		bool owns = c->owner == act->giver && model_works_on(c),
		     keeps = c->custodian == act->giver;
		n += owns + keeps;
		if ((owns || keeps) && day < c->day)
			refuse(to, E_RANGE);
		if (owns && known && !can_work(m, act->taker, WORK_CASE, c->with))
			refuse(to, E_UNABLE);
		if (keeps && known && !can_work(m, act->taker, WORK_CUSTODY, c->with) &&
			!can_work(m, act->taker, WORK_CUSTODY, c->unit))
			refuse(to, E_UNABLE);
	}
	for (unsigned i = 1; i <= m->meeting_count; i++) {
		const struct model_meeting *at = &m->meetings[i];
		if (!model_drafts(at, act->giver))
			continue;
		n++;
		if (known && !can_work(m, act->taker, WORK_DRAFT, at->unit))
			refuse(to, E_UNABLE);
	}
	if (n == 0)
		refuse(to, E_NOTHING);
	if (model_allows(to, OK))
		hand_over(m, act);
}

/* One administrator is over all: nobody takes away that role or its key. */
static void do_end_role(struct model *m, const struct model_act *act, struct model_answer *to)
{
	bool *ended = &m->ended[act->giver - 1];
	bool sees = !m->ended[act->who] && act->who != WHO_LEADER;
	if (act->who != WHO_ADMIN)
		refuse(to, sees ? E_NOT_ALLOWED : E_NOT_FOUND);
	if (*ended)
		refuse(to, E_NOTHING);
	if (act->giver == WHO_ADMIN + 1)
		refuse(to, E_LAST_ADMIN);
	if (model_allows(to, OK))
		*ended = true;
}

static void do_revoke(struct model *m, const struct model_act *act, struct model_answer *to)
{
	bool *revoked = &m->revoked[act->giver - 1];
	touch(m, act, to);
	if (*revoked)
		refuse(to, E_NOTHING);
	if (act->giver == WHO_ADMIN + 1)
		refuse(to, E_LAST_ADMIN);
	if (model_allows(to, OK))
		*revoked = true;
}

/* A leader proposes; a second one who signs the same, with the sheet in force, decides. */
static void do_recover(struct model *m, const struct model_act *act, struct model_answer *to)
{
	bool stands = m->proposer != 0 && m->today <= m->proposed_on + PROPOSAL_DAYS &&
		      m->proposed_token == act->as;
	if (!decides(act->who) || m->ended[act->who])
		refuse(to, E_NOT_ALLOWED);
	if (act->content == CONTENT_WRONG)
		refuse(to, E_SHEET);
	if (stands && m->proposer == act->who + 1)
		refuse(to, E_SECOND_PERSON);
	else if (stands && m->proposed_name != act->outcome)
		refuse(to, E_CONFLICT);
	if (!model_allows(to, OK))
		return;
	m->words++;
	if (stands) {
		m->sheets++;
		m->proposer = 0;
		return;
	}
	m->proposer = act->who + 1;
	m->proposed_on = m->today;
	m->proposed_token = act->as;
	m->proposed_name = act->outcome;
}

void do_house(struct model *m, const struct model_act *act, struct model_answer *to)
{
	if (act->verb == DO_HANDOVER)
		do_handover(m, act, to);
	else if (act->verb == DO_END_ROLE)
		do_end_role(m, act, to);
	else if (act->verb == DO_REVOKE)
		do_revoke(m, act, to);
	else
		do_recover(m, act, to);
}
