/* model_make.c: actions made from seeds. */
#include "tests/lib/model.h"

uint64_t model_random(uint64_t *seed)
{
	uint64_t z = *seed += 0x9e3779b97f4a7c15ull; /* splitmix64, by Sebastiano Vigna */
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return z ^ z >> 31;
}

/* A making: where its numbers come from and what it makes. */
struct making {
	const struct model *m;
	uint64_t seed;
	struct model_act *act;
};

static unsigned below(struct making *g, unsigned n)
{
	return (unsigned)(model_random(&g->seed) % n);
}

static bool percent(struct making *g, unsigned n)
{
	return below(g, 100) < n;
}

/* One of 1..count-1, seldom the last, which is unknown; 0 with `none` percent. */
static unsigned code(struct making *g, unsigned count, unsigned none)
{
	if (percent(g, none))
		return 0;
	return percent(g, 4) ? count - 1 : 1 + below(g, count - 2);
}

/* Index of something there, seldom of what is not. */
static unsigned index_of(struct making *g, unsigned count)
{
	return count == 0 || percent(g, 1) ? count + 1 : 1 + below(g, count);
}

/* A day since `first`, seldom before it or to come; often none. */
static uint32_t some_day(struct making *g, uint32_t first)
{
	uint32_t today = g->act->today, day = today - below(g, 40);
	if (percent(g, 60))
		return 0;
	if (percent(g, 4))
		return today + 1 + below(g, 9);
	return day < first && !percent(g, 5) ? first : day;
}

/* Opinions. */

static void make_opinion(struct making *g, struct model_new *o)
{
	o->kind = code(g, KIND_NAMES, 40);
	o->topic = code(g, TOPIC_NAMES, 30);
	o->place = percent(g, 80) ? 0 : 1 + below(g, UNIT_NAMES - 1);
	bool stub = o->kind == KIND_TC;
	o->words = stub == percent(g, 2);
	o->custodian = stub != percent(g, 2);
	o->paper = stub != percent(g, 2);
}

static void make_opinions(struct making *g, unsigned least, unsigned most)
{
	g->act->n = least + below(g, most - least + 1);
	for (unsigned i = 0; i < g->act->n; i++)
		make_opinion(g, &g->act->opinions[i]);
}

static void make_open(struct making *g)
{
	struct model_act *act = g->act;
	act->kind = code(g, MEETING_NAMES, 0);
	if (percent(g, 70))
		act->kind = MEETING_GATED;
	act->unit = percent(g, 60) ? UNIT_98101 : UNIT_98103;
	if (percent(g, 4))
		act->unit = 1 + below(g, UNIT_NAMES - 1);
	act->day = act->today - below(g, percent(g, 60) ? 20 : 400);
	if (percent(g, 2))
		act->day = act->today + 1;
	if (act->verb == DO_OPEN)
		return;
	make_opinions(g, 0, MODEL_LIST);
	act->closed = percent(g, 60);
	act->count = act->closed || percent(g, 30) ? act->n + (percent(g, 4) ? 1 : 0) : 0;
}

static const struct model_meeting *meeting_of(const struct making *g)
{
	return &g->m->meetings[g->act->meeting <= g->m->meeting_count ? g->act->meeting : 0];
}

/* An opinion that is live, seldom any number. */
static uint32_t some_ordinal(struct making *g)
{
	const struct model_meeting *at = meeting_of(g);
	for (unsigned tries = 0; tries < 8 && at->count > 0; tries++) {
		uint32_t ordinal = 1 + below(g, at->count);
		if (!at->opinions[ordinal].voided && !at->opinions[ordinal].split)
			return ordinal;
	}
	return 1 + below(g, at->count + 1);
}

