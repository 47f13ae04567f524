/* model_visitor.c: the model of persons, visits, and crowds with their members. */
#include "tests/lib/model_private.h"

/* Persons. */

/* One person of a register bears one identity number; that it is missing needs a reason. */
static void check_id(const struct model *m, const struct model_act *act, unsigned unit,
	unsigned self, struct model_answer *to)
{
	if (act->id == 0 && !act->reason)
		refuse(to, E_CHOICE);
	if (act->id == ID_BAD)
		refuse(to, E_TYPE);
	for (unsigned i = 1; act->id != 0 && i <= m->person_count; i++)
		if (i != self && m->persons[i].unit == unit && m->persons[i].id == act->id)
			refuse(to, E_EXISTS);
}

static void do_person(struct model *m, const struct model_act *act, struct model_answer *to)
{
	standing(act->unit, act->today, to);
	may_record(m, act, to);
	check_id(m, act, act->unit, 0, to);
	if (!accepted(to))
		return;
	struct model_person_kept *p = &m->persons[++m->person_count];
	*p = (struct model_person_kept){
		.unit = act->unit, .n = 1, .id = act->id, .year = year_of(act->today)
	};
	for (unsigned i = 1; i < m->person_count; i++)
		p->n += m->persons[i].unit == p->unit && m->persons[i].year == p->year;
	m->words++;
}

static void do_amend(struct model *m, const struct model_act *act, struct model_answer *to)
{
	if (act->which == 0 || act->which > m->person_count) {
		refuse(to, E_NOT_FOUND);
		return;
	}
	struct model_person_kept *p = &m->persons[act->which];
	if (!permitted(m, act, p->unit, 0, to))
		return;
	check_id(m, act, p->unit, act->which, to);
	if (!accepted(to))
		return;
	p->id = act->id;
	m->words++;
}

/* Where and when they came. */

static uint32_t arrive(const struct model *m, const struct model_act *act, struct model_answer *to)
{
	uint32_t day = the_day(act, 0, to);
	standing(act->unit, day, to);
	may_record(m, act, to);
	if (act->unit == UNIT_OUTSIDE)
		refuse(to, E_OUTSIDE);
	if (act->meeting > m->meeting_count ||
		(act->meeting != 0 && !reaches(act->who, m->meetings[act->meeting].unit)))
		refuse(to, E_NOT_FOUND);
	return day;
}

static void do_visit(struct model *m, const struct model_act *act, struct model_answer *to)
{
	uint32_t day = arrive(m, act, to);
	bool known = act->which != 0;
	if (act->nameless[0] && !known)
		refuse(to, E_MISSING);
	if (known &&
		(act->which > m->person_count || !reaches(act->who, m->persons[act->which].unit)))
		refuse(to, E_NOT_FOUND);
	if (act->ground == GROUND_UNKNOWN)
		refuse(to, E_VALUE);
	if (act->ground != 0 && !act->words)
		refuse(to, E_MISSING);
	if (act->ground == 0 && act->words)
		refuse(to, E_ONLY_WITH);
	if (!accepted(to))
		return;
	struct model_visit *v = &m->visits[++m->visit_count];
	*v = (struct model_visit){ .unit = act->unit,
		.n = 1,
		.meeting = act->meeting,
		.ground = act->ground,
		.older = is_older(act->unit, day),
		.day = day,
		.year = year_of(day),
		.people = act->count };
	for (unsigned i = 1; i < m->visit_count; i++)
		v->n += m->visits[i].unit == v->unit && m->visits[i].year == v->year;
	m->words++;
}

/* What was entered by error stays. */
static void do_void_visit(struct model *m, const struct model_act *act, struct model_answer *to)
{
	struct model_visit *v = &m->visits[act->which];
	if (act->which == 0 || act->which > m->visit_count) {
		refuse(to, E_NOT_FOUND);
		return;
	}
	if (!permitted(m, act, v->unit, 0, to))
		return;
	if (v->voided)
		refuse(to, E_NOTHING);
	if (act->ground == GROUND_UNKNOWN)
		refuse(to, E_VALUE);
	v->voided |= accepted(to);
}

/* Crowds: up to 10 have one or two who speak for them, more have up to five. */

static void check_speakers(uint32_t people, unsigned count, struct model_answer *to)
{
	if (people >= 5 && (count < 1 || count > (people <= 10 ? 2 : 5)))
		refuse(to, E_SPEAKERS);
}

static void check_members(const struct model_act *act, struct model_answer *to)
{
	for (unsigned i = 0; i < act->n; i++)
		if (act->nameless[i])
			refuse(to, E_BLANK);
}

static unsigned speakers(const struct model_act *act)
{
	unsigned n = 0;
	for (unsigned i = 0; i < act->n; i++)
		n += act->spoke[i];
	return n;
}

static void add_members(struct model *m, struct model_crowd *crowd, const struct model_act *act)
{
	for (unsigned i = 0; i < act->n; i++)
		crowd->speaks[++crowd->members] = act->spoke[i];
	crowd->representatives += speakers(act);
	crowd->kept += act->n;
	m->words += act->n;
}

