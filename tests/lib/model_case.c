/* model_case.c: the model of cases: states and transitions, and the rates. */
#include "tests/lib/model_private.h"

#include <assert.h>

/* From, to: the table of transitions, as far as there are such states; 0: stays. */
#define IN(state) (1u << STATE_##state)
static const struct {
	unsigned from, to;
	enum case_mark mark;
} table[DO_COUNT] = {
	[DO_CLASSIFY] = { IN(RECORDED) | IN(CLASSIFIED), STATE_CLASSIFIED, MARK_NONE },
	[DO_ACCEPT] = { IN(CLASSIFIED), STATE_ACCEPTED, MARK_ACCEPTED },
	[DO_REFER] = { IN(CLASSIFIED), STATE_REFERRED, MARK_REFERRED },
	[DO_ACKNOWLEDGE] = { IN(REFERRED), 0, MARK_ACKNOWLEDGED },
	[DO_RETURN] = { IN(REFERRED), STATE_CLASSIFIED, MARK_NONE },
	[DO_RECALL] = { IN(REFERRED), STATE_CLASSIFIED, MARK_NONE },
	[DO_RESOLVE] = { IN(CLASSIFIED) | IN(ACCEPTED) | IN(REFERRED), STATE_RESOLVED,
		MARK_SETTLED },
	[DO_NOTIFY] = { IN(RESOLVED), STATE_NOTIFIED, MARK_NONE },
	[DO_DONE] = { IN(RESOLVED) | IN(NOTIFIED), 0, MARK_DONE },
	[DO_CLOSE] = { IN(NOTIFIED), STATE_CLOSED, MARK_NONE },
	[DO_GUIDE] = { IN(CLASSIFIED), STATE_GUIDED, MARK_ENDED },
	[DO_NOT_ACCEPT] = { IN(CLASSIFIED), STATE_NOT_ACCEPTED, MARK_ENDED },
	[DO_FILE] = { IN(CLASSIFIED), STATE_FILED, MARK_ENDED },
	[DO_MERGE] = { IN(CLASSIFIED) | IN(ACCEPTED), STATE_MERGED, MARK_ENDED },
	[DO_ASSIGN] = { IN(RECORDED) | IN(CLASSIFIED) | IN(ACCEPTED) | IN(REFERRED) | IN(RESOLVED) |
				IN(NOTIFIED),
		0, MARK_NONE },
	[DO_FEEDBACK] = { IN(NOTIFIED) | IN(CLOSED), 0, MARK_NONE },
	[DO_REOPEN] = { IN(RESOLVED) | IN(NOTIFIED) | IN(CLOSED), 0, MARK_NONE },
};

bool waiting(const struct model_case *c)
{
	return (1u << c->now.state) & (IN(RECORDED) | IN(CLASSIFIED) | IN(ACCEPTED) | IN(REFERRED));
}

static bool is_sealed(const struct model_case *c)
{
	return c->now.flags & CASE_SEALED;
}

static bool refused(const struct model_answer *to)
{
	return !model_allows(to, OK);
}

/* The step is done: state and day. */
static void move(struct model_case *c, enum model_verb verb, uint32_t day)
{
	if (table[verb].to != 0)
		c->now.state = table[verb].to;
	if (table[verb].mark != MARK_NONE)
		c->now.mark[table[verb].mark] = day;
}

static void leave(const struct model_case *c, enum model_verb verb, struct model_answer *to)
{
	if ((table[verb].from & 1u << c->now.state) == 0)
		refuse(to, E_STATE);
}

static void keep_words(
	struct model *m, struct model_case *c, const struct model_act *act, struct model_answer *to)
{
	if (!act->words)
		return;
	if (is_sealed(c))
		refuse(to, E_SEALED);
	if (refused(to))
		return;
	m->words++;
	c->words++;
}

static void forget_case(struct model *m, struct model_case *c)
{
	m->words -= c->words + c->papers;
	c->words = c->papers = 0;
	forget_objections(m, c);
	forget_crowds(m, c);
	forget_papers(m, 0, (unsigned)(c - m->cases));
}