static void make_of_meeting(struct making *g)
{
	struct model_act *act = g->act;
	const struct model_meeting *at = meeting_of(g);
	if (act->verb == DO_ADD) {
		make_opinions(g, 1, 3);
		act->first = percent(g, 50) ? at->count + 1 : percent(g, 10) ? at->count : 0;
	}
	if (act->verb == DO_SPLIT)
		make_opinions(g, percent(g, 5) ? 1 : 2, 3);
	if (act->verb == DO_VOID || act->verb == DO_SPLIT)
		act->ordinal = percent(g, 5) ? 1 + below(g, at->count + 1) : some_ordinal(g);
	if (act->verb == DO_VOID) {
		act->ground = code(g, GROUND_NAMES, 0);
		act->day = some_day(g, at->day);
	}
	if (act->verb == DO_OBJECT) {
		act->ordinal = percent(g, 30) ? 0 : 1 + below(g, at->count + 1);
		act->words = !percent(g, 4);
	}
	if (act->verb == DO_SIGN_MINUTES || act->verb == DO_WITNESS)
		act->content = percent(g, 92) ? CONTENT_RIGHT : CONTENT_WRONG;
	if (act->verb == DO_CLOSE_MINUTES)
		act->count = at->count + (percent(g, 10) ? 1 : 0);
}

/* People. */

static void make_people(struct making *g)
{
	struct model_act *act = g->act;
	const struct model_meeting *at = meeting_of(g);
	act->n = 1 + below(g, 4);
	for (unsigned i = 0; i < act->n; i++) {
		act->spoke[i] = percent(g, 40);
		act->nameless[i] = percent(g, 2);
		act->people[i] =
			percent(g, 2) ? at->registered + 1 : 1 + below(g, at->registered + 1);
	}
	if (act->verb == DO_REGISTER) {
		act->first = percent(g, 50) ? at->registered + 1 : percent(g, 5) ? 1 : 0;
		return;
	}
	act->n = act->verb == DO_TALLY ? 0 : 1 + below(g, 2);
	act->as = percent(g, 2) ? PERSON_NAMES : PERSON_WAITS + below(g, 4);
	if ((act->as == PERSON_WROTE) != percent(g, 4))
		act->ordinal = some_ordinal(g);
	act->speakers = below(g, 4);
	act->unheard = below(g, 3);
	if (act->verb == DO_TALLY)
		act->as = act->ordinal = 0;
}

/* Conclusions. */

static void make_how(struct making *g, struct model_item *item)
{
	item->how = 1 + below(g, 3);
	if (item->how == HOW_DIRECTION) {
		item->unit = 1 + below(g, percent(g, 3) ? UNIT_NAMES - 1 : UNIT_98);
		item->due = g->act->today + below(g, 30);
	}
	if (item->how == HOW_DECLINE)
		item->ground = code(g, GROUND_NAMES, 0);
	if (percent(g, 1) && meeting_of(g)->day != 0)
		item->due = meeting_of(g)->day - below(g, 3);
	if (percent(g, 1))
		item->unit = 0;
	if (percent(g, 1))
		item->ground = code(g, GROUND_NAMES, 50);
}

/* The opinions that a leader sees before him, some forgotten, some that are not there. */
static unsigned ordinals_to_cover(struct making *g, uint32_t out[static MODEL_OPINIONS + 2])
{
	const struct model_meeting *at = meeting_of(g);
	unsigned n = 0, forget = percent(g, 70) ? 0 : 100 / (1 + below(g, 12));
	for (uint32_t i = 1; i <= at->count; i++) {
		const struct model_opinion *o = &at->opinions[i];
		bool wanted = !o->voided && !o->split && (o->version == 0 || percent(g, 5));
		if ((wanted && !percent(g, forget)) || percent(g, 1))
			out[n++] = i;
	}
	if (percent(g, 4))
		out[n++] = at->count + below(g, 4);
	return n;
}

static void make_put(struct making *g)
{
	struct model_act *act = g->act;
	const struct model_meeting *at = meeting_of(g);
	uint32_t ordinals[MODEL_OPINIONS + 2];
	unsigned n = ordinals_to_cover(g, ordinals), each = 1 + below(g, MODEL_LIST);
	if (each * MODEL_LIST < n)
		each = (n + MODEL_LIST - 1) / MODEL_LIST;
	if (each > MODEL_LIST)
		each = MODEL_LIST;
	for (unsigned i = 0; i < n && act->n < MODEL_LIST; i += each) {
		struct model_item *item = &act->items[act->n++];
		for (unsigned k = i; k < n && k < i + each; k++)
			item->ordinals[item->n++] = ordinals[k];
		make_how(g, item);
	}
	unsigned have = at->versions[at->version].n;
	act->first = percent(g, 75) || have == 0 ? 1 : have + 1;
	if (percent(g, 3))
		act->first = 1 + below(g, 9);
}

