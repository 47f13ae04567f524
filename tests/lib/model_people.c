/* model_people.c: who asked to speak at a meeting, and the Front's count. */
#include "tests/lib/model_private.h"

const char *const model_persons[PERSON_NAMES + 1] = { "", "waiting", "heard", "written",
	"withdrawn", "asleep" };

unsigned model_people(const struct model_meeting *meeting, unsigned as)
{
	unsigned n = 0;
	for (unsigned i = 1; i <= meeting->registered; i++)
		n += meeting->people[i].as == as;
	return n;
}

void do_register(struct model *m, const struct model_act *act, struct model_answer *to)
{
	struct model_meeting *meeting = &m->meetings[act->meeting];
	if (meeting->closed)
		refuse(to, E_STATE);
	if (act->first != 0 && act->first != meeting->registered + 1)
		refuse(to, E_CONFLICT);
	for (unsigned i = 0; i < act->n; i++)
		if (act->nameless[i])
			refuse(to, E_CHOICE);
	if (!accepted(to))
		return;
	for (unsigned i = 0; i < act->n; i++)
		meeting->people[++meeting->registered].as =
			act->spoke[i] ? PERSON_SPOKE : PERSON_WAITS;
	m->words += act->n;
}

/* Who spoke is written in the minutes: once these are closed nobody comes to have spoken, or to
 * have been silent. */
static void mark_one(struct model_meeting *meeting, const struct model_act *act, uint32_t number,
	struct model_answer *to)
{
	bool there = number != 0 && number <= meeting->registered;
	unsigned was = meeting->people[there ? number : 0].as;
	if (!there) {
		refuse(to, E_NOT_FOUND);
		return;
	}
	if (was == act->as && meeting->people[number].ordinal == act->ordinal)
		refuse(to, E_NOTHING);
	if (meeting->closed &&
		(was == PERSON_SPOKE || act->as == PERSON_SPOKE || act->as == PERSON_WAITS))
		refuse(to, E_STATE);
}

static void check_opinion(
	const struct model_meeting *meeting, const struct model_act *act, struct model_answer *to)
{
	if (act->as != PERSON_WROTE && act->ordinal != 0)
		refuse(to, E_ONLY_WITH);
	if (act->as != PERSON_WROTE)
		return;
	if (act->ordinal == 0)
		refuse(to, E_MISSING);
	else if (act->ordinal > meeting->count)
		refuse(to, E_NOT_FOUND);
	else if (meeting->opinions[act->ordinal].voided || meeting->opinions[act->ordinal].split)
		refuse(to, E_STATE);
}

void do_mark(struct model *m, const struct model_act *act, struct model_answer *to)
{
	struct model_meeting *meeting = &m->meetings[act->meeting];
	if (act->as == PERSON_NAMES)
		refuse(to, E_VALUE);
	check_opinion(meeting, act, to);
	for (unsigned i = 0; i < act->n; i++) {
		for (unsigned k = 0; k < i; k++)
			if (act->people[k] == act->people[i])
				refuse(to, E_KEY_TWICE);
		mark_one(meeting, act, act->people[i], to);
	}
	if (!accepted(to))
		return;
	for (unsigned i = 0; i < act->n; i++) {
		meeting->people[act->people[i]].as = act->as;
		meeting->people[act->people[i]].ordinal = act->ordinal;
	}
}

void do_tally(struct model *m, const struct model_act *act, struct model_answer *to)
{
	struct model_meeting *meeting = &m->meetings[act->meeting];
	if (meeting->issued != 0)
		refuse(to, E_STATE); /* the count must not follow the conclusion */
	if (meeting->counted && meeting->speakers == act->speakers &&
		meeting->unheard == act->unheard)
		refuse(to, E_NOTHING);
	if (!accepted(to))
		return;
	meeting->counted = true;
	meeting->speakers = act->speakers;
	meeting->unheard = act->unheard;
}