static void forget_whole(struct model *m, struct model_case *c)
{
	const struct model_opinion *all = m->meetings[c->meeting].opinions;
	forget_case(m, c);
	if (c->meeting == 0)
		return;
	forget_papers(m, c->meeting, 0);
	for (unsigned at = all[c->ordinal].parent; at != 0; at = all[at].parent)
		forget_case(m, &m->cases[all[at].number]);
}

void forget_words(struct model *m, struct model_case *c)
{
	forget_whole(m, c);
	for (unsigned at = c->previous; at != 0; at = m->cases[at].previous)
		forget_whole(m, &m->cases[at]);
	for (unsigned at = c->next; at != 0; at = m->cases[at].next)
		forget_whole(m, &m->cases[at]);
}

static void do_classify(struct model *m, const struct model_act *act, struct model_answer *to)
{
	struct model_case *c = &m->cases[act->number];
	unsigned kind = act->kind != 0 ? act->kind : c->now.kind;
	if (act->kind == KIND_UNKNOWN || act->topic == TOPIC_UNKNOWN)
		refuse(to, E_VALUE);
	standing(act->place, act->today, to);
	if (kind == 0 || (kind == KIND_TC && (!act->custodian || !act->paper)))
		refuse(to, E_MISSING);
	if (kind != KIND_TC && is_sealed(c))
		refuse(to, E_SECOND_PERSON);
	if (kind != KIND_TC && (act->custodian || act->paper))
		refuse(to, E_ONLY_WITH);
	if (refused(to))
		return;
	c->now.kind = kind;
	c->now.topic = act->topic != 0 ? act->topic : c->now.topic;
	c->place = act->place != 0 ? act->place : c->place;
	if (!c->due_kept)
		c->now.mark[MARK_DUE] = due_day(kind, c->day);
	if (kind == KIND_TC) {
		if (!is_sealed(c))
			forget_words(m, c);
		c->now.flags |= CASE_SEALED;
		c->custodian = WHO_LEADER + 1;
	}
}

/* A denunciation is referred once; what came back twice, only a superior sends on. */
static void check_refer(const struct model_case *c, const struct model_act *act, unsigned unit,
	struct model_answer *to)
{
	if (unit == c->with && !c->with_older)
		refuse(to, E_NOTHING);
	if (!act->document)
		refuse(to, E_MISSING);
	if (c->now.kind == KIND_TC && c->referred > 0)
		refuse(to, E_ONCE);
	if (c->returned >= 2 && act->who != WHO_SUPERIOR)
		refuse(to, E_BOUNCED);
}

static void refer(struct model_case *c, unsigned unit)
{
	c->with = unit;
	c->with_older = false;
	c->owner = 0;
	c->referred++;
}

static void do_refer(struct model *m, const struct model_act *act, struct model_answer *to)
{
	struct model_case *c = &m->cases[act->number];
	standing(act->unit, act->today, to);
	check_refer(c, act, act->unit, to);
	if (!refused(to))
		refer(c, act->unit);
}

void can_refer(const struct model *m, const struct model_act *act, unsigned number,
	unsigned to_unit, uint32_t day, struct model_answer *to)
{
	const struct model_case *c = &m->cases[number];
	struct model_act step = *act;
	step.document = true;
	leave(c, DO_REFER, to);
	standing(to_unit, act->today, to);
	check_refer(c, &step, to_unit, to);
	if (day < c->day)
		refuse(to, E_RANGE);
}

void be_referred(struct model *m, unsigned number, unsigned to_unit, uint32_t day)
{
	move(&m->cases[number], DO_REFER, day);
	refer(&m->cases[number], to_unit);
}

static void do_return(struct model *m, const struct model_act *act, struct model_answer *to)
{
	struct model_case *c = &m->cases[act->number];
	if (act->ground == GROUND_UNKNOWN)
		refuse(to, E_VALUE);
	keep_words(m, c, act, to);
	if (refused(to))
		return;
	if (c->with != c->unit || c->with_older != c->older)
		c->owner = 0;
	c->with = c->unit;
	c->with_older = c->older;
	c->returned++;
	c->now.mark[MARK_REFERRED] = c->now.mark[MARK_ACKNOWLEDGED] = 0;
}

