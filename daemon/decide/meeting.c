/* meeting.c: meetings and opinions. */
#include "daemon/decide/decide.h"

#include <stdio.h>

enum { SOURCE_LOOK_BACK = 50 };

/* The same minutes are not recorded twice: looks at the last meetings of the register. */
static enum err check_source(struct decision *d, struct num number, struct bytes source)
{
	struct row_meeting row;
	for (unsigned i = 1; source.n > 0 && i <= SOURCE_LOOK_BACK && i < number.n; i++) {
		struct num before = { number.series, number.n - i, number.year };
		if (row_get(d->txn, STORE_meeting, key_of_num(before), record_row_meeting(), &row,
			    d->arena) &&
			bytes_equal(row.source, source))
			return fail_text(d->fault, E_EXISTS, "source",
				number_format(d->house, before, d->arena));
	}
	return OK;
}

static enum err meeting_heads(struct decision *d, const struct meeting_new *q, struct uints *to)
{
	uint32_t *v = arena_alloc(d->arena, q->heads.n, sizeof(*v));
	for (size_t i = 0; i < q->heads.n; i++) {
		const struct unit *unit;
		enum err err = decide_unit(d, q->heads.v[i], q->day, "heads", &unit);
		if (err != OK)
			return err;
		v[i] = unit->id;
	}
	*to = (struct uints){ v, q->heads.n };
	return OK;
}

/* Open a meeting; *at says where its opinions go. */
static enum err open_meeting(
	struct decision *d, const struct meeting_new *q, struct opinion_place *at)
{
	uint32_t day;
	struct ev_meeting_opened ev = { .source = q->source };
	enum err err = decide_policy(d);
	if (err == OK)
		err = decide_day(d, q->day, "day", &day);
	if (err == OK)
		err = decide_unit(d, q->unit, q->day, "unit", &at->unit);
	if (err == OK)
		err = decide_may_unit(d, RIGHT_RECORD, at->unit->id, "unit");
	if (err == OK && unit_outside(d->house, at->unit->id))
		err = fail_text(d->fault, E_OUTSIDE, "unit", q->unit);
	if (err == OK)
		err = decide_term(d, "meeting_kinds", &d->house->policy.meeting_kinds, q->kind,
			"kind", &ev.kind);
	if (err == OK)
		err = meeting_heads(d, q, &ev.heads);
	if (err != OK)
		return err;
	at->day = day;
	at->first = 1;
	at->meeting = ev.meeting = decide_number(d, NOUN_MEETING, at->unit, day);
	at->gated = text_is(policy_find(&d->house->policy.meeting_kinds, q->kind)->gated, "yes");
	err = check_source(d, ev.meeting, q->source);
	if (err != OK)
		return err;
	struct words_ref words = decide_words(d, record_meeting_new(), q);
	ev.unit = at->unit->id;
	ev.day = day;
	ev.w = words.w;
	ev.group = words.group;
	return decide_emit(d, EVENT_meeting_opened, &ev);
}

enum err decide_meeting_open(struct decision *d, const void *request)
{
	struct opinion_place at = { 0 };
	return open_meeting(d, request, &at);
}

enum err decide_meeting_record(struct decision *d, const void *request)
{
	const struct meeting_record *q = request;
	struct opinion_place at = { 0 };
	enum err err = open_meeting(d, q->meeting.v, &at);
	if (err != OK) {
		fault_within(d->fault, "meeting", -1);
		return err;
	}
	err = decide_opinions(d, &at, &q->opinions);
	if (err == OK && (q->closed || q->count != 0) && q->count != q->opinions.n)
		err = fail_number(d->fault, E_MINUTES_COUNT, "count", (int64_t)q->count,
			(int64_t)q->opinions.n);
	if (err != OK || !q->closed)
		return err;
	struct ev_minutes_closed closed = { at.meeting, q->count };
	return decide_emit(d, EVENT_minutes_closed, &closed);
}

/* Where the opinions of a meeting that is there already go. */
static enum err place_of(struct decision *d, struct text number, enum right right,
	struct opinion_place *at, struct row_meeting *m)
{
	enum err err = decide_policy(d);
	if (err == OK)
		err = decide_meeting(d, number, &at->meeting, m);
	if (err == OK)
		err = decide_may(d, right, (uint32_t)m->unit, 0, "meeting", number);
	if (err != OK)
		return err;
	at->unit = unit_get(&d->house->units, (uint32_t)m->unit);
	at->day = m->day;
	at->late = m->closed;
	at->first = m->count + 1;
	at->gated = m->gated;
	if (m->count == 0) { /* the kind's rule is pinned at the first opinion */
		const struct policy_term *kind =
			policy_find(&d->house->policy.meeting_kinds, term_code(d->house, m->kind));
		at->gated = kind != NULL && text_is(kind->gated, "yes");
	}
	return OK;
}