static void make_of_conclusion(struct making *g)
{
	struct model_act *act = g->act;
	act->version = meeting_of(g)->version + (percent(g, 2) ? 1 : 0);
	if (act->version == 0)
		act->version = 1;
	if (act->verb == DO_PUT) {
		make_put(g);
		return;
	}
	act->content = percent(g, 80)   ? CONTENT_RIGHT
		       : percent(g, 80) ? CONTENT_CHECKED
					: CONTENT_WRONG;
	if (act->verb == DO_ISSUE)
		act->day = some_day(g, meeting_of(g)->day);
}

/* The house. */

static unsigned somebody(struct making *g)
{
	static const enum model_who workers[] = { WHO_PROCESSOR, WHO_SECOND, WHO_HANDLER,
		WHO_SUPERIOR, WHO_LEADER };
	if (percent(g, 8))
		return 1 + below(g, WHO_COUNT + 1);
	return 1 + (unsigned)workers[below(g, COUNT(workers))];
}

/* One who has something in hand, mostly. */
static unsigned who_has(struct making *g)
{
	const struct model *m = g->m;
	for (unsigned tries = 0; tries < 6 && m->case_count > 0; tries++) {
		const struct model_case *c = &m->cases[1 + below(g, m->case_count)];
		if (c->owner != 0)
			return c->owner;
		if (c->custodian != 0 && percent(g, 40))
			return c->custodian;
	}
	return 1 + below(g, WHO_COUNT);
}

/* Roles and keys end of those alone whom the other actions can do without. */
static void make_of_house(struct making *g)
{
	static const enum model_who leaving[] = { WHO_HANDLER, WHO_SECOND, WHO_FRONT, WHO_ADMIN };
	struct model_act *act = g->act;
	act->meeting = act->number = 0;
	act->who = percent(g, 90) ? WHO_ADMIN : (enum model_who)below(g, WHO_COUNT);
	if (act->verb == DO_HANDOVER) {
		act->giver = who_has(g);
		act->taker = somebody(g);
		act->day = percent(g, 90) ? 0 : some_day(g, 0);
		if (percent(g, 25))
			act->who = (enum model_who)(act->giver - 1);
	} else if (act->verb != DO_RECOVER) {
		act->giver = 1 + (unsigned)leaving[below(g, COUNT(leaving))];
		if (act->verb == DO_REVOKE && percent(g, 20))
			act->who = (enum model_who)(act->giver - 1);
	} else {
		act->who = percent(g, 50) ? WHO_LEADER : WHO_SUPERIOR;
		if (percent(g, 10))
			act->who = (enum model_who)below(g, WHO_COUNT);
		act->as = percent(g, 80) ? 0 : 1;
		act->outcome = percent(g, 90) ? 0 : 1;
		act->content = percent(g, 8) ? CONTENT_WRONG : CONTENT_RIGHT;
	}
}

/* Cases. */

static void make_of_case(struct making *g)
{
	struct model_act *act = g->act;
	const struct model_case *c =
		&g->m->cases[act->number <= g->m->case_count ? act->number : 0];
	bool sealed = c->now.flags & CASE_SEALED;
	act->day = some_day(g, c->day);
	act->kind = code(g, KIND_NAMES, sealed ? 70 : 30);
	act->topic = code(g, TOPIC_NAMES, 50);
	if (percent(g, 25))
		act->place = percent(g, 50) ? UNIT_98101_KT : 1 + below(g, UNIT_NAMES - 1);
	bool stub = act->kind == KIND_TC || (act->kind == 0 && c->now.kind == KIND_TC);
	act->custodian = stub != percent(g, 3);
	act->paper = stub != percent(g, 3);
	act->unit = 1 + below(g, percent(g, 6) ? UNIT_NAMES - 1 : UNIT_98);
	act->document = !percent(g, 3);
	act->ground = code(g, GROUND_NAMES, 0);
	act->outcome = code(g, OUTCOME_NAMES, 0);
	act->words = sealed == percent(g, 8);
	if ((act->outcome == OUTCOME_WILL_DO) != percent(g, 4))
		act->promise = act->today + below(g, 30);
	act->channel = !percent(g, 4);
	act->into = index_of(g, g->m->case_count);
	act->word = code(g, WORD_NAMES, 0);
	if (percent(g, c->with == UNIT_OUTSIDE ? 90 : 3))
		act->behalf = percent(g, 95) ? UNIT_OUTSIDE : 1 + below(g, UNIT_NAMES - 1);
	if (c->proposed != 0 && percent(g, 80))
		act->into = c->proposed;
	if (act->verb == DO_ASSIGN)
		act->taker = percent(g, 10) ? 0 : somebody(g);
}