/* A case comes with one crowd, but for those that were entered by error. */
static void check_matter(struct model *m, const struct model_act *act, struct model_answer *to)
{
	const struct model_case *c = &m->cases[act->number <= m->case_count ? act->number : 0];
	if (act->number > m->case_count ||
		(!reaches(act->who, c->unit) && !reaches(act->who, c->with)))
		refuse(to, E_NOT_FOUND);
	else if (c->now.flags & CASE_SEALED)
		refuse(to, E_SEALED);
	else if (c->crowd != 0 && !m->crowds[c->crowd].voided)
		refuse(to, E_BOUND);
}

static void give_matter(struct model *m, unsigned crowd, unsigned number)
{
	m->crowds[crowd].number = number;
	m->crowds[crowd].before = m->cases[number].crowd;
	m->cases[number].crowd = crowd;
}

static void do_bind(struct model *m, const struct model_act *act, struct model_answer *to)
{
	struct model_crowd *crowd = &m->crowds[act->which];
	if (crowd->voided)
		refuse(to, E_STATE);
	if (crowd->number != 0)
		refuse(to, E_BOUND);
	if (act->number == 0)
		refuse(to, E_NOT_FOUND);
	else
		check_matter(m, act, to);
	if (accepted(to))
		give_matter(m, act->which, act->number);
}

static void do_crowd(struct model *m, const struct model_act *act, struct model_answer *to)
{
	uint32_t day = arrive(m, act, to);
	if (act->number != 0)
		check_matter(m, act, to);
	check_members(act, to);
	if (act->n > act->count)
		refuse(to, E_CONFLICT);
	if (act->n > 0)
		check_speakers(act->count, speakers(act), to);
	if (!accepted(to))
		return;
	struct model_crowd *crowd = &m->crowds[++m->crowd_count];
	*crowd = (struct model_crowd){ .unit = act->unit,
		.n = 1,
		.meeting = act->meeting,
		.older = is_older(act->unit, day),
		.day = day,
		.year = year_of(day),
		.people = act->count };
	for (unsigned i = 1; i < m->crowd_count; i++)
		crowd->n += m->crowds[i].unit == crowd->unit && m->crowds[i].year == crowd->year;
	m->words++;
	crowd->kept = 1;
	if (act->number != 0)
		give_matter(m, m->crowd_count, act->number);
	add_members(m, crowd, act);
}

void forget_crowds(struct model *m, const struct model_case *c)
{
	for (unsigned at = c->crowd; at != 0; at = m->crowds[at].before) {
		m->words -= m->crowds[at].kept;
		m->crowds[at].kept = 0;
	}
}

static void do_join(struct model *m, const struct model_act *act, struct model_answer *to)
{
	struct model_crowd *crowd = &m->crowds[act->which];
	if (crowd->voided)
		refuse(to, E_STATE);
	if (m->cases[crowd->number].now.flags & CASE_SEALED)
		refuse(to, E_SEALED);
	if (act->first != 0 && act->first != crowd->members + 1)
		refuse(to, E_CONFLICT);
	if (crowd->members + act->n > crowd->people)
		refuse(to, E_CONFLICT);
	check_members(act, to);
	check_speakers(crowd->people, crowd->representatives + speakers(act), to);
	if (accepted(to))
		add_members(m, crowd, act);
}

/* Those who withdraw speak for nobody any more; the others go on. */
static void do_withdraw(struct model *m, const struct model_act *act, struct model_answer *to)
{
	struct model_crowd *crowd = &m->crowds[act->which];
	if (crowd->voided)
		refuse(to, E_STATE);
	(void)the_day(act, crowd->day, to);
	for (unsigned i = 0; i < act->n; i++) {
		uint32_t member = act->people[i];
		if (member == 0 || member > crowd->members)
			refuse(to, E_NOT_FOUND);
		else if (crowd->gone[member])
			refuse(to, E_NOTHING);
		for (unsigned k = 0; k < i; k++)
			if (act->people[k] == member)
				refuse(to, E_KEY_TWICE);
	}
	for (unsigned i = 0; accepted(to) && i < act->n; i++) {
		crowd->gone[act->people[i]] = true;
		crowd->representatives -= crowd->speaks[act->people[i]];
		crowd->withdrawn++;
	}
}

static void do_void_crowd(struct model *m, const struct model_act *act, struct model_answer *to)
{
	struct model_crowd *crowd = &m->crowds[act->which];
	if (crowd->voided)
		refuse(to, E_NOTHING);
	if (act->ground == GROUND_UNKNOWN)
		refuse(to, E_VALUE);
	crowd->voided |= accepted(to);
}

void do_visitors(struct model *m, const struct model_act *act, struct model_answer *to)
{
	if (act->verb == DO_PERSON)
		do_person(m, act, to);
	else if (act->verb == DO_AMEND)
		do_amend(m, act, to);
	else if (act->verb == DO_VISIT)
		do_visit(m, act, to);
	else if (act->verb == DO_VOID_VISIT)
		do_void_visit(m, act, to);
	else if (act->verb == DO_CROWD)
		do_crowd(m, act, to);
	else if (act->which == 0 || act->which > m->crowd_count)
		refuse(to, E_NOT_FOUND);
	else if (permitted(m, act, m->crowds[act->which].unit, 0, to))
		(act->verb == DO_BIND              ? do_bind
			: act->verb == DO_JOIN     ? do_join
			: act->verb == DO_WITHDRAW ? do_withdraw
						   : do_void_crowd)(m, act, to);
}