enum err decide_opinion_add(struct decision *d, const void *request)
{
	const struct opinion_add *q = request;
	struct opinion_place at = { 0 };
	struct row_meeting m;
	enum err err = place_of(d, q->meeting, RIGHT_RECORD, &at, &m);
	if (err != OK)
		return err;
	if (q->first != 0 && q->first != at.first)
		return fail(d->fault, E_CONFLICT, "first",
			arena_format(d->arena, "%u would come next", (unsigned)at.first).p);
	return decide_opinions(d, &at, &q->opinions);
}

enum err decide_sealed(
	struct decision *d, struct text kind, uint64_t custodian, struct text paper, bool words)
{
	struct row_officer officer;
	const struct policy_term *row = policy_find(&d->house->policy.kinds, kind);
	if (row == NULL || !text_is(row->sealed, "yes"))
		return custodian == 0 && paper.n == 0
			       ? OK
			       : fail(d->fault, E_ONLY_WITH, custodian != 0 ? "custodian" : "paper",
					 "a sealed kind");
	if (words)
		return fail_text(d->fault, E_SEALED, "words", kind);
	if (custodian == 0)
		return fail(d->fault, E_MISSING, "custodian", NULL);
	if (paper.n == 0)
		return fail(d->fault, E_MISSING, "paper", NULL);
	if (!row_get(d->txn, STORE_officer, key_of_u32((uint32_t)custodian), record_row_officer(),
		    &officer, d->arena))
		return fail(d->fault, E_NOT_FOUND, "custodian", "this officer");
	return OK;
}

static enum err decide_one(struct decision *d, const struct opinion_place *at,
	const struct opinion_new *o, struct ev_opinion_recorded *ev)
{
	const struct policy *p = &d->house->policy;
	const struct policy_term *kind = policy_find(&p->kinds, o->kind);
	bool sealed = kind != NULL && text_is(kind->sealed, "yes");
	enum err err = decide_term(d, "kinds", &p->kinds, o->kind, "kind", &ev->kind);
	if (err == OK)
		err = decide_term(d, "topics", &p->topics, o->topic, "topic", &ev->topic);
	if (err == OK)
		err = decide_unit_opt(d, o->place, at->day, "place", &ev->place);
	if (err != OK)
		return err;
	struct words_ref words = decide_words(d, record_opinion_new(), o);
	err = decide_sealed(d, o->kind, o->custodian, o->paper, words.group != 0);
	if (err == OK && !sealed)
		err = decide_said(d, o->words, "words");
	if (err == OK)
		err = decide_signature(d, o->signature, o->witness, true);
	if (err == OK)
		err = decide_known(d, o->person, &ev->known);
	ev->signature = o->signature;
	ev->language = sealed ? (struct text){ 0 } : o->language;
	ev->w = words.w;
	ev->group = words.group;
	ev->custodian = o->custodian;
	ev->paper = o->paper;
	ev->due = due_of(kind, at->day);
	ev->flags |= sealed ? CASE_SEALED : 0;
	return err;
}

enum err decide_opinions(
	struct decision *d, const struct opinion_place *at, const struct list *opinions)
{
	const struct opinion_new *v = opinions->v;
	struct num number = decide_number(d, NOUN_CASE, at->unit, at->day);
	if (at->first + opinions->n - 1 > LIMIT_OPINIONS_MEETING)
		return fail_number(d->fault, E_TOO_MANY, "opinions",
			(int64_t)(at->first + opinions->n - 1), LIMIT_OPINIONS_MEETING);
	for (size_t i = 0; i < opinions->n; i++, number.n++) {
		struct ev_opinion_recorded ev = { .meeting = at->meeting,
			.ordinal = at->first + i,
			.case_number = number,
			.unit = at->unit->id,
			.day = at->day,
			.flags = (uint64_t)(CASE_OPINION | (at->gated ? CASE_GATED : 0) |
					    (at->late ? CASE_LATE : 0)),
			.parent = at->parent,
			.policy = d->house->policy_version };
		enum err err = decide_one(d, at, &v[i], &ev);
		if (err == OK)
			err = decide_emit(d, EVENT_opinion_recorded, &ev);
		if (err == OK)
			continue;
		fault_within(d->fault, "opinions", (int64_t)i);
		return err;
	}
	return OK;
}