/* Papers. */

static void make_of_paper(struct making *g)
{
	struct model_act *act = g->act;
	const struct model_meeting *at = meeting_of(g);
	bool there = act->number <= g->m->case_count;
	const struct model_case *c = &g->m->cases[there ? act->number : 0];
	act->dispatch = act->number != 0;
	act->version = act->dispatch ? 0 : at->version + (percent(g, 2) ? 1 : 0);
	act->printed = model_paper_of(g->m, act->meeting, act->version, act->number);
	if (act->printed == 0 || percent(g, 10))
		act->printed = index_of(g, g->m->paper_count);
	const struct model_paper *p =
		&g->m->papers[act->printed <= g->m->paper_count ? act->printed : 0];
	if (act->verb == DO_PRINT) {
		act->version += !act->dispatch && act->version == 0;
		act->content = percent(g, 90)   ? CONTENT_RIGHT
			       : percent(g, 80) ? CONTENT_CHECKED
						: CONTENT_WRONG;
		act->unit = c->now.state == STATE_REFERRED && percent(g, 90)
				    ? c->with
				    : 1 + below(g, percent(g, 4) ? UNIT_NAMES - 1 : UNIT_OUTSIDE);
		act->text = g->m->paper_count + 1;
		if (percent(g, act->printed != 0 &&
					       p->generation != at->versions[at->version].generation
				       ? 40
				       : 2))
			act->text = p->text;
		return;
	}
	act->meeting = act->number = 0;
	act->day = percent(g, 80) ? 0 : some_day(g, p->day);
	act->count = percent(g, 80) ? 0 : 1 + below(g, 9);
	act->capacity =
		p->attester != 0 && percent(g, 95) ? p->capacity : code(g, CAPACITY_NAMES, 50);
	act->mandate = (act->capacity == CAPACITY_TUQ) != percent(g, 3);
	act->signer = percent(g, 3);
	act->scan = percent(g, 3)   ? 0
		    : percent(g, 5) ? index_of(g, g->m->paper_count)
				    : act->printed;
	act->words = !percent(g, 4);
}

static enum model_verb next_of_paper(struct making *g, unsigned printed)
{
	const struct model_paper *p = &g->m->papers[printed];
	if (printed == 0 || percent(g, 15))
		return DO_PRINT;
	if (p->n != 0 && percent(g, 20))
		return DO_CANCEL;
	return p->n == 0 ? DO_STAMP : DO_ATTEST;
}

/* What is handed in. */
static void make_of_documents(struct making *g)
{
	struct model_act *act = g->act;
	const struct model *m = g->m;
	act->number = index_of(g, m->case_count);
	act->n = 1 + below(g, 2);
	act->nameless[0] = percent(g, 3);
	act->ordinal =
		1 +
		below(g, 1 + m->cases[act->number <= m->case_count ? act->number : 0].documents);
	act->ground = code(g, GROUND_NAMES, 0);
	if (act->verb == DO_VOID_DOCUMENT)
		act->n = 0;
}

/* People who come. */

static void make_members(struct making *g, unsigned most)
{
	struct model_act *act = g->act;
	act->n = below(g, most + 1);
	for (unsigned i = 0; i < act->n; i++) {
		act->spoke[i] = percent(g, 25);
		act->nameless[i] = percent(g, 1);
	}
}

