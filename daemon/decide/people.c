/* people.c: who asked to speak at a meeting, and the Front's count of it. */
#include "daemon/decide/decide.h"
#include "store/hearing.h"

#include <stdio.h>

/* Who was heard is part of the minutes. */
static enum err minutes_open(struct decision *d, const struct row_meeting *m, const char *field)
{
	return m->closed ? fail(d->fault, E_STATE, field, "RECORDED") : OK;
}

static enum err add_one(
	struct decision *d, const struct registration_new *q, struct ev_registration_added *ev)
{
	struct words_ref words = decide_words(d, record_registration_new(), q);
	ev->slip = q->slip;
	ev->people = q->people;
	ev->heard = q->heard;
	ev->w = words.w;
	ev->group = words.group;
	if (q->name.n == 0 && q->slip.n == 0)
		return fail(d->fault, E_CHOICE, "name", "name, slip");
	enum err err = q->name.n == 0 ? OK : decide_said(d, q->name, "name");
	return err != OK ? err : decide_emit(d, EVENT_registration_added, ev);
}

enum err decide_registration_add(struct decision *d, const void *request)
{
	const struct registration_add *q = request;
	const struct registration_new *v = q->registrations.v;
	struct num meeting;
	struct row_meeting m;
	enum err err = decide_meeting_for(d, q->meeting, RIGHT_RECORD, &meeting, &m);
	if (err == OK)
		err = minutes_open(d, &m, "meeting");
	if (err != OK)
		return err;
	if (q->first != 0 && q->first != m.registered + 1)
		return fail(d->fault, E_CONFLICT, "first",
			arena_format(d->arena, "%u would come next", (unsigned)m.registered + 1).p);
	if (m.registered + q->registrations.n > LIMIT_OPINIONS_MEETING)
		return fail_number(d->fault, E_TOO_MANY, "registrations",
			(int64_t)(m.registered + q->registrations.n), LIMIT_OPINIONS_MEETING);
	for (size_t i = 0; i < q->registrations.n; i++) {
		struct ev_registration_added ev = { .meeting = meeting,
			.number = m.registered + 1 + i };
		err = add_one(d, &v[i], &ev);
		if (err == OK)
			continue;
		fault_within(d->fault, "registrations", (int64_t)i);
		return err;
	}
	return OK;
}

/* The opinion that one who was not heard handed in. */
static enum err check_ordinal(
	struct decision *d, struct num meeting, uint64_t ordinal, uint64_t state)
{
	struct row_opinion o;
	char shown[24];
	if (state != REGISTRATION_WRITTEN)
		return ordinal == 0 ? OK : fail(d->fault, E_ONLY_WITH, "ordinal", "written");
	if (ordinal == 0)
		return fail(d->fault, E_MISSING, "ordinal", NULL);
	snprintf(shown, sizeof(shown), "%llu", (unsigned long long)ordinal);
	if (!row_get(d->txn, STORE_opinion, key_of_num_u32(meeting, (uint32_t)ordinal),
		    record_row_opinion(), &o, d->arena))
		return fail(d->fault, E_NOT_FOUND, "ordinal", shown);
	return o.dead == 0 ? OK : fail(d->fault, E_STATE, "ordinal", state_row(STATE_VOIDED)->name);
}

static enum err mark_one(
	struct decision *d, const struct row_meeting *m, const struct ev_registration_marked *ev)
{
	struct row_registration row;
	char shown[24];
	snprintf(shown, sizeof(shown), "%llu", (unsigned long long)ev->number);
	if (!row_get(d->txn, STORE_registration, key_of_num_u32(ev->meeting, (uint32_t)ev->number),
		    record_row_registration(), &row, d->arena))
		return fail(d->fault, E_NOT_FOUND, "numbers", shown);
	if (row.state == ev->state && row.ordinal == ev->ordinal)
		return fail(d->fault, E_NOTHING, "numbers", shown);
	bool spoke = ev->state == REGISTRATION_HEARD || row.state == REGISTRATION_HEARD;
	enum err err =
		spoke || ev->state == REGISTRATION_WAITING ? minutes_open(d, m, "numbers") : OK;
	return err != OK ? err : decide_emit(d, EVENT_registration_marked, ev);
}

static bool twice(const struct uints *numbers, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (numbers->v[k] == numbers->v[i])
			return true;
	return false;
}

enum err decide_registration_mark(struct decision *d, const void *request)
{
	const struct registration_mark *q = request;
	struct num meeting;
	struct row_meeting m;
	uint64_t state = 0;
	enum err err = decide_meeting_for(d, q->meeting, RIGHT_RECORD, &meeting, &m);
	if (err == OK)
		state = registration_state_of(q->state);
	if (err == OK && state == 0)
		err = fail_text(d->fault, E_VALUE, "state", q->state);
	if (err == OK)
		err = check_ordinal(d, meeting, q->ordinal, state);
	for (size_t i = 0; err == OK && i < q->numbers.n; i++) {
		struct ev_registration_marked ev = { meeting, q->numbers.v[i], state, q->ordinal };
		if (twice(&q->numbers, i))
			err = fail_number(d->fault, E_KEY_TWICE, "numbers", q->numbers.v[i], 0);
		else
			err = mark_one(d, &m, &ev);
	}
	return err;
}

/* Before the conclusion, so that it cannot be fitted to it; another count takes its place. */
enum err decide_tally_sign(struct decision *d, const void *request)
{
	const struct tally_sign *q = request;
	struct num meeting;
	struct row_meeting m;
	enum err err = decide_meeting_for(d, q->meeting, RIGHT_TALLY, &meeting, &m);
	if (err != OK)
		return err;
	if (m.issued != 0)
		return fail(d->fault, E_STATE, "meeting", "CONCLUDED");
	if (m.front != 0 && m.speakers == q->speakers && m.slips == q->slips &&
		m.unheard == q->unheard)
		return fail_text(d->fault, E_NOTHING, "meeting", q->meeting);
	struct ev_tally_signed ev = { meeting, q->speakers, q->slips, q->unheard, d->officer };
	return decide_emit(d, EVENT_tally_signed, &ev);
}