/* A live opinion of a meeting, with its case. */
static enum err live_opinion(struct decision *d, struct num meeting, uint64_t ordinal,
	struct row_opinion *o, struct row_case *c)
{
	char shown[24];
	snprintf(shown, sizeof(shown), "%llu", (unsigned long long)ordinal);
	if (!row_get(d->txn, STORE_opinion, key_of_num_u32(meeting, (uint32_t)ordinal),
		    record_row_opinion(), o, d->arena) ||
		!row_get(d->txn, STORE_case, key_of_num(o->number), record_row_case(), c, d->arena))
		return fail(d->fault, E_NOT_FOUND, "ordinal", shown);
	if (o->dead != 0)
		return fail(d->fault, E_STATE, "ordinal", state_row(STATE_VOIDED)->name);
	return OK;
}

enum err decide_opinion_void(struct decision *d, const void *request)
{
	const struct opinion_void *q = request;
	struct opinion_place at = { 0 };
	struct row_meeting m;
	struct row_opinion o = { 0 };
	struct row_case c = { 0 };
	struct ev_opinion_voided ev = { .ordinal = q->ordinal };
	enum err err = place_of(d, q->meeting, RIGHT_RECORD, &at, &m);
	if (err == OK)
		err = live_opinion(d, at.meeting, q->ordinal, &o, &c);
	if (err == OK)
		err = decide_term(
			d, "grounds", &d->house->policy.grounds, q->ground, "ground", &ev.ground);
	if (err == OK)
		err = decide_day(d, q->day, "day", &ev.day);
	if (err == OK && ev.day < m.day)
		err = fail(d->fault, E_RANGE, "day", "before the meeting");
	if (err != OK)
		return err;
	ev.meeting = at.meeting;
	ev.case_number = o.number;
	ev.prev = c.last;
	return decide_emit(d, EVENT_opinion_voided, &ev);
}

static bool any_sealed(struct decision *d, const struct list *opinions)
{
	const struct opinion_new *v = opinions->v;
	for (size_t i = 0; i < opinions->n; i++) {
		const struct policy_term *kind = policy_find(&d->house->policy.kinds, v[i].kind);
		if (kind != NULL && text_is(kind->sealed, "yes"))
			return true;
	}
	return false;
}

enum err decide_opinion_split(struct decision *d, const void *request)
{
	const struct opinion_split *q = request;
	struct opinion_place at = { 0 };
	struct row_meeting m;
	struct row_opinion o = { 0 };
	struct row_case c = { 0 };
	enum err err = place_of(d, q->meeting, RIGHT_PROCESS, &at, &m);
	if (err == OK)
		err = live_opinion(d, at.meeting, q->ordinal, &o, &c);
	if (err == OK && q->opinions.n < 2)
		err = fail(d->fault, E_MISSING, "opinions", "two parts at least");
	if (err == OK && state_row((enum case_state)c.state)->phase != OPEN)
		err = fail(d->fault, E_STATE, "ordinal", state_row((enum case_state)c.state)->name);
	if (err != OK)
		return err;
	struct ev_opinion_voided ev = { .meeting = at.meeting,
		.ordinal = q->ordinal,
		.case_number = o.number,
		.day = d->today,
		.split = 1,
		.prev = c.last };
	err = decide_emit(d, EVENT_opinion_voided, &ev);
	at.parent = q->ordinal;
	at.late = o.late;
	if (err == OK)
		err = decide_opinions(d, &at, &q->opinions);
	if (err == OK && any_sealed(d, &q->opinions))
		err = decide_destroy_words(d, o.number, &c);
	return err;
}

/* The opinions that the paper holds: not those recorded by error, and one that was split once. */
static uint32_t count_on_paper(struct decision *d, struct num meeting, uint32_t last)
{
	uint32_t n = 0;
	for (uint32_t ordinal = 1; ordinal <= last; ordinal++) {
		struct row_opinion o;
		if (row_get(d->txn, STORE_opinion, key_of_num_u32(meeting, ordinal),
			    record_row_opinion(), &o, d->arena) &&
			o.dead != 1 && o.parent == 0)
			n++;
	}
	return n;
}

enum err decide_minutes_close(struct decision *d, const void *request)
{
	const struct minutes_close *q = request;
	struct opinion_place at = { 0 };
	struct row_meeting m;
	enum err err = place_of(d, q->meeting, RIGHT_RECORD, &at, &m);
	if (err != OK)
		return err;
	if (m.closed)
		return fail_text(d->fault, E_NOTHING, "meeting", q->meeting);
	uint32_t count = count_on_paper(d, at.meeting, (uint32_t)m.count);
	if (q->count != count)
		return fail_number(
			d->fault, E_MINUTES_COUNT, "count", (int64_t)q->count, (int64_t)count);
	struct ev_minutes_closed ev = { at.meeting, q->count };
	return decide_emit(d, EVENT_minutes_closed, &ev);
}