/* Only who sent it, and only before it is acknowledged; it counts as neither sent nor returned. */
static void do_recall(struct model *m, const struct model_act *act, struct model_answer *to)
{
	struct model_case *c = &m->cases[act->number];
	if (!reaches(act->who, c->unit))
		refuse(to, E_NOT_ALLOWED);
	if (c->now.mark[MARK_ACKNOWLEDGED] != 0)
		refuse(to, E_CONFLICT);
	do_return(m, act, to);
	if (refused(to))
		return;
	c->returned--;
	c->referred--;
}

static void do_resolve(struct model *m, const struct model_act *act, struct model_answer *to)
{
	struct model_case *c = &m->cases[act->number];
	bool promises = act->outcome == OUTCOME_WILL_DO, spot = c->now.state == STATE_CLASSIFIED;
	if (act->outcome == OUTCOME_UNKNOWN)
		refuse(to, E_VALUE);
	if ((promises && act->promise == 0) || (!act->words && !is_sealed(c)))
		refuse(to, E_MISSING);
	if (!promises && act->promise != 0)
		refuse(to, E_ONLY_WITH);
	if (spot && !decides(act->who))
		refuse(to, E_STATE);
	keep_words(m, c, act, to);
	if (refused(to))
		return;
	c->now.flags |= (promises ? CASE_PROMISE : 0) | (spot ? CASE_ON_SPOT : 0);
}

static void do_guide(struct model *m, const struct model_act *act, struct model_answer *to)
{
	standing(act->unit, act->today, to);
	keep_words(m, &m->cases[act->number], act, to);
}

static void do_ground(struct model *m, const struct model_act *act, struct model_answer *to)
{
	if (act->ground == GROUND_UNKNOWN)
		refuse(to, E_VALUE);
	keep_words(m, &m->cases[act->number], act, to);
}

/* The second instance is a unit of work of its own, with the words of the first. */
static void take_up(struct model *m, unsigned number, uint32_t day)
{
	struct model_case *before = &m->cases[number], *c = &m->cases[++m->case_count];
	unsigned kind = before->now.kind;
	*c = (struct model_case){ .unit = before->unit,
		.older = before->older,
		.year = year_of(day),
		.n = 1,
		.place = before->place,
		.with = before->unit,
		.with_older = before->older,
		.day = day,
		.custodian = before->custodian,
		.previous = number };
	for (unsigned i = 1; i < m->case_count; i++)
		c->n += m->cases[i].unit == c->unit && m->cases[i].year == c->year;
	c->now.state = kind == 0 ? STATE_RECORDED : STATE_CLASSIFIED;
	c->now.kind = kind;
	c->now.topic = before->now.topic;
	c->now.flags = before->now.flags & CASE_SEALED;
	c->now.mark[MARK_DUE] = due_day(kind, day);
	before->next = m->case_count;
}

/* A poor word takes the case up once. */
static void do_feedback(struct model *m, const struct model_act *act, struct model_answer *to)
{
	struct model_case *c = &m->cases[act->number];
	if (act->word == WORD_UNKNOWN)
		refuse(to, E_VALUE);
	keep_words(m, c, act, to);
	uint32_t day = the_day(act, c->day, to);
	if (refused(to))
		return;
	c->word = act->word;
	if (act->word == WORD_POOR && c->next == 0)
		take_up(m, act->number, day);
}

static void do_reopen(struct model *m, const struct model_act *act, struct model_answer *to)
{
	struct model_case *c = &m->cases[act->number];
	if (c->next != 0)
		refuse(to, E_EXISTS);
	if (!act->words && !is_sealed(c))
		refuse(to, E_MISSING);
	keep_words(m, c, act, to);
	uint32_t day = the_day(act, c->day, to);
	if (!refused(to))
		take_up(m, act->number, day);
}

/* Steps with little to say. */
static void do_plain(struct model *m, const struct model_act *act, struct model_answer *to)
{
	const struct model_case *c = &m->cases[act->number];
	if (act->verb == DO_ACKNOWLEDGE && c->now.mark[MARK_ACKNOWLEDGED] != 0)
		refuse(to, E_NOTHING);
	if (act->verb == DO_DONE && c->now.mark[MARK_DONE] != 0)
		refuse(to, E_NOTHING);
	if (act->verb == DO_CLOSE && (c->now.flags & CASE_PROMISE) && c->now.mark[MARK_DONE] == 0)
		refuse(to, E_ORDER);
	if (act->verb == DO_NOTIFY && !act->channel)
		refuse(to, E_VALUE);
}