static void make_of_visitors(struct making *g)
{
	struct model_act *act = g->act;
	const struct model *m = g->m;
	act->which = index_of(g, act->verb == DO_VOID_VISIT ? m->visit_count
				 : act->verb < DO_CROWD     ? m->person_count
							    : m->crowd_count);
	act->ground = code(g, GROUND_NAMES, 0);
	act->unit = percent(g, 70) ? UNIT_98101 : 1 + below(g, UNIT_NAMES - 1);
	act->id = code(g, ID_NAMES, 40);
	act->reason = (act->id == 0) != percent(g, 3);
	act->meeting = percent(g, 60) ? 0 : index_of(g, m->meeting_count);
	act->day = percent(g, 60) ? 0 : some_day(g, act->today - 400);
	if (act->verb == DO_VISIT) {
		act->which = percent(g, 60) ? 0 : act->which;
		act->nameless[0] = percent(g, act->which != 0 ? 80 : 3);
		act->ground = code(g, GROUND_NAMES, 70);
		act->words = (act->ground != 0) != percent(g, 3);
		act->count = below(g, 4);
	} else if (act->verb == DO_CROWD) {
		act->number = percent(g, 60) ? 0 : index_of(g, m->case_count);
		act->count = 1 + below(g, 20);
		make_members(
			g, act->count < MODEL_LIST && !percent(g, 3) ? act->count : MODEL_LIST);
	} else if (act->verb == DO_BIND) {
		act->number = index_of(g, m->case_count);
	} else if (act->verb == DO_JOIN) {
		const struct model_crowd *crowd =
			&m->crowds[act->which <= m->crowd_count ? act->which : 0];
		make_members(g, 3);
		act->n += act->n == 0;
		act->first = percent(g, 50) ? crowd->members + 1 : percent(g, 5) ? 1 : 0;
	} else if (act->verb == DO_WITHDRAW) {
		const struct model_crowd *crowd =
			&m->crowds[act->which <= m->crowd_count ? act->which : 0];
		act->n = 1 + below(g, 2);
		for (unsigned i = 0; i < act->n; i++)
			act->people[i] = 1 + below(g, crowd->members + 1);
	}
}

/* Who, and what. */

static enum model_verb next_of_conclusion(struct making *g, const struct model_meeting *at)
{
	const struct model_version *v = &at->versions[at->version];
	if (!at->closed && percent(g, 75))
		return percent(g, 70) ? DO_CLOSE_MINUTES : DO_ADD;
	bool wanting = model_live(at) > (at->issued == 0 ? 0 : model_included(at));
	if (at->version == at->issued)
		return percent(g, wanting ? 80 : 10) ? DO_DRAFT : DO_ADD;
	if ((v->state == 2 && percent(g, 60)) || (v->state == 3 && percent(g, 8)))
		return next_of_paper(g, model_paper_of(g->m, g->act->meeting, at->version, 0));
	if (v->state == 1)
		return v->n == 0 || percent(g, 25) ? DO_PUT : DO_CHECK;
	if (percent(g, 15))
		return percent(g, 50) ? DO_ADD : DO_SPLIT;
	return v->state == 2 && percent(g, 50) ? DO_SIGN : DO_ISSUE;
}

static enum model_verb next_of_case(struct making *g, const struct model_case *c)
{
	unsigned state = c->now.state;
	static const enum model_verb next[][6] = {
		[STATE_RECORDED] = { DO_CLASSIFY, DO_CLASSIFY, DO_CLASSIFY, DO_CLASSIFY,
			DO_CLASSIFY, DO_CLASSIFY },
		[STATE_CLASSIFIED] = { DO_ACCEPT, DO_REFER, DO_ROUTE, DO_RESOLVE, DO_MERGE,
			DO_CLASSIFY },
		[STATE_ACCEPTED] = { DO_RESOLVE, DO_RESOLVE, DO_MERGE, DO_MERGE, DO_RESOLVE,
			DO_RESOLVE },
		[STATE_REFERRED] = { DO_RETURN, DO_RETURN, DO_ACKNOWLEDGE, DO_RECALL, DO_RESOLVE,
			DO_RETURN },
		[STATE_RESOLVED] = { DO_NOTIFY, DO_NOTIFY, DO_DONE, DO_NOTIFY, DO_REOPEN,
			DO_CLOSE },
		[STATE_NOTIFIED] = { DO_CLOSE, DO_DONE, DO_CLOSE, DO_FEEDBACK, DO_FEEDBACK,
			DO_REOPEN },
		[STATE_CLOSED] = { DO_FEEDBACK, DO_FEEDBACK, DO_FEEDBACK, DO_FEEDBACK, DO_REOPEN,
			DO_REOPEN },
	};
	if (c->owner == 0 && percent(g, 15))
		return DO_ASSIGN;
	if (state == 0 || state > STATE_CLOSED || percent(g, 20))
		return DO_CLASSIFY + below(g, DO_RECEIVE - DO_CLASSIFY);
	if (state == STATE_CLASSIFIED ? percent(g, 30) : state == STATE_REFERRED && percent(g, 5))
		return next_of_paper(g, model_paper_of(g->m, 0, 0, g->act->number));
	if (state == STATE_CLASSIFIED && c->returned > 0 && percent(g, 60))
		return DO_REFER;
	return next[state][below(g, 6)];
}

