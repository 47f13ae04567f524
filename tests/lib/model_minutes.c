/* model_minutes.c: the model of minutes as a paper, read back, objected to and signed, and of what
 * is handed in with a case. */
#include "tests/lib/model_private.h"

void do_read(struct model *m, const struct model_act *act, struct model_answer *to)
{
	if (accepted(to))
		m->meetings[act->meeting].read = act->today;
}

/* Of an opinion that is sealed nothing more is said. */
void do_object(struct model *m, const struct model_act *act, struct model_answer *to)
{
	struct model_meeting *at = &m->meetings[act->meeting];
	if (act->ordinal > at->count)
		refuse(to, E_NOT_FOUND);
	else if (act->ordinal != 0 &&
		 (m->cases[at->opinions[act->ordinal].number].now.flags & CASE_SEALED))
		refuse(to, E_SEALED);
	if (!act->words)
		refuse(to, E_BLANK);
	if (!accepted(to))
		return;
	at->objections[at->objection_count++] =
		(struct model_objection){ .ordinal = act->ordinal, .kept = true };
	m->words++;
}

static uint64_t live_ones(const struct model_meeting *at)
{
	uint64_t live = 0;
	for (unsigned i = 1; i <= at->count; i++)
		if (!at->opinions[i].voided && !at->opinions[i].split)
			live |= 1ull << (i - 1);
	return live;
}

/* Closed minutes, as they are now, once by the same person. */
void do_sign_minutes(struct model *m, const struct model_act *act, struct model_answer *to)
{
	struct model_meeting *at = &m->meetings[act->meeting];
	struct model_signature *s = act->verb == DO_WITNESS ? &at->witness : &at->clerk;
	if (!at->closed)
		refuse(to, E_MINUTES_OPEN);
	if (act->content != CONTENT_RIGHT)
		refuse(to, E_STALE);
	if (s->who == act->who + 1 && s->live == live_ones(at))
		refuse(to, E_NOTHING);
	if (accepted(to))
		*s = (struct model_signature){ act->who + 1, live_ones(at) };
}

void forget_objections(struct model *m, const struct model_case *c)
{
	struct model_meeting *at = &m->meetings[c->meeting];
	for (unsigned i = 0; c->meeting != 0 && i < at->objection_count; i++) {
		struct model_objection *o = &at->objections[i];
		m->words -= o->kept && o->ordinal == c->ordinal;
		o->kept &= o->ordinal != c->ordinal;
	}
}

/* Documents. */

static void do_receive(struct model *m, const struct model_act *act, struct model_answer *to)
{
	struct model_case *c = &m->cases[act->number];
	if (c->now.flags & CASE_SEALED)
		refuse(to, E_SEALED);
	for (unsigned i = 0; i < act->n; i++)
		if (act->nameless[i])
			refuse(to, E_BLANK);
	if (!accepted(to))
		return;
	c->documents += act->n;
	c->papers += act->n;
	m->words += act->n;
}

static void do_void_document(struct model *m, const struct model_act *act, struct model_answer *to)
{
	struct model_case *c = &m->cases[act->number];
	if (act->ordinal > c->documents)
		refuse(to, E_NOT_FOUND);
	else if (c->void_documents & 1u << act->ordinal)
		refuse(to, E_NOTHING);
	if (act->ground == GROUND_UNKNOWN)
		refuse(to, E_VALUE);
	if (accepted(to))
		c->void_documents |= 1u << act->ordinal;
}

void do_document(struct model *m, const struct model_act *act, struct model_answer *to)
{
	const struct model_case *c = &m->cases[act->number];
	if (act->number == 0 || act->number > m->case_count)
		refuse(to, E_NOT_FOUND);
	else if (permitted(m, act, c->unit, c->with, to))
		(act->verb == DO_RECEIVE ? do_receive : do_void_document)(m, act, to);
}