/* One proposes, a second person signs the same. */
static void do_merge(struct model *m, const struct model_act *act, struct model_answer *to)
{
	struct model_case *c = &m->cases[act->number], *lead = &m->cases[act->into];
	if (act->into == 0 || act->into > m->case_count) {
		refuse(to, E_NOT_FOUND);
		return;
	}
	if (!permitted(m, act, lead->unit, lead->with, to))
		return;
	bool second = c->proposed != 0 && c->proposed == act->into;
	uint32_t day = the_day(act, c->day > lead->day ? c->day : lead->day, to);
	uint32_t due = c->now.mark[MARK_DUE], *lead_due = &lead->now.mark[MARK_DUE];
	leave(c, DO_MERGE, to);
	if (act->into == act->number)
		refuse(to, E_CONFLICT);
	if (!waiting(lead))
		refuse(to, E_STATE);
	if (is_sealed(lead) || is_sealed(c))
		refuse(to, E_SEALED);
	if (second && c->proposer == act->who)
		refuse(to, E_SECOND_PERSON);
	if (refused(to))
		return;
	c->lead = act->into;
	c->proposed = second ? 0 : act->into;
	c->proposer = act->who;
	if (second)
		move(c, DO_MERGE, day);
	if (second && due != 0 && (*lead_due == 0 || due < *lead_due)) {
		*lead_due = due;
		lead->due_kept = true;
	}
}

/* The routing table of house.h: what becomes of a case, and where it goes. */
static enum model_verb rule(const struct model_case *c, unsigned *unit)
{
	unsigned kind = c->now.kind, topic = c->now.topic;
	unsigned place = c->place != 0 ? c->place : c->unit;
	if (kind == KIND_PHAN_ANH && topic == TOPIC_ROADS) {
		*unit = UNIT_98101_KT;
		return DO_ACCEPT;
	}
	if (kind == KIND_KN && topic == TOPIC_LAND) {
		*unit = UNIT_98_KT;
		return DO_REFER;
	}
	if (kind == KIND_TC) {
		*unit = UNIT_98;
		return DO_REFER;
	}
	if (topic == TOPIC_WATER) {
		*unit = UNIT_98102;
		return DO_GUIDE;
	}
	*unit = 0;
	return place == UNIT_98101 || place == UNIT_98101_KT ? DO_ACCEPT : DO_COUNT;
}

static void do_route(struct model *m, const struct model_act *act, struct model_answer *to)
{
	struct model_case *c = &m->cases[act->number];
	unsigned unit;
	enum model_verb verb = rule(c, &unit);
	uint32_t day = the_day(act, c->day, to);
	if (verb == DO_COUNT) {
		refuse(to, E_POLICY);
		return;
	}
	leave(c, verb, to);
	if (verb == DO_REFER)
		check_refer(c, act, unit, to);
	if (refused(to))
		return;
	move(c, verb, day);
	if (verb == DO_REFER)
		refer(c, unit);
	if (verb == DO_ACCEPT) {
		unsigned to_unit = unit != 0 ? unit : c->unit;
		if (c->with != to_unit || c->with_older != (unit == 0 && c->older))
			c->owner = 0;
		c->with = unit != 0 ? unit : c->unit;
		c->with_older = unit == 0 && c->older;
	}
}

static do_verb *const steps[DO_COUNT] = {
	[DO_CLASSIFY] = do_classify,
	[DO_ACCEPT] = do_plain,
	[DO_REFER] = do_refer,
	[DO_ACKNOWLEDGE] = do_plain,
	[DO_RETURN] = do_return,
	[DO_RECALL] = do_recall,
	[DO_RESOLVE] = do_resolve,
	[DO_NOTIFY] = do_plain,
	[DO_DONE] = do_plain,
	[DO_CLOSE] = do_plain,
	[DO_GUIDE] = do_guide,
	[DO_NOT_ACCEPT] = do_ground,
	[DO_FILE] = do_ground,
	[DO_ASSIGN] = do_assign,
	[DO_FEEDBACK] = do_feedback,
	[DO_REOPEN] = do_reopen,
};