static bool of_98101(const struct making *g)
{
	const struct model_act *act = g->act;
	if (act->number != 0 && act->number <= g->m->case_count)
		return g->m->cases[act->number].unit == UNIT_98101;
	return act->meeting == 0 || meeting_of(g)->unit == UNIT_98101;
}

static enum model_who who_for(struct making *g)
{
	static const enum model_who usual[] = { WHO_LEADER, WHO_CLERK, WHO_PROCESSOR, WHO_SECOND,
		WHO_HANDLER, WHO_FRONT, WHO_RECORDS };
	if (g->act->verb == DO_MERGE)
		return percent(g, 50) ? WHO_PROCESSOR : WHO_SECOND;
	if (percent(g, 10))
		return usual[below(g, COUNT(usual))];
	if (g->act->verb == DO_TALLY || g->act->verb == DO_WITNESS)
		return WHO_FRONT;
	if (g->act->verb >= DO_RECEIVE && percent(g, 60))
		return WHO_CLERK;
	if (g->act->verb == DO_STAMP || g->act->verb == DO_CANCEL ||
		(g->act->verb == DO_ISSUE && percent(g, 40)) ||
		(g->act->verb == DO_ATTEST && percent(g, 50)))
		return WHO_RECORDS;
	return of_98101(g) && percent(g, 50) ? WHO_LEADER : WHO_SUPERIOR;
}

void model_make(const struct model *m, uint64_t seed, struct model_act *act)
{
	struct making g = { m, seed, act };
	*act = (struct model_act){ .today = m->today };
	if (percent(&g, 30))
		act->today += 1 + below(&g, 5);
	if (m->case_count > 0 && percent(&g, 7)) {
		act->verb = percent(&g, 55)   ? DO_HANDOVER
			    : percent(&g, 60) ? DO_RECOVER
					      : DO_END_ROLE + below(&g, 2);
		make_of_house(&g);
		return;
	}
	act->meeting = index_of(&g, m->meeting_count);
	if (percent(&g, 7)) {
		act->verb = DO_RECEIVE + below(&g, DO_HANDOVER - DO_RECEIVE);
		act->who = who_for(&g);
		if (act->verb < DO_PERSON)
			make_of_documents(&g);
		else
			make_of_visitors(&g);
		return;
	}
	if (m->meeting_count == 0 || percent(&g, 4)) {
		act->verb = percent(&g, 70) ? DO_RECORD : DO_OPEN;
	} else if (m->case_count == 0 || percent(&g, 40)) {
		act->verb = next_of_conclusion(&g, meeting_of(&g));
	} else if (percent(&g, 25)) {
		act->verb = DO_ADD + below(&g, DO_CLASSIFY - DO_ADD);
	} else {
		act->number = index_of(&g, m->case_count);
		bool there = act->number <= m->case_count;
		act->verb = next_of_case(&g, &m->cases[there ? act->number : 0]);
		act->meeting = 0;
	}
	act->who = who_for(&g);
	if (act->verb <= DO_RECORD) {
		act->meeting = 0;
		make_open(&g);
	} else if (act->verb >= DO_REGISTER && act->verb <= DO_TALLY) {
		make_people(&g);
	} else if (act->verb <= DO_DRAFT) {
		make_of_meeting(&g);
	} else if (act->verb <= DO_ISSUE) {
		make_of_conclusion(&g);
	} else if (act->verb >= DO_PRINT) {
		make_of_paper(&g);
	} else {
		make_of_case(&g);
	}
}