void do_case(struct model *m, const struct model_act *act, struct model_answer *to)
{
	struct model_case *c = &m->cases[act->number];
	if (act->verb == DO_REFER && !act->document) { /* seen before the case is looked at */
		refuse(to, E_MISSING);
		return;
	}
	check_behalf(m, act, to);
	if (act->number == 0 || act->number > m->case_count) {
		refuse(to, E_NOT_FOUND);
		return;
	}
	if (!permitted_step(m, act, c, to))
		return;
	if (act->verb == DO_MERGE) {
		do_merge(m, act, to);
	} else if (act->verb == DO_ROUTE) {
		do_route(m, act, to);
	} else {
		uint32_t day = the_day(act, c->day, to);
		leave(c, act->verb, to);
		steps[act->verb](m, act, to);
		if (!refused(to))
			move(c, act->verb, day);
	}
}

/* What was known when. */

void remember(struct model *m)
{
	for (unsigned i = 1; i <= m->case_count; i++) {
		struct model_case *c = &m->cases[i];
		struct model_fact *last = c->past_n > 0 ? &c->past[c->past_n - 1] : NULL;
		c->now.known = last == NULL ? m->today : last->known;
		if (last != NULL && memcmp(last, &c->now, sizeof(*last)) == 0)
			continue;
		if (last == NULL || last->known != m->today)
			c->past_n++;
		assert(c->past_n <= MODEL_DAYS);
		c->now.known = m->today;
		c->past[c->past_n - 1] = c->now;
	}
}

const struct model_fact *model_known(const struct model_case *c, uint32_t known_at)
{
	const struct model_fact *found = NULL;
	for (unsigned i = 0; i < c->past_n; i++)
		if (c->past[i].known <= known_at)
			found = &c->past[i];
	return found;
}

/* Rates. */

static bool by(uint32_t day, uint32_t last)
{
	return day != 0 && day <= last;
}

static bool in(uint32_t day, const struct model_ask *ask)
{
	return day >= ask->from && day <= ask->to;
}

/* An opinion of a gated meeting held in the window; its parts replace one that was split. */
static bool of_cohort(
	const struct model_case *c, const struct model_fact *k, const struct model_ask *ask)
{
	return (k->flags & CASE_GATED) && !(k->flags & CASE_SPLIT) && in(c->day, ask) &&
	       by(c->day, ask->as_of);
}

/* Two bits: 1 counted below, 2 counted above too. */
static unsigned counted(
	const struct model_case *c, const struct model_fact *k, const struct model_ask *ask)
{
	const uint32_t *mark = k->mark;
	bool below = !by(mark[MARK_VOIDED], ask->as_of), above = false;
	switch (ask->rate) {
	case ASK_INCLUSION:
		below &= of_cohort(c, k, ask);
		above = by(mark[MARK_INCLUDED], ask->as_of);
		break;
	case ASK_SUBMITTED:
		below &= of_cohort(c, k, ask);
		above = by(mark[MARK_REFERRED], ask->as_of) ||
			by(mark[MARK_ACCEPTED], ask->as_of) ||
			((k->flags & CASE_ON_SPOT) && by(mark[MARK_SETTLED], ask->as_of));
		break;
	case ASK_RESOLUTION:
		below &= in(mark[MARK_ACCEPTED], ask) && by(mark[MARK_ACCEPTED], ask->as_of) &&
			 !by(mark[MARK_ENDED], ask->as_of);
		above = by(mark[MARK_SETTLED], ask->as_of);
		break;
	case ASK_ONTIME:
		below &= in(mark[MARK_SETTLED], ask) && by(mark[MARK_SETTLED], ask->as_of) &&
			 mark[MARK_DUE] != 0;
		above = mark[MARK_SETTLED] <= mark[MARK_DUE];
		break;
	case ASK_COUNT:
		break;
	}
	return below ? 1u | (above ? 2u : 0) : 0;
}

void model_rate(const struct model *m, const struct model_ask *ask, uint64_t *num, uint64_t *den)
{
	*num = *den = 0;
	for (unsigned i = 1; i <= m->case_count; i++) {
		const struct model_fact *k = model_known(&m->cases[i], ask->known_at);
		unsigned bits = k == NULL ? 0 : counted(&m->cases[i], k, ask);
		*den += bits & 1;
		*num += bits >> 1;
	}
}
